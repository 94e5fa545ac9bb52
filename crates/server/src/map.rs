//! The map: the files of the web page that were embedded when the program was built, and the base map of the study.
//!
//! The page may load nothing from any other host; its content policy sees to that. What the page does is its own affair, in `web/`.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};

use crate::app::App;
use crate::ask::Ask;
use crate::documents::GEOJSON;
use crate::error::Problem;
use crate::pages::{self, Place};

// What `build.rs` found in the built page: `ASSETS`, a sorted list of paths and contents.
include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// MapLibre draws in a worker, which it may make from a blob, and with styles it sets itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
    connect-src 'self'; worker-src 'self' blob:; child-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// Lists the embedded files with their contents.
pub(crate) fn assets() -> &'static [(&'static str, &'static [u8])] {
    ASSETS
}

fn find(path: &str) -> Option<&'static [u8]> {
    ASSETS
        .iter()
        .find(|(own, _)| *own == path)
        .map(|(_, bytes)| *bytes)
}

/// Answers `/map`: the addresses in the page are relative to `/map/`.
pub(crate) async fn to_page() -> Response {
    (
        StatusCode::PERMANENT_REDIRECT,
        [(header::LOCATION, HeaderValue::from_static("map/"))],
    )
        .into_response()
}

/// Answers `/map/`.
pub(crate) async fn page(State(app): State<App>, ask: Ask) -> Response {
    if let Some(bytes) = find("index.html") {
        return file("index.html", bytes);
    }
    let place = Place {
        site: app.site(),
        root: ask.root(),
        data: None,
    };
    (StatusCode::SERVICE_UNAVAILABLE, Html(pages::no_map(&place))).into_response()
}

/// Answers `/map/base.geojson`.
pub(crate) async fn base_map(State(app): State<App>) -> Response {
    (
        [(header::CONTENT_TYPE, HeaderValue::from_static(GEOJSON))],
        app.site().base_map().clone(),
    )
        .into_response()
}

/// Answers everything else under `/map/`. Only embedded files can be had, so a path with dots in it leads nowhere.
pub(crate) async fn asset(path: Result<Path<String>, PathRejection>) -> Result<Response, Problem> {
    let Path(path) = path.map_err(crate::features::bad_path)?;
    let bytes = find(&path).ok_or_else(|| Problem::not_found("the map has no such file"))?;
    Ok(file(&path, bytes))
}

fn file(path: &str, bytes: &'static [u8]) -> Response {
    // The names of what is in assets/ change with their contents.
    let keep = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(media_type(path)),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        ),
    ];
    (headers, bytes).into_response()
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "json" | "map" => "application/json",
        "md" | "txt" => "text/plain; charset=utf-8",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}
