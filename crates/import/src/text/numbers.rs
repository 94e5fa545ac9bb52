//! Numbers, money, hours and ages.

use catchment_core::place::Pence;

use super::Reading;

const WORDS_AFTER: &str = "has words after the amount, which were left out";
const NO_CHARGE: &str = "says in words that it is free, read as £0";
const OVER: &str = "says over an age, read as that age and over";
const RANGE: &str = "is a range and not one amount";

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

/// Says whether a comma parts thousands or stands for the decimal point: `1,234`.
pub(crate) fn could_be_decimal_comma(text: &str) -> bool {
    let text = text.trim().trim_start_matches(['-', '+', '£', ' ']);
    text.split_once(',').is_some_and(|(whole, rest)| {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        (1..=3).contains(&whole.len()) && rest.len() == 3 && digits(whole) && digits(rest)
    })
}

/// Reads a whole number of 0 or more.
pub(crate) fn count(text: &str) -> Option<u32> {
    let number = number(text)?;
    (number >= 0.0 && number.fract() == 0.0 && number <= f64::from(u32::MAX))
        .then_some(number as u32)
}

/// Reads pounds as `9.51`, `£9.51`, `£1,234.50` or `95p`. Nothing finer than a penny and nothing below 0 is read.
pub(crate) fn pounds(text: &str) -> Reading<Pence> {
    let lower = text.trim().to_lowercase();
    if matches!(
        lower.as_str(),
        "free" | "nil" | "none" | "no charge" | "free of charge" | "nil charge"
    ) {
        return Reading::Mended(Pence::new(0), NO_CHARGE);
    }
    let (bare, words) = without_words(&lower);
    let (amount, in_pence) = match bare.strip_suffix('p') {
        Some(amount) => (amount, true),
        None => (bare, false),
    };
    let amount = amount.trim();
    let amount = amount
        .strip_prefix('£')
        .or_else(|| amount.strip_prefix("gbp"))
        .unwrap_or(amount);
    let amount = amount.strip_suffix("gbp").unwrap_or(amount).trim();
    let Some(read) = number(amount) else {
        let ends = amount
            .split_once(['-', '–'])
            .or_else(|| amount.split_once(" to "));
        let is_amount = |end: &str| number(end.trim().trim_start_matches('£')).is_some();
        return match ends {
            Some((low, high)) if is_amount(low) && is_amount(high) => Reading::Doubtful(RANGE),
            _ => Reading::Unreadable,
        };
    };
    let exact = if in_pence { read } else { read * 100.0 };
    let pence = exact.round();
    if read < 0.0 || (exact - pence).abs() >= 1e-6 || pence >= 1.0e12 {
        return Reading::Unreadable;
    }
    let pence = Pence::new(pence as i64);
    if words {
        Reading::Mended(pence, WORDS_AFTER)
    } else {
        Reading::Sure(pence)
    }
}

/// Takes away what says what an amount is for: `per hour`, `/hr`, `an hour`, `ph`.
fn without_words(text: &str) -> (&str, bool) {
    const WORDS: [&str; 15] = [
        "per hour",
        "per hr",
        "an hour",
        "a hour",
        "/hour",
        "/hr",
        "/h",
        "p/h",
        "ph",
        "hourly",
        "per session",
        "a session",
        "per day",
        "a day",
        "each",
    ];
    for word in WORDS {
        if let Some(amount) = text.strip_suffix(word) {
            return (amount.trim_end().trim_end_matches('/').trim_end(), true);
        }
    }
    (text, false)
}

/// Reads hours as `37.5`, `37:30`, `37h30`, `37 hrs` or `37.5 hours per week`; from 0 to 168.
pub(crate) fn hours(text: &str) -> Reading<f64> {
    let lower = text.trim().to_lowercase();
    let words = [
        "hours per week",
        "hours a week",
        "hrs per week",
        "hrs a week",
        "hours/week",
        "hrs/week",
        "hours pw",
        "hrs pw",
        "hours",
        "hour",
        "hrs",
        "hr",
        "h",
    ];
    let bare = words.iter().find_map(|word| lower.strip_suffix(word));
    let bare = bare.unwrap_or(&lower).trim();
    let read = number(bare).or_else(|| {
        let (hours, minutes) = bare.split_once([':', 'h'])?;
        let minutes = (minutes.len() == 2).then(|| count(minutes))??;
        let hours = count(hours)?;
        (minutes < 60).then(|| f64::from(hours) + f64::from(minutes) / 60.0)
    });
    let ends = |(low, high): (&str, &str)| number(low).is_some() && number(high).is_some();
    match read {
        Some(hours) if (0.0..=168.0).contains(&hours) => Reading::Sure(hours),
        None if bare.split_once('-').is_some_and(ends) => Reading::Doubtful(RANGE),
        _ => Reading::Unreadable,
    }
}

/// The ages that a service is for, in years, both ends within.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ages {
    pub(crate) from: Option<u8>,
    pub(crate) to: Option<u8>,
}

/// Reads ages as `18+`, `18-64`, `65 and over`, `over 65s`, `under 18`, `18 to 25 years` or `all ages`.
///
/// `over 65` is read as 65 and over, as services mean it, and said; `under 18` ends at 17.
pub(crate) fn ages(text: &str) -> Reading<Ages> {
    if text.len() > 60 {
        return Reading::Unreadable;
    }
    let lower = text.to_lowercase().replace(['–', '—'], "-");
    let mut text = lower.trim();
    for word in ["aged", "ages", "age"] {
        text = text.strip_prefix(word).unwrap_or(text).trim();
    }
    for word in ["years old", "year olds", "years", "yrs"] {
        text = text.strip_suffix(word).unwrap_or(text).trim();
    }
    if let Some(rest) = text.strip_prefix("over ") {
        let from = age(rest).map(|from| Ages {
            from: Some(from),
            to: None,
        });
        return from.map_or(Reading::Unreadable, |ages| Reading::Mended(ages, OVER));
    }
    one_end(text)
        .or_else(|| two_ends(text))
        .map_or(Reading::Unreadable, Reading::Sure)
}

fn age(text: &str) -> Option<u8> {
    let text = text.trim().trim_end_matches("years").trim_end();
    let text = text.strip_suffix('s').unwrap_or(text);
    let digits = (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let age = digits.then(|| text.parse().ok()).flatten();
    age.filter(|age| *age <= 120)
}

/// Reads ages without a lower or an upper end, or without both.
fn one_end(text: &str) -> Option<Ages> {
    const FROM: [&str; 8] = [
        "+",
        "and over",
        "and above",
        "or over",
        "and older",
        "or older",
        "upwards",
        "plus",
    ];
    const TO: [&str; 3] = ["and under", "or under", "and younger"];
    let (from, to) = if matches!(text, "all ages" | "all" | "any" | "any age") {
        (None, None)
    } else if let Some(start) = FROM.iter().find_map(|end| text.strip_suffix(end)) {
        (Some(age(start.trim_end_matches([' ', ',']))?), None)
    } else if let Some(rest) = text.strip_prefix("from ") {
        (Some(age(rest)?), None)
    } else if let Some(rest) = text.strip_prefix("under ") {
        (None, Some(age(rest)?.checked_sub(1)?))
    } else {
        let up_to = text.strip_prefix("up to ");
        let end = up_to.or_else(|| TO.iter().find_map(|end| text.strip_suffix(end)))?;
        (None, Some(age(end)?))
    };
    Some(Ages { from, to })
}

fn two_ends(text: &str) -> Option<Ages> {
    let (low, high) = text.split_once('-').or_else(|| text.split_once(" to "))?;
    let (low, high) = (age(low)?, age(high)?);
    (low <= high).then_some(Ages {
        from: Some(low),
        to: Some(high),
    })
}
