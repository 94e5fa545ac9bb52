//! Metres, seconds and kilometres an hour as types of their own, and the cost that searches add up.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Sub};

use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $unit:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(f64);

        impl $name {
            #[doc = concat!("Makes a quantity of so many ", $unit, ".")]
            #[must_use]
            pub const fn new(value: f64) -> Self {
                Self(value)
            }

            #[doc = concat!("Returns the number of ", $unit, ".")]
            #[must_use]
            pub const fn value(self) -> f64 {
                self.0
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
                Self(values.map(|value| value.0).sum())
            }
        }
    };
}

quantity! {
    /// A length in metres.
    Metres, "metres"
}
quantity! {
    /// A duration in seconds.
    Seconds, "seconds"
}
quantity! {
    /// A speed in kilometres an hour.
    KmPerHour, "kilometres an hour"
}

impl Metres {
    /// Returns the length in kilometres.
    #[must_use]
    pub fn kilometres(self) -> f64 {
        self.0 / 1000.0
    }
}

impl Seconds {
    /// Returns the duration in minutes.
    #[must_use]
    pub fn minutes(self) -> f64 {
        self.0 / 60.0
    }

    /// Returns the nearest whole number of milliseconds: nothing for what is below nothing or not a number.
    pub(crate) fn whole_milliseconds(self) -> u32 {
        (self.0 * 1000.0).round() as u32
    }
}

impl KmPerHour {
    /// Converts from miles an hour.
    #[must_use]
    pub fn from_mph(mph: f64) -> Self {
        Self(mph * 1.609_344)
    }
}

impl fmt::Display for Metres {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.abs() < 1000.0 {
            write!(formatter, "{:.0} m", self.0)
        } else {
            write!(formatter, "{:.2} km", self.kilometres())
        }
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.abs() < 60.0 {
            write!(formatter, "{:.0} s", self.0)
        } else {
            write!(formatter, "{:.1} min", self.minutes())
        }
    }
}

impl fmt::Display for KmPerHour {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.0} km/h", self.0)
    }
}

/// What costs are ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// By time; of equally fast ways the shortest. Its distance is *the distance along the fastest way*.
    #[default]
    FastestTime,
    /// By distance; of equally short ways the fastest. Its distance is *the shortest distance*.
    ShortestDistance,
}

impl Metric {
    /// Returns what a figure of distance is called.
    #[must_use]
    pub const fn distance_name(self) -> &'static str {
        match self {
            Self::FastestTime => "distance along the fastest way",
            Self::ShortestDistance => "shortest distance",
        }
    }

    /// Makes a cost of so many milliseconds and millimetres that sorts as this metric wants.
    pub(crate) const fn cost(self, milliseconds: u32, millimetres: u32) -> Cost {
        match self {
            Self::FastestTime => Cost::new(milliseconds, millimetres),
            Self::ShortestDistance => Cost::new(millimetres, milliseconds),
        }
    }
}

/// What a journey costs: whole milliseconds first, whole millimetres to break ties.
///
/// Both sit in one 64-bit integer, time in the upper half, so that one addition adds both and one comparison compares time and
/// then distance. Exact for journeys of up to 24 days and 4,294 km; a sum past that is infinite, so a longer journey is not found.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Pod,
    Zeroable,
)]
#[serde(transparent)]
#[repr(transparent)]
pub struct Cost(u64);

impl Cost {
    /// The cost of staying where one is.
    pub const ZERO: Self = Self(0);
    /// More than any journey costs, with room left to add to it. It never leaves a search: callers get `None`.
    pub(crate) const INFINITY: Self = Self(u64::MAX / 2);
    /// The most that a journey can cost.
    pub(crate) const LONGEST: Self = Self(u64::MAX / 2 - 1);

    /// Makes a cost of so many milliseconds and millimetres.
    #[must_use]
    pub const fn new(milliseconds: u32, millimetres: u32) -> Self {
        Self(((milliseconds as u64) << 32) | millimetres as u64)
    }

    /// Returns the time in whole milliseconds.
    #[must_use]
    pub const fn milliseconds(self) -> u32 {
        (self.0 >> 32) as u32
    }

    /// Returns the distance in whole millimetres.
    #[must_use]
    pub const fn millimetres(self) -> u32 {
        self.0 as u32
    }

    /// Returns the time.
    #[must_use]
    pub fn time(self) -> Seconds {
        Seconds::new(f64::from(self.milliseconds()) / 1000.0)
    }

    /// Returns the distance.
    #[must_use]
    pub fn distance(self) -> Metres {
        Metres::new(f64::from(self.millimetres()) / 1000.0)
    }

    /// Returns both in one number, time in the upper half.
    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// Makes a cost of both in one number.
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Changes the places of the two halves.
    #[must_use]
    pub(crate) const fn turned(self) -> Self {
        Self(self.0.rotate_left(32))
    }

    /// Says whether both halves are at least those of another.
    pub(crate) const fn covers(self, other: Self) -> bool {
        self.0 >> 32 >= other.0 >> 32 && self.0 as u32 >= other.0 as u32
    }

    /// Takes away a cost that this one covers.
    #[must_use]
    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }

    /// Adds another cost without looking whether the distance still fits: the sum where it does, something else where it does not. Where
    /// this is not small, the sum is not.
    pub(crate) const fn at_least(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Returns how much is missing to the searches' infinity, which itself is zero.
    pub(crate) const fn short_of_infinity(self) -> u64 {
        Self::INFINITY.0 - self.0
    }

    /// Turns what [`Cost::short_of_infinity`] gave back.
    pub(crate) const fn from_infinity(short: u64) -> Self {
        Self(Self::INFINITY.0 - short)
    }

    /// Turns the searches' infinity into nothing.
    #[must_use]
    pub(crate) fn finite(self) -> Option<Self> {
        (self < Self::INFINITY).then_some(self)
    }
}

impl Add for Cost {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        // What is more than the number holds is no way, as whatever is more than infinity is.
        let sum = self.0.saturating_add(other.0);
        // The lower half wrapped round: the distance no longer fits and would spill into the time.
        if (sum as u32) < (self.0 as u32) {
            Self::INFINITY
        } else {
            Self(sum)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cost, KmPerHour, Metres, Seconds};

    #[test]
    fn cost_orders_by_time_and_then_by_distance() {
        assert!(Cost::new(1, 900) < Cost::new(2, 100));
        assert!(Cost::new(2, 100) < Cost::new(2, 101));
        let sum = Cost::new(1_500, 20_000) + Cost::new(500, 5_000);
        assert_eq!((sum.milliseconds(), sum.millimetres()), (2_000, 25_000));
        assert!(
            (Cost::INFINITY + Cost::new(u32::MAX / 2, 7))
                .finite()
                .is_none()
        );
        assert!(
            (Cost::new(u32::MAX, 5) + Cost::new(u32::MAX, 5))
                .finite()
                .is_none()
        );
        assert!(
            (Cost::new(1, u32::MAX) + Cost::new(1, 1))
                .finite()
                .is_none()
        );
    }

    #[test]
    fn quantities_read_in_the_unit_that_suits() {
        assert_eq!(Metres::new(5_213.0).to_string(), "5.21 km");
        assert_eq!(Metres::new(180.4).to_string(), "180 m");
        assert_eq!(Seconds::new(90.0).to_string(), "1.5 min");
        // 245.999... as it is held.
        assert_eq!(Seconds::new(4.1 * 60.0).whole_milliseconds(), 246_000);
        assert_eq!(Seconds::new(f64::NAN).whole_milliseconds(), 0);
        assert_eq!(KmPerHour::from_mph(30.0).to_string(), "48 km/h");
    }
}
