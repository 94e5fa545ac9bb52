//! Text tables: encodings, delimiters, quotation marks, headers, totals, marks for what is not known.

use proptest::prelude::*;

use super::{COLUMNS, Severity, With, read};
use crate::table::{Why, optional, propose, required};

const PLAIN: &str = "service_id,name,places\nS1,Café £5,12\nS2,Tŷ Gwyn,3\n";

fn utf16(text: &str, little: bool, mark: bool) -> Vec<u8> {
    let letters = mark.then_some('\u{feff}').into_iter().chain(text.chars());
    let units: Vec<u16> = letters.collect::<String>().encode_utf16().collect();
    let bytes = |unit: u16| {
        if little {
            unit.to_le_bytes()
        } else {
            unit.to_be_bytes()
        }
    };
    units.into_iter().flat_map(bytes).collect()
}

#[test]
fn every_encoding_gives_the_same_rows_and_is_said_where_it_is_not_utf_8() {
    let expected = ["2 S1 \"Café £5\" places=12", "3 S2 \"Tŷ Gwyn\" places=3"];
    let utf8 = read(PLAIN);
    assert_eq!(utf8.rows, expected);
    assert_eq!(utf8.notes(), "");
    let marked = read(format!("\u{feff}{PLAIN}"));
    assert_eq!(
        (marked.rows.as_slice(), marked.notes().as_str()),
        (&expected.map(String::from)[..], "")
    );
    for (little, mark) in [(true, true), (false, true), (true, false), (false, false)] {
        let seen = read(utf16(PLAIN, little, mark));
        assert_eq!(seen.rows, expected, "{little} {mark}");
        assert!(seen.notes().contains("UTF-16"), "{}", seen.notes());
    }
    let (windows, _, _) = encoding_rs::WINDOWS_1252.encode("service_id,name\nS1,Café £5 – “A”\n");
    let seen = read(&windows);
    assert_eq!(seen.rows, ["2 S1 \"Café £5 – “A”\""]);
    assert!(seen.notes().contains("Windows-1252"), "{}", seen.notes());
}

#[test]
fn the_first_letter_that_is_not_ascii_may_stand_anywhere() {
    for padding in [4090, 65_530, 65_536, 200_000] {
        let mut text = String::from("service_id,name\n");
        let mut rows = 0;
        while text.len() < padding {
            text.push_str("S,a name\n");
            rows += 1;
        }
        for name in ["é", "£", "ŷ"] {
            let seen = read(format!("{text}last,{name}\n"));
            assert_eq!(seen.rows.len(), rows + 1);
            assert_eq!(seen.rows[rows], format!("{} last \"{name}\"", rows + 2));
        }
        let mut windows = text.into_bytes();
        windows.extend_from_slice(b"last,caf\xe9\nmore,\xa3\n");
        let seen = read(windows);
        assert!(seen.rows[rows].ends_with("\"café\""), "{}", seen.rows[rows]);
        assert!(seen.rows[rows + 1].ends_with("\"£\""));
    }
}

#[test]
fn a_file_that_is_utf_8_until_one_row_loses_only_that_row() {
    let seen = read(b"service_id,name\nS1,Caf\xc3\xa9\nS2,Caf\xe9\nS3,b\n");
    assert_eq!(seen.rows, ["2 S1 \"Café\"", "4 S3 \"b\""]);
    assert_eq!(seen.counts(), (3, 2, 0, 1));
}

#[test]
fn the_delimiter_is_found_and_said() {
    for (delimiter, said) in [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")] {
        let seen = read(PLAIN.replace(',', delimiter));
        assert_eq!(seen.rows[0], "2 S1 \"Café £5\" places=12");
        assert!(seen.notes().contains(said), "{}", seen.notes());
    }
    let lists = read("service_id,name\nS1,a;b;c\nS2,a;b\nS3,d;e\n");
    assert_eq!(lists.rows[0], "2 S1 \"a;b;c\"");
    let announced = read("sep=;\r\nservice_id;name\r\nS1;a,b\r\n");
    assert_eq!(announced.rows, ["3 S1 \"a,b\""]);
}

#[test]
fn a_comma_in_a_table_of_semicolons_is_not_decided() {
    let seen = read("service_id;places;name\nS1;1,234;a\nS2;12;b\n");
    assert_eq!(seen.rows, ["2 S1 \"a\"", "3 S2 \"b\" places=12"]);
    assert!(seen.of(Severity::Repaired).contains("decimal point"));
}

#[test]
fn quoted_cells_and_every_line_end_count_as_a_spreadsheet_counts() {
    let text = "service_id,name\nS1,\"a \"\"b\"\", c\nd\"\n\nS2,\"\"\nS3,x\"y\nS4,\"p\" q\n";
    let expected = [
        "2 S1 \"a \"b\", c\nd\"",
        "4 S2",
        "5 S3 \"x\"y\"",
        "6 S4 \"p q\"",
    ];
    assert_eq!(read(text).rows, expected);
    assert_eq!(read(text.trim_end()).rows, expected);
    let windows = read(text.replace('\n', "\r\n"));
    assert_eq!(
        windows
            .rows
            .iter()
            .map(|row| row.replace('\r', ""))
            .collect::<Vec<_>>(),
        expected
    );
    assert_eq!(
        read("service_id,name\rS1,a\r\rS2,b\r").rows,
        ["2 S1 \"a\"", "4 S2 \"b\""]
    );
    assert!(read(text).notes().contains("1 blank row was"));
}

#[test]
fn a_quotation_mark_that_is_not_closed_costs_a_row_and_never_shows_people() {
    let text = "service_id,name\nP1,\"Ann\nP2,Bob\n";
    let seen = With {
        personal: true,
        ..With::default()
    }
    .read(text, COLUMNS)
    .unwrap();
    assert_eq!(seen.counts(), (1, 0, 0, 1));
    assert!(!format!("{:?}", seen.issues).contains("Bob"));
    let long = format!("service_id,name\nP1,\"{}", "a\n".repeat(4 << 20));
    let with = With {
        personal: true,
        ..With::default()
    };
    let refused = with.read(&long, COLUMNS).unwrap_err();
    assert!(refused.contains("row 2"), "{refused}");
    let late = long.replacen("P1", &"P,a\n".repeat(40), 1);
    let seen = with.read(late, COLUMNS).unwrap();
    let unusable = seen.of(Severity::FileUnusable);
    assert!(unusable.contains("row 42"), "{unusable}");
}

#[test]
fn a_cell_of_a_million_characters_rejects_its_row_and_no_other() {
    let seen = read(format!(
        "service_id,name\nS1,{}\nS2,b\n",
        "x".repeat(1_000_000)
    ));
    assert_eq!(seen.rows, ["3 S2 \"b\""]);
    assert_eq!(seen.counts(), (2, 1, 0, 1));
    assert!(seen.issues.iter().all(|issue| issue.message.len() < 200));
}

#[test]
fn a_thousand_columns_are_read_and_more_than_a_spreadsheet_holds_are_refused() {
    let wide = |columns: usize| {
        let names: Vec<String> = (0..columns).map(|at| format!("c{at}")).collect();
        let cells = vec!["1"; columns];
        format!(
            "service_id,{},places\nS1,{},7\n",
            names.join(","),
            cells.join(",")
        )
    };
    assert_eq!(read(wide(1000)).rows, ["2 S1 places=7"]);
    let refused = With::default().read(wide(20_000), COLUMNS).unwrap_err();
    assert!(refused.contains("20002 columns"), "{refused}");
}

#[test]
fn what_is_no_text_is_refused_as_what_it_is() {
    for (bytes, said) in [
        (b"%PDF-1.7 service_id".as_slice(), "PDF"),
        (b"<html><table><tr><td>service_id", "web page"),
        (b"service_id\0,name\nS1,a\n", "not text"),
        (b"\x01\x02\x03\x04\x05\x06", "not text"),
        (b"\xff\xfe\0\0s\0\0\0", "UTF-32"),
        (b"", "empty"),
        (b"\n\n \n", "no header"),
    ] {
        let refused = With::default().read(bytes, COLUMNS).unwrap_err();
        assert!(refused.contains(said), "{refused}");
    }
    let mut late = b"service_id,name\n".to_vec();
    late.extend(b"S,a\n".repeat(2000));
    late.extend_from_slice(b"T,a\0b\nU,c\n");
    let seen = read(late);
    assert_eq!((seen.counts().3, seen.rows.len()), (1, 2001));
}

#[test]
fn characters_that_cannot_be_seen_are_left_out_and_said() {
    let seen = read("service_id,name\nS1,Day\u{7} Room\u{202e}\nS2,مركز النور\nS3,בית אבות\n");
    assert_eq!(
        seen.rows,
        [
            "2 S1 \"Day Room\"",
            "3 S2 \"مركز النور\"",
            "4 S3 \"בית אבות\""
        ]
    );
    assert_eq!(seen.counts(), (3, 2, 1, 0));
    let repaired = seen.of(Severity::Repaired);
    assert!(repaired.contains("row 2, column name"), "{repaired}");
}

#[test]
fn titles_above_the_header_are_passed_over_and_said() {
    let seen =
        read("Services in Anytown,,\nAs of March 2023,,\n,,\nservice_id,name,places\nS1,a,2\n");
    assert_eq!(seen.rows, ["5 S1 \"a\" places=2"]);
    assert!(
        seen.notes()
            .contains("header in row 4; rows were above it passed over: 1, 2"),
        "{}",
        seen.notes()
    );
}

#[test]
fn a_header_of_two_rows_is_put_together() {
    let columns = [required("service_id"), required("name"), required("places")];
    let mapping = [("places", "All Places")];
    let with = With {
        mapping: &mapping,
        ..With::default()
    };
    let seen = with
        .read("Service,,All\nservice_id,name,Places\nS1,a,2\n", &columns)
        .unwrap();
    assert_eq!(seen.rows, ["3 S1 \"a\" places=2"]);
    assert!(
        seen.notes().contains("two rows, 1 and 2"),
        "{}",
        seen.notes()
    );
}

#[test]
fn totals_blank_rows_and_repeated_headers_are_passed_over_and_said() {
    let text = "service_id,name,places\nS1,a,2\n,,\nservice_id,name,places\nS2,b,3\nTotal,,5\n";
    let seen = read(text);
    assert_eq!(seen.rows, ["2 S1 \"a\" places=2", "5 S2 \"b\" places=3"]);
    assert_eq!(seen.counts(), (2, 2, 0, 0));
    let notes = seen.notes();
    for said in [
        "1 row was of totals and passed over: row 6",
        "header once more and passed over: row 4",
    ] {
        assert!(notes.contains(said), "{notes}");
    }
    // Without a word for it, a last row is a total if it adds up, and a bad row of data if it does not.
    let adds_up = read("service_id,name,places\nS1,a,2\nS2,b,3\n,,5\n");
    assert_eq!(
        (adds_up.counts(), adds_up.notes().contains("row 4")),
        ((2, 2, 0, 0), true)
    );
    let does_not = read("service_id,name,places\nS1,a,2\nS2,b,3\n,,6\n");
    assert_eq!(does_not.counts(), (3, 2, 0, 1));
    let in_the_middle = read("service_id,name,places\nS1,a,2\n,,2\nS2,b,3\n");
    assert_eq!(in_the_middle.counts(), (3, 2, 0, 1));
    let a_service = read("service_id,name,places\nTotal,Total Care,5\n");
    assert_eq!(a_service.rows, ["2 Total \"Total Care\" places=5"]);
}

#[test]
fn what_is_not_known_is_empty_and_said_once_a_column() {
    let seen = read("service_id,places,rate\nS1,<5,*\nS2,..,[c]\nS3,0,n/a\nS4,7,9.51\n");
    assert_eq!(
        seen.rows,
        ["2 S1", "3 S2", "4 S3 places=0", "5 S4 places=7 rate=£9.51"]
    );
    assert_eq!(seen.counts(), (4, 4, 0, 0));
    let notes = seen.notes();
    assert!(
        notes.contains("column places: 2 cells") && notes.contains("column rate: 3 cells"),
        "{notes}"
    );
}

#[test]
fn the_error_of_a_formula_is_unknown_and_said_with_row_and_column() {
    let seen = read("service_id,places\nS1,#REF!\nS2,#N/A\nS3,4\n");
    assert_eq!(seen.rows, ["2 S1", "3 S2", "4 S3 places=4"]);
    assert_eq!(seen.counts(), (3, 1, 2, 0));
    assert!(
        seen.of(Severity::Repaired)
            .contains("row 3, column places: holds the error of a formula")
    );
}

#[test]
fn what_was_changed_is_listed_with_what_it_was_but_never_of_people() {
    let text = "service_id,opened,rate\nS1,45000,£9.51 per hour\nS2,03/04/23,9.51\n";
    let seen = read(text);
    assert_eq!(
        seen.rows,
        ["2 S1 opened=2023-03-15 rate=£9.51", "3 S2 rate=£9.51"]
    );
    let repaired = seen.of(Severity::Repaired);
    for said in ["\"45000\"", "\"£9.51 per hour\"", "\"03/04/23\""] {
        assert!(repaired.contains(said), "{repaired}");
    }
    let seen = With {
        personal: true,
        ..With::default()
    }
    .read(text, COLUMNS)
    .unwrap();
    assert_eq!(seen.counts(), (2, 0, 2, 0));
    assert!(!format!("{:?}", seen.issues).contains("45000"));
}

#[test]
fn a_guessed_header_is_said_and_one_that_is_written_is_not() {
    let seen = read("Service Ref,Name\nS1,a\n");
    assert_eq!(seen.rows, ["2 S1 \"a\""]);
    assert!(
        seen.notes().contains("`Service Ref` read as service_id"),
        "{}",
        seen.notes()
    );
    assert_eq!(read("SERVICE_ID,Name\nS1,a\n").notes(), "");
    assert!(
        read("Service-ID,Name\nS1,a\n")
            .notes()
            .contains("Service-ID")
    );
    let mapping = [
        ("service_id", "The Ref."),
        ("places", "Number of places in the whole building"),
    ];
    let with = With {
        mapping: &mapping,
        ..With::default()
    };
    let seen = with
        .read("the ref,Number of places in the who\nS1,4\n", COLUMNS)
        .unwrap();
    assert_eq!(seen.rows, ["2 S1 places=4"]);
    assert_eq!(
        seen.notes().matches("read as").count(),
        2,
        "{}",
        seen.notes()
    );
}

#[test]
fn two_headers_that_fit_equally_are_never_decided_between() {
    let refused = With::default()
        .read("service_id,service_id\nS1,S2\n", COLUMNS)
        .unwrap_err();
    assert!(refused.contains("in A and B"), "{refused}");
    let seen = read("service_id,Places,places.\nS1,1,2\n");
    assert_eq!(
        seen.rows,
        ["2 S1 places=1"],
        "one of them is it letter for letter"
    );
    let seen = read("service_id,Place s,places.\nS1,1,2\n");
    assert_eq!(seen.rows, ["2 S1"]);
    assert!(
        seen.notes().contains("2 columns that could be places"),
        "{}",
        seen.notes()
    );
    let seen = read("service_id,x,x\nS1,1,2\n");
    assert!(
        seen.notes().contains("stand more than once: x"),
        "{}",
        seen.notes()
    );
}

#[test]
fn a_missing_column_says_what_there_is_but_of_people_only_how_many() {
    let refused = With::default()
        .read("servise_id,name\nS1,a\n", COLUMNS)
        .unwrap_err();
    assert!(refused.contains("did you mean `servise_id`"), "{refused}");
    let with = With {
        personal: true,
        ..With::default()
    };
    let refused = with
        .read("Ann Smith,NP20 4AA\nBob,NP20 4AB\n", COLUMNS)
        .unwrap_err();
    assert!(
        !refused.contains("Ann") && refused.contains("2 cells"),
        "{refused}"
    );
}

#[test]
fn a_mapping_is_proposed_with_a_reason_for_each() {
    let headers = ["Opened", "Service Ref", "Places", "nmae", "Notes"].map(String::from);
    let proposed: Vec<_> = propose(&headers, COLUMNS)
        .into_iter()
        .map(|proposal| (proposal.field, proposal.place, proposal.why))
        .collect();
    assert_eq!(
        proposed,
        [
            ("service_id", 1, Why::Synonym),
            ("name", 3, Why::Likeness),
            ("places", 2, Why::Exact),
            ("opened", 0, Why::Exact),
        ]
    );
}

fn cell() -> impl Strategy<Value = String> {
    // Not the words that a table takes for more than text, nor lines that look like rows.
    let text = prop_oneof!["[a-zA-Zéŷ£\"',;|\t ]{0,12}", "[a-zA-Zéŷ£\"' \n]{0,12}"];
    text.prop_map(|text| format!("x{}x", text.trim()))
}

proptest! {
    #[test]
    fn a_table_written_and_read_back_is_the_same(
        rows in prop::collection::vec((cell(), cell()), 1..12),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
        encoding in 0..4_u8,
    ) {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(["service_id", "name", "places"]).unwrap();
        for (id, name) in &rows {
            writer.write_record([id.as_str(), name, "1"]).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let bytes = match encoding {
            0 => text.into_bytes(),
            1 => format!("\u{feff}{text}").into_bytes(),
            2 => utf16(&text, true, true),
            _ => utf16(&text, false, true),
        };
        let columns = [required("service_id"), optional("name"), optional("places")];
        let seen = With::default().read(bytes, &columns).unwrap();
        let read: Vec<&str> = seen.rows.iter().filter_map(|row| row.split_once(' ')).map(|(_, row)| row).collect();
        let written: Vec<String> = rows.iter().map(|(id, name)| format!("{id} \"{name}\" places=1")).collect();
        prop_assert_eq!(read, written);
    }

    #[test]
    fn nothing_makes_it_fail(bytes in prop::collection::vec(any::<u8>(), 0..400), text in "[a-c,;\"\r\n\t#]{0,80}") {
        crate::table::read_table_bytes(&bytes);
        crate::table::read_table_bytes(format!("service_id{text}").as_bytes());
        crate::table::read_table_bytes(format!("id,places\n{text}").as_bytes());
    }
}
