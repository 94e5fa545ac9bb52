//! An index of all stretches in plain arrays: a packed R-tree along Hilbert's curve.
//!
//! Kamel, I. and Faloutsos, C. (1993), On packing R-trees. Runs of a few stretches are put in the order of the curve, and eight by
//! eight they become a node, of which again eight become one, up to a single one. A node holds the boxes of what is below it side by
//! side, so that the processor looks at several at once. The boxes are rounded outwards to 32 bits; what is found is measured on the
//! network's own points, so the index decides what is looked at and never what is found.
//!
//! Nothing here points anywhere but by number: the arrays can be stored as they are.

#![allow(
    clippy::inline_always,
    reason = "what is not inlined is not compiled for the processor that was found"
)]

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::stretch::{Found, streets, stretches, takes_places};
use crate::array::{Array, ArrayReader, ArrayWriter};
use crate::curve::Curve;
use crate::network::{NetworkError, StreetNetwork};

/// How many boxes a node has.
const BELOW: usize = 8;

/// How many stretches a run has at most.
const RUN: usize = 4;

/// The boxes of a node: the least ordinates east of all, the least north, the greatest east, the greatest north.
type Node = [f32; 4 * BELOW];

/// A box that nothing is in.
const EMPTY: [f32; 4] = [
    f32::INFINITY,
    f32::INFINITY,
    f32::NEG_INFINITY,
    f32::NEG_INFINITY,
];

/// More levels than there are with as many runs as a number holds.
const LEVELS: usize = 12;

/// Finds the nearest stretch of a network. See [`Snapper`](super::Snapper), which asks it.
///
/// Invariants: `nodes` holds the levels one after the other, the single node at the top first; the box of a node contains every box
/// of the eight nodes or runs with its number times eight and after on the next level, and a run's box its stretches.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SnapIndex {
    /// For each run the place of its first point and of its last among the network's points, and its street.
    pub(super) runs: Array<[u32; 3]>,
    pub(super) nodes: Array<Node>,
}

impl SnapIndex {
    /// Indexes the stretches of a network on all threads of the pool, ferries and motorways left out. Any number of threads makes the
    /// same index.
    pub(crate) fn new(network: &StreetNetwork) -> Self {
        let unordered = runs(network);
        let points = network.points();
        let boxes: Vec<[f32; 4]> = unordered
            .par_iter()
            .map(|[first, last, _]| around(&points[*first as usize..=*last as usize]))
            .collect();
        let curve = Curve::over(boxes.iter().map(middle));
        let mut order: Vec<u64> = (0u64..)
            .zip(&boxes)
            .map(|(run, its)| u64::from(curve.place(middle(its))) << 32 | run)
            .collect();
        order.par_sort_unstable();
        let run = |key: &u64| *key as u32 as usize;
        let mut level: Vec<[f32; 4]> = order.par_iter().map(|key| boxes[run(key)]).collect();
        let mut levels = Vec::new();
        while !level.is_empty() {
            levels.push(level.par_chunks(BELOW).map(node).collect::<Vec<Node>>());
            if level.len() <= BELOW {
                break;
            }
            level = level.par_chunks(BELOW).map(all_of).collect();
        }
        Self {
            runs: order.iter().map(|key| unordered[run(key)]).collect(),
            nodes: levels.into_iter().rev().flatten().collect(),
        }
    }

    /// Stores the arrays.
    pub(crate) fn store(&self, to: &mut ArrayWriter) {
        to.put(&self.runs);
        to.put(&self.nodes);
    }

    /// Takes stored arrays back. Looks at their lengths alone.
    pub(crate) fn load(from: &mut ArrayReader) -> Result<Self, NetworkError> {
        let index = Self {
            runs: from.take()?,
            nodes: from.take()?,
        };
        if Levels::of(index.runs.len()).nodes == index.nodes.len() {
            Ok(index)
        } else {
            Err(NetworkError::Damaged {
                what: "the index of its streets is not whole",
            })
        }
    }

    /// Returns the box around all that places are put on: west, south, east and north. Nothing where there is nothing.
    pub(crate) fn extent(&self) -> Option<[f32; 4]> {
        self.nodes.first().map(whole)
    }

    /// Says whether it is that of a network. For an index read from disk.
    pub(crate) fn fits(&self, network: &StreetNetwork) -> bool {
        let within = |[first, last, street]: &[u32; 3]| {
            (*street as usize) < network.street_count() && first < last && {
                let points = network.point_range(*street as usize);
                points.start <= *first as usize && (*last as usize) < points.end
            }
        };
        // Boxes of nothing keep a search from what is not there, so each has to be what it was.
        Levels::of(self.runs.len()).nodes == self.nodes.len()
            && self.runs.iter().all(within)
            && *self == Self::new(network)
    }

    /// Finds the stretch nearest to a position that is two numbers, the first of several as near. `hint` is any run, the better the
    /// nearer. Returns nothing where all are further away than numbers go; and the run, as the hint for a position near by.
    pub(super) fn nearest(
        &self,
        network: &StreetNetwork,
        position: [f64; 2],
        hint: Option<u32>,
        arch: Arch,
    ) -> (Found, Option<u32>) {
        let mut search = Search {
            index: self,
            network,
            position,
            best: Found::NONE,
            run: None,
        };
        if let Some(run) = hint {
            search.look_at(run as usize);
        }
        arch.dispatch(Descent(&mut search));
        (search.best, search.run)
    }

    /// Returns the curve along which positions are best asked about.
    pub(super) fn curve(&self) -> Curve {
        let top = self.nodes.first().map(whole);
        let corners = top.map(|[west, south, east, north]| {
            [[west, south], [east, north]].map(|point| point.map(f64::from))
        });
        Curve::over(corners.into_iter().flatten())
    }
}

/// Where the levels of an index lie, the top one first.
struct Levels {
    first: [usize; LEVELS],
    count: usize,
    /// How many nodes there are on all together.
    nodes: usize,
}

impl Levels {
    fn of(runs: usize) -> Self {
        let mut sizes = [0; LEVELS];
        let (mut count, mut below) = (0, runs);
        while below > 0 && count < LEVELS {
            below = below.div_ceil(BELOW);
            sizes[count] = below;
            count += 1;
            if below == 1 {
                break;
            }
        }
        let (mut first, mut nodes) = ([0; LEVELS], 0);
        for (level, size) in sizes[..count].iter().rev().enumerate() {
            first[level] = nodes;
            nodes += size;
        }
        Self {
            first,
            count,
            nodes,
        }
    }
}

/// A search for what is nearest to one position.
struct Search<'a> {
    index: &'a SnapIndex,
    network: &'a StreetNetwork,
    position: [f64; 2],
    best: Found,
    run: Option<u32>,
}

/// A search as it is handed to the code for one processor.
struct Descent<'a, 'b>(&'a mut Search<'b>);

impl WithSimd for Descent<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.0.descend();
    }
}

impl Search<'_> {
    /// Looks at what is below every node, the nearest box first, as long as a box is no further away than what was found.
    ///
    /// A box is never told to be further away than a stretch in it: both are worked out by the same steps, each of which keeps order.
    #[inline(always)]
    fn descend(&mut self) {
        let levels = Levels::of(self.index.runs.len());
        // For each level the node that is looked below, and how far those of its boxes are that were not looked into.
        let (mut nodes, mut left) = ([0; LEVELS], [[f64::INFINITY; BELOW]; LEVELS]);
        let mut level = 0;
        if let Some(top) = self.index.nodes.first() {
            left[0] = squares(top, self.position);
        }
        loop {
            let (least, place) = least(&left[level]);
            if least > self.best.squared || least.is_infinite() {
                if level == 0 {
                    return;
                }
                level -= 1;
                continue;
            }
            left[level][place] = f64::INFINITY;
            let below = nodes[level] * BELOW + place;
            if level + 1 == levels.count {
                self.look_at(below);
            } else {
                level += 1;
                nodes[level] = below;
                let node = &self.index.nodes[levels.first[level] + below];
                left[level] = squares(node, self.position);
            }
        }
    }

    #[inline(always)]
    fn look_at(&mut self, run: usize) {
        let [first, last, street] = self.index.runs[run];
        let points = first as usize..last as usize + 1;
        let before = self.best.point;
        for found in stretches(self.network, street, points, self.position) {
            self.best.take(found);
        }
        if self.best.point != before {
            self.run = Some(run as u32);
        }
    }
}

/// Returns the least of some numbers and its place.
#[inline(always)]
fn least(numbers: &[f64; BELOW]) -> (f64, usize) {
    let (mut least, mut place) = (f64::INFINITY, 0);
    for (other, number) in numbers.iter().enumerate() {
        if *number < least {
            (least, place) = (*number, other);
        }
    }
    (least, place)
}

/// Returns the square of how far each box of a node is.
#[inline(always)]
fn squares(node: &Node, [x, y]: [f64; 2]) -> [f64; BELOW] {
    let mut squares = [0.0; BELOW];
    for (place, square) in squares.iter_mut().enumerate() {
        let east = outside(node[place], node[2 * BELOW + place], x);
        let north = outside(node[BELOW + place], node[3 * BELOW + place], y);
        *square = east * east + north * north;
    }
    squares
}

/// Returns how far a number is outside two others.
#[inline(always)]
fn outside(least: f32, most: f32, number: f64) -> f64 {
    // Plain comparisons, for which processors have an instruction; nothing here is not a number.
    let greater = |one: f64, other: f64| if one > other { one } else { other };
    greater(
        greater(f64::from(least) - number, number - f64::from(most)),
        0.0,
    )
}

/// Cuts every open street into runs of about the same number of stretches.
fn runs(network: &StreetNetwork) -> Vec<[u32; 3]> {
    let mut runs = Vec::new();
    for (street, points) in streets(network, takes_places) {
        let count = points.len().saturating_sub(1);
        let parts = count.div_ceil(RUN);
        let cut = |part: usize| (points.start + count * part / parts) as u32;
        runs.extend((0..parts).map(|part| [cut(part), cut(part + 1), street]));
    }
    runs
}

/// Returns the box of some points, rounded outwards.
fn around(points: &[[f64; 2]]) -> [f32; 4] {
    let mut around = EMPTY;
    for point in points {
        for axis in [0, 1] {
            // A point worked out between two ends may lie beyond both by the last figure of its number.
            let beyond = point[axis].abs() * 1e-14;
            around[axis] = around[axis].min(down(point[axis] - beyond));
            around[axis + 2] = around[axis + 2].max(-down(-(point[axis] + beyond)));
        }
    }
    around
}

/// Rounds down.
fn down(number: f64) -> f32 {
    let near = number as f32;
    if f64::from(near) > number {
        near.next_down()
    } else {
        near
    }
}

/// Returns the box around some.
fn all_of(some: &[[f32; 4]]) -> [f32; 4] {
    some.iter().fold(EMPTY, |all, one| {
        [
            all[0].min(one[0]),
            all[1].min(one[1]),
            all[2].max(one[2]),
            all[3].max(one[3]),
        ]
    })
}

fn middle(around: &[f32; 4]) -> [f64; 2] {
    [0, 1].map(|axis| f64::midpoint(f64::from(around[axis]), f64::from(around[axis + 2])))
}

/// Puts boxes side by side.
fn node(some: &[[f32; 4]]) -> Node {
    std::array::from_fn(|place| some.get(place % BELOW).unwrap_or(&EMPTY)[place / BELOW])
}

/// Returns the box around a node.
fn whole(node: &Node) -> [f32; 4] {
    let boxes: [[f32; 4]; BELOW] =
        std::array::from_fn(|place| std::array::from_fn(|side| node[side * BELOW + place]));
    all_of(&boxes)
}
