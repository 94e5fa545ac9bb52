//! How ways become streets.

use std::collections::BTreeMap;

use catchment_core::issue::Severity;
use proptest::prelude::*;

use super::{Map, all_of, read_bytes};
use crate::osm::OsmError;

const LANE: &str = "highway=residential";

/// The streets of a map, as drivers see them.
fn streets(map: &Map) -> Vec<String> {
    map.streets(&map.read().unwrap())
}

#[test]
fn ways_are_cut_where_they_meet_and_keep_their_shape_between() {
    let map = Map::drawn(
        "
        a-b-c-d
            |
            e-f",
    );
    let map = map.way("abcd", LANE).way("def", LANE);
    assert_eq!(streets(&map), ["abcd", "def"]);
    let map = map.way("cf", LANE);
    assert_eq!(streets(&map), ["abc", "cd", "def", "cf"]);
    let map = map.way("bd", "building=yes");
    assert_eq!(streets(&map), ["abc", "cd", "def", "cf"]);
    let summary = map.read().unwrap().summary;
    assert_eq!(
        (summary.nodes_read, summary.ways_read, summary.ways_used),
        (6, 4, 3)
    );
    assert_eq!((summary.junctions, summary.streets), (4, 4));
}

#[test]
fn a_way_is_cut_where_it_crosses_itself() {
    let map = Map::drawn(
        "
          c-d
          |/
        a-b-e",
    );
    let map = map.way("abcdbe", LANE);
    // The loop from b to b is halved at d, which is nearer to half way than c.
    assert_eq!(streets(&map), ["ab", "bcd", "db", "be"]);
}

#[test]
fn a_loop_is_halved_so_that_no_street_ends_where_it_begins() {
    let square = Map::drawn(
        "
        a-b
        | |
        d-c",
    );
    assert_eq!(streets(&square.clone().way("abcda", LANE)), ["abc", "cda"]);
    // With another street at c there is nothing to halve; with one at a only, c is half way.
    let lollipop = Map::drawn(
        "
        a-b
        | |
        d-c-e",
    );
    assert_eq!(
        streets(
            &lollipop
                .way("abcda", "highway=tertiary junction=roundabout")
                .way("ce", LANE)
        ),
        ["a>b>c", "c>d>a", "ce"]
    );
    // There and back again over the same points.
    assert_eq!(streets(&square.clone().way("aba", LANE)), ["ab", "ba"]);
    assert_eq!(
        streets(&square.way("ababa", LANE)),
        ["ab", "ba", "ab", "ba"]
    );
}

#[test]
fn a_one_way_street_can_be_driven_one_way_and_walked_both() {
    let map = Map::drawn("a-b-c")
        .way("ab", "highway=residential oneway=yes")
        .way("bc", "highway=footway");
    let roads = map.read().unwrap();
    assert_eq!(map.streets(&roads), ["a>b", "b|c"]);
    let graph = roads.streets.graph();
    assert!(
        graph
            .edge_weights()
            .all(|street| street.uses[1].forward.is_some() && street.uses[1].backward.is_some())
    );
}

#[test]
fn a_way_is_cut_at_a_barrier_which_stops_whom_it_stops() {
    let passes = |text: &str| {
        let map = Map::drawn("a-b-c").way("abc", LANE).tag('b', text);
        let roads = map.read().unwrap();
        let b = roads
            .streets
            .graph()
            .node_weights()
            .find(|junction| map.letter(junction.point) == 'b');
        (
            map.streets(&roads).len(),
            b.map(|junction| junction.passes.clone()),
            roads.summary.barriers,
        )
    };
    assert_eq!(passes("barrier=bollard"), (2, Some(vec![false, true]), 1));
    assert_eq!(passes("barrier=gate"), (2, Some(vec![true, true]), 1));
    assert_eq!(
        passes("barrier=gate access=private"),
        (2, Some(vec![false, false]), 1)
    );
    assert_eq!(passes("motor_vehicle=no"), (2, Some(vec![false, true]), 1));
    assert_eq!(passes("highway=crossing"), (1, None, 0));
    // A barrier beside the street bars nobody.
    let map = Map::drawn("a-b-c")
        .way("ab", LANE)
        .tag('c', "barrier=bollard");
    assert_eq!(map.read().unwrap().summary.barriers, 0);
}

#[test]
fn a_way_beyond_the_edge_of_the_file_is_cut_there_and_counted_once() {
    let map = Map::drawn("a-b-c-d-e-f")
        .way("abcdef", LANE)
        .way("fe", LANE)
        .way("xa", LANE)
        .without('c');
    let roads = map.read().unwrap();
    assert_eq!(map.streets(&roads), ["ab", "de", "ef", "fe"]);
    assert_eq!(
        (
            roads.summary.missing_nodes,
            roads.summary.ways_cut_at_edge,
            roads.summary.ways_used
        ),
        (2, 2, 2)
    );
    assert_eq!(roads.issues.len(), 1);
    assert_eq!(roads.issues[0].severity, Severity::Note);
    assert_eq!(
        roads.issues[0].message,
        "2 ways run beyond the edge of the file and were cut there (2 points are not in it)"
    );
    assert_eq!(roads.issues[0].file, "roads.osm");
    // A point alone is no street.
    let alone = Map::drawn("a-b-c-d")
        .way("abcd", LANE)
        .way("da", LANE)
        .without('b')
        .without('d');
    assert!(matches!(alone.read(), Err(OsmError::NoStreets { .. })));
}

#[test]
fn a_way_off_the_grid_is_cut_there() {
    let mut map = Map::drawn("a-b-c-d-e").way("abcde", LANE);
    map.points[2].lon = 40.0;
    let roads = map.read().unwrap();
    assert_eq!(map.points.len(), 5);
    assert_eq!(roads.summary.streets, 2);
    assert_eq!(
        (
            roads.summary.nodes_off_grid,
            roads.summary.ways_cut_at_grid,
            roads.summary.missing_nodes
        ),
        (1, 1, 0)
    );
    assert_eq!(
        roads.issues[0].message,
        "1 point lies outside the local transverse Mercator grid; 1 way was cut there"
    );
    for point in &mut map.points {
        point.lat = f64::NAN;
    }
    assert!(matches!(map.read(), Err(OsmError::OffGrid { .. })));
}

#[test]
fn points_in_one_place_are_one_in_a_shape_but_stay_two_junctions() {
    let map = Map::drawn("a-b-c-d").onto('c', 'b').way("abbcd", LANE);
    let shapes = |map: &Map| {
        let roads = map.read().unwrap();
        let lengths: Vec<_> = roads
            .streets
            .graph()
            .edge_weights()
            .map(|street| street.shape.len())
            .collect();
        (roads.summary.junctions, lengths)
    };
    assert_eq!(shapes(&map), (2, vec![3]));
    // b and c are junctions now, and the street between them has no length.
    assert_eq!(
        shapes(&map.way("bd", LANE).way("ca", LANE)),
        (4, vec![2, 2, 2, 2, 2])
    );
    assert!(matches!(
        Map::drawn("a-b").way("aa", LANE).read(),
        Err(OsmError::NoStreets { .. })
    ));
}

#[test]
fn what_is_listed_twice_is_taken_as_it_came_first() {
    let mut map = Map::drawn("a-b-c").way("ab", LANE).way("bc", LANE);
    let mut again = map.points[1].clone();
    again.lat = 0.5;
    map.points.push(again);
    map.ways.push(map.ways[0].clone());
    map.ways[2].refs = map.ways[1].refs.clone();
    let roads = map.read().unwrap();
    map.points.pop();
    assert_eq!(map.streets(&roads), ["ab", "bc"]);
    assert_eq!(
        (roads.summary.duplicate_nodes, roads.summary.duplicate_ways),
        (1, 1)
    );
    let messages: Vec<_> = roads
        .issues
        .iter()
        .map(|issue| issue.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "1 way is listed again; the first of each was kept",
            "1 point is listed again; the first of each was kept"
        ]
    );
}

#[test]
fn the_order_of_the_file_does_not_matter() {
    let map = Map::drawn(
        "
        a-b-c
        | | |
        d-e-f",
    );
    let map = map
        .way("abc", LANE)
        .way("def", LANE)
        .way("ad", "highway=steps")
        .way("be", LANE)
        .way("cf", LANE);
    let mut turned = map.clone();
    turned.points.reverse();
    turned.ways.reverse();
    assert_eq!(
        all_of(&map.read().unwrap()),
        all_of(&turned.read().unwrap())
    );
}

#[test]
fn a_ferry_takes_its_duration_over_the_whole_way() {
    // Eight columns are 890 m; in a minute that is 53.4 km/h, on each of the two streets it is cut into.
    let map = Map::drawn("a-b-c-d-e")
        .way("abcde", "route=ferry motor_vehicle=yes duration=00:01")
        .way("ac", LANE);
    let roads = map.read().unwrap();
    assert_eq!(roads.summary.ferries, 1);
    let speeds: Vec<_> = roads
        .streets
        .graph()
        .edge_weights()
        .map(|street| street.uses[0].forward.unwrap().value())
        .collect();
    assert!(
        (speeds[0] - 53.4).abs() < 0.1 && (speeds[1] - speeds[0]).abs() < 1e-9,
        "{speeds:?}"
    );
}

#[test]
fn a_square_is_no_street_and_a_restriction_without_members_is_none() {
    let mut map = Map::drawn("a-b-c").way("abca", "highway=pedestrian area=yes");
    assert!(matches!(
        map.read(),
        Err(OsmError::NoStreets { ways: 1, .. })
    ));
    map = map.way("ab", LANE);
    map.restrictions = 3;
    let roads = map.read().unwrap();
    assert_eq!(
        (roads.summary.turns.read, roads.summary.turns.unknown),
        (3, 3)
    );
    assert_eq!(
        roads.issues[0].message,
        "3 turn restrictions were not applied: 3 cannot be understood"
    );
}

/// Text as other programs write it: both kinds of quotes, entities, comments, deleted elements, no line breaks.
///
/// ```text
/// 1---2---3   4 (deleted)
/// ```
#[test]
fn text_is_read_as_other_programs_write_it() {
    let text = "\u{feff}<?xml version='1.0'?><!DOCTYPE osm><!-- <way id='9'/> --><osm version='0.6'>\
        <bounds minlat='0' minlon='0' maxlat='1' maxlon='1'/><note>The data is free &amp; open.</note>\
        <node id='1' lat='0' lon='0' user='&#x41;&quot;'/><node lon=\"1e-3\" lat=\"0.0\" id=\"2\"><tag v='gate' k='barrier'/></node>\
        <node id='-3' lat='0' lon='.002' visible='true'/><node id='4' visible='false'/>\
        <way id='1'><nd ref='1'/><nd ref='2'/><nd ref='-3'/><tag k='highway' v='residential'/><tag k='name' v='Bell &amp; Co &lt;3'/></way>\
        <way id='2' action='delete'><nd ref='1'/><nd ref='-3'/><tag k='highway' v='residential'/></way>\
        <relation id='1'><member type='way' ref='1' role='from'/><member type='moon' ref='7' role='via'/><tag k='type' v='restriction:hgv'/></relation></osm>\n\n";
    let roads = read_bytes(text.as_bytes()).unwrap();
    let summary = roads.summary;
    assert_eq!(
        (summary.nodes_read, summary.ways_read, summary.turns.read),
        (3, 1, 1)
    );
    assert_eq!(
        (summary.junctions, summary.streets, summary.barriers),
        (3, 2, 1)
    );
}

/// How often a word steps from one letter to another, either way round.
fn count_steps(words: impl IntoIterator<Item = String>) -> BTreeMap<(char, char), usize> {
    let mut counts = BTreeMap::new();
    for word in words {
        let letters: Vec<char> = word.chars().collect();
        for pair in letters.windows(2).filter(|pair| pair[0] != pair[1]) {
            let pair = (pair[0].min(pair[1]), pair[0].max(pair[1]));
            *counts.entry(pair).or_default() += 1;
        }
    }
    counts
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(500) })]

    /// Whatever ways are drawn, the streets go over the same steps as often, and only meet at their ends.
    #[test]
    fn streets_go_where_the_ways_went_and_meet_only_at_their_ends(words in prop::collection::vec("[a-i]{2,9}", 1..6)) {
        let mut map = Map::drawn("
            a-b-c
            d-e-f
            g-h-i");
        for word in &words {
            map = map.way(word, LANE);
        }
        let Ok(roads) = map.read() else {
            // Only a way that never leaves its point makes no street.
            prop_assert!(count_steps(words).is_empty());
            return Ok(());
        };
        let streets = map.streets(&roads);
        prop_assert_eq!(count_steps(streets.clone()), count_steps(words));
        let mut seen: BTreeMap<char, usize> = BTreeMap::new();
        for letter in streets.iter().flat_map(|street| street.chars()) {
            *seen.entry(letter).or_default() += 1;
        }
        for street in &streets {
            let inner = street.chars().skip(1).take(street.len() - 2);
            prop_assert!(inner.clone().all(|letter| seen[&letter] == 1), "{:?}", streets);
        }
    }
}
