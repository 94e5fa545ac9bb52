//! The searches held against petgraph's own Dijkstra, on random streets.

use std::collections::BTreeMap;

use petgraph::algo::dijkstra;
use petgraph::graph::DiGraph;
use petgraph::visit::EdgeRef;
use proptest::prelude::*;

use super::{costs_from, costs_to};
use crate::snap::snap_few;
use crate::{
    Cost, Metres, PreparedNetwork, Profile, Snap, Snapper, StreetGraphBuilder, StreetNetwork, Tags,
    matrix,
};

/// Streets between random points; the tags decide class, direction and speed.
pub(crate) fn town() -> impl Strategy<Value = StreetNetwork> {
    let points = prop::collection::vec((0u32..2000, 0u32..2000), 3..25);
    let streets = prop::collection::vec(
        (
            any::<prop::sample::Index>(),
            any::<prop::sample::Index>(),
            0usize..5,
        ),
        4..60,
    );
    (points, streets).prop_filter_map("no street is usable", |(points, streets)| {
        let profiles = [Profile::drive()];
        let mut builder = StreetGraphBuilder::new(&profiles);
        let points: Vec<[f64; 2]> = points
            .into_iter()
            .map(|(x, y)| [f64::from(x), f64::from(y)])
            .collect();
        let junctions: Vec<_> = points
            .iter()
            .map(|point| builder.junction(*point, Tags::new(&[])))
            .collect();
        for (from, to, kind) in streets {
            let (from, to) = (from.index(points.len()), to.index(points.len()));
            let middle = [
                f64::midpoint(points[from][0], points[to][0]) + 7.0,
                f64::midpoint(points[from][1], points[to][1]),
            ];
            let tags: &[(&str, &str)] = match kind {
                0 => &[("highway", "primary")],
                1 => &[("highway", "residential"), ("maxspeed", "20 mph")],
                2 => &[("highway", "residential"), ("oneway", "yes")],
                3 => &[("highway", "service"), ("oneway", "-1")],
                _ => &[("highway", "tertiary")],
            };
            builder.street(
                junctions[from],
                junctions[to],
                vec![points[from], middle, points[to]],
                Tags::new(tags),
                None,
            );
        }
        builder
            .finish()
            .freeze(0, &profiles[0])
            .ok()
            .map(|(network, _)| network)
    })
}

/// The slow and obviously right way: a petgraph graph in which the two points are nodes of their own.
fn by_petgraph(network: &StreetNetwork, from: &Snap, to: &Snap) -> Option<Cost> {
    let mut graph: DiGraph<(), Cost> = DiGraph::new();
    let nodes: Vec<_> = (0..network.node_count() + 2)
        .map(|_| graph.add_node(()))
        .collect();
    for node in 0..network.node_count() as u32 {
        for (head, cost) in network.leaving.arcs(node) {
            graph.add_edge(nodes[node as usize], nodes[head as usize], cost);
        }
    }
    let (start, end) = (nodes[network.node_count()], nodes[network.node_count() + 1]);
    for (node, cost) in from.ways_out(network) {
        graph.add_edge(start, nodes[node as usize], cost);
    }
    for (node, cost) in to.ways_in(network) {
        graph.add_edge(nodes[node as usize], end, cost);
    }
    if let Some(cost) = from.along(to, network) {
        graph.add_edge(start, end, cost);
    }
    dijkstra(&graph, start, Some(end), |edge| *edge.weight())
        .get(&end)
        .copied()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn both_directions_and_the_matrix_equal_petgraph(
        network in town(),
        places in prop::collection::vec((-50.0f64..2050.0, -50.0f64..2050.0), 2..8),
    ) {
        let snapper = Snapper::new(&network);
        let snaps: Vec<Snap> = places
            .iter()
            .map(|(x, y)| snapper.snap([*x, *y], Metres::new(10_000.0)).map_err(|_| TestCaseError::fail("too far")))
            .collect::<Result<_, _>>()?;
        let (origins, destinations) = snaps.split_at(snaps.len() / 2);
        let wide = matrix(&network, origins, destinations);
        let tall = matrix(&network, destinations, origins);
        for (row, origin) in origins.iter().enumerate() {
            let forward = costs_from(&network, origin);
            for (column, destination) in destinations.iter().enumerate() {
                let expected = by_petgraph(&network, origin, destination);
                prop_assert_eq!(forward.cost(destination), expected);
                prop_assert_eq!(costs_to(&network, destination).cost(origin), expected);
                prop_assert_eq!(wide.at(row, column), expected);
                prop_assert_eq!(tall.at(column, row), by_petgraph(&network, destination, origin));
            }
        }
    }

    #[test]
    fn one_search_for_the_nearest_equals_a_search_to_each(
        network in town(),
        places in prop::collection::vec((-50.0f64..2050.0, -50.0f64..2050.0), 1..12),
        split in any::<prop::sample::Index>(),
    ) {
        let snapper = Snapper::new(&network);
        let snaps: Vec<Snap> = places
            .iter()
            .map(|(x, y)| snapper.snap([*x, *y], Metres::new(10_000.0)).map_err(|_| TestCaseError::fail("too far")))
            .collect::<Result<_, _>>()?;
        let (origins, destinations) = snaps.split_at(split.index(snaps.len()));
        let prepared = PreparedNetwork::new(network.clone());
        let nearest = prepared.many().nearest_from_everywhere(destinations);
        let least = |from: &Snap| nearest.of_snap(from).map(|(_, cost)| cost);
        for origin in origins {
            let each = destinations.iter().filter_map(|destination| by_petgraph(&network, origin, destination));
            prop_assert_eq!(least(origin), each.min());
        }
        // A destination is its own nearest.
        for destination in destinations {
            prop_assert_eq!(least(destination), Some(Cost::ZERO));
        }
        let none = prepared.many().nearest_from_everywhere(&snaps[..0]);
        prop_assert!(snaps.iter().all(|snap| none.of_snap(snap).is_none()));
    }

    #[test]
    fn the_index_finds_the_nearest_street(network in town(), x in -500.0f64..2500.0, y in -500.0f64..2500.0) {
        let snapper = Snapper::new(&network);
        let snap = snapper.snap([x, y], Metres::new(1.0e6)).map_err(|_| TestCaseError::fail("too far"))?;
        let points = [[x, y], [y, x]];
        for cap in [20.0, 1.0e6].map(Metres::new) {
            prop_assert_eq!(snap_few(&network, &points, cap), points.map(|point| snapper.snap(point, cap)).to_vec());
        }
        let near = (snap.point()[0] - x).hypot(snap.point()[1] - y);
        prop_assert!((near - snap.distance().value()).abs() < 1e-6);
    }

    #[test]
    fn a_detour_is_never_faster(network in town(), a in any::<prop::sample::Index>(), b in any::<prop::sample::Index>()) {
        let snapper = Snapper::new(&network);
        let count = network.junction_count();
        let at = |junction: usize| snapper.snap(network.junction(junction as u32), Metres::new(1.0)).ok();
        let (Some(a), Some(b)) = (at(a.index(count)), at(b.index(count))) else { return Ok(()) };
        let direct = costs_from(&network, &a).cost(&b);
        for middle in (0..count).filter_map(at) {
            let legs = costs_from(&network, &a).cost(&middle).zip(costs_from(&network, &middle).cost(&b));
            if let (Some(direct), Some((first, second))) = (direct, legs) {
                prop_assert!(direct <= first + second);
            }
        }
    }
}

#[test]
fn petgraph_runs_on_the_frozen_arrays() {
    let profiles = [Profile::drive()];
    let mut builder = StreetGraphBuilder::new(&profiles);
    let points = [[0.0, 0.0], [300.0, 0.0], [300.0, 400.0], [0.0, 400.0]];
    let junctions: Vec<_> = points
        .iter()
        .map(|point| builder.junction(*point, Tags::new(&[])))
        .collect();
    for side in 0..4 {
        let (from, to) = (side, (side + 1) % 4);
        let oneway = [("highway", "residential"), ("oneway", "yes")];
        builder.street(
            junctions[from],
            junctions[to],
            vec![points[from], points[to]],
            Tags::new(&oneway),
            None,
        );
    }
    let (network, report) = builder.finish().freeze(0, &profiles[0]).unwrap();
    assert_eq!(
        (report.junctions, report.streets, report.dropped_components),
        (4, 4, 0)
    );
    let snapper = Snapper::new(&network);
    let corner = snapper.snap(points[0], Metres::new(1.0)).unwrap();
    let tree = costs_from(&network, &corner);
    let oracle: BTreeMap<u32, Cost> = dijkstra(&network, 0, None, |arc| *arc.weight())
        .into_iter()
        .collect();
    for junction in 0..4 {
        assert_eq!(tree.junction_cost(junction), oracle.get(&junction).copied());
    }
    // Round the one-way square: 300 m, 400 m, 300 m.
    assert_eq!(
        tree.junction_cost(3).map(Cost::millimetres),
        Some(1_000_000)
    );
}

#[test]
fn a_barrier_cuts_a_street_and_the_smaller_part_is_reported() {
    let profiles = [Profile::drive(), Profile::walk()];
    let mut builder = StreetGraphBuilder::new(&profiles);
    let street = [("highway", "residential")];
    let bollard = [("barrier", "bollard")];
    let ends: Vec<_> = [0.0, 100.0, 250.0, 400.0]
        .iter()
        .map(|x| {
            builder.junction(
                [*x, 0.0],
                Tags::new(if (*x - 100.0_f64).abs() < 1.0 {
                    &bollard
                } else {
                    &[]
                }),
            )
        })
        .collect();
    for (pair, x) in ends
        .windows(2)
        .zip([[0.0, 100.0], [100.0, 250.0], [250.0, 400.0]])
    {
        builder.street(
            pair[0],
            pair[1],
            vec![[x[0], 0.0], [x[1], 0.0]],
            Tags::new(&street),
            None,
        );
    }
    let graph = builder.finish();
    let (drive, cut) = graph.freeze(0, &profiles[0]).unwrap();
    assert_eq!(
        (
            drive.street_count(),
            cut.dropped_components,
            cut.dropped.value()
        ),
        (2, 1, 100.0)
    );
    let (walk, whole) = graph.freeze(1, &profiles[1]).unwrap();
    assert_eq!((walk.street_count(), whole.dropped_components), (3, 0));
}

#[test]
fn nobody_is_snapped_onto_a_ferry() {
    let profiles = [Profile::drive()];
    let mut builder = StreetGraphBuilder::new(&profiles);
    let ends = [0.0, 100.0, 900.0].map(|x| builder.junction([x, 0.0], Tags::new(&[])));
    let street = [("highway", "residential")];
    let ferry = [
        ("route", "ferry"),
        ("motor_vehicle", "yes"),
        ("duration", "00:10"),
    ];
    builder.street(
        ends[0],
        ends[1],
        vec![[0.0, 0.0], [100.0, 0.0]],
        Tags::new(&street),
        None,
    );
    builder.street(
        ends[1],
        ends[2],
        vec![[100.0, 0.0], [900.0, 0.0]],
        Tags::new(&ferry),
        None,
    );
    let (network, _) = builder.finish().freeze(0, &profiles[0]).unwrap();
    let snap = Snapper::new(&network)
        .snap([500.0, 10.0], Metres::new(1000.0))
        .unwrap();
    assert!(snap.point()[0] <= 100.0 && snap.point()[1].abs() < 1e-9);
}

#[test]
fn a_position_that_is_not_a_number_is_far_from_everything() {
    let profiles = [Profile::drive()];
    let mut builder = StreetGraphBuilder::new(&profiles);
    let (a, b) = (
        builder.junction([0.0, 0.0], Tags::new(&[])),
        builder.junction([9.0, 0.0], Tags::new(&[])),
    );
    builder.street(
        a,
        b,
        vec![[0.0, 0.0], [9.0, 0.0]],
        Tags::new(&[("highway", "service")]),
        None,
    );
    let (network, _) = builder.finish().freeze(0, &profiles[0]).unwrap();
    assert!(
        Snapper::new(&network)
            .snap([f64::NAN, 0.0], Metres::new(100.0))
            .is_err()
    );
    assert!(
        Snapper::new(&network)
            .snap([500.0, 0.0], Metres::new(100.0))
            .is_err()
    );
}
