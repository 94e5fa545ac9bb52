//! From cells to figures, as the plan says.
//!
//! It deliberately decides nothing: what is hidden is the plan's, how a figure is rounded is that of [`cells`](crate::cells).

use catchment_core::findings::{
    Feature, Figure, Findings, FindingsTable, Headline, Labels, Layer, Plain, Value,
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
            // It has done its work in the plan and must not go further.
            rest: Vec::new(),
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
            labels: table.labels,
            partition: table.partition,
            whole: table.whole,
            rows: rows
                .map(|(unit, row)| {
                    let own = table.labels == Labels::Public || table.whole == Some(unit);
                    let labelled = own || !self.plan.hides_label(self.group, unit);
                    self.row(unit, row, &per_cent, labelled)
                })
                .collect(),
            fields: table.fields,
        }
    }

    fn row(&self, unit: usize, row: Vec<Value>, per_cent: &[bool], labelled: bool) -> Vec<Figure> {
        let unlabelled = |value: &Value| !labelled && matches!(value, Value::Plain(_));
        let without: Vec<bool> = row.iter().map(unlabelled).collect();
        let figures = self.figures(unit, 0, row, per_cent).into_iter();
        let hide = |(figure, hide)| if hide { Figure::Hidden } else { figure };
        figures.zip(without).map(hide).collect()
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
