//! Means, percentiles and the cluster bootstrap, each held against a slow version that is obviously right.
//!
//! Nothing here is random: the generator starts from a seed and the figures it is used on, so that the same group of people has
//! the same interval wherever it appears, in whatever order its rows come, on any number of threads.

/// The mean; nothing for no values.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The value below which a share of sorted values lies, in a straight line between the two nearest.
///
/// This is type 7 of Hyndman and Fan (1996), the one of R, `NumPy` and spreadsheets. `values` ascend; `share` is from 0 to 1.
/// Nothing for no values.
#[must_use]
pub fn percentile(values: &[f64], share: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let below = place.floor() as usize;
    let (low, high) = (
        values.get(below)?,
        values.get(below + 1).or_else(|| values.last())?,
    );
    Some(low + (high - low) * (place - below as f64))
}

/// The generator `SplitMix64` (Steele, Lea and Flood 2014): 64 bits of state, passes `BigCrush`, eight lines.
#[derive(Clone, Debug)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// Starts from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// Returns the next 64 bits.
    pub fn next_bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Returns a whole number from 0 to below `end`, which is above 0; uneven by `end` in 2^64 at most.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next_bits()) * end as u128) >> 64) as usize
    }
}

/// What one person adds to a mean: the observations of a person are not independent, so they are drawn together or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cluster {
    /// The sum of the person's observations, in whole units.
    pub total: u64,
    /// How many there are, at least one.
    pub count: u32,
}

/// An interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Its lower end.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

/// The mean over all observations of all clusters; nothing for none.
#[must_use]
pub fn cluster_mean(clusters: &[Cluster]) -> Option<f64> {
    let count: u64 = clusters
        .iter()
        .map(|cluster| u64::from(cluster.count))
        .sum();
    let total: u64 = clusters.iter().map(|cluster| cluster.total).sum();
    (count > 0).then(|| total as f64 / count as f64)
}

/// The 95% interval of the mean by the cluster bootstrap (Cameron and Miller 2015), percentile method; nothing for no clusters.
///
/// As many clusters as there are get drawn with replacement, `samples` times; the interval runs from the 2.5th to the 97.5th
/// percentile of their means.
#[must_use]
pub fn cluster_interval(clusters: &[Cluster], samples: u32, seed: u64) -> Option<Interval> {
    let mut means = bootstrap_means(clusters, samples, seed);
    means.sort_unstable_by(f64::total_cmp);
    Some(Interval {
        low: percentile(&means, 0.025)?,
        high: percentile(&means, 0.975)?,
    })
}

/// The means of `samples` draws. The order of the clusters does not matter.
fn bootstrap_means(clusters: &[Cluster], samples: u32, seed: u64) -> Vec<f64> {
    let mut clusters: Vec<Cluster> = clusters
        .iter()
        .copied()
        .filter(|cluster| cluster.count > 0)
        .collect();
    if clusters.is_empty() {
        return Vec::new();
    }
    clusters.sort_unstable();
    let mut random = stream(&clusters, seed);
    let draw = |_| {
        let (mut total, mut count) = (0_u64, 0_u64);
        for _ in 0..clusters.len() {
            let drawn = clusters[random.below(clusters.len())];
            total += drawn.total;
            count += u64::from(drawn.count);
        }
        total as f64 / count as f64
    };
    (0..samples).map(draw).collect()
}

/// A stream of its own for each set of clusters.
fn stream(clusters: &[Cluster], seed: u64) -> SplitMix64 {
    let mut random = SplitMix64::new(seed);
    for cluster in clusters {
        for part in [cluster.total, u64::from(cluster.count)] {
            random = SplitMix64::new(random.next_bits() ^ part);
        }
    }
    random
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        Cluster, SplitMix64, bootstrap_means, cluster_interval, cluster_mean, mean, percentile,
    };

    /// The cluster bootstrap as one would describe it: write out every observation drawn, then average.
    fn means_by_hand(clusters: &[Vec<u64>], samples: u32, random: &mut SplitMix64) -> Vec<f64> {
        let mut means = Vec::new();
        for _ in 0..samples {
            let mut observations = Vec::new();
            for _ in 0..clusters.len() {
                observations.extend(
                    clusters[random.below(clusters.len())]
                        .iter()
                        .map(|value| *value as f64),
                );
            }
            means.push(mean(&observations).unwrap());
        }
        means
    }

    fn clusters_of(people: &[Vec<u64>]) -> Vec<Cluster> {
        people
            .iter()
            .map(|values| Cluster {
                total: values.iter().sum(),
                count: values.len() as u32,
            })
            .collect()
    }

    fn spread(values: &[f64]) -> f64 {
        let middle = mean(values).unwrap();
        (values
            .iter()
            .map(|value| (value - middle).powi(2))
            .sum::<f64>()
            / values.len() as f64)
            .sqrt()
    }

    #[test]
    fn the_generator_gives_its_authors_numbers() {
        // The first outputs of the reference program for the seed 1234567.
        let mut random = SplitMix64::new(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| random.next_bits()).collect();
        assert_eq!(
            first,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn a_draw_is_even() {
        let mut random = SplitMix64::new(7);
        let mut drawn = [0_u32; 6];
        for _ in 0..60_000 {
            drawn[random.below(6)] += 1;
        }
        assert!(
            drawn.iter().all(|count| count.abs_diff(10_000) < 400),
            "{drawn:?}"
        );
    }

    #[test]
    fn percentiles_are_those_of_r() {
        // quantile(c(1, 2, 4, 8, 16), c(0, .1, .5, .9, 1)) in R: 1, 1.4, 4, 12.8, 16.
        let values = [1.0, 2.0, 4.0, 8.0, 16.0];
        let found = [0.0, 0.1, 0.5, 0.9, 1.0].map(|share| percentile(&values, share).unwrap());
        for (found, expected) in found.iter().zip([1.0, 1.4, 4.0, 12.8, 16.0]) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        assert_eq!(percentile(&[], 0.5), None);
        assert_eq!(percentile(&[3.0], 0.9), Some(3.0));
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn with_one_observation_a_person_the_error_is_that_of_the_textbook() {
        // 200 people with distances from a fixed seed: the error of the mean is sd / sqrt(n).
        let mut random = SplitMix64::new(5);
        let values: Vec<u64> = (0..200).map(|_| random.below(10_000) as u64).collect();
        let clusters: Vec<Cluster> = values
            .iter()
            .map(|total| Cluster {
                total: *total,
                count: 1,
            })
            .collect();
        let textbook =
            spread(&values.iter().map(|value| *value as f64).collect::<Vec<_>>()) / 200_f64.sqrt();
        let bootstrapped = spread(&bootstrap_means(&clusters, 4_000, 1));
        assert!(
            (bootstrapped / textbook - 1.0).abs() < 0.05,
            "{bootstrapped} {textbook}"
        );
    }

    #[test]
    fn repeats_of_a_person_add_no_certainty() {
        let once: Vec<Vec<u64>> = (1..=40).map(|value| vec![value * 100]).collect();
        let often: Vec<Vec<u64>> = once.iter().map(|values| values.repeat(5)).collect();
        let width = |people: &[Vec<u64>]| {
            let interval = cluster_interval(&clusters_of(people), 4_000, 1).unwrap();
            interval.high - interval.low
        };
        assert!(
            (width(&once) / width(&often) - 1.0).abs() < 0.1,
            "{} {}",
            width(&once),
            width(&often)
        );
    }

    #[test]
    fn no_clusters_have_no_interval() {
        assert_eq!(cluster_interval(&[], 100, 1), None);
        assert_eq!(cluster_mean(&[]), None);
    }

    fn people() -> impl Strategy<Value = Vec<Vec<u64>>> {
        prop::collection::vec(prop::collection::vec(0_u64..50_000, 1..5), 1..40)
    }

    proptest! {
        #[test]
        fn the_bootstrap_is_what_one_would_write_out(people in people(), seed in any::<u64>()) {
            let mut people = people;
            people.sort_by_key(|values| (values.iter().sum::<u64>(), values.len()));
            let clusters = clusters_of(&people);
            let by_hand = means_by_hand(&people, 50, &mut super::stream(&clusters, seed));
            let found = bootstrap_means(&clusters, 50, seed);
            for (found, expected) in found.iter().zip(&by_hand) {
                prop_assert!((found - expected).abs() < 1e-6);
            }
        }

        #[test]
        fn the_interval_holds_the_mean_and_knows_no_order(people in people(), seed in any::<u64>()) {
            let mut clusters = clusters_of(&people);
            let interval = cluster_interval(&clusters, 1_000, seed).unwrap();
            let mean = cluster_mean(&clusters).unwrap();
            prop_assert!(interval.low <= mean + 1e-9 && mean <= interval.high + 1e-9, "{interval:?} {mean}");
            clusters.reverse();
            prop_assert_eq!(cluster_interval(&clusters, 1_000, seed).unwrap(), interval);
        }

        #[test]
        fn percentiles_ascend_within_the_values(values in prop::collection::vec(-1e6_f64..1e6, 1..50), a in 0.0_f64..1.0, b in 0.0_f64..1.0) {
            let mut values = values;
            values.sort_by(f64::total_cmp);
            let (low, high) = (percentile(&values, a.min(b)).unwrap(), percentile(&values, a.max(b)).unwrap());
            prop_assert!(values[0] <= low && low <= high && high <= values[values.len() - 1]);
        }
    }
}
