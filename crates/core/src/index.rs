//! R-trees over the study's places and people.
//!
//! [`PointIndex`] answers "which lie within so many metres"; [`AreaIndex`] answers "which area is this in".

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

    /// Lists the rows within `metres` of a position in a straight line, by id.
    #[must_use]
    pub fn within(&self, centre: GridPoint, metres: f64) -> Vec<I> {
        let mut found: Vec<I> = self
            .tree
            .locate_within_distance([centre.x, centre.y], metres * metres)
            .map(|entry| entry.data)
            .collect();
        found.sort_unstable();
        found
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

    /// Returns the number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tree.size()
    }

    /// Says whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tree.size() == 0
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

    use super::{AreaIndex, PointIndex};
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
        fn the_r_tree_finds_what_a_scan_finds(
            points in prop::collection::vec((-100.0f64..100.0, -100.0f64..100.0), 0..60),
            centre in (-100.0f64..100.0, -100.0f64..100.0),
            radius in 0.0f64..150.0,
        ) {
            let index = PointIndex::new(
                points.iter().enumerate().map(|(row, (x, y))| (PostcodeId::from_row(row), GridPoint { x: *x, y: *y })),
            );
            let by_scan: Vec<PostcodeId> = points
                .iter()
                .enumerate()
                .filter(|(_, (x, y))| (x - centre.0).powi(2) + (y - centre.1).powi(2) <= radius * radius)
                .map(|(row, _)| PostcodeId::from_row(row))
                .collect();
            prop_assert_eq!(index.within(GridPoint { x: centre.0, y: centre.1 }, radius), by_scan);
        }
    }
}
