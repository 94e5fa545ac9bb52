//! Everything held against Dijkstra's search on random graphs, and on streets against the searches that need no hierarchy.

use std::ops::ControlFlow;

use proptest::prelude::*;
use pulp::Arch;

use super::blocks::{Direction, Settings, Table, has_long_arcs};
use super::nearest::{Near, climb, nearest_few, nearest_of_all};
use super::terminals::Terminals;
use super::{ManyToMany, Measure, Reach, TimeAndDistance, TimeOnly};
use crate::adjacency::Adjacency;
use crate::hierarchy::Hierarchy;
use crate::network::oracle_tests::{build, drawn, middles, profiles};
use crate::sweep::search;
use crate::sweep::tests::town;
use crate::units::Cost;
use crate::{
    CostTree, Metres, PreparedNetwork, Seconds, Snap, Snapper, StreetNetwork, costs_from, costs_to,
    matrix,
};

/// A graph and its hierarchy.
#[derive(Debug)]
struct World {
    leaving: Adjacency,
    hierarchy: Hierarchy,
}

/// Graphs with one-way and parallel arcs, arcs of no cost, loops and parts that do not reach each other, contracted in any order.
fn world(nodes: usize, millimetres: u32) -> impl Strategy<Value = World> {
    (1..nodes).prop_flat_map(move |nodes| {
        let node = 0..nodes as u32;
        let arc = (node.clone(), node, 0u32..40, 0..=millimetres);
        let arcs = prop::collection::vec(arc, 0..nodes * 3);
        let order = Just((0..nodes as u32).collect::<Vec<u32>>()).prop_shuffle();
        (arcs, order, any::<bool>()).prop_map(move |(arcs, order, together)| {
            let mut arcs: Vec<(u32, u32, Cost)> = arcs
                .into_iter()
                .map(|(tail, head, time, length)| (tail, head, Cost::new(time, length)))
                .collect();
            let leaving = Adjacency::new(nodes, &mut arcs);
            let mut hierarchy = Hierarchy::by_order(&leaving, &order);
            if together {
                hierarchy = hierarchy.with_neighbours_together();
            }
            World { leaving, hierarchy }
        })
    })
}

/// Points as the nodes they hang on, twice the same among them, some on several nodes and some on none.
type Points = Vec<Vec<(u32, Cost)>>;

fn points(most: usize) -> impl Strategy<Value = Vec<Vec<(prop::sample::Index, u32)>>> {
    let hook = (any::<prop::sample::Index>(), 0u32..20);
    prop::collection::vec(prop::collection::vec(hook, 0..3), 0..most)
}

impl World {
    fn points(&self, drawn: &[Vec<(prop::sample::Index, u32)>]) -> Points {
        let hook = |(node, extra): &(prop::sample::Index, u32)| {
            let node = node.index(self.hierarchy.len()) as u32;
            (node, Cost::new(*extra, extra % 3))
        };
        drawn
            .iter()
            .map(|hooks| hooks.iter().map(hook).collect())
            .collect()
    }

    fn terminals(&self, points: &Points) -> Terminals {
        Terminals::new(points.iter().map(|hooks| {
            let hook =
                |(node, cost): &(u32, Cost)| (self.hierarchy.position[*node as usize], *cost);
            hooks.iter().map(hook)
        }))
    }

    /// Row by row, by one search each.
    fn by_dijkstra(&self, origins: &Points, destinations: &Points) -> Vec<Option<Cost>> {
        let mut table = Vec::new();
        for origin in origins {
            let tree = search(&self.leaving, self.leaving.nodes(), origin.iter().copied());
            table.extend(destinations.iter().map(|destination| {
                let ways = destination.iter();
                ways.map(|(node, cost)| tree[*node as usize] + *cost)
                    .min()
                    .and_then(Cost::finite)
            }));
        }
        table
    }

    /// Row by row, put together from blocks, each cell of which must come once.
    fn by_blocks<W: Measure>(
        &self,
        settings: Settings,
        origins: &Points,
        destinations: &Points,
    ) -> Vec<Option<W::Found>> {
        let width = destinations.len();
        let mut table = vec![None; origins.len() * width];
        let mut seen = vec![0; table.len()];
        let mut next_row = 0;
        let whole = Table {
            hierarchy: &self.hierarchy,
            settings,
            long: has_long_arcs(&self.hierarchy),
        };
        let flow = whole.for_each_block::<W, ()>(
            &self.terminals(origins),
            &self.terminals(destinations),
            None,
            |block| {
                for (row, origin) in block.origins().iter().enumerate() {
                    if settings.whole_rows {
                        assert_eq!(*origin, next_row);
                        assert_eq!(block.destinations().len(), width);
                        next_row += 1;
                    }
                    for (destination, found) in block.destinations().iter().zip(block.row(row)) {
                        let place = *origin as usize * width + *destination as usize;
                        table[place] = found;
                        seen[place] += 1;
                    }
                }
                let mut cells = 0;
                block.each(|origin, destination, found| {
                    let place = origin as usize * width + destination as usize;
                    assert_eq!((table[place], seen[place]), (found, 1));
                    cells += 1;
                });
                assert_eq!(cells, block.origins().len() * block.destinations().len());
                ControlFlow::Continue(())
            },
        );
        assert_eq!(flow, ControlFlow::Continue(()));
        assert!(seen.iter().all(|times| *times == 1));
        table
    }
}

/// All ways to work a table out that must give the same.
fn all_settings(limit: Option<u32>) -> Vec<Settings> {
    let mut all = Vec::new();
    for direction in [
        None,
        Some(Direction::FromOrigins),
        Some(Direction::FromDestinations),
    ] {
        for whole_rows in [false, true] {
            for (cells, sources, targets) in [(1 << 22, 256, 1 << 13), (90, 16, 7)] {
                for arch in [Arch::new(), Arch::Scalar] {
                    all.push(Settings {
                        limit,
                        whole_rows,
                        cells,
                        sources,
                        targets,
                        direction,
                        arch,
                    });
                }
            }
        }
    }
    all
}

fn within(table: Vec<Option<Cost>>, limit: Option<u32>) -> Vec<Option<Cost>> {
    let keep = |cost: &Cost| limit.is_none_or(|limit| cost.milliseconds() <= limit);
    table.into_iter().map(|cost| cost.filter(keep)).collect()
}

/// Holds tables, nearest sites and reaches between points on streets against plain searches, within a time or without one.
fn assert_joined(
    (network, hierarchy): (&StreetNetwork, &Hierarchy),
    (origins, destinations): (&[Snap], &[Snap]),
    few: usize,
    minutes: Option<f64>,
) -> Result<(), TestCaseError> {
    let within = |time: f64| minutes.is_none_or(|minutes| time <= minutes * 60_000.0 + 0.5);
    let keep = |cost: &Cost| within(f64::from(cost.milliseconds()));
    let mut many = ManyToMany::new(network, hierarchy);
    if let Some(minutes) = minutes {
        many = many.within(Seconds::new(minutes * 60.0));
    }
    let expected = matrix(network, origins, destinations);
    let rows = many.whole_rows().matrix(origins, destinations);
    let found = many.matrix(origins, destinations);
    let nearest = many.nearest_from_everywhere(destinations);
    let lists = many.nearest(origins, destinations, few);
    for (row, origin) in origins.iter().enumerate() {
        let costs = expected.row(row).iter();
        let wanted: Vec<Option<Cost>> = costs.map(|cost| cost.filter(keep)).collect();
        prop_assert_eq!(found.row(row), &wanted);
        prop_assert_eq!(rows.row(row), &wanted);
        let sites = wanted.iter().enumerate();
        let mut sites: Vec<(Cost, usize)> = sites
            .filter_map(|(site, cost)| Some(((*cost)?, site)))
            .collect();
        sites.sort_unstable();
        let first = sites.first().map(|(cost, site)| (*site, *cost));
        prop_assert_eq!(nearest.of_snap(origin), first);
        sites.truncate(few);
        let list: Vec<(Cost, usize)> = lists.of(row).map(|(site, cost)| (cost, site)).collect();
        prop_assert_eq!(list, sites);
    }
    let forth = origins.iter().map(|origin| costs_from(network, origin));
    let back = destinations.iter().map(|site| costs_to(network, site));
    let (forth, back): (Vec<CostTree<'_>>, Vec<CostTree<'_>>) = (forth.collect(), back.collect());
    for node in 0..network.node_count() as u32 {
        let costs = back.iter().map(|tree| tree.node_cost(node).filter(keep));
        let sites = costs.enumerate();
        let least = sites.filter_map(|(site, cost)| Some((cost?, site))).min();
        let least = least.map(|(cost, site)| (site, cost));
        prop_assert_eq!(nearest.of_node(node), least);
    }
    let as_found = |reach: &Reach<'_, TimeAndDistance>, trees: &[CostTree<'_>]| {
        for (place, point) in reach.points().iter().enumerate() {
            for node in 0..network.node_count() as u32 {
                let cost = trees[*point as usize].node_cost(node).filter(keep);
                assert_eq!(reach.at(place, node), cost);
            }
        }
        ControlFlow::<()>::Continue(())
    };
    let from = many.for_each_reach_from(origins, |reach| as_found(reach, &forth));
    let to = many.for_each_reach_to(destinations, |reach| as_found(reach, &back));
    prop_assert!(from.is_continue() && to.is_continue());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn points_on_streets_are_joined_as_by_searches(
        network in town(),
        places in prop::collection::vec((-50.0f64..2050.0, -50.0f64..2050.0), 2..40),
        split in any::<prop::sample::Index>(),
        few in 1usize..5,
        minutes in prop::option::of(0.0f64..5.0),
    ) {
        let order: Vec<u32> = (0..network.leaving.nodes() as u32).collect();
        let hierarchy = Hierarchy::by_order(&network.leaving, &order).with_neighbours_together();
        let snapper = Snapper::new(&network);
        let snaps: Vec<Snap> = places
            .iter()
            .map(|(x, y)| snapper.snap([*x, *y], Metres::new(10_000.0)).map_err(|_| TestCaseError::fail("too far")))
            .collect::<Result<_, _>>()?;
        let ends = snaps.split_at(split.index(snaps.len()));
        assert_joined((&network, &hierarchy), ends, few, minutes)?;
    }

    #[test]
    fn restrictions_costs_of_turns_and_private_streets_are_joined_as_by_searches(
        town in drawn(),
        which in 0usize..3,
        places in prop::collection::vec((-20.0f64..620.0, -20.0f64..620.0), 0..20),
        split in any::<prop::sample::Index>(),
        few in 1usize..5,
        minutes in prop::option::of(0.0f64..4.0),
        // From so many points on, what a time leaves out is looked for first.
        times in prop_oneof![9 => Just(1), 1 => Just(60)],
    ) {
        let profile = &profiles()[which];
        let Ok((network, _)) = build(profile, &town).freeze(0, profile) else { return Ok(()) };
        let prepared = PreparedNetwork::new(network);
        let network = prepared.network();
        // One within every street, the private ones too, and some anywhere.
        let mut snaps = middles(network);
        let snapper = prepared.snapper();
        snaps.extend(places.iter().filter_map(|(x, y)| snapper.snap([*x, *y], Metres::new(900.0)).ok()));
        prop_assert!(!snaps.is_empty());
        let half = split.index(snaps.len());
        snaps.rotate_left(half);
        let origins = snaps[..snaps.len() - half].repeat(times);
        let destinations = &snaps[snaps.len() - half..];
        assert_joined((network, prepared.hierarchy()), (&origins, destinations), few, minutes)?;
        assert_joined((network, prepared.hierarchy()), (destinations, &origins), few, minutes)?;
    }

    #[test]
    fn tables_equal_dijkstra(
        world in world(45, 30),
        origins in points(40),
        destinations in points(40),
        limit in prop::option::of(0u32..120),
    ) {
        let (origins, destinations) = (world.points(&origins), world.points(&destinations));
        let expected = within(world.by_dijkstra(&origins, &destinations), limit);
        let times: Vec<Option<u32>> = expected.iter().map(|cost| cost.map(Cost::milliseconds)).collect();
        for settings in all_settings(limit) {
            let found = world.by_blocks::<TimeAndDistance>(settings, &origins, &destinations);
            prop_assert_eq!(&found, &expected, "{:?}", settings);
            let found = world.by_blocks::<TimeOnly>(settings, &origins, &destinations);
            prop_assert_eq!(&found, &times, "{:?}", settings);
        }
    }

    #[test]
    fn reaches_equal_dijkstra(
        (world, long) in prop_oneof![
            (world(45, 30), Just(false)),
            (world(12, u32::MAX / 12), Just(true)),
        ],
        points in points(300),
        limit in prop::option::of(0u32..120),
        reversed in any::<bool>(),
    ) {
        let points = world.points(&points);
        let nodes = world.hierarchy.len();
        let everywhere: Points = (0..nodes as u32).map(|node| vec![(node, Cost::ZERO)]).collect();
        let (direction, table) = if reversed {
            (Direction::FromDestinations, world.by_dijkstra(&everywhere, &points))
        } else {
            (Direction::FromOrigins, world.by_dijkstra(&points, &everywhere))
        };
        // Fallen back on costs, a limit still holds.
        let limit = limit.filter(|_| !long || points.len() % 2 == 0);
        let table = within(table, limit);
        let settings = Settings { limit, ..Settings::new() };
        let whole = Table { hierarchy: &world.hierarchy, settings, long: has_long_arcs(&world.hierarchy) };
        let mut seen = 0;
        let _ = whole.for_each_reach::<TimeAndDistance, ()>(direction, &world.terminals(&points), |reach| {
            for (place, point) in reach.points().iter().enumerate() {
                for node in 0..nodes {
                    let cell = if reversed { node * points.len() + *point as usize } else { *point as usize * nodes + node };
                    assert_eq!(reach.at(place, node as u32), table[cell]);
                }
                seen += 1;
            }
            ControlFlow::Continue(())
        });
        prop_assert_eq!(seen, points.len());
    }

    #[test]
    fn distances_too_long_for_vectors_are_added_with_care(
        world in world(12, u32::MAX / 12),
        origins in points(20),
        destinations in points(20),
    ) {
        let (origins, destinations) = (world.points(&origins), world.points(&destinations));
        let expected = world.by_dijkstra(&origins, &destinations);
        for settings in all_settings(None) {
            prop_assert_eq!(&world.by_blocks::<TimeAndDistance>(settings, &origins, &destinations), &expected);
        }
    }

    #[test]
    fn one_thread_finds_what_two_do(
        world in world(45, 30),
        origins in points(60),
        destinations in points(60),
    ) {
        let (origins, destinations) = (world.points(&origins), world.points(&destinations));
        let settings = Settings { targets: 20, sources: 32, ..Settings::new() };
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let mut blocks = Vec::new();
                let table = Table { hierarchy: &world.hierarchy, settings, long: false };
                let (from, to) = (world.terminals(&origins), world.terminals(&destinations));
                let _ = table.for_each_block::<TimeAndDistance, ()>(&from, &to, None, |block| {
                    blocks.push(format!("{block:?}"));
                    ControlFlow::Continue(())
                });
                blocks
            })
        };
        prop_assert_eq!(with(1), with(2));
    }

    #[test]
    fn the_nearest_sites_are_those_of_the_table(
        world in world(45, 3),
        origins in points(40),
        sites in points(25),
        few in 1usize..6,
        limit in prop::option::of(0u32..120),
    ) {
        let (origins, sites) = (world.points(&origins), world.points(&sites));
        let table = within(world.by_dijkstra(&origins, &sites), limit);
        let (climbing, falling) = (&world.hierarchy.down.arcs, &world.hierarchy.up.arcs);
        let (from, to) = (world.terminals(&origins), world.terminals(&sites));
        let order: Vec<u32> = (0..origins.len() as u32).collect();
        let lists = nearest_few(falling, (&from, &order), &climb(climbing, &to, few, limit));
        for origin in 0..origins.len() {
            let row = table[origin * sites.len()..][..sites.len()].iter().enumerate();
            let mut expected: Vec<Near> =
                row.filter_map(|(site, cost)| Some(Near::new((*cost)?, site as u32))).collect();
            expected.sort_unstable();
            expected.truncate(few);
            let list = lists.list(origin).iter();
            let found: Vec<Near> = list.copied().filter(|near| near.is_within(limit)).collect();
            prop_assert_eq!(found, expected);
        }
        let everywhere: Points = (0..world.hierarchy.len() as u32).map(|node| vec![(node, Cost::ZERO)]).collect();
        let table = within(world.by_dijkstra(&everywhere, &sites), limit);
        let nearest = nearest_of_all(climbing, falling, &to, limit);
        for node in 0..world.hierarchy.len() {
            let row = table[node * sites.len()..][..sites.len()].iter().enumerate();
            let expected = row.filter_map(|(site, cost)| Some(Near::new((*cost)?, site as u32))).min();
            let found = nearest[world.hierarchy.position[node] as usize];
            prop_assert_eq!(found.is_within(limit).then_some(found), expected);
        }
    }

    #[test]
    fn other_positions_are_the_same_hierarchy(world in world(45, 30)) {
        let nodes = world.hierarchy.len();
        let arcs = |hierarchy: &Hierarchy| {
            let mut arcs = Vec::new();
            for (up, list) in [(true, &hierarchy.up), (false, &hierarchy.down)] {
                for position in 0..nodes as u32 {
                    let middles = &list.middle[list.arcs.first[position as usize] as usize..];
                    for ((head, cost), middle) in list.arcs.arcs(position).zip(middles) {
                        assert!(head < position);
                        let node = |position: u32| hierarchy.node.get(position as usize).copied();
                        arcs.push((up, node(position), node(head), cost, node(*middle)));
                    }
                }
            }
            arcs.sort_unstable();
            arcs
        };
        let other = world.hierarchy.clone().with_neighbours_together();
        prop_assert_eq!(arcs(&world.hierarchy), arcs(&other));
        for node in 0..nodes {
            prop_assert_eq!(other.node[other.position[node] as usize], node as u32);
        }
    }
}

#[test]
fn a_consumer_can_break_off() {
    let mut arcs = [(0, 1, Cost::new(1, 1)), (1, 0, Cost::new(1, 1))];
    let leaving = Adjacency::new(2, &mut arcs);
    let hierarchy = Hierarchy::by_order(&leaving, &[0, 1]);
    let table = Table {
        hierarchy: &hierarchy,
        settings: Settings {
            sources: 16,
            ..Settings::new()
        },
        long: false,
    };
    let places = Terminals::new((0..64).map(|place| std::iter::once((place % 2, Cost::ZERO))));
    let mut blocks = 0;
    let flow = table.for_each_block::<TimeOnly, &str>(&places, &places, None, |_| {
        blocks += 1;
        match blocks {
            2 => ControlFlow::Break("enough"),
            _ => ControlFlow::Continue(()),
        }
    });
    assert_eq!((flow, blocks), (ControlFlow::Break("enough"), 2));
}
