//! Profiles: what a way of moving may use, and how fast.
//!
//! A [`Profile`] reads `OpenStreetMap` tags of a street or a point and says whether and how fast it can be used each way. It holds its
//! class speeds as data. It does not know turn restrictions, time of day or a person's own speed.

use serde::{Deserialize, Serialize};

use crate::graph::StreetUse;
use crate::units::{KmPerHour, Metres, Seconds};

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

    /// Says whether a key has one of these values.
    #[must_use]
    pub fn is(&self, key: &str, values: &[&str]) -> bool {
        self.get(key).is_some_and(|value| values.contains(&value))
    }
}

/// The way of moving that decides which tags are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// By car or minibus.
    Drive,
    /// On foot.
    Walk,
}

/// A way of moving.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The name that `study.toml` and outputs use.
    pub name: String,
    /// Which tags are read.
    pub mode: Mode,
    /// The `highway` classes that may be used and the speed on each where the street does not say; in km/h.
    pub class_speeds: Vec<(String, KmPerHour)>,
    /// Speeds that a surface does not let one exceed; in km/h.
    pub surface_limits: Vec<(String, KmPerHour)>,
}

/// Values of `access` tags that shut a street to the public that has no business there.
const SHUT: &[&str] = &[
    "no",
    "private",
    "agricultural",
    "forestry",
    "emergency",
    "military",
    "psv",
    "bus",
    "delivery",
    "customers",
];
/// Values that open it again where a more general tag had shut it.
const OPEN: &[&str] = &["yes", "designated", "permissive", "destination", "official"];
/// Barriers that a car passes without any further tag.
const DRIVE_THROUGH: &[&str] = &[
    "cattle_grid",
    "toll_booth",
    "border_control",
    "entrance",
    "height_restrictor",
    "kerb",
    "gate",
    "lift_gate",
    "sally_port",
    "arch",
    "no",
];
/// Barriers that stop a walker unless a tag says otherwise.
const WALK_STOPS: &[&str] = &[
    "wall",
    "fence",
    "hedge",
    "ditch",
    "retaining_wall",
    "city_wall",
];

impl Profile {
    /// Driving at free-flow speeds: a car, a taxi, a council minibus.
    ///
    /// Class speeds are those of OSRM's `car` profile, so that the two can be compared; `maxspeed` replaces them.
    #[must_use]
    pub fn drive() -> Self {
        let speeds = [
            ("motorway", 90.0),
            ("motorway_link", 45.0),
            ("trunk", 85.0),
            ("trunk_link", 40.0),
            ("primary", 65.0),
            ("primary_link", 30.0),
            ("secondary", 55.0),
            ("secondary_link", 25.0),
            ("tertiary", 40.0),
            ("tertiary_link", 20.0),
            ("unclassified", 25.0),
            ("residential", 25.0),
            ("road", 25.0),
            ("living_street", 10.0),
            ("service", 15.0),
        ];
        let surfaces = [
            ("cement", 80.0),
            ("compacted", 80.0),
            ("fine_gravel", 80.0),
            ("paving_stones", 60.0),
            ("metal", 60.0),
            ("bricks", 60.0),
            ("grass", 40.0),
            ("wood", 40.0),
            ("sett", 40.0),
            ("grass_paver", 40.0),
            ("gravel", 40.0),
            ("unpaved", 40.0),
            ("ground", 40.0),
            ("dirt", 40.0),
            ("pebblestone", 40.0),
            ("cobblestone", 30.0),
            ("clay", 30.0),
            ("earth", 20.0),
            ("stone", 20.0),
            ("rocky", 20.0),
            ("sand", 20.0),
            ("mud", 10.0),
        ];
        Self {
            name: "drive".to_owned(),
            mode: Mode::Drive,
            class_speeds: table(&speeds),
            surface_limits: table(&surfaces),
        }
    }

    /// Walking at 1.33 m/s (4.8 km/h), slower on steps.
    ///
    /// The speed is a usual one for adults under 65 (Asher et al. 2012).
    #[must_use]
    pub fn walk() -> Self {
        let ordinary = [
            "trunk",
            "trunk_link",
            "primary",
            "primary_link",
            "secondary",
            "secondary_link",
            "tertiary",
            "tertiary_link",
            "unclassified",
            "residential",
            "road",
            "living_street",
            "service",
            "pedestrian",
            "footway",
            "path",
            "track",
            "cycleway",
            "bridleway",
            "corridor",
            "platform",
            "crossing",
        ];
        let mut class_speeds: Vec<(String, KmPerHour)> = ordinary
            .iter()
            .map(|class| ((*class).to_owned(), KmPerHour::new(4.8)))
            .collect();
        class_speeds.push(("steps".to_owned(), KmPerHour::new(2.0)));
        Self {
            name: "walk".to_owned(),
            mode: Mode::Walk,
            class_speeds,
            surface_limits: Vec::new(),
        }
    }

    /// Reads a street's tags: how fast it can be used each way, or not at all.
    ///
    /// `length` is that of the whole way the tags are of, which a ferry's `duration` is spread over.
    #[must_use]
    pub fn street(&self, tags: Tags<'_>, length: Metres) -> StreetUse {
        if tags.is("area", &["yes"])
            || tags.is("impassable", &["yes"])
            || tags.is("status", &["impassable"])
        {
            return StreetUse::NONE;
        }
        let Some(speed) = self
            .ferry_speed(tags, length)
            .or_else(|| self.road_speed(tags))
        else {
            return StreetUse::NONE;
        };
        if !self.may_use(tags) {
            return StreetUse::NONE;
        }
        match self.mode {
            Mode::Walk => StreetUse {
                forward: Some(speed),
                backward: Some(speed),
            },
            Mode::Drive => {
                let (forward, backward) = drive_directions(tags);
                StreetUse {
                    forward: forward.then_some(speed),
                    backward: backward.then_some(speed),
                }
            }
        }
    }

    /// Reads a point's tags: whether one can pass it.
    #[must_use]
    pub fn passes(&self, tags: Tags<'_>) -> bool {
        if let Some(open) = self.explicit_access(tags) {
            return open;
        }
        match (tags.get("barrier"), self.mode) {
            (None, _) => true,
            // A gate that is shut for good is tagged so; bollards, blocks and the rest stop cars, unless they rise.
            (Some(barrier), Mode::Drive) => {
                DRIVE_THROUGH.contains(&barrier)
                    || (barrier == "bollard" && tags.is("bollard", &["rising"]))
            }
            (Some(barrier), Mode::Walk) => !WALK_STOPS.contains(&barrier),
        }
    }

    fn road_speed(&self, tags: Tags<'_>) -> Option<KmPerHour> {
        let class = tags.get("highway")?;
        let default = self.class_speeds.iter().find(|(name, _)| name == class)?.1;
        if self.mode == Mode::Walk {
            return Some(default);
        }
        let limit = tags.get("maxspeed").and_then(|text| max_speed(text, class));
        let speed = limit.unwrap_or(default);
        let surface = tags
            .get("surface")
            .and_then(|surface| self.surface_limits.iter().find(|(name, _)| name == surface));
        Some(surface.map_or(speed, |(_, cap)| if *cap < speed { *cap } else { speed }))
    }

    fn ferry_speed(&self, tags: Tags<'_>, length: Metres) -> Option<KmPerHour> {
        if !tags.is("route", &["ferry"]) {
            return None;
        }
        let carried = match self.mode {
            Mode::Drive => tags.is("motor_vehicle", OPEN) || tags.is("motorcar", OPEN),
            Mode::Walk => !tags.is("foot", &["no"]),
        };
        if !carried {
            return None;
        }
        let speed = tags
            .get("duration")
            .and_then(duration)
            .map_or(5.0, |time| length.kilometres() / (time.value() / 3600.0));
        (speed > 0.01).then(|| KmPerHour::new(speed))
    }

    fn may_use(&self, tags: Tags<'_>) -> bool {
        if self.mode == Mode::Walk
            && tags.is("highway", &["trunk", "trunk_link"])
            && tags.is("motorroad", &["yes"])
        {
            return false;
        }
        self.explicit_access(tags).unwrap_or(true)
    }

    /// The most specific access tag decides.
    fn explicit_access(&self, tags: Tags<'_>) -> Option<bool> {
        let keys: &[&str] = match self.mode {
            Mode::Drive => &["motorcar", "motor_vehicle", "vehicle", "access"],
            Mode::Walk => &["foot", "access"],
        };
        keys.iter().find_map(|key| {
            let value = tags.get(key)?;
            if SHUT.contains(&value) {
                Some(false)
            } else if OPEN.contains(&value) {
                Some(true)
            } else {
                None
            }
        })
    }
}

fn table(speeds: &[(&str, f64)]) -> Vec<(String, KmPerHour)> {
    speeds
        .iter()
        .map(|(name, speed)| ((*name).to_owned(), KmPerHour::new(*speed)))
        .collect()
}

/// Which ways a car may go: with the drawing of the street, and against it.
fn drive_directions(tags: Tags<'_>) -> (bool, bool) {
    let oneway = tags
        .get("oneway:motor_vehicle")
        .or_else(|| tags.get("oneway:vehicle"))
        .or_else(|| tags.get("oneway"));
    match oneway {
        Some("yes" | "1" | "true") => (true, false),
        Some("-1" | "reverse") => (false, true),
        Some("no" | "0" | "false") => (true, true),
        // A direction that changes through the day cannot be relied on either way.
        Some("reversible" | "alternating") => (false, false),
        _ if tags.is("junction", &["roundabout", "circular"])
            || tags.is("highway", &["motorway"]) =>
        {
            (true, false)
        }
        _ => (true, true),
    }
}

/// Reads `maxspeed`: km/h, mph, or a country's default by kind of road. Nothing where it says nothing usable.
fn max_speed(text: &str, class: &str) -> Option<KmPerHour> {
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
    let dual = matches!(class, "motorway" | "trunk");
    match text {
        "walk" => Some(KmPerHour::new(7.0)),
        "GB:motorway" | "GB:nsl_dual" => Some(KmPerHour::from_mph(70.0)),
        "GB:nsl_single" => Some(KmPerHour::from_mph(60.0)),
        "national" => Some(KmPerHour::from_mph(if dual { 70.0 } else { 60.0 })),
        _ => match text.split_once(':')?.1 {
            "urban" => Some(KmPerHour::new(50.0)),
            "rural" => Some(KmPerHour::new(90.0)),
            "living_street" => Some(KmPerHour::new(10.0)),
            "motorway" => Some(KmPerHour::new(120.0)),
            "trunk" => Some(KmPerHour::new(100.0)),
            _ => None,
        },
    }
}

/// Reads a ferry's `duration`: `HH:MM`, `HH:MM:SS`, minutes, or ISO 8601 such as `PT25M`.
fn duration(text: &str) -> Option<Seconds> {
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

#[cfg(test)]
mod tests {
    use super::{Profile, Tags, duration, max_speed};
    use crate::units::{Metres, Seconds};

    fn speeds(profile: &Profile, tags: &[(&str, &str)]) -> (Option<f64>, Option<f64>) {
        let street = profile.street(Tags::new(tags), Metres::new(1000.0));
        let round = |speed: Option<crate::KmPerHour>| {
            speed.map(|speed| (speed.value() * 10.0).round() / 10.0)
        };
        (round(street.forward), round(street.backward))
    }

    type Case = (
        &'static [(&'static str, &'static str)],
        (Option<f64>, Option<f64>),
    );

    #[test]
    fn driving_reads_class_limit_direction_and_access() {
        let drive = Profile::drive();
        let cases: &[Case] = &[
            (&[("highway", "residential")], (Some(25.0), Some(25.0))),
            (
                &[("highway", "residential"), ("maxspeed", "20 mph")],
                (Some(32.2), Some(32.2)),
            ),
            (
                &[("highway", "residential"), ("maxspeed", "30")],
                (Some(30.0), Some(30.0)),
            ),
            (
                &[("highway", "primary"), ("oneway", "yes")],
                (Some(65.0), None),
            ),
            (
                &[("highway", "primary"), ("oneway", "-1")],
                (None, Some(65.0)),
            ),
            (
                &[("highway", "primary"), ("junction", "roundabout")],
                (Some(65.0), None),
            ),
            (&[("highway", "motorway")], (Some(90.0), None)),
            (
                &[("highway", "trunk"), ("maxspeed", "national")],
                (Some(112.7), Some(112.7)),
            ),
            (
                &[
                    ("highway", "tertiary"),
                    ("surface", "gravel"),
                    ("maxspeed", "60 mph"),
                ],
                (Some(40.0), Some(40.0)),
            ),
            (&[("highway", "footway")], (None, None)),
            (
                &[("highway", "service"), ("access", "private")],
                (None, None),
            ),
            (
                &[
                    ("highway", "service"),
                    ("access", "private"),
                    ("motor_vehicle", "yes"),
                ],
                (Some(15.0), Some(15.0)),
            ),
            (
                &[("highway", "residential"), ("motor_vehicle", "no")],
                (None, None),
            ),
            (
                &[
                    ("highway", "residential"),
                    ("oneway", "yes"),
                    ("oneway:motor_vehicle", "no"),
                ],
                (Some(25.0), Some(25.0)),
            ),
        ];
        for (tags, expected) in cases {
            assert_eq!(speeds(&drive, tags), *expected, "{tags:?}");
        }
    }

    #[test]
    fn walking_ignores_one_ways_and_slows_on_steps() {
        let walk = Profile::walk();
        assert_eq!(
            speeds(&walk, &[("highway", "residential"), ("oneway", "yes")]),
            (Some(4.8), Some(4.8))
        );
        assert_eq!(
            speeds(&walk, &[("highway", "steps")]),
            (Some(2.0), Some(2.0))
        );
        assert_eq!(speeds(&walk, &[("highway", "motorway")]), (None, None));
        assert_eq!(
            speeds(&walk, &[("highway", "footway"), ("foot", "no")]),
            (None, None)
        );
        assert_eq!(
            speeds(
                &walk,
                &[
                    ("highway", "service"),
                    ("access", "private"),
                    ("foot", "yes")
                ]
            ),
            (Some(4.8), Some(4.8))
        );
    }

    #[test]
    fn a_car_ferry_takes_its_duration() {
        let drive = Profile::drive();
        let ferry = [
            ("route", "ferry"),
            ("motor_vehicle", "yes"),
            ("duration", "00:06"),
        ];
        assert_eq!(speeds(&drive, &ferry), (Some(10.0), Some(10.0)));
        assert_eq!(
            speeds(&drive, &[("route", "ferry"), ("foot", "yes")]),
            (None, None)
        );
        assert_eq!(duration("PT1H5M"), Some(Seconds::new(3900.0)));
        assert_eq!(duration("25"), Some(Seconds::new(1500.0)));
        assert_eq!(duration("soon"), None);
    }

    #[test]
    fn barriers_stop_cars_before_they_stop_walkers() {
        let bollard = [("barrier", "bollard")];
        assert!(!Profile::drive().passes(Tags::new(&bollard)));
        assert!(Profile::walk().passes(Tags::new(&bollard)));
        assert!(Profile::drive().passes(Tags::new(&[("barrier", "gate")])));
        assert!(!Profile::drive().passes(Tags::new(&[("barrier", "gate"), ("access", "private")])));
    }

    #[test]
    fn a_limit_that_makes_no_sense_is_not_used() {
        assert!(max_speed("none", "residential").is_none());
        assert!(max_speed("-20 mph", "residential").is_none());
        assert!(max_speed("1e9", "residential").is_none());
        assert!(max_speed("", "residential").is_none());
    }
}
