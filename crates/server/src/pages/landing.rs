//! The first page: what this is, for whom, and where everything is.

use super::{Frame, Place, collection, links, pairs};
use crate::markup::Markup;
use crate::site::Site;

/// Writes the landing page.
pub(crate) fn landing(place: &Place<'_>) -> String {
    let site = place.site;
    Frame::new(place, site.title()).page(|main| {
        main.leaf("p", &[("class", "lead")], site.description());
        main.leaf(
            "p",
            &[],
            "It is for people who plan, pay for, run or use care services. Each layer below is a map of one thing. It can be read as \
             a table and downloaded, and “Sources and method” says where its figures come from and what they leave out.",
        );
        if crate::map_is_embedded() {
            main.within("p", &[], |text| {
                text.leaf("a", &[("class", "action"), ("href", &place.to("map/"))], "Open the map");
            });
        } else {
            main.leaf("p", &[], "The map was left out when this program was built.");
        }
        caveats(main, site);
        main.leaf("h2", &[], "Layers");
        for one in site.collections() {
            collection::entry(main, place, one, "h3");
        }
        not_listed(main, site);
        programs(main, place);
    })
}

/// Writes what a reader must know before using any of it.
fn caveats(main: &mut Markup, site: &Site) {
    if site.caveats().is_empty() {
        return;
    }
    main.leaf("h2", &[], "Before you use the figures");
    main.within("ul", &[], |list| {
        for caveat in site.caveats() {
            list.leaf("li", &[], caveat);
        }
    });
}

/// Writes which layers there are not, and why.
pub(super) fn not_listed(main: &mut Markup, site: &Site) {
    if site.not_listed().is_empty() {
        return;
    }
    main.leaf("h2", &[], "Layers that are not published");
    let all: Vec<(&str, String)> = site
        .not_listed()
        .iter()
        .map(|entry| (entry.title.as_str(), entry.reason.clone()))
        .collect();
    pairs(main, &all);
}

fn programs(main: &mut Markup, place: &Place<'_>) {
    main.leaf("h2", &[], "In QGIS and other programs");
    main.leaf(
        "p",
        &[],
        "In QGIS, open Layer, Add Layer, Add WFS / OGC API - Features Layer, and make a new connection to the address of this page with \
         OGC API - Features as its version. Each layer then stands in the list and can be added to a map, with the hidden figures left empty.",
    );
    links(
        main,
        &[
            (place.to("api"), "Description of the interface"),
            (
                place.to("api?f=json"),
                "The same for programs (OpenAPI 3.0)",
            ),
            (place.to("conformance"), "Standards it keeps to"),
        ],
    );
}
