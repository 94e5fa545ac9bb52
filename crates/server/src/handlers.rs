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
use crate::ask::{Ask, Format, Parameters};
use crate::documents::{JSON, OPENAPI};
use crate::error::Problem;
use crate::features::{bad_path, find};
use crate::pages::Place;
use crate::{documents, openapi, pages};

/// Answers `/`.
pub(crate) async fn landing(State(app): State<App>, ask: Ask) -> Result<Response, Problem> {
    let write = |ask: &Ask| documents::landing(app.site(), &ask.base);
    either(&app, &ask, write, pages::landing)
}

/// Answers `/api`.
pub(crate) async fn api(State(app): State<App>, ask: Ask) -> Result<Response, Problem> {
    let document = || openapi::describe(app.site(), &ask.base);
    let parameters = ask.parameters(&[])?;
    Ok(match ask.format(&parameters)? {
        Format::Json => sent(OPENAPI, document().to_string()),
        Format::Html => {
            Html(pages::api(&place(&app, &ask, &parameters), &document())).into_response()
        }
    })
}

/// Answers `/conformance`.
pub(crate) async fn conformance(State(app): State<App>, ask: Ask) -> Result<Response, Problem> {
    let write = |ask: &Ask| documents::conformance(&ask.base);
    either(&app, &ask, write, pages::conformance)
}

/// Answers `/collections`.
pub(crate) async fn collections(State(app): State<App>, ask: Ask) -> Result<Response, Problem> {
    let write = |ask: &Ask| documents::collections(app.site(), &ask.base);
    either(&app, &ask, write, pages::collections)
}

/// Answers `/collections/{id}`.
pub(crate) async fn collection(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    ask: Ask,
) -> Result<Response, Problem> {
    let Path(id) = path.map_err(bad_path)?;
    let one = find(app.site(), &id)?;
    let write = |ask: &Ask| documents::collection(one, &ask.base);
    either(&app, &ask, write, |place| pages::collection(place, one))
}

/// Answers `/collections/{id}/passport`.
pub(crate) async fn passport(
    State(app): State<App>,
    path: Result<Path<String>, PathRejection>,
    ask: Ask,
) -> Result<Response, Problem> {
    let Path(id) = path.map_err(bad_path)?;
    let one = find(app.site(), &id)?;
    let parameters = ask.parameters(&[])?;
    Ok(match ask.format(&parameters)? {
        Format::Json => {
            let links = documents::passport_links(one, &ask.base);
            sent(JSON, documents::with_links(one.passport(), &links))
        }
        Format::Html => Html(pages::passport(&place(&app, &ask, &parameters), one)).into_response(),
    })
}

/// Answers `/page/{file}`: what pages load besides themselves. The name of the style changes with what is in it.
pub(crate) async fn page_file(
    path: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(name) = path.map_err(bad_path)?;
    let (media, text, keep) = match name.as_str() {
        "icon.svg" => ("image/svg+xml", pages::ICON, "public, max-age=86400"),
        name if name == pages::STYLE_NAME.as_str() => (
            "text/css; charset=utf-8",
            pages::STYLE,
            "public, max-age=31536000, immutable",
        ),
        _ => return Err(Problem::not_found("the pages have no such file")),
    };
    let kept = [(header::CACHE_CONTROL, HeaderValue::from_static(keep))];
    Ok((kept, sent(media, text)).into_response())
}

/// Answers with a document or with a page, whichever is asked for. Takes no parameter but that one.
fn either(
    app: &App,
    ask: &Ask,
    document: impl FnOnce(&Ask) -> Value,
    page: impl FnOnce(&Place<'_>) -> String,
) -> Result<Response, Problem> {
    let parameters = ask.parameters(&[])?;
    Ok(match ask.format(&parameters)? {
        Format::Json => Json(document(ask)).into_response(),
        Format::Html => Html(page(&place(app, ask, &parameters))).into_response(),
    })
}

/// Returns where the page that was asked for stands.
pub(crate) fn place<'a>(app: &'a App, ask: &Ask, parameters: &Parameters) -> Place<'a> {
    Place {
        site: app.site(),
        root: ask.root(),
        data: Some(parameters.in_format(Format::Json)),
    }
}

/// Answers with a text of some kind.
fn sent(media: &'static str, body: impl IntoResponse) -> Response {
    (
        [(header::CONTENT_TYPE, HeaderValue::from_static(media))],
        body,
    )
        .into_response()
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
