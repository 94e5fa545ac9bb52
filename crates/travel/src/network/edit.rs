//! Changes to one street of a network.

use crate::graph::{Footing, Unknown};
use crate::network::StreetClass;
use crate::network::freeze::{CLOSED, FrozenStreet};
use crate::network::rules::Dart;
use crate::units::KmPerHour;

impl FrozenStreet {
    /// Makes a street that was not there; its shape is put to it later.
    pub(crate) fn added(ends: [u32; 2], millimetres: u32, class: StreetClass, name: u32) -> Self {
        Self {
            from: ends[0],
            to: ends[1],
            millimetres,
            time: [CLOSED; 2],
            wait: [0; 2],
            first_point: 0,
            name,
            class: class as u8,
            ends_only: 0,
            unknown: Unknown::NOTHING,
            footing: Footing::default(),
        }
    }

    /// Says whether it can be used in at least one direction.
    pub(crate) fn is_open(&self) -> bool {
        self.time != [CLOSED; 2]
    }

    /// Closes a direction.
    pub(crate) fn close(&mut self, dart: Dart) {
        self.time[dart as usize % 2] = CLOSED;
    }

    /// Opens a direction at a speed, or changes its speed.
    pub(crate) fn go_at(&mut self, dart: Dart, speed: KmPerHour) {
        let time = f64::from(self.millimetres) * 3.6 / speed.value();
        self.time[dart as usize % 2] = time.round().clamp(1.0, 3.0e9) as u32;
    }

    /// Takes the time of a direction over from the other.
    pub(crate) fn go_as_the_other_way(&mut self, dart: Dart) {
        self.time[dart as usize % 2] = self.time[(dart as usize + 1) % 2];
    }

    /// Cuts it in two at so many millimetres, where a junction now is. Times are shared out so that both together take what it took.
    pub(crate) fn cut(self, offset: u32, junction: u32) -> [Self; 2] {
        let (mut first, mut second) = (self, self);
        (first.to, second.from) = (junction, junction);
        first.millimetres = offset.min(self.millimetres);
        second.millimetres = self.millimetres - first.millimetres;
        for way in [0, 1] {
            let time = self.time[way];
            if time == CLOSED {
                continue;
            }
            let part = u64::from(time) * u64::from(first.millimetres);
            let part = (part / u64::from(self.millimetres.max(1))) as u32;
            first.time[way] = part.max(1);
            second.time[way] = (time - part).max(1);
        }
        // One waits at the end of a direction.
        (first.wait[0], second.wait[1]) = (0, 0);
        [first, second]
    }
}
