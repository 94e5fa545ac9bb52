//! A queue that gives the cheapest first: a heap in which every entry has four below it, all in one line of the processor's cache.
//!
//! It has no way to change an entry: what was put in twice comes out twice, and the dearer is passed over by whoever asked.

use crate::units::Cost;

/// How many entries lie below each.
const BELOW: usize = 4;

/// A queue of nodes by cost.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    entries: Vec<(Cost, u32)>,
}

impl Queue {
    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Returns the least cost, or infinity where nothing is left.
    pub(super) fn least(&self) -> Cost {
        self.entries.first().map_or(Cost::INFINITY, |entry| entry.0)
    }

    pub(super) fn push(&mut self, cost: Cost, node: u32) {
        let mut place = self.entries.len();
        self.entries.push((cost, node));
        while place > 0 {
            let above = (place - 1) / BELOW;
            if self.entries[above].0 <= cost {
                break;
            }
            self.entries[place] = self.entries[above];
            place = above;
        }
        self.entries[place] = (cost, node);
    }

    pub(super) fn pop(&mut self) -> Option<(Cost, u32)> {
        let last = self.entries.pop()?;
        let Some(first) = self.entries.first().copied() else {
            return Some(last);
        };
        let mut place = 0;
        loop {
            let start = place * BELOW + 1;
            let end = (start + BELOW).min(self.entries.len());
            let below = self.entries.get(start..end).unwrap_or_default();
            let least = (start..).zip(below).min_by_key(|(_, entry)| entry.0);
            let Some((next, entry)) = least.filter(|(_, entry)| entry.0 < last.0) else {
                break;
            };
            self.entries[place] = *entry;
            place = next;
        }
        self.entries[place] = last;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;
    use crate::units::Cost;

    #[test]
    fn comes_out_in_order_whatever_goes_in() {
        let mut queue = Queue::default();
        let mut number = 1u32;
        let mut left = Vec::new();
        for step in 0..2000 {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if number % 3 < 2 {
                let cost = Cost::new(number >> 24, 0);
                queue.push(cost, step);
                left.push((cost, step));
            } else {
                let least = left.iter().map(|entry| entry.0).min();
                assert_eq!(queue.least().finite(), least);
                let out = queue.pop();
                assert_eq!(out.map(|entry| entry.0), least);
                left.retain(|entry| Some(*entry) != out);
            }
        }
        let mut before = Cost::ZERO;
        while let Some(entry) = queue.pop() {
            assert!(before <= entry.0 && left.contains(&entry));
            left.retain(|other| *other != entry);
            before = entry.0;
        }
        assert!(left.is_empty() && queue.least() == Cost::INFINITY);
    }
}
