//! The steps themselves: which reader reads which file, with which options, and what of other steps it uses.
//!
//! To add one, write a method that names its role, its file, its options and the keys of what it uses, and call it in
//! [`Reading::all`](crate::read::Reading::all); what it gives becomes a section of the bundle. What is joined to areas by codes is in
//! `by_area`, what puts rows on the map in `located`. It does not say when a file is read: `steps` does.

mod by_area;
mod located;

use std::cell::RefCell;
use std::path::Path;

use catchment_core::area::{Area, AreaKind, AreaSet};
use catchment_core::grid::{Grid, GridPoint};
use catchment_core::id::{AreaId, AreaSetId, RowId, Table};
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::Asset;
use catchment_travel::{FreezeReport, NetworkError, PreparedNetwork, Profile};
use geo::BoundingRect;
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::background::Codes;
use crate::people::{self, People};
use crate::postcodes::Around;
use crate::read::{Progress, Reading};
use crate::records::Key;
use crate::sealed::{self, Kind};
use crate::services::Services;
use crate::steps::{Said, Step, Task, plain};
use crate::study_file;
use crate::{areas, osm};
pub(crate) use located::Located;

/// The community assets and the towns of a road file.
type OnTheMap = (Vec<Asset>, Vec<(String, GridPoint)>);

/// The streets, and what else the road file has.
pub(crate) struct Roads {
    pub(crate) key: Key,
    /// Its community assets, where they were asked for.
    pub(crate) assets: Option<Vec<Asset>>,
    /// Its towns, by name.
    pub(crate) towns: Vec<(String, GridPoint)>,
}

/// The areas of all sets; nothing of a set whose boundaries cannot be used.
#[derive(Default)]
pub(crate) struct AllAreas {
    pub(crate) sets: Table<AreaSetId, AreaSet>,
    steps: Vec<Option<Step<Vec<Area>>>>,
}

impl Reading<'_> {
    /// Reads the streets, and the community assets of the same file.
    pub(crate) fn roads(&mut self, progress: &mut Progress<'_>) -> Roads {
        let mut roads = Roads {
            key: key_of::<()>(None),
            assets: None,
            towns: Vec::new(),
        };
        let Some(section) = &self.file.roads else {
            return roads;
        };
        let grid = self.grid;
        let assets = self.file.community_assets.from_roads;
        // The study file was checked, so its profiles can be made.
        let profiles = self.file.travel_profiles().unwrap_or_default();
        let task = Task {
            role: "roads",
            doing: "reading roads",
            file: &section.file,
            options: format!("{} {grid:?} {assets} {profiles:?}", section.options()),
            needs: Vec::new(),
        };
        let wishes = RoadWishes {
            section,
            grid,
            assets,
            profiles: &profiles,
        };
        let codec = sealed::networks();
        let seen = RefCell::new((Vec::new(), Vec::new()));
        let read = |folder: &Path, issues: &mut Vec<Issue>, progress: &mut Progress<'_>| {
            read_roads(folder, &wishes, &seen, issues, progress)
        };
        let step = self
            .steps
            .run(&task, section.origin(), false, &codec, progress, read);
        self.store(Kind::Networks, step.as_ref());
        roads.key = key_of(step.as_ref());
        if let Some(step) = step {
            let (on_the_map, towns) = seen.into_inner();
            roads.towns = self.beside("roads.towns", &step, towns);
            roads.assets = assets.then(|| self.beside("roads.assets", &step, on_the_map));
        }
        roads
    }

    /// Keeps what a step gave besides its value or, where it was not read, takes what its record has.
    fn beside<T, V>(&mut self, role: &str, step: &Step<V>, now: T) -> T
    where
        T: Serialize + DeserializeOwned + Default + Clone,
        V: Default,
    {
        let read = step.was_read();
        let before = self
            .steps
            .aside(role, step.key(), &plain(), read.then_some(&now));
        match before {
            _ if read => now,
            Some(before) => before.value().clone(),
            None => {
                self.steps.note_damage();
                now
            }
        }
    }

    /// Reads every set of areas.
    pub(crate) fn areas(&mut self, progress: &mut Progress<'_>) -> AllAreas {
        let mut all = AllAreas::default();
        let grid = self.grid;
        areas::note_second_sets(&self.file.areas, &mut self.steps.report.issues);
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

    /// Reads people and what they attend, and returns the people.
    pub(crate) fn council(
        &mut self,
        located: &Located<'_>,
        services: Option<&Services<'_, '_>>,
        progress: &mut Progress<'_>,
    ) -> Option<Step<People>> {
        let day = self.day;
        let users = |section: &study_file::Table, folder: &Path, issues: &mut Vec<Issue>| {
            people::users(folder, section, &located.places, day, issues)
        };
        let people = self.file.service_users.as_ref().and_then(|section| {
            let task = Task {
                role: "service_users",
                doing: "reading people",
                file: &section.file,
                options: format!("{} {day}", section.options()),
                needs: located.keys.clone(),
            };
            let codec = sealed::people();
            let read = |folder: &Path, issues: &mut Vec<Issue>| users(section, folder, issues);
            self.table(&task, section.origin(), &codec, progress, read)
        });
        self.store(Kind::People, people.as_ref());
        let of_both = self.file.attendances.as_ref();
        let of_both = of_both.zip(self.file.service_users.as_ref());
        let Some((section, of_people)) = of_both else {
            return people;
        };
        let (Some(services), Some(known)) = (services, &people) else {
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
            needs: vec![known.key(), services.key()],
        };
        let read = |folder: &Path, issues: &mut Vec<Issue>| {
            // Births and deaths are in no record: where there are such, the people are read again.
            let known = if known.value().outgrow_their_record() {
                known.as_read(|folder, issues| users(of_people, folder, issues))
            } else {
                known.value()
            };
            people::attendances(folder, section, known, services.for_attendances(), issues)
        };
        let codec = sealed::attendances();
        let step = self.table(&task, section.origin(), &codec, progress, read);
        self.store(Kind::Attendances, step.as_ref());
        people
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

    /// Lists all areas with their ids.
    fn all(&self) -> impl Iterator<Item = (AreaId, &Area)> {
        let areas = self.each().flatten().enumerate();
        areas.map(|(row, area)| (AreaId::from_row(row), area))
    }

    /// Returns where the study is.
    pub(crate) fn around(&self, grid: Grid) -> Around {
        let outlines = self.each().flatten().map(|area| &area.outline);
        Around {
            grid,
            frame: outlines
                .filter_map(BoundingRect::bounding_rect)
                .reduce(joined),
        }
    }

    /// Lists the areas of each set by their code.
    pub(crate) fn codes(&self) -> Vec<Codes> {
        let mut next = 0;
        let sets = self.each().zip(self.sets.rows()).map(|(areas, set)| {
            let mut codes = Codes::default();
            codes.vintage.clone_from(&set.vintage);
            codes.kind = Some(set.kind);
            for area in areas {
                codes.insert(area.code.clone(), AreaId::from_row(next));
                next += 1;
            }
            codes
        });
        sets.collect()
    }
}

/// Returns the key of a step; of one that gave nothing, a key that no step has.
pub(crate) fn key_of<T>(step: Option<&Step<T>>) -> Key {
    step.map_or_else(|| Key::of([]), Step::key)
}

/// What is wanted of the road file.
struct RoadWishes<'a> {
    section: &'a study_file::Roads,
    grid: Grid,
    assets: bool,
    profiles: &'a [Profile],
}

/// Reads the roads and freezes them for every profile; fills in the community assets where they are asked for.
fn read_roads(
    folder: &Path,
    wishes: &RoadWishes<'_>,
    seen: &RefCell<OnTheMap>,
    issues: &mut Vec<Issue>,
    progress: &mut Progress<'_>,
) -> Result<(Vec<PreparedNetwork>, Said), Issue> {
    let RoadWishes {
        section, profiles, ..
    } = wishes;
    let mut moved = |done, total| progress("reading roads", done, total);
    let path = folder.join(&section.file);
    let read = osm::read_map(
        &path,
        &section.file,
        &wishes.grid,
        profiles,
        wishes.assets,
        &mut moved,
    )
    .map_err(|error| Issue::new(&section.file, Severity::FileUnusable, error.to_string(), ""))?;
    issues.extend(read.issues);
    let summary = &read.summary;
    let mut lines = vec![format!(
        "{} of {} ways used, {} cut at the edge of the file, {} of {} turn restrictions applied",
        summary.ways_used,
        summary.ways_read,
        summary.ways_cut_at_edge,
        summary.turns.applied,
        summary.turns.read
    )];
    if wishes.assets {
        lines.push(format!(
            "{} community assets found by their tags",
            read.assets.len()
        ));
    }
    *seen.borrow_mut() = (read.assets, read.towns);
    let (streets, _) = read.streets.condensed();
    progress("preparing the networks for searching", 0, 0);
    // Next to each other: what is left to contract of one is soon too little for every thread.
    let prepared: Vec<_> = profiles
        .par_iter()
        .enumerate()
        .with_max_len(1)
        .map(|(index, profile)| {
            let (network, kept) = streets.freeze(index, profile)?;
            Ok::<_, NetworkError>((PreparedNetwork::new(network), kept))
        })
        .collect();
    let mut networks = Vec::new();
    for (profile, prepared) in profiles.iter().zip(prepared) {
        match prepared {
            Ok((network, kept)) => {
                lines.push(frozen(&profile.name, &kept));
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

/// Says what of the streets is kept for a profile.
fn frozen(profile: &str, kept: &FreezeReport) -> String {
    format!(
        "{profile}: {} junctions and {} streets kept ({}), {} turn restrictions on them, {} unconnected parts left out ({})",
        kept.junctions,
        kept.streets,
        kept.kept,
        kept.restrictions,
        kept.dropped_components,
        kept.dropped
    )
}

/// Returns the frame around two.
pub(crate) fn joined(a: geo::Rect<f64>, b: geo::Rect<f64>) -> geo::Rect<f64> {
    let low = geo::coord! { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
    let high = geo::coord! { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
    geo::Rect::new(low, high)
}
