//! How fast: classes, limits, surfaces, ferries, crossings.

use std::collections::BTreeMap;

use super::{Mode, Profile, Tags, kind};
use crate::units::{KmPerHour, Metres, Seconds};

/// The speed of a ferry that does not say how long it takes; km/h.
const FERRY: f64 = 5.0;

/// Keys that name a limit by the country's rule where `maxspeed` has no number.
const NATIONAL: [&str; 4] = [
    "maxspeed:type",
    "source:maxspeed",
    "zone:maxspeed",
    "zone:traffic",
];

impl Profile {
    /// Returns the speed on a street with its drawing and against it, whether or not one may go that way.
    pub(super) fn road_speeds(&self, tags: Tags<'_>, length: Metres) -> [Option<KmPerHour>; 2] {
        let class_speed = |class| self.class_speeds.get(class).copied();
        let Some((class, default)) = tags
            .get("highway")
            .and_then(|class| Some((class, class_speed(class)?)))
            .filter(|(_, speed)| speed.value() > 0.0)
        else {
            return [None; 2];
        };
        let caps = [self.surface_limit(tags), self.access_limit(tags)];
        let peak = self.peak.get(class).filter(|_| self.at_peak);
        let factor = self.pace * peak.copied().unwrap_or(1.0);
        let limits = match self.mode {
            Mode::Drive => self.limits_of_speed(tags, class),
            Mode::Walk | Mode::Cycle => [None; 2],
        };
        limits.map(|limit| {
            let speed = limit.unwrap_or(default);
            let speed = caps.into_iter().flatten().fold(speed, lower);
            self.past_crossing(tags, KmPerHour::new(speed.value() * factor), length)
        })
    }

    /// Returns the speed that the surface does not let one exceed: the lowest, where there are several.
    fn surface_limit(&self, tags: Tags<'_>) -> Option<KmPerHour> {
        let limit = |surface: &str| self.surface_limits.get(surface);
        let limits = tags
            .each("surface")
            .filter_map(|surface| limit(surface).or_else(|| limit(kind(surface))));
        limits.copied().reduce(lower)
    }

    /// Returns the speed limit with a street's drawing and against it, where its tags say one that can be read.
    pub(super) fn limits_of_speed(&self, tags: Tags<'_>, class: &str) -> [Option<KmPerHour>; 2] {
        let read = |text| max_speed(text, class, &self.national_limits);
        ["maxspeed:forward", "maxspeed:backward"].map(|direction| {
            let told = [direction, "maxspeed"].into_iter().chain(NATIONAL);
            told.filter_map(|key| tags.get(key)).find_map(read)
        })
    }

    /// Spreads the wait to cross a road over the way that crosses it.
    fn past_crossing(&self, tags: Tags<'_>, speed: KmPerHour, length: Metres) -> Option<KmPerHour> {
        let crosses = ["footway", "path", "cycleway"].iter();
        let wait = if !crosses.clone().any(|key| tags.is(key, &["crossing"])) {
            0.0
        } else if tags.is("crossing", &["traffic_signals"]) || tags.is("crossing:signals", &["yes"])
        {
            self.waits.signal_crossing.value()
        } else {
            self.waits.crossing.value()
        };
        if speed.value() <= 0.0 {
            return None;
        }
        if wait <= 0.0 || length.value() <= 0.0 {
            return Some(speed);
        }
        let seconds = length.value() * 3.6 / speed.value() + wait;
        Some(KmPerHour::new(length.value() * 3.6 / seconds))
    }

    pub(super) fn ferry_speed(&self, tags: Tags<'_>, length: Metres) -> Option<KmPerHour> {
        if !tags.is("route", &["ferry"]) || !self.is_carried(tags) {
            return None;
        }
        let speed = tags
            .get("duration")
            .and_then(duration)
            .map_or(FERRY, |time| length.kilometres() / (time.value() / 3600.0));
        (speed > 0.01).then(|| KmPerHour::new(speed))
    }
}

fn lower(one: KmPerHour, other: KmPerHour) -> KmPerHour {
    if one < other { one } else { other }
}

/// Reads `maxspeed`: km/h, mph, or a country's default by kind of road. Nothing where it says nothing usable.
pub(super) fn max_speed(
    text: &str,
    class: &str,
    national: &BTreeMap<String, KmPerHour>,
) -> Option<KmPerHour> {
    // Several values stand for lanes or times; the first is the general one.
    let text = text.split([';', ',']).next()?.trim();
    let numeric = |number: &str| {
        number
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|speed| (1.0..=200.0).contains(speed))
    };
    if let Some(mph) = text.strip_suffix("mph") {
        return numeric(mph).map(KmPerHour::from_mph);
    }
    if let Some(speed) = numeric(
        text.strip_suffix("km/h")
            .or_else(|| text.strip_suffix("kmh"))
            .unwrap_or(text),
    ) {
        return Some(KmPerHour::new(speed));
    }
    let named = |name: &str| {
        national
            .get(name)
            .copied()
            .filter(|speed| speed.value() > 0.0)
    };
    let (country, rule) = text.split_once(':').unwrap_or(("", text));
    let zone = |rule: &str| {
        let number = numeric(
            rule.strip_prefix("zone")
                .unwrap_or(rule)
                .trim_start_matches(':'),
        )?;
        Some(match country {
            "GB" | "UK" | "IM" | "GG" | "JE" => KmPerHour::from_mph(number),
            _ => KmPerHour::new(number),
        })
    };
    let whole = match (text, class) {
        ("national", "motorway" | "trunk") => "GB:nsl_dual",
        ("national", _) => "GB:nsl_single",
        _ => text,
    };
    named(whole)
        .or_else(|| named(rule).filter(|_| !country.is_empty()))
        .or_else(|| zone(rule).filter(|_| !country.is_empty()))
}

/// Reads a ferry's `duration`: `HH:MM`, `HH:MM:SS`, minutes, or ISO 8601 such as `PT25M`.
pub(super) fn duration(text: &str) -> Option<Seconds> {
    let text = text.trim();
    let seconds = if let Some(iso) = text.strip_prefix("PT") {
        iso_seconds(iso)?
    } else if text.contains(':') {
        let parts: Vec<f64> = text
            .split(':')
            .map(|part| part.parse().ok())
            .collect::<Option<_>>()?;
        match parts[..] {
            [hours, minutes] => hours * 3600.0 + minutes * 60.0,
            [hours, minutes, seconds] => hours * 3600.0 + minutes * 60.0 + seconds,
            _ => return None,
        }
    } else {
        text.parse::<f64>().ok()? * 60.0
    };
    (seconds.is_finite() && seconds > 0.0).then(|| Seconds::new(seconds))
}

fn iso_seconds(mut rest: &str) -> Option<f64> {
    let mut total = 0.0;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| letter.is_ascii_alphabetic())?;
        let number: f64 = rest[..end].parse().ok()?;
        total += number
            * match &rest[end..=end] {
                "H" => 3600.0,
                "M" => 60.0,
                "S" => 1.0,
                _ => return None,
            };
        rest = &rest[end + 1..];
    }
    Some(total)
}
