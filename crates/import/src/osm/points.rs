//! The points that usable ways run through: where they are, and what bars them.
//!
//! Only points that a way names are kept, and tags only of those that a traveller may have to stop at.

use std::collections::BTreeMap;
use std::sync::Arc;

use catchment_core::grid::{Grid, LonLat};
use catchment_travel::{Profile, Tags};

/// Where a point is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Place {
    /// Not in the file.
    Missing,
    /// In the file, but not on the grid.
    OffGrid,
    /// In metres on the grid.
    At([f64; 2]),
}

/// What makes a point of a way different from others.
#[derive(Debug, Default)]
struct Marks {
    /// It bars someone's way.
    bars: bool,
    /// Someone waits there.
    waits: bool,
    tags: Vec<(Box<str>, Box<str>)>,
}

/// A point of the file that a way runs through.
#[derive(Debug)]
pub(super) struct Found {
    index: usize,
    place: Place,
    marks: Marks,
}

/// What decides whether and how a point is kept.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) ids: &'a [i64],
    pub(super) grid: &'a Grid,
    pub(super) profiles: &'a [Profile],
}

impl Wanted<'_> {
    /// Returns where a point is in the list, if a way runs through it.
    pub(super) fn index(&self, id: i64) -> Option<usize> {
        self.ids.binary_search(&id).ok()
    }

    /// Takes a point whose index was looked up.
    pub(super) fn found(&self, index: usize, position: LonLat, tags: &[(&str, &str)]) -> Found {
        let place = self
            .grid
            .to_grid(position)
            .map_or(Place::OffGrid, |point| Place::At([point.x, point.y]));
        let looked_up = Tags::new(tags);
        // A gate that everyone may pass bars nobody, but it is where a study could one day lock it.
        let any = |heeds: fn(&Profile, Tags<'_>) -> bool| {
            let mut profiles = self.profiles.iter();
            !tags.is_empty() && profiles.any(|profile| heeds(profile, looked_up))
        };
        let bars =
            looked_up.get("barrier").is_some() || any(|profile, point| !profile.passes(point));
        let waits = any(Profile::waits_at);
        let tags = if bars || any(Profile::heeds) {
            tags.iter()
                .map(|(key, value)| ((*key).into(), (*value).into()))
                .collect()
        } else {
            Vec::new()
        };
        Found {
            index,
            place,
            marks: Marks { bars, waits, tags },
        }
    }
}

/// All points that the ways name, in the order of their ids.
#[derive(Debug)]
pub(super) struct Points {
    ids: Arc<[i64]>,
    places: Vec<Place>,
    /// Of the points that make a difference.
    marks: BTreeMap<usize, Marks>,
    /// Points in the file, on a way or not.
    pub(super) read: u64,
    /// Points left out because one with the same id came before.
    pub(super) duplicates: u64,
}

impl Points {
    /// Starts with all points missing.
    pub(super) fn new(ids: Vec<i64>) -> Self {
        let places = vec![Place::Missing; ids.len()];
        Self {
            ids: ids.into(),
            places,
            marks: BTreeMap::new(),
            read: 0,
            duplicates: 0,
        }
    }

    /// Returns the ids of the points, in order.
    pub(super) fn ids(&self) -> Arc<[i64]> {
        Arc::clone(&self.ids)
    }

    /// Puts a point where the file says, unless it was there already.
    pub(super) fn put(&mut self, found: Found) {
        if self.places[found.index] != Place::Missing {
            self.duplicates += 1;
            return;
        }
        self.places[found.index] = found.place;
        if !found.marks.tags.is_empty() {
            self.marks.insert(found.index, found.marks);
        }
    }

    /// Puts points in their order.
    pub(super) fn put_all(&mut self, found: Vec<Found>) {
        for point in found {
            self.put(point);
        }
    }

    /// Returns the number of points.
    pub(super) fn count(&self) -> u64 {
        self.ids.len() as u64
    }

    /// Returns the index of a point.
    pub(super) fn index(&self, id: i64) -> Option<usize> {
        self.ids.binary_search(&id).ok()
    }

    /// Returns where each point is.
    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// Walks the indices of points that bar someone's way.
    pub(super) fn barriers(&self) -> impl Iterator<Item = usize> {
        let barring = self.marks.iter().filter(|(_, marks)| marks.bars);
        barring.map(|(index, _)| *index)
    }

    /// Walks the indices of points where streets end whatever else meets there: what bars the way or makes one wait is between streets.
    pub(super) fn between(&self) -> impl Iterator<Item = usize> {
        let between = self
            .marks
            .iter()
            .filter(|(_, marks)| marks.bars || marks.waits);
        between.map(|(index, _)| *index)
    }

    /// Says whether any point makes a difference to a street it lies on.
    pub(super) fn any_tags(&self) -> bool {
        !self.marks.is_empty()
    }

    /// Writes the tags of a point that makes a difference into a list; of other points, none.
    pub(super) fn tags<'a>(&'a self, index: usize, tags: &mut Vec<(&'a str, &'a str)>) {
        tags.clear();
        let kept = self.marks.get(&index).into_iter();
        let kept = kept.flat_map(|marks| &marks.tags);
        tags.extend(kept.map(|(key, value)| (&**key, &**value)));
    }
}
