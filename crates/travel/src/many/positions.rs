//! A set of positions that gives back the last one first: what a climb has yet to look at.
//!
//! Bits in layers, each layer saying which words of the one below are not empty, so that neither putting in nor taking out has to
//! compare positions with each other. It holds nothing but positions.

const WORD: u32 = u64::BITS;

/// A set of numbers below a bound.
#[derive(Debug)]
pub(crate) struct Positions {
    /// The numbers themselves, then their words, then the words of those; the last layer is one word.
    layers: Vec<Vec<u64>>,
}

impl Positions {
    /// Makes an empty set for numbers below `bound`.
    pub(crate) fn below(bound: usize) -> Self {
        let mut layers = Vec::new();
        let mut words = bound;
        loop {
            words = words.div_ceil(WORD as usize).max(1);
            layers.push(vec![0u64; words]);
            if words == 1 {
                return Self { layers };
            }
        }
    }

    /// Puts a number in.
    #[inline(always)]
    pub(crate) fn insert(&mut self, position: u32) {
        let mut place = position;
        for layer in &mut self.layers {
            let word = &mut layer[(place / WORD) as usize];
            let was_empty = *word == 0;
            *word |= 1 << (place % WORD);
            if !was_empty {
                return;
            }
            place /= WORD;
        }
    }

    /// Takes the largest number out.
    #[inline(always)]
    pub(crate) fn pop(&mut self) -> Option<u32> {
        let mut place = 0u32;
        for layer in self.layers.iter().rev() {
            // Empty at the topmost layer only.
            let last = layer[place as usize].checked_ilog2()?;
            place = place * WORD + last;
        }
        let found = place;
        for layer in &mut self.layers {
            let word = &mut layer[(place / WORD) as usize];
            *word &= !(1 << (place % WORD));
            if *word != 0 {
                break;
            }
            place /= WORD;
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::Positions;

    proptest! {
        #[test]
        fn it_gives_back_what_a_sorted_set_would(
            steps in prop::collection::vec(prop::option::of(0u32..300_000), 0..400),
            bound in prop::sample::select(vec![1usize, 63, 64, 65, 4096, 4097, 300_000]),
        ) {
            let mut positions = Positions::below(bound);
            let mut sorted = BTreeSet::new();
            for step in steps {
                if let Some(position) = step {
                    let position = position % bound as u32;
                    positions.insert(position);
                    sorted.insert(position);
                } else {
                    prop_assert_eq!(positions.pop(), sorted.pop_last());
                }
            }
            while let Some(last) = sorted.pop_last() {
                prop_assert_eq!(positions.pop(), Some(last));
            }
            prop_assert_eq!(positions.pop(), None);
        }
    }

    #[test]
    fn nothing_is_in_an_empty_set() {
        assert_eq!(Positions::below(0).pop(), None);
    }
}
