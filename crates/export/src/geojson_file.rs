//! A layer as a GeoJSON file (RFC 7946).
//!
//! Members of our own stand before the features, so that a reader who opens the file in an editor meets the notice first. It is
//! written feature by feature; nothing holds the whole file.

use std::io::Write;

use serde::Serialize;

use crate::ExportError;
use crate::layer::EncodedLayer;

/// What stands before the features.
#[derive(Serialize)]
struct Head<'a> {
    r#type: &'static str,
    name: &'a str,
    title: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<&'static str>,
    method: &'a str,
    counted: &'a str,
    reference_date: jiff::civil::Date,
    attribution: String,
    licence: String,
    bbox: [f64; 4],
}

/// Writes a layer as one feature collection, a feature a line.
pub fn write_geojson(layer: &EncodedLayer, out: &mut impl Write) -> Result<(), ExportError> {
    let head = Head {
        r#type: "FeatureCollection",
        name: &layer.id,
        title: &layer.title,
        description: &layer.description,
        notice: layer.notice.as_deref(),
        audience: layer.audience,
        method: &layer.method,
        counted: &layer.counted,
        reference_date: layer.reference_date,
        attribution: layer.attributions.join("; "),
        licence: layer.licences.join("; "),
        bbox: layer.bbox,
    };
    let head = serde_json::to_string(&head)?;
    // The head without its closing brace: the features are its last member.
    out.write_all(&head.as_bytes()[..head.len() - 1])?;
    out.write_all(b",\"features\":[")?;
    for (index, feature) in layer.features.iter().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        out.write_all(feature.json.as_bytes())?;
    }
    out.write_all(b"\n]}\n")?;
    Ok(())
}
