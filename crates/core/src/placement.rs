//! Where the study's places and homes lie: in which areas, and on which street.
//!
//! Finding this is most of the work of assembling a study, and the answer for one position depends on the areas and the streets alone.
//! So what was found before can be handed in and is not sought again. People's homes are among it: nothing here can be serialised,
//! and `Debug` shows numbers only.

use std::fmt;

use catchment_travel::{Metres, Snapper, StreetNetwork, TooFar, snap_few};

use crate::grid::GridPoint;
use crate::id::{AreaId, RowId, Table, UserId};
use crate::index::{AreaIndex, locate_all};
use crate::journey::Snapped;
use crate::study::StudyParts;

/// Up to so many positions are looked for street by street: building an R-tree of all streets takes longer.
const FEW: usize = 16;

/// Where rows of one table lie, in the order of the table.
#[derive(Clone, Default, PartialEq)]
pub struct Placed {
    /// The positions.
    pub points: Vec<GridPoint>,
    /// For each row the area of each set, in the order of the sets.
    pub areas: Vec<Vec<Option<AreaId>>>,
    /// For each row the nearest point on a street of the study's profile.
    pub snaps: Vec<Snapped>,
}

impl fmt::Debug for Placed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Placed({} rows)", self.areas.len())
    }
}

/// Where everything in a study lies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placements {
    /// The sites.
    pub sites: Placed,
    /// The postcodes.
    pub postcodes: Placed,
    /// The homes.
    pub users: Placed,
}

/// The positions of sites, postcodes and homes, each in the order of its table.
pub struct Positions {
    /// Of the sites.
    pub sites: Vec<GridPoint>,
    /// Of the postcodes.
    pub postcodes: Vec<GridPoint>,
    /// Of the homes.
    pub users: Vec<GridPoint>,
}

impl Positions {
    /// Lists the positions of a study.
    #[must_use]
    pub fn of(parts: &StudyParts) -> Self {
        fn each<I: RowId, T>(table: &Table<I, T>, point: fn(&T) -> GridPoint) -> Vec<GridPoint> {
            table.rows().iter().map(point).collect()
        }
        Self {
            sites: each(&parts.sites, |site| site.point),
            postcodes: each(&parts.postcodes, |postcode| postcode.point),
            users: each(&parts.users, |user| user.home),
        }
    }
}

/// What is known of one position from before.
pub type Known<'a> = dyn Fn(GridPoint) -> Option<(Vec<Option<AreaId>>, Snapped)> + 'a;

impl Placements {
    /// Finds the areas and the nearest street of every site, postcode and home.
    #[must_use]
    pub fn find(parts: &StudyParts) -> Self {
        Self::find_unless_known(parts, &|_| None).0
    }

    /// Finds them, but for the positions that are known; says how many had to be found.
    ///
    /// What is known must have been found with the same areas, streets and snap cap: then the answer is that of [`Placements::find`].
    #[must_use]
    pub fn find_unless_known(parts: &StudyParts, known: &Known<'_>) -> (Self, usize) {
        let positions = Positions::of(parts);
        let mut unknown: Vec<GridPoint> = Vec::new();
        let mut recall =
            |points: &[GridPoint]| -> Vec<Result<(Vec<Option<AreaId>>, Snapped), usize>> {
                let each = points.iter().map(|point| {
                    known(*point).ok_or_else(|| {
                        unknown.push(*point);
                        unknown.len() - 1
                    })
                });
                each.collect()
            };
        let sites = recall(&positions.sites);
        let postcodes = recall(&positions.postcodes);
        let users = recall(&positions.users);
        let areas = areas_of(parts, &unknown);
        let snaps = snaps_of(parts, &unknown);
        let placed = |points: Vec<GridPoint>, rows: Vec<Result<_, usize>>| {
            let mut placed = Placed {
                points,
                ..Placed::default()
            };
            for row in rows {
                let (row_areas, snap) = row.unwrap_or_else(|at| (areas[at].clone(), snaps[at]));
                placed.areas.push(row_areas);
                placed.snaps.push(snap);
            }
            placed
        };
        let placements = Self {
            sites: placed(positions.sites, sites),
            postcodes: placed(positions.postcodes, postcodes),
            users: placed(positions.users, users),
        };
        (placements, unknown.len())
    }

    /// Says whether these placements can be of a study: one for each row, in areas and on streets that are there.
    #[must_use]
    pub fn fit(&self, parts: &StudyParts) -> bool {
        let network = network_of(parts);
        let sets = parts.area_sets.len();
        let positions = Positions::of(parts);
        let placed_fits = |placed: &Placed, points: &[GridPoint]| {
            placed.points == points
                && placed.areas.len() == points.len()
                && placed.snaps.len() == points.len()
                && placed.areas.iter().all(|row| {
                    row.len() == sets
                        && row.iter().enumerate().all(|(set, area)| {
                            area.is_none_or(|area| {
                                parts
                                    .areas
                                    .get(area)
                                    .is_some_and(|area| area.set.row() == set)
                            })
                        })
                })
                && placed.snaps.iter().all(|snap| {
                    snap.as_ref().map_or(true, |snap| {
                        network.is_some_and(|network| snap.fits(network))
                    })
                })
        };
        placed_fits(&self.sites, &positions.sites)
            && placed_fits(&self.postcodes, &positions.postcodes)
            && placed_fits(&self.users, &positions.users)
    }
}

fn areas_of(parts: &StudyParts, points: &[GridPoint]) -> Vec<Vec<Option<AreaId>>> {
    let sets = parts.area_sets.len();
    if points.len() > FEW {
        // The kind of row matters to nobody here.
        return locate_all::<UserId>(&parts.areas, sets, points);
    }
    let index = AreaIndex::new(&parts.areas, sets);
    let each = points
        .iter()
        .map(|point| index.locate(&parts.areas, *point));
    each.collect()
}

fn snaps_of(parts: &StudyParts, points: &[GridPoint]) -> Vec<Snapped> {
    let cap = parts.settings.snap_cap;
    let Some(network) = network_of(parts) else {
        let off = TooFar {
            distance: Metres::new(f64::INFINITY),
        };
        return vec![Err(off); points.len()];
    };
    let points: Vec<[f64; 2]> = points.iter().map(|point| [point.x, point.y]).collect();
    if points.len() <= FEW {
        return snap_few(network, &points, cap);
    }
    let snapper = Snapper::new(network);
    let each = points.iter().map(|point| snapper.snap(*point, cap));
    each.collect()
}

/// Finds the streets of the study's profile.
pub(crate) fn network_of(parts: &StudyParts) -> Option<&StreetNetwork> {
    parts
        .networks
        .iter()
        .find(|network| network.profile().name == parts.settings.profile)
}
