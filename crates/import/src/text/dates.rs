//! Days and times of day.
//!
//! Days come first, as in the United Kingdom. A year of two digits, a month that comes first and a bare number are never read in
//! silence.

use jiff::ToSpan;
use jiff::civil::{Date, Time, date as day};

use super::Reading;

const SERIAL: &str = "is a bare number, worked out as the day that a spreadsheet counts so";
const TIME_DROPPED: &str = "has a time of day too, which was left out";
const DAY_DROPPED: &str = "has a day too, which was left out";
const FRACTION: &str = "is a bare fraction, worked out as that part of a day";
const HOUR_AND_MINUTES: &str = "is a number of three digits, read as hour and minutes";
const SHORT_YEAR: &str = "has a year of two digits, which could be of either century";
const MONTH_FIRST: &str = "has its month first, as in the United States";
const NO_DAY: &str = "names no day of the month";
const BARE_HOUR: &str = "is an hour without minutes, which could be morning or afternoon";
const EITHER_HALF: &str = "has neither am nor pm, and could be morning or afternoon";
const BESIDE: &str =
    "has neither am nor pm; worked out from the other time of its row, which has one";
const LOST_ZERO: &str = "has one digit of minutes, which could have lost a zero";

/// Days that a bare number may stand for: from 1927 to 2099. Shorter numbers are years, longer ones are dates without strokes.
const SERIALS: std::ops::RangeInclusive<i64> = 10_000..=73_050;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// How days are written, for a hint.
pub(crate) const A_DAY: &str = "write days as 2023-03-06 or 06/03/2023";

/// Reads a day as `2023-03-06`, `06/03/2023`, `6.3.2023`, `6 March 2023`, `06-Mar-2023`, `20230306` or `2023-03-06T00:00:00`.
pub(crate) fn date(text: &str) -> Reading<Date> {
    let text = text.trim();
    if text.len() > 40 || !text.is_ascii() {
        return Reading::Unreadable;
    }
    // With two dots it is a date, and with eight digits too.
    let numeric = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    if text.bytes().all(numeric) && text.len() != 8 && text.matches('.').count() < 2 {
        return serial(text);
    }
    let (text, time) = without_time(text);
    let read = without_weekday(&parts(text));
    match (read, time) {
        (Reading::Sure(date), Some(time)) if time == Time::midnight() => Reading::Sure(date),
        (Reading::Sure(date), Some(_)) => Reading::Mended(date, TIME_DROPPED),
        (read, _) => read,
    }
}

/// Says whether a date is written in numbers, with the year last, that can only have the month first: `04/23/2024`.
pub(crate) fn is_month_first(text: &str) -> bool {
    let months_and_days = |(first, second): (i16, i16)| first <= 12 && (13..=31).contains(&second);
    first_two(text).is_some_and(months_and_days)
}

/// Says whether a date is written in numbers, with the year last, that are two days: `03/04/2024`, but not `03/03/2024`.
pub(crate) fn has_either_order(text: &str) -> bool {
    first_two(text).is_some_and(|(first, second)| first <= 12 && second <= 12 && first != second)
}

/// Returns the two numbers before the year, both of them 1 or more, of a date that is written in numbers alone.
fn first_two(text: &str) -> Option<(i16, i16)> {
    let text = text.trim();
    // This is asked of every cell of a column of days.
    let digits = || text.bytes().filter(u8::is_ascii_digit).count();
    if text.len() > 40 || !text.is_ascii() || digits() < 4 {
        return None;
    }
    let (text, _) = without_time(text);
    let mut parts = parts(text);
    if parts.len() == 4 && super::weekday(parts[0]).is_some() {
        parts.remove(0);
    }
    let &[first, second, year] = parts.as_slice() else {
        return None;
    };
    let short = |text: &str| number(text).filter(|number| text.len() <= 2 && *number > 0);
    let year = matches!(year.len(), 2 | 4) && number(year).is_some();
    year.then_some((short(first)?, short(second)?))
}

/// Reads the number of a day, as spreadsheets count them.
fn serial(text: &str) -> Reading<Date> {
    let whole = text.split('.').next().unwrap_or_default();
    match whole.parse::<i64>() {
        Ok(days) if SERIALS.contains(&days) => day(1899, 12, 30)
            .checked_add(days.days())
            .map_or(Reading::Unreadable, |date| Reading::Mended(date, SERIAL)),
        _ => Reading::Unreadable,
    }
}

/// Parts `2023-03-06T09:30:00` or `06/03/2023 09:30` into day and time; leaves alone what is no time.
fn without_time(text: &str) -> (&str, Option<Time>) {
    let cut = text
        .find('T')
        .filter(|at| *at > 0 && text.as_bytes()[at - 1].is_ascii_digit())
        .or_else(|| {
            let colon = text.find(':')?;
            text[..colon].rfind(' ')
        });
    let Some(cut) = cut else {
        return (text, None);
    };
    let (day, time) = (&text[..cut], text[cut + 1..].trim_end_matches('Z'));
    let time = time.split('.').next().unwrap_or_default();
    match clock(time) {
        Some(time) => (day.trim_end(), Some(time)),
        None => (text, None),
    }
}

/// Parts a date at whatever stands between its numbers and words.
fn parts(text: &str) -> Vec<&str> {
    text.split(['-', '/', '.', ' ', ','])
        .filter(|part| !part.is_empty())
        .collect()
}

/// Reads the parts of a date, with the day of the week before it or not.
fn without_weekday(parts: &[&str]) -> Reading<Date> {
    match parts {
        [first, rest @ ..] if rest.len() >= 3 && super::weekday(first).is_some() => of(rest),
        parts => of(parts),
    }
}

fn of(parts: &[&str]) -> Reading<Date> {
    match parts {
        [all] if all.len() == 8 => match (all.get(..4), all.get(4..6), all.get(6..)) {
            (Some(year), Some(month), Some(day)) => {
                of_three(number(year), number(month), number(day))
            }
            _ => Reading::Unreadable,
        },
        [year, month, day] if year.len() == 4 && number(year).is_some() => {
            of_three(number(year), month_of(month), number(day))
        }
        [first, second, year] => {
            let named_first = month_by_name(first);
            let named_second = month_by_name(second);
            let year_is_short = year.len() == 2 && number(year).is_some();
            if year_is_short && (named_first.or(named_second).or(number(second))).is_some() {
                return Reading::Doubtful(SHORT_YEAR);
            }
            if year.len() != 4 {
                return Reading::Unreadable;
            }
            if named_first.is_some() {
                return of_three(number(year), named_first, ordinal(second));
            }
            let month = named_second.or(number(second));
            let read = of_three(number(year), month, ordinal(first));
            let turned = || of_three(number(year), number(first), number(second));
            if read == Reading::Unreadable && turned() != Reading::Unreadable {
                return Reading::Doubtful(MONTH_FIRST);
            }
            read
        }
        [month, year] if month_by_name(month).is_some() && number(year).is_some() => {
            Reading::Doubtful(NO_DAY)
        }
        _ => Reading::Unreadable,
    }
}

fn of_three(year: Option<i16>, month: Option<i16>, day: Option<i16>) -> Reading<Date> {
    let made = || {
        let (year, month, day) = (year?, month?, day?);
        // Anything else is a slip of the pen.
        (1900..2200).contains(&year).then_some(())?;
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    };
    made().map_or(Reading::Unreadable, Reading::Sure)
}

fn number(text: &str) -> Option<i16> {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// Reads the day of the month as `4` or `4th`.
fn ordinal(text: &str) -> Option<i16> {
    let lower = text.to_ascii_lowercase();
    let bare = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|end| lower.strip_suffix(end));
    number(bare.unwrap_or(&lower))
}

fn month_of(text: &str) -> Option<i16> {
    month_by_name(text).or_else(|| number(text))
}

/// Reads the name of a month, or three letters or more of it.
pub(crate) fn month_by_name(text: &str) -> Option<i16> {
    let lower = text.to_ascii_lowercase();
    let is = |name: &str| {
        (lower.len() >= 3 && name.starts_with(&lower)) || (lower == "sept" && name == "september")
    };
    let found = (1..).zip(MONTHS).find(|(_, name)| is(name));
    found.map(|(month, _)| month)
}

/// Marks of the half of the day, and the hours that each adds.
const HALVES: [(&str, i8); 6] = [
    ("a.m.", 0),
    ("p.m.", 12),
    ("a.m", 0),
    ("p.m", 12),
    ("am", 0),
    ("pm", 12),
];

/// Reads a time of day as `9:30`, `09:30:00`, `9.30am`, `9am`, `13.30`, `0930`, `noon` or `midnight`.
///
/// `1.30` to `6.59` without am or pm are doubtful: no day service opens at half past one at night. `01.30` is that, and said so.
pub(crate) fn time(text: &str) -> Reading<Time> {
    let text = text.trim();
    if text.len() > 40 || !text.is_ascii() {
        return Reading::Unreadable;
    }
    let lower = text.to_ascii_lowercase();
    if let (day, Some(time)) = without_time(text)
        && date(day).ok().is_some()
    {
        return Reading::Mended(time, DAY_DROPPED);
    }
    let squeezed = squeezed(&lower);
    match squeezed.as_str() {
        "noon" | "midday" | "12noon" | "12midday" => {
            return Reading::Sure(Time::constant(12, 0, 0, 0));
        }
        "midnight" | "12midnight" => return Reading::Sure(Time::midnight()),
        _ => {}
    }
    for (mark, hours) in HALVES {
        if let Some(clock) = squeezed.strip_suffix(mark) {
            return twelve_hours(clock, hours);
        }
    }
    if unmarked(&squeezed).is_some() {
        return Reading::Doubtful(EITHER_HALF);
    }
    if let Some(time) = clock(&squeezed) {
        return Reading::Sure(time);
    }
    bare(&squeezed)
}

fn squeezed(text: &str) -> String {
    let letters = text.chars().filter(|letter| !letter.is_whitespace());
    letters.collect()
}

/// Reads a time as [`time`] does. One that could be morning or afternoon is the one that fits, where only one of them does.
pub(crate) fn time_that(text: &str, fits: impl Fn(Time) -> bool) -> Reading<Time> {
    let Some(morning) = unmarked(&squeezed(text)) else {
        return time(text);
    };
    let afternoon = Time::new(morning.hour() + 12, morning.minute(), morning.second(), 0);
    match (fits(morning), afternoon.ok().filter(|time| fits(*time))) {
        (true, None) => Reading::Mended(morning, BESIDE),
        (false, Some(afternoon)) => Reading::Mended(afternoon, BESIDE),
        _ => Reading::Doubtful(EITHER_HALF),
    }
}

/// Reads a time that says itself in which half of the day it is, by am, by pm or by a word.
pub(crate) fn time_of_a_half(text: &str) -> Option<Time> {
    let lower = squeezed(&text.to_ascii_lowercase());
    let marked = HALVES.iter().any(|(mark, _)| lower.ends_with(mark));
    let named = ["noon", "midday", "midnight"]
        .iter()
        .any(|name| lower.ends_with(name));
    (marked || named).then(|| time(text).ok()).flatten()
}

/// Reads `1.30`, `4:30` or `430` as a time of the morning: an hour from 1 to 6 without a zero before it, which may be one of the
/// afternoon.
fn unmarked(text: &str) -> Option<Time> {
    let (hour, rest) = match text.split_once(['.', ':']) {
        Some(parts) => parts,
        None if text.len() == 3 => text.split_at_checked(1)?,
        None => return None,
    };
    let Some(hour @ 1..=6) = one_digit(hour) else {
        return None;
    };
    let mut rest = rest.split(':');
    let minute = minutes(rest.next()?)?;
    let second = rest.next().map_or(Some(0), minutes)?;
    if rest.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

fn one_digit(text: &str) -> Option<i8> {
    let one = text.len() == 1 && text.bytes().all(|byte| byte.is_ascii_digit());
    one.then(|| text.parse().ok()).flatten()
}

/// Says whether a text is a day as spreadsheets write one, with its year or without: `2024-05-01`, `01-May`, `May-01`.
pub(crate) fn is_spreadsheets_day(text: &str) -> bool {
    let named = |parts: &[&str]| match parts {
        [a, b] => [(a, b), (b, a)]
            .into_iter()
            .any(|(month, other)| month_by_name(month).is_some() && number(other).is_some()),
        _ => false,
    };
    matches!(date(text), Reading::Sure(_) | Reading::Doubtful(_)) || named(&parts(text.trim()))
}

/// Says whether a text is a time of day as spreadsheets write one, with two digits for what needs only one: `01:05`, `1:05:00`.
pub(crate) fn is_spreadsheets_time(text: &str) -> bool {
    let text = text.trim();
    let padded = text
        .split(':')
        .any(|part| part.len() == 2 && part.starts_with('0'));
    text.contains(':') && padded && clock(text).is_some()
}

/// Reads `9`, `9.30` or `9:30` of a half of the day.
fn twelve_hours(clock: &str, half: i8) -> Reading<Time> {
    let mut parts = clock.split(['.', ':']);
    let hour = parts.next().and_then(|hour| hour.parse::<i8>().ok());
    let minute = parts.next().map_or(Some(0), minutes);
    match (hour, minute, parts.next()) {
        (Some(hour @ 1..=12), Some(minute), None) => {
            Time::new(hour % 12 + half, minute, 0, 0).map_or(Reading::Unreadable, Reading::Sure)
        }
        // 13.30pm is what somebody writes who is sure of the hour.
        (Some(hour @ 13..=23), Some(minute), None) if half == 12 => {
            Time::new(hour, minute, 0, 0).map_or(Reading::Unreadable, Reading::Sure)
        }
        _ => Reading::Unreadable,
    }
}

fn minutes(text: &str) -> Option<i8> {
    let two = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    two.then(|| text.parse().ok()).flatten()
}

/// Reads `9:30`, `09:30:00` or `13h30`.
fn clock(text: &str) -> Option<Time> {
    let mut parts = text.split([':', 'h']);
    let hour = parts.next().filter(|hour| hour.len() <= 2)?;
    let hour = hour
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| hour.parse().ok())??;
    let minute = minutes(parts.next()?)?;
    let second = parts.next().map_or(Some(0), minutes)?;
    if parts.next().is_some() {
        return None;
    }
    Time::new(hour, minute, second, 0).ok()
}

/// Reads a time that is written as a number: `13.30`, `0930`, or a part of a day.
fn bare(text: &str) -> Reading<Time> {
    let made = |hour: &str, minute: &str| -> Option<Time> {
        Time::new(hour.parse().ok()?, minutes(minute)?, 0, 0).ok()
    };
    let sure = |time: Option<Time>| time.map_or(Reading::Unreadable, Reading::Sure);
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.')
    {
        return Reading::Unreadable;
    }
    match (text.split_once('.'), text.len()) {
        (Some((hour, minute)), _) if minute.len() == 2 && (1..=2).contains(&hour.len()) => {
            sure(made(hour, minute))
        }
        (Some(("0" | "", fraction)), _) if fraction.len() > 2 || fraction == "5" => {
            let part: f64 = text.parse().unwrap_or(-1.0);
            part_of_day(part)
        }
        (Some((_, minute)), _) if minute.len() == 1 => Reading::Doubtful(LOST_ZERO),
        (None, 4) => sure(made(&text[..2], &text[2..])),
        (None, 3) => match made(&text[..1], &text[1..]) {
            Some(time) => Reading::Mended(time, HOUR_AND_MINUTES),
            None => Reading::Unreadable,
        },
        (None, 1 | 2) => match text.parse::<u8>() {
            Ok(0..=23) => Reading::Doubtful(BARE_HOUR),
            _ => Reading::Unreadable,
        },
        _ => Reading::Unreadable,
    }
}

fn part_of_day(part: f64) -> Reading<Time> {
    let minutes = (part * 24.0 * 60.0).round();
    if !(0.0..1440.0).contains(&minutes) {
        return Reading::Unreadable;
    }
    let minutes = minutes as i16;
    let time = Time::new((minutes / 60) as i8, (minutes % 60) as i8, 0, 0);
    time.map_or(Reading::Unreadable, |time| Reading::Mended(time, FRACTION))
}
