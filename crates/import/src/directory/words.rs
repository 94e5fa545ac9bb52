//! The words that directories use: how a service is delivered, whom it is for, on which days.
//!
//! Each function reads a text alone. What could mean two things is [`Reading::Two`]: it is said, and nothing is decided.

use catchment_core::place::{DeliveryMode, GenderServed, Session};
use jiff::civil::Time;

use crate::table::Row;
use crate::text;

/// How a text was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading<T> {
    /// It says this.
    Is(T),
    /// It is another word for this.
    Means(T),
    /// It could mean two things, which are named.
    Two(&'static str),
    /// It says nothing that is known.
    Not,
}

/// Writes a text in small letters with single spaces between words and no punctuation, so that spellings can be compared.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            '\'' | '’' => {}
            letter if letter.is_alphanumeric() => out.push(letter),
            _ if out.ends_with(' ') || out.is_empty() => {}
            _ => out.push(' '),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// What directories write for each mode, besides its own word. "Centre and community" stands for two modes and is not here.
const DELIVERY: [(DeliveryMode, &[&str]); 5] = [
    (
        DeliveryMode::Building,
        &[
            "day centre",
            "day center",
            "centre based",
            "building based",
            "in a building",
            "at a building",
            "at a centre",
        ],
    ),
    (
        DeliveryMode::Community,
        &["community based", "in the community"],
    ),
    (
        DeliveryMode::Outreach,
        &["outreach service", "outreach worker", "outreach support"],
    ),
    (
        DeliveryMode::Home,
        &[
            "in the home",
            "at home",
            "in own home",
            "in the persons home",
            "in the persons own home",
            "own home",
            "home based",
            "home visits",
            "home care",
            "domiciliary",
            "shared lives",
            "shared lives carer",
            "carers home",
            "in the carers home",
            "adult placement",
        ],
    ),
    (
        DeliveryMode::Online,
        &[
            "virtual",
            "virtually",
            "digital",
            "remote",
            "on line",
            "by telephone",
            "telephone",
            "by phone",
        ],
    ),
];

/// Reads how a service is delivered.
pub(crate) fn delivery(text: &str) -> Reading<DeliveryMode> {
    if let Ok(mode) = text.parse() {
        return Reading::Is(mode);
    }
    let words = folded(text);
    DELIVERY
        .iter()
        .find(|(mode, others)| mode.word() == words || others.contains(&words.as_str()))
        .map_or(Reading::Not, |(mode, _)| Reading::Means(*mode))
}

/// Reads a cell of delivery modes, or rejects the row. Nothing inside where it is empty.
#[expect(
    clippy::option_option,
    reason = "nothing outside: the row is rejected; nothing inside: the cell is empty"
)]
pub(crate) fn delivery_in(row: &mut Row<'_>, field: &'static str) -> Option<Option<DeliveryMode>> {
    let known = |text: &str| match delivery(text) {
        Reading::Is(mode) => Some((mode, false)),
        Reading::Means(mode) => Some((mode, true)),
        _ => None,
    };
    let read = row.strict_as(
        field,
        known,
        "one of building, community, outreach, home, online",
    )?;
    let Some((mode, another_word)) = read else {
        return Some(None);
    };
    if another_word {
        let written = row.text(field).unwrap_or_default().to_owned();
        let message = format!("was read as {mode}{}", row.quoted(&written));
        row.mend(
            field,
            &message,
            "write one of building, community, outreach, home, online",
        );
    }
    Some(Some(mode))
}

/// Says whether a text names Shared Lives, in which a person is cared for in a carer's own home; in Wales, adult placement.
pub(crate) fn is_shared_lives(text: &str) -> bool {
    let words = format!(" {} ", folded(text));
    [" shared lives ", " sharedlives ", " adult placement "]
        .iter()
        .any(|name| words.contains(name))
}

/// Reads for which gender a service is. A single `M` could be men or mixed, and is not read.
pub(crate) fn gender(text: &str) -> Reading<Option<GenderServed>> {
    match folded(text).as_str() {
        "any" | "all" | "mixed" | "mixed gender" | "both" | "everyone" | "all genders"
        | "any gender" | "men and women" | "women and men" | "male and female" | "unisex" => {
            Reading::Is(Some(GenderServed::Any))
        }
        "women" | "women only" | "female" | "females" | "female only" | "woman" => {
            Reading::Is(Some(GenderServed::Women))
        }
        "men" | "men only" | "male" | "males" | "male only" | "man" => {
            Reading::Is(Some(GenderServed::Men))
        }
        "unknown" | "not known" | "not stated" => Reading::Is(None),
        "m" => Reading::Two("men or mixed"),
        "f" => Reading::Means(Some(GenderServed::Women)),
        _ => Reading::Not,
    }
}

/// Splits a list of support groups; nothing in it means all of them.
///
/// Where `;` or line breaks separate them, a comma belongs to a group's name; where neither does, commas and slashes separate, but
/// not within brackets and not between digits.
pub(crate) fn groups(text: &str) -> Vec<String> {
    let written = text.contains([';', '\n', '\r']);
    let mut parts = vec![String::new()];
    let mut depth = 0_u32;
    let letters: Vec<char> = text.chars().collect();
    for (place, letter) in letters.iter().copied().enumerate() {
        match letter {
            '(' | '[' => depth = depth.saturating_add(1),
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let digit = |at: Option<usize>| {
            at.and_then(|at| letters.get(at))
                .is_some_and(char::is_ascii_digit)
        };
        let between_digits = digit(place.checked_sub(1)) && digit(Some(place + 1));
        let ends = match letter {
            ';' | '\n' | '\r' => true,
            ',' | '/' => !written && depth == 0 && !between_digits,
            _ => false,
        };
        match parts.last_mut() {
            Some(part) if !ends => part.push(letter),
            _ => parts.push(String::new()),
        }
    }
    let everybody = [
        "all",
        "any",
        "everyone",
        "everybody",
        "all groups",
        "all client groups",
    ];
    let groups: Vec<String> = parts
        .iter()
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    match groups.as_slice() {
        [one] if everybody.contains(&folded(one).as_str()) => Vec::new(),
        _ => groups,
    }
}

/// Reads a list of days: `Mon, Wed-Fri`, `weekdays`, `daily`. The days are counted from Monday as 0 and in order.
pub(crate) fn weekdays(text: &str) -> Reading<Vec<i8>> {
    let small = text
        .to_lowercase()
        .replace(['–', '—', '−'], "-")
        .replace(" to ", "-")
        .replace(" and ", ",")
        .replace('&', ",");
    match folded(&small).as_str() {
        "weekdays" | "every weekday" => return Reading::Is((0..5).collect()),
        "weekends" | "weekend" => return Reading::Is(vec![5, 6]),
        "daily" | "every day" | "everyday" | "all week" | "7 days" => {
            return Reading::Is((0..7).collect());
        }
        _ => {}
    }
    let mut days = std::collections::BTreeSet::new();
    for part in small.split([',', ';', '/', '+', '\n', '\r']) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let mut ends = part.splitn(2, '-').map(day);
        let from = match ends.next() {
            Some(Reading::Is(day)) => day,
            Some(Reading::Two(which)) => return Reading::Two(which),
            _ => return Reading::Not,
        };
        let to = match ends.next() {
            None => from,
            Some(Reading::Is(day)) => day,
            Some(Reading::Two(which)) => return Reading::Two(which),
            Some(_) => return Reading::Not,
        };
        // From Friday to Monday is over the weekend.
        let length = (to - from).rem_euclid(7);
        days.extend((0..=length).map(|step| (from + step) % 7));
    }
    if days.is_empty() {
        Reading::Not
    } else {
        Reading::Is(days.into_iter().collect())
    }
}

/// Reads one day, counted from Monday as 0.
fn day(text: &str) -> Reading<i8> {
    match text.trim().trim_end_matches('.') {
        "m" => Reading::Is(0),
        "w" => Reading::Is(2),
        "f" => Reading::Is(4),
        "t" => Reading::Two("Tuesday or Thursday"),
        "s" => Reading::Two("Saturday or Sunday"),
        "tu" | "tues" => Reading::Is(1),
        "th" | "thur" | "thurs" => Reading::Is(3),
        "mo" => Reading::Is(0),
        "we" | "weds" => Reading::Is(2),
        "fr" => Reading::Is(4),
        "sa" => Reading::Is(5),
        "su" => Reading::Is(6),
        other => {
            let one = other.strip_suffix('s').filter(|name| name.ends_with("day"));
            text::weekday(one.unwrap_or(other))
                .map_or(Reading::Not, |day| Reading::Is(day.to_monday_zero_offset()))
        }
    }
}

/// An age range in years; either end may be open.
pub(crate) type Ages = (Option<u8>, Option<u8>);

/// Reads whom a service is for by age: `18+`, `18-64`, `18 to 64`, `65 and over`, `under 65`, `adults`.
pub(crate) fn ages(text: &str) -> Reading<Ages> {
    let words = text
        .to_lowercase()
        .replace(['–', '—', '−'], "-")
        .replace("years", "")
        .replace("yrs", "")
        .replace("aged", "")
        .replace("ages", "");
    let words = words.trim();
    let year = |text: &str| text.trim().parse::<u8>().ok().filter(|age| *age <= 120);
    if matches!(words, "all" | "any") {
        return Reading::Is((None, None));
    }
    if words == "adults" {
        return Reading::Means((Some(18), None));
    }
    for ending in [
        "+",
        "and over",
        "and above",
        "or over",
        "plus",
        "upwards",
        "and older",
    ] {
        if let Some(from) = words.strip_suffix(ending).and_then(year) {
            return Reading::Is((Some(from), None));
        }
    }
    for beginning in ["over", "from"] {
        if let Some(from) = words.strip_prefix(beginning).and_then(year) {
            // "Over 65" leaves it open whether 65 is meant.
            return if beginning == "over" {
                Reading::Means((Some(from), None))
            } else {
                Reading::Is((Some(from), None))
            };
        }
    }
    if let Some(below) = words.strip_prefix("under").and_then(year) {
        return below
            .checked_sub(1)
            .map_or(Reading::Not, |oldest| Reading::Is((None, Some(oldest))));
    }
    if let Some(to) = words.strip_prefix("up to").and_then(year) {
        return Reading::Is((None, Some(to)));
    }
    let ends = words.split_once('-').or_else(|| words.split_once(" to "));
    match ends.map(|(from, to)| (year(from), year(to))) {
        Some((Some(from), Some(to))) => Reading::Is((Some(from), Some(to))),
        _ => Reading::Not,
    }
}

/// Puts sessions in order of day and start.
pub(crate) fn sort(sessions: &mut [Session]) {
    sessions.sort_by_key(|session| (session.weekday, session.start, session.end));
}

const A_TIME: &str = "write times as 09:30";

/// Reads when a session starts and ends. Where it would end before it starts, neither is kept.
pub(crate) fn times(row: &mut Row<'_>) -> (Option<Time>, Option<Time>) {
    let start = row.maybe_as("start", text::time, A_TIME);
    let end = row.maybe_as("end", text::time, A_TIME);
    if start.zip(end).is_some_and(|(start, end)| start >= end) {
        row.mend(
            "end",
            "is not after the start, so both times were left empty",
            "correct one of the two",
        );
        return (None, None);
    }
    (start, end)
}

/// The days a row names.
pub(crate) enum Days {
    /// The cell is empty.
    None,
    /// These, counted from Monday as 0.
    On(Vec<i8>),
    /// What cannot be read, in words for a message.
    Unread(String),
}

/// Reads the days a row names, without noting anything.
pub(crate) fn days(row: &Row<'_>, field: &'static str) -> Days {
    let Some(written) = row.text(field) else {
        return Days::None;
    };
    match weekdays(written) {
        Reading::Is(days) | Reading::Means(days) => Days::On(days),
        Reading::Two(which) => Days::Unread(format!(
            "has a day that could be {which}{}",
            row.quoted(written)
        )),
        Reading::Not => Days::Unread(format!(
            "has days that cannot be read{}",
            row.quoted(written)
        )),
    }
}

/// How to write days.
pub(crate) const DAYS: &str =
    "write days as Mon, Tue, Wed, Thu, Fri, Sat, Sun, one or more: Mon, Wed-Fri";

#[cfg(test)]
mod tests {
    use catchment_core::place::{DeliveryMode, GenderServed};
    use proptest::prelude::*;

    use super::{Reading, ages, delivery, folded, gender, groups, is_shared_lives, weekdays};

    #[test]
    fn delivery_modes_are_read_from_common_words_and_mixtures_are_not() {
        assert_eq!(delivery("Online"), Reading::Is(DeliveryMode::Online));
        for (text, mode) in [
            ("Day centre", DeliveryMode::Building),
            ("Community-based", DeliveryMode::Community),
            ("In the home", DeliveryMode::Home),
            ("Shared Lives", DeliveryMode::Home),
            ("Virtual", DeliveryMode::Online),
        ] {
            assert_eq!(delivery(text), Reading::Means(mode), "{text}");
        }
        for text in ["Centre and community", "Hybrid", "Both", ""] {
            assert_eq!(delivery(text), Reading::Not, "{text}");
        }
    }

    #[test]
    fn shared_lives_is_known_by_name_and_not_by_half_of_it() {
        assert!(is_shared_lives("Shared-Lives scheme") && is_shared_lives("Adult Placement"));
        assert!(!is_shared_lives("Shared livestock club"));
    }

    #[test]
    fn days_are_read_as_lists_and_ranges_and_a_lone_t_is_two_days() {
        assert_eq!(weekdays("Mon, Wed-Fri"), Reading::Is(vec![0, 2, 3, 4]));
        assert_eq!(
            weekdays("Fridays to Mondays"),
            Reading::Is(vec![0, 4, 5, 6])
        );
        assert_eq!(weekdays("Weekdays"), Reading::Is((0..5).collect()));
        assert_eq!(weekdays("Tues & Thurs"), Reading::Is(vec![1, 3]));
        assert!(matches!(weekdays("M, T, W"), Reading::Two(which) if which.contains("Thursday")));
        assert_eq!(weekdays("alternate Mondays"), Reading::Not);
        assert_eq!(weekdays(","), Reading::Not);
    }

    #[test]
    fn ages_are_ranges_with_open_ends() {
        assert_eq!(ages("18+"), Reading::Is((Some(18), None)));
        assert_eq!(ages("18 – 64 years"), Reading::Is((Some(18), Some(64))));
        assert_eq!(ages("65 and over"), Reading::Is((Some(65), None)));
        assert_eq!(ages("under 25"), Reading::Is((None, Some(24))));
        assert_eq!(ages("under 0"), Reading::Not);
        assert_eq!(ages("older people"), Reading::Not);
        assert_eq!(ages("300+"), Reading::Not);
    }

    #[test]
    fn gender_is_read_and_a_lone_m_is_not() {
        assert_eq!(gender("Women only"), Reading::Is(Some(GenderServed::Women)));
        assert_eq!(gender("Mixed"), Reading::Is(Some(GenderServed::Any)));
        assert_eq!(gender("unknown"), Reading::Is(None));
        assert!(matches!(gender("M"), Reading::Two(_)));
        assert_eq!(gender("purple"), Reading::Not);
    }

    #[test]
    fn groups_are_split_where_that_is_plain() {
        assert_eq!(
            groups("Autism; Mental health, all ages"),
            ["Autism", "Mental health, all ages"]
        );
        assert_eq!(
            groups("Autism, Dementia/Older people"),
            ["Autism", "Dementia", "Older people"]
        );
        assert_eq!(
            groups("Autism (with LD, or PDA)"),
            ["Autism (with LD, or PDA)"]
        );
        assert_eq!(groups("Crisis 24/7"), ["Crisis 24/7"]);
        assert_eq!(groups("Autism\nDementia"), ["Autism", "Dementia"]);
        assert!(groups("All").is_empty() && groups(" ; ").is_empty());
    }

    #[test]
    fn folding_keeps_words_and_nothing_else() {
        assert_eq!(folded("  The Carer’s-Home, Ltd. "), "the carers home ltd");
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_makes_it_fail(text in "\\PC{0,24}") {
            let _ = (delivery(&text), gender(&text), ages(&text), groups(&text), is_shared_lives(&text));
            if let Reading::Is(days) = weekdays(&text) {
                prop_assert!(!days.is_empty() && days.iter().all(|day| (0..7).contains(day)));
            }
        }
    }
}
