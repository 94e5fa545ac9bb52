//! Routes over the roads of Porto, Newport and the Isle of Man, where the shared data is at hand: they add up, they join, they break no restriction.

use std::collections::BTreeMap;

use catchment_core::grid::Grid;
use catchment_travel::{
    Cost, Hierarchy, Metric, Profile, Query, Route, Snap, StreetGraph, StreetNetwork, TurnRule,
    costs_from, route_cost,
};
use petgraph::graph::EdgeIndex;

use super::{PORTO, beside, driving_with_turn_costs, read};

/// A street and a direction: as drawn, or not.
type Way = (u32, bool);

/// A place's streets as a study has them: chains joined.
fn roads(test: &str, place: &str, grid: &Grid, profile: &Profile) -> Option<StreetGraph> {
    Some(read(test, place, grid, profile)?.streets.condensed().0)
}

/// Finds the number that each street of the graph has in the network: they come in the same order, some left out.
fn numbers(graph: &StreetGraph, network: &StreetNetwork) -> BTreeMap<EdgeIndex, u32> {
    let mut numbers = BTreeMap::new();
    let mut frozen = (0..).zip(network.shapes()).peekable();
    for edge in graph.graph().edge_indices() {
        let shape = graph.graph()[edge].shape.as_slice();
        if let Some((street, _)) = frozen.next_if(|(_, (_, own))| *own == shape) {
            numbers.insert(edge, street);
        }
    }
    assert_eq!(numbers.len(), network.street_count());
    numbers
}

/// The restrictions as runs of streets of the network, with what each allows after the run.
struct Rules {
    no: Vec<Vec<Way>>,
    /// For each run all streets that one may go on to.
    only: BTreeMap<Vec<Way>, Vec<Option<Way>>>,
}

impl Rules {
    fn new(graph: &StreetGraph, network: &StreetNetwork) -> Self {
        let numbers = numbers(graph, network);
        let mut rules = Self {
            no: Vec::new(),
            only: BTreeMap::new(),
        };
        for restriction in graph.restrictions() {
            let ways = restriction.path.iter();
            let mut path: Vec<Option<Way>> = ways
                .map(|(edge, forward)| numbers.get(edge).map(|street| (*street, *forward)))
                .collect();
            let last = path.pop().unwrap();
            let Some(mut before) = path.into_iter().collect::<Option<Vec<Way>>>() else {
                continue;
            };
            match (restriction.rules[0], last) {
                (Some(TurnRule::No), Some(last)) => {
                    before.push(last);
                    rules.no.push(before);
                }
                (Some(TurnRule::Only), last) => rules.only.entry(before).or_default().push(last),
                _ => {}
            }
        }
        rules
    }

    fn assert_kept(&self, route: &Route) {
        let ways: Vec<Way> = route
            .legs()
            .iter()
            .map(|leg| (leg.street, leg.forward))
            .collect();
        for no in &self.no {
            assert!(
                !ways.windows(no.len()).any(|run| run == no),
                "breaks a restriction"
            );
        }
        for (before, allowed) in &self.only {
            for run in ways.windows(before.len() + 1) {
                if run.starts_with(before) {
                    assert!(allowed.contains(&run.last().copied()), "not as ordered");
                }
            }
        }
    }
}

fn assert_sound(route: &Route, from: &Snap, to: &Snap) {
    let legs = route.legs().iter().map(|leg| leg.cost);
    let steps = route.steps().iter().map(|step| step.cost);
    let classes = route.summary().classes.iter().map(|own| own.1);
    assert_eq!(legs.fold(Cost::ZERO, |sum, cost| sum + cost), route.cost());
    assert_eq!(steps.fold(Cost::ZERO, |sum, cost| sum + cost), route.cost());
    assert_eq!(
        classes.fold(Cost::ZERO, |sum, cost| sum + cost),
        route.cost()
    );
    let points = route.points();
    assert_eq!(
        (points[0], points[points.len() - 1]),
        (from.point(), to.point())
    );
    for pair in route.legs().windows(2) {
        assert_eq!(pair[0].points.end(), pair[1].points.start());
    }
    let length: f64 = points
        .windows(2)
        .map(|pair| (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]))
        .sum();
    let tolerance = 0.002 + 0.0005 * route.legs().len() as f64 + 1e-6;
    assert!((length - route.distance().value()).abs() <= tolerance);
    if let Some(underfoot) = &route.summary().underfoot {
        let surfaces: f64 = underfoot.surfaces.iter().map(|own| own.1.value()).sum();
        assert!(underfoot.unknown.value() <= route.distance().value() + 1e-6);
        assert!(surfaces <= route.distance().value() + 1e-6);
    }
}

/// Looks at every way between some places, over at least so many turn restrictions, and returns how many steps they have on average.
fn assert_routes(
    graph: &StreetGraph,
    profile: &Profile,
    metric: Metric,
    restrictions: usize,
) -> usize {
    let (network, report) = graph.freeze_by(0, profile, metric).unwrap();
    assert!(report.restrictions >= restrictions, "{report:?}");
    let rules = Rules::new(graph, &network);
    let hierarchy = Hierarchy::new(&network);
    let mut query = Query::new(&hierarchy);
    let places = beside(&network, 1..41);
    let (mut routes, mut steps) = (0, 0);
    for from in &places {
        let tree = costs_from(&network, from);
        for to in &places {
            let route = Route::find(&network, &mut query, from, to).unwrap();
            assert_eq!(Some(route.cost()), tree.cost(to));
            assert_eq!(
                Some(route.cost()),
                route_cost(&network, &mut query, from, to)
            );
            assert_sound(&route, from, to);
            rules.assert_kept(&route);
            routes += 1;
            steps += route.steps().len();
        }
    }
    assert!(routes > 1000, "{routes} routes");
    steps / routes
}

#[test]
fn routes_over_newport_add_up_join_and_break_no_restriction() {
    let test = "routes_over_newport_add_up_join_and_break_no_restriction";
    let profile = Profile::drive();
    let Some(graph) = roads(test, "newport", &Grid::BritishNational, &profile) else {
        return;
    };
    for metric in [Metric::FastestTime, Metric::ShortestDistance] {
        let steps = assert_routes(&graph, &profile, metric, 31);
        assert!((5..60).contains(&steps), "{steps} steps a route");
    }
}

#[test]
fn routes_over_porto_add_up_join_and_break_no_restriction() {
    let test = "routes_over_porto_add_up_join_and_break_no_restriction";
    let profile = Profile::drive();
    let Some(graph) = roads(test, "porto", &PORTO, &profile) else {
        return;
    };
    assert_routes(&graph, &profile, Metric::FastestTime, 31);
    let profile = driving_with_turn_costs();
    assert_routes(&graph, &profile, Metric::FastestTime, 31);
}

#[test]
fn routes_over_the_isle_of_man_add_up_join_and_break_no_restriction() {
    let test = "routes_over_the_isle_of_man_add_up_join_and_break_no_restriction";
    let profile = Profile::drive();
    let Some(graph) = roads(test, "isle-of-man", &Grid::BritishNational, &profile) else {
        return;
    };
    for profile in [profile, driving_with_turn_costs()] {
        for metric in [Metric::FastestTime, Metric::ShortestDistance] {
            assert_routes(&graph, &profile, metric, 20);
        }
    }
}

#[test]
fn walks_over_newport_say_what_the_data_do_not() {
    let test = "walks_over_newport_say_what_the_data_do_not";
    for profile in [Profile::walk(), Profile::wheelchair()] {
        let Some(graph) = roads(test, "newport", &Grid::BritishNational, &profile) else {
            return;
        };
        assert_routes(&graph, &profile, Metric::FastestTime, 0);
        let (network, _) = graph.freeze(0, &profile).unwrap();
        let hierarchy = Hierarchy::new(&network);
        let mut query = Query::new(&hierarchy);
        let places = beside(&network, 1..21);
        let (mut unknown, mut far) = (0.0, 0.0);
        for to in &places {
            let route = Route::find(&network, &mut query, &places[0], to).unwrap();
            let underfoot = route.summary().underfoot.clone().unwrap();
            unknown += underfoot.unknown.value();
            assert!(profile.limits.is_none() || underfoot.steps.value() == 0.0);
            far += route.distance().value();
        }
        assert!(unknown > far / 10.0 && unknown <= far, "{unknown} of {far}");
        let mut streets = 0..network.street_count() as u32;
        let any_steps = streets.any(|street| network.footing(street).is_steps());
        assert_eq!(any_steps, profile.limits.is_none());
    }
}
