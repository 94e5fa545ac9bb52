//! What a feature says, as pages show it: one value a field, and what of it is hidden.
//!
//! Read back from the very text that is served to programs, so that no page can show more than that. Deliberately holds no figure
//! for what is hidden, only that it is.

use catchment_core::findings::Field;
use serde_json::{Map, Value};

/// What there is to say about one thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fact<'a> {
    /// It is hidden to protect people.
    Hidden,
    /// Nobody knows it.
    Missing,
    /// It is this.
    Shown(&'a Value),
}

impl<'a> Fact<'a> {
    /// Finds a fact among properties, of which a list names those that are hidden.
    pub(crate) fn of(properties: &'a Map<String, Value>, hidden: &str, name: &str) -> Self {
        if hidden.split(';').any(|one| one == name) {
            return Self::Hidden;
        }
        match properties.get(name) {
            None | Some(Value::Null) => Self::Missing,
            Some(Value::String(text)) if text.is_empty() => Self::Missing,
            Some(value) => Self::Shown(value),
        }
    }
}

/// The facts of one feature.
#[derive(Debug)]
pub(crate) struct Facts {
    /// One a field; nothing where `hidden` says so, null where nothing is known.
    values: Vec<Option<Value>>,
    size: Option<Value>,
    reason: Option<String>,
}

impl Facts {
    /// Reads the properties of a feature.
    pub(crate) fn new(fields: &[Field], properties: &Map<String, Value>) -> Self {
        let text = |name: &str| properties.get(name).and_then(Value::as_str);
        let hidden = text("suppressed_fields").unwrap_or_default();
        let owned = |name: &str| match Fact::of(properties, hidden, name) {
            Fact::Hidden => None,
            Fact::Missing => Some(Value::Null),
            Fact::Shown(value) => Some(value.clone()),
        };
        Self {
            values: fields.iter().map(|field| owned(&field.name)).collect(),
            size: owned("n"),
            reason: text("suppressed_reason").map(str::to_owned),
        }
    }

    /// Returns what it says about one field.
    pub(crate) fn field(&self, index: usize) -> Fact<'_> {
        self.values
            .get(index)
            .map_or(Fact::Missing, |value| fact(value.as_ref()))
    }

    /// Returns how many its figures are of.
    pub(crate) fn size(&self) -> Fact<'_> {
        fact(self.size.as_ref())
    }

    /// Returns why something of it is hidden, where something is.
    pub(crate) fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}

fn fact(value: Option<&Value>) -> Fact<'_> {
    match value {
        None => Fact::Hidden,
        Some(Value::Null) => Fact::Missing,
        Some(value) => Fact::Shown(value),
    }
}

/// How the columns of a collection are shown, worked out once from all its features.
#[derive(Debug)]
pub(crate) struct Columns {
    /// The field that names a feature.
    pub(crate) name: Option<usize>,
    /// Which fields are numbers.
    pub(crate) numeric: Vec<bool>,
    /// Whether features say how many their figures are of.
    pub(crate) sized: bool,
}

impl Columns {
    /// Looks at the fields of a collection and at what its features say.
    pub(crate) fn new<'a>(fields: &[Field], all: impl Iterator<Item = &'a Facts>) -> Self {
        let exactly = fields.iter().position(|field| field.name == "name");
        let ending = || {
            fields
                .iter()
                .position(|field| field.name.ends_with("_name"))
        };
        let mut columns = Self {
            name: exactly.or_else(ending),
            numeric: vec![false; fields.len()],
            sized: false,
        };
        for facts in all {
            for (index, numeric) in columns.numeric.iter_mut().enumerate() {
                *numeric |= matches!(facts.field(index), Fact::Shown(Value::Number(_)));
            }
            columns.sized |= facts.size() != Fact::Missing;
        }
        columns
    }
}
