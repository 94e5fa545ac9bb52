//! The JSON documents that say what there is: landing page, conformance, collections, one collection.
//!
//! All addresses in them are absolute. Deliberately declares only the conformance classes that the server fulfils.

use serde_json::{Value, json};

use crate::ask::segment;
use crate::site::{Collection, Site};

/// The media type of most documents.
pub(crate) const JSON: &str = "application/json";
/// The media type of features.
pub(crate) const GEOJSON: &str = "application/geo+json";
/// The media type of the description of the interface, to the letter: QGIS looks for it.
pub(crate) const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";
/// The media type of pages for people.
pub(crate) const HTML: &str = "text/html";

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
/// The standards that are kept to.
pub(crate) const CONFORMANCE: [&str; 4] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
];

/// Makes a link.
pub(crate) fn link(href: impl Into<String>, rel: &str, media: &str, title: &str) -> Value {
    json!({ "href": href.into(), "rel": rel, "type": media, "title": title })
}

/// Makes the link from a document to the same as a page.
pub(crate) fn as_page(href: impl Into<String>) -> Value {
    link(href, "alternate", HTML, "This document as a page")
}

/// Makes the landing page.
pub(crate) fn landing(site: &Site, base: &str) -> Value {
    let mut links = vec![
        link(format!("{base}/"), "self", JSON, "This document"),
        as_page(format!("{base}/?f=html")),
        link(
            format!("{base}/api"),
            "service-desc",
            OPENAPI,
            "The description of the interface",
        ),
        link(
            format!("{base}/api?f=html"),
            "service-doc",
            HTML,
            "The description of the interface as a page",
        ),
        link(
            format!("{base}/conformance"),
            "conformance",
            JSON,
            "The standards this server keeps to",
        ),
        link(format!("{base}/collections"), "data", JSON, "The layers"),
    ];
    if crate::map_is_embedded() {
        links.push(link(format!("{base}/map/"), "related", HTML, "The map"));
    }
    let mut document = json!({
        "title": site.title(),
        "description": site.description(),
        "links": links,
        "not_listed": site.not_listed(),
    });
    let extra = [
        ("notice", site.notice().map(Value::from)),
        ("attribution", site.attribution().map(Value::from)),
    ];
    add(
        &mut document,
        extra
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    if !site.caveats().is_empty() {
        add(&mut document, [("caveats", json!(site.caveats()))]);
    }
    document
}

/// Makes the list of conformance classes.
pub(crate) fn conformance(base: &str) -> Value {
    json!({
        "conformsTo": CONFORMANCE,
        "links": [
            link(format!("{base}/conformance"), "self", JSON, "This document"),
            as_page(format!("{base}/conformance?f=html")),
        ],
    })
}

/// Makes the list of collections.
pub(crate) fn collections(site: &Site, base: &str) -> Value {
    let all: Vec<Value> = site
        .collections()
        .iter()
        .map(|one| collection(one, base))
        .collect();
    json!({
        "links": [
            link(format!("{base}/collections"), "self", JSON, "This document"),
            as_page(format!("{base}/collections?f=html")),
        ],
        "crs": [CRS84],
        "collections": all,
    })
}

/// Makes the description of one collection.
pub(crate) fn collection(one: &Collection, base: &str) -> Value {
    let own = format!("{base}/collections/{}", segment(one.id()));
    let passport = format!("{own}/passport");
    let mut document = one.document().clone();
    let links = json!([
        link(own.clone(), "self", JSON, "This document"),
        as_page(format!("{own}?f=html")),
        link(format!("{own}/items"), "items", GEOJSON, one.title()),
        link(
            format!("{own}/items?f=html"),
            "items",
            HTML,
            "The same as a table"
        ),
        link(
            passport.clone(),
            "describedby",
            JSON,
            "Passport: method, inputs, and what was rounded or hidden"
        ),
        link(
            format!("{passport}?f=html"),
            "describedby",
            HTML,
            "The passport as a page",
        ),
        link(
            passport,
            "license",
            JSON,
            "Licences and credits of the data behind this layer"
        ),
    ]);
    add(
        &mut document,
        [
            ("links", links),
            ("itemType", "feature".into()),
            ("crs", json!([CRS84])),
            ("storageCrs", CRS84.into()),
        ],
    );
    if let Some(extent) = one.extent() {
        add(
            &mut document,
            [(
                "extent",
                json!({ "spatial": { "bbox": [extent], "crs": CRS84 } }),
            )],
        );
    }
    document
}

/// Makes the links that a passport has.
pub(crate) fn passport_links(one: &Collection, base: &str) -> Value {
    let own = format!("{base}/collections/{}", segment(one.id()));
    json!([
        link(format!("{own}/passport"), "self", JSON, "This document"),
        as_page(format!("{own}/passport?f=html")),
        link(own, "collection", JSON, one.title()),
    ])
}

/// Writes links into the text of an object, after its first bracket, and leaves every other byte as it is.
pub(crate) fn with_links(object: &[u8], links: &Value) -> Vec<u8> {
    let mut text = format!(r#"{{"links":{links},"#).into_bytes();
    text.extend_from_slice(object.get(1..).unwrap_or_default());
    text
}

/// Adds members to an object.
fn add<'a>(document: &mut Value, members: impl IntoIterator<Item = (&'a str, Value)>) {
    if let Value::Object(object) = document {
        object.extend(
            members
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value)),
        );
    }
}
