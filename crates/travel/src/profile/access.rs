//! Who may use a street: access tags, one-ways, ferries.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Mode, Profile, Tags};
use crate::units::KmPerHour;

/// How values of access tags are read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    /// The keys that are looked at, the most specific first; the first with a value that is listed decides. The first of all is the
    /// profile's own: it alone opens a point that stops this way of moving.
    pub keys: Vec<String>,
    /// Values that open a street, also where a more general key had shut it.
    pub open: Vec<String>,
    /// Values of streets that may be used at the start or the end of a journey only.
    pub ends_only: Vec<String>,
    /// Values that shut a street.
    pub shut: Vec<String>,
    /// Values that open a street at no more than a speed, as `dismount` does where a cycle is pushed; in km/h.
    pub open_at: BTreeMap<String, KmPerHour>,
}

/// What the access tags of a street say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Open,
    EndsOnly,
    Shut,
}

impl Access {
    /// Says whether a value opens a street, be it at walking pace.
    fn opens(&self, value: &str) -> bool {
        self.open.iter().any(|known| known == value) || self.open_at.contains_key(value)
    }

    /// The most specific key with a value that is listed decides: its place among the keys, what it says, and its value.
    fn of<'a>(&self, tags: Tags<'a>) -> Option<(usize, Admission, &'a str)> {
        self.keys.iter().enumerate().find_map(|(place, key)| {
            let value = tags.get(key)?;
            let listed = |list: &[String]| list.iter().any(|known| known == value);
            let admission = if listed(&self.shut) {
                Admission::Shut
            } else if listed(&self.ends_only) {
                Admission::EndsOnly
            } else if self.opens(value) {
                Admission::Open
            } else {
                return None;
            };
            Some((place, admission, value))
        })
    }
}

impl Profile {
    /// Says whether a street may be used, and if so whether at the ends of a journey only.
    pub(super) fn admits(&self, tags: Tags<'_>) -> Option<bool> {
        if self.mode == Mode::Walk
            && tags.is("highway", &["trunk", "trunk_link"])
            && tags.is("motorroad", &["yes"])
        {
            return None;
        }
        match self.access.of(tags).map(|(_, admission, _)| admission) {
            Some(Admission::Shut) => None,
            Some(Admission::EndsOnly) => Some(true),
            None if tags.is("highway", &self.signed_classes) => None,
            Some(Admission::Open) | None => Some(false),
        }
    }

    /// Returns the speed that the access tags of a street do not let one exceed.
    pub(super) fn access_limit(&self, tags: Tags<'_>) -> Option<KmPerHour> {
        let (_, _, value) = self.access.of(tags)?;
        self.access.open_at.get(value).copied()
    }

    /// Says whether the access tags of a point let one pass, if they say anything, and whether it is the profile's own key that says so,
    /// its first. A private gate stays shut.
    pub(super) fn point_access(&self, tags: Tags<'_>) -> Option<(bool, bool)> {
        let (key, admission, value) = self.access.of(tags)?;
        let open = admission == Admission::Open || value == "destination";
        Some((open, key == 0))
    }

    /// Says whether a ferry takes one on.
    pub(super) fn is_carried(&self, tags: Tags<'_>) -> bool {
        match self.mode {
            Mode::Walk => !tags.is("foot", &["no"]),
            Mode::Drive => {
                let keys = ["motor_vehicle", "motorcar"];
                keys.iter()
                    .any(|key| tags.is(key, &self.access.open) || tags.is(key, &["destination"]))
            }
            Mode::Cycle => {
                let said = tags.get("bicycle");
                said.is_some_and(|value| self.access.opens(value))
            }
        }
    }

    /// Says which ways one may go: with the drawing of the street, and against it.
    pub(super) fn directions(&self, tags: Tags<'_>) -> (bool, bool) {
        if self.mode == Mode::Cycle && is_contraflow(tags) {
            return (true, true);
        }
        match self.oneway_keys.iter().find_map(|key| tags.get(key)) {
            Some("yes" | "1" | "true") => (true, false),
            Some("-1" | "reverse") => (false, true),
            Some("no" | "0" | "false") => (true, true),
            // A direction that changes through the day cannot be relied on either way.
            Some("reversible" | "alternating") => (false, false),
            _ if self.implied_oneway
                && (tags.is("junction", &["roundabout", "circular"])
                    || tags.is("highway", &["motorway"])) =>
            {
                (true, false)
            }
            _ => (true, true),
        }
    }
}

/// Says whether cycles may ride against a one-way street.
fn is_contraflow(tags: Tags<'_>) -> bool {
    let sides = [
        "cycleway",
        "cycleway:left",
        "cycleway:right",
        "cycleway:both",
    ];
    sides.iter().any(|key| {
        tags.get(key)
            .is_some_and(|kind| kind.starts_with("opposite"))
    })
}
