//! Files of many rows, real ones, and bytes that are no file at all.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use catchment_core::grid::{Grid, LonLat};

use super::{CODE_POINT, DIRECTORY, HERE, around_newport, outcome};

#[test]
fn a_million_bad_rows_are_counted_and_a_few_listed() {
    let header = DIRECTORY.lines().next().unwrap();
    let mut text = format!("{header}\n");
    for row in 0..1_000_000 {
        // Long enough together to be read in several blocks.
        writeln!(text, "nonsense{row},,no postcode").unwrap();
    }
    let counted = |around: usize, text: &str| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(around)
            .build()
            .unwrap();
        pool.install(|| outcome(text, HERE))
    };
    let [one, two] = [1, 2].map(|threads| counted(threads, &text));
    assert_eq!(one.issues, two.issues);
    assert_eq!(
        (one.counts.rows, one.counts.rejected),
        (1_000_000, 1_000_000)
    );
    assert_eq!(
        one.issues.len(),
        22,
        "20 rows, the rest of them, and what was recognised"
    );
    assert!(
        one.issues
            .iter()
            .any(|issue| issue.message.starts_with("999980 more rows: "))
    );
    let rows: Vec<u64> = one.issues.iter().filter_map(|issue| issue.row).collect();
    assert_eq!(rows, (2..22).collect::<Vec<u64>>());
    // The same through the façade.
    let mut text = String::from("postcode,easting,northing\n");
    for _ in 0..10_000 {
        text.push_str("NP20 4AA,east,1\n");
    }
    let found = outcome(text, HERE);
    assert_eq!((found.counts.rejected, found.issues.len()), (10_000, 21));
}

#[test]
fn blocks_on_any_number_of_threads_give_the_same() {
    let header = DIRECTORY.lines().next().unwrap();
    let mut text = format!("{header}\n");
    let mut codes = Vec::new();
    for number in 0..120_000_u32 {
        let letter = |place: u32| char::from(b'A' + (place % 26) as u8);
        let code = format!(
            "{}{}{} {}{}{}",
            letter(number / 26 / 26 / 1000),
            letter(number / 26 / 26 / 100),
            number / 676 % 10,
            number / 6760 % 10,
            letter(number),
            letter(number / 26)
        );
        let padding = "x".repeat(100);
        writeln!(
            text,
            "\"{code}\",\"\",\"{code}\",198001,,,,,\"{padding}\",,0,{},{},1,,",
            300_000 + number,
            187_000
        )
        .unwrap();
        codes.push(code);
    }
    assert!(text.len() > 3 << 22, "several blocks");
    let read = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| outcome(&text, around_newport()))
    };
    let (one, three) = (read(1), read(3));
    assert_eq!(one.read.live, three.read.live);
    assert_eq!(
        (one.counts.clone(), one.issues.clone()),
        (three.counts, three.issues)
    );
    codes.sort();
    codes.dedup();
    assert_eq!(one.counts.accepted, codes.len() as u64);
    for number in [0_u32, 40_000, 119_999] {
        let found = one
            .read
            .live
            .iter()
            .find(|postcode| (postcode.point.x - f64::from(300_000 + number)).abs() < 0.001);
        assert_eq!(
            found.is_some(),
            (315_000..=350_000).contains(&(300_000 + number)),
            "{number}"
        );
    }
}

#[test]
fn the_real_files_read_alike_with_their_header_and_without() {
    let shared = std::env::var_os("CATCHMENT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        Into::into,
    );
    for (file, exact, estimated) in [
        ("newport/codepoint_open_2025-05.csv", 3_655, 9),
        ("bcp/codepoint_open.csv", 9_464, 11),
    ] {
        let path = shared.join("data").join(file);
        let Ok(text) = fs::read_to_string(&path) else {
            println!("SKIP {file}: not at hand; set CATCHMENT_SHARED");
            continue;
        };
        let with = outcome(&text, HERE);
        let without = outcome(text.split_once('\n').unwrap().1, HERE);
        for found in [&with, &without] {
            assert_eq!(found.read.live.len(), exact + estimated as usize);
            assert_eq!(
                (found.counts.accepted, found.counts.rejected),
                (exact as u64 + estimated, 0)
            );
            assert!(
                found
                    .notes()
                    .contains(&format!("{estimated} with an estimated point")),
                "{}",
                found.notes()
            );
        }
        assert_eq!(with.read.live, without.read.live);
        assert!(
            without
                .notes()
                .starts_with("read as Code-Point Open without a header: ")
        );
        // The files carry longitude and latitude too, rounded to a metre or so.
        let mut rows = text.lines().skip(1);
        let (code, degrees) = rows
            .find_map(|row| {
                let cells: Vec<&str> = row.split(',').collect();
                let degrees = LonLat {
                    lon: cells[10].parse().ok()?,
                    lat: cells[11].parse().ok()?,
                };
                (cells[1] == "10").then_some((cells[0].to_owned(), degrees))
            })
            .unwrap();
        let point = with
            .read
            .live
            .iter()
            .find(|postcode| postcode.code == code)
            .unwrap()
            .point;
        let theirs = Grid::BritishNational.to_grid(degrees).unwrap();
        assert!(
            (point.x - theirs.x).hypot(point.y - theirs.y) < 10.0,
            "{code}"
        );
    }
}

#[test]
fn bytes_of_no_kind_make_it_fail() {
    for bytes in [
        &b""[..],
        b"PK\x03\x04",
        b"\"",
        b",,,,\n\n",
        b"pcds,oseast1m,osnrth1m",
        DIRECTORY.as_bytes(),
        CODE_POINT.as_bytes(),
    ] {
        for end in 0..bytes.len() {
            crate::postcodes::read_bytes(&bytes[..end]);
        }
    }
}
