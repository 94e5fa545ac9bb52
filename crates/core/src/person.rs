//! People who use services, and what they attend.
//!
//! These structs have no `Serialize` and their `Debug` shows nothing, so that a person can reach neither a log nor an output by
//! accident. The bundle stores them through structs of its own.

use std::fmt;

use jiff::civil::{Date, Time, Weekday};

use crate::grid::GridPoint;
use crate::id::{ServiceId, UserId};
use crate::place::{DeliveryMode, GeocodeGrade};

/// A person who uses services.
#[derive(Clone, PartialEq)]
pub struct ServiceUser {
    /// The council's reference.
    pub key: String,
    /// Home, in metres on the study's grid.
    pub home: GridPoint,
    /// How home was placed.
    pub grade: GeocodeGrade,
    /// Age band as given, or worked out from a date of birth that goes no further.
    pub age_band: Option<String>,
    /// Primary support group as given.
    pub support_group: Option<String>,
    /// How the care is paid for, as given.
    pub funding_route: Option<String>,
    /// Walking speed in metres a second, where it was assessed.
    pub walking_speed: Option<f64>,
}

impl fmt::Debug for ServiceUser {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ServiceUser(hidden)")
    }
}

/// A weekly session that a person attends, or attended.
#[derive(Clone, PartialEq)]
pub struct Attendance {
    /// Who.
    pub user: UserId,
    /// What.
    pub service: ServiceId,
    /// The first day, where given.
    pub from: Option<Date>,
    /// The last day; none where it goes on.
    pub to: Option<Date>,
    /// The day of the week, where given.
    pub weekday: Option<Weekday>,
    /// When the session starts, where given.
    pub start: Option<Time>,
    /// When the session ends, where given.
    pub end: Option<Time>,
    /// Hours in a session, where given.
    pub hours: Option<f64>,
    /// Hours a week in all, where the source says that instead of sessions.
    pub hours_per_week: Option<f64>,
    /// Whether the person goes there or is served elsewhere.
    pub delivery: DeliveryMode,
    /// How the person travels there, as given.
    pub mode_there: Option<String>,
    /// How the person travels back, as given.
    pub mode_back: Option<String>,
}

impl Attendance {
    /// Says whether the person attended on or about a day: it lies within the dates, whatever day of the week it is.
    #[must_use]
    pub fn is_active_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

impl fmt::Debug for Attendance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Attendance(hidden)")
    }
}
