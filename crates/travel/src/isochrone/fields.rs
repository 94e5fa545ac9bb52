//! What can be known of outlines beforehand: holes between streets that are all reached.
//!
//! Where every street around a field is reached as a whole, the field's edge is the same whatever else is reached. In a town nearly
//! all of a large area's outline is of this kind, so it is followed and straightened once for a network and not for each question. A
//! field counts as known in a band only where all streets that have a say in its edge are in that band, and in each smaller band all of
//! them or none: otherwise outlines of two bands could run together for a part of the way.

use geo::Coord;

use super::simplify::Straightener;
use super::surroundings::{SIDE, Surroundings};
use super::tracing::{Board, Gate, Tracer, WEST, moved};
use crate::grouped::Grouped;

/// How much of a street is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Share {
    /// Nothing.
    None,
    /// A part.
    Part,
    /// All of it.
    Whole,
}

/// The holes that there are where all streets are reached.
#[derive(Clone, Debug)]
pub(super) struct Fields {
    /// For each block the points near any street.
    pub(super) near: Vec<u64>,
    /// For each hole where its streets begin, and one more.
    first_street: Vec<u32>,
    /// The streets that have a say in each hole's edge.
    streets: Vec<u32>,
    /// For each hole where its corners begin, and one more.
    first_corner: Vec<u32>,
    /// The corners of each hole, the first repeated at the end, in metres on the study's grid.
    corners: Vec<Coord<f64>>,
    /// For each hole the point beside it at its westernmost gate.
    west: Vec<[u32; 2]>,
    /// By block, points with a hole to the west of them, and the hole.
    marks: Grouped<(u64, u32)>,
}

impl Fields {
    /// Follows all holes of a ground.
    pub(super) fn of(ground: &Surroundings) -> Self {
        let whose = Whose::of(ground);
        let bands = [whose.near()];
        let blocks = bands[0].len();
        let board = Board {
            bands: &bands,
            wide: ground.lattice.size[0] as usize,
        };
        let straightener = Straightener::of(&ground.lattice);
        let mut fields = Self {
            near: Vec::new(),
            first_street: vec![0],
            streets: Vec::new(),
            first_corner: vec![0],
            corners: Vec::new(),
            west: Vec::new(),
            marks: Grouped::new(blocks, std::iter::empty()),
        };
        let (mut marks, mut corners, mut streets) = (Vec::new(), Vec::new(), Vec::new());
        let known = |_| 0;
        Tracer::new(blocks).run(&board, 0, 0..blocks, known, |ring, gates| {
            if ring.is_hole {
                mark(&board, fields.west.len() as u32, gates, &mut marks);
                corners.clear();
                straightener.ring(gates, &mut corners);
                streets.clear();
                whose.around(&board, gates, &mut streets);
                fields.add(ring.west, &corners, ground.lattice.step, &mut streets);
            }
        });
        marks.sort_unstable();
        let marks = marks.into_iter();
        let marks = marks.map(|(block, hole, points)| (block, (points, hole)));
        fields.marks = Grouped::new(blocks, marks);
        let [near] = bands;
        fields.near = near;
        fields
    }

    /// Adds a hole.
    fn add(&mut self, west: [u32; 2], corners: &[[f64; 2]], step: f64, streets: &mut Vec<u32>) {
        self.west.push(west);
        let closed = corners.iter().chain(corners.first());
        self.corners.extend(closed.map(|[x, y]| Coord {
            x: x * step,
            y: y * step,
        }));
        self.first_corner.push(self.corners.len() as u32);
        streets.sort_unstable();
        streets.dedup();
        self.streets.extend_from_slice(streets);
        self.first_street.push(self.streets.len() as u32);
    }

    /// Returns the number of holes.
    pub(super) fn len(&self) -> usize {
        self.west.len()
    }

    /// Returns the corners of a hole, the first repeated at the end.
    pub(super) fn corners(&self, hole: usize) -> &[Coord<f64>] {
        &self.corners[self.first_corner[hole] as usize..self.first_corner[hole + 1] as usize]
    }

    /// Returns the point beside a hole at its westernmost gate.
    pub(super) fn west(&self, hole: usize) -> [u32; 2] {
        self.west[hole]
    }

    /// Says how much of the streets around a hole is reached, given how much of each street is.
    pub(super) fn share(&self, hole: usize, shares: &[Share]) -> Share {
        let streets = self.first_street[hole] as usize..self.first_street[hole + 1] as usize;
        let mut streets = self.streets[streets]
            .iter()
            .map(|street| shares[*street as usize]);
        let Some(first) = streets.next().filter(|first| *first != Share::Part) else {
            return Share::Part;
        };
        if streets.all(|share| share == first) {
            first
        } else {
            Share::Part
        }
    }

    /// Lists the points of a block with a hole to the west of them, and the hole.
    pub(super) fn marks(&self, block: usize) -> &[(u64, u32)] {
        self.marks.of(block)
    }

    /// Returns the hole to the west of a point.
    pub(super) fn hole_at(&self, block: usize, point: u64) -> Option<u32> {
        let mut marks = self.marks(block).iter();
        let found = marks.find(|(points, _)| points & point != 0);
        found.map(|(_, hole)| *hole)
    }
}

/// Notes the points with a gate of a hole on their western side: block, hole and points.
fn mark(board: &Board<'_>, hole: u32, gates: &[Gate], marks: &mut Vec<(u32, u32, u64)>) {
    for gate in gates.iter().filter(|gate| gate.side == WEST) {
        let (block, bit) = board.place(gate.at);
        match marks.last_mut() {
            Some(last) if (last.0, last.1) == (block as u32, hole) => last.2 |= 1 << bit,
            _ => marks.push((block as u32, hole, 1 << bit)),
        }
    }
}

/// Which street each point snaps to, by block.
struct Whose(Grouped<(u64, u32)>);

impl Whose {
    fn of(ground: &Surroundings) -> Self {
        let streets = 0..ground.streets() as u32;
        let patches = streets.flat_map(|street| {
            let patches = ground.beside(street).iter();
            patches.map(move |patch| (patch.block, (patch.points, street)))
        });
        Self(Grouped::new(ground.lattice.blocks(), patches))
    }

    fn in_block(&self, block: usize) -> &[(u64, u32)] {
        self.0.of(block)
    }

    /// Returns for each block the points near any street.
    fn near(&self) -> Vec<u64> {
        let blocks = 0..self.0.first.len() - 1;
        let points = blocks.map(|block| {
            let patches = self.in_block(block).iter();
            patches.fold(0, |points, (more, _)| points | more)
        });
        points.collect()
    }

    /// Lists the streets of all points that are in beside a ring, again and again.
    fn around(&self, board: &Board<'_>, gates: &[Gate], streets: &mut Vec<u32>) {
        let mut add = |at| {
            let (block, bit) = board.place(at);
            let mut patches = self.in_block(block).iter();
            let whose = patches.find(|(points, _)| (points >> bit) & 1 == 1);
            let street = whose.map(|(_, street)| *street);
            streets.extend(street.filter(|street| streets.last() != Some(street)));
        };
        let nexts = gates.iter().cycle().skip(1);
        for (gate, next) in gates.iter().zip(nexts) {
            add(gate.at);
            // Round a corner to the right: the point ahead has no gate, but without it the ring would go another way.
            if next.side == (gate.side + 3) % 4 {
                add(moved(gate.at, (gate.side + 1) % 4));
            }
        }
    }
}

impl Straightener {
    /// Makes one for a lattice.
    pub(super) fn of(lattice: &super::surroundings::Lattice) -> Self {
        Self {
            first: lattice.first.map(|block| block * SIDE),
        }
    }
}
