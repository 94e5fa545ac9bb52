//! How the bundle stores a study, people included.
//!
//! People have no `Serialize` of their own, so that they can reach an output by no accident. These structs have, and are known to the
//! bundle alone.

use catchment_core::area::{Area, AreaSet, Deprivation, Lookup, Population};
use catchment_core::grid::GridPoint;
use catchment_core::id::{
    AreaId, AreaSetId, AssetId, OrganisationId, PostcodeId, RowId, ServiceId, SiteId, Table, UserId,
};
use catchment_core::person::{Attendance, ServiceUser};
use catchment_core::place::{
    Asset, DeliveryMode, GeocodeGrade, Organisation, Postcode, ProviderReturn, Service,
    ServiceArea, Site,
};
use catchment_core::provenance::Provenance;
use catchment_core::study::{About, Settings, StudyParts};
use catchment_travel::StreetNetwork;
use jiff::civil::{Date, Time, Weekday};
use serde::{Deserialize, Serialize};

/// A study's tables as they are stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct Stored {
    about: About,
    settings: Settings,
    provenance: Provenance,
    networks: Vec<StreetNetwork>,
    area_sets: Table<AreaSetId, AreaSet>,
    areas: Table<AreaId, Area>,
    population: Option<Population>,
    deprivation: Vec<Deprivation>,
    postcodes: Table<PostcodeId, Postcode>,
    organisations: Table<OrganisationId, Organisation>,
    sites: Table<SiteId, Site>,
    services: Table<ServiceId, Service>,
    users: Vec<StoredUser>,
    attendances: Vec<StoredAttendance>,
    lookups: Vec<Lookup>,
    returns: Vec<ProviderReturn>,
    assets: Table<AssetId, Asset>,
}

#[derive(Serialize, Deserialize)]
struct StoredUser {
    key: String,
    home: GridPoint,
    grade: GeocodeGrade,
    age_band: Option<String>,
    support_group: Option<String>,
    funding_route: Option<String>,
    walking_speed: Option<f64>,
}

#[derive(Serialize, Deserialize)]
struct StoredAttendance {
    user: UserId,
    service: ServiceId,
    from: Option<Date>,
    to: Option<Date>,
    weekday: Option<i8>,
    start: Option<Time>,
    end: Option<Time>,
    hours: Option<f64>,
    hours_per_week: Option<f64>,
    delivery: DeliveryMode,
    mode_there: Option<String>,
    mode_back: Option<String>,
}

impl Stored {
    /// Copies a study's tables.
    pub(crate) fn from_parts(parts: &StudyParts) -> Self {
        Self {
            about: parts.about.clone(),
            settings: parts.settings.clone(),
            provenance: parts.provenance.clone(),
            networks: parts.networks.clone(),
            area_sets: parts.area_sets.clone(),
            areas: parts.areas.clone(),
            population: parts.population.clone(),
            deprivation: parts.deprivation.clone(),
            postcodes: parts.postcodes.clone(),
            organisations: parts.organisations.clone(),
            sites: parts.sites.clone(),
            services: parts.services.clone(),
            users: parts
                .users
                .rows()
                .iter()
                .map(StoredUser::from_user)
                .collect(),
            attendances: parts
                .attendances
                .iter()
                .map(StoredAttendance::from_attendance)
                .collect(),
            lookups: parts.lookups.clone(),
            returns: parts.returns.clone(),
            assets: parts.assets.clone(),
        }
    }

    /// Turns stored tables into a study's, or says which reference between them leads nowhere.
    pub(crate) fn into_parts(self) -> Result<StudyParts, &'static str> {
        self.validate()?;
        Ok(StudyParts {
            about: self.about,
            settings: self.settings,
            provenance: self.provenance,
            networks: self.networks,
            area_sets: self.area_sets,
            areas: self.areas,
            population: self.population,
            deprivation: self.deprivation,
            postcodes: self.postcodes,
            organisations: self.organisations,
            sites: self.sites,
            services: self.services,
            users: self.users.into_iter().map(StoredUser::into_user).collect(),
            attendances: self
                .attendances
                .into_iter()
                .map(StoredAttendance::into_attendance)
                .collect(),
            lookups: self.lookups,
            returns: self.returns,
            assets: self.assets,
        })
    }

    fn validate(&self) -> Result<(), &'static str> {
        if self
            .networks
            .iter()
            .any(|network| network.validate().is_err())
        {
            return Err("its road network does not fit together");
        }
        let areas = self.areas.len();
        let sets = self.area_sets.len();
        let area_fits = |area: AreaId| area.row() < areas;
        let set_fits = |set: AreaSetId| set.row() < sets;
        let joined = self.areas.rows().iter().all(|area| set_fits(area.set))
            && self.population.iter().all(|table| {
                set_fits(table.set)
                    && table
                        .rows
                        .iter()
                        .all(|row| area_fits(row.area) && row.bands.len() == table.bands.len())
            })
            && self.deprivation.iter().all(|table| {
                set_fits(table.set) && table.rows.iter().all(|row| area_fits(row.area))
            })
            && self.lookups.iter().all(|lookup| {
                set_fits(lookup.from)
                    && set_fits(lookup.to)
                    && lookup
                        .rows
                        .iter()
                        .all(|row| area_fits(row.from) && area_fits(row.to))
            })
            && self.services.rows().iter().all(|service| {
                !matches!(&service.service_area, ServiceArea::Areas(areas) if !areas.iter().copied().all(area_fits))
            });
        if !joined {
            return Err("a row names an area that is not there");
        }
        let services_fit = self.services.rows().iter().all(|service| {
            service.organisation.row() < self.organisations.len()
                && service
                    .site
                    .is_none_or(|site| site.row() < self.sites.len())
        }) && self.returns.iter().all(|row| {
            row.organisation
                .is_none_or(|organisation| organisation.row() < self.organisations.len())
                && row
                    .service
                    .is_none_or(|service| service.row() < self.services.len())
        });
        let attendances_fit = self.attendances.iter().all(|row| {
            row.user.row() < self.users.len() && row.service.row() < self.services.len()
        });
        if services_fit && attendances_fit {
            Ok(())
        } else {
            Err("a row names a service, site or person that is not there")
        }
    }
}

impl StoredUser {
    fn from_user(user: &ServiceUser) -> Self {
        Self {
            key: user.key.clone(),
            home: user.home,
            grade: user.grade,
            age_band: user.age_band.clone(),
            support_group: user.support_group.clone(),
            funding_route: user.funding_route.clone(),
            walking_speed: user.walking_speed,
        }
    }

    fn into_user(self) -> ServiceUser {
        ServiceUser {
            key: self.key,
            home: self.home,
            grade: self.grade,
            age_band: self.age_band,
            support_group: self.support_group,
            funding_route: self.funding_route,
            walking_speed: self.walking_speed,
        }
    }
}

impl StoredAttendance {
    fn from_attendance(row: &Attendance) -> Self {
        Self {
            user: row.user,
            service: row.service,
            from: row.from,
            to: row.to,
            weekday: row.weekday.map(Weekday::to_monday_zero_offset),
            start: row.start,
            end: row.end,
            hours: row.hours,
            hours_per_week: row.hours_per_week,
            delivery: row.delivery,
            mode_there: row.mode_there.clone(),
            mode_back: row.mode_back.clone(),
        }
    }

    fn into_attendance(self) -> Attendance {
        Attendance {
            user: self.user,
            service: self.service,
            from: self.from,
            to: self.to,
            weekday: self
                .weekday
                .and_then(|day| Weekday::from_monday_zero_offset(day).ok()),
            start: self.start,
            end: self.end,
            hours: self.hours,
            hours_per_week: self.hours_per_week,
            delivery: self.delivery,
            mode_there: self.mode_there,
            mode_back: self.mode_back,
        }
    }
}
