//! Reads the open data of an area: residents and deprivation.
//!
//! Both are joined to areas of their own year, as far as their codes, header, name or `vintage` show it; [`join`](crate::join) sees to
//! that and sets aside what is of other places. Deciles of another year are carried over by a lookup where there is one, residents never.

mod bands;
mod deprivation;
mod population;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use catchment_core::id::AreaId;
use catchment_core::issue::{Issue, Severity};

pub(crate) use crate::join::Codes;
use crate::report::FileCounts;
use crate::table::Row;

pub(crate) use deprivation::{Bridge, deprivation};
pub(crate) use population::population;

/// What a reader of a table gives: a value, and how many rows it comes from.
pub(crate) type Read<T> = Result<(T, FileCounts), Issue>;

fn no_area(file: &str, set: &str) -> Issue {
    Issue::new(
        file,
        Severity::FileUnusable,
        format!("no row has the code of an area of \"{set}\""),
        "check the code column, and that file and boundaries are of the same year",
    )
}

/// Keeps what a row says of its area, or rejects it where an earlier row was of the same.
fn keep<T>(
    rows: &mut BTreeMap<AreaId, T>,
    area: AreaId,
    value: T,
    row: &mut Row<'_>,
) -> Option<()> {
    if rows.contains_key(&area) {
        row.reject(
            "code",
            "has an area that an earlier row has too",
            "keep one row an area",
        );
        return None;
    }
    rows.insert(area, value);
    Some(())
}
