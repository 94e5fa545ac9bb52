//! The layers and the table of community assets. The fields of areas depend on the kinds and the limits.

use catchment_core::findings::{
    Feature, Field, Findings, FindingsTable, Geometry, Headline, Labels, Layer, Legend,
    LegendClass, Shape, Value,
};
use catchment_core::id::{AreaId, AreaSetId, AssetId};
use catchment_core::place::{Asset, AssetSource};
use catchment_core::study::Study;
use geo::Point;

use super::{Access, AssetFigures, CommunityAssets, Kind, Tally, WALK};
use crate::columns::{AREA, Column, fields, values};
use crate::residents::{self, whole};
use crate::{Analysis, areas, palette, words};

const NOTICE: &str = "This is who could walk to a place, not who goes there. It does not know opening hours, and a way may have steps or crossings that a person cannot use.";

/// The kinds that are asked for most, in the order in which the map and the headlines prefer them.
const FIRST: [&str; 5] = [
    "library",
    "community_centre",
    "leisure_centre",
    "place_of_worship",
    "cafe",
];

/// The most kinds that a legend lists; a map shows the rest as other.
const MOST_IN_LEGEND: usize = 24;

/// Lays the figures out.
pub(super) fn present(
    inputs: &CommunityAssets,
    study: &Study,
    found: &AssetFigures,
) -> Findings<Value> {
    let laying = Laying {
        inputs,
        study,
        found,
        method: method(study, found),
    };
    let wards = study.area_set(catchment_core::area::AreaKind::Ward);
    let layers = [
        laying.points(),
        laying.areas(wards, "community_assets_ward", "ward", &found.wards),
        laying.areas(
            areas::small_area_set(study),
            "community_assets_small_area",
            "small area",
            &found.small_areas,
        ),
    ];
    let cap = study.parts().settings.snap_cap;
    Findings {
        analysis: CommunityAssets::ID.to_owned(),
        parameters: serde_json::to_value(inputs).unwrap_or_default(),
        profile: Some(format!(
            "{WALK}: the fastest route on foot at 4.8 km/h, 2 km/h on steps; a place more than {cap} from any street one can walk on has no walk"
        )),
        layers: layers.into_iter().flatten().collect(),
        tables: vec![laying.table()],
        headlines: laying.headlines(),
    }
}

fn method(study: &Study, found: &AssetFigures) -> String {
    let walks = format!(
        "Potential reach on foot of places as listed for {}: residents of a small area are spread equally over its postcodes, and each \
         postcode has the walk along streets and paths, at 4.8 km/h and 2 km/h on steps, to the nearest place of each kind, in this \
         council or outside it. The way between a door and the street is not in it. Shares and medians are of residents with data: all \
         residents but those whose postcode is too far from any street one can walk on or whose area has no postcode. Those with no \
         route count as beyond every limit.",
        words::reference_day(study)
    );
    words::sentences(&[walks, found.left_out.clone()])
}

/// An asset and what stands beside it. It owns them, because columns that stand for good cannot borrow from a study.
struct Row {
    asset: Asset,
    kind: String,
    ward: Option<String>,
}

static COLUMNS: [Column<Row>; 8] = [
    Column {
        name: "name",
        title: "Name",
        unit: "",
        description: "The place's name; empty where its source gives none.",
        value: |row| {
            Some(row.asset.name.as_str())
                .filter(|name| !name.is_empty())
                .into()
        },
    },
    Column {
        name: "kind",
        title: "Kind",
        unit: "",
        description: "What it is.",
        value: |row| row.kind.as_str().into(),
    },
    Column {
        name: "postcode",
        title: "Postcode",
        unit: "",
        description: "Its postcode, where given.",
        value: |row| row.asset.postcode.as_deref().into(),
    },
    Column {
        name: "ward",
        title: "Ward",
        unit: "",
        description: "The ward it is in; empty outside every ward.",
        value: |row| row.ward.as_deref().into(),
    },
    Column {
        name: "step_free",
        title: "Step-free",
        unit: "",
        description: "Whether one can get in without a step; empty where that is not known.",
        value: |row| row.asset.step_free.into(),
    },
    Column {
        name: "source",
        title: "Source",
        unit: "",
        description: "Where it was read from.",
        value: |row| source(row.asset.source).into(),
    },
    Column {
        name: "placed_by",
        title: "Placed by",
        unit: "",
        description: "How it was put on the map: by coordinates or by a postcode, and how fine that is.",
        value: |row| row.asset.grade.word().into(),
    },
    Column {
        name: "asset_id",
        title: "Reference",
        unit: "",
        description: "The source's own reference of the place.",
        value: |row| row.asset.key.as_str().into(),
    },
];

fn source(source: AssetSource) -> &'static str {
    match source {
        AssetSource::OpenStreetMap => "OpenStreetMap",
        AssetSource::Table => "table",
        AssetSource::OpenReferral => "Open Referral UK feed",
    }
}

struct Laying<'a> {
    inputs: &'a CommunityAssets,
    study: &'a Study,
    found: &'a AssetFigures,
    method: String,
}

impl Laying<'_> {
    /// The kinds that walks are reckoned for, with their place.
    fn reckoned(&self) -> impl Iterator<Item = (usize, &Kind)> {
        self.found
            .kinds
            .iter()
            .enumerate()
            .take(self.found.reckoned)
    }

    /// Limits, as names of fields and as people say them: `15_min` and `15`.
    fn limits(&self) -> impl Iterator<Item = (String, String)> {
        let named = |limit: &f64| (format!("{limit}_min").replace('.', "_"), limit.to_string());
        self.inputs.minutes.iter().map(named)
    }

    /// The limit that the map and the headlines show: 15 minutes where that is asked for, else the first.
    fn main_limit(&self) -> usize {
        let limits = &self.inputs.minutes;
        let found = limits.iter().position(|limit| (*limit - 15.0).abs() < 1e-9);
        found.unwrap_or(0)
    }

    /// The kinds that come first for people: those asked for most, then those with the most assets.
    fn preferred(&self) -> Vec<(usize, &Kind)> {
        let mut kinds: Vec<(usize, &Kind)> = self.reckoned().collect();
        let rank = |kind: &Kind| FIRST.iter().position(|first| *first == kind.field);
        kinds.sort_by_key(|(place, kind)| (rank(kind).unwrap_or(FIRST.len()), *place));
        kinds
    }

    fn points(&self) -> Option<Layer<Value>> {
        let parts = self.study.parts();
        let feature = |(id, kind, ward): &(AssetId, usize, Option<AreaId>)| {
            let asset = parts.assets[*id].clone();
            let point = Point::new(asset.point.x, asset.point.y);
            let row = Row {
                kind: self.found.kinds[*kind].label.clone(),
                ward: ward.map(|ward| parts.areas[ward].name.clone()),
                asset,
            };
            Feature {
                id: row.asset.key.clone(),
                shape: Shape::Point(point),
                n: 1_i64.into(),
                values: values(&COLUMNS, &row),
            }
        };
        let class = |(place, kind): (usize, &Kind)| LegendClass {
            value: Some(kind.label.clone()),
            min: None,
            max: None,
            label: kind.label.clone(),
            colour: palette::word(place).to_owned(),
        };
        let listed = format!(
            "As listed for {}; a place that two sources list is shown once.",
            words::reference_day(self.study)
        );
        (!self.found.shown.is_empty()).then(|| Layer {
            id: CommunityAssets::ID.to_owned(),
            title: "Community assets".to_owned(),
            description: "Libraries, leisure centres, halls, places of worship, cafes and what else is listed as a place of community life.".to_owned(),
            method: listed,
            notice: None,
            geometry: Geometry::Point,
            counted: "places".to_owned(),
            fields: fields(&COLUMNS),
            legend: Legend {
                field: "kind".to_owned(),
                title: "Kind".to_owned(),
                classes: self
                    .found
                    .kinds
                    .iter()
                    .enumerate()
                    .take(MOST_IN_LEGEND)
                    .map(class)
                    .collect(),
            },
            partition: false,
            rest: Vec::new(),
            features: self.found.shown.iter().map(feature).collect(),
        })
    }

    fn areas(
        &self,
        set: Option<AreaSetId>,
        id: &str,
        kind: &str,
        found: &[(AreaId, Tally)],
    ) -> Option<Layer<Value>> {
        let set = set.filter(|_| !found.is_empty())?;
        let (study, areas) = (self.study, &self.study.parts().areas);
        let mut found: Vec<&(AreaId, Tally)> = found.iter().collect();
        found.sort_by_key(|(id, tally)| (tally.residents < 0.5, areas[*id].code.as_str()));
        let feature = |(id, tally): &(AreaId, Tally)| {
            let area = &areas[*id];
            areas::feature(
                area,
                whole(tally.residents).into(),
                self.area_values(*id, tally),
            )
        };
        Some(Layer {
            id: id.to_owned(),
            title: format!("Walks to community assets by {kind}"),
            description: format!(
                "What share of the residents with data of each {kind} ({} boundaries) can walk to a place of each kind.",
                areas::vintage(study, set)
            ),
            method: self.method.clone(),
            notice: Some(NOTICE.to_owned()),
            geometry: Geometry::MultiPolygon,
            counted: "residents".to_owned(),
            fields: self.area_fields(),
            legend: self.legend(),
            partition: true,
            rest: Vec::new(),
            features: found.into_iter().map(feature).collect(),
        })
    }

    fn area_fields(&self) -> Vec<Field> {
        let mut all = fields(&AREA);
        all.push(residents::field());
        for (_, kind) in self.reckoned() {
            let (field, label) = (&kind.field, &kind.label);
            for (name, minutes) in self.limits() {
                all.push(Field::new(
                    &format!("{field}_share_within_{name}"),
                    &format!("{label}: share of residents within a {minutes}-minute walk"),
                    "%",
                    "Residents who can walk to the nearest in that time, as a share of the area's residents with data: of all its residents but those without data.",
                ));
            }
            all.push(Field::new(
                &format!("{field}_median_min"),
                &format!("{label}: median walk"),
                "min",
                "Half of the residents with data walk no longer to the nearest; empty where half of them have no way to one.",
            ));
            all.push(Field::new(
                &format!("{field}_count"),
                &format!("{label}: number"),
                "",
                "Places of this kind in the area.",
            ));
            all.push(Field::new(
                &format!("{field}_per_1000"),
                &format!("{label}: per 1,000 residents"),
                "",
                "Places of this kind in the area for every 1,000 residents.",
            ));
        }
        all.push(residents::without_data("street one can walk on"));
        all
    }

    fn area_values(&self, id: AreaId, tally: &Tally) -> Vec<Value> {
        let mut all = values(&AREA, &self.study.parts().areas[id]);
        all.push(whole(tally.residents).into());
        for access in &tally.kinds {
            all.extend(shares(access, tally));
            all.push(access.median_minutes.map(tenths).into());
            all.push(access.assets.into());
            all.push(per_thousand(access.assets, tally));
        }
        all.push(whole(tally.without_data).into());
        all
    }

    fn legend(&self) -> Legend {
        let minutes = self.main_limit();
        let (name, text) = self.limits().nth(minutes).unwrap_or_default();
        let preferred = self.preferred();
        let (field, label) = preferred.first().map_or(("", ""), |(_, kind)| {
            (kind.field.as_str(), kind.label.as_str())
        });
        palette::percentages(
            &format!("{field}_share_within_{name}"),
            &format!("{label}: share of residents within a {text}-minute walk (%)"),
            &[20.0, 40.0, 60.0, 80.0],
            &palette::REACHED,
        )
    }

    fn table_fields(&self) -> Vec<Field> {
        let mut columns = vec![
            Field::new(
                "kind",
                "Kind",
                "",
                "What the places are; the last row is of residents for whom nothing is known.",
            ),
            Field::new(
                "places",
                "Places",
                "",
                "Places of this kind, those outside every area included.",
            ),
        ];
        for (name, minutes) in self.limits() {
            columns.push(Field::new(
                &format!("share_within_{name}"),
                &format!("Share of residents within a {minutes}-minute walk"),
                "%",
                "Residents who can walk to the nearest in that time, as a share of the residents with data, of whom the last column says how many there are. Empty in the last row.",
            ));
        }
        columns.push(Field::new(
            "median_min",
            "Median walk",
            "min",
            "Half of the residents with data walk no longer to the nearest.",
        ));
        columns.push(Field::new(
            "per_1000",
            "Per 1,000 residents",
            "",
            "Places for every 1,000 residents.",
        ));
        columns.push(Field::new(
            "residents",
            "Residents",
            "people",
            "Residents with data, of whom the shares are: all residents but those without data, who are in the last row.",
        ));
        columns
    }

    fn table(&self) -> FindingsTable<Value> {
        let columns = self.table_fields();
        let all = &self.found.all;
        let row = |label: &str, assets: u32, access: Option<&Access>| {
            let mut row: Vec<Value> = vec![label.into(), assets.into()];
            match access {
                Some(access) => row.extend(shares(access, all)),
                None => row.extend(self.limits().map(|_| Value::from(None::<f64>))),
            }
            row.push(
                access
                    .and_then(|access| access.median_minutes)
                    .map(tenths)
                    .into(),
            );
            row.push(per_thousand(assets, all));
            row.push(whole(known(all)).into());
            row
        };
        let places = self.study.parts().assets.len() as u32;
        let mut rows = vec![row("Any kind", places, Some(&all.any))];
        let kinds = self.found.kinds.iter().enumerate();
        rows.extend(kinds.map(|(place, kind)| row(&kind.label, kind.assets, all.kinds.get(place))));
        let mut last: Vec<Value> = vec!["Residents without data".into()];
        last.extend((0..columns.len() - 2).map(|_| Value::from(None::<f64>)));
        last.push(whole(all.without_data).into());
        rows.push(last);
        FindingsTable {
            id: "community_assets_by_kind".to_owned(),
            title: "Walks to community assets by kind".to_owned(),
            description: "How many places of each kind there are, and what share of all residents with data can walk to one.".to_owned(),
            method: self.method.clone(),
            fields: columns,
            labels: Labels::Public,
            partition: false,
            whole: None,
            rows,
        }
    }

    fn headlines(&self) -> Vec<Headline<Value>> {
        let limit = self.main_limit();
        let Some((_, minutes)) = self.limits().nth(limit) else {
            return Vec::new();
        };
        let all = &self.found.all;
        let headline = |(place, kind): (usize, &Kind)| {
            let access = all.kinds.get(place)?;
            Some(Headline {
                label: format!(
                    "Residents within a {minutes}-minute walk of {}",
                    with_article(&kind.label.to_lowercase())
                ),
                value: share(access.within.get(limit).copied().unwrap_or_default(), all),
                unit: "%".to_owned(),
                decimals: 1,
                n: whole(known(all)).into(),
            })
        };
        let preferred = self.preferred().into_iter();
        preferred.take(3).filter_map(headline).collect()
    }
}

fn with_article(word: &str) -> String {
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {word}")
}

/// Minutes to a tenth: what is public is not known more closely than that.
fn tenths(minutes: f64) -> f64 {
    (minutes * 10.0).round() / 10.0
}

fn known(tally: &Tally) -> f64 {
    tally.residents - tally.without_data
}

fn shares(access: &Access, tally: &Tally) -> Vec<Value> {
    access
        .within
        .iter()
        .map(|within| share(*within, tally))
        .collect()
}

/// A share of the residents with data; nothing where there are none.
fn share(within: f64, tally: &Tally) -> Value {
    residents::percentage(within, known(tally))
}

fn per_thousand(assets: u32, tally: &Tally) -> Value {
    (tally.residents >= 0.5)
        .then(|| (f64::from(assets) / tally.residents * 100_000.0).round() / 100.0)
        .into()
}
