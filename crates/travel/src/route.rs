//! One journey told: where it goes, how far and how long, turn by turn, and what the data do not say about it.
//!
//! A [`Route`] is what a search over a [`Hierarchy`](crate::Hierarchy) found, with nothing reckoned anew: its legs, its steps and its
//! classes of street each add up to the search's cost, to the millisecond and the millimetre.
//!
//! Positions are metres on the study's grid; whoever wants degrees turns them. It knows no addresses and no people.

mod legs;
mod plain;
mod steps;
mod summary;
#[cfg(test)]
mod tests;
mod words;

use crate::hierarchy::{Path, Query, route_path};
use crate::network::StreetNetwork;
use crate::snap::Snap;
use crate::units::{Cost, Metres, Seconds};

pub use legs::Leg;
pub use steps::{Kind, Step, Turn};
pub use summary::{RouteSummary, Underfoot};

/// The way of one journey from a point of a network to another.
///
/// Its line begins and ends exactly at the two points. It is as long as the journey's distance, but for the rounding of streets to whole
/// millimetres: half a millimetre for each leg, and two for the ends.
///
/// ```
/// use catchment_travel::{Hierarchy, Metres, Profile, Query, Route, Snapper, StreetGraphBuilder, Tags};
///
/// // North along the High Street, then right into Mill Lane.
/// let profiles = [Profile::walk()];
/// let mut streets = StreetGraphBuilder::new(&profiles);
/// let [a, b, c, d] = [[0.0, 0.0], [0.0, 300.0], [200.0, 300.0], [0.0, 400.0]];
/// let [from, corner, to, end] = [a, b, c, d].map(|point| streets.junction(point, Tags::new(&[])));
/// let high = [("highway", "tertiary"), ("name", "High Street"), ("surface", "asphalt")];
/// let mill = [("highway", "footway"), ("name", "Mill Lane")];
/// streets.street(from, corner, vec![a, b], Tags::new(&high), None);
/// streets.street(corner, end, vec![b, d], Tags::new(&high), None);
/// streets.street(corner, to, vec![b, c], Tags::new(&mill), None);
/// let (network, _) = streets.finish().freeze(0, &profiles[0])?;
///
/// let snapper = Snapper::new(&network);
/// let snap = |point| snapper.snap(point, Metres::new(50.0)).map_err(|_| "far from any street");
/// let (home, library) = (snap([5.0, 100.0])?, snap([150.0, 310.0])?);
/// let hierarchy = Hierarchy::new(&network);
/// let route = Route::find(&network, &mut Query::new(&hierarchy), &home, &library).ok_or("no way there")?;
///
/// assert_eq!(route.distance().to_string(), "350 m");
/// let steps: Vec<String> = route.steps().iter().map(|step| step.to_string()).collect();
/// assert_eq!(steps, ["Go north along High Street, 200 m", "Turn right onto Mill Lane, 150 m"]);
/// let underfoot = route.summary().underfoot.as_ref().ok_or("a walker asks")?;
/// assert_eq!(underfoot.surface_unknown.to_string(), "150 m");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    cost: Cost,
    points: Vec<[f64; 2]>,
    legs: Vec<Leg>,
    steps: Vec<Step>,
    summary: RouteSummary,
}

impl Route {
    /// Finds the way of the journey between two points of a network, or nothing where there is none.
    ///
    /// `query` is over a hierarchy of this network, and both points are on it. The way is the fastest one or the shortest one, as the
    /// network was frozen.
    #[must_use]
    pub fn find(
        network: &StreetNetwork,
        query: &mut Query<'_>,
        from: &Snap,
        to: &Snap,
    ) -> Option<Self> {
        let path = route_path(network, query, from, to)?;
        Self::along(network, &path, from, to)
    }

    /// Finds the same by a plain search, without a hierarchy: for a single way over a network that has none.
    #[must_use]
    pub fn find_plainly(network: &StreetNetwork, from: &Snap, to: &Snap) -> Option<Self> {
        Self::along(network, &plain::path(network, from, to)?, from, to)
    }

    fn along(network: &StreetNetwork, path: &Path, from: &Snap, to: &Snap) -> Option<Self> {
        let legs::Way { cost, points, legs } = legs::along(network, path, from, to)?;
        let steps = steps::steps(network, &legs, &points);
        let summary = RouteSummary::of(network, &legs);
        Some(Self {
            cost,
            points,
            legs,
            steps,
            summary,
        })
    }

    /// Returns what the journey costs, time and distance each in its own place.
    #[must_use]
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// Returns how far it is.
    #[must_use]
    pub fn distance(&self) -> Metres {
        self.cost.distance()
    }

    /// Returns how long it takes.
    #[must_use]
    pub fn time(&self) -> Seconds {
        self.cost.time()
    }

    /// Returns the line it follows, at least two points, in metres on the study's grid.
    #[must_use]
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// Returns the streets it goes along, or parts of them, one after the other; none for a journey to where one is.
    #[must_use]
    pub fn legs(&self) -> &[Leg] {
        &self.legs
    }

    /// Returns what to do, one thing after the other; nothing for a journey to where one is.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns what kinds of street it goes along, and what the data do not say.
    #[must_use]
    pub fn summary(&self) -> &RouteSummary {
        &self.summary
    }
}
