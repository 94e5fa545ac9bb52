//! What turns cost, and what the tags of a turn restriction mean to a profile.

use serde::{Deserialize, Serialize};

use super::{Profile, Tags};
use crate::graph::TurnRule;
use crate::units::Seconds;

/// What turns cost.
///
/// With any cost, every junction is searched once for each way of arriving at it; without, only those that a restriction binds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TurnCosts {
    /// What the sharpest turn costs where more than two streets meet; 0 makes all turns free.
    pub penalty: Seconds,
    /// Above 1 where traffic keeps to the right, so that left turns are dearer; below 1 where it keeps to the left.
    pub bias: f64,
    /// What a U-turn costs, wherever. Without it one can turn round, free of charge, at dead ends and, where turns cost nothing either,
    /// at junctions that no restriction binds.
    pub u_turn: Option<Seconds>,
}

impl TurnCosts {
    /// No cost at all.
    pub(super) const FREE: Self = Self {
        penalty: Seconds::new(0.0),
        bias: 1.0,
        u_turn: None,
    };

    /// Says whether no turn costs anything.
    pub(crate) fn is_free(&self) -> bool {
        self.penalty.value() <= 0.0 && self.u_turn.is_none()
    }

    /// Returns the seconds a turn costs, by its angle in degrees: 0 straight on, right turns positive, left ones negative.
    ///
    /// The logistic curve of OSRM's `car` profile (`process_turn`).
    pub(crate) fn seconds(&self, angle: f64) -> f64 {
        let bias = if angle >= 0.0 {
            self.bias
        } else {
            1.0 / self.bias
        };
        let steepness = 13.0 / bias * angle.abs() / 180.0 - 6.5 * bias;
        self.penalty.value() / (1.0 + (-steepness).exp())
    }
}

/// What the tags of a turn restriction mean to a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnReading {
    /// It binds.
    Rule(TurnRule),
    /// It binds others.
    Others,
    /// It binds at some times only.
    Conditional,
    /// It cannot be understood.
    Unknown,
}

impl Profile {
    /// Reads the tags of a turn restriction.
    #[must_use]
    pub fn turn_rule(&self, tags: Tags<'_>) -> TurnReading {
        let named = |text: &str| self.restriction_keys.iter().any(|key| key == text.trim());
        let for_some = tags.get("type").and_then(|kind| kind.split_once(':'));
        if for_some.is_some_and(|(_, vehicle)| !named(vehicle)) {
            return TurnReading::Others;
        }
        let of = |suffix: &str| {
            let mut keys = self.restriction_keys.iter();
            keys.find_map(|key| tags.get(&format!("restriction:{key}{suffix}")))
        };
        let excepted = tags
            .get("except")
            .is_some_and(|except| except.split([';', ',']).any(named));
        let general = (self.general_restrictions || for_some.is_some()) && !excepted;
        let timed = ["day_on", "hour_on", "day_off", "hour_off"];
        if let Some(value) = of("").or_else(|| tags.get("restriction").filter(|_| general)) {
            if value.contains('@') || timed.iter().any(|key| tags.get(key).is_some()) {
                return TurnReading::Conditional;
            }
            return rule(value).map_or(TurnReading::Unknown, TurnReading::Rule);
        }
        let conditional =
            of(":conditional").or_else(|| tags.get("restriction:conditional").filter(|_| general));
        if conditional.is_some() {
            TurnReading::Conditional
        } else if general && !tags.0.iter().any(|(key, _)| key.starts_with("restriction")) {
            TurnReading::Unknown
        } else {
            TurnReading::Others
        }
    }
}

fn rule(value: &str) -> Option<TurnRule> {
    match value.trim() {
        "no_left_turn" | "no_right_turn" | "no_straight_on" | "no_u_turn" | "no_entry"
        | "no_exit" => Some(TurnRule::No),
        "only_left_turn" | "only_right_turn" | "only_straight_on" | "only_u_turn" => {
            Some(TurnRule::Only)
        }
        _ => None,
    }
}
