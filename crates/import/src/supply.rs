//! Reads what belongs to services in tables of their own: sessions, service areas, returns.

mod outlines;
mod returns;
mod sessions;

pub(crate) use outlines::service_areas;
pub(crate) use returns::{COLUMNS as RETURN_COLUMNS, is_mark, is_x, months, returns};
pub(crate) use sessions::{COLUMNS as SESSION_COLUMNS, sessions};
