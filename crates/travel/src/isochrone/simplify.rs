//! Straightens outlines without letting them leave their gates.
//!
//! A straight line may go as far as it passes through every gate on the way, wherever between the gate's two points it does; then it
//! turns, on a gate. So the outline keeps every lattice point on its side, however much is straightened: rings cannot cross themselves
//! or one another, none is lost, and holes stay. Where outlines of several bands run together they are straightened as one, from where
//! they come together to where they part, so that they neither cross nor leave slivers. It is the greedy stabbing of a corridor's doors
//! (after Imai and Iri 1988), in time in proportion to the gates.

use super::tracing::Gate;

/// How near to its two points an outline passes a gate, as a part of the step between them: outlines through neighbouring gates never
/// touch, not even when they are rounded to centimetres.
const CLEAR: f64 = 0.1;

type Vector = [f64; 2];

fn minus(one: Vector, other: Vector) -> Vector {
    [one[0] - other[0], one[1] - other[1]]
}

/// Positive where the second vector points to the left of the first.
fn cross(one: Vector, other: Vector) -> f64 {
    one[0] * other[1] - one[1] * other[0]
}

/// Turns gates into lines. Positions are in steps from where the lattice's numbering begins.
pub(super) struct Straightener {
    /// The column and row of the lattice's first point.
    pub(super) first: [i64; 2],
}

impl Straightener {
    /// Adds the corners of a ring: at least three, the first not repeated.
    pub(super) fn ring(&self, gates: &[Gate], corners: &mut Vec<Vector>) {
        let count = gates.len();
        let fixed = |place: usize| {
            let (gate, after) = (gates[place], gates[(place + 1) % count]);
            let before = gates[(place + count - 1) % count];
            gate.forks || before.forks || gate.bands != after.bands || gate.bands != before.bands
        };
        // Without a place where outlines part, all that share the ring begin at the same gate anyway.
        let start = (0..count).find(|place| fixed(*place)).unwrap_or(0);
        let mut from = self.between(gates[start], 0.5);
        corners.push(from);
        let mut line = Line::new(from);
        for steps in 1..=count {
            let place = (start + steps) % count;
            let gate = gates[place];
            let is_fixed = place == start || fixed(place);
            let ends = if is_fixed {
                let middle = self.between(gate, 0.5);
                [middle, middle]
            } else {
                [CLEAR, 1.0 - CLEAR].map(|part| self.between(gate, part))
            };
            if !line.passes(ends) {
                from = line.turn();
                corners.push(from);
                line = Line::new(from);
                line.passes(ends);
            }
            if steps < count && is_fixed {
                from = ends[0];
                corners.push(from);
                line = Line::new(from);
            }
        }
    }

    /// Returns the point of a gate so far from the point that is in towards the one that is out.
    fn between(&self, gate: Gate, part: f64) -> Vector {
        let step = gate.step();
        [0, 1].map(|axis| {
            (i64::from(gate.at[axis]) + self.first[axis]) as f64 + f64::from(step[axis]) * part
        })
    }
}

/// A line from a corner on, and the directions that pass all gates so far.
struct Line {
    from: Vector,
    /// The leftmost and the rightmost direction.
    bounds: Option<[Vector; 2]>,
    /// The last gate that was passed.
    last: [Vector; 2],
}

impl Line {
    fn new(from: Vector) -> Self {
        Self {
            from,
            bounds: None,
            last: [from; 2],
        }
    }

    /// Narrows the directions to those that pass a gate too, given its left and right end, if there are any.
    fn passes(&mut self, ends: [Vector; 2]) -> bool {
        let [mut left, mut right] = ends.map(|end| minus(end, self.from));
        if let Some([leftmost, rightmost]) = self.bounds {
            if cross(leftmost, left) > 0.0 {
                left = leftmost;
            }
            if cross(rightmost, right) < 0.0 {
                right = rightmost;
            }
            if cross(right, left) < 0.0 {
                return false;
            }
        }
        self.bounds = Some([left, right]);
        self.last = ends;
        true
    }

    /// Returns the point of the last gate in the middle of what the directions leave of it.
    fn turn(&self) -> Vector {
        let Some(bounds) = self.bounds else {
            return self.from;
        };
        let [left, right] = self.last;
        let along = minus(right, left);
        let parts = bounds.map(|bound| {
            let slope = cross(bound, along);
            let part = cross(bound, minus(self.from, left)) / slope;
            if slope == 0.0 {
                0.5
            } else {
                part.clamp(0.0, 1.0)
            }
        });
        let part = f64::midpoint(parts[0], parts[1]);
        [left[0] + along[0] * part, left[1] + along[1] * part]
    }
}
