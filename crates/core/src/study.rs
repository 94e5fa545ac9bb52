//! Everything known about one area, immutable once assembled.
//!
//! [`StudyParts`] is what the import reads and the bundle stores; [`Study::assemble`] puts the R-trees over it, finds the area of
//! every place and person and snaps them to the streets. It reads nothing and draws nothing at random: the same parts give the
//! same study. A person whose home is known only by a postcode district or a town is in no area and has no journey, but is counted.

use catchment_travel::{Metres, PreparedNetwork, StreetNetwork};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::area::{Area, AreaKind, AreaSet, Deprivation, Lookup, Population};
use crate::grid::{Grid, GridPoint};
use crate::id::{
    AreaId, AreaSetId, AssetId, OrganisationId, PostcodeId, RowId, ServiceId, SiteId, Table, UserId,
};
use crate::index::AreaIndex;
use crate::journey::{OffNetwork, Snapped};
use crate::person::{Attendance, ServiceUser};
use crate::place::{Asset, Organisation, Postcode, ProviderReturn, Service, Site};
use crate::placement::{Placements, network_named, network_of};
use crate::provenance::Provenance;

/// What a study is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// Its title.
    pub title: String,
    /// The day it describes: who attends, what is open.
    pub reference_date: Date,
    /// The grid that all its positions are on.
    pub grid: Grid,
    /// A text that every page and every layer shows.
    pub notice: Option<String>,
    /// Whether any of its data are invented.
    pub invented: bool,
}

/// How journeys are reckoned and what is hidden.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The name of the profile that journeys use.
    pub profile: String,
    /// A place further than this from any street has no journey.
    pub snap_cap: Metres,
    /// The name of the disclosure profile.
    pub release_profile: String,
}

/// The tables of a study.
#[derive(Clone, Debug)]
pub struct StudyParts {
    /// What it is about.
    pub about: About,
    /// How it is reckoned.
    pub settings: Settings,
    /// Where its data came from.
    pub provenance: Provenance,
    /// The streets, one network a profile.
    pub networks: Vec<PreparedNetwork>,
    /// The sets of areas.
    pub area_sets: Table<AreaSetId, AreaSet>,
    /// All areas, set by set, each set in the order of its file.
    pub areas: Table<AreaId, Area>,
    /// Residents by area.
    pub population: Option<Population>,
    /// Indices of deprivation; the first is the one used where none is named.
    pub deprivation: Vec<Deprivation>,
    /// Live postcodes.
    pub postcodes: Table<PostcodeId, Postcode>,
    /// Who runs services.
    pub organisations: Table<OrganisationId, Organisation>,
    /// Where they take place.
    pub sites: Table<SiteId, Site>,
    /// What is offered.
    pub services: Table<ServiceId, Service>,
    /// Who uses them.
    pub users: Table<UserId, ServiceUser>,
    /// What they attend.
    pub attendances: Vec<Attendance>,
    /// How areas of one set make up those of another.
    pub lookups: Vec<Lookup>,
    /// Which providers sent their records; empty where no list of returns was given.
    pub returns: Vec<ProviderReturn>,
    /// Community assets.
    pub assets: Table<AssetId, Asset>,
}

/// Everything about one area.
#[derive(Clone, Debug)]
pub struct Study {
    parts: StudyParts,
    area_index: AreaIndex,
    placements: Placements,
}

/// Placements that are of another study.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("where its places lie does not fit its areas and streets")]
pub struct Misplaced;

impl Study {
    /// Puts the indexes over the tables, finds every place's areas and snaps it to the streets of the study's profile.
    #[must_use]
    pub fn assemble(parts: StudyParts) -> Self {
        let placements = Placements::find(&parts);
        Self::with(parts, placements)
    }

    /// Does the same with placements that were found before, or says that they do not fit.
    pub fn placed(parts: StudyParts, placements: Placements) -> Result<Self, Misplaced> {
        if placements.fit(&parts) {
            Ok(Self::with(parts, placements))
        } else {
            Err(Misplaced)
        }
    }

    fn with(parts: StudyParts, mut placements: Placements) -> Self {
        // The middle of a district or of a town is a real place, but nobody's: neither its ward nor its distances are the person's.
        let homes = &mut placements.users;
        let homes = homes.areas.iter_mut().zip(&mut homes.snaps);
        for (user, (areas, snap)) in parts.users.rows().iter().zip(homes) {
            if !user.grade.is_fine_enough_for_journeys() {
                areas.fill(None);
                *snap = Err(OffNetwork::TooCoarse);
            }
        }
        Self {
            area_index: AreaIndex::new(&parts.areas, parts.area_sets.len()),
            placements,
            parts,
        }
    }

    /// Returns the tables.
    #[must_use]
    pub fn parts(&self) -> &StudyParts {
        &self.parts
    }

    /// Returns what the study is about.
    #[must_use]
    pub fn about(&self) -> &About {
        &self.parts.about
    }

    /// Returns the streets of the study's profile; nothing for a study without roads.
    #[must_use]
    pub fn network(&self) -> Option<&StreetNetwork> {
        self.prepared().map(PreparedNetwork::network)
    }

    /// Returns the streets of a profile by its name, whether or not it is the study's; nothing where it has no network.
    #[must_use]
    pub fn network_for(&self, profile: &str) -> Option<&StreetNetwork> {
        self.prepared_for(profile).map(PreparedNetwork::network)
    }

    /// Returns the streets of the study's profile, ready for searching; nothing for a study without roads.
    #[must_use]
    pub fn prepared(&self) -> Option<&PreparedNetwork> {
        network_of(&self.parts)
    }

    /// Returns the streets of a profile by its name, ready for searching; nothing where it has no network.
    #[must_use]
    pub fn prepared_for(&self, profile: &str) -> Option<&PreparedNetwork> {
        network_named(&self.parts, profile)
    }

    /// Says whether the study holds people who use services.
    #[must_use]
    pub fn has_people(&self) -> bool {
        !self.parts.users.is_empty()
    }

    /// Finds the first set of areas of a kind.
    #[must_use]
    pub fn area_set(&self, kind: AreaKind) -> Option<AreaSetId> {
        self.parts
            .area_sets
            .iter()
            .find(|(_, set)| set.kind == kind)
            .map(|(id, _)| id)
    }

    /// Lists the areas of a set, in the order of their file.
    pub fn areas_in(&self, set: AreaSetId) -> impl Iterator<Item = (AreaId, &Area)> {
        crate::index::areas_of(&self.parts.areas, set)
    }

    /// Returns the area of a set that a site is in.
    #[must_use]
    pub fn area_of_site(&self, site: SiteId, set: AreaSetId) -> Option<AreaId> {
        look_up(&self.placements.sites.areas, site.row(), set)
    }

    /// Returns the area of a set that a postcode is in.
    #[must_use]
    pub fn area_of_postcode(&self, postcode: PostcodeId, set: AreaSetId) -> Option<AreaId> {
        look_up(&self.placements.postcodes.areas, postcode.row(), set)
    }

    /// Returns the area of a set that a person lives in; nothing where the home is known only by its postcode district or town.
    #[must_use]
    pub fn area_of_user(&self, user: UserId, set: AreaSetId) -> Option<AreaId> {
        look_up(&self.placements.users.areas, user.row(), set)
    }

    /// Returns the areas of all sets that a position is in.
    #[must_use]
    pub fn areas_at(&self, position: GridPoint) -> Vec<Option<AreaId>> {
        self.area_index.locate(&self.parts.areas, position)
    }

    /// Returns the sites as they were snapped, in the order of their table.
    pub fn site_snaps(&self) -> &[Snapped] {
        &self.placements.sites.snaps
    }

    /// Returns the postcodes as they were snapped, in the order of their table.
    pub fn postcode_snaps(&self) -> &[Snapped] {
        &self.placements.postcodes.snaps
    }

    /// Returns the homes as they were snapped, in the order of the table of people.
    pub fn user_snaps(&self) -> &[Snapped] {
        &self.placements.users.snaps
    }

    /// Lists the services that people travel to on the reference date: open, at a site, in a building or in the community.
    pub fn open_services(&self) -> impl Iterator<Item = (ServiceId, &Service, SiteId)> {
        let day = self.parts.about.reference_date;
        self.parts.services.iter().filter_map(move |(id, service)| {
            let site = service
                .site
                .filter(|_| service.is_open_on(day) && service.delivery.is_travelled_to())?;
            Some((id, service, site))
        })
    }
}

fn look_up(areas: &[Vec<Option<AreaId>>], row: usize, set: AreaSetId) -> Option<AreaId> {
    areas.get(row)?.get(set.row()).copied().flatten()
}
