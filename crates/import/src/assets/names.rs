//! Names and kinds of community assets as they are written, and when two of them mean the same.
//!
//! Control characters never get through: neither those that end a line nor those that turn the direction of writing. A kind that is not
//! known is kept as it is written.

/// The longest name that is kept, in characters.
const LONGEST: usize = 200;

/// The kinds that have a spelling of their own. Those that the road file's tags give are listed in `osm::assets`.
const KINDS: [&str; 14] = [
    "library",
    "community_centre",
    "place_of_worship",
    "cafe",
    "leisure_centre",
    "swimming_pool",
    "park",
    "community_garden",
    "arts_centre",
    "theatre",
    "cinema",
    "museum",
    "gallery",
    "school",
];

/// Removes control characters, joins runs of blanks and cuts what is longer than any name.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::new();
    let letters = text.chars().map(|letter| {
        if letter.is_control() || turns_direction(letter) {
            ' '
        } else {
            letter
        }
    });
    for letter in letters.take(LONGEST * 4) {
        if letter.is_whitespace() {
            if !plain.is_empty() && !plain.ends_with(' ') {
                plain.push(' ');
            }
        } else {
            plain.push(letter);
        }
    }
    let cut: String = plain.chars().take(LONGEST).collect();
    cut.trim_end().to_owned()
}

/// Says whether a text holds characters that [`plain`] takes out or cuts off.
pub(crate) fn is_odd(text: &str) -> bool {
    text.chars()
        .any(|letter| letter.is_control() || turns_direction(letter))
        || text.trim().chars().count() > LONGEST
}

/// The marks that make text run the other way; some have been used to make one name look like another.
fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Returns a kind in its usual spelling (`Leisure centre` is `leisure_centre`); one that is not known as it is written.
pub(crate) fn kind(text: &str) -> String {
    known_kind(text).map_or_else(|| plain(text), str::to_owned)
}

/// Returns the kind that a text names in any spelling; nothing where it names none that is known.
pub(crate) fn known_kind(text: &str) -> Option<&'static str> {
    let squeezed = squeezed(text);
    let plural = |kind: &str| squeezed.strip_suffix('s').is_some_and(|one| one == kind);
    KINDS.into_iter().find(|kind| {
        let kind = kind.replace('_', "");
        squeezed == kind || plural(&kind)
    })
}

fn squeezed(text: &str) -> String {
    let letters = text.chars().filter(|letter| letter.is_alphanumeric());
    letters
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .replace('é', "e")
}

/// Words that say nothing of which place it is.
const EMPTY: [&str; 4] = ["the", "of", "and", "at"];

fn words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase().replace(['\'', '’', '.'], "");
    let words = lower
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty() && !EMPTY.contains(word));
    words
        .map(|word| if word == "saint" { "st" } else { word }.to_owned())
        .collect()
}

/// Says whether two names are like enough for one place: the words of one are all in the other, or they differ by a letter or two.
///
/// A place without a name is like none.
pub(crate) fn are_like(one: &str, other: &str) -> bool {
    let (one, other) = (words(one), words(other));
    let (short, long) = if one.len() <= other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    if short.is_empty() {
        return false;
    }
    short.iter().all(|word| long.contains(word))
        || strsim::normalized_damerau_levenshtein(&one.join(" "), &other.join(" ")) >= 0.85
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{are_like, is_odd, kind, plain};

    #[test]
    fn names_lose_what_is_no_writing_and_nothing_else() {
        assert_eq!(plain("  Pier\u{7} \r\n Café "), "Pier Café");
        assert_eq!(plain("مكتبة"), "مكتبة");
        assert_eq!(plain("Library\u{202e}efac"), "Library efac");
        assert!(is_odd("a\u{0}") && is_odd("\u{202e}") && !is_odd("Café Ö 図書館"));
        assert_eq!(plain(&"x".repeat(1_000_000)).len(), 200);
    }

    #[test]
    fn a_known_kind_is_read_in_any_spelling_and_another_is_kept() {
        assert_eq!(kind("Leisure Centre"), "leisure_centre");
        assert_eq!(kind("Libraries"), "Libraries");
        assert_eq!(kind("Cafés"), "cafe");
        assert_eq!(kind("place-of-worship"), "place_of_worship");
        assert_eq!(kind(" Men's Shed "), "Men's Shed");
    }

    #[test]
    fn the_template_of_a_study_file_lists_every_kind() {
        let template = include_str!("../../../../data/template/study.toml");
        let assets = template.split("[[assets]]").next().unwrap();
        let words: Vec<&str> = assets
            .split(|letter: char| !letter.is_alphanumeric())
            .collect();
        for kind in super::KINDS {
            for word in kind.split('_') {
                let stem = word.strip_suffix('y').unwrap_or(word);
                let there = words.iter().any(|known| known.starts_with(stem));
                assert!(there, "{kind}");
            }
        }
    }

    #[test]
    fn like_names_are_the_same_place_and_others_are_not() {
        assert!(are_like(
            "Boscombe Library",
            "boscombe library & community hub"
        ));
        assert!(are_like("St. Mary's Church", "Saint Marys Church"));
        assert!(are_like("Hengistbury Cafe", "Hengistbury Café"));
        assert!(!are_like("Pier Cafe", "Park Cafe"));
        assert!(!are_like("", "Library") && !are_like("", "") && !are_like("The", "The"));
    }

    proptest! {
        #[test]
        fn nothing_that_is_written_makes_it_fail(one in "\\PC{0,40}", other in any::<String>()) {
            prop_assert_eq!(are_like(&one, &other), are_like(&other, &one));
            let once = plain(&other);
            prop_assert!(!is_odd(&once));
            prop_assert_eq!(plain(&once), once.clone());
            let _ = kind(&other);
        }
    }
}
