//! Grids: the Ordnance Survey's own test points, published Irish points, the geodesic, round trips, and what is refused.

#![allow(clippy::unwrap_used)] // Clippy lets tests unwrap, but not the helpers beside them.

use catchment_core::grid::{Grid, GridError, GridPoint, LonLat, Side};
use geo::{Bearing, Destination, Distance, Geodesic, Point};
use proptest::prelude::*;

const BRITISH: Grid = Grid::BritishNational;
const PORTO: Grid = Grid::Local {
    lon: -8.61,
    lat: 41.15,
};

fn at(lon: f64, lat: f64) -> LonLat {
    LonLat { lon, lat }
}

fn apart(a: GridPoint, b: GridPoint) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

fn ground(a: LonLat, b: LonLat) -> f64 {
    Geodesic.distance(Point::new(a.lon, a.lat), Point::new(b.lon, b.lat))
}

/// Goes to degrees and back, and returns how far from the start that ends, in metres.
fn round_trip(grid: Grid, point: GridPoint) -> Result<f64, GridError> {
    let there = grid.to_lon_lat(point)?;
    Ok(apart(grid.to_grid(there)?, point))
}

/// A point of the Ordnance Survey's OSTN15 developer pack.
struct TestPoint {
    name: &'static str,
    degrees: LonLat,
    /// What the position converts to.
    grid: GridPoint,
    /// What the Ordnance Survey's own inverse takes to the position; up to 5 mm from `grid`, because its printed series are
    /// truncated and do not quite undo each other.
    reverse: GridPoint,
}

fn test_points() -> Vec<TestPoint> {
    include_str!("../../../data/ostn15/test_points.csv")
        .lines()
        .skip(1)
        .map(|line| {
            let (name, numbers) = line.split_once(',').unwrap();
            let n: Vec<f64> = numbers.split(',').map(|n| n.parse().unwrap()).collect();
            TestPoint {
                name,
                degrees: at(n[1], n[0]),
                grid: GridPoint { x: n[2], y: n[3] },
                reverse: GridPoint { x: n[4], y: n[5] },
            }
        })
        .collect()
}

#[test]
fn ordnance_survey_points_to_the_grid() {
    let points = test_points();
    assert_eq!(points.len(), 40);
    for p in points {
        let error = apart(BRITISH.to_grid(p.degrees).unwrap(), p.grid);
        // Measured: 1.5 mm at St Kilda, furthest from the central meridian, where the series the Ordnance Survey prints is itself
        // 1 mm off; 0.7 mm elsewhere, which is the rounding of the published figures.
        let allowed = if p.name == "TP31" { 0.002 } else { 0.001 };
        assert!(error <= allowed, "{}: {error} m", p.name);
    }
}

#[test]
fn ordnance_survey_points_from_the_grid() {
    for p in test_points() {
        let error = ground(BRITISH.to_lon_lat(p.reverse).unwrap(), p.degrees);
        // Measured: 6.0 mm at St Kilda, 2.0 mm at the Flannan Isles, 0.7 mm elsewhere.
        assert!(error <= 0.007, "{}: {error} m", p.name);
        let error = ground(BRITISH.to_lon_lat(p.grid).unwrap(), p.degrees);
        let allowed = if p.name == "TP31" { 0.002 } else { 0.001 };
        assert!(error <= allowed, "{}: {error} m", p.name);
    }
}

#[test]
fn the_ends_of_britain_are_on_the_british_grid() {
    for (place, lon, lat) in [
        ("Muckle Flugga", -0.885, 60.855),
        ("Foula", -2.07, 60.13),
        ("North Rona", -5.83, 59.12),
        ("St Kilda", -8.58, 57.81),
        ("Flannan Isles", -7.59, 58.29),
        ("Islay, Rinns", -6.52, 55.67),
        ("Mull of Kintyre", -5.80, 55.30),
        ("Calf of Man", -4.83, 54.05),
        ("Skokholm", -5.28, 51.70),
        ("Scilly, Bishop Rock", -6.445, 49.873),
        ("The Lizard", -5.20, 49.96),
        ("Dover", 1.35, 51.12),
        ("Lowestoft", 1.763, 52.481),
    ] {
        assert!(BRITISH.to_grid(at(lon, lat)).is_ok(), "{place}");
    }
}

#[test]
fn ireland_and_the_continent_are_not_on_the_british_grid() {
    for (place, lon, lat, side) in [
        ("Belfast", -5.93, 54.597, Side::West),
        ("Ballyquintin Point", -5.49, 54.33, Side::West),
        ("Burr Point", -5.43, 54.48, Side::West),
        ("Mew Island", -5.515, 54.70, Side::West),
        ("Torr Head", -6.066, 55.197, Side::West),
        ("Rathlin", -6.166, 55.262, Side::West),
        ("Dublin", -6.26, 53.35, Side::West),
        ("Carnsore Point", -6.36, 52.17, Side::West),
        ("Calais", 1.85, 50.95, Side::South),
        ("Cap Gris-Nez", 1.58, 50.87, Side::South),
        ("Dieppe", 1.08, 49.93, Side::South),
        ("Alderney", -2.20, 49.73, Side::South),
        ("Ostend", 2.92, 51.23, Side::East),
        ("Bergen", 5.32, 60.39, Side::East),
        ("Reykjavik", -21.9, 64.1, Side::West),
        ("Madrid", -3.70, 40.42, Side::South),
        ("North Pole", 0.0, 90.0, Side::North),
    ] {
        assert_eq!(
            BRITISH.to_grid(at(lon, lat)),
            Err(GridError::OutsideGrid {
                grid: "British National Grid",
                side
            }),
            "{place}"
        );
    }
}

#[test]
fn errors_never_print_a_position() {
    let off = [
        BRITISH.to_grid(at(-5.93, 54.597)).map(|_| ()),
        Grid::Irish.to_grid(at(-5.03, 54.90)).map(|_| ()),
        PORTO.to_grid(at(-3.70, 40.42)).map(|_| ()),
        BRITISH.to_lon_lat(GridPoint { x: 1e6, y: 5e5 }).map(|_| ()),
        BRITISH.to_grid(at(f64::NAN, 54.0)).map(|_| ()),
    ];
    for result in off {
        let error = result.unwrap_err();
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(!text.contains(|c: char| c.is_ascii_digit()), "{text}");
        }
    }
    assert_eq!(
        BRITISH.to_grid(at(-5.93, 54.597)).unwrap_err().to_string(),
        "the position lies west of the area served by the British National Grid"
    );
}

#[test]
fn what_is_no_position_is_refused() {
    for grid in [BRITISH, Grid::Irish, PORTO] {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(grid.to_grid(at(bad, 53.0)), Err(GridError::NotFinite));
            assert_eq!(grid.to_grid(at(-2.0, bad)), Err(GridError::NotFinite));
            let point = GridPoint { x: 3e5, y: bad };
            assert_eq!(grid.to_lon_lat(point), Err(GridError::NotFinite));
        }
        // Metres read as degrees, and latitude before longitude with a longitude no latitude can be.
        assert_eq!(
            grid.to_grid(at(450_000.0, 30_000.0)),
            Err(GridError::NotDegrees)
        );
        assert_eq!(grid.to_grid(at(51.0, -114.0)), Err(GridError::NotDegrees));
    }
    for centre in [(f64::NAN, 0.0), (200.0, 0.0), (0.0, 91.0)] {
        let grid = Grid::Local {
            lon: centre.0,
            lat: centre.1,
        };
        assert_eq!(grid.to_grid(at(0.0, 0.0)), Err(GridError::Centre));
    }
}

#[test]
fn irish_places_are_on_the_irish_grid_and_scottish_ones_are_not() {
    // The Spire of Dublin and Belfast City Hall by their published Irish Grid references, to the metre and to 100 m.
    let spire = Grid::Irish.to_grid(at(-6.260_273, 53.349_805)).unwrap();
    let published = GridPoint {
        x: 315_904.0,
        y: 234_671.0,
    };
    assert!(apart(spire, published) < 10.0, "{spire:?}");
    let hall = Grid::Irish.to_grid(at(-5.930_1, 54.596_5)).unwrap();
    let published = GridPoint {
        x: 333_800.0,
        y: 374_000.0,
    };
    assert!(apart(hall, published) < 150.0, "{hall:?}");
    for (place, lon, lat) in [
        ("Tearaght", -10.66, 52.076),
        ("Fastnet", -9.60, 51.39),
        ("Inishtrahull", -7.23, 55.43),
        ("Burr Point", -5.43, 54.48),
    ] {
        assert!(Grid::Irish.to_grid(at(lon, lat)).is_ok(), "{place}");
    }
    assert_eq!(
        Grid::Irish.to_grid(at(-5.03, 54.90)),
        Err(GridError::OutsideGrid {
            grid: "Irish Grid",
            side: Side::East
        }),
        "Stranraer"
    );
}

#[test]
fn local_lengths_are_those_of_the_geodesic() {
    let centre = at(-8.61, 41.15);
    let origin = PORTO.to_grid(centre).unwrap();
    assert!(apart(origin, GridPoint { x: 0.0, y: 0.0 }) < 1e-6);
    for start_distance in [0.0, 5_000.0, 20_000.0] {
        for bearing in [0.0, 37.0, 90.0, 200.0, 315.0] {
            let start = Geodesic.destination(Point::new(-8.61, 41.15), bearing, start_distance);
            let end = Geodesic.destination(start, bearing + 65.0, 10_000.0);
            let a = PORTO.to_grid(at(start.x(), start.y())).unwrap();
            let b = PORTO.to_grid(at(end.x(), end.y())).unwrap();
            let relative = (apart(a, b) / 10_000.0 - 1.0).abs();
            assert!(relative < 2e-5, "{start_distance} {bearing}: {relative}");
        }
    }
    // North is up at the centre.
    let north = Geodesic.bearing(Point::new(-8.61, 41.15), Point::new(-8.61, 41.25));
    let up = PORTO.to_grid(at(-8.61, 41.25)).unwrap();
    assert!(north.rem_euclid(360.0).min(1.0) < 1e-9 && up.x.abs() < 1e-6 && up.y > 11_000.0);
}

#[test]
fn local_grids_asked_in_turn_answer_each_for_itself() {
    let elsewhere = Grid::Local {
        lon: -9.14,
        lat: 38.72,
    };
    let between = LonLat {
        lon: -8.9,
        lat: 40.0,
    };
    let [first, other] = [PORTO, elsewhere].map(|grid| grid.to_grid(between).unwrap());
    // Both centres lie more than 100 km from it, on either side.
    assert!(first.y < -100_000.0 && other.y > 100_000.0);
    for _ in 0..2 {
        for (grid, point) in [(PORTO, first), (elsewhere, other)] {
            assert_eq!(grid.to_grid(between).unwrap(), point);
            let back = grid.to_lon_lat(point).unwrap();
            assert!(
                (back.lon - between.lon).abs() < 1e-10 && (back.lat - between.lat).abs() < 1e-10
            );
        }
    }
}

#[test]
fn local_grids_end_at_three_degrees_of_arc_and_cross_the_date_line() {
    for (bearing, side) in [
        (0.0, Side::North),
        (90.0, Side::East),
        (180.0, Side::South),
        (270.0, Side::West),
    ] {
        let go = |metres: f64| {
            let end = Geodesic.destination(Point::new(-8.61, 41.15), bearing, metres);
            PORTO.to_grid(at(end.x(), end.y()))
        };
        assert!(go(333_000.0).is_ok(), "{side:?}");
        let refused = GridError::OutsideGrid {
            grid: "local transverse Mercator grid",
            side,
        };
        assert_eq!(go(335_000.0), Err(refused));
    }
    let taveuni = Grid::Local {
        lon: 179.98,
        lat: -16.8,
    };
    let east = taveuni.to_grid(at(-179.92, -16.9)).unwrap();
    assert!((east.x - 10_650.0).abs() < 10.0, "{east:?}");
    let back = taveuni.to_lon_lat(east).unwrap();
    assert!((back.lon + 179.92).abs() < 1e-10, "{back:?}");
}

#[test]
fn a_grid_is_written_as_its_name() {
    for (grid, text, epsg) in [
        (BRITISH, r#""british-national""#, Some(27_700)),
        (Grid::Irish, r#""irish""#, Some(29_903)),
        (PORTO, r#"{"local":{"lon":-8.61,"lat":41.15}}"#, None),
    ] {
        assert_eq!(serde_json::to_string(&grid).unwrap(), text);
        assert_eq!(serde_json::from_str::<Grid>(text).unwrap(), grid);
        assert_eq!(grid.epsg(), epsg);
    }
}

proptest! {
    #[test]
    fn every_served_point_of_the_british_grid_comes_back(
        x in -1_000.0..701_000.0_f64,
        y in -1_000.0..1_251_000.0_f64,
    ) {
        match round_trip(BRITISH, GridPoint { x, y }) {
            Ok(error) => prop_assert!(error < 1e-6, "{error} m"),
            Err(error) => {
                let outside = matches!(error, GridError::OutsideGrid { .. });
                prop_assert!(outside, "{error}");
            }
        }
    }

    /// The sea south of the Isle of Wight, where the invented council of the examples lies.
    #[test]
    fn the_open_sea_south_of_wight_is_served(
        x in 430_000.0..=470_000.0_f64,
        y in 20_000.0..=50_000.0_f64,
    ) {
        let error = round_trip(BRITISH, GridPoint { x, y });
        prop_assert!(error.is_ok_and(|error| error < 1e-6));
    }

    #[test]
    fn the_british_mainland_is_served(x in 330_000.0..550_000.0_f64, y in 100_000.0..560_000.0_f64) {
        let error = round_trip(BRITISH, GridPoint { x, y });
        prop_assert!(error.is_ok_and(|error| error < 1e-6));
    }

    #[test]
    fn the_irish_grid_comes_back(lon in -10.7..=-5.3_f64, lat in 51.3..=55.5_f64) {
        let point = Grid::Irish.to_grid(at(lon, lat)).unwrap();
        // A hair over the edge may be refused on the way back.
        if let Ok(back) = Grid::Irish.to_lon_lat(point) {
            prop_assert!(ground(back, at(lon, lat)) < 1e-5);
        } else {
            prop_assert!((lon + 8.0).abs() > 2.699 || (lat - 53.4).abs() > 2.099);
        }
    }

    #[test]
    fn local_grids_come_back(
        lon in -180.0..=180.0_f64,
        lat in -80.0..=80.0_f64,
        x in -334_000.0..=334_000.0_f64,
        y in -333_000.0..=333_000.0_f64,
    ) {
        // Points on the very edge may fall off it by rounding; x is drawn up to it, so allow that one error.
        let grid = Grid::Local { lon, lat };
        match round_trip(grid, GridPoint { x, y }) {
            Ok(error) => prop_assert!(error < 1e-6, "{error} m"),
            Err(_) => prop_assert!(x.abs() > 333_999.0),
        }
    }

    #[test]
    fn no_number_panics(a in any::<f64>(), b in any::<f64>(), c in -200.0..200.0_f64, d in -100.0..100.0_f64) {
        for grid in [BRITISH, Grid::Irish, Grid::Local { lon: c, lat: d }] {
            for (x, y) in [(a, b), (c, d), (c * 1e4, d * 1e4)] {
                if let Ok(point) = grid.to_grid(at(x, y)) {
                    prop_assert!(point.x.is_finite() && point.y.is_finite());
                }
                if let Ok(position) = grid.to_lon_lat(GridPoint { x, y }) {
                    prop_assert!(position.lon.is_finite() && position.lat.is_finite());
                }
            }
        }
    }
}
