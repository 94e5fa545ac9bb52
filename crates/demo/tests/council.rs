//! What the invented council promises, read back from the files it writes.

#![expect(
    clippy::expect_used,
    reason = "a test may stop where a value is missing"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use catchment_demo::{DemoError, Ground, GroundPostcode, Options, lay_over, write};

/// The day of which the study asks.
const DAY: &str = "2023-03-06";

type Row = BTreeMap<String, String>;

fn read(text: &str) -> Vec<Row> {
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .map(|row| row.expect("a row parses"))
        .collect()
}

fn table(folder: &Path, file: &str) -> Vec<Row> {
    read(&fs::read_to_string(folder.join(file)).expect("the file is there"))
}

fn made(scale: f64) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), &Options { seed: 1, scale }, &mut |_| {}).expect("a study");
    folder
}

fn distinct<'a>(rows: impl IntoIterator<Item = &'a Row>, column: &str) -> BTreeSet<&'a str> {
    rows.into_iter().map(|row| row[column].as_str()).collect()
}

fn active(row: &Row) -> bool {
    row["from"].as_str() <= DAY && (row["to"].is_empty() || row["to"].as_str() >= DAY)
}

/// Pairs of a person and an open service attended in person: all, and the trading company's.
fn pairs(folder: &Path) -> (usize, usize) {
    let providers = table(folder, "providers.csv");
    let of = |id: &str| {
        providers
            .iter()
            .find(|row| row["service_id"] == id)
            .expect("a known service")
    };
    let sessions = table(folder, "attendances.csv");
    let pairs: BTreeSet<(&str, &str)> = sessions
        .iter()
        .filter(|row| {
            active(row)
                && row["delivery"] == "building"
                && of(&row["service_id"])["status"] == "open"
        })
        .map(|row| (row["user_id"].as_str(), row["service_id"].as_str()))
        .collect();
    let trading = pairs
        .iter()
        .filter(|(_, service)| of(service)["operator_group"] == "Trading company")
        .count();
    (pairs.len(), trading)
}

#[test]
fn services_have_the_counts_and_the_mean_rates() {
    let folder = made(1.0);
    let providers = table(folder.path(), "providers.csv");
    let open: Vec<&Row> = providers
        .iter()
        .filter(|row| row["status"] == "open")
        .collect();
    assert_eq!((providers.len(), open.len()), (40, 36));
    for (category, count, pence) in [
        ("Low cost", 5, 199),
        ("Community", 19, 951),
        ("Day service", 12, 2_021),
    ] {
        let rates: Vec<u32> = open
            .iter()
            .filter(|row| row["category"] == category)
            .map(|row| row["hourly_rate"].replace('.', "").parse().expect("pence"))
            .collect();
        assert_eq!(rates.len(), count, "{category}");
        assert_eq!(
            rates.iter().sum::<u32>(),
            pence * count as u32,
            "{category}"
        );
    }
    let trading = |status: &str| {
        providers
            .iter()
            .filter(|row| row["operator_group"] == "Trading company" && row["status"] == status)
            .count()
    };
    assert_eq!((trading("open"), trading("closed")), (5, 3));
}

#[test]
fn people_have_the_counts_the_hours_and_the_quarter() {
    let folder = made(1.0);
    let providers = table(folder.path(), "providers.csv");
    let category = |id: &str| {
        &providers
            .iter()
            .find(|row| row["service_id"] == id)
            .expect("known")["category"]
    };
    let sessions = table(folder.path(), "attendances.csv");
    let now: Vec<&Row> = sessions.iter().filter(|row| active(row)).collect();
    let of = |name: &str| -> Vec<&Row> {
        now.iter()
            .copied()
            .filter(|row| category(&row["service_id"]) == name)
            .collect()
    };
    let day = of("Day service");
    assert_eq!(distinct(day.iter().copied(), "user_id").len(), 487);
    let quarters: f64 = day
        .iter()
        .map(|row| row["hours"].parse::<f64>().expect("hours") * 4.0)
        .sum();
    assert!((quarters - 4_197.0 * 4.0).abs() < 1e-9);
    let (all, trading) = pairs(folder.path());
    assert_eq!(trading * 4, all);
    let users = table(folder.path(), "service_users.csv");
    let ids = distinct(&users, "user_id");
    assert_eq!(ids.len(), users.len());
    assert!(
        sessions
            .iter()
            .all(|row| ids.contains(row["user_id"].as_str()))
    );
    let share = |column: &str, value: &str| {
        users.iter().filter(|row| row[column] == value).count() as f64 / users.len() as f64
    };
    assert!((share("support_group", "Learning disability") - 0.54).abs() < 0.02);
    assert!((share("funding_route", "Commissioned") - 0.67).abs() < 0.02);
    assert!((share("funding_route", "Direct payment") - 0.11).abs() < 0.02);
}

#[test]
fn those_of_the_closed_sites_moved_are_served_elsewhere_or_stopped() {
    let folder = made(1.0);
    let providers = table(folder.path(), "providers.csv");
    let closed: BTreeSet<&str> = distinct(
        providers.iter().filter(|row| row["status"] == "closed"),
        "service_id",
    );
    let sessions = table(folder.path(), "attendances.csv");
    let (mut moved, mut elsewhere, mut stopped) = (0, 0, 0);
    for person in distinct(
        sessions
            .iter()
            .filter(|row| closed.contains(row["service_id"].as_str())),
        "user_id",
    ) {
        let now: Vec<&Row> = sessions
            .iter()
            .filter(|row| row["user_id"] == person && active(row))
            .collect();
        assert!(
            now.iter()
                .all(|row| !closed.contains(row["service_id"].as_str()))
        );
        match now.iter().any(|row| row["delivery"] == "building") {
            true => moved += 1,
            false if now.is_empty() => stopped += 1,
            false => elsewhere += 1,
        }
    }
    assert!(
        moved > 20 && elsewhere > 10 && stopped > 5,
        "{moved} {elsewhere} {stopped}"
    );
}

#[test]
fn areas_hold_the_residents_and_codes_are_unique() {
    let folder = made(1.0);
    let population = table(folder.path(), "population.csv");
    let totals: Vec<u32> = population
        .iter()
        .map(|row| row["total"].parse().expect("a count"))
        .collect();
    assert_eq!(totals.iter().sum::<u32>(), 400_000);
    assert!(totals.iter().all(|total| (1_000..=2_500).contains(total)));
    assert!((230..=250).contains(&population.len()));
    assert_eq!(distinct(&population, "code").len(), population.len());
    assert_eq!(
        distinct(&table(folder.path(), "deprivation.csv"), "code"),
        distinct(&population, "code")
    );
    let postcodes = table(folder.path(), "postcodes.csv");
    assert!((8_000..=9_500).contains(&postcodes.len()));
    assert_eq!(distinct(&postcodes, "postcode").len(), postcodes.len());
    let wards = fs::read_to_string(folder.path().join("wards.geojson")).expect("wards");
    assert_eq!(wards.matches("\"Feature\"").count(), 33);
    for file in [
        "assets.csv",
        "providers.csv",
        "sessions.csv",
        "returns.csv",
        "service_users.csv",
        "attendances.csv",
    ] {
        assert!(!table(folder.path(), file).is_empty(), "{file}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_a_small_scale_works() {
    let (one, two) = (made(0.05), made(0.05));
    for entry in fs::read_dir(one.path()).expect("a folder") {
        let name = entry.expect("an entry").file_name();
        let bytes = |folder: &Path| fs::read(folder.join(&name)).expect("a file");
        assert!(bytes(one.path()) == bytes(two.path()), "{}", name.display());
    }
    let (all, trading) = pairs(one.path());
    assert_eq!(trading * 4, all);
    assert_eq!(table(one.path(), "providers.csv").len(), 40);
    let total: u32 = table(one.path(), "population.csv")
        .iter()
        .map(|row| row["total"].parse::<u32>().expect("a count"))
        .sum();
    assert_eq!(total, 20_000);
}

#[test]
fn other_seeds_and_scales_give_whole_studies() {
    for (seed, scale) in [(2, 0.1), (3, 0.01), (4, 0.3)] {
        let folder = tempfile::tempdir().expect("a folder");
        let summary = write(folder.path(), &Options { seed, scale }, &mut |_| {}).expect("a study");
        assert_eq!(summary.wards, 33);
        assert!(summary.own_means_km.all > 2.0 && summary.own_means_km.all < 10.0);
        let (all, trading) = pairs(folder.path());
        assert_eq!(trading * 4, all, "seed {seed}, scale {scale}");
    }
}

#[test]
fn a_study_is_not_overwritten_and_a_wrong_scale_is_refused() {
    let folder = made(0.05);
    let again = write(
        folder.path(),
        &Options {
            seed: 1,
            scale: 0.05,
        },
        &mut |_| {},
    );
    assert!(matches!(again, Err(DemoError::AlreadyThere(_))));
    let empty = tempfile::tempdir().expect("a folder");
    for scale in [0.0, -1.0, 1.5, f64::NAN] {
        let refused = write(empty.path(), &Options { seed: 1, scale }, &mut |_| {});
        assert!(matches!(refused, Err(DemoError::Scale(_))), "{scale}");
    }
}

#[test]
fn an_overlay_names_every_service_invented_and_uses_the_postcodes_given() {
    let postcodes: Vec<GroundPostcode> = (0..400)
        .map(|number| GroundPostcode {
            postcode: format!("ZZ1 {number}"),
            easting: 300_000.0 + f64::from(number % 20) * 400.0,
            northing: 200_000.0 + f64::from(number / 20) * 400.0,
            residents: 40.0,
            decile: (number % 3 > 0).then_some(1 + (number % 10) as u8),
        })
        .collect();
    let ground = Ground { postcodes };
    let options = Options {
        seed: 5,
        scale: 0.2,
    };
    let laid = lay_over(&ground, &options, true).expect("tables");
    let providers = read(&laid.providers_csv);
    assert_eq!(providers.len(), 39);
    for column in ["service_name", "operator", "site_name"] {
        assert!(
            providers
                .iter()
                .all(|row| row[column].starts_with("Invented ")),
            "{column}"
        );
    }
    let known = |row: &Row| {
        ground
            .postcodes
            .iter()
            .any(|place| place.postcode == row["postcode"])
    };
    assert!(providers.iter().all(known));
    let users = read(&laid.service_users_csv);
    assert!(!users.is_empty() && users.iter().all(known));
    assert!(users.iter().all(|row| row["user_id"].starts_with("INV")));
    assert_eq!(laid, lay_over(&ground, &options, true).expect("tables"));
    let alone = lay_over(&ground, &options, false).expect("tables");
    assert!(read(&alone.service_users_csv).is_empty() && read(&alone.attendances_csv).is_empty());
    assert_eq!(read(&alone.providers_csv).len(), 39);
    let nobody = lay_over(&Ground::default(), &options, true);
    assert!(matches!(nobody, Err(DemoError::NoPostcodes)));
}

#[test]
fn the_directory_has_every_kind_of_supply_and_seven_returns_are_missing() {
    let folder = made(0.2);
    let providers = table(folder.path(), "providers.csv");
    let modes = distinct(&providers, "delivery_mode");
    assert_eq!(
        modes.into_iter().collect::<Vec<_>>(),
        ["building", "community", "home", "online", "outreach"]
    );
    let of = |id: &str| {
        let found = providers.iter().find(|row| row["service_id"] == id);
        found.expect("a known service")
    };
    assert_eq!(of("S40")["carers_home"], "yes");
    assert!(of("S32")["service_area"].contains("X05"));
    let returns = table(folder.path(), "returns.csv");
    let missing = returns.iter().filter(|row| row["returned"] == "no").count();
    assert_eq!((missing, returns.len()), (7, 36));
    let sessions = table(folder.path(), "sessions.csv");
    for row in &sessions {
        assert_eq!(of(&row["service_id"])["status"], "open");
        assert!(row["start"] < row["end"], "{row:?}");
    }
    // Everybody who comes to a place comes while a session is held there.
    for row in table(folder.path(), "attendances.csv") {
        let held = |session: &&Row| {
            session["service_id"] == row["service_id"]
                && session["weekday"] == row["weekday"]
                && session["start"] < row["end"]
                && session["end"] > row["start"]
        };
        if row["to"].is_empty() && row["delivery"] == "building" {
            assert!(sessions.iter().any(|session| held(&session)), "{row:?}");
        }
    }
}
