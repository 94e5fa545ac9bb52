//! What is proposed for workbooks, files of several layers, zipped Shapefiles and Open Referral feeds, and a whole council's files built unchanged.

use std::fs;
use std::path::Path;

use rust_xlsxwriter::{Workbook, Worksheet};

use super::{folder_with, proposed};
use crate::spatial::tests::ogr;
use crate::study_file::StudyFile;
use crate::{build, read};

/// Writes rows of cells from a row on.
fn fill(sheet: &mut Worksheet, name: &str, first: u32, rows: &[&[&str]]) {
    sheet.set_name(name).unwrap();
    for (row, cells) in (first..).zip(rows) {
        for (column, cell) in (0..).zip(*cells) {
            sheet.write(row, column, *cell).unwrap();
        }
    }
}

/// A workbook as a council keeps it: services below a title, people, what they attend, and a sheet with a person's name.
fn workbook(path: &Path) {
    let mut workbook = Workbook::new();
    let services = workbook.add_worksheet();
    services.write(0, 0, "Day services 2026").unwrap();
    fill(
        services,
        "Services",
        2,
        &[
            &[
                "Service",
                "Provider",
                "Type",
                "Post code",
                "Capacity",
                "Contact",
            ],
            &[
                "North Room",
                "Elm Trust",
                "Day service",
                "NP20 4AA",
                "12",
                "Ann",
            ],
            &["East Room", "Oak CIC", "Community", "NP20 4AB", "8", "Bob"],
        ],
    );
    people(&mut workbook);
    let lists = workbook.add_worksheet();
    lists.set_hidden(true);
    fill(lists, "Lists", 0, &[&["Yes"], &["No"]]);
    workbook.add_worksheet().set_name("Empty").unwrap();
    workbook.save(path).unwrap();
}

/// The sheets about people.
fn people(workbook: &mut Workbook) {
    fill(
        workbook.add_worksheet(),
        "Clients",
        0,
        &[
            &["Client ref", "Home postcode", "DOB", "Surname"],
            &["0017", "NP20 4AA", "04/03/1956", "Verysecretson"],
            &["0018", "NP20 4AB", "05/04/1987", "Hiddenford"],
        ],
    );
    fill(
        workbook.add_worksheet(),
        "Attendance",
        0,
        &[
            &[
                "Client ref",
                "Service attended",
                "Start date",
                "Days attended",
            ],
            &["0017", "North Room", "01/02/2022", "Mon, Wed"],
            &["0018", "East Room", "01/02/2022", "Tue"],
        ],
    );
    fill(
        workbook.add_worksheet(),
        "Mrs Verysecretson",
        0,
        &[&["Likes", "Dislikes"], &["tea", "noise"]],
    );
}

/// Squares of a tenth of a degree side by side, with these properties.
fn squares(properties: &[&str]) -> String {
    let features = properties.iter().zip(0..).map(|(properties, place)| {
        let west = -3.1 + f64::from(place) * 0.1;
        let east = west + 0.1;
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{{properties}}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[[{west},51.5],[{east},51.5],[{east},51.65],[{west},51.65],[{west},51.5]]]}}}}"
        )
    });
    let features: Vec<String> = features.collect();
    format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
        features.join(",")
    )
}

fn wards() -> String {
    squares(&[
        "\"WD25CD\":\"W05000001\",\"WD25NM\":\"West\",\"LAD25NM\":\"Newtown\"",
        "\"WD25CD\":\"W05000002\",\"WD25NM\":\"East\",\"LAD25NM\":\"Newtown\"",
    ])
}

fn small_areas() -> String {
    squares(&[
        "\"LSOA21CD\":\"W01000001\",\"LSOA21NM\":\"West 1\"",
        "\"LSOA21CD\":\"W01000002\",\"LSOA21NM\":\"East 1\"",
    ])
}

const STOPS: &str = "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":{\"stop\":\"A\"},\"geometry\":{\"type\":\"Point\",\"coordinates\":[-3,51.6]}}]}";

const CODEPO: &str =
    "NP20 4AA,10,331000,187000,W92000004,,,,,\nNP20 4AB,10,325000,187100,W92000004,,,,,\n";

const FEED: &str = r#"{"total_items":1,"contents":[{"id":"s1","name":"Central Library","status":"active",
    "service_at_locations":[{"id":"sl1","location":{"id":"l1","name":"Central Library","location_type":"physical","latitude":51.58,"longitude":-3.0}}]}]}"#;

#[test]
fn every_sheet_of_a_workbook_is_looked_at_and_strange_sheets_are_not_named() {
    let folder = folder_with(&[]);
    workbook(&folder.path().join("exports/council.xlsx"));
    let proposed = proposed(folder.path());
    let file = StudyFile::parse(&proposed.text).unwrap();
    let sheets = [file.providers, file.service_users, file.attendances];
    let sheets = sheets.map(|table| table.unwrap().layer.unwrap());
    assert_eq!(sheets, ["Services", "Clients", "Attendance"]);
    assert!(
        proposed.text.contains("1 column is not used: \"Contact\""),
        "{}",
        proposed.text
    );
    let all = format!("{}{}", proposed.text, proposed.summary.join("\n"));
    assert!(
        all.contains("council.xlsx: sheet 4 is a table of 2 columns"),
        "{all}"
    );
    for secret in ["Verysecretson", "Hiddenford", "Likes", "0017"] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
}

#[test]
fn a_workbook_of_one_sheet_needs_no_sheet_named() {
    let folder = folder_with(&[]);
    let mut workbook = Workbook::new();
    fill(
        workbook.add_worksheet(),
        "Anything",
        0,
        &[&["Provider", "Returned"], &["Elm Trust", "Y"]],
    );
    workbook.save(folder.path().join("exports/r.xlsx")).unwrap();
    let text = proposed(folder.path()).text;
    assert!(
        text.contains("# [returns]") && !text.contains("Anything"),
        "{text}"
    );
}

#[test]
fn every_layer_of_a_geopackage_is_looked_at() {
    if !ogr::here("every_layer_of_a_geopackage_is_looked_at") {
        return;
    }
    let folder = folder_with(&[]);
    let from = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("wards", wards()),
        ("lsoa", small_areas()),
        ("stops", STOPS.to_owned()),
    ] {
        let file = format!("{name}.geojson");
        fs::write(from.path().join(&file), text).unwrap();
        let mut arguments = vec!["-f", "GPKG", "all.gpkg", &file, "-nln", name];
        if name != "wards" {
            arguments.push("-update");
        }
        ogr::run(from.path(), &arguments);
    }
    fs::copy(
        from.path().join("all.gpkg"),
        folder.path().join("exports/all.gpkg"),
    )
    .unwrap();
    let proposed = proposed(folder.path());
    let file = StudyFile::parse(&proposed.text).unwrap();
    assert_eq!(file.study.title, "Newtown");
    let areas: Vec<(&str, Option<&str>)> = file
        .areas
        .iter()
        .map(|areas| (areas.id.as_str(), areas.layer.as_deref()))
        .collect();
    assert_eq!(
        areas,
        [("small_area_2021", Some("lsoa")), ("ward", Some("wards"))],
        "{}",
        proposed.text
    );
    assert!(
        proposed
            .text
            .contains("all.gpkg: layer \"stops\" has points or lines"),
        "{}",
        proposed.text
    );
    let read = read(&folder.path().join("study"), &mut |_, _, _| {}).unwrap();
    assert!(read.report.is_usable(), "{}", read.report);
}

#[test]
fn zipped_shapefiles_are_proposed_one_by_one_whatever_macos_adds() {
    if !ogr::here("zipped_shapefiles_are_proposed_one_by_one_whatever_macos_adds") {
        return;
    }
    let from = tempfile::tempdir().unwrap();
    for (name, text) in [("wards", wards()), ("lsoa", small_areas())] {
        let source = format!("{name}.geojson");
        fs::write(from.path().join(&source), text).unwrap();
        let shape = format!("{name}.shp");
        ogr::run(from.path(), &["-f", "ESRI Shapefile", &shape, &source]);
    }
    let zipped = |folder: &Path, files: &[(&str, &str)]| {
        use std::io::Write;
        let mut zip = zip::ZipWriter::new(fs::File::create(folder.join("exports/b.zip")).unwrap());
        for (stem, inside) in files {
            for ending in ["shp", "shx", "dbf", "prj"] {
                let options = zip::write::SimpleFileOptions::default();
                zip.start_file(format!("{inside}.{ending}"), options)
                    .unwrap();
                let bytes = fs::read(from.path().join(format!("{stem}.{ending}"))).unwrap();
                zip.write_all(&bytes).unwrap();
            }
            zip.start_file(
                format!("__MACOSX/._{}.shp", inside.replace('/', "_")),
                zip::write::SimpleFileOptions::default(),
            )
            .unwrap();
            zip.write_all(b"nothing").unwrap();
        }
        zip.finish().unwrap();
    };
    for (files, layers) in [
        (&[("wards", "W/wards")][..], &[None][..]),
        (
            &[("wards", "W/wards"), ("lsoa", "L/lsoa")],
            &[Some("lsoa"), Some("wards")],
        ),
        // Two of one name, in two folders.
        (
            &[("wards", "W/areas"), ("lsoa", "L/areas")],
            &[Some("L/areas"), Some("W/areas")],
        ),
    ] {
        let folder = folder_with(&[]);
        zipped(folder.path(), files);
        let proposed = proposed(folder.path());
        let file = StudyFile::parse(&proposed.text).unwrap();
        let found: Vec<Option<&str>> = file
            .areas
            .iter()
            .map(|areas| areas.layer.as_deref())
            .collect();
        assert_eq!(found, layers, "{}", proposed.text);
        let read = read(&folder.path().join("study"), &mut |_, _, _| {}).unwrap();
        assert!(read.report.is_usable(), "{}", read.report);
    }
}

#[test]
fn boundaries_of_no_known_year_wait_for_it_and_harm_nothing_else() {
    let wards = wards().replace("WD25", "WD");
    let folder = folder_with(&[("wards.geojson", &wards), ("feed.json", FEED)]);
    let text = proposed(folder.path()).text;
    let file = StudyFile::parse(&text).unwrap();
    assert!(file.areas.is_empty(), "{text}");
    assert!(
        text.contains("Not used yet: nothing says of which year these boundaries are"),
        "{text}"
    );
    assert!(
        text.contains(
            "# vintage = \"\" # the year the boundaries were drawn for, such as 2021; please check"
        ),
        "{text}"
    );
    let with_year = folder_with(&[("wards_ward_2023.geojson", &wards)]);
    let file = StudyFile::parse(&proposed(with_year.path()).text).unwrap();
    assert_eq!(file.areas[0].vintage, "2023");
}

#[test]
fn an_open_referral_feed_is_proposed_and_read_under_any_name() {
    let one = FEED.split_once('[').unwrap().1.rsplit_once(']').unwrap().0;
    let list = format!("[{one}]");
    for (name, text) in [
        ("page.json", FEED),
        ("list.json", list.as_str()),
        ("one.json", one),
        ("feed.txt", FEED),
    ] {
        let folder = folder_with(&[(name, text), ("wards.geojson", &wards())]);
        let proposed = proposed(folder.path());
        let file = StudyFile::parse(&proposed.text).unwrap();
        assert_eq!(file.assets.len(), 1, "{name}: {}", proposed.text);
        let read = read(&folder.path().join("study"), &mut |_, _, _| {}).unwrap();
        assert!(read.report.is_usable(), "{}", read.report);
        assert_eq!(read.study.unwrap().parts().assets.len(), 1, "{name}");
    }
}

#[test]
fn geojson_whose_kind_stands_at_the_end_is_known_by_its_first_feature() {
    let features = wards();
    let list = features.split_once("\"features\":").unwrap().1;
    let list = list.strip_suffix('}').unwrap();
    let note = "x".repeat(20_000);
    let turned =
        format!("{{\"features\":{list},\"note\":\"{note}\",\"type\":\"FeatureCollection\"}}");
    let folder = folder_with(&[("wards.geojson", &turned)]);
    let text = proposed(folder.path()).text;
    assert_eq!(StudyFile::parse(&text).unwrap().areas.len(), 1, "{text}");
}

/// Writes every kind of file that a council has, in its own headers.
fn whole_council() -> tempfile::TempDir {
    let population = "lsoa21_code,total\nW01000001,1500\nW01000002,1700\n";
    let deprivation = "LSOA code (2011),WIMD 2019 overall decile\nW01000001,3\nW01000002,8\n";
    let lookup =
        "LSOA21CD,WD25CD,LAD25NM\nW01000001,W05000001,Newtown\nW01000002,W05000002,Newtown\n";
    let folder = folder_with(&[
        ("wards25.geojson", &wards()),
        ("lsoa21.geojson", &small_areas()),
        ("lsoa11.geojson", &small_areas().replace("LSOA21", "LSOA11")),
        ("population_2021.csv", population),
        ("wimd2019.csv", deprivation),
        ("lookup.csv", lookup),
        ("codepo_np.csv", CODEPO),
        ("feed.json", FEED),
        (
            "libraries.csv",
            "Library name,Postcode,Opening hours\nBranch Library,NP20 4AB,9-5\n",
        ),
        (
            "returns.csv",
            "Provider,Oct 2026,Nov 2026\nElm Trust,✓,✓\nOak CIC,✓,\n",
        ),
        (
            "sessions.csv",
            "Service ref,Day,Start time,End time,Room\nNorth Room,Mon,09:30,15:30,2\nEast Room,Tue,10:00,12:00,\n",
        ),
        (
            "notes.txt",
            "Minutes of the meeting\nNothing was decided.\n",
        ),
    ]);
    workbook(&folder.path().join("exports/council.xlsx"));
    folder
}

#[test]
fn a_whole_councils_files_give_a_study_that_builds_unchanged() {
    let folder = whole_council();
    let proposed = proposed(folder.path());
    let study = folder.path().join("study");
    let checked = read(&study, &mut |_, _, _| {}).unwrap();
    assert!(
        checked.report.is_usable(),
        "{}\n{}",
        proposed.text,
        checked.report
    );
    let rejected = checked
        .report
        .count(catchment_core::issue::Severity::RowRejected);
    assert_eq!(rejected, 0, "{}\n{}", proposed.text, checked.report);
    let (built, _) = build(&study, &mut |_, _, _| {}).unwrap();
    let parts = built.parts();
    assert_eq!(
        [
            parts.services.len(),
            parts.users.len(),
            parts.attendances.len(),
            parts.returns.len(),
            parts.assets.len(),
            parts.postcodes.len(),
        ],
        [2, 2, 3, 2, 2, 2],
        "{}\n{}",
        proposed.text,
        checked.report
    );
    assert!(
        parts
            .services
            .rows()
            .iter()
            .all(|service| service.sessions.len() == 1)
    );
    for section in ["population", "deprivation", "lookup", "postcodes"] {
        assert!(proposed.summary.iter().any(|line| line.starts_with(&format!("[{section}]"))
            && !line.contains("not used")), "{section}: {}", proposed.summary.join("\n"));
    }
}
