//! The `Accept` header: does the caller want a page or data?
//!
//! Deliberately only these two. Whoever wants neither gets data, as every GIS client expects that gets an answer at all.

use axum::http::{HeaderMap, header};

/// How well a header likes something: the quality, and how exactly it was named (1 for any, 2 for a family, 3 for the very type).
type Liking = (f32, u8);

/// Says whether the `Accept` header names HTML and likes it better than JSON, as browsers do and GIS clients do not.
///
/// Where both are liked alike, the one that is named wins over the one that is only among `*/*`; JSON wins where both are named alike.
pub(crate) fn prefers_html(headers: &HeaderMap) -> bool {
    let (mut html, mut json): (Liking, Liking) = ((0.0, 0), (0.0, 0));
    let texts = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    for range in texts.flat_map(|text| text.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quality = parts.find_map(quality).unwrap_or(1.0);
        let (for_html, for_json) = exactness(&media);
        better(&mut html, (quality, for_html));
        better(&mut json, (quality, for_json));
    }
    html.0 > 0.0 && html.1 > 1 && html > json
}

/// Keeps what names a thing more exactly; of those that name it alike, what likes it better.
fn better(known: &mut Liking, new: Liking) {
    if new.1 > 0 && (new.1, new.0) > (known.1, known.0) {
        *known = new;
    }
}

/// Reads `q=0.5`. A number that is none counts as no liking at all.
fn quality(part: &str) -> Option<f32> {
    let (name, value) = part.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let number = value.trim().parse().unwrap_or(0.0_f32);
    Some(if (0.0..=1.0).contains(&number) {
        number
    } else {
        0.0
    })
}

/// Returns how exactly a range of types names HTML and JSON; 0 where it does not.
fn exactness(media: &str) -> (u8, u8) {
    match media {
        "text/html" | "application/xhtml+xml" => (3, 0),
        "text/*" => (2, 0),
        "application/*" => (0, 2),
        "*/*" => (1, 1),
        _ if media.ends_with("/json") || media.ends_with("+json") => (0, 3),
        _ => (0, 0),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn browsers_get_html_and_clients_json() {
        let accept = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(text));
            prefers_html(&headers)
        };
        for page in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "text/html",
            "TEXT/HTML;Q=0.3",
            "text/html, application/xhtml+xml, */*",
            "application/json;q=0.8, text/html",
            "application/json;q=0, text/html;q=0.1",
            "text/*",
            "text/html; charset=utf-8; q=0.5, */*; q = 0.1",
        ] {
            assert!(accept(page), "{page}");
        }
        for data in [
            "",
            "*/*",
            "text/plain, application/json",
            "application/json, text/html",
            "application/json, text/html;q=0.9",
            "application/geo+json;q=0.5, text/html;q=0.4",
            "text/html;q=x, */*",
            "text/html;q=NaN, */*",
            "text/html;q=7, */*",
            "text/html;q=0, */*",
            "text/html;q=0",
            "image/png",
            "application/vnd.oai.openapi+json;version=3.0",
            "text/htmlx",
            ",;,",
        ] {
            assert!(!accept(data), "{data}");
        }
        assert!(!prefers_html(&HeaderMap::new()));
    }
}
