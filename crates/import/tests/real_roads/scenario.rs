//! Streets of Porto closed, changed and added, where the shared data is at hand: what is found equals a plain search over the changed streets.

use catchment_core::grid::LonLat;
use catchment_travel::{
    Change, Cost, Hierarchy, KmPerHour, Metres, NewStreetPlan, PreparedNetwork, Profile, Query,
    Route, Scenario, Snap, Snapper, StreetClass, StreetGraph, StreetNetwork, Way, Which,
    costs_from, route_cost,
};
use petgraph::algo::dijkstra;
use petgraph::visit::EdgeRef;

use super::{PORTO, driving_with_turn_costs, read, spread};

/// The road bridges over the Douro in the city.
const BRIDGES: [&str; 5] = [
    "Ponte da Arrábida",
    "Ponte Dom Luís I",
    "Ponte Dom Luís I (tabuleiro inferior)",
    "Ponte Infante Dom Henrique",
    "Ponte do Freixo",
];

fn porto(test: &str, profile: &Profile) -> Option<StreetGraph> {
    Some(read(test, "porto", &PORTO, profile)?.streets.condensed().0)
}

/// Compares every search node from some of them with petgraph's own search over the changed arcs.
fn assert_exact(network: &StreetNetwork, hierarchy: &Hierarchy, roots: u64) {
    let nodes = network.node_count();
    let mut query = Query::new(hierarchy);
    for root in spread(1..roots + 1, nodes) {
        let found = dijkstra(network, root, None, |arc| *arc.weight());
        let oracle: Vec<Option<Cost>> = (0..nodes as u32)
            .map(|node| found.get(&node).copied())
            .collect();
        let start = [(root, Cost::ZERO)];
        assert!(hierarchy.costs_from(&start) == oracle, "from {root}");
        for end in spread(1..51, nodes) {
            let path = query.path(&start, &[(end, Cost::ZERO)]);
            assert_eq!(path.map(|path| path.cost), oracle[end as usize]);
        }
    }
}

fn at(network: &StreetNetwork, lat: f64, lon: f64) -> Snap {
    let point = PORTO.to_grid(LonLat { lon, lat }).unwrap();
    let snapper = Snapper::new(network);
    snapper
        .snap([point.x, point.y], Metres::new(300.0))
        .unwrap()
}

fn close(name: &str) -> Change {
    Change::Close {
        which: Which::Named {
            name: name.to_owned(),
            least: [-8_000.0; 2],
            most: [8_000.0; 2],
        },
        way: Way::Both,
    }
}

fn bridge_of(network: &StreetNetwork, route: &Route) -> Option<&'static str> {
    let legs = route.legs().iter();
    legs.filter_map(|leg| network.name(leg.street))
        .find_map(|name| BRIDGES.into_iter().find(|bridge| *bridge == name))
}

#[test]
fn bridges_over_the_douro_close_one_after_the_other() {
    let test = "bridges_over_the_douro_close_one_after_the_other";
    let profile = Profile::drive();
    let Some(graph) = porto(test, &profile) else {
        return;
    };
    let before = PreparedNetwork::new(graph.freeze(0, &profile).unwrap().0);
    // From the hospital of Santo António to the town hall of Gaia: the river lies between.
    let journey = |streets: &PreparedNetwork| {
        let network = streets.network();
        let (from, to) = (at(network, 41.1473, -8.6195), at(network, 41.1297, -8.6060));
        let route = Route::find(network, &mut streets.query(), &from, &to).unwrap();
        assert_eq!(Some(route.cost()), costs_from(network, &from).cost(&to));
        let back = Route::find(network, &mut streets.query(), &to, &from).unwrap();
        (route, back)
    };
    let straight = journey(&before).0.cost();
    let (mut scenario, mut closed) = (Scenario::default(), Vec::new());
    let (mut streets, mut last) = (before.clone(), straight);
    loop {
        let (route, back) = journey(&streets);
        assert!(route.cost() >= last, "a closed bridge made a way shorter");
        last = route.cost();
        let Some(bridge) =
            bridge_of(streets.network(), &route).or_else(|| bridge_of(streets.network(), &back))
        else {
            break;
        };
        assert!(!closed.contains(&bridge), "{bridge} is closed");
        closed.push(bridge);
        scenario.push(close(bridge));
        let (after, report) = scenario.prepare(&before).unwrap();
        assert!(!report.closed.is_empty());
        assert_exact(after.network(), after.hierarchy(), 5);
        println!(
            "without {bridge}: {} instead of {}, {} cut off",
            journey(&after).0.distance(),
            straight.distance(),
            report.cut_off_length
        );
        streets = after;
    }
    assert!(closed.len() >= 3, "{closed:?}");
    // With every bridge of the city closed one drives up the river and back.
    assert!(last.distance().value() > straight.distance().value() + 5_000.0);
    assert!(last.distance().value() < 60_000.0, "{}", last.distance());
}

#[test]
fn one_bridge_closed_is_repaired_and_many_streets_are_contracted_again() {
    let test = "one_bridge_closed_is_repaired_and_many_streets_are_contracted_again";
    let profile = Profile::drive();
    let Some(graph) = porto(test, &profile) else {
        return;
    };
    let before = PreparedNetwork::new(graph.freeze(0, &profile).unwrap().0);
    let arcs = |changes: Vec<Change>| {
        let mut scenario = Scenario::default();
        for change in changes {
            scenario.push(change);
        }
        let changed = scenario.apply(before.network()).unwrap();
        let repaired = changed.hierarchy(&before).unwrap();
        let again = changed.contracted_again(&before).unwrap();
        (repaired.arc_counts().0, again.arc_counts().0)
    };
    // What is contracted again has more shortcuts than what was repaired around one place.
    for bridge in ["Ponte da Arrábida", "Ponte do Freixo"] {
        let (repaired, again) = arcs(vec![close(bridge)]);
        assert!(repaired < again, "{bridge}: {repaired} {again}");
    }
    let streets = spread(1..101, before.network().street_count());
    let closed = streets.map(|street| Change::Close {
        which: Which::Street(street),
        way: Way::Both,
    });
    let (repaired, again) = arcs(closed.collect());
    assert_eq!(repaired, again);
}

#[test]
fn streets_closed_slowed_and_added_are_exact() {
    let test = "streets_closed_slowed_and_added_are_exact";
    let profile = Profile::drive();
    let Some(graph) = porto(test, &profile) else {
        return;
    };
    for profile in [profile, driving_with_turn_costs()] {
        let before = PreparedNetwork::new(graph.freeze(0, &profile).unwrap().0);
        let mut scenario = Scenario::default();
        for street in spread(1..5, before.network().street_count()) {
            scenario.push(Change::Close {
                which: Which::Street(street),
                way: Way::Both,
            });
            scenario.push(Change::Speed {
                which: Which::Street(street + 1),
                way: Way::Both,
                speed: KmPerHour::new(f64::from(street % 70) + 5.0),
            });
        }
        // A new bridge between two quays, and a path across a block.
        for ends in [
            [[41.1405, -8.6180], [41.1375, -8.6180]],
            [[41.160, -8.620], [41.162, -8.618]],
        ] {
            let line = ends.map(|[lat, lon]| {
                let point = PORTO.to_grid(LonLat { lon, lat }).unwrap();
                [point.x, point.y]
            });
            scenario.push(Change::Add(NewStreetPlan {
                line: line.to_vec(),
                within: Metres::new(400.0),
                class: StreetClass::Minor,
                name: None,
                forward: Some(KmPerHour::new(50.0)),
                backward: Some(KmPerHour::new(50.0)),
            }));
        }
        let changed = scenario.apply(before.network()).unwrap();
        let repaired = changed.hierarchy(&before).unwrap();
        assert_exact(changed.network(), &repaired, 10);
        let again = changed.contracted_again(&before).unwrap();
        assert_exact(changed.network(), &again, 3);
        assert!(changed.report().added.len() >= 4);
        let (network, mut query) = (changed.network(), Query::new(&repaired));
        let (from, to) = (at(network, 41.1405, -8.6170), at(network, 41.1370, -8.6170));
        let short = route_cost(network, &mut query, &from, &to).unwrap();
        let (from, to) = (
            at(before.network(), 41.1405, -8.6170),
            at(before.network(), 41.1370, -8.6170),
        );
        let long = route_cost(before.network(), &mut before.query(), &from, &to).unwrap();
        assert!(short < long, "{} {}", short.time(), long.time());
    }
}
