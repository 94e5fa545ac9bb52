//! Commands: help, exit codes, and what is said when something is wrong.

use std::fs;

use crate::folder::{catchment, command, small_demo, text};

#[test]
fn help_teaches_by_example() {
    for verb in [
        "",
        "init",
        "check",
        "build",
        "run",
        "export",
        "matrix",
        "isochrone",
        "route",
        "serve",
        "demo",
    ] {
        let said = catchment(verb.split_whitespace().chain(["--help"]));
        assert_eq!(said.code, Some(0));
        assert!(said.out.contains("Example"), "{verb} has no example");
        let name = if verb.is_empty() {
            "help".to_owned()
        } else {
            format!("help_{verb}")
        };
        insta::assert_snapshot!(name, said.out);
    }
}

#[test]
fn a_study_that_is_not_there_is_an_error_that_says_what_to_do() {
    for verb in [
        vec!["check", "nowhere"],
        vec!["build", "nowhere"],
        vec!["serve", "nowhere"],
        vec!["run", "nowhere", "gaps"],
        vec!["matrix", "nowhere", "--from", "sites", "--to", "sites"],
    ] {
        let said = catchment(verb.iter().copied());
        assert_eq!(said.code, Some(1), "{verb:?}");
        assert!(said.err.contains("nowhere"), "{}", said.err);
        let of_files = ["check", "build"].contains(&verb[0]);
        assert!(of_files || said.err.contains("no folder"), "{}", said.err);
    }
}

#[test]
fn exit_codes_follow_the_worst_issue() {
    let demo = small_demo();
    let folder = text(demo.path());
    assert_eq!(catchment(["check", folder]).code, Some(0));

    let providers = demo.path().join("providers.csv");
    let sound = fs::read_to_string(&providers).unwrap();
    let last = sound.lines().last().unwrap().to_owned();
    fs::write(&providers, format!("{sound}{last}\n")).unwrap();
    let said = catchment(["check", folder]);
    assert_eq!(said.code, Some(0));
    assert!(
        said.out
            .contains("providers.csv, row 42, column service_id"),
        "{}",
        said.out
    );
    assert_eq!(catchment(["check", folder, "--strict"]).code, Some(1));
    assert_eq!(catchment(["build", folder, "--strict"]).code, Some(1));

    fs::write(&providers, "").unwrap();
    let bundle = fs::read(demo.path().join("study.bundle")).unwrap();
    let said = catchment(["build", folder]);
    assert_eq!(said.code, Some(1));
    assert!(
        said.out.contains("providers.csv: is empty (file unusable)"),
        "{}",
        said.out
    );
    assert!(
        fs::read(demo.path().join("study.bundle")).unwrap() == bundle,
        "the old bundle was not left as it was"
    );
}

#[test]
fn parameters_of_ones_own_are_for_officers_and_wrong_ones_are_named() {
    let demo = small_demo();
    let folder = text(demo.path());
    let usual = catchment(["run", folder, "gaps"]);
    assert_eq!(usual.code, Some(0), "{}", usual.err);
    assert!(!usual.out.contains("not for publication"));
    let own = catchment(["run", folder, "gaps", "-p", "share=0.3"]);
    assert_eq!(own.code, Some(0), "{}", own.err);
    assert!(own.out.contains("not for publication"), "{}", own.out);
    for (parameter, named) in [
        ("shore=0.3", "shore"),
        ("share=7", "share"),
        ("share", "share"),
    ] {
        let said = catchment(["run", folder, "gaps", "-p", parameter]);
        assert_eq!(said.code, Some(1));
        assert!(said.err.contains(named), "{}", said.err);
    }
    let said = catchment(["run", folder, "gap"]);
    assert!(
        said.code == Some(1) && said.err.contains("gaps"),
        "{}",
        said.err
    );
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let demo = small_demo();
    let mut running = command()
        .args(["run", text(demo.path()), "average_journeys"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(running.stdout.take());
    let ended = running.wait_with_output().unwrap();
    let complaint = String::from_utf8_lossy(&ended.stderr);
    assert!(
        ended.status.success() && !complaint.contains("panicked"),
        "{complaint}"
    );
}

#[test]
fn exports_are_the_same_bytes_on_one_and_on_two_threads() {
    let demo = small_demo();
    let export = |threads: &str| {
        let out = demo.path().join(format!("out-{threads}"));
        let ended = command()
            .env("RAYON_NUM_THREADS", threads)
            .args(["export", text(demo.path()), "-o", text(&out)])
            .output()
            .unwrap();
        assert!(ended.status.success());
        let mut files: Vec<_> = fs::read_dir(&out)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        assert!(files.len() > 20, "{files:?}");
        files
            .into_iter()
            .map(|file| {
                (
                    file.file_name().unwrap().to_owned(),
                    fs::read(&file).unwrap(),
                )
            })
            .collect::<Vec<_>>()
    };
    assert!(export("1") == export("2"), "the threads changed the bytes");
}

#[test]
fn an_export_never_mixes_with_older_files() {
    let demo = small_demo();
    let out = demo.path().join("out");
    assert_eq!(
        catchment(["export", text(demo.path()), "-o", text(&out)]).code,
        Some(0)
    );
    let again = catchment(["export", text(demo.path()), "-o", text(&out)]);
    assert!(
        again.code == Some(1) && again.err.contains("is not empty"),
        "{}",
        again.err
    );
}

#[test]
fn a_folder_with_files_in_it_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let mine = folder.path().join("providers.csv");
    fs::write(&mine, "mine").unwrap();
    for arguments in [
        ["init", "--example", text(folder.path()), "", ""],
        ["demo", "--no-serve", "--scale", "0.1", "--dir"],
    ] {
        let mut words: Vec<&str> = arguments
            .into_iter()
            .filter(|word| !word.is_empty())
            .collect();
        if words[0] == "demo" {
            words.push(text(folder.path()));
        }
        let said = catchment(words);
        assert!(
            said.code == Some(1) && said.err.contains("is not empty"),
            "{}",
            said.err
        );
    }
    assert_eq!(fs::read_to_string(&mine).unwrap(), "mine");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn init_writes_a_study_file_once() {
    let folder = tempfile::tempdir().unwrap();
    let study = folder.path().join("mine");
    assert_eq!(catchment(["init", text(&study)]).code, Some(0));
    assert_eq!(catchment(["check", text(&study)]).code, Some(0));
    let again = catchment(["init", text(&study)]);
    assert!(
        again.code == Some(1) && again.err.contains("is there already"),
        "{}",
        again.err
    );
}
