//! The search held against petgraph's own Dijkstra over the roads of Newport, where the shared data is at hand.

use catchment_core::grid::Grid;
use catchment_travel::{Cost, Metres, Profile, Snapper, StreetNetwork, costs_from, costs_to};
use petgraph::algo::dijkstra;
use petgraph::visit::EdgeRef;

use super::read;

/// Newport as a study has it: chains of streets joined, turn restrictions applied.
fn newport(test: &str) -> Option<StreetNetwork> {
    let profile = Profile::drive();
    let roads = read(test, "newport", &Grid::BritishNational, &profile)?;
    let turns = &roads.summary.turns;
    assert!(turns.applied > 50, "{turns:?}");
    let (streets, _) = roads.streets.condensed();
    Some(streets.freeze(0, &profile).unwrap().0)
}

/// Junctions spread over the network as a sequence of golden-ratio steps spreads them, the same in every run.
fn spread(network: &StreetNetwork, count: u64) -> impl Iterator<Item = u32> {
    let junctions = network.junction_count() as u64;
    (1..=count).map(move |step| {
        (((step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) * junctions) >> 32) as u32
    })
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
    for root in spread(&network, 40) {
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
    let snapper = Snapper::new(&network);
    // Half a street away from the junctions, so that the ends of the journeys are parts of streets.
    let places: Vec<_> = spread(&network, 40)
        .map(|junction| network.junction(junction))
        .map(|[x, y]| {
            snapper
                .snap([x + 60.0, y - 35.0], Metres::new(1000.0))
                .unwrap()
        })
        .collect();
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
