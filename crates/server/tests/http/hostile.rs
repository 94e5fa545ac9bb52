//! Questions that are wrong, or meant badly: each gets a clear answer, and none breaks anything.

use std::collections::BTreeMap;

use insta::{Settings, assert_json_snapshot};
use proptest::prelude::*;

use crate::site::ask;

const ITEMS: &str = "/collections/services/items";

#[tokio::test]
async fn problems_say_what_is_wrong() {
    let mut bodies = BTreeMap::new();
    for (status, address) in [
        (400, "/collections?page=2"),
        (400, "/?f=xml"),
        (400, "/collections/wards?f=csv"),
        (400, "/collections/services/items?limit=0"),
        (400, "/collections/services/items?limit=-1"),
        (400, "/collections/services/items?limit=ten"),
        (400, "/collections/services/items?limit=1&limit=2"),
        (400, "/collections/services/items?offset="),
        (400, "/collections/services/items?bbox=1,2,3"),
        (400, "/collections/services/items?bbox=a,b,c,d"),
        (400, "/collections/services/items?bbox=0,10,1,5"),
        (400, "/collections/services/items?datetime=yesterday"),
        (
            400,
            "/collections/services/items?datetime=2020-01-02/2019-01-01",
        ),
        (400, "/collections/services/items?%3Cscript%3E=1"),
        (400, "/collections/services/items/%FF"),
        (404, "/none"),
        (404, "/collections/none"),
        (404, "/collections/none/items"),
        (404, "/collections/gaps/items"),
        (404, "/collections/nothing"),
        (404, "/collections/services/items/none"),
        (404, "/map/none.js"),
    ] {
        let answer = ask(address).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (status, "application/problem+json"),
            "{address}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        bodies.insert(address, answer.json());
    }
    let mut settings = Settings::clone_current();
    settings.set_sort_maps(true);
    settings.bind(|| assert_json_snapshot!("problems", bodies));
}

#[tokio::test]
async fn numbers_that_are_none_are_refused() {
    for value in [
        "nan,0,1,1",
        "NaN,NaN,NaN,NaN",
        "-inf,-inf,inf,inf",
        "infinity,0,1,1",
        "1e999,0,1,1",
        "0,0,1,1,1,1,1",
        ",,,",
        "1,2,3,4%00",
        "٣,0,1,1",
    ] {
        let answer = ask(&format!(
            "{ITEMS}?bbox={}",
            percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC)
        ))
        .await;
        assert_eq!(
            (answer.status, &answer.json()["parameter"]),
            (400, &"bbox".into()),
            "{value}"
        );
    }
    let huge = ask(&format!("{ITEMS}?bbox=-1e308,-1e308,1e308,1e308")).await;
    assert_eq!(huge.json()["numberMatched"], 11);
}

#[tokio::test]
async fn addresses_lead_nowhere_they_should_not() {
    let long = format!("/{}", "a".repeat(5_000));
    assert_eq!(ask(&long).await.status, 414);
    assert_eq!(
        ask(&format!("{ITEMS}?bbox={}", "1,".repeat(3_000)))
            .await
            .status,
        414
    );
    for address in [
        "/map/../Cargo.toml",
        "/map/..%2f..%2fCargo.toml",
        "/map/%2e%2e/%2e%2e/etc/passwd",
        "/map//etc/passwd",
        "/map/assets/",
        "/map/%00",
        "/collections/",
        "/collections//items",
        "/collections/../api",
        "/collections/services/items/",
        "/collections/services/items/%2e%2e",
        "/collections/services%2Fitems",
        "/collections/%F0%9F%92%A9",
        "//",
        "/%",
        "/%zz",
        "/collections/%zz",
    ] {
        let answer = ask(address).await;
        assert!(
            [400, 404].contains(&answer.status),
            "{address}: {}",
            answer.status
        );
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{address}"
        );
    }
    let body = ask(&format!("/collections/{}", "%3Cb%3E".repeat(500))).await;
    assert!(
        body.body.len() < 500,
        "what was sent is not repeated in full"
    );
}

/// Texts that a query may hold, valid and not, rather more of the former than chance would give.
fn value() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        any::<f64>().prop_map(|number| number.to_string()),
        (-200.0..200.0).prop_map(|number: f64| number.to_string())
    ];
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        proptest::collection::vec(number, 0..8).prop_map(|numbers| numbers.join(",")),
        "[0-9TtZz:.+/ -]{0,40}",
        "(%[0-9a-fA-F]{2}|[a-z0-9,./%-]){0,30}",
        "[!-~&&[^#]]{0,60}",
    ]
}

fn address() -> impl Strategy<Value = String> {
    let path = prop_oneof![
        Just("/".to_owned()),
        Just("/api".to_owned()),
        Just("/collections".to_owned()),
        Just(ITEMS.to_owned()),
        Just("/collections/wards/items".to_owned()),
        Just("/collections/wards/items/W1".to_owned()),
        "/collections/[!-~&&[^#?]]{0,20}(/items)?",
        "/map/[!-~&&[^#?]]{1,20}",
    ];
    let name = prop_oneof![
        Just("limit".to_owned()),
        Just("offset".to_owned()),
        Just("bbox".to_owned()),
        Just("datetime".to_owned()),
        Just("f".to_owned()),
        value()
    ];
    let pairs = proptest::collection::vec(
        (name, value()).prop_map(|(name, value)| format!("{name}={value}")),
        0..4,
    );
    (path, pairs).prop_map(|(path, pairs)| {
        format!("{path}?{}", pairs.join("&"))
            .replace(['"', '<', '>', '\\', '^', '`', '{', '|', '}', ' '], "_")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_question_breaks_the_server(address in address()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        // What the library for requests refuses never reaches the server.
        prop_assume!(address.parse::<axum::http::Uri>().is_ok());
        let answer = runtime.block_on(ask(&address));
        prop_assert!([200, 400, 404].contains(&answer.status), "{} for {}", answer.status, address);
        if answer.header("content-type").starts_with("text/html") {
            prop_assert!(address.contains("f=html"));
        } else if answer.status == 200 && address.contains("items") {
            prop_assert!(answer.json()["type"].is_string());
        } else if answer.status >= 400 {
            prop_assert!(answer.json()["detail"].is_string());
        }
    }
}
