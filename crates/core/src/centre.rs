//! One point for each area of a set, to stand for it where journeys to and from areas are asked for.
//!
//! The centre of an area is the point of one of its live postcodes: the one nearest to the median easting and median northing of all of
//! them, of equally near ones the first in the table. Every postcode counts alike. So the centre lies where people live and on a street, as
//! the middle of an outline may not (a harbour, a moor). An area without a postcode has a point inside its outline instead, and says so.
//! It is no centre of population: nothing here knows how many people live at a postcode.

use geo::InteriorPoint;

use crate::grid::GridPoint;
use crate::id::{AreaId, AreaSetId, PostcodeId};
use crate::study::Study;

/// The point that stands for an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AreaCentre {
    /// The area.
    pub area: AreaId,
    /// The point, in metres on the study's grid.
    pub point: GridPoint,
    /// The postcode whose point it is; nothing where it is only a point inside the outline.
    pub postcode: Option<PostcodeId>,
}

/// Finds the centre of every area of a set, in the order of their file. An area without a postcode and without an inside has none.
#[must_use]
pub fn area_centres(study: &Study, set: AreaSetId) -> Vec<(AreaId, Option<AreaCentre>)> {
    let postcodes = &study.parts().postcodes;
    let mut inside: Vec<(AreaId, PostcodeId)> = postcodes
        .ids()
        .filter_map(|postcode| Some((study.area_of_postcode(postcode, set)?, postcode)))
        .collect();
    inside.sort_unstable();
    let areas = study.areas_in(set);
    let centre = areas.map(|(area, about)| {
        let from = inside.partition_point(|(other, _)| *other < area);
        let to = inside.partition_point(|(other, _)| *other <= area);
        let points: Vec<GridPoint> = inside[from..to]
            .iter()
            .map(|(_, postcode)| postcodes[*postcode].point)
            .collect();
        let by_postcode = central(&points).map(|place| AreaCentre {
            area,
            point: points[place],
            postcode: Some(inside[from + place].1),
        });
        let centre = by_postcode.or_else(|| {
            let point = about.outline.interior_point()?;
            Some(AreaCentre {
                area,
                point: GridPoint {
                    x: point.x(),
                    y: point.y(),
                },
                postcode: None,
            })
        });
        (area, centre)
    });
    centre.collect()
}

/// Returns the place of the point nearest to the median of all; of equals the first.
fn central(points: &[GridPoint]) -> Option<usize> {
    let median = |of: fn(&GridPoint) -> f64| {
        let mut values: Vec<f64> = points.iter().map(of).collect();
        let half = values.len().checked_sub(1)? / 2;
        Some(*values.select_nth_unstable_by(half, f64::total_cmp).1)
    };
    let (x, y) = (median(|point| point.x)?, median(|point| point.y)?);
    let apart = |point: &GridPoint| (point.x - x).powi(2) + (point.y - y).powi(2);
    let places = 0..points.len();
    places.min_by(|one, other| apart(&points[*one]).total_cmp(&apart(&points[*other])))
}

#[cfg(test)]
mod tests {
    use super::central;
    use crate::grid::GridPoint;

    #[test]
    fn the_middle_is_one_of_the_points_and_a_far_one_does_not_move_it() {
        let points = [0.0, 2.0, 4.0, 5.0, 9000.0].map(|x| GridPoint { x, y: x / 2.0 });
        assert_eq!(central(&points), Some(2));
        assert_eq!(central(&points[..2]), Some(0));
        assert_eq!(central(&[points[3]; 3]), Some(0));
        assert_eq!(central(&[]), None);
    }
}
