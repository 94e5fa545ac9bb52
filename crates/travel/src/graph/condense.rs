//! Fewer junctions, and neighbours near one another in memory.
//!
//! Maps cut a street wherever a tag changes, be it a lamp or a bridge. Where two streets alike for every profile meet and nothing else
//! does, they become one. Junctions and streets are then put in the order of Hilbert's curve (1891), so that what is near on the
//! ground is near in memory. Neither changes what a journey costs, but for the rounding of one street's time instead of two, and but
//! for those who turned round between the two to get round a forbidden turn: they now turn round at the next junction.

use petgraph::graph::{EdgeIndex, NodeIndex, UnGraph};
use petgraph::visit::EdgeRef;

use super::{Junction, Street, StreetGraph, StreetUse};
use crate::curve::Curve;

/// How many junctions and streets there were before and are now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CondenseReport {
    /// Junctions before.
    pub junctions_before: usize,
    /// Junctions now.
    pub junctions: usize,
    /// Streets before.
    pub streets_before: usize,
    /// Streets now.
    pub streets: usize,
}

/// A run of streets that become one: each with whether it is drawn the way the run goes.
struct Chain {
    from: NodeIndex,
    to: NodeIndex,
    links: Vec<(EdgeIndex, bool)>,
}

impl StreetGraph {
    /// Joins streets that are alike for every profile where nothing else meets, and numbers junctions and streets so that neighbours
    /// are near one another. Junctions where no street is left are dropped.
    #[must_use]
    pub fn condensed(self) -> (Self, CondenseReport) {
        let before = (self.graph.node_count(), self.graph.edge_count());
        let chains = chains(&self);
        let ranks = ranks(&self.graph);
        let mut order: Vec<NodeIndex> = self.graph.node_indices().collect();
        order.sort_unstable_by_key(|node| (ranks[node.index()], *node));
        let mut used = vec![false; self.graph.node_count()];
        for chain in &chains {
            used[chain.from.index()] = true;
            used[chain.to.index()] = true;
        }
        let mut graph = UnGraph::with_capacity(0, chains.len());
        let mut numbers = vec![NodeIndex::end(); self.graph.node_count()];
        for node in order.into_iter().filter(|node| used[node.index()]) {
            numbers[node.index()] = graph.add_node(self.graph[node].clone());
        }
        let mut order: Vec<usize> = (0..chains.len()).collect();
        let place = |chain: &Chain| {
            let ends = [numbers[chain.from.index()], numbers[chain.to.index()]];
            (ends[0].min(ends[1]), ends[0].max(ends[1]), chain.links[0].0)
        };
        order.sort_unstable_by_key(|chain| place(&chains[*chain]));
        // Where each street went, and whether it is now drawn as it was.
        let mut moved = vec![(EdgeIndex::end(), true); before.1];
        for chain in order.into_iter().map(|chain| &chains[chain]) {
            let street = joined(&self.graph, &chain.links);
            let [from, to] = [chain.from, chain.to].map(|end| numbers[end.index()]);
            let edge = graph.add_edge(from, to, street);
            for (link, forward) in &chain.links {
                moved[link.index()] = (edge, *forward);
            }
        }
        let mut restrictions = self.restrictions;
        for restriction in &mut restrictions {
            for step in &mut restriction.path {
                let (edge, same) = moved[step.0.index()];
                *step = (edge, step.1 == same);
            }
        }
        let report = CondenseReport {
            junctions_before: before.0,
            junctions: graph.node_count(),
            streets_before: before.1,
            streets: graph.edge_count(),
        };
        let names = self.names;
        (
            Self {
                graph,
                restrictions,
                names,
            },
            report,
        )
    }
}

/// Finds all runs; a street that joins with no other is a run of one.
fn chains(streets: &StreetGraph) -> Vec<Chain> {
    let graph = &streets.graph;
    let mut through = joints(streets);
    let mut taken = vec![false; graph.edge_count()];
    let mut chains = Vec::new();
    for starts_are_joints in [false, true] {
        // What is left for the second round are rings of nothing but joints.
        for from in graph.node_indices() {
            if through[from.index()] && !starts_are_joints {
                continue;
            }
            let mut edges: Vec<EdgeIndex> = graph.edges(from).map(|edge| edge.id()).collect();
            edges.sort_unstable();
            for edge in edges {
                if !taken[edge.index()] {
                    through[from.index()] = false;
                    follow(graph, &through, &mut taken, (from, edge), &mut chains);
                }
            }
        }
    }
    chains
}

/// Follows a run from a junction; one that comes back to it is halved, so that no street ends where it begins.
fn follow(
    graph: &UnGraph<Junction, Street>,
    through: &[bool],
    taken: &mut [bool],
    (from, first): (NodeIndex, EdgeIndex),
    chains: &mut Vec<Chain>,
) {
    let (mut links, mut passed) = (Vec::new(), vec![from]);
    let (mut at, mut next) = (from, Some(first));
    while let Some(link) = next.filter(|link| !taken[link.index()]) {
        taken[link.index()] = true;
        let (one, other) = ends(graph, link);
        links.push((link, one == at));
        at = if one == at { other } else { one };
        passed.push(at);
        next = None;
        if through[at.index()] {
            let mut onward = graph.edges(at).map(|edge| edge.id());
            next = onward.find(|edge| *edge != link);
        }
    }
    let half = if at == from && links.len() > 1 {
        links.len() / 2
    } else {
        links.len()
    };
    let rest = links.split_off(half);
    for (links, from, to) in [(links, from, passed[half]), (rest, passed[half], at)] {
        if !links.is_empty() {
            chains.push(Chain { from, to, links });
        }
    }
}

fn ends(graph: &UnGraph<Junction, Street>, edge: EdgeIndex) -> (NodeIndex, NodeIndex) {
    graph
        .edge_endpoints(edge)
        .unwrap_or((NodeIndex::end(), NodeIndex::end()))
}

/// Says of each junction whether it only joins two streets that are alike, and nobody waits there.
fn joints(streets: &StreetGraph) -> Vec<bool> {
    let graph = &streets.graph;
    let joins = |node: NodeIndex| {
        let mut edges: Vec<_> = graph.edges(node).collect();
        edges.sort_unstable_by_key(EdgeRef::id);
        let [one, other] = edges[..] else {
            return false;
        };
        let open = graph[node].passes.iter().all(|passes| *passes);
        let away = |edge: EdgeIndex| ends(graph, edge).0 == node;
        // A wait is at the end of a street: of a longer one it would be elsewhere, for whoever starts or ends on it.
        let waits = [one, other].iter().any(|edge| {
            let arriving = usize::from(away(edge.id()));
            let mut uses = edge.weight().uses.iter();
            uses.any(|used| used.wait[arriving] > 0)
        });
        let loops = [one, other]
            .iter()
            .any(|edge| edge.source() == edge.target());
        open && !loops
            && !waits
            && one.id() != other.id()
            && alike(
                one.weight(),
                other.weight(),
                away(one.id()) == away(other.id()),
            )
    };
    let mut joints: Vec<bool> = graph.node_indices().map(joins).collect();
    for restriction in &streets.restrictions {
        for (edge, forward) in restriction.path.iter().rev().skip(1) {
            let (first, last) = ends(graph, *edge);
            joints[if *forward { last } else { first }.index()] = false;
        }
    }
    joints
}

/// Says whether two streets are alike for every profile, one of them turned round where they are drawn against each other.
fn alike(one: &Street, other: &Street, opposed: bool) -> bool {
    let same = |one: &StreetUse, other: &StreetUse| {
        let other = turned(*other, opposed);
        (one.forward, one.backward, one.ends_only, one.unknown)
            == (
                other.forward,
                other.backward,
                other.ends_only,
                other.unknown,
            )
    };
    one.class == other.class
        && one.name == other.name
        && one.footing == other.footing
        && one
            .uses
            .iter()
            .zip(&other.uses)
            .all(|(one, other)| same(one, other))
}

fn turned(used: StreetUse, turn: bool) -> StreetUse {
    if turn {
        StreetUse {
            forward: used.backward,
            backward: used.forward,
            wait: [used.wait[1], used.wait[0]],
            ..used
        }
    } else {
        used
    }
}

/// Makes one street of a run, drawn the way the run goes.
fn joined(graph: &UnGraph<Junction, Street>, links: &[(EdgeIndex, bool)]) -> Street {
    let mut whole: Option<Street> = None;
    for (link, forward) in links {
        let mut street = graph[*link].clone();
        if !forward {
            street.shape.reverse();
            street
                .uses
                .iter_mut()
                .for_each(|used| *used = turned(*used, true));
        }
        whole = Some(match whole {
            None => street,
            Some(mut whole) => {
                whole.shape.extend(street.shape.into_iter().skip(1));
                for (used, more) in whole.uses.iter_mut().zip(&street.uses) {
                    used.wait = [0, 1].map(|way| used.wait[way].saturating_add(more.wait[way]));
                }
                whole
            }
        });
    }
    // A run has at least one street.
    whole.unwrap_or_else(|| graph[links[0].0].clone())
}

/// Returns the place of each junction on Hilbert's curve over all of them.
fn ranks(graph: &UnGraph<Junction, Street>) -> Vec<u32> {
    let points = || graph.node_weights().map(|junction| junction.point);
    let curve = Curve::over(points());
    points().map(|point| curve.place(point)).collect()
}
