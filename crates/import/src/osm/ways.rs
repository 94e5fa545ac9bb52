//! The ways that a profile can use, with tags and the ids of their points.
//!
//! Tags are kept as numbers into one list of texts, since a few thousand texts serve all roads of a county. It makes no street: that
//! needs the points, which come later.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use catchment_travel::{Metres, Profile, Tags};

use super::restrictions::{self, Member, Restriction, Role};

/// A ferry's speed depends on the length of its way, which is not known yet; this one is long enough to rule none out.
const ANY_LENGTH: Metres = Metres::new(1.0e9);

/// Texts, each kept once.
#[derive(Debug, Default)]
struct Texts {
    // Only looked up, never walked, so its order does not matter.
    numbers: HashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
}

impl Texts {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len() as u32;
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        self.numbers.insert(text, number);
        number
    }
}

#[derive(Clone, Debug)]
struct Row {
    id: i64,
    refs: Range<usize>,
    tags: Range<usize>,
}

/// Ways that at least one profile can use.
#[derive(Debug, Default)]
pub(super) struct Ways {
    rows: Vec<Row>,
    refs: Vec<i64>,
    tags: Vec<(u32, u32)>,
    texts: Texts,
    /// Ways seen, used or not.
    pub(super) read: u64,
    /// Turn restrictions, in the order of their ids once settled.
    pub(super) restrictions: Vec<Restriction>,
    /// Ways left out because one with the same id came before.
    pub(super) duplicates: u64,
}

impl Ways {
    /// Takes a way if a profile can use it.
    pub(super) fn offer(
        &mut self,
        profiles: &[Profile],
        id: i64,
        refs: impl Iterator<Item = i64>,
        tags: &[(&str, &str)],
    ) {
        self.read += 1;
        let usable = |profile: &Profile| profile.street(Tags::new(tags), ANY_LENGTH).is_allowed();
        if !profiles.iter().any(usable) {
            return;
        }
        let (first_ref, first_tag) = (self.refs.len(), self.tags.len());
        self.refs.extend(refs);
        for (key, value) in tags {
            let tag = (self.texts.number(key), self.texts.number(value));
            self.tags.push(tag);
        }
        self.rows.push(Row {
            id,
            refs: first_ref..self.refs.len(),
            tags: first_tag..self.tags.len(),
        });
    }

    /// Takes a relation if it is a turn restriction.
    pub(super) fn relation(
        &mut self,
        id: i64,
        tags: &[(&str, &str)],
        members: impl Iterator<Item = (Role, Member)>,
    ) {
        self.restrictions.extend(Restriction::of(id, tags, members));
    }

    /// Appends the ways of a later part of the file.
    pub(super) fn append(&mut self, later: Self) {
        let numbers: Vec<u32> = later
            .texts
            .texts
            .iter()
            .map(|text| self.texts.number(text))
            .collect();
        let (refs, tags) = (self.refs.len(), self.tags.len());
        self.refs.extend_from_slice(&later.refs);
        self.tags.extend(
            later
                .tags
                .iter()
                .map(|(key, value)| (numbers[*key as usize], numbers[*value as usize])),
        );
        self.rows.extend(later.rows.iter().map(|row| Row {
            id: row.id,
            refs: row.refs.start + refs..row.refs.end + refs,
            tags: row.tags.start + tags..row.tags.end + tags,
        }));
        self.read += later.read;
        self.restrictions.extend(later.restrictions);
    }

    /// Puts the ways in the order of their ids; of ways with the same id, the first in the file stays.
    pub(super) fn settle(&mut self) {
        let before = self.rows.len();
        self.rows.sort_by_key(|row| row.id);
        self.rows.dedup_by_key(|row| row.id);
        self.duplicates = (before - self.rows.len()) as u64;
        restrictions::settle(&mut self.restrictions);
    }

    /// Returns the ids of all points on the ways, in order and each once.
    pub(super) fn point_ids(&self) -> Vec<i64> {
        let mut ids: Vec<i64> = self
            .rows
            .iter()
            .flat_map(|row| &self.refs[row.refs.clone()])
            .copied()
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids.shrink_to_fit();
        ids
    }

    /// Returns the place of a way, by its id, once settled.
    pub(super) fn index(&self, id: i64) -> Option<usize> {
        self.rows.binary_search_by_key(&id, |row| row.id).ok()
    }

    /// Returns the number of ways kept.
    pub(super) fn count(&self) -> usize {
        self.rows.len()
    }

    /// Returns the number of points of all ways together.
    pub(super) fn steps(&self) -> usize {
        self.refs.len()
    }

    /// Returns the ids of the points of a way.
    pub(super) fn refs(&self, way: usize) -> &[i64] {
        &self.refs[self.rows[way].refs.clone()]
    }

    /// Writes the tags of a way into a list.
    pub(super) fn tags<'a>(&'a self, way: usize, tags: &mut Vec<(&'a str, &'a str)>) {
        let text = |number: &u32| &*self.texts.texts[*number as usize];
        tags.clear();
        tags.extend(
            self.tags[self.rows[way].tags.clone()]
                .iter()
                .map(|(key, value)| (text(key), text(value))),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::Ways;
    use catchment_travel::Profile;

    #[test]
    fn parts_of_a_file_join_into_one_list_in_the_order_of_ids() {
        let profiles = [Profile::drive()];
        let lane = [("highway", "residential"), ("name", "Mill Lane")];
        let (mut first, mut second) = (Ways::default(), Ways::default());
        first.offer(&profiles, 7, [1, 2].into_iter(), &lane);
        first.offer(&profiles, 8, [5, 6].into_iter(), &[("building", "yes")]);
        second.offer(&profiles, -3, [2, 9].into_iter(), &[("highway", "service")]);
        second.offer(&profiles, 7, [1, 4].into_iter(), &lane);
        second.relation(4, &[("type", "restriction")], std::iter::empty());
        first.append(second);
        first.settle();
        assert_eq!(
            (
                first.count(),
                first.read,
                first.duplicates,
                first.restrictions.len()
            ),
            (2, 4, 1, 1)
        );
        assert_eq!((first.refs(0), first.refs(1)), (&[2, 9][..], &[1, 2][..]));
        assert_eq!(first.point_ids(), [1, 2, 9]);
        let mut tags = Vec::new();
        first.tags(1, &mut tags);
        assert_eq!(tags, lane);
    }
}
