//! Areas of bands, as polygons.
//!
//! The lattice of [`Surroundings`] has a step of the tolerance divided by the square root of two. Every lattice point is on the right
//! side of its band's outline, exactly as the rule of [`super`] has it. What lies between lattice points is as near to one of them as
//! half the tolerance, and an outline runs between two that differ, so:
//!
//! - a reached part of a street, motorways and ferries apart, is inside, or within the tolerance of the outline, or within the tolerance
//!   of a part that is not reached;
//! - a part that is not reached is outside, or within the tolerance of the outline, or within the tolerance of a reached part;
//! - no place inside is further from a reached part than the width and half the tolerance, or the tolerance inside the outline.
//!
//! Rings are simple and do not touch; outer rings go anticlockwise and holes clockwise; an area lies within that of every larger
//! budget, with which it may share parts of its outline.
//!
//! Work is in proportion to the streets reached and the length of the outlines. There is no general union of polygons here.

use std::ops::Range;

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::simplify::Straightener;
use super::surroundings::{SIDE, Surroundings};
use super::tracing::{Board, Tracer};
use super::{Band, Reached};

/// Draws areas. Its room is used again from drawing to drawing.
#[derive(Debug)]
pub struct Outlines<'a> {
    surroundings: &'a Surroundings,
    /// For each band the lattice points that are in, by block.
    bands: Vec<Vec<u64>>,
    /// The blocks that are not empty lie in it.
    window: Range<usize>,
    tracer: Tracer,
    corners: Vec<[f64; 2]>,
    /// Where each ring's corners begin, and one more.
    first_corner: Vec<usize>,
}

impl<'a> Outlines<'a> {
    /// Makes room for drawing on some ground.
    #[must_use]
    pub fn new(surroundings: &'a Surroundings) -> Self {
        Self {
            surroundings,
            bands: Vec::new(),
            window: 0..0,
            tracer: Tracer::new(surroundings.lattice.blocks()),
            corners: Vec::new(),
            first_corner: Vec::new(),
        }
    }

    /// Draws the area of each band, the smallest budget first, in metres on the study's grid.
    ///
    /// The ground must be that of the network that was searched, and hold all that was reached.
    pub fn of(&mut self, reached: &Reached<'_>) -> Vec<MultiPolygon<f64>> {
        self.fill(reached);
        let count = reached.bands().len();
        (0..count).map(|band| self.draw(band, count)).collect()
    }

    /// Marks the lattice points of each band.
    fn fill(&mut self, reached: &Reached<'_>) {
        let blocks = self.surroundings.lattice.blocks();
        for band in &mut self.bands {
            band[self.window.clone()].fill(0);
        }
        while self.bands.len() < reached.bands().len() {
            self.bands.push(vec![0; blocks]);
        }
        let (mut least, mut most) = (usize::MAX, 0);
        for (band, marks) in reached.bands().zip(&mut self.bands) {
            mark(self.surroundings, &band, marks, |block| {
                least = least.min(block);
                most = most.max(block);
            });
        }
        self.window = if least > most { 0..0 } else { least..most + 1 };
    }

    fn draw(&mut self, band: usize, count: usize) -> MultiPolygon<f64> {
        let lattice = &self.surroundings.lattice;
        let board = Board {
            bands: &self.bands[..count],
            wide: lattice.size[0] as usize,
        };
        let straightener = Straightener {
            first: lattice.first.map(|block| block * SIDE),
        };
        let Self {
            tracer,
            corners,
            first_corner,
            ..
        } = self;
        corners.clear();
        first_corner.clear();
        tracer.run(&board, band, self.window.clone(), |gates| {
            first_corner.push(corners.len());
            straightener.ring(gates, corners);
        });
        first_corner.push(corners.len());
        let outer = tracer.outer_rings(&board, band);
        self.assemble(&outer)
    }

    /// Puts holes into their outer rings.
    fn assemble(&self, outer: &[u32]) -> MultiPolygon<f64> {
        let step = self.surroundings.lattice.step;
        let line = |ring: usize| {
            let corners = &self.corners[self.first_corner[ring]..self.first_corner[ring + 1]];
            let closed = corners.iter().chain(corners.first());
            closed
                .map(|[x, y]| Coord {
                    x: x * step,
                    y: y * step,
                })
                .collect::<LineString<f64>>()
        };
        let mut holes = vec![0u32; outer.len()];
        for (ring, around) in outer.iter().enumerate() {
            holes[*around as usize] += u32::from(ring != *around as usize);
        }
        let mut place = vec![0usize; outer.len()];
        let mut polygons: Vec<(LineString<f64>, Vec<LineString<f64>>)> = Vec::new();
        for (ring, around) in outer.iter().enumerate() {
            if ring == *around as usize {
                place[ring] = polygons.len();
                polygons.push((line(ring), Vec::with_capacity(holes[ring] as usize)));
            }
        }
        for (ring, around) in outer.iter().enumerate() {
            if ring != *around as usize {
                polygons[place[*around as usize]].1.push(line(ring));
            }
        }
        let polygons = polygons.into_iter();
        MultiPolygon(
            polygons
                .map(|(outer, holes)| Polygon::new(outer, holes))
                .collect(),
        )
    }
}

/// Marks the lattice points of one band, and tells the blocks they are in.
fn mark(
    surroundings: &Surroundings,
    band: &Band<'_>,
    marks: &mut [u64],
    mut tell: impl FnMut(usize),
) {
    for stretch in band.stretches() {
        let whole = band.network.streets[stretch.street as usize].millimetres;
        let is_whole = stretch.from == 0 && stretch.to == whole;
        for patch in surroundings.beside(stretch.street) {
            let points = if is_whole {
                patch.points
            } else {
                surroundings.between(patch, stretch.from, stretch.to)
            };
            if points != 0 {
                marks[patch.block as usize] |= points;
                tell(patch.block as usize);
            }
        }
    }
}
