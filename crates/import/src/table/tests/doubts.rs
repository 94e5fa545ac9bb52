//! What a table makes doubtful that its cells do not show by themselves: the order of days and months, headers that rival each other.

use rust_xlsxwriter::Format;

use super::workbooks::{header, one_sheet, three_sheets};
use super::{COLUMNS, Severity, With, read};
use crate::table::{optional, required};

const MONTH_FIRST: &str = "could have its day or its month first: row";

#[test]
fn one_cell_that_is_month_first_leaves_no_cell_of_its_column_decided() {
    let seen = read(
        "service_id,opened\nS1,03/04/2024\nS2,05/05/2024\nS3,2024-04-03\nS4,25/12/2024\nS5,3 April 2024\nS6,04/23/2024\nS7,Mon 01.02.2024 00:00\n",
    );
    assert_eq!(
        seen.rows,
        [
            "2 S1",
            "3 S2 opened=2024-05-05",
            "4 S3 opened=2024-04-03",
            "5 S4 opened=2024-12-25",
            "6 S5 opened=2024-04-03",
            "7 S6",
            "8 S7",
        ]
    );
    assert_eq!(seen.counts(), (7, 4, 3, 0));
    let said = seen.of(Severity::Repaired);
    assert_eq!(
        said.matches(&format!("{MONTH_FIRST} 7 of the column"))
            .count(),
        2,
        "{said}"
    );
    assert!(
        said.contains("\"03/04/2024\"") && said.contains("row 2, column opened"),
        "{said}"
    );
    // A year of two digits is doubtful by itself, and proves the order all the same.
    let short = read("service_id,opened\nS1,03/04/2024\nS2,04/23/24\n");
    assert_eq!(short.rows, ["2 S1", "3 S2"]);
}

#[test]
fn a_column_without_proof_is_read_day_first_in_silence() {
    let seen = read("service_id,opened,name\nS1,03/04/2024,04/23/2024\nS2,23/04/2024,x\n");
    assert_eq!(
        seen.rows,
        [
            "2 S1 \"04/23/2024\" opened=2024-04-03",
            "3 S2 \"x\" opened=2024-04-23"
        ]
    );
    assert_eq!((seen.counts(), seen.issues.len()), ((2, 2, 0, 0), 0));
    // The cells of a row with one too many may be another column's.
    let shifted = read("service_id,name,opened\nS1,a,03/04/2024\nS2,b,04/23/2024,x\n");
    assert_eq!(shifted.rows, ["2 S1 \"a\" opened=2024-04-03"]);
}

#[test]
fn a_doubtful_day_rejects_its_row_where_it_must_be_known_and_people_are_not_quoted() {
    let with = With {
        personal: true,
        ..With::default()
    };
    let seen = with
        .read("service_id,opened\nP1,03/04/2024\nP2,04/23/2024\n", COLUMNS)
        .unwrap();
    let said = format!("{:?}", seen.issues);
    assert!(
        said.contains(MONTH_FIRST) && !said.contains("2024"),
        "{said}"
    );
}

#[test]
fn a_workbook_proves_the_order_by_its_texts_and_its_true_days_stay() {
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let bytes = one_sheet(|sheet| {
        header(sheet, 0);
        for (row, text) in (1..).zip(["04/23/2024", "03/04/2024"]) {
            sheet.write(row, 0, format!("S{row}")).unwrap();
            sheet.write(row, 3, text).unwrap();
        }
        sheet.write(3, 0, "S3").unwrap();
        sheet.write_with_format(3, 3, 45_000, &day).unwrap();
    });
    let seen = read(bytes);
    assert_eq!(seen.rows, ["2 S1", "3 S2", "4 S3 opened=2023-03-15"]);
    assert!(
        seen.of(Severity::Repaired)
            .contains(&format!("{MONTH_FIRST} 2"))
    );
}

#[test]
fn a_header_that_wins_over_another_is_said_with_both_names() {
    for (headers, rows, said) in [
        (
            "service_id,places,Places",
            "S1,1,2",
            "columns `places` and `Places` that could all be places; `places` is read",
        ),
        (
            "service_id,PLACES,Place s",
            "S1,1,2",
            "columns `PLACES` and `Place s` that could all be places; `PLACES` is read",
        ),
        (
            "service_id,Service Ref,places",
            "S1,T9,1",
            "columns `service_id` and `Service Ref` that could all be service_id; `service_id` is read",
        ),
    ] {
        let seen = read(format!("{headers}\n{rows}\n"));
        assert_eq!(seen.rows, ["2 S1 places=1"], "{headers}");
        assert!(seen.notes().contains(said), "{headers}: {}", seen.notes());
    }
    // What study.toml names is no guess, and a column that another field has is no rival.
    let mapping = [("service_id", "service_id"), ("places", "places")];
    let with = With {
        mapping: &mapping,
        ..With::default()
    };
    let seen = with
        .read("service_id,Service Ref,places,Places\nS1,T9,1,2\n", COLUMNS)
        .unwrap();
    assert_eq!(
        (seen.rows.as_slice(), seen.notes().as_str()),
        (&["2 S1 places=1".to_owned()][..], "")
    );
    let columns = [
        required("service_id").or(&["ref"]),
        optional("name").or(&["Places"]),
        optional("places"),
    ];
    assert_eq!(
        With::default()
            .read("service_id,name,places\nS1,a,1\n", &columns)
            .unwrap()
            .notes(),
        ""
    );
}

#[test]
fn two_known_names_of_one_field_are_not_decided_between_unless_they_hold_the_same() {
    let refused = With::default()
        .read("Service Ref,ref,places\nS1,T1,1\n", COLUMNS)
        .unwrap_err();
    assert!(
        refused.contains("2 columns that could be service_id")
            && refused.contains("`Service Ref` and `ref`"),
        "{refused}"
    );
    assert!(refused.contains("columns = { service_id = "), "{refused}");
    let seen = read("Service Ref,ref,places\nS 1,s1,1\nS2,S2,2\n");
    assert_eq!(seen.rows, ["2 S 1 places=1", "3 S2 places=2"]);
    assert!(
        seen.notes()
            .contains("`Service Ref` and `ref` that could all be service_id"),
        "{}",
        seen.notes()
    );
    let columns = [
        required("service_id"),
        optional("places").or(&["Capacity", "Size"]),
    ];
    let seen = With::default()
        .read("service_id,Size,Capacity\nS1,1,2\n", &columns)
        .unwrap();
    assert_eq!(seen.rows, ["2 S1"]);
    assert!(
        seen.notes()
            .contains("none of them is read: `Capacity` and `Size`"),
        "{}",
        seen.notes()
    );
}

#[test]
fn what_to_do_about_a_table_that_no_study_file_names_is_done_in_the_table() {
    let columns = [
        required("service_id").or(&["ref", "key"]),
        optional("places").or(&["Capacity", "Size"]),
    ];
    let read = |on_its_own, table: &[u8]| {
        let with = With {
            on_its_own,
            ..With::default()
        };
        with.read(table, &columns)
            .map_or_else(|refused| refused, |seen| seen.notes())
    };
    let sheets = three_sheets();
    for (table, hint) in [
        (
            &b"name,places\nA,1\n"[..],
            "call the column that holds it service_id in the file",
        ),
        (
            b"ref,key\nA,B\n",
            "call the right one service_id in the file",
        ),
        (b"ref,ref\nA,B\n", "rename all but one in the file"),
        (b"Ref\nA\n", "call it otherwise in the file"),
        (
            b"service_id,Size,Capacity\nA,1,2\n",
            "call all but the right one otherwise in the file",
        ),
        (
            b"service_id,ref\nA,B\n",
            "call the others otherwise in the file",
        ),
        (&sheets, "save the right one as a file of its own"),
    ] {
        let own = read(true, table);
        assert!(own.contains(hint) && !own.contains("study.toml"), "{own}");
        let of_study = read(false, table);
        assert!(of_study.contains("study.toml"), "{of_study}");
    }
}
