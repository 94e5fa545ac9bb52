//! Fields and their values side by side, so that the two cannot fall out of step.

use catchment_core::area::Area;
use catchment_core::findings::{Field, Value};

/// The label of the row that is the total of a table's others; it stands first.
pub(crate) const ALL: &str = "All";

/// A field of a layer or table and how a row fills it.
pub(crate) struct Column<T> {
    /// Its name in files.
    pub(crate) name: &'static str,
    /// Its heading for people.
    pub(crate) title: &'static str,
    /// Its unit, or an empty text.
    pub(crate) unit: &'static str,
    /// What it says.
    pub(crate) description: &'static str,
    /// Takes it from a row.
    pub(crate) value: fn(&T) -> Value,
}

/// Lists the fields of columns.
pub(crate) fn fields<'a, T: 'a>(columns: impl IntoIterator<Item = &'a Column<T>>) -> Vec<Field> {
    columns
        .into_iter()
        .map(|column| Field::new(column.name, column.title, column.unit, column.description))
        .collect()
}

/// Lists the values of a row.
pub(crate) fn values<T>(columns: &[Column<T>], row: &T) -> Vec<Value> {
    columns.iter().map(|column| (column.value)(row)).collect()
}

/// What every area says of itself.
pub(crate) static AREA: [Column<Area>; 2] = [
    Column {
        name: "code",
        title: "Code",
        unit: "",
        description: "The area's official code.",
        value: |area| area.code.as_str().into(),
    },
    Column {
        name: "name",
        title: "Name",
        unit: "",
        description: "The area's name.",
        value: |area| area.name.as_str().into(),
    },
];
