//! Streets as surveyed, in a petgraph graph, before they are frozen for one profile.
//!
//! Junctions are where streets meet, end or are barred; the shape between them stays on the street. What each profile may use is
//! settled when a street is added, so that the graph holds no tags. Turn restrictions stand beside the graph, as runs of its streets.
//! It does not read files: `import` feeds it.

mod condense;
#[cfg(test)]
mod condense_tests;
mod footing;

use std::collections::BTreeMap;

use bytemuck::{Pod, Zeroable};
use petgraph::graph::{EdgeIndex, NodeIndex, UnGraph};
use serde::{Deserialize, Serialize};

use crate::network::StreetClass;
use crate::profile::{Mode, Profile, Tags};
use crate::units::{KmPerHour, Metres};

pub use condense::CondenseReport;
pub use footing::{Footing, Surface};

/// Where streets meet, end or are barred.
#[derive(Clone, Debug, PartialEq)]
pub struct Junction {
    /// Position in metres on the study's grid.
    pub point: [f64; 2],
    /// For each profile, whether one can pass.
    pub passes: Vec<bool>,
}

/// How a street can be used by one profile: the speed with its drawing and against it, or nothing where that is not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreetUse {
    /// Speed in the direction the street is drawn.
    pub forward: Option<KmPerHour>,
    /// Speed against it.
    pub backward: Option<KmPerHour>,
    /// Milliseconds one waits at its end, at signals and barriers: with its drawing, and against it. A journey that ends on the street
    /// does not wait. What stands on the middle of a street counts as if it stood at the end.
    pub wait: [u32; 2],
    /// Whether it may be used at the start or the end of a journey only, never to pass through.
    pub ends_only: bool,
    /// What the profile asks about and the tags do not say.
    pub unknown: Unknown,
}

impl StreetUse {
    /// Not usable at all.
    pub const NONE: Self = Self {
        forward: None,
        backward: None,
        wait: [0; 2],
        ends_only: false,
        unknown: Unknown::NOTHING,
    };

    /// Says whether it can be used in at least one direction.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.forward.is_some() || self.backward.is_some()
    }
}

/// What a profile asks about a street and its tags do not say: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Pod, Zeroable)]
#[serde(transparent)]
#[repr(transparent)]
pub struct Unknown(u8);

impl Unknown {
    /// Nothing is unknown.
    pub const NOTHING: Self = Self(0);
    /// Neither surface nor smoothness is told.
    pub const SURFACE: Self = Self(1);
    /// The width is not told.
    pub const WIDTH: Self = Self(2);
    /// The incline is not told.
    pub const INCLINE: Self = Self(4);
    /// A crossing or kerb on it does not say how high its edge is.
    pub const KERB: Self = Self(8);

    /// Returns what is in either.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Says whether all of `other` is in this.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A stretch of street between two junctions.
#[derive(Clone, Debug, PartialEq)]
pub struct Street {
    /// Its shape from its first junction to its second, both included; metres on the study's grid.
    pub shape: Vec<[f64; 2]>,
    /// Its class, for the base map.
    pub class: StreetClass,
    /// The number of its name in the graph's table; 0 stands for none.
    pub name: u32,
    /// What it is like; surface and steps only where a profile walks or cycles.
    pub footing: Footing,
    /// For each profile, how it can be used.
    pub uses: Vec<StreetUse>,
}

impl Street {
    /// Returns the length of its shape.
    #[must_use]
    pub fn length(&self) -> Metres {
        Metres::new(shape_length(&self.shape))
    }
}

/// Returns the length of a line in metres.
pub(crate) fn shape_length(shape: &[[f64; 2]]) -> f64 {
    shape
        .windows(2)
        .map(|pair| (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]))
        .sum()
}

/// What a turn restriction does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TurnRule {
    /// Whoever has come along all but the last of the streets may not go on to the last.
    No,
    /// Whoever has come along all but the last of the streets may go on to the last only.
    Only,
}

/// A turn restriction: a run of streets, and for each profile what it does, if anything.
#[derive(Clone, Debug, PartialEq)]
pub struct TurnRestriction {
    /// The streets in the order they are travelled, each with whether it is travelled as drawn: the one come from, those passed
    /// through, the one gone to.
    pub path: Vec<(EdgeIndex, bool)>,
    /// For each profile, the rule.
    pub rules: Vec<Option<TurnRule>>,
}

/// All streets of an area, for several profiles at once.
#[derive(Clone, Debug)]
pub struct StreetGraph {
    pub(crate) graph: UnGraph<Junction, Street>,
    pub(crate) restrictions: Vec<TurnRestriction>,
    /// Names of streets, each once; the first is empty.
    pub(crate) names: Vec<String>,
}

impl StreetGraph {
    /// Returns the graph, so that any petgraph algorithm can run on it. A street's first junction is its edge's source.
    #[must_use]
    pub fn graph(&self) -> &UnGraph<Junction, Street> {
        &self.graph
    }

    /// Returns the turn restrictions.
    #[must_use]
    pub fn restrictions(&self) -> &[TurnRestriction] {
        &self.restrictions
    }

    /// Returns the name of a street, or its number such as `A48` where it has no name.
    #[must_use]
    pub fn name(&self, street: &Street) -> Option<&str> {
        let name = self.names.get(street.name as usize)?;
        (!name.is_empty()).then_some(name)
    }
}

/// Where on a street a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// Its first junction.
    First,
    /// Between its junctions.
    Between,
    /// Its last junction.
    Last,
}

/// A street to be added.
#[derive(Clone, Debug)]
pub struct NewStreet<'a> {
    /// Its two junctions.
    pub ends: [NodeIndex; 2],
    /// Its shape from the first to the second, both included; metres on the study's grid.
    pub shape: Vec<[f64; 2]>,
    /// Its tags.
    pub tags: Tags<'a>,
    /// The length of the whole way it is a part of; without it the street's own length counts.
    pub way_length: Option<Metres>,
    /// Points on it where one may have to wait or find a kerb, with their tags, both junctions included.
    pub points: &'a [(Along, Tags<'a>)],
}

/// Collects junctions and streets.
#[derive(Debug)]
pub struct StreetGraphBuilder<'a> {
    profiles: &'a [Profile],
    streets: StreetGraph,
    // The number of each name.
    numbers: BTreeMap<String, u32>,
}

impl<'a> StreetGraphBuilder<'a> {
    /// Starts a graph for these profiles; their order is the index that [`StreetGraph::freeze`] takes.
    #[must_use]
    pub fn new(profiles: &'a [Profile]) -> Self {
        Self {
            profiles,
            streets: StreetGraph {
                graph: UnGraph::default(),
                restrictions: Vec::new(),
                names: vec![String::new()],
            },
            numbers: BTreeMap::new(),
        }
    }

    /// Goes on with streets that were collected before.
    #[cfg(test)]
    pub(crate) fn resume(profiles: &'a [Profile], streets: StreetGraph) -> Self {
        let numbers = streets.names.iter().cloned().zip(0..).collect();
        Self {
            profiles,
            streets,
            numbers,
        }
    }

    /// Adds a junction; its tags say whether a barrier stands there.
    pub fn junction(&mut self, point: [f64; 2], tags: Tags<'_>) -> NodeIndex {
        let passes = self
            .profiles
            .iter()
            .map(|profile| profile.passes(tags))
            .collect();
        self.streets.graph.add_node(Junction { point, passes })
    }

    /// Says how each profile could use a street with these tags. `way_length` is that of the whole way, for a ferry's duration.
    #[must_use]
    pub fn uses(&self, tags: Tags<'_>, way_length: Metres) -> Vec<StreetUse> {
        self.profiles
            .iter()
            .map(|profile| profile.street(tags, way_length))
            .collect()
    }

    /// Returns how each profile can use a street that was added.
    #[must_use]
    pub fn uses_of(&self, street: EdgeIndex) -> &[StreetUse] {
        let street = self.streets.graph.edge_weight(street);
        street.map_or(&[], |street| &street.uses)
    }

    /// Adds a street between two junctions, if any profile may use it. Says whether it was added.
    ///
    /// `way_length` is that of the whole way the street is a part of; without it the street's own length counts.
    pub fn street(
        &mut self,
        from: NodeIndex,
        to: NodeIndex,
        shape: Vec<[f64; 2]>,
        tags: Tags<'_>,
        way_length: Option<Metres>,
    ) -> bool {
        let street = NewStreet {
            ends: [from, to],
            shape,
            tags,
            way_length,
            points: &[],
        };
        self.add(street).is_some()
    }

    /// Adds a street, if any profile may use it, and returns its index in the graph.
    pub fn add(&mut self, street: NewStreet<'_>) -> Option<EdgeIndex> {
        let length = street
            .way_length
            .unwrap_or_else(|| Metres::new(shape_length(&street.shape)));
        let mut uses = self.uses(street.tags, length);
        if street.shape.len() < 2 || !uses.iter().any(StreetUse::is_allowed) {
            return None;
        }
        for (along, tags) in street.points {
            for (profile, used) in self.profiles.iter().zip(&mut uses) {
                profile.pass_point(*along, *tags, used);
            }
        }
        let [from, to] = street.ends;
        let name = street.tags.get("name").or_else(|| street.tags.get("ref"));
        let underfoot = self
            .profiles
            .iter()
            .any(|profile| profile.mode != Mode::Drive);
        let weight = Street {
            shape: street.shape,
            class: StreetClass::of(street.tags),
            name: self.number(name.unwrap_or_default()),
            footing: Footing::of(street.tags, underfoot),
            uses,
        };
        Some(self.streets.graph.add_edge(from, to, weight))
    }

    /// Adds a turn restriction: a run of streets, each with whether it is travelled as drawn, and what it does for each profile.
    /// Says whether the streets follow one another; where they do not, nothing is added.
    pub fn restriction(
        &mut self,
        path: Vec<(EdgeIndex, bool)>,
        rules: Vec<Option<TurnRule>>,
    ) -> bool {
        let ends = |(edge, forward): (EdgeIndex, bool)| {
            let (first, last) = self.streets.graph.edge_endpoints(edge)?;
            Some(if forward {
                (first, last)
            } else {
                (last, first)
            })
        };
        let follow = path.windows(2).all(|pair| {
            matches!((ends(pair[0]), ends(pair[1])), (Some((_, at)), Some((from, _))) if at == from)
        });
        let fits = follow && path.len() >= 2 && rules.len() == self.profiles.len();
        if fits {
            self.streets
                .restrictions
                .push(TurnRestriction { path, rules });
        }
        fits
    }

    fn number(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return 0;
        }
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.streets.names.len() as u32;
        self.streets.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// Ends the collection.
    #[must_use]
    pub fn finish(self) -> StreetGraph {
        self.streets
    }
}
