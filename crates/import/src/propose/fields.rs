//! The fields of the council's own tables, as their readers have them.

use crate::table::Column;

pub(super) const PROVIDERS: &[Column] = crate::directory::COLUMNS;
pub(super) const SESSIONS: &[Column] = crate::supply::SESSION_COLUMNS;
pub(super) const RETURNS: &[Column] = crate::supply::RETURN_COLUMNS;
pub(super) const ASSETS: &[Column] = crate::assets::TABLE_COLUMNS;
pub(super) const USERS: &[Column] = crate::people::COLUMNS;
pub(super) const ATTENDANCES: &[Column] = crate::people::ATTENDANCE_COLUMNS;
pub(super) const CLIENT_LEVEL_EVENTS: &[Column] = crate::people::CLIENT_LEVEL_EVENT_COLUMNS;
