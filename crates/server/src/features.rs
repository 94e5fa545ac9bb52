//! `items` and one feature: `GeoJSON` put together from features that were encoded once.
//!
//! A page is streamed piece by piece out of the site's memory, so that a thousand slow readers cost no more than one. Deliberately no
//! `timeStamp`: the same question gets the same bytes.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};

use crate::app::App;
use crate::ask::{Ask, Parameters, segment};
use crate::documents::{GEOJSON, JSON, link};
use crate::error::{Problem, shortened};
use crate::filter::{KNOWN, Selection};
use crate::site::{Collection, Item, Site};

/// Answers `/collections/{id}/items`.
pub(crate) async fn items(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    ask: Ask,
) -> Result<Response, Problem> {
    let Path(id) = path.map_err(bad_path)?;
    let collection = find(app.site(), &id)?;
    let parameters = ask.parameters(&KNOWN)?;
    parameters.json_only()?;
    let selection = Selection::read(&parameters)?;
    let matched: Vec<&Item> = collection
        .items()
        .iter()
        .filter(|item| selection.takes(item.shape()))
        .collect();
    let page: Vec<&Item> = matched
        .iter()
        .skip(selection.offset)
        .take(selection.limit)
        .copied()
        .collect();
    let links = page_links(&ask, &parameters, &selection, matched.len(), collection);
    let head = format!(
        r#"{{"type":"FeatureCollection","links":{links},"numberMatched":{},"numberReturned":{},"features":["#,
        matched.len(),
        page.len()
    );
    let mut pieces = Vec::with_capacity(2 * page.len() + 2);
    pieces.push(Bytes::from(head));
    for (index, item) in page.iter().enumerate() {
        pieces.push(Bytes::from_static(if index == 0 { b"\n" } else { b",\n" }));
        pieces.push(item.json().clone());
    }
    pieces.push(Bytes::from_static(b"\n]}\n"));
    Ok(geojson(Body::from_stream(stream::iter(
        pieces.into_iter().map(Ok::<_, Infallible>),
    ))))
}

/// Answers `/collections/{id}/items/{fid}`.
pub(crate) async fn item(
    State(app): State<App>,
    path: Result<Path<(String, String)>, PathRejection>,
    ask: Ask,
) -> Result<Response, Problem> {
    let Path((id, feature)) = path.map_err(bad_path)?;
    let collection = find(app.site(), &id)?;
    ask.json_only()?;
    let item = collection.item(&feature).ok_or_else(|| {
        Problem::not_found(format!(
            "there is no feature `{}` in the collection `{}`",
            shortened(&feature),
            collection.id()
        ))
    })?;
    let own = format!("{}/collections/{}", ask.base, segment(collection.id()));
    let links = Value::from(vec![
        link(
            format!("{own}/items/{}", segment(&feature)),
            "self",
            GEOJSON,
            "This feature",
        ),
        link(own, "collection", JSON, collection.title()),
    ]);
    // The feature is an object, so its links go in after its first bracket and every other byte stays as it is on the list.
    let mut text = format!(r#"{{"links":{links},"#).into_bytes();
    text.extend_from_slice(item.json().get(1..).unwrap_or_default());
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

fn page_links(
    ask: &Ask,
    parameters: &Parameters,
    selection: &Selection,
    matched: usize,
    collection: &Collection,
) -> Value {
    let limit = selection.limit.to_string();
    let page_at = |offset: usize| {
        let offset = offset.to_string();
        let kept = parameters
            .iter()
            .filter(|(name, _)| !matches!(*name, "limit" | "offset"));
        ask.address_with(kept.chain([("limit", limit.as_str()), ("offset", offset.as_str())]))
    };
    let mut links = vec![link(ask.own_address(), "self", GEOJSON, "This page")];
    let end = selection.offset.saturating_add(selection.limit);
    if end < matched {
        links.push(link(page_at(end), "next", GEOJSON, "The next page"));
    }
    if selection.offset > 0 {
        let before = selection
            .offset
            .min(matched)
            .saturating_sub(selection.limit);
        links.push(link(page_at(before), "prev", GEOJSON, "The page before"));
    }
    links.push(link(
        format!("{}/collections/{}", ask.base, segment(collection.id())),
        "collection",
        JSON,
        collection.title(),
    ));
    json!(links)
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
