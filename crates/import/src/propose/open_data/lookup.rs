//! Recognises tables that say which areas make up which.

use super::super::look::TableLook;
use super::super::{Draft, KnownAreas, Line, Section};
use super::{Codes, set_of};

/// Drafts a lookup between two columns of codes.
pub(super) fn lookup(
    table: &TableLook,
    first: &Codes,
    second: &Codes,
    areas: &[KnownAreas],
) -> Draft {
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
