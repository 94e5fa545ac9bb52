//! Reading a request: the address the caller knows us by, the format they want and the parameters they send.
//!
//! Deliberately strict about parameters, as the standard asks: an unknown one is an error that names it, never ignored. Nothing is
//! taken from `Forwarded` or `X-Forwarded-*` headers, which anybody can send.

use std::convert::Infallible;
use std::net::SocketAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::accept::prefers_html;
use crate::app::App;
use crate::error::{Problem, shortened};

/// What stays as it is in a part of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
/// What stays as it is in the value of a parameter; commas and colons keep a `bbox` and a `datetime` readable.
const VALUE: &AsciiSet = &SEGMENT.remove(b',').remove(b':').remove(b'/');

/// A request, as far as the answer depends on it.
pub(crate) struct Ask {
    /// The address of this server as the caller knows it, without a slash at the end.
    pub(crate) base: String,
    path: String,
    query: Option<String>,
    html: bool,
}

/// The format of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Html,
}

impl FromRequestParts<App> for Ask {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self {
            base: base(&parts.headers, app.fallback()),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().map(str::to_owned),
            html: prefers_html(&parts.headers),
        })
    }
}

impl Ask {
    /// Returns the full address of what was asked for.
    pub(crate) fn own_address(&self) -> String {
        match &self.query {
            Some(query) => format!("{}{}?{query}", self.base, self.path),
            None => format!("{}{}", self.base, self.path),
        }
    }

    /// Returns the full address of the same resource with another query.
    pub(crate) fn address_with(&self, query: &str) -> String {
        format!("{}{}{query}", self.base, self.path)
    }

    /// Returns the way from what was asked for to the landing page, for links in pages: a proxy may have put a path before ours.
    pub(crate) fn root(&self) -> String {
        match self.path.matches('/').count() {
            0 | 1 => "./".to_owned(),
            slashes => "../".repeat(slashes - 1),
        }
    }

    /// Reads the parameters of a resource that takes `known` ones and the format.
    pub(crate) fn parameters(&self, known: &[&str]) -> Result<Parameters, Problem> {
        Parameters::read(self.query.as_deref().unwrap_or_default(), known)
    }

    /// Finds the format of the answer: the parameter counts for more than the header.
    pub(crate) fn format(&self, parameters: &Parameters) -> Result<Format, Problem> {
        match parameters.get("f") {
            None if self.html => Ok(Format::Html),
            None | Some("json") => Ok(Format::Json),
            Some("html") => Ok(Format::Html),
            Some(_) => Err(Problem::parameter("f", "`f` is `json` or `html`")),
        }
    }

    /// Says whether somebody reads the answer who would rather have a page, whatever else is wrong with the request.
    pub(crate) fn wants_page(&self) -> bool {
        let query = self.query.as_deref().unwrap_or_default();
        match query.split('&').find_map(|part| part.strip_prefix("f=")) {
            Some("html") => true,
            Some("json") => false,
            _ => self.html,
        }
    }
}

/// Writes parameters as the query of an address, with its question mark; nothing where there are none.
fn query<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = String::new();
    for (index, (name, value)) in pairs.enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(name);
        text.push('=');
        text.extend(utf8_percent_encode(value, VALUE));
    }
    text
}

/// The parameters of a request, in the order they were sent, each known and given once.
#[derive(Debug)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn read(query: &str, known: &[&str]) -> Result<Self, Problem> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = decoded(name)
                .ok_or_else(|| Problem::parameter(name, "the name of a parameter is not UTF-8"))?;
            if name != "f" && !known.contains(&name.as_str()) {
                let list: Vec<String> = known
                    .iter()
                    .chain(&["f"])
                    .map(|name| format!("`{name}`"))
                    .collect();
                let detail = format!(
                    "there is no parameter `{}` here; there is {}",
                    shortened(&name),
                    list.join(", ")
                );
                return Err(Problem::parameter(&name, detail));
            }
            if pairs.iter().any(|(seen, _)| *seen == name) {
                return Err(Problem::parameter(
                    &name,
                    format!("`{name}` is given more than once"),
                ));
            }
            let value = decoded(value).ok_or_else(|| {
                Problem::parameter(&name, format!("the value of `{name}` is not UTF-8"))
            })?;
            pairs.push((name, value));
        }
        Ok(Self(pairs))
    }

    /// Finds a parameter by its name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value)
    }

    /// Lists names and values.
    fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Returns the query for another page of the same selection.
    pub(crate) fn at(&self, offset: usize, limit: usize) -> String {
        let (offset, limit) = (offset.to_string(), limit.to_string());
        let kept = self
            .iter()
            .filter(|(name, _)| !matches!(*name, "limit" | "offset"));
        query(kept.chain([("limit", limit.as_str()), ("offset", offset.as_str())]))
    }

    /// Returns the query for the same in another format.
    pub(crate) fn in_format(&self, format: Format) -> String {
        let word = match format {
            Format::Json => "json",
            Format::Html => "html",
        };
        query(
            self.iter()
                .filter(|(name, _)| *name != "f")
                .chain([("f", word)]),
        )
    }
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

/// Writes an id as a part of a path.
pub(crate) fn segment(id: &str) -> String {
    utf8_percent_encode(id, SEGMENT).to_string()
}

/// Writes the address of a listener as callers on the same machine can use it.
pub(crate) fn address_of(listener: SocketAddr) -> String {
    if listener.ip().is_unspecified() {
        format!("localhost:{}", listener.port())
    } else {
        listener.to_string()
    }
}

/// The scheme is always `http`: the server itself speaks nothing else, and a header that claims otherwise proves nothing.
fn base(headers: &HeaderMap, fallback: &str) -> String {
    let sent = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    format!(
        "http://{}",
        sent.filter(|host| is_host(host)).unwrap_or(fallback)
    )
}

/// Says whether a text is a host name, an IPv4 address or an IPv6 address in brackets, with a port or without.
fn is_host(text: &str) -> bool {
    const LONGEST: usize = 255;
    let (name, rest) = match text
        .strip_prefix('[')
        .and_then(|inner| inner.split_once(']'))
    {
        Some((inner, rest)) => (inner, rest),
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let bracketed = text.starts_with('[');
    let fits = |byte: u8| {
        if bracketed {
            byte.is_ascii_hexdigit() || byte == b':' || byte == b'.'
        } else {
            byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_')
        }
    };
    let port_fits = match rest.strip_prefix(':') {
        Some(port) => port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok(),
        None => rest.is_empty(),
    };
    !name.is_empty() && text.len() <= LONGEST && name.bytes().all(fits) && port_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_checked() {
        for good in [
            "localhost",
            "localhost:8080",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:8080",
            "a-b.c_d.example",
        ] {
            assert!(is_host(good), "{good}");
        }
        let bad = [
            "", ":80", "a:", "a:b", "a:99999", "a/b", "a@b", "a b", "[::1", "[::1]x", "a\"", "<b>",
            "é", "a:8:9", "[]", "a:+1",
        ];
        for bad in bad {
            assert!(!is_host(bad), "{bad}");
        }
        assert!(!is_host(&"a".repeat(256)));
    }

    #[test]
    fn parameters_are_known_and_given_once() {
        let read = |query: &str| Parameters::read(query, &["limit", "bbox"]);
        let parameters = read("limit=3&&bbox=1%2C2,3,4").expect("good");
        assert_eq!(parameters.get("bbox"), Some("1,2,3,4"));
        assert_eq!(parameters.get("f"), None);
        for bad in [
            "x=1",
            "limit=1&limit=1",
            "bbox=%ff",
            "%ff=1",
            "Limit=1",
            "=1",
            "li%6dit=1&limit=2",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
