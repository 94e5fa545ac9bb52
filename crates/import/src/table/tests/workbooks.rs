//! Workbooks, written by another program's writer.

use std::fs;
use std::io::{Cursor, Read as _, Write as _};

use calamine::{Data, Reader as _, Xlsx};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::{COLUMNS, Severity, With, read};
use crate::table::{Input, Source, preview, sheets};

/// Writes a workbook of one sheet.
pub(super) fn one_sheet(fill: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut workbook = Workbook::new();
    fill(workbook.add_worksheet());
    workbook.save_to_buffer().unwrap()
}

pub(super) fn header(sheet: &mut Worksheet, row: u32) {
    for (column, name) in (0..).zip(["service_id", "name", "places", "opened", "rate"]) {
        sheet.write(row, column, name).unwrap();
    }
}

/// Writes a workbook again with one part changed.
pub(super) fn altered(bytes: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        writer
            .start_file(&name, SimpleFileOptions::default())
            .unwrap();
        let text = if name == part {
            let changed = change(text.clone());
            assert_ne!(changed, text, "nothing was changed in {part}");
            changed
        } else {
            text
        };
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const SHEET: &str = "xl/worksheets/sheet1.xml";
const BOOK: &str = "xl/workbook.xml";

#[test]
fn days_times_truths_and_numbers_come_as_they_are_shown() {
    let day = Format::new().set_num_format("dd/mm/yyyy");
    let money = Format::new().set_num_format("£#,##0.00");
    let bytes = one_sheet(|sheet| {
        header(sheet, 0);
        sheet.write(1, 0, 12).unwrap();
        sheet.write(1, 1, true).unwrap();
        sheet.write(1, 2, 7.0).unwrap();
        sheet
            .write_with_format(1, 3, ExcelDateTime::from_ymd(2023, 3, 15).unwrap(), &day)
            .unwrap();
        sheet.write_with_format(1, 4, 1234.5, &money).unwrap();
        sheet.write(2, 0, "S2").unwrap();
        sheet.write(2, 1, 0.1 + 0.2).unwrap();
        sheet.write(2, 3, 45_000).unwrap();
    });
    let seen = read(&bytes);
    assert_eq!(
        seen.rows,
        [
            "2 12 \"TRUE\" places=7 opened=2023-03-15 rate=£1234.50",
            "3 S2 \"0.3\" opened=2023-03-15"
        ]
    );
    assert_eq!(seen.counts(), (2, 1, 1, 0));
    assert!(
        seen.of(Severity::Repaired)
            .contains("row 3, column opened: is a bare number")
    );
    let old = altered(&bytes, BOOK, |text| {
        text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ")
    });
    let seen = read(old);
    assert!(
        seen.rows[0].contains("opened=2027-03-16"),
        "{:?}",
        seen.rows
    );
    assert!(seen.notes().contains("from 1904"));
}

#[test]
fn every_cell_is_what_another_reader_finds_in_it() {
    let clock = Format::new().set_num_format("hh:mm");
    let bytes = one_sheet(|sheet| {
        for row in 0..60_u32 {
            let number = f64::from(row);
            sheet
                .write(row, 0, format!("id {row} <&> \"é\" _x0041_"))
                .unwrap();
            sheet.write(row, 2, number * 1.5).unwrap();
            sheet.write(row, 3, row % 2 == 0).unwrap();
            sheet
                .write_with_format(row, 4, number / 60.0, &clock)
                .unwrap();
            sheet.write(row, 7, -1.0 - number).unwrap();
        }
    });
    let source = Source::open(Input::Bytes(bytes.as_slice().into()), None, true).unwrap();
    let ours = source.top(1000, 1).unwrap();
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(&bytes)).unwrap();
    let theirs = book.worksheet_range("Sheet1").unwrap();
    assert_eq!(ours.len(), theirs.height());
    for ((_, cells), row) in ours.iter().zip(theirs.rows()) {
        for (place, cell) in row.iter().enumerate() {
            let text = match cell {
                Data::DateTime(time) => {
                    let (_, _, _, hour, minute, second, _) = time.to_ymd_hms_milli();
                    assert_eq!(second, 0);
                    format!("{hour:02}:{minute:02}")
                }
                Data::Bool(truth) => truth.to_string().to_uppercase(),
                other => other.to_string(),
            };
            assert_eq!(cells.borrow().get(place).unwrap_or_default(), text);
        }
    }
}

#[test]
fn a_formula_that_was_never_computed_is_empty_and_never_0() {
    let bytes = one_sheet(|sheet| {
        header(sheet, 0);
        for row in 1..4 {
            sheet.write(row, 0, format!("S{row}")).unwrap();
        }
        sheet
            .write_formula(1, 2, Formula::new("=SUM(A1:A9)"))
            .unwrap();
        sheet
            .write_formula(2, 2, Formula::new("=1+1").set_result("2"))
            .unwrap();
        sheet.write(3, 2, 0).unwrap();
    });
    let seen = read(&bytes);
    assert_eq!(seen.rows, ["2 S1", "3 S2 places=2", "4 S3 places=0"]);
    assert!(
        seen.notes().contains("1 formulas that were never computed"),
        "{}",
        seen.notes()
    );
    let computed = altered(&bytes, BOOK, |text| {
        text.replace(" fullCalcOnLoad=\"1\"", "")
    });
    assert_eq!(
        read(&computed).rows[0],
        "2 S1 places=0",
        "here 0 was computed"
    );
    let uncached = altered(&computed, SHEET, |text| {
        text.replace("<v>0</v></c></row><row r=\"3\"", "</c></row><row r=\"3\"")
    });
    assert_eq!(read(uncached).rows[0], "2 S1");
}

#[test]
fn the_error_of_a_formula_is_unknown_and_said_with_its_place() {
    let bytes = one_sheet(|sheet| {
        header(sheet, 0);
        for (row, error) in (1..).zip(["#REF!", "#N/A", "#DIV/0!"]) {
            sheet.write(row, 0, format!("S{row}")).unwrap();
            sheet
                .write_formula(row, 2, Formula::new("=1/0").set_result(error))
                .unwrap();
        }
    });
    let seen = read(bytes);
    assert_eq!(seen.rows, ["2 S1", "3 S2", "4 S3"]);
    assert_eq!(seen.counts(), (3, 0, 3, 0));
    assert!(seen.of(Severity::Repaired).contains("row 4, column places"));
}

#[test]
fn merged_cells_are_filled_in_data_and_not_in_titles_or_headings() {
    let plain = Format::new();
    let bytes = one_sheet(|sheet| {
        sheet
            .merge_range(0, 0, 0, 4, "Services of the council", &plain)
            .unwrap();
        header(sheet, 2);
        sheet.merge_range(3, 0, 3, 4, "North", &plain).unwrap();
        for row in 4..7 {
            sheet.write(row, 0, format!("S{row}")).unwrap();
        }
        sheet.merge_range(4, 1, 6, 1, "Day centre", &plain).unwrap();
        sheet
            .merge_range(7, 1, 9, 1, "Nothing else", &plain)
            .unwrap();
    });
    let seen = read(bytes);
    assert_eq!(
        seen.rows,
        [
            "4 North",
            "5 S4 \"Day centre\"",
            "6 S5 \"Day centre\"",
            "7 S6 \"Day centre\""
        ],
        "a heading stays in its first cell"
    );
    assert_eq!(seen.counts().0, 5, "{:?}", seen.issues);
    assert!(seen.notes().contains("1 merged areas"), "{}", seen.notes());
    assert!(seen.notes().contains("header in row 3"), "{}", seen.notes());
}

#[test]
fn hidden_rows_columns_and_sheets_are_read_and_said() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Data").unwrap();
    header(sheet, 0);
    for row in 1..4 {
        sheet.write(row, 0, format!("S{row}")).unwrap();
        sheet.write(row, 2, row).unwrap();
    }
    sheet.set_row_hidden(2).unwrap();
    sheet.set_row_hidden(50).unwrap();
    sheet.set_column_hidden(2).unwrap();
    sheet.set_column_range_hidden(9, 16_000).unwrap();
    sheet.set_hidden(true);
    workbook
        .add_worksheet()
        .set_name("Empty")
        .unwrap()
        .set_active(true);
    let seen = read(workbook.save_to_buffer().unwrap());
    assert_eq!(
        seen.rows,
        ["2 S1 places=1", "3 S2 places=2", "4 S3 places=3"]
    );
    let notes = seen.notes();
    for said in [
        "1 hidden or filtered rows, which are read as data: row 3",
        "hidden columns, which are read as data: C (note)",
        "sheet \"Data\" hidden",
    ] {
        assert!(notes.contains(said), "{notes}");
    }
}

pub(super) fn three_sheets() -> Vec<u8> {
    let mut workbook = Workbook::new();
    for name in ["Day services", "Lookups", "Notes"] {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        header(sheet, 0);
        sheet.write(1, 0, name).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_sheet_is_named_or_it_is_the_only_one() {
    let refused = With::default().read(three_sheets(), COLUMNS).unwrap_err();
    assert!(
        refused.contains("3 sheets")
            && refused.contains("\"Lookups\"")
            && refused.contains("layer = "),
        "{refused}"
    );
    let named = |sheet| With {
        sheet: Some(sheet),
        ..With::default()
    };
    let seen = named("Lookups").read(three_sheets(), COLUMNS).unwrap();
    assert_eq!(
        (seen.rows, seen.issues),
        (vec!["2 Lookups".to_owned()], vec![])
    );
    let seen = named("day-services").read(three_sheets(), COLUMNS).unwrap();
    assert_eq!(seen.rows, ["2 Day services"]);
    assert!(
        seen.notes()
            .contains("no sheet \"day-services\"; its sheet \"Day services\" is read"),
        "{}",
        seen.notes()
    );
    let refused = named("People").read(three_sheets(), COLUMNS).unwrap_err();
    assert!(
        refused.contains("no sheet \"People\"") && refused.contains("\"Notes\""),
        "{refused}"
    );
}

#[test]
fn a_workbook_can_be_looked_into() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    fs::write(&path, three_sheets()).unwrap();
    let names: Vec<_> = sheets(&path)
        .unwrap()
        .into_iter()
        .map(|sheet| (sheet.name, sheet.hidden, sheet.has_data))
        .collect();
    assert_eq!(names[1], ("Lookups".to_owned(), false, true));
    let shown = preview(&path, Some("Notes"), 5).unwrap();
    assert_eq!(shown.headers()[..2], ["service_id", "name"]);
    assert_eq!(shown.rows[1], (2, vec!["Notes".to_owned()]));
    assert!(preview(&path, None, 5).unwrap_err().contains("3 sheets"));
    let csv = folder.path().join("a.csv");
    fs::write(&csv, "Title\nid;name\n1;a\n").unwrap();
    assert_eq!(sheets(&csv).unwrap(), []);
    assert_eq!(preview(&csv, None, 5).unwrap().headers(), ["id", "name"]);
}

#[test]
fn texts_inside_cells_and_of_other_writers_are_read() {
    let bytes = one_sheet(|sheet| {
        header(sheet, 0);
        sheet.write(1, 0, "S1").unwrap();
    });
    let inline = "<c r=\"A2\" t=\"inlineStr\"><is><r><t>S</t></r><r><t xml:space=\"preserve\">1 &amp; &#233;</t></r><rPh><t>no</t></rPh></is></c><c t=\"str\"><f>A1</f><v>a name</v></c><c t=\"d\"><v>4</v></c>";
    let seen = read(altered(&bytes, SHEET, |text| {
        let start = text.find("<c r=\"A2\"").unwrap();
        let end = start + text[start..].find("</row>").unwrap();
        format!("{}{inline}{}", &text[..start], &text[end..])
    }));
    assert_eq!(seen.rows, ["2 S1 & é \"a name\" places=4"]);
}

#[test]
fn a_remark_beside_the_table_moves_nothing() {
    let bytes = one_sheet(|sheet| {
        header(sheet, 0);
        sheet.write(1, 0, "S1").unwrap();
        sheet.write(1, 9, "ask Jo").unwrap();
    });
    assert_eq!(read(bytes).rows, ["2 S1"]);
}

#[test]
fn a_thousand_columns_are_read() {
    let bytes = one_sheet(|sheet| {
        header(sheet, 0);
        sheet.write(1, 0, "S1").unwrap();
        for column in 5..1000 {
            sheet.write(0, column, format!("c{column}")).unwrap();
            sheet.write(1, column, 1).unwrap();
        }
    });
    assert_eq!(read(bytes).rows, ["2 S1"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn a_workbook_written_and_read_back_is_the_same(
        rows in prop::collection::vec(("[a-zA-Zéŷ£\"',;|<>&_ \n]{0,12}", 0..1_000_u32), 1..12),
    ) {
        let bytes = one_sheet(|sheet| {
            header(sheet, 0);
            for (row, (name, places)) in (1..).zip(&rows) {
                sheet.write(row, 0, format!("S{row}")).unwrap();
                sheet.write(row, 1, format!("x{name}x")).unwrap();
                sheet.write(row, 2, *places).unwrap();
            }
        });
        let written: Vec<String> = (1..).zip(&rows).map(|(row, (name, places))| {
            format!("{} S{row} \"x{name}x\" places={places}", row + 1)
        }).collect();
        prop_assert_eq!(read(bytes).rows, written);
    }
}
