//! Every postcode of a file in 13 bytes each, in order of its code: where it is, and how well that is known.
//!
//! Used while a study is read and in no bundle: a whole country fits in 40 MB. One of a small file is kept for the next build. It knows nothing of rows, files and messages.

use catchment_core::grid::GridPoint;
use serde::{Deserialize, Serialize};

use super::code::{Code, Part};

/// A position in millimetres on the study's grid. Every metre of the National Grid fits in 32 bits.
pub(crate) type Millimetres = [i32; 2];

/// What a postcode file says of a postcode's place, from the best to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Standing {
    /// In use, with a point of its own.
    Live,
    /// In use, with an estimated point.
    Imprecise,
    /// Ended, with its last known point.
    Ended,
    /// With the middle of its sector for a point.
    SectorMean,
    /// With a point, but not one on the study's grid.
    OffGrid,
    /// Without a point.
    NoPlace,
}

/// One row of a postcode file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) code: Code,
    pub(crate) standing: Standing,
    pub(crate) point: Millimetres,
    /// Which row of all rows read it was, counted on through all files.
    pub(crate) row: u32,
}

/// A row that has the code of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Twin {
    pub(crate) row: u32,
    /// The row that is kept.
    pub(crate) kept: u32,
    pub(crate) code: Code,
}

/// Postcodes by code.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Geocoder {
    codes: Vec<Code>,
    standings: Vec<Standing>,
    points: Vec<Millimetres>,
}

/// Writes a position as the rest of the program has it.
pub(crate) fn metres(point: Millimetres) -> GridPoint {
    GridPoint {
        x: f64::from(point[0]) / 1000.0,
        y: f64::from(point[1]) / 1000.0,
    }
}

/// Puts entries in order of their codes and takes out all but one of each: the best known, else the first. Twins come in order of their rows.
pub(crate) fn without_twins(entries: &mut Vec<Entry>) -> Vec<Twin> {
    entries.sort_unstable_by_key(|entry| (entry.code, entry.standing, entry.row));
    let mut twins = Vec::new();
    entries.dedup_by(|later, kept| {
        let same = later.code == kept.code;
        if same {
            twins.push(Twin {
                row: later.row,
                kept: kept.row,
                code: later.code,
            });
        }
        same
    });
    twins.sort_unstable_by_key(|twin| twin.row);
    twins
}

impl Geocoder {
    /// Takes entries that [`without_twins`] has put in order.
    pub(crate) fn new(entries: &[Entry]) -> Self {
        Self {
            codes: entries.iter().map(|entry| entry.code).collect(),
            standings: entries.iter().map(|entry| entry.standing).collect(),
            points: entries.iter().map(|entry| entry.point).collect(),
        }
    }

    /// Returns how many postcodes there are.
    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    /// Finds a postcode. Its point means nothing where it is off the grid or without a place.
    pub(crate) fn find(&self, code: Code) -> Option<(Standing, GridPoint)> {
        let place = self.codes.binary_search(&code).ok()?;
        Some((
            *self.standings.get(place)?,
            metres(*self.points.get(place)?),
        ))
    }

    /// Returns the point of the postcode nearest to the median of those that begin alike; of equals, the first by code.
    ///
    /// Postcodes in use decide where there are any, else ended ones, else the means of sectors. A mean of points may lie in a harbour; a
    /// postcode does not.
    pub(crate) fn middle(&self, part: Part) -> Option<GridPoint> {
        let codes = part.codes();
        let from = self.codes.partition_point(|code| *code < codes.start);
        let to = self.codes.partition_point(|code| *code < codes.end);
        let known = self.standings.get(from..to)?;
        let points = self.points.get(from..to)?;
        [
            &[Standing::Live, Standing::Imprecise][..],
            &[Standing::Ended],
            &[Standing::SectorMean],
        ]
        .into_iter()
        .find_map(|wanted| {
            let chosen = known
                .iter()
                .zip(points)
                .filter(|(standing, _)| wanted.contains(standing));
            central(&chosen.map(|(_, point)| *point).collect::<Vec<_>>())
        })
        .map(metres)
    }
}

fn central(points: &[Millimetres]) -> Option<Millimetres> {
    let middle = |axis: usize| {
        let mut values: Vec<i32> = points.iter().map(|point| point[axis]).collect();
        let half = values.len().checked_sub(1)? / 2;
        Some(i128::from(*values.select_nth_unstable(half).1))
    };
    let (x, y) = (middle(0)?, middle(1)?);
    points
        .iter()
        .min_by_key(|point| (i128::from(point[0]) - x).pow(2) + (i128::from(point[1]) - y).pow(2))
        .copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Code, Entry, Geocoder, Standing, metres, without_twins};

    const STANDINGS: [Standing; 6] = [
        Standing::Live,
        Standing::Imprecise,
        Standing::Ended,
        Standing::SectorMean,
        Standing::OffGrid,
        Standing::NoPlace,
    ];

    /// The middle by the text of the codes and a scan of everything.
    fn slow_middle(kept: &[(String, Standing, [i32; 2])], start: &str) -> Option<[i32; 2]> {
        let groups = [
            vec![Standing::Live, Standing::Imprecise],
            vec![Standing::Ended],
            vec![Standing::SectorMean],
        ];
        for group in groups {
            let mut alike: Vec<(String, [i32; 2])> = kept
                .iter()
                .filter(|(code, standing, _)| {
                    let sector = &code[..code.len() - 2];
                    let district = code.split(' ').next().unwrap();
                    (sector == start || district == start) && group.contains(standing)
                })
                .map(|(code, _, point)| (code.clone(), *point))
                .collect();
            if alike.is_empty() {
                continue;
            }
            let lower_median = |axis: usize| {
                let mut values: Vec<i32> = alike.iter().map(|(_, point)| point[axis]).collect();
                values.sort_unstable();
                i128::from(values[(values.len() - 1) / 2])
            };
            let (x, y) = (lower_median(0), lower_median(1));
            let off = |point: [i32; 2]| {
                (i128::from(point[0]) - x).pow(2) + (i128::from(point[1]) - y).pow(2)
            };
            let nearest = alike.iter().map(|(_, point)| off(*point)).min()?;
            // Which of equals comes first depends on the order of codes, which is that of their numbers.
            alike.sort_by_key(|(code, _)| Code::from_ascii(code.as_bytes()));
            return alike
                .into_iter()
                .map(|(_, point)| point)
                .find(|point| off(*point) == nearest);
        }
        None
    }

    proptest! {
        #[test]
        fn the_compact_geocoder_finds_what_a_scan_finds(
            rows in prop::collection::vec(("[AB]{1,2}[12][01C]? [12][AB]{2}", 0usize..6, [-5i32..5, -5i32..5]), 0..60),
            asked in prop::collection::vec("[AB]{1,2}[12][01C]? [12][AB]{2}", 20),
        ) {
            let mut entries: Vec<Entry> = rows.iter().zip(2..).map(|((code, standing, point), row)| Entry {
                code: Code::from_ascii(code.as_bytes()).unwrap(),
                standing: STANDINGS[*standing],
                point: *point,
                row,
            }).collect();
            let read = entries.len();
            let twins = without_twins(&mut entries);
            prop_assert_eq!(entries.len() + twins.len(), read);
            let geocoder = Geocoder::new(&entries);
            let mut kept: Vec<(String, Standing, [i32; 2])> = Vec::new();
            for (code, standing, point) in &rows {
                let standing = STANDINGS[*standing];
                match kept.iter_mut().find(|(known, ..)| known == code) {
                    Some(known) if standing < known.1 => *known = (code.clone(), standing, *point),
                    Some(_) => {}
                    None => kept.push((code.clone(), standing, *point)),
                }
            }
            for text in asked.iter().chain(rows.iter().map(|(code, ..)| code)) {
                let code = Code::from_ascii(text.as_bytes()).unwrap();
                let scanned = kept.iter().find(|(known, ..)| known == text);
                prop_assert_eq!(geocoder.find(code), scanned.map(|(_, standing, point)| (*standing, metres(*point))));
                for part in [code.sector(), code.district()] {
                    prop_assert_eq!(geocoder.middle(part), slow_middle(&kept, &part.text()).map(metres));
                }
            }
        }
    }
}
