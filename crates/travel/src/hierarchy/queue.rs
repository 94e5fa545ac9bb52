//! A queue that gives the earliest first: a heap in which every entry has four below it. An entry is one number, time above and the
//! complement of the position below, so that one comparison decides and the four lie in half a line of the processor's cache.
//!
//! It has no way to change an entry: what was put in twice comes out twice, and the later is passed over by whoever asked.

/// How many entries lie below each.
const BELOW: usize = 4;

/// A queue of positions by time.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    entries: Vec<u64>,
}

impl Queue {
    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Returns the least time in milliseconds, if anything is left.
    #[inline]
    pub(super) fn least(&self) -> Option<u32> {
        self.entries.first().map(|entry| (entry >> 32) as u32)
    }

    /// Puts in a position that is reached after so many milliseconds.
    #[allow(clippy::inline_always, reason = "the loop of a search is nothing else")]
    #[inline(always)]
    pub(super) fn push(&mut self, milliseconds: u32, position: u32) {
        let entry = u64::from(milliseconds) << 32 | u64::from(!position);
        let mut place = self.entries.len();
        self.entries.push(entry);
        while place > 0 {
            let above = (place - 1) / BELOW;
            if self.entries[above] <= entry {
                break;
            }
            self.entries[place] = self.entries[above];
            place = above;
        }
        self.entries[place] = entry;
    }

    /// Takes out the position of the least time; of several, that of the greatest number.
    ///
    /// Arcs that climb lead to smaller positions, so what takes no time to get to comes after what leads to it, and is settled once.
    #[allow(clippy::inline_always, reason = "the loop of a search is nothing else")]
    #[inline(always)]
    pub(super) fn pop(&mut self) -> Option<(u32, u32)> {
        let last = self.entries.pop()?;
        let Some(first) = self.entries.first().copied() else {
            return Some(halves(last));
        };
        let mut place = 0;
        loop {
            let start = place * BELOW + 1;
            let below = self.entries.get(start..start + BELOW);
            let (next, least) = if let Some(below) = below {
                // As a tournament, which needs no jumps.
                let one = usize::from(below[1] < below[0]);
                let other = 2 + usize::from(below[3] < below[2]);
                let winner = if below[other] < below[one] {
                    other
                } else {
                    one
                };
                (start + winner, below[winner])
            } else {
                let below = self.entries.get(start..).unwrap_or_default();
                let least = (start..).zip(below).min_by_key(|(_, entry)| **entry);
                least.map_or((start, last), |(next, entry)| (next, *entry))
            };
            if least >= last {
                break;
            }
            self.entries[place] = least;
            place = next;
        }
        self.entries[place] = last;
        Some(halves(first))
    }
}

fn halves(entry: u64) -> (u32, u32) {
    ((entry >> 32) as u32, !(entry as u32))
}

#[cfg(test)]
mod tests {
    use super::Queue;

    #[test]
    fn comes_out_in_order_whatever_goes_in() {
        let mut queue = Queue::default();
        let mut number = 1u32;
        let mut left = Vec::new();
        for step in 0..2000 {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if number % 3 < 2 {
                let time = number >> 24;
                queue.push(time, step);
                left.push((time, step));
            } else {
                let least = left
                    .iter()
                    .min_by_key(|entry| (entry.0, u32::MAX - entry.1))
                    .copied();
                assert_eq!(queue.least(), least.map(|entry| entry.0));
                let out = queue.pop();
                assert_eq!(out, least);
                left.retain(|entry| Some(*entry) != out);
            }
        }
        left.sort_unstable_by_key(|entry| (entry.0, u32::MAX - entry.1));
        for entry in left {
            assert_eq!(queue.pop(), Some(entry));
        }
        assert_eq!((queue.pop(), queue.least()), (None, None));
    }
}
