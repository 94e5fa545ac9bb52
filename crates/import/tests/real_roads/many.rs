//! Tables, reaches and nearest sites through the hierarchy held against plain searches over the roads of Porto, Newport and the Isle of
//! Man, where the shared data is at hand.

use std::ops::ControlFlow;

use catchment_core::grid::Grid;
use catchment_travel::{
    Block, Cost, Hierarchy, ManyToMany, Profile, Reach, Seconds, StreetNetwork, TimeAndDistance,
    TimeOnly, costs_from, matrix,
};

use super::{PORTO, beside, driving_with_turn_costs, roads};

fn assert_exact(network: &StreetNetwork) {
    let hierarchy = Hierarchy::new(network);
    let origins = beside(network, 1..71);
    let sites = beside(network, 5_000..5_037);
    assert!(origins.len() > 50 && sites.len() > 25);
    let searched = matrix(network, &origins, &sites);
    let limit = Seconds::new(600.0);
    let keep = |cost: &Cost| cost.milliseconds() <= 600_000;
    let many = ManyToMany::new(network, &hierarchy);
    assert_eq!(many.matrix(&origins[..], &sites[..]), searched);
    assert_eq!(
        many.matrix(&sites[..], &origins[..]),
        matrix(network, &sites, &origins)
    );
    let times = |block: &Block<'_, TimeOnly>| {
        for (row, origin) in block.origins().iter().enumerate() {
            let costs = searched.row(*origin as usize);
            for (site, time) in block.destinations().iter().zip(block.row(row)) {
                let cost = costs[*site as usize].filter(keep);
                assert_eq!(time, cost.map(Cost::milliseconds));
            }
        }
        ControlFlow::<()>::Continue(())
    };
    let limited = many.within(limit);
    assert!(
        limited
            .for_each_block(&origins[..], &sites[..], times)
            .is_continue()
    );
    let nearest = many.nearest_from_everywhere(&sites[..]);
    let few = limited.nearest(&origins[..], &sites[..], 5);
    for (row, origin) in origins.iter().enumerate() {
        let costs = searched.row(row).iter().enumerate();
        let mut sorted: Vec<(Cost, usize)> = costs
            .filter_map(|(site, cost)| Some(((*cost)?, site)))
            .collect();
        sorted.sort_unstable();
        let first = sorted.first().map(|(cost, site)| (*site, *cost));
        assert_eq!(nearest.of_snap(origin), first);
        let within = sorted.into_iter().filter(|(cost, _)| keep(cost)).take(5);
        let list = few.of(row).map(|(site, cost)| (cost, site));
        assert!(list.eq(within));
    }
    let everywhere = |reach: &Reach<'_, TimeAndDistance>| {
        for (place, origin) in reach.points().iter().enumerate() {
            let tree = costs_from(network, &origins[*origin as usize]);
            for node in 0..network.node_count() as u32 {
                assert_eq!(reach.at(place, node), tree.node_cost(node));
            }
        }
        ControlFlow::<()>::Continue(())
    };
    assert!(
        many.for_each_reach_from(&origins[..20], everywhere)
            .is_continue()
    );
}

#[test]
fn many_journeys_in_newport_are_what_searches_find() {
    let test = "many_journeys_in_newport_are_what_searches_find";
    if let Some(network) = roads(test, "newport", &Grid::BritishNational, &Profile::walk()) {
        assert_exact(&network);
    }
}

#[test]
fn many_journeys_in_porto_are_what_searches_find() {
    let test = "many_journeys_in_porto_are_what_searches_find";
    if let Some(network) = roads(test, "porto", &PORTO, &Profile::drive()) {
        assert_exact(&network);
    }
}

#[test]
fn many_journeys_on_the_isle_of_man_are_what_searches_find() {
    let test = "many_journeys_on_the_isle_of_man_are_what_searches_find";
    for profile in [Profile::drive(), driving_with_turn_costs()] {
        if let Some(network) = roads(test, "isle-of-man", &Grid::BritishNational, &profile) {
            assert_exact(&network);
        }
    }
}
