//! Files that are cut, swapped, mixed, poisoned or made to be huge.

use std::fs;
use std::io::Write;
use std::path::Path;

use catchment_core::grid::Grid;
use serde_json::json;
use tempfile::tempdir;

use super::{POOLE, by_code, degrees, metres, ogr, refused, two_areas};
use crate::spatial::{Geometry, read, read_spatial_bytes, wkb};

fn written(text: &str) -> tempfile::TempDir {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("a.geojson"), text).unwrap();
    folder
}

/// Writes the two areas in every format; returns the names of the files.
fn formats(folder: &Path) -> Vec<&'static str> {
    fs::write(folder.join("m.geojson"), two_areas(POOLE, metres)).unwrap();
    let mut files = vec!["m.geojson"];
    for (format, file) in [
        ("GPKG", "m.gpkg"),
        ("FlatGeobuf", "m.fgb"),
        ("ESRI Shapefile", "m.shp"),
    ] {
        ogr::run(
            folder,
            &["-f", format, file, "m.geojson", "-a_srs", "EPSG:27700"],
        );
        files.push(file);
    }
    fs::create_dir(folder.join("zip")).unwrap();
    for part in ["shp", "shx", "dbf", "prj", "cpg"] {
        let name = format!("m.{part}");
        if folder.join(&name).exists() {
            fs::copy(folder.join(&name), folder.join("zip").join(&name)).unwrap();
        }
    }
    ogr::zip(&folder.join("zip"), "m", "m.zip");
    fs::rename(folder.join("zip/m.zip"), folder.join("m.zip")).unwrap();
    files.push("m.zip");
    files
}

#[test]
fn every_format_cut_at_ten_places_is_refused() {
    if !ogr::here("every_format_cut_at_ten_places_is_refused") {
        return;
    }
    let folder = tempdir().unwrap();
    let mut files = formats(folder.path());
    // Of a loose Shapefile the table is cut too.
    files.push("m.dbf");
    for file in files {
        let whole = fs::read(folder.path().join(file)).unwrap();
        for tenth in 0..10 {
            let cut = &whole[..whole.len() * tenth / 10];
            fs::write(folder.path().join(file), cut).unwrap();
            let named = if file == "m.dbf" { "m.shp" } else { file };
            let issue = refused(folder.path(), named, None, None);
            assert!(!issue.hint.is_empty(), "{issue}");
        }
        fs::write(folder.path().join(file), &whole).unwrap();
    }
}

#[test]
fn bytes_changed_at_random_are_never_more_than_an_error() {
    if !ogr::here("bytes_changed_at_random_are_never_more_than_an_error") {
        return;
    }
    let folder = tempdir().unwrap();
    let mut state = 1_u64;
    let mut random = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize
    };
    for file in formats(folder.path()) {
        let whole = fs::read(folder.path().join(file)).unwrap();
        let rounds = if file == "m.gpkg" { 150 } else { 1500 };
        for _ in 0..rounds {
            let mut bytes = whole.clone();
            for _ in 0..=random() % 4 {
                let at = random() % bytes.len();
                bytes[at] = [0, 0xff, 0x7f, 0x80, random() as u8][random() % 5];
            }
            read_spatial_bytes(&bytes);
        }
    }
}

#[test]
fn another_sqlite_file_is_no_geopackage() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("letters.gpkg");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch("CREATE TABLE letters (a TEXT); INSERT INTO letters VALUES ('x');")
        .unwrap();
    drop(connection);
    let issue = refused(folder.path(), "letters.gpkg", None, None);
    assert!(issue.message.contains("no GeoPackage"), "{issue}");
}

#[test]
fn a_column_whose_name_is_no_text_stops_nothing() {
    let file = "../../tests/fuzz/corpus/geopackage/column_name_no_text.gpkg";
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    read_spatial_bytes(&fs::read(path).unwrap());
}

#[test]
fn a_layer_that_is_a_view_is_not_run() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("endless.gpkg");
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE gpkg_contents (table_name TEXT, data_type TEXT);
             CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);
             INSERT INTO gpkg_contents VALUES ('v', 'features');
             INSERT INTO gpkg_geometry_columns VALUES ('v', 'geom', 0);
             CREATE VIEW v AS WITH RECURSIVE n(geom) AS (SELECT 1 UNION ALL SELECT geom + 1 FROM n) SELECT geom FROM n;",
        )
        .unwrap();
    drop(connection);
    let issue = refused(folder.path(), "endless.gpkg", None, None);
    assert!(issue.message.contains("view"), "{issue}");
}

#[test]
fn swapped_axes_are_found_in_degrees_and_in_web_mercator() {
    let grid = Grid::BritishNational;
    let turned = move |point| {
        let [x, y] = degrees(grid)(point);
        [y, x]
    };
    let folder = written(&two_areas(POOLE, turned));
    let issue = refused(folder.path(), "a.geojson", None, None);
    assert!(issue.message.contains("latitude stands before"), "{issue}");
    if ogr::here("swapped_axes_are_found_in_degrees_and_in_web_mercator") {
        for (format, file) in [
            ("GPKG", "s.gpkg"),
            ("FlatGeobuf", "s.fgb"),
            ("ESRI Shapefile", "s.shp"),
        ] {
            ogr::run(
                folder.path(),
                &["-f", format, file, "a.geojson", "-a_srs", "EPSG:4326"],
            );
            let issue = refused(folder.path(), file, None, None);
            assert!(issue.message.contains("latitude stands before"), "{issue}");
        }
    }
    let mercator = written(&two_areas(POOLE, |point| {
        [point.y + 6_400_000.0, point.x - 500_000.0]
    }));
    let issue = refused(mercator.path(), "a.geojson", None, Some("EPSG:3857"));
    assert!(issue.message.contains("swapped"), "{issue}");
}

#[test]
fn a_file_in_two_systems_is_refused_with_the_features_that_differ() {
    let degrees: serde_json::Value =
        serde_json::from_str(&two_areas(POOLE, degrees(Grid::BritishNational))).unwrap();
    let metres: serde_json::Value = serde_json::from_str(&two_areas(POOLE, metres)).unwrap();
    let mixed = json!({ "type": "FeatureCollection", "features": [
        degrees["features"][0], metres["features"][1], degrees["features"][1],
    ]});
    let folder = written(&mixed.to_string());
    for crs in [None, Some("EPSG:27700")] {
        let issue = refused(folder.path(), "a.geojson", None, crs);
        assert!(
            issue.message.contains("1 feature in metres (2)")
                && issue
                    .message
                    .contains("2 features in longitude and latitude (1, 3)"),
            "{issue}"
        );
    }
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_unpacked() {
    let folder = tempdir().unwrap();
    let mut zip = zip::ZipWriter::new(fs::File::create(folder.path().join("a.zip")).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("a.shp", options).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..200 {
        zip.write_all(&zeros).unwrap();
    }
    zip.finish().unwrap();
    let issue = refused(folder.path(), "a.zip", None, None);
    assert!(issue.message.contains("far larger"), "{issue}");
}

#[test]
fn a_zip_without_a_shapefile_says_what_it_holds() {
    let folder = tempdir().unwrap();
    let mut zip = zip::ZipWriter::new(fs::File::create(folder.path().join("a.zip")).unwrap());
    zip.start_file("readme.txt", zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.finish().unwrap();
    let issue = refused(folder.path(), "a.zip", None, None);
    assert!(issue.hint.contains("readme.txt"), "{issue}");
}

fn gpkg_blob(wkb: &[u8]) -> Vec<u8> {
    let mut blob = b"GP\0\x01\0\0\0\0".to_vec();
    blob.extend(wkb);
    blob
}

#[test]
fn counts_that_well_known_binary_only_states_take_no_memory() {
    for kind in 1..=7_u8 {
        let mut wkb = vec![1, kind, 0, 0, 0];
        wkb.extend([0xff; 4]);
        let refused = wkb::read_gpkg(&gpkg_blob(&wkb)).unwrap_err();
        assert!(
            refused.contains("more parts") || refused.contains("ends before"),
            "{refused}"
        );
    }
    // A polygon of one ring of too many positions.
    let ring = [1, 3, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f];
    assert!(wkb::read_gpkg(&gpkg_blob(&ring)).is_err());
    for flags in [0b1011, 0b1101, 0b1111, 0b10_0001] {
        let mut blob = gpkg_blob(&ring);
        blob[3] = flags;
        assert!(wkb::read_gpkg(&blob).is_err());
    }
}

#[test]
fn geometry_collections_that_nest_without_end_are_refused() {
    let mut wkb = Vec::new();
    for _ in 0..100_000 {
        wkb.extend([1, 7, 0, 0, 0, 1, 0, 0, 0]);
    }
    let refused_as = wkb::read_gpkg(&gpkg_blob(&wkb)).unwrap_err();
    assert!(refused_as.contains("nested"), "{refused_as}");
    let deep = format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{}{}}}]}}"#,
        r#"{"type":"GeometryCollection","geometries":["#.repeat(5000),
        "]}".repeat(5000)
    );
    let folder = written(&deep);
    let issue = refused(folder.path(), "a.geojson", None, None);
    assert!(issue.message.contains("recursion"), "{issue}");
}

#[test]
fn positions_that_are_no_numbers_cost_only_their_own_feature() {
    if !ogr::here("positions_that_are_no_numbers_cost_only_their_own_feature") {
        return;
    }
    let folder = tempdir().unwrap();
    formats(folder.path());
    for (file, bad) in [
        ("m.shp", f64::NAN),
        ("m.fgb", f64::INFINITY),
        ("m.gpkg", f64::NAN),
    ] {
        let mut bytes = fs::read(folder.path().join(file)).unwrap();
        let corner = (POOLE.x + 6000.0 + 500.0).to_le_bytes();
        let at = bytes
            .windows(8)
            .rposition(|window| window == corner)
            .unwrap();
        bytes[at..at + 8].copy_from_slice(&bad.to_le_bytes());
        fs::write(folder.path().join(file), bytes).unwrap();
        let grid = Grid::BritishNational;
        let read = read(folder.path(), file, None, None, &grid, &mut Vec::new()).unwrap();
        assert!(
            matches!(by_code(&read)[0].geometry, Ok(Geometry::Area(_))),
            "{file}"
        );
        let message = by_code(&read)[1].geometry.as_ref().unwrap_err();
        assert!(message.contains("finite"), "{file}: {message}");
    }
}

#[test]
fn what_is_no_format_at_all_is_refused() {
    let folder = tempdir().unwrap();
    for (bytes, told) in [
        (&b""[..], "is empty"),
        (b"code,name\n1,2\n", "is not GeoJSON, GeoPackage"),
        (b"\xff\xfe{\0", "UTF-16"),
        (
            b"{\"type\":\"Point\",\"coordinates\":[1,2]}",
            "FeatureCollection",
        ),
        (
            b"{\"type\":\"FeatureCollection\",\"features\":[]}",
            "no features",
        ),
        (b"fgb\x02fgb\0aaaaaaaa", "version 2"),
    ] {
        fs::write(folder.path().join("x"), bytes).unwrap();
        let issue = refused(folder.path(), "x", None, None);
        assert!(issue.message.contains(told), "{issue}");
    }
    let issue = refused(folder.path(), "none", None, None);
    assert!(issue.message.contains("cannot be opened"), "{issue}");
}
