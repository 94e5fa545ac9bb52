//! The search held against petgraph's own Dijkstra over the roads of Newport, where the shared data is at hand.

use catchment_core::grid::Grid;
use catchment_travel::{Cost, Metres, Profile, Snapper, StreetNetwork, costs_from, costs_to};
use petgraph::algo::dijkstra;
use petgraph::visit::EdgeRef;

use super::{beside, read, spread};

/// Newport as a study has it: chains of streets joined, turn restrictions applied.
fn newport(test: &str) -> Option<StreetNetwork> {
    let profile = Profile::drive();
    let roads = read(test, "newport", &Grid::BritishNational, &profile)?;
    let turns = &roads.summary.turns;
    assert!(turns.applied > 50, "{turns:?}");
    let (streets, _) = roads.streets.condensed();
    Some(streets.freeze(0, &profile).unwrap().0)
}

#[test]
fn costs_over_newport_equal_petgraph_to_the_millimetre_and_millisecond() {
    let Some(network) =
        newport("costs_over_newport_equal_petgraph_to_the_millimetre_and_millisecond")
    else {
        return;
    };
    let snapper = Snapper::new(&network);
    let mut compared = 0;
    for root in spread(1..41, network.junction_count()) {
        // Where it matters how one came, no single node stands for the junction.
        let nodes = network.nodes_of(root);
        if nodes.len() != 1 {
            continue;
        }
        // Nobody is snapped onto a motorway.
        let Ok(snap) = snapper.snap(network.junction(root), Metres::new(1.0)) else {
            continue;
        };
        let tree = costs_from(&network, &snap);
        // Where two junctions share a position the point may be on the other one: no root for this test.
        if tree.junction_cost(root) != Some(Cost::ZERO) {
            continue;
        }
        let oracle = dijkstra(&network, nodes.start, None, |arc| *arc.weight());
        for junction in 0..network.junction_count() as u32 {
            let cost = tree.junction_cost(junction).unwrap();
            let least = network.nodes_of(junction);
            let least = least.filter_map(|node| oracle.get(&node)).min();
            assert_eq!(Some(&cost), least, "from {root} to {junction}");
            assert!(cost.milliseconds() > 0 || junction == root);
        }
        compared += 1;
    }
    assert!(compared >= 20, "{compared} roots compared");
}

#[test]
fn searching_back_over_newport_finds_what_searching_forth_finds() {
    let Some(network) = newport("searching_back_over_newport_finds_what_searching_forth_finds")
    else {
        return;
    };
    let places = beside(&network, 1..41);
    assert!(places.len() > 30);
    let back: Vec<_> = places
        .iter()
        .map(|place| costs_to(&network, place))
        .collect();
    for origin in &places {
        let forth = costs_from(&network, origin);
        for (destination, back) in places.iter().zip(&back) {
            assert!(forth.cost(destination).is_some());
            assert_eq!(back.cost(origin), forth.cost(destination));
        }
    }
}
