//! The steps that read community assets: one for each file, and one that puts them together with those of the road file.
//!
//! Where carers' own homes are stands in no record, so whenever a file of assets has to be read the directory is read for it too.

use std::path::Path;

use catchment_core::issue::Issue;
use catchment_core::place::Asset;

use super::{Around, Source, gather, read};
use crate::directory::Homes;
use crate::read::{Progress, Reading};
use crate::sealed::Kind;
use crate::services::Services;
use crate::sources::{AllAreas, Located, Roads, key_of};
use crate::steps::{Step, Task, plain};

/// A file of assets and what it gave, which is nothing where it cannot be used.
type Listed<'a> = (&'a str, Option<Step<Vec<Asset>>>);

impl<'a> Reading<'a> {
    /// Reads every file of community assets and puts them together with those of the road file.
    pub(crate) fn assets(
        &mut self,
        areas: &AllAreas,
        located: &Located<'_>,
        services: Option<&Services<'_, '_>>,
        roads: &Roads,
        progress: &mut Progress<'_>,
    ) {
        let (file, grid) = (self.file, self.grid);
        let listed = self.listed_assets(located, services, progress);
        if listed.is_empty() && roads.assets.is_none() {
            return;
        }
        let of_tables = listed.iter().map(|(_, step)| key_of(step.as_ref()));
        let needs: Vec<_> = [roads.key]
            .into_iter()
            .chain(of_tables)
            .chain(areas.keys())
            .collect();
        let road_file = file.roads.as_ref().map(|roads| roads.file.clone());
        let gather = |issues: &mut Vec<Issue>| {
            let of_tables = listed.iter().filter_map(|(file, step)| {
                Some(Source {
                    file: (*file).to_owned(),
                    assets: step.as_ref()?.value().clone(),
                })
            });
            let of_roads = Source {
                file: road_file.unwrap_or_default(),
                assets: roads.assets.clone().unwrap_or_default(),
            };
            let sources = of_tables.chain([of_roads]).collect();
            gather(sources, areas.around(grid).frame, issues)
        };
        match self
            .steps
            .reckon("community_assets", &needs, &plain(), gather)
        {
            Ok(step) => self.store(Kind::Assets, Some(&step)),
            Err(_) => self.steps.note_damage(),
        }
    }

    /// Reads every file of community assets.
    fn listed_assets(
        &mut self,
        located: &Located<'_>,
        services: Option<&Services<'_, '_>>,
        progress: &mut Progress<'_>,
    ) -> Vec<Listed<'a>> {
        let (file, grid, day) = (self.file, self.grid, self.day);
        let nobodys = Homes::default();
        let mut needs = located.keys.clone();
        needs.extend(services.map(Services::key_of_homes));
        let mut listed = Vec::new();
        for (section, number) in file.assets.iter().zip(1..) {
            let task = Task {
                role: &format!("assets.{number}"),
                doing: "reading community assets",
                file: &section.file,
                options: format!("{} {grid:?} {day}", section.options()),
                needs: needs.clone(),
            };
            let read = |folder: &Path, issues: &mut Vec<Issue>| {
                let around = Around {
                    day,
                    places: &located.places,
                    homes: services.map_or(&nobodys, Services::homes),
                    grid: &grid,
                };
                read(folder, section, &around, issues)
            };
            let step = self.table(&task, section.origin(), &plain(), progress, read);
            listed.push((section.file.as_str(), step));
        }
        listed
    }
}
