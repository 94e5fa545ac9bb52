//! The steps that read services: the directory, and the tables that say more of what is in it.
//!
//! Each of them adds to the directory that the one before it gave. A directory as it was read knows more than its record keeps (places
//! that may be somebody's home are in no record), so where a later table is read again, those before it are read for it too.

use std::path::Path;

use catchment_core::grid::Grid;
use catchment_core::issue::Issue;
use jiff::civil::Date;

use crate::background::Read;
use crate::directory::{self, Directory, Homes};
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
    sessions_follow: bool,
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
        let section = file.providers.as_ref()?;
        let sessions_follow = file.sessions.is_some();
        let task = Task {
            role: "providers",
            doing: "reading services",
            file: &section.file,
            options: format!("{} {sessions_follow}", section.options()),
            needs: located.keys.clone(),
        };
        let read = |folder: &Path, issues: &mut Vec<Issue>| {
            let Located { places, names, .. } = located;
            directory::read(folder, section, places, names, sessions_follow, issues)
        };
        let codec = sealed::directory();
        let step = reading.table(&task, section.origin(), &codec, progress, read)?;
        let mut services = Self {
            located,
            day: reading.day,
            grid: reading.grid,
            sessions_follow,
            providers: (section, step),
            sessions: None,
            service_areas: None,
        };
        services.add_sessions(reading, file, progress);
        services.add_areas(reading, file, progress);
        reading.store(Kind::Directory, Some(services.last()));
        services.returns(reading, progress);
        Some(services)
    }

    fn add_sessions(
        &mut self,
        reading: &mut Reading<'_>,
        file: &'a StudyFile,
        progress: &mut Progress<'_>,
    ) {
        let Some(section) = &file.sessions else {
            return;
        };
        let task = Task {
            role: "sessions",
            doing: "reading sessions",
            file: &section.file,
            options: format!("{} {}", section.options(), self.day),
            needs: vec![self.key()],
        };
        let read =
            |folder: &Path, issues: &mut Vec<Issue>| self.with_sessions(section, folder, issues);
        let codec = sealed::directory();
        let step = reading.table(&task, section.origin(), &codec, progress, read);
        self.sessions = step.map(|step| (section, step));
    }

    fn add_areas(
        &mut self,
        reading: &mut Reading<'_>,
        file: &'a StudyFile,
        progress: &mut Progress<'_>,
    ) {
        let Some(section) = &file.service_areas else {
            return;
        };
        let task = Task {
            role: "service_areas",
            doing: "reading service areas",
            file: &section.file,
            options: format!("{} {:?}", section.options(), self.grid),
            needs: vec![self.key()],
        };
        let read =
            |folder: &Path, issues: &mut Vec<Issue>| self.with_areas(section, folder, issues);
        let codec = sealed::directory();
        let step = reading.table(&task, section.origin(), &codec, progress, read);
        self.service_areas = step.map(|step| (section, step));
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
            directory::read(folder, section, places, names, self.sessions_follow, issues)
        })
    }

    /// Returns the key of the directory itself, on which its homes depend.
    pub(crate) fn key_of_homes(&self) -> Key {
        self.providers.1.key()
    }

    /// Returns where homes are. No record has that: where the directory was not read now, it is read for it.
    pub(crate) fn homes(&self) -> &Homes {
        self.listed().homes()
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
