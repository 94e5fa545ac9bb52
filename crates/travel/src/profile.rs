//! Profiles: what a way of moving may use, and how fast.
//!
//! A [`Profile`] reads `OpenStreetMap` tags of a street, a point or a turn restriction and says whether and how fast it can be used each
//! way. Every number and list it goes by is data: it can be written out, changed and read back, and the built-in profiles in `built_in`
//! are nothing but such data. It knows no network and no time of day, other than that it can be asked for speeds at the peak.

mod access;
mod built_in;
mod comfort;
mod speeds;
#[cfg(test)]
mod tests;
mod turns;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::graph::{Along, StreetUse, Unknown};
use crate::units::{KmPerHour, Metres, Seconds};

pub use access::Access;
pub use comfort::{Limits, Stress, StressRow};
pub use turns::{TurnCosts, TurnReading};

/// The tags of one street or point, looked up by key.
#[derive(Clone, Copy, Debug)]
pub struct Tags<'a>(&'a [(&'a str, &'a str)]);

impl<'a> Tags<'a> {
    /// Takes pairs of key and value. A street has few, so they are searched in a row.
    #[must_use]
    pub fn new(pairs: &'a [(&'a str, &'a str)]) -> Self {
        Self(pairs)
    }

    /// Returns the value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'a str> {
        self.0
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| *value)
    }

    /// Walks the values of a key that can have several, such as `gravel;grass`, in the order given.
    pub(crate) fn each(&self, key: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let values = self.get(key).into_iter();
        values.flat_map(|values| values.split(';')).map(str::trim)
    }

    /// Says whether one of the values of a key is listed, itself or as the kind it is of: `concrete:plates` is of the kind `concrete`.
    pub(crate) fn any_is<T: AsRef<str>>(&self, key: &str, listed: &[T]) -> bool {
        let is = |value: &str| listed.iter().any(|one| one.as_ref() == value);
        self.each(key).any(|value| is(value) || is(kind(value)))
    }

    /// Says whether a key has one of these values.
    #[must_use]
    pub fn is<T: AsRef<str>>(&self, key: &str, values: &[T]) -> bool {
        self.get(key)
            .is_some_and(|value| values.iter().any(|one| one.as_ref() == value))
    }
}

/// Returns what a value is a kind of: `concrete` of `concrete:plates`.
pub(crate) fn kind(value: &str) -> &str {
    value.split(':').next().unwrap_or_default()
}

/// The way of moving that decides how tags are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// By car or minibus: speed limits count.
    Drive,
    /// On foot or in a wheelchair.
    Walk,
    /// By cycle.
    Cycle,
}

/// A way of moving.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own, as a study file asks it"
)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The name that `study.toml` and outputs use.
    pub name: String,
    /// How tags are read.
    pub mode: Mode,
    /// The `highway` classes that may be used and the speed on each where the street does not say; in km/h. 0 shuts a class.
    pub class_speeds: BTreeMap<String, KmPerHour>,
    /// Classes that may be used only where an access tag says so.
    pub signed_classes: Vec<String>,
    /// Speeds that a `surface` does not let one exceed; of several the lowest; in km/h.
    pub surface_limits: BTreeMap<String, KmPerHour>,
    /// Speed limits by the country's rule, as `maxspeed`, `maxspeed:type`, `source:maxspeed` or `zone:maxspeed` name it, such as
    /// `GB:nsl_single`; a name without a country stands for all that are not listed; in km/h.
    pub national_limits: BTreeMap<String, KmPerHour>,
    /// A factor on the speed of streets, such as a person's own pace; 1 changes nothing.
    pub pace: f64,
    /// Whether speeds are those of the peak rather than of free flow.
    pub at_peak: bool,
    /// Factors on the speed of `highway` classes at the peak; a class that is not listed keeps its speed.
    pub peak: BTreeMap<String, f64>,
    /// Who may use what.
    pub access: Access,
    /// Keys that can make a street one-way, the most specific first. None: one-ways do not matter.
    pub oneway_keys: Vec<String>,
    /// Whether roundabouts and motorways are one-way without saying so.
    pub implied_oneway: bool,
    /// Kinds of `barrier` that do not stop one.
    pub barriers_passed: Vec<String>,
    /// Kinds of `barrier` that stop one.
    pub barriers_stopping: Vec<String>,
    /// Whether any other kind of `barrier` stops one.
    pub other_barriers_stop: bool,
    /// Keys of turn restrictions that bind it, such as `motorcar` in `restriction:motorcar` and `except`, the most specific first.
    pub restriction_keys: Vec<String>,
    /// Whether a plain `restriction` binds it.
    pub general_restrictions: bool,
    /// What turns cost.
    pub turns: TurnCosts,
    /// Where one waits.
    pub waits: Waits,
    /// What is too steep, narrow, rough or high, where that matters.
    pub limits: Option<Limits>,
    /// How much traffic is bearable, where that matters.
    pub stress: Option<Stress>,
}

/// Waiting times; in seconds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waits {
    /// At `highway=traffic_signals`, on arrival, in the direction they are for where that is tagged.
    pub signals: Seconds,
    /// At a barrier that can be passed, such as a gate.
    pub barrier: Seconds,
    /// To cross a road on a way that is tagged as a crossing, spread over that way.
    pub crossing: Seconds,
    /// The same where the crossing has signals.
    pub signal_crossing: Seconds,
}

impl Profile {
    /// Reads a street's tags: how fast it can be used each way, or not at all.
    ///
    /// `length` is that of the whole way the tags are of, which a ferry's `duration` is spread over.
    #[must_use]
    pub fn street(&self, tags: Tags<'_>, length: Metres) -> StreetUse {
        if tags.is("area", &["yes"])
            || tags.is("impassable", &["yes"])
            || tags.is("status", &["impassable"])
            || tags.is("service", &["emergency_access"])
        {
            return StreetUse::NONE;
        }
        let Some(ends_only) = self.admits(tags) else {
            return StreetUse::NONE;
        };
        let speeds = match self.ferry_speed(tags, length) {
            Some(speed) => [Some(speed); 2],
            None => self.road_speeds(tags, length),
        };
        let (forward, backward) = self.directions(tags);
        let used = StreetUse {
            forward: speeds[0].filter(|_| forward),
            backward: speeds[1].filter(|_| backward),
            wait: [0; 2],
            ends_only,
            unknown: Unknown::NOTHING,
        };
        if !used.is_allowed() || !self.is_comfortable(tags) {
            return StreetUse::NONE;
        }
        match &self.limits {
            None => used,
            Some(limits) => limits.apply(used, tags),
        }
    }

    /// Reads a point's tags: whether one can pass it.
    ///
    /// The profile's own access key, its first, goes before all else. A more general one shuts a point too, and opens a barrier that no list
    /// names; but it does not open what stops this way of moving: `foot=yes` makes no way for a wheelchair through a stile.
    #[must_use]
    pub fn passes(&self, tags: Tags<'_>) -> bool {
        let said = self.point_access(tags);
        if let Some((open, own)) = said
            && (own || !open)
        {
            return open;
        }
        let limits = self.limits.as_ref();
        if limits.is_some_and(|limits| limits.stops(tags)) {
            return false;
        }
        let Some(barrier) = tags.get("barrier") else {
            return true;
        };
        let named = |list: &[String]| list.iter().any(|kind| kind == barrier);
        let lowered = barrier == "bollard" && tags.is("bollard", &["rising"]);
        if lowered || named(&self.barriers_passed) {
            return true;
        }
        !named(&self.barriers_stopping) && (said.is_some() || !self.other_barriers_stop)
    }

    /// Says whether one has to wait at a point.
    #[must_use]
    pub fn waits_at(&self, tags: Tags<'_>) -> bool {
        let waits = |seconds: Seconds| seconds.value() > 0.0;
        (waits(self.waits.signals) && tags.is("highway", &["traffic_signals"]))
            || (waits(self.waits.barrier) && tags.get("barrier").is_some())
    }

    /// Says whether a point that can be passed makes a difference to a street it lies on.
    #[must_use]
    pub fn heeds(&self, tags: Tags<'_>) -> bool {
        self.waits_at(tags) || (self.limits.is_some() && comfort::kerb_is_unknown(tags))
    }

    /// Adds to a street's use what a point on it does.
    pub(crate) fn pass_point(&self, along: Along, tags: Tags<'_>, used: &mut StreetUse) {
        let mut wait = 0.0;
        let (mut forward, mut backward) = (along != Along::First, along != Along::Last);
        if tags.is("highway", &["traffic_signals"]) {
            wait += self.waits.signals.value();
            match tags.get("traffic_signals:direction") {
                Some("forward") => backward = false,
                Some("backward") => forward = false,
                _ => {}
            }
        }
        if tags.get("barrier").is_some() {
            wait += self.waits.barrier.value();
        }
        let wait = (wait * 1000.0).round().clamp(0.0, 1.0e8) as u32;
        for (wait_here, counts) in used.wait.iter_mut().zip([forward, backward]) {
            if counts {
                *wait_here = wait_here.saturating_add(wait);
            }
        }
        if self.limits.is_some() && comfort::kerb_is_unknown(tags) {
            used.unknown = used.unknown.with(Unknown::KERB);
        }
    }

    /// Checks the numbers of a profile that somebody wrote.
    ///
    /// # Errors
    /// A text that says which value makes no sense, and what would.
    pub fn check(&self) -> Result<(), String> {
        let speeds = [
            &self.class_speeds,
            &self.surface_limits,
            &self.national_limits,
            &self.access.open_at,
        ];
        for (name, speed) in speeds.into_iter().flatten() {
            if !(0.0..=300.0).contains(&speed.value()) {
                return Err(format!("\"{name}\" is not a speed in km/h from 0 to 300"));
            }
        }
        for (name, factor) in self
            .peak
            .iter()
            .map(|(name, factor)| (name.as_str(), *factor))
            .chain([("pace", self.pace)])
        {
            if !(0.05..=10.0).contains(&factor) {
                return Err(format!("\"{name}\" is not a factor from 0.05 to 10"));
            }
        }
        let turns = &self.turns;
        let waits = &self.waits;
        let seconds = [
            turns.penalty,
            turns.u_turn.unwrap_or_default(),
            waits.signals,
            waits.barrier,
            waits.crossing,
            waits.signal_crossing,
        ];
        if !seconds
            .iter()
            .all(|time| (0.0..=3600.0).contains(&time.value()))
        {
            return Err("a penalty or wait is not a number of seconds from 0 to 3600".to_owned());
        }
        if !(0.1..=10.0).contains(&turns.bias) {
            return Err("turns.bias is not a factor from 0.1 to 10".to_owned());
        }
        if self.name.is_empty() {
            return Err("it has no name".to_owned());
        }
        Ok(())
    }
}
