//! Nothing that leaves holds a home, a person's reference, or a figure of a small group.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use catchment_core::grid::{Grid, GridPoint, LonLat};
use serde_json::Value;

use crate::folder::{catchment, small_demo, text, whole_demo};

/// Every exported file of a study, by name.
fn exported(folder: &Path) -> Vec<(String, String)> {
    let out = tempfile::tempdir().unwrap();
    let said = catchment(["export", text(folder), "-o", text(out.path())]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let files = fs::read_dir(out.path()).unwrap().map(|entry| {
        let entry = entry.unwrap();
        (
            entry.file_name().to_string_lossy().into_owned(),
            fs::read_to_string(entry.path()).unwrap(),
        )
    });
    let mut files: Vec<_> = files.collect();
    files.sort();
    files
}

/// The rows of a table as maps from header to cell.
fn rows(file: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(file).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn position(row: &BTreeMap<String, String>) -> LonLat {
    let metres = |name: &str| row[name].parse().unwrap();
    let point = GridPoint {
        x: metres("easting"),
        y: metres("northing"),
    };
    Grid::BritishNational.to_lon_lat(point).unwrap()
}

/// Positions to about a metre.
#[derive(Default)]
struct Positions(BTreeSet<(i64, i64)>);

impl Positions {
    fn cell(lon: f64, lat: f64) -> (i64, i64) {
        ((lon * 1e5).round() as i64, (lat * 1e5).round() as i64)
    }

    fn add(&mut self, lon: f64, lat: f64) {
        self.0.insert(Self::cell(lon, lat));
    }

    fn has(&self, lon: f64, lat: f64) -> bool {
        let (x, y) = Self::cell(lon, lat);
        (-1..=1).any(|dx| (-1..=1).any(|dy| self.0.contains(&(x + dx, y + dy))))
    }
}

/// Calls back with every position of a GeoJSON text.
fn each_position(value: &Value, found: &mut impl FnMut(f64, f64)) {
    match value {
        Value::Array(items) => match items.as_slice() {
            [Value::Number(lon), Value::Number(lat), ..] => {
                found(lon.as_f64().unwrap(), lat.as_f64().unwrap());
            }
            items => items.iter().for_each(|item| each_position(item, found)),
        },
        Value::Object(members) => {
            for (name, member) in members {
                if matches!(name.as_str(), "features" | "geometry" | "coordinates") {
                    each_position(member, found);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn every_position_that_leaves_is_of_a_site_or_of_a_boundary() {
    let (folder, _) = whole_demo();
    let mut known = Positions::default();
    for file in ["wards.geojson", "small_areas.geojson"] {
        let boundaries: Value =
            serde_json::from_str(&fs::read_to_string(folder.join(file)).unwrap()).unwrap();
        each_position(&boundaries, &mut |lon, lat| known.add(lon, lat));
    }
    let (homes, sites): (Vec<_>, Vec<_>) = rows(&folder.join("providers.csv"))
        .into_iter()
        .partition(|service| service["carers_home"] == "yes");
    // The directory has the address of a carer's home, which is not a site that may be shown.
    assert_eq!(homes.len(), 1);
    for site in sites {
        let site = position(&site);
        known.add(site.lon, site.lat);
    }
    for asset in rows(&folder.join("assets.csv")) {
        let asset = position(&asset);
        known.add(asset.lon, asset.lat);
    }
    let home = position(&homes[0]);
    assert!(!known.has(home.lon, home.lat));
    let mut seen = 0;
    for (name, contents) in exported(folder) {
        if let Some(layer) = name.strip_suffix(".geojson") {
            let collection: Value = serde_json::from_str(&contents).unwrap();
            each_position(&collection, &mut |lon, lat| {
                assert!(
                    known.has(lon, lat),
                    "{layer} has a position that is of no site and no boundary"
                );
                seen += 1;
            });
        }
    }
    assert!(seen > 10_000, "only {seen} positions were looked at");
    // The check can tell: most homes are of neither.
    let homes = rows(&folder.join("service_users.csv"));
    let strange = homes
        .iter()
        .map(position)
        .filter(|home| !known.has(home.lon, home.lat))
        .count();
    assert!(strange * 10 > homes.len() * 9);
}

#[test]
fn no_reference_of_a_person_and_no_home_is_in_any_text_that_leaves() {
    let (folder, _) = whole_demo();
    let files = exported(folder);
    let people = rows(&folder.join("service_users.csv"));
    assert!(people.len() > 1000);
    for person in &people {
        let home = format!("{},{}", person["easting"], person["northing"]);
        for (name, contents) in &files {
            assert!(
                !contents.contains(&person["user_id"]),
                "{name} holds a person's reference"
            );
            assert!(!contents.contains(&home), "{name} holds a home");
        }
    }
}

/// Builds a small demo whose table of people was changed. Returns the people as they were, and all that leaves and was said.
fn with_people_changed(change: impl Fn(&str) -> String) -> (Vec<BTreeMap<String, String>>, String) {
    let demo = small_demo();
    let file = demo.path().join("service_users.csv");
    let before = rows(&file);
    let people = fs::read_to_string(&file).unwrap();
    fs::write(&file, change(&people)).unwrap();
    let said = catchment(["build", text(demo.path())]);
    let mut all = said.out + &said.err;
    if said.code == Some(0) {
        all.extend(
            exported(demo.path())
                .into_iter()
                .map(|(_, contents)| contents),
        );
    }
    (before, all)
}

#[test]
fn one_quotation_mark_too_many_lets_nobody_out() {
    let (people, all) = with_people_changed(|people| {
        let mut lines: Vec<String> = people.lines().map(str::to_owned).collect();
        let group = lines[4].split(',').nth(5).unwrap().to_owned();
        lines[4] = lines[4].replace(&group, &format!("\"{group}"));
        lines.join("\n") + "\n"
    });
    assert!(all.contains("quotation mark"), "{all}");
    for person in people {
        assert!(!all.contains(&format!("{},{}", person["easting"], person["northing"])));
    }
}

#[test]
fn a_group_of_one_is_not_named() {
    let (_demo, all) = with_people_changed(|people| {
        let mut lines: Vec<String> = people.lines().map(str::to_owned).collect();
        let group = lines[4].split(',').nth(5).unwrap().to_owned();
        lines[4] = lines[4].replace(&group, "Mrs Ann Smith");
        lines.join("\n") + "\n"
    });
    assert!(!all.contains("Ann Smith"));
}

#[test]
fn a_table_of_people_without_a_header_is_refused_without_showing_its_first_row() {
    let (people, all) = with_people_changed(|people| {
        people
            .lines()
            .skip(1)
            .fold(String::new(), |text, line| text + line + "\n")
    });
    assert!(all.contains("has no column"), "{all}");
    for person in people {
        assert!(!all.contains(&person["postcode"]) || person["postcode"].is_empty());
    }
}

#[test]
fn no_small_count_is_in_any_table_or_layer() {
    let counted = [
        "people",
        "pairs",
        "attendances",
        "people_without_journey",
        "without_journey",
    ];
    let mut seen = 0;
    for (name, contents) in exported(&whole_demo().0)
        .iter()
        .filter(|(name, _)| !name.contains(".geojson") && !name.contains(".json"))
    {
        let mut reader =
            csv::Reader::from_reader(contents.trim_start_matches('\u{feff}').as_bytes());
        let headers = reader.headers().unwrap().clone();
        for record in reader.records() {
            let record = record.unwrap();
            for (header, cell) in headers
                .iter()
                .zip(&record)
                .filter(|(header, _)| counted.contains(header))
            {
                if let Ok(count) = cell.parse::<i64>() {
                    assert!(
                        count == 0 || (count >= 10 && count % 5 == 0),
                        "{name}: {header} = {count}"
                    );
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 100, "only {seen} counts were looked at");
}

#[test]
fn no_layer_has_a_point_at_a_carers_home_even_where_another_service_gives_the_same_place() {
    let demo = small_demo();
    let file = demo.path().join("providers.csv");
    let services = rows(&file);
    let home = services
        .iter()
        .find(|row| row["carers_home"] == "yes")
        .unwrap();
    let position = position(home);
    let place = format!("{},{}", home["easting"], home["northing"]);
    let table = fs::read_to_string(&file).unwrap();
    let changed: Vec<String> = table
        .lines()
        .map(|line| match line.strip_prefix("S02,") {
            // It moves to the carer's home and no longer says that its place is none.
            Some(rest) => {
                let old = &services[1];
                let old = format!("{},{}", old["easting"], old["northing"]);
                format!(
                    "S02,{}",
                    rest.replace(&old, &place).replacen(",no,", ",,", 1)
                )
            }
            None => line.to_owned(),
        })
        .collect();
    fs::write(&file, changed.join("\n") + "\n").unwrap();
    let said = catchment(["build", text(demo.path())]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(!(said.out.clone() + &said.err).contains(&place));
    let mut known = Positions::default();
    known.add(position.lon, position.lat);
    let mut seen = 0;
    for (name, contents) in exported(demo.path()) {
        assert!(!contents.contains(&place), "{name} holds a carer's home");
        if name.ends_with(".geojson") {
            let layer: Value = serde_json::from_str(&contents).unwrap();
            each_position(&layer, &mut |lon, lat| {
                assert!(!known.has(lon, lat), "{name} has a point at a carer's home");
                seen += 1;
            });
        }
    }
    assert!(seen > 100);
}
