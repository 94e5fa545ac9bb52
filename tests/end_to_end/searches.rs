//! The demo town's tables, nearest sites, isochrones and routes held against plain searches over the streets of its bundle.

use std::sync::OnceLock;

use catchment_core::grid::GridPoint;
use catchment_core::study::Study;
use catchment_travel::{
    Cost, Isochrones, PreparedNetwork, Route, Seconds, Snap, costs_from, costs_to, matrix,
};

use crate::folder::whole_demo;

/// The streets of every profile in the bundle.
fn networks() -> (&'static Study, &'static [PreparedNetwork]) {
    static DEMO: OnceLock<Study> = OnceLock::new();
    let study = DEMO.get_or_init(|| catchment_import::open(&whole_demo().0).unwrap());
    let networks = &study.parts().networks;
    assert!(networks.len() > 1, "the demo has more than one profile");
    (study, networks)
}

/// The demo's sites and every so many-th of its postcodes, on the streets of a profile.
fn ends(study: &Study, prepared: &PreparedNetwork, every: usize) -> (Vec<Snap>, Vec<Snap>) {
    let (snapper, cap) = (prepared.snapper(), study.parts().settings.snap_cap);
    let snap = |point: GridPoint| snapper.snap([point.x, point.y], cap).ok();
    let sites = study.parts().sites.rows().iter();
    let sites: Vec<Snap> = sites.filter_map(|site| snap(site.point)).collect();
    let postcodes = study.parts().postcodes.rows().iter().step_by(every);
    let postcodes = postcodes.filter_map(|postcode| snap(postcode.point));
    let postcodes: Vec<Snap> = postcodes.collect();
    assert!(sites.len() > 20 && postcodes.len() > 20);
    (postcodes, sites)
}

#[test]
fn tables_and_nearest_sites_of_the_demo_are_what_searches_find() {
    let (study, networks) = networks();
    for prepared in networks {
        let (starts, sites) = ends(study, prepared, 1);
        let many = prepared.many();
        let expected = matrix(prepared.network(), &starts, &sites);
        assert_eq!(many.matrix(&starts[..], &sites[..]), expected);
        let back = matrix(prepared.network(), &sites, &starts);
        assert_eq!(many.matrix(&sites[..], &starts[..]), back);
        let limit = Seconds::new(400.0);
        let within = many.within(limit).matrix(&starts[..], &sites[..]);
        let nearest = many.nearest_from_everywhere(&sites[..]);
        let few = many.within(limit).nearest(&starts[..], &sites[..], 4);
        let (mut near, mut far) = (0, 0);
        for (row, start) in starts.iter().enumerate() {
            let costs = expected.row(row).iter().copied();
            let mut sorted: Vec<(Cost, usize)> = costs
                .enumerate()
                .filter_map(|(site, cost)| Some((cost?, site)))
                .collect();
            sorted.sort_unstable();
            let first = sorted.first().map(|(cost, site)| (*site, *cost));
            assert_eq!(nearest.of_snap(start), first);
            sorted.retain(|(cost, _)| cost.milliseconds() <= 400_000);
            let mut left = vec![None; sites.len()];
            for (cost, site) in &sorted {
                left[*site] = Some(*cost);
            }
            assert_eq!(within.row(row), &left);
            near += sorted.len();
            far += sites.len() - sorted.len();
            sorted.truncate(4);
            let list = few.of(row).map(|(site, cost)| (cost, site));
            assert!(list.eq(sorted));
        }
        assert!(near > 100 && far > 100, "{near} within reach, {far} not");
    }
}

#[test]
fn isochrones_of_the_demo_hold_what_searches_reach() {
    let (study, networks) = networks();
    let budgets = [120.0, 300.0, 900.0].map(Seconds::new);
    for prepared in networks {
        let (places, sites) = ends(study, prepared, 1);
        let network = prepared.network();
        let mut isochrones = Isochrones::new(network).unwrap();
        let (mut within, mut without) = (0, 0);
        for site in sites.iter().step_by(4) {
            for towards in [false, true] {
                let (tree, reached) = if towards {
                    (costs_to(network, site), isochrones.to(site, &budgets))
                } else {
                    (costs_from(network, site), isochrones.from(site, &budgets))
                };
                for band in reached.unwrap().bands() {
                    let most = (band.budget().value() * 1000.0).round() as u32;
                    for place in &places {
                        let cost = tree.cost(place).map(Cost::milliseconds);
                        let is_within = cost.is_some_and(|cost| cost <= most);
                        assert_eq!(band.contains(place), is_within, "{place:?} {cost:?}");
                        within += usize::from(is_within);
                        without += usize::from(!is_within);
                    }
                }
            }
        }
        assert!(within > 1_000 && without > 1_000, "{within} {without}");
    }
}

#[test]
fn routes_of_the_demo_cost_what_searches_find() {
    let (study, networks) = networks();
    for prepared in networks {
        let (starts, sites) = ends(study, prepared, 40);
        let (network, mut query) = (prepared.network(), prepared.query());
        let mut routes = 0;
        for start in &starts {
            let tree = costs_from(network, start);
            for site in &sites {
                let route = Route::find(network, &mut query, start, site);
                assert_eq!(route.as_ref().map(Route::cost), tree.cost(site));
                let Some(route) = route else { continue };
                let legs = route.legs().iter().map(|leg| leg.cost);
                assert_eq!(legs.fold(Cost::ZERO, |sum, cost| sum + cost), route.cost());
                let points = route.points();
                let ends = (points[0], points[points.len() - 1]);
                assert_eq!(ends, (start.point(), site.point()));
                routes += 1;
            }
        }
        assert!(routes > 500, "{routes} routes");
    }
}
