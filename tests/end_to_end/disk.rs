//! A build on a disk that has no room, or that may not be written to.

use std::fs;
use std::path::Path;

use crate::build::{Two, bundle, half_written, tiny};
use crate::folder::{Said, catchment, said, text};

/// Builds with at most so many kilobytes in one file.
fn build_within(study: &Path, kilobytes: u64) -> Said {
    let program = env!("CARGO_BIN_EXE_catchment");
    // The signal is ignored, so that writing fails as it does on a full disk.
    let script = format!(
        "trap '' XFSZ; ulimit -f {kilobytes}; exec '{program}' build '{}' --fresh",
        study.display()
    );
    said(
        &std::process::Command::new("bash")
            .args(["-c", &script])
            .output()
            .unwrap(),
    )
}

#[test]
fn where_nothing_more_can_be_written_the_old_bundle_stays() {
    let two = Two::new();
    let size = two.bundles[0].len() as u64 / 1024;
    two.turn();
    let before = bundle(two.path());
    for kilobytes in [0, 1, size / 2, size - 1] {
        let said = build_within(two.path(), kilobytes);
        assert_eq!(said.code, Some(1), "{kilobytes}: {}", said.err);
        assert!(said.err.contains("study.bundle"), "{}", said.err);
        assert!(said.err.contains("is unchanged"), "{}", said.err);
        assert!(bundle(two.path()) == before);
        assert!(half_written(two.path()).is_empty());
    }
}

#[test]
fn on_a_full_disk_the_old_bundle_stays() {
    let test = "on_a_full_disk_the_old_bundle_stays";
    let disk = tempfile::tempdir().unwrap();
    let mounted = std::process::Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=8m", "tmpfs", text(disk.path())])
        .output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        println!("SKIP {test}: a small file system cannot be mounted here");
        return;
    }
    let outcome = std::panic::catch_unwind(|| fill_and_build(disk.path()));
    let _ = std::process::Command::new("umount")
        .arg(disk.path())
        .status();
    outcome.unwrap();
}

/// Fills a disk but for so many bytes.
fn fill(filler: &Path, free: u64) {
    let mut file = fs::File::create(filler).unwrap();
    let block = [1u8; 1024];
    while std::io::Write::write_all(&mut file, &block).is_ok() {}
    let length = file.metadata().unwrap().len();
    file.set_len(length.saturating_sub(free)).unwrap();
}

fn fill_and_build(disk: &Path) {
    let two = Two::new();
    for entry in fs::read_dir(two.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, disk.join(path.file_name().unwrap())).unwrap();
        }
    }
    let old = bundle(disk);
    fs::write(disk.join("attendances.csv"), &two.tables[0]).unwrap();
    let filler = disk.join("filler");
    for free in [0, old.len() as u64 / 2] {
        fill(&filler, free);
        let said = catchment(["build", text(disk)]);
        assert_eq!(said.code, Some(1));
        assert!(said.err.contains("No space left"), "{}", said.err);
        assert!(bundle(disk) == old);
        assert!(half_written(disk).is_empty());
    }

    // Room for the study and for a part of what is kept for the next build.
    fs::remove_file(disk.join("study.bundle")).unwrap();
    fill(&filler, old.len() as u64 * 3 / 2);
    let said = catchment(["build", text(disk)]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(said.err.contains("cannot all be kept"), "{}", said.err);
    assert!(bundle(disk) == two.bundles[0]);
    assert!(half_written(disk).is_empty());
}

#[test]
fn a_folder_that_cannot_be_written_to_is_said_before_anything_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let test = "a_folder_that_cannot_be_written_to_is_said_before_anything_is_read";
    let study = tiny();
    fs::set_permissions(study.path(), fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(study.path().join("probe"), "").is_ok() {
        println!("SKIP {test}: this user may write everywhere");
        return;
    }
    let said = catchment(["build", text(study.path())]);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("study.bundle"), "{}", said.err);
    assert!(said.err.contains("Permission denied"), "{}", said.err);
    fs::set_permissions(study.path(), fs::Permissions::from_mode(0o755)).unwrap();
}
