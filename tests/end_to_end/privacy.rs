//! Nothing that leaves holds a home, a person's reference, or a figure of a small group.

use std::fs;

use catchment_core::grid::{Grid, GridPoint};

use crate::folder::{catchment, text, whole_demo};

/// Every exported file of the whole demo, by name.
fn exported() -> Vec<(String, String)> {
    let (folder, _) = whole_demo();
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

#[test]
fn no_home_and_no_reference_of_a_person_is_in_any_export() {
    let files = exported();
    let (folder, _) = whole_demo();
    let users = fs::read_to_string(folder.join("service_users.csv")).unwrap();
    let mut lines = users.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let column = |name: &str| header.iter().position(|found| *found == name).unwrap();
    let (id, x, y) = (column("user_id"), column("easting"), column("northing"));
    let mut people = 0;
    for line in lines {
        people += 1;
        let cells: Vec<&str> = line.split(',').collect();
        let home = GridPoint {
            x: cells[x].parse().unwrap(),
            y: cells[y].parse().unwrap(),
        };
        let degrees = Grid::BritishNational.to_lon_lat(home).unwrap();
        // To some ten metres: nearer than any two homes need be told apart.
        let (lon, lat) = (format!("{:.4}", degrees.lon), format!("{:.4}", degrees.lat));
        for (name, contents) in &files {
            assert!(
                !contents.contains(cells[id]),
                "{name} holds a person's reference"
            );
            assert!(
                !contents.contains(&format!("{},{}", cells[x], cells[y])),
                "{name} holds a home on the grid"
            );
            // Outlines of areas and sites may pass near a home; a point layer must not stand on one.
            if name.ends_with(".geojson") {
                assert!(
                    !contents.contains(&format!("\"Point\",\"coordinates\":[{lon}"))
                        || !contents.contains(&format!(",{lat}]")),
                    "{name}"
                );
            }
        }
    }
    assert!(people > 1000);
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
    for (name, contents) in exported()
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
