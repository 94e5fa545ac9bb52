//! The arcs of both directions of a hierarchy side by side, as a search between two points looks at them.
//!
//! The search up from a position also looks whether a way down to it is better, and most streets lead both ways: what it needs of a
//! position lies in one place, and is brought from memory at once.

use super::Hierarchy;
use super::packed::Packed;
use crate::units::Cost;

/// What leads between a position and a more important one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    pub(super) above: u32,
    /// Infinite where there is no arc.
    up: Packed,
    down: Packed,
}

impl Step {
    pub(super) fn up(&self) -> Cost {
        self.up.cost()
    }

    pub(super) fn down(&self) -> Cost {
        self.down.cost()
    }
}

/// The steps of every position.
#[derive(Debug)]
pub(super) struct Steps {
    first: Vec<u32>,
    steps: Vec<Step>,
}

impl Steps {
    pub(super) fn new(hierarchy: &Hierarchy) -> Self {
        let nodes = hierarchy.len() as u32;
        let mut first = Vec::with_capacity(hierarchy.len() + 1);
        let mut steps = Vec::with_capacity(hierarchy.up.middle.len());
        first.push(0);
        for position in 0..nodes {
            let mut down = hierarchy.down.arcs.arcs(position).peekable();
            let mut add = |above, up, down| {
                steps.push(Step {
                    above,
                    up: Packed::new(up),
                    down: Packed::new(down),
                });
            };
            for (above, up) in hierarchy.up.arcs.arcs(position) {
                while let Some((other, down)) = down.next_if(|arc| arc.0 < above) {
                    add(other, Cost::INFINITY, down);
                }
                let same = down.next_if(|arc| arc.0 == above);
                add(above, up, same.map_or(Cost::INFINITY, |arc| arc.1));
            }
            for (above, down) in down {
                add(above, Cost::INFINITY, down);
            }
            first.push(steps.len() as u32);
        }
        Self { first, steps }
    }

    pub(super) fn of(&self, position: u32) -> &[Step] {
        let place = position as usize;
        &self.steps[self.first[place] as usize..self.first[place + 1] as usize]
    }
}
