//! Opens bytes whatever their checksums say and travels through what could be opened, for fuzzing: whatever a bundle's streets were
//! validated for must come back, whatever it answers. It holds no answer against another.

use std::ops::ControlFlow;

use catchment_core::journey::Journeys;
use catchment_travel::{
    Change, Cost, Isochrones, KmPerHour, ManyToMany, Metres, Metric, NewStreetPlan, Outlines,
    PreparedNetwork, Reach, Route, Scenario, Seconds, SharedBytes, Snap, StreetClass, Surroundings,
    TOLERANCE, TimeAndDistance, WIDTH, Way, Which,
};

use super::{Look, decode};

/// How many points are travelled between.
const FEW: usize = 12;

/// Opens a bundle and, where it can be used, asks everything of its streets. Says whether it could be used.
pub(crate) fn open_bytes(bytes: &[u8]) -> bool {
    let bytes = SharedBytes::new(bytes.to_vec());
    // Streets that are opened at once are trusted, so that opening them is all that has to come back.
    let _ = decode(&bytes, Look::Lengths);
    let Ok(study) = decode(&bytes, Look::Numbers) else {
        return false;
    };
    let journeys = Journeys::compute(&study, study.postcode_snaps());
    let first = journeys.from_start(0).len();
    for prepared in &study.parts().networks {
        travel(prepared);
        if let Ok((changed, _)) = changes(prepared).prepare(prepared) {
            travel(&changed);
        }
    }
    first == study.site_snaps().len() || study.postcode_snaps().is_empty()
}

/// Closes a street, slows another and adds a third.
fn changes(prepared: &PreparedNetwork) -> Scenario {
    let network = prepared.network();
    let last = network.junction_count() as u32 - 1;
    let mut scenario = Scenario::default();
    scenario.push(Change::Close {
        which: Which::Street(0),
        way: Way::Both,
    });
    scenario.push(Change::Speed {
        which: Which::Street(network.street_count() as u32 - 1),
        way: Way::Forward,
        speed: KmPerHour::new(7.0),
    });
    scenario.push(Change::Add(NewStreetPlan {
        line: vec![network.junction(0), network.junction(last)],
        within: Metres::new(500.0),
        class: StreetClass::Minor,
        name: None,
        forward: Some(KmPerHour::new(30.0)),
        backward: None,
    }));
    scenario
}

fn travel(prepared: &PreparedNetwork) {
    let network = prepared.network();
    assert!(network.shapes().count() == network.street_count());
    for street in 0..network.street_count() as u32 {
        let _ = (network.name(street), network.unknown(street));
    }
    let snapper = prepared.snapper();
    let junctions = (0..network.junction_count() as u32).take(FEW);
    let places: Vec<Snap> = junctions
        .filter_map(|junction| {
            let snap = snapper.snap(network.junction(junction), Metres::new(1e9));
            snap.ok()
        })
        .collect();
    let mut query = prepared.query();
    for node in 1..network.node_count().min(40) as u32 {
        let _ = query.path(&[(node - 1, Cost::ZERO)], &[(node, Cost::ZERO)]);
    }
    for pair in places.windows(2) {
        let _ = Route::find(network, &mut query, &pair[0], &pair[1]);
    }
    let many = prepared.many();
    among(&many, &places);
    if network.metric() == Metric::FastestTime {
        among(&many.within(Seconds::new(60.0)), &places);
    }
    for place in places.iter().take(2) {
        isochrone(prepared, place);
    }
}

/// Asks for tables, the nearest and what is reached.
fn among(many: &ManyToMany<'_>, places: &[Snap]) {
    let _ = many.matrix(places, places);
    let _ = many.nearest(places, places, 3);
    let nearest = many.nearest_from_everywhere(places);
    for place in places {
        let _ = nearest.of_snap(place);
    }
    let look = |reach: &Reach<'_, TimeAndDistance>| {
        for point in 0..reach.points().len() {
            let _ = reach.at(point, 0);
        }
        ControlFlow::<()>::Continue(())
    };
    let _ = many.for_each_reach_from(places, look);
}

fn isochrone(prepared: &PreparedNetwork, place: &Snap) {
    let network = prepared.network();
    let budgets = [30.0, 300.0].map(Seconds::new);
    let Ok(mut isochrones) = Isochrones::new(network) else {
        return;
    };
    let _ = isochrones.to(place, &budgets);
    let Ok(reached) = isochrones.from(place, &budgets) else {
        return;
    };
    for band in reached.bands() {
        for part in band.stretches() {
            let _ = part.shape(network);
        }
    }
    if let Ok(ground) = Surroundings::around(network, &reached, WIDTH, TOLERANCE) {
        let _ = Outlines::new(&ground).of(&reached);
    }
}
