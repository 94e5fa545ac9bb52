//! `catchment route`: in words, for maps, and what is said where there is no way.

use std::fs;

use crate::folder::{catchment, small_demo, text};

/// Two sites of the demo, by their ids.
fn sites(folder: &str) -> [String; 2] {
    let said = catchment(["route", folder, "--from", "NOWHERE-1", "--to", "NOWHERE-2"]);
    assert_eq!(said.code, Some(1), "{}", said.out);
    let providers = fs::read_to_string(format!("{folder}/providers.csv")).unwrap();
    let mut rows = csv::Reader::from_reader(providers.as_bytes());
    let headers = rows.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name).unwrap();
    let (x, y) = (column("easting"), column("northing"));
    let mut places: Vec<String> = rows
        .records()
        .map(|row| row.unwrap())
        .filter(|row| !row[x].is_empty() && !row[y].is_empty())
        .map(|row| format!("grid:{},{}", &row[x], &row[y]))
        .collect();
    places.dedup();
    assert!(places.len() > 2, "the demo has few sites with a position");
    [places.swap_remove(0), places.pop().unwrap()]
}

#[test]
fn a_way_is_told_in_words_and_drawn_on_a_map() {
    let demo = small_demo();
    let folder = text(demo.path());
    let [from, to] = sites(folder);
    let ask = |more: &[&str]| {
        let common = ["route", folder, "--from", &from, "--to", &to];
        catchment(common.into_iter().chain(more.iter().copied()))
    };
    let words = ask(&[]);
    assert_eq!(words.code, Some(0), "{}", words.err);
    for word in [
        "The fastest way by the profile drive",
        "  1. Go ",
        "By class of street",
    ] {
        assert!(words.out.contains(word), "{}", words.out);
    }
    let walk = ask(&["--profile", "walk"]);
    assert!(walk.out.contains("Steps: "), "{}{}", walk.out, walk.err);
    let shortest = ask(&["--shortest", "--format", "json"]);
    let fastest = ask(&["--format", "json"]);
    let [shortest, fastest] = [shortest, fastest].map(|said| {
        assert_eq!(said.code, Some(0), "{}", said.err);
        let way: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let number = |value: &serde_json::Value| value.as_f64().unwrap();
        let steps = way["steps"].as_array().unwrap();
        for of in ["distance_m", "time_s"] {
            let sum: f64 = steps.iter().map(|step| number(&step[of])).sum();
            assert!((sum - number(&way[of])).abs() < 1e-6, "{of}: {sum}");
        }
        ["distance_m", "time_s"].map(|of| number(&way[of]))
    });
    assert!(shortest[0] <= fastest[0] && shortest[1] >= fastest[1]);
}

#[test]
fn a_file_is_whole_and_not_overwritten_unasked() {
    let demo = small_demo();
    let folder = text(demo.path());
    let [from, to] = sites(folder);
    let file = demo.path().join("way.geojson");
    let ask = |more: &[&str]| {
        let common = ["route", folder, "--from", &from, "--to", &to];
        let common = common
            .into_iter()
            .chain(["--format", "geojson", "-o", text(&file)]);
        catchment(common.chain(more.iter().copied()))
    };
    let said = ask(&[]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let written = fs::read_to_string(&file).unwrap();
    let map: serde_json::Value = serde_json::from_str(&written).unwrap();
    let features = map["features"].as_array().unwrap();
    assert!(features.len() > 1);
    let line = features[0]["geometry"]["coordinates"].as_array().unwrap();
    let mut joined = Vec::new();
    for step in &features[1..] {
        let own = step["geometry"]["coordinates"].as_array().unwrap();
        assert!(
            joined.is_empty() || joined.last() == own.first(),
            "a gap between steps"
        );
        joined.extend(own.iter().skip(usize::from(!joined.is_empty())).cloned());
    }
    assert_eq!(&joined, line);
    assert_eq!(ask(&[]).code, Some(1));
    assert_eq!(fs::read_to_string(&file).unwrap(), written);
    assert_eq!(ask(&["--overwrite"]).code, Some(0));
}

#[test]
fn what_cannot_be_is_said_with_what_can() {
    let demo = small_demo();
    let folder = text(demo.path());
    let [from, _] = sites(folder);
    for (to, profile, words) in [
        ("Nowhere Hall", "drive", "Nowhere Hall"),
        (from.as_str(), "hovercraft", "drive"),
        ("0.0,0.0", "drive", "50 km"),
    ] {
        let said = catchment([
            "route",
            folder,
            "--from",
            &from,
            "--to",
            to,
            "--profile",
            profile,
        ]);
        assert_eq!(said.code, Some(1), "{}", said.out);
        assert!(
            said.err.contains(words) && !said.err.contains("panicked"),
            "{}",
            said.err
        );
    }
    // People are no places, whatever their reference.
    let people = fs::read_to_string(demo.path().join("service_users.csv")).unwrap();
    let person = people
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .next()
        .unwrap()
        .to_owned();
    let said = catchment(["route", folder, "--from", &person, "--to", &from]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.err.contains("is no site, asset or postcode"),
        "{}",
        said.err
    );
    assert!(
        !catchment(["route", "--help"])
            .out
            .to_lowercase()
            .contains("home")
    );
}
