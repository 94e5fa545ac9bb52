//! Writes the drafts as a `study.toml`: what is used, what has to be decided, what is not used, and why.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use catchment_core::grid::Grid;
use jiff::civil::Date;

use super::settle::settle;
use super::{Draft, Line, Looked, Proposed};
use crate::report::harmless;

/// Writes a text as a TOML string on one line.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            letter if letter.is_control() || harmless_differs(letter) => {
                let _ = write!(out, "\\U{:08X}", letter as u32);
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

fn harmless_differs(letter: char) -> bool {
    let mut text = [0; 4];
    let text: &str = letter.encode_utf8(&mut text);
    harmless(text) != text
}

/// Writes the study file.
pub(super) fn study(
    files: &[Looked],
    drafts: Vec<Draft>,
    titles: &[String],
    grid: Option<Grid>,
    today: Date,
    folder: &Path,
) -> Proposed {
    let drafts = settle(files, drafts);
    let mut text = String::from(
        "# A study proposed from the files it names. Paths are relative to this file. Each guess has a reason;\n\
         # what says \"please check\" is a guess. Sections behind a # are not used yet: they say what has to be decided first.\n\
         # `catchment check FOLDER` says what is wrong with the files, `catchment build FOLDER` builds the study.\n",
    );
    if files.iter().any(|file| file.absolute) {
        let words = "Files are named by their whole paths, because they share no folder with this file: it works on this machine only.";
        comment(&mut text, words);
    }
    text.push_str("\n[study]\n");
    head(&mut text, titles, grid, today, folder);
    let mut summary = Vec::new();
    for draft in &drafts {
        let name = files.get(draft.file).map_or("", |file| file.name.as_str());
        section(&mut text, draft, name);
        summary.push(summed_up(draft, name));
    }
    text.push_str(
        "\n[travel]\nprofile = \"drive\" # drive or walk\nsnap_cap_m = 1000 # metres: journeys begin on the nearest street, and a place further than this from any has none\n\
         \n[release]\nprofile = \"le7_round5\" # hide 1 to 7 and round to 5; or lt5, lt10\n",
    );
    let unused = files
        .iter()
        .flat_map(|file| file.unused.iter().map(|why| (&file.name, why)));
    let unused: Vec<String> = unused.map(|(name, why)| format!("{name}: {why}")).collect();
    if !unused.is_empty() {
        text.push_str("\n# Looked at and not used:\n");
        for line in &unused {
            comment(&mut text, line);
            summary.push(harmless(&format!("not used: {line}")));
        }
    }
    Proposed { text, summary }
}

fn comment(text: &mut String, words: &str) {
    let _ = writeln!(text, "# {}", harmless(words));
}

fn head(text: &mut String, titles: &[String], grid: Option<Grid>, today: Date, folder: &Path) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for title in titles {
        *counts.entry(title).or_default() += 1;
    }
    let name = folder
        .file_name()
        .map(|name| name.to_string_lossy().into_owned());
    let (title, why) = match counts.len() {
        1 => (titles[0].clone(), "the district that the files name"),
        0 => (
            name.unwrap_or_else(|| "My council".to_owned()),
            "the folder's name",
        ),
        _ => (
            name.unwrap_or_else(|| "My council".to_owned()),
            "the folder's name, because the files name several districts",
        ),
    };
    let (grid, why_grid) = match grid {
        Some(Grid::Irish) => ("irish", "the boundaries lie in Ireland"),
        Some(_) => ("british-national", "the boundaries lie in Britain"),
        None => (
            "british-national",
            "please check: no boundaries say where this is; or irish, or local with grid_centre = [longitude, latitude]",
        ),
    };
    let _ = write!(
        text,
        "title = {} # {why}; please check\n\
         reference_date = {today} # please check: the day the study describes, of which it is asked who attends and which services are open; today stands in\n\
         grid = {} # {why_grid}\n",
        quoted(&title),
        quoted(grid),
    );
}

fn section(text: &mut String, draft: &Draft, file: &str) {
    text.push('\n');
    let (name, several) = draft.section.name();
    comment(text, &format!("Taken for [{name}]: {}.", draft.why));
    if let Some(stop) = &draft.stop {
        comment(text, &format!("Not used yet: {stop}."));
    }
    let out = draft.stop.is_some();
    let mut line = |words: &str| {
        let _ = writeln!(text, "{}{words}", if out { "# " } else { "" });
    };
    line(&if several {
        format!("[[{name}]]")
    } else {
        format!("[{name}]")
    });
    line(&written(&Line::new("file", file, "")));
    if let Some(layer) = &draft.layer {
        line(&written(&Line::new("layer", layer, "")));
    }
    for one in &draft.lines {
        line(&written(one));
    }
    if !draft.columns.is_empty() {
        line(&format!("[{name}.columns]"));
        for one in &draft.columns {
            line(&written(one));
        }
    }
    if let Some(words) = draft.unused.words() {
        comment(text, &words);
    }
}

fn written(line: &Line) -> String {
    let mut words = harmless(&line.why);
    if line.check {
        let comma = if words.is_empty() { "" } else { "; " };
        words = format!("{words}{comma}please check");
    }
    let out = if line.out { "# " } else { "" };
    let why = if words.is_empty() {
        String::new()
    } else {
        format!(" # {words}")
    };
    format!("{out}{} = {}{why}", line.key, line.value)
}

fn summed_up(draft: &Draft, file: &str) -> String {
    let (name, _) = draft.section.name();
    let layer = draft
        .layer
        .as_ref()
        .map_or_else(String::new, |layer| format!(" ({layer})"));
    let guesses = draft
        .lines
        .iter()
        .chain(&draft.columns)
        .filter(|line| line.check)
        .count();
    let said = match (&draft.stop, guesses) {
        (Some(stop), _) => format!(", not used yet: {stop}"),
        (None, 0) => String::new(),
        (None, 1) => ", 1 line to check".to_owned(),
        (None, guesses) => format!(", {guesses} lines to check"),
    };
    harmless(&format!("[{name}] {file}{layer}{said}"))
}
