//! Everything known about one area, immutable once assembled.
//!
//! [`StudyParts`] is what the import reads and the bundle stores; [`Study::assemble`] puts the R-trees over it, finds the area of
//! every place and person and snaps them to the streets. It reads nothing and draws nothing at random: the same parts give the
//! same study. A person whose home is known only by a postcode district or a town is in no area and has no journey, but is counted.

use catchment_travel::{Metres, Snapper, StreetNetwork};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::area::{Area, AreaKind, AreaSet, Deprivation, Lookup, Population};
use crate::grid::{Grid, GridPoint};
use crate::id::{
    AreaId, AreaSetId, AssetId, OrganisationId, PostcodeId, RowId, ServiceId, SiteId, Table, UserId,
};
use crate::index::{AreaIndex, locate_all};
use crate::journey::{OffNetwork, Snapped};
use crate::person::{Attendance, ServiceUser};
use crate::place::{Asset, Organisation, Postcode, ProviderReturn, Service, Site};
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
    pub networks: Vec<StreetNetwork>,
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
    site_areas: Vec<Vec<Option<AreaId>>>,
    postcode_areas: Vec<Vec<Option<AreaId>>>,
    user_areas: Vec<Vec<Option<AreaId>>>,
    site_snaps: Vec<Snapped>,
    postcode_snaps: Vec<Snapped>,
    user_snaps: Vec<Snapped>,
}

impl Study {
    /// Puts the indexes over the tables, finds every place's areas and snaps it to the streets of the study's profile.
    #[must_use]
    pub fn assemble(parts: StudyParts) -> Self {
        let area_index = AreaIndex::new(&parts.areas, parts.area_sets.len());
        let sites: Vec<GridPoint> = parts.sites.rows().iter().map(|site| site.point).collect();
        let postcodes: Vec<GridPoint> = parts
            .postcodes
            .rows()
            .iter()
            .map(|postcode| postcode.point)
            .collect();
        let users: Vec<GridPoint> = parts.users.rows().iter().map(|user| user.home).collect();
        let sets = parts.area_sets.len();
        let snapper = network_of(&parts).map(Snapper::new);
        let snapped = |points: &[GridPoint]| -> Vec<Snapped> {
            let off = Err(catchment_travel::TooFar {
                distance: Metres::new(f64::INFINITY),
            });
            let snap = |point: &GridPoint| {
                let snapped = snapper.as_ref().map_or(off, |snapper| {
                    snapper.snap([point.x, point.y], parts.settings.snap_cap)
                });
                snapped.map_err(OffNetwork::TooFar)
            };
            points.iter().map(snap).collect()
        };
        let mut user_areas = locate_all::<UserId>(&parts.areas, sets, &users);
        let mut user_snaps = snapped(&users);
        // The middle of a district or of a town is a real place, but nobody's: neither its ward nor its distances are the person's.
        let homes = user_areas.iter_mut().zip(&mut user_snaps);
        for (user, (areas, snap)) in parts.users.rows().iter().zip(homes) {
            if !user.grade.is_fine_enough_for_journeys() {
                areas.fill(None);
                *snap = Err(OffNetwork::TooCoarse);
            }
        }
        Self {
            site_areas: locate_all::<SiteId>(&parts.areas, sets, &sites),
            postcode_areas: locate_all::<PostcodeId>(&parts.areas, sets, &postcodes),
            user_areas,
            site_snaps: snapped(&sites),
            postcode_snaps: snapped(&postcodes),
            user_snaps,
            area_index,
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
        network_of(&self.parts)
    }

    /// Returns the streets of a profile by its name, whether or not it is the study's; nothing where it has no network.
    #[must_use]
    pub fn network_for(&self, profile: &str) -> Option<&StreetNetwork> {
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
        look_up(&self.site_areas, site.row(), set)
    }

    /// Returns the area of a set that a postcode is in.
    #[must_use]
    pub fn area_of_postcode(&self, postcode: PostcodeId, set: AreaSetId) -> Option<AreaId> {
        look_up(&self.postcode_areas, postcode.row(), set)
    }

    /// Returns the area of a set that a person lives in; nothing where the home is known only by its postcode district or town.
    #[must_use]
    pub fn area_of_user(&self, user: UserId, set: AreaSetId) -> Option<AreaId> {
        look_up(&self.user_areas, user.row(), set)
    }

    /// Returns the areas of all sets that a position is in.
    #[must_use]
    pub fn areas_at(&self, position: GridPoint) -> Vec<Option<AreaId>> {
        self.area_index.locate(&self.parts.areas, position)
    }

    /// Returns the sites as they were snapped, in the order of their table.
    pub fn site_snaps(&self) -> &[Snapped] {
        &self.site_snaps
    }

    /// Returns the postcodes as they were snapped, in the order of their table.
    pub fn postcode_snaps(&self) -> &[Snapped] {
        &self.postcode_snaps
    }

    /// Returns the homes as they were snapped, in the order of the table of people.
    pub fn user_snaps(&self) -> &[Snapped] {
        &self.user_snaps
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

fn network_of(parts: &StudyParts) -> Option<&StreetNetwork> {
    network_named(parts, &parts.settings.profile)
}

fn network_named<'a>(parts: &'a StudyParts, profile: &str) -> Option<&'a StreetNetwork> {
    parts
        .networks
        .iter()
        .find(|network| network.profile().name == profile)
}

fn look_up(areas: &[Vec<Option<AreaId>>], row: usize, set: AreaSetId) -> Option<AreaId> {
    areas.get(row)?.get(set.row()).copied().flatten()
}
