//! Things in numbered groups, in two flat arrays: where each group begins, and the things group after group.

/// Things grouped by a number.
#[derive(Clone, Debug)]
pub(crate) struct Grouped<T> {
    /// For each group the place of its first thing, and one more for the end of the last group.
    pub(crate) first: Vec<u32>,
    pub(crate) items: Vec<T>,
}

impl<T: Copy + Default> Grouped<T> {
    /// Groups things, each given after the number of its group. Within a group they stay in the order given.
    pub(crate) fn new(groups: usize, things: impl Iterator<Item = (u32, T)> + Clone) -> Self {
        let first = starts(groups, things.clone().map(|thing| thing.0));
        let mut next = first.clone();
        let mut items = vec![T::default(); first[groups] as usize];
        for (group, thing) in things {
            let place = &mut next[group as usize];
            items[*place as usize] = thing;
            *place += 1;
        }
        Self { first, items }
    }
}

impl<T> Grouped<T> {
    /// Returns the things of a group.
    pub(crate) fn of(&self, group: usize) -> &[T] {
        &self.items[self.first[group] as usize..self.first[group + 1] as usize]
    }
}

/// Counts how many things are in each group and finds where each begins, and one more for the end of the last.
pub(crate) fn starts(groups: usize, each: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut first = vec![0u32; groups + 1];
    for group in each {
        first[group as usize + 1] += 1;
    }
    for group in 0..groups {
        first[group + 1] += first[group];
    }
    first
}
