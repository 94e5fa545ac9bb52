//! What is bearable: limits of a wheelchair, and of a cyclist's nerves.
//!
//! What the tags do not say is taken as bearable, and for a wheelchair is noted on the street, so that a route can say how much of it
//! nobody knows.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Profile, Tags};
use crate::graph::{StreetUse, Unknown};
use crate::units::{KmPerHour, Metres};

/// What is too steep, narrow, rough or high.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Values of `surface` that cannot be used. Of several, as in `gravel;grass`, each counts.
    pub surfaces_refused: Vec<String>,
    /// Values of `smoothness` that cannot be used.
    pub smoothness_refused: Vec<String>,
    /// Values of `kerb` that cannot be passed.
    pub kerbs_refused: Vec<String>,
    /// The highest kerb that can be passed; in metres.
    pub highest_kerb: Metres,
    /// The narrowest way that can be used; in metres.
    pub narrowest: Metres,
    /// The steepest incline that can be used, up or down; in per cent.
    pub steepest: f64,
}

impl Limits {
    /// Shuts a street that is past a limit, and notes what its tags do not say. A street signed for wheelchairs says all.
    pub(super) fn apply(&self, used: StreetUse, tags: Tags<'_>) -> StreetUse {
        if tags.is("route", &["ferry"]) {
            return used;
        }
        let width = tags.get("width").and_then(metres);
        let incline = tags.get("incline").and_then(per_cent);
        let surface = tags.get("surface").or_else(|| tags.get("smoothness"));
        // Where a street is of several kinds, all of them are in the way.
        if tags.any_is("surface", &self.surfaces_refused)
            || tags.any_is("smoothness", &self.smoothness_refused)
            || width.is_some_and(|width| width < self.narrowest.value())
            || incline.is_some_and(|incline| incline.abs() > self.steepest)
        {
            return StreetUse::NONE;
        }
        let mut unknown = used.unknown;
        if !tags.is("wheelchair", &["yes", "designated"]) {
            for (known, what) in [
                (surface.is_some(), Unknown::SURFACE),
                (width.is_some(), Unknown::WIDTH),
                (incline.is_some(), Unknown::INCLINE),
            ] {
                if !known {
                    unknown = unknown.with(what);
                }
            }
        }
        StreetUse { unknown, ..used }
    }

    /// Says whether the kerb at a point is too high.
    pub(super) fn stops(&self, tags: Tags<'_>) -> bool {
        tags.any_is("kerb", &self.kerbs_refused)
            || tags
                .get("kerb:height")
                .and_then(metres)
                .is_some_and(|height| height > self.highest_kerb.value())
    }
}

/// Says whether there is a kerb or crossing at a point, of unknown height.
pub(super) fn kerb_is_unknown(tags: Tags<'_>) -> bool {
    let known = ["kerb", "kerb:height", "wheelchair"];
    (tags.is("barrier", &["kerb"]) || tags.is("highway", &["crossing"]))
        && known
            .iter()
            .all(|key| tags.get(key).is_none_or(|value| value == "yes"))
        && !tags.is("wheelchair", &["yes"])
}

/// Reads a length: metres, or with a unit.
fn metres(text: &str) -> Option<f64> {
    let text = text.trim();
    let (number, factor) = if let Some(number) = text.strip_suffix("cm") {
        (number, 0.01)
    } else if let Some(number) = text.strip_suffix('m') {
        (number, 1.0)
    } else if let Some(number) = text.strip_suffix("ft").or_else(|| text.strip_suffix('\'')) {
        (number, 0.3048)
    } else {
        (text, 1.0)
    };
    let number: f64 = number.trim().parse().ok()?;
    (number.is_finite() && number >= 0.0).then_some(number * factor)
}

/// Reads an incline: per cent, or degrees. `up` and `down` say nothing about how steep it is.
fn per_cent(text: &str) -> Option<f64> {
    let text = text.trim();
    let number = |text: &str| {
        text.trim()
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
    };
    if let Some(degrees) = text.strip_suffix('°') {
        return number(degrees).map(|degrees| degrees.to_radians().tan() * 100.0);
    }
    number(text.strip_suffix('%').unwrap_or(text))
}

/// How much traffic is bearable: levels of traffic stress, from 1 (anyone) to 4 (the fearless).
///
/// After Mekuria, Furth and Nixon (2012), Low-stress bicycling and network connectivity, with what `OpenStreetMap` knows: the class of
/// a road, its speed limit, and what is there for cycles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stress {
    /// The highest level that is used.
    pub bearable: u8,
    /// Speed limits taken for classes of roads that have none tagged, neither as a number nor by the country's rule; in km/h.
    pub assumed_limits: BTreeMap<String, KmPerHour>,
    /// The first row that fits a road gives its level; where none does it is 4.
    pub rows: Vec<StressRow>,
}

/// A row of the table of traffic stress.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StressRow {
    /// The `highway` classes it is about; none stands for all.
    pub classes: Vec<String>,
    /// What is there for cycles: `track`, `lane` or `none`; none listed stands for all.
    pub cycleways: Vec<String>,
    /// The highest speed limit it is about; in km/h.
    pub up_to: KmPerHour,
    /// The level.
    pub level: u8,
}

impl Profile {
    /// Says whether there is no more traffic on a street than is bearable.
    pub(super) fn is_comfortable(&self, tags: Tags<'_>) -> bool {
        let Some(stress) = &self.stress else {
            return true;
        };
        let Some(class) = tags.get("highway") else {
            return true;
        };
        // What goes either way goes past a cyclist, so the faster direction counts.
        let told = self.limits_of_speed(tags, class).into_iter().flatten();
        let limit = told
            .reduce(|one, other| if one < other { other } else { one })
            .or_else(|| stress.assumed_limits.get(class).copied())
            .unwrap_or(KmPerHour::new(0.0));
        let cycleway = cycleway(tags);
        let fits = |row: &&StressRow| {
            let listed = |list: &[String], word: &str| {
                list.is_empty() || list.iter().any(|listed| listed == word)
            };
            listed(&row.classes, class) && listed(&row.cycleways, cycleway) && limit <= row.up_to
        };
        let row = stress.rows.iter().find(fits);
        row.map_or(4, |row| row.level) <= stress.bearable
    }
}

/// Returns what is there for cycles, at its best.
fn cycleway(tags: Tags<'_>) -> &'static str {
    let sides = [
        "cycleway",
        "cycleway:both",
        "cycleway:left",
        "cycleway:right",
    ];
    let any = |kinds: &[&str]| sides.iter().any(|key| tags.is(key, kinds));
    if any(&["track", "opposite_track", "separate"]) {
        "track"
    } else if any(&["lane", "opposite_lane"]) {
        "lane"
    } else {
        "none"
    }
}

#[cfg(test)]
mod tests {
    use super::{metres, per_cent};

    #[test]
    fn lengths_and_inclines_are_read_in_their_units() {
        assert_eq!(
            [metres("1.2"), metres("90 cm"), metres("wide")],
            [Some(1.2), Some(0.9), None]
        );
        assert_eq!(
            [per_cent("-6 %"), per_cent("up"), per_cent("inf")],
            [Some(-6.0), None, None]
        );
        assert!(per_cent("5°").is_some_and(|incline| (incline - 8.75).abs() < 0.01));
    }
}
