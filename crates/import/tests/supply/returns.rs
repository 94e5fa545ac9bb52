//! Who sent a return, as a list, as ticks and by month.

use catchment_core::id::RowId;
use catchment_core::issue::{Issue, Severity};
use catchment_core::study::Study;

use super::{HEAD, alone, append, counts, note, of, only, read, section, with_section};
use crate::common::Folder;

#[test]
fn returns_that_did_not_come_are_rows_and_names_are_matched_loosely() {
    let (study, report) = with_section(
        "returns",
        "Provider,Returned?,Date returned\n\
         trading ltd,Yes,\nOther,no,\nMicro Makers,01/02/2023,\nNobody Known,,\n",
    );
    let returns = &study.parts().returns;
    let found: Vec<(&str, Option<usize>, bool)> = returns
        .iter()
        .map(|row| {
            (
                row.provider.as_str(),
                row.organisation.map(RowId::row),
                row.came,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("trading ltd", Some(0), true),
            ("Other", Some(1), false),
            ("Micro Makers", None, true),
            ("Nobody Known", None, false)
        ]
    );
    assert_eq!(
        returns[2].date.map(|day| day.to_string()).as_deref(),
        Some("2023-02-01")
    );
    let guess = of(&report, "returns.csv", Severity::Repaired);
    assert_eq!(guess.len(), 2, "{report}");
    assert!(
        guess[0]
            .message
            .contains("\"Other CIC\" of the directory: \"Other\"")
    );
    assert!(guess[1].message.contains("taken as not come"));
    note(&report, "no return from 2 of 4 providers");
    note(
        &report,
        "2 rows name a provider that is not found in the directory",
    );
}

#[test]
fn between_two_names_nothing_is_decided_and_who_was_not_asked_is_said() {
    let folder = Folder::sound();
    alone(
        &folder,
        &format!(
            "{HEAD}\nS1,A,Sea Room Ltd,Day service,450500,102010\nS2,B,Sea Room CIC,Day service,450500,102010\n\
             S3,C,Quiet Place,Day service,450500,102010\n"
        ),
    );
    section(
        &folder,
        "returns",
        "provider,returned\nSea Room,yes\nSea Room,no\n",
    );
    let (study, report) = read(&folder);
    assert_eq!(study.parts().returns.len(), 1);
    assert_eq!(study.parts().returns[0].organisation, None);
    let said = only(&report, "returns.csv", Severity::Repaired);
    assert!(
        said.message.contains("Sea Room Ltd") && said.message.contains("Sea Room CIC"),
        "{}",
        said.message
    );
    assert_eq!(
        only(&report, "returns.csv", Severity::RowRejected).row,
        Some(3)
    );
    assert!(
        note(&report, "are not in this list")
            .message
            .contains("Quiet Place")
    );
}

#[test]
fn returns_can_be_asked_for_service_by_service() {
    let (study, report) = with_section(
        "returns",
        "provider,service_id,returned\nTrading Ltd,S1,yes\nOther CIC,S2,no\nOther CIC,S7,no\n",
    );
    assert_eq!(study.parts().returns[1].service.map(RowId::row), Some(1));
    assert_eq!(
        only(&report, "returns.csv", Severity::RowRejected).row,
        Some(4)
    );
    note(&report, "no return from 1 of 2 services");
}

#[test]
fn ticks_alone_say_who_sent_a_return_and_an_empty_cell_among_them_is_said() {
    let came = |study: &Study| -> Vec<bool> {
        let returns = study.parts().returns.iter();
        returns.map(|row| row.came).collect()
    };
    let list = "Provider,Returned\nTrading Ltd,✓\nOther CIC,\nThird,Y\nFourth,yes\n";
    let (study, report) = with_section("returns", list);
    assert_eq!(came(&study), [true, false, true, true]);
    assert_eq!(counts(&report, "returns.csv").accepted, 4, "{report}");
    note(&report, "with ticks alone, so 1 rows");
    // Where a no stands too, an empty cell is not one.
    let (study, report) = with_section("returns", &list.replace("yes", "no"));
    assert_eq!(came(&study), [true, false, true, false]);
    assert!(
        only(&report, "returns.csv", Severity::Repaired)
            .message
            .contains("does not say"),
        "{report}"
    );
}

#[test]
fn an_x_is_a_tick_or_a_cross_only_where_the_study_file_says_which() {
    let list = "Provider,Returned\nTrading Ltd,✓\nOther CIC,x\nThird,X\n";
    let with = |line: &str| {
        let folder = Folder::sound();
        section(&folder, "returns", list);
        append(&folder, "study.toml", line);
        read(&folder)
    };
    let (study, report) = with("");
    assert_eq!(study.parts().returns.len(), 1);
    let lost = of(&report, "returns.csv", Severity::RowRejected);
    assert_eq!(lost.len(), 2, "{report}");
    assert!(lost[0].message.starts_with("could be a tick or a cross"));
    assert!(lost[0].hint.contains("x_means"));
    // Whoever has a row was asked.
    let unasked = |issue: &Issue| issue.message.contains("are not in this list");
    assert!(!report.issues.iter().any(unasked), "{report}");
    for (line, all) in [("x_means = \"yes\"\n", true), ("x_means = \"no\"\n", false)] {
        let (study, report) = with(line);
        let came: Vec<bool> = study.parts().returns.iter().map(|row| row.came).collect();
        assert_eq!(came, [true, all, all], "{report}");
        assert_eq!(counts(&report, "returns.csv").accepted, 3);
    }
}

#[test]
fn of_a_column_for_each_month_that_of_the_studys_day_says_whether_the_return_came() {
    let (study, report) = with_section(
        "returns",
        "Provider,Feb 2023,Mar 2023,Apr 2023\nTrading Ltd,✓,✓,✓\nOther CIC,✓,,x\nThird,,,\nFourth,,06/03/2023,\n",
    );
    let came: Vec<bool> = study.parts().returns.iter().map(|row| row.came).collect();
    assert_eq!(came, [true, false, false, true], "{report}");
    let said = note(&report, "a column for each of 3 months");
    assert!(
        said.message
            .contains("\"Mar 2023\", the month of the study's day"),
        "{}",
        said.message
    );
    note(
        &report,
        "1 of 4 sent a return for every month, 1 for none and 2 for some: \"Other CIC\" 1 of 3 and 1 that cannot be read, \"Fourth\" 1 of 3",
    );
    note(&report, "with ticks alone, so 2 rows");
    assert_eq!(counts(&report, "returns.csv").accepted, 4, "{report}");
    let folder = Folder::sound();
    section(&folder, "returns", "Provider,Jan,Feb\nTrading Ltd,✓,✓\n");
    let report = folder.read().report;
    let unusable = only(&report, "returns.csv", Severity::FileUnusable);
    assert!(unusable.message.contains("none for the month"), "{report}");
    append(&folder, "study.toml", "columns = { returned = \"Feb\" }\n");
    let (study, _) = read(&folder);
    assert!(study.parts().returns[0].came);
}
