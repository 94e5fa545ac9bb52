//! Reads the outlines of where services come to.
//!
//! An outline round a carer's own home would show where it is, so those are not kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use catchment_core::grid::Grid;
use catchment_core::id::ServiceId;
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::ServiceArea;
use geo::{Area as _, MultiPolygon};

use crate::background::Read;
use crate::directory::Directory;
use crate::report::FileCounts;
use crate::spatial::{self, Geometry};
use crate::study_file;

/// Why a feature is not used, and what to do.
type Refusal = (String, &'static str);

/// Reads the outlines of service areas into the services of the directory.
pub(crate) fn service_areas(
    folder: &Path,
    section: &study_file::ServiceAreas,
    directory: &mut Directory,
    grid: &Grid,
    issues: &mut Vec<Issue>,
) -> Read<()> {
    let file = section.file.as_str();
    let (layer, crs) = (section.layer.as_deref(), section.crs.as_deref());
    let features = spatial::read(folder, file, layer, crs, grid, issues)?;
    let place = features.property(&section.service_id, issues)?;
    let mut counts = FileCounts {
        file: file.to_owned(),
        ..FileCounts::default()
    };
    let mut outlines: BTreeMap<ServiceId, MultiPolygon<f64>> = BTreeMap::new();
    for feature in features.features {
        counts.rows += 1;
        let key = feature.text(place);
        let found = service(key.as_deref(), directory);
        let provider = found
            .as_ref()
            .ok()
            .and_then(|id| directory.operator(*id))
            .map(str::to_owned);
        let number = feature.number;
        let issue = |severity, message: String, hint: &str| Issue {
            provider: provider.clone(),
            ..Issue::new(file, severity, message, hint)
                .at_row(number)
                .in_column(&section.service_id)
        };
        match found.and_then(|id| Ok((id, outline(feature.geometry)?))) {
            Err((message, hint)) => {
                counts.rejected += 1;
                issues.push(issue(Severity::RowRejected, message, hint));
            }
            Ok((id, _)) if directory.in_carers_homes.contains(&id) => {
                (counts.accepted, counts.set_aside) = (counts.accepted + 1, counts.set_aside + 1);
            }
            Ok((id, outline)) => {
                if feature.mended.is_empty() {
                    counts.accepted += 1;
                } else {
                    counts.repaired += 1;
                    let message = feature.mended.join("; ");
                    issues.push(issue(Severity::Repaired, message, "correct the outline"));
                }
                outlines
                    .entry(id)
                    .or_insert_with(|| MultiPolygon::new(Vec::new()))
                    .0
                    .extend(outline);
            }
        }
    }
    store(outlines, directory, &counts, issues);
    Ok(((), counts))
}

fn service(key: Option<&str>, directory: &Directory) -> Result<ServiceId, Refusal> {
    let key = key.ok_or((
        "names no service".to_owned(),
        "every outline needs the id of its service",
    ))?;
    directory.by_key.get(key).copied().ok_or_else(|| {
        (
            format!(
                "is of no service that was read: \"{}\"",
                spatial::short(key)
            ),
            "look for the service's own row: it is missing or was rejected",
        )
    })
}

fn outline(geometry: Result<Geometry, String>) -> Result<MultiPolygon<f64>, Refusal> {
    let hint = "export the outline as a polygon";
    match geometry {
        Ok(Geometry::Area(outline)) if outline.unsigned_area() > 0.0 => Ok(outline),
        Ok(Geometry::Area(_)) => Err(("has an outline of no area".to_owned(), hint)),
        Ok(Geometry::Point(_)) => Err(("is a point and no outline".to_owned(), hint)),
        Err(message) => Err((message, hint)),
    }
}

/// Hands the outlines to their services. They say it more finely than lists of areas, whose place they take.
fn store(
    outlines: BTreeMap<ServiceId, MultiPolygon<f64>>,
    directory: &mut Directory,
    counts: &FileCounts,
    issues: &mut Vec<Issue>,
) {
    let mut replaced = BTreeSet::new();
    for (id, outline) in outlines {
        if let Some(service) = directory.services.get_mut(id) {
            if service.service_area != ServiceArea::NotStated {
                replaced.insert(id);
            }
            service.service_area = ServiceArea::Outline(outline);
        }
    }
    if !replaced.is_empty() {
        let message = format!(
            "{} services have an outline here and a list of areas in the directory; the outline is used",
            replaced.len()
        );
        issues.push(Issue::new(
            &counts.file,
            Severity::Note,
            message,
            "keep it in one place",
        ));
    }
    if counts.set_aside > 0 {
        let message = format!(
            "{} outlines are of services in a carer's own home, and were not kept",
            counts.set_aside
        );
        let hint = "an outline would show where the home is; name areas of the study instead";
        issues.push(Issue::new(&counts.file, Severity::Note, message, hint));
    }
}
