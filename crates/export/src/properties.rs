//! The values of a feature in the order a file has them: the layer's fields, then what every feature carries.
//!
//! `suppressed` means that the feature as a whole has nothing to show: the size of its group is hidden, or the figure a map colours
//! it by. Where only a lesser figure is hidden, `suppressed` is false. Either way `suppressed_fields` names every property that is
//! null because it is hidden, so that a null which protects someone is never taken for one that was not known. It is one text,
//! the names joined by semicolons: a list would not fit into a cell of a table, and GDAL and QGIS make tables of features.

use catchment_core::findings::{Feature, Field, Figure, Layer, Plain};
use catchment_release::Published;
use jiff::civil::Date;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::shape::rounded;
use crate::{Context, ExportError};

/// Names that every feature or row carries, so that no field may have them.
const TAKEN: [&str; 13] = [
    "n",
    "suppressed",
    "suppressed_reason",
    "suppressed_fields",
    "method",
    "reference_date",
    "notice",
    "audience",
    "id",
    "easting",
    "northing",
    "lon",
    "lat",
];

/// What all features of a layer say alike.
pub(crate) struct Common<'a> {
    pub(crate) reason: &'a str,
    pub(crate) method: &'a str,
    pub(crate) reference_date: Date,
    /// The study's notice: that it is invented, for one.
    pub(crate) notice: Option<&'a str>,
    /// The mark of what is not for the public.
    pub(crate) audience: Option<&'static str>,
}

impl<'a> Common<'a> {
    pub(crate) fn new<T>(
        published: &'a Published<T>,
        method: &'a str,
        context: Context<'a>,
    ) -> Self {
        Self {
            reason: published.reason(),
            method,
            reference_date: context.about.reference_date,
            notice: context.about.notice.as_deref(),
            audience: published.audience().mark(),
        }
    }
}

/// Checks that a layer's features fit its fields and that no field's name is taken twice.
pub(crate) fn check_layer(layer: &Layer<Figure>) -> Result<(), ExportError> {
    check_names(&layer.id, &layer.fields, &TAKEN)?;
    for feature in &layer.features {
        check_width(
            &layer.id,
            &feature.id,
            feature.values.len(),
            layer.fields.len(),
        )?;
    }
    Ok(())
}

/// Checks that no field is called like another one or like one of the names taken.
pub(crate) fn check_names(
    layer: &str,
    fields: &[Field],
    taken: &[&str],
) -> Result<(), ExportError> {
    for (index, field) in fields.iter().enumerate() {
        let twice = fields[..index]
            .iter()
            .any(|earlier| earlier.name == field.name);
        if twice || taken.contains(&field.name.as_str()) {
            return Err(ExportError::TakenField {
                layer: layer.to_owned(),
                field: field.name.clone(),
            });
        }
    }
    Ok(())
}

/// Checks that there are as many values as fields.
pub(crate) fn check_width(
    layer: &str,
    whose: &str,
    values: usize,
    fields: usize,
) -> Result<(), ExportError> {
    if values == fields {
        return Ok(());
    }
    Err(ExportError::WrongWidth {
        layer: layer.to_owned(),
        whose: whose.to_owned(),
        values,
        fields,
    })
}

/// What is hidden of a feature or a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hiding {
    /// The names of the properties that are hidden, in the order they are written.
    fields: Vec<String>,
    /// Whether its size or its main figure is among them.
    whole: bool,
}

impl Hiding {
    /// Looks at a feature of a layer.
    pub(crate) fn of_feature(layer: &Layer<Figure>, feature: &Feature<Figure>) -> Self {
        let mut fields = hidden_fields(&layer.fields, &feature.values);
        let sizeless = feature.n == Figure::Hidden;
        let whole = sizeless || fields.contains(&layer.legend.field);
        fields.extend(sizeless.then(|| "n".to_owned()));
        Self { fields, whole }
    }

    /// Looks at a row of a table, whose main figure is its first.
    pub(crate) fn of_row(fields: &[Field], row: &[Figure]) -> Self {
        let is_figure = |figure: &&Figure| {
            let number = matches!(figure, Figure::Shown(Plain::Integer(_) | Plain::Number(_)));
            number || **figure == Figure::Hidden
        };
        Self {
            fields: hidden_fields(fields, row),
            whole: row.iter().find(is_figure) == Some(&Figure::Hidden),
        }
    }

    /// Returns whether its size or its main figure is hidden.
    pub(crate) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Returns whether only lesser figures are hidden.
    pub(crate) fn is_partial(&self) -> bool {
        !self.whole && !self.fields.is_empty()
    }

    /// Returns the text that goes with it, for people: the names are for programs and stand apart.
    pub(crate) fn reason<'a>(&self, reason: &'a str) -> Option<&'a str> {
        (!self.fields.is_empty()).then_some(reason)
    }

    /// Returns the names of what is hidden as one text.
    pub(crate) fn names(&self) -> Option<String> {
        (!self.fields.is_empty()).then(|| self.fields.join(";"))
    }
}

fn hidden_fields(fields: &[Field], values: &[Figure]) -> Vec<String> {
    let hidden = fields
        .iter()
        .zip(values)
        .filter(|(_, value)| **value == Figure::Hidden);
    hidden.map(|(field, _)| field.name.clone()).collect()
}

/// The properties of one feature.
pub(crate) struct Properties<'a> {
    pub(crate) layer: &'a Layer<Figure>,
    pub(crate) feature: &'a Feature<Figure>,
    pub(crate) common: &'a Common<'a>,
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Common {
            reason,
            method,
            reference_date,
            notice,
            audience,
        } = self.common;
        let hiding = Hiding::of_feature(self.layer, self.feature);
        let mut map = serializer.serialize_map(None)?;
        for (field, value) in self.layer.fields.iter().zip(&self.feature.values) {
            map.serialize_entry(&field.name, &Written(value))?;
        }
        map.serialize_entry("n", &Written(&self.feature.n))?;
        map.serialize_entry("suppressed", &hiding.is_whole())?;
        map.serialize_entry("suppressed_reason", &hiding.reason(reason))?;
        map.serialize_entry("suppressed_fields", &hiding.names())?;
        map.serialize_entry("method", method)?;
        map.serialize_entry("reference_date", reference_date)?;
        if let Some(notice) = notice {
            map.serialize_entry("notice", notice)?;
        }
        if let Some(audience) = audience {
            map.serialize_entry("audience", audience)?;
        }
        map.end()
    }
}

/// A figure as JSON writes it: what is hidden or missing is null, and no number has more than six decimals.
pub(crate) struct Written<'a>(pub(crate) &'a Figure);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Figure::Shown(Plain::Number(number)) if number.is_finite() => {
                serializer.serialize_f64(rounded(*number, 6))
            }
            Figure::Hidden | Figure::Shown(Plain::Number(_)) => serializer.serialize_unit(),
            Figure::Shown(plain) => plain.serialize(serializer),
        }
    }
}
