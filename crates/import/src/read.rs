//! Reads a whole study folder, file by file, in the order in which they build on each other.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use catchment_core::area::{AreaKind, AreaSet, Deprivation, Lookup, Population};
use catchment_core::grid::{Grid, GridPoint};
use catchment_core::id::{AreaId, AreaSetId, AssetId, PostcodeId, Table};
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::{Asset, Postcode, ProviderReturn};
use catchment_core::provenance::{Input, Provenance};
use catchment_core::study::{About, Settings, Study, StudyParts};
use catchment_travel::{Metres, Profile, StreetNetwork};
use geo::BoundingRect;
use jiff::civil::Date;
use thiserror::Error;

use crate::background::Codes;
use crate::directory::{AreaNames, Directory};
use crate::look_over::look_over;
use crate::people::People;
use crate::places::{Places, towns};
use crate::postcodes::Around;
use crate::report::{FileCounts, Report};
use crate::study_file::{Origin, StudyFile, StudyFileError, to_date};
use crate::{areas, assets, background, directory, lookups, osm, people, postcodes, supply};

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

/// Reads a study folder. Every file is looked at, even where an earlier one cannot be used, so that the report is whole.
pub fn read(folder: &Path, progress: &mut Progress<'_>) -> Result<ReadStudy, ImportError> {
    let file = StudyFile::load(folder)?;
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
        folder,
        grid: about.grid,
        day: about.reference_date,
        report: Report::of(&file),
        inputs: Vec::new(),
        on_the_map: Vec::new(),
        towns: Vec::new(),
    };
    let parts = reading.parts(&file, about, progress);
    let mut report = reading.report;
    let study = report.is_usable().then(|| {
        progress("finding areas and streets", 0, 0);
        let (parts, people) = parts;
        let study = Study::assemble(parts);
        look_over(&study, &file, &people, &mut report);
        study
    });
    report.finish();
    Ok(ReadStudy { study, report })
}

/// The study's own notice; of a study with invented data, one that says so.
fn notice(study: &crate::study_file::About) -> Option<String> {
    let invented = "Some of the data in this study are invented.";
    match &study.notice {
        Some(notice) if study.invented && !notice.to_lowercase().contains("invented") => {
            Some(format!("{notice} {invented}"))
        }
        None if study.invented => Some(invented.to_owned()),
        notice => notice.clone(),
    }
}

struct Reading<'a> {
    folder: &'a Path,
    grid: Grid,
    day: Date,
    report: Report,
    inputs: Vec<Input>,
    /// The community assets of the road file.
    on_the_map: Vec<Asset>,
    /// Towns of the road file, by name.
    towns: Vec<(String, GridPoint)>,
}

impl Reading<'_> {
    fn parts(
        &mut self,
        file: &StudyFile,
        about: About,
        progress: &mut Progress<'_>,
    ) -> (StudyParts, People) {
        let networks = self.roads(file, progress);
        let (area_sets, areas, codes) = self.areas(file, progress);
        let population = self.population(file, &area_sets, &codes, progress);
        let deprivation = self.deprivation(file, &area_sets, &codes, progress);
        let (postcodes, places) = self.places(file, &areas, progress);
        let (directory, people, attendances) =
            self.council(file, &places, &AreaNames::of(&areas), progress);
        let returns = self.returns(file, &directory, progress);
        let assets = self.assets(file, &places, progress);
        let lookups = self.lookups(file, &area_sets, &codes, progress);
        let parts = StudyParts {
            about,
            settings: Settings {
                profile: file.travel.profile.clone(),
                snap_cap: Metres::new(file.travel.snap_cap_m),
                release_profile: file.release.profile.clone(),
            },
            provenance: Provenance {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                inputs: std::mem::take(&mut self.inputs),
            },
            networks,
            area_sets,
            areas,
            population,
            deprivation,
            postcodes,
            organisations: directory.organisations,
            sites: directory.sites,
            services: directory.services,
            users: people.users.clone(),
            attendances,
            lookups,
            returns,
            assets,
        };
        (parts, people)
    }

    fn lookups(
        &mut self,
        file: &StudyFile,
        sets: &Table<AreaSetId, AreaSet>,
        codes: &BTreeMap<AreaSetId, Codes>,
        progress: &mut Progress<'_>,
    ) -> Vec<Lookup> {
        let read = file.lookup.iter().filter_map(|section| {
            progress("reading lookups", 0, 0);
            let from = known_codes(sets, codes, &section.from)?;
            let to = known_codes(sets, codes, &section.to)?;
            self.table(
                &format!("lookup.{}.{}", section.from, section.to),
                &section.file,
                section.origin(),
                false,
                |folder, issues| lookups::read(folder, section, from, to, issues),
            )
        });
        read.collect()
    }

    fn assets(
        &mut self,
        file: &StudyFile,
        places: &Places,
        progress: &mut Progress<'_>,
    ) -> Table<AssetId, Asset> {
        let (grid, day) = (self.grid, file.reference_date().unwrap_or_default());
        let mut sources = Vec::new();
        for section in &file.assets {
            progress("reading community assets", 0, 0);
            let read = self.table(
                "assets",
                &section.file,
                section.origin(),
                false,
                |folder, issues| assets::read(folder, section, day, places, &grid, issues),
            );
            sources.extend(read.map(|assets| assets::Source {
                file: section.file.clone(),
                assets,
            }));
        }
        sources.push(assets::Source {
            file: file
                .roads
                .as_ref()
                .map_or_else(String::new, |roads| roads.file.clone()),
            assets: std::mem::take(&mut self.on_the_map),
        });
        Table::new(assets::gather(
            sources,
            places.frame(),
            &mut self.report.issues,
        ))
    }

    fn returns(
        &mut self,
        file: &StudyFile,
        directory: &Directory,
        progress: &mut Progress<'_>,
    ) -> Vec<ProviderReturn> {
        let read = file.returns.as_ref().and_then(|section| {
            progress("reading returns", 0, 0);
            self.table(
                "returns",
                &section.file,
                section.origin(),
                false,
                |folder, issues| supply::returns(folder, section, directory, issues),
            )
        });
        read.unwrap_or_default()
    }

    /// Reads sessions and service areas into the services of the directory.
    fn supply(&mut self, file: &StudyFile, directory: &mut Directory, progress: &mut Progress<'_>) {
        if let Some(section) = &file.sessions {
            progress("reading sessions", 0, 0);
            let day = self.day;
            self.table(
                "sessions",
                &section.file,
                section.origin(),
                false,
                |folder, issues| supply::sessions(folder, section, directory, day, issues),
            );
        }
        if let Some(section) = &file.service_areas {
            progress("reading service areas", 0, 0);
            let grid = self.grid;
            self.table(
                "service_areas",
                &section.file,
                section.origin(),
                false,
                |folder, issues| supply::service_areas(folder, section, directory, &grid, issues),
            );
        }
    }

    fn population(
        &mut self,
        file: &StudyFile,
        sets: &Table<AreaSetId, AreaSet>,
        codes: &BTreeMap<AreaSetId, Codes>,
        progress: &mut Progress<'_>,
    ) -> Option<Population> {
        let section = file.population.as_ref()?;
        progress("reading residents", 0, 0);
        let (id, known) = known_codes(sets, codes, &section.areas)?;
        self.table(
            "population",
            &section.file,
            section.origin(),
            false,
            |folder, issues| background::population(folder, section, id, known, issues),
        )
    }

    fn deprivation(
        &mut self,
        file: &StudyFile,
        sets: &Table<AreaSetId, AreaSet>,
        codes: &BTreeMap<AreaSetId, Codes>,
        progress: &mut Progress<'_>,
    ) -> Vec<Deprivation> {
        let read = file.deprivation.iter().filter_map(|section| {
            progress("reading deprivation", 0, 0);
            let (id, known) = known_codes(sets, codes, &section.areas)?;
            self.table(
                &format!("deprivation.{}", section.id),
                &section.file,
                section.origin(),
                false,
                |folder, issues| background::deprivation(folder, section, id, known, issues),
            )
        });
        read.collect()
    }

    /// Reads postcodes and towns.
    fn places(
        &mut self,
        file: &StudyFile,
        areas: &Table<AreaId, catchment_core::area::Area>,
        progress: &mut Progress<'_>,
    ) -> (Table<PostcodeId, Postcode>, Places) {
        let outlines = areas.rows().iter().map(|area| &area.outline);
        let around = Around {
            grid: self.grid,
            frame: outlines
                .filter_map(BoundingRect::bounding_rect)
                .reduce(joined),
        };
        let read = file.postcodes.as_ref().and_then(|section| {
            progress("reading postcodes", 0, 0);
            self.table(
                "postcodes",
                &section.file,
                section.origin(),
                false,
                |folder, issues| postcodes::read(folder, section, around, issues),
            )
        });
        let read = read.unwrap_or_default();
        let mut places = Places::new(around.grid, around.frame, read.geocoder);
        let towns = file.towns.as_ref().and_then(|section| {
            progress("reading towns", 0, 0);
            self.table(
                "towns",
                &section.file,
                section.origin(),
                false,
                |folder, issues| towns::read(folder, section, issues),
            )
        });
        places.add_own_towns(towns.unwrap_or_default());
        places.add_towns(std::mem::take(&mut self.towns));
        (Table::new(read.live), places)
    }

    /// Reads one file, keeps its counts and its hash, or the reason it cannot be used.
    fn table<T>(
        &mut self,
        role: &str,
        file: &str,
        origin: Origin,
        personal: bool,
        read: impl FnOnce(&Path, &mut Vec<Issue>) -> Result<(T, FileCounts), Issue>,
    ) -> Option<T> {
        let outcome = read(self.folder, &mut self.report.issues);
        match outcome {
            Ok((value, counts)) => {
                self.report.files.push(counts);
                self.input(role, file, origin, personal);
                Some(value)
            }
            Err(issue) => {
                self.report.issues.push(issue);
                None
            }
        }
    }

    fn input(&mut self, role: &str, file: &str, origin: Origin, personal: bool) {
        match hash(&self.folder.join(file)) {
            Ok(blake3) => self.inputs.push(Input {
                role: role.to_owned(),
                file: file.to_owned(),
                blake3,
                personal,
                licence: origin.licence,
                attribution: origin.attribution,
                source: origin.source,
                date: origin.date.and_then(to_date),
                caveat: origin.caveat,
            }),
            Err(error) => self.report.issues.push(Issue::new(
                file,
                Severity::FileUnusable,
                format!("cannot be read again for its hash: {error}"),
                "keep the files as they are while the study is read",
            )),
        }
    }

    fn roads(&mut self, file: &StudyFile, progress: &mut Progress<'_>) -> Vec<StreetNetwork> {
        let Some(section) = &file.roads else {
            return Vec::new();
        };
        let profiles = [Profile::drive(), Profile::walk()];
        let mut moved = |done, total| progress("reading roads", done, total);
        let read = match osm::read_map(
            &self.folder.join(&section.file),
            &section.file,
            &self.grid,
            &profiles,
            file.community_assets.from_roads,
            &mut moved,
        ) {
            Ok(read) => read,
            Err(error) => {
                let message = error.to_string();
                self.report.issues.push(Issue::new(
                    &section.file,
                    Severity::FileUnusable,
                    message,
                    "",
                ));
                return Vec::new();
            }
        };
        self.report.issues.extend(read.issues);
        if file.community_assets.from_roads {
            self.report.roads.push(format!(
                "{} community assets found by their tags",
                read.assets.len()
            ));
        }
        self.on_the_map = read.assets;
        self.towns = read.towns;
        let summary = &read.summary;
        self.report.roads.push(format!(
            "{} of {} ways used, {} cut at the edge of the file, {} turn restrictions seen and not applied",
            summary.ways_used, summary.ways_read, summary.ways_cut_at_edge, summary.turn_restrictions
        ));
        self.input("roads", &section.file, section.origin(), false);
        let mut networks = Vec::new();
        for (index, profile) in profiles.iter().enumerate() {
            progress(&format!("freezing the {} network", profile.name), 0, 0);
            match read.streets.freeze(index, profile) {
                Ok((network, kept)) => {
                    self.report.roads.push(format!(
                        "{}: {} junctions and {} streets kept ({}), {} unconnected parts left out ({})",
                        profile.name, kept.junctions, kept.streets, kept.kept, kept.dropped_components, kept.dropped
                    ));
                    networks.push(network);
                }
                Err(error) if profile.name == file.travel.profile => {
                    let hint = "check that the road file is of this place and has roads";
                    self.report.issues.push(Issue::new(
                        &section.file,
                        Severity::FileUnusable,
                        error.to_string(),
                        hint,
                    ));
                }
                Err(error) => self.report.roads.push(error.to_string()),
            }
        }
        networks
    }

    fn areas(
        &mut self,
        file: &StudyFile,
        progress: &mut Progress<'_>,
    ) -> (
        Table<AreaSetId, AreaSet>,
        Table<AreaId, catchment_core::area::Area>,
        BTreeMap<AreaSetId, Codes>,
    ) {
        let mut sets = Table::default();
        let mut areas = Table::default();
        let mut codes: BTreeMap<AreaSetId, Codes> = BTreeMap::new();
        areas::note_second_sets(&file.areas, &mut self.report.issues);
        for section in &file.areas {
            progress("reading areas", 0, 0);
            let kind = section.kind.parse().unwrap_or(AreaKind::SmallArea);
            let set = sets.push(AreaSet {
                key: section.id.clone(),
                kind,
                vintage: section.vintage.clone(),
            });
            let grid = self.grid;
            let role = format!("areas.{}", section.id);
            let read = self.table(
                &role,
                &section.file,
                section.origin(),
                false,
                |folder, issues| areas::read(folder, section, set, &grid, issues),
            );
            let known = codes.entry(set).or_default();
            known.vintage.clone_from(&section.vintage);
            for area in read.unwrap_or_default() {
                let code = area.code.clone();
                known.insert(code, areas.push(area));
            }
        }
        (sets, areas, codes)
    }

    fn council(
        &mut self,
        file: &StudyFile,
        places: &Places,
        areas: &AreaNames,
        progress: &mut Progress<'_>,
    ) -> (Directory, People, Vec<catchment_core::person::Attendance>) {
        let day = self.day;
        let directory = file.providers.as_ref().and_then(|section| {
            progress("reading services", 0, 0);
            self.table(
                "providers",
                &section.file,
                section.origin(),
                false,
                |folder, issues| directory::read(folder, section, places, areas, issues),
            )
        });
        let people = file.service_users.as_ref().and_then(|section| {
            progress("reading people", 0, 0);
            self.table(
                "service_users",
                &section.file,
                section.origin(),
                true,
                |folder, issues| people::users(folder, section, places, day, issues),
            )
        });
        let whole = people.is_some() && directory.is_some();
        let people = people.unwrap_or_default();
        let mut directory = directory.unwrap_or_default();
        self.supply(file, &mut directory, progress);
        let attendances = file.attendances.as_ref().and_then(|section| {
            if !whole {
                let message =
                    "was not read, because the services or the people it names cannot be used";
                let issue = Issue::new(&section.file, Severity::Note, message, "mend those first");
                self.report.issues.push(issue);
                return None;
            }
            progress("reading attendances", 0, 0);
            self.table(
                "attendances",
                &section.file,
                section.origin(),
                true,
                |folder, issues| people::attendances(folder, section, &people, &directory, issues),
            )
        });
        (directory, people, attendances.unwrap_or_default())
    }
}

/// Finds a set of areas and its codes; nothing where its boundaries could not be used, which the report says already.
fn known_codes<'a>(
    sets: &Table<AreaSetId, AreaSet>,
    codes: &'a BTreeMap<AreaSetId, Codes>,
    key: &str,
) -> Option<(AreaSetId, &'a Codes)> {
    let (id, _) = sets.iter().find(|(_, set)| set.key == key)?;
    let known = codes.get(&id).filter(|known| !known.is_empty())?;
    Some((id, known))
}

fn joined(a: geo::Rect<f64>, b: geo::Rect<f64>) -> geo::Rect<f64> {
    let low = geo::coord! { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) };
    let high = geo::coord! { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) };
    geo::Rect::new(low, high)
}

/// Hashes a file; of a folder of postcodes, the names and contents of its files.
fn hash(path: &Path) -> std::io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    if path.is_dir() {
        for file in postcodes::csv_files(path)? {
            let name = file.file_name().unwrap_or_default();
            hasher.update(name.as_encoded_bytes());
            hasher.update_reader(File::open(&file)?)?;
        }
    } else {
        hasher.update_reader(File::open(path)?)?;
    }
    Ok(hasher.finalize().to_hex().to_string())
}
