//! People and what they attend: dates of birth that go no further, days, hours, and Client Level Data.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop the moment something is not as it expects"
)]

mod common;

use catchment_core::issue::{Issue, Severity};
use catchment_core::study::Study;
use catchment_import::{FileCounts, Report};
use common::Folder;

fn read(folder: &Folder) -> (Study, Report) {
    let read = folder.read();
    let study = read.study.unwrap_or_else(|| panic!("{}", read.report));
    for counts in &read.report.files {
        assert_eq!(
            counts.rows,
            counts.accepted + counts.repaired + counts.rejected,
            "{counts:?}"
        );
    }
    (study, read.report)
}

fn issues(report: &Report, file: &str, severity: Severity) -> Vec<Issue> {
    let found = report.issues.iter();
    found
        .filter(|issue| issue.file == file && issue.severity == severity)
        .cloned()
        .collect()
}

fn counts<'a>(report: &'a Report, file: &str, which: usize) -> &'a FileCounts {
    report
        .files
        .iter()
        .filter(|counts| counts.file == file)
        .nth(which)
        .unwrap()
}

fn said(report: &Report, part: &str) -> bool {
    report
        .issues
        .iter()
        .any(|issue| issue.message.contains(part))
}

/// A study of these people, who attend nothing.
fn people(table: &str) -> (Study, Report) {
    let folder = Folder::sound();
    folder.write("service_users.csv", table);
    folder.write("attendances.csv", "user_id,service_id\n");
    read(&folder)
}

fn bands(study: &Study) -> Vec<Option<&str>> {
    let users = study.parts().users.rows().iter();
    users.map(|user| user.age_band.as_deref()).collect()
}

#[test]
fn a_date_of_birth_becomes_a_band_and_goes_no_further() {
    let (study, report) = people(
        "user_id,postcode,date_of_birth,age_band\n\
         P1,QZ1 1AA,06/03/1938,\nP2,QZ1 1AA,1999-12-31,25-34\nP3,QZ1 1AA,,65+\nP4,QZ1 1AA,1950-06-15,18 to 64\n",
    );
    assert_eq!(
        bands(&study),
        [Some("85+"), Some("18-24"), Some("65+"), Some("65-74")]
    );
    let mended = issues(&report, "service_users.csv", Severity::Repaired);
    let rows: Vec<Option<u64>> = mended.iter().map(|issue| issue.row).collect();
    assert_eq!(rows, [Some(3), Some(5)], "{report}");
    assert!(said(&report, "the date itself is not kept"));
    for secret in ["1938-03-06", "06/03/1938", "1999-12-31", "1950-06-15"] {
        assert!(!format!("{report}").contains(secret), "{report}");
        assert!(!format!("{study:?}").contains(secret));
    }
}

#[test]
fn no_date_of_birth_is_in_the_bundle() {
    let folder = Folder::sound();
    folder.write(
        "service_users.csv",
        "user_id,postcode,date_of_birth\nP1,QZ1 1AA,1931-07-19\n",
    );
    folder.write(
        "attendances.csv",
        "user_id,service_id,from\nP1,S1,2022-01-01\n",
    );
    catchment_import::build(folder.path(), &mut |_, _, _| {}).unwrap();
    let bundle = std::fs::read(folder.file(catchment_import::BUNDLE_FILE)).unwrap();
    let holds = |text: &[u8]| bundle.windows(text.len()).any(|window| window == text);
    // The check can tell: days that are kept are written as text.
    assert!(holds(b"2022-01-01"));
    assert!(!holds(b"1931-07-19"));
}

#[test]
fn impossible_dates_of_birth_are_left_empty() {
    let (study, report) = people(
        "user_id,postcode,date_of_birth,date_of_death\n\
         P1,QZ1 1AA,2030-01-01,\nP2,QZ1 1AA,1900-01-01,\nP3,QZ1 1AA,not a day,\nP4,QZ1 1AA,1980-01-01,1979-01-01\n",
    );
    assert_eq!(bands(&study), [None, None, None, Some("35-44")]);
    assert_eq!(
        counts(&report, "service_users.csv", 0).repaired,
        4,
        "{report}"
    );
}

/// P1 was born in 1950 and died after the study's day, P2 before it.
fn attending(rows: &str) -> (Study, Report) {
    let folder = Folder::sound();
    folder.write(
        "service_users.csv",
        "user_id,postcode,date_of_birth,date_of_death\nP1,QZ1 1AA,1950-06-01,2023-08-01\nP2,QZ1 1AB,1940-01-01,2023-01-01\n",
    );
    folder.write(
        "attendances.csv",
        format!("user_id,service_id,from,to,weekday,start,hours_per_week\n{rows}"),
    );
    read(&folder)
}

#[test]
fn an_attendance_before_birth_or_after_death_is_not_kept() {
    let (study, report) = attending(
        "P1,S1,1949-01-01,,Mon,,\nP1,S1,2023-09-01,,Mon,,\nP1,S1,2022-01-01,2023-12-31,Tue,,\nP2,S1,2022-01-01,,Mon,,\n",
    );
    let rejected = issues(&report, "attendances.csv", Severity::RowRejected);
    let rows: Vec<Option<u64>> = rejected.iter().map(|issue| issue.row).collect();
    assert_eq!(rows, [Some(2), Some(3)], "{report}");
    assert!(rejected[0].message.contains("before the person's birth"));
    assert!(
        !rejected
            .iter()
            .any(|issue| issue.to_string().contains("19"))
    );
    let mended = issues(&report, "attendances.csv", Severity::Repaired);
    assert!(mended[0].message.contains("moved to it"), "{report}");
    // P2 had died by the study's day: the person and the attendance are set aside.
    assert_eq!(counts(&report, "service_users.csv", 0).set_aside, 1);
    assert_eq!(counts(&report, "attendances.csv", 0).set_aside, 1);
    assert_eq!(
        (study.parts().users.len(), study.parts().attendances.len()),
        (1, 1)
    );
}

#[test]
fn a_row_of_several_days_is_one_row_and_several_attendances() {
    let (study, report) = attending(
        "P1,S1,2022-01-01,,\"Mon, Wed-Fri\",09:30,\nP1,S1,2022-01-01,,\"Fri, Sat\",09:30,\n",
    );
    assert_eq!(study.parts().attendances.len(), 5);
    let counts = counts(&report, "attendances.csv", 0);
    // Without an end the death of P1 ends both; the second names a Friday that stands in the first.
    assert_eq!((counts.rows, counts.repaired), (2, 2), "{report}");
    assert!(said(&report, "has days that stand in an earlier row too"));
}

#[test]
fn a_day_that_could_be_two_is_left_empty_and_never_quoted() {
    let (study, report) = attending("P1,S1,2022-01-01,2023-04-01,T,,\n");
    assert_eq!(study.parts().attendances[0].weekday, None);
    let mended = issues(&report, "attendances.csv", Severity::Repaired);
    assert!(
        mended[0].message.contains("Tuesday or Thursday"),
        "{report}"
    );
    assert!(!mended[0].message.contains('"'));
}

#[test]
fn hours_a_week_stand_for_sessions_and_the_same_row_twice_is_one_too_many() {
    let (study, report) = attending(
        "P1,S1,2022-01-01,2023-04-01,,,12.5\nP1,S1,2022-01-01,2023-04-01,,,12.5\nP1,S1,2022-01-01,2023-04-01,,,400\n",
    );
    let hours: Vec<Option<f64>> = study
        .parts()
        .attendances
        .iter()
        .map(|one| one.hours_per_week)
        .collect();
    assert_eq!(hours, [Some(12.5), None]);
    assert_eq!(
        issues(&report, "attendances.csv", Severity::RowRejected)[0].row,
        Some(3)
    );
}

const EVENTS: &str = "LA Code,LA Person Unique Identifier,NHS Number,First Name,Last Name,Gender,Ethnicity,Date of Birth,Date of Death,\
Client Type,Primary Support Reason,Postcode,Event Type,Event Reference,Event Start Date,Event End Date,Service Type,Service Component,\
Delivery Mechanism,Provider CQC Location Name,Provider CQC Location ID,Unit Cost,Cost Frequency (Unit Type),Planned units per week\n";

/// An event: person, birth, death, client type, postcode, event type, start, component, mechanism, provider, location, unit, units.
fn event(cells: [&str; 13]) -> String {
    let [
        person,
        birth,
        death,
        client,
        postcode,
        kind,
        start,
        component,
        mechanism,
        provider,
        location,
        unit,
        units,
    ] = cells;
    format!(
        "504,{person},9434765919,Wilhelmina,Testperson,Female,White,{birth},{death},{client},Learning Disability Support,{postcode},{kind},E1,\
         {start},,Long Term Support: Community,{component},{mechanism},{provider},{location},20,{unit},{units}\n"
    )
}

fn client_level_data(events: &[[&str; 13]]) -> (Study, Report) {
    let folder = Folder::sound();
    folder.write(
        "providers.csv",
        "service_id,service_name,operator,category,cqc_location_id,easting,northing\n\
         S1,North Room,Trading Ltd,Day service,1-101,450500,102010\nS2,East Room,Other CIC,Community,,451900,100020\n\
         S3,Twin,Pair Ltd,Community,,451900,100020\nS4,Twin,Pair Ltd,Community,,451900,100020\n",
    );
    let rows: String = events.iter().map(|cells| event(*cells)).collect();
    folder.write("cld.csv", format!("{EVENTS}{rows}"));
    for section in ["service_users", "attendances"] {
        folder.exchange(
            "study.toml",
            &format!("file = \"{section}.csv\""),
            "file = \"cld.csv\"\nprofile = \"client_level_data\"",
        );
    }
    let (study, report) = read(&folder);
    for secret in ["Wilhelmina", "9434765919", "QZ1 1AA", "1990-05-05", "A-77"] {
        assert!(!format!("{report}").contains(secret), "{secret}: {report}");
    }
    (study, report)
}

#[test]
fn client_level_data_gives_people_and_their_day_support() {
    let person = |kind, start, component, mechanism, provider, location, unit, units| {
        [
            "A-77",
            "1990-05-05",
            "",
            "Service user",
            "QZ1 1AA",
            kind,
            start,
            component,
            mechanism,
            provider,
            location,
            unit,
            units,
        ]
    };
    let (study, report) = client_level_data(&[
        person("Request", "01/02/2022", "", "", "", "", "", ""),
        person(
            "Service",
            "01/03/2022",
            "Day Support",
            "CASSR Commissioned Support",
            "anything",
            "1-101",
            "Hourly",
            "12",
        ),
        person(
            "Service",
            "01/04/2022",
            "Day Support",
            "CASSR Commissioned Support",
            "East Room",
            "",
            "Per session",
            "2",
        ),
        person(
            "Service",
            "01/05/2022",
            "Home Support",
            "Direct Payment",
            "East Room",
            "",
            "Hourly",
            "9",
        ),
    ]);
    let users = study.parts().users.rows();
    assert_eq!(users.len(), 1, "{report}");
    assert_eq!(
        users[0].support_group.as_deref(),
        Some("Learning disability")
    );
    assert_eq!(users[0].funding_route.as_deref(), Some("Commissioned"));
    assert_eq!(users[0].age_band.as_deref(), Some("25-34"));
    let attended: Vec<(&str, Option<f64>)> = study
        .parts()
        .attendances
        .iter()
        .map(|one| {
            (
                study.parts().services[one.service].key.as_str(),
                one.hours_per_week,
            )
        })
        .collect();
    assert_eq!(attended, [("S1", Some(12.0)), ("S2", None)], "{report}");
    // All rows of one person agree: accepted in silence.
    assert_eq!(counts(&report, "cld.csv", 0).accepted, 4, "{report}");
    let events = counts(&report, "cld.csv", 1);
    assert_eq!(
        (events.accepted, events.set_aside, events.rejected),
        (4, 2, 0)
    );
    assert!(said(&report, "1 rows are of other events than services"));
    assert!(said(
        &report,
        "1 rows are of other services than day support"
    ));
}

#[test]
fn of_postcodes_that_disagree_the_latest_events_counts() {
    let row = |postcode, start| {
        [
            "A-77",
            "1990-05-05",
            "",
            "Service user",
            postcode,
            "Review",
            start,
            "",
            "",
            "",
            "",
            "",
            "",
        ]
    };
    let (study, report) = client_level_data(&[
        row("QZ1 1AB", "2022-06-01"),
        row("QZ2 1AA", "2023-01-01"),
        row("QZ1 1AB", "2021-01-01"),
    ]);
    let home = study.parts().users.rows()[0].home;
    assert!(
        (home.x - 451_900.0).abs() < 1.0,
        "the home of the event of 2023"
    );
    assert!(
        said(&report, "1 people have rows with different postcodes"),
        "{report}"
    );
}

#[test]
fn carers_the_dead_and_services_not_in_the_directory_are_counted() {
    let service = |person, death, client, provider, location| {
        [
            person,
            "1990-05-05",
            death,
            client,
            "QZ1 1AA",
            "Service",
            "2022-03-01",
            "Day Support",
            "",
            provider,
            location,
            "",
            "",
        ]
    };
    let (study, report) = client_level_data(&[
        service("A-1", "", "Carer", "North Room", ""),
        service("A-2", "2022-12-01", "Service user", "North Room", ""),
        service("A-3", "", "Service user", "", ""),
        service("A-3", "", "Service user", "Nowhere", "1-999"),
        service("A-3", "", "Service user", "Twin", ""),
        service("A-3", "", "Service user", "Trading Ltd", ""),
    ]);
    assert_eq!(study.parts().users.len(), 1, "{report}");
    assert_eq!(study.parts().attendances.len(), 1, "{report}");
    let events = counts(&report, "cld.csv", 1);
    assert_eq!((events.rejected, events.set_aside), (3, 2), "{report}");
    assert!(said(
        &report,
        "3 rows of day support were left out for want of a service: 1 name no provider, 1 one that the directory does"
    ));
    assert!(said(&report, "1 people had died before the day"));
}

#[test]
fn a_profile_that_is_misspelt_is_refused_by_name() {
    let folder = Folder::sound();
    folder.exchange(
        "study.toml",
        "file = \"service_users.csv\"",
        "file = \"service_users.csv\"\nprofile = \"client_level\"",
    );
    let issue = &folder.issues()[0];
    assert_eq!(issue.severity, Severity::FileUnusable);
    assert!(issue.hint.contains("client_level_data"), "{issue}");
}

#[test]
fn services_are_found_by_name_and_people_without_the_zeros_a_spreadsheet_drops() {
    let folder = Folder::sound();
    folder.write(
        "service_users.csv",
        "user_id,postcode\n0031,QZ1 1AA\n007,QZ1 1AB\n07,QZ2 1AA\n",
    );
    folder.write(
        "attendances.csv",
        "Client ref,Service attended\n0031,north  ROOM\n31,S2\n7,S1\n31,North Rom\n",
    );
    let (study, report) = read(&folder);
    assert_eq!(study.parts().attendances.len(), 2);
    let rows = counts(&report, "attendances.csv", 0);
    assert_eq!((rows.accepted, rows.repaired, rows.rejected), (1, 1, 2));
    assert!(said(&report, "zeros at its beginning"));
    // Two people differ by zeros alone, so 7 is nobody.
    let rejected = issues(&report, "attendances.csv", Severity::RowRejected);
    assert_eq!(
        rejected.iter().map(|issue| issue.row).collect::<Vec<_>>(),
        [Some(4), Some(5)]
    );
}

#[test]
fn an_attendance_of_an_unknown_service_is_told_the_nearest_name_and_never_a_homes() {
    let folder = Folder::sound();
    folder.write(
        "providers.csv",
        "service_id,service_name,operator,category,delivery_mode,carers_home,easting,northing\n\
         S1,Ty Hafan Day Centre,Trading Ltd,Day service,,,450500,102010\n\
         S2,Winifred Carer,Winifred Carer,Community,home,,451900,100020\n\
         S3,Marjorie Carer,Other CIC,Community,building,yes,451900,100020\n",
    );
    folder.write(
        "attendances.csv",
        "user_id,service_id\nP1,Ty Havan Day Center\nP1,Winifred Carers\nP1,Marjorie Carers\nP1,A carers own home 2\n",
    );
    let (study, report) = read(&folder);
    assert!(study.parts().attendances.is_empty());
    let said = issues(&report, "attendances.csv", Severity::RowRejected);
    let said: Vec<(Option<u64>, &str)> = said
        .iter()
        .map(|issue| (issue.row, issue.message.as_str()))
        .collect();
    let plain = "names no service in the list";
    assert_eq!(
        said,
        [
            (
                Some(2),
                "names no service in the list; the nearest is \"Ty Hafan Day Centre\""
            ),
            (Some(3), plain),
            (Some(4), plain),
            (Some(5), plain)
        ],
        "{report}"
    );
    let report = format!("{report}");
    for secret in ["Havan", "Winifred Carers", "Marjorie"] {
        assert!(!report.contains(secret), "{secret}: {report}");
    }
}

#[test]
fn the_name_of_a_place_stands_for_the_one_service_there_and_is_said() {
    let folder = Folder::sound();
    folder.write(
        "providers.csv",
        "service_id,service_name,operator,category,site_id,site_name,easting,northing\n\
         S1,Mornings,Trading Ltd,Day service,A,Elm House,450500,102010\n\
         S2,Art,Other CIC,Community,B,Oak House,451900,100020\n\
         S3,Music,Other CIC,Community,B,Oak House,451900,100020\n",
    );
    folder.write(
        "attendances.csv",
        "Client ref,Centre attended,Start date,Days of week,Transport\nP1,elm house,2022-01-01,Mon,Taxi\nP2,Oak House,2022-01-01,Tue,Bus\n",
    );
    let (study, report) = read(&folder);
    let attendances = &study.parts().attendances;
    assert_eq!(attendances.len(), 1, "{report}");
    assert_eq!(attendances[0].mode_there.as_deref(), Some("Taxi"));
    let mended = issues(&report, "attendances.csv", Severity::Repaired);
    assert!(
        mended[0].message.contains("the one service there"),
        "{report}"
    );
    let lost = issues(&report, "attendances.csv", Severity::RowRejected);
    assert_eq!(
        (lost[0].row, lost[0].message.as_str()),
        (Some(3), "is the name of a place with more than one service")
    );
}

#[test]
fn client_level_data_are_told_the_nearest_name_too() {
    let (_, report) = client_level_data(&[[
        "A-77",
        "1990-05-05",
        "",
        "Service user",
        "QZ1 1AA",
        "Service",
        "01/03/2022",
        "Day Support",
        "Direct Payment",
        "Norht Rooms",
        "",
        "",
        "",
    ]]);
    assert!(
        said(&report, "the nearest is \"North Room\"") && !said(&report, "Norht"),
        "{report}"
    );
}
