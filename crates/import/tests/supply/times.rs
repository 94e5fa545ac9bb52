//! Times without am or pm, and ratios that a spreadsheet made times.

use catchment_core::issue::Severity;

use super::{HEAD, directory, of, service};

/// Hour and minute, where a time was kept.
type Clock = Option<(i8, i8)>;

/// Reads a service with these times: its start and its end, and what is said of both.
fn times(start: &str, end: &str) -> (Clock, Clock, String) {
    let (study, report) = directory(&format!(
        "{HEAD},days,start,end\nA1,North Room,Trading Ltd,Day service,450500,102010,Mon,{start},{end}\n"
    ));
    let said: Vec<String> = of(&report, "providers.csv", Severity::Repaired)
        .iter()
        .map(|issue| format!("{}: {}", issue.column.as_deref().unwrap(), issue.message))
        .collect();
    let session = service(&study, "A1").sessions[0].clone();
    let clock = |time: jiff::civil::Time| (time.hour(), time.minute());
    (
        session.start.map(clock),
        session.end.map(clock),
        said.join("; "),
    )
}

#[test]
fn an_early_hour_without_a_half_is_not_decided_in_silence() {
    let (start, end, said) = times("1.30", "4.30");
    assert_eq!((start, end), (None, None));
    for part in [
        "start: has neither am nor pm",
        "end: has neither am nor pm",
        "\"1.30\"",
        "\"4.30\"",
    ] {
        assert!(said.contains(part), "{said}");
    }
    // Not even where the morning would be before the start: nothing says that the hours are counted to twelve.
    let (start, end, said) = times("9.30", "3.30");
    assert_eq!((start, end), (Some((9, 30)), None));
    assert!(said.contains("end: has neither am nor pm"), "{said}");
}

#[test]
fn the_other_time_of_the_row_settles_it_where_it_has_a_half_and_that_is_said() {
    for (start, end, read) in [
        ("10am", "2.30", ((10, 0), (14, 30))),
        ("1pm", "4.30", ((13, 0), (16, 30))),
        ("noon", "3:15", ((12, 0), (15, 15))),
        ("6.30", "8am", ((6, 30), (8, 0))),
    ] {
        let (first, last, said) = times(start, end);
        assert_eq!((first, last), (Some(read.0), Some(read.1)), "{start} {end}");
        assert!(said.contains("worked out from the other time"), "{said}");
    }
    // Both halves are before four in the afternoon.
    let (start, end, said) = times("1.30", "4.30pm");
    assert_eq!((start, end), (None, Some((16, 30))));
    assert!(said.contains("start: has neither am nor pm"), "{said}");
}

#[test]
fn a_time_of_a_day_of_24_hours_is_read_in_silence() {
    for (start, end, read) in [
        ("09:30", "13.30", ((9, 30), (13, 30))),
        ("9.30", "15:30", ((9, 30), (15, 30))),
        ("01.30", "04:30", ((1, 30), (4, 30))),
    ] {
        let (first, last, said) = times(start, end);
        assert_eq!((first, last), (Some(read.0), Some(read.1)));
        assert_eq!(said, "");
    }
}

#[test]
fn a_ratio_that_became_a_time_is_said_and_unknown() {
    let (study, report) = directory(&format!(
        "{HEAD},support_ratio,carers_home\n\
         A1,North Room,Trading Ltd,Day service,450500,102010,01:05:00,\n\
         A2,South Room,Trading Ltd,Day service,450500,102010,1:5,\n\
         A3,Ann's,Trading Ltd,Shared Lives,,,01:03,yes\n"
    ));
    assert_eq!(service(&study, "A1").support_ratio, None);
    assert_eq!(service(&study, "A2").support_ratio.as_deref(), Some("1:5"));
    let said = of(&report, "providers.csv", Severity::Repaired);
    let found = said.iter().find(|issue| issue.row == Some(2)).unwrap();
    assert_eq!(found.column.as_deref(), Some("support_ratio"));
    assert!(
        found.message.contains("such as 1:5") && found.message.contains("\"01:05:00\""),
        "{found}"
    );
    assert!(found.hint.contains("1 to 5"), "{found}");
    assert!(!format!("{report}").contains("01:03"));
}
