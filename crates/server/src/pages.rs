//! The pages for people: the same answers as for programs, as plain HTML.
//!
//! One layout for all. No script, nothing from another host: a page is read by anything that reads HTML, printed, and read aloud.
//! Addresses are relative, so that pages work behind a proxy that adds a path. Every text goes through [`Markup`], which escapes it.
//! The map itself is no business of this module.

mod collection;
mod feature;
mod figures;
mod interface;
mod items;
mod landing;
mod outline;
mod passport;
mod problem;

use std::sync::LazyLock;

use crate::filter::LARGEST_LIMIT;
use crate::markup::Markup;
use crate::site::{Collection, Site};

pub(crate) use collection::{collection, collections};
pub(crate) use feature::feature;
pub(crate) use figures::date;
pub(crate) use interface::{api, conformance};
pub(crate) use items::Listing;
pub(crate) use landing::landing;
pub(crate) use outline::Backdrop;
pub(crate) use passport::passport;
pub(crate) use problem::{no_map, problem};

/// How the pages look.
pub(crate) const STYLE: &str = include_str!("pages/style.css");
/// The sign in a browser's tab, the same as that of the map.
pub(crate) const ICON: &str = include_str!("../../../web/public/icon.svg");

/// What the page of a layer's passport is called: nobody who comes here first knows what a passport is.
pub(crate) const SOURCES: &str = "Sources and method";

/// The name of the style, which changes with what is in it, so that browsers may keep it for ever.
pub(crate) static STYLE_NAME: LazyLock<String> = LazyLock::new(|| {
    let hash = blake3::hash(STYLE.as_bytes()).to_hex();
    format!("{}.css", hash.get(..16).unwrap_or_default())
});

/// Where a page stands.
#[derive(Clone, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) site: &'a Site,
    /// The way to the landing page, with a slash at its end.
    pub(crate) root: String,
    /// The query for the same as data; nothing where there is no such thing.
    pub(crate) data: Option<String>,
}

impl Place<'_> {
    /// Returns the address of another page, by its path below the landing page.
    fn to(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }
}

/// What stands around the middle of a page.
struct Frame<'a> {
    place: &'a Place<'a>,
    /// What it is called where it stands below others.
    title: &'a str,
    /// What it is called on its own, where that says more.
    heading: Option<String>,
    /// The pages above this one but for the landing page: address and name of each.
    above: Vec<(String, &'a str)>,
    /// The kind of data that the same is for programs, and its name.
    data: (&'static str, &'static str),
}

impl<'a> Frame<'a> {
    fn new(place: &'a Place<'a>, title: &'a str) -> Self {
        Self {
            place,
            title,
            heading: None,
            above: Vec::new(),
            data: (crate::documents::JSON, "JSON"),
        }
    }

    /// Puts the page below that of a collection.
    fn below(mut self, one: &'a Collection) -> Self {
        self.above.push((self.place.to("collections"), "Layers"));
        self.above.push((self.place.to(&path_of(one)), one.title()));
        self
    }

    fn titled(mut self, heading: String) -> Self {
        self.heading = Some(heading);
        self
    }

    fn heading(&self) -> &str {
        self.heading.as_deref().unwrap_or(self.title)
    }

    fn geojson(mut self) -> Self {
        self.data = (crate::documents::GEOJSON, "GeoJSON");
        self
    }

    /// Writes a whole page.
    fn page(&self, main: impl FnOnce(&mut Markup)) -> String {
        let mut page = self.begin();
        main(&mut page);
        self.end(page)
    }

    /// Writes everything before the middle of a page.
    fn begin(&self) -> Markup {
        let mut page = Markup::document();
        page.open("html", &[("lang", "en-GB")]);
        page.within("head", &[], |head| self.head(head));
        page.open("body", &[]);
        page.leaf(
            "a",
            &[("class", "skip"), ("href", "#main")],
            "Skip to the main content",
        );
        page.within("header", &[("class", "top")], |header| {
            header.within("div", &[("class", "wrap")], |inner| {
                inner.link(&self.place.root, self.place.site.title());
            });
        });
        if let Some(notice) = self.place.site.notice() {
            let attributes = [
                ("class", "notice"),
                ("role", "region"),
                ("aria-label", "Important notice"),
            ];
            page.within("div", &attributes, |inner| {
                inner.leaf("p", &[("class", "wrap")], notice);
            });
        }
        page.open("div", &[("class", "wrap")]);
        self.trail(&mut page);
        page.open("main", &[("id", "main"), ("tabindex", "-1")]);
        page.leaf("h1", &[], self.heading());
        page
    }

    fn head(&self, head: &mut Markup) {
        let (site, style) = (
            self.place.site,
            self.place.to(&format!("page/{}", *STYLE_NAME)),
        );
        head.empty("meta", &[("charset", "utf-8")]);
        head.empty(
            "meta",
            &[
                ("name", "viewport"),
                ("content", "width=device-width, initial-scale=1"),
            ],
        );
        head.empty("meta", &[("name", "color-scheme"), ("content", "light")]);
        let title = if self.is_first() {
            self.title.to_owned()
        } else {
            format!("{} – {}", self.heading(), site.title())
        };
        head.leaf("title", &[], &title);
        head.empty("link", &[("rel", "stylesheet"), ("href", &style)]);
        let icon = self.place.to("page/icon.svg");
        head.empty(
            "link",
            &[("rel", "icon"), ("type", "image/svg+xml"), ("href", &icon)],
        );
        if let Some(query) = &self.place.data {
            head.empty(
                "link",
                &[("rel", "alternate"), ("type", self.data.0), ("href", query)],
            );
        }
    }

    /// Says whether it is the landing page.
    fn is_first(&self) -> bool {
        self.above.is_empty() && self.title == self.place.site.title()
    }

    /// Writes where the page stands; the landing page stands above all.
    fn trail(&self, page: &mut Markup) {
        if self.is_first() {
            return;
        }
        page.within(
            "nav",
            &[("class", "trail"), ("aria-label", "Breadcrumb")],
            |nav| {
                nav.within("ol", &[], |list| {
                    list.within("li", &[], |item| item.link(&self.place.root, "Start"));
                    for (href, name) in &self.above {
                        list.within("li", &[], |item| item.link(href, name));
                    }
                    list.leaf("li", &[("aria-current", "page")], self.title);
                });
            },
        );
    }

    /// Writes everything after the middle of a page.
    fn end(&self, mut page: Markup) -> String {
        page.close("main");
        page.close("div");
        page.within("footer", &[], |footer| {
            footer.within("div", &[("class", "wrap")], |inner| self.foot(inner));
        });
        page.close("body");
        page.close("html");
        page.finish()
    }

    fn foot(&self, foot: &mut Markup) {
        foot.within("ul", &[("class", "row")], |list| {
            let mut entry = |href: &str, text: &str| {
                list.within("li", &[], |item| item.link(href, text));
            };
            if let Some(query) = &self.place.data {
                entry(query, &format!("This page as data ({})", self.data.1));
            }
            if crate::map_is_embedded() {
                entry(&self.place.to("map/"), "Map");
            }
            entry(&self.place.to("collections"), "Layers");
            entry(&self.place.to("api"), "For programs");
        });
        if let Some(credits) = self.place.site.attribution() {
            foot.leaf("p", &[], &format!("Sources: {credits}"));
        }
    }
}

/// Returns the path of a collection below the landing page.
fn path_of(one: &Collection) -> String {
    format!("collections/{}", crate::ask::segment(one.id()))
}

/// Returns the address that all of a layer is downloaded from, or as much as one answer may hold, and what to call that.
fn download(place: &Place<'_>, one: &Collection) -> (String, String) {
    let href = place.to(&format!(
        "{}/items?f=json&limit={LARGEST_LIMIT}",
        path_of(one)
    ));
    if one.items().len() > LARGEST_LIMIT {
        let first = figures::count(LARGEST_LIMIT);
        return (href, format!("GeoJSON of the first {first}"));
    }
    (href, "GeoJSON".to_owned())
}

/// Writes a table that scrolls in a box of its own where the screen is narrow.
fn table(page: &mut Markup, caption: &str, inside: impl FnOnce(&mut Markup)) {
    begin_table(page, caption);
    inside(page);
    end_table(page);
}

fn begin_table(page: &mut Markup, caption: &str) {
    // The keyboard has to get into the box to scroll it.
    let attributes = [
        ("class", "scroll"),
        ("role", "region"),
        ("aria-label", caption),
        ("tabindex", "0"),
    ];
    page.open("div", &attributes);
    page.open("table", &[]);
    page.within("caption", &[], |inside| inside.leaf("span", &[], caption));
}

fn end_table(page: &mut Markup) {
    page.close("table");
    page.close("div");
}

/// Writes the row of a table's headings; those of numbers stand on the right, over their numbers.
fn headings<'a>(page: &mut Markup, all: impl Iterator<Item = (&'a str, bool)>) {
    page.within("thead", &[], |head| {
        head.within("tr", &[], |row| {
            for (text, numeric) in all {
                let class = if numeric { "number" } else { "words" };
                row.leaf("th", &[("scope", "col"), ("class", class)], text);
            }
        });
    });
}

/// Writes a list of links.
fn links(page: &mut Markup, all: &[(String, &str)]) {
    page.within("ul", &[("class", "row")], |list| {
        for (href, text) in all {
            list.within("li", &[], |item| item.link(href, text));
        }
    });
}

/// Writes a list of terms and what is said of each.
fn pairs(page: &mut Markup, all: &[(&str, String)]) {
    page.within("dl", &[("class", "facts")], |list| {
        for (term, text) in all {
            list.within("div", &[], |pair| {
                pair.leaf("dt", &[], term);
                pair.leaf("dd", &[], text);
            });
        }
    });
}

/// Writes a text; where all of it is an address on the web, as a link.
fn source(page: &mut Markup, text: &str) {
    let web = text.starts_with("https://") || text.starts_with("http://");
    if web && !text.contains(char::is_whitespace) {
        page.leaf("a", &[("href", text), ("rel", "external noreferrer")], text);
    } else {
        page.text(text);
    }
}

/// Writes one page of every kind, so that what identifies a site changes with how its pages are written.
pub(crate) fn samples(site: &Site, mut take: impl FnMut(&str)) {
    let place = Place {
        site,
        root: "./".to_owned(),
        data: None,
    };
    take(&landing(&place));
    take(&collections(&place));
    take(&conformance(&place));
    take(&api(&place, &crate::openapi::describe(site, "")));
    take(STYLE);
    for one in site.collections() {
        take(&collection(&place, one));
        take(&passport(&place, one));
        if let Some(item) = one.items().first() {
            take(&feature(&place, one, item));
        }
        let listing = Listing {
            place: place.clone(),
            collection: one,
            from: 0,
            shown: 1,
            matched: 1,
            boxed: false,
            next: None,
            previous: None,
        };
        take(&listing.head());
        take(&Listing::rows(one, one.items().iter().take(1)));
        take(&listing.tail());
    }
}
