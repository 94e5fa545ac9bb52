//! What a service offers in a week. What is not known of one session is not known of the week: nothing is taken for nought.

use catchment_core::place::{Service, Session};
use jiff::civil::time;

/// Saturday, counted from Monday as 0.
const SATURDAY: i8 = 5;

/// Counts the weekly sessions; nothing where none were given.
pub(super) fn sessions(service: &Service) -> Option<u32> {
    (!service.sessions.is_empty()).then_some(service.sessions.len() as u32)
}

/// Counts the sessions on a weekend or from 17:00 on; nothing where a weekday's start is not known.
pub(super) fn evenings_and_weekends(service: &Service) -> Option<u32> {
    let is_one = |session: &Session| {
        (session.weekday >= SATURDAY)
            .then_some(true)
            .or_else(|| session.start.map(|start| start >= time(17, 0, 0, 0)))
    };
    let all: Option<Vec<bool>> = service.sessions.iter().map(is_one).collect();
    sessions(service)?;
    Some(all?.into_iter().filter(|is_one| *is_one).count() as u32)
}

/// Adds up the places of all sessions.
pub(super) fn places(service: &Service) -> Option<i64> {
    sessions(service)?;
    service
        .sessions
        .iter()
        .map(|session| session.places.map(i64::from))
        .sum()
}

/// Returns the hours a week as stated, or else adds up those of the sessions.
pub(super) fn hours(service: &Service) -> Option<f64> {
    let of_one = |session: &Session| {
        let (start, end) = session.start.zip(session.end)?;
        let minute =
            |time: jiff::civil::Time| f64::from(time.hour()) * 60.0 + f64::from(time.minute());
        Some((minute(end) - minute(start)).max(0.0))
    };
    service.hours_per_week.or_else(|| {
        sessions(service)?;
        let minutes: Option<f64> = service.sessions.iter().map(of_one).sum();
        // To a hundredth of an hour, for that is what people write.
        minutes.map(|minutes| (minutes / 0.6).round() / 100.0)
    })
}
