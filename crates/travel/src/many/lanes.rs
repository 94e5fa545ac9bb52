//! What a sweep adds up and compares: sixteen numbers side by side, one for each source.
//!
//! The loops here are written so that the compiler makes vector instructions of them where its caller was compiled for a processor
//! that has them. They do not choose the processor: `kernel` does.

use std::fmt::Debug;

use crate::units::Cost;

/// How many sources are swept at once.
pub(crate) const LANES: usize = 16;

/// Distances from here on might spill into the time when two are added.
const LONG: u32 = 1 << 31;

/// What a journey is measured by: [`TimeAndDistance`] or [`TimeOnly`].
pub trait Measure: Lane {}

/// A number that a sweep can add to and compare. Not to be implemented elsewhere.
pub trait Lane: Copy + Debug + PartialEq + Send + Sync + 'static {
    /// What a caller gets to see of it.
    type Found: Copy + Debug + PartialEq;
    /// What an arc adds.
    type Step: Copy;
    /// More than any journey: there is no way.
    const NEVER: Self;
    /// Whether distances may be too long for it.
    const SPILLS: bool = false;
    /// Returns what a cost is before anything is added.
    fn start(cost: Cost) -> Self;
    /// Returns what an arc of a cost adds.
    fn step(cost: Cost) -> Self::Step;
    /// Adds an arc. What is past [`Lane::NEVER`] stays past it for one addition.
    #[must_use]
    fn plus(self, step: Self::Step) -> Self;
    /// Returns the smaller.
    #[must_use]
    fn least(self, other: Self) -> Self;
    /// Collects what [`Lane::is_long`] asks about.
    #[must_use]
    fn either(self, _other: Self) -> Self {
        self
    }
    /// Says whether one of the numbers collected is so long that adding to it may have gone wrong.
    fn is_long(self) -> bool {
        false
    }
    /// Returns the largest number that is within so many milliseconds.
    fn limit(milliseconds: u32) -> Self;
    /// Says whether it is at most a limit.
    fn is_within(self, limit: Self) -> bool;
    /// Returns what was found, or nothing where there is no way.
    fn found(self) -> Option<Self::Found>;
}

/// The fastest way, of equally fast ones the shortest: both are told.
///
/// Held less 2^63 in a signed number: there is no way where it is 0, and comparing signed numbers is what older processors can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeAndDistance(i64);

/// The time of the fastest way in milliseconds; its distance is not worked out. Takes half the memory and about half the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOnly(u32);

impl Measure for TimeAndDistance {}
impl Measure for TimeOnly {}

impl Lane for TimeAndDistance {
    type Found = Cost;
    type Step = i64;
    const NEVER: Self = Self(0);
    const SPILLS: bool = true;

    #[inline(always)]
    fn start(cost: Cost) -> Self {
        Self(cost.bits().cast_signed() ^ i64::MIN)
    }
    #[inline(always)]
    fn step(cost: Cost) -> i64 {
        cost.bits().cast_signed()
    }
    #[inline(always)]
    fn plus(self, step: i64) -> Self {
        Self(self.0.wrapping_add(step))
    }
    #[inline(always)]
    fn least(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }
    #[inline(always)]
    fn either(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    #[inline(always)]
    fn is_long(self) -> bool {
        self.0 as u32 >= LONG
    }
    fn limit(milliseconds: u32) -> Self {
        Self::start(Cost::new(milliseconds.min(LONG - 1), u32::MAX))
    }
    #[inline(always)]
    fn is_within(self, limit: Self) -> bool {
        self.0 <= limit.0
    }
    #[inline(always)]
    fn found(self) -> Option<Cost> {
        Cost::from_bits((self.0 ^ i64::MIN).cast_unsigned()).finite()
    }
}

impl Lane for TimeOnly {
    type Found = u32;
    type Step = u32;
    // A time that no [`Cost`] can have: with an arc added to it, it still fits.
    const NEVER: Self = Self(LONG);

    #[inline(always)]
    fn start(cost: Cost) -> Self {
        Self(cost.milliseconds())
    }
    #[inline(always)]
    fn step(cost: Cost) -> u32 {
        cost.milliseconds()
    }
    #[inline(always)]
    fn plus(self, step: u32) -> Self {
        Self(self.0.wrapping_add(step))
    }
    #[inline(always)]
    fn least(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }
    fn limit(milliseconds: u32) -> Self {
        Self(milliseconds.min(LONG - 1))
    }
    #[inline(always)]
    fn is_within(self, limit: Self) -> bool {
        self.0 <= limit.0
    }
    #[inline(always)]
    fn found(self) -> Option<u32> {
        (self.0 < LONG).then_some(self.0)
    }
}

/// Costs themselves, every sum looked at: slow and never wrong, for where [`TimeAndDistance`] finds distances too long for it.
impl Lane for Cost {
    type Found = Self;
    type Step = Self;
    const NEVER: Self = Self::INFINITY;

    fn start(cost: Cost) -> Self {
        cost
    }
    fn step(cost: Cost) -> Self {
        cost
    }
    fn plus(self, step: Self) -> Self {
        // Never more than infinity, so that more can be added.
        (self + step).min(Self::INFINITY)
    }
    fn least(self, other: Self) -> Self {
        self.min(other)
    }
    fn limit(milliseconds: u32) -> Self {
        Cost::new(milliseconds.min(LONG - 1), u32::MAX).min(Cost::LONGEST)
    }
    fn is_within(self, limit: Self) -> bool {
        self <= limit
    }
    fn found(self) -> Option<Self> {
        self.finite()
    }
}

/// Says whether a cost is too long to be an arc of [`TimeAndDistance`]: its distance may spill over in one addition.
pub(crate) fn is_long(cost: Cost) -> bool {
    cost.millimetres() >= LONG
}

/// One number for each source, lying in memory as vectors like it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub(crate) struct Row<W>(pub(crate) [W; LANES]);

impl<W: Lane> Row<W> {
    /// No way for any source.
    pub(crate) const NEVER: Self = Self([W::NEVER; LANES]);

    /// Takes the way through another place where that is less.
    #[inline(always)]
    pub(crate) fn relax(&mut self, from: &Self, step: W::Step) {
        for (own, other) in self.0.iter_mut().zip(&from.0) {
            *own = own.least(other.plus(step));
        }
    }

    /// Collects what [`Row::is_long`] asks about.
    #[inline(always)]
    pub(crate) fn either(&mut self, other: &Self) {
        for (own, other) in self.0.iter_mut().zip(&other.0) {
            *own = own.either(*other);
        }
    }

    /// Says whether a number collected is so long that adding to it may have gone wrong.
    #[inline(always)]
    pub(crate) fn is_long(&self) -> bool {
        self.0.iter().any(|lane| lane.is_long())
    }

    /// Says whether any source is within a limit.
    #[inline(always)]
    pub(crate) fn any_within(&self, limit: W) -> bool {
        let mut any = false;
        for number in &self.0 {
            any |= number.is_within(limit);
        }
        any
    }
}
