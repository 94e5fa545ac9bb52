//! Findings laid out for the plan: layers, tables and headlines alike, as groups of units with cells.
//!
//! It deliberately decides nothing about what is hidden; it only says which cell is the size of which, which units part one whole, and
//! whether the same person may stand in several of them.

use std::collections::BTreeSet;

use catchment_core::findings::{
    Cell, Findings, FindingsTable, Geometry, Headline, Layer, Plain, Statistic, Value,
};

/// A feature, a row or a headline.
pub(crate) struct Unit<'a> {
    /// `n` first where there is one, then the values; nothing for a plain one.
    pub(crate) cells: Vec<Option<&'a Cell>>,
    pub(crate) hidden: Vec<bool>,
    /// The cell that says how many the others are of.
    pub(crate) size: Option<usize>,
    /// Where the unit stands for a place: what its layer counts, its geometry and its id.
    pub(crate) place: Option<(&'a str, bool, &'a str)>,
    /// Whether it is what a layer leaves out. It cannot be hidden to protect a feature, because nothing is shown of it.
    pub(crate) left_out: bool,
}

pub(crate) struct Group<'a> {
    pub(crate) units: Vec<Unit<'a>>,
    /// Sets of units, each parting one whole.
    pub(crate) partitions: Vec<Vec<usize>>,
    /// Whether the same person may stand in several of them.
    pub(crate) overlapping: bool,
}

impl<'a> Unit<'a> {
    /// Makes a unit; its size is the first cell of the proposed ones, or else its first count.
    fn new(cells: Vec<Option<&'a Cell>>, size: [Option<usize>; 2]) -> Self {
        let is_cell = |index: &usize| cells.get(*index).is_some_and(Option::is_some);
        let size = size
            .into_iter()
            .flatten()
            .find(is_cell)
            .or_else(|| cells.iter().position(|cell| cell.is_some_and(is_count)));
        let hidden = vec![false; cells.len()];
        Self {
            cells,
            hidden,
            size,
            place: None,
            left_out: false,
        }
    }

    pub(crate) fn size_cell(&self) -> Option<&'a Cell> {
        self.size.and_then(|size| self.cells[size])
    }

    pub(crate) fn is_hidden(&self) -> bool {
        self.size.is_some_and(|size| self.hidden[size])
    }

    pub(crate) fn hide(&mut self) {
        for (cell, hidden) in self.cells.iter().zip(&mut self.hidden) {
            *hidden |= cell.is_some();
        }
    }
}

/// Lays findings out; `apply` walks them in the same order.
pub(crate) fn groups_of(findings: &Findings<Value>) -> Vec<Group<'_>> {
    let everyone = most_people(findings);
    let layers = findings
        .layers
        .iter()
        .map(|layer| layer_group(layer, everyone));
    let tables = findings.tables.iter().map(table_group);
    layers
        .chain(tables)
        .chain([headline_group(&findings.headlines)])
        .collect()
}

/// Returns the most people that any cell of a table or headline is of: everyone, as far as the findings tell.
fn most_people(findings: &Findings<Value>) -> u64 {
    let rows = findings
        .tables
        .iter()
        .flat_map(|table| &table.rows)
        .flatten();
    let headlines = findings
        .headlines
        .iter()
        .flat_map(|headline| [&headline.n, &headline.value]);
    let people = rows
        .chain(headlines)
        .filter_map(cell_of)
        .map(|cell| u64::from(cell.people));
    people.max().unwrap_or(0)
}

/// Says whether people may be in several units: sizes count things people do, or there are more people in them than there are.
fn may_overlap(units: &[Unit<'_>], partition: &[usize], everyone: u64) -> bool {
    let sizes = || partition.iter().filter_map(|unit| units[*unit].size_cell());
    let events = sizes().any(|size| size.statistic == Statistic::Events);
    events || sizes().map(|size| u64::from(size.people)).sum::<u64>() > everyone
}

fn layer_group(layer: &Layer<Value>, everyone: u64) -> Group<'_> {
    let area = layer.geometry == Geometry::MultiPolygon;
    let n = layer
        .fields
        .iter()
        .position(|field| field.name == "n")
        .map(|index| index + 1);
    let mut units: Vec<Unit<'_>> = layer
        .features
        .iter()
        .map(|feature| {
            let cells = std::iter::once(&feature.n)
                .chain(&feature.values)
                .map(cell_of)
                .collect();
            let mut unit = Unit::new(cells, [Some(0), n]);
            unit.place = Some((&layer.counted, area, &feature.id));
            unit
        })
        .collect();
    if !layer.rest.is_empty() {
        let mut rest = Unit::new(layer.rest.iter().map(cell_of).collect(), [Some(0), n]);
        rest.left_out = true;
        units.push(rest);
    }
    let parts: Vec<usize> = (0..units.len()).collect();
    Group {
        // A person lives in one area but may go to several places.
        overlapping: !area || may_overlap(&units, &parts, everyone),
        partitions: if layer.partition {
            vec![parts]
        } else {
            Vec::new()
        },
        units,
    }
}

fn table_group(table: &FindingsTable<Value>) -> Group<'_> {
    let n = table.fields.iter().position(|field| field.name == "n");
    let units: Vec<Unit<'_>> = table
        .rows
        .iter()
        .map(|row| Unit::new(row.iter().map(cell_of).collect(), [n, None]))
        .collect();
    let parts: Vec<usize> = (0..table.rows.len())
        .filter(|row| Some(*row) != table.whole)
        .collect();
    let everyone = table
        .whole
        .and_then(|row| units.get(row)?.size_cell())
        .map_or(0, |size| size.people.into());
    let overlapping = may_overlap(&units, &parts, everyone);
    let mut partitions = Vec::new();
    if table.partition {
        // A table may set several partings one under another, told apart by their first word; each has to hold.
        let firsts: BTreeSet<&str> = parts
            .iter()
            .filter_map(|row| first_text(&table.rows[*row]))
            .collect();
        for first in firsts {
            let block: Vec<usize> = parts
                .iter()
                .copied()
                .filter(|row| first_text(&table.rows[*row]) == Some(first))
                .collect();
            if block.len() > 1 {
                partitions.push(block);
            }
        }
        partitions.push(parts);
    }
    Group {
        units,
        partitions,
        overlapping,
    }
}

fn headline_group(headlines: &[Headline<Value>]) -> Group<'_> {
    let units = headlines
        .iter()
        .map(|headline| {
            Unit::new(
                vec![cell_of(&headline.n), cell_of(&headline.value)],
                [Some(0), None],
            )
        })
        .collect();
    Group {
        units,
        partitions: Vec::new(),
        overlapping: true,
    }
}

fn cell_of(value: &Value) -> Option<&Cell> {
    match value {
        Value::Cell(cell) => Some(cell),
        Value::Plain(_) => None,
    }
}

fn first_text(row: &[Value]) -> Option<&str> {
    match row.first() {
        Some(Value::Plain(Plain::Text(text))) => Some(text),
        _ => None,
    }
}

fn is_count(cell: &Cell) -> bool {
    matches!(cell.statistic, Statistic::People | Statistic::Events)
}
