//! R-trees over the study's places and people.
//!
//! [`PointIndex`] holds providers' sites, people's homes or postcodes and answers "which of them lie in this area"; [`AreaIndex`] holds
//! areas and answers "which area is this in".

use geo::{BoundingRect, Intersects, MultiPolygon, Point};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::area::Area;
use crate::grid::GridPoint;
use crate::id::{AreaId, AreaSetId, RowId, Table};

/// Rows with a position, in an R-tree.
#[derive(Clone, Debug)]
pub struct PointIndex<I: RowId> {
    tree: RTree<GeomWithData<[f64; 2], I>>,
}

impl<I: RowId> PointIndex<I> {
    /// Indexes rows by their positions.
    #[must_use]
    pub fn new(points: impl IntoIterator<Item = (I, GridPoint)>) -> Self {
        let entries = points
            .into_iter()
            .map(|(id, point)| GeomWithData::new([point.x, point.y], id))
            .collect();
        Self {
            tree: RTree::bulk_load(entries),
        }
    }

    /// Lists the rows whose positions lie in an outline or on its border, by id.
    #[must_use]
    pub fn inside(&self, outline: &MultiPolygon<f64>) -> Vec<I> {
        let Some(frame) = outline.bounding_rect() else {
            return Vec::new();
        };
        let frame = AABB::from_corners(
            [frame.min().x, frame.min().y],
            [frame.max().x, frame.max().y],
        );
        let mut found: Vec<I> = self
            .tree
            .locate_in_envelope(&frame)
            .filter(|entry| outline.intersects(&Point::new(entry.geom()[0], entry.geom()[1])))
            .map(|entry| entry.data)
            .collect();
        found.sort_unstable();
        found
    }
}

/// The areas of a study, in an R-tree of their frames.
#[derive(Clone, Debug)]
pub struct AreaIndex {
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, AreaId>>,
    sets: usize,
}

impl AreaIndex {
    /// Indexes areas of all sets.
    #[must_use]
    pub fn new(areas: &Table<AreaId, Area>, sets: usize) -> Self {
        let entries = areas.iter().filter_map(|(id, area)| {
            let frame = area.outline.bounding_rect()?;
            let frame = Rectangle::from_corners(
                [frame.min().x, frame.min().y],
                [frame.max().x, frame.max().y],
            );
            Some(GeomWithData::new(frame, id))
        });
        Self {
            tree: RTree::bulk_load(entries.collect()),
            sets,
        }
    }

    /// Finds the area of each set that a position is in, in the order of the sets.
    ///
    /// A position inside a hole is not in the area. On a border that areas share, the area that comes first in its file has it,
    /// so that every position is in one area of a set at most.
    #[must_use]
    pub fn locate(&self, areas: &Table<AreaId, Area>, position: GridPoint) -> Vec<Option<AreaId>> {
        let mut found: Vec<Option<AreaId>> = vec![None; self.sets];
        let point = Point::new(position.x, position.y);
        for entry in self.tree.locate_all_at_point(&[position.x, position.y]) {
            let id = entry.data;
            let Some(area) = areas.get(id) else { continue };
            let Some(place) = found.get_mut(area.set.row()) else {
                continue;
            };
            if place.is_none_or(|earlier| id < earlier) && area.outline.intersects(&point) {
                *place = Some(id);
            }
        }
        found
    }
}

/// Finds the area of each set that each of many points is in, as [`AreaIndex::locate`] does for one.
#[must_use]
pub fn locate_all<I: RowId>(
    areas: &Table<AreaId, Area>,
    sets: usize,
    points: &[GridPoint],
) -> Vec<Vec<Option<AreaId>>> {
    let ids = points.iter().enumerate();
    let index = PointIndex::new(ids.map(|(row, point)| (I::from_row(row), *point)));
    let mut found = vec![vec![None; sets]; points.len()];
    for (id, area) in areas.iter() {
        for inside in index.inside(&area.outline) {
            // Areas come in order, so on a shared border the first of the set has the point.
            if let Some(place) = found[inside.row()].get_mut(area.set.row()) {
                place.get_or_insert(id);
            }
        }
    }
    found
}

/// Lists the areas of one set, in the order of their file.
pub fn areas_of(
    areas: &Table<AreaId, Area>,
    set: AreaSetId,
) -> impl Iterator<Item = (AreaId, &Area)> {
    areas.iter().filter(move |(_, area)| area.set == set)
}

#[cfg(test)]
mod tests {
    use geo::{MultiPolygon, polygon};
    use proptest::prelude::*;

    use super::{AreaIndex, locate_all};
    use crate::area::Area;
    use crate::grid::GridPoint;
    use crate::id::{AreaId, AreaSetId, PostcodeId, RowId, Table};

    fn area(code: &str, outline: geo::Polygon<f64>) -> Area {
        Area {
            set: AreaSetId::from_row(0),
            code: code.to_owned(),
            name: code.to_owned(),
            outline: MultiPolygon::new(vec![outline]),
        }
    }

    fn two_neighbours_one_with_a_hole() -> Table<AreaId, Area> {
        let west = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 10.0, y: 0.0), (x: 10.0, y: 10.0), (x: 0.0, y: 10.0)],
            interiors: [[(x: 4.0, y: 4.0), (x: 6.0, y: 4.0), (x: 6.0, y: 6.0), (x: 4.0, y: 6.0)]],
        );
        let east =
            polygon![(x: 10.0, y: 0.0), (x: 20.0, y: 0.0), (x: 20.0, y: 10.0), (x: 10.0, y: 10.0)];
        Table::new(vec![area("west", west), area("east", east)])
    }

    #[test]
    fn holes_are_outside_and_a_shared_border_belongs_to_the_first() {
        let areas = two_neighbours_one_with_a_hole();
        let index = AreaIndex::new(&areas, 1);
        let code =
            |x, y| index.locate(&areas, GridPoint { x, y })[0].map(|id| areas[id].code.as_str());
        assert_eq!(code(1.0, 1.0), Some("west"));
        assert_eq!(code(5.0, 5.0), None);
        assert_eq!(code(10.0, 3.0), Some("west"));
        assert_eq!(code(10.1, 3.0), Some("east"));
        assert_eq!(code(30.0, 3.0), None);
    }

    proptest! {
        #[test]
        fn both_trees_find_the_area_that_a_scan_finds(
            points in prop::collection::vec((-5i32..25, -5i32..15), 0..60),
        ) {
            use geo::Intersects;
            let areas = two_neighbours_one_with_a_hole();
            let points: Vec<GridPoint> =
                points.into_iter().map(|(x, y)| GridPoint { x: f64::from(x), y: f64::from(y) }).collect();
            let index = AreaIndex::new(&areas, 1);
            let all = locate_all::<PostcodeId>(&areas, 1, &points);
            for (point, found) in points.iter().zip(all) {
                let scanned = areas.iter().find(|(_, area)| area.outline.intersects(&geo::Point::new(point.x, point.y)));
                prop_assert_eq!(found[0], scanned.map(|(id, _)| id));
                prop_assert_eq!(index.locate(&areas, *point), found);
            }
        }
    }
}
