//! The answers that are neither features nor the map.
//!
//! Each handler reads what it is asked, finds it in the site and writes it down; what the documents say is in `documents`,
//! `openapi` and `pages`.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

use crate::app::App;
use crate::ask::{Ask, Format};
use crate::documents::{JSON, OPENAPI};
use crate::error::Problem;
use crate::features::{bad_path, find};
use crate::{documents, openapi, pages};

/// Answers `/`.
pub(crate) async fn landing(State(app): State<App>, ask: Ask) -> Result<Response, Problem> {
    Ok(match ask.format()? {
        Format::Json => Json(documents::landing(app.site(), &ask.base)).into_response(),
        Format::Html => Html(pages::landing(app.site())).into_response(),
    })
}

/// Answers `/api`.
pub(crate) async fn api(State(app): State<App>, ask: Ask) -> Result<Response, Problem> {
    let format = ask.format()?;
    let document = openapi::describe(app.site(), &ask.base);
    Ok(match format {
        Format::Json => (
            [(header::CONTENT_TYPE, HeaderValue::from_static(OPENAPI))],
            document.to_string(),
        )
            .into_response(),
        Format::Html => Html(pages::api(&document)).into_response(),
    })
}

/// Answers `/conformance`.
pub(crate) async fn conformance(ask: Ask) -> Result<Json<Value>, Problem> {
    ask.json_only()?;
    Ok(Json(documents::conformance(&ask.base)))
}

/// Answers `/collections`.
pub(crate) async fn collections(State(app): State<App>, ask: Ask) -> Result<Json<Value>, Problem> {
    ask.json_only()?;
    Ok(Json(documents::collections(app.site(), &ask.base)))
}

/// Answers `/collections/{id}`.
pub(crate) async fn collection(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    ask: Ask,
) -> Result<Json<Value>, Problem> {
    let Path(id) = path.map_err(bad_path)?;
    let collection = find(app.site(), &id)?;
    ask.json_only()?;
    Ok(Json(documents::collection(collection, &ask.base)))
}

/// Answers `/collections/{id}/passport`.
pub(crate) async fn passport(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    ask: Ask,
) -> Result<Response, Problem> {
    let Path(id) = path.map_err(bad_path)?;
    let collection = find(app.site(), &id)?;
    ask.json_only()?;
    Ok((
        [(header::CONTENT_TYPE, HeaderValue::from_static(JSON))],
        collection.passport().clone(),
    )
        .into_response())
}

/// Answers `/health`, whatever its parameters: those who watch a server like to add some.
pub(crate) async fn health() -> Response {
    (
        [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
        Json(json!({ "status": "ok" })),
    )
        .into_response()
}

/// Answers any other address.
pub(crate) async fn nothing_here() -> Problem {
    Problem::not_found("there is nothing at this address; / says where everything is")
}

/// Answers any method that would change something.
pub(crate) async fn only_reading() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "everything here is only for reading, with GET or HEAD",
    )
}
