//! Community assets of tables and feeds that are, or may be, a carer's own home.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop the moment something is not as it expects"
)]

#[expect(dead_code, reason = "other tests use the rest of it")]
mod common;

use catchment_core::grid::{Grid, GridPoint};
use catchment_core::issue::Severity;
use catchment_import::{Report, build_with};
use common::Folder;
use serde_json::{Value, json};

/// A sound study with a carer's home at 451 500, 101 500 and, by its postcode alone, one at QZ2 1AA.
fn study(sections: &str) -> Folder {
    let folder = Folder::sound();
    folder.write(
        "providers.csv",
        "service_id,service_name,operator,category,carers_home,postcode,easting,northing\n\
         S1,North Room,Trading Ltd,Day service,,,450500,102010\n\
         S2,Mair Secretson,Mair Secretson,Day service,yes,QZ1 1AB,451500,101500\n\
         S3,Short breaks,Trading Ltd,Shared Lives,,QZ2 1AA,,\n",
    );
    folder.exchange(
        "study.toml",
        "[providers]",
        &format!("{sections}\n[providers]"),
    );
    folder
}

fn table(rows: &str) -> Folder {
    let folder = study("[[assets]]\nfile = \"assets.csv\"");
    folder.write(
        "assets.csv",
        format!("asset_id,name,kind,postcode,easting,northing,carers_home\n{rows}"),
    );
    folder
}

/// Reads a study; returns the ids of its assets and what is said.
fn read(folder: &Folder) -> (Vec<String>, Report) {
    let read = folder.read();
    let study = read.study.unwrap_or_else(|| panic!("{}", read.report));
    let assets = study.parts().assets.rows().iter();
    (assets.map(|asset| asset.key.clone()).collect(), read.report)
}

fn notes<'a>(report: &'a Report, part: &str) -> Vec<&'a str> {
    let all = report.issues.iter().map(|issue| issue.message.as_str());
    all.filter(|message| message.contains(part)).collect()
}

/// Checks that one file left out so many homes, said so once and without a row, and quoted nothing.
fn says_that_so_many_are_left_out(report: &Report, many: &str) {
    let said = notes(report, "in a carer's own home by name, by kind or by place");
    assert_eq!(said.len(), 1, "{report}");
    assert!(said[0].starts_with(many), "{}", said[0]);
    let all = report.issues.iter();
    let issue = all.clone().find(|issue| issue.message == said[0]).unwrap();
    assert_eq!((issue.severity, issue.row), (Severity::Note, None));
    let json = report.to_json().unwrap();
    let (lat, lon) = degrees(451_500.0, 101_500.0);
    let place = [format!("{lat:.3}"), format!("{lon:.3}")];
    let secrets = ["Hidden", "Secretson", "451500", "101500"];
    for secret in secrets.into_iter().chain(place.iter().map(String::as_str)) {
        assert!(!json.contains(secret), "{secret}: {json}");
    }
}

#[test]
fn an_asset_of_a_table_at_a_carers_home_is_left_out_and_one_next_door_is_not() {
    let folder = table(
        "A1,Hidden by coordinates,cafe,,451500,101500,\n\
         A2,Hidden in the same house,library,,451520,101480,\n\
         A3,Hidden by the postcode of a home,cafe,qz21aa,,,\n\
         A4,Hidden by the other postcode,cafe,QZ1 1AB,,,\n\
         A5,Mair Secretson,cafe,QZ1 1AA,,,\n\
         A6,Hidden by kind,Shared Lives,QZ1 1AA,,,\n\
         A7,Hidden because it says so,cafe,QZ1 1AA,,,yes\n\
         B1,Next door,library,,451540,101500,\n\
         B2,A shop of the same postcode,library,QZ2 1AA,451800,100400,\n\
         B3,Elsewhere,library,QZ1 1AA,,,\n\
         B4,Trading Ltd,library,QZ1 1AA,,,\n",
    );
    let (kept, report) = read(&folder);
    assert_eq!(kept, ["B1", "B2", "B3", "B4"], "{report}");
    says_that_so_many_are_left_out(&report, "7 assets are");
    let counts = report.files.iter().find(|file| file.file == "assets.csv");
    let counts = counts.unwrap();
    assert_eq!((counts.rows, counts.accepted), (11, 11));
}

#[test]
fn a_row_that_says_that_it_is_nobodys_home_is_believed() {
    let folder = table(
        "A1,Village Hall,community_centre,,451500,101500,no\n\
         A2,Shared Lives office,community_centre,QZ1 1AA,,,no\n\
         A3,Post office,shop,QZ2 1AA,,,No\n\
         A4,Hidden,Shared Lives,QZ2 1AA,,,no\n\
         A5,Hidden,shop,QZ1 1AA,,,perhaps\n",
    );
    let (kept, report) = read(&folder);
    assert_eq!(kept, ["A1", "A2", "A3"], "{report}");
    says_that_so_many_are_left_out(&report, "2 assets are");
    assert_eq!(
        notes(&report, "cannot be read and was taken as yes").len(),
        1
    );
}

#[test]
fn a_row_of_the_directory_that_was_rejected_for_its_shape_may_be_of_a_home() {
    let folder = table(
        "A1,Hidden,cafe,,450901,101000,\n\
         A2,12 Secretson Road,cafe,QZ1 1AA,,,\n\
         A3,Hidden,cafe,QZ1 1AB,,,\n\
         B1,Library,library,QZ1 1AA,,,\n\
         B2,Hall,community_centre,QZ1 1AB,450200,101800,\n\
         B3,Hidden no more,cafe,,450901,101000,no\n",
    );
    folder.exchange(
        "providers.csv",
        "S2,Mair Secretson,Mair Secretson,Day service,yes,QZ1 1AB,451500,101500\n",
        "S2,Short breaks,Wex,Shared Lives,,QZ1 1AB,450901,101000,12 Secretson Road,QZ1 1AB\n",
    );
    let read = folder.read();
    let said = format!("{}", read.report);
    let study = read.study.expect("a study");
    let kept = study.parts().assets.rows().iter();
    let kept: Vec<&str> = kept.map(|asset| asset.key.as_str()).collect();
    assert_eq!(kept, ["B1", "B2", "B3"], "{said}");
    assert!(
        said.contains("3 assets are in a carer's own home"),
        "{said}"
    );
    assert!(
        !said.contains("Hidden") && !said.contains("Secretson"),
        "{said}"
    );
}

#[test]
fn nothing_is_quoted_of_an_asset_that_may_be_at_a_home() {
    // The coordinates are a carer's home, the postcode is some way off, and what else is wrong is said without a value.
    let folder = table(
        "A1,Hidden,cafe,QZ1 1AA,451500,101500,\n\
         A1,Hidden,,QZ1 1AA,451500,101500,\n\
         A1,Hidden,cafe,QZ2 1AA,,,\n",
    );
    let (kept, report) = read(&folder);
    assert!(kept.is_empty(), "{report}");
    says_that_so_many_are_left_out(&report, "1 asset is");
    assert!(!report.to_json().unwrap().contains("\\\"A1"), "{report}");
}

fn degrees(x: f64, y: f64) -> (f64, f64) {
    let position = Grid::BritishNational
        .to_lon_lat(GridPoint { x, y })
        .unwrap();
    (position.lat, position.lon)
}

fn at(id: &str, x: f64, y: f64) -> Value {
    let (latitude, longitude) = degrees(x, y);
    json!({ "id": id, "latitude": latitude, "longitude": longitude })
}

fn service(name: &str, location: &Value) -> Value {
    json!({ "id": name, "name": name, "service_at_locations": [{ "location": location }] })
}

#[test]
fn a_service_of_a_feed_in_a_carers_home_is_left_out_by_place_or_by_name() {
    let folder = study("[[assets]]\nfile = \"feed\"");
    let postcode = |code: &str| json!({ "id": code, "addresses": [{ "postal_code": code }] });
    let mut by_term = service("Hidden by its term", &at("h3", 450_300.0, 101_000.0));
    by_term["attributes"] = json!([{ "taxonomy_term": { "name": "Shared Lives" } }]);
    let mut by_operator = service("Hidden by who runs it", &at("h4", 450_300.0, 101_000.0));
    by_operator["organization"] = json!({ "id": "o", "name": "Mair SECRETSON" });
    let mut named = at("h5", 450_300.0, 101_000.0);
    named["name"] = json!("Hidden in a carer's home");
    let (latitude, longitude) = degrees(451_500.0, 101_500.0);
    let swapped = json!({ "id": "h6", "latitude": longitude, "longitude": latitude });
    folder.write(
        "feed",
        json!([
            service("Hidden by place", &at("h1", 451_490.0, 101_500.0)),
            service("Hidden by postcode", &postcode("QZ2 1AA")),
            service("Shared Lives of Hidden", &at("h2", 450_300.0, 101_000.0)),
            service("Mair Secretson", &at("h2", 450_300.0, 101_000.0)),
            by_term,
            by_operator,
            service("Hidden", &named),
            service("Hidden and swapped", &swapped),
            service("Library", &at("l1", 450_300.0, 101_000.0)),
            service("Hall", &postcode("QZ1 1AA")),
        ])
        .to_string(),
    );
    let (kept, report) = read(&folder);
    // A location at which a home was left out may still be that of another service.
    assert_eq!(kept, ["l1", "QZ1 1AA"], "{report}");
    says_that_so_many_are_left_out(&report, "8 locations are");
}

#[test]
fn what_the_road_file_shows_at_a_carers_home_stays() {
    let folder = table("A1,Mill Library,library,,451500,101500,\n");
    folder.exchange(
        "study.toml",
        "[providers]",
        "[community_assets]\nfrom_roads = true\n\n[providers]",
    );
    let (lat, lon) = degrees(451_500.0, 101_500.0);
    let node = format!(
        "<node id=\"101\" lat=\"{lat:.7}\" lon=\"{lon:.7}\"><tag k=\"amenity\" v=\"library\"/><tag k=\"name\" v=\"Mill Library\"/></node></osm>"
    );
    folder.exchange("roads.osm", "</osm>", &node);
    assert_eq!(read(&folder).0, ["osm-node-101"]);
}

#[test]
fn a_feed_whose_coordinates_and_postcode_are_of_two_places_says_so() {
    let folder = study("[[assets]]\nfile = \"feed\"");
    let with = |mut location: Value| {
        location["addresses"] = json!([{ "postal_code": "QZ1 1AA" }]);
        location
    };
    folder.write(
        "feed",
        json!([
            service("Near", &with(at("near", 450_100.0, 101_000.0))),
            service("Off", &with(at("off", 450_100.0, 103_500.0))),
            service("Far", &with(at("far", 450_100.0, 115_000.0))),
        ])
        .to_string(),
    );
    let (kept, report) = read(&folder);
    assert_eq!(kept, ["near", "off"], "{report}");
    let said: Vec<_> = report
        .issues
        .iter()
        .filter(|issue| issue.file == "feed" && issue.severity > Severity::Note)
        .map(|issue| (issue.severity, issue.row, issue.message.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (
                Severity::Repaired,
                Some(2),
                "is of a place about 3 km from the coordinates beside it; the coordinates were used"
            ),
            (
                Severity::RowRejected,
                Some(3),
                "is of a place about 15 km from the coordinates beside it; neither was used"
            ),
        ]
    );
}

#[test]
fn a_directory_that_changes_withholds_what_an_earlier_build_let_through() {
    let folder = table("A1,Hall,library,,450900,101000,\nA2,Library,library,QZ1 1AA,,,\n");
    let build = || {
        let (study, built) =
            build_with(folder.path(), false, &mut |_| (), &mut |_, _, _| {}).unwrap();
        (study.parts().assets.len(), built)
    };
    assert_eq!(build().0, 2);
    folder.exchange("providers.csv", "451500,101500", "450905,101000");
    assert_eq!(build().0, 1);
    // The directory is taken from its record now, and is read again for its homes.
    folder.exchange("assets.csv", "A2,Library", "A2,Book Shop");
    let (assets, third) = build();
    assert_eq!(assets, 1);
    let read = |role: &str| {
        let step = third.steps.iter().find(|step| step.role == role);
        step.unwrap().read
    };
    assert!(read("assets.1") && !read("providers"));
}
