//! Every format in every system gives what the plain file gives.

use std::fs;

use catchment_core::grid::Grid;
use geo::Coord;
use tempfile::{TempDir, tempdir};

use super::{
    BELFAST, POOLE, degrees, furthest, metres, ogr, positions, refused, sound, texts, two_areas,
};
use crate::spatial::crs::Crs;
use crate::spatial::read;

/// Writes one file in every format in a system: `to` reprojects, else the numbers are only said to be in it.
fn every_format(folder: &TempDir, from: &str, epsg: &str, to: bool) -> Vec<String> {
    let how = if to { "-t_srs" } else { "-a_srs" };
    let number = epsg.trim_start_matches("EPSG:");
    let mut files = Vec::new();
    for (format, ending) in [
        ("GPKG", "gpkg"),
        ("FlatGeobuf", "fgb"),
        ("ESRI Shapefile", "shp"),
        ("GeoJSON", "json"),
    ] {
        let file = format!("wards{number}.{ending}");
        // Degrees to fifteen places, as the other formats keep them.
        let places = "COORDINATE_PRECISION=15";
        let mut arguments = vec!["-f", format, &file, from, how, epsg, "-nln", "wards"];
        if format == "GeoJSON" {
            arguments.extend(["-lco", places]);
        }
        ogr::run(folder.path(), &arguments);
        files.push(file);
    }
    ogr::zip(
        folder.path(),
        &format!("wards{number}"),
        &format!("wards{number}.zip"),
    );
    // The folder's zip holds the database and the others too, which must not disturb.
    files.push(format!("wards{number}.zip"));
    files
}

#[test]
fn every_format_in_every_british_system_reads_like_plain_degrees() {
    if !ogr::here("every_format_in_every_british_system_reads_like_plain_degrees") {
        return;
    }
    let folder = tempdir().unwrap();
    let grid = Grid::BritishNational;
    fs::write(
        folder.path().join("degrees.geojson"),
        two_areas(POOLE, degrees(grid)),
    )
    .unwrap();
    fs::write(
        folder.path().join("metres.geojson"),
        two_areas(POOLE, metres),
    )
    .unwrap();
    let (plain, notes) = sound(folder.path(), "degrees.geojson", &grid);
    assert!(notes.is_empty(), "{notes:#?}");
    assert!((positions(&plain)[0][0].x - POOLE.x).abs() < 1e-4);
    for (from, epsg, to, crs) in [
        ("degrees.geojson", "EPSG:4326", false, Crs::LonLat),
        ("degrees.geojson", "EPSG:4258", false, Crs::LonLat),
        ("degrees.geojson", "EPSG:3857", true, Crs::WebMercator),
        ("metres.geojson", "EPSG:27700", false, Crs::BritishNational),
    ] {
        for file in every_format(&folder, from, epsg, to) {
            let (features, notes) = sound(folder.path(), &file, &grid);
            assert!(notes.is_empty(), "{file}: {notes:#?}");
            assert_eq!(features.crs, crs, "{file}");
            assert_eq!(texts(&features), texts(&plain), "{file}");
            let off = furthest(&features, &plain);
            assert!(off < 0.02, "{file} is {off} m off");
        }
    }
}

#[test]
fn the_irish_grid_and_web_mercator_read_like_plain_degrees_in_ireland() {
    if !ogr::here("the_irish_grid_and_web_mercator_read_like_plain_degrees_in_ireland") {
        return;
    }
    let folder = tempdir().unwrap();
    let grid = Grid::Irish;
    fs::write(
        folder.path().join("degrees.geojson"),
        two_areas(BELFAST, degrees(grid)),
    )
    .unwrap();
    fs::write(
        folder.path().join("metres.geojson"),
        two_areas(BELFAST, metres),
    )
    .unwrap();
    let (plain, _) = sound(folder.path(), "degrees.geojson", &grid);
    for (from, epsg, to, crs) in [
        ("metres.geojson", "EPSG:29902", false, Crs::Irish),
        ("metres.geojson", "EPSG:29903", false, Crs::Irish),
        ("degrees.geojson", "EPSG:3857", true, Crs::WebMercator),
        (
            "degrees.geojson",
            "EPSG:2157",
            true,
            Crs::IrishTransverseMercator,
        ),
    ] {
        for file in every_format(&folder, from, epsg, to) {
            let (features, _) = sound(folder.path(), &file, &grid);
            assert_eq!(features.crs, crs, "{file}");
            let off = furthest(&features, &plain);
            assert!(off < 0.02, "{file} is {off} m off");
        }
    }
}

#[test]
fn another_system_is_refused_by_its_name() {
    if !ogr::here("another_system_is_refused_by_its_name") {
        return;
    }
    let folder = tempdir().unwrap();
    let text = two_areas(POOLE, degrees(Grid::BritishNational));
    fs::write(folder.path().join("degrees.geojson"), text).unwrap();
    for file in every_format(&folder, "degrees.geojson", "EPSG:32630", true) {
        let issue = refused(folder.path(), &file, None, None);
        let name = if file.ends_with("json") {
            "32630"
        } else {
            "UTM"
        };
        assert!(issue.message.contains(name), "{issue}");
        assert!(issue.hint.contains("EPSG:27700"), "{issue}");
    }
}

#[test]
fn metres_that_do_not_say_what_they_are_are_read_and_said() {
    let folder = tempdir().unwrap();
    let grid = Grid::BritishNational;
    fs::write(
        folder.path().join("metres.geojson"),
        two_areas(POOLE, metres),
    )
    .unwrap();
    let (features, notes) = sound(folder.path(), "metres.geojson", &grid);
    assert_eq!(features.crs, Crs::BritishNational);
    assert!(
        notes[0].message.contains("British National Grid"),
        "{notes:#?}"
    );
    // No conversion: the numbers are the file's own.
    assert_eq!(
        positions(&features)[0][0],
        Coord {
            x: POOLE.x,
            y: POOLE.y
        }
    );
    // On another grid they could be anything.
    let local = Grid::Local {
        lon: -8.6,
        lat: 41.1,
    };
    let read = read(
        folder.path(),
        "metres.geojson",
        None,
        None,
        &local,
        &mut Vec::new(),
    );
    let hint = read.unwrap_err().hint;
    assert!(hint.contains("crs"), "{hint}");
}

#[test]
fn the_study_file_counts_more_than_the_file_and_a_contradiction_is_said() {
    let folder = tempdir().unwrap();
    let text = two_areas(POOLE, metres).replacen(
        '{',
        r#"{"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},"#,
        1,
    );
    fs::write(folder.path().join("wrong.geojson"), text).unwrap();
    let issue = refused(folder.path(), "wrong.geojson", None, None);
    assert!(issue.hint.contains("British National Grid"), "{issue}");
    let issue = refused(folder.path(), "wrong.geojson", None, Some("EPSG:4326"));
    assert!(issue.message.contains("cannot be longitude"), "{issue}");
    let issue = refused(folder.path(), "wrong.geojson", None, Some("EPSG:32630"));
    assert!(issue.message.contains("32630"), "{issue}");
    let mut issues = Vec::new();
    let grid = Grid::BritishNational;
    let crs = Some("EPSG:27700");
    let features = read(
        folder.path(),
        "wrong.geojson",
        None,
        crs,
        &grid,
        &mut issues,
    )
    .unwrap();
    assert_eq!(features.found, "study.toml says so");
    assert!(issues[0].message.contains("CRS84"), "{issues:#?}");
}

#[test]
fn a_geopackage_of_several_layers_wants_one_named_and_nothing_is_written_beside_it() {
    if !ogr::here("a_geopackage_of_several_layers_wants_one_named") {
        return;
    }
    let folder = tempdir().unwrap();
    let text = two_areas(POOLE, degrees(Grid::BritishNational));
    fs::write(folder.path().join("degrees.geojson"), text).unwrap();
    for layer in ["wards", "old wards"] {
        let arguments = [
            "-f",
            "GPKG",
            "-update",
            "-append",
            "both.gpkg",
            "degrees.geojson",
            "-nln",
            layer,
        ];
        let first = ["-f", "GPKG", "both.gpkg", "degrees.geojson", "-nln", layer];
        let exists = folder.path().join("both.gpkg").exists();
        ogr::run(folder.path(), if exists { &arguments } else { &first });
    }
    let issue = refused(folder.path(), "both.gpkg", None, None);
    assert!(issue.hint.contains("old wards, wards"), "{issue}");
    let issue = refused(folder.path(), "both.gpkg", Some("ward"), None);
    assert!(issue.message.contains("no layer ward"), "{issue}");
    let before = names(&folder);
    let grid = Grid::BritishNational;
    let layer = Some("Old Wards");
    let features = read(
        folder.path(),
        "both.gpkg",
        layer,
        None,
        &grid,
        &mut Vec::new(),
    )
    .unwrap();
    assert_eq!(features.features.len(), 2);
    assert_eq!(names(&folder), before);
    // Changes that are still in a log beside it would be missing.
    fs::write(folder.path().join("both.gpkg-wal"), "changes").unwrap();
    let issue = refused(folder.path(), "both.gpkg", layer, None);
    assert!(issue.hint.contains("QGIS"), "{issue}");
}

fn names(folder: &TempDir) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_shapefile_needs_its_table_and_says_what_else_is_missing() {
    if !ogr::here("a_shapefile_needs_its_table_and_says_what_else_is_missing") {
        return;
    }
    let folder = tempdir().unwrap();
    let grid = Grid::BritishNational;
    let text = two_areas(POOLE, metres);
    fs::write(folder.path().join("metres.geojson"), text).unwrap();
    let base = [
        "-f",
        "ESRI Shapefile",
        "w.shp",
        "metres.geojson",
        "-a_srs",
        "EPSG:27700",
    ];
    ogr::run(
        folder.path(),
        &[&base[..], &["-lco", "ENCODING=CP1252"]].concat(),
    );
    let (whole, notes) = sound(folder.path(), "w.shp", &grid);
    assert!(notes.is_empty(), "{notes:#?}");
    assert_eq!(texts(&whole)[0][1], "Llanfair â");
    fs::remove_file(folder.path().join("w.shx")).unwrap();
    let (read_without, notes) = sound(folder.path(), "w.shp", &grid);
    assert_eq!(positions(&read_without), positions(&whole));
    assert!(notes[0].message.contains("no .shx"), "{notes:#?}");
    fs::remove_file(folder.path().join("w.prj")).unwrap();
    let (_, notes) = sound(folder.path(), "w.shp", &grid);
    assert!(
        notes[1].message.contains("can only be the British"),
        "{notes:#?}"
    );
    // Without a code page letters with accents show what they are.
    fs::remove_file(folder.path().join("w.cpg")).unwrap();
    let mut dbf = fs::read(folder.path().join("w.dbf")).unwrap();
    dbf[29] = 0;
    fs::write(folder.path().join("w.dbf"), &dbf).unwrap();
    let (guessed, notes) = sound(folder.path(), "w.shp", &grid);
    assert_eq!(texts(&guessed)[0][1], "Llanfair â");
    assert!(notes[0].message.contains("code page"), "{notes:#?}");
    fs::remove_file(folder.path().join("w.dbf")).unwrap();
    let issue = refused(folder.path(), "w.shp", None, None);
    assert!(issue.message.contains("no .dbf"), "{issue}");
}

#[test]
fn a_zip_of_several_shapefiles_wants_one_named() {
    if !ogr::here("a_zip_of_several_shapefiles_wants_one_named") {
        return;
    }
    let folder = tempdir().unwrap();
    let text = two_areas(POOLE, degrees(Grid::BritishNational));
    fs::write(folder.path().join("degrees.geojson"), text).unwrap();
    for name in ["x.a.shp", "x.b.shp"] {
        ogr::run(
            folder.path(),
            &["-f", "ESRI Shapefile", name, "degrees.geojson"],
        );
    }
    ogr::zip(folder.path(), "x", "x.zip");
    let issue = refused(folder.path(), "x.zip", None, None);
    assert!(issue.hint.contains("x.a, x.b"), "{issue}");
    let grid = Grid::BritishNational;
    let read = read(
        folder.path(),
        "x.zip",
        Some("x.b"),
        None,
        &grid,
        &mut Vec::new(),
    );
    assert_eq!(read.unwrap().features.len(), 2);
}
