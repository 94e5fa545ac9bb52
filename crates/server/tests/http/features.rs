//! Items: pages, boxes, single features, and answers the caller has already.

use std::collections::BTreeSet;

use axum::http::Method;
use serde_json::Value;

use crate::site::{AWKWARD, HOST, ask, ask_with, follow, href};

fn ids(page: &Value) -> Vec<String> {
    let features = page["features"].as_array().expect("features");
    features
        .iter()
        .map(|feature| feature["id"].as_str().expect("an id").to_owned())
        .collect()
}

async fn ids_at(address: &str) -> Vec<String> {
    let answer = ask(address).await;
    assert_eq!(answer.status, 200, "{address}: {}", answer.text());
    ids(&answer.json())
}

#[tokio::test]
async fn items_are_geojson_whatever_kind_of_json_is_asked_for() {
    for accept in [
        "application/geo+json",
        "application/json",
        "text/plain, application/json",
        "*/*",
        "image/png",
    ] {
        let answer = ask_with(
            Method::GET,
            "/collections/services/items",
            &[("accept", accept)],
        )
        .await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "application/geo+json"),
            "{accept}"
        );
        let collection: geojson::FeatureCollection = answer.text().parse().expect("GeoJSON");
        assert_eq!(collection.features.len(), 11);
    }
}

#[tokio::test]
async fn paging_loses_nothing_and_repeats_nothing() {
    let all = ids_at("/collections/services/items").await;
    for start in [
        "/collections/services/items?limit=3",
        "/collections/services/items?f=json&limit=4&bbox=-10,40,10,60&datetime=2023-01-01/..",
    ] {
        let mut page = ask(start).await.json();
        let mut seen = ids(&page);
        let mut pages = 1;
        while let Some(next) = href(&page, "next") {
            for kept in ["bbox", "datetime", "f="] {
                assert_eq!(
                    next.as_str().expect("text").contains(kept),
                    start.contains(kept),
                    "{next}"
                );
            }
            page = follow(&next).await.json();
            assert_eq!(page["numberMatched"], 11);
            assert_eq!(page["numberReturned"], ids(&page).len());
            seen.extend(ids(&page));
            pages += 1;
            let before = follow(&href(&page, "prev").expect("a page before"))
                .await
                .json();
            assert_eq!(href(&before, "next"), href(&page, "self"));
        }
        assert_eq!(seen, all);
        assert_eq!(pages, if start.contains("=3") { 4 } else { 3 });
    }
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 11);
}

#[tokio::test]
async fn limits_are_clamped_and_offsets_may_lie_past_the_end() {
    for limit in ["10000", "10001", "99999999999999999999999999"] {
        assert_eq!(
            ids_at(&format!("/collections/services/items?limit={limit}"))
                .await
                .len(),
            11,
            "{limit}"
        );
    }
    for offset in ["11", "4000000000", "99999999999999999999999999"] {
        let page = ask(&format!(
            "/collections/services/items?limit=3&offset={offset}"
        ))
        .await
        .json();
        assert_eq!(
            (ids(&page).len(), &page["numberMatched"]),
            (0, &11.into()),
            "{offset}"
        );
        assert_eq!(href(&page, "next"), None);
        let before = follow(&href(&page, "prev").expect("a page before"))
            .await
            .json();
        assert_eq!(ids(&before).len(), 3);
    }
}

#[tokio::test]
async fn boxes_find_points_exactly() {
    let page = ask("/collections/services/items").await.json();
    for feature in page["features"].as_array().expect("features") {
        let position = &feature["geometry"]["coordinates"];
        let (lon, lat) = (
            position[0].as_f64().expect("a number"),
            position[1].as_f64().expect("a number"),
        );
        let id = feature["id"].as_str().expect("an id");
        assert_eq!(
            ids_at(&format!(
                "/collections/services/items?bbox={lon},{lat},{lon},{lat}"
            ))
            .await,
            [id]
        );
        let (east, north) = (lon + 1e-7, lat + 1e-7);
        assert_eq!(
            ids_at(&format!(
                "/collections/services/items?bbox={east},{lat},{east},{north}"
            ))
            .await,
            [""; 0]
        );
    }
}

#[tokio::test]
async fn boxes_meet_areas_and_not_only_their_envelopes() {
    let page = ask("/collections/wards/items").await.json();
    let ring = page["features"][0]["geometry"]["coordinates"][0][0]
        .as_array()
        .expect("a ring")
        .clone();
    let corner = |index: usize| {
        (
            ring[index][0].as_f64().expect("a number"),
            ring[index][1].as_f64().expect("a number"),
        )
    };
    let (lon, lat): (Vec<f64>, Vec<f64>) = (0..3).map(corner).unzip();
    let (west, east) = (
        lon.iter().copied().fold(f64::MAX, f64::min),
        lon.iter().copied().fold(f64::MIN, f64::max),
    );
    let (south, north) = (
        lat.iter().copied().fold(f64::MAX, f64::min),
        lat.iter().copied().fold(f64::MIN, f64::max),
    );
    let at = |x: f64, y: f64| {
        format!(
            "{},{}",
            west + x * (east - west),
            south + y * (north - south)
        )
    };
    let found = async |low: String, high: String| {
        ids_at(&format!("/collections/wards/items?bbox={low},{high}")).await
    };
    assert_eq!(found(at(0.1, 0.1), at(0.2, 0.2)).await, ["W1"]);
    assert_eq!(found(at(0.8, 0.8), at(0.9, 0.9)).await, [""; 0]);
    assert_eq!(found(at(-1.0, -1.0), at(2.0, 2.0)).await, ["W1"]);
    assert_eq!(found(at(-1.0, -1.0), at(9.0, 2.0)).await, ["W1", "W2"]);
}

#[tokio::test]
async fn hidden_figures_stay_hidden() {
    let ward = ask("/collections/wards/items/W2").await.json();
    assert_eq!(ward["properties"]["mean_km"], Value::Null);
    assert_eq!(ward["properties"]["n"], Value::Null);
    assert_eq!(ward["properties"]["suppressed"], true);
    let all = ask("/collections/wards/items").await;
    assert!(!all.text().contains("3.217"), "the exact mean");
}

#[tokio::test]
async fn one_feature_is_the_same_as_on_the_list() {
    for id in ["services", "wards"] {
        let page = ask(&format!("/collections/{id}/items")).await.json();
        for listed in page["features"].as_array().expect("features") {
            let name = percent_encoding::utf8_percent_encode(
                listed["id"].as_str().expect("an id"),
                percent_encoding::NON_ALPHANUMERIC,
            );
            let answer = ask(&format!("/collections/{id}/items/{name}")).await;
            assert_eq!(
                (answer.status, answer.header("content-type")),
                (200, "application/geo+json")
            );
            let mut single = answer.json();
            assert_eq!(
                href(&single, "collection").expect("a link"),
                format!("http://{HOST}/collections/{id}")
            );
            assert_eq!(
                follow(&href(&single, "self").expect("a link")).await.body,
                answer.body
            );
            single.as_object_mut().expect("an object").remove("links");
            assert_eq!(&single, listed);
        }
    }
    let last = ask("/collections/services/items?offset=10").await.json();
    assert_eq!(ids(&last), [AWKWARD]);
}

#[tokio::test]
async fn what_the_caller_has_is_not_sent_again() {
    let addresses = [
        "/",
        "/api",
        "/collections",
        "/collections/wards/items?limit=1",
        "/collections/wards/items/W1",
        "/map/base.geojson",
    ];
    let mut tags = BTreeSet::new();
    for address in addresses {
        let first = ask(address).await;
        let tag = first.header("etag").to_owned();
        assert!(
            tag.starts_with("W/\"") && tag.len() == 36,
            "{address}: {tag}"
        );
        assert!(tags.insert(tag.clone()), "{address}");
        for known in [tag.as_str(), &tag[2..], &format!("\"x\", {tag}"), "*"] {
            let again = ask_with(Method::GET, address, &[("if-none-match", known)]).await;
            assert_eq!(
                (again.status, again.body.len(), again.header("etag")),
                (304, 0, tag.as_str()),
                "{address} {known}"
            );
        }
        let other = ask_with(Method::GET, address, &[("if-none-match", "W/\"other\"")]).await;
        assert_eq!((other.status, other.body), (200, first.body));
    }
    let (page, host) = (
        ask("/?f=html").await,
        ask_with(Method::GET, "/", &[("accept", "text/html")]).await,
    );
    assert_ne!(
        page.header("etag"),
        host.header("etag"),
        "another format has another tag"
    );
    assert_eq!(ask("/health").await.header("etag"), "");
    assert_eq!(ask("/none").await.header("etag"), "");
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_can_read_that() {
    let plain = ask("/collections/services/items").await;
    assert_eq!(plain.header("content-encoding"), "");
    let packed = ask_with(
        Method::GET,
        "/collections/services/items",
        &[("accept-encoding", "gzip")],
    )
    .await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    assert!(packed.body.len() < plain.body.len());
}

#[tokio::test]
async fn reading_is_all_that_can_be_done() {
    let address = "/collections/services/items";
    let head = ask_with(Method::HEAD, address, &[]).await;
    assert_eq!(
        (head.status, head.header("content-type"), head.body.len()),
        (200, "application/geo+json", 0)
    );
    assert_eq!(ask("/").await.header("access-control-allow-origin"), "*");
    let asked = [
        ("origin", "https://elsewhere.example"),
        ("access-control-request-method", "GET"),
    ];
    let options = ask_with(Method::OPTIONS, address, &asked).await;
    assert_eq!(
        (
            options.status,
            options.header("access-control-allow-origin")
        ),
        (200, "*")
    );
    assert_eq!(options.header("access-control-allow-methods"), "GET,HEAD");
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
        for address in ["/", address, "/health", "/map/base.geojson"] {
            let answer = ask_with(method.clone(), address, &[]).await;
            assert_eq!(
                (answer.status, answer.header("content-type")),
                (405, "application/problem+json"),
                "{method} {address}"
            );
            assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
        }
    }
}
