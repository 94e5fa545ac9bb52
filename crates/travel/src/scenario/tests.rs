//! Changed networks held against the list of restrictions, and their hierarchies against plain searches.

use std::ops::ControlFlow;

use proptest::prelude::*;

use super::{Change, Changed, NewStreetPlan, Scenario, ScenarioError, Way, Which};
use crate::drawn::Town;
use crate::network::oracle_tests::{Oracle, build, drawn, middles, profiles};
use crate::sweep::search;
use crate::sweep::tests::town;
use crate::{
    Cost, Hierarchy, KmPerHour, Metres, PreparedNetwork, Profile, Query, Reach, Route, Seconds,
    Snap, Snapper, StreetClass, StreetNetwork, TimeAndDistance, TurnRule, costs_from, costs_to,
    route_cost,
};

/// A change in a few numbers.
type Drawn = (u8, prop::sample::Index, u8, [u16; 4]);

fn changes(kinds: std::ops::Range<u8>) -> impl Strategy<Value = Vec<Drawn>> {
    let change = (
        kinds,
        any::<prop::sample::Index>(),
        0u8..3,
        any::<[u16; 4]>(),
    );
    prop::collection::vec(change, 1..4)
}

fn scenario(network: &StreetNetwork, drawn: &[Drawn]) -> Scenario {
    let mut scenario = Scenario::default();
    for (kind, street, way, numbers) in drawn {
        let which = Which::Street(street.index(network.street_count()) as u32);
        let way = [Way::Both, Way::Forward, Way::Backward][usize::from(*way)];
        let speed = KmPerHour::new(f64::from(numbers[0] % 90) + 1.0);
        let point = |x: u16, y: u16| [f64::from(x % 2000), f64::from(y % 2000)];
        scenario.push(match kind {
            0 => Change::Close { which, way },
            1 => Change::Speed { which, way, speed },
            2 => Change::Open {
                which,
                way,
                speed: Some(speed),
            },
            _ => Change::Add(NewStreetPlan {
                line: vec![point(numbers[0], numbers[1]), point(numbers[2], numbers[3])],
                within: Metres::new(1.0e4),
                class: StreetClass::Path,
                name: None,
                forward: Some(KmPerHour::new(4.8)),
                backward: (way == Way::Both).then_some(KmPerHour::new(30.0)),
            }),
        });
    }
    scenario
}

/// Checks the hierarchy made from the one before against a plain search over the changed arcs, from every node to every other.
fn assert_exact(changed: &Changed<'_>, hierarchy: &Hierarchy) {
    let network = changed.network();
    network.validate().unwrap();
    hierarchy.validate().unwrap();
    let mut query = Query::new(hierarchy);
    let nodes = network.node_count();
    for from in 0..nodes as u32 {
        let start = [(from, Cost::ZERO)];
        let slow = search(&network.leaving, nodes, start.into_iter());
        let slow: Vec<Option<Cost>> = slow.into_iter().map(Cost::finite).collect();
        assert_eq!(hierarchy.costs_from(&start), slow, "from {from}");
        for to in (0..nodes as u32).step_by(3) {
            let path = query.path(&start, &[(to, Cost::ZERO)]);
            assert_eq!(path.as_ref().map(|path| path.cost), slow[to as usize]);
            let Some(path) = path else { continue };
            let sum = path.nodes.windows(2).fold(Cost::ZERO, |sum, ends| {
                let arcs = network.leaving.arcs(ends[0]).filter(|arc| arc.0 == ends[1]);
                sum + arcs.map(|arc| arc.1).min().unwrap()
            });
            assert_eq!(sum, path.cost);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn after_any_change_every_search_is_exact(network in town(), first in changes(0..4), second in changes(0..4)) {
        let before = PreparedNetwork::new(network);
        let Ok(changed) = scenario(before.network(), &first).apply(before.network()) else { return Ok(()) };
        let repaired = changed.hierarchy(&before).unwrap();
        assert_exact(&changed, &repaired);
        // And after another change to what was changed.
        let before = PreparedNetwork::of(changed.network().clone(), repaired);
        let Ok(again) = scenario(before.network(), &second).apply(before.network()) else { return Ok(()) };
        assert_exact(&again, &again.hierarchy(&before).unwrap());
    }

    #[test]
    fn changed_streets_obey_the_list_of_restrictions(town in drawn(), which in 0usize..3, drawn in changes(0..3)) {
        let profile = &profiles()[which];
        let graph = build(profile, &town);
        let Ok((network, _)) = graph.freeze(0, profile) else { return Ok(()) };
        let before = PreparedNetwork::new(network);
        let changed = scenario(before.network(), &drawn).apply(before.network());
        let changed = changed.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let hierarchy = changed.hierarchy(&before).unwrap();
        assert_exact(&changed, &hierarchy);
        let network = changed.network();
        let oracle = Oracle::new(&graph, network);
        let places = middles(network);
        for from in &places {
            let tree = costs_from(network, from);
            for to in &places {
                prop_assert_eq!(tree.cost(to), oracle.cost(from, to));
            }
        }
    }

    #[test]
    fn restrictions_hold_on_streets_that_were_cut(town in drawn(), which in 0usize..3, drawn in changes(3..4)) {
        let profile = &profiles()[which];
        let graph = build(profile, &town);
        let Ok((network, _)) = graph.freeze(0, profile) else { return Ok(()) };
        let prepared = PreparedNetwork::new(network);
        let network = prepared.network();
        let Ok(changed) = scenario(network, &drawn).apply(network) else { return Ok(()) };
        let hierarchy = changed.hierarchy(&prepared).unwrap();
        assert_exact(&changed, &hierarchy);
        // A way by what is not new obeys as before: with the new streets closed again nothing is cheaper than it was.
        let added = changed.report().added.clone();
        let new = added.into_iter().filter(|street| changed.network().class(*street) == StreetClass::Path);
        let mut closing = Scenario::default();
        let old = network.junction_count() as u32;
        // Of a street that is cut shortly before a bend, turns at its end are seen otherwise.
        let mut bends = !profile.turns.is_free() && changed.network().streets.iter().any(|street| street.millimetres < 10_000);
        for street in new {
            // A bend that a street joins is a junction from then on, where a turn costs what it does.
            let joined = &changed.network().streets[street as usize];
            bends |= !profile.turns.is_free() && (joined.from < old || joined.to < old);
            closing.push(Change::Close { which: Which::Street(street), way: Way::Both });
        }
        let closed = closing.apply(changed.network()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let (before, after) = (Snapper::new(network), Snapper::new(closed.network()));
        let places: Vec<[f64; 2]> = middles(network).iter().map(Snap::point).collect();
        for pair in places.windows(2) {
            let ends = |snapper: &Snapper<'_>| [pair[0], pair[1]].map(|at| snapper.snap(at, Metres::new(1.0)).unwrap());
            let [from, to] = ends(&before);
            let [start, end] = ends(&after);
            let was = costs_from(network, &from).cost(&to).map(Cost::milliseconds);
            let is = costs_from(closed.network(), &start).cost(&end).map(Cost::milliseconds);
            // Rounding costs a little, and where a street was cut at a bend that is a turn now. Where one may turn round anywhere, one
            // may there.
            let cuts = (closed.network().junction_count() as u32 - old) * profile.turns.penalty.value() as u32 * 1000;
            let slack = if profile.turns.is_free() { 40 } else { 2_000 };
            let turns_round = which == 1 || !(graph.restrictions().is_empty() || which == 2);
            if let (Some(was), Some(is)) = (was, is) {
                prop_assert!(bends || is <= was + slack + cuts, "{} {}", was, is);
                prop_assert!(turns_round || bends || was <= is + slack, "{} {}", was, is);
            } else {
                prop_assert_eq!(was.is_some(), is.is_some());
            }
        }
    }
}

fn bridge() -> Town {
    let drawing = "a-b-c-d\n|     |\ne-f-g-h";
    Town::drawn(Profile::drive(), drawing)
        .streets("abcd", "name=North_Bank")
        .streets("efgh", "name=South_Bank")
        .streets("ae", "name=Old_Bridge")
        .streets("dh", "name=New_Bridge")
}

fn close(which: Which) -> Scenario {
    let mut scenario = Scenario::default();
    let way = Way::Both;
    scenario.push(Change::Close { which, way });
    scenario
}

fn named(name: &str) -> Which {
    Which::Named {
        name: name.to_owned(),
        least: [-1e6; 2],
        most: [1e6; 2],
    }
}

#[test]
fn a_closed_bridge_makes_journeys_longer_and_nobody_is_put_on_it() {
    let (network, _) = bridge().freeze();
    let before = PreparedNetwork::new(network);
    let (after, report) = close(named("old_bridge")).prepare(&before).unwrap();
    assert_eq!((report.closed.len(), report.cut_off.len()), (1, 0));
    let town = bridge();
    let metres = |streets: &PreparedNetwork| {
        let [from, to] = ["ab", "ef"].map(|word| town.middle(streets.network(), word));
        let cost = route_cost(streets.network(), &mut streets.query(), &from, &to);
        cost.unwrap().millimetres() / 1000
    };
    assert_eq!((metres(&before), metres(&after)), (200, 600));
    let on_bridge = Snapper::new(after.network()).snap([0.0, -30.0], Metres::new(500.0));
    assert_eq!(on_bridge.unwrap().distance(), Metres::new(30.0));
    // Sweeps run over a repaired hierarchy as over any other.
    let snaps = ["ab", "cd", "ef", "gh"].map(|word| town.middle(after.network(), word));
    let all = after.many().matrix(&snaps[..], &snaps[..]);
    for (row, from) in snaps.iter().enumerate() {
        let tree = costs_from(after.network(), from);
        for (column, to) in snaps.iter().enumerate() {
            assert_eq!(all.at(row, column), tree.cost(to));
        }
    }
    let trees = snaps.map(|to| costs_to(after.network(), &to));
    let every = |reach: &Reach<'_, TimeAndDistance>| {
        for (place, point) in reach.points().iter().enumerate() {
            for node in 0..after.network().node_count() as u32 {
                let cost = trees[*point as usize].node_cost(node);
                assert_eq!(reach.at(place, node), cost);
            }
        }
        ControlFlow::<()>::Continue(())
    };
    let flow = after.many().for_each_reach_to(&snaps[..], every);
    assert!(flow.is_continue());
    // Both closed: two halves, and what lies on the shorter one is cut off.
    let mut both = close(named("Old_Bridge"));
    both.push(close(named("New_Bridge")).changes()[0].clone());
    let (cut, report) = both.prepare(&before).unwrap();
    assert_eq!(report.cut_off.len(), 3);
    assert!((report.cut_off_length.value() - 300.0).abs() < 1e-9);
    let [from, to] = ["ab", "ef"].map(|word| town.middle(cut.network(), word));
    assert_eq!(
        route_cost(cut.network(), &mut cut.query(), &from, &to),
        None
    );
    assert!(Route::find(cut.network(), &mut cut.query(), &from, &to).is_none());
}

#[test]
fn one_direction_closes_and_opens_and_speeds_change() {
    let (network, _) = bridge().freeze();
    let town = bridge();
    let seconds = |network: &StreetNetwork, from: &str, to: &str| {
        let [from, to] = [from, to].map(|word| town.middle(network, word));
        let cost = costs_from(network, &from).cost(&to).unwrap();
        cost.milliseconds() / 1000
    };
    let old = network.street_count() as u32;
    let number = (0..old)
        .find(|street| network.name(*street) == Some("Old_Bridge"))
        .unwrap();
    let mut one_way = Scenario::default();
    let which = Which::Street(number);
    one_way.push(Change::Close {
        which: which.clone(),
        way: Way::Forward,
    });
    let changed = one_way.apply(&network).unwrap();
    assert_eq!(seconds(changed.network(), "ab", "ef"), 60);
    assert_eq!(seconds(changed.network(), "ef", "ab"), 20);
    let mut reopened = Scenario::default();
    reopened.push(Change::Open {
        which: which.clone(),
        way: Way::Both,
        speed: None,
    });
    reopened.push(Change::Speed {
        which,
        way: Way::Both,
        speed: KmPerHour::new(18.0),
    });
    let reopened = reopened.apply(changed.network()).unwrap();
    assert_eq!(reopened.report().opened, [number]);
    assert_eq!(reopened.report().speeds, [number]);
    for (from, to) in [("ab", "ef"), ("ef", "ab")] {
        assert_eq!(seconds(reopened.network(), from, to), 30);
    }
}

#[test]
fn a_turn_costs_the_same_when_a_street_beside_it_is_closed() {
    let mut profile = Profile::drive();
    profile.turns.penalty = Seconds::new(7.5);
    let town = Town::drawn(profile, "a-b-c\n  |\n  d").streets("ab bc bd", "");
    let (network, _) = town.freeze();
    let cost = |network: &StreetNetwork| {
        let [from, to] = ["ab", "bd"].map(|word| town.middle(network, word));
        costs_from(network, &from).cost(&to).unwrap()
    };
    let third = town.middle(&network, "bc").street();
    let closed = close(Which::Street(third)).apply(&network).unwrap();
    assert!(cost(&network).milliseconds() > 11_500);
    assert_eq!(cost(closed.network()), cost(&network));
}

#[test]
fn a_footbridge_joins_streets_in_their_middle() {
    let (network, _) = bridge().freeze();
    let before = PreparedNetwork::new(network);
    let mut scenario = Scenario::default();
    // From the middle of b-c, over a bend, to the middle of f-g.
    scenario.push(Change::Add(NewStreetPlan {
        line: vec![[151.0, 5.0], [151.0, -50.0], [151.0, -98.0]],
        within: Metres::new(10.0),
        class: StreetClass::Path,
        name: Some("New Footbridge".to_owned()),
        forward: Some(KmPerHour::new(36.0)),
        backward: Some(KmPerHour::new(36.0)),
    }));
    let (after, report) = scenario.prepare(&before).unwrap();
    assert_eq!(report.added.len(), 3, "two halves and the bridge itself");
    assert_eq!(
        after.network().street_count(),
        before.network().street_count() + 3
    );
    let snapper = Snapper::new(after.network());
    let snap = |at| snapper.snap(at, Metres::new(1.0)).unwrap();
    let (from, to) = (snap([140.0, 0.0]), snap([160.0, -100.0]));
    let route = Route::find(after.network(), &mut after.query(), &from, &to).unwrap();
    assert_eq!(route.distance(), Metres::new(120.0));
    assert_eq!(route.cost().milliseconds(), 12_000);
    let said: Vec<String> = route.steps().iter().map(ToString::to_string).collect();
    let expected = [
        "Go east along North_Bank, 11 m",
        "Turn right onto New Footbridge, 100 m",
        "Turn left onto South_Bank, 9 m",
    ];
    assert_eq!(said, expected);
    // Two that join the same street and one that joins the other two.
    let first = scenario.changes()[0].clone();
    let Change::Add(mut plan) = first else {
        panic!("no street was added")
    };
    plan.line = vec![[120.0, 0.0], [120.0, -100.0]];
    scenario.push(Change::Add(plan));
    let changed = scenario.apply(before.network()).unwrap();
    assert_eq!(changed.report().added.len(), 6);
    assert_exact(&changed, &changed.hierarchy(&before).unwrap());
}

/// A street from one point to another, open both ways.
fn new_street(line: [[f64; 2]; 2]) -> Scenario {
    let mut scenario = Scenario::default();
    scenario.push(Change::Add(NewStreetPlan {
        line: line.to_vec(),
        within: Metres::new(200.0),
        class: StreetClass::Minor,
        name: None,
        forward: Some(KmPerHour::new(36.0)),
        backward: Some(KmPerHour::new(36.0)),
    }));
    scenario
}

#[test]
fn a_slip_road_ends_on_the_motorway_it_is_drawn_to() {
    let drawing = "a-b-c\n|   |\n|   |\n|   |\nd-e-f";
    let town = Town::drawn(Profile::drive(), drawing)
        .streets("abc", "highway=motorway oneway=no")
        .streets("ad cf def", "");
    let (network, _) = town.freeze();
    let slip = new_street([[100.0, -200.0], [60.0, -3.0]]);
    let changed = slip.apply(&network).unwrap();
    // The motorway is cut, and the lane 60 m off is not.
    assert_eq!(changed.report().added.len(), 2);
    let after = changed.network();
    let new = after.streets.last().unwrap();
    let ends = [new.from, new.to].map(|end| after.junction(end));
    assert_eq!(ends, [[100.0, -200.0], [60.0, 0.0]]);
    let tree = costs_from(after, &town.middle(after, "de"));
    let metres = tree.junction_cost(new.to).unwrap().distance().value();
    assert!((metres - (50.0 + 203.96)).abs() < 0.1, "{metres}");
}

#[test]
fn a_ferry_is_joined_at_its_landings_only() {
    let town = Town::drawn(Profile::drive(), "a-b-c-d\n|\ne")
        .streets("ab cd ae", "")
        .streets("bc", "highway= route=ferry motor_vehicle=yes");
    let (network, _) = town.freeze();
    let at_sea = new_street([[0.0, -100.0], [150.0, -5.0]]);
    let refused = at_sea.apply(&network).unwrap_err();
    let point = [150.0, -5.0];
    assert_eq!(refused, ScenarioError::Ferry { point });
    assert!(refused.to_string().contains("landings only"), "{refused}");
    let landing = new_street([[0.0, -100.0], [199.6, -5.0]]);
    let changed = landing.apply(&network).unwrap();
    let after = changed.network();
    let new = after.streets.last().unwrap();
    let [x, y] = after.junction(new.to);
    assert!((x - 200.0).hypot(y) < 1e-9, "{x} {y}");
    assert_eq!(changed.report().added.len(), 1);
}

#[test]
fn a_restriction_is_not_got_round_over_a_street_that_was_cut() {
    let crossing = || {
        let drawing = "a-b-c\n  |\n  d";
        Town::drawn(Profile::drive(), drawing).streets("abc bd", "")
    };
    let town = crossing().rule("abd", TurnRule::No);
    let (network, _) = town.freeze();
    let metres = |network: &StreetNetwork, places: [[f64; 2]; 2]| {
        let snapper = Snapper::new(network);
        let [from, to] = places.map(|at| snapper.snap(at, Metres::new(1.0)).unwrap());
        costs_from(network, &from).cost(&to).unwrap().millimetres() / 1000
    };
    let places = [[80.0, 0.0], [100.0, -20.0]];
    assert_eq!(metres(&network, places), 20 + 200 + 20);
    // A path from the middle of a-b to the middle of b-d: both are cut, and who comes along the second half still may not turn.
    let mut scenario = Scenario::default();
    scenario.push(Change::Add(NewStreetPlan {
        line: vec![[50.0, 0.0], [100.0, -50.0]],
        within: Metres::new(5.0),
        class: StreetClass::Path,
        name: None,
        forward: None,
        backward: Some(KmPerHour::new(5.0)),
    }));
    let changed = scenario.apply(&network).unwrap();
    assert_eq!(metres(changed.network(), places), 20 + 200 + 20);
}

#[test]
fn with_every_street_closed_there_is_no_way_and_no_panic() {
    let (network, _) = bridge().freeze();
    let before = PreparedNetwork::new(network);
    let mut scenario = Scenario::default();
    for street in 0..before.network().street_count() as u32 {
        scenario.push(close(Which::Street(street)).changes()[0].clone());
    }
    let (after, report) = scenario.prepare(&before).unwrap();
    assert_eq!(report.closed.len(), before.network().street_count());
    assert!(report.cut_off.is_empty(), "what is closed is not cut off");
    assert_eq!(
        (after.network().node_count(), after.network().arc_count()),
        (0, 0)
    );
    let snapper = Snapper::new(after.network());
    assert!(snapper.snap([0.0, 0.0], Metres::new(1e6)).is_err());
    // And one opened again, which joins nothing.
    let mut opened = Scenario::default();
    opened.push(Change::Open {
        which: Which::Street(0),
        way: Way::Both,
        speed: None,
    });
    let unknown = ScenarioError::SpeedUnknown { street: 0 };
    assert_eq!(opened.apply(after.network()).unwrap_err(), unknown);
    let mut opened = Scenario::default();
    opened.push(Change::Open {
        which: Which::Street(0),
        way: Way::Both,
        speed: Some(KmPerHour::new(30.0)),
    });
    let changed = opened.apply(after.network()).unwrap();
    assert_exact(&changed, &changed.hierarchy(&after).unwrap());
    assert_eq!(changed.network().node_count(), 2);
}

#[test]
fn a_hierarchy_is_made_from_that_of_the_network_that_was_changed() {
    let before = PreparedNetwork::new(bridge().freeze().0);
    // One of other streets, and one alike.
    let other = Town::drawn(Profile::drive(), "a-b-c").streets("abc", "");
    let other = PreparedNetwork::new(other.freeze().0);
    let alike = before.clone();
    let changed = close(named("Old_Bridge")).apply(before.network()).unwrap();
    for other in [&other, &alike] {
        let refused = changed.hierarchy(other).unwrap_err();
        assert_eq!(refused, ScenarioError::OtherNetwork);
        let refused = changed.contracted_again(other).unwrap_err();
        assert_eq!(refused, ScenarioError::OtherNetwork);
    }
    for hierarchy in [
        changed.hierarchy(&before),
        changed.contracted_again(&before),
    ] {
        assert_exact(&changed, &hierarchy.unwrap());
    }
}

#[test]
fn what_cannot_be_changed_is_said() {
    let (network, _) = bridge().freeze();
    let refused = |change: Change| {
        let mut scenario = Scenario::default();
        scenario.push(change);
        scenario.apply(&network).unwrap_err()
    };
    let which = Which::Street(99);
    let way = Way::Both;
    assert!(matches!(
        refused(Change::Close { which, way }),
        ScenarioError::NoStreet { street: 99, .. }
    ));
    let which = named("Nowhere");
    let said = refused(Change::Close { which, way }).to_string();
    assert_eq!(said, "no street named \"Nowhere\" lies in that box");
    for point in [[5000.0, 0.0], [f64::NAN, 0.0]] {
        let within = Metres::new(50.0);
        let which = Which::Nearest { point, within };
        assert!(matches!(
            refused(Change::Close { which, way }),
            ScenarioError::TooFar { .. }
        ));
    }
    for speed in [0.0, -3.0, f64::NAN, 1000.0] {
        let which = Which::Street(0);
        let speed = KmPerHour::new(speed);
        assert!(matches!(
            refused(Change::Speed { which, way, speed }),
            ScenarioError::Speed { .. }
        ));
    }
    let plan = NewStreetPlan {
        line: vec![[0.0, 0.0]],
        within: Metres::new(10.0),
        class: StreetClass::Minor,
        name: None,
        forward: Some(KmPerHour::new(20.0)),
        backward: None,
    };
    assert_eq!(refused(Change::Add(plan.clone())), ScenarioError::Line);
    let line = vec![[10.0, 0.0], [10.0, 0.0]];
    assert_eq!(
        refused(Change::Add(NewStreetPlan {
            line,
            ..plan.clone()
        })),
        ScenarioError::Line
    );
    let line = vec![[10.0, 0.0], [10.0, 900.0]];
    assert!(matches!(
        refused(Change::Add(NewStreetPlan { line, ..plan })),
        ScenarioError::TooFar { .. }
    ));
}
