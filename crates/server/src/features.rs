//! `items` and one feature: `GeoJSON` put together from features that were encoded once.
//!
//! A page is streamed piece by piece out of the site's memory, so that a thousand slow readers cost no more than one. Deliberately no
//! `timeStamp`: the same question gets the same bytes.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};

use crate::app::App;
use crate::ask::{Ask, Format, segment};
use crate::documents::{GEOJSON, JSON, as_page, link, with_links};
use crate::error::{Problem, shortened};
use crate::filter::{KNOWN, Selection};
use crate::pages::{self, Listing, Place};
use crate::site::{Collection, Site};

/// Rows of a table that are written at a time.
const ROWS: usize = 50;

/// Answers `/collections/{id}/items`.
pub(crate) async fn items(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    ask: Ask,
) -> Result<Response, Problem> {
    let Path(id) = path.map_err(bad_path)?;
    let collection = find(app.site(), &id)?;
    let parameters = ask.parameters(&KNOWN)?;
    let format = ask.format(&parameters)?;
    let selection = Selection::read(&parameters)?;
    let matched: Vec<usize> = (0..)
        .zip(collection.items())
        .filter(|(_, item)| selection.takes(item.shape()))
        .map(|(index, _)| index)
        .collect();
    let end = selection.offset.saturating_add(selection.limit);
    let pages = Pages {
        next: (end < matched.len()).then(|| parameters.at(end, selection.limit)),
        previous: (selection.offset > 0).then(|| {
            let before = selection.offset.min(matched.len());
            parameters.at(before.saturating_sub(selection.limit), selection.limit)
        }),
        data: parameters.in_format(Format::Json),
        html: parameters.in_format(Format::Html),
        from: selection.offset,
        matched: matched.len(),
        boxed: selection.bbox.is_some(),
    };
    let shown = matched.get(selection.offset..).unwrap_or_default();
    let shown = shown.get(..selection.limit).unwrap_or(shown);
    Ok(match format {
        Format::Json => as_geojson(&ask, collection, &pages, shown),
        Format::Html => as_table(&app, &ask, collection, pages, shown.to_vec()),
    })
}

/// What is on a page of items, and the queries for the others.
struct Pages {
    next: Option<String>,
    previous: Option<String>,
    data: String,
    html: String,
    from: usize,
    matched: usize,
    boxed: bool,
}

fn as_geojson(ask: &Ask, collection: &Collection, pages: &Pages, shown: &[usize]) -> Response {
    let links = page_links(ask, pages, collection);
    let head = format!(
        r#"{{"type":"FeatureCollection","links":{links},"numberMatched":{},"numberReturned":{},"features":["#,
        pages.matched,
        shown.len()
    );
    let mut pieces = Vec::with_capacity(2 * shown.len() + 2);
    pieces.push(Bytes::from(head));
    let items = shown
        .iter()
        .filter_map(|index| collection.items().get(*index));
    for (index, item) in items.enumerate() {
        pieces.push(Bytes::from_static(if index == 0 { b"\n" } else { b",\n" }));
        pieces.push(item.json().clone());
    }
    pieces.push(Bytes::from_static(b"\n]}\n"));
    geojson(Body::from_stream(stream::iter(
        pieces.into_iter().map(Ok::<_, Infallible>),
    )))
}

/// Answers with a table whose rows are written while they are sent.
fn as_table(
    app: &App,
    ask: &Ask,
    collection: &Collection,
    pages: Pages,
    shown: Vec<usize>,
) -> Response {
    let listing = Listing {
        place: Place {
            site: app.site(),
            root: ask.root(),
            data: Some(pages.data),
        },
        collection,
        from: pages.from,
        shown: shown.len(),
        matched: pages.matched,
        boxed: pages.boxed,
        next: pages.next,
        previous: pages.previous,
    };
    let (head, tail) = (listing.head(), listing.tail());
    let (site, id) = (app.shared_site(), collection.id().to_owned());
    let pieces = shown.len().div_ceil(ROWS);
    let rows = (0..pieces).map(move |piece| {
        let from = piece * ROWS;
        let part = shown
            .get(from..shown.len().min(from + ROWS))
            .unwrap_or_default();
        site.collection(&id).map_or_else(String::new, |one| {
            Listing::rows(one, part.iter().filter_map(|index| one.items().get(*index)))
        })
    });
    let whole = std::iter::once(head)
        .chain(rows)
        .chain(std::iter::once(tail));
    Html(Body::from_stream(stream::iter(
        whole.map(Ok::<_, Infallible>),
    )))
    .into_response()
}

/// Answers `/collections/{id}/items/{fid}`.
pub(crate) async fn item(
    State(app): State<App>,
    path: Result<Path<(String, String)>, PathRejection>,
    ask: Ask,
) -> Result<Response, Problem> {
    let Path((id, feature)) = path.map_err(bad_path)?;
    let collection = find(app.site(), &id)?;
    let parameters = ask.parameters(&[])?;
    let format = ask.format(&parameters)?;
    let item = collection.item(&feature).ok_or_else(|| {
        Problem::not_found(format!(
            "there is no feature `{}` in the collection `{}`",
            shortened(&feature),
            collection.id()
        ))
    })?;
    if format == Format::Html {
        let place = crate::handlers::place(&app, &ask, &parameters);
        return Ok(Html(pages::feature(&place, collection, item)).into_response());
    }
    let own = format!("{}/collections/{}", ask.base, segment(collection.id()));
    let single = format!("{own}/items/{}", segment(&feature));
    let links = json!([
        link(single.as_str(), "self", GEOJSON, "This feature"),
        as_page(format!("{single}?f=html")),
        link(own, "collection", JSON, collection.title()),
    ]);
    let mut text = with_links(item.json(), &links);
    text.push(b'\n');
    Ok(geojson(Body::from(text)))
}

fn geojson(body: Body) -> Response {
    (
        [(header::CONTENT_TYPE, HeaderValue::from_static(GEOJSON))],
        body,
    )
        .into_response()
}

fn page_links(ask: &Ask, pages: &Pages, collection: &Collection) -> Value {
    let mut links = vec![
        link(ask.own_address(), "self", GEOJSON, "This page"),
        as_page(ask.address_with(&pages.html)),
    ];
    for (query, rel, title) in [
        (&pages.next, "next", "The next page"),
        (&pages.previous, "prev", "The page before"),
    ] {
        links.extend(
            query
                .as_ref()
                .map(|query| link(ask.address_with(query), rel, GEOJSON, title)),
        );
    }
    links.push(link(
        format!("{}/collections/{}", ask.base, segment(collection.id())),
        "collection",
        JSON,
        collection.title(),
    ));
    Value::from(links)
}

/// Finds a collection, or says why it is not there.
pub(crate) fn find<'a>(site: &'a Site, id: &str) -> Result<&'a Collection, Problem> {
    site.collection(id).ok_or_else(
        || match site.not_listed().iter().find(|entry| entry.id == id) {
            Some(entry) => {
                Problem::not_found(format!("`{}` is not published: {}", entry.id, entry.reason))
            }
            None => Problem::not_found(format!(
                "there is no collection `{}`; /collections lists those there are",
                shortened(id)
            )),
        },
    )
}

pub(crate) fn bad_path(_: PathRejection) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "the path is not UTF-8 once its percent signs are resolved",
    )
}
