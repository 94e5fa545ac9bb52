//! Layers and tables as CSV (RFC 4180, UTF-8).
//!
//! - The file begins with a byte order mark: without it Excel takes UTF-8 for the code page of the machine and spoils every
//!   accent and pound sign.
//! - A text that begins with `=`, `+`, `-`, `@`, a tab or a line break gets an apostrophe in front, so that no spreadsheet takes
//!   a name somebody typed into a council's system for a formula. Numbers are never touched.
//! - A hidden figure is an empty cell and so is a missing one; `suppressed_fields` names those that are hidden.
//!
//! Shapes of areas are deliberately left out: a spreadsheet can do nothing with them.

use std::io::Write;

use catchment_core::findings::{Feature, Figure, Findings, Plain, Shape};
use catchment_release::Published;

use crate::properties::{Common, Hiding, check_layer, check_names, check_width};
use crate::shape::{position, rounded};
use crate::{Context, ExportError, layer_of};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Writes the features of a layer: id, its fields, what every feature carries, and for points both kinds of coordinates.
pub fn write_csv(
    published: &Published<Findings<Figure>>,
    layer_id: &str,
    context: Context<'_>,
    out: &mut impl Write,
) -> Result<(), ExportError> {
    let layer = layer_of(published, layer_id)?;
    check_layer(layer)?;
    let common = Common::new(published, &layer.method, context);
    let mut writer = writer(out)?;
    let mut header = vec!["id".to_owned()];
    header.extend(layer.fields.iter().map(|field| field.name.clone()));
    header.push("n".to_owned());
    header.extend(common.header());
    if layer.geometry == catchment_core::findings::Geometry::Point {
        header.extend(["easting", "northing", "lon", "lat"].map(str::to_owned));
    }
    writer.write_record(&header)?;
    for feature in &layer.features {
        let mut record = vec![text(&feature.id)];
        record.extend(feature.values.iter().map(cell));
        record.push(cell(&feature.n));
        record.extend(common.cells(&Hiding::of_feature(layer, feature)));
        record.extend(coordinates(layer_id, feature, context)?);
        writer.write_record(&record)?;
    }
    writer.flush()?;
    Ok(())
}

/// Writes the rows of a table: its columns, then what every row carries.
pub fn write_table_csv(
    published: &Published<Findings<Figure>>,
    table_id: &str,
    context: Context<'_>,
    out: &mut impl Write,
) -> Result<(), ExportError> {
    let tables = &published.get().tables;
    let table = tables
        .iter()
        .find(|table| table.id == table_id)
        .ok_or_else(|| ExportError::UnknownTable {
            id: table_id.to_owned(),
        })?;
    let common = Common::new(published, &table.method, context);
    let carried = common.header();
    let taken: Vec<&str> = carried.iter().map(String::as_str).collect();
    check_names(table_id, &table.fields, &taken)?;
    let mut writer = writer(out)?;
    let fields = table.fields.iter().map(|field| field.name.clone());
    writer.write_record(fields.chain(carried.iter().cloned()))?;
    for (number, row) in table.rows.iter().enumerate() {
        check_width(table_id, &number.to_string(), row.len(), table.fields.len())?;
        let carried = common.cells(&Hiding::of_row(&table.fields, row));
        writer.write_record(row.iter().map(cell).chain(carried))?;
    }
    writer.flush()?;
    Ok(())
}

fn writer<W: Write>(out: &mut W) -> Result<csv::Writer<&mut W>, ExportError> {
    out.write_all(BYTE_ORDER_MARK)?;
    Ok(csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out))
}

impl Common<'_> {
    /// Names the columns that every row carries.
    fn header(&self) -> Vec<String> {
        let mut names = vec![
            "suppressed",
            "suppressed_reason",
            "suppressed_fields",
            "method",
            "reference_date",
        ];
        names.extend(self.notice.map(|_| "notice"));
        names.extend(self.audience.map(|_| "audience"));
        names.into_iter().map(str::to_owned).collect()
    }

    /// Fills them for one row.
    fn cells(&self, hiding: &Hiding) -> Vec<String> {
        let mut cells = vec![
            hiding.is_whole().to_string(),
            text(hiding.reason(self.reason).unwrap_or_default()),
            text(&hiding.names().unwrap_or_default()),
            text(self.method),
            self.reference_date.to_string(),
        ];
        cells.extend(self.notice.map(text));
        cells.extend(self.audience.map(text));
        cells
    }
}

fn coordinates(
    layer: &str,
    feature: &Feature<Figure>,
    context: Context<'_>,
) -> Result<Vec<String>, ExportError> {
    let Shape::Point(point) = &feature.shape else {
        return Ok(Vec::new());
    };
    let place = position(&context.about.grid, [point.x(), point.y()], 7);
    let [lon, lat] = place.map_err(|source| ExportError::OffGrid {
        layer: layer.to_owned(),
        feature: feature.id.clone(),
        source,
    })?;
    let metres = [rounded(point.x(), 2), rounded(point.y(), 2)];
    Ok(metres
        .into_iter()
        .chain([lon, lat])
        .map(|number| number.to_string())
        .collect())
}

fn cell(figure: &Figure) -> String {
    match figure {
        Figure::Shown(Plain::Flag(flag)) => flag.to_string(),
        Figure::Shown(Plain::Integer(integer)) => integer.to_string(),
        Figure::Shown(Plain::Number(number)) if number.is_finite() => {
            rounded(*number, 6).to_string()
        }
        Figure::Hidden | Figure::Shown(Plain::Missing | Plain::Number(_)) => String::new(),
        Figure::Shown(Plain::Text(words)) => text(words),
        Figure::Shown(Plain::Date(date)) => date.to_string(),
    }
}

/// Disarms a text that a spreadsheet would take for a formula, by an apostrophe in front.
#[must_use]
pub fn text(words: &str) -> String {
    if words.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{words}")
    } else {
        words.to_owned()
    }
}
