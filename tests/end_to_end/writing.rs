//! Where answers are written: what the name of a file promises, who may read it, and what is said of an answer that lacks its end.

use std::fs;

use serde_json::Value;

use crate::folder::{Said, catchment, text};
use crate::matrix::{ask, demo};

#[cfg(unix)]
const NOT_WHOLE: &str = "is not whole: its end is missing";

fn isochrone(more: &[&str]) -> Said {
    let study = text(demo().0.path());
    let common = ["isochrone", study, "--from", "SITE01"];
    catchment(common.iter().chain(more).copied())
}

fn route(more: &[&str]) -> Said {
    let study = text(demo().0.path());
    let sites = demo().1.parts().sites.rows();
    let common = [
        "route",
        study,
        "--from",
        &sites[0].key,
        "--to",
        &sites[1].key,
    ];
    catchment(common.into_iter().chain(more.iter().copied()))
}

#[test]
fn a_file_is_not_called_what_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let at = |name: &str| text(&path(name)).to_owned();
    let sites = ["--from", "sites", "--to", "sites"];
    for (said, called) in [
        (
            isochrone(&["--minutes", "5", "-o", &at("reach.csv")]),
            "reach.geojson",
        ),
        (
            ask(&[&sites[..], &["-o", &at("table.geojson")]].concat()),
            "table.csv",
        ),
        (
            ask(&[
                "--from",
                "homes",
                "--to",
                "sites",
                "--owner-file",
                &at("own.xlsx"),
            ]),
            "own.csv",
        ),
        (
            route(&["-o", &at("way.csv")]),
            "way.txt, or .geojson for a map",
        ),
        (
            route(&["--format", "text", "-o", &at("way.geojson")]),
            "leave --format out",
        ),
        (
            route(&["--format", "json", "-o", &at("way.geojson")]),
            "way.json",
        ),
    ] {
        assert_eq!(
            (said.code, said.out.as_str()),
            (Some(1), ""),
            "{}",
            said.err
        );
        assert!(said.err.contains(called), "{}", said.err);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_way_is_written_as_its_files_name_says_and_a_name_that_promises_nothing_will_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let at = |name: &str| text(&path(name)).to_owned();
    let read = |name: &str| fs::read_to_string(path(name)).unwrap();
    assert_eq!(route(&["-o", &at("way.geojson")]).code, Some(0));
    let map: Value = serde_json::from_str(&read("way.geojson")).unwrap();
    assert_eq!(map["type"], "FeatureCollection");
    assert_eq!(route(&["-o", &at("way.json")]).code, Some(0));
    let way: Value = serde_json::from_str(&read("way.json")).unwrap();
    assert!(way["steps"].is_array());
    assert_eq!(
        route(&["--format", "geojson", "-o", &at("map.json")]).code,
        Some(0)
    );
    assert!(read("map.json").contains("FeatureCollection"));
    assert_eq!(route(&["-o", &at("way")]).code, Some(0));
    assert!(read("way").starts_with("From "));
    assert_eq!(
        isochrone(&["--minutes", "5", "-o", &at("reach")]).code,
        Some(0)
    );
    assert_eq!(
        ask(&["--from", "sites", "--to", "sites", "-o", &at("table.2024")]).code,
        Some(0)
    );
}

#[test]
fn minutes_that_would_look_alike_are_refused_and_spaces_between_them_are_not() {
    for close in ["5,5.0004", "15,5.0009,5", "0.001,0.0015"] {
        let said = isochrone(&["--minutes", close]);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{close}");
        assert!(said.err.contains("look alike"), "{}", said.err);
    }
    for (written, minutes) in [
        ("5, 15", vec![15.0, 5.0]),
        (" 5 ,5.001 ", vec![5.001, 5.0]),
        ("5,5", vec![5.0]),
        ("0.001,0.002", vec![0.002, 0.001]),
    ] {
        let said = isochrone(&["--minutes", written, "--streets"]);
        assert_eq!(said.code, Some(0), "{written}: {}", said.err);
        let answer: Value = serde_json::from_str(&said.out).unwrap();
        let features = answer["features"].as_array().unwrap().iter();
        let told: Vec<f64> = features
            .map(|feature| feature["properties"]["minutes"].as_f64().unwrap())
            .collect();
        assert_eq!(told, minutes);
    }
}

#[cfg(unix)]
#[test]
fn a_table_that_lacks_its_end_on_standard_output_is_said_to() {
    use std::process::Stdio;

    use crate::folder::{command, said};

    let folder = tempfile::tempdir().unwrap();
    let points = folder.path().join("points.csv");
    let postcodes = demo().1.parts().postcodes.rows();
    let many = postcodes.iter().cycle().take(25_000).enumerate();
    let many =
        many.map(|(number, place)| format!("{number},{},{}\n", place.point.x, place.point.y));
    fs::write(
        &points,
        format!("id,easting,northing\n{}", many.collect::<String>()),
    )
    .unwrap();
    let shown = folder.path().join("shown.csv");
    let mut running = command()
        .args([
            "matrix",
            text(demo().0.path()),
            "--from",
            text(&points),
            "--to",
            text(&points),
        ])
        .stdout(fs::File::create(&shown).unwrap())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while fs::metadata(&shown).unwrap().len() < 1 << 20 {
        assert!(
            running.try_wait().unwrap().is_none(),
            "it was done before it was ended"
        );
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let told = std::process::Command::new("kill")
        .args(["-INT", &running.id().to_string()])
        .status();
    assert!(told.unwrap().success());
    let ended = said(&running.wait_with_output().unwrap());
    assert_eq!(ended.code, Some(130), "{}", ended.err);
    for words in [NOT_WHOLE, "-o"] {
        assert!(ended.err.contains(words), "{}", ended.err);
    }
    assert!(
        !ended.err.contains("no file is half written"),
        "{}",
        ended.err
    );
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_a_device_did_not_take_whole_is_said_to_lack_its_end() {
    let sites = ["--from", "sites", "--to", "sites"];
    let full = ask(&[&sites[..], &["-o", "/dev/full"]].concat());
    assert_eq!(full.code, Some(1));
    assert!(full.err.contains(NOT_WHOLE), "{}", full.err);
    let whole = ask(&sites);
    assert_eq!(whole.code, Some(0));
    assert!(!whole.err.contains("whole"), "{}", whole.err);
}

#[cfg(unix)]
#[test]
fn a_file_that_is_written_again_stays_as_readable_as_it_was() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.csv");
    let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    let asked = [
        "--from",
        "sites",
        "--to",
        "sites",
        "-o",
        text(&path),
        "--overwrite",
    ];
    for before in [0o664, 0o600] {
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(before)).unwrap();
        let said = ask(&asked);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_eq!(mode(), before);
        assert!(fs::read_to_string(&path).unwrap().starts_with("from,to"));
    }
}
