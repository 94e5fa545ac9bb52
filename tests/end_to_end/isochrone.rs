//! What can be reached from a place: the file, and what is said of questions that cannot be answered.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::folder::{catchment, command, said, shared, text, whole_demo};

fn demo() -> &'static str {
    text(&whole_demo().0)
}

/// Asks, and reads what comes to standard output.
fn ask(study: &str, words: &[&str]) -> Value {
    let said = catchment(["isochrone", study].iter().chain(words).copied());
    assert_eq!(said.code, Some(0), "{}", said.err);
    serde_json::from_str(&said.out).unwrap()
}

/// Asks what cannot be answered, and returns what is said.
fn refused(study: &str, words: &[&str]) -> String {
    let said = catchment(["isochrone", study].iter().chain(words).copied());
    assert!(said.code != Some(0) && said.out.is_empty(), "{}", said.out);
    said.err
}

fn numbers(answer: &Value, key: &str) -> Vec<f64> {
    let features = answer["features"].as_array().unwrap().iter();
    features
        .map(|feature| feature["properties"][key].as_f64().unwrap())
        .collect()
}

/// Counts the edges of a band's area that a line east from a position crosses: an odd number where the position is inside.
fn is_inside(feature: &Value, [lon, lat]: [f64; 2]) -> bool {
    let polygons = feature["geometry"]["coordinates"].as_array().unwrap();
    let rings = polygons.iter().flat_map(|rings| rings.as_array().unwrap());
    let edges = rings.flat_map(|ring| ring.as_array().unwrap().windows(2));
    let crossed = edges.filter(|edge| {
        let [from, to] = [0, 1].map(|end| [0, 1].map(|axis| edge[end][axis].as_f64().unwrap()));
        let part = (lat - from[1]) / (to[1] - from[1]);
        (from[1] > lat) != (to[1] > lat) && lon < from[0] + part * (to[0] - from[0])
    });
    crossed.count() % 2 == 1
}

#[test]
fn bands_come_largest_first_and_lie_within_one_another() {
    let words = ["--from", "SITE01", "--minutes", "5,15"];
    let words = [&words[..], &["--profile", "drive"]].concat();
    let answer = ask(demo(), &words);
    assert_eq!(numbers(&answer, "minutes"), [15.0, 5.0]);
    let areas = numbers(&answer, "area_km2");
    assert!(areas[0] > 2.0 * areas[1] && areas[1] > 0.1, "{areas:?}");
    let features = answer["features"].as_array().unwrap();
    for feature in features {
        assert_eq!(feature["geometry"]["type"], "MultiPolygon");
        assert_eq!(feature["properties"]["direction"], "from");
    }
    // A corner of the smaller is inside the larger, or on its outline where both end at the same field.
    let corners = features[1]["geometry"]["coordinates"][0][0]
        .as_array()
        .unwrap();
    let within = corners.iter().filter(|corner| {
        let at = [0, 1].map(|axis| corner[axis].as_f64().unwrap());
        is_inside(&features[0], at)
    });
    assert!(within.count() * 2 > corners.len());
    for key in ["title", "method", "notice", "attribution", "bbox"] {
        assert!(!answer[key].is_null(), "{key}");
    }
    assert!(answer["notice"].as_str().unwrap().contains("invented"));
    // The same bytes from any number of threads, and a postcode and the other direction do as well.
    let outputs = ["1", "2"].map(|threads| {
        let mut command = command();
        command.args(["isochrone", demo()]).args(&words);
        said(&command.env("RAYON_NUM_THREADS", threads).output().unwrap()).out
    });
    assert_eq!(outputs[0], outputs[1]);
    let back = ask(demo(), &["--from", "QZ3 1LD", "--minutes", "5", "--to-it"]);
    assert_eq!(back["features"][0]["properties"]["direction"], "to");
}

#[test]
fn streets_are_lines_and_as_long_as_is_said() {
    let words = [
        "--from",
        "Connect Promenade",
        "--minutes",
        "10,20",
        "--profile",
        "walk",
    ];
    let answer = ask(demo(), &[&words[..], &["--streets"]].concat());
    let lengths = numbers(&answer, "street_km");
    assert!(lengths[0] > lengths[1] && lengths[1] > 0.5, "{lengths:?}");
    for (feature, length) in answer["features"].as_array().unwrap().iter().zip(lengths) {
        assert_eq!(feature["geometry"]["type"], "MultiLineString");
        let lines = feature["geometry"]["coordinates"]
            .as_array()
            .unwrap()
            .iter();
        let steps = lines.flat_map(|line| line.as_array().unwrap().windows(2));
        let metres = steps.map(|step| {
            let [from, to] = [0, 1].map(|end| [0, 1].map(|axis| step[end][axis].as_f64().unwrap()));
            let wide = (to[0] - from[0]) * 111_320.0 * from[1].to_radians().cos();
            wide.hypot((to[1] - from[1]) * 111_250.0)
        });
        let drawn = metres.sum::<f64>() / 1000.0;
        assert!((drawn / length - 1.0).abs() < 0.01, "{drawn} {length}");
    }
    // On foot at 80 m a minute nobody gets further than the minutes allow.
    let [west, south, east, north] =
        [0, 1, 2, 3].map(|side| answer["bbox"][side].as_f64().unwrap());
    let tall = (north - south) * 111_250.0;
    let wide = (east - west) * 111_320.0 * south.to_radians().cos();
    assert!(tall < 3_400.0 && wide < 3_400.0, "{wide} {tall}");
}

#[test]
fn a_file_is_written_whole_and_not_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("reached.geojson");
    let words = ["--from", "SITE01", "--minutes", "5", "-o", text(&path)];
    let said = catchment(["isochrone", demo()].iter().chain(&words).copied());
    assert_eq!(said.code, Some(0), "{}", said.err);
    let whole = fs::read_to_string(&path).unwrap();
    let answer: Value = serde_json::from_str(&whole).unwrap();
    assert_eq!(answer["features"].as_array().unwrap().len(), 1);
    let error = refused(demo(), &words);
    assert!(error.contains("--overwrite"), "{error}");
    assert_eq!(fs::read_to_string(&path).unwrap(), whole);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn what_cannot_be_answered_is_said_with_what_to_do() {
    let far = "grid:400000,60000";
    for (words, expected) in [
        (vec!["--minutes", "0"], vec!["--minutes 0", "15,30"]),
        (vec!["--minutes", "-5"], vec!["--minutes -5"]),
        (vec!["--minutes", "NaN"], vec!["--minutes NaN"]),
        (vec!["--minutes", "1500"], vec!["--minutes 1500", "1440"]),
        (vec!["--minutes", "soon"], vec!["--minutes", "soon"]),
        (
            vec!["--minutes", "5", "--tolerance", "0.2"],
            vec!["--tolerance 0.2", "1"],
        ),
        (
            vec!["--minutes", "5", "--tolerance", "80"],
            vec!["--tolerance 80", "50"],
        ),
        (
            vec!["--minutes", "5", "--width", "5000"],
            vec!["--width 5000"],
        ),
        (
            vec!["--minutes", "5", "--profile", "rocket"],
            vec!["--profile", "rocket", "drive", "walk"],
        ),
        (
            vec!["--minutes", "5", "--streets", "--tolerance", "5"],
            vec!["--streets", "--tolerance"],
        ),
    ] {
        let words = [&["--from", "SITE01"][..], &words].concat();
        let error = refused(demo(), &words);
        for part in expected {
            assert!(error.contains(part), "{words:?}: {error}");
        }
    }
    let many = vec!["1"; 17].join(",");
    assert!(refused(demo(), &["--from", "SITE01", "--minutes", &many]).contains("at most 16"));
    let error = refused(demo(), &["--from", far, "--minutes", "5"]);
    assert!(error.contains("--from"), "{error}");
    // Nobody's home can be named: a person's reference is no place.
    let error = refused(demo(), &["--from", "P0001", "--minutes", "5"]);
    assert!(error.contains("--from"), "{error}");
}

#[test]
fn a_place_in_the_sea_is_too_far_from_any_street() {
    // A kilometre and a half south of the southernmost street.
    let answer = ask(
        demo(),
        &["--from", "SITE02", "--minutes", "600", "--streets"],
    );
    let south = answer["bbox"][1].as_f64().unwrap() - 0.015;
    let middle = f64::midpoint(
        answer["bbox"][0].as_f64().unwrap(),
        answer["bbox"][2].as_f64().unwrap(),
    );
    let sea = format!("latlon:{south:.5},{middle:.5}");
    let error = refused(demo(), &["--from", &sea, "--minutes", "5"]);
    assert!(
        error.contains("--from") && error.contains("nearest street"),
        "{error}"
    );
}

const PORTO: &str = r#"[study]
title = "Porto's roads"
reference_date = 2023-03-06
grid = "local"
grid_centre = [-8.61, 41.15]

[roads]
file = "roads.osm.pbf"
licence = "Open Database Licence 1.0"
attribution = "© OpenStreetMap contributors"
"#;

fn porto(shared: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("study.toml"), PORTO).unwrap();
    let roads = shared
        .join("data/porto/roads.osm.pbf")
        .canonicalize()
        .unwrap();
    std::os::unix::fs::symlink(roads, folder.path().join("roads.osm.pbf")).unwrap();
    let said = catchment(["build", text(folder.path())]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    folder
}

#[test]
fn the_douro_is_covered_where_its_bridges_are_and_nowhere_else() {
    let test = "the_douro_is_covered_where_its_bridges_are_and_nowhere_else";
    let Some(shared) = shared(test) else { return };
    let folder = porto(&shared);
    let answer = ask(
        text(folder.path()),
        &[
            "--from",
            "41.1413,-8.6130",
            "--minutes",
            "30",
            "--profile",
            "walk",
        ],
    );
    let area = &answer["features"][0];
    // From the Ribeira over the lower deck to Gaia's quay, the river itself on both sides of the bridge, and the bridge.
    for (at, expected) in [
        ([-8.6130, 41.1413], true),
        ([-8.6130, 41.1375], true),
        ([-8.6140, 41.1393], false),
        ([-8.6060, 41.1405], false),
        ([-8.6094, 41.1399], true),
    ] {
        assert_eq!(is_inside(area, at), expected, "{at:?}");
    }
}
