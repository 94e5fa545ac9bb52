//! The pages for people: the landing page, the description of the interface, and what stands where the map would be.
//!
//! Plain HTML without any script, readable by anything that reads HTML. Every text is escaped; addresses are relative, so that the
//! pages work behind a proxy that adds a path. The map itself is no business of this module.

use std::fmt::Write as _;

use serde_json::Value;

use crate::ask::segment;
use crate::site::Site;

const STYLE: &str = "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:1rem;color:#0b0c0c;background:#fff}\
a{color:#1d4f91}a:focus{outline:3px solid #0b0c0c;background:#fd0}.notice{border-left:.4rem solid #1d4f91;padding:.5rem 1rem;background:#f3f2f1}\
code{overflow-wrap:anywhere}dt{font-weight:bold;margin-top:1rem}dd{margin:0}";

/// Writes a text so that it can stand in HTML, in attributes too.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(character),
        }
    }
    safe
}

fn page(title: &str, main: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n{main}</main>\n</body>\n</html>\n"
    )
}

fn paragraph(class: &str, text: &str) -> String {
    format!("<p class=\"{class}\">{}</p>\n", escaped(text))
}

/// Writes the landing page.
pub(crate) fn landing(site: &Site) -> String {
    let mut main = site
        .notice()
        .map(|notice| paragraph("notice", notice))
        .unwrap_or_default();
    main.push_str(&paragraph("", site.description()));
    for caveat in site.caveats() {
        main.push_str(&paragraph("notice", caveat));
    }
    main.push_str(if crate::map_is_embedded() {
        "<p><a href=\"map/\">Open the map</a></p>\n"
    } else {
        "<p>The map was left out when this program was built.</p>\n"
    });
    main.push_str("<h2>Layers</h2>\n<dl>\n");
    for one in site.collections() {
        let (title, id) = (escaped(one.title()), segment(one.id()));
        let _ = write!(
            main,
            "<dt>{title}</dt>\n<dd>{} <a href=\"collections/{id}\">description</a>, \
             <a href=\"collections/{id}/items\">data</a>, <a href=\"collections/{id}/passport\">passport</a></dd>\n",
            escaped(one.description())
        );
    }
    main.push_str("</dl>\n");
    if !site.not_listed().is_empty() {
        main.push_str("<h2>Layers that are not published</h2>\n<dl>\n");
        for entry in site.not_listed() {
            let _ = writeln!(
                main,
                "<dt>{}</dt>\n<dd>{}</dd>",
                escaped(&entry.title),
                escaped(&entry.reason)
            );
        }
        main.push_str("</dl>\n");
    }
    main.push_str(
        "<h2>For other software</h2>\n<p>QGIS and others read these layers as <em>OGC API Features</em> from the address of this \
         page. There is a <a href=\"api?f=html\">description of the interface</a>, also <a href=\"api?f=json\">for programs</a>, \
         and a list of the <a href=\"conformance\">standards it keeps to</a>.</p>\n",
    );
    if let Some(credits) = site.attribution() {
        main.push_str(&paragraph("", &format!("Sources: {credits}")));
    }
    page(site.title(), &main)
}

/// Writes the description of the interface from the document for programs, so that the two cannot differ.
pub(crate) fn api(document: &Value) -> String {
    let mut main = String::from(
        "<p><a href=\"api?f=json\">The same for programs (OpenAPI 3.0)</a></p>\n<dl>\n",
    );
    let text = |value: &Value| value.as_str().map(escaped).unwrap_or_default();
    let parameters = &document["components"]["parameters"];
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        let operation = &item["get"];
        let _ = write!(
            main,
            "<dt><code>GET {}</code></dt>\n<dd>{}",
            escaped(path),
            text(&operation["summary"])
        );
        let mut rows = String::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let named = parameter["$ref"]
                .as_str()
                .and_then(|pointer| pointer.rsplit('/').next());
            let parameter = named.map_or(parameter, |name| &parameters[name]);
            let _ = write!(
                rows,
                "<li><code>{}</code>: {}</li>",
                text(&parameter["name"]),
                text(&parameter["description"])
            );
        }
        if !rows.is_empty() {
            let _ = write!(main, "<ul>{rows}</ul>");
        }
        main.push_str("</dd>\n");
    }
    main.push_str("</dl>\n");
    page(
        &format!(
            "{}: the interface",
            document["info"]["title"].as_str().unwrap_or_default()
        ),
        &main,
    )
}

/// Writes what stands where the map would be.
pub(crate) fn no_map() -> String {
    page(
        "The map is not part of this program",
        "<p>It was left out when the program was built: npm was missing or failed, or <code>CATCHMENT_NO_WEB</code> was set. \
         To have it, install Node 20.19 or later with npm and build again with <code>make build</code>.</p>\n\
         <p>The same data can be read <a href=\"../\">as lists</a>.</p>\n",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_texts_is_shown_not_obeyed() {
        assert_eq!(
            escaped("<a href=\"x\">'&'</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"
        );
    }
}
