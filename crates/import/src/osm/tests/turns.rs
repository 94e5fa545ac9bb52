//! Turn restrictions, from the file to the street graph.

use super::{Map, pbf_writer};
use crate::osm::{OsmSummary, TurnSummary};

const LANE: &str = "highway=residential";

/// A crossing at e, its arms four ways, and a way round it.
///
/// ```text
///   b
/// d e f
///   h
/// ```
fn crossing() -> Map {
    let map = Map::drawn(
        "
        a-b-c
        | | |
        d-e-f
        | | |
        g-h-i",
    );
    map.way("be", LANE)
        .way("de", LANE)
        .way("ef", LANE)
        .way("he", LANE)
        .way("abcfihgda", LANE)
}

/// The restrictions of a map as the letters passed and what they do, and what became of each.
fn turns(map: &Map) -> (Vec<String>, OsmSummary) {
    let roads = map.read().unwrap();
    let graph = roads.streets.graph();
    let each = roads.streets.restrictions().iter().map(|restriction| {
        let mut text = format!("{:?}", restriction.rules[0]);
        for (place, (edge, forward)) in restriction.path.iter().enumerate() {
            let mut shape = graph[*edge].shape.clone();
            if !forward {
                shape.reverse();
            }
            let skip = usize::from(place > 0);
            let letters = shape.iter().skip(skip).map(|point| map.letter(*point));
            text.extend(letters);
        }
        text.replace("Some(No)", "no ")
            .replace("Some(Only)", "only ")
    });
    let turns = &roads.summary.turns;
    let parts = [
        turns.applied,
        turns.others,
        turns.conditional,
        turns.unknown,
        turns.missing,
        turns.unsplit,
        turns.idle,
    ];
    assert_eq!(turns.read, parts.iter().sum::<u64>());
    (each.collect(), roads.summary)
}

#[test]
fn every_kind_of_restriction_over_a_point_is_applied() {
    let kinds = [
        ("no_left_turn", 2, "no hed"),
        ("no_right_turn", 3, "no hef"),
        ("no_straight_on", 1, "no heb"),
        ("no_u_turn", 4, "no heh"),
        ("only_left_turn", 2, "only hed"),
        ("only_right_turn", 3, "only hef"),
        ("only_straight_on", 1, "only heb"),
    ];
    for (kind, to, path) in kinds {
        let map = crossing().turn(4, "e", to, &format!("restriction={kind}"));
        let (paths, summary) = turns(&map);
        assert_eq!(paths, [path]);
        assert_eq!((summary.turns.read, summary.turns.applied), (1, 1));
    }
    let cars = crossing().turn(4, "e", 2, "restriction:motorcar=no_left_turn");
    assert_eq!(turns(&cars).0, ["no hed"]);
}

#[test]
fn ways_passed_over_are_put_in_order() {
    let map = || {
        let map = Map::drawn(
            "
            a-b-c-d-e
              | | | |
              f g h i",
        );
        map.way("ab", LANE)
            .way("cb", LANE)
            .way("cd", LANE)
            .way("de", LANE)
            .way("bf", LANE)
            .way("cg", LANE)
            .way("hd", LANE)
    };
    let no = "restriction=no_u_turn";
    assert_eq!(turns(&map().turn(1, "2", 6, no)).0, ["no abcg"]);
    assert_eq!(turns(&map().turn(1, "2 3", 7, no)).0, ["no abcdh"]);
    assert_eq!(turns(&map().turn(1, "3 2", 7, no)).0, ["no abcdh"]);
    assert_eq!(turns(&map().turn(7, "3", 6, no)).0, ["no hdcg"]);
    // A way passed that is cut in two by another is passed whole.
    let long = Map::drawn("a-b-c-d-e\n    |\n    f")
        .way("ab", LANE)
        .way("bcd", LANE)
        .way("de", LANE)
        .way("cf", LANE)
        .turn(3, "2", 1, no);
    assert_eq!(turns(&long).0, ["no edcba"]);
}

#[test]
fn what_is_not_applied_is_counted_by_its_reason() {
    let no = "restriction=no_left_turn";
    let summary = |map: Map| {
        let (paths, summary) = turns(&map);
        assert!(paths.is_empty(), "{paths:?}");
        summary.turns
    };
    let one = TurnSummary {
        read: 1,
        ..TurnSummary::default()
    };
    let excepted = crossing().turn(4, "e", 2, "restriction=no_left_turn except=motorcar");
    assert_eq!(summary(excepted), TurnSummary { others: 1, ..one });
    let lorries = crossing().turn(4, "e", 2, "restriction:hgv=no_left_turn");
    assert_eq!(summary(lorries), TurnSummary { others: 1, ..one });
    let timed = "restriction:conditional=no_left_turn@(Mo-Fr)";
    assert_eq!(
        summary(crossing().turn(4, "e", 2, timed)),
        TurnSummary {
            conditional: 1,
            ..one
        }
    );
    assert_eq!(
        summary(crossing().turn(4, "e", 2, "restriction=no_parking")),
        TurnSummary { unknown: 1, ..one }
    );
    for map in [
        crossing().turn(4, "e", 77, no),
        crossing().turn(4, "z", 2, no),
        crossing().turn(4, "66", 2, no),
        crossing().way("ea", "building=yes").turn(4, "e", 6, no),
    ] {
        assert_eq!(summary(map), TurnSummary { missing: 1, ..one });
    }
    // The way round goes through b, so it is not clear which arm is meant; and it does not touch e at all.
    for map in [
        crossing().turn(1, "b", 5, no),
        crossing().turn(5, "e", 2, no),
    ] {
        assert_eq!(summary(map), TurnSummary { unsplit: 1, ..one });
    }
    let away = crossing()
        .way("ei", "highway=residential oneway=yes")
        .turn(6, "e", 2, no);
    assert_eq!(summary(away), TurnSummary { idle: 1, ..one });
    assert_eq!(
        summary(crossing().turn(4, "", 2, no)),
        TurnSummary { unknown: 1, ..one }
    );
}

#[test]
fn what_is_not_applied_is_told_in_one_line_but_for_what_binds_nobody_here() {
    let no = "restriction=no_left_turn";
    let timed = "restriction:conditional=no_left_turn@(Mo-Fr)";
    let map = crossing()
        .turn(4, "e", 2, timed)
        .turn(4, "e", 77, no)
        .turn(4, "e", 78, no)
        .turn(4, "e", 2, "restriction:hgv=no_left_turn");
    let roads = map.read().unwrap();
    assert_eq!(
        roads.issues[0].message,
        "3 turn restrictions were not applied: 1 bind at some times only, 2 name a way or point that is not in the file or that nobody here can use"
    );
}

#[test]
fn a_one_way_street_makes_clear_which_arm_is_meant() {
    // The way abc goes through b one way, so whoever comes from it comes from a.
    let map = Map::drawn("a-b-c\n  |\n  d")
        .way("abc", "highway=residential oneway=yes")
        .way("bd", LANE)
        .way("ca", LANE)
        .turn(1, "b", 2, "restriction=no_right_turn");
    assert_eq!(turns(&map).0, ["no abd"]);
}

#[test]
fn several_ways_may_be_closed_at_once() {
    let mut map = crossing().turn(4, "e", 2, "restriction=no_exit");
    map.relations[0].members.push((3, "to"));
    let (paths, summary) = turns(&map);
    assert_eq!(paths, ["no hed", "no hef"]);
    assert_eq!((summary.turns.read, summary.turns.applied), (1, 1));
    map.relations[0].members.push((1, "from"));
    assert_eq!(turns(&map).1.turns.unknown, 1);
}

#[test]
fn both_formats_and_any_order_give_the_same_restrictions() {
    let map = crossing().turn(4, "e", 2, "restriction=no_left_turn").turn(
        1,
        "e",
        3,
        "restriction=only_left_turn",
    );
    let (paths, _) = turns(&map);
    assert_eq!(paths, ["no hed", "only bef"]);
    let mut turned = map.clone();
    turned.relations.reverse();
    turned.relations.push(map.relations[0].clone());
    assert_eq!(turns(&turned).0, paths);
    let style = pbf_writer::Style {
        packed: true,
        dense: true,
        each: 2,
    };
    let roads = super::read_bytes(&pbf_writer::pbf(&turned, style)).unwrap();
    assert_eq!(super::all_of(&roads), super::all_of(&map.read().unwrap()));
}

#[test]
fn streets_end_at_signals_for_profiles_that_wait() {
    let mut drive = catchment_travel::Profile::drive();
    drive.waits.signals = catchment_travel::Seconds::new(2.0);
    let map = Map::drawn("a-b-c").way("abc", LANE).tag(
        'b',
        "highway=traffic_signals traffic_signals:direction=backward",
    );
    let mut file = tempfile::NamedTempFile::new().unwrap();
    std::io::Write::write_all(&mut file, map.xml().as_bytes()).unwrap();
    let profiles = [drive];
    let read = crate::osm::read_roads(
        file.path(),
        "roads",
        &super::GRID,
        &profiles,
        &mut |_, _| {},
    );
    let roads = read.unwrap();
    let waits: Vec<_> = roads
        .streets
        .graph()
        .edge_weights()
        .map(|street| street.uses[0].wait)
        .collect();
    assert_eq!(
        (waits, roads.summary.barriers),
        (vec![[0, 0], [0, 2000]], 0)
    );
    let joined = roads.streets.condensed().0;
    assert_eq!(
        joined.graph().edge_count(),
        2,
        "who starts beyond them does not wait"
    );
}
