//! Whether the coordinates and the postcode of one row mean the same place.
//!
//! The point of a postcode stands for some fifteen addresses, which in the country may be farms far apart, so a little way between the two
//! is no contradiction. What is only the beginning of a postcode, and one that the postcode file has no point for, contradict nothing. It
//! does not say which of the two is right.

use catchment_core::grid::GridPoint;

use super::{Found, Places, Wrong};
use crate::table::Row;

/// Up to here the two are the same place, in metres.
const SAME: f64 = 1_500.0;
/// From here on they cannot both be right, in metres: no postcode is so large.
const OTHER: f64 = 10_000.0;

const WHICH: &str = "one of the two is of another place: correct the coordinates or the postcode";

/// How coordinates and a postcode go together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Agreement {
    /// They are of one place, or there is nothing to compare.
    Same,
    /// They are so many metres apart, which a large postcode could be.
    Doubtful(f64),
    /// They are so many metres apart and of two places.
    Contradiction(f64),
}

impl Agreement {
    /// Says what is to be said of the postcode, and what to do; nothing where the two agree.
    pub(crate) fn saying(self) -> Option<(String, &'static str)> {
        let (metres, outcome) = match self {
            Self::Same => return None,
            Self::Doubtful(metres) => (metres, "the coordinates were used"),
            Self::Contradiction(metres) => (metres, "neither was used"),
        };
        let message = format!(
            "is of a place about {:.0} km from the coordinates beside it; {outcome}",
            metres / 1000.0
        );
        Some((message, WHICH))
    }
}

impl Places {
    /// Compares a point with that of a postcode in any spacing.
    pub(crate) fn agreement(&self, point: GridPoint, postcode: &str) -> Agreement {
        let Some((other, _)) = self.postcode(postcode) else {
            return Agreement::Same;
        };
        match (point.x - other.x).hypot(point.y - other.y) {
            metres if metres > OTHER => Agreement::Contradiction(metres),
            metres if metres > SAME => Agreement::Doubtful(metres),
            _ => Agreement::Same,
        }
    }
}

/// Checks what the coordinates of a row gave against its postcode: adds what must be said, or says why neither can be used.
pub(super) fn checked(row: &Row<'_>, places: &Places, mut found: Found) -> Result<Found, Wrong> {
    let Some(postcode) = row.text("postcode") else {
        return Ok(found);
    };
    let agreement = places.agreement(found.point, postcode);
    let Some((message, hint)) = agreement.saying() else {
        return Ok(found);
    };
    let message = format!("{message}{}", row.quoted(&readings(row, postcode)));
    let wrong = Wrong::new("postcode", message, hint);
    if matches!(agreement, Agreement::Contradiction(_)) {
        return Err(wrong);
    }
    found.said.push(wrong);
    Ok(found)
}

/// Writes both readings as they stand in the row, for a message that may quote it.
fn readings(row: &Row<'_>, postcode: &str) -> String {
    let cell = |field: &'static str| row.text(field);
    let pair = cell("easting").zip(cell("northing"));
    let pair = pair.or_else(|| cell("lon").zip(cell("lat")));
    pair.map_or_else(
        || postcode.to_owned(),
        |(one, other)| format!("{postcode}; {one}, {other}"),
    )
}
