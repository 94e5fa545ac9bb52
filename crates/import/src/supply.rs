//! Reads what belongs to services in tables of their own: sessions, service areas, returns.

mod outlines;
mod returns;
mod sessions;
#[cfg(test)]
mod tests;

pub(crate) use outlines::service_areas;
pub(crate) use returns::returns;
pub(crate) use sessions::sessions;
