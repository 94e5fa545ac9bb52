//! Streets joined, and what must not be.

use crate::drawn::Town;
use crate::{Profile, TurnRule};

fn row() -> Town {
    Town::drawn(Profile::drive(), "a-b-c-d-e")
}

#[test]
fn alike_streets_become_one_and_others_stay() {
    let joined = |town: &Town| town.graph().condensed().1.streets;
    assert_eq!(joined(&row().streets("abcde", "")), 1);
    // Drawn against each other they are the same street still.
    assert_eq!(joined(&row().streets("abc edc", "")), 1);
    assert_eq!(
        joined(&row().streets("abc", "name=Long_Street").streets("cde", "")),
        2
    );
    assert_eq!(
        joined(&row().streets("abc", "maxspeed=50").streets("cde", "")),
        2
    );
    assert_eq!(joined(&row().streets("abc edc", "oneway=yes")), 2);
    assert_eq!(
        joined(
            &row()
                .streets("abc", "oneway=yes")
                .streets("edc", "oneway=-1")
        ),
        1
    );
    assert_eq!(
        joined(&row().streets("abc", "access=private").streets("cde", "")),
        2
    );
    assert_eq!(
        joined(&row().streets("abcde", "").point('c', "barrier=bollard")),
        2
    );
    // Where a restriction binds, one has to know how one came.
    let graph = row().streets("abcde", "").rule("bcb", TurnRule::No).graph();
    let (graph, report) = graph.condensed();
    assert_eq!((report.streets, report.junctions), (2, 3));
    let path = &graph.restrictions()[0].path;
    assert_eq!((path[0].0, path[0].1), (path[1].0, !path[1].1));
}

#[test]
fn a_ring_is_halved_and_a_loop_too() {
    let ring = Town::drawn(Profile::drive(), "a-b\n| |\nd-c");
    let (graph, report) = ring.streets("abcda", "").graph().condensed();
    assert_eq!((report.streets, report.junctions), (2, 2));
    let ends = graph
        .graph()
        .edge_indices()
        .map(|edge| graph.graph().edge_endpoints(edge));
    assert!(ends.flatten().all(|(from, to)| from != to));
    let lollipop = Town::drawn(Profile::drive(), "e-a-b\n  | |\n  d-c");
    let (_, report) = lollipop.streets("ea abcda", "").graph().condensed();
    assert_eq!(
        (report.streets_before, report.streets, report.junctions),
        (5, 3, 3)
    );
}

#[test]
fn streets_are_not_joined_where_someone_waits() {
    let mut profile = Profile::drive();
    profile.waits.signals = crate::Seconds::new(2.0);
    let town = || Town::drawn(profile.clone(), "a-b-c-d-e").streets("abcde", "name=Mill_Lane");
    let one_way = "highway=traffic_signals traffic_signals:direction=backward";
    let town = town()
        .point('b', "highway=traffic_signals")
        .point('d', one_way);
    let (graph, report) = town.graph().condensed();
    assert_eq!(report.streets, 3);
    let (network, _) = graph.freeze(0, &profile).unwrap();
    assert_eq!(network.name(0), Some("Mill_Lane"));
    let costs = |from: &str, to: &str| {
        let ends = [from, to].map(|word| town.middle(&network, word));
        let cost = crate::costs_from(&network, &ends[0]).cost(&ends[1]);
        assert_eq!(cost, town.cost(from, to), "as before they were joined");
        cost.unwrap().milliseconds()
    };
    // Ten seconds a street, and two where signals are passed.
    assert_eq!((costs("ab", "bc"), costs("bc", "ab")), (12_000, 12_000));
    assert_eq!((costs("bc", "cd"), costs("cd", "de")), (10_000, 10_000));
    assert_eq!((costs("de", "cd"), costs("ab", "de")), (12_000, 32_000));
}

#[test]
fn neighbours_are_near_one_another() {
    let drawing = "a-b-c-d\n| | | |\ne-f-g-h\n| | | |\ni-j-k-l\n| | | |\nm-n-o-p";
    let town = Town::drawn(Profile::drive(), drawing)
        .streets("abcd efgh ijkl mnop aeim bfjn cgko dhlp", "");
    let (graph, report) = town.graph().condensed();
    assert_eq!(report.junctions, 12);
    let steps: Vec<f64> = graph
        .graph()
        .node_indices()
        .zip(graph.graph().node_indices().skip(1))
        .map(|(one, next)| {
            let [one, next] = [one, next].map(|node| graph.graph()[node].point);
            (one[0] - next[0]).hypot(one[1] - next[1])
        })
        .collect();
    assert!(steps.iter().all(|step| *step < 300.0), "{steps:?}");
}
