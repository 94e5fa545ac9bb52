//! From times at search nodes to stretches of street, cut at the exact budget.
//!
//! A street can be reached from both its ends and from the start on it. What is reached from each is kept, and where they meet they are
//! one stretch; a gap between them stays out. Cuts invert the very division that a journey's part of a street is worked out by, so a
//! millimetre is in a stretch where the journey to it is within the budget, and nowhere else. A stretch of no length is the end of a
//! street at a junction that is reached, where the street itself cannot be entered in time or at all.

use crate::network::{FrozenStreet, StreetNetwork};
use crate::snap::Snap;

use super::Way;

/// A part of a street.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The number of the street in its network.
    pub street: u32,
    /// Where it begins, in millimetres from the street's first junction.
    pub from: u32,
    /// Where it ends, in millimetres from the street's first junction.
    pub to: u32,
}

impl Stretch {
    /// Returns its shape in metres on the study's grid: two points at least.
    ///
    /// # Panics
    /// Where the network has no such street.
    #[must_use]
    pub fn shape(&self, network: &StreetNetwork) -> Vec<[f64; 2]> {
        let whole = network.streets[self.street as usize].millimetres;
        let shape = network.shape(self.street as usize);
        if self.from == 0 && self.to == whole {
            return shape.to_vec();
        }
        let (from, to) = (f64::from(self.from) / 1000.0, f64::from(self.to) / 1000.0);
        let mut cut = vec![point_at(shape, from)];
        let mut gone = 0.0;
        for ends in shape.windows(2) {
            gone += (ends[1][0] - ends[0][0]).hypot(ends[1][1] - ends[0][1]);
            if gone > from && gone < to {
                cut.push(ends[1]);
            }
        }
        cut.push(point_at(shape, to));
        cut
    }

    /// Returns its length in millimetres.
    #[must_use]
    pub fn millimetres(&self) -> u32 {
        self.to - self.from
    }
}

/// Returns the point so many metres along a line.
fn point_at(shape: &[[f64; 2]], metres: f64) -> [f64; 2] {
    let mut left = metres;
    for ends in shape.windows(2) {
        let step = [ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]];
        let length = step[0].hypot(step[1]);
        if left <= length && length > 0.0 {
            let part = left / length;
            return [ends[0][0] + step[0] * part, ends[0][1] + step[1] * part];
        }
        left -= length;
    }
    shape[shape.len() - 1]
}

/// When a street is reached, in milliseconds; [`NEVER`](super::search::NEVER) where it is not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// With its drawing and against it. Away from a point they are those at the beginning of a direction; towards one, those that are
    /// left at its end.
    pub(super) darts: [u32; 2],
    /// At its first junction and its last, whichever street one comes by.
    pub(super) ends: [u32; 2],
}

/// Adds what is reached of a street within a budget in milliseconds. `root` is the start, where it is on this street.
pub(super) fn cut(
    (number, street): (u32, &FrozenStreet),
    times: Times,
    way: Way,
    root: Option<&Snap>,
    budget: u32,
    into: &mut Vec<Stretch>,
) {
    let whole = street.millimetres;
    let mut parts = [None; 5];
    for (dart, part) in [0, 1].into_iter().zip(&mut parts) {
        let left = budget.checked_sub(times.darts[dart as usize]);
        *part = left.and_then(|left| reached(street, dart, way, left));
    }
    if parts.contains(&Some((0, whole))) {
        into.push(Stretch {
            street: number,
            from: 0,
            to: whole,
        });
        return;
    }
    parts[2] = root.map(|root| around(street, root.offset(), way, budget));
    parts[3] = (times.ends[0] <= budget).then_some((0, 0));
    parts[4] = (times.ends[1] <= budget).then_some((whole, whole));
    // None sorts first.
    parts.sort_unstable();
    let begun = into.len();
    for (from, to) in parts.into_iter().flatten() {
        match into[begun..].last_mut() {
            // Two that are a millimetre apart leave no millimetre out.
            Some(last) if from <= last.to.saturating_add(1) => last.to = last.to.max(to),
            _ => into.push(Stretch {
                street: number,
                from,
                to,
            }),
        }
    }
}

/// Turns millimetres in a direction into those from the street's first junction.
fn placed(street: &FrozenStreet, dart: u32, from: u32, to: u32) -> (u32, u32) {
    if dart == 0 {
        (from, to)
    } else {
        (street.millimetres - to, street.millimetres - from)
    }
}

/// What is reached in a direction with so many milliseconds left at its beginning, or at its end when going towards a point.
fn reached(street: &FrozenStreet, dart: u32, way: Way, left: u32) -> Option<(u32, u32)> {
    let time = street.time(dart)?;
    let whole = street.millimetres;
    let (from, to) = match way {
        Way::From => (0, furthest(time, whole, left)),
        Way::To => {
            let all = u64::from(time) + u64::from(street.wait(dart));
            let before = all.saturating_sub(u64::from(left));
            (nearest(time, whole, before)?, whole)
        }
    };
    Some(placed(street, dart, from, to))
}

/// What is reached along the start's own street, in both directions.
fn around(street: &FrozenStreet, offset: u32, way: Way, budget: u32) -> (u32, u32) {
    let (mut least, mut most) = (offset, offset);
    for dart in [0, 1] {
        let Some(time) = street.time(dart) else {
            continue;
        };
        let whole = street.millimetres;
        let gone = placed(street, dart, offset, offset).0;
        let spent = share(time, gone, whole);
        let (from, to) = match way {
            Way::From => (gone, furthest(time, whole, spent.saturating_add(budget))),
            Way::To => {
                let before = u64::from(spent.saturating_sub(budget));
                (nearest(time, whole, before).unwrap_or(gone), gone)
            }
        };
        let (from, to) = placed(street, dart, from, to);
        least = least.min(from);
        most = most.max(to);
    }
    (least, most)
}

/// The part of a street's time that falls on its first `part` millimetres, as in `snap`.
fn share(time: u32, part: u32, whole: u32) -> u32 {
    crate::snap::share(time, part, whole)
}

/// Returns the last millimetre whose share of the time is no more than `left`.
fn furthest(time: u32, whole: u32, left: u32) -> u32 {
    if left >= time {
        return whole;
    }
    (((u64::from(left) + 1) * u64::from(whole)).saturating_sub(1) / u64::from(time)) as u32
}

/// Returns the first millimetre whose share of the time is at least `before`, if it lies before the street's end.
fn nearest(time: u32, whole: u32, before: u64) -> Option<u32> {
    if before == 0 {
        return Some(0);
    }
    if before > u64::from(time) {
        return None;
    }
    let first = (before * u64::from(whole)).div_ceil(u64::from(time)) as u32;
    (first < whole).then_some(first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{furthest, nearest, share};

    proptest! {
        #[test]
        fn cuts_are_exact(time in 1u32..500, whole in 0u32..3000, left in 0u32..600) {
            let last = furthest(time, whole, left);
            let mut within = (0..=whole).filter(|part| share(time, *part, whole) <= left);
            prop_assert_eq!(Some(last), within.next_back());
            let first = nearest(time, whole, u64::from(left));
            let mut enough = (0..whole).filter(|part| share(time, *part, whole) >= left);
            prop_assert_eq!(first.filter(|first| *first < whole), enough.next());
        }
    }
}
