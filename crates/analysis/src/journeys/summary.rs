//! What is said of one group of pairs.

use catchment_core::id::UserId;
use catchment_core::journey::{Journey, NoJourney};

use super::AverageJourneys;
use crate::pairs::{Count, Pair};
use crate::statistics::{Cluster, Interval, cluster_interval, cluster_mean, mean, percentile};

/// A pair and its journey, or why there is none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Travelled {
    /// Who goes where.
    pub(super) pair: Pair,
    /// How.
    pub(super) journey: Result<Journey, NoJourney>,
}

/// The figures of one group of pairs. Distances are in kilometres, one way; figures are over pairs unless they say otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Summary {
    /// Distinct people with a journey.
    pub people: u32,
    /// Pairs with a journey.
    pub pairs: u32,
    /// Mean distance.
    pub mean_km: Option<f64>,
    /// Where the mean may lie, by the cluster bootstrap; nothing for fewer people than are asked for.
    pub interval_km: Option<Interval>,
    /// Median distance, and the distinct people on the side of it with fewer.
    pub median_km: (Option<f64>, u32),
    /// The distance that nine pairs in ten do not exceed, and the distinct people who do.
    pub p90_km: (Option<f64>, u32),
    /// Mean straight line.
    pub straight_mean_km: Option<f64>,
    /// Mean time in minutes.
    pub mean_minutes: Option<f64>,
    /// Weekly attendances of the pairs with a journey.
    pub attendances: u32,
    /// Mean distance over attendances.
    pub attendance_mean_km: Option<f64>,
    /// What has no journey.
    pub without: Count,
}

impl Summary {
    /// Counts what has a journey.
    #[must_use]
    pub fn count(&self) -> Count {
        Count {
            attendances: self.attendances,
            pairs: self.pairs,
            people: self.people,
        }
    }
}

const MILLIMETRES: f64 = 1e6;
const MILLISECONDS: f64 = 6e4;

/// Sums up pairs, which are ordered by person.
pub(super) fn summarise(inputs: &AverageJourneys, group: &[&Travelled]) -> Summary {
    let there: Vec<(&Pair, Journey)> = group
        .iter()
        .filter_map(|one| Some((&one.pair, one.journey.ok()?)))
        .collect();
    let without = group.iter().filter(|one| one.journey.is_err());
    let without = without.map(|one| &one.pair);
    let mut distances: Vec<f64> = there
        .iter()
        .map(|(_, journey)| kilometres(journey))
        .collect();
    distances.sort_unstable_by(f64::total_cmp);
    let clusters = clusters(&there);
    let people = clusters.len() as u32;
    let enough = people >= inputs.min_clusters;
    let interval = || cluster_interval(&clusters, inputs.bootstrap_samples, inputs.seed);
    let median = percentile(&distances, 0.5);
    let p90 = percentile(&distances, 0.9);
    let straight: Vec<f64> = there
        .iter()
        .map(|(_, journey)| journey.straight.kilometres())
        .collect();
    Summary {
        people,
        pairs: there.len() as u32,
        mean_km: weighted(
            &there,
            |_, journey| (u64::from(journey.road.millimetres()), 1),
            MILLIMETRES,
        ),
        interval_km: if enough {
            interval().map(in_kilometres)
        } else {
            None
        },
        median_km: (
            median,
            beyond(&there, median, true).min(beyond(&there, median, false)),
        ),
        p90_km: (p90, beyond(&there, p90, true)),
        straight_mean_km: mean(&straight),
        mean_minutes: weighted(
            &there,
            |_, journey| (u64::from(journey.road.milliseconds()), 1),
            MILLISECONDS,
        ),
        attendances: there.iter().map(|(pair, _)| pair.attendances).sum(),
        attendance_mean_km: weighted(&there, per_attendance, MILLIMETRES),
        without: Count::of(without),
    }
}

fn per_attendance(pair: &Pair, journey: &Journey) -> (u64, u32) {
    (
        u64::from(journey.road.millimetres()) * u64::from(pair.attendances),
        pair.attendances,
    )
}

/// The mean of whole numbers, which is the same in whatever order they come, in units of `unit`.
fn weighted(
    there: &[(&Pair, Journey)],
    weigh: fn(&Pair, &Journey) -> (u64, u32),
    unit: f64,
) -> Option<f64> {
    let weighed: Vec<Cluster> = there
        .iter()
        .map(|(pair, journey)| weigh(pair, journey))
        .map(|(total, count)| Cluster { total, count })
        .collect();
    cluster_mean(&weighed).map(|mean| mean / unit)
}

fn kilometres(journey: &Journey) -> f64 {
    f64::from(journey.road.millimetres()) / MILLIMETRES
}

fn in_kilometres(interval: Interval) -> Interval {
    Interval {
        low: interval.low / MILLIMETRES,
        high: interval.high / MILLIMETRES,
    }
}

/// One cluster a person.
fn clusters(there: &[(&Pair, Journey)]) -> Vec<Cluster> {
    there
        .chunk_by(|(one, _), (next, _)| one.user == next.user)
        .map(|pairs| Cluster {
            total: pairs
                .iter()
                .map(|(_, journey)| u64::from(journey.road.millimetres()))
                .sum(),
            count: pairs.len() as u32,
        })
        .collect()
}

/// Counts the distinct people with a pair above a distance, or below it.
fn beyond(there: &[(&Pair, Journey)], limit: Option<f64>, above: bool) -> u32 {
    let Some(limit) = limit else { return 0 };
    let is_beyond = |journey: &Journey| {
        let distance = kilometres(journey);
        if above {
            distance > limit
        } else {
            distance < limit
        }
    };
    let mut people: Vec<UserId> = there
        .iter()
        .filter(|(_, journey)| is_beyond(journey))
        .map(|(pair, _)| pair.user)
        .collect();
    people.dedup();
    people.len() as u32
}
