//! Areas of bands, as polygons.
//!
//! The lattice of [`Surroundings`] has a step of the tolerance divided by the square root of two. Every lattice point is on the right
//! side of its band's outline, exactly as the rule of [`super`] has it. What lies between lattice points is as near to one of them as
//! half the tolerance, and an outline runs between two that differ, so:
//!
//! - a reached part of a street, motorways and ferries apart, is inside, or within the tolerance of the outline, or within the tolerance
//!   of a part that is not reached;
//! - a part that is not reached is outside, or within the tolerance of the outline, or within the tolerance of a reached part;
//! - a place inside is within the width and the tolerance together of a reached part.
//!
//! Rings are simple and do not touch; outer rings go anticlockwise and holes clockwise; an area lies within that of every larger
//! budget, with which it may share parts of its outline.
//!
//! Work is in proportion to the streets reached and the length of the outlines. There is no general union of polygons here.

use std::ops::Range;

use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::fields::{Fields, Share};
use super::simplify::Straightener;
use super::surroundings::Surroundings;
use super::tracing::{Board, NONE, Tracer};
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
    /// How much of each street is in the band that is drawn.
    shares: Vec<Share>,
    /// For each known hole the point beside it at its westernmost gate, where it is in the band that is drawn.
    known: Vec<Option<[u32; 2]>>,
    /// For each known hole whether a smaller band has a part of the streets around it.
    split: Vec<bool>,
}

impl<'a> Outlines<'a> {
    /// Makes room for drawing on some ground.
    #[must_use]
    pub fn new(surroundings: &'a Surroundings) -> Self {
        let fields = surroundings.fields.as_ref();
        let holes = fields.map_or(0, Fields::len);
        Self {
            surroundings,
            bands: Vec::new(),
            window: 0..0,
            tracer: Tracer::new(surroundings.lattice.blocks()),
            corners: Vec::new(),
            first_corner: Vec::new(),
            shares: vec![Share::None; fields.map_or(0, |_| surroundings.streets())],
            known: vec![None; holes],
            split: vec![false; holes],
        }
    }

    /// Draws the area of each band, the smallest budget first, in metres on the study's grid.
    ///
    /// The ground must be that of the network that was searched, and hold all that was reached.
    pub fn of(&mut self, reached: &Reached<'_>) -> Vec<MultiPolygon<f64>> {
        self.fill(reached);
        self.split.fill(false);
        let count = reached.bands().len();
        let numbered = reached.bands().enumerate();
        numbered
            .map(|(number, band)| self.draw((number, &band), count))
            .collect()
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
        let mut window = Window::EMPTY;
        for (band, marks) in reached.bands().zip(&mut self.bands) {
            match &self.surroundings.fields {
                // Quicker the other way round where most is reached.
                Some(fields) if band.stretches().len() * 2 > self.surroundings.streets() => {
                    marks.copy_from_slice(&fields.near);
                    unmark(self.surroundings, &band, marks);
                    window.add(0);
                    window.add(blocks - 1);
                }
                _ => mark(self.surroundings, &band, marks, &mut window),
            }
        }
        self.window = window.range();
    }

    fn draw(&mut self, (number, band): (usize, &Band<'_>), count: usize) -> MultiPolygon<f64> {
        let board = Board {
            bands: &self.bands[..count],
            wide: self.surroundings.lattice.size[0] as usize,
        };
        let straightener = Straightener::of(&self.surroundings.lattice);
        let fields = self.surroundings.fields.as_ref();
        if let Some(fields) = fields {
            look_up(
                fields,
                band,
                &mut self.shares,
                &mut self.known,
                &mut self.split,
            );
        }
        let Self {
            tracer,
            corners,
            first_corner,
            known,
            ..
        } = self;
        corners.clear();
        first_corner.clear();
        let marks = |block: usize| {
            let marks = fields.map_or(&[][..], |fields| fields.marks(block)).iter();
            let there = marks.filter(|(_, hole)| known[*hole as usize].is_some());
            there.fold(0, |points, (more, _)| points | more)
        };
        tracer.run(&board, number, self.window.clone(), marks, |_, gates| {
            first_corner.push(corners.len());
            straightener.ring(gates, corners);
        });
        first_corner.push(corners.len());
        let known_at =
            |block: usize, point: u64| fields.and_then(|fields| fields.hole_at(block, point));
        let outer = tracer.outer_rings(&board, number, known, known_at);
        self.assemble(&outer)
    }

    /// Returns a ring, or a known hole, as a closed line.
    fn line(&self, ring: usize) -> LineString<f64> {
        let followed = self.first_corner.len() - 1;
        if let Some(fields) = self
            .surroundings
            .fields
            .as_ref()
            .filter(|_| ring >= followed)
        {
            return LineString(fields.corners(ring - followed).to_vec());
        }
        let step = self.surroundings.lattice.step;
        let corners = &self.corners[self.first_corner[ring]..self.first_corner[ring + 1]];
        let closed = corners.iter().chain(corners.first());
        closed
            .map(|[x, y]| Coord {
                x: x * step,
                y: y * step,
            })
            .collect()
    }

    /// Puts holes into their outer rings.
    fn assemble(&self, outer: &[u32]) -> MultiPolygon<f64> {
        let mut holes = vec![0u32; outer.len()];
        let there = || (0..).zip(outer).filter(|(_, around)| **around != NONE);
        for (ring, around) in there() {
            holes[*around as usize] += u32::from(ring != *around);
        }
        let mut place = vec![0usize; outer.len()];
        let mut polygons: Vec<(LineString<f64>, Vec<LineString<f64>>)> = Vec::new();
        for (ring, _) in there().filter(|(ring, around)| ring == *around) {
            let ring = ring as usize;
            place[ring] = polygons.len();
            polygons.push((self.line(ring), Vec::with_capacity(holes[ring] as usize)));
        }
        for (ring, around) in there().filter(|(ring, around)| ring != *around) {
            polygons[place[*around as usize]]
                .1
                .push(self.line(ring as usize));
        }
        let polygons = polygons.into_iter();
        MultiPolygon(
            polygons
                .map(|(outer, holes)| Polygon::new(outer, holes))
                .collect(),
        )
    }
}

/// A range of blocks that grows.
struct Window {
    least: usize,
    most: usize,
}

impl Window {
    const EMPTY: Self = Self {
        least: usize::MAX,
        most: 0,
    };

    fn add(&mut self, block: usize) {
        self.least = self.least.min(block);
        self.most = self.most.max(block);
    }

    fn range(&self) -> Range<usize> {
        if self.least > self.most {
            0..0
        } else {
            self.least..self.most + 1
        }
    }
}

/// Finds out which known holes are in a band.
fn look_up(
    fields: &Fields,
    band: &Band<'_>,
    shares: &mut [Share],
    known: &mut [Option<[u32; 2]>],
    split: &mut [bool],
) {
    shares.fill(Share::None);
    for stretch in band.stretches() {
        let share = if is_whole(band, stretch) {
            Share::Whole
        } else {
            Share::Part
        };
        if let Some(place) = shares.get_mut(stretch.street as usize) {
            *place = share;
        }
    }
    let each = known.iter_mut().zip(split).enumerate();
    for (hole, (known, split)) in each {
        let share = fields.share(hole, shares);
        *known = (share == Share::Whole && !*split).then(|| fields.west(hole));
        *split |= share == Share::Part;
    }
}

fn is_whole(band: &Band<'_>, stretch: &super::Stretch) -> bool {
    let whole = band.network.streets[stretch.street as usize].millimetres;
    stretch.from == 0 && stretch.to == whole
}

/// Marks the lattice points of one band.
fn mark(ground: &Surroundings, band: &Band<'_>, marks: &mut [u64], window: &mut Window) {
    for stretch in band.stretches() {
        let is_whole = is_whole(band, stretch);
        for patch in ground.beside(stretch.street) {
            let points = if is_whole {
                patch.points
            } else {
                ground.between(patch, stretch.from, stretch.to)
            };
            if points != 0 {
                marks[patch.block as usize] |= points;
                window.add(patch.block as usize);
            }
        }
    }
}

/// Takes away the marks of points that are not in a band, where all that are near a street were marked.
fn unmark(ground: &Surroundings, band: &Band<'_>, marks: &mut [u64]) {
    let mut stretches = band.stretches();
    for street in 0..ground.streets() as u32 {
        let count = stretches
            .iter()
            .take_while(|part| part.street == street)
            .count();
        let (here, rest) = stretches.split_at(count);
        stretches = rest;
        if here.first().is_some_and(|part| is_whole(band, part)) {
            continue;
        }
        for patch in ground.beside(street) {
            let parts = here.iter();
            let points = parts.fold(0, |points, part| {
                points | ground.between(patch, part.from, part.to)
            });
            marks[patch.block as usize] &= !(patch.points & !points);
        }
    }
}
