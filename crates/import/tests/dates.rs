//! A column of days that proves itself month-first is doubted by every reader of tables.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop the moment something is not as it expects"
)]

#[expect(dead_code, reason = "other tests use the rest of it")]
mod common;

use catchment_core::issue::Severity;
use common::Folder;

/// Writes a table whose rows 2 and 3 hold `03/04/2022` and `04/23/2022` in a column, and checks what is said of row 2.
fn doubted(folder: &Folder, file: &str, column: &str, severity: Severity, table: &str) {
    folder.write(file, table);
    let report = folder.read().report;
    let of_row = |row| {
        report.issues.iter().filter(move |issue| {
            issue.file == file && issue.row == Some(row) && issue.column.as_deref() == Some(column)
        })
    };
    let doubt = of_row(2).find(|issue| {
        issue
            .message
            .contains("row 3 of the column has its month first")
    });
    let doubt = doubt.unwrap_or_else(|| panic!("{file} {column}: {report}"));
    assert_eq!(doubt.severity, severity, "{file} {column}");
    assert!(
        of_row(3).any(|issue| issue.message.contains("month first")),
        "{file} {column}: {report}"
    );
    let personal = matches!(file, "service_users.csv" | "attendances.csv" | "cld.csv");
    assert_eq!(doubt.message.contains("03/04/2022"), !personal, "{doubt}");

    // Without the proof both are days, and nothing is said of their order.
    folder.write(file, table.replace("04/23/2022", "23/04/2022"));
    let report = folder.read().report;
    let said = report
        .issues
        .iter()
        .any(|issue| issue.message.contains("month first"));
    assert!(!said, "{file} {column}: {report}");
}

fn with(section: &str, file: &str) -> Folder {
    let folder = Folder::sound();
    let old = std::fs::read_to_string(folder.file("study.toml")).unwrap();
    folder.write(
        "study.toml",
        format!("{old}\n{section}\nfile = \"{file}\"\n"),
    );
    folder
}

#[test]
fn of_attendances() {
    for column in ["from", "to"] {
        let table = format!("user_id,service_id,{column}\nP1,S1,03/04/2022\nP2,S2,04/23/2022\n");
        doubted(
            &Folder::sound(),
            "attendances.csv",
            column,
            Severity::RowRejected,
            &table,
        );
    }
}

#[test]
fn of_births_and_deaths() {
    for column in ["date_of_birth", "date_of_death"] {
        let table =
            format!("user_id,postcode,{column}\nP1,QZ1 1AA,03/04/2022\nP2,QZ1 1AA,04/23/2022\n");
        doubted(
            &Folder::sound(),
            "service_users.csv",
            column,
            Severity::Repaired,
            &table,
        );
    }
}

#[test]
fn of_client_level_data() {
    let profile = |section: &str| {
        let folder = Folder::sound();
        folder.exchange(
            "study.toml",
            &format!("file = \"{section}.csv\""),
            "file = \"cld.csv\"\nprofile = \"client_level_data\"",
        );
        folder
    };
    let table = |header: &str| {
        format!(
            "LA Person Unique Identifier,Client Type,Postcode,Event Type,Service Component,Provider CQC Location Name,{header}\n\
             P1,Service user,QZ1 1AA,Service,Day support,North Room,03/04/2022\n\
             P2,Service user,QZ1 1AA,Service,Day support,North Room,04/23/2022\n"
        )
    };
    for column in ["Date of Birth", "Date of Death", "Event Start Date"] {
        let folder = profile("service_users");
        doubted(
            &folder,
            "cld.csv",
            column,
            Severity::Repaired,
            &table(column),
        );
    }
    for column in ["Event Start Date", "Event End Date"] {
        let folder = profile("attendances");
        doubted(
            &folder,
            "cld.csv",
            column,
            Severity::RowRejected,
            &table(column),
        );
    }
}

#[test]
fn of_services() {
    for (column, severity) in [
        ("opened", Severity::RowRejected),
        ("closed", Severity::RowRejected),
        ("last_checked", Severity::Repaired),
    ] {
        let table = format!(
            "service_id,service_name,operator,category,easting,northing,{column}\n\
             S1,North Room,Trading Ltd,Day service,450500,102010,03/04/2022\n\
             S2,East Room,Other CIC,Community,450500,102010,04/23/2022\n"
        );
        doubted(&Folder::sound(), "providers.csv", column, severity, &table);
    }
}

#[test]
fn of_sessions() {
    for column in ["from", "to"] {
        let table = format!("service_id,weekday,{column}\nS1,Mon,03/04/2022\nS2,Mon,04/23/2022\n");
        let folder = with("[sessions]", "sessions.csv");
        doubted(
            &folder,
            "sessions.csv",
            column,
            Severity::RowRejected,
            &table,
        );
    }
}

#[test]
fn of_returns() {
    for column in ["date", "returned"] {
        let table = format!("provider,{column}\nTrading Ltd,03/04/2022\nOther CIC,04/23/2022\n");
        let folder = with("[returns]", "returns.csv");
        doubted(&folder, "returns.csv", column, Severity::Repaired, &table);
        // A day that could be two is a day all the same: the return came.
        folder.write("returns.csv", &table);
        let study = folder.read().study.unwrap();
        let returns = study.parts().returns.iter();
        let came: Vec<_> = returns.map(|row| (row.came, row.date)).collect();
        assert_eq!(came, [(true, None), (true, None)]);
    }
}

#[test]
fn of_assets() {
    let table = "asset_id,name,kind,postcode,closed\nA1,Hall,hall,QZ1 1AA,03/04/2022\nA2,Club,club,QZ1 1AA,04/23/2022\n";
    let folder = with("[[assets]]", "assets.csv");
    doubted(&folder, "assets.csv", "closed", Severity::Repaired, table);
}
