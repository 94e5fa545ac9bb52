//! The kinds of assets a study has, and what fields of them are called.

use std::collections::{BTreeMap, BTreeSet};

use catchment_core::study::Study;

/// A kind of asset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name in files: small letters, digits and underscores, unique.
    pub field: String,
    /// Its name for people.
    pub label: String,
    /// Assets of it, everywhere.
    pub assets: u32,
}

/// Lists the kinds, those with the most assets first, and the place of the kind of each asset.
///
/// `Leisure centre` and `leisure_centre` are one kind.
pub(super) fn of(study: &Study) -> (Vec<Kind>, Vec<usize>) {
    let assets = study.parts().assets.rows();
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for asset in assets {
        *counts.entry(squeezed(&asset.kind)).or_default() += 1;
    }
    let mut order: Vec<(&String, u32)> =
        counts.iter().map(|(kind, count)| (kind, *count)).collect();
    order.sort_by_key(|(kind, count)| (std::cmp::Reverse(*count), (*kind).clone()));
    let places: BTreeMap<&str, usize> = order
        .iter()
        .enumerate()
        .map(|(place, (kind, _))| (kind.as_str(), place))
        .collect();
    let mut fields = BTreeSet::new();
    let kinds = order
        .iter()
        .map(|(kind, assets)| Kind {
            field: field(kind, &mut fields),
            label: label(kind),
            assets: *assets,
        })
        .collect();
    let kind_of = assets
        .iter()
        .map(|asset| places[squeezed(&asset.kind).as_str()])
        .collect();
    (kinds, kind_of)
}

/// A kind as its words in small letters, joined by one blank each.
fn squeezed(kind: &str) -> String {
    let lower = kind.to_lowercase();
    let words = lower
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn label(kind: &str) -> String {
    let mut letters = kind.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Not stated".to_owned(),
    }
}

/// A kind as a field may be called; kinds in other scripts get a number.
fn field(kind: &str, taken: &mut BTreeSet<String>) -> String {
    let plain: String = kind
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '_'
            }
        })
        .take(40)
        .collect();
    let plain = plain.trim_matches('_');
    let stem = if plain.is_empty() { "kind" } else { plain };
    let mut free = stem.to_owned();
    let mut number = 1;
    while taken.contains(&free) {
        number += 1;
        free = format!("{stem}_{number}");
    }
    taken.insert(free.clone());
    free
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{field, label, squeezed};

    #[test]
    fn spellings_of_a_kind_are_one_and_every_field_has_a_name_of_its_own() {
        assert_eq!(squeezed("Leisure-Centre "), squeezed("leisure_centre"));
        assert_eq!(label(&squeezed("place_of_worship")), "Place of worship");
        let mut taken = BTreeSet::new();
        assert_eq!(field("place of worship", &mut taken), "place_of_worship");
        assert_eq!(field("مكتبة", &mut taken), "kind");
        assert_eq!(field("図書館", &mut taken), "kind_2");
        assert_eq!(field("place_of worship", &mut taken), "place_of_worship_2");
    }
}
