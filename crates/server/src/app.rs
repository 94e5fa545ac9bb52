//! The routes, and what every answer has in common: headers, limits, `ETag`s, one line in the log.
//!
//! Every caller counts as the public: there is no login and nothing to log in for. Nothing here waits for anything but the network,
//! so limits of time and number are set on connections, in `connection`. No request has a body that anybody reads.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, http};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};

use crate::ask::Ask;
use crate::error::Problem;
use crate::pages::Place;
use crate::site::Site;
use crate::{features, handlers, map, pages};

/// The media type of a page, as axum writes it.
const PAGE: &str = "text/html; charset=utf-8";
/// The longest path with parameters that is looked at.
const LONGEST_ADDRESS: usize = 4_096;

/// What every handler gets.
#[derive(Clone)]
pub(crate) struct App {
    site: Arc<Site>,
    fallback: Arc<str>,
}

impl App {
    pub(crate) fn new(site: Arc<Site>, fallback: &str) -> Self {
        Self {
            site,
            fallback: fallback.into(),
        }
    }

    pub(crate) fn site(&self) -> &Site {
        &self.site
    }

    /// Returns the site for an answer that is still being written when its handler is done.
    pub(crate) fn shared_site(&self) -> Arc<Site> {
        Arc::clone(&self.site)
    }

    /// Returns the host that links name where the request names none.
    pub(crate) fn fallback(&self) -> &str {
        &self.fallback
    }
}

/// Puts the routes together.
pub(crate) fn routes(app: App) -> Router {
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD])
        .allow_headers(Any)
        .expose_headers([header::ETAG]);
    Router::new()
        .route("/", get(handlers::landing))
        .route("/api", get(handlers::api))
        .route("/conformance", get(handlers::conformance))
        .route("/collections", get(handlers::collections))
        .route("/collections/{id}", get(handlers::collection))
        .route("/collections/{id}/items", get(features::items))
        .route("/collections/{id}/items/{feature}", get(features::item))
        .route("/collections/{id}/passport", get(handlers::passport))
        .route("/page/{file}", get(handlers::page_file))
        .route("/health", get(handlers::health))
        .route("/map", get(map::to_page))
        .route("/map/", get(map::page))
        .route("/map/base.geojson", get(map::base_map))
        .route("/map/{*path}", get(map::asset))
        .fallback(handlers::nothing_here)
        .method_not_allowed_fallback(handlers::only_reading)
        .layer(from_fn_with_state(app.clone(), remember))
        .layer(from_fn(refuse_long))
        .layer(CatchPanicLayer::custom(broken))
        .layer(from_fn_with_state(app.clone(), explain))
        .layer(CompressionLayer::new())
        .layer(cors)
        .layer(from_fn(protect))
        .layer(from_fn(log))
        .with_state(app)
}

/// Refuses an address that no honest client sends.
async fn refuse_long(request: Request, next: Next) -> Response {
    let length = request
        .uri()
        .path_and_query()
        .map_or(0, |both| both.as_str().len());
    if length > LONGEST_ADDRESS {
        return Problem::new(
            StatusCode::URI_TOO_LONG,
            format!("the address is longer than {LONGEST_ADDRESS} bytes"),
        )
        .into_response();
    }
    next.run(request).await
}

/// Gives good answers an `ETag` and answers 304 where the caller has them already.
///
/// A site never changes, so an answer is known by the site, the address and the format, and its bytes need not be hashed.
async fn remember(State(app): State<App>, ask: Ask, request: Request, next: Next) -> Response {
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let mut response = next.run(request).await;
    let unstored = response
        .headers()
        .get(header::CACHE_CONTROL)
        .is_some_and(|value| value == "no-store");
    if response.status() != StatusCode::OK || unstored {
        return response;
    }
    let mut hasher = blake3::Hasher::new();
    let media = response
        .headers()
        .get(header::CONTENT_TYPE)
        .map_or(&b""[..], HeaderValue::as_bytes);
    for part in [
        app.site.fingerprint().as_slice(),
        ask.own_address().as_bytes(),
        media,
    ] {
        hasher
            .update(&(part.len() as u64).to_le_bytes())
            .update(part);
    }
    let hex = hasher.finalize().to_hex();
    let tag = format!("\"{}\"", hex.get(..32).unwrap_or_default());
    if known.is_some_and(|known| matches(&known, &tag)) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    // Weak, because the same answer may be sent compressed or not.
    if let Ok(value) = HeaderValue::try_from(format!("W/{tag}")) {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
        .headers_mut()
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-cache"));
    response
}

/// Says to people on a page what is wrong, where they would rather have a page. Every answer is one of two, so it varies.
async fn explain(State(app): State<App>, ask: Ask, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let problem = response.extensions_mut().remove::<Problem>();
    if let Some(problem) = problem.filter(|_| ask.wants_page()) {
        let place = Place {
            site: app.site(),
            root: ask.root(),
            data: None,
        };
        *response.body_mut() = Body::from(pages::problem(&place, &problem));
        let headers = response.headers_mut();
        headers.remove(header::CONTENT_LENGTH);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PAGE));
    }
    response
        .headers_mut()
        .append(header::VARY, HeaderValue::from_static("accept"));
    response
}

/// Says whether an `If-None-Match` header names a tag, strength aside.
fn matches(header: &HeaderValue, tag: &str) -> bool {
    let text = header.to_str().unwrap_or_default();
    text.split(',')
        .map(str::trim)
        .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// Puts the headers on that keep a browser from doing with an answer what it was not made for.
async fn protect(request: Request, next: Next) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let all: [(HeaderName, &'static str); 3] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
    ];
    for (name, value) in all {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Writes one line a request. Neither the caller's address nor what stands after the question mark is written down: where somebody
/// looks on a map is their own affair.
async fn log(request: Request, next: Next) -> Response {
    let start = Instant::now();
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let ms = (start.elapsed().as_secs_f64() * 100_000.0).round() / 100.0;
    let path = uri.path().get(..200).unwrap_or(uri.path());
    if response.status().is_server_error() {
        tracing::error!(%method, path, status, ms, "answered");
    } else if path == "/health" {
        tracing::debug!(%method, path, status, ms, "answered");
    } else {
        tracing::info!(%method, path, status, ms, "answered");
    }
    response
}

/// Answers for a handler that broke. Its words are for the log, which the standard hook has written them to.
#[allow(clippy::needless_pass_by_value)]
fn broken(_: Box<dyn std::any::Any + Send + 'static>) -> http::Response<Body> {
    Problem::new(
        StatusCode::INTERNAL_SERVER_ERROR,
        "the server failed to answer; this is its fault, not yours",
    )
    .into_response()
}
