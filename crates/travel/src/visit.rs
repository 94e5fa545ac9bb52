//! petgraph's visit traits for the flat arrays, so that any of its algorithms runs on a [`StreetNetwork`].
//!
//! Search nodes are nodes, numbered from 0; arcs are edges, numbered as they stand in the arrays. Nothing is copied.

use fixedbitset::FixedBitSet;
use petgraph::visit::{
    Data, EdgeRef, GraphBase, IntoEdgeReferences, IntoEdges, IntoNeighbors, NodeCount,
    NodeIndexable, Visitable,
};

use crate::network::StreetNetwork;
use crate::units::Cost;

/// An arc as petgraph's algorithms see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArcReference {
    index: usize,
    from: u32,
    to: u32,
    cost: Cost,
}

impl EdgeRef for ArcReference {
    type NodeId = u32;
    type EdgeId = usize;
    type Weight = Cost;
    fn source(&self) -> u32 {
        self.from
    }
    fn target(&self) -> u32 {
        self.to
    }
    fn weight(&self) -> &Cost {
        &self.cost
    }
    fn id(&self) -> usize {
        self.index
    }
}

impl GraphBase for StreetNetwork {
    type EdgeId = usize;
    type NodeId = u32;
}

impl Data for StreetNetwork {
    type NodeWeight = [f64; 2];
    type EdgeWeight = Cost;
}

impl NodeCount for StreetNetwork {
    fn node_count(&self) -> usize {
        Self::node_count(self)
    }
}

impl NodeIndexable for StreetNetwork {
    fn node_bound(&self) -> usize {
        self.node_count()
    }
    fn to_index(&self, node: u32) -> usize {
        node as usize
    }
    fn from_index(&self, index: usize) -> u32 {
        index as u32
    }
}

impl Visitable for StreetNetwork {
    type Map = FixedBitSet;
    fn visit_map(&self) -> FixedBitSet {
        FixedBitSet::with_capacity(self.node_count())
    }
    fn reset_map(&self, map: &mut FixedBitSet) {
        map.clear();
        map.grow(self.node_count());
    }
}

impl<'a> IntoNeighbors for &'a StreetNetwork {
    type Neighbors = Box<dyn Iterator<Item = u32> + 'a>;
    fn neighbors(self, node: u32) -> Self::Neighbors {
        Box::new(self.leaving.arcs(node).map(|(head, _)| head))
    }
}

impl<'a> IntoEdgeReferences for &'a StreetNetwork {
    type EdgeRef = ArcReference;
    type EdgeReferences = Box<dyn Iterator<Item = ArcReference> + 'a>;
    fn edge_references(self) -> Self::EdgeReferences {
        Box::new((0..self.node_count() as u32).flat_map(move |node| self.edges(node)))
    }
}

impl<'a> IntoEdges for &'a StreetNetwork {
    type Edges = Box<dyn Iterator<Item = ArcReference> + 'a>;
    fn edges(self, node: u32) -> Self::Edges {
        let first = self.leaving.first[node as usize] as usize;
        let arcs = self.leaving.arcs(node).enumerate();
        Box::new(arcs.map(move |(step, (to, cost))| ArcReference {
            index: first + step,
            from: node,
            to,
            cost,
        }))
    }
}
