//! The index held against a look at every stretch.

use proptest::prelude::*;

use super::{Snap, SnapIndex, Snapper, TooFar, snap_few};
use crate::{Metres, Profile, StreetGraphBuilder, StreetNetwork, Tags};

/// A street by its points; the least two bits of the number decide what it is.
type Drawn = (Vec<[f64; 2]>, u8);

/// A network of streets that all hang on the first point, so that none is dropped; ferries and motorways among them.
fn network(drawn: &[Drawn]) -> StreetNetwork {
    let profiles = [Profile::drive()];
    let mut builder = StreetGraphBuilder::new(&profiles);
    let hub = drawn[0].0[0];
    let middle = builder.junction(hub, Tags::new(&[]));
    for (points, kind) in drawn {
        let last = points.last().copied().unwrap_or(hub);
        let end = builder.junction(last, Tags::new(&[]));
        let mut shape = vec![hub];
        shape.extend(points);
        shape.push(last);
        let tags: &[(&str, &str)] = match kind % 8 {
            0 => &[("highway", "motorway"), ("oneway", "no")],
            1 => &[
                ("route", "ferry"),
                ("motor_vehicle", "yes"),
                ("duration", "00:30"),
            ],
            _ => &[("highway", "residential")],
        };
        builder.street(middle, end, shape, Tags::new(tags), None);
    }
    builder.finish().freeze(0, &profiles[0]).unwrap().0
}

/// What was found, with floating-point numbers by their bits, since what is not a number equals nothing.
fn bits(found: &Result<Snap, TooFar>) -> (Option<(u32, u32, [u64; 2])>, u64) {
    match found {
        Ok(snap) => (
            Some((snap.street, snap.offset, snap.point.map(f64::to_bits))),
            snap.distance.value().to_bits(),
        ),
        // Whether a number that is none has a sign is left to the processor.
        Err(far) if far.distance.value().is_nan() => (None, f64::NAN.to_bits()),
        Err(far) => (None, far.distance.value().to_bits()),
    }
}

fn agree(
    network: &StreetNetwork,
    positions: &[[f64; 2]],
    cap: Metres,
) -> Result<(), TestCaseError> {
    let snapper = Snapper::new(network);
    let all = snapper.snap_all(positions, cap);
    let scanned = snap_few(network, positions, cap);
    prop_assert_eq!(all.len(), positions.len());
    for (position, (all, scanned)) in positions.iter().zip(all.iter().zip(&scanned)) {
        prop_assert_eq!(bits(all), bits(scanned), "all at once, {:?}", position);
        let one = snapper.snap(*position, cap);
        prop_assert_eq!(bits(&one), bits(scanned), "by itself, {:?}", position);
    }
    Ok(())
}

/// Ordinates on a coarse lattice, so that many stretches are equally near, and anywhere.
fn ordinate(origin: f64) -> impl Strategy<Value = f64> {
    prop_oneof![
        (-6i32..6).prop_map(move |step| origin + f64::from(step) * 50.0),
        (-400.0f64..400.0).prop_map(move |off| origin + off),
    ]
}

fn streets(origin: f64) -> impl Strategy<Value = Vec<Drawn>> {
    let point = (ordinate(origin), ordinate(origin)).prop_map(|(x, y)| [x, y]);
    let street = (prop::collection::vec(point, 1..14), any::<u8>());
    prop::collection::vec(street, 1..60).prop_map(|mut streets| {
        // The first can always be driven, or nothing could.
        streets[0].1 = 2;
        streets
    })
}

fn positions(origin: f64) -> impl Strategy<Value = Vec<[f64; 2]>> {
    let far = prop_oneof![
        Just(1e7),
        Just(-3e12),
        Just(1e160),
        Just(-1e300),
        Just(f64::MAX)
    ];
    let none = prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY)];
    let any = prop_oneof![8 => ordinate(origin), 1 => far, 1 => none];
    let position = prop::array::uniform2(any);
    prop::collection::vec(position, 0..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn equals_a_look_at_every_stretch(
        (drawn, positions) in prop_oneof![Just(0.0), Just(5e5), Just(-7_654_321.125)]
            .prop_flat_map(|origin| (streets(origin), positions(origin))),
        cap in prop_oneof![Just(0.0), Just(30.0), Just(1e4), Just(f64::INFINITY), Just(f64::NAN)],
    ) {
        agree(&network(&drawn), &positions, Metres::new(cap))?;
    }

    #[test]
    fn bytes_and_answers_do_not_depend_on_threads(drawn in streets(5e5), positions in positions(5e5)) {
        let network = network(&drawn);
        let on = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let index = SnapIndex::new(&network);
                let snaps = Snapper::over(&network, &index).snap_all(&positions, Metres::new(100.0));
                (snaps.iter().map(bits).collect::<Vec<_>>(), index)
            })
        };
        prop_assert_eq!(on(1), on(3));
    }
}

#[test]
fn of_equally_near_streets_the_first_is_taken() {
    // Two streets over each other, and a position on both.
    let drawn = vec![(vec![[0.0, 0.0], [100.0, 0.0]], 2); 2];
    let network = network(&drawn);
    let snap = Snapper::new(&network)
        .snap([40.0, 3.0], Metres::new(10.0))
        .unwrap();
    assert_eq!((snap.street, snap.point), (0, [40.0, 0.0]));
}

#[test]
fn a_network_of_a_motorway_has_no_street_to_stand_on() {
    let network = network(&[(vec![[0.0, 0.0], [100.0, 0.0]], 8)]);
    let snapper = Snapper::new(&network);
    let far = snapper.snap([1.0, 1.0], Metres::new(f64::INFINITY));
    assert!(far.unwrap_err().distance.value().is_infinite());
    assert_eq!(snapper.snap_all(&[], Metres::new(1.0)), []);
    assert!(SnapIndex::new(&network).fits(&network));
}

#[test]
fn an_index_of_another_network_is_told() {
    let point = |place: u32| [f64::from(place) * 10.0, f64::from(place % 7)];
    let large = network(&[((0..100).map(point).collect(), 2)]);
    let small = network(&[(vec![[0.0, 0.0], [100.0, 0.0]], 2)]);
    let (of_large, of_small) = (SnapIndex::new(&large), SnapIndex::new(&small));
    assert!(of_large.fits(&large) && of_small.fits(&small));
    assert!(!of_large.fits(&small));
    // Cut short.
    let mut cut = of_large.clone();
    cut.nodes.edit(|nodes| nodes.truncate(1));
    assert!(!cut.fits(&large));
    // A box of nothing that is no more.
    let mut open = of_large.clone();
    open.nodes.edit(|nodes| {
        let last = nodes.len() - 1;
        nodes[last] = [f32::NAN; 32];
    });
    assert!(!open.fits(&large));
    // A run that goes on past its street.
    let mut past = of_small;
    past.runs.edit(|runs| runs[0][1] += 1);
    assert!(!past.fits(&small));
}
