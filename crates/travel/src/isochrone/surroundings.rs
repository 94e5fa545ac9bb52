//! The ground beside streets: which street each place snaps to, on a lattice.
//!
//! Made once for a network, it answers any number of isochrones. Lattice points lie in rows and columns a step apart, at whole multiples
//! of the step on the study's grid, so that a point is the same whatever part of a network is looked at. They are held in blocks of
//! eight by eight, a bit each: a street knows in which blocks there are points that snap onto it, and which points these are. So a
//! street that is reached as a whole is one `or` for each of its blocks, however fine the lattice.
//!
//! It holds distances and positions along streets exactly as [`Snapper`](crate::Snapper) finds them. It does not know what is reached.

use rayon::prelude::*;

use crate::network::StreetNetwork;
use crate::snap::takes_places;
use crate::units::Metres;

use super::fields::Fields;
use super::{IsochroneError, Reached};

/// How far from its street a place belongs to an area, unless another width is chosen.
pub const WIDTH: Metres = Metres::new(50.0);
/// How far an outline may be from where it belongs, unless another tolerance is chosen.
pub const TOLERANCE: Metres = Metres::new(10.0);

/// Points along the side of a block.
pub(super) const SIDE: i64 = 8;
/// Blocks whose points are looked at together.
const STRIPE: i64 = 8;
/// No more blocks than this: the lattice of a large county at the usual tolerance.
const MOST_BLOCKS: i64 = 1 << 23;
/// No more pairs than this of a point and a straight part of a street that is near it are looked at: some seconds of one thread for
/// each thousand million.
const MOST_PAIRS: f64 = 1e10;

/// Where the blocks of a lattice lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lattice {
    /// Metres between neighbouring points.
    pub(super) step: f64,
    /// The first column and row of blocks, in blocks from the grid's origin.
    pub(super) first: [i64; 2],
    /// Blocks in a row, and rows of blocks. The outermost hold no place beside a street.
    pub(super) size: [i64; 2],
}

impl Lattice {
    /// Lays blocks over a box, with an empty one all round.
    fn over(
        [low, high]: [[f64; 2]; 2],
        width: f64,
        tolerance: f64,
    ) -> Result<Self, IsochroneError> {
        let step = tolerance / std::f64::consts::SQRT_2;
        let block = step * SIDE as f64;
        let first = low.map(|at| ((at - width) / block).floor() as i64 - 1);
        let last = high.map(|at| ((at + width) / block).floor() as i64 + 1);
        let size = [0, 1].map(|axis| last[axis].saturating_sub(first[axis]).saturating_add(1));
        if size[0].saturating_mul(size[1]) > MOST_BLOCKS {
            let times = (size[0] as f64 * size[1] as f64 / MOST_BLOCKS as f64).sqrt();
            return Err(too_fine([low, high], tolerance, times));
        }
        Ok(Self { step, first, size })
    }

    /// Returns the number of blocks.
    pub(super) fn blocks(&self) -> usize {
        (self.size[0] * self.size[1]) as usize
    }

    /// Returns the position of a point, which may lie between columns and rows, counted from those of the first block.
    pub(super) fn position(&self, at: [f64; 2]) -> [f64; 2] {
        [0, 1].map(|axis| (at[axis] + (self.first[axis] * SIDE) as f64) * self.step)
    }
}

/// Says that a tolerance is too fine for a box, and that one so many times as large would do.
fn too_fine([low, high]: [[f64; 2]; 2], tolerance: f64, times: f64) -> IsochroneError {
    IsochroneError::TooFine {
        tolerance,
        kilometres: (high[0] - low[0]).max(high[1] - low[1]) / 1000.0,
        enough: (tolerance * times).ceil(),
    }
}

/// Points of one block that snap onto one street.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patch {
    pub(super) block: u32,
    /// Where the offsets of its points begin.
    pub(super) first: u32,
    pub(super) points: u64,
}

/// Which street each place near one snaps to.
#[derive(Clone, Debug)]
pub struct Surroundings {
    pub(super) lattice: Lattice,
    width: Metres,
    tolerance: Metres,
    /// For each street the place of its first patch, and one more.
    first: Vec<u32>,
    patches: Vec<Patch>,
    /// Millimetres along its street of each point of each patch, by bit.
    offsets: Vec<u32>,
    /// What can be known beforehand of outlines; nothing where there is to be a single question.
    pub(super) fields: Option<Fields>,
}

impl Surroundings {
    /// Looks at the ground beside all streets of a network.
    ///
    /// Places up to `width` from a street belong to it. Outlines will be within `tolerance` of where they belong.
    pub fn new(
        network: &StreetNetwork,
        width: Metres,
        tolerance: Metres,
    ) -> Result<Self, IsochroneError> {
        let streets = 0..network.street_count() as u32;
        let mut ground = Self::within(network, reach_of(network, streets), width, tolerance)?;
        ground.fields = Some(Fields::of(&ground));
        Ok(ground)
    }

    /// Looks at the ground beside the streets that were reached: quicker, for a single question.
    pub fn around(
        network: &StreetNetwork,
        reached: &Reached<'_>,
        width: Metres,
        tolerance: Metres,
    ) -> Result<Self, IsochroneError> {
        let bands = reached.bands().next_back();
        let stretches = bands.map(|band| band.stretches()).unwrap_or_default();
        let streets = stretches.iter().map(|stretch| stretch.street);
        Self::within(network, reach_of(network, streets), width, tolerance)
    }

    fn within(
        network: &StreetNetwork,
        reach: [[f64; 2]; 2],
        width: Metres,
        tolerance: Metres,
    ) -> Result<Self, IsochroneError> {
        let (metres, fine) = (width.value(), tolerance.value());
        if !(10.0..=1000.0).contains(&metres) {
            return Err(IsochroneError::Width(metres));
        }
        if !(1.0..=metres).contains(&fine) {
            return Err(IsochroneError::Tolerance {
                tolerance: fine,
                width: metres,
            });
        }
        let lattice = Lattice::over(reach, metres, fine)?;
        let stripes = Stripes::new(network, lattice, metres);
        let pairs = stripes.pairs();
        if pairs > MOST_PAIRS {
            return Err(too_fine(reach, fine, (pairs / MOST_PAIRS).sqrt()));
        }
        let found: Vec<Found> = (0..stripes.count())
            .into_par_iter()
            .map(|stripe| stripes.look(stripe))
            .collect();
        Ok(Self::gathered(network, lattice, (width, tolerance), found))
    }

    /// Groups what the stripes found by street.
    fn gathered(
        network: &StreetNetwork,
        lattice: Lattice,
        (width, tolerance): (Metres, Metres),
        found: Vec<Found>,
    ) -> Self {
        let mut first = vec![0u32; network.street_count() + 1];
        for (street, _) in found.iter().flat_map(|found| &found.patches) {
            first[*street as usize + 1] += 1;
        }
        for street in 0..network.street_count() {
            first[street + 1] += first[street];
        }
        let empty = Patch {
            block: 0,
            first: 0,
            points: 0,
        };
        let mut next = first.clone();
        let mut patches = vec![empty; first[network.street_count()] as usize];
        let mut offsets = Vec::with_capacity(found.iter().map(|found| found.offsets.len()).sum());
        for found in found {
            let before = offsets.len() as u32;
            offsets.extend_from_slice(&found.offsets);
            for (street, patch) in &found.patches {
                let place = &mut next[*street as usize];
                patches[*place as usize] = Patch {
                    first: patch.first + before,
                    ..*patch
                };
                *place += 1;
            }
        }
        Self {
            lattice,
            width,
            tolerance,
            first,
            patches,
            offsets,
            fields: None,
        }
    }

    /// Returns how far from its street a place belongs to an area.
    #[must_use]
    pub fn width(&self) -> Metres {
        self.width
    }

    /// Returns how far an outline may be from where it belongs.
    #[must_use]
    pub fn tolerance(&self) -> Metres {
        self.tolerance
    }

    /// Returns the number of streets.
    pub(super) fn streets(&self) -> usize {
        self.first.len() - 1
    }

    /// Returns the patches beside a street.
    pub(super) fn beside(&self, street: u32) -> &[Patch] {
        let street = street as usize;
        match self.first.get(street..street + 2) {
            Some(ends) => &self.patches[ends[0] as usize..ends[1] as usize],
            None => &[],
        }
    }

    /// Returns the points of a patch that snap onto a part of its street.
    pub(super) fn between(&self, patch: &Patch, from: u32, to: u32) -> u64 {
        let mut left = patch.points;
        let mut found = 0;
        for offset in &self.offsets[patch.first as usize..] {
            if left == 0 {
                break;
            }
            let point = left & left.wrapping_neg();
            if (from..=to).contains(offset) {
                found |= point;
            }
            left ^= point;
        }
        found
    }
}

/// Returns the box around some streets, but for those that nobody is snapped onto.
fn reach_of(network: &StreetNetwork, streets: impl Iterator<Item = u32>) -> [[f64; 2]; 2] {
    let mut reach = [[f64::INFINITY; 2], [f64::NEG_INFINITY; 2]];
    for street in streets {
        if !takes_places(&network.streets[street as usize]) {
            continue;
        }
        for point in network.shape(street as usize) {
            for axis in [0, 1] {
                reach[0][axis] = reach[0][axis].min(point[axis]);
                reach[1][axis] = reach[1][axis].max(point[axis]);
            }
        }
    }
    if reach[0][0] > reach[1][0] {
        return [[0.0; 2]; 2];
    }
    reach
}

/// A straight part of a street.
#[derive(Clone, Copy)]
struct Part {
    street: u32,
    /// Millimetres of the whole street.
    whole: u32,
    /// Metres along the street before it.
    before: f64,
    ends: [[f64; 2]; 2],
}

/// What lies in one stripe.
struct Found {
    /// By block, and in each by street.
    patches: Vec<(u32, Patch)>,
    offsets: Vec<u32>,
}

/// The straight parts of streets, by the stripes of the lattice that they are near.
struct Stripes {
    lattice: Lattice,
    width: f64,
    parts: Vec<Part>,
    /// For each stripe the parts near it, in the network's order.
    near: Vec<Vec<u32>>,
}

/// Of no part.
const NOBODY: u32 = u32::MAX;

impl Stripes {
    fn new(network: &StreetNetwork, lattice: Lattice, width: f64) -> Self {
        let count = (lattice.size[1] + STRIPE - 1) / STRIPE;
        let mut near = vec![Vec::new(); count as usize];
        let high = lattice.step * (SIDE * STRIPE) as f64;
        let [left, bottom] = lattice.position([0.0, 0.0]);
        let right = left + lattice.step * (SIDE * lattice.size[0]) as f64;
        let mut parts = Vec::new();
        for (street, (_, shape)) in network.shapes().enumerate() {
            if !takes_places(&network.streets[street]) {
                continue;
            }
            let mut before = 0.0;
            for ends in shape.windows(2) {
                let here = before;
                before += (ends[1][0] - ends[0][0]).hypot(ends[1][1] - ends[0][1]);
                let [from, to] = [ends[0][0], ends[1][0]];
                if from.max(to) + width < left || from.min(to) - width > right {
                    continue;
                }
                let [from, to] = [ends[0][1], ends[1][1]];
                let first = ((from.min(to) - width - bottom) / high).floor().max(0.0) as usize;
                let last = ((from.max(to) + width - bottom) / high).floor();
                if last < 0.0 || first >= near.len() {
                    continue;
                }
                for stripe in &mut near[first..(last as usize + 1).min(count as usize)] {
                    stripe.push(parts.len() as u32);
                }
                parts.push(Part {
                    street: street as u32,
                    whole: network.streets[street].millimetres,
                    before: here,
                    ends: [ends[0], ends[1]],
                });
            }
        }
        Self {
            lattice,
            width,
            parts,
            near,
        }
    }

    fn count(&self) -> usize {
        self.near.len()
    }

    /// Estimates how many pairs of a point and a part will be looked at.
    fn pairs(&self) -> f64 {
        let broad = 2.0 * self.width;
        let ground = self.parts.iter().map(|part| {
            let [from, to] = part.ends;
            ((to[0] - from[0]).hypot(to[1] - from[1]) + broad) * broad
        });
        ground.sum::<f64>() / (self.lattice.step * self.lattice.step)
    }

    /// Finds the nearest street of every point of a stripe.
    fn look(&self, stripe: usize) -> Found {
        let columns = (self.lattice.size[0] * SIDE) as usize;
        let first_block = stripe * STRIPE as usize;
        let blocks = (STRIPE as usize).min(self.lattice.size[1] as usize - first_block);
        let rows = blocks * SIDE as usize;
        let mut found = Found {
            patches: Vec::new(),
            offsets: Vec::new(),
        };
        if self.near[stripe].is_empty() {
            return found;
        }
        // The width is the first to be beaten; a point just at it belongs.
        let mut nearest = vec![(self.width * self.width).next_up(); rows * columns];
        let mut whose = vec![NOBODY; rows * columns];
        for part in &self.near[stripe] {
            self.claim(
                (*part, (first_block * SIDE as usize) as f64),
                columns,
                &mut nearest,
                &mut whose,
            );
        }
        for block_row in 0..blocks {
            for block_column in 0..self.lattice.size[0] as usize {
                let at = block_row * SIDE as usize * columns + block_column * SIDE as usize;
                let block =
                    (first_block + block_row) * self.lattice.size[0] as usize + block_column;
                self.patches(&whose[at..], columns, block as u32, &mut found);
            }
        }
        found
    }

    /// Gives the points of a stripe that are nearest to a part so far to it. Of equally near parts the first keeps them.
    fn claim(
        &self,
        (number, first_row): (u32, f64),
        columns: usize,
        nearest: &mut [f64],
        whose: &mut [u32],
    ) {
        let [from, to] = self.parts[number as usize].ends;
        let step = self.lattice.step;
        let [left, bottom] = self.lattice.position([0.0, first_row]);
        // Positions come from whole numbers, so that they are the same from whatever column one counts.
        let [west, south] = self.lattice.first.map(|block| (block * SIDE) as f64);
        let rows = nearest.len() / columns;
        let along = [to[0] - from[0], to[1] - from[1]];
        let squared = along[0] * along[0] + along[1] * along[1];
        let inverse = if squared > 0.0 { 1.0 / squared } else { 0.0 };
        let range = |low: f64, high: f64, all: usize| {
            let first = (low / step).ceil().max(0.0) as usize;
            let last = (high / step).floor();
            first..((last + 1.0).max(0.0) as usize).min(all)
        };
        let (low, high) = (from[1].min(to[1]), from[1].max(to[1]));
        for row in range(low - self.width - bottom, high + self.width - bottom, rows) {
            let y = (south + first_row + row as f64) * step;
            let (low, high) = self.columns_near([from, to], y);
            let cells = range(low - left, high - left, columns);
            let (first, at) = (cells.start, row * columns);
            if cells.is_empty() {
                continue;
            }
            let near = &mut nearest[at + first..at + cells.end];
            let whose = &mut whose[at + first..at + cells.end];
            for (column, (near, whose)) in near.iter_mut().zip(whose).enumerate() {
                let x = (west + (first + column) as f64) * step;
                let part = ((x - from[0]) * along[0] + (y - from[1]) * along[1]) * inverse;
                let part = part.clamp(0.0, 1.0);
                let off = [x - from[0] - along[0] * part, y - from[1] - along[1] * part];
                let distance = off[0] * off[0] + off[1] * off[1];
                if distance < *near {
                    *near = distance;
                    *whose = number;
                }
            }
        }
    }

    /// Returns from where to where a row can be within the width of a straight line: no tighter than it is.
    fn columns_near(&self, [from, to]: [[f64; 2]; 2], y: f64) -> (f64, f64) {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        // The line's points that are no further than the width from the row, up or down.
        let rise = to[1] - from[1];
        let cut = |at: f64| {
            if rise.abs() < 1e-9 {
                [from[0], to[0]]
            } else {
                let parts = [at - self.width, at + self.width].map(|at| (at - from[1]) / rise);
                parts.map(|part| from[0] + (to[0] - from[0]) * part.clamp(0.0, 1.0))
            }
        };
        for x in cut(y) {
            low = low.min(x - self.width);
            high = high.max(x + self.width);
        }
        (low, high)
    }

    /// Collects the points of a block by their street.
    fn patches(&self, whose: &[u32], columns: usize, block: u32, found: &mut Found) {
        let mut points = [(0u32, 0u32, 0u32); (SIDE * SIDE) as usize];
        let mut count = 0;
        for row in 0..SIDE as usize {
            for (column, part) in whose[row * columns..][..SIDE as usize].iter().enumerate() {
                if *part != NOBODY {
                    let street = self.parts[*part as usize].street;
                    points[count] = (street, (row * SIDE as usize + column) as u32, *part);
                    count += 1;
                }
            }
        }
        let points = &mut points[..count];
        points.sort_unstable();
        let [column, row] = [
            i64::from(block) % self.lattice.size[0],
            i64::from(block) / self.lattice.size[0],
        ];
        for group in points.chunk_by(|one, other| one.0 == other.0) {
            let mut patch = Patch {
                block,
                first: found.offsets.len() as u32,
                points: 0,
            };
            for (_, bit, part) in group {
                patch.points |= 1 << bit;
                let at = [
                    (column * SIDE + i64::from(bit % SIDE as u32)) as f64,
                    (row * SIDE + i64::from(bit / SIDE as u32)) as f64,
                ];
                let position = self.lattice.position(at);
                found
                    .offsets
                    .push(self.parts[*part as usize].offset(position));
            }
            found.patches.push((group[0].0, patch));
        }
    }
}

impl Part {
    /// Returns the millimetres along the street of the point on this part that is nearest to a position.
    fn offset(&self, position: [f64; 2]) -> u32 {
        let [from, to] = self.ends;
        let along = [to[0] - from[0], to[1] - from[1]];
        let length = along[0].hypot(along[1]);
        let dot = (position[0] - from[0]) * along[0] + (position[1] - from[1]) * along[1];
        let gone = if length > 0.0 { dot / length } else { 0.0 };
        let metres = self.before + gone.clamp(0.0, length);
        ((metres * 1000.0).round() as u32).min(self.whole)
    }
}
