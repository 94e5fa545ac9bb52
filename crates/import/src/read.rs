//! Reads a whole study folder, step by step, in the order in which the steps build on each other.
//!
//! Each step is one reader of one file: `sources` has them, and `steps` says when a file is read and when its record is used. What they
//! give is put together as a study in the same way as the bundle is opened.

use std::cell::LazyCell;
use std::path::Path;
use std::sync::Arc;

use catchment_core::area::AreaSet;
use catchment_core::grid::Grid;
use catchment_core::id::{AreaSetId, Table};
use catchment_core::issue::{Issue, Severity};
use catchment_core::provenance::Provenance;
use catchment_core::study::{About, Settings, Study};
use catchment_travel::Metres;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::background::Codes;
use crate::look_over::look_over;
use crate::people::People;
use crate::placing::place;
use crate::records::{Encoded, Key};
use crate::report::{FileCounts, Report};
use crate::sealed::{Head, Kind, Section, parts_of, validate_networks};
use crate::services::Services;
use crate::steps::{Codec, Kept, Step, StepDone, Steps, Task, plain};
use crate::study_file::{self, Origin, StudyFile, StudyFileError};

/// Told what is being done: the task, how much of it, of how much (bytes or steps; 0 of 0 where that is not known).
pub type Progress<'a> = dyn FnMut(&str, u64, u64) + 'a;

/// Why a study folder cannot be read at all.
#[derive(Debug, Error)]
pub enum ImportError {
    /// Its study file cannot be used.
    #[error(transparent)]
    StudyFile(#[from] StudyFileError),
}

/// What was read: a study, unless one of its files cannot be used, and the report.
#[derive(Debug)]
pub struct ReadStudy {
    /// The study.
    pub study: Option<Study>,
    /// What was accepted, repaired and rejected.
    pub report: Report,
}

/// Reads a study folder and stores nothing. Every file is looked at, even where an earlier one cannot be used, so that the report is
/// whole; but what a build kept of a file that has not changed since is taken as it is.
pub fn read(folder: &Path, progress: &mut Progress<'_>) -> Result<ReadStudy, ImportError> {
    let file = StudyFile::load(folder)?;
    let Gathered { study, report, .. } = gather(folder, &file, false, progress)?;
    Ok(ReadStudy { study, report })
}

/// What was gathered from a study folder.
pub(crate) struct Gathered {
    pub(crate) study: Option<Study>,
    pub(crate) report: Report,
    pub(crate) steps: Vec<StepDone>,
    pub(crate) sections: Vec<Section>,
    pub(crate) kept: Kept,
}

/// Goes through all steps; where `fresh`, without the records of earlier builds.
pub(crate) fn gather(
    folder: &Path,
    file: &StudyFile,
    fresh: bool,
    progress: &mut Progress<'_>,
) -> Result<Gathered, ImportError> {
    let invalid = |message| StudyFileError::Invalid {
        path: folder.join(crate::STUDY_FILE),
        message,
    };
    let about = About {
        title: file.study.title.clone(),
        reference_date: file.reference_date().map_err(invalid)?,
        grid: file.grid().map_err(invalid)?,
        notice: notice(&file.study),
        invented: file.study.invented,
    };
    let mut reading = Reading {
        file,
        grid: about.grid,
        day: about.reference_date,
        steps: Steps::start(folder, Report::of(file), fresh),
        sections: Vec::new(),
    };
    let read = reading.all(progress);
    let mut study = None;
    if reading.steps.report.is_usable() {
        progress("finding areas and streets", 0, 0);
        match reading.study(about, &read) {
            Ok(assembled) => match without_streets(&assembled, file) {
                None => study = Some(assembled),
                Some(issue) => reading.steps.report.issues.push(issue),
            },
            // A record can be whole and yet not fit, where somebody has tampered with it.
            Err(_) if !fresh => return gather(folder, file, true, progress),
            Err(reason) => reading.steps.report.issues.push(Issue::new(
                crate::STUDY_FILE,
                Severity::FileUnusable,
                format!("cannot be built: {reason}"),
                "this is a fault of the program; please report it",
            )),
        }
    }
    if reading.steps.met_damage() && !fresh {
        return gather(folder, file, true, progress);
    }
    let sections = reading.sections;
    let (mut report, steps, kept) = reading.steps.finish();
    if let Some(study) = &study {
        let nobody = People::default();
        let people = read.people.as_ref().map_or(&nobody, Step::value);
        look_over(study, file, people, &mut report);
    }
    report.finish();
    Ok(Gathered {
        study,
        report,
        steps,
        sections,
        kept,
    })
}

/// Says that a study names roads and its profile can use none of them.
fn without_streets(study: &Study, file: &StudyFile) -> Option<Issue> {
    let section = file.roads.as_ref().filter(|_| study.network().is_none())?;
    let message = format!(
        "holds no street that profile {} can use",
        file.travel.profile
    );
    let hint = "check that the road file is of this place and has roads";
    Some(Issue::new(
        &section.file,
        Severity::FileUnusable,
        message,
        hint,
    ))
}

/// The study's own notice; of a study with invented data, one that says so.
fn notice(study: &study_file::About) -> Option<String> {
    let invented = "Some of the data in this study are invented.";
    match &study.notice {
        Some(notice) if study.invented && !notice.to_lowercase().contains("invented") => {
            Some(format!("{notice} {invented}"))
        }
        None if study.invented => Some(invented.to_owned()),
        notice => notice.clone(),
    }
}

/// A value that is made when somebody asks for it.
pub(crate) type Lazy<'a, T> = LazyCell<T, Box<dyn FnOnce() -> T + 'a>>;

/// What the end of the reading needs of it.
pub(crate) struct Read {
    sets: Table<AreaSetId, AreaSet>,
    people: Option<Step<People>>,
    /// The keys of the streets and of all areas.
    ground: Vec<Key>,
}

pub(crate) struct Reading<'a> {
    pub(crate) file: &'a StudyFile,
    pub(crate) grid: Grid,
    pub(crate) day: Date,
    pub(crate) steps: Steps<'a>,
    sections: Vec<Section>,
}

impl Reading<'_> {
    /// Goes through all steps in order.
    pub(crate) fn all(&mut self, progress: &mut Progress<'_>) -> Read {
        let roads = self.roads(progress);
        let areas = self.areas(progress);
        let codes: Lazy<'_, Vec<Codes>> = LazyCell::new(Box::new(|| areas.codes()));
        let lookups = self.lookups(&areas, &codes, progress);
        self.population(&areas, &codes, progress);
        self.deprivation(&areas, &codes, &lookups, progress);
        let located = self.located(&areas, roads.towns.clone(), progress);
        let services = Services::read(self, self.file, &located, progress);
        let people = self.council(&located, services.as_ref(), progress);
        self.assets(&areas, &located, services.as_ref(), &roads, progress);
        drop(services);
        drop((codes, located));
        Read {
            ground: [roads.key].into_iter().chain(areas.keys()).collect(),
            sets: areas.sets,
            people,
        }
    }

    /// Puts the study together from its sections, as whoever opens the bundle does.
    fn study(&mut self, about: About, read: &Read) -> Result<Study, String> {
        let head = Head {
            about,
            settings: Settings {
                profile: self.file.travel.profile.clone(),
                snap_cap: Metres::new(self.file.travel.snap_cap_m),
                release_profile: self.file.release.profile.clone(),
            },
            provenance: Provenance {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                inputs: std::mem::take(&mut self.steps.inputs),
            },
            area_sets: read.sets.clone(),
        };
        let head = postcard::to_stdvec(&head).map_err(|error| error.to_string())?;
        let head = Arc::new(Encoded::new(head));
        self.sections.insert(
            0,
            Section {
                kind: Kind::Head,
                encoded: head,
            },
        );
        let (parts, _) = parts_of(&self.sections, usize::MAX, |section| {
            Ok((section.kind, section.encoded.shared()))
        })?;
        validate_networks(&parts)?;
        let (placements, encoded) = place(&mut self.steps, &parts, &read.ground)?;
        self.sections.push(Section {
            kind: Kind::Placements,
            encoded,
        });
        Study::placed(parts, placements).map_err(|error| error.to_string())
    }

    /// Runs a step whose reader counts rows.
    pub(crate) fn table<T>(
        &mut self,
        task: &Task<'_>,
        origin: Origin,
        codec: &Codec<T>,
        progress: &mut Progress<'_>,
        read: impl FnOnce(&Path, &mut Vec<Issue>) -> Result<(T, FileCounts), Issue>,
    ) -> Option<Step<T>> {
        let personal = matches!(task.role, "service_users" | "attendances");
        let read =
            |folder: &Path, issues: &mut Vec<Issue>, _: &mut Progress<'_>| read(folder, issues);
        self.steps
            .run(task, origin, personal, codec, progress, read)
    }

    /// Runs such a step and stores what it gives as one section.
    pub(crate) fn stored<T: Serialize + DeserializeOwned>(
        &mut self,
        kind: Kind,
        task: &Task<'_>,
        origin: Origin,
        progress: &mut Progress<'_>,
        read: impl FnOnce(&Path, &mut Vec<Issue>) -> Result<(T, FileCounts), Issue>,
    ) -> Option<Step<T>> {
        let step = self.table(task, origin, &plain(), progress, read);
        self.store(kind, step.as_ref());
        step
    }

    /// Stores what a step gave as one section.
    pub(crate) fn store<T>(&mut self, kind: Kind, step: Option<&Step<T>>) {
        let section = step.map(|step| Section {
            kind,
            encoded: Arc::clone(step.encoded()),
        });
        self.sections.extend(section);
    }
}
