//! Routes held against the search's cost, against the list of restrictions, and against towns drawn by hand.

use proptest::prelude::*;

use super::{Kind, Route, Turn};
use crate::drawn::Town;
use crate::network::oracle_tests::{Oracle, build, drawn, middles, profiles};
use crate::sweep::tests::town;
use crate::{
    Cost, Hierarchy, Metres, Metric, Profile, Query, Snap, Snapper, StreetClass, StreetNetwork,
    Surface, TurnRule, costs_from, route_cost,
};

/// Checks all that must be true of a route, whatever its way.
fn assert_sound(network: &StreetNetwork, route: &Route, from: &Snap, to: &Snap) {
    let zero = Cost::ZERO;
    let legs = route.legs();
    assert_eq!(
        legs.iter().fold(zero, |sum, leg| sum + leg.cost),
        route.cost()
    );
    let steps = route.steps();
    assert_eq!(
        steps.iter().fold(zero, |sum, step| sum + step.cost),
        route.cost()
    );
    let classes = &route.summary().classes;
    assert_eq!(
        classes.iter().fold(zero, |sum, own| sum + own.1),
        route.cost()
    );
    // Steps are runs of legs, one after the other.
    let mut next = 0;
    for step in steps {
        assert_eq!(step.legs.start, next);
        assert!(
            step.legs.end > next && (0.0..360.0).contains(&step.bearing),
            "{step:?}"
        );
        next = step.legs.end;
        let own = &legs[step.legs.clone()];
        assert_eq!(step.points.start(), own[0].points.start());
        assert_eq!(step.points.end(), own[own.len() - 1].points.end());
        assert!(!step.words().is_empty());
    }
    assert_eq!(next, legs.len());
    assert_line(network, route, from, to);
}

/// Checks that the line is one line along the legs' streets, and as long as the journey.
fn assert_line(network: &StreetNetwork, route: &Route, from: &Snap, to: &Snap) {
    let (points, legs) = (route.points(), route.legs());
    assert!(points.len() >= 2);
    assert_eq!(
        (points[0], points[points.len() - 1]),
        (from.point(), to.point())
    );
    let ends = |leg: &super::Leg| {
        let street = &network.streets[leg.street as usize];
        (street.tail(leg.dart()), street.head(leg.dart()))
    };
    for pair in legs.windows(2) {
        assert_eq!(
            ends(&pair[0]).1,
            ends(&pair[1]).0,
            "legs that do not follow"
        );
        assert_eq!(pair[0].points.end(), pair[1].points.start());
        let joint = network.junction(ends(&pair[1]).0);
        let point = points[*pair[1].points.start()];
        assert!((point[0] - joint[0]).hypot(point[1] - joint[1]) < 0.001);
    }
    let length: f64 = points
        .windows(2)
        .map(|pair| (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1]))
        .sum();
    let tolerance = 0.002 + 0.0005 * legs.len() as f64;
    let off = (length - route.distance().value()).abs();
    assert!(
        off <= tolerance + 1e-6,
        "{off} m off over {} legs",
        legs.len()
    );
}

/// Goes through a route turn by turn: each must be allowed, and cost what it costs.
fn assert_allowed(oracle: &Oracle<'_>, network: &StreetNetwork, route: &Route) {
    let mut travelled: Vec<u32> = Vec::new();
    let mut phase = None;
    let last = route.legs().len().saturating_sub(1);
    for (place, leg) in route.legs().iter().enumerate() {
        let dart = leg.dart();
        let street = &network.streets[leg.street as usize];
        assert!(street.time(dart).is_some(), "against a one-way street");
        if travelled.is_empty() {
            phase = Some(u8::from(!network.is_ends_only(leg.street)));
        } else {
            let turn = oracle.turn(&travelled, dart);
            assert!(turn.is_some(), "a forbidden turn: {travelled:?}, {dart}");
            if network.metric() == Metric::FastestTime && place < last {
                let whole = street.cost(dart, Metric::FastestTime);
                assert_eq!(leg.cost, whole + Cost::new(turn.unwrap_or(0), 0));
            }
            phase = phase.and_then(|phase| oracle.phase(phase, dart));
            assert!(phase.is_some(), "through a street for the ends of journeys");
        }
        travelled.push(dart);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn routes_are_what_the_search_found(
        network in town(),
        places in prop::collection::vec((-50.0f64..2050.0, -50.0f64..2050.0), 2..6),
    ) {
        let snapper = Snapper::new(&network);
        // At junctions and within streets.
        let corners = (0..network.junction_count().min(3) as u32).map(|junction| network.junction(junction));
        let places: Vec<Snap> = places.iter().map(|(x, y)| [*x, *y]).chain(corners)
            .filter_map(|place| snapper.snap(place, Metres::new(10_000.0)).ok())
            .collect();
        let hierarchy = Hierarchy::new(&network);
        let mut query = Query::new(&hierarchy);
        for from in &places {
            let tree = costs_from(&network, from);
            for to in &places {
                let route = Route::find(&network, &mut query, from, to);
                prop_assert_eq!(route.as_ref().map(Route::cost), tree.cost(to));
                prop_assert_eq!(route.as_ref().map(Route::cost), route_cost(&network, &mut query, from, to));
                if let Some(route) = route {
                    assert_sound(&network, &route, from, to);
                }
                let plain = Route::find_plainly(&network, from, to);
                prop_assert_eq!(plain.as_ref().map(Route::cost), tree.cost(to));
                if let Some(plain) = plain {
                    assert_sound(&network, &plain, from, to);
                }
            }
        }
    }

    #[test]
    fn routes_obey_every_restriction(town in drawn(), which in 0usize..3, short: bool) {
        let profile = &profiles()[which];
        let graph = build(profile, &town);
        let metric = if short { Metric::ShortestDistance } else { Metric::FastestTime };
        let Ok((network, _)) = graph.freeze_by(0, profile, metric) else { return Ok(()) };
        let turned = network.by_metric(Metric::ShortestDistance);
        let oracle = Oracle::new(&graph, &network);
        let hierarchy = Hierarchy::new(&network);
        let mut query = Query::new(&hierarchy);
        let places = middles(&network);
        for from in &places {
            let tree = costs_from(&network, from);
            for to in &places {
                let route = Route::find(&network, &mut query, from, to);
                prop_assert_eq!(route.as_ref().map(Route::cost), tree.cost(to));
                let Some(route) = route else { continue };
                assert_sound(&network, &route, from, to);
                assert_allowed(&oracle, &network, &route);
                let shortest = Route::find_plainly(&turned, from, to).ok_or_else(|| TestCaseError::fail("no way"))?;
                assert_allowed(&oracle, &turned, &shortest);
                prop_assert!(shortest.cost().millimetres() <= route.cost().millimetres());
                prop_assert!(!short || shortest.cost() == route.cost());
            }
        }
    }
}

/// Goes from the middle of one street to the middle of another.
fn route(town: &Town, from: &str, to: &str) -> Option<Route> {
    let (network, _) = town.freeze();
    let [from, to] = [from, to].map(|word| town.middle(&network, word));
    let hierarchy = Hierarchy::new(&network);
    let route = Route::find(&network, &mut Query::new(&hierarchy), &from, &to)?;
    assert_sound(&network, &route, &from, &to);
    Some(route)
}

fn told(town: &Town, from: &str, to: &str) -> Vec<String> {
    let route = route(town, from, to).unwrap();
    route.steps().iter().map(ToString::to_string).collect()
}

fn corner(profile: Profile) -> Town {
    let drawing = "
        e
        |
        a-b-c
          |
          d-f";
    Town::drawn(profile, drawing)
        .streets("abc", "name=High_Street")
        .streets("bdf", "name=Mill_Lane")
        .streets("ae", "")
}

#[test]
fn turns_are_told_where_there_is_a_choice() {
    let town = corner(Profile::drive());
    assert_eq!(
        told(&town, "ab", "bc"),
        ["Go east along High_Street, 100 m"]
    );
    let right = [
        "Go east along High_Street, 50 m",
        "Turn right onto Mill_Lane, 50 m",
    ];
    assert_eq!(told(&town, "ab", "bd"), right);
    let left = [
        "Go north along Mill_Lane, 50 m",
        "Turn left onto High_Street, 50 m",
    ];
    assert_eq!(told(&town, "db", "ba"), left);
    // A bend is no turn where the name stays, and is one where it changes.
    assert_eq!(told(&town, "bd", "df"), ["Go south along Mill_Lane, 100 m"]);
    let bend = [
        "Go south along an unnamed road, 50 m",
        "Turn left onto High_Street, 50 m",
    ];
    assert_eq!(told(&town, "ea", "ab"), bend);
    let town = town.streets("de", "name=Mill_Lane");
    let stays = [
        "Go south along Mill_Lane, 50 m",
        "Turn left to stay on Mill_Lane, 50 m",
    ];
    assert_eq!(told(&town, "bd", "df"), stays);
}

#[test]
fn where_one_is_and_where_a_street_begins() {
    let town = corner(Profile::drive());
    let (network, _) = town.freeze();
    let hierarchy = Hierarchy::new(&network);
    let mut query = Query::new(&hierarchy);
    let here = town.middle(&network, "ab");
    let nowhere = Route::find(&network, &mut query, &here, &here).unwrap();
    assert_sound(&network, &nowhere, &here, &here);
    assert_eq!((nowhere.cost(), nowhere.points().len()), (Cost::ZERO, 2));
    assert!(nowhere.steps().is_empty() && nowhere.summary().classes.is_empty());
    let snapper = Snapper::new(&network);
    let corners: Vec<Snap> = (0..network.junction_count() as u32)
        .map(|junction| {
            snapper
                .snap(network.junction(junction), Metres::new(1.0))
                .unwrap()
        })
        .collect();
    for from in &corners {
        for to in &corners {
            let route = Route::find(&network, &mut query, from, to).unwrap();
            assert_sound(&network, &route, from, to);
            let whole = route.distance().value() % 100.0;
            assert!(whole < 1e-9, "{whole}");
        }
    }
}

#[test]
fn a_forbidden_turn_makes_a_u_turn() {
    let town = corner(Profile::drive()).rule("abd", TurnRule::No);
    let expected = [
        "Go east along High_Street, 150 m",
        "Make a U-turn on High_Street, 100 m",
        "Turn left onto Mill_Lane, 50 m",
    ];
    assert_eq!(told(&town, "ab", "bd"), expected);
    let steps = route(&town, "ab", "bd").unwrap().steps().to_vec();
    assert_eq!(steps[1].turn, Turn::UTurn);
    assert!(
        (steps[1].bearing - 270.0).abs() < 1e-9,
        "{}",
        steps[1].bearing
    );
}

#[test]
fn a_roundabout_that_is_tagged_counts_its_exits() {
    let ring = |profile| {
        let drawing = "
            f
            |
            c
        a-b   d-g
            e
            |
            h";
        Town::drawn(profile, drawing)
            .streets("bcdeb", "junction=roundabout")
            .streets("ab", "name=West")
            .streets("cf", "name=North")
            .streets("dg", "name=East")
            .streets("eh", "name=South")
    };
    let town = ring(Profile::drive());
    for (to, words) in [
        ("cf", "first exit onto North"),
        ("dg", "second exit onto East"),
        ("eh", "third exit onto South"),
    ] {
        let said = told(&town, "ab", to);
        assert_eq!(said.len(), 2);
        assert!(
            said[1].starts_with(&format!("At the roundabout take the {words}, ")),
            "{said:?}"
        );
    }
    let said = told(&town, "ab", "cd");
    assert!(said[1].starts_with("Go onto the roundabout"), "{said:?}");
    assert!(told(&town, "bc", "dg")[0].contains("along the roundabout"));
    // Whoever walks is told no exits.
    let said = told(&ring(Profile::walk()), "ab", "eh");
    assert!(
        said.iter().all(|step| !step.contains("roundabout")),
        "{said:?}"
    );
}

#[test]
fn ferries_steps_and_private_streets_have_words_of_their_own() {
    let town = Town::drawn(Profile::walk(), "a-b-c-d-e-f")
        .streets("ab", "name=Quay")
        .streets("bc", "highway= route=ferry name=Severn_Ferry")
        .streets("cd", "name=Shore_Road surface=asphalt")
        .streets("de", "highway=steps surface=sett")
        .streets("ef", "highway=service access=private");
    let expected = [
        "Go east along Quay, 50 m",
        "Take the ferry Severn_Ferry, 100 m",
        "Leave the ferry and go east along Shore_Road, 100 m",
        "Continue onto the steps, 100 m",
        "Continue onto an unnamed road, 50 m",
    ];
    assert_eq!(told(&town, "ab", "ef"), expected);
    let route = route(&town, "ab", "ef").unwrap();
    assert_eq!(route.steps()[3].kind, Kind::Steps);
    let underfoot = route.summary().underfoot.clone().unwrap();
    assert_eq!(underfoot.steps, Metres::new(100.0));
    let surfaces = [
        (Surface::NotSaid, Metres::new(100.0)),
        (Surface::Paved, Metres::new(100.0)),
        (Surface::Cobbled, Metres::new(100.0)),
    ];
    assert_eq!(underfoot.surfaces, surfaces);
    // Of the ferry nobody asks.
    assert_eq!(underfoot.unknown, Metres::new(100.0));
    let classes: Vec<StreetClass> = route.summary().classes.iter().map(|own| own.0).collect();
    assert_eq!(
        classes,
        [StreetClass::Minor, StreetClass::Path, StreetClass::Ferry]
    );
}

#[test]
fn a_wheelchair_hears_what_nobody_knows() {
    let town = Town::drawn(Profile::wheelchair(), "a-b-c-d")
        .streets("ab", "surface=asphalt width=2 incline=3%")
        .streets("bc", "surface=asphalt")
        .streets("cd", "wheelchair=yes");
    let route = route(&town, "ab", "cd").unwrap();
    let underfoot = route.summary().underfoot.clone().unwrap();
    let hundred = Metres::new(100.0);
    assert_eq!(underfoot.unknown, hundred);
    assert_eq!(
        (underfoot.width_unknown, underfoot.incline_unknown),
        (hundred, hundred)
    );
    assert_eq!(underfoot.surface_unknown, Metres::default());
    let unsaid = (Surface::NotSaid, Metres::new(50.0));
    assert_eq!(
        underfoot.surfaces[0], unsaid,
        "signed for wheelchairs, of a surface not said"
    );
}

#[test]
fn who_drives_hears_nothing_of_surfaces_and_streets_stay_joined() {
    let patched = |profile| {
        Town::drawn(profile, "a-b-c")
            .streets("ab", "name=High surface=asphalt maxspeed=30")
            .streets("bc", "name=High surface=sett maxspeed=30")
    };
    let drive = patched(Profile::drive());
    let (graph, report) = drive.graph().condensed();
    assert_eq!((report.streets_before, report.streets), (2, 1));
    assert_eq!(
        graph
            .freeze(0, &Profile::drive())
            .unwrap()
            .0
            .footing(0)
            .surface(),
        Surface::NotSaid
    );
    assert!(
        route(&drive, "ab", "bc")
            .unwrap()
            .summary()
            .underfoot
            .is_none()
    );
    assert_eq!(patched(Profile::walk()).graph().condensed().1.streets, 2);
}
