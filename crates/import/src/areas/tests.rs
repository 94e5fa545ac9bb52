//! What is mended, what is refused and what is only said.

use std::fs;
use std::path::Path;
use std::time::Instant;

use catchment_core::grid::Grid;
use catchment_core::id::{AreaSetId, RowId};
use catchment_core::issue::{Issue, Severity};
use serde_json::{Value, json};

use super::read;
use crate::report::FileCounts;
use crate::study_file::{Areas, StudyFile};

type Ring = Vec<[f64; 2]>;

/// A rectangle in metres from a corner in Poole.
fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Ring {
    vec![
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
    ]
}

fn feature(code: &str, name: &str, polygons: Vec<Vec<Ring>>) -> Value {
    let moved: Vec<Vec<Ring>> = polygons
        .into_iter()
        .map(|rings| {
            rings
                .into_iter()
                .map(|ring| {
                    ring.into_iter()
                        .map(|[x, y]| [402_000.0 + x, 92_000.0 + y])
                        .collect()
                })
                .collect()
        })
        .collect();
    json!({ "type": "Feature", "properties": { "WD25CD": code, "WD25NM": name },
        "geometry": { "type": "MultiPolygon", "coordinates": moved } })
}

fn section(file: &str, code: &str, name: &str) -> Areas {
    let text = format!(
        "[study]\ntitle = \"T\"\nreference_date = 2023-03-06\ngrid = \"british-national\"\n[[areas]]\nid = \"ward\"\nkind = \"ward\"\nvintage = \"2025\"\nfile = \"{file}\"\ncode = \"{code}\"\nname = \"{name}\"\n"
    );
    StudyFile::parse(&text).unwrap().areas.remove(0)
}

struct Outcome {
    areas: Vec<catchment_core::area::Area>,
    counts: FileCounts,
    issues: Vec<Issue>,
}

fn read_file(folder: &Path, section: &Areas) -> Outcome {
    let mut issues = Vec::new();
    let set = AreaSetId::from_row(0);
    let (areas, counts) = read(folder, section, set, &Grid::BritishNational, &mut issues).unwrap();
    assert_eq!(
        counts.rows,
        counts.accepted + counts.repaired + counts.rejected
    );
    Outcome {
        areas,
        counts,
        issues,
    }
}

fn areas(features: &[Value]) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let text = json!({ "type": "FeatureCollection",
        "crs": { "type": "name", "properties": { "name": "urn:ogc:def:crs:EPSG::27700" } },
        "features": features });
    fs::write(folder.path().join("w.geojson"), text.to_string()).unwrap();
    read_file(folder.path(), &section("w.geojson", "WD25CD", "WD25NM"))
}

fn tally(outcome: &Outcome) -> [u64; 3] {
    let FileCounts {
        accepted,
        repaired,
        rejected,
        ..
    } = outcome.counts;
    [accepted, repaired, rejected]
}

fn messages(outcome: &Outcome) -> String {
    let lines: Vec<&str> = outcome
        .issues
        .iter()
        .map(|issue| issue.message.as_str())
        .collect();
    lines.join("\n")
}

#[test]
fn a_sound_set_has_nothing_said_about_it() {
    // An enclave, a shared edge with a corner of one neighbour on it, rings that turn either way, positions that repeat.
    let mut turned = rectangle(1000.0, 0.0, 2000.0, 500.0);
    turned.reverse();
    turned.insert(2, turned[2]);
    let outcome = areas(&[
        feature(
            "A",
            "Around",
            vec![vec![
                rectangle(0.0, 0.0, 1000.0, 1000.0),
                rectangle(200.0, 200.0, 400.0, 400.0),
            ]],
        ),
        feature(
            "B",
            "Inside",
            vec![vec![rectangle(200.0, 200.0, 400.0, 400.0)]],
        ),
        feature("C", "East", vec![vec![turned]]),
        feature(
            "D",
            "Island",
            vec![
                vec![rectangle(1000.0, 500.0, 2000.0, 1000.0)],
                vec![rectangle(5000.0, 0.0, 6000.0, 100.0)],
            ],
        ),
    ]);
    assert!(outcome.issues.is_empty(), "{:#?}", outcome.issues);
    assert_eq!(tally(&outcome), [4, 0, 0]);
}

#[test]
fn a_ring_that_crosses_itself_is_mended_and_the_square_metres_are_said() {
    // An hourglass: two triangles of 250 000 m² that turn against each other.
    let hourglass = vec![
        [0.0, 0.0],
        [1000.0, 1000.0],
        [1000.0, 0.0],
        [0.0, 1000.0],
        [0.0, 0.0],
    ];
    let outcome = areas(&[
        feature("A", "Hourglass", vec![vec![hourglass]]),
        feature(
            "B",
            "Sound",
            vec![vec![rectangle(2000.0, 0.0, 3000.0, 1000.0)]],
        ),
    ]);
    assert_eq!(tally(&outcome), [1, 1, 0]);
    let issue = &outcome.issues[0];
    assert_eq!((issue.severity, issue.row), (Severity::Repaired, Some(1)));
    assert!(
        issue
            .message
            .contains("its area is 500000 m², 500000 m² more than before"),
        "{issue}"
    );
    assert_eq!(outcome.areas[0].outline.0.len(), 2);
}

#[test]
fn open_rings_outer_holes_and_parts_without_area_are_mended() {
    let mut open = rectangle(0.0, 0.0, 1000.0, 1000.0);
    open.pop();
    let line = vec![[0.0, 0.0], [50.0, 0.0], [100.0, 0.0], [0.0, 0.0]];
    let outcome = areas(&[
        feature("A", "Open", vec![vec![open]]),
        feature(
            "B",
            "Hole",
            vec![vec![
                rectangle(2000.0, 0.0, 3000.0, 1000.0),
                rectangle(9000.0, 0.0, 9500.0, 100.0),
            ]],
        ),
        feature(
            "C",
            "Line",
            vec![
                vec![rectangle(4000.0, 0.0, 5000.0, 1000.0)],
                vec![line.clone()],
            ],
        ),
        feature("D", "Only a line", vec![vec![line]]),
        feature(
            "E",
            "Twice",
            vec![
                vec![rectangle(6000.0, 0.0, 7000.0, 1000.0)],
                vec![rectangle(6000.0, 0.0, 7000.0, 1000.0)],
            ],
        ),
    ]);
    assert_eq!(tally(&outcome), [0, 4, 1], "{:#?}", outcome.issues);
    let told = messages(&outcome);
    for words in [
        "1 ring that did not close",
        "1 hole outside its outline",
        "1 part without area",
        "without area (D)",
        "lie on each other, now parted; its area is 1000000 m², 1000000 m² less",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[test]
fn the_same_code_twice_keeps_the_first_and_parts_of_one_area_become_one() {
    let outcome = areas(&[
        feature("A", "West", vec![vec![rectangle(0.0, 0.0, 1000.0, 1000.0)]]),
        feature(
            "A",
            "West",
            vec![vec![rectangle(5000.0, 0.0, 6000.0, 1000.0)]],
        ),
        feature(
            "A",
            "Another",
            vec![vec![rectangle(7000.0, 0.0, 8000.0, 1000.0)]],
        ),
        feature("A", "West", vec![vec![rectangle(0.0, 0.0, 1000.0, 500.0)]]),
    ]);
    assert_eq!(tally(&outcome), [1, 1, 2]);
    assert_eq!(outcome.areas.len(), 1);
    assert_eq!(outcome.areas[0].outline.0.len(), 2);
    let told = messages(&outcome);
    assert!(told.contains("the two were made one area"), "{told}");
    assert!(told.contains("has the same code as feature 1: A"), "{told}");
}

#[test]
fn overlaps_gaps_and_slivers_of_a_set_are_said() {
    let outcome = areas(&[
        feature(
            "A",
            "South",
            vec![vec![rectangle(0.0, 0.0, 3000.0, 1000.0)]],
        ),
        feature(
            "B",
            "North west",
            vec![vec![rectangle(0.0, 990.0, 1000.0, 2000.0)]],
        ),
        // A gap of 1000 by 500 m, closed by D in the north.
        feature(
            "C",
            "North east",
            vec![vec![rectangle(2000.0, 1000.0, 3000.0, 2000.0)]],
        ),
        feature(
            "D",
            "North",
            vec![vec![rectangle(1000.0, 1500.0, 2000.0, 2000.0)]],
        ),
        // One metre over the edge of C: a sliver.
        feature(
            "E",
            "Far east",
            vec![vec![rectangle(2999.0, 1000.0, 4000.0, 2000.0)]],
        ),
    ]);
    assert_eq!(tally(&outcome), [5, 0, 0]);
    let told = messages(&outcome);
    assert!(
        told.contains("A (South) and B (North west) overlap by 10000 m²"),
        "{told}"
    );
    assert!(
        told.contains("gap of 500000 m²") && told.contains("403500, 93250"),
        "{told}"
    );
    assert!(
        told.contains("1 sliver") && told.contains("1000 m² in all"),
        "{told}"
    );
    assert_eq!(outcome.issues.len(), 3, "{told}");
    assert!(
        outcome
            .issues
            .iter()
            .all(|issue| issue.severity == Severity::Note)
    );
}

#[test]
fn an_area_twice_under_two_codes_overlaps_wholly() {
    let one = || vec![vec![rectangle(0.0, 0.0, 1000.0, 1000.0)]];
    let outcome = areas(&[feature("A", "One", one()), feature("B", "Other", one())]);
    assert!(messages(&outcome).contains("overlap by 1000000 m²"));
}

#[test]
fn a_ring_made_to_cross_itself_a_million_times_is_refused_at_once() {
    let mut ring: Ring = Vec::new();
    // A comb of 2000 teeth over another at right angles.
    for step in 0..2000 {
        let at = f64::from(step) * 2.0;
        ring.extend([[at, 0.0], [at + 1.0, 5000.0]]);
    }
    for step in 0..2000 {
        let at = f64::from(step) * 2.0;
        ring.extend([[0.0, at], [5000.0, at + 1.0]]);
    }
    ring.push(ring[0]);
    let began = Instant::now();
    let outcome = areas(&[
        feature("A", "Comb", vec![vec![ring]]),
        feature(
            "B",
            "Sound",
            vec![vec![rectangle(9000.0, 0.0, 9500.0, 100.0)]],
        ),
    ]);
    assert_eq!(tally(&outcome), [1, 0, 1]);
    assert!(messages(&outcome).contains("too often to be mended"));
    assert!(began.elapsed().as_secs() < 20);
}

#[test]
fn properties_are_found_loosely_and_said() {
    let folder = tempfile::tempdir().unwrap();
    let text = json!({ "type": "FeatureCollection",
        "crs": { "type": "name", "properties": { "name": "EPSG:27700" } },
        "features": [feature("A", "One", vec![vec![rectangle(0.0, 0.0, 1000.0, 1000.0)]])] });
    fs::write(folder.path().join("w.geojson"), text.to_string()).unwrap();
    let outcome = read_file(folder.path(), &section("w.geojson", "wd25_cd", "WD25NM"));
    assert!(
        outcome.issues[0]
            .message
            .contains("`WD25CD` was taken for it")
    );
    let mut issues = Vec::new();
    let wrong = section("w.geojson", "WD24CD", "WD25NM");
    let refused = read(
        folder.path(),
        &wrong,
        AreaSetId::from_row(0),
        &Grid::BritishNational,
        &mut issues,
    );
    let refused = refused.unwrap_err();
    assert_eq!(refused.severity, Severity::FileUnusable);
    assert!(refused.hint.contains("did you mean `WD25CD`"), "{refused}");
}

#[test]
fn real_boundaries_read_whole_with_nothing_said_that_is_not_true() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("CATCHMENT_SHARED").map_or(shared, std::path::PathBuf::from);
    if !shared.join("data").is_dir() {
        println!("SKIP real_boundaries_read_whole: no shared data; set CATCHMENT_SHARED");
        return;
    }
    for (file, code, name, count) in [
        ("bcp/wards.geojson", "WD25CD", "WD25NM", 33),
        ("bcp/lsoa11.geojson", "LSOA11CD", "LSOA11NM", 233),
        ("bcp/lsoa21.geojson", "LSOA21CD", "LSOA21NM", 240),
        ("bcp/msoa21.geojson", "MSOA21CD", "MSOA21NM", 48),
        ("bcp/lad.geojson", "lad20cd", "lad20nm", 1),
        ("newport/ward.geojson", "WD25CD", "WD25NM", 21),
        ("newport/lsoa11.geojson", "LSOA11CD", "LSOA11NM", 95),
        ("newport/lsoa.geojson", "LSOA21CD", "LSOA21NM", 100),
        ("newport/msoa.geojson", "MSOA21CD", "MSOA21NM", 20),
    ] {
        let began = Instant::now();
        let outcome = read_file(&shared.join("data"), &section(file, code, name));
        println!(
            "{file}: {} areas in {:?}",
            outcome.areas.len(),
            began.elapsed()
        );
        assert_eq!(outcome.areas.len(), count, "{file}");
        assert_eq!(outcome.counts.accepted, count as u64, "{file}");
        assert!(outcome.issues.is_empty(), "{file}: {:#?}", outcome.issues);
    }
}
