//! Recognises boundaries by the names of their properties and the shape of their codes.

use std::collections::BTreeSet;

use super::evidence::{code_kind, year_after};
use super::look::LayerLook;
use super::{Draft, KnownAreas, Line, Section};
use crate::spatial::{Features, Geometry};
use crate::table::loosely;

/// What a layer was recognised as.
pub(super) struct Found {
    pub(super) draft: Draft,
    pub(super) areas: Option<KnownAreas>,
}

const ONS: &str = "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. Contains OS data © Crown copyright and database right.";

/// Recognises a layer, or says what it is instead. The name of a district goes to `titles`.
pub(super) fn recognise(
    look: &LayerLook,
    file: &str,
    titles: &mut Vec<String>,
) -> Result<Found, String> {
    let features = &look.features;
    titles.extend(district(features));
    let outlines = features
        .features
        .iter()
        .filter(|one| matches!(one.geometry, Ok(Geometry::Area(_))));
    if outlines.count() * 2 < features.features.len() {
        return Err("has points or lines and not outlines; a table with eastings and northings can be read as assets".to_owned());
    }
    if let Some(found) = service_areas(look) {
        return Ok(found);
    }
    let (place, kind) = codes(features).ok_or_else(|| {
        "has outlines, but no property with codes of wards or small areas; if they belong to the study, name them in a section [[areas]]".to_owned()
    })?;
    match kind {
        "ward" | "small_area" => Ok(areas(look, file, place, kind)),
        "middle" => Err(
            "has areas of the census's middle layer (MSOA); a study is of wards and small areas"
                .to_owned(),
        ),
        _ => Err(
            "has the outline of a whole district; a study is of wards and small areas".to_owned(),
        ),
    }
}

/// Finds the property of codes: the one whose name says so, else one whose values all are codes of one kind.
fn codes(features: &Features) -> Option<(usize, &'static str)> {
    let kinds = features
        .names
        .iter()
        .enumerate()
        .filter_map(|(place, name)| {
            let kind = kind_of_values(features, place)?;
            // A feature has the code of its district beside its own.
            let own = distinct(features, place) == features.features.len();
            let named = is_code_name(name);
            Some((own, named, place, kind))
        });
    let mut kinds: Vec<_> = kinds.collect();
    kinds.sort_by_key(|(own, named, place, _)| (!own, !named, *place));
    kinds.first().map(|(_, _, place, kind)| (*place, *kind))
}

fn is_code_name(name: &str) -> bool {
    let name = name.to_lowercase();
    name.ends_with("cd") || name.contains("code")
}

fn kind_of_values(features: &Features, place: usize) -> Option<&'static str> {
    let mut counts: Vec<(&'static str, usize)> = Vec::new();
    for one in &features.features {
        if let Some((_, kind)) = one.text(place).as_deref().and_then(code_kind) {
            match counts.iter_mut().find(|(known, _)| *known == kind) {
                Some((_, count)) => *count += 1,
                None => counts.push((kind, 1)),
            }
        }
    }
    let (kind, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count * 10 >= features.features.len() * 9).then_some(kind)
}

fn distinct(features: &Features, place: usize) -> usize {
    let values: BTreeSet<String> = features
        .features
        .iter()
        .filter_map(|one| one.text(place))
        .collect();
    values.len()
}

/// Finds the name that belongs to a code: `WD25NM` to `WD25CD`; else one whose name says that it is a name.
fn name_of(features: &Features, code: usize) -> Option<(usize, bool)> {
    let find = |wanted: &str| {
        features
            .names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(wanted))
    };
    let own = &features.names[code];
    let lower = own.to_lowercase();
    let twin = lower
        .strip_suffix("cd")
        .map(|stem| format!("{stem}nm"))
        .or_else(|| {
            lower
                .contains("code")
                .then(|| lower.replace("code", "name"))
        })
        .and_then(|twin| find(&twin));
    twin.map(|place| (place, true)).or_else(|| {
        let names = features.names.iter();
        let mut named = names
            .enumerate()
            .filter(|(_, name)| name.to_lowercase().contains("name"));
        let first = named.next().map(|(place, _)| (place, false));
        first.filter(|_| named.next().is_none())
    })
}

fn areas(look: &LayerLook, file: &str, place: usize, kind: &'static str) -> Found {
    let features = &look.features;
    let code = &features.names[place];
    let count = features.features.len();
    let (words, what) = if kind == "ward" {
        (["wd", "ward"], "wards")
    } else {
        (["lsoa", "sa"], "census small areas")
    };
    let in_name = words.iter().find_map(|word| year_after(code, word));
    let year = in_name.or_else(|| words.iter().find_map(|word| year_after(file, word)));
    let id = match (kind, year) {
        ("ward", _) => "ward".to_owned(),
        (_, Some(year)) => format!("small_area_{year}"),
        _ => "small_area".to_owned(),
    };
    let mut draft = Draft::new(
        Section::Areas,
        format!("{count} outlines whose \"{code}\" has the shape of codes of {what}"),
    );
    draft.layer.clone_from(&look.layer);
    draft.lines = vec![
        Line::new("id", &id, "other sections refer to it"),
        Line::new("kind", kind, ""),
        vintage(code, in_name, year),
        Line::new(
            "code",
            code,
            format!("every one of {count} is a code, such as those of {what}"),
        ),
        name(features, place),
    ];
    if in_name.is_some() {
        draft.lines.extend([
            Line::new(
                "licence",
                "Open Government Licence v3.0",
                "of the Office for National Statistics",
            )
            .checked_by_hand(),
            Line::new("attribution", ONS, ""),
        ]);
    }
    if year.is_none() {
        let stop = "nothing says of which year these boundaries are: write it as their vintage";
        draft.stop = Some(stop.to_owned());
    }
    draft.key.clone_from(&id);
    draft.year = year;
    let codes = features.features.iter().filter_map(|one| one.text(place));
    Found {
        areas: Some(KnownAreas {
            id,
            kind,
            year,
            codes: codes.collect(),
        }),
        draft,
    }
}

/// Writes of which year the boundaries are: as the property of codes says it, else as the file's name does.
fn vintage(code: &str, in_name: Option<u16>, year: Option<u16>) -> Line {
    match (in_name, year) {
        (Some(year), _) => {
            let why = format!("the year the boundaries were drawn for; \"{code}\" says so");
            Line::new("vintage", &year.to_string(), why)
        }
        (None, Some(year)) => {
            let why = "the year the boundaries were drawn for; the file's name says so";
            Line::new("vintage", &year.to_string(), why).checked_by_hand()
        }
        (None, None) => {
            let why = "write the year the boundaries were drawn for; nothing says it";
            Line::new("vintage", "unknown", why).checked_by_hand()
        }
    }
}

/// Writes which property is the name; where none surely is, the code stands in.
fn name(features: &Features, code: usize) -> Line {
    let written = &features.names[code];
    let Some((name, sure)) = name_of(features, code) else {
        let why = "no property is surely the name, so the code stands in";
        return Line::new("name", written, why).checked_by_hand();
    };
    let name = &features.names[name];
    let line = Line::new("name", name, format!("\"{name}\" goes with \"{written}\""));
    if sure { line } else { line.checked_by_hand() }
}

/// Recognises outlines of where services come to by a property with the id of a service.
fn service_areas(look: &LayerLook) -> Option<Found> {
    let usual = ["serviceid", "serviceref", "servicereference"];
    let mut names = look.features.names.iter();
    let name = names.find(|name| usual.contains(&loosely(name).as_str()))?;
    let mut draft = Draft::new(Section::ServiceAreas, "outlines with the id of a service");
    draft.layer.clone_from(&look.layer);
    let why = format!("\"{name}\" is a usual name for it");
    draft.lines.push(Line::new("service_id", name, why));
    draft.needs.push("[providers]".to_owned());
    Some(Found { draft, areas: None })
}

/// Finds the name of the district that all areas lie in: `LAD25NM` where all are the same.
fn district(features: &Features) -> Option<String> {
    let place = features.names.iter().position(|name| {
        let name = name.to_lowercase();
        name.starts_with("lad") && name.ends_with("nm")
    })?;
    let mut names = features.features.iter().filter_map(|one| one.text(place));
    let first = names.next()?;
    names.all(|name| name == first).then_some(first)
}
