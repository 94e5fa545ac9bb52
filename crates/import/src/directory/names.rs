//! Names of providers as they are compared: without case, punctuation and what says which kind of body it is.
//!
//! It only says which names are alike. Nobody is put together with anybody here.

use super::words::folded;

/// Words at the end of a name that say what kind of body it is, and not which.
const LEGAL: [&str; 14] = [
    "ltd",
    "limited",
    "cyf",
    "cyfyngedig",
    "cic",
    "cbc",
    "plc",
    "llp",
    "cio",
    "co",
    "company",
    "inc",
    "uk",
    "community interest company",
];

/// Returns a name, as it is written or folded, in small letters without punctuation, `the`, `and` and the legal form at its end; of a name
/// that is nothing else, that. Single letters in a row are one word: `C.I.C.` is `cic`.
pub(crate) fn bare(name: &str) -> String {
    let folded = folded(name);
    let name = joined(&folded);
    let mut words = name.strip_prefix("the ").unwrap_or(&name);
    while let Some(shorter) = LEGAL
        .iter()
        .find_map(|form| words.strip_suffix(form)?.strip_suffix(' '))
    {
        words = shorter;
    }
    if words.is_empty() {
        folded
    } else {
        words.to_owned()
    }
}

/// Returns what two names that differ in nothing but spelling and legal form have in common: [`bare`] without blanks.
pub(crate) fn spelt_loosely(name: &str) -> String {
    bare(name).replace(' ', "")
}

fn joined(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    let mut after_letter = false;
    for word in folded.split(' ').filter(|word| *word != "and") {
        let letter = word.chars().count() == 1;
        let joins = letter && after_letter;
        if !out.is_empty() && !joins {
            out.push(' ');
        }
        out.push_str(word);
        after_letter = letter;
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{bare, spelt_loosely};

    #[test]
    fn spellings_and_legal_forms_of_one_name_are_alike_and_other_names_are_not() {
        for name in [
            "Cwtch Care Ltd",
            "Cwtch Care Ltd.",
            "cwtch  care LIMITED",
            "The Cwtch-Care C.I.C.",
            "CwtchCare plc",
            "Cwtch Care Cyfyngedig",
        ] {
            assert_eq!(spelt_loosely(name), "cwtchcare", "{name}");
        }
        assert_eq!(spelt_loosely("Oak & Ash Ltd"), spelt_loosely("Oak and Ash"));
        assert_eq!(bare("A.B. Care Co. Ltd"), "ab care");
        assert_ne!(
            spelt_loosely("Cwtch Care"),
            spelt_loosely("Cwtch Care North")
        );
        // A name that is nothing else stays.
        assert_eq!(
            (
                bare("Ltd").as_str(),
                bare("and").as_str(),
                bare("—").as_str()
            ),
            ("ltd", "and", "")
        );
    }

    proptest! {
        #[test]
        fn a_bare_name_is_bare(name in "\\PC{0,30}") {
            prop_assert_eq!(bare(&bare(&name)).is_empty(), bare(&name).is_empty());
            prop_assert!(!spelt_loosely(&name).contains(' '));
        }
    }
}
