//! Follows the edges of sets of lattice points.
//!
//! Wherever a point that is in stands beside one that is out, there is a gate between them: an outline passes through every gate, and
//! nowhere else between points. Outlines are followed with what is in on the left, so that an outer ring goes anticlockwise and a
//! hole clockwise. Of four points of which two opposite ones are in, these are not joined.
//!
//! It knows neither metres nor streets.

use super::surroundings::SIDE;

/// East, north, west and south.
const STEPS: [[i32; 2]; 4] = [[1, 0], [0, 1], [-1, 0], [0, -1]];
const EAST: u8 = 0;
pub(super) const WEST: u8 = 2;
pub(super) const NONE: u32 = u32::MAX;
const SHIFT: u32 = SIDE.trailing_zeros();
const LAST: u32 = SIDE as u32 - 1;
/// The first column of a block.
const FIRST_COLUMN: u64 = 0x0101_0101_0101_0101;

/// Where an outline passes from between two points to between the next two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gate {
    /// The point that is in.
    pub(super) at: [u32; 2],
    /// On which of its sides the point lies that is out.
    pub(super) side: u8,
    /// The bands whose outlines pass here: a bit each.
    pub(super) bands: u32,
    /// Whether outlines of several bands may part between here and the next gate, though all pass through both.
    pub(super) forks: bool,
}

impl Gate {
    /// Returns the step from the point that is in to the one that is out.
    pub(super) fn step(&self) -> [i32; 2] {
        STEPS[self.side as usize]
    }
}

/// Sets of lattice points, each of which holds the one before: for each band its blocks of eight by eight points, row by row.
pub(super) struct Board<'a> {
    pub(super) bands: &'a [Vec<u64>],
    /// Blocks in a row.
    pub(super) wide: usize,
}

impl Board<'_> {
    /// Returns the block and the bit of a point.
    pub(super) fn place(&self, at: [u32; 2]) -> (usize, u32) {
        let block = (at[1] >> SHIFT) as usize * self.wide + (at[0] >> SHIFT) as usize;
        (block, ((at[1] & LAST) << SHIFT) | (at[0] & LAST))
    }

    #[inline]
    fn has(&self, band: usize, at: [u32; 2]) -> bool {
        let (block, bit) = self.place(at);
        (self.bands[band][block] >> bit) & 1 == 1
    }

    /// Returns the points of a block that are in while the one to the west of them is out.
    fn western(&self, band: usize, block: usize) -> u64 {
        let here = self.bands[band][block];
        if here == 0 {
            return 0;
        }
        let west = self.bands[band][block - 1];
        let beside = ((here << 1) & !FIRST_COLUMN) | ((west >> LAST) & FIRST_COLUMN);
        here & !beside
    }

    /// Returns the bands whose outlines pass between two points.
    #[inline]
    fn between(&self, inner: [u32; 2], outer: [u32; 2]) -> u32 {
        if self.bands.len() == 1 {
            return 1;
        }
        let mut bands = 0;
        for band in 0..self.bands.len() {
            let passes = self.has(band, inner) && !self.has(band, outer);
            bands |= u32::from(passes) << band;
        }
        bands
    }

    #[inline]
    fn gate(&self, at: [u32; 2], side: u8) -> Gate {
        let bands = self.between(at, moved(at, side));
        Gate {
            at,
            side,
            bands,
            forks: false,
        }
    }

    /// Says whether of four points, given in a round, some band has two opposite ones alone.
    fn forks(&self, points: [[u32; 2]; 4]) -> bool {
        (0..self.bands.len()).any(|band| {
            let has = points.map(|point| self.has(band, point));
            has[0] == has[2] && has[1] == has[3] && has[0] != has[1]
        })
    }

    /// Returns the gate after one, on the outline of a band, having noted at that one whether outlines may part on the way.
    #[inline]
    fn next(&self, band: usize, gate: &mut Gate) -> Gate {
        let ahead = (gate.side + 1) % 4;
        let inner = moved(gate.at, ahead);
        let outer = moved(inner, gate.side);
        if self.bands.len() > 1 {
            gate.forks = self.forks([gate.at, moved(gate.at, gate.side), outer, inner]);
        }
        if !self.has(band, inner) {
            return self.gate(gate.at, ahead);
        }
        if self.has(band, outer) {
            self.gate(outer, (ahead + 2) % 4)
        } else {
            self.gate(inner, gate.side)
        }
    }
}

/// Returns the point beside one.
#[inline]
pub(super) fn moved(at: [u32; 2], side: u8) -> [u32; 2] {
    let step = STEPS[side as usize];
    [
        at[0].wrapping_add_signed(step[0]),
        at[1].wrapping_add_signed(step[1]),
    ]
}

/// What is known of a ring.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ring {
    /// Whether it is the edge of a hole.
    pub(super) is_hole: bool,
    /// The point that is in at its westernmost gate.
    pub(super) west: [u32; 2],
}

/// Points of a block with a gate on their western side, on one ring.
#[derive(Clone, Copy, Debug)]
struct Visit {
    points: u64,
    ring: u32,
    next: u32,
}

/// Follows all rings of a band. Its room is used again.
#[derive(Debug, Default)]
pub(super) struct Tracer {
    /// For each block the points whose western gates have been passed.
    passed: Vec<u64>,
    /// For each block the last of its visits.
    last: Vec<u32>,
    visits: Vec<Visit>,
    gates: Vec<Gate>,
    pub(super) rings: Vec<Ring>,
}

impl Tracer {
    /// Makes room for so many blocks.
    pub(super) fn new(blocks: usize) -> Self {
        Self {
            passed: vec![0; blocks],
            last: vec![NONE; blocks],
            ..Self::default()
        }
    }

    /// Follows the rings of a band within a range of blocks, and hands on the gates of each. `known` says of a block which points with a
    /// gate on their western side are on rings that need not be followed.
    pub(super) fn run(
        &mut self,
        board: &Board<'_>,
        band: usize,
        blocks: std::ops::Range<usize>,
        known: impl Fn(usize) -> u64,
        mut each: impl FnMut(&Ring, &[Gate]),
    ) {
        self.rings.clear();
        self.visits.clear();
        self.passed[blocks.clone()].fill(0);
        self.last[blocks.clone()].fill(NONE);
        for block in blocks {
            let mut western = board.western(band, block);
            if western == 0 {
                continue;
            }
            western &= !known(block);
            loop {
                let left = western & !self.passed[block];
                if left == 0 {
                    break;
                }
                let bit = left.trailing_zeros();
                let corner =
                    [block % board.wide, block / board.wide].map(|at| (at as u32) << SHIFT);
                let at = [corner[0] + (bit & LAST), corner[1] + (bit >> SHIFT)];
                let ring = self.follow(board, band, at);
                each(&ring, &self.gates);
            }
        }
    }

    /// Follows the ring through the gate to the west of a point.
    fn follow(&mut self, board: &Board<'_>, band: usize, at: [u32; 2]) -> Ring {
        let ring = self.rings.len() as u32;
        let first = board.gate(at, WEST);
        let mut gate = first;
        let (mut west, mut least, mut is_hole) = (at, u32::MAX, false);
        self.gates.clear();
        loop {
            let next = board.next(band, &mut gate);
            self.gates.push(gate);
            if gate.side == WEST {
                self.pass(board.place(gate.at), ring);
            }
            if gate.side == WEST || gate.side == EAST {
                let column = gate.at[0] - u32::from(gate.side == WEST);
                if column < least {
                    (least, west, is_hole) = (column, gate.at, gate.side == EAST);
                }
            }
            if next.at == first.at && next.side == first.side {
                break;
            }
            gate = next;
        }
        let ring = Ring { is_hole, west };
        self.rings.push(ring);
        ring
    }

    fn pass(&mut self, (block, bit): (usize, u32), ring: u32) {
        let point = 1 << bit;
        self.passed[block] |= point;
        let last = &mut self.last[block];
        if *last != NONE && self.visits[*last as usize].ring == ring {
            self.visits[*last as usize].points |= point;
            return;
        }
        self.visits.push(Visit {
            points: point,
            ring,
            next: *last,
        });
        *last = self.visits.len() as u32 - 1;
    }

    /// Returns for each ring the outer ring that it belongs to: itself, or the one around the hole; [`NONE`] for a known hole that is not
    /// there. Known holes come after the rings that were followed: `known` gives the point that is in at their westernmost gate, where
    /// they are there, and `known_at` the known hole that a point's western gate is on.
    ///
    /// West of a hole's westernmost gate the first gate is on the outer ring, or on another hole of it that begins further west.
    pub(super) fn outer_rings(
        &self,
        board: &Board<'_>,
        band: usize,
        known: &[Option<[u32; 2]>],
        known_at: impl Fn(usize, u64) -> Option<u32>,
    ) -> Vec<u32> {
        let followed = self.rings.len();
        let west = |ring: u32| match self.rings.get(ring as usize) {
            Some(ring) => ring.is_hole.then_some(ring.west),
            None => known[ring as usize - followed],
        };
        let mut outer = vec![NONE; followed + known.len()];
        let mut path = Vec::new();
        for ring in 0..outer.len() as u32 {
            if ring as usize >= followed && west(ring).is_none() {
                continue;
            }
            let mut at = ring;
            while let Some(point) = west(at).filter(|_| outer[at as usize] == NONE) {
                path.push(at);
                let (block, point) = gate_west_of(board, band, point);
                let hole = || Some(followed as u32 + known_at(block, point)?);
                match self.ring_at(block, point).or_else(hole) {
                    Some(ring) => at = ring,
                    None => break,
                }
            }
            if outer[at as usize] == NONE {
                outer[at as usize] = at;
            }
            let found = outer[at as usize];
            for ring in path.drain(..) {
                outer[ring as usize] = found;
            }
        }
        outer
    }

    /// Returns the ring that was followed through a point's western gate.
    fn ring_at(&self, block: usize, point: u64) -> Option<u32> {
        let mut visit = self.last[block];
        while visit != NONE {
            let here = self.visits[visit as usize];
            if here.points & point != 0 {
                return Some(here.ring);
            }
            visit = here.next;
        }
        None
    }
}

/// Returns the first point with a western gate at a point or to the west of it: its block and bit.
fn gate_west_of(board: &Board<'_>, band: usize, at: [u32; 2]) -> (usize, u64) {
    let (mut block, bit) = board.place(at);
    let row = u64::from(0xff_u8) << (bit & !LAST);
    let mut points = board.western(band, block) & row & (u64::MAX >> (63 - bit));
    while points == 0 {
        block -= 1;
        points = board.western(band, block) & row;
    }
    (block, 1 << points.ilog2())
}
