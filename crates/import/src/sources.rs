//! The steps themselves: which reader reads which file, with which options, and what of other steps it uses.
//!
//! To add one, write a method that names its role, its file, its options and the keys of what it uses, and call it in
//! [`Reading::all`](crate::read::Reading::all); what it gives becomes a section of the bundle. It does not say when a file is read:
//! `steps` does.

use std::path::Path;

use catchment_core::area::{Area, AreaKind, AreaSet};
use catchment_core::grid::Grid;
use catchment_core::id::{AreaId, AreaSetId, RowId, Table};
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::Postcode;
use catchment_travel::{Profile, StreetNetwork};
use geo::BoundingRect;

use crate::background::Codes;
use crate::directory::Directory;
use crate::people::People;
use crate::places::Places;
use crate::read::{Lazy, Progress, Reading};
use crate::records::Key;
use crate::sealed::{self, Kind};
use crate::steps::{Said, Step, Task, plain};
use crate::study_file;
use crate::{areas, assets, background, directory, lookups, osm, people, postcodes, supply};

/// The areas of all sets; nothing of a set whose boundaries cannot be used.
#[derive(Default)]
pub(crate) struct AllAreas {
    pub(crate) sets: Table<AreaSetId, AreaSet>,
    steps: Vec<Option<Step<Vec<Area>>>>,
}

impl Reading<'_> {
    /// Reads the streets.
    pub(crate) fn roads(
        &mut self,
        progress: &mut Progress<'_>,
    ) -> Option<Step<Vec<StreetNetwork>>> {
        let section = self.file.roads.as_ref()?;
        let grid = self.grid;
        let task = Task {
            role: "roads",
            doing: "reading roads",
            file: &section.file,
            options: format!("{} {grid:?}", section.options()),
            needs: Vec::new(),
        };
        let codec = plain();
        let read = |folder: &Path, issues: &mut Vec<Issue>, progress: &mut Progress<'_>| {
            roads(folder, section, &grid, issues, progress)
        };
        let step = self
            .steps
            .run(&task, section.origin(), false, &codec, progress, read);
        self.store(Kind::Networks, step.as_ref());
        step
    }

    /// Reads every set of areas.
    pub(crate) fn areas(&mut self, progress: &mut Progress<'_>) -> AllAreas {
        let mut all = AllAreas::default();
        let grid = self.grid;
        for section in &self.file.areas {
            let kind = section.kind.parse().unwrap_or(AreaKind::SmallArea);
            let set = all.sets.push(AreaSet {
                key: section.id.clone(),
                kind,
                vintage: section.vintage.clone(),
            });
            let task = Task {
                role: &format!("areas.{}", section.id),
                doing: "reading areas",
                file: &section.file,
                options: format!("{} {grid:?} {set:?}", section.options()),
                needs: Vec::new(),
            };
            let step = self.stored(
                Kind::Areas,
                &task,
                section.origin(),
                progress,
                |folder, issues| areas::read(folder, section, set, &grid, issues),
            );
            all.steps.push(step);
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
        self.stored(
            Kind::Population,
            &task,
            section.origin(),
            progress,
            |folder, issues| {
                background::population(folder, section, set, &codes[set.row()], issues)
            },
        );
    }

    /// Reads every index of deprivation.
    pub(crate) fn deprivation(
        &mut self,
        areas: &AllAreas,
        codes: &Lazy<'_, Vec<Codes>>,
        progress: &mut Progress<'_>,
    ) {
        for section in &self.file.deprivation {
            let Some((set, needs)) = areas.usable(&section.areas) else {
                continue;
            };
            let task = Task {
                role: &format!("deprivation.{}", section.id),
                doing: "reading deprivation",
                file: &section.file,
                options: section.options(),
                needs,
            };
            self.stored(
                Kind::Deprivation,
                &task,
                section.origin(),
                progress,
                |folder, issues| {
                    background::deprivation(folder, section, set, &codes[set.row()], issues)
                },
            );
        }
    }

    /// Reads every lookup.
    pub(crate) fn lookups(
        &mut self,
        areas: &AllAreas,
        codes: &Lazy<'_, Vec<Codes>>,
        progress: &mut Progress<'_>,
    ) {
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
            self.stored(
                Kind::Lookup,
                &task,
                section.origin(),
                progress,
                |folder, issues| {
                    let known = |set: AreaSetId| (set, &codes[set.row()]);
                    lookups::read(folder, section, known(from), known(to), issues)
                },
            );
        }
    }

    /// Reads postcodes.
    pub(crate) fn postcodes(&mut self, progress: &mut Progress<'_>) -> Option<Step<Vec<Postcode>>> {
        let section = self.file.postcodes.as_ref()?;
        let task = Task {
            role: "postcodes",
            doing: "reading postcodes",
            file: &section.file,
            options: section.options(),
            needs: Vec::new(),
        };
        self.stored(
            Kind::Postcodes,
            &task,
            section.origin(),
            progress,
            |folder, issues| postcodes::read(folder, section, issues),
        )
    }

    /// Reads every file of community assets.
    pub(crate) fn assets(
        &mut self,
        places: &Lazy<'_, Places>,
        located: &[Key],
        progress: &mut Progress<'_>,
    ) {
        let grid = self.grid;
        for (number, section) in self.file.assets.iter().enumerate() {
            let task = Task {
                role: &format!("assets.{}", number + 1),
                doing: "reading community assets",
                file: &section.file,
                options: format!("{} {grid:?}", section.options()),
                needs: located.to_vec(),
            };
            self.stored(
                Kind::Assets,
                &task,
                section.origin(),
                progress,
                |folder, issues| assets::read(folder, section, places, &grid, issues),
            );
        }
    }

    /// Reads the services and all that tables of their own say of them.
    fn directory(
        &mut self,
        places: &Lazy<'_, Places>,
        located: &[Key],
        progress: &mut Progress<'_>,
    ) -> Option<Step<Directory>> {
        let section = self.file.providers.as_ref()?;
        let task = Task {
            role: "providers",
            doing: "reading services",
            file: &section.file,
            options: section.options(),
            needs: located.to_vec(),
        };
        let mut directory = self.table(
            &task,
            section.origin(),
            &plain(),
            progress,
            |folder, issues| directory::read(folder, section, places, issues),
        )?;
        if let Some(section) = &self.file.sessions {
            let task = on_table("sessions", "reading sessions", section, &directory);
            let read = |folder: &Path, issues: &mut Vec<Issue>| {
                let mut services = directory.value().clone();
                let ((), counts) = supply::sessions(folder, section, &mut services, issues)?;
                Ok((services, counts))
            };
            let step = self.table(&task, section.origin(), &plain(), progress, read);
            directory = step.unwrap_or(directory);
        }
        if let Some(section) = &self.file.service_areas {
            let grid = self.grid;
            let task = Task {
                role: "service_areas",
                doing: "reading service areas",
                file: &section.file,
                options: format!("{} {grid:?}", section.options()),
                needs: vec![directory.key()],
            };
            let read = |folder: &Path, issues: &mut Vec<Issue>| {
                let mut services = directory.value().clone();
                let ((), counts) =
                    supply::service_areas(folder, section, &mut services, &grid, issues)?;
                Ok((services, counts))
            };
            let step = self.table(&task, section.origin(), &plain(), progress, read);
            directory = step.unwrap_or(directory);
        }
        self.store(Kind::Directory, Some(&directory));
        if let Some(section) = &self.file.returns {
            let task = on_table("returns", "reading returns", section, &directory);
            let read = |folder: &Path, issues: &mut Vec<Issue>| {
                supply::returns(folder, section, directory.value(), issues)
            };
            self.stored(Kind::Returns, &task, section.origin(), progress, read);
        }
        Some(directory)
    }

    /// Reads services, people and attendances, and returns the people.
    pub(crate) fn council(
        &mut self,
        places: &Lazy<'_, Places>,
        located: &[Key],
        progress: &mut Progress<'_>,
    ) -> Option<Step<People>> {
        let directory = self.directory(places, located, progress);
        let people = self.file.service_users.as_ref().and_then(|section| {
            let task = Task {
                role: "service_users",
                doing: "reading people",
                file: &section.file,
                options: section.options(),
                needs: located.to_vec(),
            };
            let codec = sealed::people();
            self.table(
                &task,
                section.origin(),
                &codec,
                progress,
                |folder, issues| people::users(folder, section, places, issues),
            )
        });
        self.store(Kind::People, people.as_ref());
        let Some(section) = &self.file.attendances else {
            return people;
        };
        let (Some(directory), Some(known)) = (&directory, &people) else {
            let message =
                "was not read, because the services or the people it names cannot be used";
            let issue = Issue::new(&section.file, Severity::Note, message, "mend those first");
            self.steps.report.issues.push(issue);
            return people;
        };
        let task = Task {
            role: "attendances",
            doing: "reading attendances",
            file: &section.file,
            options: section.options(),
            needs: vec![known.key(), directory.key()],
        };
        let read = |folder: &Path, issues: &mut Vec<Issue>| {
            let users = self.file.service_users.as_ref();
            // Some of what is known of people for this one purpose is in no record.
            let known = known.as_read(|folder, issues| {
                let missing = || Issue::new("", Severity::FileUnusable, "", "");
                people::users(folder, users.ok_or_else(missing)?, places, issues)
            });
            people::attendances(folder, section, known, &directory.value().by_key, issues)
        };
        let codec = sealed::attendances();
        let step = self.table(&task, section.origin(), &codec, progress, read);
        self.store(Kind::Attendances, step.as_ref());
        people
    }
}

/// A step that reads a table of the council's own about the services.
fn on_table<'a>(
    role: &'a str,
    doing: &'a str,
    section: &'a study_file::Table,
    directory: &Step<Directory>,
) -> Task<'a> {
    Task {
        role,
        doing,
        file: &section.file,
        options: section.options(),
        needs: vec![directory.key()],
    }
}

impl AllAreas {
    /// Returns the keys of all sets.
    pub(crate) fn keys(&self) -> impl Iterator<Item = Key> + '_ {
        self.steps.iter().map(|step| key_of(step.as_ref()))
    }

    /// Finds a set of areas and the keys of all that its areas' ids depend on. Nothing where its boundaries could not be used, which
    /// the report says already.
    fn usable(&self, key: &str) -> Option<(AreaSetId, Vec<Key>)> {
        let (id, _) = self.sets.iter().find(|(_, set)| set.key == key)?;
        self.steps.get(id.row())?.as_ref()?;
        // Areas are counted through all sets, so the id of one depends on how many there are before it.
        let needs = self.keys().take(id.row() + 1).collect();
        Some((id, needs))
    }

    /// Lists the areas of each set.
    fn each(&self) -> impl Iterator<Item = &[Area]> {
        self.steps
            .iter()
            .map(|step| step.as_ref().map_or([].as_slice(), |step| step.value()))
    }

    /// Lists the areas of each set by their code.
    pub(crate) fn codes(&self) -> Vec<Codes> {
        let mut next = 0;
        let sets = self.each().map(|areas| {
            let first = next;
            next += areas.len();
            let ids = (first..next).map(AreaId::from_row);
            areas
                .iter()
                .map(|area| area.code.clone())
                .zip(ids)
                .collect()
        });
        sets.collect()
    }
}

/// Returns the key of a step; of one that gave nothing, a key that no step has.
pub(crate) fn key_of<T>(step: Option<&Step<T>>) -> Key {
    step.map_or_else(|| Key::of([]), Step::key)
}

/// Gathers what places a row that has a postcode.
pub(crate) fn places(postcodes: Option<&Step<Vec<Postcode>>>, areas: &AllAreas) -> Places {
    let postcodes = postcodes.map_or([].as_slice(), |step| step.value());
    let frames = areas
        .each()
        .flatten()
        .filter_map(|area| area.outline.bounding_rect());
    Places {
        by_code: postcodes
            .iter()
            .map(|postcode| (postcode.code.clone(), postcode.point))
            .collect(),
        frame: frames.reduce(joined),
    }
}

/// Reads the roads and freezes them for every profile.
fn roads(
    folder: &Path,
    section: &study_file::Roads,
    grid: &Grid,
    issues: &mut Vec<Issue>,
    progress: &mut Progress<'_>,
) -> Result<(Vec<StreetNetwork>, Said), Issue> {
    let profiles = [Profile::drive(), Profile::walk()];
    let mut moved = |done, total| progress("reading roads", done, total);
    let path = folder.join(&section.file);
    let read =
        osm::read_roads(&path, &section.file, grid, &profiles, &mut moved).map_err(|error| {
            Issue::new(&section.file, Severity::FileUnusable, error.to_string(), "")
        })?;
    issues.extend(read.issues);
    let summary = &read.summary;
    let mut lines = vec![format!(
        "{} of {} ways used, {} cut at the edge of the file, {} turn restrictions seen and not applied",
        summary.ways_used, summary.ways_read, summary.ways_cut_at_edge, summary.turn_restrictions
    )];
    let mut networks = Vec::new();
    for (index, profile) in profiles.iter().enumerate() {
        progress(&format!("freezing the {} network", profile.name), 0, 0);
        match read.streets.freeze(index, profile) {
            Ok((network, kept)) => {
                lines.push(format!(
                    "{}: {} junctions and {} streets kept ({}), {} unconnected parts left out ({})",
                    profile.name,
                    kept.junctions,
                    kept.streets,
                    kept.kept,
                    kept.dropped_components,
                    kept.dropped
                ));
                networks.push(network);
            }
            Err(error) => lines.push(error.to_string()),
        }
    }
    let said = Said {
        counts: None,
        roads: lines,
    };
    Ok((networks, said))
}

fn joined(a: geo::Rect<f64>, b: geo::Rect<f64>) -> geo::Rect<f64> {
    let low = geo::coord! { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
    let high = geo::coord! { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
    geo::Rect::new(low, high)
}
