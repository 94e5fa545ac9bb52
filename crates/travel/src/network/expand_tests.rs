//! Hand-drawn junctions for every kind of restriction, access at the ends, signals and turn costs.

use crate::drawn::Town;
use crate::units::{Cost, Metric, Seconds};
use crate::{NetworkError, Profile, TurnRule};

use TurnRule::{No, Only};

/// A crossing `e` with four arms, and a ring road round it.
fn crossing() -> Town {
    crossing_for(Profile::drive())
}

fn crossing_for(profile: Profile) -> Town {
    Town::drawn(
        profile,
        "
        a-b-c
        | | |
        d-e-f
        | | |
        g-h-i",
    )
    .streets("abcfihgda beh def", "")
}

#[test]
fn a_forbidden_turn_is_driven_round_and_others_are_not_touched() {
    let free = crossing();
    let turns = [("he", "ed"), ("he", "ef"), ("he", "eb"), ("de", "ef")];
    for (from, to) in turns {
        assert_eq!(free.metres(from, to), 100);
    }
    // no_left_turn, no_right_turn, no_straight_on: round a block, or past the junction and back over it from another side.
    for (word, to, detour) in [("hed", "ed", 300), ("hef", "ef", 300), ("heb", "eb", 300)] {
        let town = crossing().rule(word, No);
        assert_eq!(town.metres("he", to), detour, "{word}");
        for (from, other) in turns {
            if (from, other) != ("he", to) {
                assert_eq!(town.metres(from, other), 100, "{word}: {from} {other}");
            }
        }
        // The other way round it is open.
        let back: String = word.chars().rev().collect();
        assert_eq!(town.metres(&back[..2], &back[1..]), 100);
    }
}

#[test]
fn with_u_turns_at_a_price_it_is_the_block_or_the_price() {
    let priced = |seconds: f64| {
        let mut profile = Profile::drive();
        profile.turns.u_turn = Some(Seconds::new(seconds));
        crossing_for(profile).rule("heb", No)
    };
    // Back over the junction from the side: 300 m and a U-turn; round the block: 400 m.
    assert_eq!(
        (
            priced(5.0).metres("he", "eb"),
            priced(5.0).seconds("he", "eb")
        ),
        (300, 35)
    );
    assert_eq!(
        (
            priced(20.0).metres("he", "eb"),
            priced(20.0).seconds("he", "eb")
        ),
        (400, 40)
    );
}

#[test]
fn only_one_turn_is_left() {
    // only_straight_on from h over e.
    let town = crossing().rule("heb", Only);
    assert_eq!(town.metres("he", "eb"), 100);
    assert!(town.metres("he", "ed") > 100 && town.metres("he", "ef") > 100);
    assert_eq!(
        (town.metres("de", "eb"), town.metres("be", "ed")),
        (100, 100)
    );
    // only_left_turn and only_right_turn together: both are open, straight on is not.
    let town = crossing().rule("hed", Only).rule("hef", Only);
    assert_eq!(
        (town.metres("he", "ed"), town.metres("he", "ef")),
        (100, 100)
    );
    assert!(town.metres("he", "eb") > 100);
}

#[test]
fn an_order_into_a_street_that_is_shut_to_all_who_come_does_not_bind() {
    // e-b is one-way against whoever is told to go straight on into it.
    let ring = || {
        let drawing = "a-b-c\n| | |\nd-e-f\n| | |\ng-h-i";
        Town::drawn(Profile::drive(), drawing)
            .streets("abcfihgda he def", "")
            .streets("be", "oneway=yes")
    };
    let shut = ring().rule("heb", Only);
    assert_eq!(shut.freeze().1.restrictions, 0);
    for to in ["ed", "ef"] {
        assert_eq!(shut.metres("he", to), 100, "{to}");
    }
    // Of two that are ordered the one that may be used still is.
    let one = ring().rule("heb", Only).rule("hed", Only);
    assert_eq!(one.metres("he", "ed"), 100);
    assert!(one.metres("he", "ef") > 100);
}

#[test]
fn a_junction_with_a_restriction_is_a_node_for_each_way_of_arriving() {
    let (free, _) = crossing().freeze();
    assert_eq!((free.node_count(), free.arc_count()), (9, 24));
    let (network, report) = crossing().rule("hed", No).freeze();
    // Four ways of arriving at e; each goes on to two or three others, none turns round.
    assert_eq!((network.node_count(), report.restrictions), (12, 1));
    assert_eq!(network.arc_count(), 20 + 4 * 3 - 1);
    let knowing = (0..9).filter(|junction| network.nodes_of(*junction).len() == 4);
    assert_eq!(knowing.count(), 1);
    for arc in 0..network.arc_count() {
        assert!((network.arc_street(arc).0 as usize) < network.street_count());
    }
}

#[test]
fn a_point_at_a_junction_is_at_all_its_streets() {
    let town = crossing().rule("hed", No).rule("heb", No);
    let (network, _) = town.freeze();
    let at = |letter: &str| town.middle(&network, letter);
    let metres = |from: &str, to: &str| {
        let (from, to) = (at(from), at(to));
        let cost = crate::costs_from(&network, &from).cost(&to);
        assert_eq!(cost, crate::costs_to(&network, &to).cost(&from));
        cost.unwrap().millimetres() / 1000
    };
    // To the crossing itself and from it no turn is forbidden.
    for arm in ["ed", "eb", "ef", "eh"] {
        assert_eq!((metres("ee", arm), metres(arm, "ee")), (50, 50), "{arm}");
    }
    assert_eq!((metres("ee", "aa"), metres("gg", "ee")), (200, 200));
}

#[test]
fn turning_round_is_for_dead_ends_and_for_those_who_may() {
    // A dual carriageway: b and e are joined by a gap for turning.
    let town = || {
        Town::drawn(
            Profile::drive(),
            "
            a-b-c
              |
            f-e-d",
        )
        .streets("abc def", "oneway=yes")
        .streets("cd fa be", "")
    };
    assert_eq!(town().metres("ab", "ef"), 200);
    // no_u_turn over the gap, a via way.
    assert_eq!(town().rule("abef", No).metres("ab", "ef"), 400);
    assert_eq!(town().rule("abef", No).metres("be", "ef"), 100);
    // A dead end lets one turn, unless that is forbidden; then what lies there is still reached, and left from the middle.
    let lane = || Town::drawn(Profile::drive(), "a-b-c").streets("abc", "");
    assert_eq!(lane().rule("abc", Only).metres("bc", "ab"), 100);
    let closed = lane().streets("ab", "oneway=yes").rule("bcb", No);
    assert_eq!(closed.metres("ab", "bc"), 100);
    // At b nothing depends on how one came; with a restriction there, turning round is not for everyone.
    let spur = || {
        Town::drawn(Profile::drive(), "a-b-c\n  |\n  d")
            .streets("ab bc bd", "")
            .rule("abc", No)
    };
    assert_eq!(spur().metres("ab", "bc"), 300);
    let (network, _) = spur().freeze();
    assert_eq!(network.node_count(), 6);
}

#[test]
fn a_u_turn_costs_what_the_profile_says() {
    let mut profile = Profile::drive();
    profile.turns.u_turn = Some(Seconds::new(20.0));
    let spur = || {
        let town = Town::drawn(profile.clone(), "a-b-c\n  |\n  d");
        town.streets("ab bc bd", "").rule("abc", No)
    };
    // To d and back: at the dead end it costs as well.
    assert_eq!(
        (spur().metres("ab", "bc"), spur().seconds("ab", "bc")),
        (300, 50)
    );
    let mut dear = Profile::drive();
    dear.turns.u_turn = Some(Seconds::new(0.0));
    let cheap = Town::drawn(dear, "a-b-c\n  |\n  d").streets("ab bc bd", "");
    assert_eq!(cheap.rule("abc", No).seconds("ab", "bc"), 30);
}

#[test]
fn one_or_two_streets_passed_through_are_remembered() {
    let town = || {
        Town::drawn(
            Profile::drive(),
            "
            a-b-c-d-e
              | | | |
              f-g-h-i",
        )
        .streets("abcde fghi bf cg dh ei", "")
    };
    assert_eq!(town().metres("ab", "dh"), 300);
    // Via one way: from ab over bc not into cg; from fb it is open.
    let one = town().rule("abcg", No);
    assert_eq!(one.metres("ab", "cg"), 300);
    assert_eq!((one.metres("fb", "cg"), one.metres("ab", "cd")), (200, 200));
    // Via two ways.
    let two = town().rule("abcdh", No);
    assert_eq!(two.metres("ab", "dh"), 400);
    assert_eq!((two.metres("fb", "dh"), two.metres("gc", "dh")), (300, 200));
    assert_eq!((two.metres("ab", "de"), two.metres("ab", "cg")), (300, 200));
    // Whoever starts on the way passed through has not come over the first.
    assert_eq!(two.metres("bc", "dh"), 200);
    // only_ over a way: who came by both has to go on to the last.
    let only = town().rule("abcd", Only);
    assert_eq!(
        (only.metres("ab", "cd"), only.metres("fb", "cg")),
        (200, 200)
    );
    assert_eq!(only.metres("ab", "cg"), 300);
    // Two restrictions that share their beginning, and one that is the end of another.
    let both = town().rule("abcdh", No).rule("bcde", No).rule("abcg", No);
    assert_eq!(
        (both.metres("ab", "dh"), both.metres("ab", "de")),
        (400, 500)
    );
}

#[test]
fn streets_for_the_ends_of_a_journey_are_not_passed_through() {
    // A private street b-e cuts the corner.
    let town = || {
        Town::drawn(
            Profile::drive(),
            "
            a-b-c-d
              |   |
              e-f-g",
        )
        .streets("abcd dg gfe", "")
        .streets("be", "access=private")
    };
    assert_eq!(town().metres("ab", "ef"), 500);
    assert_eq!(
        (town().metres("ab", "be"), town().metres("be", "ef")),
        (100, 100)
    );
    let (network, report) = town().freeze();
    assert_eq!((report.ends_only, report.dropped_components), (1, 0));
    // b and e are searched in three phases.
    assert_eq!(network.node_count(), 7 + 4);
    // Shut is shut.
    let shut = town().streets("cf", "access=no").freeze();
    assert_eq!(shut.1.streets, 7);
}

#[test]
fn an_estate_is_crossed_by_those_who_live_there_only() {
    // x, y and z are an estate with two ways out.
    let town = Town::drawn(
        Profile::drive(),
        "
        a-b-c-d
          |   |
          x-y-z",
    )
    .streets("abcd", "")
    .streets("bx xy yz zd", "access=private");
    assert_eq!(town.metres("bx", "zd"), 300);
    assert_eq!(
        (town.metres("bx", "cd"), town.metres("yz", "ab")),
        (200, 300)
    );
    assert_eq!(
        (town.metres("ab", "cd"), town.metres("ab", "yz")),
        (200, 300)
    );
    let (network, report) = town.freeze();
    assert_eq!((report.streets, report.ends_only), (7, 4));
    network.validate().unwrap();
    // A restriction in the estate binds its own people too: b to d by the estate is 400 m instead of 500 round.
    let bound = Town::drawn(Profile::drive(), "a-b-c\n  | |\n  x-y")
        .streets("abc", "")
        .streets("bx xy yc", "access=private")
        .rule("bxy", No);
    assert_eq!(bound.metres("bx", "xy"), 300);
    assert_eq!(bound.metres("ab", "xy"), 300);
}

#[test]
fn signals_are_waited_at_on_arrival_in_their_direction() {
    let mut profile = Profile::drive();
    profile.waits.signals = Seconds::new(2.0);
    profile.waits.barrier = Seconds::new(30.0);
    let row = |tags: &'static str| {
        let town = Town::drawn(profile.clone(), "a-b-c").streets("abc", "");
        town.point('b', tags)
    };
    let both = row("highway=traffic_signals");
    assert_eq!(
        (both.seconds("ab", "bc"), both.seconds("bc", "ab")),
        (12, 12)
    );
    // Who stops before them does not wait.
    assert_eq!(both.seconds("ab", "ab"), 0);
    let forth = row("highway=traffic_signals traffic_signals:direction=forward");
    assert_eq!(
        (forth.seconds("ab", "bc"), forth.seconds("bc", "ab")),
        (12, 10)
    );
    let gate = row("barrier=gate");
    assert_eq!(gate.seconds("ab", "bc"), 40);
    let free = Town::drawn(Profile::drive(), "a-b-c").streets("abc", "");
    assert_eq!(
        free.point('b', "highway=traffic_signals")
            .seconds("ab", "bc"),
        10
    );
}

#[test]
fn turns_cost_by_their_angle() {
    let mut profile = Profile::drive();
    profile.turns.penalty = Seconds::new(7.5);
    profile.turns.bias = 1.0 / 1.075;
    let town = Town::drawn(
        profile,
        "
        a-b-c
          |
          d",
    )
    .streets("ab bc bd", "");
    let milliseconds = |from, to| town.cost(from, to).unwrap().milliseconds() - 10_000;
    assert!(milliseconds("ab", "bc") < 20);
    let (near, across) = (milliseconds("db", "ba"), milliseconds("db", "bc"));
    assert!(
        1_500 < near && near < across && across < 7_500,
        "{near} {across}"
    );
}

#[test]
fn the_shortest_way_need_not_be_the_fastest() {
    let town = Town::drawn(
        Profile::drive(),
        "
        a-b-c-d
          |   |
          e-f-g",
    )
    .streets("ab cd", "")
    .streets("bc", "maxspeed=5")
    .streets("be efg gd", "maxspeed=100");
    let (fastest, _) = town.freeze();
    let shortest = town.freeze_by(Metric::ShortestDistance);
    let told = |network: &crate::StreetNetwork| -> Cost {
        let [from, to] = ["ab", "cd"].map(|word| town.middle(network, word));
        let cost = crate::costs_from(network, &from).cost(&to).unwrap();
        assert_eq!(crate::costs_to(network, &to).cost(&from), Some(cost));
        assert_eq!(crate::matrix(network, &[from], &[to]).at(0, 0), Some(cost));
        cost
    };
    assert_eq!(
        (
            told(&shortest).millimetres(),
            told(&shortest).milliseconds()
        ),
        (200_000, 82_000)
    );
    assert_eq!(told(&fastest).millimetres(), 500_000);
    assert!(told(&fastest).milliseconds() < 30_000);
    assert_eq!(shortest.metric().distance_name(), "shortest distance");
}

#[test]
fn arrays_that_do_not_belong_together_are_damage() {
    let town = crossing().rule("hed", No).streets("eh", "access=private");
    let (network, _) = town.freeze();
    let damage: [fn(&mut crate::StreetNetwork); 12] = [
        |network| network.node_phase.edit(|phase| phase.fill(2)),
        |network| network.node_phase.edit(|phase| phase[0] = 3),
        |network| network.first_node.edit(|first| first[3] += 1),
        |network| network.node_junction.edit(|junction| junction.swap(0, 11)),
        |network| network.node_junction.edit(|junction| junction.truncate(3)),
        |network| network.arrival.edit(|arrival| arrival[2] = 11),
        |network| network.arrival.edit(|arrival| arrival.truncate(5)),
        |network| network.arc_dart.edit(|dart| dart.swap(0, 9)),
        |network| network.arc_dart.edit(|dart| dart.truncate(1)),
        |network| network.leaving.cost.edit(|cost| cost[4] = Cost::new(1, 1)),
        |network| network.name_end.edit(Vec::clear),
        |network| network.name_text.edit(|text| text.push(b'x')),
    ];
    network.validate().unwrap();
    for (which, harm) in damage.iter().enumerate() {
        let mut damaged = network.clone();
        harm(&mut damaged);
        let error = damaged.validate().unwrap_err();
        assert!(matches!(error, NetworkError::Damaged { .. }), "{which}");
    }
}
