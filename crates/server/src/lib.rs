//! The web server: OGC API Features, the passports and the embedded map.
//!
//! [`Site::new`] turns published findings into everything that will ever be served; [`serve`] answers requests from that and from
//! nothing else. Every caller counts as the public, so a site takes only what was released to the public.
//!
//! This crate deliberately computes no figure, reads no file and holds no study. It has no login, no TLS (a proxy in front does that)
//! and no way to change anything.
//!
//! | module | what for |
//! |---|---|
//! | `site` | what is served, immutable |
//! | `app` | routes, and what all answers have in common |
//! | `accept`, `ask`, `filter` | reading a request |
//! | `handlers`, `features`, `map` | answering it |
//! | `documents`, `openapi` | what the answers say to programs |
//! | `pages`, `markup`, `facts` | what they say to people |
//! | `error` | `application/problem+json`, nowhere else |
//! | `connection` | the listener and its limits |

#![forbid(unsafe_code)]

mod accept;
mod app;
mod ask;
mod connection;
mod documents;
mod error;
mod facts;
mod features;
mod filter;
mod handlers;
mod map;
mod markup;
mod openapi;
mod pages;
mod site;

use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;

pub use error::ServerError;
pub use site::{NotListed, Site};

/// Serves a site until `shutdown` is ready, then lets the answers that are being sent finish.
///
/// Links in the answers name the host that the request names, or the listener's address where it names none.
pub async fn serve(
    site: Site,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServerError> {
    let address = ask::address_of(listener.local_addr()?);
    let router = app::routes(app::App::new(Arc::new(site), &address));
    tracing::info!(address = %format_args!("http://{address}/"), map = map_is_embedded(), "serving");
    connection::listen(listener, router, shutdown).await;
    tracing::info!("stopped");
    Ok(())
}

/// Makes the routes of a site without a listener, as tests use them.
pub fn router(site: Arc<Site>) -> Router {
    app::routes(app::App::new(site, "localhost"))
}

/// Says whether the map was built into this program.
#[must_use]
pub fn map_is_embedded() -> bool {
    !map::assets().is_empty()
}
