//! Page or data: what `f` and `Accept` make of every resource.

use axum::http::Method;

use crate::site::{ask, ask_with};

const PAGE: &str = "text/html; charset=utf-8";
const BROWSER: &str =
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

/// Every resource that is both, with the media type of its data.
const RESOURCES: [(&str, &str); 9] = [
    ("/", "application/json"),
    ("/api", "application/vnd.oai.openapi+json;version=3.0"),
    ("/conformance", "application/json"),
    ("/collections", "application/json"),
    ("/collections/wards", "application/json"),
    ("/collections/wards/passport", "application/json"),
    ("/collections/wards/items", "application/geo+json"),
    (
        "/collections/services/items?limit=2&offset=3",
        "application/geo+json",
    ),
    ("/collections/wards/items/W2", "application/geo+json"),
];

fn with(address: &str, f: &str) -> String {
    match (f, address.contains('?')) {
        ("", _) => address.to_owned(),
        (f, true) => format!("{address}&f={f}"),
        (f, false) => format!("{address}?f={f}"),
    }
}

#[tokio::test]
async fn every_resource_is_a_page_to_browsers_and_data_to_programs() {
    // What is sent, and whether the answer is a page: without `f`, with `f=json`, with `f=html`.
    let accepts = [
        (None, false),
        (Some("*/*"), false),
        (Some("application/json"), false),
        (
            Some("application/geo+json, application/json;q=0.9, */*;q=0.1"),
            false,
        ),
        (Some("text/plain, application/json"), false),
        (Some("application/json, text/html"), false),
        (Some("text/html;q=0.4, application/json;q=0.5"), false),
        (Some("image/png"), false),
        (Some("text/html"), true),
        (Some("text/html,*/*;q=0.1"), true),
        (Some(BROWSER), true),
    ];
    for (address, data) in RESOURCES {
        for (accept, page) in accepts {
            for (f, page) in [("", page), ("json", false), ("html", true)] {
                let header: Vec<(&str, &str)> =
                    accept.iter().map(|text| ("accept", *text)).collect();
                let address = with(address, f);
                let answer = ask_with(Method::GET, &address, &header).await;
                let wanted = if page { PAGE } else { data };
                let told = format!("{address} {accept:?}");
                assert_eq!(
                    (answer.status, answer.header("content-type")),
                    (200, wanted),
                    "{told}"
                );
                let varies: Vec<&str> = answer
                    .headers
                    .get_all("vary")
                    .iter()
                    .map(|value| value.to_str().expect("text"))
                    .collect();
                assert!(
                    varies
                        .iter()
                        .any(|text| text.eq_ignore_ascii_case("accept")),
                    "{told}: {varies:?}"
                );
            }
        }
        for bad in ["xml", "", "HTML", "geojson"] {
            let address = format!(
                "{}f={bad}",
                if address.contains('?') {
                    format!("{address}&")
                } else {
                    format!("{address}?")
                }
            );
            assert_eq!(ask(&address).await.status, 400, "{address}");
        }
    }
}

#[tokio::test]
async fn data_and_pages_lead_to_each_other() {
    for (address, _) in RESOURCES {
        let data = ask(&with(address, "json")).await.json();
        if !address.starts_with("/api") {
            let links = data["links"].as_array().expect("links");
            let page = links
                .iter()
                .find(|link| link["rel"] == "alternate" && link["type"] == "text/html");
            let answer = crate::site::follow(&page.expect(address)["href"]).await;
            assert_eq!(answer.header("content-type"), PAGE, "{address}");
        }
        let page = crate::html::Node::read(ask(&with(address, "html")).await.text());
        let back = page
            .all("link")
            .into_iter()
            .find(|link| link.get("rel") == Some("alternate"))
            .expect(address);
        let back = back.get("href").expect("an address");
        let path = address.split('?').next().expect("a path");
        let again = ask(&format!("{path}{back}")).await;
        assert_eq!(
            again.header("content-type"),
            back_type(address),
            "{address}"
        );
    }
}

fn back_type(address: &str) -> &'static str {
    RESOURCES
        .iter()
        .find(|(one, _)| *one == address)
        .expect("a resource")
        .1
}

#[tokio::test]
async fn pages_are_kept_compressed_and_headed_like_data() {
    for (address, _) in RESOURCES {
        let first = ask_with(Method::GET, address, &[("accept", BROWSER)]).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{address}");
        assert_ne!(
            tag,
            ask(address).await.header("etag"),
            "{address}: data have another tag"
        );
        let again = ask_with(
            Method::GET,
            address,
            &[("accept", BROWSER), ("if-none-match", &tag)],
        )
        .await;
        assert_eq!((again.status, again.body.len()), (304, 0), "{address}");
        let head = ask_with(Method::HEAD, address, &[("accept", BROWSER)]).await;
        assert_eq!(
            (head.status, head.header("content-type"), head.body.len()),
            (200, PAGE, 0),
            "{address}"
        );
        let packed = ask_with(
            Method::GET,
            address,
            &[("accept", BROWSER), ("accept-encoding", "gzip")],
        )
        .await;
        assert_eq!(packed.header("content-encoding"), "gzip", "{address}");
        assert!(packed.body.len() < first.body.len(), "{address}");
        let policy = first.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self';")
                && !policy.contains("unsafe"),
            "{policy}"
        );
    }
}

#[tokio::test]
async fn what_pages_load_is_there_and_kept() {
    let page = crate::html::Node::read(ask("/collections/wards?f=html").await.text());
    for (rel, media, kept) in [
        (
            "stylesheet",
            "text/css; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
        ("icon", "image/svg+xml", "public, max-age=86400"),
    ] {
        let link = page
            .all("link")
            .into_iter()
            .find(|link| link.get("rel") == Some(rel))
            .expect(rel);
        let href = link
            .get("href")
            .expect("an address")
            .strip_prefix("../")
            .expect("one level up");
        let file = ask(&format!("/{href}")).await;
        assert_eq!(
            (
                file.status,
                file.header("content-type"),
                file.header("cache-control")
            ),
            (200, media, kept)
        );
        assert!(
            !file.text().contains("url(") && !file.text().contains("@import"),
            "nothing from elsewhere"
        );
    }
    assert_eq!(ask("/page/0000000000000000.css").await.status, 404);
}

#[tokio::test]
async fn errors_are_pages_to_browsers() {
    let get = |address, status, told| (address, Method::GET, status, told);
    for (address, method, status, told) in [
        get("/none", 404, "Page not found"),
        get("/collections/gaps", 404, "is not published"),
        get(
            "/collections/services/items/no%3Cscript%3E",
            404,
            "no<script>",
        ),
        get("/collections/services/items?bbox=1", 400, "bbox"),
        get("/collections/services/items?f=xml", 400, "json"),
        get("/collections/services/items?%3Cb%3E=1", 400, "<b>"),
        ("/collections", Method::POST, 405, "only for reading"),
        get("/map/none.js", 404, "map has no such file"),
    ] {
        let plain = ask_with(method.clone(), address, &[]).await;
        let answer = ask_with(method, address, &[("accept", BROWSER)]).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, PAGE),
            "{address}"
        );
        assert_eq!(
            (plain.status, plain.header("content-type")),
            (status, "application/problem+json"),
            "{address}"
        );
        assert_eq!(answer.header("allow"), plain.header("allow"));
        assert_eq!(answer.header("cache-control"), "no-store");
        let page = crate::html::Node::read(answer.text());
        assert!(
            page.only("main").text.contains(told),
            "{address}: {}",
            page.only("main").text
        );
        assert!(
            page.text.contains("Everything here is invented."),
            "{address}"
        );
        assert!(page.all("script").is_empty());
    }
}

#[tokio::test]
async fn errors_too_come_as_they_are_asked_for() {
    let asked = ask("/none?f=html").await;
    assert_eq!((asked.status, asked.header("content-type")), (404, PAGE));
    let asked = ask_with(Method::GET, "/none?f=json", &[("accept", BROWSER)]).await;
    assert_eq!(asked.header("content-type"), "application/problem+json");
    let packed = ask_with(
        Method::GET,
        "/none",
        &[("accept", BROWSER), ("accept-encoding", "gzip")],
    )
    .await;
    assert_eq!(
        (packed.status, packed.header("content-encoding")),
        (404, "gzip")
    );
}
