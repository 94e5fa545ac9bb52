//! Reads the boundaries of one kind and one year.
//!
//! An outline that is broken in a way with one remedy is mended and said; what has none is rejected. What is odd about the set as a whole
//! (overlaps, gaps, slivers) is said and left as it is: only the maker of the boundaries knows which side is right.

mod contacts;
mod outline;
#[cfg(test)]
mod tests;
mod topology;

use std::collections::BTreeMap;
use std::path::Path;

use catchment_core::area::Area;
use catchment_core::grid::Grid;
use catchment_core::id::{AreaSetId, RowId};
use catchment_core::issue::{Issue, Severity};
use geo::{Area as _, BooleanOps, BoundingRect, Intersects, MultiPolygon};

use crate::report::FileCounts;
use crate::spatial::{self, Feature, Features, Geometry};
use crate::study_file::Areas;

/// The least area of an area, and the most by which two outlines may overlap and still be apart; square metres.
const LEAST: f64 = 1.0;

/// Reads one file of boundaries.
pub(crate) fn read(
    folder: &Path,
    section: &Areas,
    set: AreaSetId,
    grid: &Grid,
    issues: &mut Vec<Issue>,
) -> Result<(Vec<Area>, FileCounts), Issue> {
    let file = section.file.as_str();
    let (layer, crs) = (section.layer.as_deref(), section.crs.as_deref());
    let read = spatial::read(folder, file, layer, crs, grid, issues)?;
    let code = read.property(&section.code, issues)?;
    let name = read.property(&section.name, issues)?;
    let mut reading = Reading {
        section,
        set,
        columns: [
            (code, read.names[code].clone()),
            (name, read.names[name].clone()),
        ],
        areas: Vec::new(),
        seen: BTreeMap::new(),
        counts: FileCounts {
            file: file.to_owned(),
            ..FileCounts::default()
        },
        issues,
    };
    let Features {
        features,
        crs,
        found,
        ..
    } = read;
    for feature in features {
        reading.take(feature);
    }
    let Reading { areas, counts, .. } = reading;
    if areas.is_empty() {
        return Err(Issue::new(
            file,
            Severity::FileUnusable,
            "has no usable area",
            format!(
                "it was read in {crs}: {found}; check that, the outlines and the property names in study.toml"
            ),
        ));
    }
    topology::look_over(file, &areas, issues);
    Ok((areas, counts))
}

/// Notes which sets of areas are there but not used, because an earlier one is of the same kind.
pub(crate) fn note_second_sets(sections: &[Areas], issues: &mut Vec<Issue>) {
    for (place, section) in sections.iter().enumerate() {
        let first = sections[..place]
            .iter()
            .find(|earlier| earlier.kind == section.kind);
        if let Some(first) = first {
            issues.push(Issue::new(
                &section.file,
                Severity::Note,
                format!(
                    "areas \"{}\" of {} are of the same kind as \"{}\" of {}, which stand first and are the ones that figures are shown by",
                    section.id, section.vintage, first.id, first.vintage
                ),
                "put the [[areas]] that figures are to be shown by first in study.toml",
            ));
        }
    }
}

/// Does to features all that is done to areas, and throws it away: for fuzzing.
pub(crate) fn mend_and_look_over(features: Features) {
    let outlines = features.features.into_iter().filter_map(|feature| {
        let Ok(Geometry::Area(outline)) = feature.geometry else {
            return None;
        };
        Some(Area {
            set: AreaSetId::from_row(0),
            code: feature.number.to_string(),
            name: String::new(),
            outline: outline::mend(outline, &mut Vec::new()).ok()?,
        })
    });
    let areas: Vec<Area> = outlines.collect();
    topology::look_over("", &areas, &mut Vec::new());
}

struct Reading<'a> {
    section: &'a Areas,
    set: AreaSetId,
    /// Place and name of the properties of codes and of names.
    columns: [(usize, String); 2],
    areas: Vec<Area>,
    /// The number of the feature and the place of the area of each code.
    seen: BTreeMap<String, (u64, usize)>,
    counts: FileCounts,
    issues: &'a mut Vec<Issue>,
}

/// Column, message and hint.
type Refusal = (String, String, &'static str);

impl Reading<'_> {
    fn take(&mut self, feature: Feature) {
        self.counts.rows += 1;
        let number = feature.number;
        let mut mended = feature.mended.clone();
        let taken = self
            .area(feature, &mut mended)
            .and_then(|area| self.keep(area, number, &mut mended));
        match taken {
            Ok(code) => {
                for words in &mended {
                    let message = format!("{words} ({code})");
                    self.note(
                        number,
                        Severity::Repaired,
                        "geometry",
                        message,
                        "look at the outline",
                    );
                }
                if mended.is_empty() {
                    self.counts.accepted += 1;
                } else {
                    self.counts.repaired += 1;
                }
            }
            Err((column, message, hint)) => {
                self.counts.rejected += 1;
                self.note(number, Severity::RowRejected, &column, message, hint);
            }
        }
    }

    fn note(&mut self, row: u64, severity: Severity, column: &str, message: String, hint: &str) {
        let issue = Issue::new(&self.section.file, severity, message, hint);
        self.issues.push(issue.at_row(row).in_column(column));
    }

    fn area(&self, feature: Feature, mended: &mut Vec<String>) -> Result<Area, Refusal> {
        let [code, name] = [0, 1].map(|which| {
            let (place, column) = &self.columns[which];
            feature.text(*place).ok_or_else(|| {
                let (message, hint) = match feature.value(*place) {
                    Some(_) => (
                        format!("property `{column}` is empty"),
                        "every area needs one",
                    ),
                    None => (
                        format!("has no property `{column}`"),
                        "other features of the file have it",
                    ),
                };
                (column.clone(), message, hint)
            })
        });
        let (code, name) = (code?, name?);
        let refuse =
            |message: &str, hint| ("geometry".to_owned(), format!("{message} ({code})"), hint);
        let outline = match feature.geometry {
            Ok(Geometry::Area(outline)) => outline,
            Ok(Geometry::Point(_)) => return Err(refuse("is a point", "areas are polygons")),
            Err(message) => {
                return Err(refuse(
                    &message,
                    "every area needs a polygon that lies on the study's grid",
                ));
            }
        };
        let outline = outline::mend(outline, mended)
            .map_err(|message| refuse(&message, "check the outline"))?;
        if outline.unsigned_area() < LEAST {
            return Err(refuse("has an outline without area", "check the outline"));
        }
        Ok(Area {
            set: self.set,
            code,
            name,
            outline,
        })
    }

    /// Keeps an area, or adds it to one of the same code and name that lies elsewhere. Returns its code.
    fn keep(
        &mut self,
        area: Area,
        number: u64,
        mended: &mut Vec<String>,
    ) -> Result<String, Refusal> {
        let code = area.code.clone();
        let Some((first, place)) = self.seen.get(&code).copied() else {
            self.seen.insert(code.clone(), (number, self.areas.len()));
            self.areas.push(area);
            return Ok(code);
        };
        match self.areas.get_mut(place) {
            Some(known) if known.name == area.name && apart(&known.outline, &area.outline) => {
                known.outline.0.extend(area.outline.0);
                mended.push(format!(
                    "has the code and name of feature {first} and lies elsewhere; the two were made one area"
                ));
                Ok(code)
            }
            _ => Err((
                self.columns[0].1.clone(),
                format!("has the same code as feature {first}: {code}"),
                "every area has a code of its own",
            )),
        }
    }
}

/// Says whether two outlines share no ground.
fn apart(a: &MultiPolygon<f64>, b: &MultiPolygon<f64>) -> bool {
    let (Some(box_a), Some(box_b)) = (a.bounding_rect(), b.bounding_rect()) else {
        return true;
    };
    if !box_a.intersects(&box_b) {
        return true;
    }
    let both = a.iter().chain(b).flat_map(outline::rings);
    contacts::contacts(both).is_ok() && a.intersection(b).unsigned_area() < LEAST
}
