//! Files in each format, and files that are cut short, damaged or something else.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use catchment_core::grid::Grid;
use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::pbf_writer::{Style, blob, bytes, header, hostile, number, pbf};
use super::{GRID, Map, all_of, profiles, read_bytes};
use crate::osm::{OsmError, read_roads};

const PLAIN: Style = Style {
    packed: false,
    dense: true,
    each: 100,
};
const STYLES: [Style; 4] = [
    PLAIN,
    Style {
        packed: true,
        dense: true,
        each: 3,
    },
    Style {
        packed: true,
        dense: false,
        each: 1,
    },
    Style {
        packed: false,
        dense: false,
        each: 5,
    },
];

/// A little of everything.
fn town() -> Map {
    let map = Map::drawn(
        "
        a-b-c-d
        | |   |
        e-f-g-h-i",
    );
    let mut map = map
        .way("abcd", "highway=primary name=Long_Street maxspeed=30_mph")
        .way("aefghd", "highway=residential oneway=yes")
        .way("bf", "highway=footway")
        .way("hixh", "highway=service")
        .tag('c', "barrier=bollard")
        .tag('g', "highway=crossing");
    map.restrictions = 2;
    map.turn(1, "a", 2, "restriction=no_right_turn")
        .turn(2, "3", 1, "restriction=no_left_turn")
        .turn(
            2,
            "d",
            1,
            "restriction=only_straight_on except=psv;motorcar",
        )
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// A file of the shared data, or nothing, said aloud, where that is not at hand.
pub(super) fn shared(name: &str) -> Option<PathBuf> {
    let root = std::env::var("CATCHMENT_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared").to_owned());
    let path = PathBuf::from(root).join(name);
    if !path.exists() {
        println!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// Some bytes without any order, the same each time.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let step = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    std::iter::repeat_with(step).take(count).collect()
}

#[test]
fn all_formats_give_the_same_roads() {
    let map = town();
    let text = all_of(&map.read().unwrap());
    assert!(text.contains("turn restrictions"));
    assert_eq!(all_of(&read_bytes(&gzip(&map.xml())).unwrap()), text);
    for style in STYLES {
        assert_eq!(all_of(&read_bytes(&pbf(&map, style)).unwrap()), text);
    }
    // Two gzip members in a row are one file.
    let xml = map.xml();
    let (first, second) = xml.split_at(xml.len() / 2);
    assert_eq!(
        all_of(&read_bytes(&[gzip(first), gzip(second)].concat()).unwrap()),
        text
    );
}

#[test]
fn the_number_of_threads_does_not_matter() {
    let Some(path) = shared("data/newport/roads.osm.pbf") else {
        return;
    };
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            all_of(
                &read_roads(
                    &path,
                    "roads",
                    &Grid::BritishNational,
                    &profiles(),
                    &mut |_, _| {},
                )
                .unwrap(),
            )
        })
    };
    assert!(with(1) == with(3));
}

#[test]
fn a_file_cut_short_says_where() {
    let Some(path) = shared("data/isle-of-man/roads.osm.pbf") else {
        return;
    };
    let whole = fs::read(path).unwrap();
    for cut in [whole.len() - 1, whole.len() / 2, 100_000] {
        let error = read_bytes(&whole[..cut]).unwrap_err();
        let OsmError::Truncated { offset, .. } = error else {
            panic!("{error}");
        };
        assert!(offset < cut as u64);
        assert!(
            error
                .to_string()
                .starts_with(&format!("roads.osm is cut short at byte {offset}: block ")),
            "{error}"
        );
    }
}

#[test]
fn a_small_file_cut_anywhere_is_an_error_or_holds_fewer_roads() {
    let files = [
        pbf(&town(), STYLES[1]),
        pbf(&town(), PLAIN),
        gzip(&town().xml()),
        town().xml().into_bytes(),
    ];
    for (which, file) in files.iter().enumerate() {
        for cut in 0..file.len() {
            let read = read_bytes(&file[..cut]);
            match which {
                // Whole blocks may be gone without anyone knowing.
                0 | 1 => assert!(!matches!(read, Err(OsmError::Unreadable { .. }))),
                2 => assert!(read.is_err(), "cut at {cut}"),
                // The line breaks at the very end are no loss.
                _ => assert!(read.is_err() || cut + 1 == file.len(), "cut at {cut}"),
            }
        }
    }
    let packed = gzip(&town().xml());
    for cut in [packed.len() / 2, packed.len() - 4] {
        assert!(matches!(
            read_bytes(&packed[..cut]),
            Err(OsmError::Truncated { .. })
        ));
    }
    let text = town().xml();
    assert!(matches!(
        read_bytes(&text.as_bytes()[..text.len() / 2]),
        Err(OsmError::Truncated { .. })
    ));
}

#[test]
fn what_is_no_road_file_is_refused_in_a_word() {
    let message = |bytes: &[u8]| read_bytes(bytes).unwrap_err().to_string();
    assert_eq!(message(b""), "roads.osm is empty; download it again");
    let cases: [(&[u8], &str); 8] = [
        (
            &noise(100_000),
            "is not an OpenStreetMap road file: its first bytes are neither",
        ),
        (b"PK\x03\x04", "it is a zip archive"),
        (b"BZh91AY", "it is packed with bzip2"),
        (
            b"<!DOCTYPE html><html><body>Not found</body></html>",
            "its first element is <html>",
        ),
        (
            b"<osmChange version='0.6'></osmChange>",
            "it is a list of changes",
        ),
        (b"<<<<", "roads.osm"),
        (b"<?xml version='1.0'?>", "it holds no <osm> element"),
        (&gzip("lon,lat\n1,2\n"), "it begins with text"),
    ];
    for (bytes, expected) in cases {
        let message = message(bytes);
        assert!(message.contains(expected), "{message}");
        assert!(!message.ends_with('.'));
    }
    let missing = read_roads(
        "no/such/file".as_ref(),
        "roads.osm",
        &GRID,
        &profiles(),
        &mut |_, _| {},
    );
    assert!(matches!(missing, Err(OsmError::Unreadable { .. })));
    let nowhere = Grid::Local {
        lon: f64::NAN,
        lat: 0.0,
    };
    let nowhere = read_roads(
        "no/such/file".as_ref(),
        "roads.osm",
        &nowhere,
        &profiles(),
        &mut |_, _| {},
    );
    assert!(matches!(nowhere, Err(OsmError::Grid { .. })));
    let no_points = Map {
        points: Vec::new(),
        ..town()
    };
    assert!(
        no_points
            .read()
            .unwrap_err()
            .to_string()
            .contains("none of the points")
    );
}

#[test]
fn much_that_is_no_road_file_is_refused_at_once() {
    let start = Instant::now();
    // 200 MB of zeros each, which take no room on disk.
    let heads: [&[u8]; 6] = [
        b"",
        b"<",
        b"<osm>",
        b"<osm><way id='1'><tag k='",
        b"\x1f\x8b\x08\0\0\0\0\0\0\0",
        &header("DenseNodes"),
    ];
    for head in heads {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(head).unwrap();
        file.as_file().set_len(200 << 20).unwrap();
        assert!(read_roads(file.path(), "roads.osm", &GRID, &profiles(), &mut |_, _| {}).is_err());
    }
    let nested = format!("<osm>{}", "<a>".repeat(100_000));
    assert!(
        read_bytes(nested.as_bytes())
            .unwrap_err()
            .to_string()
            .contains("nested too deep")
    );
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_block_that_lies_is_an_error() {
    let far = i64::MAX;
    let sound = hostile(&[1, 1], &[0, 10_000], &[0, 0], (1, 2), &[1, 1]);
    assert_eq!(read_bytes(&sound).unwrap().summary.streets, 1);
    let lies = [
        // Ids and positions whose sum no number holds: an error, or, where sums wrap, points that are nowhere.
        hostile(&[far, far, 2], &[0, 1, 2], &[], (1, 2), &[far, 5]),
        hostile(&[1, 1], &[far / 3, far], &[], (1, 2), &[1, 1]),
        hostile(&[1, 1], &[far / 3, 1], &[], (1, 2), &[1, 1]),
        // Tags that no text belongs to.
        hostile(&[1, 1], &[0, 10_000], &[9, 9, 0, 0], (1, 2), &[1, 1]),
        hostile(&[1, 1], &[0, 10_000], &[u64::MAX, 1, 0, 0], (1, 2), &[1, 1]),
        hostile(&[1, 1], &[0, 10_000], &[], (1, 99), &[1, 1]),
        // Blocks of no size, of a negative one, and of bytes that are no message.
        [header("DenseNodes"), blob("OSMData", b"", false)].concat(),
        [
            header("DenseNodes"),
            vec![0, 0, 0, 20],
            bytes(1, b"OSMData"),
            number(3, u64::MAX),
        ]
        .concat(),
        [header("DenseNodes"), blob("OSMData", &noise(1000), true)].concat(),
        [header("DenseNodes"), vec![0, 0]].concat(),
    ];
    for (which, lie) in lies.iter().enumerate() {
        assert!(read_bytes(lie).is_err(), "{which}");
    }
    let history = [header("HistoricalInformation"), sound].concat();
    assert!(
        read_bytes(&history)
            .unwrap_err()
            .to_string()
            .contains("history")
    );
    let future = header("Anything-V9");
    assert!(
        read_bytes(&future)
            .unwrap_err()
            .to_string()
            .contains("\"Anything-V9\"")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    /// Whatever happens to a file, it is read or refused, and never stops the program.
    #[test]
    fn damage_is_never_a_panic(
        which in 0..6_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut file = match which {
            4 => town().xml().into_bytes(),
            5 => gzip(&town().xml()),
            style => pbf(&town(), STYLES[style]),
        };
        for (place, byte) in changes {
            let place = place.index(file.len());
            file[place] = byte;
        }
        if let Ok(roads) = read_bytes(&file) {
            for (index, profile) in profiles().iter().enumerate() {
                let _ = roads.streets.freeze(index, profile);
            }
        }
    }
}
