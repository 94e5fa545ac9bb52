//! How long a change to a network takes: the changed streets, and their hierarchy repaired or contracted again.

use catchment_travel::{
    Change, Cost, KmPerHour, Metres, NewStreetPlan, PreparedNetwork, Scenario, StreetClass, Way,
    Which,
};
use petgraph::algo::dijkstra;
use petgraph::visit::EdgeRef;

use crate::room::{Failure, draw, parse_grid, profile, roads, timed};

/// Bridges over the Douro, where the road file has them.
const BRIDGES: [&str; 3] = [
    "Ponte da Arrábida",
    "Ponte do Freixo",
    "Ponte Infante Dom Henrique",
];

/// Prints the seconds of changes of several kinds, each over some rounds, with chains of streets joined as in a study.
pub(crate) fn print(file: &str, grid: &str, kind: &str, rounds: usize) -> Result<(), Failure> {
    let profile = profile(kind)?;
    let read = roads(file, &parse_grid(grid)?, std::slice::from_ref(&profile))?;
    let (graph, _) = read.streets.condensed();
    timed("streets laid out", (rounds, None), || {
        graph.freeze(0, &profile).is_ok()
    });
    let (network, _) = graph.freeze(0, &profile)?;
    drop(graph);
    timed("contraction", (rounds, None), || {
        PreparedNetwork::new(network.clone())
            .hierarchy()
            .arc_counts()
            .0
    });
    let before = PreparedNetwork::new(network);
    let streets = before.network().street_count();
    let way = Way::Both;
    for name in BRIDGES {
        let mut all = 0..streets as u32;
        if all.any(|street| before.network().name(street) == Some(name)) {
            let which = Which::Named {
                name: name.to_owned(),
                least: [f64::NEG_INFINITY; 2],
                most: [f64::INFINITY; 2],
            };
            change(name, &before, vec![Change::Close { which, way }], rounds)?;
        }
    }
    for count in [1, 10, 100, 1000] {
        let which = draw(count as u64, count, streets).into_iter();
        let closed = which.map(|street| Change::Close {
            which: Which::Street(street),
            way,
        });
        let name = format!("{count} streets closed");
        change(&name, &before, closed.collect(), rounds)?;
    }
    let which = Which::Street(draw(3, 1, streets)[0]);
    for speed in [5.0, 100.0].map(KmPerHour::new) {
        let which = which.clone();
        let name = format!("a street at {speed}");
        change(
            &name,
            &before,
            vec![Change::Speed { which, way, speed }],
            rounds,
        )?;
    }
    let middle = before
        .network()
        .junction(before.network().junction_count() as u32 / 2);
    let added = Change::Add(NewStreetPlan {
        line: vec![middle, [middle[0] + 500.0, middle[1] + 300.0]],
        within: Metres::new(500.0),
        class: StreetClass::Path,
        name: None,
        forward: Some(KmPerHour::new(20.0)),
        backward: Some(KmPerHour::new(20.0)),
    });
    change("a street added", &before, vec![added], rounds)
}

fn change(
    name: &str,
    before: &PreparedNetwork,
    changes: Vec<Change>,
    rounds: usize,
) -> Result<(), Failure> {
    let mut scenario = Scenario::default();
    for change in changes {
        scenario.push(change);
    }
    let changed = scenario.apply(before.network())?;
    timed(&format!("{name}: streets"), (rounds, None), || {
        scenario.apply(before.network()).is_ok()
    });
    let repaired = changed.hierarchy(before)?;
    timed(
        &format!("{name}: repaired, arcs up"),
        (rounds, None),
        || {
            changed
                .hierarchy(before)
                .map_or(0, |made| made.arc_counts().0)
        },
    );
    timed(
        &format!("{name}: contracted again, arcs up"),
        (rounds, None),
        || {
            changed
                .contracted_again(before)
                .map_or(0, |made| made.arc_counts().0)
        },
    );
    let root = (changed.network().node_count() / 3) as u32;
    let found = dijkstra(changed.network(), root, None, |arc| *arc.weight());
    let costs = repaired.costs_from(&[(root, Cost::ZERO)]);
    let same = (0..)
        .zip(&costs)
        .all(|(node, cost)| found.get(&node) == cost.as_ref());
    if same {
        Ok(())
    } else {
        Err("a repaired hierarchy gives another answer than a plain search".into())
    }
}
