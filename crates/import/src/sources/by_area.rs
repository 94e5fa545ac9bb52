//! The steps of tables that are joined to areas by their codes: lookups, residents and deprivation.

use std::path::Path;

use catchment_core::area::Lookup;
use catchment_core::id::{AreaSetId, RowId};
use catchment_core::issue::Issue;

use super::AllAreas;
use crate::background::{self, Bridge, Codes};
use crate::lookups;
use crate::read::{Lazy, Progress, Reading};
use crate::sealed::Kind;
use crate::steps::{Step, Task, whole};

/// A lookup that was read.
pub(crate) struct LookedUp {
    from: AreaSetId,
    to: AreaSetId,
    step: Step<Lookup>,
}

impl LookedUp {
    /// Returns the way it makes to other areas; nothing where its record cannot be used.
    fn bridge<'a>(&self, areas: &'a AllAreas, codes: &'a [Codes]) -> Option<Bridge<'a>> {
        Some(Bridge {
            id: &areas.sets.get(self.from)?.key,
            codes: codes.get(self.from.row())?,
            lookup: whole(self.step.encoded().bytes())?,
        })
    }
}

impl Reading<'_> {
    /// Reads every lookup.
    pub(crate) fn lookups(
        &mut self,
        areas: &AllAreas,
        codes: &Lazy<'_, Vec<Codes>>,
        progress: &mut Progress<'_>,
    ) -> Vec<LookedUp> {
        let mut all = Vec::new();
        for section in &self.file.lookup {
            let ends = areas.usable(&section.from).zip(areas.usable(&section.to));
            let Some(((from, mut needs), (to, more))) = ends else {
                continue;
            };
            needs.extend(more);
            let task = Task {
                role: &format!("lookup.{}.{}", section.from, section.to),
                doing: "reading lookups",
                file: &section.file,
                options: section.options(),
                needs,
            };
            let read = |folder: &Path, issues: &mut Vec<Issue>| {
                let known = |set: AreaSetId| (set, &codes[set.row()]);
                lookups::read(folder, section, known(from), known(to), issues)
            };
            let step = self.stored(Kind::Lookup, &task, section.origin(), progress, read);
            all.extend(step.map(|step| LookedUp { from, to, step }));
        }
        all
    }

    /// Reads residents.
    pub(crate) fn population(
        &mut self,
        areas: &AllAreas,
        codes: &Lazy<'_, Vec<Codes>>,
        progress: &mut Progress<'_>,
    ) {
        let section = self.file.population.as_ref();
        let Some((section, (set, needs))) =
            section.and_then(|section| Some((section, areas.usable(&section.areas)?)))
        else {
            return;
        };
        let task = Task {
            role: "population",
            doing: "reading residents",
            file: &section.file,
            options: section.options(),
            needs,
        };
        let read = |folder: &Path, issues: &mut Vec<Issue>| {
            background::population(folder, section, set, &codes[set.row()], issues)
        };
        self.stored(Kind::Population, &task, section.origin(), progress, read);
    }

    /// Reads every index of deprivation; the `lookups` carry those of another year over.
    pub(crate) fn deprivation(
        &mut self,
        areas: &AllAreas,
        codes: &Lazy<'_, Vec<Codes>>,
        lookups: &[LookedUp],
        progress: &mut Progress<'_>,
    ) {
        for section in &self.file.deprivation {
            let Some((set, mut needs)) = areas.usable(&section.areas) else {
                continue;
            };
            let leading = || lookups.iter().filter(|lookup| lookup.to == set);
            needs.extend(leading().map(|lookup| lookup.step.key()));
            let task = Task {
                role: &format!("deprivation.{}", section.id),
                doing: "reading deprivation",
                file: &section.file,
                options: section.options(),
                needs,
            };
            let mut damaged = false;
            let read = |folder: &Path, issues: &mut Vec<Issue>| {
                let bridges = leading().map(|lookup| lookup.bridge(areas, codes));
                let bridges: Option<Vec<Bridge<'_>>> = bridges.collect();
                damaged = bridges.is_none();
                let (bridges, known) = (bridges.unwrap_or_default(), &codes[set.row()]);
                background::deprivation(folder, section, (set, known), &bridges, issues)
            };
            self.stored(Kind::Deprivation, &task, section.origin(), progress, read);
            if damaged {
                self.steps.note_damage();
            }
        }
    }
}
