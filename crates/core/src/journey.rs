//! Journeys: from homes and postcodes to sites, by road and in a straight line.
//!
//! A journey runs one way, along the fastest route of the study's profile, between the points to which home and site were
//! snapped. The straight line runs between the same two points, so that the two can be compared. Where there is no journey there
//! is a reason, never a large number.
//!
//! The road graph implements petgraph's visit traits, so any petgraph algorithm runs on it. The same journey by petgraph:
//!
//! ```
//! use catchment_travel::{Metres, Profile, Snapper, StreetGraphBuilder, Tags, costs_from};
//! use petgraph::algo::dijkstra;
//!
//! let profiles = [Profile::drive()];
//! let mut streets = StreetGraphBuilder::new(&profiles);
//! let corners = [[0.0, 0.0], [400.0, 0.0], [400.0, 300.0]];
//! let junctions = corners.map(|corner| streets.junction(corner, Tags::new(&[])));
//! let tags = [("highway", "residential"), ("maxspeed", "20 mph")];
//! for pair in [[0, 1], [1, 2], [2, 0]] {
//!     let shape = vec![corners[pair[0]], corners[pair[1]]];
//!     streets.street(junctions[pair[0]], junctions[pair[1]], shape, Tags::new(&tags), None);
//! }
//! let (network, _) = streets.finish().freeze(0, &profiles[0])?;
//!
//! let by_petgraph = dijkstra(&network, 0, None, |street| *street.weight());
//! let home = Snapper::new(&network).snap(network.junction(0), Metres::new(1.0)).map_err(|_| "far from any street")?;
//! let fast = costs_from(&network, &home);
//! for junction in 0..3 {
//!     assert_eq!(fast.junction_cost(junction), by_petgraph.get(&junction).copied());
//! }
//! # use petgraph::visit::EdgeRef;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;

use catchment_travel::{Cost, Metres, Seconds, Snap, TooFar};
use serde::{Deserialize, Serialize};

use crate::study::Study;

/// A point of the study's network near a place, or why there is none.
pub type Snapped = Result<Snap, OffNetwork>;

/// Why a place is not on the study's network.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum OffNetwork {
    /// It lies further from any street than the cap allows.
    TooFar(TooFar),
    /// It is known too coarsely for a distance to mean anything.
    TooCoarse,
}

impl OffNetwork {
    /// Returns why no journey starts there.
    #[must_use]
    pub fn as_start(self) -> NoJourney {
        match self {
            Self::TooFar(_) => NoJourney::StartOffNetwork,
            Self::TooCoarse => NoJourney::PlaceTooCoarse,
        }
    }
}

/// Why there is no journey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoJourney {
    /// The start lies further from any street than the cap allows.
    StartOffNetwork,
    /// The end lies further from any street than the cap allows.
    EndOffNetwork,
    /// The streets do not connect the two.
    NoRoute,
    /// The start is known only by its postcode district or town.
    PlaceTooCoarse,
}

impl NoJourney {
    /// All reasons.
    pub const ALL: [Self; 4] = [
        Self::StartOffNetwork,
        Self::EndOffNetwork,
        Self::NoRoute,
        Self::PlaceTooCoarse,
    ];
}

impl fmt::Display for NoJourney {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::StartOffNetwork => "the start is too far from any street of the road file",
            Self::EndOffNetwork => "the site is too far from any street of the road file",
            Self::NoRoute => "no street route connects the two",
            Self::PlaceTooCoarse => "the start is known only by its postcode district or town",
        })
    }
}

/// One journey, one way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Journey {
    /// What it costs along the fastest route.
    pub road: Cost,
    /// The straight line between the same two points.
    pub straight: Metres,
}

impl Journey {
    /// Returns the distance along the fastest route.
    #[must_use]
    pub fn distance(&self) -> Metres {
        self.road.distance()
    }

    /// Returns the time along the fastest route.
    #[must_use]
    pub fn time(&self) -> Seconds {
        self.road.time()
    }
}

/// Journeys from every start to every site of a study.
#[derive(Clone, Debug)]
pub struct Journeys {
    sites: usize,
    cells: Vec<Result<Journey, NoJourney>>,
}

impl Journeys {
    /// Computes the journeys from snapped starts to all sites of the study, in the order of both.
    #[must_use]
    pub fn compute(study: &Study, starts: &[Snapped]) -> Self {
        let ends = study.site_snaps();
        let origins: Vec<Snap> = starts.iter().filter_map(|start| start.ok()).collect();
        let destinations: Vec<Snap> = ends.iter().filter_map(|end| end.ok()).collect();
        let costs = study
            .prepared()
            .map(|streets| streets.many().matrix(&origins[..], &destinations[..]));
        let mut cells = Vec::with_capacity(starts.len() * ends.len());
        let mut origin = 0;
        for start in starts {
            let mut destination = 0;
            for end in ends {
                cells.push(match (start, end) {
                    (Err(why), _) => Err(why.as_start()),
                    (_, Err(_)) => Err(NoJourney::EndOffNetwork),
                    (Ok(from), Ok(to)) => costs
                        .as_ref()
                        .and_then(|costs| costs.at(origin, destination))
                        .map(|road| Journey {
                            road,
                            straight: straight_line(from, to),
                        })
                        .ok_or(NoJourney::NoRoute),
                });
                destination += usize::from(end.is_ok());
            }
            origin += usize::from(start.is_ok());
        }
        Self {
            sites: ends.len(),
            cells,
        }
    }

    /// Returns the journeys from one start to all sites, in the order of the sites; nothing for a start that was not given.
    pub fn from_start(&self, start: usize) -> &[Result<Journey, NoJourney>] {
        self.cells
            .get(start * self.sites..(start + 1) * self.sites)
            .unwrap_or_default()
    }
}

fn straight_line(from: &Snap, to: &Snap) -> Metres {
    let (a, b) = (from.point(), to.point());
    Metres::new((a[0] - b[0]).hypot(a[1] - b[1]))
}
