//! The built-in profiles: plain data, each figure with where it is from.

use std::collections::BTreeMap;

use super::{Access, Limits, Mode, Profile, Stress, StressRow, TurnCosts, Waits};
use crate::units::{KmPerHour, Metres};

/// Classes a walker shares with cars.
const SHARED: &[&str] = &[
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
];
/// Classes that are for walkers among others.
const PATHS: &[&str] = &[
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

/// Walking pace: 1.33 m/s, in km/h.
const WALKING: f64 = 4.8;

impl Profile {
    /// Returns the built-in profile of a name: `drive`, `walk`, `wheelchair` or `cycle`.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        Some(match name {
            "drive" => Self::drive(),
            "walk" => Self::walk(),
            "wheelchair" => Self::wheelchair(),
            "cycle" => Self::cycle(),
            _ => return None,
        })
    }

    /// Driving at free-flow speeds: a car, a taxi, a council minibus.
    ///
    /// Class speeds are those of OSRM's `car` profile, so that the two can be compared; `maxspeed` replaces them. Peak factors are
    /// an assumption of ours, of the size that national statistics of delay on roads suggest, and not a measurement; a council that has
    /// measured its own sets its own. Turns, signals and barriers cost nothing
    /// unless they are set: OSRM takes 7.5 s for a turn, 20 s for a U-turn and 2 s for signals.
    #[must_use]
    pub fn drive() -> Self {
        Self {
            name: "drive".to_owned(),
            mode: Mode::Drive,
            class_speeds: table(&[
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
            ]),
            signed_classes: Vec::new(),
            surface_limits: drive_surfaces(),
            national_limits: national_limits(),
            pace: 1.0,
            at_peak: false,
            peak: drive_peak(),
            access: access(&["motorcar", "motor_vehicle", "vehicle", "access"]),
            oneway_keys: words(&["oneway:motor_vehicle", "oneway:vehicle", "oneway"]),
            implied_oneway: true,
            barriers_passed: words(&[
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
            ]),
            barriers_stopping: Vec::new(),
            other_barriers_stop: true,
            restriction_keys: words(&["motorcar", "motor_vehicle", "vehicle"]),
            general_restrictions: true,
            turns: TurnCosts::FREE,
            waits: Waits::default(),
            limits: None,
            stress: None,
        }
    }

    /// Walking at 1.33 m/s (4.8 km/h), slower on steps.
    ///
    /// The speed is a usual one for adults under 65 (Asher et al. 2012).
    #[must_use]
    pub fn walk() -> Self {
        let mut class_speeds = at_speed(SHARED, WALKING);
        class_speeds.extend(at_speed(PATHS, WALKING));
        class_speeds.insert("steps".to_owned(), KmPerHour::new(2.0));
        Self {
            name: "walk".to_owned(),
            mode: Mode::Walk,
            class_speeds,
            signed_classes: Vec::new(),
            surface_limits: BTreeMap::new(),
            national_limits: BTreeMap::new(),
            pace: 1.0,
            at_peak: false,
            peak: BTreeMap::new(),
            access: access(&["foot", "access"]),
            oneway_keys: words(&["oneway:foot"]),
            implied_oneway: false,
            barriers_passed: Vec::new(),
            barriers_stopping: words(&WALLS),
            other_barriers_stop: false,
            restriction_keys: words(&["foot"]),
            general_restrictions: false,
            turns: TurnCosts::FREE,
            waits: Waits::default(),
            limits: None,
            stress: None,
        }
    }

    /// A wheelchair at 1 m/s: no steps, nothing steep, narrow or rough, and no high kerb.
    ///
    /// The width and incline are the least and steepest of Inclusive Mobility (Department for Transport 2021); smoothness is as
    /// `OpenStreetMap` documents it for wheelchairs. What the tags do not say is taken as passable and noted.
    #[must_use]
    pub fn wheelchair() -> Self {
        let mut class_speeds = at_speed(SHARED, 3.6);
        class_speeds.extend(at_speed(PATHS, 3.6));
        Self {
            name: "wheelchair".to_owned(),
            class_speeds,
            access: access(&["wheelchair", "foot", "access"]),
            barriers_stopping: words(
                &[
                    &WALLS[..],
                    &[
                        "stile",
                        "turnstile",
                        "kissing_gate",
                        "full-height_turnstile",
                        "log",
                        "motorcycle_barrier",
                        "cattle_grid",
                    ],
                ]
                .concat(),
            ),
            limits: Some(Limits {
                surfaces_refused: words(&[
                    "gravel",
                    "pebblestone",
                    "cobblestone",
                    "unhewn_cobblestone",
                    "unpaved",
                    "ground",
                    "dirt",
                    "earth",
                    "grass",
                    "mud",
                    "sand",
                    "rock",
                    "stepping_stones",
                    "woodchips",
                ]),
                smoothness_refused: words(&[
                    "bad",
                    "very_bad",
                    "horrible",
                    "very_horrible",
                    "impassable",
                ]),
                kerbs_refused: words(&["raised", "rolled"]),
                highest_kerb: Metres::new(0.03),
                narrowest: Metres::new(1.0),
                steepest: 8.0,
            }),
            ..Self::walk()
        }
    }

    /// Cycling at 16 km/h (10 mph) where there is no more traffic than most adults bear: level 2 of 4. Where one has to get off, one walks.
    #[must_use]
    pub fn cycle() -> Self {
        let mut class_speeds = at_speed(SHARED, 16.0);
        class_speeds.extend(at_speed(&["cycleway"], 16.0));
        class_speeds.extend(at_speed(&["path", "track", "bridleway"], 12.0));
        class_speeds.extend(at_speed(&["footway", "pedestrian"], 8.0));
        Self {
            name: "cycle".to_owned(),
            mode: Mode::Cycle,
            class_speeds,
            signed_classes: words(&["footway", "pedestrian", "path", "bridleway"]),
            national_limits: national_limits(),
            access: Access {
                // Whoever pushes a cycle walks.
                open_at: at_speed(&["dismount"], WALKING),
                ..access(&["bicycle", "vehicle", "access"])
            },
            oneway_keys: words(&["oneway:bicycle", "oneway:vehicle", "oneway"]),
            implied_oneway: true,
            barriers_stopping: words(
                &[
                    &WALLS[..],
                    &[
                        "stile",
                        "turnstile",
                        "kissing_gate",
                        "full-height_turnstile",
                    ],
                ]
                .concat(),
            ),
            restriction_keys: words(&["bicycle", "vehicle"]),
            general_restrictions: true,
            stress: Some(stress()),
            ..Self::walk()
        }
    }
}

/// What stops everybody who has no gate through it.
const WALLS: [&str; 6] = [
    "wall",
    "fence",
    "hedge",
    "ditch",
    "retaining_wall",
    "city_wall",
];

/// Levels of traffic stress by class, speed limit and what is there for cycles.
fn stress() -> Stress {
    let row = |classes: &[&str], cycleways: &[&str], mph: f64, level| StressRow {
        classes: words(classes),
        cycleways: words(cycleways),
        up_to: KmPerHour::from_mph(mph + 0.1),
        level,
    };
    let paths = [
        "cycleway",
        "path",
        "track",
        "bridleway",
        "footway",
        "pedestrian",
    ];
    let quiet = [
        "residential",
        "living_street",
        "service",
        "unclassified",
        "road",
    ];
    let through = ["tertiary", "tertiary_link", "secondary", "secondary_link"];
    Stress {
        bearable: 2,
        assumed_limits: at_speed(&quiet, 48.3)
            .into_iter()
            .chain(at_speed(&through, 48.3))
            .chain(at_speed(&["primary", "primary_link"], 64.4))
            .chain(at_speed(&["trunk", "trunk_link"], 96.6))
            .collect(),
        rows: vec![
            row(&paths, &[], 200.0, 1),
            row(&[], &["track"], 200.0, 1),
            row(&quiet, &[], 20.0, 1),
            row(&quiet, &[], 30.0, 2),
            row(&through, &[], 20.0, 2),
            row(&[], &["lane"], 30.0, 2),
            row(&quiet, &[], 40.0, 3),
            row(&through, &[], 30.0, 3),
            row(&[], &["lane"], 40.0, 3),
        ],
    }
}

/// Access values as `OpenStreetMap` documents them, looked up under these keys.
fn access(keys: &[&str]) -> Access {
    Access {
        keys: words(keys),
        open: words(&["yes", "designated", "permissive", "official"]),
        ends_only: words(&[
            "private",
            "destination",
            "customers",
            "delivery",
            "residents",
            "permit",
        ]),
        shut: words(&[
            "no",
            "agricultural",
            "forestry",
            "emergency",
            "military",
            "psv",
            "bus",
            // There is a way beside it that is to be used instead, and where it is mapped it is in the data.
            "use_sidepath",
        ]),
        open_at: BTreeMap::new(),
    }
}

/// Limits that a country's rule sets where no sign does. The plain names are what most of Europe has.
fn national_limits() -> BTreeMap<String, KmPerHour> {
    let mph = |(name, speed): (&str, f64)| (name.to_owned(), KmPerHour::from_mph(speed));
    let british = [
        ("GB:motorway", 70.0),
        ("GB:nsl_dual", 70.0),
        ("GB:nsl_single", 60.0),
        ("GB:nsl_restricted", 30.0),
    ];
    let mut limits = table(&[
        ("walk", 7.0),
        ("urban", 50.0),
        ("rural", 90.0),
        ("living_street", 10.0),
        ("motorway", 120.0),
        ("trunk", 100.0),
    ]);
    limits.extend(british.map(mph));
    limits
}

fn drive_peak() -> BTreeMap<String, f64> {
    [
        ("motorway", 0.8),
        ("trunk", 0.8),
        ("primary", 0.7),
        ("secondary", 0.7),
        ("tertiary", 0.8),
    ]
    .map(|(class, factor)| (class.to_owned(), factor))
    .into()
}

fn drive_surfaces() -> BTreeMap<String, KmPerHour> {
    table(&[
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
    ])
}

fn table(speeds: &[(&str, f64)]) -> BTreeMap<String, KmPerHour> {
    speeds
        .iter()
        .map(|(name, speed)| ((*name).to_owned(), KmPerHour::new(*speed)))
        .collect()
}

fn at_speed(classes: &[&str], speed: f64) -> BTreeMap<String, KmPerHour> {
    let each = classes.iter();
    each.map(|class| ((*class).to_owned(), KmPerHour::new(speed)))
        .collect()
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
