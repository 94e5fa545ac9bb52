//! What is hidden, decided over all findings together before any figure is let through.
//!
//! Layers, tables and headlines are first laid out alike, as groups of [`Unit`]s (a feature, a row, a headline) with cells. The small
//! cells are hidden; then rules that each only ever hide more are repeated until none of them finds anything, so the order in which
//! they run cannot matter to whether they hold.
//!
//! What it deliberately does not do: see values. Apart from recognising the same mean in two places it looks at people only.

use std::collections::BTreeSet;

use catchment_core::findings::{Cell, Findings, Statistic, Value};

use crate::cells;
use crate::layout::{Group, Unit, groups_of};
use crate::policy::Policy;

/// Which cells and labels are hidden, in the order of [`Plan::of`]'s findings: of each their layers, their tables, and their headlines as one.
pub(crate) struct Plan {
    groups: Vec<Vec<Planned>>,
}

/// A unit once everything is decided.
struct Planned {
    hidden: Vec<bool>,
    /// Whether so many people are shown to be behind it that a word of theirs is nobody's own.
    bears_label: bool,
}

impl Plan {
    /// Plans what to hide.
    pub(crate) fn of(all: &[Findings<Value>], policy: &Policy) -> Self {
        let mut groups: Vec<Group<'_>> = all.iter().flat_map(groups_of).collect();
        for unit in groups.iter_mut().flat_map(|group| &mut group.units) {
            for (cell, hidden) in unit.cells.iter().zip(&mut unit.hidden) {
                *hidden = cell.is_some_and(|cell| cells::is_small(cell, policy));
            }
        }
        loop {
            let before = hidden_cells(&groups);
            for group in &mut groups {
                for unit in &mut group.units {
                    unit.follow_size();
                    unit.protect_parts(policy);
                    unit.protect_differences(policy);
                }
                group.protect_columns(policy);
            }
            hide_places_everywhere(&mut groups);
            hide_means_everywhere(&mut groups);
            if hidden_cells(&groups) == before {
                break;
            }
        }
        let planned = |unit: Unit<'_>| Planned {
            bears_label: !unit.is_hidden()
                && unit
                    .size_cell()
                    .is_some_and(|size| size.people >= policy.threshold()),
            hidden: unit.hidden,
        };
        let planned = |group: Group<'_>| group.units.into_iter().map(planned).collect();
        Self {
            groups: groups.into_iter().map(planned).collect(),
        }
    }

    /// Returns whether a cell is hidden. What the plan never saw is.
    pub(crate) fn hides(&self, group: usize, unit: usize, cell: usize) -> bool {
        let hidden = || self.groups.get(group)?.get(unit)?.hidden.get(cell).copied();
        hidden().unwrap_or(true)
    }

    /// Returns whether words that come from the people of a unit are hidden.
    pub(crate) fn hides_label(&self, group: usize, unit: usize) -> bool {
        let bears = || Some(self.groups.get(group)?.get(unit)?.bears_label);
        !bears().unwrap_or(false)
    }
}

fn hidden_cells(groups: &[Group<'_>]) -> usize {
    let units = groups.iter().flat_map(|group| &group.units);
    units
        .flat_map(|unit| &unit.hidden)
        .filter(|hidden| **hidden)
        .count()
}

impl Unit<'_> {
    fn follow_size(&mut self) {
        if self.is_hidden() {
            self.hide();
        }
    }

    /// Lists the counts of people other than the size.
    fn parts(&self) -> Vec<usize> {
        let is_part = |index: &usize| {
            Some(*index) != self.size
                && self.cells[*index].is_some_and(|cell| cell.statistic == Statistic::People)
        };
        (0..self.cells.len()).filter(is_part).collect()
    }

    /// Where the counts of a row add up to its size, hides as many as it takes that none can be found by subtraction.
    fn protect_parts(&mut self, policy: &Policy) {
        let Some(whole) = self.size_cell().filter(|_| !self.is_hidden()) else {
            return;
        };
        let parts = self.parts();
        let people = |index: &usize| self.cells[*index].map_or(0, |cell| cell.people);
        let sum: u64 = parts.iter().map(|index| u64::from(people(index))).sum();
        if parts.len() < 2 || whole.statistic != Statistic::People || sum != u64::from(whole.people)
        {
            return;
        }
        let weighed: Vec<(u32, bool)> = parts
            .iter()
            .map(|index| (people(index), self.hidden[*index]))
            .collect();
        for chosen in to_hide_as_well(&weighed, false, policy) {
            self.hidden[parts[chosen]] = true;
        }
    }

    /// Where counts are not rounded, hides counts and shares of a row that differ from its size, or from each other, by a few people:
    /// those few are a group of their own.
    ///
    /// Two counts rounded to 5 leave a difference of anything from 1 to 9, so there it is not needed.
    fn protect_differences(&mut self, policy: &Policy) {
        let Some(whole) = self.size_cell().filter(|_| !self.is_hidden()) else {
            return;
        };
        if policy.rounding_base() > 1 || whole.statistic != Statistic::People {
            return;
        }
        let counted = |cell: &Cell| match cell.statistic {
            Statistic::People => Some(cell.people),
            Statistic::Share if cell.people == whole.people => Some(cell.subset),
            _ => None,
        };
        let mut shown = BTreeSet::from([whole.people]);
        for index in 0..self.cells.len() {
            let count =
                self.cells[index].filter(|_| Some(index) != self.size && !self.hidden[index]);
            if let Some(count) = count.and_then(counted) {
                let few = |other: &u32| count > 0 && policy.is_small(count.abs_diff(*other));
                if shown.iter().any(few) {
                    self.hidden[index] = true;
                } else {
                    shown.insert(count);
                }
            }
        }
    }
}

impl Group<'_> {
    /// In every column of every parting, hides as many as it takes that none can be found by subtraction.
    fn protect_columns(&mut self, policy: &Policy) {
        let partitions = std::mem::take(&mut self.partitions);
        for partition in &partitions {
            let columns = partition
                .iter()
                .map(|unit| self.units[*unit].cells.len())
                .max();
            for column in 0..columns.unwrap_or(0) {
                self.protect_column(partition, column, policy);
            }
        }
        self.partitions = partitions;
    }

    fn protect_column(&mut self, partition: &[usize], column: usize, policy: &Policy) {
        let units: Vec<usize> = partition
            .iter()
            .copied()
            .filter(|unit| {
                let unit = &self.units[*unit];
                // Whoever a layer leaves out can be worked out, so it protects nobody; where it is small it needs protection itself.
                let counts =
                    |cell: &Option<_>| cell.is_some() && (!unit.left_out || unit.hidden[column]);
                unit.cells.get(column).is_some_and(counts)
            })
            .collect();
        let weighed: Vec<(u32, bool)> = units
            .iter()
            .map(|unit| {
                let unit = &self.units[*unit];
                (unit.cells[column].map_or(0, weight), unit.hidden[column])
            })
            .collect();
        for chosen in to_hide_as_well(&weighed, self.overlapping, policy) {
            let unit = &mut self.units[units[chosen]];
            unit.hidden[column] = true;
            unit.follow_size();
        }
    }
}

/// Returns the people that hiding a cell hides.
fn weight(cell: &Cell) -> u32 {
    match cell.statistic {
        Statistic::Share => cell.subset,
        _ => cell.people,
    }
}

/// Chooses the parts of one whole that must be hidden besides those that are, each part being its people and whether it is hidden.
///
/// Afterwards either no hidden part has anyone in it, or at least two are hidden and together they reach the threshold (where the
/// same people may be in several, one of them reaches it alone), or there is nobody left to hide. The fewest people go first, and of
/// two equal parts the one that comes first.
fn to_hide_as_well(parts: &[(u32, bool)], overlapping: bool, policy: &Policy) -> Vec<usize> {
    let inhabited = |hidden: bool| {
        parts
            .iter()
            .enumerate()
            .filter(move |(_, part)| part.1 == hidden && part.0 > 0)
            .map(|(index, part)| (part.0, index))
    };
    let mut hidden: Vec<u32> = inhabited(true).map(|(people, _)| people).collect();
    let mut shown: Vec<(u32, usize)> = inhabited(false).collect();
    shown.sort_unstable();
    let mut chosen = Vec::new();
    for (people, index) in shown {
        let together: u64 = if overlapping {
            hidden.iter().copied().max().unwrap_or(0).into()
        } else {
            hidden.iter().map(|people| u64::from(*people)).sum()
        };
        let safe = hidden.len() >= 2 && together >= u64::from(policy.threshold());
        if hidden.is_empty() || safe {
            break;
        }
        hidden.push(people);
        chosen.push(index);
    }
    chosen
}

/// Hides a place on every layer that counts the same thing, once it is hidden on one.
fn hide_places_everywhere(groups: &mut [Group<'_>]) {
    let units = groups.iter().flat_map(|group| &group.units);
    let hidden: BTreeSet<(&str, bool, &str)> = units
        .filter(|unit| unit.is_hidden())
        .filter_map(|unit| unit.place)
        .collect();
    for unit in groups.iter_mut().flat_map(|group| &mut group.units) {
        if unit.place.is_some_and(|place| hidden.contains(&place)) {
            unit.hide();
        }
    }
}

/// Hides a mean wherever the very same one appears: the same value of the same number of people is the same group.
fn hide_means_everywhere(groups: &mut [Group<'_>]) {
    let mut cells = BTreeSet::new();
    let mut sizes = BTreeSet::new();
    for unit in groups.iter().flat_map(|group| &group.units) {
        for (cell, hidden) in unit.cells.iter().zip(&unit.hidden) {
            let Some(print) = cell.and_then(fingerprint).filter(|_| *hidden) else {
                continue;
            };
            cells.insert(print);
            if unit.is_hidden() {
                sizes.insert(print);
            }
        }
    }
    for unit in groups.iter_mut().flat_map(|group| &mut group.units) {
        for index in 0..unit.cells.len() {
            let Some(print) = unit.cells[index].and_then(fingerprint) else {
                continue;
            };
            unit.hidden[index] |= cells.contains(&print);
            if sizes.contains(&print) {
                unit.hide();
            }
        }
    }
}

/// Returns what tells a mean from all others; nothing for counts and shares, which are often equal by chance.
fn fingerprint(cell: &Cell) -> Option<(bool, u64, u32)> {
    let minutes = match cell.statistic {
        Statistic::MeanKilometres => false,
        Statistic::MeanMinutes => true,
        _ => return None,
    };
    let value = cell.value.filter(|value| value.abs() > 0.0)?;
    Some((minutes, value.to_bits(), cell.people))
}

#[cfg(test)]
mod tests {
    use super::to_hide_as_well;
    use crate::policy::Policy;

    fn chosen(parts: &[(u32, bool)], overlapping: bool) -> Vec<usize> {
        to_hide_as_well(parts, overlapping, &Policy::named("le7_round5").unwrap())
    }

    #[test]
    fn one_hidden_part_takes_the_smallest_shown_one_with_it() {
        assert_eq!(chosen(&[(40, false), (3, true), (12, false)], false), [2]);
    }

    #[test]
    fn two_hidden_parts_of_too_few_people_take_a_third() {
        assert_eq!(
            chosen(&[(3, true), (4, true), (12, false), (9, false)], false),
            [3]
        );
        assert!(chosen(&[(3, true), (5, true), (12, false)], false).is_empty());
    }

    #[test]
    fn where_people_may_be_in_several_one_part_reaches_the_threshold_alone() {
        assert_eq!(chosen(&[(5, true), (5, true), (12, false)], true), [2]);
    }

    #[test]
    fn empty_parts_protect_nothing() {
        assert_eq!(chosen(&[(3, true), (0, false), (12, false)], false), [2]);
        assert!(chosen(&[(0, true), (12, false)], false).is_empty());
        assert!(chosen(&[(12, false), (9, false)], false).is_empty());
    }
}
