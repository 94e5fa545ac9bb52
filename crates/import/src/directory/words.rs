//! The words that directories use: how a service is delivered, whom it is for, on which days.
//!
//! Each function reads a text alone. What could mean two things is [`Reading::Doubtful`]: it is said, and nothing is decided.

use catchment_core::place::{DeliveryMode, GenderServed, Session};
use jiff::civil::{Time, Weekday};

use crate::table::Row;
use crate::text::{self, Reading};

/// Which words there are for how a service is delivered.
pub(crate) const DELIVERY: &str = "write one of building, community, outreach, home, online";

/// Returns a cell as it is written; nothing where it is empty or says that it is not known.
pub(crate) fn known(row: &mut Row<'_>, field: &'static str) -> Option<String> {
    row.known(field).map(str::to_owned)
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
const OTHER_WORDS: [(DeliveryMode, &str, &[&str]); 5] = [
    (
        DeliveryMode::Building,
        "was read as building",
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
        "was read as community",
        &["community based", "in the community"],
    ),
    (
        DeliveryMode::Outreach,
        "was read as outreach",
        &["outreach service", "outreach worker", "outreach support"],
    ),
    (
        DeliveryMode::Home,
        "was read as home",
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
        "was read as online",
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
        return Reading::Sure(mode);
    }
    let words = folded(text);
    OTHER_WORDS
        .iter()
        .find(|(mode, _, others)| mode.word() == words || others.contains(&words.as_str()))
        .map_or(Reading::Unreadable, |(mode, said, _)| {
            Reading::Mended(*mode, said)
        })
}

/// Says whether a text names Shared Lives, in which a person is cared for in a carer's own home; in Wales, adult placement.
pub(crate) fn is_shared_lives(text: &str) -> bool {
    let folded = folded(text);
    let words = format!(" {folded} ");
    let named = [
        " shared lives ",
        " sharedlives ",
        " adult placement ",
        " family placement ",
        " host family ",
        " supported lodgings ",
    ];
    let each: Vec<&str> = folded.split(' ').collect();
    let carer = |word: &&str| matches!(*word, "carer" | "carers");
    let near = |at: usize| each.iter().skip(at + 1).take(3).any(|word| *word == "home");
    let home_of = ["home of a carer", "home of the carer", "home of carer"];
    named.iter().any(|name| words.contains(name))
        || each
            .iter()
            .enumerate()
            .any(|(at, word)| carer(word) && near(at))
        || home_of.iter().any(|name| folded.contains(name))
}

/// Reads for which gender a service is. A single `M` could be men or mixed, and is not read.
pub(crate) fn gender(text: &str) -> Reading<GenderServed> {
    match folded(text).as_str() {
        "any" | "all" | "mixed" | "mixed gender" | "both" | "everyone" | "all genders"
        | "any gender" | "men and women" | "women and men" | "male and female" | "unisex" => {
            Reading::Sure(GenderServed::Any)
        }
        "women" | "women only" | "female" | "females" | "female only" | "woman" => {
            Reading::Sure(GenderServed::Women)
        }
        "men" | "men only" | "male" | "males" | "male only" | "man" => {
            Reading::Sure(GenderServed::Men)
        }
        "m" => Reading::Doubtful("could be men or mixed"),
        "f" => Reading::Mended(GenderServed::Women, "was read as women"),
        _ => Reading::Unreadable,
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

/// Reads a list of days: `Mon, Wed-Fri`. A `T` or an `S` alone is two days, and nothing is decided.
pub(crate) fn days(text: &str) -> Reading<Vec<Weekday>> {
    if let Some(days) = text::weekdays(text) {
        return Reading::Sure(days);
    }
    let words = folded(text);
    let has = |letter: &str| words.split(' ').any(|word| word == letter);
    if has("t") {
        Reading::Doubtful("has a day that could be Tuesday or Thursday")
    } else if has("s") {
        Reading::Doubtful("has a day that could be Saturday or Sunday")
    } else {
        Reading::Unreadable
    }
}

/// Puts sessions in order of day and start.
pub(crate) fn sort(sessions: &mut [Session]) {
    sessions.sort_by_key(|session| (session.weekday, session.start, session.end));
}

const A_TIME: &str = "write times as 09:30 and 15:30, or with am and pm";

/// Reads when a session starts and ends. Where it would end before it starts, neither is kept.
///
/// What could be morning or afternoon is worked out only beside a time with am or pm. Without one nothing says that the hours are
/// counted to twelve: `9.30` to `3.30` could as well be a slip for 13.30.
pub(crate) fn times(row: &mut Row<'_>) -> (Option<Time>, Option<Time>) {
    let marked = |row: &Row<'_>, field| row.text(field).and_then(text::time_of_a_half);
    let (first, last) = (marked(row, "start"), marked(row, "end"));
    let before = |time: Time| last.is_some_and(|last| time < last);
    let after = |time: Time| first.is_some_and(|first| first < time);
    let start = row.maybe_as("start", |text| text::time_that(text, before), A_TIME);
    let end = row.maybe_as("end", |text| text::time_that(text, after), A_TIME);
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

/// Reads how many staff there are to how many people; any words will do. A day or a time of day is what a spreadsheet made of it.
pub(crate) fn ratio(text: &str) -> Reading<String> {
    if text::is_spreadsheets_time(text) {
        Reading::Doubtful("is a time of day, which a spreadsheet makes of a ratio such as 1:5")
    } else if text::is_spreadsheets_day(text) {
        Reading::Doubtful("is a day, which a spreadsheet makes of a ratio such as 1/5 or 1-5")
    } else {
        Reading::Sure(text.to_owned())
    }
}

/// How to write ratios.
pub(crate) const RATIO: &str =
    "write it in words, such as 1 to 5, or format the cells as text and type 1:5 again";

/// How to write days.
pub(crate) const DAYS: &str =
    "write days as Mon, Tue, Wed, Thu, Fri, Sat, Sun, one or more: Mon, Wed-Fri";

#[cfg(test)]
mod tests {
    use catchment_core::place::{DeliveryMode, GenderServed};
    use proptest::prelude::*;

    use super::{days, delivery, folded, gender, groups, is_shared_lives, ratio};
    use crate::text::Reading;

    #[test]
    fn delivery_modes_are_read_from_common_words_and_mixtures_are_not() {
        assert_eq!(delivery("Online"), Reading::Sure(DeliveryMode::Online));
        for (text, mode, said) in [
            ("Day centre", DeliveryMode::Building, "was read as building"),
            (
                "Community-based",
                DeliveryMode::Community,
                "was read as community",
            ),
            (
                "Outreach worker",
                DeliveryMode::Outreach,
                "was read as outreach",
            ),
            ("In the home", DeliveryMode::Home, "was read as home"),
            ("Shared Lives", DeliveryMode::Home, "was read as home"),
            ("Virtual", DeliveryMode::Online, "was read as online"),
        ] {
            assert_eq!(delivery(text), Reading::Mended(mode, said), "{text}");
        }
        for text in ["Centre and community", "Hybrid", "Both", ""] {
            assert_eq!(delivery(text), Reading::Unreadable, "{text}");
        }
    }

    #[test]
    fn shared_lives_is_known_by_name_and_not_by_half_of_it() {
        assert!(is_shared_lives("Shared-Lives scheme") && is_shared_lives("Adult Placement"));
        for text in [
            "Carer's home",
            "carer home",
            "In the home of a carer",
            "Ann's family placement",
        ] {
            assert!(is_shared_lives(text), "{text}");
        }
        for text in [
            "Shared livestock club",
            "Carers' cafe",
            "Carers' support in a community hall",
        ] {
            assert!(!is_shared_lives(text), "{text}");
        }
    }

    #[test]
    fn a_lone_t_is_two_days_and_is_said() {
        let count = |text| days(text).ok().map(|days| days.len());
        assert_eq!(count("Mon, Wed-Fri"), Some(4));
        assert!(matches!(days("M, T, W"), Reading::Doubtful(why) if why.contains("Thursday")));
        assert!(matches!(days("S"), Reading::Doubtful(why) if why.contains("Sunday")));
        assert_eq!(days("alternate Mondays"), Reading::Unreadable);
    }

    #[test]
    fn gender_is_read_and_a_lone_m_is_not() {
        assert_eq!(gender("Women only"), Reading::Sure(GenderServed::Women));
        assert_eq!(gender("Mixed"), Reading::Sure(GenderServed::Any));
        assert!(matches!(gender("M"), Reading::Doubtful(_)));
        assert!(matches!(
            gender("F"),
            Reading::Mended(GenderServed::Women, _)
        ));
        assert_eq!(gender("purple"), Reading::Unreadable);
    }

    #[test]
    fn a_ratio_that_a_spreadsheet_made_a_time_or_a_day_is_unknown() {
        for text in [
            "01:05",
            "01:05:00",
            "1:05:00",
            "01:10",
            "2024-05-01",
            "01/05/2024",
            "01-May",
            "May-01",
        ] {
            assert!(matches!(ratio(text), Reading::Doubtful(_)), "{text}");
        }
        for text in [
            "1:5",
            "1:10",
            "1 to 5",
            "1/5",
            "1-5",
            "0.2",
            "1",
            "one to one",
            "2:1 or 1:1",
        ] {
            assert_eq!(ratio(text), Reading::Sure(text.to_owned()));
        }
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
            let _ = (delivery(&text), gender(&text), is_shared_lives(&text));
            prop_assert!(groups(&text).iter().all(|group| !group.trim().is_empty()));
            if let Some(days) = days(&text).ok() {
                prop_assert!(!days.is_empty() && days.len() <= 7);
            }
        }
    }
}
