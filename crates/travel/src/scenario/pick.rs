//! Finds the streets that a change is to.

use super::{ScenarioError, Which};
use crate::network::{FrozenStreet, StreetNetwork};
use crate::snap::{Snap, nearest_of};
use crate::units::Metres;

/// Lists the streets that are meant, in the order of their numbers; at least one.
pub(super) fn pick(network: &StreetNetwork, which: &Which) -> Result<Vec<u32>, ScenarioError> {
    match which {
        Which::Street(street) => {
            let streets = network.street_count();
            if (*street as usize) < streets {
                Ok(vec![*street])
            } else {
                Err(ScenarioError::NoStreet {
                    street: *street,
                    streets,
                })
            }
        }
        Which::Nearest { point, within } => {
            // A street that is closed too: it may be the one to be opened.
            let snap = nearest(network, |_| true, *point, *within)?;
            Ok(vec![snap.street()])
        }
        Which::Named { name, least, most } => {
            let wanted = name.trim().to_lowercase();
            let is_named = |street: &u32| {
                let own = network.name(*street);
                own.is_some_and(|own| own.to_lowercase() == wanted)
            };
            let inside = |street: &u32| {
                let shape = network.shape(*street as usize);
                shape
                    .windows(2)
                    .any(|ends| crosses(ends[0], ends[1], *least, *most))
            };
            let all = 0..network.street_count() as u32;
            let found: Vec<u32> = all.filter(is_named).filter(inside).collect();
            if found.is_empty() {
                return Err(ScenarioError::NoName { name: name.clone() });
            }
            Ok(found)
        }
    }
}

/// Finds the nearest point on the streets that are wanted.
pub(super) fn nearest(
    network: &StreetNetwork,
    wanted: impl Fn(&FrozenStreet) -> bool,
    point: [f64; 2],
    within: Metres,
) -> Result<Snap, ScenarioError> {
    nearest_of(network, wanted, point, within).map_err(|far| ScenarioError::TooFar {
        point,
        distance: far.distance,
        within,
    })
}

/// Says whether a stretch has a point in a box (Liang and Barsky 1984).
fn crosses(from: [f64; 2], to: [f64; 2], least: [f64; 2], most: [f64; 2]) -> bool {
    let (mut first, mut last) = (0.0f64, 1.0f64);
    for axis in [0, 1] {
        let along = to[axis] - from[axis];
        if along == 0.0 {
            if from[axis] < least[axis] || from[axis] > most[axis] {
                return false;
            }
            continue;
        }
        let one = (least[axis] - from[axis]) / along;
        let other = (most[axis] - from[axis]) / along;
        first = first.max(one.min(other));
        last = last.min(one.max(other));
    }
    first <= last
}

#[cfg(test)]
mod tests {
    use super::crosses;

    #[test]
    fn a_stretch_crosses_a_box_without_a_corner_in_it() {
        let (least, most) = ([0.0, 0.0], [10.0, 10.0]);
        for (from, to, expected) in [
            ([-5.0, 5.0], [15.0, 5.0], true),
            ([2.0, 2.0], [3.0, 3.0], true),
            ([-5.0, 8.0], [3.0, 16.0], false),
            ([-1.0, 8.0], [3.0, 12.0], true),
            ([12.0, 0.0], [12.0, 10.0], false),
            ([5.0, -9.0], [5.0, -1.0], false),
            ([5.0, -9.0], [5.0, 0.0], true),
        ] {
            assert_eq!(crosses(from, to, least, most), expected, "{from:?} {to:?}");
            assert_eq!(crosses(to, from, least, most), expected, "{to:?} {from:?}");
        }
    }
}
