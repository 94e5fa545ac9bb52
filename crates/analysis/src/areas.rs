//! Which areas figures are shown for, and which ward a small area belongs to.

use std::collections::BTreeMap;

use catchment_core::area::{Area, AreaKind};
use catchment_core::findings::{Feature, Shape, Value};
use catchment_core::grid::GridPoint;
use catchment_core::id::{AreaId, AreaSetId, RowId};
use catchment_core::study::Study;
use geo::InteriorPoint;

/// The small areas figures are shown for: those the population is of, or else the first set of small areas.
pub(crate) fn small_area_set(study: &Study) -> Option<AreaSetId> {
    let parts = study.parts();
    let counted = parts.population.as_ref().map(|population| population.set);
    counted
        .filter(|set| {
            parts
                .area_sets
                .get(*set)
                .is_some_and(|set| set.kind == AreaKind::SmallArea)
        })
        .or_else(|| study.area_set(AreaKind::SmallArea))
}

/// Says whether there is a set and it has an area.
pub(crate) fn any(study: &Study, set: Option<AreaSetId>) -> bool {
    set.is_some_and(|set| study.areas_in(set).next().is_some())
}

/// The year the boundaries of a set are of.
pub(crate) fn vintage(study: &Study, set: AreaSetId) -> &str {
    study
        .parts()
        .area_sets
        .get(set)
        .map_or("", |set| set.vintage.as_str())
}

/// A feature of an area.
pub(crate) fn feature(area: &Area, n: Value, values: Vec<Value>) -> Feature<Value> {
    Feature {
        id: area.code.clone(),
        shape: Shape::Area(area.outline.clone()),
        n,
        values,
    }
}

/// Finds the ward that holds most of each small area's postcodes; of wards that hold as many, the first of the file.
///
/// A small area without postcodes belongs to the ward that a point inside it is in. One most of whose postcodes are in no ward lies
/// outside and is not in the answer.
pub(crate) fn parents(
    study: &Study,
    children: AreaSetId,
    wards: AreaSetId,
) -> BTreeMap<AreaId, AreaId> {
    let mut postcodes: BTreeMap<AreaId, BTreeMap<Option<AreaId>, u32>> = BTreeMap::new();
    for postcode in study.parts().postcodes.ids() {
        if let Some(child) = study.area_of_postcode(postcode, children) {
            let ward = study.area_of_postcode(postcode, wards);
            *postcodes.entry(child).or_default().entry(ward).or_default() += 1;
        }
    }
    let parent = |(id, area): (AreaId, &Area)| {
        let ward = match postcodes.get(&id) {
            Some(wards) => most(wards),
            None => inside(study, area, wards),
        };
        Some((id, ward?))
    };
    study.areas_in(children).filter_map(parent).collect()
}

fn most(wards: &BTreeMap<Option<AreaId>, u32>) -> Option<AreaId> {
    let largest = wards.values().max()?;
    // A ward comes before no ward where both have as many.
    let mut ties = wards.iter().filter(|(_, count)| *count == largest);
    ties.find_map(|(ward, _)| *ward)
}

fn inside(study: &Study, area: &Area, wards: AreaSetId) -> Option<AreaId> {
    let point = area.outline.interior_point()?;
    study
        .areas_at(GridPoint {
            x: point.x(),
            y: point.y(),
        })
        .get(wards.row())
        .copied()
        .flatten()
}

#[cfg(test)]
mod tests {
    use catchment_core::area::AreaKind;

    use super::{parents, small_area_set};
    use crate::fixture;

    #[test]
    fn a_small_area_belongs_to_the_ward_of_most_of_its_postcodes() {
        let study = fixture::study();
        let (small_areas, wards) = (
            small_area_set(&study).unwrap(),
            study.area_set(AreaKind::Ward).unwrap(),
        );
        let code = |id| study.parts().areas[id].code.as_str();
        let found: Vec<(&str, &str)> = parents(&study, small_areas, wards)
            .into_iter()
            .map(|(child, ward)| (code(child), code(ward)))
            .collect();
        // E3 has no postcode and its inside is in the east; X1 lies outside both wards.
        assert_eq!(
            found,
            [
                ("W1", "W"),
                ("W2", "W"),
                ("E1", "E"),
                ("E2", "E"),
                ("E3", "E")
            ]
        );
    }
}
