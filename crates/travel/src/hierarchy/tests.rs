//! The hierarchy held against plain Dijkstra on graphs of every kind.

use proptest::prelude::*;

use super::{
    ArcError, GraphChange, Hierarchy, NO_MIDDLE, NO_NODE, Shortcuts, both_ways, route_cost,
    route_path,
};
use crate::adjacency::Adjacency;
use crate::sweep::{costs_from, search};
use crate::{Cost, Metres, Profile, Query, Snap, Snapper, StreetGraphBuilder, StreetNetwork, Tags};

type Arcs = Vec<(u32, u32, Cost)>;

/// Graphs with one-way and parallel arcs, loops, arcs that cost nothing and parts that hang together with nothing. Costs are few, so
/// that many ways cost the same.
fn graph() -> impl Strategy<Value = (usize, Arcs)> {
    (1usize..40, 0u32..4).prop_flat_map(|(nodes, spread)| {
        let arc = (
            0..nodes as u32,
            0..nodes as u32,
            0..=spread,
            0u32..3,
            any::<bool>(),
        );
        (Just(nodes), prop::collection::vec(arc, 0..nodes * 4)).prop_map(|(nodes, arcs)| {
            let mut all = Vec::new();
            for (from, to, time, length, both) in arcs {
                let cost = Cost::new(time, length);
                all.push((from, to, cost));
                if both {
                    all.push((to, from, cost));
                }
            }
            (nodes, all)
        })
    })
}

/// A grid of streets that cost nearly the same: shortcuts of many arcs.
fn grid(side: u32) -> (usize, Arcs) {
    let mut arcs = Vec::new();
    for place in 0..side * side {
        let (column, row) = (place % side, place / side);
        for (there, other) in [
            (column + 1 < side, place + 1),
            (row + 1 < side, place + side),
        ] {
            let cost = Cost::new(10 + place * 7919 % 13, place * 104_729 % 31);
            if there && place * 31 % 7 != 0 {
                arcs.push((place, other, cost));
            }
            if there {
                arcs.push((other, place, cost));
            }
        }
    }
    ((side * side) as usize, arcs)
}

fn slow(nodes: usize, arcs: &Arcs, start: &[(u32, Cost)]) -> Vec<Option<Cost>> {
    let leaving = Adjacency::new(nodes, &mut arcs.clone());
    let costs = search(&leaving, nodes, start.iter().copied());
    costs.into_iter().map(Cost::finite).collect()
}

/// Adds up the cheapest arcs along a way.
fn along(arcs: &Arcs, nodes: &[u32]) -> Option<Cost> {
    nodes.windows(2).try_fold(Cost::ZERO, |sum, ends| {
        let between = arcs.iter().filter(|arc| [arc.0, arc.1] == *ends);
        Some(sum + between.map(|arc| arc.2).min()?)
    })
}

fn assert_sound(hierarchy: &Hierarchy) {
    for (position, node) in hierarchy.node.iter().enumerate() {
        assert_eq!(hierarchy.position[*node as usize] as usize, position);
    }
    let sound = |list: &Shortcuts| {
        assert!(list.arcs.fits(hierarchy.len()));
        assert_eq!(list.middle.len(), list.arcs.head.len());
        for position in 0..hierarchy.len() as u32 {
            let first = list.arcs.first[position as usize]..;
            let mut before = None;
            for ((above, _), arc) in list.arcs.arcs(position).zip(first) {
                assert!(above < position);
                assert!(before < Some(above), "sorted, at most one to each");
                before = Some(above);
                assert!(list.middle[arc as usize] > position, "or no middle");
            }
        }
    };
    sound(&hierarchy.up);
    sound(&hierarchy.down);
}

/// Compares all pairs: costs of every kind of search, and the ways.
fn assert_exact(hierarchy: &Hierarchy, nodes: usize, arcs: &Arcs) {
    assert_sound(hierarchy);
    let mut query = Query::new(hierarchy);
    for from in 0..nodes as u32 {
        let start = [(from, Cost::ZERO)];
        let slow = slow(nodes, arcs, &start);
        assert_eq!(hierarchy.costs_from(&start), slow, "from {from}");
        for to in 0..nodes as u32 {
            let end = [(to, Cost::ZERO)];
            assert_eq!(
                query.cost(&start, &end),
                slow[to as usize],
                "{from} to {to}"
            );
            let path = query.path(&start, &end);
            assert_eq!(path.as_ref().map(|path| path.cost), slow[to as usize]);
            if let Some(path) = path {
                assert_eq!((path.nodes[0], path.nodes.last()), (from, Some(&to)));
                assert_eq!(along(arcs, &path.nodes), Some(path.cost), "{from} to {to}");
            }
        }
    }
}

fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.unwrap().install(work)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_pair_costs_what_dijkstra_finds((nodes, arcs) in graph()) {
        let hierarchy = Hierarchy::from_arcs(nodes, &arcs).unwrap();
        assert_exact(&hierarchy, nodes, &arcs);
    }

    #[test]
    fn a_changed_graph_in_the_old_order_is_exact_too(
        (nodes, arcs) in graph(),
        (more, others) in graph(),
        kept in prop::collection::vec(any::<bool>(), 160),
    ) {
        let old = Hierarchy::from_arcs(nodes, &arcs).unwrap();
        // Some arcs are closed, others come, and with them perhaps nodes.
        let mut changed: Arcs = arcs.into_iter().zip(kept).filter(|arc| arc.1).map(|arc| arc.0).collect();
        changed.extend(others);
        let nodes = nodes.max(more);
        assert_exact(&old.again_from_arcs(nodes, &changed).unwrap(), nodes, &changed);
    }

    #[test]
    fn a_changed_graph_repaired_is_exact_too(
        (nodes, arcs) in graph(),
        fates in prop::collection::vec((0u32..8, 0u32..5), 160),
        gone in prop::collection::vec(prop::bool::weighted(0.1), 40),
        (more, others) in graph(),
        twice: bool,
    ) {
        let (before, _) = both_ways(nodes, &arcs).unwrap();
        let old = Hierarchy::from_arcs(nodes, &arcs).unwrap();
        // Some nodes go, new ones come, the last first.
        let kept: Vec<u32> = (0..nodes as u32).filter(|node| !gone[*node as usize]).collect();
        let new = more % 4;
        let was: Vec<u32> = std::iter::repeat_n(NO_NODE, new).chain(kept.iter().rev().copied()).collect();
        let now = |node: u32| was.iter().position(|was| *was == node).map(|place| place as u32);
        // Of the arcs some close, some become dearer or cheaper, most stay.
        let mut changed: Arcs = Vec::new();
        for ((from, to, cost), (fate, time)) in arcs.iter().zip(&fates) {
            let (Some(from), Some(to)) = (now(*from), now(*to)) else { continue };
            match fate {
                0 => {}
                1 => changed.push((from, to, Cost::new(*time, 1))),
                _ => changed.push((from, to, *cost)),
            }
        }
        let nodes = was.len();
        if nodes > 0 {
            let few = others.iter().take(if twice { 3 } else { 12 });
            changed.extend(few.map(|arc| (arc.0 % nodes as u32, arc.1 % nodes as u32, arc.2)));
        }
        let (leaving, arriving) = both_ways(nodes, &changed).unwrap();
        let change = |before, was| GraphChange { before, leaving: &leaving, arriving: &arriving, was };
        let repaired = old.repaired(change(&before, &was)).unwrap();
        prop_assert!(repaired.validate().is_ok());
        assert_exact(&repaired, nodes, &changed);
        assert_exact(&old.changed(change(&before, &was)), nodes, &changed);
        if twice {
            // What was repaired can be repaired, and taken as the order of another.
            let fewer: Arcs = changed.iter().enumerate().filter(|(place, _)| place % 5 != 2).map(|arc| *arc.1).collect();
            let (less, come) = both_ways(nodes, &fewer).unwrap();
            let same: Vec<u32> = (0..nodes as u32).collect();
            let change = GraphChange { before: &leaving, leaving: &less, arriving: &come, was: &same };
            assert_exact(&repaired.repaired(change).unwrap(), nodes, &fewer);
            assert_exact(&repaired.again_from_arcs(nodes, &fewer).unwrap(), nodes, &fewer);
        }
    }

    #[test]
    fn several_starts_and_ends_cost_the_least_of_all_pairs(
        (nodes, arcs) in graph(),
        starts in prop::collection::vec((any::<prop::sample::Index>(), 0u32..5), 0..4),
        ends in prop::collection::vec((any::<prop::sample::Index>(), 0u32..5), 0..4),
    ) {
        let hierarchy = Hierarchy::from_arcs(nodes, &arcs).unwrap();
        let place = |list: Vec<(prop::sample::Index, u32)>| -> Vec<(u32, Cost)> {
            list.into_iter().map(|(node, time)| (node.index(nodes) as u32, Cost::new(time, 1))).collect()
        };
        let (starts, ends) = (place(starts), place(ends));
        let costs = slow(nodes, &arcs, &starts);
        let least = ends.iter().filter_map(|(node, cost)| Some(costs[*node as usize]? + *cost)).min();
        let mut query = Query::new(&hierarchy);
        prop_assert_eq!(query.cost(&starts, &ends), least);
        let path = query.path(&starts, &ends);
        prop_assert_eq!(path.as_ref().map(|path| path.cost), least);
        if let Some(path) = path {
            let (first, last) = (path.nodes[0], path.nodes[path.nodes.len() - 1]);
            let own = |list: &[(u32, Cost)], node: u32| {
                list.iter().filter(|place| place.0 == node).map(|place| place.1).min().unwrap()
            };
            let sum = own(&starts, first) + along(&arcs, &path.nodes).unwrap() + own(&ends, last);
            prop_assert_eq!(sum, path.cost);
        }
    }
}

fn level_count(hierarchy: &Hierarchy) -> usize {
    let highest = hierarchy.levels().into_iter().max();
    highest.map_or(0, |level| level as usize + 1)
}

#[test]
fn one_thread_and_several_make_the_same() {
    let (nodes, arcs) = grid(60);
    let (leaving, arriving) = both_ways(nodes, &arcs).unwrap();
    let one = on_threads(1, || Hierarchy::build(&leaving, &arriving));
    assert_sound(&one);
    assert!(
        level_count(&one) < nodes / 20,
        "{} levels",
        level_count(&one)
    );
    let mut changed = arcs.clone();
    changed.retain(|arc| arc.0 % 97 != 0);
    let (left, arrived) = both_ways(nodes, &changed).unwrap();
    let again = on_threads(1, || one.rebuild(&left, &arrived));
    assert_ne!(again, one);
    assert_sound(&again);
    for threads in [2, 3, 7] {
        on_threads(threads, || {
            assert_eq!(
                Hierarchy::build(&leaving, &arriving),
                one,
                "{threads} threads"
            );
            assert_eq!(one.rebuild(&left, &arrived), again, "{threads} threads");
        });
    }
    for from in [0, 1234, 3599] {
        let start = [(from, Cost::ZERO)];
        assert_eq!(one.costs_from(&start), slow(nodes, &arcs, &start));
        assert_eq!(again.costs_from(&start), slow(nodes, &changed, &start));
    }
}

#[test]
fn the_same_graph_in_the_same_order_is_the_same_but_for_witnesses() {
    let (nodes, arcs) = grid(30);
    let first = Hierarchy::from_arcs(nodes, &arcs).unwrap();
    let again = first.again_from_arcs(nodes, &arcs).unwrap();
    assert_exact_from_few(&again, nodes, &arcs);
    let third = again.again_from_arcs(nodes, &arcs).unwrap();
    let more = third.arc_counts().0 * 10;
    assert!(
        more < first.arc_counts().0 * 12,
        "no more than a fifth more arcs"
    );
}

/// A grid before arcs of it are closed: its nodes stay what they are.
struct Before {
    nodes: usize,
    arcs: Arcs,
    leaving: Adjacency,
    hierarchy: Hierarchy,
    same: Vec<u32>,
}

impl Before {
    fn grid(side: u32) -> Self {
        let (nodes, arcs) = grid(side);
        Self {
            leaving: both_ways(nodes, &arcs).unwrap().0,
            hierarchy: Hierarchy::from_arcs(nodes, &arcs).unwrap(),
            same: (0..nodes as u32).collect(),
            nodes,
            arcs,
        }
    }

    /// Closes the arcs at some places, and gives what is left to `look`, with the change.
    fn close(&self, is_closed: impl Fn(usize) -> bool, look: impl FnOnce(&Arcs, GraphChange<'_>)) {
        let left = self.arcs.iter().enumerate();
        let left = left.filter(|(place, _)| !is_closed(*place));
        let left: Arcs = left.map(|(_, arc)| *arc).collect();
        let (leaving, arriving) = both_ways(self.nodes, &left).unwrap();
        let change = GraphChange {
            before: &self.leaving,
            leaving: &leaving,
            arriving: &arriving,
            was: &self.same,
        };
        look(&left, change);
    }
}

#[test]
fn a_grid_with_an_arc_closed_is_repaired_where_it_matters() {
    let before = Before::grid(30);
    let old = &before.hierarchy;
    for closed in [7, 1234, 3000] {
        before.close(
            |place| place == closed,
            |left, change| {
                let repaired = old.repaired(change).unwrap();
                assert_exact_from_few(&repaired, before.nodes, left);
                assert_eq!(repaired.position, old.position);
                let (up, down) = (old.arc_counts(), repaired.arc_counts());
                assert!(up.0.abs_diff(down.0) < 100, "{up:?} {down:?}");
                for threads in [1, 3] {
                    let again = on_threads(threads, || old.repaired(change).unwrap());
                    assert_eq!(again, repaired, "{threads} threads");
                }
            },
        );
    }
}

#[test]
fn where_much_changed_far_apart_a_grid_is_contracted_again() {
    let before = Before::grid(120);
    let old = &before.hierarchy;
    before.close(
        |place| place % 97 == 96,
        |left, change| {
            assert!(old.repaired(change).is_none());
            assert_exact_from_few(&old.changed(change), before.nodes, left);
        },
    );
}

fn assert_exact_from_few(hierarchy: &Hierarchy, nodes: usize, arcs: &Arcs) {
    assert_sound(hierarchy);
    for from in (0..nodes as u32).step_by(nodes / 7) {
        let start = [(from, Cost::ZERO)];
        assert_eq!(hierarchy.costs_from(&start), slow(nodes, arcs, &start));
    }
}

#[test]
fn a_street_of_many_thousand_nodes_can_be_unpacked() {
    let nodes = 30_000;
    let arcs: Arcs = (1..nodes)
        .map(|node| (node - 1, node, Cost::new(1, 1)))
        .collect();
    let hierarchy = Hierarchy::from_arcs(nodes as usize, &arcs).unwrap();
    let mut query = Query::new(&hierarchy);
    let (start, end) = ([(0, Cost::ZERO)], [(nodes - 1, Cost::ZERO)]);
    let path = query.path(&start, &end).unwrap();
    assert_eq!(path.nodes, (0..nodes).collect::<Vec<u32>>());
    assert_eq!(path.cost, Cost::new(nodes - 1, nodes - 1));
    assert_eq!(query.path(&end, &start), None);
}

#[test]
fn costs_too_large_to_add_are_no_way() {
    let long = Cost::new(u32::MAX / 2 - 1, 5);
    let arcs = vec![
        (0, 1, long),
        (1, 2, long),
        (2, 3, Cost::new(1, u32::MAX)),
        (3, 4, Cost::new(1, 1)),
    ];
    let mut with_one_dearer_than_any = arcs.clone();
    with_one_dearer_than_any.push((4, 0, Cost::new(u32::MAX, 0)));
    let hierarchy = Hierarchy::from_arcs(5, &with_one_dearer_than_any).unwrap();
    assert_exact(&hierarchy, 5, &arcs);
}

#[test]
fn nothing_and_arcs_to_nowhere() {
    let empty = Hierarchy::from_arcs(0, &[]).unwrap();
    assert_eq!((empty.len(), level_count(&empty)), (0, 0));
    assert!(empty.costs_from(&[]).is_empty());
    assert_eq!(Query::new(&empty).cost(&[], &[]), None);
    let outside = Hierarchy::from_arcs(2, &[(0, 1, Cost::ZERO), (1, 2, Cost::ZERO)]);
    let error = ArcError::Outside {
        arc: 1,
        from: 1,
        to: 2,
        nodes: 2,
    };
    assert_eq!(outside.unwrap_err(), error);
    assert_eq!(
        error.to_string(),
        "arc 1 leads from node 1 to node 2, and there are only 2 nodes"
    );
}

/// Streets in rows, some one-way, with places on them and at their ends.
fn town() -> (StreetNetwork, Vec<Snap>) {
    let profiles = [Profile::drive()];
    let mut streets = StreetGraphBuilder::new(&profiles);
    let at = |place: usize| [(place % 6) as f64 * 90.0, (place / 6) as f64 * 120.0];
    let junctions: Vec<_> = (0..36)
        .map(|place| streets.junction(at(place), Tags::new(&[])))
        .collect();
    for place in 0..36 {
        for (there, other) in [(place % 6 < 5, place + 1), (place < 30, place + 6)] {
            if there {
                let tags: &[(&str, &str)] = match place % 4 {
                    0 => &[("highway", "residential"), ("oneway", "yes")],
                    1 => &[("highway", "residential"), ("oneway", "-1")],
                    _ => &[("highway", "tertiary")],
                };
                let shape = vec![at(place), at(other)];
                streets.street(
                    junctions[place],
                    junctions[other],
                    shape,
                    Tags::new(tags),
                    None,
                );
            }
        }
    }
    let network = streets.finish().freeze(0, &profiles[0]).unwrap().0;
    let snapper = Snapper::new(&network);
    let places = (0..40).map(|place| {
        let [x, y] = at(place % 36);
        let aside = if place % 3 == 0 {
            0.0
        } else {
            f64::from(place as u32)
        };
        snapper
            .snap([x + aside, y + 3.0], Metres::new(500.0))
            .unwrap()
    });
    let places = places.collect();
    (network, places)
}

#[test]
fn journeys_between_points_cost_what_the_plain_search_finds() {
    let (network, places) = town();
    let hierarchy = Hierarchy::new(&network);
    let mut query = Query::new(&hierarchy);
    let mut apart = 0;
    for from in &places {
        let tree = costs_from(&network, from);
        for to in &places {
            let cost = tree.cost(to);
            assert_eq!(route_cost(&network, &mut query, from, to), cost);
            let path = route_path(&network, &mut query, from, to);
            assert_eq!(path.as_ref().map(|path| path.cost), cost);
            apart += usize::from(path.is_some_and(|path| path.nodes.len() > 3));
        }
    }
    assert!(
        apart > 500,
        "{apart} journeys past more than three junctions"
    );
    assert_eq!(hierarchy.again(&network).len(), network.junction_count());
}

#[test]
fn climbing_and_descending_is_dijkstra_in_any_order() {
    // A ring of nine one-way arcs, two chords and a loop.
    let mut arcs: Arcs = (0..9)
        .map(|node| (node, (node + 1) % 9, Cost::new(10 + node, 7)))
        .collect();
    arcs.extend([
        (0, 5, Cost::new(31, 9)),
        (7, 2, Cost::new(3, 1)),
        (4, 4, Cost::new(1, 1)),
    ]);
    let leaving = Adjacency::new(9, &mut arcs);
    let hierarchy = Hierarchy::by_order(&leaving, &[4, 0, 8, 2, 6, 1, 3, 7, 5]);
    assert_exact(&hierarchy, 9, &arcs);
}

#[test]
fn a_damaged_hierarchy_is_not_unpacked_for_ever() {
    // Every arc claims to pass the next less important position, so that a way is twice as long for each.
    let nodes = 64u32;
    let pairs = || (0..nodes).flat_map(|low| (0..low).map(move |high| (low, high)));
    let middle = |low| if low + 1 < nodes { low + 1 } else { NO_MIDDLE };
    let arcs = |(low, high): (u32, u32)| (low, high, Cost::new(1, 1), middle(low));
    let climb = || Shortcuts::new(nodes as usize, pairs().map(arcs).collect());
    let mut hierarchy = Hierarchy {
        position: (0..nodes).collect(),
        node: (0..nodes).collect(),
        up: climb(),
        down: climb(),
    };
    hierarchy.validate().unwrap();
    let path = Query::new(&hierarchy).path(&[(0, Cost::ZERO)], &[(1, Cost::ZERO)]);
    assert_eq!(path, None);
    // Two arcs from one position to another: which of them is looked for by halves would be chance.
    hierarchy.up.arcs.head.edit(|heads| heads[2] = heads[1]);
    assert!(hierarchy.validate().is_err());
}
