//! Tables of journeys: what is in them is what the layers have, what cannot be done is said, and homes leave as owner's files only.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::sync::OnceLock;

use catchment_core::centre::area_centres;
use catchment_core::journey::{Journey, Journeys, NoJourney, Snapped};
use catchment_core::study::Study;
use catchment_travel::{Cost, Metric, Snap, Snapper, matrix};

use crate::folder::{Said, catchment, command, said, small_demo, text};

/// A small demo that several tests look at, and the study built from it.
pub(crate) fn demo() -> &'static (tempfile::TempDir, Study) {
    static DEMO: OnceLock<(tempfile::TempDir, Study)> = OnceLock::new();
    DEMO.get_or_init(|| {
        let folder = small_demo();
        let study = catchment_import::open(folder.path()).unwrap();
        (folder, study)
    })
}

pub(crate) fn ask(arguments: &[&str]) -> Said {
    ask_of(demo().0.path(), arguments)
}

pub(crate) fn ask_of(study: &Path, arguments: &[&str]) -> Said {
    let study = ["matrix", text(study)];
    catchment(study.iter().chain(arguments).copied())
}

/// Asks, and returns the rows by the names of their columns.
pub(crate) fn rows(arguments: &[&str]) -> Vec<BTreeMap<String, String>> {
    let said = ask(arguments);
    assert_eq!(said.code, Some(0), "{arguments:?}: {}", said.err);
    table(&said.out)
}

pub(crate) fn table(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// What a row says of a cost, rounded as whole numbers.
pub(crate) fn figures(cost: Cost) -> [String; 2] {
    let minutes = (u64::from(cost.milliseconds()) + 300) / 600;
    let metres = (u64::from(cost.millimetres()) + 500) / 1000;
    [
        format!("{}.{:02}", minutes / 100, minutes % 100),
        format!("{}.{:03}", metres / 1000, metres % 1000),
    ]
}

pub(crate) fn told(row: &BTreeMap<String, String>) -> [String; 2] {
    ["minutes", "km"].map(|name| row[name].clone())
}

fn on_streets(snaps: &[Snapped]) -> Vec<Snap> {
    snaps.iter().filter_map(|snap| snap.ok()).collect()
}

fn site_keys(study: &Study) -> Vec<&str> {
    let sites = study.parts().sites.rows().iter();
    sites.map(|site| site.key.as_str()).collect()
}

#[test]
fn a_table_has_every_pair_and_the_journeys_of_the_layers() {
    let study = &demo().1;
    let postcodes = study.parts().postcodes.rows();
    let keys = site_keys(study);
    for (from, ids, snaps) in [
        ("sites", keys.clone(), study.site_snaps()),
        (
            "postcodes",
            postcodes
                .iter()
                .map(|postcode| postcode.code.as_str())
                .collect(),
            study.postcode_snaps(),
        ),
    ] {
        let journeys = Journeys::compute(study, snaps);
        let rows = rows(&["--from", from, "--to", "sites"]);
        assert_eq!(rows.len(), ids.len() * keys.len());
        let mut rows = rows.iter();
        for (start, id) in ids.iter().enumerate() {
            for (journey, key) in journeys.from_start(start).iter().zip(&keys) {
                let row = rows.next().unwrap();
                assert_eq!((row["from"].as_str(), row["to"].as_str()), (*id, *key));
                match journey {
                    Ok(Journey { road, straight }) => {
                        assert_eq!(told(row), figures(*road));
                        let metres = straight.value().round() as u64;
                        let expected = format!("{}.{:03}", metres / 1000, metres % 1000);
                        assert_eq!(
                            (row["straight_km"].as_str(), row["why"].as_str()),
                            (expected.as_str(), "")
                        );
                    }
                    Err(why) => {
                        let word = match why {
                            NoJourney::StartOffNetwork => "start_off_network",
                            NoJourney::EndOffNetwork => "end_off_network",
                            NoJourney::NoRoute => "no_route",
                            NoJourney::PlaceTooCoarse => "place_too_coarse",
                        };
                        assert_eq!((row["km"].as_str(), row["why"].as_str()), ("", word));
                    }
                }
            }
        }
    }
}

#[test]
fn the_nearest_and_those_within_a_time_are_rows_of_the_whole_table() {
    let study = &demo().1;
    let keys = site_keys(study);
    let (starts, ends) = (study.postcode_snaps(), on_streets(study.site_snaps()));
    assert_eq!(
        ends.len(),
        keys.len(),
        "the demo's sites are on the streets"
    );
    let all = study.prepared().unwrap().many();
    let all = all.matrix(&on_streets(starts)[..], &ends[..]);
    let minutes = 3.0;
    let nearest = rows(&["--from", "postcodes", "--to", "sites", "--k", "3"]);
    let within = rows(&["--from", "postcodes", "--to", "sites", "--max-minutes", "3"]);
    let (mut nearest, mut within) = (nearest.iter(), within.iter());
    let (mut origin, mut alone) = (0, 0);
    for (start, postcode) in starts.iter().zip(study.parts().postcodes.rows()) {
        let mut costs: Vec<(Cost, usize)> = Vec::new();
        if start.is_ok() {
            let row = all.row(origin).iter().enumerate();
            costs = row
                .filter_map(|(site, cost)| Some(((*cost)?, site)))
                .collect();
            origin += 1;
        }
        let near: Vec<_> = costs
            .iter()
            .filter(|(cost, _)| cost.time().minutes() <= minutes)
            .collect();
        for (cost, site) in &near {
            let row = within.next().unwrap();
            assert_eq!(
                (&row["from"], row["to"].as_str()),
                (&postcode.code, keys[*site])
            );
            assert_eq!(told(row), figures(*cost));
        }
        if near.is_empty() {
            // None is lost: it has a row that says so.
            let row = within.next().unwrap();
            let why = if start.is_ok() {
                "none_within"
            } else {
                "start_off_network"
            };
            assert_eq!(
                (&row["from"], row["to"].as_str(), row["why"].as_str()),
                (&postcode.code, "", why)
            );
            alone += 1;
        }
        costs.sort_unstable();
        costs.truncate(3);
        for (rank, (cost, site)) in costs.iter().enumerate() {
            let row = nearest.next().unwrap();
            assert_eq!(
                (&row["from"], row["to"].as_str()),
                (&postcode.code, keys[*site])
            );
            assert_eq!(
                (row["rank"].clone(), told(row)),
                ((rank + 1).to_string(), figures(*cost))
            );
        }
        if costs.is_empty() {
            assert_eq!(nearest.next().unwrap()["to"], "");
        }
    }
    assert!(nearest.next().is_none() && within.next().is_none());
    assert!(
        alone > 0,
        "a cut-off that leaves nobody alone shows nothing"
    );
}

#[test]
fn areas_assets_services_and_other_profiles_are_put_on_their_own_streets() {
    let study = &demo().1;
    let parts = study.parts();
    let walk = study.prepared_for("walk").unwrap();
    let snapper = Snapper::new(walk.network());
    let cap = parts.settings.snap_cap;
    let snap =
        |point: catchment_core::grid::GridPoint| snapper.snap([point.x, point.y], cap).unwrap();
    let (set, about) = parts.area_sets.iter().next().unwrap();
    let centres = area_centres(study, set);
    let starts: Vec<Snap> = centres
        .iter()
        .map(|(_, centre)| snap(centre.unwrap().point))
        .collect();
    let kind = &parts.assets.rows()[0].kind;
    let assets = parts
        .assets
        .rows()
        .iter()
        .filter(|asset| asset.kind == *kind);
    let assets: Vec<_> = assets.collect();
    let ends: Vec<Snap> = assets.iter().map(|asset| snap(asset.point)).collect();
    let expected = matrix(walk.network(), &starts, &ends);
    let from = format!("areas:{}", about.key);
    let to = format!("assets:{kind}");
    let rows_of = rows(&["--from", &from, "--to", &to, "--profile", "walk"]);
    assert_eq!(rows_of.len(), starts.len() * ends.len());
    for (place, row) in rows_of.iter().enumerate() {
        let (start, end) = (place / ends.len(), place % ends.len());
        assert_eq!(row["from"], parts.areas[centres[start].0].code);
        assert_eq!(row["to"], assets[end].key);
        assert_eq!(told(row), figures(expected.at(start, end).unwrap()));
    }
    // A centre is a postcode of its own area.
    for (area, centre) in &centres {
        let postcode = centre.unwrap().postcode.unwrap();
        assert_eq!(study.area_of_postcode(postcode, set), Some(*area));
    }
    let services = rows(&["--from", "services", "--to", &from]);
    assert_eq!(
        services.len(),
        study.open_services().count() * centres.len()
    );
}

#[test]
fn the_shortest_route_is_never_longer_and_is_that_of_a_search() {
    let study = &demo().1;
    let network = study.network().unwrap();
    let shortest = network.by_metric(Metric::ShortestDistance);
    let snaps = on_streets(study.site_snaps());
    let expected = matrix(&shortest, &snaps, &snaps);
    let fastest = matrix(network, &snaps, &snaps);
    let rows = rows(&["--from", "sites", "--to", "sites", "--shortest"]);
    let mut shorter = 0;
    for (place, row) in rows.iter().enumerate() {
        let (from, to) = (place / snaps.len(), place % snaps.len());
        let cost = expected.at(from, to).unwrap();
        assert_eq!(told(row), figures(cost));
        let by_time = fastest.at(from, to).unwrap();
        assert!(cost.millimetres() <= by_time.millimetres());
        assert!(cost.milliseconds() >= by_time.milliseconds());
        shorter += usize::from(cost.millimetres() < by_time.millimetres());
    }
    assert!(shorter > 0);
}

#[test]
fn a_file_of_points_is_read_with_care_and_a_single_place_is_found() {
    let study = &demo().1;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("points.csv");
    let postcode = &study.parts().postcodes.rows()[7];
    let point = postcode.point;
    let place = study.about().grid.to_lon_lat(point).unwrap();
    fs::write(
        &file,
        format!(
            "id,postcode,easting,northing,lat,lon\n\
             P,{},,,,\nM,,{},{},,\nD,,,,{},{}\n=cmd,{},,,,\n\
             M,,{},{},,\nnone,,,,,\nbad,,twelve,5,,\n",
            postcode.code.to_lowercase(),
            point.x,
            point.y,
            place.lat,
            place.lon,
            postcode.code,
            point.x,
            point.y
        ),
    )
    .unwrap();
    let said = ask(&["--from", text(&file), "--to", "sites", "--k", "1"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    for words in [
        "points.csv, row 6, column id: stands in an earlier row too",
        "points.csv, row 7, column postcode: has neither coordinates",
        "points.csv, row 8, column easting: cannot be read: \"twelve\"",
        "3 of 7 rows were left out",
    ] {
        assert!(said.err.contains(words), "no \"{words}\" in {}", said.err);
    }
    let whole = rows(&["--from", &postcode.code, "--to", "sites", "--k", "1"]);
    let by_file = table(&said.out);
    let ids: Vec<&str> = by_file.iter().map(|row| row["from"].as_str()).collect();
    assert_eq!(ids, ["P", "M", "D", "'=cmd"]);
    for row in &by_file {
        assert_eq!((&row["to"], told(row)), (&whole[0]["to"], told(&whole[0])));
    }
    let unknown = ask(&["--from", "nothing.csv", "--to", "sites"]);
    assert_eq!(unknown.code, Some(1));
    assert!(
        unknown.err.contains("no file that is there"),
        "{}",
        unknown.err
    );
}

#[test]
fn what_cannot_be_done_is_refused_before_the_work() {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("there.csv");
    fs::write(&there, "mine").unwrap();
    let study = &demo().1;
    let points = folder.path().join("many.csv");
    let point = study.parts().sites.rows()[0].point;
    let mut many = "id,easting,northing\n".to_owned();
    for number in 0..40_000 {
        use std::fmt::Write as _;
        writeln!(many, "{number},{},{}", point.x, point.y).unwrap();
    }
    fs::write(&points, many).unwrap();
    let many = text(&points);
    let set = &study.parts().area_sets.rows()[0].key;
    for (arguments, code, words) in [
        (vec!["--from", "homes", "--to", "sites"], 1, "--owner-file"),
        (
            vec!["--from", "sites", "--to", "sites", "--profile", "sail"],
            1,
            "drive",
        ),
        (
            vec!["--from", "areas:none", "--to", "sites"],
            1,
            set.as_str(),
        ),
        (vec!["--from", "assets:none", "--to", "sites"], 1, "library"),
        (vec!["--from", many, "--to", many], 1, "1,600,000,000 rows"),
        (
            vec!["--from", "sites", "--to", "sites", "--max-minutes", "-3"],
            1,
            "above 0",
        ),
        (
            vec!["--from", "sites", "--to", "sites", "-o", text(&there)],
            1,
            "--overwrite",
        ),
        (
            vec!["--from", "sites", "--to", "sites", "--k", "0"],
            2,
            "--k",
        ),
        (
            vec![
                "--from",
                "sites",
                "--to",
                "sites",
                "-o",
                "a",
                "--owner-file",
                "b",
            ],
            2,
            "--owner-file",
        ),
        (
            vec![
                "--from",
                "sites",
                "--to",
                "sites",
                "--shortest",
                "--max-minutes",
                "3",
            ],
            2,
            "--shortest",
        ),
    ] {
        let said = ask(&arguments);
        assert_eq!(said.code, Some(code), "{arguments:?}: {}", said.err);
        assert!(said.err.contains(words), "{arguments:?}: {}", said.err);
        assert_eq!(said.out, "", "{arguments:?}");
    }
    assert_eq!(fs::read_to_string(&there).unwrap(), "mine");
    let file = [
        "--from",
        "sites",
        "--to",
        "sites",
        "-o",
        text(&there),
        "--overwrite",
    ];
    let said = ask(&file);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let whole = ask(&file[..4]);
    assert_eq!(fs::read_to_string(&there).unwrap(), whole.out);
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let mut running = command()
        .args([
            "matrix",
            text(demo().0.path()),
            "--from",
            "postcodes",
            "--to",
            "postcodes",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(running.stdout.take());
    let ended = said(&running.wait_with_output().unwrap());
    assert_eq!((ended.code, ended.err.as_str()), (Some(0), ""));
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_no_half_file_and_what_a_kill_leaves_goes_with_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let points = folder.path().join("points.csv");
    let mut many = "id,easting,northing\n".to_owned();
    for (number, postcode) in demo()
        .1
        .parts()
        .postcodes
        .rows()
        .iter()
        .cycle()
        .take(25_000)
        .enumerate()
    {
        use std::fmt::Write as _;
        writeln!(many, "{number},{},{}", postcode.point.x, postcode.point.y).unwrap();
    }
    fs::write(&points, many).unwrap();
    let output = folder.path().join("table.csv");
    let names = || -> BTreeSet<String> {
        let entries = fs::read_dir(folder.path()).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    for (flag, name, code) in [
        ("-o", "-INT", Some(130)),
        ("-o", "-TERM", Some(143)),
        ("--owner-file", "-INT", Some(130)),
        ("-o", "-KILL", None),
    ] {
        let many = text(&points);
        let mut running = command()
            .args([
                "matrix",
                text(demo().0.path()),
                "--from",
                many,
                "--to",
                many,
            ])
            .args([flag, text(&output)])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let half = || {
            let entries = fs::read_dir(folder.path()).unwrap().flatten();
            let sizes =
                entries.filter(|entry| entry.file_name().to_string_lossy().ends_with(".tmp"));
            sizes
                .filter_map(|entry| Some(entry.metadata().ok()?.len()))
                .sum::<u64>()
        };
        while half() < 1 << 20 {
            assert!(
                running.try_wait().unwrap().is_none(),
                "it was done before it was ended"
            );
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let told = std::process::Command::new("kill")
            .args([name, &running.id().to_string()])
            .status();
        assert!(told.unwrap().success());
        let ended = said(&running.wait_with_output().unwrap());
        assert_eq!(ended.code, code, "{}", ended.err);
        let left = names().len();
        assert_eq!(left, if name == "-KILL" { 2 } else { 1 }, "{:?}", names());
    }
    let said = ask(&["--from", "sites", "--to", "sites", "-o", text(&output)]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(
        names(),
        BTreeSet::from(["points.csv", "table.csv"].map(str::to_owned))
    );
}
