//! Every file format out: what was released becomes GeoJSON, CSV, a passport and a base map.
//!
//! Whatever here writes a figure takes [`Published`] findings, so nothing that did not pass disclosure control can be written: a
//! handler that forgets does not compile. Only the base map and isochrones take plain shapes, because streets, the ground beside them and
//! the outlines of areas are about nobody.
//!
//! | what | function | for |
//! |---|---|---|
//! | features, each a piece of GeoJSON | [`encode_layers`] | the server, which answers requests out of them |
//! | a GeoJSON file | [`write_geojson`] | QGIS, GDAL, web maps |
//! | a CSV file of a layer or a table | [`write_csv`], [`write_table_csv`] | spreadsheets |
//! | where a layer's figures come from | [`passport`] | whoever has to answer for them |
//! | streets and outlines to look at | [`base_map`] | the web map |
//! | what can be reached within some minutes | [`write_isochrone`] | QGIS, GDAL, web maps |
//!
//! Positions become longitude and latitude (WGS84) here and nowhere further in.
//!
//! This crate deliberately computes no figure, rounds none for anyone's protection, and knows nothing of requests and routes.

#![forbid(unsafe_code)]

mod base_map;
mod chain;
mod csv_file;
mod geojson_file;
mod isochrone_file;
mod layer;
mod passport;
mod properties;
mod shape;

use catchment_core::findings::{Figure, Findings};
use catchment_core::grid::GridError;
use catchment_core::provenance::Provenance;
use catchment_core::study::{About, Settings};
use catchment_release::Published;
use thiserror::Error;

pub use base_map::base_map;
pub use csv_file::{text as csv_text, write_csv, write_table_csv};
pub use geojson_file::write_geojson;
pub use isochrone_file::{
    BandShape, Credits, IsochroneBand, IsochroneOf, credits, write_isochrone,
};
pub use layer::{EncodedFeature, EncodedLayer, encode_layers};
pub use passport::passport;

/// What every output says about the study besides its figures.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// What the study is about.
    pub about: &'a About,
    /// Where its data came from.
    pub provenance: &'a Provenance,
    /// How journeys are reckoned and what is hidden.
    pub settings: &'a Settings,
}

impl<'a> Context<'a> {
    /// Lists the warnings that come with the data some findings were built on.
    ///
    /// A warning about roads is left out where no journey was reckoned: it would be untrue there.
    fn caveats(self, findings: &Findings<Figure>) -> Vec<&'a str> {
        let mut caveats: Vec<&str> = Vec::new();
        for input in &self.provenance.inputs {
            let concerns = input.role != "roads" || findings.profile.is_some();
            let caveat = input.caveat.as_deref().filter(|_| concerns);
            caveats.extend(caveat.filter(|caveat| !caveats.contains(caveat)));
        }
        caveats
    }
}

/// Why something could not be written.
#[derive(Debug, Error)]
pub enum ExportError {
    /// No layer of the findings is called so.
    #[error("no layer is called {id:?}")]
    UnknownLayer {
        /// The name asked for.
        id: String,
    },
    /// No table of the findings is called so.
    #[error("no table is called {id:?}")]
    UnknownTable {
        /// The name asked for.
        id: String,
    },
    /// A feature lies where the study's grid cannot be turned into longitude and latitude.
    #[error("feature {feature:?} of layer {layer:?} has no longitude and latitude")]
    OffGrid {
        /// The layer.
        layer: String,
        /// The feature's id.
        feature: String,
        /// What the grid said.
        #[source]
        source: GridError,
    },
    /// An area encloses nothing once its corners are rounded to a centimetre.
    #[error("feature {feature:?} of layer {layer:?} has no area")]
    NoArea {
        /// The layer.
        layer: String,
        /// The feature's id.
        feature: String,
    },
    /// A feature's shape is not of the kind its layer says.
    #[error("feature {feature:?} of layer {layer:?} has another kind of shape than its layer")]
    WrongShape {
        /// The layer.
        layer: String,
        /// The feature's id.
        feature: String,
    },
    /// A feature or a row has more or fewer values than there are fields.
    #[error("{whose:?} of {layer:?} has {values} values for {fields} fields")]
    WrongWidth {
        /// The layer or table.
        layer: String,
        /// The feature's id, or the number of the row.
        whose: String,
        /// How many values it has.
        values: usize,
        /// How many fields there are.
        fields: usize,
    },
    /// Two fields would have the same name in a file.
    #[error("layer or table {layer:?} has a field called {field:?}, which is taken")]
    TakenField {
        /// The layer or table.
        layer: String,
        /// The field's name.
        field: String,
    },
    /// A street or an outline of the base map lies off the study's grid.
    #[error("a part of the base map has no longitude and latitude")]
    BaseMapOffGrid(#[source] GridError),
    /// A part of an isochrone lies off the study's grid.
    #[error("a part of the isochrone has no longitude and latitude")]
    IsochroneOffGrid(#[source] GridError),
    /// Even the coarsest base map is too large.
    #[error("the base map takes {bytes} bytes at its coarsest, more than the {limit} allowed")]
    BaseMapTooLarge {
        /// The bytes it takes.
        bytes: usize,
        /// The bytes it may take.
        limit: usize,
    },
    /// A file could not be written.
    #[error("cannot write")]
    Io(#[from] std::io::Error),
    /// A CSV file could not be written.
    #[error("cannot write CSV")]
    Csv(#[from] csv::Error),
    /// A piece of JSON could not be written.
    #[error("cannot write JSON")]
    Json(#[from] serde_json::Error),
}

/// Finds a layer by its id.
fn layer_of<'a>(
    published: &'a Published<Findings<Figure>>,
    id: &str,
) -> Result<&'a catchment_core::findings::Layer<Figure>, ExportError> {
    let layers = &published.get().layers;
    layers
        .iter()
        .find(|layer| layer.id == id)
        .ok_or_else(|| ExportError::UnknownLayer { id: id.to_owned() })
}
