//! A street graph frozen for one profile: flat arrays that searches run over.
//!
//! Only the largest part in which every junction reaches every other is kept; what is left out is counted in [`FreezeReport`].
//! The arrays implement petgraph's visit traits, so that any petgraph algorithm still runs on them.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::adjacency::Adjacency;
use crate::graph::{StreetGraph, StreetUse, shape_length};
use crate::profile::{Profile, Tags};
use crate::units::{Cost, KmPerHour, Metres};

/// The class of a street as a map draws it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreetClass {
    /// Motorways and their slip roads.
    Motorway,
    /// Trunk roads.
    Trunk,
    /// Primary roads.
    Primary,
    /// Secondary roads.
    Secondary,
    /// Tertiary roads.
    Tertiary,
    /// Streets that cars use, of no higher class.
    Minor,
    /// Footways, paths and steps.
    Path,
    /// A ferry.
    Ferry,
}

impl StreetClass {
    /// Reads the class from a street's tags.
    #[must_use]
    pub fn of(tags: Tags<'_>) -> Self {
        let highway = tags.get("highway").unwrap_or_default();
        match highway.strip_suffix("_link").unwrap_or(highway) {
            "motorway" => Self::Motorway,
            "trunk" => Self::Trunk,
            "primary" => Self::Primary,
            "secondary" => Self::Secondary,
            "tertiary" => Self::Tertiary,
            "" => Self::Ferry,
            "footway" | "path" | "steps" | "cycleway" | "bridleway" | "pedestrian" | "track"
            | "corridor" | "platform" => Self::Path,
            _ => Self::Minor,
        }
    }

    /// Returns the word that the base map uses.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Motorway => "motorway",
            Self::Trunk => "trunk",
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Tertiary => "tertiary",
            Self::Minor => "minor",
            Self::Path => "path",
            Self::Ferry => "ferry",
        }
    }
}

/// Why streets could not be frozen, or a stored network not used.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum NetworkError {
    /// No street can be used by the profile.
    #[error("no street in the road file can be used by profile {profile}")]
    Empty {
        /// The profile's name.
        profile: String,
    },
    /// More junctions, points or metres than the arrays' numbers can hold.
    #[error("the road network is too large: {what}; cut the road file to the study's surroundings")]
    TooLarge {
        /// What is too large.
        what: &'static str,
    },
    /// The stored arrays do not fit together.
    #[error("the stored road network is damaged: {what}")]
    Damaged {
        /// What does not fit.
        what: &'static str,
    },
}

/// What was left out when streets were frozen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FreezeReport {
    /// Junctions kept.
    pub junctions: usize,
    /// Streets kept.
    pub streets: usize,
    /// Length of the streets kept.
    pub kept: Metres,
    /// Parts that the kept one cannot reach both ways, and so were dropped.
    pub dropped_components: usize,
    /// Length of the streets dropped.
    pub dropped: Metres,
}

/// Marks a direction in which a street cannot be used.
const CLOSED: u32 = u32::MAX;

/// A street between two junctions of a [`StreetNetwork`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FrozenStreet {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) millimetres: u32,
    forward_ms: u32,
    backward_ms: u32,
    first_point: u32,
    class: StreetClass,
}

impl FrozenStreet {
    /// Returns the time of the whole street with its drawing, in milliseconds, if that is allowed.
    pub(crate) fn forward(&self) -> Option<u32> {
        (self.forward_ms != CLOSED).then_some(self.forward_ms)
    }

    /// Returns the time of the whole street against its drawing, in milliseconds, if that is allowed.
    pub(crate) fn backward(&self) -> Option<u32> {
        (self.backward_ms != CLOSED).then_some(self.backward_ms)
    }
}

/// The streets one profile can use, in flat arrays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreetNetwork {
    profile: Profile,
    pub(crate) streets: Vec<FrozenStreet>,
    points: Vec<[f64; 2]>,
    pub(crate) junctions: Vec<[f64; 2]>,
    pub(crate) leaving: Adjacency,
    pub(crate) arriving: Adjacency,
}

impl StreetGraph {
    /// Freezes the streets that one profile can use, keeping the largest part in which everything reaches everything.
    pub fn freeze(
        &self,
        profile_index: usize,
        profile: &Profile,
    ) -> Result<(StreetNetwork, FreezeReport), NetworkError> {
        let usable = Usable::collect(self, profile_index);
        let (kept, dropped_components) = usable.largest_component();
        let network = usable.network(&kept, profile)?;
        let all: f64 = usable
            .streets
            .iter()
            .map(|street| shape_length(street.shape))
            .sum();
        let kept_length = network.length();
        let report = FreezeReport {
            junctions: network.junctions.len(),
            streets: network.streets.len(),
            kept: kept_length,
            dropped_components,
            dropped: Metres::new((all - kept_length.value()).max(0.0)),
        };
        Ok((network, report))
    }
}

struct UsableStreet<'a> {
    from: usize,
    to: usize,
    shape: &'a [[f64; 2]],
    allowed: StreetUse,
    class: StreetClass,
}

/// The streets of one profile, with a junction that cannot be passed split into one dead end for each street that meets there.
struct Usable<'a> {
    points: Vec<[f64; 2]>,
    streets: Vec<UsableStreet<'a>>,
}

impl<'a> Usable<'a> {
    fn collect(streets: &'a StreetGraph, profile_index: usize) -> Self {
        let graph = &streets.graph;
        let mut usable = Self {
            points: graph
                .node_weights()
                .map(|junction| junction.point)
                .collect(),
            streets: Vec::new(),
        };
        for edge in graph.edge_references() {
            let street = edge.weight();
            let allowed = street.uses[profile_index];
            if allowed.is_allowed() {
                let mut end = |index: NodeIndex| {
                    let junction = &graph[index];
                    if junction.passes[profile_index] {
                        return index.index();
                    }
                    usable.points.push(junction.point);
                    usable.points.len() - 1
                };
                let (from, to) = (end(edge.source()), end(edge.target()));
                usable.streets.push(UsableStreet {
                    from,
                    to,
                    shape: &street.shape,
                    allowed,
                    class: street.class,
                });
            }
        }
        usable
    }

    /// Marks the junctions of the largest strongly connected component and counts the other parts that have a street.
    fn largest_component(&self) -> (Vec<bool>, usize) {
        let mut graph: DiGraph<(), ()> =
            DiGraph::with_capacity(self.points.len(), self.streets.len() * 2);
        for _ in &self.points {
            graph.add_node(());
        }
        let mut has_street = vec![false; self.points.len()];
        for street in &self.streets {
            let (from, to) = (NodeIndex::new(street.from), NodeIndex::new(street.to));
            if street.allowed.forward.is_some() {
                graph.add_edge(from, to, ());
            }
            if street.allowed.backward.is_some() {
                graph.add_edge(to, from, ());
            }
            has_street[street.from] = true;
            has_street[street.to] = true;
        }
        let components = kosaraju_scc(&graph);
        // Of two equally large parts, the one with the junction that came first.
        let size = |component: &Vec<NodeIndex>| {
            component
                .iter()
                .filter(|node| has_street[node.index()])
                .count()
        };
        let largest = components.iter().max_by_key(|component| {
            (
                size(component),
                std::cmp::Reverse(component.iter().map(|node| node.index()).min()),
            )
        });
        let mut kept = vec![false; self.points.len()];
        for node in largest.into_iter().flatten() {
            kept[node.index()] = has_street[node.index()];
        }
        let parts = components
            .iter()
            .filter(|component| size(component) > 0)
            .count();
        (kept, parts.saturating_sub(1))
    }

    fn network(&self, kept: &[bool], profile: &Profile) -> Result<StreetNetwork, NetworkError> {
        let mut number = vec![u32::MAX; self.points.len()];
        let mut junctions = Vec::new();
        for (old, point) in self.points.iter().enumerate() {
            if kept[old] {
                number[old] = u32::try_from(junctions.len())
                    .map_err(|_| too_large("more than 2^32 junctions"))?;
                junctions.push(*point);
            }
        }
        let mut streets = Vec::new();
        let mut points = Vec::new();
        for street in self
            .streets
            .iter()
            .filter(|street| kept[street.from] && kept[street.to])
        {
            let first_point =
                u32::try_from(points.len()).map_err(|_| too_large("more than 2^32 points"))?;
            points.extend_from_slice(street.shape);
            streets.push(freeze_street(
                street,
                number[street.from],
                number[street.to],
                first_point,
            )?);
        }
        if streets.is_empty() {
            return Err(NetworkError::Empty {
                profile: profile.name.clone(),
            });
        }
        let (mut leaving, mut arriving) = (Vec::new(), Vec::new());
        for street in &streets {
            if let Some(time) = street.forward() {
                let cost = Cost::new(time, street.millimetres);
                leaving.push((street.from, street.to, cost));
                arriving.push((street.to, street.from, cost));
            }
            if let Some(time) = street.backward() {
                let cost = Cost::new(time, street.millimetres);
                leaving.push((street.to, street.from, cost));
                arriving.push((street.from, street.to, cost));
            }
        }
        let network = StreetNetwork {
            profile: profile.clone(),
            leaving: Adjacency::new(junctions.len(), &mut leaving),
            arriving: Adjacency::new(junctions.len(), &mut arriving),
            streets,
            points,
            junctions,
        };
        network.validate()?;
        Ok(network)
    }
}

fn freeze_street(
    street: &UsableStreet<'_>,
    from: u32,
    to: u32,
    first_point: u32,
) -> Result<FrozenStreet, NetworkError> {
    let metres = shape_length(street.shape);
    let millimetres = (metres * 1000.0).round();
    if !(0.0..1.0e9).contains(&millimetres) {
        return Err(too_large("a street of more than 1,000 km"));
    }
    // At least a millisecond, so that no two junctions are at the same cost and a search always moves on.
    let time = |speed: Option<KmPerHour>| {
        speed.map_or(CLOSED, |speed| {
            ((metres * 3600.0 / speed.value()).round().clamp(1.0, 4.0e9)) as u32
        })
    };
    Ok(FrozenStreet {
        from,
        to,
        millimetres: millimetres as u32,
        forward_ms: time(street.allowed.forward),
        backward_ms: time(street.allowed.backward),
        first_point,
        class: street.class,
    })
}

fn too_large(what: &'static str) -> NetworkError {
    NetworkError::TooLarge { what }
}

impl StreetNetwork {
    /// Returns the profile it was frozen for.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Returns the number of junctions.
    #[must_use]
    pub fn junction_count(&self) -> usize {
        self.junctions.len()
    }

    /// Returns the number of streets.
    #[must_use]
    pub fn street_count(&self) -> usize {
        self.streets.len()
    }

    /// Returns the number of arcs: a street that can be used both ways is two.
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.leaving.head.len()
    }

    /// Returns the length of all streets together.
    #[must_use]
    pub fn length(&self) -> Metres {
        Metres::new(
            self.streets
                .iter()
                .map(|street| f64::from(street.millimetres) / 1000.0)
                .sum(),
        )
    }

    /// Returns a junction's position in metres on the study's grid.
    #[must_use]
    pub fn junction(&self, junction: u32) -> [f64; 2] {
        self.junctions[junction as usize]
    }

    /// Walks the streets: class and shape, in metres on the study's grid.
    pub fn shapes(&self) -> impl Iterator<Item = (StreetClass, &[[f64; 2]])> {
        (0..self.streets.len()).map(|street| (self.streets[street].class, self.shape(street)))
    }

    /// Returns the shape of a street.
    pub(crate) fn shape(&self, street: usize) -> &[[f64; 2]] {
        let end = self
            .streets
            .get(street + 1)
            .map_or(self.points.len(), |next| next.first_point as usize);
        &self.points[self.streets[street].first_point as usize..end]
    }

    /// Checks that the arrays fit together, so that no search can step outside them. For a network read from disk.
    pub fn validate(&self) -> Result<(), NetworkError> {
        let damaged = |what| Err(NetworkError::Damaged { what });
        let junctions = self.junctions.len();
        if !self.leaving.fits(junctions) || !self.arriving.fits(junctions) {
            return damaged("its arcs point outside it");
        }
        if self
            .streets
            .iter()
            .any(|street| street.from as usize >= junctions || street.to as usize >= junctions)
        {
            return damaged("a street ends outside it");
        }
        let starts = self.streets.iter().map(|street| street.first_point);
        let enough =
            |(start, end): (u32, u32)| end.checked_sub(start).is_some_and(|points| points >= 2);
        let ends = starts
            .clone()
            .skip(1)
            .chain([u32::try_from(self.points.len()).unwrap_or(0)]);
        if !starts.zip(ends).all(enough) {
            return damaged("a street has no shape");
        }
        if !self
            .points
            .iter()
            .chain(&self.junctions)
            .flatten()
            .all(|ordinate| ordinate.is_finite())
        {
            return damaged("a point is not a number");
        }
        Ok(())
    }
}
