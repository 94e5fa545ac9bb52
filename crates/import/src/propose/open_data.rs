//! Recognises open data in tables: residents, deprivation, postcodes, lookups.
//!
//! Such tables are of areas or of postcodes and not of people, so their headers may be quoted.

use std::collections::BTreeSet;

use super::evidence::{Evidence, code_kind, number, year_after, year_in};
use super::look::TableLook;
use super::write::quoted;
use super::{Draft, KnownAreas, Line, Section, WhyNot};
use crate::join::years::of_index;
use crate::table::loosely;

const OGL: &str = "Open Government Licence v3.0";

/// A column of official codes.
struct Codes {
    place: usize,
    kind: &'static str,
    /// The year that its header or the file's name says.
    year: Option<u16>,
    country: char,
}

/// Recognises a table, or says what it looks like instead.
pub(super) fn recognise(
    table: &TableLook,
    file: &str,
    areas: &[KnownAreas],
    titles: &mut Vec<String>,
) -> Result<Draft, WhyNot> {
    if let Some(draft) = postcodes(table) {
        return Ok(draft);
    }
    let codes = code_columns(table, file);
    let of_areas: Vec<&Codes> = codes
        .iter()
        .filter(|codes| matches!(codes.kind, "ward" | "small_area"))
        .collect();
    if of_areas.is_empty() {
        return Err(WhyNot(None));
    }
    if let Some(name) = only_name(table) {
        titles.push(name);
    }
    if let [first, second, ..] = of_areas.as_slice()
        && (first.kind, first.year) != (second.kind, second.year)
    {
        return Ok(lookup(table, first, second, areas));
    }
    let key = of_areas[0];
    deprivation(table, key, file, areas)
        .or_else(|| population(table, key, file, areas))
        .ok_or_else(|| {
            WhyNot(Some("has a row for each small area or ward, but neither residents by age nor deciles of deprivation; it is not used".to_owned()))
        })
}

fn code_columns(table: &TableLook, file: &str) -> Vec<Codes> {
    let columns = table.headers.iter().enumerate();
    let found = columns.filter_map(|(place, header)| {
        let cells = || table.rows.iter().filter_map(|row| row.get(place));
        let kinds = cells().filter_map(|cell| code_kind(cell.trim()));
        let kinds: Vec<_> = kinds.collect();
        let (country, kind) = *kinds.first()?;
        let same = kinds.iter().filter(|(_, other)| *other == kind).count();
        if same * 10 < table.rows.len() * 8 {
            return None;
        }
        let words: [&str; 2] = if kind == "ward" {
            ["wd", "ward"]
        } else {
            ["lsoa", "area"]
        };
        let year = words
            .iter()
            .find_map(|word| year_after(header, word))
            .or_else(|| year_in(header))
            .or_else(|| words.iter().find_map(|word| year_after(file, word)));
        Some(Codes {
            place,
            kind,
            year,
            country,
        })
    });
    found.collect()
}

/// Finds the set of areas that codes are of: of their kind and year, else the one that has most of the codes.
fn set_of(
    table: &TableLook,
    codes: &Codes,
    areas: &[KnownAreas],
) -> (Line, Option<String>, Option<String>) {
    let header = &table.headers[codes.place];
    let of_kind: Vec<&KnownAreas> = areas.iter().filter(|set| set.kind == codes.kind).collect();
    let of_year = of_kind
        .iter()
        .find(|set| codes.year.is_some() && set.year == codes.year);
    if let Some(set) = of_year {
        let why = format!("\"{header}\" or the file's name says {}", year(codes.year));
        return (Line::new("areas", &set.id, why), Some(set.id.clone()), None);
    }
    let share = |set: &KnownAreas| {
        let cells = table.rows.iter().filter_map(|row| row.get(codes.place));
        cells.filter(|code| set.codes.contains(code.trim())).count()
    };
    let mut shares: Vec<(usize, &&KnownAreas)> =
        of_kind.iter().map(|set| (share(set), set)).collect();
    shares.sort_by_key(|(share, _)| std::cmp::Reverse(*share));
    let rows = table.rows.len();
    match shares.as_slice() {
        [(share, set), others @ ..]
            if *share > 0
                && codes.year.is_none()
                && others.first().is_none_or(|(other, _)| other < share) =>
        {
            let why = format!("{share} of the {rows} codes looked at are among its codes");
            (
                Line::new("areas", &set.id, why).checked_by_hand(),
                Some(set.id.clone()),
                None,
            )
        }
        [_, ..] if codes.year.is_some() => {
            let id = wanted(codes);
            let stop = format!(
                "its codes are of {}, and no boundaries of that year are among the files",
                year(codes.year)
            );
            (
                Line::new("areas", &id, "name the areas here"),
                None,
                Some(stop),
            )
        }
        _ => {
            let stop = "it is not certain which areas its codes are of".to_owned();
            (
                Line::new("areas", &wanted(codes), "name the areas here").checked_by_hand(),
                None,
                Some(stop),
            )
        }
    }
}

fn wanted(codes: &Codes) -> String {
    match (codes.kind, codes.year) {
        ("ward", _) => "ward".to_owned(),
        (_, Some(year)) => format!("small_area_{year}"),
        _ => "small_area".to_owned(),
    }
}

fn year(year: Option<u16>) -> String {
    year.map_or_else(|| "no year".to_owned(), |year| year.to_string())
}

/// Starts a draft of a table by area, with the column of its codes.
fn by_area(
    section: Section,
    why: String,
    table: &TableLook,
    codes: &Codes,
    areas: &[KnownAreas],
) -> Draft {
    let mut draft = Draft::new(section, why);
    let (line, id, stop) = set_of(table, codes, areas);
    let header = &table.headers[codes.place];
    draft.lines = vec![
        line,
        Line::new(
            "code",
            header,
            "its values have the shape of official codes",
        ),
    ];
    draft.lines.extend(codes.year.map(|year| {
        let why = "the year of the boundaries these codes belong to: a column's or the file's name says so";
        Line::new("vintage", &year.to_string(), why)
    }));
    draft.needs.extend(id);
    draft.stop = stop;
    draft.year = codes.year;
    draft
}

fn deprivation(
    table: &TableLook,
    codes: &Codes,
    file: &str,
    areas: &[KnownAreas],
) -> Option<Draft> {
    let overall = |word: &str| -> Vec<usize> {
        let places = table.headers.iter().enumerate().filter(|(_, header)| {
            let header = loosely(header);
            let whole = [
                "imd",
                "wimd",
                "indexofmultipledeprivation",
                "multipledeprivation",
                "overall",
            ];
            header.contains(word) && whole.iter().any(|name| header.contains(name))
        });
        places.map(|(place, _)| place).collect()
    };
    let deciles: Vec<usize> = overall("decile")
        .into_iter()
        .filter(|place| {
            let values = table
                .rows
                .iter()
                .filter_map(|row| row.get(*place))
                .filter_map(|cell| number(cell));
            let mut values = values.peekable();
            values.peek().is_some() && { values }.all(|value| (1.0..=10.0).contains(&value))
        })
        .collect();
    let decile = *deciles.first()?;
    let index_year = ["imd", "iod", "wimd"]
        .iter()
        .find_map(|word| year_after(file, word))
        .or_else(|| year_in(&table.headers[decile]))
        .or_else(|| year_in(file));
    let country = if codes.country == 'W' {
        "Wales"
    } else {
        "England"
    };
    let name = if codes.country == 'W' {
        "Welsh Index of Multiple Deprivation"
    } else {
        "English Indices of Deprivation"
    };
    let header = &table.headers[decile];
    let mut draft = by_area(
        Section::Deprivation,
        format!("\"{header}\" holds deciles, and the codes are of {country}"),
        table,
        &on_boundaries_of_index(codes, [header, file]),
        areas,
    );
    let stem = if codes.country == 'W' { "wimd" } else { "imd" };
    let id = index_year.map_or_else(|| stem.to_owned(), |year| format!("{stem}{year}"));
    let full = index_year.map_or_else(|| name.to_owned(), |year| format!("{name} {year}"));
    let why = if index_year.is_some() {
        "the file's name or its headers say so"
    } else {
        "no year is said; write it here"
    };
    draft.lines.extend([
        Line::new(
            "decile",
            header,
            "its values run from 1 to 10; 1 is the most deprived",
        ),
        Line::new("id", &id, ""),
        Line::new("index", &full, why).checked_by_hand(),
    ]);
    match overall("rank").as_slice() {
        [rank] => {
            let header = &table.headers[*rank];
            draft
                .lines
                .push(Line::new("rank", header, "the rank of the same index"));
        }
        [] => {}
        several => draft.lines.extend(several.iter().map(|rank| Line {
            out: true,
            ..Line::new(
                "rank",
                &table.headers[*rank],
                "one of several that could be the rank",
            )
        })),
    }
    if deciles.len() > 1 {
        let names: Vec<String> = deciles
            .iter()
            .map(|place| quoted(&table.headers[*place]))
            .collect();
        draft.stop = Some(format!("{} could each be the decile", names.join(" and ")));
    }
    let owner = if codes.country == 'W' {
        "Welsh Government"
    } else {
        "MHCLG"
    };
    draft.lines.extend(public_sector(owner));
    draft.key = id;
    draft.year = index_year;
    Some(draft)
}

/// Takes the year of codes from the name of an index, where nothing nearer says it: one made for small areas is on those of one year only.
fn on_boundaries_of_index(codes: &Codes, names: [&str; 2]) -> Codes {
    let boundaries = || names.iter().find_map(|name| Some(of_index(name)?.1));
    let year = codes.year.or_else(boundaries);
    Codes {
        year: year.filter(|_| codes.year.is_some() || codes.kind == "small_area"),
        ..*codes
    }
}

fn public_sector(owner: &str) -> [Line; 2] {
    let credit = format!("Contains public sector information licensed under the {OGL} ({owner})");
    [
        Line::new("licence", OGL, "if it was published by them").checked_by_hand(),
        Line::new("attribution", &credit, ""),
    ]
}

const TOTALS: [&str; 9] = [
    "total",
    "totalpopulation",
    "allages",
    "allpersons",
    "all",
    "population",
    "residents",
    "usualresidents",
    "totalresidents",
];

const COUNTS: [&str; 8] = [
    "usualresidents",
    "count",
    "observation",
    "residents",
    "population",
    "persons",
    "value",
    "n",
];

fn population(table: &TableLook, codes: &Codes, file: &str, areas: &[KnownAreas]) -> Option<Draft> {
    let is_number = |place: &usize| {
        let found = Evidence::of(&table.rows, *place);
        found.most(found.numbers)
    };
    let named = |words: &[&str]| {
        let place = table
            .headers
            .iter()
            .position(|header| words.contains(&loosely(header).as_str()));
        place.filter(is_number)
    };
    let one_row = Evidence::of(&table.rows, codes.place).is_key();
    let section = Section::Population;
    let mut draft = if one_row {
        let total = named(&TOTALS)?;
        let header = &table.headers[total];
        let runs = single_years(&table.headers);
        let why = format!(
            "one row an area, with \"{header}\"{}",
            if runs.is_empty() {
                ""
            } else {
                " and a column for each year of age"
            }
        );
        let mut draft = by_area(section, why, table, codes, areas);
        draft
            .lines
            .push(Line::new("total", header, "all residents"));
        if !runs.is_empty() {
            let bands: Vec<String> = runs
                .iter()
                .map(|(label, first, last)| {
                    format!(
                        "{{ label = {}, first = {}, last = {} }}",
                        quoted(label),
                        quoted(first),
                        quoted(last)
                    )
                })
                .collect();
            let mut line = Line::new("bands", "", "choose the bands you need").checked_by_hand();
            line.value = format!("[{}]", bands.join(", "));
            draft.lines.push(line);
        }
        draft
    } else {
        let band = table.headers.iter().position(|header| {
            let header = loosely(header);
            header.starts_with("age")
                || header.ends_with("age")
                || header.contains("agegroup")
                || header.contains("ageband")
        })?;
        let count = named(&COUNTS)?;
        let why = format!(
            "one row an area and age: \"{}\" repeats for each area",
            table.headers[band]
        );
        let mut draft = by_area(section, why, table, codes, areas);
        draft.lines.extend([
            Line::new("band", &table.headers[band], "the age band of the row"),
            Line::new("count", &table.headers[count], "its values are numbers"),
        ]);
        draft
    };
    draft.year = year_after(file, "population")
        .or_else(|| year_after(file, "census"))
        .or_else(|| year_in(file))
        .or(codes.year);
    let credit = format!("Source: Office for National Statistics licensed under the {OGL}");
    draft.lines.extend([
        Line::new(
            "licence",
            OGL,
            "if the Office for National Statistics published it",
        )
        .checked_by_hand(),
        Line::new("attribution", &credit, ""),
    ]);
    Some(draft)
}

/// Finds columns for each year of age and makes three bands of them: label, first column, last column.
fn single_years(headers: &[String]) -> Vec<(String, String, String)> {
    let age = |header: &str| -> Option<u32> {
        let header = header.to_lowercase();
        let word = header
            .trim_start_matches("age")
            .trim_start_matches(['_', ' ', 'd'])
            .trim();
        let word = word.trim_end_matches('+').trim();
        word.parse().ok().filter(|age| *age <= 110)
    };
    let ages: Vec<(usize, u32)> = headers
        .iter()
        .enumerate()
        .filter_map(|(place, header)| Some((place, age(header)?)))
        .collect();
    let follows = |pair: &[(usize, u32)]| pair[1] == (pair[0].0 + 1, pair[0].1 + 1);
    let whole = ages.len() >= 66
        && ages.first().is_some_and(|(_, age)| *age == 0)
        && ages.windows(2).all(follows);
    if !whole {
        return Vec::new();
    }
    let header = |age: usize| headers[ages[age].0].clone();
    let last = ages.len() - 1;
    vec![
        ("0 to 15".to_owned(), header(0), header(15)),
        ("16 to 64".to_owned(), header(16), header(64)),
        ("65 and over".to_owned(), header(65), header(last)),
    ]
}

fn lookup(table: &TableLook, first: &Codes, second: &Codes, areas: &[KnownAreas]) -> Draft {
    // Small areas are shared out over wards, and those of an earlier year over those of a later.
    let (from, to) = match (first.kind, second.kind) {
        ("ward", "small_area") => (second, first),
        (a, b) if a == b && first.year > second.year => (second, first),
        _ => (first, second),
    };
    let (a, b) = (&table.headers[from.place], &table.headers[to.place]);
    let mut draft = Draft::new(
        Section::Lookup,
        format!("codes of two sets of areas, \"{a}\" and \"{b}\""),
    );
    let mut stops = Vec::new();
    let mut ids = Vec::new();
    for (key, codes) in [("from", from), ("to", to)] {
        let (line, id, stop) = set_of(table, codes, areas);
        draft.lines.push(Line {
            key: key.to_owned(),
            ..line
        });
        ids.push(id.clone().unwrap_or_default());
        draft.needs.extend(id);
        stops.extend(stop);
    }
    draft.lines.extend([
        Line::new(
            "from_code",
            a,
            "its values have the shape of official codes",
        ),
        Line::new("to_code", b, "its values have the shape of official codes"),
    ]);
    draft.key = ids.join(" to ");
    draft.stop = stops.into_iter().next();
    draft
}

/// Recognises ONSPD, NSPL, Code-Point Open and tables like them.
fn postcodes(table: &TableLook) -> Option<Draft> {
    let of = |words: &[&str]| {
        let mut places = table.headers.iter();
        places.position(|header| words.contains(&loosely(header).as_str()))
    };
    let mut draft = Draft::new(Section::Postcodes, "");
    let headerless = table
        .headers
        .first()
        .is_some_and(|cell| super::evidence::is_postcode(cell))
        && table.headers.len() >= 4
        && table.headers[1..4]
            .iter()
            .all(|cell| number(cell).is_some());
    let postcode = if headerless {
        0
    } else {
        of(&["postcode", "pcds", "pcd7", "pcd8", "pcd", "pcd2"])?
    };
    let found = Evidence::of(&table.rows, postcode);
    if !found.most(found.postcodes) || !found.is_key() {
        return None;
    }
    if headerless {
        "the shape of Code-Point Open without a header: postcodes, a quality and coordinates"
            .clone_into(&mut draft.why);
    } else {
        let easting = of(&["easting", "eastings", "oseast1m", "east1m", "x"])?;
        let northing = of(&["northing", "northings", "osnrth1m", "north1m", "y"])?;
        let published: BTreeSet<String> =
            table.headers.iter().map(|header| loosely(header)).collect();
        let is = |word: &str| published.contains(word);
        draft.why = if is("positionalqualityindicator") {
            "the headers of Code-Point Open".to_owned()
        } else if is("osgrdind") || is("gridind") || is("doterm") {
            "the headers of the ONS's directories of postcodes".to_owned()
        } else if table.headers.len() <= 12 {
            format!(
                "every row has a postcode of its own ({} looked at) and coordinates",
                found.rows
            )
        } else {
            return None;
        };
        draft.lines = vec![
            Line::new(
                "postcode",
                &table.headers[postcode],
                "all values look like postcodes and differ",
            ),
            Line::new("easting", &table.headers[easting], "a usual name for it"),
            Line::new("northing", &table.headers[northing], "a usual name for it"),
        ];
        if let Some(quality) = of(&["positionalqualityindicator", "osgrdind", "gridind"]) {
            draft.lines.push(Line::new(
                "quality",
                &table.headers[quality],
                "a usual name for it",
            ));
        }
        if let Some(ended) = of(&["doterm"]) {
            draft.lines.push(Line::new(
                "ended",
                &table.headers[ended],
                "the month a postcode ended",
            ));
        }
    }
    draft.lines.extend([
        Line::new("licence", OGL, "if the Ordnance Survey or the ONS published it").checked_by_hand(),
        Line::new("attribution", "Contains OS data © Crown copyright and database right. Contains Royal Mail data © Royal Mail copyright and database right. Contains National Statistics data © Crown copyright and database right.", ""),
    ]);
    Some(draft)
}

/// Finds the one district that all rows are of, in a column such as `ltla24_name`.
fn only_name(table: &TableLook) -> Option<String> {
    let place = table.headers.iter().position(|header| {
        let header = header.to_lowercase();
        (header.contains("ltla") || header.contains("lad"))
            && (header.ends_with("name") || header.ends_with("nm"))
    })?;
    let mut cells = table.rows.iter().filter_map(|row| row.get(place));
    let first = cells.next()?.trim().to_owned();
    (!first.is_empty() && !table.cut && cells.all(|cell| cell.trim() == first)).then_some(first)
}
