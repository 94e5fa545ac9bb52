//! The features of a layer as a table, a page at a time.
//!
//! Written in pieces, so that a long table is never whole in memory.

use super::figures::{MISSING, cell, count, heading, sentence};
use super::{Frame, Place, SOURCES, begin_table, download, end_table, headings, links, path_of};
use crate::ask::segment;
use crate::facts::Fact;
use crate::markup::Markup;
use crate::site::{Collection, Item};

/// Which features of a layer a page shows, and where the others are.
pub(crate) struct Listing<'a> {
    pub(crate) place: Place<'a>,
    pub(crate) collection: &'a Collection,
    /// How many come before these.
    pub(crate) from: usize,
    /// How many are on this page.
    pub(crate) shown: usize,
    /// How many there are on all pages.
    pub(crate) matched: usize,
    /// Whether only those in a box are shown.
    pub(crate) boxed: bool,
    /// The queries for the other pages.
    pub(crate) next: Option<String>,
    pub(crate) previous: Option<String>,
}

impl Listing<'_> {
    fn frame(&self) -> Frame<'_> {
        Frame::new(&self.place, "Table")
            .below(self.collection)
            .titled(format!("{}: table", self.collection.title()))
            .geojson()
    }

    /// Writes everything before the rows.
    pub(crate) fn head(&self) -> String {
        let one = self.collection;
        let mut page = self.frame().begin();
        page.leaf("p", &[("class", "lead")], one.description());
        super::collection::empty(&mut page, one);
        super::collection::notice(&mut page, &self.place, one);
        page.leaf("p", &[("class", "showing")], &self.showing());
        if self.boxed {
            page.within("p", &[], |text| {
                text.text("Only what meets the box that was asked for is counted. ");
                text.link("items", "Show all");
            });
        }
        self.others(&mut page);
        if one
            .items()
            .iter()
            .any(|item| item.facts().reason().is_some())
        {
            let reason = super::collection::text(&one.passport_value()["disclosure"], "reason");
            let told = format!(
                "{} Where a figure is “{MISSING}”, there is none.",
                sentence(reason)
            );
            page.leaf("p", &[("class", "small")], &told);
        }
        begin_table(&mut page, one.title());
        let columns = one.columns();
        let named = columns.name.and_then(|index| one.fields().get(index));
        let name = named.map_or_else(|| "Reference".to_owned(), heading);
        let others: Vec<(String, bool)> = others(one)
            .map(|(index, field)| (heading(field), is_numeric(one, index)))
            .collect();
        let size = columns.sized.then(|| size_heading(one));
        let all = std::iter::once((name.as_str(), false))
            .chain(
                others
                    .iter()
                    .map(|(text, numeric)| (text.as_str(), *numeric)),
            )
            .chain(size.as_deref().map(|text| (text, true)));
        headings(&mut page, all);
        page.open("tbody", &[]);
        page.finish()
    }

    /// Writes some rows.
    pub(crate) fn rows<'i>(one: &Collection, items: impl Iterator<Item = &'i Item>) -> String {
        let mut page = Markup::default();
        for item in items {
            page.within("tr", &[], |row| write_row(row, one, item));
        }
        page.finish()
    }

    /// Writes everything after the rows.
    pub(crate) fn tail(&self) -> String {
        let mut page = Markup::default();
        page.close("tbody");
        end_table(&mut page);
        self.others(&mut page);
        let own = self.place.to(&path_of(self.collection));
        let (file, kind) = download(&self.place, self.collection);
        let kind = format!("All of it: {kind}");
        links(
            &mut page,
            &[
                (own.clone(), "About this layer"),
                (format!("{own}/passport"), SOURCES),
                (file, &kind),
            ],
        );
        self.frame().end(page)
    }

    fn showing(&self) -> String {
        let all = count(self.matched);
        match self.shown {
            0 if self.matched == 0 => "There is nothing to show.".to_owned(),
            0 => format!("There is nothing on this page: the list ends after {all}."),
            shown => format!(
                "Showing {} to {} of {all}.",
                count(self.from + 1),
                count(self.from + shown)
            ),
        }
    }

    /// Writes the links to the pages before and after.
    fn others(&self, page: &mut Markup) {
        if self.next.is_none() && self.previous.is_none() {
            return;
        }
        page.within("nav", &[("aria-label", "Pages of the table")], |nav| {
            nav.within("ul", &[("class", "row")], |list| {
                for (query, rel, text) in [
                    (&self.previous, "prev", "Previous page"),
                    (&self.next, "next", "Next page"),
                ] {
                    if let Some(query) = query {
                        list.within("li", &[], |item| {
                            item.leaf("a", &[("href", query), ("rel", rel)], text);
                        });
                    }
                }
            });
        });
    }
}

/// Lists the fields but for the one that names a feature.
fn others(one: &Collection) -> impl Iterator<Item = (usize, &catchment_core::findings::Field)> {
    let name = one.columns().name;
    one.fields()
        .iter()
        .enumerate()
        .filter(move |(index, _)| Some(*index) != name)
}

fn is_numeric(one: &Collection, index: usize) -> bool {
    one.columns().numeric.get(index) == Some(&true)
}

/// Returns the heading of the number that the figures of a feature are of.
pub(super) fn size_heading(one: &Collection) -> String {
    let counted = one.document()["catchment:counted"]
        .as_str()
        .unwrap_or_default();
    format!("n (number of {counted})")
}

/// Returns what a feature is called.
pub(super) fn name_of<'a>(one: &'a Collection, item: &'a Item) -> &'a str {
    let fact = one.columns().name.map(|index| item.facts().field(index));
    match fact {
        Some(Fact::Shown(serde_json::Value::String(text))) => text,
        _ => item.id(),
    }
}

fn write_row(row: &mut Markup, one: &Collection, item: &Item) {
    let href = format!("items/{}", segment(item.id()));
    row.within("th", &[("scope", "row")], |cell| {
        cell.link(&href, name_of(one, item));
    });
    for (index, field) in others(one) {
        cell(
            row,
            item.facts().field(index),
            Some(field),
            is_numeric(one, index),
        );
    }
    if one.columns().sized {
        cell(row, item.facts().size(), None, true);
    }
}
