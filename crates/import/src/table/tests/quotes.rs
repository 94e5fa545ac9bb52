//! Quotation marks that take in rows.

use super::{COLUMNS, Seen, Severity, With, read};

/// Checks that one row was rejected, and which and why, and returns what was read.
fn rejected(text: &str, row: u64, why: &str) -> Seen {
    let seen = read(text);
    let found: Vec<_> = seen
        .issues
        .iter()
        .filter(|issue| issue.severity == Severity::RowRejected)
        .collect();
    assert_eq!(found.len(), 1, "{text}: {:?}", seen.issues);
    assert_eq!((found[0].row, seen.counts().3), (Some(row), 1), "{text}");
    assert!(
        found[0].message.contains(why),
        "{text}: {}",
        found[0].message
    );
    seen
}

#[test]
fn rows_taken_in_by_a_mark_that_is_never_closed_are_counted_and_none_is_accepted() {
    let head = "service_id,name,places\nS1,a,1\n";
    for (rest, why) in [
        (
            "S2,\"b,2\nS3,c,3\nS4,d,4\n",
            "never closed and takes in the 2 lines after it",
        ),
        (
            "S2,\"b,2\r\nS3,c,3\r\n",
            "never closed and takes in the line after it",
        ),
        (
            "S2,\"b,2\n\n\n",
            "has a quotation mark that is never closed",
        ),
        ("S2,b,\"2", "has a quotation mark that is never closed"),
    ] {
        let seen = rejected(&format!("{head}{rest}"), 3, why);
        assert_eq!(seen.rows, ["2 S1 \"a\" places=1"], "{rest}");
    }
    let old = head.replace('\n', "\r") + "S2,\"b,2\rS3,c,3\r";
    rejected(&old, 3, "takes in the line after it");
}

#[test]
fn rows_between_two_stray_marks_are_counted_and_those_after_them_are_read() {
    for rest in [
        // Closed at the end of a cell, at its beginning, and in the middle of a word.
        "S2,\"b,2\nS3,c\",3\n",
        "S2,\"b,2\nS3,\"c,3\n",
        "S2,\"b,2\nS3,c\"d,3\n",
        "S2,\"b,2\nS3,c,3\nS4,e\",4\n",
    ] {
        let lines = if rest.matches('\n').count() == 2 {
            "the line after it"
        } else {
            "the 2 lines after it"
        };
        let text = format!("service_id,name,places\nS1,a,1\n{rest}S9,z,9\n");
        let seen = rejected(&text, 3, &format!("takes in {lines}, rows as it seems"));
        assert_eq!(seen.rows.len(), 2, "{rest}: {:?}", seen.rows);
        assert!(
            seen.rows[1].ends_with(" S9 \"z\" places=9"),
            "{:?}",
            seen.rows
        );
    }
}

#[test]
fn a_line_break_that_was_meant_is_read_in_silence() {
    for name in [
        "12 High Street\nNewport",
        "12 High Street\r\nNewport",
        "Flat 2, 12 High Street,\nNewport, Gwent,\nWales",
        "The \"\"Hall\"\"\nNewport",
        "a\n\nb",
    ] {
        let seen = read(format!(
            "service_id,name,places,opened,rate\nS1,\"{name}\",12,,\nS2,b,3,,\n"
        ));
        assert_eq!(seen.issues, [], "{name}");
        assert_eq!(seen.counts(), (2, 2, 0, 0), "{name}");
        assert!(seen.rows[0].ends_with("places=12"), "{:?}", seen.rows);
    }
    let last = read("service_id,name\nS1,\"12 High Street\nNewport, Gwent\"\n");
    assert_eq!(last.issues, []);
}

#[test]
fn of_people_a_row_that_runs_on_is_rejected_with_the_number_of_its_lines_and_not_quoted() {
    let with = With {
        personal: true,
        ..With::default()
    };
    let seen = with
        .read(
            "service_id,name,places\nP1,\"Ann\nSmith\",1\nP2,\"Bob,2\nP3,Cy,3\nP4,Di,4\n",
            COLUMNS,
        )
        .unwrap();
    assert_eq!(seen.counts(), (2, 0, 0, 2));
    let said = seen.of(Severity::RowRejected);
    for part in [
        "row 2: has a cell that runs on over the line after it",
        "row 3: has a quotation mark that is never closed and takes in the 2 lines after it",
    ] {
        assert!(said.contains(part), "{said}");
    }
    for name in ["Ann", "Smith", "Bob", "Cy", "Di"] {
        assert!(!format!("{:?}", seen.issues).contains(name));
    }
}
