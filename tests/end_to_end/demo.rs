//! The invented council comes out as the published figures have it, and the engine knows nothing of them.

use crate::folder::whole_demo;

/// Reads `LABEL: 5.21 km (n = 1250)`.
fn mean(said: &str, label: &str) -> f64 {
    let line = said
        .lines()
        .find_map(|line| line.trim().strip_prefix(label))
        .unwrap_or_else(|| panic!("no {label} in {said}"));
    line.trim_start_matches(':')
        .trim()
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

#[test]
fn the_three_means_are_those_of_the_review_within_one_per_cent() {
    let (_, said) = whole_demo();
    for (label, published) in [
        ("All services", 5.21),
        ("Trading company", 3.65),
        ("Independent", 5.73),
    ] {
        let mean = mean(said, label);
        assert!(
            (mean / published - 1.0).abs() < 0.01,
            "{label}: {mean} km, published {published} km"
        );
    }
}

#[test]
fn every_input_row_of_the_demo_is_accepted() {
    let (folder, _) = whole_demo();
    let said = crate::folder::catchment(["check", crate::folder::text(folder), "--strict"]);
    assert_eq!(said.code, Some(0), "{}", said.out);
    assert!(
        said.out
            .contains("0 rows repaired, 0 rows rejected, 0 files unusable"),
        "{}",
        said.out
    );
}

#[test]
fn the_demo_says_that_it_is_invented() {
    let (_, said) = whole_demo();
    assert!(said.contains("invented"), "{said}");
}
