//! A small invented site, and how to ask it.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use catchment_core::findings::{
    Cell, Feature, Field, Findings, Geometry, Headline, Layer, Legend, Plain, Shape, Statistic,
    Value,
};
use catchment_core::grid::Grid;
use catchment_core::provenance::{Input, Provenance};
use catchment_core::study::{About, Settings};
use catchment_release::{Audience, Policy, Published, release};
use catchment_server::{NotListed, ServerError, Site};
use geo::{MultiPolygon, Point, polygon};
use http_body_util::BodyExt;
use tower::ServiceExt;

pub(crate) const BASE_MAP: &str = r#"{"type":"FeatureCollection","features":[]}"#;
pub(crate) const HOST: &str = "maps.example:8080";
/// An id with everything in it that an address has another use for.
pub(crate) const AWKWARD: &str = "a/b c%41?d#é<i>&\"";

static ROUTER: LazyLock<Router> = LazyLock::new(|| catchment_server::router(Arc::new(site())));

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

pub(crate) async fn send(request: Request<Body>) -> Answer {
    send_to(&ROUTER, request).await
}

async fn send_to(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("a body").to_bytes().to_vec();
    Answer {
        status: parts.status.as_u16(),
        headers: parts.headers,
        body,
    }
}

pub(crate) async fn ask_with(method: Method, address: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(address);
    for (name, value) in [("host", HOST)].iter().chain(headers) {
        request = request.header(*name, *value);
    }
    send(request.body(Body::empty()).expect("a request")).await
}

/// Asks another site than the usual one.
pub(crate) async fn of(router: &Router, address: &str, accept: &str) -> Answer {
    let request = Request::get(address)
        .header("host", HOST)
        .header("accept", accept);
    send_to(router, request.body(Body::empty()).expect("a request")).await
}

pub(crate) async fn ask(address: &str) -> Answer {
    ask_with(Method::GET, address, &[]).await
}

/// Follows an absolute link, which has to lead to this very host.
pub(crate) async fn follow(href: &serde_json::Value) -> Answer {
    let href = href.as_str().expect("an address");
    ask(href
        .strip_prefix(&format!("http://{HOST}"))
        .expect("an address on this host"))
    .await
}

/// The address that a list of links has for a relation.
pub(crate) fn href(document: &serde_json::Value, rel: &str) -> Option<serde_json::Value> {
    let links = document["links"].as_array().expect("links");
    links
        .iter()
        .find(|link| link["rel"] == rel)
        .map(|link| link["href"].clone())
}

pub(crate) fn site() -> Site {
    make(Audience::Public, vec![services(), wards(), nothing()]).expect("a site")
}

pub(crate) fn make(audience: Audience, layers: Vec<Layer<Value>>) -> Result<Site, ServerError> {
    let (about, provenance, settings) = (about(), provenance(), settings());
    let not_listed = vec![NotListed {
        id: "gaps".to_owned(),
        title: "Gaps <in> provision".to_owned(),
        reason: "Fewer than 60% of the providers & places have sent their attendances.".to_owned(),
    }];
    Site::new(
        published(audience, layers),
        &about,
        &provenance,
        &settings,
        not_listed,
        BASE_MAP.into(),
    )
}

fn published(
    audience: Audience,
    layers: Vec<Layer<Value>>,
) -> Vec<Published<Findings<catchment_core::findings::Figure>>> {
    let headline = Headline {
        label: "All services".to_owned(),
        value: Cell::mean(Statistic::MeanKilometres, Some(5.2137), 231).into(),
        unit: "km".to_owned(),
        decimals: 2,
        n: Cell::people(231).into(),
    };
    let findings = Findings {
        analysis: "average_journeys".to_owned(),
        parameters: serde_json::json!({}),
        profile: Some("drive".to_owned()),
        layers,
        tables: vec![],
        headlines: vec![headline],
    };
    release(
        vec![findings],
        &Policy::named("le7_round5").expect("a policy"),
        audience,
    )
}

fn about() -> About {
    About {
        title: "Wexmouth & <Sons>, an invented council".to_owned(),
        reference_date: "2023-03-06".parse().expect("a date"),
        grid: Grid::BritishNational,
        notice: Some("Everything here is invented.".to_owned()),
        invented: true,
    }
}

fn provenance() -> Provenance {
    let input = Input {
        role: "roads".to_owned(),
        file: "roads.osm.gz".to_owned(),
        blake3: "00".repeat(32),
        personal: false,
        licence: Some("Invented Licence 1.0".to_owned()),
        attribution: Some("Nobody's streets".to_owned()),
        source: None,
        date: None,
        caveat: Some("The streets were drawn by a program.".to_owned()),
    };
    Provenance {
        version: "0.1.0".to_owned(),
        inputs: vec![input],
    }
}

fn settings() -> Settings {
    Settings {
        profile: "drive".to_owned(),
        snap_cap: catchment_travel::Metres::new(1_000.0),
        release_profile: "le7_round5".to_owned(),
    }
}

pub(crate) fn layer(id: &str, geometry: Geometry, features: Vec<Feature<Value>>) -> Layer<Value> {
    Layer {
        id: id.to_owned(),
        title: format!("The {id} <layer>"),
        description: format!("Shows {id}."),
        method: "Shortest way by road, one way.".to_owned(),
        notice: None,
        geometry,
        counted: "people".to_owned(),
        fields: vec![
            Field::new("name", "Name", "", "What it is called."),
            Field::new("mean_km", "Mean distance", "km", "By road."),
        ],
        legend: Legend::graduated(
            "mean_km",
            "Mean distance (km)",
            "km",
            &[2.5],
            &["#112233", "#445566"],
        ),
        partition: false,
        rest: Vec::new(),
        features,
    }
}

/// Eleven points a kilometre apart on a line to the east; the last has an awkward id.
pub(crate) fn services() -> Layer<Value> {
    let feature = |index: u32| Feature {
        id: if index == 10 {
            AWKWARD.to_owned()
        } else {
            format!("service-{index}")
        },
        shape: Shape::Point(Point::new(400_000.0 + 1_000.0 * f64::from(index), 90_000.0)),
        n: Plain::Missing.into(),
        values: vec![
            format!("Service <{index}>").into(),
            Plain::Number(0.5 * f64::from(index)).into(),
        ],
    };
    Layer {
        legend: Legend::categorised("name", "Name", &[("Service <1>", "One", "#112233")]),
        ..layer("services", Geometry::Point, (0..11).map(feature).collect())
    }
}

/// A triangle with its right angle in the south-west, and a far square with too few people in it.
pub(crate) fn wards() -> Layer<Value> {
    let ward = |id: &str, area: MultiPolygon<f64>, people: u32| Feature {
        id: id.to_owned(),
        shape: Shape::Area(area),
        n: Cell::people(people).into(),
        values: vec![
            id.into(),
            Cell::mean(Statistic::MeanKilometres, Some(3.217), people).into(),
        ],
    };
    let triangle = polygon![(x: 400_000.0, y: 90_000.0), (x: 410_000.0, y: 90_000.0), (x: 400_000.0, y: 100_000.0)];
    let square = polygon![(x: 450_000.0, y: 90_000.0), (x: 455_000.0, y: 90_000.0), (x: 455_000.0, y: 95_000.0), (x: 450_000.0, y: 95_000.0)];
    layer(
        "wards",
        Geometry::MultiPolygon,
        vec![
            ward("W1", triangle.into(), 120),
            ward("W2", square.into(), 3),
        ],
    )
}

fn nothing() -> Layer<Value> {
    layer("nothing", Geometry::Point, vec![])
}
