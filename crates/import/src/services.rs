//! The steps that read services: the directory, and the tables that say more of what is in it.
//!
//! Each of them adds to the directory that the one before it gave. A directory as it was read knows more than its record keeps (places
//! that may be somebody's home are in no record), so where a later table is read again, those before it are read for it too.

use std::path::Path;

use catchment_core::grid::Grid;
use catchment_core::issue::Issue;
use jiff::civil::Date;

use crate::background::Read;
use crate::directory::{self, Directory};
use crate::read::{Progress, Reading};
use crate::records::Key;
use crate::sealed::{self, Kind};
use crate::sources::Located;
use crate::steps::{Step, Task, plain};
use crate::study_file::{ServiceAreas, StudyFile, Table};
use crate::supply;

/// What was read of services.
pub(crate) struct Services<'a, 'b> {
    located: &'a Located<'b>,
    day: Date,
    grid: Grid,
    providers: (&'a Table, Step<Directory>),
    sessions: Option<(&'a Table, Step<Directory>)>,
    service_areas: Option<(&'a ServiceAreas, Step<Directory>)>,
}

impl<'a, 'b> Services<'a, 'b> {
    /// Reads them. Nothing where there is no directory, or none that can be used.
    pub(crate) fn read(
        reading: &mut Reading<'_>,
        file: &'a StudyFile,
        located: &'a Located<'b>,
        progress: &mut Progress<'_>,
    ) -> Option<Self> {
        let (day, grid) = (reading.day, reading.grid);
        let codec = sealed::directory();
        let section = file.providers.as_ref()?;
        let task = Task {
            role: "providers",
            doing: "reading services",
            file: &section.file,
            options: section.options(),
            needs: located.keys.clone(),
        };
        let read = |folder: &Path, issues: &mut Vec<Issue>| {
            directory::read(folder, section, &located.places, &located.names, issues)
        };
        let step = reading.table(&task, section.origin(), &codec, progress, read)?;
        let mut services = Self {
            located,
            day,
            grid,
            providers: (section, step),
            sessions: None,
            service_areas: None,
        };
        if let Some(section) = &file.sessions {
            let task = Task {
                role: "sessions",
                doing: "reading sessions",
                file: &section.file,
                options: format!("{} {day}", section.options()),
                needs: vec![services.key()],
            };
            let read = |folder: &Path, issues: &mut Vec<Issue>| {
                services.with_sessions(section, folder, issues)
            };
            let step = reading.table(&task, section.origin(), &codec, progress, read);
            services.sessions = step.map(|step| (section, step));
        }
        if let Some(section) = &file.service_areas {
            let task = Task {
                role: "service_areas",
                doing: "reading service areas",
                file: &section.file,
                options: format!("{} {grid:?}", section.options()),
                needs: vec![services.key()],
            };
            let read = |folder: &Path, issues: &mut Vec<Issue>| {
                services.with_areas(section, folder, issues)
            };
            let step = reading.table(&task, section.origin(), &codec, progress, read);
            services.service_areas = step.map(|step| (section, step));
        }
        reading.store(Kind::Directory, Some(services.last()));
        services.returns(reading, progress);
        Some(services)
    }

    fn returns(&self, reading: &mut Reading<'_>, progress: &mut Progress<'_>) {
        let file = reading.file;
        let Some(section) = &file.returns else {
            return;
        };
        let task = Task {
            role: "returns",
            doing: "reading returns",
            file: &section.file,
            options: format!("{} {}", section.options(), self.day),
            needs: vec![self.key()],
        };
        let read = |folder: &Path, issues: &mut Vec<Issue>| {
            supply::returns(folder, section, self.as_read(), self.day, issues)
        };
        let step = reading.table(&task, section.origin(), &plain(), progress, read);
        reading.store(Kind::Returns, step.as_ref());
    }

    fn last(&self) -> &Step<Directory> {
        let sessions = self.sessions.as_ref().map(|(_, step)| step);
        let areas = self.service_areas.as_ref().map(|(_, step)| step);
        areas.or(sessions).unwrap_or(&self.providers.1)
    }

    /// Returns the key of all of it.
    pub(crate) fn key(&self) -> Key {
        self.last().key()
    }

    /// Returns the services with what no record keeps of them.
    fn as_read(&self) -> &Directory {
        match &self.service_areas {
            Some((section, step)) => {
                step.as_read(|folder, issues| self.with_areas(section, folder, issues))
            }
            None => self.until_sessions(),
        }
    }

    /// Returns the services as attendances need them: what their record has, where it has all that attendances name them by.
    pub(crate) fn for_attendances(&self) -> &Directory {
        let recorded = self.last().value();
        if recorded.outgrows_its_record() {
            self.as_read()
        } else {
            recorded
        }
    }

    fn until_sessions(&self) -> &Directory {
        match &self.sessions {
            Some((section, step)) => {
                step.as_read(|folder, issues| self.with_sessions(section, folder, issues))
            }
            None => self.listed(),
        }
    }

    fn listed(&self) -> &Directory {
        let (section, step) = &self.providers;
        step.as_read(|folder, issues| {
            let Located { places, names, .. } = self.located;
            directory::read(folder, section, places, names, issues)
        })
    }

    fn with_sessions(
        &self,
        section: &Table,
        folder: &Path,
        issues: &mut Vec<Issue>,
    ) -> Read<Directory> {
        let mut services = self.listed().clone();
        let ((), counts) = supply::sessions(folder, section, &mut services, self.day, issues)?;
        Ok((services, counts))
    }

    fn with_areas(
        &self,
        section: &ServiceAreas,
        folder: &Path,
        issues: &mut Vec<Issue>,
    ) -> Read<Directory> {
        let mut services = self.until_sessions().clone();
        let ((), counts) =
            supply::service_areas(folder, section, &mut services, &self.grid, issues)?;
        Ok((services, counts))
    }
}
