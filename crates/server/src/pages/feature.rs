//! One feature: everything that is said about it, and where it lies.

use catchment_core::findings::Field;

use super::figures::{cell_text, heading, sentence, with_unit};
use super::items::{name_of, size_heading};
use super::{Frame, Place, SOURCES, links, pairs, path_of};
use crate::ask::segment;
use crate::facts::Fact;
use crate::markup::Markup;
use crate::site::{Collection, Item};

/// Writes the page of one feature.
pub(crate) fn feature(place: &Place<'_>, one: &Collection, item: &Item) -> String {
    let mut frame = Frame::new(place, name_of(one, item)).below(one).geojson();
    let own = place.to(&path_of(one));
    frame.above.push((format!("{own}/items"), "Table"));
    frame.page(|main| {
        main.leaf("p", &[("class", "lead")], one.description());
        if let Some(reason) = item.facts().reason() {
            main.leaf("p", &[("class", "inset")], &sentence(reason));
        }
        main.leaf("h2", &[], "Figures and facts");
        figures(main, one, item);
        main.leaf("h2", &[], "Where it lies");
        whereabouts(main, place, one, item);
        main.leaf("h2", &[], "How it was worked out");
        main.leaf(
            "p",
            &[],
            super::collection::text(one.passport_value(), "method"),
        );
        links(
            main,
            &[
                (format!("{own}/items"), "All of this layer as a table"),
                (format!("{own}/passport"), SOURCES),
            ],
        );
    })
}

fn figures(main: &mut Markup, one: &Collection, item: &Item) {
    main.within("dl", &[("class", "facts")], |list| {
        for (index, field) in one.fields().iter().enumerate() {
            let fact = item.facts().field(index);
            pair(list, &heading(field), fact, &with_unit(fact, field), field);
        }
        if one.columns().sized {
            let fact = item.facts().size();
            let about = Field::new("n", "n", "", "How many the figures are of.");
            pair(
                list,
                &size_heading(one),
                fact,
                &cell_text(fact, None),
                &about,
            );
        }
    });
}

fn pair(list: &mut Markup, term: &str, fact: Fact<'_>, text: &str, field: &Field) {
    let class = match fact {
        Fact::Hidden => "hidden",
        Fact::Missing => "missing",
        Fact::Shown(_) => "value",
    };
    list.within("div", &[], |pair| {
        pair.leaf("dt", &[], term);
        pair.leaf("dd", &[("class", class)], text);
        pair.leaf("dd", &[("class", "small")], &field.description);
    });
}

/// Writes where a feature lies in words, and draws it where there is something to draw it on.
fn whereabouts(main: &mut Markup, place: &Place<'_>, one: &Collection, item: &Item) {
    let envelope = item.shape().envelope();
    let (low, high) = (envelope.min(), envelope.max());
    let mut facts = Vec::new();
    if low == high {
        facts.push((
            "Position",
            format!("{}, {}", latitude(low.y), longitude(low.x)),
        ));
    } else {
        facts.push((
            "From north to south",
            format!("{} to {}", latitude(high.y), latitude(low.y)),
        ));
        facts.push((
            "From west to east",
            format!("{} to {}", longitude(low.x), longitude(high.x)),
        ));
    }
    pairs(main, &facts);
    let Some(backdrop) = place.site.backdrop() else {
        return;
    };
    let Some(areas) = place.site.collections().get(backdrop.areas()) else {
        return;
    };
    if areas.id() != one.id()
        && let Some(area) = areas
            .items()
            .iter()
            .find(|area| area.shape().holds(item.shape()))
    {
        let named = if low == high {
            "It lies in "
        } else {
            "Its middle lies in "
        };
        main.within("p", &[], |text| {
            text.text(named);
            let path = format!("{}/items/{}", path_of(areas), segment(area.id()));
            text.link(&place.to(&path), name_of(areas, area));
            text.text(".");
        });
    }
    let told = format!(
        "Where {} lies among the areas of the layer {}",
        name_of(one, item),
        areas.title()
    );
    backdrop.draw(main, item.shape(), &told);
}

/// Writes a latitude in degrees.
pub(super) fn latitude(degrees: f64) -> String {
    format!(
        "{:.4}° {}",
        degrees.abs(),
        if degrees < 0.0 { "south" } else { "north" }
    )
}

/// Writes a longitude in degrees.
pub(super) fn longitude(degrees: f64) -> String {
    format!(
        "{:.4}° {}",
        degrees.abs(),
        if degrees < 0.0 { "west" } else { "east" }
    )
}
