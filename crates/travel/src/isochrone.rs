//! What can be reached within some minutes from a point, or from where it can be reached: streets, and the ground beside them.
//!
//! [`Isochrones`] finds the streets. One search serves several budgets: it is cut off at the largest, and each street is cut at every
//! budget to the millimetre. One-ways, turns, waits, and streets that serve the ends of journeys only count as in any other journey, so
//! that a point is in a band where the journey to it is within the budget, and nowhere else.
//!
//! [`Surroundings`] and [`Outlines`] make areas of bands. The rule: **a place is in a band's area where the point on a street that it
//! snaps to is in the band, and no further away than the width** ([`WIDTH`] unless another is chosen). So an area says of each address
//! what a journey from that address would say; it never covers the middle of a harbour, of a river or of a field that is more than twice
//! the width across, nor the ground beside an unreached street; blocks whose middle is within the width of their streets are filled;
//! areas of smaller budgets lie within those of larger ones. As nobody is snapped onto a motorway or a ferry, these have no area. The
//! strip of water along a reached quay, as broad as the width, cannot be told from land here, and a dock or a stream of less than twice
//! the width is filled where both its sides are reached. `outlines` says how exactly the rule is drawn.
//!
//! It deliberately knows no water, no land use and no addresses, and it names nobody.

mod fields;
mod outlines;
mod search;
mod simplify;
mod stretches;
mod surroundings;
#[cfg(test)]
mod tests;
mod tracing;

use thiserror::Error;

use crate::grouped::Grouped;
use crate::network::{Phase, StreetNetwork};
use crate::snap::Snap;
use crate::units::{Metres, Metric, Seconds};

pub use outlines::Outlines;
pub use stretches::Stretch;
pub use surroundings::{Surroundings, TOLERANCE, WIDTH};

use search::{NEVER, Search};
use stretches::{Times, cut};

/// The most budgets that one search serves.
pub const MOST_BUDGETS: usize = 16;
/// The longest budget: a day.
pub const LONGEST_BUDGET: Seconds = Seconds::new(86_400.0);

/// Why there is no isochrone.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum IsochroneError {
    /// No budget, or more than [`MOST_BUDGETS`].
    #[error("{count} budgets were asked for: ask for 1 to {MOST_BUDGETS}")]
    Budgets {
        /// How many.
        count: usize,
    },
    /// A budget that is not more than nothing and no more than [`LONGEST_BUDGET`].
    #[error("a budget of {0} s cannot be: it is more than 0 and at most a day")]
    Budget(f64),
    /// The network's costs are ordered by distance.
    #[error("isochrones are of time, and this network was frozen for the shortest distance")]
    ByDistance,
    /// The point is on no street of the network.
    #[error("the point was snapped onto another network")]
    Foreign,
    /// A width that cannot be used.
    #[error("a width of {0} m cannot be: it is 10 m to 1,000 m")]
    Width(f64),
    /// A tolerance that cannot be used.
    #[error(
        "a tolerance of {tolerance} m cannot be: it is at least 1 m and at most the width, {width} m"
    )]
    Tolerance {
        /// The tolerance in metres.
        tolerance: f64,
        /// The width in metres.
        width: f64,
    },
    /// Too many squares for one machine.
    #[error(
        "a tolerance of {tolerance} m is too fine for streets over {kilometres:.1} km and the ground beside them: take {enough:.0} m or more"
    )]
    TooFine {
        /// The tolerance in metres.
        tolerance: f64,
        /// The longer side of the area.
        kilometres: f64,
        /// A tolerance in metres that would do.
        enough: f64,
    },
}

/// Which way journeys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// From the point to anywhere.
    From,
    /// From anywhere to the point.
    To,
}

/// Searches one network for what can be reached within a time. Its room is used again from search to search.
///
/// ```
/// use catchment_travel::{
///     Isochrones, Metres, Outlines, Profile, Seconds, Snapper, StreetGraphBuilder, Surroundings, TOLERANCE, Tags, WIDTH,
/// };
///
/// // A street of 900 m and its continuation, at 36 km/h: 10 m a second.
/// let profiles = [Profile::drive()];
/// let mut streets = StreetGraphBuilder::new(&profiles);
/// let ends = [0.0, 900.0, 2000.0].map(|x| streets.junction([x, 0.0], Tags::new(&[])));
/// let tags = [("highway", "residential"), ("maxspeed", "36")];
/// streets.street(ends[0], ends[1], vec![[0.0, 0.0], [900.0, 0.0]], Tags::new(&tags), None);
/// streets.street(ends[1], ends[2], vec![[900.0, 0.0], [2000.0, 0.0]], Tags::new(&tags), None);
/// let (network, _) = streets.finish().freeze(0, &profiles[0])?;
/// let home = Snapper::new(&network).snap([100.0, 5.0], Metres::new(50.0)).map_err(|_| "far from any street")?;
///
/// let mut isochrones = Isochrones::new(&network)?;
/// let reached = isochrones.from(&home, &[Seconds::new(60.0), Seconds::new(120.0)])?;
/// let lengths: Vec<String> = reached.bands().map(|band| band.length().to_string()).collect();
/// assert_eq!(lengths, ["700 m", "1.30 km"]); // 600 m and 1.2 km ahead, 100 m back
///
/// let surroundings = Surroundings::around(&network, &reached, WIDTH, TOLERANCE)?;
/// let areas = Outlines::new(&surroundings).of(&reached);
/// assert_eq!(areas.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Isochrones<'a> {
    network: &'a StreetNetwork,
    search: Search,
    /// By search node, the streets, with direction, that end there for whoever starts on them.
    ending: Grouped<u32>,
    /// By junction, the ends of streets there: twice the street, and one more for its last.
    touching: Grouped<u32>,
    /// For each street and direction its time, as in [`Times`].
    times: Vec<u32>,
    /// For each street and end its time, as in [`Times`].
    ends: Vec<u32>,
    streets: Vec<u32>,
    budgets: Vec<u32>,
    bands: Vec<Vec<Stretch>>,
}

impl<'a> Isochrones<'a> {
    /// Makes room for searches of a network.
    ///
    /// # Errors
    /// [`IsochroneError::ByDistance`] where the network was not frozen for the fastest way.
    pub fn new(network: &'a StreetNetwork) -> Result<Self, IsochroneError> {
        if network.metric() != Metric::FastestTime {
            return Err(IsochroneError::ByDistance);
        }
        let darts = (0u32..).zip(network.arrival.iter());
        let darts = darts.filter(|(_, node)| **node != crate::network::NONE);
        let darts = darts.map(|(dart, node)| (*node, dart));
        let streets = (0u32..).zip(network.streets.iter());
        let ends = streets
            .flat_map(|(number, street)| [(street.from, number * 2), (street.to, number * 2 + 1)]);
        Ok(Self {
            network,
            search: Search::new(&network.leaving),
            ending: Grouped::new(network.node_count(), darts),
            touching: Grouped::new(network.junction_count(), ends),
            times: vec![NEVER; network.arrival.len()],
            ends: vec![NEVER; network.arrival.len()],
            streets: Vec::new(),
            budgets: Vec::new(),
            bands: Vec::new(),
        })
    }

    /// Finds what can be reached from a point within each budget. Budgets count in whole milliseconds, and come back in ascending order,
    /// each once.
    pub fn from(
        &mut self,
        origin: &Snap,
        budgets: &[Seconds],
    ) -> Result<Reached<'_>, IsochroneError> {
        self.reach(origin, budgets, Way::From)
    }

    /// Finds from where a point can be reached within each budget, as [`Isochrones::from`] does.
    pub fn to(
        &mut self,
        destination: &Snap,
        budgets: &[Seconds],
    ) -> Result<Reached<'_>, IsochroneError> {
        self.reach(destination, budgets, Way::To)
    }

    fn reach(
        &mut self,
        root: &Snap,
        budgets: &[Seconds],
        way: Way,
    ) -> Result<Reached<'_>, IsochroneError> {
        if !root.fits(self.network) {
            return Err(IsochroneError::Foreign);
        }
        self.budgets = in_milliseconds(budgets)?;
        let limit = self.budgets.last().copied().unwrap_or(0);
        let network = self.network;
        match way {
            Way::From => self
                .search
                .run(&network.leaving, root.ways_out(network), limit),
            Way::To => self
                .search
                .run(&network.arriving, root.ways_in(network), limit),
        }
        self.look_at_streets(root, way, limit);
        self.bands.resize_with(self.budgets.len(), Vec::new);
        for (budget, band) in self.budgets.iter().zip(&mut self.bands) {
            band.clear();
            for number in &self.streets {
                let darts = *number as usize * 2;
                let street = &network.streets[*number as usize];
                let here = (root.street() == *number).then_some(root);
                let times = Times {
                    darts: [self.times[darts], self.times[darts + 1]],
                    ends: [self.ends[darts], self.ends[darts + 1]],
                };
                cut((*number, street), times, way, here, *budget, band);
            }
        }
        Ok(Reached {
            network,
            root: *root,
            budgets: &self.budgets,
            bands: &self.bands,
        })
    }

    /// Notes when each street is reached, and lists those that are, in ascending order.
    fn look_at_streets(&mut self, root: &Snap, way: Way, limit: u32) {
        self.forget_streets();
        let mut notes = Notes {
            network: self.network,
            way,
            limit,
            ending: &self.ending,
            touching: &self.touching,
            times: &mut self.times,
            ends: &mut self.ends,
            streets: &mut self.streets,
        };
        let search = &self.search;
        if search.reached().len() * 8 > self.network.node_count() {
            // Neighbours lie together in memory, so this is quicker than in the order they were reached.
            for (node, time) in (0..).zip(search.times()) {
                if *time != NEVER {
                    notes.visit(node, *time);
                }
            }
        } else {
            for node in search.reached() {
                notes.visit(*node, search.times()[*node as usize]);
            }
        }
        notes.list(root.street());
        in_order(&mut self.streets, self.network.street_count());
    }

    /// Takes back what is noted of the last search.
    fn forget_streets(&mut self) {
        for street in self.streets.drain(..) {
            let darts = street as usize * 2;
            self.times[darts..darts + 2].fill(NEVER);
            self.ends[darts..darts + 2].fill(NEVER);
        }
    }
}

/// What is noted of streets while the nodes that were reached are gone through.
struct Notes<'s> {
    network: &'s StreetNetwork,
    way: Way,
    limit: u32,
    /// The streets that end at each search node.
    ending: &'s Grouped<u32>,
    /// The ends of streets at each junction.
    touching: &'s Grouped<u32>,
    times: &'s mut [u32],
    ends: &'s mut [u32],
    streets: &'s mut Vec<u32>,
}

impl Notes<'_> {
    /// Lists a street, unless something is noted of it already.
    fn list(&mut self, street: u32) {
        let here = street as usize * 2..street as usize * 2 + 2;
        if self.times[here.clone()] == [NEVER; 2] && self.ends[here] == [NEVER; 2] {
            self.streets.push(street);
        }
    }

    /// Notes when a street is gone onto in a direction.
    fn note(&mut self, dart: u32, time: u32) {
        if time <= self.limit {
            self.list(dart / 2);
            let noted = &mut self.times[dart as usize];
            *noted = time.min(*noted);
        }
    }

    /// Goes through the streets at a search node that is reached at a time.
    fn visit(&mut self, node: u32, time: u32) {
        let network = self.network;
        match self.way {
            Way::From => network.ways_on(node, |dart, turn| self.note(dart, time + turn)),
            Way::To => {
                for dart in self.ending.of(node as usize) {
                    self.note(*dart, time);
                }
            }
        }
        for end in self.touching.of(network.node_junction(node) as usize) {
            if time < self.ends[*end as usize] && is_at_end(network, node, end / 2, self.way) {
                self.list(end / 2);
                self.ends[*end as usize] = time;
            }
        }
    }
}

/// Sorts different numbers below `all`.
fn in_order(numbers: &mut Vec<u32>, all: usize) {
    if numbers.len() * 16 < all {
        numbers.sort_unstable();
        return;
    }
    let mut marks = fixedbitset::FixedBitSet::with_capacity(all);
    for number in numbers.iter() {
        marks.insert(*number as usize);
    }
    numbers.clear();
    numbers.extend(marks.ones().map(|number| number as u32));
}

/// Says whether whoever is at a search node is at the end of a street that touches its junction, as the ways in and out of a point at
/// the very end of a street have it.
fn is_at_end(network: &StreetNetwork, node: u32, street: u32, way: Way) -> bool {
    let phase = network.node_phase(node);
    let ends_only = network.is_ends_only(street);
    match way {
        Way::From => ends_only || phase != Phase::End,
        Way::To if ends_only => {
            let mut nodes = network.nodes_of(network.node_junction(node));
            let starts = nodes.any(|node| network.node_phase(node) == Phase::Start);
            phase == if starts { Phase::Start } else { Phase::Public }
        }
        Way::To => phase == Phase::Public,
    }
}

/// Reads budgets: in whole milliseconds, ascending, each once.
fn in_milliseconds(budgets: &[Seconds]) -> Result<Vec<u32>, IsochroneError> {
    if budgets.is_empty() || budgets.len() > MOST_BUDGETS {
        return Err(IsochroneError::Budgets {
            count: budgets.len(),
        });
    }
    let mut read = Vec::with_capacity(budgets.len());
    for budget in budgets {
        let seconds = budget.value();
        // Written so that what is not a number is refused.
        if !(seconds > 0.0 && seconds <= LONGEST_BUDGET.value()) {
            return Err(IsochroneError::Budget(seconds));
        }
        read.push(budget.whole_milliseconds());
    }
    read.sort_unstable();
    read.dedup();
    Ok(read)
}

/// What one search found: a band of streets for each budget, the smallest first.
#[derive(Clone, Copy, Debug)]
pub struct Reached<'e> {
    pub(crate) network: &'e StreetNetwork,
    root: Snap,
    budgets: &'e [u32],
    bands: &'e [Vec<Stretch>],
}

impl<'e> Reached<'e> {
    /// Lists the bands, the smallest budget first.
    #[must_use]
    pub fn bands(&self) -> impl DoubleEndedIterator<Item = Band<'e>> + ExactSizeIterator + use<'e> {
        let each = self.budgets.iter().zip(self.bands);
        let network = self.network;
        each.map(move |(milliseconds, stretches)| Band {
            network,
            milliseconds: *milliseconds,
            stretches,
        })
    }

    /// Returns the point that journeys begin or end at.
    #[must_use]
    pub fn root(&self) -> Snap {
        self.root
    }
}

/// The streets within one budget.
#[derive(Clone, Copy, Debug)]
pub struct Band<'e> {
    network: &'e StreetNetwork,
    milliseconds: u32,
    stretches: &'e [Stretch],
}

impl<'e> Band<'e> {
    /// Returns the budget.
    #[must_use]
    pub fn budget(&self) -> Seconds {
        Seconds::new(f64::from(self.milliseconds) / 1000.0)
    }

    /// Lists the stretches, by street and along each street; those of one street do not touch. One of no length is a street's end at a
    /// junction that is reached, where the street itself is not.
    #[must_use]
    pub fn stretches(&self) -> &'e [Stretch] {
        self.stretches
    }

    /// Returns the length of all stretches together.
    #[must_use]
    pub fn length(&self) -> Metres {
        let millimetres = self
            .stretches
            .iter()
            .map(|part| u64::from(part.to - part.from));
        Metres::new(millimetres.sum::<u64>() as f64 / 1000.0)
    }

    /// Says whether a point is in the band: exactly whether its journey is within the budget.
    #[must_use]
    pub fn contains(&self, point: &Snap) -> bool {
        let place = (point.street(), point.offset());
        let after = self
            .stretches
            .partition_point(|part| (part.street, part.from) <= place);
        let before = self.stretches[..after].last();
        before.is_some_and(|part| part.street == place.0 && place.1 <= part.to)
    }

    /// Walks the shapes of its stretches, but for those of no length, in metres on the study's grid.
    pub fn shapes(&self) -> impl Iterator<Item = Vec<[f64; 2]>> + use<'e> {
        let network = self.network;
        let long = self.stretches.iter().filter(|part| part.from < part.to);
        long.map(move |part| part.shape(network))
    }
}
