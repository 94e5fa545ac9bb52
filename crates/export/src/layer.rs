//! Layers as the server holds them: every feature a finished piece of GeoJSON, with the box that finds it.
//!
//! A layer without features is left out: programs that open a collection guess its fields from its features, and an empty one
//! breaks some of them.

use catchment_core::findings::{Field, Figure, Findings, Geometry, Layer, Legend, Shape};
use catchment_release::Published;
use jiff::civil::Date;
use serde::Serialize;

use crate::properties::{Common, Hiding, Properties, check_layer};
use crate::shape::{Bounds, GeoJsonGeometry};
use crate::{Context, ExportError};

/// One feature, ready to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodedFeature {
    /// Its id, unique on the layer.
    pub id: String,
    /// The box around it in degrees: west, south, east, north.
    pub bbox: [f64; 4],
    /// The whole GeoJSON feature.
    pub json: String,
}

/// One layer, ready to be served.
#[derive(Clone, Debug, PartialEq)]
pub struct EncodedLayer {
    /// Its name.
    pub id: String,
    /// The analysis that found it.
    pub analysis: String,
    /// Its heading for people.
    pub title: String,
    /// What it shows.
    pub description: String,
    /// How its figures were worked out.
    pub method: String,
    /// All that a reader must know before using it: the study's notice, the layer's own, how much is hidden, warnings about its data.
    pub notice: Option<String>,
    /// The kind of shape its features have.
    pub geometry: Geometry,
    /// What each feature's `n` counts.
    pub counted: String,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// How a map colours it.
    pub legend: Legend,
    /// The day its figures are of.
    pub reference_date: Date,
    /// The credits the owners of its data ask for.
    pub attributions: Vec<String>,
    /// The terms its data may be used under, each once.
    pub licences: Vec<String>,
    /// The mark of a layer that is not for the public.
    pub audience: Option<&'static str>,
    /// The box around it in degrees: west, south, east, north.
    pub bbox: [f64; 4],
    /// How many of its features are hidden: they have `suppressed` true.
    pub suppressed: usize,
    /// Its features, those with figures first.
    pub features: Vec<EncodedFeature>,
}

#[derive(Serialize)]
struct FeatureJson<'a> {
    r#type: &'static str,
    id: &'a str,
    geometry: &'a GeoJsonGeometry,
    properties: Properties<'a>,
}

/// Encodes all layers that have features, in order.
pub fn encode_layers(
    published: &[Published<Findings<Figure>>],
    context: Context<'_>,
) -> Result<Vec<EncodedLayer>, ExportError> {
    let mut layers = Vec::new();
    for one in published {
        for layer in one
            .get()
            .layers
            .iter()
            .filter(|layer| !layer.features.is_empty())
        {
            layers.push(encode_layer(one, layer, context)?);
        }
    }
    Ok(layers)
}

fn encode_layer(
    published: &Published<Findings<Figure>>,
    layer: &Layer<Figure>,
    context: Context<'_>,
) -> Result<EncodedLayer, ExportError> {
    check_layer(layer)?;
    let common = Common::new(published, &layer.method, context);
    let mut bounds = Bounds::EMPTY;
    let mut features = Vec::with_capacity(layer.features.len());
    for feature in &layer.features {
        let geometry = geometry_of(layer, &feature.id, &feature.shape, context)?;
        let around = geometry.bounds();
        bounds.join(around);
        let properties = Properties {
            layer,
            feature,
            common: &common,
        };
        let json = FeatureJson {
            r#type: "Feature",
            id: &feature.id,
            geometry: &geometry,
            properties,
        };
        features.push(EncodedFeature {
            id: feature.id.clone(),
            bbox: around.0,
            json: serde_json::to_string(&json)?,
        });
    }
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    Ok(EncodedLayer {
        id: layer.id.clone(),
        analysis: published.get().analysis.clone(),
        title: layer.title.clone(),
        description: layer.description.clone(),
        method: layer.method.clone(),
        notice: notice(published, layer, context),
        geometry: layer.geometry,
        counted: layer.counted.clone(),
        fields: layer.fields.clone(),
        legend: layer.legend.clone(),
        reference_date: context.about.reference_date,
        attributions: owned(context.provenance.attributions()),
        licences: owned(licences(context)),
        audience: published.audience().mark(),
        bbox: bounds.0,
        suppressed: suppressed(layer),
        features,
    })
}

fn geometry_of(
    layer: &Layer<Figure>,
    feature: &str,
    shape: &Shape,
    context: Context<'_>,
) -> Result<GeoJsonGeometry, ExportError> {
    let (layer_id, feature) = (|| layer.id.clone(), || feature.to_owned());
    let fits = matches!(
        (shape, layer.geometry),
        (Shape::Point(_), Geometry::Point) | (Shape::Area(_), Geometry::MultiPolygon)
    );
    if !fits {
        return Err(ExportError::WrongShape {
            layer: layer_id(),
            feature: feature(),
        });
    }
    let geometry =
        GeoJsonGeometry::of(shape, &context.about.grid).map_err(|source| ExportError::OffGrid {
            layer: layer_id(),
            feature: feature(),
            source,
        })?;
    if geometry.is_empty() {
        return Err(ExportError::NoArea {
            layer: layer_id(),
            feature: feature(),
        });
    }
    Ok(geometry)
}

/// Counts the features that are hidden as a whole.
pub(crate) fn suppressed(layer: &Layer<Figure>) -> usize {
    let whole = |feature: &&_| Hiding::of_feature(layer, feature).is_whole();
    layer.features.iter().filter(whole).count()
}

/// Counts the features of which only some figures are hidden.
pub(crate) fn partly_suppressed(layer: &Layer<Figure>) -> usize {
    let some = |feature: &&_| Hiding::of_feature(layer, feature).is_partial();
    layer.features.iter().filter(some).count()
}

/// Puts together what a reader of a layer must know.
pub(crate) fn notice(
    published: &Published<Findings<Figure>>,
    layer: &Layer<Figure>,
    context: Context<'_>,
) -> Option<String> {
    let hidden = hidden_notice(layer);
    let mut parts: Vec<&str> = Vec::new();
    parts.extend(context.about.notice.as_deref());
    parts.extend(layer.notice.as_deref());
    parts.extend(hidden.as_deref());
    parts.extend(context.caveats(published.get()));
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn hidden_notice(layer: &Layer<Figure>) -> Option<String> {
    let (hidden, partly, all) = (
        suppressed(layer),
        partly_suppressed(layer),
        layer.features.len(),
    );
    let (thing, things) = match layer.geometry {
        Geometry::Point => ("place", "places"),
        Geometry::MultiPolygon => ("area", "areas"),
    };
    let mut sentences = Vec::new();
    if hidden > 0 {
        let are = if hidden == 1 { "is" } else { "are" };
        sentences.push(format!(
            "{hidden} of {all} {things} {are} hidden to protect people."
        ));
    }
    if hidden * 2 > all {
        sentences.push(
            "Those shown are where most people are, so they do not stand for the rest.".to_owned(),
        );
    }
    if partly > 0 {
        let named = if partly == 1 { thing } else { things };
        sentences.push(format!(
            "In {partly} {named} only some figures are hidden to protect people."
        ));
    }
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// Lists the terms that the inputs may be used under, each once.
pub(crate) fn licences(context: Context<'_>) -> Vec<&str> {
    let mut licences: Vec<&str> = Vec::new();
    for input in context
        .provenance
        .inputs
        .iter()
        .filter(|input| !input.personal)
    {
        let licence = input.licence.as_deref();
        licences.extend(licence.filter(|licence| !licences.contains(licence)));
    }
    licences
}
