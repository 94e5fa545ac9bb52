//! Tags read by the built-in profiles, and by profiles that somebody changed.

use super::TurnReading;
use super::speeds::{duration, max_speed};
use super::{Profile, Tags};
use crate::graph::{TurnRule, Unknown};
use crate::units::{KmPerHour, Metres, Seconds};

fn speeds(profile: &Profile, tags: &[(&str, &str)]) -> (Option<f64>, Option<f64>) {
    let street = profile.street(Tags::new(tags), Metres::new(1000.0));
    let round =
        |speed: Option<crate::KmPerHour>| speed.map(|speed| (speed.value() * 10.0).round() / 10.0);
    (round(street.forward), round(street.backward))
}

type Case = (
    &'static [(&'static str, &'static str)],
    (Option<f64>, Option<f64>),
);

const DRIVEN: &[Case] = &[
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
    (
        &[("highway", "tertiary"), ("surface", "asphalt;sand;gravel")],
        (Some(20.0), Some(20.0)),
    ),
    (&[("highway", "footway")], (None, None)),
    (
        &[("highway", "service"), ("access", "private")],
        (Some(15.0), Some(15.0)),
    ),
    (&[("highway", "service"), ("access", "no")], (None, None)),
    (
        &[
            ("highway", "primary"),
            ("maxspeed:forward", "50"),
            ("maxspeed", "30"),
        ],
        (Some(50.0), Some(30.0)),
    ),
    (
        &[("highway", "primary"), ("maxspeed:type", "GB:nsl_single")],
        (Some(96.6), Some(96.6)),
    ),
    (
        &[("highway", "residential"), ("zone:maxspeed", "DE:zone:30")],
        (Some(30.0), Some(30.0)),
    ),
    (
        &[("highway", "residential"), ("source:maxspeed", "GB:20")],
        (Some(32.2), Some(32.2)),
    ),
    (
        &[("highway", "residential"), ("source:maxspeed", "sign")],
        (Some(25.0), Some(25.0)),
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

#[test]
fn driving_reads_class_limit_direction_and_access() {
    let drive = Profile::drive();
    for (tags, expected) in DRIVEN {
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
    let national = Profile::drive().national_limits;
    let limit = |text| max_speed(text, "residential", &national);
    assert!(limit("none").is_none());
    assert!(limit("-20 mph").is_none());
    assert!(limit("1e9").is_none());
    assert!(limit("").is_none());
}

#[test]
fn private_streets_are_for_the_ends_of_a_journey() {
    let ends_only = |profile: &Profile, tags: &[(&str, &str)]| {
        let tags = [&[("highway", "service")], tags].concat();
        profile.street(Tags::new(&tags), Metres::new(9.0)).ends_only
    };
    let drive = Profile::drive();
    for value in ["private", "destination", "customers", "delivery"] {
        assert!(ends_only(&drive, &[("access", value)]), "{value}");
    }
    assert!(!ends_only(
        &drive,
        &[("access", "private"), ("motorcar", "yes")]
    ));
    assert!(!ends_only(
        &Profile::walk(),
        &[("access", "private"), ("foot", "yes")]
    ));
}

#[test]
fn a_wheelchair_needs_more_and_says_what_nobody_knows() {
    let chair = Profile::wheelchair();
    let used = |tags: &[(&str, &str)]| chair.street(Tags::new(tags), Metres::new(9.0));
    for refused in [
        &[("highway", "steps")][..],
        &[("highway", "footway"), ("smoothness", "bad")],
        &[("highway", "footway"), ("surface", "gravel")],
        &[("highway", "footway"), ("surface", "gravel;grass")],
        &[("highway", "footway"), ("surface", "asphalt; grass")],
        &[("highway", "footway"), ("surface", "cobblestone:flattened")],
        &[("highway", "footway"), ("smoothness", "good;bad")],
        &[("highway", "footway"), ("width", "0.8 m")],
        &[("highway", "path"), ("incline", "-12%")],
        &[("highway", "footway"), ("wheelchair", "no")],
    ] {
        assert!(!used(refused).is_allowed(), "{refused:?}");
    }
    let silent = used(&[("highway", "footway")]);
    let all = Unknown::SURFACE.with(Unknown::WIDTH).with(Unknown::INCLINE);
    assert_eq!((silent.unknown, silent.is_allowed()), (all, true));
    let told = used(&[
        ("highway", "footway"),
        ("surface", "asphalt"),
        ("width", "2"),
    ]);
    assert_eq!(told.unknown, Unknown::INCLINE);
    let plates = [
        ("highway", "footway"),
        ("surface", "concrete:plates;asphalt"),
    ];
    assert!(used(&plates).is_allowed());
    let signed = used(&[("highway", "footway"), ("wheelchair", "yes")]);
    assert_eq!(signed.unknown, Unknown::NOTHING);
    let passes = |tags: &[(&str, &str)]| chair.passes(Tags::new(tags));
    assert!(!passes(&[("kerb", "raised")]) && !passes(&[("kerb:height", "12 cm")]));
    assert!(!passes(&[("kerb", "lowered;raised")]));
    assert!(passes(&[("kerb", "lowered")]) && passes(&[("highway", "crossing")]));
    assert!(
        !passes(&[("barrier", "stile")])
            && Profile::walk().passes(Tags::new(&[("barrier", "stile")]))
    );
    assert!(chair.heeds(Tags::new(&[("highway", "crossing")])));
    assert!(!chair.heeds(Tags::new(&[("highway", "crossing"), ("kerb", "flush")])));
}

#[test]
fn a_general_key_opens_nothing_that_stops_this_way_of_moving() {
    let (chair, walk, cycle) = (Profile::wheelchair(), Profile::walk(), Profile::cycle());
    let passes = |profile: &Profile, what: (&str, &str), said: (&str, &str)| {
        profile.passes(Tags::new(&[what, said]))
    };
    for what in [
        ("barrier", "stile"),
        ("barrier", "kissing_gate"),
        ("kerb", "raised"),
        ("kerb:height", "0.12"),
    ] {
        for said in [("foot", "yes"), ("foot", "destination"), ("access", "yes")] {
            assert!(!passes(&chair, what, said), "{what:?} {said:?}");
            assert!(passes(&walk, what, said), "{what:?} {said:?}");
        }
        assert!(passes(&chair, what, ("wheelchair", "yes")), "{what:?}");
    }
    let stile = ("barrier", "stile");
    assert!(!passes(&cycle, stile, ("access", "yes")) && passes(&cycle, stile, ("bicycle", "yes")));
    // A general key still shuts, and opens what no list names.
    assert!(!passes(&chair, ("barrier", "gate"), ("foot", "no")));
    let drive = Profile::drive();
    assert!(passes(
        &drive,
        ("barrier", "bollard"),
        ("motor_vehicle", "yes")
    ));
    assert!(passes(
        &drive,
        ("barrier", "bollard"),
        ("bollard", "rising")
    ));
}

#[test]
fn a_cyclist_bears_so_much_traffic() {
    let mut cycle = Profile::cycle();
    let rides = |cycle: &Profile, tags: &[(&str, &str)]| speeds(cycle, tags);
    let both = (Some(16.0), Some(16.0));
    assert_eq!(rides(&cycle, &[("highway", "residential")]), both);
    assert_eq!(
        rides(&cycle, &[("highway", "primary"), ("maxspeed", "30 mph")]),
        (None, None)
    );
    let lane = [
        ("highway", "primary"),
        ("maxspeed", "30 mph"),
        ("cycleway", "lane"),
    ];
    assert_eq!(rides(&cycle, &lane), both);
    let track = [
        ("highway", "primary"),
        ("maxspeed", "50 mph"),
        ("cycleway:left", "track"),
    ];
    assert_eq!(rides(&cycle, &track), both);
    assert_eq!(rides(&cycle, &[("highway", "footway")]), (None, None));
    let shared = [("highway", "footway"), ("bicycle", "yes")];
    assert_eq!(rides(&cycle, &shared), (Some(8.0), Some(8.0)));
    let against = [
        ("highway", "residential"),
        ("oneway", "yes"),
        ("oneway:bicycle", "no"),
    ];
    assert_eq!(rides(&cycle, &against), both);
    if let Some(stress) = &mut cycle.stress {
        stress.bearable = 4;
    }
    assert_eq!(rides(&cycle, &[("highway", "primary")]), both);
}

#[test]
fn a_way_beside_the_street_is_used_instead_and_a_cycle_is_pushed() {
    let (walk, cycle) = (Profile::walk(), Profile::cycle());
    let street = |said| [("highway", "residential"), said];
    let both = |speed| (Some(speed), Some(speed));
    assert_eq!(
        speeds(&cycle, &street(("bicycle", "use_sidepath"))),
        (None, None)
    );
    assert_eq!(
        speeds(&walk, &street(("bicycle", "use_sidepath"))),
        both(4.8)
    );
    for profile in [&walk, &Profile::wheelchair()] {
        assert_eq!(
            speeds(profile, &street(("foot", "use_sidepath"))),
            (None, None)
        );
    }
    assert_eq!(
        speeds(&cycle, &street(("foot", "use_sidepath"))),
        both(16.0)
    );
    let dismount = ("bicycle", "dismount");
    assert_eq!(speeds(&cycle, &street(dismount)), both(4.8));
    assert_eq!(speeds(&walk, &street(dismount)), both(4.8));
    // Where one rides only where that is signed, one may push; and past what more general keys shut.
    for tags in [
        [("highway", "footway"), dismount],
        [("highway", "pedestrian"), dismount],
    ] {
        assert_eq!(speeds(&cycle, &tags), both(4.8), "{tags:?}");
    }
    let bridge = [("highway", "residential"), ("vehicle", "no"), dismount];
    assert_eq!(speeds(&cycle, &bridge), both(4.8));
    let ferry = [("route", "ferry"), dismount];
    assert_eq!(speeds(&cycle, &ferry), both(5.0));
    let gate = [("barrier", "kissing_gate"), dismount];
    assert!(cycle.passes(Tags::new(&gate)));
}

#[test]
fn a_cyclist_heeds_every_limit_that_drivers_do() {
    let (mut cycle, drive) = (Profile::cycle(), Profile::drive());
    let lane =
        |said: &[(&'static str, &'static str)]| [&[("highway", "unclassified")], said].concat();
    let level = |cycle: &mut Profile, tags: &[(&str, &str)]| {
        (1..=4).find(|bearable| {
            cycle.stress.as_mut().unwrap().bearable = *bearable;
            cycle.street(Tags::new(tags), Metres::new(9.0)).is_allowed()
        })
    };
    // Without a limit, with one of 20, 40 and 60 miles an hour.
    assert_eq!(level(&mut cycle, &lane(&[])), Some(2));
    for (said, expected) in [
        (&[("maxspeed:type", "GB:nsl_single")][..], 4),
        (&[("source:maxspeed", "GB:nsl_single")], 4),
        (&[("zone:maxspeed", "GB:20")], 1),
        (
            &[
                ("maxspeed:forward", "20 mph"),
                ("maxspeed:backward", "40 mph"),
            ],
            3,
        ),
        (&[("maxspeed:forward", "40 mph"), ("maxspeed", "20 mph")], 3),
        (
            &[("maxspeed", "20 mph"), ("maxspeed:type", "GB:nsl_single")],
            1,
        ),
        (
            &[("maxspeed", "signals"), ("maxspeed:type", "GB:nsl_single")],
            4,
        ),
    ] {
        assert_eq!(level(&mut cycle, &lane(said)), Some(expected), "{said:?}");
    }
    let national = lane(&[("maxspeed:type", "GB:nsl_single")]);
    assert_eq!(speeds(&drive, &national), (Some(96.6), Some(96.6)));
}

#[test]
fn peaks_pace_and_crossings_change_speeds() {
    let mut drive = Profile::drive();
    drive.at_peak = true;
    assert_eq!(
        speeds(&drive, &[("highway", "primary"), ("maxspeed", "50")]),
        (Some(35.0), Some(35.0))
    );
    assert_eq!(
        speeds(&drive, &[("highway", "residential")]),
        (Some(25.0), Some(25.0))
    );
    let mut walk = Profile::walk();
    walk.pace = 0.5;
    walk.waits.crossing = Seconds::new(30.0);
    assert_eq!(
        speeds(&walk, &[("highway", "footway")]),
        (Some(2.4), Some(2.4))
    );
    // 1,000 m at 2.4 km/h are 1,500 s; 30 s more make 2.35 km/h.
    let crossing = [("highway", "footway"), ("footway", "crossing")];
    assert_eq!(speeds(&walk, &crossing), (Some(2.4), Some(2.4)));
    let used = walk.street(Tags::new(&crossing), Metres::new(10.0));
    let seconds = 10.0 * 3.6 / used.forward.unwrap().value();
    assert!((seconds - 45.0).abs() < 1e-9, "{seconds}");
    assert_eq!(
        speeds(&walk, &[("highway", "footway"), ("oneway:foot", "yes")]),
        (Some(2.4), None)
    );
}

#[test]
fn a_turn_restriction_binds_those_it_is_for() {
    let (drive, walk, cycle) = (Profile::drive(), Profile::walk(), Profile::cycle());
    let read = |profile: &Profile, tags: &[(&str, &str)]| {
        let tags = [&[("type", "restriction")], tags].concat();
        profile.turn_rule(Tags::new(&tags))
    };
    let (no, only) = (
        TurnReading::Rule(TurnRule::No),
        TurnReading::Rule(TurnRule::Only),
    );
    for value in [
        "no_left_turn",
        "no_right_turn",
        "no_straight_on",
        "no_u_turn",
        "no_entry",
        "no_exit",
    ] {
        assert_eq!(read(&drive, &[("restriction", value)]), no);
    }
    for value in [
        "only_left_turn",
        "only_right_turn",
        "only_straight_on",
        "only_u_turn",
    ] {
        assert_eq!(read(&drive, &[("restriction", value)]), only);
    }
    assert_eq!(
        read(&walk, &[("restriction", "no_left_turn")]),
        TurnReading::Others
    );
    assert_eq!(read(&walk, &[("restriction:foot", "no_left_turn")]), no);
    let cars = [
        ("restriction:motorcar", "only_right_turn"),
        ("restriction", "no_u_turn"),
    ];
    assert_eq!((read(&drive, &cars), read(&cycle, &cars)), (only, no));
    let except = [("restriction", "no_left_turn"), ("except", "bus; bicycle")];
    assert_eq!(
        (read(&drive, &except), read(&cycle, &except)),
        (no, TurnReading::Others)
    );
    assert_eq!(
        read(&drive, &[("restriction:hgv", "no_left_turn")]),
        TurnReading::Others
    );
    assert_eq!(
        read(&drive, &[("restriction", "no_left_turn @ (Mo-Fr)")]),
        TurnReading::Conditional
    );
}

#[test]
fn a_turn_restriction_at_some_times_only_is_none_here() {
    let drive = Profile::drive();
    let read = |profile: &Profile, tags: &[(&str, &str)]| {
        let tags = [&[("type", "restriction")], tags].concat();
        profile.turn_rule(Tags::new(&tags))
    };
    let timed = [("restriction:conditional", "no_left_turn @ (07:00-09:00)")];
    assert_eq!(read(&drive, &timed), TurnReading::Conditional);
    let old = [("restriction", "no_left_turn"), ("hour_on", "07:00")];
    assert_eq!(read(&drive, &old), TurnReading::Conditional);
    assert_eq!(
        read(&drive, &[("restriction", "no_parking")]),
        TurnReading::Unknown
    );
    assert_eq!(read(&drive, &[]), TurnReading::Unknown);
    let hgv = [("type", "restriction:hgv"), ("restriction", "no_left_turn")];
    assert_eq!(drive.turn_rule(Tags::new(&hgv)), TurnReading::Others);
}

#[test]
fn numbers_that_make_no_sense_are_told() {
    for name in ["drive", "walk", "wheelchair", "cycle"] {
        let profile = Profile::built_in(name).unwrap();
        assert_eq!((profile.check(), profile.name.as_str()), (Ok(()), name));
    }
    let wrong = |change: fn(&mut Profile)| {
        let mut profile = Profile::drive();
        change(&mut profile);
        profile.check().unwrap_err()
    };
    assert!(wrong(|profile| profile.pace = 0.0).contains("pace"));
    assert!(wrong(|profile| profile.turns.penalty = Seconds::new(-1.0)).contains("seconds"));
    assert!(wrong(|profile| profile.turns.bias = f64::NAN).contains("bias"));
    let fast = |profile: &mut Profile| {
        profile
            .class_speeds
            .insert("primary".to_owned(), KmPerHour::new(1.0e9));
    };
    assert!(wrong(fast).contains("\"primary\""));
}
