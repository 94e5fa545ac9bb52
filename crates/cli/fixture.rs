//! A study small enough to work out on paper, for tests: one road of 2 km east from a corner, driven at 36 km/h.

use catchment_core::grid::{Grid, GridPoint};
use catchment_core::id::Table;
use catchment_core::place::{Asset, AssetSource, GeocodeGrade, Postcode, Site};
use catchment_core::provenance::Provenance;
use catchment_core::study::{About, Settings, Study, StudyParts};
use catchment_travel::{Metres, PreparedNetwork, Profile, StreetGraphBuilder, StreetNetwork, Tags};
use jiff::civil::date;

/// A place on the map of Newport where the road begins, on the British National Grid.
pub(crate) const NEWPORT: [f64; 2] = [331_000.0, 187_000.0];

fn road([x, y]: [f64; 2]) -> StreetNetwork {
    let profiles = [Profile::drive()];
    let mut streets = StreetGraphBuilder::new(&profiles);
    let ends = [[x, y], [x + 2000.0, y]];
    let junctions = ends.map(|end| streets.junction(end, Tags::new(&[])));
    let tags = [("highway", "residential"), ("maxspeed", "36")];
    streets.street(
        junctions[0],
        junctions[1],
        ends.to_vec(),
        Tags::new(&tags),
        None,
    );
    streets.finish().freeze(0, &profiles[0]).unwrap().0
}

fn site(key: &str, name: &str, point: GridPoint) -> Site {
    Site {
        key: key.to_owned(),
        name: name.to_owned(),
        postcode: None,
        point,
        grade: GeocodeGrade::Coordinates,
        step_free: None,
    }
}

/// A study on a grid whose road begins at a corner.
pub(crate) fn study(grid: Grid, corner: [f64; 2]) -> Study {
    let at = |metres: f64| GridPoint {
        x: corner[0] + metres,
        y: corner[1],
    };
    let asset = |key: &str, name: &str, metres: f64| Asset {
        key: key.to_owned(),
        name: name.to_owned(),
        kind: "library".to_owned(),
        postcode: None,
        point: at(metres),
        grade: GeocodeGrade::Coordinates,
        step_free: None,
        source: AssetSource::Table,
    };
    let postcode = |code: &str, metres: f64| Postcode {
        code: code.to_owned(),
        point: at(metres),
    };
    Study::assemble(StudyParts {
        about: About {
            title: "One road".to_owned(),
            reference_date: date(2023, 3, 6),
            grid,
            notice: None,
            invented: true,
        },
        settings: Settings {
            profile: "drive".to_owned(),
            snap_cap: Metres::new(1000.0),
            release_profile: "le7_round5".to_owned(),
        },
        provenance: Provenance::default(),
        networks: vec![PreparedNetwork::new(road(corner))],
        area_sets: Table::default(),
        areas: Table::default(),
        population: None,
        deprivation: Vec::new(),
        postcodes: Table::new(vec![
            postcode("NP20 4AA", 100.0),
            postcode("NP20 4AB", 300.0),
        ]),
        organisations: Table::default(),
        sites: Table::new(vec![
            site("S01", "The Hub", at(0.0)),
            site("S02", "Riverside Day Centre", at(1000.0)),
            site("S03", "Hill House", at(1500.0)),
            site("S04", "Hill House", at(2000.0)),
        ]),
        services: Table::default(),
        users: Table::default(),
        attendances: Vec::new(),
        lookups: Vec::new(),
        returns: Vec::new(),
        assets: Table::new(vec![
            asset("A1", "Central Library", 500.0),
            asset("A2", "The Hub", 700.0),
        ]),
    })
}
