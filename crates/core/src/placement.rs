//! Where the study's places and homes lie: in which areas, and on which street.
//!
//! Finding this is most of the work of assembling a study, and the answer for one position depends on the areas and the streets alone.
//! So what was found before can be handed in and is not sought again. How finely a home is known does not matter here: what follows from
//! that is the study's business. People's homes are among it: nothing here can be serialised,
//! and `Debug` shows numbers only.

use std::collections::BTreeMap;
use std::fmt;

use catchment_travel::{Metres, PreparedNetwork, TooFar};

use crate::grid::GridPoint;
use crate::id::{AreaId, RowId, Table, UserId};
use crate::index::{AreaIndex, locate_all};
use crate::journey::{OffNetwork, Snapped};
use crate::study::StudyParts;

/// Up to so many positions are looked for one by one: building an R-tree of them takes longer.
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

impl Placements {
    /// Finds the areas and the nearest street of every site, postcode and home.
    #[must_use]
    pub fn find(parts: &StudyParts) -> Self {
        Self::find_after(parts, Self::default())
    }

    /// Finds them, but for positions that were placed before. The answer is that of [`Placements::find`] where `before` was found with
    /// the same areas, streets and snap cap.
    #[must_use]
    pub fn find_after(parts: &StudyParts, before: Self) -> Self {
        let mut unknown = Vec::new();
        let [sites, postcodes, users] = positions(parts);
        let sites = before.sites.moved_to(sites, &mut unknown);
        let postcodes = before.postcodes.moved_to(postcodes, &mut unknown);
        let users = before.users.moved_to(users, &mut unknown);
        let found = Found {
            areas: areas_of(parts, &unknown),
            snaps: snaps_of(parts, &unknown),
        };
        Self {
            sites: sites.with(&found),
            postcodes: postcodes.with(&found),
            users: users.with(&found),
        }
    }

    /// Says whether these placements can be of a study: one for each row, in areas and on streets that are there.
    #[must_use]
    pub fn fit(&self, parts: &StudyParts) -> bool {
        let network = network_of(parts).map(PreparedNetwork::network);
        let sets = parts.area_sets.len();
        let [sites, postcodes, users] = positions(parts);
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
        placed_fits(&self.sites, &sites)
            && placed_fits(&self.postcodes, &postcodes)
            && placed_fits(&self.users, &users)
    }
}

/// Lists the positions of sites, postcodes and homes.
fn positions(parts: &StudyParts) -> [Vec<GridPoint>; 3] {
    fn each<I: RowId, T>(table: &Table<I, T>, point: fn(&T) -> GridPoint) -> Vec<GridPoint> {
        table.rows().iter().map(point).collect()
    }
    [
        each(&parts.sites, |site| site.point),
        each(&parts.postcodes, |postcode| postcode.point),
        each(&parts.users, |user| user.home),
    ]
}

/// What was found for positions that were not placed before.
struct Found {
    areas: Vec<Vec<Option<AreaId>>>,
    snaps: Vec<Snapped>,
}

/// Rows of one table, and which of them are among the positions that are yet to be found.
struct Moved {
    placed: Placed,
    /// The row, and its place among those to be found.
    missing: Vec<(usize, usize)>,
}

impl Moved {
    fn with(mut self, found: &Found) -> Placed {
        for (row, at) in self.missing {
            self.placed.areas[row].clone_from(&found.areas[at]);
            self.placed.snaps[row] = found.snaps[at];
        }
        self.placed
    }
}

impl Placed {
    /// Takes over what is known of positions; the others are added to those to be found.
    fn moved_to(self, points: Vec<GridPoint>, unknown: &mut Vec<GridPoint>) -> Moved {
        let whole = self.areas.len() == self.points.len() && self.snaps.len() == self.points.len();
        if whole && self.points == points {
            return Moved {
                placed: self,
                missing: Vec::new(),
            };
        }
        let bits = |point: GridPoint| (point.x.to_bits(), point.y.to_bits());
        let rows = self.points.iter().zip(self.areas.iter().zip(&self.snaps));
        let known: BTreeMap<_, _> = rows
            .map(|(point, (areas, snap))| (bits(*point), (areas, *snap)))
            .collect();
        let mut placed = Self::default();
        let mut missing = Vec::new();
        for (row, point) in points.iter().enumerate() {
            let (areas, snap) = known.get(&bits(*point)).map_or_else(
                || {
                    missing.push((row, unknown.len()));
                    unknown.push(*point);
                    (Vec::new(), off_network())
                },
                |(areas, snap)| ((*areas).clone(), *snap),
            );
            placed.areas.push(areas);
            placed.snaps.push(snap);
        }
        placed.points = points;
        Moved { placed, missing }
    }
}

/// Where nothing is near, because there are no streets.
fn off_network() -> Snapped {
    Err(OffNetwork::TooFar(TooFar {
        distance: Metres::new(f64::INFINITY),
    }))
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
    let Some(streets) = network_of(parts) else {
        return vec![off_network(); points.len()];
    };
    let points: Vec<[f64; 2]> = points.iter().map(|point| [point.x, point.y]).collect();
    let found = streets.snapper().snap_all(&points, cap).into_iter();
    found.map(|snap| snap.map_err(OffNetwork::TooFar)).collect()
}

/// Finds the streets of the study's profile.
pub(crate) fn network_of(parts: &StudyParts) -> Option<&PreparedNetwork> {
    network_named(parts, &parts.settings.profile)
}

/// Finds the streets of a profile by its name.
pub(crate) fn network_named<'a>(
    parts: &'a StudyParts,
    profile: &str,
) -> Option<&'a PreparedNetwork> {
    let mut networks = parts.networks.iter();
    networks.find(|prepared| prepared.network().profile().name == profile)
}
