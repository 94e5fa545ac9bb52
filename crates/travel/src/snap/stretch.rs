//! The nearest point of a straight stretch of street.

#![allow(
    clippy::inline_always,
    reason = "what is not inlined is not compiled for the processor that was found"
)]

use crate::network::{FrozenStreet, StreetClass, StreetNetwork};

/// A straight stretch, by where it begins and where it ends.
pub(super) type Line = [[f64; 2]; 2];

/// A stretch, and how far it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// Square metres: infinite as long as nothing was found.
    pub(super) squared: f64,
    pub(super) street: u32,
    /// The place of the stretch's first point among all points of the network: it orders stretches as streets are ordered.
    pub(super) point: u32,
}

impl Found {
    /// Nothing.
    pub(super) const NONE: Self = Self {
        squared: f64::INFINITY,
        street: u32::MAX,
        point: u32::MAX,
    };

    /// Takes another one that is nearer, or as near and before it.
    #[inline(always)]
    pub(super) fn take(&mut self, other: Self) {
        let nearer = other.squared < self.squared;
        if nearer || (other.squared <= self.squared && other.point < self.point) {
            *self = other;
        }
    }
}

/// Says whether one can be put on a street. Ferries and motorways are left out, since nobody's door opens on one, and what a change has
/// closed.
pub(crate) fn takes_places(street: &FrozenStreet) -> bool {
    !matches!(street.class(), StreetClass::Ferry | StreetClass::Motorway) && street.is_open()
}

/// Walks the streets that are wanted, each with the places of its points.
pub(super) fn streets(
    network: &StreetNetwork,
    wanted: impl Fn(&FrozenStreet) -> bool,
) -> impl Iterator<Item = (u32, std::ops::Range<usize>)> {
    (0..)
        .zip(network.streets.iter())
        .filter(move |(_, street)| wanted(street))
        .map(|(number, _)| (number, network.point_range(number as usize)))
}

/// Walks the stretches between some points of a street, each with how far it is from a position.
#[inline(always)]
pub(super) fn stretches(
    network: &StreetNetwork,
    street: u32,
    points: std::ops::Range<usize>,
    position: [f64; 2],
) -> impl Iterator<Item = Found> {
    let first = points.start as u32;
    let lines = network.points()[points].array_windows::<2>();
    (first..).zip(lines).map(move |(point, line)| Found {
        squared: squared(line, position),
        street,
        point,
    })
}

/// Returns the point of a stretch that is nearest to a position.
#[inline(always)]
pub(super) fn nearest_point(line: &Line, position: [f64; 2]) -> [f64; 2] {
    let [from, to] = *line;
    let way = [to[0] - from[0], to[1] - from[1]];
    let off = [position[0] - from[0], position[1] - from[1]];
    let part = (off[0] * way[0] + off[1] * way[1]) / (way[0] * way[0] + way[1] * way[1]);
    if part > 0.0 && part < 1.0 {
        [from[0] + way[0] * part, from[1] + way[1] * part]
    } else if part <= 0.0 {
        from
    } else {
        // Also where the stretch has no length.
        to
    }
}

/// Returns the square of how far a stretch is from a position.
#[inline(always)]
pub(super) fn squared(line: &Line, position: [f64; 2]) -> f64 {
    let [x, y] = nearest_point(line, position);
    let (east, north) = (x - position[0], y - position[1]);
    east * east + north * north
}

#[cfg(test)]
mod tests {
    use super::squared;

    #[test]
    fn a_stretch_is_as_far_as_its_nearest_point() {
        let line = [[0.0, 0.0], [10.0, 0.0]];
        let none = [[0.0, 0.0]; 2];
        for (line, position, expected) in [
            (none, [3.0, 4.0], 25.0),
            (line, [5.0, 7.0], 49.0),
            (line, [13.0, 4.0], 25.0),
            (line, [-3.0, 4.0], 25.0),
        ] {
            let found = squared(&line, position);
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
    }
}
