//! Community assets from tables, feeds and the road file: what is read, what is said, and input that is wrong.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop the moment something is not as it expects"
)]

#[expect(dead_code, reason = "other tests use the rest of it")]
mod common;

use std::path::{Path, PathBuf};

use catchment_core::grid::{Grid, GridPoint};
use catchment_core::issue::Severity;
use catchment_core::place::{Asset, AssetSource, GeocodeGrade};
use catchment_import::ReadStudy;
use catchment_import::fuzz::open_referral as read_open_referral_bytes;
use common::Folder;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A sound study with one more section.
fn with(section: &str, file: &str, text: impl AsRef<[u8]>) -> Folder {
    let folder = Folder::sound();
    folder.exchange(
        "study.toml",
        "[providers]",
        &format!("{section}\n[providers]"),
    );
    folder.write(file, text);
    folder
}

fn table(text: &str) -> Folder {
    with("[[assets]]\nfile = \"assets.csv\"", "assets.csv", text)
}

fn feed(json: &Value) -> Folder {
    with(
        "[[assets]]\nfile = \"feed.json\"",
        "feed.json",
        json.to_string(),
    )
}

fn assets(read: &ReadStudy) -> &[Asset] {
    read.study.as_ref().expect("a study").parts().assets.rows()
}

fn keys(read: &ReadStudy) -> Vec<&str> {
    assets(read)
        .iter()
        .map(|asset| asset.key.as_str())
        .collect()
}

/// Everything said of a file: severity, row, column and message.
fn said(read: &ReadStudy, file: &str) -> Vec<(Severity, Option<u64>, String)> {
    let of_file = read.report.issues.iter().filter(|issue| issue.file == file);
    of_file
        .filter(|issue| !issue.message.contains("licence"))
        .map(|issue| (issue.severity, issue.row, issue.message.clone()))
        .collect()
}

/// Rows, accepted, repaired and rejected of a file; they add up.
fn counts(read: &ReadStudy, file: &str) -> [u64; 4] {
    let counts = read
        .report
        .files
        .iter()
        .find(|counts| counts.file == file)
        .unwrap();
    assert_eq!(
        counts.rows,
        counts.accepted + counts.repaired + counts.rejected
    );
    [
        counts.rows,
        counts.accepted,
        counts.repaired,
        counts.rejected,
    ]
}

/// Latitude and longitude of a point so many metres from the corner of the fixture's streets.
fn degrees(x: f64, y: f64) -> (f64, f64) {
    let point = GridPoint {
        x: 450_000.0 + x,
        y: 100_000.0 + y,
    };
    let position = Grid::BritishNational.to_lon_lat(point).unwrap();
    (position.lat, position.lon)
}

fn service(id: &str, locations: &[Value]) -> Value {
    let at: Vec<Value> = locations
        .iter()
        .map(|location| json!({ "id": "x", "location": location }))
        .collect();
    json!({ "id": id, "name": format!("Service {id}"), "status": "active", "service_at_locations": at })
}

fn location(id: &str, (latitude, longitude): (f64, f64)) -> Value {
    json!({ "id": id, "location_type": "physical", "latitude": latitude, "longitude": longitude })
}

#[test]
fn a_table_is_read_by_coordinates_and_by_postcode() {
    let folder = table(
        "asset_id,name,kind,postcode,easting,northing,step_free\n\
         A1,North Library,Library,,450500,102000,yes\n\
         A2,Hut,Men's Shed,qz11aa,,,no\n\
         A3,Pier Cafe,cafe,QZ1 1AB,450100,101900,\n",
    );
    let read = folder.read();
    assert_eq!(counts(&read, "assets.csv"), [3, 3, 0, 0]);
    let found: Vec<_> = assets(&read)
        .iter()
        .map(|asset| {
            (
                asset.kind.as_str(),
                asset.grade,
                asset.step_free,
                asset.source,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                "library",
                GeocodeGrade::Coordinates,
                Some(true),
                AssetSource::Table
            ),
            (
                "Men's Shed",
                GeocodeGrade::Postcode,
                Some(false),
                AssetSource::Table
            ),
            ("cafe", GeocodeGrade::Coordinates, None, AssetSource::Table),
        ]
    );
    assert_eq!(assets(&read)[1].postcode.as_deref(), Some("QZ1 1AA"));
}

#[test]
fn what_closed_before_the_day_is_left_out_and_said() {
    let folder = table(
        "asset_id,name,kind,postcode,closed\n\
         A1,One,library,QZ1 1AA,2012\n\
         A2,Two,library,QZ1 1AA,05/03/2023\n\
         A3,Three,library,QZ1 1AA,2023-03-06\n\
         A4,Four,library,QZ1 1AA,2030\n\
         A5,Five,library,QZ1 1AA,2023\n\
         A6,Six,library,QZ1 1AA,\n",
    );
    let read = folder.read();
    assert_eq!(keys(&read), ["A3", "A4", "A5", "A6"]);
    assert_eq!(counts(&read, "assets.csv"), [6, 5, 1, 0]);
    let said = said(&read, "assets.csv");
    assert_eq!((said[0].0, said[0].1), (Severity::Repaired, Some(6)));
    assert!(said[0].2.contains("taken as open"), "{said:?}");
    assert_eq!(
        said[1].2,
        "2 assets closed before 2023-03-06 and were left out"
    );
}

#[test]
fn rows_that_are_wrong_are_rejected_and_odd_names_are_mended() {
    let folder = table(
        "asset_id,name,kind,postcode,easting,northing\n\
         A1,One,library,QZ1 1AA,,\n\
         A1,Again,library,QZ1 1AA,,\n\
         A2,,library,QZ1 1AA,,\n\
         A3,Kindless,,QZ1 1AA,,\n\
         A4,Nowhere,library,,,\n\
         A5,Swapped,library,,102000,450500\n\
         A6,Bell\u{7}\u{202e} Tower,library,QZ1 1AA,,\n",
    );
    let read = folder.read();
    assert_eq!(keys(&read), ["A1", "A6"]);
    assert_eq!(assets(&read)[1].name, "Bell Tower");
    assert_eq!(counts(&read, "assets.csv"), [7, 1, 1, 5]);
    let rows: Vec<_> = said(&read, "assets.csv")
        .iter()
        .map(|(severity, row, _)| (*severity, row.unwrap()))
        .collect();
    let rejected = Severity::RowRejected;
    assert_eq!(
        rows,
        [
            (rejected, 3),
            (rejected, 4),
            (rejected, 5),
            (rejected, 6),
            (rejected, 7),
            (Severity::Repaired, 8)
        ]
    );
    assert!(!format!("{}", read.report).contains('\u{202e}'));
}

#[test]
fn a_fixed_kind_needs_no_column_and_a_missing_id_is_said() {
    let folder = with(
        "[[assets]]\nfile = \"l.csv\"\nkind = \"library\"\ncolumns = { name = \"Library\" }",
        "l.csv",
        "Library,postcode,type\nEast,QZ2 1AA,LAL\n",
    );
    let read = folder.read();
    assert_eq!(
        (keys(&read), assets(&read)[0].kind.as_str()),
        (vec!["row-2"], "library")
    );
    assert!(
        said(&read, "l.csv")
            .iter()
            .any(|(_, _, message)| message.contains("no id of its own"))
    );
}

#[test]
fn a_feed_is_a_list_a_page_or_one_service() {
    let one = service("s1", &[location("l1", degrees(500.0, 2000.0))]);
    for json in [
        json!([one]),
        json!({ "total_items": 1, "contents": [one] }),
        one.clone(),
    ] {
        let read = feed(&json).read();
        assert_eq!(keys(&read), ["l1"], "{json}");
        assert_eq!(counts(&read, "feed.json"), [1, 1, 0, 0]);
        let asset = &assets(&read)[0];
        assert!(
            (asset.point.x - 450_500.0).abs() < 0.01 && (asset.point.y - 102_000.0).abs() < 0.01
        );
        assert_eq!(
            (asset.kind.as_str(), asset.name.as_str()),
            ("not stated", "Service s1")
        );
        assert_eq!(asset.source, AssetSource::OpenReferral);
    }
    let page = json!({ "total_items": 40, "contents": [one] });
    let read = feed(&page).read();
    assert!(
        said(&read, "feed.json")
            .iter()
            .any(|(_, _, message)| message == "is one page of several: it holds 1 of 40 services")
    );
}

#[test]
fn a_service_without_a_location_is_counted_and_never_placed() {
    let mut closed = service("closed", &[location("l2", degrees(0.0, 0.0))]);
    closed["status"] = json!("defunct");
    let virtual_place = json!({ "id": "v", "location_type": "virtual" });
    let bare = json!({ "id": "b", "location_type": "physical" });
    let read = feed(&json!([
        service("none", &[]),
        { "id": "s0", "name": "No list", "status": "active" },
        closed,
        service("online", &[virtual_place]),
        service("bare", &[bare]),
    ]))
    .read();
    assert!(assets(&read).is_empty());
    assert_eq!(counts(&read, "feed.json"), [5, 5, 0, 0]);
    let messages: Vec<String> = said(&read, "feed.json")
        .into_iter()
        .map(|(_, _, message)| message)
        .collect();
    assert_eq!(
        messages,
        [
            "1 service is not active: left out",
            "2 services have no location and cannot be shown on a map",
            "1 location is not physical (postal or virtual): left out",
            "1 location has neither latitude and longitude nor a postcode of the study: left out",
        ]
    );
}

#[test]
fn locations_kinds_and_postcodes_of_a_feed() {
    let address = json!([{ "address_type": "physical", "postal_code": "qz2 1aa" }]);
    let mut hall = service(
        "hall",
        &[
            location("l1", degrees(500.0, 2000.0)),
            json!({ "id": "l2", "name": "Annex", "addresses": address }),
        ],
    );
    hall["attributes"] = json!([
        { "taxonomy_term": { "name": "Older people" } },
        { "taxonomy_term": { "name": "Community Centres" } },
    ]);
    let mut choir = service("choir", &[location("l1", degrees(500.0, 2000.0))]);
    choir["attributes"] = json!([{ "taxonomy_term": { "name": "community centre" } }]);
    let read = feed(&json!([hall, choir])).read();
    let found: Vec<_> = assets(&read)
        .iter()
        .map(|asset| {
            (
                asset.key.as_str(),
                asset.name.as_str(),
                asset.kind.as_str(),
                asset.grade,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            (
                "l1",
                "Service hall",
                "community_centre",
                GeocodeGrade::Coordinates
            ),
            ("l2", "Annex", "community_centre", GeocodeGrade::Postcode),
        ]
    );
    assert!(
        said(&read, "feed.json")
            .iter()
            .any(|(_, _, message)| message.starts_with("1 further service of one kind"))
    );
}

#[test]
fn swapped_coordinates_are_exchanged_and_said_and_impossible_ones_rejected() {
    let (latitude, longitude) = degrees(500.0, 2000.0);
    let bad = |latitude: Value, longitude: Value| {
        service(
            "bad",
            &[json!({ "id": "l", "latitude": latitude, "longitude": longitude })],
        )
    };
    let read = feed(&json!([
        service("swapped", &[location("l1", (longitude, latitude))]),
        bad(json!(200), json!(longitude)),
        bad(json!(latitude), Value::Null),
        bad(json!([1]), json!(2)),
        bad(json!("north"), json!("west")),
        bad(json!(1e300), json!(-1e300)),
        bad(json!(0), json!(0.0)),
        service(
            "half",
            &[
                location("l8", degrees(0.0, 0.0)),
                location("l9", (91.0, 0.5))
            ]
        ),
    ]))
    .read();
    assert_eq!(keys(&read), ["l1", "l8"]);
    assert_eq!(counts(&read, "feed.json"), [8, 0, 3, 5]);
    assert!((assets(&read)[0].point.x - 450_500.0).abs() < 0.01);
    let said = said(&read, "feed.json");
    assert!(
        said[0].2.contains("look swapped") && said[0].0 == Severity::Repaired,
        "{said:?}"
    );
    let rows: Vec<_> = said
        .iter()
        .filter(|(severity, _, _)| *severity == Severity::RowRejected)
        .map(|(_, row, _)| row.unwrap())
        .collect();
    assert_eq!(rows, [2, 3, 4, 5, 6]);
    assert!(said.iter().any(
        |(_, row, message)| *row == Some(8) && message.ends_with("this location was left out")
    ));
}

#[test]
fn entries_of_the_wrong_type_are_rejected_one_by_one() {
    let read = feed(&json!([
        7, null, "service", [], {},
        { "id": 5, "name": "Number" },
        { "id": "s", "name": "Status", "status": 3 },
        { "id": "s", "name": "List", "service_at_locations": "here" },
        { "id": "s", "name": "Places", "service_at_locations": [1, null] },
        { "id": "s", "name": "Location", "service_at_locations": [{ "location": "here" }] },
        service("good", &[location("l1", degrees(0.0, 0.0))]),
    ]))
    .read();
    assert_eq!(keys(&read), ["l1"]);
    assert_eq!(counts(&read, "feed.json"), [11, 1, 0, 10]);
}

#[test]
fn a_feed_cut_anywhere_nested_too_deep_or_something_else_is_unusable() {
    let whole = json!([
        service("s1", &[location("l1", degrees(0.0, 0.0))]),
        service("s2", &[])
    ])
    .to_string();
    for cut in 1..10 {
        let at = whole.len() * cut / 10;
        let read = with(
            "[[assets]]\nfile = \"feed.json\"",
            "feed.json",
            &whole.as_bytes()[..at],
        )
        .read();
        assert!(read.study.is_none(), "cut at {at}");
        let said = said(&read, "feed.json");
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].2.contains("ends too early"), "{said:?}");
    }
    let deep = format!("[{}{}]", "[".repeat(100_000), "]".repeat(100_000));
    let huge = format!("[{}1]", "1,".repeat(300_000));
    for (text, expected) in [
        (deep.as_str(), Some("nested too deep")),
        (
            "{\"type\":\"FeatureCollection\",\"features\":[]}",
            Some("no Open Referral UK feed"),
        ),
        ("{\"id\": 1, \"name\": 2} {", Some("breaks off")),
        ("[] []", Some("breaks off")),
        ("\u{feff}[]", None),
        (huge.as_str(), None),
    ] {
        let read = with("[[assets]]\nfile = \"feed.json\"", "feed.json", text).read();
        let said = said(&read, "feed.json");
        match expected {
            Some(expected) => {
                assert!(read.study.is_none());
                assert!(said[0].2.contains(expected), "{said:?}");
            }
            None => assert!(read.study.is_some()),
        }
    }
}

#[test]
fn a_feed_is_known_by_how_it_begins_and_not_by_its_name() {
    let feed = json!([service("s1", &[location("l1", degrees(500.0, 2000.0))])]).to_string();
    for (name, text) in [
        ("services", feed.clone()),
        ("services.txt", format!("\u{feff}\r\n {feed}")),
        ("services.csv", feed),
    ] {
        let read = with(&format!("[[assets]]\nfile = \"{name}\""), name, text).read();
        assert_eq!(keys(&read), ["l1"], "{name}: {}", read.report);
        assert_eq!(assets(&read)[0].source, AssetSource::OpenReferral);
    }
    let table = "asset_id,name,kind,postcode\nA1,One,library,QZ1 1AA\n";
    let read = with("[[assets]]\nfile = \"list.json\"", "list.json", table).read();
    assert_eq!(keys(&read), ["A1"], "{}", read.report);
    assert_eq!(assets(&read)[0].source, AssetSource::Table);
}

#[test]
fn the_sample_of_the_standard_is_read() {
    let shared = shared();
    let Ok(sample) = std::fs::read(shared.join("standards/open-referral-uk-service.sample.json"))
    else {
        println!("SKIP the_sample_of_the_standard_is_read: no shared data");
        return;
    };
    let read = with("[[assets]]\nfile = \"feed.json\"", "feed.json", sample).read();
    assert_eq!(assets(&read).len(), 1);
    assert_eq!(assets(&read)[0].name, "Synthetic Day Opportunity 01");
}

/// A point of the road file, so many metres from the corner of the fixture's streets, with two tags.
fn node(id: u32, x: f64, y: f64, [one, two]: &[(&str, &str); 2]) -> String {
    let (lat, lon) = degrees(x, y);
    let tag = |(key, value): &(&str, &str)| format!("<tag k=\"{key}\" v=\"{value}\"/>");
    format!(
        "<node id=\"{id}\" lat=\"{lat:.7}\" lon=\"{lon:.7}\">{}{}</node>",
        tag(one),
        tag(two)
    )
}

#[test]
fn a_place_in_two_sources_is_kept_once_and_the_table_wins() {
    let folder = with(
        "[[assets]]\nfile = \"feed.json\"\nkind = \"library\"\n[[assets]]\nfile = \"assets.csv\"\n[community_assets]\nfrom_roads = true\n",
        "assets.csv",
        "asset_id,name,kind,easting,northing\n\
         l1,Mill Library,library,450500,102000\n\
         A2,Chapel,place_of_worship,450700,102000\n",
    );
    let feed = json!([
        service(
            "s1",
            &[
                json!({ "id": "f1", "name": "The Mill Library & Hub", "latitude": degrees(530.0, 2010.0).0, "longitude": degrees(530.0, 2010.0).1 })
            ]
        ),
        service("s2", &[location("l1", degrees(1500.0, 2000.0))]),
    ]);
    folder.write("feed.json", feed.to_string());
    let library = [("amenity", "library"), ("name", "Mill library")];
    let nodes = [
        node(101, 490.0, 2000.0, &library),
        node(102, 600.0, 2000.0, &library),
        node(
            103,
            700.0,
            2000.0,
            &[("amenity", "cafe"), ("name", "Chapel")],
        ),
        node(104, 20_000.0, 2000.0, &library),
    ];
    folder.exchange("roads.osm", "</osm>", &format!("{}</osm>", nodes.concat()));
    let read = folder.read();
    // The one of the road file 100 m off and the cafe in the chapel are other places; the feed's l1 got a number after its id.
    assert_eq!(
        keys(&read),
        ["l1", "A2", "l1-2", "osm-node-102", "osm-node-103"]
    );
    assert_eq!(assets(&read)[0].source, AssetSource::Table);
    let about = |file: &str| {
        let all = said(&read, file).into_iter().map(|(_, _, message)| message);
        all.filter(|message| message.contains("community asset"))
            .collect::<Vec<_>>()
    };
    assert_eq!(about("feed.json").len(), 2);
    assert!(
        about("feed.json")[0]
            .starts_with("1 community asset is in another file or twice on the map")
    );
    let roads = about("roads.osm");
    assert!(
        roads[0].starts_with("1 community asset is in another file"),
        "{roads:?}"
    );
    assert!(
        roads[1].contains("more than 5 km outside every area"),
        "{roads:?}"
    );
}

fn shared() -> PathBuf {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    std::env::var_os("CATCHMENT_SHARED").map_or(default, PathBuf::from)
}

#[test]
fn the_real_lists_of_libraries_and_schools_are_read_whole() {
    let bcp = shared().join("data/bcp");
    if !bcp.is_dir() {
        println!("SKIP the_real_lists_of_libraries_and_schools_are_read_whole: no shared data");
        return;
    }
    let libraries = "[[assets]]\nfile = \"libraries.csv\"\nkind = \"library\"\n\
         columns = { asset_id = \"Unique property reference number\", name = \"Library name\", postcode = \"Postcode\", closed = \"Year closed\" }";
    let schools = "[[assets]]\nfile = \"gias_establishments.csv\"\nkind = \"school\"\n\
         columns = { asset_id = \"urn\", name = \"establishment_name\" }";
    for (section, file, rows) in [
        (libraries, "libraries.csv", 24),
        (schools, "gias_establishments.csv", 119),
    ] {
        let read = with(section, file, std::fs::read(bcp.join(file)).unwrap()).read();
        assert_eq!(counts(&read, file), [rows, rows, 0, 0], "{}", read.report);
        assert_eq!(assets(&read).len() as u64, rows);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever the bytes are, the reader comes back.
    #[test]
    fn no_bytes_make_the_feed_reader_fail(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        cut in any::<prop::sample::Index>(),
        change in any::<u8>(),
    ) {
        read_open_referral_bytes(&bytes);
        let mut whole = json!({ "contents": [service("s1", &[location("l1", degrees(0.0, 0.0))])] }).to_string().into_bytes();
        let at = cut.index(whole.len());
        whole[at] = change;
        read_open_referral_bytes(&whole);
    }
}
