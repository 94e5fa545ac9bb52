//! The steps of what puts rows on the map: postcodes and towns.

use std::cell::LazyCell;
use std::path::Path;

use catchment_core::grid::{Grid, GridPoint};
use catchment_core::issue::Issue;

use super::{AllAreas, key_of};
use crate::directory::AreaNames;
use crate::places::geocoder::Geocoder;
use crate::places::{Places, towns};
use crate::postcodes::{self, PostcodesRead};
use crate::read::{Lazy, Progress, Reading};
use crate::records::Key;
use crate::sealed::{self, Kind};
use crate::steps::{Step, Task, plain};
use crate::study_file;

/// So many postcodes, those of a county, are kept for the next build. Those of a country are read again where they are needed: they
/// would take more room than everything else together.
const MOST_KEPT: usize = 100_000;

/// Names with where they are.
type Towns = Vec<(String, GridPoint)>;

/// What puts rows on the map, made when a row has to be put there.
pub(crate) struct Located<'a> {
    pub(crate) places: Lazy<'a, Places>,
    pub(crate) names: Lazy<'a, AreaNames>,
    /// The keys of everything it is made of.
    pub(crate) keys: Vec<Key>,
}

/// The postcodes of a study, read or not.
struct Postcodes {
    section: study_file::Postcodes,
    step: Step<PostcodesRead>,
    /// Those of the whole file, where they were kept.
    kept: Option<Step<Geocoder>>,
}

impl Postcodes {
    /// Returns all postcodes of the file, which is read again where they were not kept.
    fn geocoder(&self, areas: &AllAreas, grid: Grid) -> Geocoder {
        if let Some(kept) = &self.kept {
            return kept.value().clone();
        }
        let read = |folder: &Path, issues: &mut Vec<Issue>| {
            postcodes::read(folder, &self.section, areas.around(grid), issues)
        };
        self.step.as_read(read).geocoder.clone()
    }
}

impl Reading<'_> {
    /// Reads postcodes and towns.
    pub(crate) fn located<'b>(
        &mut self,
        areas: &'b AllAreas,
        on_the_map: Towns,
        progress: &mut Progress<'_>,
    ) -> Located<'b> {
        let grid = self.grid;
        let postcodes = self.postcodes(areas, progress);
        let towns = self.towns(progress);
        let made = [
            key_of(postcodes.as_ref().map(|postcodes| &postcodes.step)),
            key_of(towns.as_ref()),
            // Not the key of the streets: who lives where does not change with them.
            Key::of([format!("{on_the_map:?}").as_bytes()]),
        ];
        let keys = areas.keys().chain(made).collect();
        let places = move || {
            let around = areas.around(grid);
            let geocoder = postcodes.map(|postcodes| postcodes.geocoder(areas, grid));
            let mut places = Places::new(around.grid, around.frame, geocoder.unwrap_or_default());
            let own = towns.map(|step| step.value().clone());
            places.add_own_towns(own.unwrap_or_default());
            places.add_towns(on_the_map);
            places
        };
        Located {
            places: LazyCell::new(Box::new(places)),
            names: LazyCell::new(Box::new(move || AreaNames::of(areas.all()))),
            keys,
        }
    }

    fn postcodes(&mut self, areas: &AllAreas, progress: &mut Progress<'_>) -> Option<Postcodes> {
        let grid = self.grid;
        let section = self.file.postcodes.clone()?;
        let task = Task {
            role: "postcodes",
            doing: "reading postcodes",
            file: &section.file,
            options: format!("{} {grid:?}", section.options()),
            needs: areas.keys().collect(),
        };
        let read = |folder: &Path, issues: &mut Vec<Issue>| {
            postcodes::read(folder, &section, areas.around(grid), issues)
        };
        let codec = sealed::postcodes();
        let step = self.table(&task, section.origin(), &codec, progress, read)?;
        self.store(Kind::Postcodes, Some(&step));
        let now = step.was_read().then(|| &step.value().geocoder);
        let kept = if now.is_some_and(|now| now.len() > MOST_KEPT) {
            None
        } else {
            self.steps.aside("postcodes.all", step.key(), &plain(), now)
        };
        Some(Postcodes {
            section,
            step,
            kept,
        })
    }

    fn towns(&mut self, progress: &mut Progress<'_>) -> Option<Step<Towns>> {
        let section = self.file.towns.as_ref()?;
        let task = Task {
            role: "towns",
            doing: "reading towns",
            file: &section.file,
            options: section.options(),
            needs: Vec::new(),
        };
        let read = |folder: &Path, issues: &mut Vec<Issue>| towns::read(folder, section, issues);
        self.table(&task, section.origin(), &plain(), progress, read)
    }
}
