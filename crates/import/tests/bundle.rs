//! What is stored comes back, and what is damaged is refused.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[allow(dead_code, reason = "other tests use the rest")]
mod common;

use catchment_import::{BUNDLE_FILE, BundleError, build, open, open_at_once};
use common::Folder;

#[test]
fn a_damaged_bundle_is_refused_and_a_sound_one_opens_as_it_was_built() {
    let folder = Folder::sound();
    let (built, _) = build(folder.path(), &mut |_, _, _| {}).unwrap();
    let opened = open(folder.path()).unwrap();
    assert_eq!(opened.user_snaps(), built.user_snaps());
    assert_eq!(opened.network(), built.network());
    let sound = std::fs::read(folder.file(BUNDLE_FILE)).unwrap();
    for at in [0, 9, 15, 30, 60, sound.len() - 1] {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x40;
        folder.write(BUNDLE_FILE, bytes);
        let error = open(folder.path()).unwrap_err();
        assert!(
            matches!(error, BundleError::Damaged { .. }),
            "byte {at}: {error}"
        );
    }
    folder.write(BUNDLE_FILE, &sound[..sound.len() / 2]);
    assert!(open(folder.path()).is_err());
}

/// Where the arrays of the streets lie in a bundle: its longest section.
fn streets_in(bundle: &[u8]) -> std::ops::Range<usize> {
    let number = |at: usize| u64::from_le_bytes(bundle[at..at + 8].try_into().unwrap()) as usize;
    let count = u32::from_le_bytes(bundle[12..16].try_into().unwrap()) as usize;
    let mut end = 48 + count * 44;
    let sections = (0..count).map(|section| {
        let start = end.next_multiple_of(64);
        end = start + number(48 + section * 44 + 4);
        start..end
    });
    sections.max_by_key(ExactSizeIterator::len).unwrap()
}

#[test]
fn a_bundle_opened_at_once_trusts_the_arrays_of_streets_and_nothing_else() {
    let folder = Folder::sound();
    let (built, _) = build(folder.path(), &mut |_, _, _| {}).unwrap();
    assert_eq!(
        open_at_once(folder.path()).unwrap().network(),
        built.network()
    );
    let sound = std::fs::read(folder.file(BUNDLE_FILE)).unwrap();
    let streets = streets_in(&sound);
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        // Lengths and profiles are looked at even there, and may be harmed in a way that shows.
        if !streets.contains(&at) {
            folder.write(BUNDLE_FILE, &bytes);
            let error = open_at_once(folder.path()).unwrap_err();
            assert!(
                error.to_string().contains("cannot be used"),
                "byte {at}: {error}"
            );
        } else if at % 97 == 0 {
            folder.write(BUNDLE_FILE, &bytes);
            assert!(open(folder.path()).is_err(), "byte {at}");
        }
    }
    for end in (0..sound.len()).step_by(61) {
        folder.write(BUNDLE_FILE, &sound[..end]);
        assert!(open_at_once(folder.path()).is_err(), "cut at {end}");
    }
}

const FUZZED_BUNDLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../tests/fuzz/corpus/bundle/small.bundle"
);

#[test]
fn the_bundle_that_is_fuzzed_is_one_of_today() {
    let bytes = std::fs::read(FUZZED_BUNDLE).unwrap();
    let advice =
        "write it anew: cargo test -p catchment-import --test bundle write_the_bundle -- --ignored";
    assert!(catchment_import::fuzz::bundle(&bytes), "{advice}");
}

/// A few of the inputs of `tests/fuzz`, which needs no fuzzer: a bit of the streets' arrays changed here and there.
#[test]
fn a_bundle_with_a_bit_changed_is_refused_or_travelled_through() {
    let sound = std::fs::read(FUZZED_BUNDLE).unwrap();
    let (mut used, mut refused) = (0, 0);
    for at in (0..sound.len()).step_by(7) {
        let mut bytes = sound.clone();
        bytes[at] ^= 1 << (at / 7 % 8);
        if catchment_import::fuzz::bundle(&bytes) {
            used += 1;
        } else {
            refused += 1;
        }
    }
    assert!(
        used > 100 && refused > 100,
        "{used} used, {refused} refused"
    );
}

#[test]
#[ignore = "writes into tests/fuzz/corpus"]
fn write_the_bundle_that_is_fuzzed() {
    let folder = Folder::sound();
    build(folder.path(), &mut |_, _, _| {}).unwrap();
    std::fs::create_dir_all(std::path::Path::new(FUZZED_BUNDLE).parent().unwrap()).unwrap();
    std::fs::copy(folder.file(BUNDLE_FILE), FUZZED_BUNDLE).unwrap();
}

#[test]
fn the_same_files_give_the_same_bytes() {
    let (one, two) = (Folder::sound(), Folder::sound());
    build(one.path(), &mut |_, _, _| {}).unwrap();
    build(two.path(), &mut |_, _, _| {}).unwrap();
    assert_eq!(
        std::fs::read(one.file(BUNDLE_FILE)).unwrap(),
        std::fs::read(two.file(BUNDLE_FILE)).unwrap()
    );
}
