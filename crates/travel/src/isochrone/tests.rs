//! Bands held against plain searches to every millimetre that is looked at, and areas against the rule at every lattice point.

use geo::{LineString, MultiPolygon, Polygon, Validation};
use proptest::prelude::*;

use super::{IsochroneError, Isochrones, Outlines, Surroundings};
use crate::drawn::Town;
use crate::network::oracle_tests::{build, drawn, profiles};
use crate::sweep::tests::town;
use crate::{
    Change, Cost, Metres, Metric, Profile, Scenario, Seconds, Snap, Snapper, StreetGraphBuilder,
    StreetNetwork, Tags, Way as Along, Which, costs_from, costs_to,
};

/// Budgets in seconds.
fn budgets<const N: usize>(seconds: [f64; N]) -> [Seconds; N] {
    seconds.map(Seconds::new)
}

/// What is reached of a street drawn from letter to letter, in metres from the first letter.
fn parts(
    town: &Town,
    network: &StreetNetwork,
    bands: &[super::Stretch],
    word: &str,
) -> Vec<(u32, u32)> {
    let street = town.middle(network, word).street();
    let of_it = bands
        .iter()
        .filter(|part| part.street == street && part.from < part.to);
    of_it
        .map(|part| ((part.from + 500) / 1000, (part.to + 500) / 1000))
        .collect()
}

fn band(isochrones: &mut Isochrones<'_>, root: &Snap, seconds: f64) -> Vec<super::Stretch> {
    let reached = isochrones.from(root, &budgets([seconds])).unwrap();
    reached.bands().next().unwrap().stretches().to_vec()
}

#[test]
fn streets_are_cut_from_both_ends_and_a_gap_in_the_middle_stays_out() {
    let square = Town::drawn(Profile::drive(), "a-b\n| |\nd-c").streets("ab bc cd da", "");
    let (network, _) = square.freeze();
    let start = square.middle(&network, "ab");
    let mut isochrones = Isochrones::new(&network).unwrap();
    let of = |isochrones: &mut Isochrones<'_>, seconds: f64, word| {
        parts(&square, &network, &band(isochrones, &start, seconds), word)
    };
    // 50 m to the corner, 100 m on, 50 m to the far middle: 20 s.
    assert_eq!(of(&mut isochrones, 3.0, "ab"), [(20, 80)]);
    assert_eq!(of(&mut isochrones, 9.0, "bc"), [(0, 40)]);
    assert_eq!(of(&mut isochrones, 18.0, "cd"), [(0, 30), (70, 100)]);
    assert_eq!(of(&mut isochrones, 20.0, "cd"), [(0, 100)]);
    assert_eq!(of(&mut isochrones, 18.0, "bc"), [(0, 100)]);
}

#[test]
fn one_ways_are_left_the_way_they_go_and_come_to_the_way_they_go() {
    let square = Town::drawn(Profile::drive(), "a-b\n| |\nd-c").streets("abcda", "oneway=yes");
    let (network, _) = square.freeze();
    let start = square.middle(&network, "ab");
    let mut isochrones = Isochrones::new(&network).unwrap();
    let from = band(&mut isochrones, &start, 12.0);
    assert_eq!(parts(&square, &network, &from, "ab"), [(50, 100)]);
    assert_eq!(parts(&square, &network, &from, "bc"), [(0, 70)]);
    assert_eq!(parts(&square, &network, &from, "da"), []);
    let reached = isochrones.to(&start, &budgets([12.0])).unwrap();
    let to = reached.bands().next().unwrap().stretches().to_vec();
    assert_eq!(parts(&square, &network, &to, "ab"), [(0, 50)]);
    assert_eq!(parts(&square, &network, &to, "da"), [(30, 100)]);
    assert_eq!(parts(&square, &network, &to, "bc"), []);
    // All the way round, and home again.
    let round = band(&mut isochrones, &start, 38.0);
    assert_eq!(parts(&square, &network, &round, "ab"), [(0, 30), (50, 100)]);
}

#[test]
fn nobody_passes_through_a_street_for_the_ends_of_journeys() {
    let town = Town::drawn(Profile::drive(), "a-b-c-d\n|     |\ne-----f")
        .streets("ab cd ae fd", "")
        .streets("bc", "access=private")
        .streets("ef", "");
    let (network, _) = town.freeze();
    let start = town.middle(&network, "ab");
    let mut isochrones = Isochrones::new(&network).unwrap();
    let reached = band(&mut isochrones, &start, 20.0);
    assert_eq!(parts(&town, &network, &reached, "bc"), [(0, 100)]);
    assert_eq!(parts(&town, &network, &reached, "cd"), []);
    // From within it one gets out both ways.
    let within = town.middle(&network, "bc");
    let reached = band(&mut isochrones, &within, 8.0);
    assert_eq!(parts(&town, &network, &reached, "cd"), [(0, 30)]);
    assert_eq!(parts(&town, &network, &reached, "ab"), [(70, 100)]);
}

#[test]
fn budgets_that_cannot_be_and_networks_by_distance_are_refused() {
    let town = Town::drawn(Profile::drive(), "a-b").streets("ab", "");
    let (network, _) = town.freeze();
    let start = town.middle(&network, "ab");
    let mut isochrones = Isochrones::new(&network).unwrap();
    for seconds in [0.0, -1.0, f64::NAN, f64::INFINITY, 86_401.0] {
        let refused = isochrones.from(&start, &budgets([seconds]));
        assert!(matches!(refused, Err(IsochroneError::Budget(_))));
    }
    assert_eq!(
        isochrones.to(&start, &[]).unwrap_err(),
        IsochroneError::Budgets { count: 0 }
    );
    let many = [Seconds::new(1.0); 17];
    assert!(isochrones.from(&start, &many).is_err());
    let reached = isochrones.from(&start, &budgets([9.0, 3.0, 9.0])).unwrap();
    let found: Vec<f64> = reached.bands().map(|band| band.budget().value()).collect();
    assert_eq!(found, [3.0, 9.0]);
    let by_distance = town.freeze_by(Metric::ShortestDistance);
    assert_eq!(
        Isochrones::new(&by_distance).unwrap_err(),
        IsochroneError::ByDistance
    );
    let ground = |width, tolerance| {
        Surroundings::new(&network, Metres::new(width), Metres::new(tolerance)).unwrap_err()
    };
    assert!(matches!(ground(5.0, 1.0), IsochroneError::Width(_)));
    assert!(matches!(ground(f64::NAN, 1.0), IsochroneError::Width(_)));
    assert!(matches!(
        ground(50.0, 51.0),
        IsochroneError::Tolerance { .. }
    ));
    assert!(matches!(
        ground(50.0, f64::NAN),
        IsochroneError::Tolerance { .. }
    ));
}

#[test]
fn ground_that_would_take_too_long_to_look_at_is_refused() {
    let profiles = [Profile::walk()];
    let mut streets = StreetGraphBuilder::new(&profiles);
    let winding: Vec<[f64; 2]> = (0..2000)
        .map(|turn| [f64::from(turn % 2), f64::from(turn) / 10.0])
        .collect();
    let ends = [winding[0], winding[1999]].map(|at| streets.junction(at, Tags::new(&[])));
    let path = Tags::new(&[("highway", "path")]);
    assert!(streets.street(ends[0], ends[1], winding, path, None));
    let (network, _) = streets.finish().freeze(0, &profiles[0]).unwrap();
    let ground =
        |tolerance| Surroundings::new(&network, Metres::new(1000.0), Metres::new(tolerance));
    let Err(IsochroneError::TooFine { enough, .. }) = ground(1.0) else {
        panic!("16 thousand million distances would be worked out")
    };
    assert!((enough - 2.0).abs() < 1e-9, "{enough}");
    assert!(ground(50.0).is_ok());
}

#[test]
fn ground_beside_a_closed_street_belongs_to_the_next_one() {
    let town = Town::drawn(Profile::walk(), "a-b-c\n|   |\nd---e").streets("abc adec", "");
    let (network, _) = town.freeze();
    let closed = town.middle(&network, "ab");
    let mut scenario = Scenario::default();
    scenario.push(Change::Close {
        which: Which::Street(closed.street()),
        way: Along::Both,
    });
    let changed = scenario.apply(&network).unwrap();
    let network = changed.network();
    let start = Snapper::new(network).snap([150.0, 0.0], Metres::new(1.0));
    let mut isochrones = Isochrones::new(network).unwrap();
    let reached = isochrones
        .from(&start.unwrap(), &budgets([3600.0]))
        .unwrap();
    let ground = Surroundings::new(network, super::WIDTH, super::TOLERANCE).unwrap();
    let area = Outlines::new(&ground).of(&reached).pop().unwrap();
    // Beside what is closed, but within 50 m of the streets at its ends; and in its middle, which nothing else is near.
    for (at, is_in) in [
        ([30.0, 5.0], true),
        ([70.0, 5.0], true),
        ([50.0, 60.0], false),
    ] {
        let snapped = Snapper::new(network).snap(at, super::WIDTH).is_ok();
        assert_eq!((snapped, inside(&area, at)), (is_in, is_in), "{at:?}");
    }
}

/// Points along every street, its ends among them.
fn points(network: &StreetNetwork) -> Vec<Snap> {
    let streets = (0..).zip(network.streets.iter());
    let offsets = streets.flat_map(|(street, of)| {
        let whole = of.millimetres;
        let steps = (0..8).map(move |eighth| (street, whole / 8 * eighth + eighth));
        let steps = steps.filter(move |(_, offset)| *offset < whole);
        steps.chain([(street, whole)])
    });
    offsets
        .map(|(street, offset)| Snap::at(street, offset))
        .collect()
}

/// Holds bands from and to a point against searches, at points within streets and around every cut.
fn assert_exact(
    network: &StreetNetwork,
    root: &Snap,
    seconds: &[Seconds],
) -> Result<(), TestCaseError> {
    let mut isochrones = Isochrones::new(network).unwrap();
    for towards in [false, true] {
        let (tree, reached) = if towards {
            (
                costs_to(network, root),
                isochrones.to(root, seconds).unwrap(),
            )
        } else {
            (
                costs_from(network, root),
                isochrones.from(root, seconds).unwrap(),
            )
        };
        let mut before: Option<super::Band<'_>> = None;
        for band in reached.bands() {
            let cuts = band.stretches().iter().flat_map(|part| {
                let whole = network.streets[part.street as usize].millimetres;
                [part.from.wrapping_sub(1), part.from, part.to, part.to + 1]
                    .into_iter()
                    .filter(move |offset| *offset <= whole)
                    .map(|offset| Snap::at(part.street, offset))
            });
            for point in cuts.chain(points(network)) {
                let time = tree.cost(&point).map(Cost::milliseconds);
                let most = (band.budget().value() * 1000.0).round() as u32;
                let within = time.is_some_and(|time| time <= most);
                prop_assert_eq!(band.contains(&point), within, "{:?} {:?}", point, time);
                let nested =
                    before.is_none_or(|before| !before.contains(&point) || band.contains(&point));
                prop_assert!(nested);
            }
            before = Some(band);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn a_point_is_in_a_band_where_its_journey_is_within_the_budget(
        network in town(),
        place in (-50.0f64..2050.0, -50.0f64..2050.0),
        seconds in prop::collection::vec(0.001f64..400.0, 1..5),
    ) {
        let root = Snapper::new(&network).snap(place.into(), Metres::new(1e5));
        let root = root.map_err(|_| TestCaseError::fail("no street"))?;
        let seconds: Vec<Seconds> = seconds.into_iter().map(Seconds::new).collect();
        assert_exact(&network, &root, &seconds)?;
    }

    #[test]
    fn restrictions_turn_costs_and_private_streets_count(
        town in drawn(),
        which in 0usize..3,
        place in (0.0f64..600.0, 0.0f64..600.0),
        seconds in prop::collection::vec(0.001f64..200.0, 1..4),
    ) {
        let profile = &profiles()[which];
        let Ok((network, _)) = build(profile, &town).freeze(0, profile) else { return Ok(()) };
        let Ok(root) = Snapper::new(&network).snap(place.into(), Metres::new(1e5)) else { return Ok(()) };
        let seconds: Vec<Seconds> = seconds.into_iter().map(Seconds::new).collect();
        assert_exact(&network, &root, &seconds)?;
    }
}

/// Says whether a position is inside a polygon, by counting the edges east of it.
fn inside(area: &MultiPolygon<f64>, [x, y]: [f64; 2]) -> bool {
    let rings = area.iter().flat_map(|polygon| {
        let holes = polygon.interiors().iter();
        holes.chain([polygon.exterior()])
    });
    let edges = rings.flat_map(LineString::lines);
    let crossed = edges.filter(|edge| {
        let (from, to) = (edge.start, edge.end);
        (from.y > y) != (to.y > y) && x < from.x + (y - from.y) / (to.y - from.y) * (to.x - from.x)
    });
    crossed.count() % 2 == 1
}

fn edge_distance(area: &MultiPolygon<f64>, [x, y]: [f64; 2]) -> f64 {
    let rings = area.iter().flat_map(|polygon| {
        let holes = polygon.interiors().iter();
        holes.chain([polygon.exterior()])
    });
    let distances = rings.flat_map(LineString::lines).map(|edge| {
        let (dx, dy) = (edge.end.x - edge.start.x, edge.end.y - edge.start.y);
        let squared = dx * dx + dy * dy;
        let part = ((x - edge.start.x) * dx + (y - edge.start.y) * dy) / squared;
        let part = if squared > 0.0 {
            part.clamp(0.0, 1.0)
        } else {
            0.0
        };
        (x - edge.start.x - dx * part).hypot(y - edge.start.y - dy * part)
    });
    distances.fold(f64::INFINITY, f64::min)
}

fn signed_area(ring: &LineString<f64>) -> f64 {
    ring.lines()
        .map(|edge| edge.start.x * edge.end.y - edge.end.x * edge.start.y)
        .sum()
}

/// Looks at the shape of areas: valid, oriented, and each within the next.
fn assert_well_formed(areas: &[MultiPolygon<f64>]) -> Result<(), TestCaseError> {
    for area in areas {
        prop_assert!(area.is_valid(), "{:?}", area.validation_errors());
        for polygon in area {
            prop_assert!(signed_area(polygon.exterior()) > 0.0);
            prop_assert!(
                polygon
                    .interiors()
                    .iter()
                    .all(|hole| signed_area(hole) < 0.0)
            );
        }
    }
    for pair in areas.windows(2) {
        let corners = pair[0].iter().flat_map(|polygon: &Polygon<f64>| {
            let holes = polygon.interiors().iter();
            holes
                .chain([polygon.exterior()])
                .flat_map(LineString::lines)
        });
        for edge in corners {
            for part in [0.0, 0.37, 0.5, 0.81] {
                let at = [
                    edge.start.x + (edge.end.x - edge.start.x) * part,
                    edge.start.y + (edge.end.y - edge.start.y) * part,
                ];
                let off = edge_distance(&pair[1], at);
                prop_assert!(inside(&pair[1], at) || off < 1e-6, "{:?} by {}", at, off);
            }
        }
    }
    Ok(())
}

/// Finds what the rule says of a position: in which bands it is, if it is near a street at all.
fn by_rule(
    snapper: &Snapper<'_>,
    reached: &super::Reached<'_>,
    width: f64,
    at: [f64; 2],
) -> Vec<bool> {
    let snap = snapper.snap(at, Metres::new(width));
    reached
        .bands()
        .map(|band| snap.is_ok_and(|snap| band.contains(&snap)))
        .collect()
}

/// Says whether a position may be in just these bands: where streets are equally near, any of them may be taken for the nearest, and a
/// millimetre may be rounded either way.
fn may_be(
    network: &StreetNetwork,
    reached: &super::Reached<'_>,
    width: f64,
    at: [f64; 2],
    bands: &[bool],
) -> bool {
    let mut near: Vec<(f64, u32, f64)> = Vec::new();
    for (street, (_, shape)) in (0..).zip(network.shapes()) {
        let mut before = 0.0;
        for ends in shape.windows(2) {
            let step = [ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]];
            let length = step[0].hypot(step[1]);
            let dot = (at[0] - ends[0][0]) * step[0] + (at[1] - ends[0][1]) * step[1];
            let gone = if length > 0.0 {
                (dot / length).clamp(0.0, length)
            } else {
                0.0
            };
            let part = if length > 0.0 { gone / length } else { 0.0 };
            let off = [0, 1].map(|axis| at[axis] - ends[0][axis] - step[axis] * part);
            near.push((off[0].hypot(off[1]), street, before + gone));
            before += length;
        }
    }
    let least = near.iter().map(|near| near.0).fold(f64::INFINITY, f64::min);
    if least > width - 1e-6 && !bands.contains(&true) {
        return true;
    }
    near.iter()
        .filter(|near| near.0 < least + 1e-6)
        .any(|(_, street, metres)| {
            let whole = f64::from(network.streets[*street as usize].millimetres);
            let offsets =
                [-1.0, 0.0, 1.0].map(|more| (metres * 1000.0 + more).round().clamp(0.0, whole));
            offsets.iter().any(|offset| {
                let snap = Snap::at(*street, *offset as u32);
                let within = reached
                    .bands()
                    .map(|band| band.contains(&snap) && least < width + 1e-6);
                within.eq(bands.iter().copied())
            })
        })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    #[test]
    fn areas_are_what_the_rule_says(
        network in town(),
        place in (-50.0f64..2050.0, -50.0f64..2050.0),
        seconds in prop::collection::vec(1.0f64..200.0, 1..4),
        width in 20.0f64..120.0,
        fine in 0.3f64..1.0,
    ) {
        let snapper = Snapper::new(&network);
        let root = snapper.snap(place.into(), Metres::new(1e5));
        let root = root.map_err(|_| TestCaseError::fail("no street"))?;
        let seconds: Vec<Seconds> = seconds.into_iter().map(Seconds::new).collect();
        let mut isochrones = Isochrones::new(&network).unwrap();
        let reached = isochrones.from(&root, &seconds).unwrap();
        let tolerance = Metres::new(width * fine);
        let ground = Surroundings::new(&network, Metres::new(width), tolerance).unwrap();
        let areas = Outlines::new(&ground).of(&reached);
        let lattice = ground.lattice;
        let side = [0, 1].map(|axis| lattice.size[axis] * super::surroundings::SIDE);
        for row in (0..side[1]).step_by(3) {
            for column in (0..side[0]).step_by(3) {
                let at = lattice.position([column as f64, row as f64]);
                let right: Vec<bool> = areas.iter().map(|area| inside(area, at)).collect();
                let alike = right == by_rule(&snapper, &reached, width, at);
                prop_assert!(alike || may_be(&network, &reached, width, at, &right), "{:?}", at);
            }
        }
        assert_well_formed(&areas)?;
        let near = Surroundings::around(&network, &reached, Metres::new(width), tolerance).unwrap();
        let near = Outlines::new(&near).of(&reached);
        for (one, other) in near.iter().zip(&areas) {
            // Corners may lie elsewhere on the way through the same gates.
            let edges = one.iter().flat_map(|polygon| polygon.exterior().lines());
            let longest = lattice.step * std::f64::consts::SQRT_2;
            for edge in edges {
                prop_assert!(edge_distance(other, [edge.start.x, edge.start.y]) <= longest);
            }
            prop_assert_eq!(one.0.len(), other.0.len());
        }
        assert_well_formed(&near)?;
    }

    #[test]
    fn reached_streets_are_inside_and_others_outside_but_for_the_tolerance(
        network in town(),
        place in (-50.0f64..2050.0, -50.0f64..2050.0),
        seconds in 1.0f64..200.0,
    ) {
        let snapper = Snapper::new(&network);
        let root = snapper.snap(place.into(), Metres::new(1e5));
        let root = root.map_err(|_| TestCaseError::fail("no street"))?;
        let mut isochrones = Isochrones::new(&network).unwrap();
        let reached = isochrones.from(&root, &budgets([seconds])).unwrap();
        let (width, tolerance) = (super::WIDTH, super::TOLERANCE);
        let ground = Surroundings::new(&network, width, tolerance).unwrap();
        let area = Outlines::new(&ground).of(&reached).pop().unwrap();
        let band = reached.bands().next().unwrap();
        let samples: Vec<(bool, [f64; 2])> = points(&network)
            .into_iter()
            .map(|snap| {
                let offset = snap.offset();
                let part = super::Stretch { street: snap.street(), from: offset, to: offset };
                (band.contains(&snap), part.shape(&network)[0])
            })
            .collect();
        for (is_reached, at) in &samples {
            if inside(&area, *at) == *is_reached || edge_distance(&area, *at) <= tolerance.value() {
                continue;
            }
            // Only where a street of the other kind is that near.
            let near = around(*at, tolerance.value());
            let mut other = near.filter_map(|at| snapper.snap(at, width).ok());
            prop_assert!(other.any(|snap| band.contains(&snap) != *is_reached), "{:?}", at);
        }
    }
}

/// Positions all round one, out to a distance.
fn around(at: [f64; 2], distance: f64) -> impl Iterator<Item = [f64; 2]> {
    (0..400).map(move |step| {
        // Sunflower seeds: evenly over the disc.
        let away = distance * (f64::from(step) / 400.0).sqrt();
        let angle = f64::from(step) * 2.399_963;
        [at[0] + away * angle.cos(), at[1] + away * angle.sin()]
    })
}

#[test]
fn a_river_is_covered_where_the_bridge_is_and_nowhere_else() {
    // Two quays, 200 m of water between them, and one bridge.
    let town = Town::drawn(Profile::walk(), "a-b-c-d-e\n    |\n    |\n    |\nf-g-h-i-j")
        .streets("abcde fghij ch", "");
    let (network, _) = town.freeze();
    let start = town.middle(&network, "bc");
    let mut isochrones = Isochrones::new(&network).unwrap();
    let reached = isochrones.from(&start, &budgets([3600.0])).unwrap();
    let ground = Surroundings::new(&network, super::WIDTH, super::TOLERANCE).unwrap();
    let area = Outlines::new(&ground).of(&reached).pop().unwrap();
    assert_eq!(area.0.len(), 1);
    for x in [0.0, 50.0, 100.0, 145.0, 255.0, 300.0, 400.0] {
        assert!(
            inside(&area, [x, -40.0]) && inside(&area, [x, -160.0]),
            "{x}"
        );
        let on_bridge = (x - 200.0_f64).abs() < 50.0;
        assert_eq!(inside(&area, [x, -100.0]), on_bridge, "{x}");
    }
    assert!(inside(&area, [200.0, -100.0]));
}

#[test]
fn blocks_are_filled_and_fields_stay_holes() {
    let town = |size: usize| {
        let rows = "\n|\n".repeat(size);
        let drawing = format!(
            "a{}b{rows}d{}c",
            "-".repeat(2 * size - 1),
            "-".repeat(2 * size - 1)
        );
        Town::drawn(Profile::walk(), &drawing).streets("abcda", "")
    };
    for (size, holes) in [(1, 0), (4, 1)] {
        let town = town(size);
        let (network, _) = town.freeze();
        let start = town.middle(&network, "ab");
        let mut isochrones = Isochrones::new(&network).unwrap();
        let reached = isochrones.from(&start, &budgets([3600.0])).unwrap();
        let ground = Surroundings::new(&network, super::WIDTH, super::TOLERANCE).unwrap();
        let area = Outlines::new(&ground).of(&reached).pop().unwrap();
        assert_eq!(area.0.len(), 1);
        assert_eq!(area.0[0].interiors().len(), holes, "{size}");
        // Straight streets need few corners: four rounded ones and the hole's.
        let corners = area.0[0].exterior().0.len();
        assert!(corners < 40, "{corners}");
    }
}
