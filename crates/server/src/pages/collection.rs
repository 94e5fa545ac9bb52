//! The list of layers, and the page of one: what it shows, how it was worked out, and where to read it.

use serde_json::Value;

use super::figures::{date, heading, sentence};
use super::landing::not_listed;
use super::{Frame, Place, SOURCES, download, headings, links, pairs, path_of, table};
use crate::ask::segment;
use crate::markup::Markup;
use crate::site::Collection;

/// Writes the list of layers.
pub(crate) fn collections(place: &Place<'_>) -> String {
    Frame::new(place, "Layers").page(|main| {
        for one in place.site.collections() {
            entry(main, place, one, "h2");
        }
        not_listed(main, place.site);
    })
}

/// Writes what a list says about one layer.
pub(super) fn entry(main: &mut Markup, place: &Place<'_>, one: &Collection, level: &'static str) {
    let own = place.to(&path_of(one));
    main.within("section", &[("class", "entry")], |section| {
        section.within(level, &[], |title| title.link(&own, one.title()));
        section.leaf("p", &[], one.description());
        let named = |href: &str, text: &str, list: &mut Markup| {
            // Read aloud on its own, each of these has to say which layer it is of.
            list.within("li", &[], |item| {
                item.within("a", &[("href", href)], |link| {
                    link.text(text);
                    link.leaf(
                        "span",
                        &[("class", "unseen")],
                        &format!(" of {}", one.title()),
                    );
                });
            });
        };
        section.within("ul", &[("class", "row")], |list| {
            named(&format!("{own}/items"), "Table", list);
            let (file, kind) = download(place, one);
            named(&file, &format!("Download: {kind}"), list);
            named(&format!("{own}/passport"), SOURCES, list);
        });
    });
}

/// Writes the page of one layer.
pub(crate) fn collection(place: &Place<'_>, one: &Collection) -> String {
    let mut frame = Frame::new(place, one.title());
    frame.above.push((place.to("collections"), "Layers"));
    let own = place.to(&path_of(one));
    let (file, kind) = download(place, one);
    let kind = format!("Download it: {kind}");
    frame.page(|main| {
        main.leaf("p", &[("class", "lead")], one.description());
        let mut ways: Vec<(String, &str)> = vec![
            (format!("{own}/items"), "Read it as a table"),
            (file, &kind),
            (
                format!("{own}/passport"),
                "Sources and method: where the figures come from, and what they leave out",
            ),
        ];
        if crate::map_is_embedded() {
            ways.push((
                place.to(&format!("map/#layer={}", segment(one.id()))),
                "See it on the map",
            ));
        }
        links(main, &ways);
        empty(main, one);
        notice(main, place, one);
        headlines(main, one.passport_value());
        main.leaf("h2", &[], "How it was worked out");
        main.leaf("p", &[], text(one.passport_value(), "method"));
        particulars(main, one);
        main.leaf("h2", &[], "What the columns say");
        fields(main, one);
        terms(main, one);
    })
}

/// Finds a text in a passport or a part of it.
pub(super) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// Lists the texts that a passport has under a name.
pub(super) fn texts<'a>(passport: &'a Value, name: &str) -> Vec<&'a str> {
    let list = passport[name].as_array();
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// Writes what a reader must know, but for what stands at the top of every page.
pub(super) fn notice(main: &mut Markup, place: &Place<'_>, one: &Collection) {
    let all = text(one.passport_value(), "notice");
    let own = place
        .site
        .notice()
        .and_then(|notice| all.strip_prefix(notice));
    let rest = own.unwrap_or(all).trim();
    if !rest.is_empty() {
        main.leaf("p", &[("class", "inset")], rest);
    }
}

/// Writes why a layer shows no figures, where it shows none.
pub(super) fn empty(main: &mut Markup, one: &Collection) {
    if let Some(reason) = one.empty() {
        main.leaf("p", &[("class", "inset")], reason);
    }
}

/// Writes the headline figures of the analysis that a layer belongs to.
pub(super) fn headlines(main: &mut Markup, passport: &Value) {
    let all = passport["headlines"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    if all.is_empty() {
        return;
    }
    main.leaf("h2", &[], "Headline figures");
    main.within("dl", &[("class", "headlines")], |list| {
        for one in all {
            list.within("div", &[], |pair| {
                pair.leaf("dt", &[], text(one, "label"));
                pair.leaf("dd", &[], text(one, "value"));
                let behind = super::figures::count_of(&one["n"]);
                if let Some(behind) = behind {
                    pair.leaf("dd", &[("class", "small")], &format!("n = {behind}"));
                }
            });
        }
    });
    let reason = text(&passport["disclosure"], "reason");
    if all.iter().any(|one| one["suppressed"] == true) {
        main.leaf("p", &[("class", "small")], &sentence(reason));
    }
}

fn particulars(main: &mut Markup, one: &Collection) {
    let passport = one.passport_value();
    let day = text(passport, "reference_date");
    let mut facts = vec![
        ("As of", date(day).unwrap_or_else(|| day.to_owned())),
        (
            "Counted",
            one.document()["catchment:counted"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        ),
        ("Shown", text(&passport["features"], "text").to_owned()),
    ];
    if let Some(extent) = one.extent() {
        facts.push(("Where", extent_text(extent)));
    }
    pairs(main, &facts);
}

fn extent_text([west, south, east, north]: [f64; 4]) -> String {
    format!(
        "from {} to {}, and from {} to {}",
        super::feature::latitude(south),
        super::feature::latitude(north),
        super::feature::longitude(west),
        super::feature::longitude(east)
    )
}

fn fields(main: &mut Markup, one: &Collection) {
    table(main, &format!("Columns of {}", one.title()), |page| {
        let heads = ["Column", "What it says", "Name in files"];
        headings(page, heads.into_iter().map(|head| (head, false)));
        page.within("tbody", &[], |body| {
            for field in one.fields() {
                body.within("tr", &[], |row| {
                    row.leaf("th", &[("scope", "row")], &heading(field));
                    row.leaf("td", &[("class", "long")], &field.description);
                    row.within("td", &[], |cell| cell.leaf("code", &[], &field.name));
                });
            }
        });
    });
}

/// Writes the terms and the credits of the data behind a layer, and the warnings that come with them.
fn terms(main: &mut Markup, one: &Collection) {
    let passport = one.passport_value();
    for (title, name) in [
        ("Licences", "licences"),
        ("Credits", "attribution"),
        ("Caveats", "caveats"),
    ] {
        let all = texts(passport, name);
        if all.is_empty() {
            continue;
        }
        main.leaf("h2", &[], title);
        main.within("ul", &[], |list| {
            for text in all {
                list.within("li", &[], |item| super::source(item, text));
            }
        });
    }
}
