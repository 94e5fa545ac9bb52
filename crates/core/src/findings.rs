//! What an analysis found: layers and tables whose statistics about people are cells.
//!
//! [`Findings`] are generic over what stands in a field. An analysis makes `Findings<Value>`, in which a statistic about people can
//! only be a [`Cell`]: a value together with the number of people behind it. The release crate turns them into
//! `Findings<Figure>`, in which a cell has become a rounded number or [`Figure::Hidden`]. Encoders take only the latter, and only
//! inside `Published`.

use geo::{MultiPolygon, Point};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A fact about no person: an area's code, a service's rate, a published count of residents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Plain {
    /// Nothing is known.
    Missing,
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A day.
    Date(Date),
}

impl From<&str> for Plain {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<T: Into<Self>> From<Option<T>> for Plain {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

macro_rules! plain_from {
    ($($type:ty => $variant:ident),+ $(,)?) => {$(
        impl From<$type> for Plain {
            fn from(value: $type) -> Self {
                Self::$variant(value.into())
            }
        }
    )+};
}
plain_from! { bool => Flag, i64 => Integer, u32 => Integer, f64 => Number, String => Text, Date => Date }

/// What kind of statistic a cell holds; it decides how the cell is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// A number of people.
    People,
    /// A number of things people do: pairs of person and service, attendances.
    Events,
    /// A mean or an end of its interval, in kilometres.
    MeanKilometres,
    /// A mean or an end of its interval, in minutes.
    MeanMinutes,
    /// A percentile, in kilometres.
    PercentileKilometres,
    /// A percentile, in minutes.
    PercentileMinutes,
    /// A share of the people, from 0 to 1.
    Share,
}

/// A statistic about people, with what disclosure control needs to know of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// What kind of statistic it is.
    pub statistic: Statistic,
    /// Its exact value; nothing where it cannot be computed.
    pub value: Option<f64>,
    /// The distinct people behind it. For a share, all people the share is of.
    pub people: u32,
    /// For a share, the people it counts; for a percentile, the distinct people beyond it; otherwise the same as `people`.
    pub subset: u32,
}

impl Cell {
    /// Makes a count of people.
    #[must_use]
    pub fn people(people: u32) -> Self {
        Self {
            statistic: Statistic::People,
            value: Some(f64::from(people)),
            people,
            subset: people,
        }
    }

    /// Makes a count of what `people` distinct people do.
    #[must_use]
    pub fn events(events: u32, people: u32) -> Self {
        Self {
            statistic: Statistic::Events,
            value: Some(f64::from(events)),
            people,
            subset: people,
        }
    }

    /// Makes a mean, or an end of its interval, over `people` distinct people.
    #[must_use]
    pub fn mean(statistic: Statistic, value: Option<f64>, people: u32) -> Self {
        Self {
            statistic,
            value,
            people,
            subset: people,
        }
    }

    /// Makes a percentile over `people` distinct people, `beyond` of whom lie beyond it.
    #[must_use]
    pub fn percentile(statistic: Statistic, value: Option<f64>, people: u32, beyond: u32) -> Self {
        Self {
            statistic,
            value,
            people,
            subset: beyond,
        }
    }

    /// Makes a share: `subset` of `people`.
    #[must_use]
    pub fn share(subset: u32, people: u32) -> Self {
        let value = (people > 0).then(|| f64::from(subset) / f64::from(people));
        Self {
            statistic: Statistic::Share,
            value,
            people,
            subset,
        }
    }
}

/// What stands in a field before release.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A fact about no person.
    Plain(Plain),
    /// A statistic about people.
    Cell(Cell),
}

impl<T: Into<Plain>> From<T> for Value {
    fn from(value: T) -> Self {
        Self::Plain(value.into())
    }
}

impl From<Cell> for Value {
    fn from(cell: Cell) -> Self {
        Self::Cell(cell)
    }
}

/// What stands in a field after release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Figure {
    /// A fact, or a rounded statistic.
    Shown(Plain),
    /// Hidden to protect people; written as null.
    Hidden,
}

/// What a field of a layer or a column of a table means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its name in files.
    pub name: String,
    /// Its heading for people.
    pub title: String,
    /// Its unit: `km`, `min`, `people`, `%`, or nothing.
    pub unit: Option<String>,
    /// What it says, in a sentence.
    pub description: String,
}

impl Field {
    /// Makes a field; an empty unit is none.
    #[must_use]
    pub fn new(name: &str, title: &str, unit: &str, description: &str) -> Self {
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            unit: (!unit.is_empty()).then(|| unit.to_owned()),
            description: description.to_owned(),
        }
    }
}

/// The shape of a feature, in metres on the study's grid. A layer has one kind only.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A place.
    Point(Point<f64>),
    /// An area.
    Area(MultiPolygon<f64>),
}

/// One thing on a layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Feature<V> {
    /// Its id, unique on the layer and the same from month to month: an area's code, a service's reference.
    pub id: String,
    /// Its shape.
    pub shape: Shape,
    /// How many the figures are of; the layer's [`Layer::counted`] says of what.
    pub n: V,
    /// One value a field, in the order of the layer's fields.
    pub values: Vec<V>,
}

/// The kind of shape that all features of a layer have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Geometry {
    /// Points.
    Point,
    /// Areas, each a multipolygon.
    MultiPolygon,
}

/// One class of a legend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LegendClass {
    /// The word of the field, for a legend of words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// The lower end, included, for a legend of numbers; nothing where it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The upper end, not included; nothing where it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// What the class is called.
    pub label: String,
    /// Its colour, as `#rrggbb`.
    pub colour: String,
}

/// How a map colours a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Legend {
    /// The field that decides the colour.
    pub field: String,
    /// What the legend is headed.
    pub title: String,
    /// The classes, in order.
    pub classes: Vec<LegendClass>,
}

impl Legend {
    /// Makes a legend of numbers from its inner breaks and one colour more than there are breaks.
    #[must_use]
    pub fn graduated(
        field: &str,
        title: &str,
        unit: &str,
        breaks: &[f64],
        colours: &[&str],
    ) -> Self {
        let ends = |index: usize| {
            (
                index
                    .checked_sub(1)
                    .and_then(|below| breaks.get(below))
                    .copied(),
                breaks.get(index).copied(),
            )
        };
        let classes = colours.iter().enumerate().map(|(index, colour)| {
            let (min, max) = ends(index);
            let label = match (min, max) {
                (None, Some(max)) => format!("under {max} {unit}"),
                (Some(min), Some(max)) => format!("{min} to under {max} {unit}"),
                (Some(min), None) => format!("{min} {unit} or more"),
                (None, None) => "all".to_owned(),
            };
            LegendClass {
                value: None,
                min,
                max,
                label: label.trim_end().to_owned(),
                colour: (*colour).to_owned(),
            }
        });
        Self {
            field: field.to_owned(),
            title: title.to_owned(),
            classes: classes.collect(),
        }
    }

    /// Makes a legend of words: value, label and colour of each.
    #[must_use]
    pub fn categorised(field: &str, title: &str, classes: &[(&str, &str, &str)]) -> Self {
        let classes = classes.iter().map(|(value, label, colour)| LegendClass {
            value: Some((*value).to_owned()),
            min: None,
            max: None,
            label: (*label).to_owned(),
            colour: (*colour).to_owned(),
        });
        Self {
            field: field.to_owned(),
            title: title.to_owned(),
            classes: classes.collect(),
        }
    }

    /// Says whether it is one of words.
    #[must_use]
    pub fn is_categorised(&self) -> bool {
        self.classes.iter().any(|class| class.value.is_some())
    }
}

/// A map layer: features of one kind of shape, with the same fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer<V> {
    /// Its name: that of the analysis, with a suffix where there are several.
    pub id: String,
    /// Its heading for people.
    pub title: String,
    /// What it shows, in a sentence or two.
    pub description: String,
    /// How its figures were worked out: the line every figure carries.
    pub method: String,
    /// Something a reader must know before using it.
    pub notice: Option<String>,
    /// The kind of shape its features have.
    pub geometry: Geometry,
    /// What each feature's `n` counts.
    pub counted: String,
    /// Its fields, in order.
    pub fields: Vec<Field>,
    /// How a map colours it.
    pub legend: Legend,
    /// Whether its features part one whole between them, so that a hidden one could be found by subtracting the others.
    pub partition: bool,
    /// People who are in the totals but on no feature, as a feature would give them: `n`, then one value a field. Empty where everyone is
    /// on one. It is never shown: it tells disclosure control what can be found by subtracting the features from the total.
    pub rest: Vec<V>,
    /// Its features.
    pub features: Vec<Feature<V>>,
}

/// Where the words that a table's rows begin with come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labels {
    /// From what is public: the analysis itself, areas, services.
    Public,
    /// From what records of people say, so that a word may be that of one person.
    FromPeople,
}

/// A table that belongs to no place.
#[derive(Clone, Debug, PartialEq)]
pub struct FindingsTable<V> {
    /// Its name, as that of a layer.
    pub id: String,
    /// Its heading for people.
    pub title: String,
    /// What it shows.
    pub description: String,
    /// How its figures were worked out.
    pub method: String,
    /// Its columns.
    pub fields: Vec<Field>,
    /// Where the facts of its rows come from. The row of the whole is always the analysis's own.
    pub labels: Labels,
    /// Whether its rows part one whole between them.
    pub partition: bool,
    /// The row that is the total of the others, where there is one.
    pub whole: Option<usize>,
    /// Its rows, one value a column.
    pub rows: Vec<Vec<V>>,
}

/// A figure worth a line of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Headline<V> {
    /// What it is of.
    pub label: String,
    /// The figure.
    pub value: V,
    /// Its unit, written after it.
    pub unit: String,
    /// Decimals to write.
    pub decimals: usize,
    /// How many people are behind it.
    pub n: V,
}

/// All that one analysis found.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings<V> {
    /// The analysis.
    pub analysis: String,
    /// Its parameters as they were used.
    pub parameters: serde_json::Value,
    /// The profile and its cap, in words, where journeys were reckoned.
    pub profile: Option<String>,
    /// Map layers.
    pub layers: Vec<Layer<V>>,
    /// Tables.
    pub tables: Vec<FindingsTable<V>>,
    /// Headline figures.
    pub headlines: Vec<Headline<V>>,
}
