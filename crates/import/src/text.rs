//! Reads the values that councils write in cells: dates, money, postcodes, yes and no.
//!
//! Each function returns nothing for what it cannot read; the caller says which row and column that was. None decides between two
//! readings: what could mean two things is not read.

use catchment_core::place::Pence;
use jiff::civil::{Date, Time, Weekday};

/// Reads a day as `2023-03-06` or `06/03/2023` (day first, as in the United Kingdom).
pub(crate) fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    let format = if text.contains('/') {
        "%d/%m/%Y"
    } else {
        "%Y-%m-%d"
    };
    // Two digits would be a year in the first century.
    Date::strptime(format, text)
        .ok()
        .filter(|date| (1900..2200).contains(&date.year()))
}

/// Reads a time of day as `9:30`, `09:30` or `09:30:00`.
pub(crate) fn time(text: &str) -> Option<Time> {
    let mut parts = text.trim().split(':');
    let hour = parts.next()?.parse().ok()?;
    let minute = parts.next()?.parse().ok()?;
    let second = parts.next().map_or(Some(0), |second| second.parse().ok())?;
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

/// Reads a day of the week as its English name or the first three letters of it.
pub(crate) fn weekday(text: &str) -> Option<Weekday> {
    let text = text.trim().to_ascii_lowercase();
    let days = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    days.into_iter()
        .find(|(name, _)| text == *name || text == name[..3])
        .map(|(_, day)| day)
}

/// Reads a number, with or without commas between thousands. `9,51` is not read: it could be either.
pub(crate) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let number: f64 = if text.contains(',') {
        let whole = text.split('.').next().unwrap_or_default();
        let mut groups = whole.trim_start_matches(['-', '+']).split(',');
        let first = groups
            .next()
            .is_some_and(|group| (1..=3).contains(&group.len()));
        if !first || !groups.all(|group| group.len() == 3) {
            return None;
        }
        text.replace(',', "").parse().ok()?
    } else {
        text.parse().ok()?
    };
    number.is_finite().then_some(number)
}

/// Reads a whole number of 0 or more.
pub(crate) fn count(text: &str) -> Option<u32> {
    let number = number(text)?;
    (number >= 0.0 && number.fract() == 0.0 && number <= f64::from(u32::MAX))
        .then_some(number as u32)
}

/// Reads pounds as `9.51`, `£9.51` or `£1,234.50`. Nothing finer than a penny and nothing below 0 is read.
pub(crate) fn pounds(text: &str) -> Option<Pence> {
    let pounds = number(text.trim().trim_start_matches('£'))?;
    let pence = (pounds * 100.0).round();
    (pounds >= 0.0 && (pounds * 100.0 - pence).abs() < 1e-6 && pence < 1.0e12)
        .then(|| Pence::new(pence as i64))
}

/// Reads yes or no.
pub(crate) fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "yes" | "y" | "true" | "1" => Some(true),
        "no" | "n" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// Writes a postcode in its usual spacing; nothing where it has not a postcode's shape.
pub(crate) fn postcode(text: &str) -> Option<String> {
    let letters: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .map(|letter| letter.to_ascii_uppercase())
        .collect();
    if !letters.is_ascii() || !(5..=7).contains(&letters.len()) {
        return None;
    }
    let (outward, inward) = letters.split_at(letters.len() - 3);
    let inward_fits = inward
        .chars()
        .zip(["digit", "letter", "letter"])
        .all(|(letter, kind)| match kind {
            "digit" => letter.is_ascii_digit(),
            _ => letter.is_ascii_uppercase(),
        });
    let outward_fits = outward.starts_with(|letter: char| letter.is_ascii_uppercase())
        && outward.contains(|letter: char| letter.is_ascii_digit())
        && outward.chars().all(|letter| letter.is_ascii_alphanumeric());
    (inward_fits && outward_fits).then(|| format!("{outward} {inward}"))
}

#[cfg(test)]
mod tests {
    use catchment_core::place::Pence;
    use proptest::prelude::*;

    use super::{count, date, number, postcode, pounds, time, weekday, yes_or_no};

    #[test]
    fn spellings_of_the_same_value_are_the_same() {
        assert_eq!(date("2023-03-06"), date("06/03/2023"));
        assert_eq!(date("6/3/2023"), date("2023-03-06"));
        assert!(date("2023-13-01").is_none());
        assert!(date("03/06/23").is_none());
        assert_eq!(time("9:30"), time("09:30:00"));
        assert!(time("25:00").is_none());
        assert_eq!(weekday("Wed"), weekday("wednesday"));
        assert!(weekday("W").is_none());
        assert_eq!(number("1,234.5"), Some(1234.5));
        assert!(number("NaN").is_none());
        assert!(number("9,51").is_none());
        assert!(number("1,23,456").is_none());
        assert_eq!(number("-12,345,678"), Some(-12_345_678.0));
        assert_eq!(count("12"), Some(12));
        assert_eq!(count("-1"), None);
        assert_eq!(pounds("£1,234.50"), Some(Pence::new(123_450)));
        assert_eq!(pounds("-3"), None);
        assert_eq!(yes_or_no(" Y "), Some(true));
        assert_eq!(postcode("np204aa").as_deref(), Some("NP20 4AA"));
        assert_eq!(postcode("B1 1AA").as_deref(), Some("B1 1AA"));
        assert!(postcode("NP20").is_none());
        assert!(postcode("not a postcode").is_none());
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_makes_it_fail(text in "\\PC{0,20}") {
            let _ = (date(&text), time(&text), weekday(&text), number(&text), count(&text), pounds(&text), yes_or_no(&text));
            if let Some(code) = postcode(&text) {
                let again = postcode(&code);
                prop_assert_eq!(again, Some(code));
            }
        }
    }
}
