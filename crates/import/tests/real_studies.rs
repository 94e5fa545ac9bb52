//! The committed study templates over the real files they name, where those are at hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop the moment something is not as it expects"
)]

use std::path::{Path, PathBuf};

use catchment_core::area::AreaKind;
use catchment_core::issue::Severity;
use catchment_core::study::Study;
use catchment_import::{Report, read};

/// Finds the folder of shared data, or says that the test is skipped.
fn shared(test: &str) -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("CATCHMENT_SHARED").map_or(default, PathBuf::from);
    let found = shared.join("data").is_dir();
    if !found {
        println!(
            "SKIP {test}: no shared data at {}; set CATCHMENT_SHARED",
            shared.display()
        );
    }
    found.then_some(shared)
}

/// Reads a template with the files it names linked beside it.
fn study(shared: &Path, name: &str) -> (Study, Report) {
    let folder = tempfile::tempdir().unwrap();
    let template = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../data/studies")
        .join(name)
        .join("study.toml");
    std::fs::copy(template, folder.path().join("study.toml")).unwrap();
    for entry in std::fs::read_dir(shared.join("data").join(name)).unwrap() {
        let entry = entry.unwrap();
        std::os::unix::fs::symlink(
            entry.path().canonicalize().unwrap(),
            folder.path().join(entry.file_name()),
        )
        .unwrap();
    }
    let read = read(folder.path(), &mut |_, _, _| {}).unwrap();
    assert!(read.report.is_usable(), "{}", read.report);
    for counts in &read.report.files {
        assert_eq!(
            counts.rows,
            counts.accepted + counts.repaired + counts.rejected,
            "{counts:?}"
        );
    }
    println!("{}", read.report);
    (read.study.unwrap(), read.report)
}

#[test]
fn newport_has_no_road_in_four_outer_wards() {
    let Some(shared) = shared("newport_has_no_road_in_four_outer_wards") else {
        return;
    };
    let (study, report) = study(&shared, "newport");
    assert_eq!(report.count(Severity::RowRejected), 0, "{report}");
    let wards = study.area_set(AreaKind::Ward).unwrap();
    let snaps = study.postcode_snaps();
    let mut without: Vec<&str> = Vec::new();
    for (ward, area) in study.areas_in(wards) {
        let inside = study
            .parts()
            .postcodes
            .ids()
            .zip(snaps)
            .filter(|(postcode, _)| study.area_of_postcode(*postcode, wards) == Some(ward));
        let (all, off) = inside.fold((0, 0), |(all, off), (_, snap)| {
            (all + 1, off + usize::from(snap.is_err()))
        });
        if off * 2 > all {
            without.push(&area.name);
        }
    }
    assert_eq!(
        without,
        ["Bettws", "Bishton and Langstone", "Caerleon", "Malpas"]
    );
}

#[test]
fn bcp_reads_whole_with_both_indices_on_their_own_areas() {
    let Some(shared) = shared("bcp_reads_whole_with_both_indices_on_their_own_areas") else {
        return;
    };
    let (study, _) = study(&shared, "bcp");
    let parts = study.parts();
    let wards = study.area_set(AreaKind::Ward).unwrap();
    assert_eq!(study.areas_in(wards).count(), 33);
    // Eleven of them have an estimated point only.
    assert_eq!(parts.postcodes.len(), 9_475);
    for deprivation in &parts.deprivation {
        assert_eq!(
            deprivation.rows.len(),
            study.areas_in(deprivation.set).count(),
            "{}",
            deprivation.index
        );
    }
    assert!(
        !study.parts().provenance.caveats().is_empty(),
        "the stand-in roads must say that they are no real roads"
    );
}

#[test]
fn the_isle_of_man_is_a_study_of_roads_alone() {
    let Some(shared) = shared("the_isle_of_man_is_a_study_of_roads_alone") else {
        return;
    };
    let (study, _) = study(&shared, "isle-of-man");
    assert!(
        study
            .network()
            .is_some_and(|network| network.junction_count() > 5_000)
    );
}
