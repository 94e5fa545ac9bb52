//! Finds the columns of a list of returns that each stand for a month, and the one that says whether a provider's return came.
//!
//! A study is of one day, so the month that holds that day decides. Where no month does, or two columns could be it, nothing is decided
//! in silence.

use jiff::civil::Date;

use crate::text;

/// A column that stands for a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Month {
    /// The place of the column, counted from 0.
    pub(crate) place: usize,
    /// Its header.
    pub(crate) header: String,
    year: Option<i16>,
    /// Which month of the year, from 1.
    number: i16,
}

/// Words in such headers that say nothing.
const EMPTY: [&str; 10] = [
    "return",
    "returns",
    "returned",
    "received",
    "sent",
    "submitted",
    "came",
    "for",
    "in",
    "month",
];

/// Finds the columns of months: two or more, or one that names its year.
pub(crate) fn months(headers: &[String]) -> Vec<Month> {
    let found = headers.iter().enumerate().filter_map(|(place, header)| {
        let (year, number) = of_header(header)?;
        Some(Month {
            place,
            header: header.clone(),
            year,
            number,
        })
    });
    let found: Vec<Month> = found.collect();
    match found.as_slice() {
        [one] if one.year.is_none() => Vec::new(),
        _ => found,
    }
}

/// Reads a header such as `Mar`, `March 2023`, `Mar-23`, `2023-03` or, as workbooks have it, `2023-03-01`.
fn of_header(header: &str) -> Option<(Option<i16>, i16)> {
    if header.len() > 60 {
        return None;
    }
    let lower = header.to_lowercase();
    let mut parts: Vec<String> = Vec::new();
    let mut last = None;
    for letter in lower.chars() {
        let kind = (letter.is_ascii_digit(), letter.is_alphabetic());
        if kind == (false, false) {
            last = None;
            continue;
        }
        match parts.last_mut() {
            Some(part) if last == Some(kind) => part.push(letter),
            _ => parts.push(letter.to_string()),
        }
        last = Some(kind);
    }
    parts.retain(|part| !EMPTY.contains(&part.as_str()));
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    let year = |text: &str| {
        let year: i16 = text.parse().ok()?;
        match text.len() {
            2 => Some(2000 + year),
            4 => (1990..2100).contains(&year).then_some(year),
            _ => None,
        }
    };
    let named = text::month_by_name;
    let whole_year = |text: &str| (text.len() == 4).then(|| year(text)).flatten();
    let number = |text: &str| text.parse().ok().filter(|month| (1..=12).contains(month));
    // The first day of a month, or one at its end, stands for the month.
    let whole = |day: &str| {
        day.parse::<u8>()
            .is_ok_and(|day| day == 1 || (28..=31).contains(&day))
    };
    match parts.as_slice() {
        [month] => Some((None, named(month)?)),
        [a, b] => match (named(a), named(b)) {
            (Some(month), None) => Some((Some(year(b)?), month)),
            (None, Some(month)) => Some((Some(year(a)?), month)),
            _ => match (whole_year(a), whole_year(b)) {
                (Some(year), None) => Some((Some(year), number(b)?)),
                (None, Some(year)) => Some((Some(year), number(a)?)),
                _ => None,
            },
        },
        [a, month, b] => {
            let month = named(month).or_else(|| number(month))?;
            match (whole_year(a), whole_year(b)) {
                (Some(year), None) if whole(b) => Some((Some(year), month)),
                (None, Some(year)) if whole(a) => Some((Some(year), month)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Chooses the month that a study of this day is about, and says how; or says why none can be chosen.
pub(super) fn of_day(months: &[Month], day: Date) -> Result<(&Month, &'static str), String> {
    let dated = months.iter().filter(|month| month.year.is_some()).count();
    let is = |month: &&Month, year: Option<i16>, number: i16| {
        month.year == year && month.number == number
    };
    let here = i16::from(day.month());
    if dated == 0 {
        let found: Vec<&Month> = months.iter().filter(|m| is(m, None, here)).collect();
        let how = "named as the month of the study's day is, of a year that is not said";
        return only(&found, "the month of the study's day").map(|month| (month, how));
    }
    if dated < months.len() {
        return Err("has columns for months with a year and without one".to_owned());
    }
    let time = |month: &Month| (month.year.unwrap_or_default(), month.number);
    let now = (day.year(), here);
    let before = months.iter().map(time).filter(|at| *at <= now).max();
    let after = months.iter().map(time).filter(|at| *at > now).min();
    let (at, how) = match (before, after) {
        (Some(at), _) if at == now => (at, "the month of the study's day"),
        (Some(at), _) => (at, "the last month before the study's day"),
        (None, Some(at)) => (at, "the first month after the study's day"),
        (None, None) => return Err("has no column for a month".to_owned()),
    };
    let found: Vec<&Month> = months.iter().filter(|m| is(m, Some(at.0), at.1)).collect();
    only(&found, how).map(|month| (month, how))
}

fn only<'a>(found: &[&'a Month], what: &str) -> Result<&'a Month, String> {
    match found {
        [one] => Ok(one),
        [] => Err(format!("has columns for months, and none for {what}")),
        several => Err(format!("has {} columns for {what}", several.len())),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::{Month, months, of_day, of_header};

    fn of(headers: &[&str]) -> Vec<Month> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        months(&headers)
    }

    #[test]
    fn headers_that_name_a_month_are_found_and_no_others() {
        for header in [
            "Mar 2023",
            "March 2023",
            "Mar-23",
            "Mar23",
            "2023 March",
            "2023-03",
            "03/2023",
            "2023-03-01",
            "31/03/2023",
            "1 March 2023",
            "Return received March 2023",
        ] {
            assert_eq!(of_header(header), Some((Some(2023), 3)), "{header}");
        }
        assert_eq!(of_header("Sept"), Some((None, 9)));
        for header in [
            "",
            "2023",
            "03",
            "Provider",
            "Marketing",
            "17/03/2023",
            "Mar 3",
            "Q1 2023",
            "13/2023",
        ] {
            assert_eq!(of_header(header), None, "{header}");
        }
        // One month without a year could be a name: May, April, June.
        assert!(of(&["Provider", "May"]).is_empty());
        assert_eq!(of(&["Provider", "May 2023"]).len(), 1);
    }

    #[test]
    fn the_month_of_the_day_decides_or_the_one_before_or_none() {
        let chosen = |headers: &[&str], day| {
            of_day(&of(headers), day).map(|(month, how)| (month.header.clone(), how))
        };
        let day = date(2023, 3, 6);
        let (header, how) = chosen(&["Feb 2023", "Mar 2023", "Apr 2023"], day).unwrap();
        assert_eq!(
            (header.as_str(), how),
            ("Mar 2023", "the month of the study's day")
        );
        let (header, how) = chosen(&["Nov 2022", "Dec 2022", "Apr 2023"], day).unwrap();
        assert!(header == "Dec 2022" && how.contains("before"));
        let (header, how) = chosen(&["Apr 2023", "May 2023"], day).unwrap();
        assert!(header == "Apr 2023" && how.contains("after"));
        let (header, how) = chosen(&["Feb", "Mar"], day).unwrap();
        assert!(header == "Mar" && how.contains("not said"));
        for headers in [
            &["Jan", "Feb"][..],
            &["Mar", "March"],
            &["Mar 2023", "2023-03"],
            &["Feb 2023", "Mar"],
        ] {
            assert!(chosen(headers, day).is_err(), "{headers:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_makes_it_fail(text in "\\PC{0,24}", more in "[0-9a-z /-]{0,12}") {
            let _ = (of_header(&text), of_header(&more));
        }
    }
}
