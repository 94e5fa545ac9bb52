//! The table of built-in profiles says what they are.

#![allow(
    clippy::unwrap_used,
    reason = "a test may stop the moment something is not as it expects"
)]

use std::collections::BTreeSet;
use std::fmt::Write;

use catchment_travel::Profile;
use toml::{Table, Value};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/PROFILES.md");

/// Every field, what it means and its unit. A field that is a table of its own has a `*` for its keys.
const MEANINGS: [(&str, &str); 36] = [
    ("mode", "how tags are read"),
    (
        "class_speeds.*",
        "`highway` classes that may be used, and the speed where no `maxspeed` stands, km/h; 0 shuts one",
    ),
    (
        "signed_classes",
        "classes that may be used only where an access tag says so",
    ),
    (
        "surface_limits.*",
        "speeds that a `surface` does not let one exceed, of several the lowest, km/h",
    ),
    (
        "national_limits.*",
        "limits by a country's rule as `maxspeed` and its like name it, km/h",
    ),
    (
        "pace",
        "a factor on every speed of streets, such as a person's own pace",
    ),
    ("at_peak", "whether speeds are those of the peak"),
    (
        "peak.*",
        "factors on the speed of a class at the peak (our assumption)",
    ),
    (
        "access.keys",
        "access keys, the most specific first; only the first of all opens a point that stops this way of moving",
    ),
    ("access.open", "values that open a street"),
    (
        "access.ends_only",
        "values of streets for the start or the end of a journey only",
    ),
    ("access.shut", "values that shut a street"),
    (
        "access.open_at.*",
        "values that open a street at no more than this speed, km/h: a cycle is pushed",
    ),
    (
        "oneway_keys",
        "keys that can make a street one-way; none: one-ways do not matter",
    ),
    (
        "implied_oneway",
        "whether roundabouts and motorways are one-way without saying so",
    ),
    ("barriers_passed", "kinds of `barrier` that do not stop one"),
    ("barriers_stopping", "kinds of `barrier` that stop one"),
    (
        "other_barriers_stop",
        "whether any other `barrier` stops one",
    ),
    (
        "restriction_keys",
        "keys of turn restrictions that bind it, besides those",
    ),
    (
        "general_restrictions",
        "whether a plain `restriction` binds it",
    ),
    (
        "turns.penalty",
        "what the sharpest turn costs where more than two streets meet, s",
    ),
    (
        "turns.bias",
        "above 1 where traffic keeps right, so that left turns are dearer; below 1 where it keeps left",
    ),
    (
        "turns.u_turn",
        "what a U-turn costs anywhere, s; without it one turns round free where nothing forbids it",
    ),
    ("waits.signals", "wait at traffic signals, s"),
    ("waits.barrier", "wait at a barrier that can be passed, s"),
    (
        "waits.crossing",
        "wait to cross a road at a tagged crossing, s",
    ),
    ("waits.signal_crossing", "the same where it has signals, s"),
    (
        "limits.surfaces_refused",
        "values of `surface` that cannot be used; of several each counts",
    ),
    (
        "limits.smoothness_refused",
        "values of `smoothness` that cannot be used",
    ),
    (
        "limits.kerbs_refused",
        "values of `kerb` that cannot be passed",
    ),
    (
        "limits.highest_kerb",
        "the highest kerb that can be passed, m",
    ),
    ("limits.narrowest", "the narrowest way that can be used, m"),
    (
        "limits.steepest",
        "the steepest incline, up or down, per cent",
    ),
    (
        "stress.bearable",
        "the level of traffic stress that is bearable, 1 (anyone) to 4",
    ),
    (
        "stress.assumed_limits.*",
        "speed limits taken where a street says none, neither by number nor by a country's rule, km/h",
    ),
    (
        "stress.rows",
        "the first row that fits says the level: classes, cycleways, speed limit",
    ),
];

/// Lists the fields of a profile by their dotted names, tables of free keys as one.
fn fields(data: &Table) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (key, value) in data.iter().filter(|(key, _)| *key != "name") {
        flatten(key, value, &mut found);
    }
    found
}

fn flatten(key: &str, value: &Value, found: &mut Vec<(String, String)>) {
    let open = MEANINGS.iter().any(|(name, _)| *name == format!("{key}.*"));
    match value {
        Value::Table(table) if open => {
            let entries = table
                .iter()
                .map(|(key, value)| format!("{key} {}", in_words(value)));
            found.push((format!("{key}.*"), entries.collect::<Vec<_>>().join(", ")));
        }
        Value::Table(table) => {
            for (inner, value) in table {
                flatten(&format!("{key}.{inner}"), value, found);
            }
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| match item {
                Value::String(text) => text.clone(),
                Value::Table(row) => row_in_words(row),
                other => in_words(other),
            });
            found.push((key.to_owned(), items.collect::<Vec<_>>().join(", ")));
        }
        Value::String(text) => found.push((key.to_owned(), text.clone())),
        other => found.push((key.to_owned(), in_words(other))),
    }
}

/// Writes a number without what is only an artefact of miles in kilometres; one below 1, such as a kerb in metres, to three places.
fn in_words(value: &Value) -> String {
    match value {
        Value::Float(number) => {
            let parts = if number.abs() < 1.0 { 1000.0 } else { 10.0 };
            ((number * parts).round() / parts).to_string()
        }
        other => other.to_string(),
    }
}

fn row_in_words(row: &Table) -> String {
    let list = |key: &str| {
        let items = row[key].as_array().unwrap().iter();
        let items: Vec<&str> = items.map(|item| item.as_str().unwrap()).collect();
        if items.is_empty() {
            "any".to_owned()
        } else {
            items.join("/")
        }
    };
    let speed = row["up_to"].as_float().unwrap();
    format!(
        "{} with {} up to {speed:.0} km/h: {}",
        list("classes"),
        list("cycleways"),
        row["level"]
    )
}

/// Writes the table as it is to be.
fn document() -> String {
    let profiles = [
        Profile::drive(),
        Profile::walk(),
        Profile::wheelchair(),
        Profile::cycle(),
    ];
    let data: Vec<Vec<(String, String)>> = profiles
        .iter()
        .map(|profile| fields(&Table::try_from(profile).unwrap()))
        .collect();
    let known: BTreeSet<&str> = MEANINGS.iter().map(|(name, _)| *name).collect();
    for (field, _) in data.iter().flatten() {
        assert!(known.contains(field.as_str()), "say what {field} means");
    }
    let mut text = String::from(
        "# Profiles\n\n\
         Every number and list that a built-in profile goes by. `[[profiles]]` in `study.toml` changes any of them, or makes a profile of\n\
         another name from one: `class_speeds.residential = 20`, `turns = { penalty = 7.5, bias = 0.93 }`. A list or a value takes the place\n\
         of what was there; tables (those with a `*`) are laid over key by key. Speeds on the street (`maxspeed`) go before class speeds for\n\
         driving. What the tags of a street do not say is taken as passable; of `wheelchair` it is noted, so that a route says how much of it\n\
         the data say nothing about. Where the numbers come from stands beside them in `crates/travel/src/profile`.\n\n\
         | field | what it is | drive | walk | wheelchair | cycle |\n|---|---|---|---|---|---|\n",
    );
    for (field, meaning) in MEANINGS {
        write!(text, "| `{field}` | {meaning} |").unwrap();
        for data in &data {
            let value = data.iter().find(|(name, _)| name == field);
            let value = value.map_or("-", |(_, value)| value.as_str());
            write!(text, " {} |", if value.is_empty() { "none" } else { value }).unwrap();
        }
        text.push('\n');
    }
    text
}

#[test]
fn the_table_of_profiles_is_true() {
    let written = std::fs::read_to_string(FILE).unwrap();
    let same = written == document();
    assert!(
        same,
        "write it anew: cargo test -p catchment-import --test profiles -- --ignored"
    );
}

#[test]
#[ignore = "writes data/PROFILES.md"]
fn write_the_table_of_profiles() {
    std::fs::write(FILE, document()).unwrap();
}
