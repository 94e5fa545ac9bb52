//! Times isochrones over a road file: the search, the outlines and both, one thread, a line of JSON for each.
//!
//! ```text
//! isochrone_times FILE GRID PROFILE MINUTES ROUNDS [POINTS|- [TOLERANCE]]
//! ```
//!
//! GRID is `british-national`, `irish`, or `lon,lat` of the centre of a local grid; MINUTES such as `30` or `15,30`; POINTS a file with
//! `lon lat` a line, without which (`-`) twenty places are spread over the network. With it the areas of the largest band are printed too, as
//! GeoJSON, for a comparison with others: `benches/peers/isochrones.py` makes it. Seconds are a round's over its places. It judges
//! nothing.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use catchment_core::grid::{Grid, GridError, GridPoint, LonLat};
use catchment_import::osm::read_roads;
use catchment_travel::{
    Isochrones, Metres, Outlines, Profile, Seconds, Snap, Snapper, StreetNetwork, Surroundings,
    TOLERANCE, WIDTH,
};
use geo::{Area, MapCoords, MultiPolygon};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [file, grid, profile, minutes, rounds, more @ ..] = words.as_slice() else {
        return Err(
            "usage: isochrone_times FILE GRID PROFILE MINUTES ROUNDS [POINTS|- [TOLERANCE]]".into(),
        );
    };
    let grid = parse_grid(grid)?;
    let profiles = [Profile::built_in(profile).ok_or("the profile is not known")?];
    let budgets: Vec<Seconds> = minutes
        .split(',')
        .map(|minutes| Ok(Seconds::new(minutes.parse::<f64>()? * 60.0)))
        .collect::<Result<_, Box<dyn Error>>>()?;
    let roads = read_roads(Path::new(file), file, &grid, &profiles, &mut |_, _| {})?;
    let (network, _) = roads.streets.condensed().0.freeze(0, &profiles[0])?;
    let snapper = Snapper::new(&network);
    let places = match more.first().filter(|points| *points != "-") {
        Some(points) => read_points(&grid, &snapper, &fs::read_to_string(points)?)?,
        None => spread(&network, &snapper),
    };
    let tolerance = match more.get(1) {
        Some(metres) => Metres::new(metres.parse()?),
        None => TOLERANCE,
    };
    let started = Instant::now();
    let ground = Surroundings::new(&network, WIDTH, tolerance)?;
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({ "work": "surroundings", "nodes": network.node_count(), "streets": network.street_count(), "seconds": [seconds] })
    );
    let (mut isochrones, mut outlines) = (Isochrones::new(&network)?, Outlines::new(&ground));
    let (mut searches, mut both) = (Vec::new(), Vec::new());
    for _ in 0..rounds.parse()? {
        let (mut searching, mut all) = (0.0, 0.0);
        for place in &places {
            let started = Instant::now();
            let reached = isochrones.from(place, &budgets)?;
            searching += started.elapsed().as_secs_f64();
            let areas = outlines.of(&reached);
            all += started.elapsed().as_secs_f64();
            assert_eq!(areas.len(), budgets.len());
        }
        searches.push(searching / places.len() as f64);
        both.push(all / places.len() as f64);
    }
    println!("{}", json!({ "work": "search", "seconds": searches }));
    println!("{}", json!({ "work": "isochrone", "seconds": both }));
    for place in &places {
        let reached = isochrones.from(place, &budgets)?;
        let Some(area) = outlines.of(&reached).pop() else {
            continue;
        };
        let length = reached
            .bands()
            .next_back()
            .map(|band| band.length().kilometres());
        let rings = area
            .iter()
            .map(|polygon| polygon.interiors().len() + 1)
            .sum::<usize>();
        let corners = area.iter().flat_map(|polygon| {
            let holes = polygon.interiors().iter();
            holes
                .chain([polygon.exterior()])
                .map(|ring| ring.0.len() - 1)
        });
        println!(
            "{}",
            json!({
                "work": "area",
                "square_kilometres": area.unsigned_area() / 1e6,
                "street_kilometres": length,
                "rings": rings,
                "corners": corners.sum::<usize>(),
                "coordinates": more.first().filter(|points| *points != "-").map(|_| in_degrees(&grid, &area)).transpose()?,
            })
        );
    }
    Ok(())
}

fn in_degrees(grid: &Grid, area: &MultiPolygon<f64>) -> Result<serde_json::Value, GridError> {
    let area = area.try_map_coords(|at| {
        let degrees = grid.to_lon_lat(GridPoint { x: at.x, y: at.y })?;
        Ok(geo::Coord {
            x: degrees.lon,
            y: degrees.lat,
        })
    })?;
    let ring = |ring: &geo::LineString<f64>| -> Vec<[f64; 2]> {
        ring.coords().map(|at| [at.x, at.y]).collect()
    };
    let polygons = area.iter().map(|polygon| {
        let holes = polygon.interiors().iter().map(ring);
        std::iter::once(ring(polygon.exterior()))
            .chain(holes)
            .collect::<Vec<_>>()
    });
    Ok(json!(polygons.collect::<Vec<_>>()))
}

/// Places beside junctions that golden-ratio steps spread over the network, the same in every run.
fn spread(network: &StreetNetwork, snapper: &Snapper<'_>) -> Vec<Snap> {
    let junctions = network.junction_count() as u64;
    (1..=20u64)
        .map(|step| {
            let part = step.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
            network.junction(((part * junctions) >> 32) as u32)
        })
        .filter_map(|[x, y]| snapper.snap([x + 60.0, y - 35.0], Metres::new(1000.0)).ok())
        .collect()
}

fn read_points(
    grid: &Grid,
    snapper: &Snapper<'_>,
    text: &str,
) -> Result<Vec<Snap>, Box<dyn Error>> {
    let mut places = Vec::new();
    for line in text.lines() {
        let (lon, lat) = line
            .split_once(' ')
            .ok_or("a line of points is `lon lat`")?;
        let at = grid.to_grid(LonLat {
            lon: lon.parse()?,
            lat: lat.parse()?,
        })?;
        let snap = snapper.snap([at.x, at.y], Metres::new(1000.0));
        places.push(
            snap.map_err(|far| format!("{line}: the nearest street is {} away", far.distance))?,
        );
    }
    Ok(places)
}

fn parse_grid(text: &str) -> Result<Grid, Box<dyn Error>> {
    match text {
        "british-national" => Ok(Grid::BritishNational),
        "irish" => Ok(Grid::Irish),
        _ => {
            let (lon, lat) = text.split_once(',').ok_or("the grid is not known")?;
            Ok(Grid::Local {
                lon: lon.trim().parse()?,
                lat: lat.trim().parse()?,
            })
        }
    }
}
