//! Everything that is served, immutable: built once from published findings, then only read.
//!
//! The one place that knows how released layers become collections. It deliberately keeps no reference to the study: what is not in
//! here cannot be asked for.

use std::collections::BTreeMap;

use axum::body::Bytes;
use catchment_core::findings::{Field, Figure, Findings, Legend, LegendClass};
use catchment_core::provenance::Provenance;
use catchment_core::study::{About, Settings};
use catchment_export::{Context, EncodedFeature, EncodedLayer, encode_layers, passport};
use catchment_release::{Audience, Published};
use geojson::GeoJson;
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::ServerError;
use crate::facts::{Columns, Fact, Facts};
use crate::filter::Located;
use crate::pages::Backdrop;

/// The colour of what is hidden.
const HIDDEN: &str = "#b1b4b6";

/// The base map of a study that has none.
const NO_BASE_MAP: &[u8] = br#"{"type":"FeatureCollection","features":[]}"#;

/// A layer that is not served, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotListed {
    /// The layer's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Why it is not served, in a sentence.
    pub reason: String,
}

/// Everything that is served about one study.
#[derive(Debug)]
pub struct Site {
    title: String,
    description: String,
    notice: Option<String>,
    attribution: Option<String>,
    caveats: Vec<String>,
    collections: Vec<Collection>,
    not_listed: Vec<NotListed>,
    base_map: Bytes,
    backdrop: Option<Backdrop>,
    fingerprint: [u8; 32],
}

/// A layer as it is served.
#[derive(Debug)]
pub(crate) struct Collection {
    id: String,
    title: String,
    description: String,
    fields: Vec<Field>,
    document: Value,
    passport: Passport,
    columns: Columns,
    items: Vec<Item>,
    by_id: BTreeMap<String, usize>,
    extent: Option<[f64; 4]>,
    empty: Option<String>,
}

/// A passport, as it is sent to programs and as pages read it.
#[derive(Debug)]
struct Passport {
    text: Bytes,
    value: Value,
}

/// A feature as it is served.
#[derive(Debug)]
pub(crate) struct Item {
    id: String,
    json: Bytes,
    facts: Facts,
    shape: Located,
}

impl Site {
    /// Makes a site of everything that was released.
    ///
    /// Refuses findings released to anybody but the public, layers or features with the same id twice, and features that cannot be
    /// read back.
    pub fn new(
        published: Vec<Published<Findings<Figure>>>,
        about: &About,
        provenance: &Provenance,
        settings: &Settings,
        mut not_listed: Vec<NotListed>,
        base_map: Vec<u8>,
    ) -> Result<Self, ServerError> {
        let context = Context {
            about,
            provenance,
            settings,
        };
        let known = |entry: &NotListed| not_listed.iter().any(|one| one.id == entry.id);
        let empty: Vec<NotListed> = empty_layers(&published)
            .filter(|entry| !known(entry))
            .collect();
        not_listed.extend(empty);
        let collections = collections(published, context)?;
        let credits = provenance.attributions();
        let day = about.reference_date.to_string();
        let invented = || {
            about
                .invented
                .then(|| "Some of the data of this study are invented.".to_owned())
        };
        let mut site = Self {
            title: about.title.clone(),
            description: format!(
                "Services, the journeys to them and the gaps between them, as of {}. Figures about few people are hidden.",
                crate::pages::date(&day).unwrap_or(day)
            ),
            notice: about.notice.clone().or_else(invented),
            attribution: (!credits.is_empty()).then(|| credits.join("; ")),
            caveats: provenance
                .caveats()
                .into_iter()
                .map(str::to_owned)
                .collect(),
            collections,
            not_listed,
            base_map: if base_map.is_empty() {
                Bytes::from_static(NO_BASE_MAP)
            } else {
                base_map.into()
            },
            backdrop: None,
            fingerprint: [0; 32],
        };
        site.backdrop = Backdrop::new(&site.collections);
        site.fingerprint = site.hash();
        Ok(site)
    }

    /// Hashes everything an answer can be made of.
    fn hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        self.everything(|bytes| {
            hasher
                .update(&(bytes.len() as u64).to_le_bytes())
                .update(bytes);
        });
        hasher.finalize().into()
    }

    /// Lists everything an answer can be made of.
    fn everything(&self, mut take: impl FnMut(&[u8])) {
        take(env!("CARGO_PKG_VERSION").as_bytes());
        let documents = [
            crate::documents::landing(self, ""),
            crate::documents::conformance(""),
            crate::openapi::describe(self, ""),
        ];
        for document in documents {
            take(document.to_string().as_bytes());
        }
        take(&self.base_map);
        for collection in &self.collections {
            take(
                crate::documents::collection(collection, "")
                    .to_string()
                    .as_bytes(),
            );
            take(&collection.passport.text);
            collection.items.iter().for_each(|item| take(&item.json));
        }
        crate::pages::samples(self, |page| take(page.as_bytes()));
        for (path, bytes) in crate::map::assets() {
            take(path.as_bytes());
            take(bytes);
        }
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn description(&self) -> &str {
        &self.description
    }

    pub(crate) fn notice(&self) -> Option<&str> {
        self.notice.as_deref()
    }

    pub(crate) fn attribution(&self) -> Option<&str> {
        self.attribution.as_deref()
    }

    pub(crate) fn caveats(&self) -> &[String] {
        &self.caveats
    }

    pub(crate) fn collections(&self) -> &[Collection] {
        &self.collections
    }

    pub(crate) fn collection(&self, id: &str) -> Option<&Collection> {
        self.collections.iter().find(|one| one.id == id)
    }

    pub(crate) fn not_listed(&self) -> &[NotListed] {
        &self.not_listed
    }

    pub(crate) fn base_map(&self) -> &Bytes {
        &self.base_map
    }

    /// Returns what is drawn behind the place of a feature.
    pub(crate) fn backdrop(&self) -> Option<&Backdrop> {
        self.backdrop.as_ref()
    }

    pub(crate) fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }
}

impl Collection {
    fn new(layer: EncodedLayer, passport: Passport) -> Result<Self, ServerError> {
        let mut items = Vec::with_capacity(layer.features.len());
        let mut by_id = BTreeMap::new();
        for feature in layer.features {
            if by_id.insert(feature.id.clone(), items.len()).is_some() {
                return Err(ServerError::DuplicateFeature {
                    layer: layer.id,
                    feature: feature.id,
                });
            }
            let item =
                Item::new(&feature, &layer.fields).map_err(|reason| ServerError::Feature {
                    layer: layer.id.clone(),
                    feature: feature.id.clone(),
                    reason,
                })?;
            items.push(item);
        }
        let mut document = json!({
            "id": layer.id,
            "title": layer.title,
            "description": layer.description,
            "catchment:geometry": layer.geometry,
            "catchment:legend": legend(&layer.legend),
            "catchment:fields": layer.fields,
            "catchment:counted": layer.counted,
            "catchment:method": layer.method,
        });
        let credits = (!layer.attributions.is_empty()).then(|| layer.attributions.join("; "));
        let coloured_by = |field: &Field| field.name == layer.legend.field;
        let empty = layer.fields.iter().position(coloured_by);
        let empty = empty.and_then(|field| why_empty(&items, field, &passport.value));
        if let Value::Object(object) = &mut document {
            let extra = [
                ("catchment:notice", layer.notice),
                ("catchment:empty", empty.clone()),
                ("attribution", credits),
            ];
            object.extend(
                extra
                    .into_iter()
                    .filter_map(|(name, text)| Some((name.to_owned(), text?.into()))),
            );
        }
        let extent = extent(&items);
        Ok(Self {
            id: layer.id,
            title: layer.title,
            description: layer.description,
            document,
            passport,
            columns: Columns::new(&layer.fields, items.iter().map(Item::facts)),
            fields: layer.fields,
            items,
            by_id,
            extent,
            empty,
        })
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn description(&self) -> &str {
        &self.description
    }

    pub(crate) fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Returns its description without links and extent.
    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    pub(crate) fn passport(&self) -> &Bytes {
        &self.passport.text
    }

    /// Returns its passport as a value.
    pub(crate) fn passport_value(&self) -> &Value {
        &self.passport.value
    }

    /// Returns how its columns are shown.
    pub(crate) fn columns(&self) -> &Columns {
        &self.columns
    }

    /// Returns its features, in the order that paging keeps to.
    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    pub(crate) fn item(&self, id: &str) -> Option<&Item> {
        self.items.get(*self.by_id.get(id)?)
    }

    /// Says why none of its features has the figure that the map colours; nothing where one has.
    pub(crate) fn empty(&self) -> Option<&str> {
        self.empty.as_deref()
    }

    /// Returns the box around its features: west, south, east, north.
    pub(crate) fn extent(&self) -> Option<[f64; 4]> {
        self.extent
    }
}

/// Makes the collections of everything that was released to the public.
fn collections(
    published: Vec<Published<Findings<Figure>>>,
    context: Context<'_>,
) -> Result<Vec<Collection>, ServerError> {
    let mut all: Vec<Collection> = Vec::new();
    for findings in published {
        if findings.audience() != Audience::Public {
            let analysis = findings.get().analysis.clone();
            return Err(ServerError::NotPublic { analysis });
        }
        for layer in encode_layers(std::slice::from_ref(&findings), context)? {
            let value = passport(&findings, &layer.id, context)?;
            let text = serde_json::to_vec_pretty(&value)?.into();
            let collection = Collection::new(layer, Passport { text, value })?;
            if all.iter().any(|one| one.id == collection.id) {
                return Err(ServerError::DuplicateLayer {
                    layer: collection.id,
                });
            }
            all.push(collection);
        }
    }
    Ok(all)
}

/// Says of every layer without features why it is not served: programs that open an empty collection cannot tell its fields.
fn empty_layers(published: &[Published<Findings<Figure>>]) -> impl Iterator<Item = NotListed> {
    let layers = published.iter().flat_map(|findings| &findings.get().layers);
    layers
        .filter(|layer| layer.features.is_empty())
        .map(|layer| NotListed {
            id: layer.id.clone(),
            title: layer.title.clone(),
            reason: "There is nothing in this study to show on it.".to_owned(),
        })
}

/// Writes a legend out for the map: of numbers with both ends of every class, of words with the word.
fn legend(legend: &Legend) -> Value {
    let categorised = legend.is_categorised();
    let class = |class: &LegendClass| {
        if categorised {
            json!({ "value": class.value, "label": class.label, "colour": class.colour })
        } else {
            json!({ "min": class.min, "max": class.max, "label": class.label, "colour": class.colour })
        }
    };
    json!({
        "field": legend.field,
        "title": legend.title,
        "kind": if categorised { "categorised" } else { "graduated" },
        "classes": legend.classes.iter().map(class).collect::<Vec<_>>(),
        "hidden": { "label": "Hidden to protect people", "colour": HIDDEN },
    })
}

/// Says why no feature has the figure of a field; nothing where one has.
fn why_empty(items: &[Item], field: usize, passport: &Value) -> Option<String> {
    let is = |fact: Fact<'_>| items.iter().any(|item| item.facts.field(field) == fact);
    let some = |item: &Item| matches!(item.facts.field(field), Fact::Shown(_));
    if items.iter().any(some) {
        return None;
    }
    let hidden = passport["disclosure"]["reason"].as_str();
    let hidden = hidden.filter(|_| is(Fact::Hidden));
    Some(match (hidden, is(Fact::Missing)) {
        (Some(reason), true) => {
            format!("This layer shows no figures. Some are not known, the others are {reason}.")
        }
        (Some(reason), false) => format!("This layer shows no figures. All of them are {reason}."),
        (None, _) => "This layer shows no figures. None of them is known.".to_owned(),
    })
}

/// Works the box out from what is served, so that no rounding in between puts a feature outside it.
fn extent(items: &[Item]) -> Option<[f64; 4]> {
    let boxes = items.iter().map(|item| {
        let envelope = item.shape.envelope();
        [
            envelope.min().x,
            envelope.min().y,
            envelope.max().x,
            envelope.max().y,
        ]
    });
    boxes.reduce(|a, b| {
        [
            a[0].min(b[0]),
            a[1].min(b[1]),
            a[2].max(b[2]),
            a[3].max(b[3]),
        ]
    })
}

impl Item {
    /// Reads the geometry back from the very text that is served, so that a box finds what its sender sees.
    fn new(feature: &EncodedFeature, fields: &[Field]) -> Result<Self, String> {
        let GeoJson::Feature(read) = feature
            .json
            .parse::<GeoJson>()
            .map_err(|error| error.to_string())?
        else {
            return Err("it is no feature".to_owned());
        };
        let geometry = read.geometry.ok_or("it has no geometry")?;
        let geometry = geo::Geometry::try_from(geometry).map_err(|error| error.to_string())?;
        let shape = Located::new(geometry).ok_or("its geometry is empty")?;
        let properties = read.properties.unwrap_or_default();
        Ok(Self {
            id: feature.id.clone(),
            facts: Facts::new(fields, &properties),
            json: Bytes::copy_from_slice(feature.json.trim().as_bytes()),
            shape,
        })
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Returns what it says, for pages.
    pub(crate) fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Returns the feature as an object.
    pub(crate) fn json(&self) -> &Bytes {
        &self.json
    }

    pub(crate) fn shape(&self) -> &Located {
        &self.shape
    }
}

#[cfg(test)]
mod tests {
    use catchment_core::grid::Grid;
    use catchment_travel::Metres;

    use super::*;

    #[test]
    fn what_identifies_a_site_is_made_of_every_kind_of_answer() {
        let about = About {
            title: "Wexmouth".to_owned(),
            reference_date: jiff::civil::date(2023, 3, 6),
            grid: Grid::BritishNational,
            notice: None,
            invented: true,
        };
        let settings = Settings {
            profile: "drive".to_owned(),
            snap_cap: Metres::new(1_000.0),
            release_profile: "le7_round5".to_owned(),
        };
        let provenance = Provenance::default();
        let site = Site::new(
            Vec::new(),
            &about,
            &provenance,
            &settings,
            Vec::new(),
            Vec::new(),
        );
        let mut all = Vec::new();
        site.unwrap()
            .everything(|bytes| all.push(String::from_utf8_lossy(bytes).into_owned()));
        for part in [
            "\"not_listed\":",
            "\"conformsTo\":",
            "\"openapi\":\"3.0.3\"",
            "<h1>Wexmouth</h1>",
            "<h1>Layers</h1>",
            "<h1>Standards</h1>",
            "<h1>The interface</h1>",
        ] {
            assert!(all.iter().any(|one| one.contains(part)), "{part}");
        }
    }
}
