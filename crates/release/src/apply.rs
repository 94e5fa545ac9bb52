//! From cells to figures, as the plan says.
//!
//! It deliberately decides nothing: what is hidden is the plan's, how a figure is rounded is that of [`cells`](crate::cells).

use catchment_core::findings::{
    Feature, Figure, Findings, FindingsTable, Headline, Layer, Plain, Value,
};

use crate::cells;
use crate::plan::Plan;
use crate::policy::Policy;

/// One group of the plan: a layer, a table, or all headlines of one analysis.
struct Gate<'a> {
    plan: &'a Plan,
    policy: &'a Policy,
    group: usize,
}

/// Turns all cells into figures.
pub(crate) fn apply(
    all: Vec<Findings<Value>>,
    plan: &Plan,
    policy: &Policy,
) -> Vec<Findings<Figure>> {
    let mut next = 0..;
    let mut gate = || Gate {
        plan,
        policy,
        group: next.next().unwrap_or(usize::MAX),
    };
    all.into_iter()
        .map(|findings| Findings {
            analysis: findings.analysis,
            parameters: findings.parameters,
            profile: findings.profile,
            layers: findings
                .layers
                .into_iter()
                .map(|layer| gate().layer(layer))
                .collect(),
            tables: findings
                .tables
                .into_iter()
                .map(|table| gate().table(table))
                .collect(),
            headlines: gate().headlines(findings.headlines),
        })
        .collect()
}

impl Gate<'_> {
    fn figure(&self, unit: usize, cell: usize, value: Value, per_cent: bool) -> Figure {
        match value {
            Value::Plain(plain) => Figure::Shown(plain),
            Value::Cell(_) if self.plan.hides(self.group, unit, cell) => Figure::Hidden,
            Value::Cell(cell) => Figure::Shown(cells::rounded(&cell, per_cent, self.policy)),
        }
    }

    fn layer(&self, layer: Layer<Value>) -> Layer<Figure> {
        let per_cent: Vec<bool> = layer
            .fields
            .iter()
            .map(|field| is_per_cent(field.unit.as_deref()))
            .collect();
        let figures = layer
            .features
            .into_iter()
            .enumerate()
            .map(|(unit, feature)| Feature {
                id: feature.id,
                shape: feature.shape,
                n: self.figure(unit, 0, feature.n, false),
                values: self.figures(unit, 1, feature.values, &per_cent),
            });
        let mut features: Vec<Feature<Figure>> = figures.collect();
        features.sort_by_key(rank);
        Layer {
            id: layer.id,
            title: layer.title,
            description: layer.description,
            method: layer.method,
            notice: layer.notice,
            geometry: layer.geometry,
            counted: layer.counted,
            fields: layer.fields,
            legend: layer.legend,
            partition: layer.partition,
            features,
        }
    }

    fn table(&self, table: FindingsTable<Value>) -> FindingsTable<Figure> {
        let per_cent: Vec<bool> = table
            .fields
            .iter()
            .map(|field| is_per_cent(field.unit.as_deref()))
            .collect();
        let rows = table.rows.into_iter().enumerate();
        FindingsTable {
            id: table.id,
            title: table.title,
            description: table.description,
            method: table.method,
            partition: table.partition,
            rows: rows
                .map(|(unit, row)| self.figures(unit, 0, row, &per_cent))
                .collect(),
            fields: table.fields,
        }
    }

    fn figures(
        &self,
        unit: usize,
        first: usize,
        values: Vec<Value>,
        per_cent: &[bool],
    ) -> Vec<Figure> {
        let per_cent = per_cent.iter().copied().chain(std::iter::repeat(false));
        let values = values.into_iter().zip(per_cent).enumerate();
        values
            .map(|(index, (value, per_cent))| self.figure(unit, first + index, value, per_cent))
            .collect()
    }

    fn headlines(&self, headlines: Vec<Headline<Value>>) -> Vec<Headline<Figure>> {
        let figures = headlines
            .into_iter()
            .enumerate()
            .map(|(unit, headline)| Headline {
                n: self.figure(unit, 0, headline.n, false),
                value: self.figure(unit, 1, headline.value, is_per_cent(Some(&headline.unit))),
                label: headline.label,
                unit: headline.unit,
                decimals: headline.decimals,
            });
        figures.collect()
    }
}

/// A share whose field is in per cent is written from 0 to 100, any other from 0 to 1.
fn is_per_cent(unit: Option<&str>) -> bool {
    unit == Some("%")
}

/// Orders features: those with every figure, those with some missing, those with some hidden, those whose very size is hidden.
fn rank(feature: &Feature<Figure>) -> u8 {
    if feature.n == Figure::Hidden {
        3
    } else if feature.values.contains(&Figure::Hidden) {
        2
    } else {
        u8::from(feature.values.contains(&Figure::Shown(Plain::Missing)))
    }
}
