//! Supply of every kind: whom services are for, when and where they are, who sent a return, and whose home is never a place.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop the moment something is not as it expects"
)]

#[path = "../common/mod.rs"]
mod common;
mod homes;
mod misshapen;
mod names;
mod returns;
mod times;

use catchment_core::issue::{Issue, Severity};
use catchment_core::place::{DeliveryMode, GenderServed, Service, ServiceArea};
use catchment_core::study::Study;
use catchment_import::{FileCounts, Report};
use common::Folder;

/// Reads a study whose directory is this.
fn directory(table: &str) -> (Study, Report) {
    let folder = Folder::sound();
    alone(&folder, table);
    read(&folder)
}

/// Puts a directory in, and takes people and attendances out.
fn alone(folder: &Folder, table: &str) {
    folder.write("providers.csv", table);
    for section in ["service_users", "attendances"] {
        folder.exchange(
            "study.toml",
            &format!("[{section}]\nfile = \"{section}.csv\"\n"),
            "",
        );
    }
}

fn read(folder: &Folder) -> (Study, Report) {
    let read = folder.read();
    let study = read.study.unwrap_or_else(|| panic!("{}", read.report));
    for counts in &read.report.files {
        assert_eq!(
            counts.rows,
            counts.accepted + counts.repaired + counts.rejected,
            "{counts:?}"
        );
        assert!(counts.set_aside <= counts.accepted, "{counts:?}");
    }
    (study, read.report)
}

fn append(folder: &Folder, name: &str, text: &str) {
    let old = std::fs::read_to_string(folder.file(name)).unwrap();
    folder.write(name, old + text);
}

fn section(folder: &Folder, name: &str, table: &str) {
    append(
        folder,
        "study.toml",
        &format!("\n[{name}]\nfile = \"{name}.csv\"\n"),
    );
    folder.write(&format!("{name}.csv"), table);
}

fn service<'a>(study: &'a Study, key: &str) -> &'a Service {
    let found = study.parts().services.rows().iter();
    let mut found = found.filter(|service| service.key == key);
    found.next().unwrap_or_else(|| panic!("no {key}"))
}

fn of<'a>(report: &'a Report, file: &str, severity: Severity) -> Vec<&'a Issue> {
    let issues = report.issues.iter();
    issues
        .filter(|issue| issue.file == file && issue.severity == severity)
        .collect()
}

fn only<'a>(report: &'a Report, file: &str, severity: Severity) -> &'a Issue {
    let found = of(report, file, severity);
    assert_eq!(found.len(), 1, "{:#?}", report.issues);
    found[0]
}

fn note<'a>(report: &'a Report, part: &str) -> &'a Issue {
    let mut notes = report
        .issues
        .iter()
        .filter(|issue| issue.message.contains(part));
    let found = notes
        .next()
        .unwrap_or_else(|| panic!("nothing says {part}: {:#?}", report.issues));
    assert!(notes.next().is_none(), "{part} is said twice");
    found
}

fn counts<'a>(report: &'a Report, file: &str) -> &'a FileCounts {
    report
        .files
        .iter()
        .find(|counts| counts.file == file)
        .unwrap()
}

const HEAD: &str = "service_id,service_name,operator,category,easting,northing";

#[test]
fn a_councils_own_headers_are_known() {
    let (study, report) = directory(
        "Ref,Service,Provider name,Service type,Eastings,Northings,Cost per hour,Capacity,Client group,Days open,Start time,Finish time\n\
         A1,North Room,Trading Ltd,Day service,450500,102010,£20.21,12,\"Autism, Dementia\",\"Mon, Wed-Fri\",9.30am,3.30pm\n",
    );
    let north = service(&study, "A1");
    assert_eq!(
        north.hourly_rate.map(catchment_core::place::Pence::pence),
        Some(2021)
    );
    assert_eq!(north.serves, ["Autism", "Dementia"]);
    assert_eq!(north.places, Some(12));
    let days: Vec<i8> = north
        .sessions
        .iter()
        .map(|session| session.weekday)
        .collect();
    assert_eq!(days, [0, 2, 3, 4]);
    let first = &north.sessions[0];
    assert_eq!(
        first.start.map(|time| (time.hour(), time.minute())),
        Some((9, 30))
    );
    assert_eq!(
        first.end.map(|time| (time.hour(), time.minute())),
        Some((15, 30))
    );
    assert_eq!(first.places, Some(12));
    assert_eq!(counts(&report, "providers.csv").accepted, 1, "{report}");
}

#[test]
fn whom_a_service_is_for_is_read() {
    let (study, report) = directory(&format!(
        "{HEAD},ages,gender,wheelchair,hours_per_week,service_area\n\
         A1,North Room,Trading Ltd,Day service,450500,102010,18-64,Women only,yes,37.5,W1;East\n"
    ));
    let north = service(&study, "A1");
    assert_eq!(
        (north.eligibility.min_age, north.eligibility.max_age),
        (Some(18), Some(64))
    );
    assert_eq!(north.eligibility.gender, Some(GenderServed::Women));
    assert_eq!(north.eligibility.wheelchair, Some(true));
    assert_eq!(north.hours_per_week, Some(37.5));
    let names: Vec<&str> = match &north.service_area {
        ServiceArea::Areas(areas) => areas
            .iter()
            .map(|id| study.parts().areas[*id].code.as_str())
            .collect(),
        other => panic!("{other:?}"),
    };
    assert_eq!(names, ["W1", "W2"], "{report}");
}

#[test]
fn what_cannot_be_read_of_eligibility_is_left_empty_and_said_to_its_provider() {
    let (study, report) = directory(&format!(
        "{HEAD},min_age,max_age,gender,service_area,days\n\
         A1,One,Trading Ltd,Day service,450500,102010,65,18,,,\n\
         A2,Two,Other CIC,Day service,450500,102010,,,purple,,\n\
         A3,Three,Other CIC,Day service,450500,102010,,,,Nowhere; W1,\n\
         A4,Four,Other CIC,Day service,450500,102010,,,,,\"M, T, W\"\n\
         A5,Five,Other CIC,Day service,450500,102010,,,unknown,,\n\
         A6,Six,Other CIC,Day service,450500,102010,,,M,,\n"
    ));
    let repaired = of(&report, "providers.csv", Severity::Repaired);
    let said: Vec<(u64, &str, &str)> = repaired
        .iter()
        .map(|issue| {
            (
                issue.row.unwrap(),
                issue.column.as_deref().unwrap(),
                issue.provider.as_deref().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (2, "max_age", "Trading Ltd"),
            (3, "gender", "Other CIC"),
            (4, "service_area", "Other CIC"),
            (5, "days", "Other CIC"),
            (7, "gender", "Other CIC"),
        ],
        "{report}"
    );
    assert!(repaired[2].message.contains("Nowhere"));
    assert!(repaired[3].message.contains("Tuesday or Thursday"));
    assert!(repaired[4].message.contains("men or mixed"));
    assert_eq!(service(&study, "A1").eligibility.min_age, None);
    assert!(
        matches!(&service(&study, "A3").service_area, ServiceArea::Areas(areas) if areas.len() == 1)
    );
    assert!(service(&study, "A4").sessions.is_empty());
    assert_eq!(counts(&report, "providers.csv").accepted, 1);
}

#[test]
fn delivery_is_read_from_usual_words_and_said_and_others_are_rejected() {
    let (study, report) = directory(&format!(
        "{HEAD},delivery_mode\n\
         A1,One,Trading Ltd,Day service,450500,102010,Day centre\n\
         A2,Two,Trading Ltd,Day service,450500,102010,centre and community\n\
         A3,Three,Trading Ltd,Day service,,,Virtual\n"
    ));
    assert_eq!(service(&study, "A1").delivery, DeliveryMode::Building);
    assert_eq!(service(&study, "A3").delivery, DeliveryMode::Online);
    let rejected = only(&report, "providers.csv", Severity::RowRejected);
    assert_eq!(
        (rejected.row, rejected.provider.as_deref()),
        (Some(3), Some("Trading Ltd"))
    );
    let repaired = of(&report, "providers.csv", Severity::Repaired);
    assert!(
        repaired[0].message.contains("was read as building")
            && repaired[0].message.contains("Day centre")
    );
}

/// A carer's home at 451 500, 101 500, in words and numbers that no message may have.
const AT_HOME: &str = "451500,101500";

#[test]
fn a_table_of_people_in_the_place_of_another_is_not_quoted() {
    let folder = Folder::sound();
    folder.write(
        "providers.csv",
        "Example Ann,1961-07-04,QZ1 1AB,Female\nSample Ben,1971-08-05,QZ1 1AA,Male\n",
    );
    let report = folder.read().report;
    let said = format!("{report}");
    assert!(!report.is_usable());
    assert!(
        !said.contains("Ann") && !said.contains("QZ1") && !said.contains("1961"),
        "{said}"
    );
    assert!(said.contains("has 4 cells"), "{said}");
}

const TWO: &str = "S1,North Room,Trading Ltd,Day service,450500,102010\nS2,East Room,Other CIC,Community,451900,100020\n";

fn with_section(name: &str, table: &str) -> (Study, Report) {
    let folder = Folder::sound();
    alone(&folder, &format!("{HEAD}\n{TWO}"));
    section(&folder, name, table);
    read(&folder)
}

#[test]
fn sessions_are_sorted_and_a_service_without_any_is_noted_once() {
    let (study, report) = with_section(
        "sessions",
        "service_id,weekday,start,end,places,wheelchair_places\n\
         S1,\"Thu, Mon\",13:00,16:00,8,2\nS1,Mon,09:30,12:30,10,\n",
    );
    let north = service(&study, "S1");
    let days: Vec<(i8, i8)> = north
        .sessions
        .iter()
        .map(|session| (session.weekday, session.start.unwrap().hour()))
        .collect();
    assert_eq!(days, [(0, 9), (0, 13), (3, 13)]);
    assert_eq!(north.sessions[2].wheelchair_places, Some(2));
    assert!(service(&study, "S2").sessions.is_empty());
    assert_eq!(
        note(&report, "have no session").message,
        "1 of 2 services have no session"
    );
    assert_eq!(counts(&report, "sessions.csv").accepted, 2);
}

#[test]
fn days_of_the_directory_are_said_to_be_missing_only_where_no_table_of_sessions_follows() {
    let folder = Folder::sound();
    alone(
        &folder,
        &format!(
            "{HEAD},days\nS1,A,Trading Ltd,Day service,450500,102010,Mon\nS2,B,Trading Ltd,Day service,450500,102010,\n"
        ),
    );
    let (_, report) = read(&folder);
    note(&report, "1 of 2 services name no days");
    section(&folder, "sessions", "service_id,weekday\nS2,Sat\n");
    let (study, report) = read(&folder);
    assert_eq!(service(&study, "S2").sessions.len(), 1);
    assert!(
        of(&report, "providers.csv", Severity::Note)
            .iter()
            .all(|issue| !issue.message.contains("days"))
    );
}

#[test]
fn bad_sessions_are_rejected_or_mended_row_by_row() {
    let (study, report) = with_section(
        "sessions",
        "service_id,weekday,start,end,places,wheelchair_places,from,to\n\
         S1,Mon,09:30,12:30,-4,,,\n\
         S9,Mon,09:30,12:30,4,,,\n\
         S1,T,09:30,12:30,4,,,\n\
         S1,Mon,12:30,09:30,4,,,\n\
         S1,Tue,09:30,12:30,4,6,,\n\
         S1,Tue,09:30,12:30,4,6,,\n\
         S1,Wed,09:30,12:30,4,,2021-01-01,2021-12-31\n\
         S1,Wed,09:30,12:30,4,,2023-12-31,2021-12-31\n",
    );
    let rows = |severity| -> Vec<u64> {
        let issues = of(&report, "sessions.csv", severity);
        issues.iter().filter_map(|issue| issue.row).collect()
    };
    assert_eq!(rows(Severity::RowRejected), [2, 3, 4, 7, 9], "{report}");
    assert_eq!(rows(Severity::Repaired), [5, 6, 7], "{report}");
    let counts = counts(&report, "sessions.csv");
    assert_eq!(
        (
            counts.accepted,
            counts.repaired,
            counts.rejected,
            counts.set_aside
        ),
        (1, 2, 5, 1)
    );
    let provider = of(&report, "sessions.csv", Severity::RowRejected)[0]
        .provider
        .as_deref();
    assert_eq!(provider, Some("Trading Ltd"));
    assert_eq!(service(&study, "S1").sessions.len(), 2);
}

#[test]
fn sessions_of_their_own_table_take_the_place_of_days_in_the_directory() {
    let folder = Folder::sound();
    alone(
        &folder,
        &format!("{HEAD},days\nS1,North Room,Trading Ltd,Day service,450500,102010,Mon-Fri\n"),
    );
    section(&folder, "sessions", "service_id,weekday\nS1,Sat\n");
    let (study, report) = read(&folder);
    assert_eq!(service(&study, "S1").sessions.len(), 1);
    assert!(
        note(&report, "days in the directory")
            .message
            .starts_with("1 services")
    );
}

/// An outline round a point, in degrees, as a feature of a service.
fn feature(service: &str, x: f64, y: f64) -> String {
    use catchment_core::grid::{Grid, GridPoint};
    let corners = [
        (-500.0, -500.0),
        (500.0, -500.0),
        (500.0, 500.0),
        (-500.0, 500.0),
        (-500.0, -500.0),
    ];
    let ring: Vec<String> = corners
        .iter()
        .map(|(dx, dy)| {
            let at = Grid::BritishNational
                .to_lon_lat(GridPoint {
                    x: x + dx,
                    y: y + dy,
                })
                .unwrap();
            format!("[{},{}]", at.lon, at.lat)
        })
        .collect();
    format!(
        "{{\"type\":\"Feature\",\"properties\":{{\"ref\":\"{service}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{}]]}}}}",
        ring.join(",")
    )
}

#[test]
fn outlines_go_to_their_services_but_never_round_a_carers_home() {
    let folder = Folder::sound();
    alone(
        &folder,
        &format!(
            "{HEAD},service_area,carers_home\nS1,North,Trading Ltd,Outreach,450500,102010,W1,\nH1,Ann's,Other CIC,Day,{AT_HOME},W2,yes\n"
        ),
    );
    append(
        &folder,
        "study.toml",
        "\n[service_areas]\nfile = \"areas.geojson\"\nservice_id = \"ref\"\n",
    );
    let features = [
        feature("S1", 451_000.0, 101_000.0),
        feature("H1", 451_500.0, 101_500.0),
        feature("S9", 451_000.0, 101_000.0),
    ];
    folder.write(
        "areas.geojson",
        format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
            features.join(",")
        ),
    );
    let (study, report) = read(&folder);
    assert!(
        matches!(&service(&study, "S1").service_area, ServiceArea::Outline(_)),
        "{report}"
    );
    assert!(matches!(
        &service(&study, "H1").service_area,
        ServiceArea::Areas(_)
    ));
    let counts = counts(&report, "areas.geojson");
    assert_eq!(
        (counts.accepted, counts.rejected, counts.set_aside),
        (2, 1, 1)
    );
    assert!(
        only(&report, "areas.geojson", Severity::RowRejected)
            .message
            .contains("S9")
    );
    note(&report, "were not kept");
    note(&report, "the outline is used");
}

#[test]
fn a_profile_that_a_table_does_not_have_is_refused() {
    let folder = Folder::sound();
    folder.exchange(
        "study.toml",
        "file = \"providers.csv\"",
        "file = \"providers.csv\"\nprofile = \"client_level_data\"",
    );
    let issue = &folder.issues()[0];
    assert_eq!(issue.severity, Severity::FileUnusable);
    assert!(issue.message.contains("client_level_data"), "{issue}");
}
