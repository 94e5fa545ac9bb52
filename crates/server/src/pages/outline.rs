//! A small drawing of where a feature lies: the outlines of areas, and the feature among them.
//!
//! Lines are drawn to a unit of the drawing, which is about two pixels, so that a page stays small and neighbours keep one border. Deliberately no map: no streets, no
//! names, no projection but that a degree of longitude is as long as it is in the middle of the drawing.

use std::fmt::Write as _;

use geo::{Coord, Geometry, LineString, Polygon};

use crate::filter::Located;
use crate::markup::Markup;
use crate::site::Collection;

/// Units from west to east.
const WIDTH: f64 = 240.0;
/// The most units from north to south: a study may be long and narrow.
const HEIGHT: f64 = 320.0;
/// The most bytes of outlines; without a drawing a page says as much.
const LONGEST: usize = 40_000;

/// The outlines of areas, drawn once for all pages.
#[derive(Debug)]
pub(crate) struct Backdrop {
    areas: usize,
    path: String,
    scale: Scale,
}

/// How degrees become units of the drawing.
#[derive(Clone, Copy, Debug)]
struct Scale {
    west: f64,
    north: f64,
    across: f64,
    down: f64,
    width: f64,
    height: f64,
}

impl Backdrop {
    /// Draws the areas of the layer that has the fewest but more than one: wards rather than small areas.
    pub(crate) fn new(collections: &[Collection]) -> Option<Self> {
        let is_areas = |one: &&Collection| {
            one.document()["catchment:geometry"] == "MultiPolygon" && one.items().len() > 1
        };
        let chosen = collections
            .iter()
            .filter(is_areas)
            .min_by_key(|one| one.items().len())?;
        let areas = collections.iter().position(|one| one.id() == chosen.id())?;
        let extents = collections.iter().filter_map(Collection::extent);
        let scale = Scale::new(extents.reduce(|a, b| {
            [
                a[0].min(b[0]),
                a[1].min(b[1]),
                a[2].max(b[2]),
                a[3].max(b[3]),
            ]
        })?)?;
        let mut path = String::new();
        for item in chosen.items() {
            scale.outline(item.shape().geometry(), &mut path);
            if path.len() > LONGEST {
                return None;
            }
        }
        Some(Self { areas, path, scale })
    }

    /// Returns which collection it is of, by its place among all.
    pub(crate) fn areas(&self) -> usize {
        self.areas
    }

    /// Draws a feature in front of the outlines.
    pub(super) fn draw(&self, page: &mut Markup, shape: &Located, told: &str) {
        let Scale { width, height, .. } = self.scale;
        let view = format!("-4 -4 {:.0} {:.0}", width + 8.0, height + 8.0);
        let attributes = [
            ("class", "outline"),
            ("viewBox", view.as_str()),
            ("role", "img"),
            ("aria-label", told),
        ];
        page.within("svg", &attributes, |svg| {
            svg.empty("path", &[("class", "areas"), ("d", &self.path)]);
            let mut own = String::new();
            self.scale.outline(shape.geometry(), &mut own);
            if own.is_empty() || own.len() > LONGEST {
                let envelope = shape.envelope();
                let (x, y) = self.scale.units(envelope.center());
                let (x, y) = (x.to_string(), y.to_string());
                svg.empty(
                    "circle",
                    &[("class", "own"), ("cx", &x), ("cy", &y), ("r", "4")],
                );
            } else {
                svg.empty("path", &[("class", "own"), ("d", &own)]);
            }
        });
    }
}

impl Scale {
    fn new([west, south, east, north]: [f64; 4]) -> Option<Self> {
        let shrink = f64::midpoint(south, north).to_radians().cos();
        let (wide, tall) = ((east - west) * shrink, north - south);
        let unit = (WIDTH / wide).min(HEIGHT / tall);
        let fits = wide > 0.0 && tall > 0.0 && unit.is_finite();
        fits.then_some(Self {
            west,
            north,
            across: unit * shrink,
            down: unit,
            width: wide * unit,
            height: tall * unit,
        })
    }

    #[allow(clippy::cast_possible_truncation)]
    fn units(self, at: Coord<f64>) -> (i32, i32) {
        (
            ((at.x - self.west) * self.across).round() as i32,
            ((self.north - at.y) * self.down).round() as i32,
        )
    }

    /// Writes the rings of a geometry as a path; nothing of a point, nor of what is smaller than a unit.
    fn outline(self, geometry: &Geometry<f64>, path: &mut String) {
        match geometry {
            Geometry::Polygon(polygon) => self.polygon(polygon, path),
            Geometry::MultiPolygon(all) => {
                for polygon in all {
                    self.polygon(polygon, path);
                }
            }
            _ => {}
        }
    }

    fn polygon(self, polygon: &Polygon<f64>, path: &mut String) {
        self.ring(polygon.exterior(), path);
        polygon
            .interiors()
            .iter()
            .for_each(|ring| self.ring(ring, path));
    }

    fn ring(self, ring: &LineString<f64>, path: &mut String) {
        let mut corners: Vec<(i32, i32)> = ring.0.iter().map(|at| self.units(*at)).collect();
        corners.dedup();
        if corners.first() == corners.last() {
            corners.pop();
        }
        if corners.len() < 3 {
            return;
        }
        let mut last = (0, 0);
        for (index, (x, y)) in corners.into_iter().enumerate() {
            let _ = if index == 0 {
                write!(path, "M{x} {y}l")
            } else {
                // From one corner to the next, which takes fewer digits.
                write!(
                    path,
                    "{}{} {}",
                    if index == 1 { "" } else { " " },
                    x - last.0,
                    y - last.1
                )
            };
            last = (x, y);
        }
        path.push('z');
    }
}

#[cfg(test)]
mod tests {
    use geo::polygon;

    use super::*;

    #[test]
    fn rings_are_drawn_to_a_unit_and_specks_left_out() {
        let scale = Scale::new([0.0, -1.0, 2.0, 1.0]).unwrap();
        let area =
            polygon![(x: 0.0, y: 1.0), (x: 2.0, y: 1.0), (x: 2.0, y: 1.000_01), (x: 2.0, y: -1.0)];
        let mut path = String::new();
        scale.outline(&area.into(), &mut path);
        assert_eq!(path, "M0 0l240 0 0 240z");
        let speck = polygon![(x: 0.0, y: 0.0), (x: 0.000_1, y: 0.0), (x: 0.0, y: 0.000_1)];
        path.clear();
        scale.outline(&speck.into(), &mut path);
        assert_eq!(path, "");
    }

    #[test]
    fn nothing_is_drawn_of_a_study_without_width() {
        assert!(Scale::new([1.0, 1.0, 1.0, 2.0]).is_none());
        assert!(Scale::new([f64::NAN, 1.0, 1.0, 2.0]).is_none());
    }
}
