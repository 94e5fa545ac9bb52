//! Protects the places of rows that were rejected for their shape, each of which may be of a service in a home.
//!
//! Which cell of such a row is which nobody can tell: not whether it is of a home, nor where that is. So every place of another row
//! whose code, name, postcode or coordinates stand anywhere in it is withheld, and community assets by their name or their point. What
//! is kept of such rows is in memory only, has no `Debug`, and is forgotten when services and community assets have been read. It does
//! not guess what the row was meant to be.

use std::collections::BTreeSet;

use catchment_core::grid::{GridPoint, LonLat};
use catchment_core::place::{Service, Site};

use super::homes::SAME;
use super::words::folded;
use crate::places::Places;
use crate::table::Lost;
use crate::text;

/// How much text of such rows is compared with, in bytes. Where there is more, every place is withheld: a directory with so many rows
/// that cannot be read is one to mend first.
const MOST: usize = 1 << 18;

/// How near to each other two positions in degrees are the same place: a metre or two.
const SAME_DEGREES: f64 = 2e-5;

/// What stands in the rows that were rejected for their shape.
#[derive(Clone, Default)]
pub(super) struct Misshapen {
    rows: Vec<Torn>,
    /// How much text they have.
    held: usize,
}

/// One such row.
#[derive(Clone)]
struct Torn {
    number: u64,
    /// All of its words in order, with a space before and after each.
    words: String,
    /// Its cells and the parts of them, in small letters and digits only.
    parts: BTreeSet<String>,
    postcodes: BTreeSet<String>,
    /// Where its postcodes are.
    points: Vec<GridPoint>,
    /// Its numbers from the lowest up, which may be coordinates.
    numbers: Vec<f64>,
}

impl Misshapen {
    /// Says whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.held == 0
    }

    /// Keeps what stands in a row for as long as the directory is read.
    pub(super) fn note(&mut self, row: &Lost<'_>, places: &Places) {
        self.held += row.cells().map(str::len).sum::<usize>().max(1);
        if self.held > MOST {
            self.rows.clear();
        } else {
            self.rows.push(Torn::of(row, places));
        }
    }

    /// Says why the place of a service is withheld; nothing where no such row can be of the same place.
    ///
    /// `named` is whether the name of the place is one: that of its category is not. `degrees` is where it is.
    pub(super) fn reason(
        &self,
        service: &Service,
        site: &Site,
        named: bool,
        degrees: Option<LonLat>,
    ) -> Option<String> {
        if self.held > MOST {
            return Some(
                "so many rows were rejected for their shape that any place could be of one of them, and one of them of a home"
                    .to_owned(),
            );
        }
        let same = |row: &&Torn| {
            row.has_code(&service.key)
                || row.has_code(&site.key)
                || (named && row.has_name(&site.name))
                || site
                    .postcode
                    .as_ref()
                    .is_some_and(|code| row.postcodes.contains(code))
                || row.is_at(site.point, degrees)
        };
        self.rows.iter().find(same).map(|row| {
            format!(
                "row {}, which was rejected for its shape and may be of a home, has the same code, name, postcode or coordinates in one of its cells",
                row.number
            )
        })
    }

    /// Says whether a community asset at a point may be where such a row is of.
    pub(super) fn may_hold(&self, point: GridPoint, degrees: Option<LonLat>) -> bool {
        self.held > MOST || self.rows.iter().any(|row| row.is_at(point, degrees))
    }

    /// Says whether a name of several words stands in such a row. A single one could be the word for what the row is of.
    pub(super) fn may_be_called(&self, name: &str) -> bool {
        name.trim().contains(' ') && self.rows.iter().any(|row| row.has_name(name))
    }
}

/// Writes a text in small letters and digits only, as spellings of a code are compared.
fn letters(text: &str) -> String {
    folded(text).replace(' ', "")
}

impl Torn {
    fn of(row: &Lost<'_>, places: &Places) -> Self {
        let parts: Vec<&str> = row.parts().collect();
        let mut numbers: Vec<f64> = parts.iter().filter_map(|part| text::number(part)).collect();
        // A comma between thousands is a usual cause of one cell too many.
        let thousands = |pair: &[&str]| text::number(&format!("{},{}", pair[0], pair[1]));
        numbers.extend(parts.windows(2).filter_map(thousands));
        numbers.sort_by(f64::total_cmp);
        let joined = folded(&parts.join(" "));
        let words: Vec<&str> = joined.split(' ').collect();
        let mut postcodes: BTreeSet<String> = BTreeSet::new();
        postcodes.extend(words.iter().filter_map(|word| text::postcode(word)));
        let halves = words.windows(2).map(<[&str]>::concat);
        postcodes.extend(halves.filter_map(|code| text::postcode(&code)));
        let found = postcodes.iter().filter_map(|code| places.postcode(code));
        Self {
            number: row.number(),
            points: found.map(|(point, _)| point).collect(),
            postcodes,
            numbers,
            parts: row.cells().chain(row.parts()).map(letters).collect(),
            words: format!(" {joined} "),
        }
    }

    fn has_code(&self, code: &str) -> bool {
        let code = letters(code);
        !code.is_empty() && self.parts.contains(&code)
    }

    /// Says whether a name stands in the row: a name of one word as a cell or a part of one, a longer one anywhere.
    fn has_name(&self, name: &str) -> bool {
        let words = folded(name);
        let long = words.contains(' ') && self.words.contains(&format!(" {words} "));
        long || self.has_code(name)
    }

    fn is_at(&self, point: GridPoint, degrees: Option<LonLat>) -> bool {
        let near = |wanted: f64, same: f64| {
            let first = self
                .numbers
                .partition_point(|number| *number < wanted - same);
            let next = self.numbers.get(first);
            next.is_some_and(|number| *number <= wanted + same)
        };
        (near(point.x, SAME) && near(point.y, SAME))
            || degrees.is_some_and(|at| near(at.lon, SAME_DEGREES) && near(at.lat, SAME_DEGREES))
            || self
                .points
                .iter()
                .any(|home| (home.x - point.x).hypot(home.y - point.y) <= SAME)
    }
}
