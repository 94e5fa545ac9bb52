//! The fields of the council's own tables, as their readers have them.

use crate::places::PLACE_COLUMNS;
use crate::table::Column;

pub(super) const SESSIONS: &[Column] = crate::supply::SESSION_COLUMNS;
pub(super) const RETURNS: &[Column] = crate::supply::RETURN_COLUMNS;
pub(super) const ATTENDANCES: &[Column] = crate::people::ATTENDANCE_COLUMNS;
pub(super) const CLIENT_LEVEL_EVENTS: &[Column] = crate::people::CLIENT_LEVEL_EVENT_COLUMNS;

/// Returns the fields of the directory of services, places among them.
pub(super) fn providers() -> Vec<Column> {
    [crate::directory::COLUMNS, PLACE_COLUMNS].concat()
}

/// Returns the fields of the table of people, places among them.
pub(super) fn users() -> Vec<Column> {
    [crate::people::COLUMNS, PLACE_COLUMNS].concat()
}

/// Returns the fields of a table of community assets.
pub(super) fn assets() -> Vec<Column> {
    crate::assets::TABLE_COLUMNS.to_vec()
}

/// Returns the fields of people in Client Level Data, places among them.
pub(super) fn client_level_people() -> Vec<Column> {
    [crate::people::CLIENT_LEVEL_PERSON_COLUMNS, PLACE_COLUMNS].concat()
}
