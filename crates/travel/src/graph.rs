//! Streets as surveyed, in a petgraph graph, before they are frozen for one profile.
//!
//! Junctions are where streets meet, end or are barred; the shape between them stays on the street. What each profile may use is
//! settled when a street is added, so that the graph holds no tags. It does not read files: `import` feeds it.

use petgraph::graph::{NodeIndex, UnGraph};
use serde::{Deserialize, Serialize};

use crate::network::StreetClass;
use crate::profile::{Profile, Tags};
use crate::units::{KmPerHour, Metres};

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
}

impl StreetUse {
    /// Not usable at all.
    pub const NONE: Self = Self {
        forward: None,
        backward: None,
    };

    /// Says whether it can be used in at least one direction.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.forward.is_some() || self.backward.is_some()
    }
}

/// A stretch of street between two junctions.
#[derive(Clone, Debug, PartialEq)]
pub struct Street {
    /// Its shape from its first junction to its second, both included; metres on the study's grid.
    pub shape: Vec<[f64; 2]>,
    /// Its class, for the base map.
    pub class: StreetClass,
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

/// All streets of an area, for several profiles at once.
#[derive(Clone, Debug)]
pub struct StreetGraph {
    pub(crate) graph: UnGraph<Junction, Street>,
}

impl StreetGraph {
    /// Returns the graph, so that any petgraph algorithm can run on it. A street's first junction is its edge's source.
    #[must_use]
    pub fn graph(&self) -> &UnGraph<Junction, Street> {
        &self.graph
    }
}

/// Collects junctions and streets.
#[derive(Debug)]
pub struct StreetGraphBuilder<'a> {
    profiles: &'a [Profile],
    graph: UnGraph<Junction, Street>,
}

impl<'a> StreetGraphBuilder<'a> {
    /// Starts a graph for these profiles; their order is the index that [`StreetGraph::freeze`] takes.
    #[must_use]
    pub fn new(profiles: &'a [Profile]) -> Self {
        Self {
            profiles,
            graph: UnGraph::default(),
        }
    }

    /// Adds a junction; its tags say whether a barrier stands there.
    pub fn junction(&mut self, point: [f64; 2], tags: Tags<'_>) -> NodeIndex {
        let passes = self
            .profiles
            .iter()
            .map(|profile| profile.passes(tags))
            .collect();
        self.graph.add_node(Junction { point, passes })
    }

    /// Says how each profile could use a street with these tags. `way_length` is that of the whole way, for a ferry's duration.
    #[must_use]
    pub fn uses(&self, tags: Tags<'_>, way_length: Metres) -> Vec<StreetUse> {
        self.profiles
            .iter()
            .map(|profile| profile.street(tags, way_length))
            .collect()
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
        let length = way_length.unwrap_or_else(|| Metres::new(shape_length(&shape)));
        let uses = self.uses(tags, length);
        let useful = shape.len() >= 2 && uses.iter().any(StreetUse::is_allowed);
        if useful {
            self.graph.add_edge(
                from,
                to,
                Street {
                    shape,
                    class: StreetClass::of(tags),
                    uses,
                },
            );
        }
        useful
    }

    /// Ends the collection.
    #[must_use]
    pub fn finish(self) -> StreetGraph {
        StreetGraph { graph: self.graph }
    }
}
