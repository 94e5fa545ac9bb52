//! Says in plain words why a study file cannot be read.
//!
//! Whoever writes one need not know what TOML calls its parts. Nothing is mended: what was probably meant is said, and left to them.

use super::nearest;

/// The sections that may be there several times.
const SEVERAL: [&str; 5] = ["areas", "lookup", "deprivation", "assets", "profiles"];

/// The sections that are there once.
const ONCE: [&str; 14] = [
    "study",
    "roads",
    "population",
    "postcodes",
    "towns",
    "providers",
    "sessions",
    "service_areas",
    "returns",
    "service_users",
    "attendances",
    "community_assets",
    "travel",
    "release",
];

/// Names that people give sections, and what those are called.
const OTHER_NAMES: [(&str, &str); 14] = [
    ("services", "providers"),
    ("service", "providers"),
    ("directory", "providers"),
    ("people", "service_users"),
    ("users", "service_users"),
    ("clients", "service_users"),
    ("visits", "attendances"),
    ("boundaries", "areas"),
    ("wards", "areas"),
    ("residents", "population"),
    ("census", "population"),
    ("imd", "deprivation"),
    ("streets", "roads"),
    ("libraries", "assets"),
];

/// What the parser of TOML says, and what it means.
const MEANINGS: [(&str, &str); 9] = [
    (
        "invalid type: map, expected a string",
        "a text in quotation marks is wanted here and not a section",
    ),
    (
        "invalid type: map, expected a sequence",
        "a list in [ ] is wanted here",
    ),
    (
        "invalid type: sequence, expected",
        "one value and no list is wanted here:",
    ),
    ("invalid type: ", "the value is of the wrong kind: "),
    (
        ", expected a string",
        ", and a text in quotation marks is wanted",
    ),
    (", expected a boolean", ", and true or false is wanted"),
    (", expected f64", ", and a number is wanted"),
    ("unknown field", "there is no field"),
    ("missing field", "there has to be a field"),
];

/// Puts the message about a file's `text` into plain words, with what was probably meant.
pub(super) fn plain(text: &str, message: &str) -> String {
    if let Some(told) = brackets(text) {
        return told;
    }
    let told = with_suggestion(message);
    let told = MEANINGS
        .iter()
        .fold(told, |told, (words, meaning)| told.replace(words, meaning));
    told.replace("TOML parse error at line", "cannot be read at line")
}

/// Finds a section whose heading has two brackets and should have one, or the other way round, or that is there twice.
fn brackets(text: &str) -> Option<String> {
    let mut seen: Vec<&str> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let heading = line.split('#').next().unwrap_or_default().trim();
        let inner = |open: &str, close: &str| {
            let name = heading.strip_prefix(open)?.strip_suffix(close)?.trim();
            (!name.contains(['[', ']'])).then_some(name)
        };
        let (double, single) = (inner("[[", "]]"), inner("[", "]"));
        if let Some(name) = double.filter(|name| ONCE.contains(name)) {
            return Some(format!(
                "line {number}: write [{name}] and not [[{name}]]. Two brackets begin a section that may be there several times; this one is there once"
            ));
        }
        if let Some(name) = single.filter(|name| SEVERAL.contains(name)) {
            return Some(format!(
                "line {number}: write [[{name}]] and not [{name}]. One bracket begins a section that is there once; this one may be there several times, each time under a [[{name}]] of its own"
            ));
        }
        let Some(name) = single.filter(|name| ONCE.contains(name)) else {
            continue;
        };
        if seen.contains(&name) {
            return Some(format!(
                "line {number}: [{name}] is there twice; a study has one, so keep one and name one file in it"
            ));
        }
        seen.push(name);
    }
    None
}

/// Adds "did you mean" to the message of an unknown field.
pub(super) fn with_suggestion(message: &str) -> String {
    let message = message.trim_end();
    let mut words = message.split('`').skip(1).step_by(2);
    let (Some(unknown), true) = (words.next(), message.contains("unknown field")) else {
        return message.to_owned();
    };
    let known: Vec<&str> = words.collect();
    let folded = unknown.to_lowercase();
    let other = OTHER_NAMES
        .iter()
        .find(|(name, section)| *name == folded && known.contains(section));
    let meant = match other {
        Some((_, section)) if SEVERAL.contains(section) => Some(format!("[[{section}]]")),
        Some((_, section)) => Some(format!("[{section}]")),
        None => nearest(unknown, known.iter().copied()).map(str::to_owned),
    };
    meant.map_or_else(
        || message.to_owned(),
        |meant| format!("{message}\ndid you mean `{meant}`?"),
    )
}
