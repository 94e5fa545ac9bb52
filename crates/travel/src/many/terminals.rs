//! Where journeys begin or end: for each point the positions of the hierarchy it hangs on, with what it costs to get there.
//!
//! A node hangs on itself; a point on a street on the nodes that one leaves by, or comes from. It does not know which.

use crate::units::Cost;

use super::lanes::is_long;

/// Points, each as some positions with costs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terminals {
    first: Vec<u32>,
    hooks: Vec<(u32, Cost)>,
}

impl Terminals {
    /// Collects points, each as its positions with costs.
    pub(crate) fn new<P: Iterator<Item = (u32, Cost)>>(points: impl Iterator<Item = P>) -> Self {
        let mut terminals = Self {
            first: vec![0],
            hooks: Vec::new(),
        };
        for point in points {
            terminals.hooks.extend(point);
            terminals.first.push(terminals.hooks.len() as u32);
        }
        terminals
    }

    /// Returns the number of points.
    pub(crate) fn len(&self) -> usize {
        self.first.len() - 1
    }

    /// Returns the positions of a point, with costs.
    #[inline(always)]
    pub(crate) fn hooks(&self, point: usize) -> &[(u32, Cost)] {
        &self.hooks[self.first[point] as usize..self.first[point + 1] as usize]
    }

    /// Returns some of the points, in the order given, with other numbers for their positions.
    pub(crate) fn picked(&self, order: &[u32], number: impl Fn(u32) -> u32) -> Self {
        Self::new(order.iter().map(|point| {
            let hooks = self.hooks(*point as usize).iter();
            hooks.map(|(position, cost)| (number(*position), *cost))
        }))
    }

    /// Says whether a point is so far from its positions that the distance may spill over in an addition.
    pub(crate) fn any_long(&self) -> bool {
        self.hooks.iter().any(|(_, cost)| is_long(*cost))
    }

    /// Sorts places of points so that neighbours in the hierarchy stand together; a point on no position comes last.
    pub(crate) fn sort(&self, places: &mut [u32]) {
        let key = |place: &u32| {
            let lowest = self.hooks(*place as usize).iter().map(|hook| hook.0).max();
            (lowest.unwrap_or(u32::MAX), *place)
        };
        places.sort_unstable_by_key(key);
    }
}
