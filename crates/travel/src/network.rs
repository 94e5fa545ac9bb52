//! A street graph frozen for one profile: flat arrays that searches run over.
//!
//! Searches see *search nodes* and arcs, a plain directed graph: `expand` says what a search node is. Beside them stands what a route
//! needs: the junction of each node, the street and direction of each arc, shapes and names. The arrays implement petgraph's visit
//! traits, so that any petgraph algorithm still runs on them.

mod edit;
mod expand;
#[cfg(test)]
mod expand_tests;
mod freeze;
mod kept;
#[cfg(test)]
pub(crate) mod oracle_tests;
mod plan;
mod rules;
mod stored;
mod turning;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::adjacency::Adjacency;
use crate::array::Array;
use crate::graph::{Footing, Unknown};
use crate::profile::{Profile, Tags};
use crate::units::{Cost, Metres, Metric};

pub(crate) use expand::{NONE, Phase};
pub(crate) use freeze::FrozenStreet;
pub(crate) use kept::{Searched, kept};
pub(crate) use plan::Plan;
pub(crate) use rules::{Dart, NO_DART, Restrictions};
pub(crate) use turning::{End, angle, heading_along, headings};

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
    /// All classes, in order of their numbers.
    const ALL: [Self; 8] = [
        Self::Motorway,
        Self::Trunk,
        Self::Primary,
        Self::Secondary,
        Self::Tertiary,
        Self::Minor,
        Self::Path,
        Self::Ferry,
    ];

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
    /// Pieces of streets that the kept ones cannot reach both ways, and so were dropped.
    pub dropped_components: usize,
    /// Length of the streets dropped.
    pub dropped: Metres,
    /// Search nodes made of the junctions kept.
    pub nodes: usize,
    /// Arcs between them.
    pub arcs: usize,
    /// Turn restrictions that bind the profile on the streets kept.
    pub restrictions: usize,
    /// Streets kept that may be used at the ends of a journey only.
    pub ends_only: usize,
}

/// The streets one profile can use, in flat arrays.
#[derive(Clone, Debug, PartialEq)]
pub struct StreetNetwork {
    profile: Profile,
    metric: Metric,
    pub(crate) streets: Array<FrozenStreet>,
    points: Array<[f64; 2]>,
    /// All names one after the other, in UTF-8.
    name_text: Array<u8>,
    /// For each name where it ends.
    name_end: Array<u32>,
    /// The turn restrictions: searches do not need them, for the arcs obey them, but a change does.
    restrictions: Restrictions,
    pub(crate) junctions: Array<[f64; 2]>,
    /// For each junction its first search node, and one more for the end of the last one's.
    first_node: Array<u32>,
    /// For each search node its junction.
    node_junction: Array<u32>,
    /// For each search node the number of the [`Phase`] it belongs to.
    node_phase: Array<u8>,
    /// For each street and direction (twice its number, one more against its drawing) the search node at its end of whoever started on
    /// it; [`NONE`] where it is closed. Of a street for the ends of journeys only the next node is that of the end phase.
    pub(crate) arrival: Array<u32>,
    pub(crate) leaving: Adjacency,
    pub(crate) arriving: Adjacency,
    /// For each arc of `leaving` its street and direction, as in `arrival`.
    arc_dart: Array<u32>,
}

impl StreetNetwork {
    /// Returns the profile it was frozen for.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Returns what its costs are ordered by.
    #[must_use]
    pub fn metric(&self) -> Metric {
        self.metric
    }

    /// Returns the number of search nodes; searches number them from 0.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.node_junction.len()
    }

    /// Returns the junction of a search node.
    #[must_use]
    pub fn node_junction(&self, node: u32) -> u32 {
        self.node_junction[node as usize]
    }

    /// Returns the search nodes of a junction.
    #[must_use]
    pub fn nodes_of(&self, junction: u32) -> std::ops::Range<u32> {
        self.first_node[junction as usize]..self.first_node[junction as usize + 1]
    }

    /// Returns the part of a journey that a search node belongs to.
    pub(crate) fn node_phase(&self, node: u32) -> Phase {
        Phase::of(self.node_phase[node as usize])
    }

    /// Returns the street that an arc goes along, by its place among all arcs, and whether it goes with the street's drawing.
    #[must_use]
    pub fn arc_street(&self, arc: usize) -> (u32, bool) {
        let dart = self.arc_dart[arc];
        (dart / 2, dart.is_multiple_of(2))
    }

    /// Lists the search nodes that one may go on from to a street in a direction, each with what the turn costs.
    pub(crate) fn ways_onto(&self, dart: u32) -> impl Iterator<Item = (u32, Cost)> + '_ {
        let street = &self.streets[dart as usize / 2];
        let whole = street.cost(dart, self.metric);
        self.nodes_of(street.tail(dart)).flat_map(move |node| {
            let arcs = self.leaving.range(node);
            let along = arcs.filter(move |arc| self.arc_dart[*arc] == dart);
            along.map(move |arc| (node, self.leaving.cost[arc].without(whole)))
        })
    }

    /// Returns the same streets with costs ordered as another metric says: searches over them give what freezing for it would have given.
    /// A hierarchy is of one order only, so the other wants one of its own.
    ///
    /// ```
    /// use catchment_travel::{Metric, Profile, StreetGraphBuilder, Tags};
    ///
    /// let profiles = [Profile::drive()];
    /// let mut streets = StreetGraphBuilder::new(&profiles);
    /// let ends = [[0.0, 0.0], [100.0, 0.0]].map(|end| streets.junction(end, Tags::new(&[])));
    /// let shape = vec![[0.0, 0.0], [100.0, 0.0]];
    /// streets.street(ends[0], ends[1], shape, Tags::new(&[("highway", "residential")]), None);
    /// let (fastest, _) = streets.finish().freeze(0, &profiles[0])?;
    ///
    /// let shortest = fastest.by_metric(Metric::ShortestDistance);
    /// assert_eq!(shortest.metric(), Metric::ShortestDistance);
    /// assert_eq!(shortest.by_metric(Metric::FastestTime), fastest);
    /// # Ok::<(), catchment_travel::NetworkError>(())
    /// ```
    #[must_use]
    pub fn by_metric(&self, metric: Metric) -> Self {
        let mut other = self.clone();
        if metric != self.metric {
            other.metric = metric;
            other.leaving = self.leaving.turned();
            other.arriving = self.arriving.turned();
        }
        other
    }

    /// Lists the streets, with direction, that one may go on to from a search node, each with the milliseconds of the turn.
    #[inline]
    pub(crate) fn ways_on(&self, node: u32, mut each: impl FnMut(u32, u32)) {
        for arc in self.leaving.range(node) {
            let dart = self.arc_dart[arc];
            let whole = self.streets[dart as usize / 2].cost(dart, self.metric);
            each(dart, self.leaving.cost[arc].without(whole).milliseconds());
        }
    }

    /// Returns a cost as it is told outside searches: time and distance each in its own place, whatever costs are ordered by.
    #[must_use]
    pub fn told(&self, cost: Cost) -> Cost {
        match self.metric {
            Metric::FastestTime => cost,
            Metric::ShortestDistance => cost.turned(),
        }
    }

    /// Returns the name of a street, or its number such as `A48` where it has no name.
    #[must_use]
    pub fn name(&self, street: u32) -> Option<&str> {
        let name = self.streets.get(street as usize)?.name as usize;
        let end = *self.name_end.get(name)? as usize;
        let start = name
            .checked_sub(1)
            .map_or(0, |before| self.name_end[before] as usize);
        let name = std::str::from_utf8(self.name_text.get(start..end)?).ok()?;
        (!name.is_empty()).then_some(name)
    }

    /// Returns all names by their numbers; the first is empty.
    fn names(&self) -> Vec<String> {
        let starts = [0].into_iter().chain(self.name_end.iter().copied());
        let texts = starts.zip(self.name_end.iter()).map(|(start, end)| {
            let bytes = &self.name_text[start as usize..*end as usize];
            String::from_utf8_lossy(bytes).into_owned()
        });
        texts.collect()
    }

    /// Returns its arcs as what reaches what is looked for in them.
    pub(crate) fn searched(&self) -> Searched<'_> {
        Searched {
            leaving: &self.leaving,
            arriving: &self.arriving,
            phase: &self.node_phase,
            dart: &self.arc_dart,
            arrival: &self.arrival,
        }
    }

    /// Returns what the profile asks about a street and the data do not say.
    #[must_use]
    pub fn unknown(&self, street: u32) -> Unknown {
        self.streets[street as usize].unknown
    }

    /// Returns what a street is like: its surface, whether it is steps, whether it is a roundabout.
    #[must_use]
    pub fn footing(&self, street: u32) -> Footing {
        self.streets[street as usize].footing
    }

    /// Returns the class of a street.
    #[must_use]
    pub fn class(&self, street: u32) -> StreetClass {
        self.streets[street as usize].class()
    }

    /// Says whether a street may be used at the ends of a journey only.
    #[must_use]
    pub fn is_ends_only(&self, street: u32) -> bool {
        self.streets[street as usize].is_ends_only()
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
        (0..self.streets.len()).map(|street| (self.streets[street].class(), self.shape(street)))
    }

    /// Returns the shape of a street.
    pub(crate) fn shape(&self, street: usize) -> &[[f64; 2]] {
        &self.points[self.point_range(street)]
    }

    /// Returns the places of a street's points among all points.
    pub(crate) fn point_range(&self, street: usize) -> std::ops::Range<usize> {
        let end = self
            .streets
            .get(street + 1)
            .map_or(self.points.len(), |next| next.first_point as usize);
        self.streets[street].first_point as usize..end
    }

    /// Returns the points of all streets, street after street.
    pub(crate) fn points(&self) -> &[[f64; 2]] {
        &self.points
    }
}
