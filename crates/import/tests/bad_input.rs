//! One test for each kind of bad input: what is said, about which file, row and column, and how severe it is.
//!
//! Broken road files have their tests beside their reader.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop the moment something is not as it expects"
)]

mod common;

use catchment_core::issue::{Issue, Severity};
use catchment_import::{BUNDLE_FILE, BundleError, build};
use common::Folder;

fn only(issues: &[Issue]) -> &Issue {
    assert_eq!(issues.len(), 1, "{issues:#?}");
    &issues[0]
}

fn place(issue: &Issue) -> (&str, Option<u64>, Option<&str>, Severity) {
    (
        &issue.file,
        issue.row,
        issue.column.as_deref(),
        issue.severity,
    )
}

#[test]
fn a_sound_study_has_no_issue_and_its_counts_add_up() {
    let folder = Folder::sound();
    let read = folder.read();
    let more_than_notes = read
        .report
        .issues
        .iter()
        .filter(|issue| issue.severity > Severity::Note);
    assert_eq!(more_than_notes.count(), 0, "{}", read.report);
    for counts in &read.report.files {
        assert_eq!(
            counts.rows,
            counts.accepted + counts.repaired + counts.rejected,
            "{counts:?}"
        );
    }
    let study = read.study.unwrap();
    let parts = study.parts();
    assert_eq!(
        (
            parts.services.len(),
            parts.sites.len(),
            parts.users.len(),
            parts.attendances.len()
        ),
        (2, 2, 2, 2)
    );
    assert_eq!(parts.population.as_ref().unwrap().rows[0].bands, [30.0]);
    assert!(study.user_snaps().iter().all(Result::is_ok));
}

#[test]
fn a_negative_capacity_rejects_its_row() {
    let folder = Folder::sound();
    folder.exchange("providers.csv", "20.21,12,", "20.21,-12,");
    let issues = folder.issues();
    assert_eq!(
        place(&issues[0]),
        (
            "providers.csv",
            Some(2),
            Some("places"),
            Severity::RowRejected
        )
    );
    // The attendance of the person who went there cannot be kept either, and says so.
    assert_eq!(
        place(&issues[1]),
        (
            "attendances.csv",
            Some(2),
            Some("service_id"),
            Severity::RowRejected
        )
    );
}

#[test]
fn a_rejected_service_leaves_no_site_and_no_operator_behind() {
    let folder = Folder::sound();
    folder.exchange("providers.csv", "£9.51", "cheap");
    let study = folder.read().study.unwrap();
    let parts = study.parts();
    assert_eq!(
        (
            parts.services.len(),
            parts.sites.len(),
            parts.organisations.len()
        ),
        (1, 1, 1)
    );
}

#[test]
fn an_unknown_column_makes_the_file_unusable_and_a_near_one_is_suggested() {
    let folder = Folder::sound();
    folder.exchange(
        "study.toml",
        "file = \"providers.csv\"",
        "file = \"providers.csv\"\ncolumns = { category = \"Kategory\" }",
    );
    let issues = folder.issues();
    assert_eq!(
        place(&issues[0]),
        ("providers.csv", None, None, Severity::FileUnusable)
    );
    assert!(
        issues[0].message.contains("Kategory")
            && issues[0].hint.contains("did you mean `category`"),
        "{}",
        issues[0]
    );
    folder.exchange(
        "study.toml",
        "{ category = \"Kategory\" }",
        "{ categori = \"category\" }",
    );
    assert!(folder.issues()[0].hint.contains("did you mean `category`"));
}

#[test]
fn a_duplicate_id_rejects_the_later_row() {
    let folder = Folder::sound();
    folder.exchange("providers.csv", "S2,East", "S1,East");
    let issues = folder.issues();
    assert_eq!(
        place(&issues[0]),
        (
            "providers.csv",
            Some(3),
            Some("service_id"),
            Severity::RowRejected
        )
    );
    let folder = Folder::sound();
    folder.exchange("service_users.csv", "P2,", "P1,");
    let issues = folder.issues();
    assert_eq!(
        place(&issues[0]),
        (
            "service_users.csv",
            Some(3),
            Some("user_id"),
            Severity::RowRejected
        )
    );
    assert!(
        !issues[0].to_string().contains("P1"),
        "a message held a person's reference: {}",
        issues[0]
    );
}

#[test]
fn a_wrong_postcode_rejects_its_row_without_repeating_a_persons() {
    let folder = Folder::sound();
    folder.exchange("service_users.csv", "QZ1 1AA", "QZ9 9ZZ");
    let issues = folder.issues();
    assert_eq!(
        place(&issues[0]),
        (
            "service_users.csv",
            Some(2),
            Some("postcode"),
            Severity::RowRejected
        )
    );
    assert!(!issues[0].to_string().contains("QZ9"), "{}", issues[0]);
    let folder = Folder::sound();
    folder.exchange("providers.csv", "QZ2 1AA", "nowhere");
    let issues = folder.issues();
    assert_eq!(
        place(&issues[0]),
        (
            "providers.csv",
            Some(3),
            Some("postcode"),
            Severity::RowRejected
        )
    );
    assert!(issues[0].message.contains("nowhere"), "{}", issues[0]);
}

#[test]
fn swapped_coordinates_of_a_site_reject_its_row() {
    let folder = Folder::sound();
    folder.exchange("providers.csv", "450500,102010", "102010,450500");
    let issues = folder.issues();
    assert_eq!(
        place(&issues[0]),
        (
            "providers.csv",
            Some(2),
            Some("easting"),
            Severity::RowRejected
        )
    );
    assert!(issues[0].message.contains("swapped"), "{}", issues[0]);
}

#[test]
fn swapped_coordinates_of_boundaries_make_the_file_unusable() {
    let folder = Folder::sound();
    let text = std::fs::read_to_string(folder.file("wards.geojson")).unwrap();
    let mut collection: serde_json::Value = serde_json::from_str(&text).unwrap();
    for feature in collection["features"].as_array_mut().unwrap() {
        for position in feature["geometry"]["coordinates"][0]
            .as_array_mut()
            .unwrap()
        {
            position.as_array_mut().unwrap().reverse();
        }
    }
    folder.write("wards.geojson", collection.to_string());
    let issues = folder.issues();
    let wards = issues
        .iter()
        .find(|issue| issue.file == "wards.geojson")
        .unwrap();
    assert_eq!(wards.severity, Severity::FileUnusable);
    assert!(wards.message.contains("swapped"), "{wards}");
}

#[test]
fn an_empty_file_is_unusable_and_the_old_bundle_stays() {
    let folder = Folder::sound();
    build(folder.path(), &mut |_, _, _| {}).unwrap();
    let before = std::fs::read(folder.file(BUNDLE_FILE)).unwrap();
    for name in [
        "providers.csv",
        "service_users.csv",
        "population.csv",
        "wards.geojson",
        "roads.osm",
    ] {
        let kept = std::fs::read(folder.file(name)).unwrap();
        folder.write(name, "");
        let Err(BundleError::Unusable(report)) = build(folder.path(), &mut |_, _, _| {}) else {
            panic!("an empty {name} was built")
        };
        assert!(
            report
                .issues
                .iter()
                .any(|issue| issue.file == name && issue.severity == Severity::FileUnusable),
            "{report}"
        );
        assert_eq!(std::fs::read(folder.file(BUNDLE_FILE)).unwrap(), before);
        folder.write(name, kept);
    }
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert!(
        !left
            .iter()
            .any(|name| name.to_string_lossy().ends_with(".tmp")),
        "{left:?}"
    );
}

#[test]
fn garbage_is_refused_as_what_it_is() {
    let folder = Folder::sound();
    // 200 MB of bytes that repeat no short pattern and hold everything, line breaks and quotes included.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut garbage = Vec::with_capacity(200 << 20);
    while garbage.len() < 200 << 20 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        garbage.extend_from_slice(&state.to_le_bytes());
    }
    folder.write("garbage", &garbage);
    drop(garbage);
    for name in [
        "providers.csv",
        "postcodes.csv",
        "wards.geojson",
        "roads.osm",
    ] {
        let kept = std::fs::read(folder.file(name)).unwrap();
        std::fs::remove_file(folder.file(name)).unwrap();
        std::fs::hard_link(folder.file("garbage"), folder.file(name)).unwrap();
        let issues = folder.issues();
        assert!(
            issues
                .iter()
                .any(|issue| issue.file == name && issue.severity == Severity::FileUnusable),
            "{issues:#?}"
        );
        std::fs::remove_file(folder.file(name)).unwrap();
        folder.write(name, kept);
    }
}

#[test]
fn one_unusable_table_does_not_bury_its_cause_under_its_consequences() {
    let folder = Folder::sound();
    folder.write("service_users.csv", "");
    let read = folder.read();
    let of_attendances: Vec<_> = read
        .report
        .issues
        .iter()
        .filter(|issue| issue.file == "attendances.csv")
        .collect();
    assert_eq!(of_attendances.len(), 1, "{}", read.report);
    assert_eq!(of_attendances[0].severity, Severity::Note);
}

#[test]
fn a_row_is_numbered_as_a_spreadsheet_does() {
    let folder = Folder::sound();
    folder.exchange("providers.csv", "S1,North Room", "\n\nS1,\"North\nRoom\"");
    folder.exchange("providers.csv", "£9.51", "cheap");
    let issues = folder.issues();
    assert_eq!(
        place(&issues[0]),
        (
            "providers.csv",
            Some(5),
            Some("hourly_rate"),
            Severity::RowRejected
        )
    );
}

#[test]
fn a_row_with_too_many_cells_is_rejected_and_a_comma_can_be_a_decimal_to_nobody() {
    let folder = Folder::sound();
    folder.exchange("service_users.csv", "P2,", "P2,extra,");
    assert_eq!(
        place(&folder.issues()[0]),
        ("service_users.csv", Some(3), None, Severity::RowRejected)
    );
    let folder = Folder::sound();
    folder.exchange("providers.csv", "£9.51", "\"9,51\"");
    assert_eq!(
        place(&folder.issues()[0]),
        (
            "providers.csv",
            Some(3),
            Some("hourly_rate"),
            Severity::RowRejected
        )
    );
}

#[test]
fn a_home_far_from_any_road_is_kept_and_noted_by_its_row() {
    let folder = Folder::sound();
    folder.exchange("service_users.csv", "450110,101910", "450110,109910");
    let read = folder.read();
    let note = read
        .report
        .issues
        .iter()
        .find(|issue| issue.file == "service_users.csv" && issue.row.is_some())
        .unwrap();
    assert_eq!((note.row, note.severity), (Some(3), Severity::Note));
    assert!(note.message.contains("further than 1.00 km"), "{note}");
    assert_eq!(read.study.unwrap().parts().users.len(), 2);
}

#[test]
fn a_row_that_is_not_utf_8_is_rejected_and_the_rest_kept() {
    let folder = Folder::sound();
    let mut text = std::fs::read(folder.file("providers.csv")).unwrap();
    text.extend_from_slice(b"S3,Caf\xe9,Other CIC,Independent,Community,1,,QZ2 1AA,,\n");
    folder.write("providers.csv", text);
    let issues = folder.issues();
    assert_eq!(
        place(only(&issues)),
        ("providers.csv", Some(4), None, Severity::RowRejected)
    );
}

#[test]
fn a_value_that_may_be_missing_is_left_out_as_repaired() {
    let folder = Folder::sound();
    folder.exchange("attendances.csv", "09:30", "half nine");
    let issues = folder.issues();
    assert_eq!(
        place(only(&issues)),
        (
            "attendances.csv",
            Some(2),
            Some("start"),
            Severity::Repaired
        )
    );
}
