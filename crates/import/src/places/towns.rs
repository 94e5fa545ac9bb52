//! Towns, villages and suburbs by name.
//!
//! A name is matched whole, whatever its case and punctuation. It is not guessed at: `Newprot` is no town.

use std::collections::BTreeMap;
use std::path::Path;

use catchment_core::grid::GridPoint;
use catchment_core::issue::Issue;

use super::coordinates;
use crate::background::Read;
use crate::study_file;
use crate::table::{Reader, required};

/// Two places of one name nearer to each other than this are the same place; metres.
const SAME: f64 = 2_000.0;

/// Where towns are. The council's own names come first; those of the road file fill in.
#[derive(Clone, Debug, Default)]
pub(super) struct Towns {
    own: Names,
    mapped: Names,
}

type Names = BTreeMap<String, Vec<GridPoint>>;

/// What a name is found to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Town {
    /// One place.
    At(GridPoint),
    /// Places so many metres apart.
    Several(f64),
}

impl Towns {
    /// Adds names of the council's own.
    pub(super) fn add_own(&mut self, towns: Vec<(String, GridPoint)>) {
        add(&mut self.own, towns);
    }

    /// Adds names of the road file.
    pub(super) fn add_mapped(&mut self, towns: Vec<(String, GridPoint)>) {
        add(&mut self.mapped, towns);
    }

    /// Finds a town by its name, or by what stands before the first comma (`Caerleon, Newport`).
    pub(super) fn find(&self, text: &str) -> Option<Town> {
        let first = text.split(',').next().unwrap_or(text);
        [text, first].into_iter().find_map(|name| {
            let name = folded(name);
            let points = self.own.get(&name).or_else(|| self.mapped.get(&name))?;
            match points.as_slice() {
                [] => None,
                [only] => Some(Town::At(*only)),
                [one, others @ ..] => {
                    let far = others.iter().map(|other| apart(*one, *other));
                    Some(Town::Several(far.fold(0.0, f64::max)))
                }
            }
        })
    }
}

fn add(names: &mut Names, towns: Vec<(String, GridPoint)>) {
    for (name, point) in towns {
        let name = folded(&name);
        if name.is_empty() {
            continue;
        }
        let known = names.entry(name).or_default();
        if known.iter().all(|other| apart(*other, point) > SAME) {
            known.push(point);
        }
    }
}

fn apart(a: GridPoint, b: GridPoint) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// Writes a name without case and punctuation: `Stow-on-the-Wold` is `stow on the wold`.
fn folded(name: &str) -> String {
    let letters: String = name
        .chars()
        .filter(|letter| !matches!(letter, '\'' | '’' | '.'))
        .flat_map(char::to_lowercase)
        .map(|letter| {
            if letter.is_alphanumeric() {
                letter
            } else {
                ' '
            }
        })
        .collect();
    let words: Vec<&str> = letters.split_whitespace().collect();
    words.join(" ")
}

/// Reads the council's own table of towns.
pub(crate) fn read(
    folder: &Path,
    section: &study_file::Towns,
    issues: &mut Vec<Issue>,
) -> Read<Vec<(String, GridPoint)>> {
    let headers = [
        ("name", Some(&section.name)),
        ("easting", Some(&section.easting)),
        ("northing", Some(&section.northing)),
    ];
    let columns = [required("name"), required("easting"), required("northing")];
    let reader = Reader::open(&section.as_table(folder, &headers), &columns, issues)?;
    let mut towns = Vec::new();
    let counts = reader.each(issues, |row| {
        let name = row.needed("name")?;
        towns.push((name, coordinates(row)?));
        Some(())
    });
    Ok((towns, counts))
}

#[cfg(test)]
mod tests {
    use catchment_core::grid::GridPoint;

    use super::{Town, Towns, folded};

    fn at(x: f64) -> GridPoint {
        GridPoint { x, y: 0.0 }
    }

    #[test]
    fn a_name_that_stands_for_two_places_is_not_decided() {
        let mut towns = Towns::default();
        let name = |name: &str, x| (name.to_owned(), at(x));
        towns.add_mapped(vec![
            name("Church End", 0.0),
            name("Church End", 40_000.0),
            name("Caerleon", 5_000.0),
            name("caerleon", 6_000.0),
            name("Malpas", 90_000.0),
        ]);
        towns.add_own(vec![name("Malpas", 7_000.0), name(" ", 1.0)]);
        assert_eq!(towns.find("CHURCH-END"), Some(Town::Several(40_000.0)));
        // A second point a kilometre off is the same town.
        assert_eq!(towns.find("Caerleon"), Some(Town::At(at(5_000.0))));
        assert_eq!(towns.find("Caerleon, Newport"), Some(Town::At(at(5_000.0))));
        // The council's own table says which Malpas it means.
        assert_eq!(towns.find("Malpas"), Some(Town::At(at(7_000.0))));
        assert_eq!(towns.find("Newprot"), None);
        assert_eq!(towns.find(", "), None);
    }

    #[test]
    fn names_are_the_same_whatever_their_punctuation() {
        assert_eq!(
            folded("St. Bride's  Wentlooge"),
            folded("st brides wentlooge")
        );
        assert_eq!(folded("Stow-on-the-Wold"), "stow on the wold");
    }
}
