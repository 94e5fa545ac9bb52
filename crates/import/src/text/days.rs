//! Days of the week, and lists of them.

use jiff::civil::Weekday;

const DAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

/// Reads a day of the week as its English name, or two letters or more of it.
pub(crate) fn weekday(text: &str) -> Option<Weekday> {
    let lower = text.trim().trim_end_matches('.').to_ascii_lowercase();
    let name = match lower.as_str() {
        "weds" => "wednesday",
        "thur" | "thurs" => "thursday",
        other if other.len() > 4 => other.strip_suffix('s').unwrap_or(other),
        other => other,
    };
    // A T or an S alone is two days; what begins two days is never taken for the first of them.
    let mut fits = DAYS
        .into_iter()
        .filter(|(day, _)| name.len() >= 2 && day.starts_with(name));
    let (_, day) = fits.next()?;
    fits.next().is_none().then_some(day)
}

/// Reads days as `Mon, Wed-Fri`, `Mon & Thurs`, `Monday to Friday`, `weekdays`, `daily` or `M W F`; each once, Monday first.
///
/// Nothing is read where any word of it is not a day: `Mon (mornings)`, `T`, `S`.
pub(crate) fn weekdays(text: &str) -> Option<Vec<Weekday>> {
    if text.len() > 200 {
        return None;
    }
    let spaced: String = text
        .to_lowercase()
        .chars()
        .flat_map(|letter| match letter {
            '-' | '–' | '—' => vec![' ', '-', ' '],
            ',' | ';' | '/' | '&' | '+' | '|' => vec![' '],
            other => vec![other],
        })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let whole = words.join(" ");
    let week =
        |range: std::ops::Range<usize>| Some(DAYS[range].iter().map(|(_, day)| *day).collect());
    match whole.as_str() {
        "weekdays" | "weekday" | "every weekday" | "all weekdays" => return week(0..5),
        "weekends" | "weekend" | "every weekend" => return week(5..7),
        "daily" | "every day" | "everyday" | "all days" | "all week" | "7 days"
        | "7 days a week" | "seven days a week" => return week(0..7),
        _ => {}
    }
    list(&words)
}

fn list(words: &[&str]) -> Option<Vec<Weekday>> {
    let mut open = [false; 7];
    let mut last: Option<usize> = None;
    let mut range_from: Option<usize> = None;
    for word in words {
        match *word {
            "and" | "on" | "every" => continue,
            "-" | "to" | "until" | "till" | "through" => {
                if range_from.is_some() {
                    return None;
                }
                range_from = Some(last.take()?);
                continue;
            }
            _ => {}
        }
        let ends_range = range_from.is_some();
        let day = index(weekday(word).or_else(|| letter(word, words))?);
        if let Some(from) = range_from.take() {
            let mut at = from;
            while at != day {
                open[at] = true;
                at = (at + 1) % 7;
            }
        }
        open[day] = true;
        last = (!ends_range).then_some(day);
    }
    if range_from.is_some() {
        return None;
    }
    let days: Vec<Weekday> = (0..7).filter(|at| open[*at]).map(|at| DAYS[at].1).collect();
    (!days.is_empty()).then_some(days)
}

/// Reads one letter among others as a day: Monday, Wednesday and Friday are the only days with a letter of their own.
fn letter(word: &str, words: &[&str]) -> Option<Weekday> {
    if words.len() < 2 {
        return None;
    }
    match word {
        "m" => Some(Weekday::Monday),
        "w" => Some(Weekday::Wednesday),
        "f" => Some(Weekday::Friday),
        _ => None,
    }
}

fn index(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)
}
