use catchment_core::place::Pence;
use jiff::civil::{Time, Weekday, date as day, time as clock};
use proptest::prelude::*;

use super::{
    Ages, Reading, ages, count, date, has_either_order, hours, is_month_first, is_unknown, number,
    postcode, postcode_or_mended, pounds, time, time_of_a_half, time_that, weekday, weekdays,
    yes_or_no,
};

fn sure<T>(value: T) -> Reading<T> {
    Reading::Sure(value)
}

#[test]
fn a_day_is_read_in_every_spelling_that_can_only_be_that_day() {
    for text in [
        "2023-03-06",
        "06/03/2023",
        "6/3/2023",
        "06.03.2023",
        "06-03-2023",
        "6 March 2023",
        "6th March 2023",
        "06-Mar-2023",
        "March 6, 2023",
        "Mon 6 Mar 2023",
        "20230306",
        "2023/03/06",
        "2023-03-06T00:00:00",
        "2023-03-06T00:00:00.000Z",
        "06/03/2023 00:00",
    ] {
        assert_eq!(date(text), sure(day(2023, 3, 6)), "{text}");
    }
}

#[test]
fn a_day_that_could_be_another_is_not_read_in_silence() {
    for text in [
        "03/06/23",
        "3 Mar 23",
        "03/25/2023",
        "March 2023",
        "Mar-2023",
    ] {
        assert!(
            matches!(date(text), Reading::Doubtful(_)),
            "{text}: {:?}",
            date(text)
        );
    }
    for text in [
        "2023-13-01",
        "31/02/2023",
        "2023",
        "99999",
        "06/03/1023",
        "yesterday",
        "45000x",
    ] {
        assert_eq!(date(text), Reading::Unreadable, "{text}");
    }
}

#[test]
fn what_is_worked_out_is_said_to_be() {
    assert!(matches!(date("45000"), Reading::Mended(found, _) if found == day(2023, 3, 15)));
    assert!(matches!(date("45000.5"), Reading::Mended(found, _) if found == day(2023, 3, 15)));
    assert!(
        matches!(date("2023-03-06T09:30:00"), Reading::Mended(found, _) if found == day(2023, 3, 6))
    );
    assert!(
        matches!(time("0.395833333333333"), Reading::Mended(found, _) if found == clock(9, 30, 0, 0))
    );
    assert!(matches!(time("930"), Reading::Mended(found, _) if found == clock(9, 30, 0, 0)));
    assert!(
        matches!(time("2023-03-06T09:30:00"), Reading::Mended(found, _) if found == clock(9, 30, 0, 0))
    );
}

#[test]
fn a_time_is_read_in_every_spelling_that_can_only_be_that_time() {
    for text in [
        "9:30",
        "09:30",
        "09:30:00",
        "9.30am",
        "9:30 AM",
        "9.30 a.m.",
        "9.30",
        "0930",
        "9h30",
    ] {
        assert_eq!(time(text), sure(clock(9, 30, 0, 0)), "{text}");
    }
    for (text, hour) in [
        ("9am", 9),
        ("9 pm", 21),
        ("12pm", 12),
        ("12am", 0),
        ("noon", 12),
        ("midnight", 0),
    ] {
        assert_eq!(time(text), sure(clock(hour, 0, 0, 0)), "{text}");
    }
    assert_eq!(time("13.30"), sure(clock(13, 30, 0, 0)));
    assert_eq!(time("1.30pm"), sure(clock(13, 30, 0, 0)));
    for text in [
        "9", "9.3", "1.30", "4.30", "6.59", "1:30", "6:00", "1:30:00", "430",
    ] {
        assert!(matches!(time(text), Reading::Doubtful(_)), "{text}");
    }
    for (text, hour) in [
        ("01.30", 1),
        ("01:30", 1),
        ("0130", 1),
        ("7.30", 7),
        ("12.30", 12),
        ("0.30", 0),
    ] {
        assert_eq!(time(text), sure(clock(hour, 30, 0, 0)), "{text}");
    }
    for text in [
        "25:00",
        "9:3",
        "9:60",
        "13.30am",
        "half nine",
        "2530",
        "-9:30",
        "+9:30",
    ] {
        assert_eq!(time(text), Reading::Unreadable, "{text}");
    }
}

#[test]
fn a_time_without_a_half_is_worked_out_where_only_one_fits_and_that_is_said() {
    let after_ten = |time| time > clock(10, 0, 0, 0);
    assert!(
        matches!(time_that("2.30", after_ten), Reading::Mended(found, _) if found == clock(14, 30, 0, 0))
    );
    let before_eight = |time| time < clock(8, 0, 0, 0);
    assert!(
        matches!(time_that("6:30", before_eight), Reading::Mended(found, _) if found == clock(6, 30, 0, 0))
    );
    for fits in [true, false] {
        assert!(matches!(time_that("2.30", |_| fits), Reading::Doubtful(_)));
    }
    assert_eq!(time_that("9.30", |_| false), sure(clock(9, 30, 0, 0)));
    for (text, hour) in [
        ("9 am", Some(9)),
        ("2 P.M.", Some(14)),
        ("Noon", Some(12)),
        ("9.00", None),
        ("14:00", None),
    ] {
        assert_eq!(time_of_a_half(text).map(Time::hour), hour, "{text}");
    }
}

#[test]
fn the_order_of_day_and_month_is_proved_by_days_that_no_month_has() {
    for text in [
        "04/23/2024",
        "4-23-24",
        "Tue 04/23/2024",
        "04.23.2024 09:30",
    ] {
        assert!(is_month_first(text) && !has_either_order(text), "{text}");
    }
    for text in [
        "03/04/2024",
        "3.4.2024",
        "03/04/24",
        "Sun 03/04/2024",
        "03/04/2024 00:00",
    ] {
        assert!(has_either_order(text) && !is_month_first(text), "{text}");
    }
    for text in [
        "23/04/2024",
        "03/03/2024",
        "2024-04-23",
        "3 April 2024",
        "April 23, 2024",
        "45000",
        "04/32/2024",
        "0/13/2024",
        "1/2/3",
        "",
    ] {
        assert!(!has_either_order(text) && !is_month_first(text), "{text}");
    }
}

#[test]
fn days_of_the_week_are_read_and_letters_of_two_days_are_not() {
    use Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    for text in ["Wed", "wednesday", "Weds", "Wednesdays", "We", "wed."] {
        assert_eq!(weekday(text), Some(Wednesday), "{text}");
    }
    for text in ["W", "T", "S", "", "We're"] {
        assert_eq!(weekday(text), None, "{text}");
    }
    for (text, days) in [
        ("Mon, Wed-Fri", vec![Monday, Wednesday, Thursday, Friday]),
        ("Mon & Thurs", vec![Monday, Thursday]),
        ("Thursday and Monday", vec![Monday, Thursday]),
        (
            "Mon to Fri",
            vec![Monday, Tuesday, Wednesday, Thursday, Friday],
        ),
        (
            "weekdays",
            vec![Monday, Tuesday, Wednesday, Thursday, Friday],
        ),
        ("Weekends", vec![Saturday, Sunday]),
        ("Sat–Mon", vec![Monday, Saturday, Sunday]),
        ("M W F", vec![Monday, Wednesday, Friday]),
        ("M/Tu/Th", vec![Monday, Tuesday, Thursday]),
    ] {
        assert_eq!(weekdays(text), Some(days), "{text}");
    }
    assert_eq!(weekdays("daily").map(|days| days.len()), Some(7));
    for text in [
        "T Th",
        "M T W T F",
        "S S",
        "Mon (mornings)",
        "not Tuesday",
        "Mon -",
        "- Mon",
        "",
        "Mon to Wed to Fri",
    ] {
        assert_eq!(weekdays(text), None, "{text}");
    }
}

#[test]
fn numbers_and_amounts() {
    assert_eq!(number("1,234.5"), Some(1234.5));
    assert_eq!(number("-12,345,678"), Some(-12_345_678.0));
    for text in ["NaN", "9,51", "1,23,456", "inf", "1 2"] {
        assert_eq!(number(text), None, "{text}");
    }
    assert_eq!(
        (count("12"), count("12.0"), count("-1")),
        (Some(12), Some(12), None)
    );
    for text in ["£1,234.50", "1234.5", "GBP 1234.50", "£ 1234.50"] {
        assert_eq!(pounds(text), sure(Pence::new(123_450)), "{text}");
    }
    assert_eq!(pounds("95p"), sure(Pence::new(95)));
    for text in ["£9.51 per hour", "9.51/hr", "£9.51 ph"] {
        assert!(
            matches!(pounds(text), Reading::Mended(found, _) if found == Pence::new(951)),
            "{text}"
        );
    }
    assert!(matches!(pounds("Free"), Reading::Mended(found, _) if found == Pence::new(0)));
    assert!(matches!(pounds("£10-£15"), Reading::Doubtful(_)));
    for text in ["-3", "9.513", "cheap", "9,51", ""] {
        assert_eq!(pounds(text), Reading::Unreadable, "{text}");
    }
    for text in ["37.5", "37:30", "37h30", "37.5 hours per week", "37.5hrs"] {
        assert_eq!(hours(text), sure(37.5), "{text}");
    }
    assert!(matches!(hours("6-8"), Reading::Doubtful(_)));
    assert_eq!(hours("169"), Reading::Unreadable);
}

#[test]
fn ages_are_read_at_both_ends() {
    for (text, from, to) in [
        ("18+", Some(18), None),
        ("18-64", Some(18), Some(64)),
        ("18 to 25 years", Some(18), Some(25)),
        ("65 and over", Some(65), None),
        ("under 18", None, Some(17)),
        ("Aged 18 – 64", Some(18), Some(64)),
        ("all ages", None, None),
        ("16 or under", None, Some(16)),
        ("up to 25", None, Some(25)),
    ] {
        assert_eq!(ages(text), sure(Ages { from, to }), "{text}");
    }
    for text in ["64-18", "adults", "18", "999+", ""] {
        assert_eq!(ages(text), Reading::Unreadable, "{text}");
    }
    assert!(matches!(
        ages("Over 65s"),
        Reading::Mended(
            Ages {
                from: Some(65),
                to: None
            },
            _
        )
    ));
}

#[test]
fn postcodes_are_read_in_any_spacing_and_look_alikes_are_mended() {
    for text in ["NP20 4AA", "np204aa", " np 20 4aa", "N P 2 0 4 A A"] {
        assert_eq!(postcode(text).as_deref(), Some("NP20 4AA"), "{text}");
        assert_eq!(
            postcode_or_mended(text),
            sure("NP20 4AA".to_owned()),
            "{text}"
        );
    }
    for code in ["B1 1AA", "EC1A 1BB", "W1A 0AX", "QZ1 1AA", "M60 2LA"] {
        assert_eq!(postcode_or_mended(code), sure(code.to_owned()), "{code}");
    }
    for text in [
        "NP2O 4AA",
        "np2o4aa",
        "NP20 4AA ".replace('0', "O").as_str(),
    ] {
        assert!(
            matches!(postcode_or_mended(text), Reading::Mended(code, _) if code == "NP20 4AA"),
            "{text}"
        );
    }
    assert!(
        matches!(postcode_or_mended("NPI0 1AA"), Reading::Mended(code, _) if code == "NP10 1AA")
    );
    for text in ["NP20", "not a postcode", "NP20 4A", "£££££"] {
        assert_eq!(postcode(text), None, "{text}");
        assert_eq!(postcode_or_mended(text), Reading::Unreadable, "{text}");
    }
}

#[test]
fn what_is_not_known_is_never_a_number() {
    for text in [
        "<5",
        "< 5",
        "<=4",
        "*",
        "[c]",
        "[x]",
        "c",
        "..",
        "-",
        "–",
        "n/a",
        "N/A",
        "Not known",
    ] {
        assert!(is_unknown(text), "{text}");
    }
    for text in [
        "0",
        "5",
        "-5",
        "care",
        "day",
        ">5",
        "< a",
        "[a service]",
        "",
    ] {
        assert!(!is_unknown(text), "{text}");
    }
    assert_eq!(yes_or_no(" Y "), Some(true));
    assert_eq!(
        (yes_or_no("✓"), yes_or_no("FALSE"), yes_or_no("x")),
        (Some(true), Some(false), None)
    );
}

proptest! {
    #[test]
    fn nothing_that_is_typed_makes_it_fail(text in "\\PC{0,24}") {
        let _ = (is_month_first(&text), has_either_order(&text), time_of_a_half(&text));
        let _ = (super::is_spreadsheets_day(&text), super::is_spreadsheets_time(&text));
        let _ = (date(&text), time(&text), weekday(&text), weekdays(&text), number(&text), count(&text));
        let _ = (pounds(&text), hours(&text), ages(&text), yes_or_no(&text), is_unknown(&text));
        if let Some(code) = postcode(&text) {
            let again = postcode(&code);
            prop_assert_eq!(again, Some(code));
        }
    }

    #[test]
    fn nothing_that_looks_like_a_value_makes_it_fail(text in "[0-9TtamphM£ :./,+-]{0,14}") {
        let _ = (date(&text), time(&text), weekdays(&text), pounds(&text), hours(&text), ages(&text));
    }

    #[test]
    fn every_day_and_time_is_read_as_it_is_written(serial in 0..60_000_i32, minute in 0..1440_i32) {
        let made = day(1900, 1, 1).checked_add(jiff::Span::new().days(serial)).unwrap();
        prop_assert_eq!(date(&made.to_string()), sure(made));
        let british = made.strftime("%d/%m/%Y").to_string();
        prop_assert_eq!(date(&british), sure(made));
        let at = clock((minute / 60) as i8, (minute % 60) as i8, 0, 0);
        let (half, hour) = (if at.hour() < 12 { "am" } else { "pm" }, (at.hour() + 11) % 12 + 1);
        let text = format!("{hour}.{:02}{half}", at.minute());
        prop_assert_eq!(time(&text), sure(at));
    }
}
