//! What a shortcut stands for.

use super::{Hierarchy, NO_MIDDLE, Shortcuts};

/// Adds the positions that an arc passes, without the one it leaves and with the one it arrives at.
///
/// Works off a list of what is left to do, so that no graph, however drawn out, can make it run out of stack.
pub(super) fn unpack(
    hierarchy: &Hierarchy,
    from: u32,
    to: u32,
    middle: u32,
    positions: &mut Vec<u32>,
) {
    let mut left = vec![(from, to, middle)];
    while let Some((from, to, middle)) = left.pop() {
        if middle == NO_MIDDLE {
            positions.push(to);
        } else {
            left.push((middle, to, through(&hierarchy.up, middle, to)));
            left.push((from, middle, through(&hierarchy.down, middle, from)));
        }
    }
}

/// Finds what the arc between a position and a more important one passes through.
fn through(shortcuts: &Shortcuts, low: u32, high: u32) -> u32 {
    let first = shortcuts.arcs.first[low as usize] as usize;
    let own = &shortcuts.arcs.head[first..shortcuts.arcs.first[low as usize + 1] as usize];
    let place = own.partition_point(|head| *head < high);
    shortcuts.middle[first + place]
}
