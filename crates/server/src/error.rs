//! What can go wrong: [`ServerError`] for whoever starts the server, [`Problem`] for whoever asks it.
//!
//! The one place that writes `application/problem+json`. A problem says what was wrong with the question; it never says anything
//! about the inside of the server.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use thiserror::Error;

/// Why findings cannot be served.
#[derive(Debug, Error)]
pub enum ServerError {
    /// Findings were released to somebody narrower than the public; whoever can send a request counts as the public.
    #[error("the findings of {analysis} were not released to the public and cannot be served")]
    NotPublic {
        /// The analysis.
        analysis: String,
    },
    /// Two layers have the same id.
    #[error("two layers are called {layer}")]
    DuplicateLayer {
        /// The layer.
        layer: String,
    },
    /// Two features of a layer have the same id.
    #[error("two features of layer {layer} are called {feature}")]
    DuplicateFeature {
        /// The layer.
        layer: String,
        /// The feature.
        feature: String,
    },
    /// A feature is not the `GeoJSON` it should be.
    #[error("feature {feature} of layer {layer} cannot be read back: {reason}")]
    Feature {
        /// The layer.
        layer: String,
        /// The feature.
        feature: String,
        /// What is the matter.
        reason: String,
    },
    /// The layers could not be written as features.
    #[error("cannot encode the layers: {0}")]
    Encode(#[from] catchment_export::ExportError),
    /// A passport could not be written.
    #[error("cannot write a passport: {0}")]
    Passport(#[from] serde_json::Error),
    /// The network failed.
    #[error("cannot serve: {0}")]
    Io(#[from] std::io::Error),
}

/// An answer that is no answer: RFC 9457. It travels with the response, so that `app` can say the same on a page.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) parameter: Option<String>,
    pub(crate) detail: Cow<'static, str>,
}

#[derive(Serialize)]
struct Body<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            parameter: None,
            detail: detail.into(),
        }
    }

    pub(crate) fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// A query parameter that is unknown or has an impossible value.
    pub(crate) fn parameter(name: &str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            parameter: Some(shortened(name)),
            detail: detail.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            parameter: self.parameter.as_deref(),
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(
                header::ALLOW,
                HeaderValue::from_static("GET, HEAD, OPTIONS"),
            );
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Cuts what a caller sent to a length that can be repeated to them.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
