//! Files that are cut off, damaged, or made to do harm.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::workbooks::{altered, header, one_sheet};
use super::{COLUMNS, Severity, With, read};
use crate::table::read_table_bytes;

const SHEET: &str = "xl/worksheets/sheet1.xml";

fn sound() -> Vec<u8> {
    one_sheet(|sheet| {
        header(sheet, 0);
        for row in 1..200 {
            sheet.write(row, 0, format!("S{row}")).unwrap();
            sheet.write(row, 2, row).unwrap();
        }
    })
}

/// Says what became of a file: the message that refused it, or those that came with its rows.
fn outcome(bytes: impl AsRef<[u8]>) -> String {
    match With::default().read(bytes, COLUMNS) {
        Err(refused) => refused,
        Ok(seen) => {
            seen.counts();
            seen.of(Severity::FileUnusable) + &seen.of(Severity::RowRejected)
        }
    }
}

#[test]
fn a_workbook_cut_anywhere_is_refused_with_a_message() {
    let bytes = sound();
    for tenth in 0..10 {
        let said = outcome(&bytes[..bytes.len() * tenth / 10]);
        assert!(!said.is_empty(), "cut at {tenth} tenths");
    }
}

#[test]
fn a_sheet_cut_anywhere_inside_its_package_is_refused_with_a_message() {
    let bytes = sound();
    for tenth in 0..10 {
        let cut = altered(&bytes, SHEET, |text| {
            text[..text.len() * tenth / 10].to_owned()
        });
        let said = outcome(cut);
        assert!(!said.is_empty(), "cut at {tenth} tenths");
    }
}

#[test]
fn a_text_table_cut_anywhere_gives_the_rows_before_the_cut() {
    let text = "service_id,name,places\nS1,\"Café, a\",12\nS2,b,3\nS3,\"c\",4\n";
    let marks = [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        "\u{feff}"
            .chars()
            .chain(text.chars())
            .collect::<String>()
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect(),
    ];
    for bytes in marks {
        for tenth in 0..10 {
            match With::default().read(&bytes[..bytes.len() * tenth / 10], COLUMNS) {
                Err(refused) => assert!(!refused.is_empty()),
                Ok(seen) => assert!(seen.counts().0 <= 3 && seen.rows.len() <= 3),
            }
        }
    }
}

#[test]
fn a_package_that_is_no_workbook_is_refused_as_what_it_is() {
    let zipped = |parts: &[&str]| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for part in parts {
            writer
                .start_file(*part, SimpleFileOptions::default())
                .unwrap();
            writer.write_all(b"<a/>").unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    let container = |text: &str| {
        let text: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &text].concat()
    };
    for (bytes, said) in [
        (zipped(&["services.csv"]), "zipped file and not a workbook"),
        (zipped(&["mimetype", "content.xml"]), ".ods"),
        (zipped(&["xl/workbook.bin"]), ".xlsb"),
        (zipped(&["xl/workbook.xml"]), "without a single filled cell"),
        (container("Workbook"), ".xls)"),
        (container("EncryptedPackage"), "password"),
    ] {
        let refused = outcome(bytes);
        assert!(refused.contains(said), "{refused}");
    }
    let many: Vec<String> = (0..20_001).map(|at| at.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert!(outcome(zipped(&many)).contains("more parts than any workbook"));
}

#[test]
fn a_part_that_unpacks_without_end_is_stopped_while_it_unpacks() {
    let bytes = sound();
    let texts = altered(&bytes, "xl/sharedStrings.xml", |text| {
        let end = text.rfind("</sst>").unwrap();
        format!("{}{}</sst>", &text[..end], "<si><t/></si>".repeat(5 << 20))
    });
    assert!(texts.len() < 1 << 20, "{} bytes", texts.len());
    assert!(outcome(texts).contains("more texts than can be held"));
    let one_tag = altered(&bytes, SHEET, |text| {
        text.replace(
            "<sheetData>",
            &format!("<!--{}--><sheetData>", "x".repeat(20 << 20)),
        )
    });
    assert!(outcome(one_tag).contains("four million bytes"));
    let one_cell = altered(&bytes, SHEET, |text| {
        text.replacen("<v>0</v>", &format!("<v>{}</v>", " ".repeat(20 << 20)), 1)
    });
    assert!(outcome(one_cell).contains("four million bytes"));
    let deep = altered(&bytes, SHEET, |text| {
        text.replace(
            "<sheetData>",
            &format!("{}<sheetData>", "<a>".repeat(1 << 20)),
        )
    });
    assert!(outcome(deep).contains("nested too deep"));
}

#[test]
fn a_cell_of_a_million_characters_rejects_its_row_and_no_other() {
    let long = format!("t=\"str\"><v>{}</v>", "y".repeat(1_000_000));
    let bytes = altered(&sound(), SHEET, |text| {
        let start = text.find("<c r=\"A3\"").unwrap();
        let end = start + text[start..].find("</c>").unwrap();
        format!("{}<c r=\"A3\" {long}{}", &text[..start], &text[end..])
    });
    let seen = read(bytes);
    assert_eq!((seen.counts(), seen.rows.len()), ((199, 198, 0, 1), 198));
    assert!(seen.issues.iter().all(|issue| issue.message.len() < 200));
}

#[test]
fn numbers_that_a_workbook_says_of_itself_are_not_believed() {
    let bytes = sound();
    for (part, old, new, refused) in [
        (
            "xl/sharedStrings.xml",
            "uniqueCount=\"",
            "uniqueCount=\"9999999999999",
            false,
        ),
        (
            SHEET,
            "<dimension ref=\"A1",
            "<dimension ref=\"ZZZZZZZ99999999999",
            false,
        ),
        (SHEET, "<row r=\"3\"", "<row r=\"99999999\"", true),
        (SHEET, "<row r=\"3\"", "<row r=\"1\"", true),
        (SHEET, "<c r=\"A3\"", "<c r=\"XFE3\"", true),
        (SHEET, "<c r=\"A3\"", "<c r=\"ZZZZZZZZZZZZ3\"", true),
        (SHEET, "<v>2</v>", "<v>999999999</v>", true),
        (
            SHEET,
            "</sheetData>",
            "</sheetData><mergeCells><mergeCell ref=\"A2:XFD1048576\"/></mergeCells>",
            false,
        ),
        (
            SHEET,
            "</sheetData>",
            "</sheetData><mergeCells><mergeCell ref=\"A2:XFD9\"/><mergeCell ref=\"A2:XFC9\"/></mergeCells>",
            true,
        ),
    ] {
        let said = outcome(altered(&bytes, part, |text| text.replacen(old, new, 1)));
        assert_eq!(
            said.contains("workbook that cannot be read"),
            refused,
            "{new}: {said}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_change_of_a_workbook_makes_it_fail(at in any::<prop::sample::Index>(), byte in any::<u8>(), inside in any::<prop::sample::Index>(), letter in "[<>a-z0-9\"/ =&;]{0,3}") {
        let bytes = sound();
        let mut flipped = bytes.clone();
        flipped[at.index(bytes.len())] ^= byte;
        read_table_bytes(&flipped);
        read_table_bytes(&altered(&bytes, SHEET, |text| {
            let at = inside.index(text.len());
            format!("{}{letter}{}~", &text[..at], &text[at..])
        }));
    }
}
