//! Landing page, conformance, collections, passports, the description of the interface and the map.

use axum::http::Method;
use catchment_release::Audience;
use catchment_server::ServerError;
use insta::{Settings, assert_json_snapshot};
use serde_json::Value;

use crate::site::{BASE_MAP, HOST, ask, ask_with, follow, href, make, services, wards};

const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

fn hrefs(document: &Value, found: &mut Vec<Value>) {
    match document {
        Value::Object(object) => {
            found.extend(object.get("href").cloned());
            object.values().for_each(|value| hrefs(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| hrefs(value, found)),
        _ => {}
    }
}

fn sorted() -> Settings {
    let mut settings = Settings::clone_current();
    settings.set_sort_maps(true);
    settings
}

#[tokio::test]
async fn the_landing_page_says_what_there_is() {
    let answer = ask("/").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/json")
    );
    let mut landing = answer.json();
    // The link to the map is there only where the map was built in.
    landing["links"]
        .as_array_mut()
        .expect("links")
        .retain(|link| link["title"] != "The map");
    sorted().bind(|| assert_json_snapshot!("landing", landing));
}

#[tokio::test]
async fn browsers_get_a_page_with_every_text_escaped() {
    for (address, accept) in [
        ("/", "text/html,application/xml;q=0.9,*/*;q=0.8"),
        ("/?f=html", "application/json"),
    ] {
        let page = ask_with(Method::GET, address, &[("accept", accept)]).await;
        assert_eq!(
            (page.status, page.header("content-type")),
            (200, "text/html; charset=utf-8")
        );
        let text = page.text();
        assert!(text.starts_with("<!doctype html>\n<html lang=\"en-GB\">"));
        for wanted in [
            "<title>Wexmouth &amp; &lt;Sons&gt;, an invented council</title>",
            "Everything here is invented.",
            "The services &lt;layer&gt;",
            "<a href=\"./collections/wards/items\">",
            "Gaps &lt;in&gt; provision",
            "providers &amp; places",
            "Nobody&#39;s streets",
            "The streets were drawn by a program.",
        ] {
            assert!(text.contains(wanted), "{wanted}");
        }
        assert!(
            page.header("content-security-policy")
                .starts_with("default-src 'none'; style-src 'self';")
        );
    }
    let both = ask_with(Method::GET, "/?f=json", &[("accept", "text/html")]).await;
    assert_eq!(both.header("content-type"), "application/json");
}

#[tokio::test]
async fn every_link_is_absolute_and_leads_somewhere() {
    for address in [
        "/",
        "/conformance",
        "/collections",
        "/collections/wards",
        "/collections/services/items?limit=3&offset=3",
    ] {
        let mut found = vec![];
        hrefs(&ask(address).await.json(), &mut found);
        assert!(!found.is_empty(), "{address}");
        for href in found {
            if href.as_str().is_some_and(|href| !href.ends_with("/map/")) {
                assert_eq!(follow(&href).await.status, 200, "{href} on {address}");
            }
        }
    }
}

#[tokio::test]
async fn links_name_the_host_that_was_asked_unless_it_is_none() {
    let own = async |host: &str| {
        let answer = ask_with(
            Method::GET,
            "/conformance",
            &[
                ("x-forwarded-host", "evil.example"),
                ("x-forwarded-proto", "https"),
            ],
        )
        .await;
        assert_eq!(
            href(&answer.json(), "self").expect("a link"),
            format!("http://{HOST}/conformance")
        );
        let request = axum::http::Request::get("/conformance")
            .header("host", host)
            .body(axum::body::Body::empty())
            .expect("a request");
        let href = href(&crate::site::send(request).await.json(), "self").expect("a link");
        href.as_str().expect("text").to_owned()
    };
    assert_eq!(own("[::1]:80").await, "http://[::1]:80/conformance");
    for bad in [
        "",
        "a/b",
        "user@host",
        "x\"y",
        "a b",
        "host:port",
        "a,b",
        "<script>",
    ] {
        assert_eq!(own(bad).await, "http://localhost/conformance", "{bad}");
    }
}

#[tokio::test]
async fn conformance_declares_what_is_fulfilled() {
    let classes = ask("/conformance").await.json()["conformsTo"].clone();
    let start = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/";
    assert_eq!(
        classes,
        serde_json::json!([
            format!("{start}core"),
            format!("{start}geojson"),
            format!("{start}html"),
            format!("{start}oas30")
        ])
    );
}

#[tokio::test]
async fn a_collection_is_described_alike_alone_and_in_the_list() {
    let list = ask("/collections").await.json();
    let ids: Vec<&str> = list["collections"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| one["id"].as_str())
        .collect();
    assert_eq!(ids, ["services", "wards"]);
    for one in list["collections"].as_array().expect("a list") {
        assert_eq!(
            &follow(&href(one, "self").expect("a link")).await.json(),
            one
        );
    }
    let mut collections = list["collections"].clone();
    for one in collections.as_array_mut().expect("a list") {
        // How it is worded is the export's affair.
        let notice = one["catchment:notice"].take();
        assert!(
            notice
                .as_str()
                .is_some_and(|text| text.contains("Everything here is invented."))
        );
    }
    sorted().bind(|| assert_json_snapshot!("collections", collections));
}

#[tokio::test]
async fn a_passport_stands_with_each_collection() {
    let answer = ask("/collections/wards/passport").await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/json")
    );
    let passport = answer.json();
    assert_eq!(passport["headlines"][0]["label"], "All services");
    assert_eq!(passport["headlines"][0]["value"], "5.21 km");
    assert_eq!(passport["method"], "Shortest way by road, one way.");
}

#[tokio::test]
async fn the_interface_is_described_in_openapi_3_0() {
    let answer = ask_with(
        Method::GET,
        "/api",
        &[("accept", &format!("{OPENAPI}, application/json"))],
    )
    .await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, OPENAPI)
    );
    let document = answer.json();
    let parsed: openapiv3::OpenAPI = serde_json::from_value(document.clone()).expect("OpenAPI 3.0");
    assert_eq!(parsed.openapi, "3.0.3");
    for id in ["services", "wards"] {
        for rest in ["", "/items", "/items/{feature}", "/passport"] {
            assert!(
                parsed
                    .paths
                    .paths
                    .contains_key(&format!("/collections/{id}{rest}")),
                "{id}{rest}"
            );
        }
    }
    assert_eq!(
        document["components"]["parameters"]["limit"]["schema"]["maximum"],
        10_000
    );
    let text = document.to_string();
    for pointer in text
        .split("\"$ref\":\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
    {
        let path = pointer
            .strip_prefix('#')
            .expect("a pointer into this document");
        assert!(document.pointer(path).is_some(), "{pointer}");
    }
    sorted().bind(|| assert_json_snapshot!("openapi", document));
}

#[tokio::test]
async fn the_interface_is_described_for_people_too() {
    let page = ask("/api?f=html").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(
        page.text()
            .contains("<code>GET /collections/wards/items</code>")
    );
    assert!(page.text().contains("<code>bbox</code>: Only features"));
}

#[tokio::test]
async fn the_map_loads_nothing_from_elsewhere_or_says_that_it_is_not_there() {
    let short = ask("/map").await;
    assert_eq!((short.status, short.header("location")), (308, "map/"));
    let page = ask("/map/").await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    if catchment_server::map_is_embedded() {
        assert_eq!(page.status, 200);
        let policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
            connect-src 'self'; worker-src 'self' blob:; child-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
        assert_eq!(page.header("content-security-policy"), policy);
        let names = page
            .text()
            .split('"')
            .filter_map(|part| part.strip_prefix("./"))
            .map(str::to_owned)
            .collect::<Vec<_>>();
        assert!(
            names.iter().any(|name| name.starts_with("assets/index-")),
            "{names:?}"
        );
        for name in names {
            let asset = ask(&format!("/map/{name}")).await;
            assert_eq!(asset.status, 200, "{name}");
            assert_ne!(
                asset.header("content-type"),
                "application/octet-stream",
                "{name}"
            );
            assert_eq!(
                asset.header("cache-control").contains("immutable"),
                name.starts_with("assets/"),
                "{name}"
            );
        }
    } else {
        assert_eq!(page.status, 503);
        assert!(page.text().contains("not part of this program"));
    }
    assert_eq!(ask("/map/assets/none.js").await.status, 404);
    let base = ask("/map/base.geojson").await;
    assert_eq!(
        (base.status, base.header("content-type"), base.text()),
        (200, "application/geo+json", BASE_MAP)
    );
}

#[test]
fn only_what_the_public_may_see_becomes_a_site() {
    let refused = make(Audience::Officer, vec![services()]);
    assert!(
        matches!(refused, Err(ServerError::NotPublic { analysis }) if analysis == "average_journeys")
    );
}

#[test]
fn ids_are_unique() {
    assert!(
        matches!(make(Audience::Public, vec![wards(), wards()]), Err(ServerError::DuplicateLayer { layer }) if layer == "wards")
    );
    let mut twice = services();
    twice
        .features
        .extend(services().features.into_iter().take(1));
    let refused = make(Audience::Public, vec![twice]);
    assert!(
        matches!(refused, Err(ServerError::DuplicateFeature { feature, .. }) if feature == "service-0")
    );
}
