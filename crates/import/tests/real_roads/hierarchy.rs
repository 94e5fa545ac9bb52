//! The contraction hierarchy held against petgraph's own Dijkstra over the roads of Porto, Newport and the Isle of Man, where the
//! shared data is at hand.

use std::collections::BTreeMap;

use catchment_core::grid::Grid;
use catchment_travel::{Cost, Hierarchy, Profile, Query, StreetNetwork, costs_from, route_cost};
use petgraph::algo::dijkstra;
use petgraph::visit::{EdgeRef, IntoEdgeReferences};

use super::{PORTO, beside, driving_with_turn_costs, roads, spread};

/// What petgraph finds from one search node to every other.
fn oracle(network: &StreetNetwork, root: u32) -> Vec<Option<Cost>> {
    let found = dijkstra(network, root, None, |arc| *arc.weight());
    let nodes = 0..network.node_count() as u32;
    nodes.map(|node| found.get(&node).copied()).collect()
}

/// Compares every search node from each of 50 roots, and 200 ways.
fn assert_exact(network: &StreetNetwork, hierarchy: &Hierarchy) {
    let mut cheapest: BTreeMap<(u32, u32), Cost> = BTreeMap::new();
    for arc in network.edge_references() {
        let between = cheapest.entry((arc.source(), arc.target()));
        let cost = between.or_insert(*arc.weight());
        *cost = (*cost).min(*arc.weight());
    }
    let mut query = Query::new(hierarchy);
    for root in spread(1..51, network.node_count()) {
        let oracle = oracle(network, root);
        let start = [(root, Cost::ZERO)];
        assert!(hierarchy.costs_from(&start) == oracle, "from {root}");
        for end in spread(1..201, network.node_count()) {
            let cost = query.cost(&start, &[(end, Cost::ZERO)]);
            assert_eq!(cost, oracle[end as usize], "{root} to {end}");
        }
        for end in spread(1..5, network.node_count()) {
            let path = query.path(&start, &[(end, Cost::ZERO)]);
            assert_eq!(path.as_ref().map(|path| path.cost), oracle[end as usize]);
            let Some(path) = path else { continue };
            let arcs = path
                .nodes
                .windows(2)
                .map(|ends| cheapest[&(ends[0], ends[1])]);
            assert_eq!(arcs.fold(Cost::ZERO, |sum, arc| sum + arc), path.cost);
            assert_eq!((path.nodes[0], path.nodes.last()), (root, Some(&end)));
        }
    }
}

fn assert_points_too(network: &StreetNetwork, hierarchy: &Hierarchy) {
    let places = beside(network, 1..41);
    assert!(places.len() > 30, "{} places", places.len());
    let mut query = Query::new(hierarchy);
    for from in &places {
        let tree = costs_from(network, from);
        for to in &places {
            assert!(tree.cost(to).is_some());
            assert_eq!(route_cost(network, &mut query, from, to), tree.cost(to));
        }
    }
}

#[test]
fn the_hierarchy_of_newport_finds_what_petgraph_finds() {
    let test = "the_hierarchy_of_newport_finds_what_petgraph_finds";
    let Some(network) = roads(test, "newport", &Grid::BritishNational, &Profile::drive()) else {
        return;
    };
    let hierarchy = Hierarchy::new(&network);
    assert_exact(&network, &hierarchy);
    assert_points_too(&network, &hierarchy);
}

#[test]
fn the_hierarchy_of_porto_finds_what_petgraph_finds() {
    let test = "the_hierarchy_of_porto_finds_what_petgraph_finds";
    let Some(network) = roads(test, "porto", &PORTO, &Profile::drive()) else {
        return;
    };
    let hierarchy = Hierarchy::new(&network);
    assert_exact(&network, &hierarchy);
    assert_points_too(&network, &hierarchy);
}

#[test]
fn the_hierarchy_of_the_isle_of_man_finds_what_petgraph_finds() {
    let test = "the_hierarchy_of_the_isle_of_man_finds_what_petgraph_finds";
    for profile in [Profile::drive(), driving_with_turn_costs()] {
        let Some(network) = roads(test, "isle-of-man", &Grid::BritishNational, &profile) else {
            return;
        };
        let hierarchy = Hierarchy::new(&network);
        assert_exact(&network, &hierarchy);
        assert_points_too(&network, &hierarchy);
    }
}

#[test]
fn closed_streets_in_porto_cost_what_a_hierarchy_from_nothing_says() {
    let test = "closed_streets_in_porto_cost_what_a_hierarchy_from_nothing_says";
    let Some(network) = roads(test, "porto", &PORTO, &Profile::drive()) else {
        return;
    };
    let nodes = network.node_count();
    let arcs: Vec<(u32, u32, Cost)> = network
        .edge_references()
        .map(|arc| (arc.source(), arc.target(), *arc.weight()))
        .collect();
    let hierarchy = Hierarchy::from_arcs(nodes, &arcs).unwrap();
    assert!(hierarchy == Hierarchy::new(&network));
    for closed in [1, 10, 100] {
        let left: Vec<_> = arcs
            .iter()
            .enumerate()
            .filter(|(place, _)| place * closed % arcs.len() >= closed)
            .map(|(_, arc)| *arc)
            .collect();
        assert_eq!(left.len() + closed, arcs.len());
        let again = hierarchy.again_from_arcs(nodes, &left).unwrap();
        let fresh = Hierarchy::from_arcs(nodes, &left).unwrap();
        for root in spread(1..21, nodes) {
            let start = [(root, Cost::ZERO)];
            assert!(again.costs_from(&start) == fresh.costs_from(&start));
        }
    }
}
