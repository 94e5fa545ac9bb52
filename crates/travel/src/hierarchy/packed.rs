//! A cost in two halves, so that what has one beside a few numbers takes no room for being aligned.

use crate::units::Cost;

/// A [`Cost`] that may stand at any multiple of four bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Packed {
    milliseconds: u32,
    millimetres: u32,
}

impl Packed {
    pub(super) fn new(cost: Cost) -> Self {
        Self {
            milliseconds: cost.milliseconds(),
            millimetres: cost.millimetres(),
        }
    }

    pub(super) fn cost(self) -> Cost {
        Cost::new(self.milliseconds, self.millimetres)
    }
}
