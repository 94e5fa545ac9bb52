//! Where people live: postcodes along the streets, residents of each small area by age, and how deprived each area is.
//!
//! It draws no person who uses a service (`people`).

use crate::areas::Division;
use crate::geometry::{Point, at};
use crate::land::Land;
use crate::random::Random;
use crate::streets::{Class, Streets};

/// The number of five-year age bands, the last of them 90 and over.
pub(crate) const BANDS: usize = 19;

/// A postcode of the invented area QZ, which the Post Office does not use.
#[derive(Clone, Debug)]
pub(crate) struct Postcode {
    pub(crate) text: String,
    pub(crate) at: Point,
    pub(crate) small_area: usize,
}

/// The residents of a small area.
#[derive(Clone, Debug)]
pub(crate) struct Residents {
    pub(crate) bands: [u32; BANDS],
    pub(crate) decile: u32,
    pub(crate) rank: u32,
}

impl Residents {
    /// Everyone.
    pub(crate) fn total(&self) -> u32 {
        self.bands.iter().sum()
    }
}

/// How many homes stand along a metre of street, as a weight.
fn homes(class: Class, built: f64) -> f64 {
    let along = match class {
        Class::Residential | Class::LivingStreet => 1.0,
        Class::Tertiary => 0.6,
        Class::Secondary => 0.4,
        Class::Primary => 0.2,
        Class::Unclassified => 0.16,
        _ => 0.0,
    };
    along * (0.12 + built + 0.9 * (built - 0.75).max(0.0) * 4.0)
}

/// Places about `count` postcodes along the streets.
pub(crate) fn place_postcodes(
    land: &Land,
    streets: &Streets,
    count: usize,
    random: &mut Random,
) -> Vec<Point> {
    let weight = |a: Point, b: Point, class: Class| {
        a.distance(b) * homes(class, land.built(a.towards(b, 0.5)))
    };
    let segments = || {
        streets
            .ways
            .iter()
            .filter(|street| !street.one_way || street.class != Class::Trunk)
            .flat_map(|street| {
                street
                    .nodes
                    .windows(2)
                    .map(|pair| (streets.point(pair[0]), streets.point(pair[1]), street.class))
            })
    };
    let total: f64 = segments().map(|(a, b, class)| weight(a, b, class)).sum();
    let each = total / count.max(1) as f64;
    let mut gathered = each * random.unit();
    let mut points = Vec::with_capacity(count + 1);
    for (a, b, class) in segments() {
        let here = weight(a, b, class);
        gathered += here;
        while gathered >= each {
            gathered -= each;
            let on = a.towards(b, (1.0 - gathered / here.max(1e-9)).clamp(0.0, 1.0));
            let side = if random.chance(0.5) { 9.0 } else { -9.0 };
            let p = on + (b - a).unit().left() * side;
            // Whole metres, as the real list gives them.
            points.push(at(p.x.round(), p.y.round()));
        }
    }
    points
}

/// Writes out postcodes area by area: two wards share a district, and each small area takes sectors in turn.
pub(crate) fn name_postcodes(
    points: &[Point],
    division: &Division,
    random: &mut Random,
) -> Vec<Postcode> {
    const LETTERS: &[u8] = b"ABDEFGHJLNPQRSTUWXYZ";
    let mut placed: Vec<(usize, Point)> = points
        .iter()
        .filter_map(|&p| division.small_area(p).map(|area| (area, p)))
        .collect();
    placed.sort_by(|a, b| {
        a.0.cmp(&b.0)
            .then(a.1.x.total_cmp(&b.1.x))
            .then(a.1.y.total_cmp(&b.1.y))
    });
    let mut next: Vec<usize> = Vec::new();
    let mut list = Vec::with_capacity(placed.len());
    for (small_area, at) in placed {
        let district = division.ward_of[small_area] / 2;
        if next.len() <= district {
            next.resize(district + 1, 0);
        }
        // A few units are skipped, as real ones fall out of use.
        next[district] += 1 + usize::from(random.chance(0.15));
        let unit = next[district];
        let (sector, inner) = (unit / 400 + 1, unit % 400);
        let (first, second) = (LETTERS[inner / 20] as char, LETTERS[inner % 20] as char);
        list.push(Postcode {
            text: format!("QZ{} {sector}{first}{second}", district + 1),
            at,
            small_area,
        });
    }
    list
}

/// Shares of residents by five-year band for a young, a mixed and an old neighbourhood, per thousand.
const YOUNG: [u32; BANDS] = [
    62, 52, 46, 55, 110, 112, 98, 84, 68, 58, 55, 50, 42, 32, 26, 20, 15, 9, 6,
];
const MIXED: [u32; BANDS] = [
    50, 54, 54, 52, 52, 56, 60, 62, 60, 60, 68, 70, 64, 56, 56, 52, 36, 24, 14,
];
const OLD: [u32; BANDS] = [
    36, 40, 42, 40, 36, 38, 42, 46, 48, 52, 66, 74, 76, 76, 84, 84, 60, 38, 22,
];

/// How many of every 233 small areas lie in each decile: close to the nation's tenths, so that the most deprived fifth of
/// the nation is a fifth of the council as well.
const DECILES: [usize; 10] = [22, 26, 24, 23, 23, 23, 26, 25, 23, 18];

/// Draws the residents of every small area, `total` in all, and their deprivation.
pub(crate) fn settle(
    land: &Land,
    division: &Division,
    total: u32,
    random: &mut Random,
) -> Vec<Residents> {
    let count = division.small_areas.len();
    let centres: Vec<Point> = division
        .small_areas
        .iter()
        .map(|rings| middle(rings))
        .collect();
    let weights: Vec<f64> = (0..count)
        .map(|_| (1.0 + 0.15 * random.normal()).clamp(0.66, 1.42))
        .collect();
    let sizes = shares(&weights, total);
    let scores: Vec<f64> = centres
        .iter()
        .map(|p| land.hardship(*p) + 0.15 * random.normal())
        .collect();
    let deciles = deprivation(&scores, random);
    let mut list = Vec::with_capacity(count);
    for number in 0..count {
        let built = land.built(centres[number]);
        // Students and young workers live in the middle of things, the retired by the sea and in the villages.
        let young =
            ((built - 0.75) * 3.0 + 0.35 * scores[number] + 0.1 * random.normal()).clamp(0.0, 1.0);
        let old = (0.45 - 0.6 * scores[number] + 0.5 * (0.4 - built) + 0.1 * random.normal())
            .clamp(0.0, 1.0);
        let mix: Vec<f64> = (0..BANDS)
            .map(|band| {
                let rest = (1.0 - young - old).max(0.15);
                f64::from(YOUNG[band]) * young
                    + f64::from(OLD[band]) * old
                    + f64::from(MIXED[band]) * rest
            })
            .collect();
        let mut bands = [0; BANDS];
        bands.copy_from_slice(&shares(&mix, sizes[number]));
        list.push(Residents {
            bands,
            decile: deciles[number].0,
            rank: deciles[number].1,
        });
    }
    list
}

/// The middle of an area's outer ring.
pub(crate) fn middle(rings: &[Vec<Point>]) -> Point {
    let Some(ring) = rings.first().filter(|ring| !ring.is_empty()) else {
        return Point::default();
    };
    ring.iter().fold(Point::default(), |sum, p| sum + *p) * (1.0 / ring.len() as f64)
}

/// Divides a whole number in proportion to weights, without losing one (largest remainders).
pub(crate) fn shares(weights: &[f64], total: u32) -> Vec<u32> {
    let sum: f64 = weights.iter().sum();
    if sum <= 0.0 {
        return vec![0; weights.len()];
    }
    let exact: Vec<f64> = weights
        .iter()
        .map(|weight| weight / sum * f64::from(total))
        .collect();
    let mut whole: Vec<u32> = exact.iter().map(|share| *share as u32).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by(|&a, &b| {
        exact[b]
            .fract()
            .total_cmp(&exact[a].fract())
            .then(a.cmp(&b))
    });
    let left = total.saturating_sub(whole.iter().sum());
    for &index in order.iter().take(left as usize) {
        whole[index] += 1;
    }
    whole
}

/// Decile and rank of every area, 1 the most deprived of an imagined 32,844.
fn deprivation(scores: &[f64], random: &mut Random) -> Vec<(u32, u32)> {
    let count = scores.len();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    let weights: Vec<f64> = DECILES.iter().map(|&areas| areas as f64).collect();
    let quotas = shares(&weights, count as u32);
    let mut list = vec![(10, 32_844); count];
    let mut place = order.into_iter();
    for (decile, quota) in (1_u32..).zip(quotas) {
        let mut ranks: Vec<u32> = Vec::new();
        while ranks.len() < quota as usize {
            let rank = (decile - 1) * 3_284 + 1 + random.below(3_284) as u32;
            if !ranks.contains(&rank) {
                ranks.push(rank);
            }
        }
        ranks.sort_unstable();
        for (rank, number) in ranks.into_iter().zip(place.by_ref()) {
            list[number] = (decile, rank);
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn shares_lose_nobody() {
        assert_eq!(shares(&[1.0, 1.0, 1.0], 10), [4, 3, 3]);
        assert_eq!(shares(&[0.0, 2.0], 5), [0, 5]);
        assert_eq!(shares(&[], 5), Vec::<u32>::new());
    }
}
