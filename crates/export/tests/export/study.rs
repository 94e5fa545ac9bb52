//! An invented study of six wards and two sites near Bournemouth, small enough to read.

use catchment_core::findings::{
    Cell, Feature, Field, Figure, Findings, FindingsTable, Geometry, Headline, Layer, Legend,
    Shape, Statistic, Value,
};
use catchment_core::grid::Grid;
use catchment_core::provenance::{Input, Provenance};
use catchment_core::study::{About, Settings};
use catchment_export::Context;
use catchment_release::{Audience, Policy, Published, release};
use catchment_travel::Metres;
use geo::{Coord, LineString, MultiPolygon, Point, Polygon};

/// What a context borrows.
pub(crate) struct Study {
    about: About,
    provenance: Provenance,
    settings: Settings,
}

pub(crate) fn study() -> Study {
    let input = |role: &str, file: &str, personal| Input {
        role: role.to_owned(),
        file: file.to_owned(),
        blake3: "5e".repeat(32),
        personal,
        licence: Some("Invented".to_owned()),
        attribution: Some(format!("Invented {role}")),
        source: None,
        date: Some(jiff::civil::date(2023, 3, 6)),
        caveat: (role == "roads").then(|| "The roads are a drawing.".to_owned()),
    };
    Study {
        about: About {
            title: "Wexmouth, an invented council".to_owned(),
            reference_date: jiff::civil::date(2023, 3, 6),
            grid: Grid::BritishNational,
            notice: Some("Everything in this study is invented.".to_owned()),
            invented: true,
        },
        provenance: Provenance {
            version: "0.1.0".to_owned(),
            inputs: vec![
                input("roads", "C:\\data\\roads.osm.gz", false),
                input("service_users", "in/service_users.csv", true),
            ],
        },
        settings: Settings {
            profile: "drive".to_owned(),
            snap_cap: Metres::new(1000.0),
            release_profile: "le7_round5".to_owned(),
        },
    }
}

impl Study {
    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            about: &self.about,
            provenance: &self.provenance,
            settings: &self.settings,
        }
    }
}

/// A square of so many metres, drawn clockwise as some files do, with a corner given twice and a hole.
pub(crate) fn square(x: f64, y: f64, side: f64) -> MultiPolygon<f64> {
    let ring = |x: f64, y: f64, side: f64| {
        let corners = [
            (x, y),
            (x, y + side),
            (x, y + side),
            (x + side, y + side),
            (x + side, y),
            (x, y),
        ];
        LineString::new(corners.map(|(x, y)| Coord { x, y }).to_vec())
    };
    MultiPolygon::new(vec![Polygon::new(
        ring(x, y, side),
        vec![ring(x + side / 4.0, y + side / 4.0, side / 2.0)],
    )])
}

fn fields(first: &[(&str, &str)]) -> Vec<Field> {
    let first = first
        .iter()
        .map(|(name, title)| Field::new(name, title, "", "What it is."));
    let statistics = [
        Field::new("mean_km", "Mean distance by road", "km", "Mean distance."),
        Field::new(
            "share_by_bus",
            "Share who go by bus",
            "%",
            "Share of the people.",
        ),
        Field::new(
            "without_journey",
            "People without a journey",
            "people",
            "Nobody could say how they get there.",
        ),
    ];
    first.chain(statistics).collect()
}

fn figures(people: u32, km: f64, bus: u32, without: u32) -> Vec<Value> {
    let value = (people > 0).then_some(km);
    vec![
        Cell::mean(Statistic::MeanKilometres, value, people).into(),
        Cell::share(bus, people).into(),
        Cell::people(without).into(),
    ]
}

fn feature(
    id: &str,
    shape: Shape,
    people: u32,
    plain: Vec<Value>,
    figures: Vec<Value>,
) -> Feature<Value> {
    Feature {
        id: id.to_owned(),
        shape,
        n: Cell::people(people).into(),
        values: [plain, figures].concat(),
    }
}

fn layer(
    id: &str,
    geometry: Geometry,
    fields: Vec<Field>,
    features: Vec<Feature<Value>>,
) -> Layer<Value> {
    Layer {
        id: id.to_owned(),
        title: format!("The layer {id}"),
        description: "How far people travel.".to_owned(),
        method: "Mean over pairs, one way.".to_owned(),
        notice: None,
        geometry,
        counted: "people".to_owned(),
        fields,
        legend: Legend::graduated(
            "mean_km",
            "Mean distance (km)",
            "km",
            &[2.5],
            &["#aaaaaa", "#333333"],
        ),
        partition: true,
        rest: Vec::new(),
        features,
    }
}

fn wards() -> Layer<Value> {
    let ward = |index: u32, name: &str, people, km, bus, without| {
        let shape = Shape::Area(square(
            408_000.0 + f64::from(index) * 2000.0,
            91_000.0,
            2000.0,
        ));
        let code = format!("W{index}");
        let plain = vec![code.as_str().into(), name.into()];
        feature(
            &code,
            shape,
            people,
            plain,
            figures(people, km, bus, without),
        )
    };
    let wards = vec![
        ward(1, "Castle", 5, 3.2, 1, 0),
        ward(2, "Quay, \"Old\"", 231, 5.2137, 80, 0),
        ward(3, "Moor", 0, 0.0, 0, 0),
        ward(4, "Harbour", 52, 4.2, 50, 12),
        ward(5, "Heath", 31, 7.77, 9, 3),
        ward(6, "Mill", 11, 6.5, 0, 9),
    ];
    let fields = fields(&[("code", "Code"), ("name", "Name")]);
    layer("average_journeys", Geometry::MultiPolygon, fields, wards)
}

fn sites() -> Layer<Value> {
    let site = |key: &str, name: &str, x, people, km| {
        let shape = Shape::Point(Point::new(x, 91_250.5));
        let plain = vec![
            name.into(),
            true.into(),
            jiff::civil::date(2019, 4, 1).into(),
        ];
        feature(key, shape, people, plain, figures(people, km, 0, 0))
    };
    let sites = vec![
        site("S1", "=HYPERLINK(\"x\")", 409_100.25, 140, 4.0),
        site("S2", "Café Môr", 411_900.0, 150, 6.0),
    ];
    let fields = fields(&[
        ("site", "Site"),
        ("step_free", "Step-free"),
        ("opened", "Opened"),
    ]);
    layer("average_journeys_site", Geometry::Point, fields, sites)
}

fn by_operator() -> FindingsTable<Value> {
    let row = |label: &str, people: u32, km: f64, bus: u32, without: u32| {
        [
            vec![label.into(), Cell::people(people).into()],
            figures(people, km, bus, without),
        ]
        .concat()
    };
    FindingsTable {
        id: "average_journeys_by_operator".to_owned(),
        title: "By operator".to_owned(),
        description: "How far people travel, by operator.".to_owned(),
        method: "Mean over pairs, one way.".to_owned(),
        fields: fields(&[("operator", "Operator"), ("people", "People")]),
        labels: catchment_core::findings::Labels::Public,
        partition: true,
        whole: Some(0),
        rows: vec![
            row("All", 330, 5.25, 140, 24),
            row("Trading company", 140, 3.65, 60, 12),
            row("Independent", 186, 6.0, 80, 12),
            row("-Others", 4, 8.0, 0, 0),
        ],
    }
}

/// Journeys by ward and by site, before release.
pub(crate) fn journeys() -> Findings<Value> {
    let headline = |label: &str, people: u32, km: f64| Headline {
        label: label.to_owned(),
        value: Cell::mean(Statistic::MeanKilometres, Some(km), people).into(),
        unit: "km".to_owned(),
        decimals: 2,
        n: Cell::people(people).into(),
    };
    Findings {
        analysis: "average_journeys".to_owned(),
        parameters: serde_json::json!({ "seed": 1 }),
        profile: Some("drive, at most 1000 m from a street".to_owned()),
        layers: vec![
            wards(),
            sites(),
            layer(
                "average_journeys_empty",
                Geometry::Point,
                fields(&[]),
                vec![],
            ),
        ],
        tables: vec![by_operator()],
        headlines: vec![
            headline("All services", 330, 5.25),
            headline("Others", 4, 8.0),
        ],
    }
}

pub(crate) fn published(audience: Audience) -> Published<Findings<Figure>> {
    release_one(journeys(), audience)
}

pub(crate) fn release_one(
    findings: Findings<Value>,
    audience: Audience,
) -> Published<Findings<Figure>> {
    let policy = Policy::named("le7_round5").unwrap();
    release(vec![findings], &policy, audience).remove(0)
}
