//! The passport of a layer as a page: where its figures come from and what was done to them.
//!
//! Written from the very document that programs get, so that the two cannot differ.

use serde_json::{Map, Value};

use super::collection::{headlines, notice, text, texts};
use super::figures::{MISSING, cell, count_of, date, heading, sentence};
use super::{Frame, Place, SOURCES, headings, links, pairs, path_of, source, table};
use crate::facts::Fact;
use crate::markup::Markup;
use crate::site::Collection;
use catchment_core::findings::Field;

/// Writes the passport of a layer.
pub(crate) fn passport(place: &Place<'_>, one: &Collection) -> String {
    let document = one.passport_value();
    let frame = Frame::new(place, SOURCES).below(one).titled(format!(
        "{}: {}",
        one.title(),
        SOURCES.to_lowercase()
    ));
    let own = place.to(&path_of(one));
    frame.page(|main| {
        main.leaf(
            "p",
            &[("class", "lead")],
            "Where these figures come from, what was done to them and what they leave out. Programs and downloaded files call this the \
             layer's passport.",
        );
        notice(main, place, one);
        headlines(main, document);
        main.leaf("h2", &[], "What was counted, and how");
        counted(main, document);
        main.leaf("h2", &[], "What was rounded or hidden");
        disclosure(main, document);
        caveats(main, document);
        inputs(main, document);
        tables(main, document);
        main.leaf("h2", &[], "For whoever reckons it again");
        again(main, document);
        links(
            main,
            &[
                (own.clone(), "About this layer"),
                (format!("{own}/items"), "Read it as a table"),
            ],
        );
    })
}

fn counted(main: &mut Markup, document: &Value) {
    let day = text(document, "reference_date");
    let mut facts = vec![
        ("Layer", text(&document["layer"], "title").to_owned()),
        ("Study", text(&document["study"], "title").to_owned()),
        ("As of", date(day).unwrap_or_else(|| day.to_owned())),
        ("Method", text(document, "method").to_owned()),
        ("What n counts", text(document, "counted").to_owned()),
        ("Shown", text(&document["features"], "text").to_owned()),
    ];
    if let Some(profile) = document["profile"].as_str() {
        facts.push(("Way of travelling", sentence(profile)));
        if let Some(cap) = count_of(&document["snap_cap_m"]) {
            facts.push(("Furthest from a street", format!("{cap} m")));
        }
    }
    pairs(main, &facts);
    let units: Vec<String> = document["fields"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|field| {
            Some(format!(
                "{}: {}",
                field["title"].as_str()?,
                field["unit"].as_str()?
            ))
        })
        .collect();
    if !units.is_empty() {
        main.leaf("h3", &[], "Units");
        main.within("ul", &[], |list| {
            for unit in &units {
                list.leaf("li", &[], unit);
            }
        });
    }
}

fn disclosure(main: &mut Markup, document: &Value) {
    let rules = &document["disclosure"];
    let counts = match rules["rounding"].as_u64() {
        None | Some(0 | 1) => "Counts are not rounded.".to_owned(),
        Some(base) => {
            format!("Counts of people, and of what they do, are rounded to the nearest {base}.")
        }
    };
    let rounding = format!(
        "{counts} Averages are rounded to coarser steps the fewer people are behind them, and shares to one per cent."
    );
    let threshold = rules["threshold"].as_u64().unwrap_or_default();
    pairs(
        main,
        &[
            ("Rule", text(rules, "profile").to_owned()),
            (
                "Hidden",
                format!(
                    "Figures about fewer than {threshold} people, and those from which one could be worked out."
                ),
            ),
            ("Rounding", rounding),
            (
                "Areas or places hidden as a whole",
                count_of(&document["features"]["hidden"]).unwrap_or_default(),
            ),
            (
                "Areas or places hidden in part",
                count_of(&document["features"]["partly_hidden"]).unwrap_or_default(),
            ),
            ("Released to", sentence(text(rules, "audience"))),
        ],
    );
}

fn caveats(main: &mut Markup, document: &Value) {
    let all = texts(document, "caveats");
    if all.is_empty() {
        return;
    }
    main.leaf("h2", &[], "Caveats");
    main.within("ul", &[], |list| {
        for caveat in all {
            list.leaf("li", &[], caveat);
        }
    });
}

/// Writes what went in, with its terms.
fn inputs(main: &mut Markup, document: &Value) {
    main.leaf("h2", &[], "What it was made from");
    table(main, "Data behind this layer", |page| {
        let heads = [
            "Part",
            "File",
            "Of",
            "Licence",
            "Credit",
            "Source",
            "About people",
        ];
        headings(page, heads.into_iter().map(|head| (head, false)));
        page.within("tbody", &[], |body| {
            for input in document["inputs"].as_array().into_iter().flatten() {
                body.within("tr", &[], |row| {
                    row.leaf("th", &[("scope", "row")], text(input, "role"));
                    row.leaf("td", &[], text(input, "file"));
                    let day = input["date"]
                        .as_str()
                        .map(|day| date(day).unwrap_or_else(|| day.to_owned()));
                    row.leaf("td", &[], day.as_deref().unwrap_or(MISSING));
                    for name in ["licence", "attribution", "source"] {
                        row.within("td", &[], |cell| {
                            source(cell, input[name].as_str().unwrap_or(MISSING));
                        });
                    }
                    row.leaf(
                        "td",
                        &[],
                        if input["personal"] == true {
                            "yes"
                        } else {
                            "no"
                        },
                    );
                });
            }
        });
    });
}

/// Writes the tables that the same analysis found.
fn tables(main: &mut Markup, document: &Value) {
    let all = document["tables"].as_array().map_or(&[][..], Vec::as_slice);
    if all.is_empty() {
        return;
    }
    main.leaf("h2", &[], "Tables that belong to it");
    for one in all {
        let fields: Vec<Field> = serde_json::from_value(one["fields"].clone()).unwrap_or_default();
        let rows: Vec<&Map<String, Value>> = one["rows"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .collect();
        main.leaf("h3", &[], text(one, "title"));
        main.leaf("p", &[], text(one, "description"));
        found(main, text(one, "title"), &fields, &rows);
        let reason = rows
            .iter()
            .find_map(|row| row.get("suppressed_reason")?.as_str());
        if let Some(reason) = reason {
            main.leaf("p", &[("class", "small")], &sentence(reason));
        }
    }
}

fn found(main: &mut Markup, title: &str, fields: &[Field], rows: &[&Map<String, Value>]) {
    let numeric: Vec<bool> = fields
        .iter()
        .map(|field| {
            rows.iter()
                .any(|row| row.get(&field.name).is_some_and(Value::is_number))
        })
        .collect();
    table(main, title, |page| {
        let heads: Vec<String> = fields.iter().map(heading).collect();
        headings(
            page,
            heads
                .iter()
                .map(String::as_str)
                .zip(numeric.iter().copied()),
        );
        page.within("tbody", &[], |body| {
            for row in rows {
                let hidden = row
                    .get("suppressed_fields")
                    .and_then(Value::as_str)
                    .unwrap_or_default();
                body.within("tr", &[], |line| {
                    for (index, (field, numeric)) in fields.iter().zip(&numeric).enumerate() {
                        let fact = Fact::of(row, hidden, &field.name);
                        match fact {
                            Fact::Shown(Value::String(word)) if index == 0 => {
                                line.leaf("th", &[("scope", "row")], word);
                            }
                            _ => cell(line, fact, Some(field), *numeric),
                        }
                    }
                });
            }
        });
    });
}

fn again(main: &mut Markup, document: &Value) {
    let program = &document["program"];
    pairs(
        main,
        &[
            (
                "Program",
                format!("{} {}", text(program, "name"), text(program, "version")),
            ),
            ("Analysis", text(document, "analysis").to_owned()),
            ("Grid", text(&document["study"], "grid").to_owned()),
        ],
    );
    let parameters = document["parameters"]
        .as_object()
        .filter(|all| !all.is_empty());
    if let Some(parameters) = parameters {
        main.leaf("h3", &[], "Parameters");
        main.within("ul", &[], |list| {
            for (name, value) in parameters {
                list.within("li", &[], |item| {
                    item.leaf("code", &[], name);
                    item.text(": ");
                    item.text(
                        &value
                            .as_str()
                            .map_or_else(|| value.to_string(), str::to_owned),
                    );
                });
            }
        });
    }
}
