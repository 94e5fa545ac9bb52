use catchment_core::grid::Grid;

use super::{Answer, json};
use crate::fixture::{NEWPORT, study};

fn text(answer: &Answer) -> String {
    let mut out = Vec::new();
    answer.write_text(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_way_along_one_road_is_told_in_words() {
    let study = study(Grid::BritishNational, NEWPORT);
    let answer = Answer::find(&study, ["NP20 4AA", "S02"], None, false).unwrap();
    let said = text(&answer);
    for words in [
        "From postcode NP20 4AA\nTo   site Riverside Day Centre (S02)",
        "The fastest way by the profile drive: 900 m, 1.5 min",
        "  1. Go east along an unnamed road, 900 m",
        "By class of street: minor 900 m",
        "Not counted: 0 m from the place",
    ] {
        assert!(said.contains(words), "{said}");
    }
    assert!(
        !said.contains("Surface"),
        "who drives is told nothing of it"
    );
    let shortest = Answer::find(&study, ["S02", "NP20 4AA"], None, true).unwrap();
    assert!(text(&shortest).contains("The shortest way by the profile drive: 900 m"));
    let nowhere = Answer::find(&study, ["S02", "S02"], None, false).unwrap();
    assert!(text(&nowhere).contains("same point"), "{}", text(&nowhere));
}

#[test]
fn a_way_for_a_map_is_in_degrees_and_adds_up() {
    let study = study(Grid::BritishNational, NEWPORT);
    let answer = Answer::find(&study, ["S01", "S04"], None, false).unwrap();
    let map = json::geojson(&answer, &study).unwrap();
    let features = map["features"].as_array().unwrap();
    assert_eq!(features.len(), 2);
    assert_eq!(features[0]["properties"]["distance_m"], 2000.0);
    assert_eq!(features[0]["properties"]["time_s"], 200.0);
    assert_eq!(features[1]["properties"]["turn"], "start");
    let line = features[0]["geometry"]["coordinates"].as_array().unwrap();
    let first = [&line[0][0], &line[0][1]].map(|degree| degree.as_f64().unwrap());
    assert!(
        (first[0] + 2.997).abs() < 0.01 && (first[1] - 51.577).abs() < 0.01,
        "{first:?}"
    );
    let object = json::json(&answer, &study).unwrap();
    assert_eq!(
        object["geometry"]["coordinates"],
        features[0]["geometry"]["coordinates"]
    );
    assert_eq!(object["steps"][0]["distance_m"], 2000.0);
    let nowhere = Answer::find(&study, ["S02", "S02"], None, false).unwrap();
    let map = json::geojson(&nowhere, &study).unwrap();
    assert_eq!(
        map["features"][0]["geometry"]["coordinates"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn what_cannot_be_found_is_said_and_which_end_it_is() {
    let study = study(Grid::BritishNational, NEWPORT);
    for (from, to, profile, words) in [
        ("Nowhere Hall", "S01", None, ["--from", "Nowhere Hall"]),
        ("S01", "NP99 9ZZ", None, ["--to", "NP99 9ZZ"]),
        ("S01", "331000,190000", None, ["3.00 km", "snap_cap_m"]),
        (
            "S01",
            "S02",
            Some("hovercraft"),
            ["hovercraft", "it has: drive"],
        ),
    ] {
        let Err(error) = Answer::find(&study, [from, to], profile, false) else {
            panic!("{from} to {to} was found");
        };
        let said = format!("{error:#}");
        for word in words {
            assert!(said.contains(word), "{said}");
        }
    }
}
