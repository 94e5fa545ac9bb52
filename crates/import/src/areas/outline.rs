//! Mends one outline.
//!
//! A ring that crosses itself encloses what an odd number of its turns go around (the even-odd rule, as in every drawing program); parts
//! that lie on each other count once. An outline that is sound comes out as it went in, to the last digit. Positions that are repeated
//! at once and rings that turn the wrong way cost nothing and are not mentioned.

use geo::bool_ops::{FillRule, OpType};
use geo::coordinate_position::CoordPos;
use geo::{
    Area, BooleanOps, BoundingRect, CoordinatePosition, Intersects, LineString, MultiPolygon,
    Polygon, Rect,
};

use super::contacts::{Contacts, contacts};
use crate::spatial::counted;

/// A part smaller than this has no area, in square metres.
const NOTHING: f64 = 0.01;

/// The most by which an area may differ from what its rings say before that is worth a word, in square metres.
const SAME: f64 = 1.0;

/// The most positions that are looked at to see whether holes lie inside.
const MOST_LOOKED_AT: usize = 50_000_000;

/// Returns all rings of a polygon.
pub(super) fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// Mends an outline; adds what was done to `mended`, a line each.
pub(super) fn mend(
    outline: MultiPolygon<f64>,
    mended: &mut Vec<String>,
) -> Result<MultiPolygon<f64>, String> {
    let outline = without_repeats(outline, mended);
    let found = contacts(outline.iter().flat_map(rings))
        .map_err(|_| "crosses itself too often to be mended".to_owned())?;
    let outline = if found == Contacts::default() && is_plain(&outline) {
        outline
    } else {
        put_right(outline, found, mended)
    };
    Ok(without_nothings(outline, mended))
}

/// Takes out positions that stand twice in a row, and rings that are none.
fn without_repeats(outline: MultiPolygon<f64>, mended: &mut Vec<String>) -> MultiPolygon<f64> {
    let mut lost = 0;
    let mut clean = |mut ring: LineString<f64>| {
        ring.0.dedup();
        let is_ring = ring.0.len() >= 4;
        lost += usize::from(!is_ring);
        is_ring.then_some(ring)
    };
    let polygons = outline.into_iter().filter_map(|polygon| {
        let (exterior, interiors) = polygon.into_inner();
        let exterior = clean(exterior)?;
        let interiors = interiors.into_iter().filter_map(&mut clean).collect();
        Some(Polygon::new(exterior, interiors))
    });
    let kept = polygons.collect();
    if lost > 0 {
        mended.push(format!(
            "had {}, now left out",
            counted(
                lost,
                "ring of fewer than three corners",
                "rings of fewer than three corners"
            )
        ));
    }
    kept
}

/// Says whether nothing can be wrong with rings that do not meet: no holes, and parts with boxes of their own.
fn is_plain(outline: &MultiPolygon<f64>) -> bool {
    outline.iter().all(|polygon| polygon.interiors().is_empty()) && !boxes_meet(outline)
}

fn boxes_meet(outline: &MultiPolygon<f64>) -> bool {
    let mut boxes: Vec<Rect<f64>> = outline
        .iter()
        .filter_map(BoundingRect::bounding_rect)
        .collect();
    boxes.sort_by(|a, b| a.min().x.total_cmp(&b.min().x));
    boxes.iter().enumerate().any(|(index, one)| {
        boxes[index + 1..]
            .iter()
            .take_while(|other| other.min().x <= one.max().x)
            .any(|other| other.intersects(one))
    })
}

fn put_right(
    outline: MultiPolygon<f64>,
    found: Contacts,
    mended: &mut Vec<String>,
) -> MultiPolygon<f64> {
    let outline = if found.crossings == 0 {
        without_outer_holes(outline, mended)
    } else {
        outline
    };
    let before: f64 = outline.iter().map(Area::unsigned_area).sum();
    let nothing = MultiPolygon::<f64>::new(Vec::new());
    let parts: Vec<Polygon<f64>> = outline
        .iter()
        .flat_map(|polygon| {
            polygon.boolean_op_with_fill_rule(&nothing, OpType::Union, FillRule::EvenOdd)
        })
        .collect();
    let parts = MultiPolygon::new(parts);
    let whole = if boxes_meet(&parts) {
        parts.boolean_op_with_fill_rule(&nothing, OpType::Union, FillRule::NonZero)
    } else {
        parts
    };
    let after = whole.unsigned_area();
    if found.crossings == 0 && (after - before).abs() <= SAME {
        return outline;
    }
    let cause = if found.crossings > 0 {
        "had rings that cross"
    } else {
        "had rings that lie on each other"
    };
    mended.push(format!("{cause}, now parted; {}", change(before, after)));
    whole
}

/// Says how an area changed, in square metres.
fn change(before: f64, after: f64) -> String {
    let by = after - before;
    let how = if by > 0.0 { "more" } else { "less" };
    if by.abs() < SAME {
        "its area stays the same to a square metre".to_owned()
    } else {
        format!(
            "its area is {:.0} m², {:.0} m² {how} than before",
            after,
            by.abs()
        )
    }
}

/// Takes out holes that lie outside the ring they are holes in. Only for rings that do not cross.
fn without_outer_holes(outline: MultiPolygon<f64>, mended: &mut Vec<String>) -> MultiPolygon<f64> {
    let mut budget = MOST_LOOKED_AT;
    let mut outside = 0;
    let polygons = outline.into_iter().map(|polygon| {
        let (exterior, interiors) = polygon.into_inner();
        let ground = Polygon::new(exterior, Vec::new());
        let kept: Vec<LineString<f64>> = interiors
            .into_iter()
            .filter(|hole| {
                let lies = hole
                    .coords()
                    .map_while(|at| {
                        budget = budget.checked_sub(ground.exterior().0.len())?;
                        Some(ground.coordinate_position(at))
                    })
                    .find(|position| *position != CoordPos::OnBoundary);
                outside += usize::from(lies == Some(CoordPos::Outside));
                lies != Some(CoordPos::Outside)
            })
            .collect();
        let (exterior, _) = ground.into_inner();
        Polygon::new(exterior, kept)
    });
    let kept = polygons.collect();
    if outside > 0 {
        mended.push(format!(
            "had {}, now left out",
            counted(
                outside,
                "hole outside its outline",
                "holes outside their outlines"
            )
        ));
    }
    kept
}

fn without_nothings(mut outline: MultiPolygon<f64>, mended: &mut Vec<String>) -> MultiPolygon<f64> {
    let parts = outline.0.len();
    outline
        .0
        .retain(|polygon| polygon.unsigned_area() >= NOTHING);
    let lost = parts - outline.0.len();
    // Where nothing is left the area is refused as a whole.
    if lost > 0 && !outline.0.is_empty() {
        mended.push(format!(
            "had {}, now left out",
            counted(lost, "part without area", "parts without area")
        ));
    }
    outline
}
