//! A build one can trust: it reads what has changed, gives what a full one gives, and leaves the old bundle or the new one, whole.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::folder::{Said, catchment, command, said, text};

/// A study so small that it is built hundreds of times.
pub(crate) fn tiny() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = text(folder.path());
    let said = catchment(["demo", "--no-serve", "--scale", "0.01", "--dir", path]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    folder
}

fn build(study: &Path) -> Said {
    let said = catchment(["build", text(study)]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    said
}

pub(crate) fn bundle(study: &Path) -> Vec<u8> {
    fs::read(study.join("study.bundle")).unwrap()
}

/// Lists what a step's file or a bundle was written as before it got its name.
pub(crate) fn half_written(study: &Path) -> Vec<PathBuf> {
    [study.to_owned(), study.join(".catchment")]
        .iter()
        .flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten())
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".tmp"))
        .collect()
}

fn records(study: &Path) -> Vec<PathBuf> {
    let mut records: Vec<PathBuf> = fs::read_dir(study.join(".catchment"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|end| end == "step"))
        .collect();
    records.sort();
    records
}

/// Lists the steps that a build says it read.
fn read(said: &Said) -> BTreeSet<String> {
    let line = said
        .out
        .lines()
        .find_map(|line| line.strip_prefix("read: "));
    let (read, _) = line.unwrap().split_once("; as before: ").unwrap();
    let steps = read.split(", ").filter(|step| *step != "nothing");
    steps.map(str::to_owned).collect()
}

/// What a build says, but for what it read.
fn report(said: &Said) -> String {
    let lines = said.out.lines().filter(|line| !line.starts_with("read: "));
    lines.collect::<Vec<_>>().join("\n")
}

/// Rewrites a file.
fn change(study: &Path, file: &str, with: impl FnOnce(String) -> String) {
    let path = study.join(file);
    let before = fs::read_to_string(&path).unwrap();
    let after = with(before.clone());
    assert_ne!(before, after, "{file} was not changed");
    fs::write(path, after).unwrap();
}

/// Sets a cell of the first row of a table without quotes.
fn set(study: &Path, file: &str, column: &str, value: &str) {
    change(study, file, |table| {
        let mut lines: Vec<String> = table.lines().map(str::to_owned).collect();
        let place = lines[0].split(',').position(|header| header == column);
        let mut cells: Vec<&str> = lines[1].split(',').collect();
        cells[place.unwrap()] = value;
        lines[1] = cells.join(",");
        lines.join("\n") + "\n"
    });
}

/// A generator of numbers that are the same in every run.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

type Change = Box<dyn Fn(&Path)>;

fn line(file: &'static str, from: &'static str, to: &'static str) -> Change {
    Box::new(move |study| change(study, file, |text| text.replacen(from, to, 1)))
}

fn cell(file: &'static str, column: &'static str, value: &'static str) -> Change {
    Box::new(move |study| set(study, file, column, value))
}

/// Changes, and the steps that each of them makes a build read again.
fn changes() -> Vec<(&'static str, Change, Vec<&'static str>)> {
    let all = |path: &Path| {
        let text = fs::read(path).unwrap();
        fs::write(path, text).unwrap();
    };
    let services = ["providers", "sessions", "returns"];
    let located = [
        &services[..],
        &[
            "service_users",
            "attendances",
            "assets.1",
            "community_assets",
        ],
        &["placements"],
    ]
    .concat();
    let with = |first: &'static str, rest: &[&'static str]| [&[first], rest].concat();
    vec![
        ("nothing", Box::new(|_| ()), vec![]),
        (
            "a file written again as it was",
            Box::new(move |study| all(&study.join("attendances.csv"))),
            vec![],
        ),
        (
            "how a person travels",
            cell("attendances.csv", "mode_there", "on foot"),
            vec!["attendances"],
        ),
        (
            "a rate",
            cell("providers.csv", "hourly_rate", "12.34"),
            // Community assets too, because what lies at a carer's home is withheld from them.
            [
                &services[..],
                &["attendances", "assets.1", "community_assets"],
            ]
            .concat(),
        ),
        (
            "a home",
            cell("service_users.csv", "easting", "445123"),
            vec!["service_users", "attendances", "placements"],
        ),
        (
            "a decile",
            cell("deprivation.csv", "decile", "9"),
            vec!["deprivation.invented2019"],
        ),
        (
            "residents",
            cell("population.csv", "total", "4321"),
            vec!["population"],
        ),
        (
            "a postcode's place",
            cell("postcodes.csv", "northing", "34567"),
            with("postcodes", &located),
        ),
        (
            "the name of a small area",
            line("small_areas.geojson", "\"name\":\"", "\"name\":\"New "),
            [
                &["areas.small_area", "population", "deprivation.invented2019"][..],
                &["postcodes"],
                &located[..],
            ]
            .concat(),
        ),
        (
            "who is credited",
            line("study.toml", "Invented services", "Somebody else"),
            vec![],
        ),
        (
            "the title",
            line("study.toml", "an invented council", "a council"),
            vec![],
        ),
        (
            "the release profile",
            line("study.toml", "\"le7_round5\"", "\"lt5\""),
            vec![],
        ),
        (
            "the snap cap",
            line("study.toml", "snap_cap_m = 1000", "snap_cap_m = 1001"),
            vec!["placements"],
        ),
        (
            "the travel profile",
            line("study.toml", "profile = \"drive\"", "profile = \"walk\""),
            vec!["placements"],
        ),
        (
            "the column of ranks",
            line("study.toml", "rank = \"rank\"", ""),
            vec!["deprivation.invented2019"],
        ),
    ]
}

#[test]
fn what_a_change_touches_is_read_again_and_nothing_else() {
    let study = tiny();
    let study = study.path();
    let full = tiny();
    for (what, change, expected) in changes() {
        change(study);
        let first = build(study);
        let expected: BTreeSet<String> = expected.into_iter().map(str::to_owned).collect();
        assert_eq!(read(&first), expected, "{what}");

        // The same as reading everything: here, and in another folder where nothing was ever read.
        let incremental = bundle(study);
        let fresh = catchment(["build", text(study), "--fresh"]);
        assert_eq!(fresh.code, Some(0), "{}", fresh.err);
        assert!(bundle(study) == incremental, "{what}: another bundle");
        assert_eq!(report(&first), report(&fresh), "{what}: another report");
        assert!(read(&fresh).len() > 9, "{what}");
        for entry in fs::read_dir(study).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, full.path().join(path.file_name().unwrap())).unwrap();
            }
        }
        let _ = fs::remove_dir_all(full.path().join(".catchment"));
        build(full.path());
        assert!(bundle(full.path()) == incremental, "{what}: from nothing");
        assert!(read(&build(study)).is_empty(), "{what}: not settled");
    }
}

#[test]
fn a_build_is_the_same_bytes_on_one_and_on_two_threads() {
    let study = tiny();
    let on = |threads: &str, fresh: &[&str]| {
        let mut command = command();
        command.env("RAYON_NUM_THREADS", threads);
        let output = command
            .args(["build", text(study.path())])
            .args(fresh)
            .output();
        assert!(output.unwrap().status.success());
        bundle(study.path())
    };
    let one = on("1", &["--fresh"]);
    assert!(one == on("2", &["--fresh"]));
    assert!(one == on("1", &[]));
    assert!(one == on("2", &[]));
}

#[test]
fn records_that_are_damaged_foreign_or_gone_only_cost_time() {
    let study = tiny();
    let study = study.path();
    let whole = bundle(study);
    let kept = records(study);
    let all = read(&catchment(["build", text(study), "--fresh"])).len();
    assert!(all > 9 && kept.len() >= all, "{kept:?}");
    for damage in 0..4 {
        for record in &kept {
            let mut bytes = fs::read(record).unwrap();
            let middle = bytes.len() / 2;
            match damage {
                0 => bytes[middle] ^= 1,
                1 => bytes.truncate(middle),
                2 => bytes.clear(),
                _ => bytes = fs::read(&kept[0]).unwrap(),
            }
            fs::write(record, bytes).unwrap();
        }
        let said = build(study);
        // A record that is its own copy is as good as it was.
        assert!(read(&said).len() + usize::from(damage == 3) >= all);
        assert!(bundle(study) == whole);
        assert_eq!(records(study), kept);
        assert!(read(&build(study)).is_empty());
    }
    let stranger = study.join(".catchment").join(format!("{:064x}.step", 7));
    fs::write(&stranger, "not a record").unwrap();
    assert!(read(&build(study)).is_empty());
    assert!(!stranger.exists(), "a record that no step uses was kept");

    fs::remove_dir_all(study.join(".catchment")).unwrap();
    assert_eq!(read(&build(study)).len(), all);
    assert!(bundle(study) == whole);
}

#[test]
fn a_check_uses_records_and_writes_none() {
    let study = tiny();
    set(study.path(), "attendances.csv", "mode_there", "on foot");
    let names = |folder: &Path| -> BTreeSet<PathBuf> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    };
    let (before, kept) = (names(study.path()), records(study.path()));
    let first = catchment(["check", text(study.path())]);
    assert_eq!(first.code, Some(0));
    assert_eq!(before, names(study.path()));
    assert_eq!(kept, records(study.path()));
    fs::remove_dir_all(study.path().join(".catchment")).unwrap();
    let second = catchment(["check", text(study.path())]);
    assert_eq!(first.out, second.out);
    assert!(!study.path().join(".catchment").exists());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let study = tiny();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let folder = study.path().join(".catchment");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    set(study.path(), "service_users.csv", "easting", "445123");
    build(study.path());
    assert_eq!(mode(&folder), 0o700);
    for entry in fs::read_dir(&folder).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
    assert_eq!(mode(&study.path().join("study.bundle")), 0o600);
}

#[test]
fn a_study_that_cannot_be_kept_for_the_next_build_is_built_all_the_same() {
    let study = tiny();
    let whole = bundle(study.path());
    let folder = study.path().join(".catchment");
    fs::remove_dir_all(&folder).unwrap();
    fs::write(&folder, "a file where the folder should be").unwrap();
    let said = build(study.path());
    assert!(said.err.contains(".catchment"), "{}", said.err);
    assert!(said.err.contains("reads everything again"), "{}", said.err);
    assert!(bundle(study.path()) == whole);
    assert!(folder.is_file());
}

/// Two states of one study, and the bundle of each.
pub(crate) struct Two {
    study: tempfile::TempDir,
    pub(crate) tables: [String; 2],
    pub(crate) bundles: [Vec<u8>; 2],
}

impl Two {
    pub(crate) fn new() -> Self {
        let study = tiny();
        let table = study.path().join("attendances.csv");
        let first = fs::read_to_string(&table).unwrap();
        let old = bundle(study.path());
        set(study.path(), "attendances.csv", "mode_there", "on foot");
        let second = fs::read_to_string(&table).unwrap();
        build(study.path());
        let new = bundle(study.path());
        assert!(old != new);
        Self {
            study,
            tables: [first, second],
            bundles: [old, new],
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.study.path()
    }

    /// Makes the files those of the state whose bundle is not there.
    pub(crate) fn turn(&self) {
        let now = usize::from(bundle(self.path()) == self.bundles[1]);
        fs::write(self.path().join("attendances.csv"), &self.tables[1 - now]).unwrap();
    }

    fn is_whole(&self) -> bool {
        self.bundles.contains(&bundle(self.path()))
    }

    fn start(&self, more: &[&str]) -> Child {
        command()
            .args(["build", text(self.path())])
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// How long a build takes, at most.
    fn takes(&self, more: &[&str]) -> Duration {
        let begun = Instant::now();
        assert!(self.start(more).wait().unwrap().success());
        begun.elapsed()
    }
}

#[test]
fn a_build_that_is_killed_at_any_moment_leaves_the_old_bundle_or_the_new_one() {
    let two = Two::new();
    let mut random = Seeded(0x2545_f491_4f6c_dd1d);
    let mut turned = 0;
    for round in 0..200 {
        // Now everything is read, now what has changed, so that every part of a build is hit.
        let more: &[&str] = if round % 2 == 0 { &[] } else { &["--fresh"] };
        if round % 20 < 2 {
            two.turn();
            two.takes(more);
        }
        let before = bundle(two.path());
        two.turn();
        let longest = if round % 2 == 0 { 60_000 } else { 160_000 };
        let mut child = two.start(more);
        std::thread::sleep(Duration::from_micros(random.below(longest)));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(two.is_whole(), "round {round}");
        turned += usize::from(bundle(two.path()) != before);
    }
    println!("{turned} of 200 builds were done before they were killed");
    let said = catchment(["run", text(two.path()), "gaps"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    two.turn();
    build(two.path());
    assert!(two.is_whole());
    assert!(half_written(two.path()).is_empty(), "leftovers were kept");
}

#[test]
fn builds_at_once_wait_for_each_other() {
    let two = Two::new();
    for count in [2, 5] {
        two.turn();
        let children: Vec<Child> = (0..count).map(|_| two.start(&["--fresh"])).collect();
        let mut waited = 0;
        for child in children {
            let output = child.wait_with_output().unwrap();
            let said = said(&output);
            assert_eq!(said.code, Some(0), "{}", said.err);
            waited += usize::from(said.err.contains("another build of this study is running"));
        }
        assert!(waited >= 1 && waited < count, "{waited} of {count} waited");
        assert!(two.is_whole());
        assert!(half_written(two.path()).is_empty());
        assert!(read(&build(two.path())).is_empty());
    }
}

#[cfg(unix)]
fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    // Without a process to tell, it was done before.
    let _ = std::process::Command::new("kill")
        .args([name, &id])
        .stderr(Stdio::null())
        .status();
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing_half_made() {
    let two = Two::new();
    let mut ended = 0;
    for moment in 0..30 {
        let (name, code) = if moment % 3 == 2 {
            ("-TERM", 143)
        } else {
            ("-INT", 130)
        };
        two.turn();
        let before = bundle(two.path());
        let child = two.start(&["--fresh"]);
        std::thread::sleep(Duration::from_millis(10 + moment * 4));
        signal(&child, name);
        let output = child.wait_with_output().unwrap();
        let said = said(&output);
        assert!(half_written(two.path()).is_empty(), "moment {moment}");
        assert!(two.is_whole());
        if said.code == Some(code) {
            ended += 1;
            assert_eq!(said.err.lines().count(), 1, "{}", said.err);
            assert!(said.err.contains("ended on request"), "{}", said.err);
        } else if said.code.is_none() {
            // Before the program could listen nothing of it was there yet.
            assert!(bundle(two.path()) == before);
        } else {
            assert_eq!(said.code, Some(0), "{}", said.err);
        }
    }
    assert!(ended > 3, "only {ended} builds were ended while they ran");
}

#[test]
fn every_byte_of_a_bundle_counts() {
    let study = tiny();
    let path = study.path().join("study.bundle");
    let sound = bundle(study.path());
    let mut random = Seeded(7);
    let places = (0..60).chain((0..20).map(|_| random.below(sound.len() as u64) as usize));
    for place in places {
        let mut bytes = sound.clone();
        bytes[place] ^= 1;
        fs::write(&path, &bytes).unwrap();
        let said = catchment(["run", text(study.path()), "gaps"]);
        assert_eq!(said.code, Some(1), "byte {place}");
        assert!(said.err.contains("catchment build"), "{}", said.err);
        fs::write(&path, &sound[..place]).unwrap();
        assert_eq!(catchment(["run", text(study.path()), "gaps"]).code, Some(1));
    }
    let mut more = Vec::new();
    fs::File::open(study.path().join("study.toml"))
        .unwrap()
        .read_to_end(&mut more)
        .unwrap();
    fs::write(&path, [sound, more].concat()).unwrap();
    assert_eq!(catchment(["run", text(study.path()), "gaps"]).code, Some(1));
}
