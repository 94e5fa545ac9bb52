//! Typed row numbers and the tables they index.
//!
//! A [`Table<AreaId, Area>`](Table) can be indexed by an [`AreaId`] only, so that a row number of one table can never be used
//! on another. Source keys (a UPRN, an area code, a provider's reference) stay text in the row; they are not ids.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Index;

use serde::{Deserialize, Serialize};

/// A row number of one kind of [`Table`].
pub trait RowId: Copy + Eq + Ord {
    /// Makes the id of a row.
    fn from_row(row: usize) -> Self;
    /// Returns the row, counted from 0.
    fn row(self) -> usize;
}

macro_rules! row_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(u32);

        impl RowId for $name {
            fn from_row(row: usize) -> Self {
                Self(row as u32)
            }
            fn row(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, concat!(stringify!($name), "({})"), self.0)
            }
        }
    )+};
}

row_ids! {
    /// A set of areas of one kind and vintage.
    AreaSetId,
    /// An area: a ward or a small area.
    AreaId,
    /// A live postcode with a location.
    PostcodeId,
    /// Who runs a service.
    OrganisationId,
    /// Where a service takes place.
    SiteId,
    /// A service, at one site or at none.
    ServiceId,
    /// A community asset.
    AssetId,
    /// A person who uses services.
    UserId,
}

/// Rows of one kind, indexed by their own id only.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Table<I, T> {
    rows: Vec<T>,
    #[serde(skip)]
    id: PhantomData<fn() -> I>,
}

impl<I: RowId, T> Table<I, T> {
    /// Takes the rows as they are; row 0 becomes id 0.
    #[must_use]
    pub fn new(rows: Vec<T>) -> Self {
        Self {
            rows,
            id: PhantomData,
        }
    }

    /// Appends a row and returns its id.
    pub fn push(&mut self, row: T) -> I {
        self.rows.push(row);
        I::from_row(self.rows.len() - 1)
    }

    /// Returns the number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Says whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the row, or nothing where the id is of a larger table.
    #[must_use]
    pub fn get(&self, id: I) -> Option<&T> {
        self.rows.get(id.row())
    }

    /// Returns the row to be changed, or nothing where the id is of a larger table.
    pub fn get_mut(&mut self, id: I) -> Option<&mut T> {
        self.rows.get_mut(id.row())
    }

    /// Walks the rows with their ids, in order.
    #[must_use = "walking the rows does nothing by itself"]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (I, &T)> {
        self.rows
            .iter()
            .enumerate()
            .map(|(row, value)| (I::from_row(row), value))
    }

    /// Walks the ids, in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = I> + use<I, T> {
        (0..self.rows.len()).map(I::from_row)
    }

    /// Returns the rows alone, in order of id.
    #[must_use]
    pub fn rows(&self) -> &[T] {
        &self.rows
    }
}

impl<I: RowId, T> Default for Table<I, T> {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl<I: RowId, T> Index<I> for Table<I, T> {
    type Output = T;

    fn index(&self, id: I) -> &T {
        &self.rows[id.row()]
    }
}

impl<I: RowId, T> FromIterator<T> for Table<I, T> {
    fn from_iter<R: IntoIterator<Item = T>>(rows: R) -> Self {
        Self::new(rows.into_iter().collect())
    }
}

impl<I: RowId, T> fmt::Debug for Table<I, T> {
    // The rows may be people, so only their number is shown.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Table({} rows)", self.rows.len())
    }
}

#[cfg(test)]
mod tests {
    use super::{AreaId, RowId, Table};

    #[test]
    fn a_row_is_found_by_the_id_it_was_given() {
        let mut table: Table<AreaId, &str> = Table::default();
        let north = table.push("north");
        let south = table.push("south");
        assert_eq!(table[north], "north");
        assert_eq!(table[south], "south");
        assert_eq!(table.ids().map(RowId::row).collect::<Vec<_>>(), [0, 1]);
        assert!(table.get(AreaId::from_row(2)).is_none());
    }
}
