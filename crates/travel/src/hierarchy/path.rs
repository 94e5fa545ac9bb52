//! What a shortcut stands for.

use super::{Hierarchy, NO_MIDDLE};

/// How often a way could pass every position before it is held to be damaged.
const ROUNDS: usize = 16;

/// Adds the positions that an arc passes, without the one it leaves and with the one it arrives at.
///
/// Works off a list of what is left to do, so that no graph, however drawn out, can make it run out of stack. Returns nothing where the
/// hierarchy is damaged and the list would not end: a cheapest way passes a position again only where going round takes no time.
pub(super) fn unpack(
    hierarchy: &Hierarchy,
    from: u32,
    to: u32,
    positions: &mut Vec<u32>,
) -> Option<()> {
    let mut left = vec![(from, to)];
    while let Some((from, to)) = left.pop() {
        if positions.len() + left.len() > ROUNDS * (hierarchy.len() + 1) {
            return None;
        }
        let middle = middle(hierarchy, from, to)?;
        if middle == NO_MIDDLE {
            positions.push(to);
        } else {
            left.push((middle, to));
            left.push((from, middle));
        }
    }
    Some(())
}

/// Says whether there is an arc from one node of the graph to another, and it is a shortcut through a third.
pub(super) fn is_shortcut(hierarchy: &Hierarchy, from: u32, to: u32, through: u32) -> bool {
    let position = |node: u32| hierarchy.position.get(node as usize).copied();
    match (position(from), position(to), position(through)) {
        (Some(from), Some(to), Some(through)) => middle(hierarchy, from, to) == Some(through),
        _ => false,
    }
}

/// Finds what the arc from one position to another passes through.
fn middle(hierarchy: &Hierarchy, from: u32, to: u32) -> Option<u32> {
    let (shortcuts, low, high) = if to < from {
        (&hierarchy.up, from, to)
    } else {
        (&hierarchy.down, to, from)
    };
    let first = shortcuts.arcs.first[low as usize] as usize;
    let own = &shortcuts.arcs.head[first..shortcuts.arcs.first[low as usize + 1] as usize];
    let place = own.binary_search(&high).ok()?;
    Some(shortcuts.middle[first + place])
}
