//! How the bundle and the records store a study, people included.
//!
//! A study is stored in sections: what one import step gave is one section, and a section of the bundle and the value in a step's record
//! are the same bytes. People have no `Serialize` of their own, so that they can reach an output by no accident. The structs here have,
//! and are known to the bundle and the records alone.

use std::sync::Arc;

use catchment_core::area::{Area, AreaSet, Deprivation, Lookup, Population};
use catchment_core::grid::GridPoint;
use catchment_core::id::{
    AreaId, AreaSetId, OrganisationId, RowId, ServiceId, SiteId, Table, UserId,
};
use catchment_core::journey::Snapped;
use catchment_core::person::{Attendance, ServiceUser};
use catchment_core::place::{
    Asset, DeliveryMode, GeocodeGrade, Organisation, Postcode, ProviderReturn, Service,
    ServiceArea, Site,
};
use catchment_core::placement::{Placed, Placements};
use catchment_core::provenance::Provenance;
use catchment_core::study::{About, Settings, StudyParts};
use catchment_travel::{
    ArrayReader, ArrayWriter, Metric, NetworkError, PreparedNetwork, Profile, SharedBytes,
};
use jiff::civil::{Date, Time, Weekday};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::directory::Directory;
use crate::people::People;
use crate::postcodes::PostcodesRead;
use crate::records::Encoded;
use crate::steps::{Codec, whole};

/// What is read on one thread: it takes less than a millisecond.
const FEW_BYTES: usize = 1 << 18;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $number:literal),+ $(,)?) => {
        /// What a section holds. The numbers are those in the bundle.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u32)]
        pub(crate) enum Kind { $($(#[$doc])* $kind = $number),+ }

        impl Kind {
            /// Reads the number of a kind.
            pub(crate) fn of(number: u32) -> Option<Self> {
                match number {
                    $($number => Some(Self::$kind),)+
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// What the study is about, where it comes from, and its sets of areas. First, and once.
    Head = 1,
    /// The streets and their hierarchies: flat arrays, used where they lie.
    Networks = 2,
    /// The areas of one set, in the order of the sets.
    Areas = 3,
    /// Residents.
    Population = 4,
    /// One index of deprivation.
    Deprivation = 5,
    /// Postcodes.
    Postcodes = 6,
    /// Organisations, sites and services.
    Directory = 7,
    /// People.
    People = 8,
    /// What they attend.
    Attendances = 9,
    /// One lookup.
    Lookup = 10,
    /// Returns.
    Returns = 11,
    /// Community assets of one file.
    Assets = 12,
    /// Where places and homes lie. Last, and once.
    Placements = 13,
}

/// A part of a study as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) kind: Kind,
    pub(crate) encoded: Arc<Encoded>,
}

/// What no file of its own says.
#[derive(Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) about: About,
    pub(crate) settings: Settings,
    pub(crate) provenance: Provenance,
    pub(crate) area_sets: Table<AreaSetId, AreaSet>,
}

/// A decoded section.
enum Part {
    Head(Box<Head>),
    Networks(Vec<PreparedNetwork>),
    Areas(Vec<Area>),
    Population(Population),
    Deprivation(Deprivation),
    Postcodes(Vec<Postcode>),
    Directory(StoredDirectory),
    People(StoredPeople),
    Attendances(Vec<StoredAttendance>),
    Lookup(Lookup),
    Returns(Vec<ProviderReturn>),
    Assets(Vec<Asset>),
    Placements(StoredPlacements),
}

impl Part {
    fn decode(kind: Kind, shared: SharedBytes) -> Option<Self> {
        let bytes = shared.bytes();
        Some(match kind {
            Kind::Head => Self::Head(whole(bytes)?),
            Kind::Networks => Self::Networks(networks_in(shared).ok()?),
            Kind::Areas => Self::Areas(whole(bytes)?),
            Kind::Population => Self::Population(whole(bytes)?),
            Kind::Deprivation => Self::Deprivation(whole(bytes)?),
            Kind::Postcodes => Self::Postcodes(whole(bytes)?),
            Kind::Directory => Self::Directory(whole(bytes)?),
            Kind::People => Self::People(whole(bytes)?),
            Kind::Attendances => Self::Attendances(whole(bytes)?),
            Kind::Lookup => Self::Lookup(whole(bytes)?),
            Kind::Returns => Self::Returns(whole(bytes)?),
            Kind::Assets => Self::Assets(whole(bytes)?),
            Kind::Placements => Self::Placements(whole(bytes)?),
        })
    }
}

/// Puts a study's tables together from their sections, or says what does not fit. What is in the arrays of its streets is left to
/// [`validate_networks`].
///
/// `bytes` gives the bytes of a section once they are known to be whole; `all` is how many have to be read. Where they are few,
/// starting threads would take longer than reading them.
pub(crate) fn parts_of<S: Sync>(
    sections: &[S],
    all: usize,
    bytes: impl Fn(&S) -> Result<(Kind, SharedBytes), String> + Sync,
) -> Result<(StudyParts, Option<Placements>), String> {
    let part = |section: &S| {
        let (kind, bytes) = bytes(section)?;
        Part::decode(kind, bytes).ok_or_else(|| format!("its section {kind:?} cannot be read"))
    };
    let decoded: Vec<Part> = if all < FEW_BYTES {
        sections.iter().map(part).collect::<Result<_, String>>()?
    } else {
        let each = sections.par_iter().with_max_len(1).map(part);
        each.collect::<Result<_, String>>()?
    };
    let mut decoded = decoded.into_iter();
    let Some(Part::Head(head)) = decoded.next() else {
        return Err("it does not begin with what the study is about".to_owned());
    };
    let mut parts = empty(*head);
    let mut areas = Vec::new();
    let mut assets = Vec::new();
    let mut placements = None;
    for part in decoded {
        match part {
            Part::Head(_) => return Err("it is about two studies".to_owned()),
            Part::Networks(networks) => parts.networks = networks,
            Part::Areas(more) => areas.extend(more),
            Part::Population(population) => parts.population = Some(population),
            Part::Deprivation(deprivation) => parts.deprivation.push(deprivation),
            Part::Postcodes(postcodes) => parts.postcodes = Table::new(postcodes),
            Part::Directory(directory) => {
                parts.organisations = directory.organisations;
                parts.sites = directory.sites;
                parts.services = directory.services;
            }
            Part::People(people) => parts.users = people.into_users().collect(),
            Part::Attendances(rows) => {
                let rows = rows.into_iter().map(StoredAttendance::into_attendance);
                parts.attendances = rows.collect();
            }
            Part::Lookup(lookup) => parts.lookups.push(lookup),
            Part::Returns(returns) => parts.returns = returns,
            Part::Assets(more) => assets.extend(more),
            Part::Placements(stored) => placements = Some(stored.into_placements()),
        }
    }
    parts.areas = Table::new(areas);
    parts.assets = Table::new(assets);
    validate(&parts)?;
    Ok((parts, placements))
}

fn empty(head: Head) -> StudyParts {
    StudyParts {
        about: head.about,
        settings: head.settings,
        provenance: head.provenance,
        area_sets: head.area_sets,
        networks: Vec::new(),
        areas: Table::default(),
        population: None,
        deprivation: Vec::new(),
        postcodes: Table::default(),
        organisations: Table::default(),
        sites: Table::default(),
        services: Table::default(),
        users: Table::default(),
        attendances: Vec::new(),
        lookups: Vec::new(),
        returns: Vec::new(),
        assets: Table::default(),
    }
}

/// The codec of streets.
pub(crate) fn networks() -> Codec<Vec<PreparedNetwork>> {
    Codec {
        encode: |networks| {
            let known = networks.iter().map(|prepared| {
                let network = prepared.network();
                (network.profile(), network.metric())
            });
            let known: Vec<(&Profile, Metric)> = known.collect();
            let mut writer = ArrayWriter::default();
            writer.put_bytes(&postcard::to_stdvec(&known)?);
            for network in networks {
                network.store(&mut writer);
            }
            Ok(writer.finish())
        },
        decode: |bytes| networks_in(SharedBytes::new(bytes.to_vec())).ok(),
    }
}

/// Takes stored streets back where they lie, without looking at them.
fn networks_in(bytes: SharedBytes) -> Result<Vec<PreparedNetwork>, NetworkError> {
    let damaged = |what| NetworkError::Damaged { what };
    let mut reader = ArrayReader::new(bytes);
    let known = reader.take_bytes()?;
    let known: Vec<(Profile, Metric)> =
        whole(known.bytes()).ok_or(damaged("its profiles cannot be read"))?;
    let networks = known
        .into_iter()
        .map(|(profile, metric)| PreparedNetwork::load(profile, metric, &mut reader))
        .collect::<Result<_, _>>()?;
    if reader.is_at_end() {
        Ok(networks)
    } else {
        Err(damaged("there is more than its arrays"))
    }
}

/// The codec of people.
pub(crate) fn people() -> Codec<People> {
    Codec {
        encode: |people| postcard::to_stdvec(&StoredPeople::from_people(people)),
        decode: |bytes| whole(bytes).map(StoredPeople::into_people),
    }
}

/// The codec of attendances.
pub(crate) fn attendances() -> Codec<Vec<Attendance>> {
    Codec {
        encode: |rows| {
            let rows = rows.iter().map(StoredAttendance::from_attendance);
            postcard::to_stdvec(&rows.collect::<Vec<_>>())
        },
        decode: |bytes| {
            let rows: Vec<StoredAttendance> = whole(bytes)?;
            let rows = rows.into_iter().map(StoredAttendance::into_attendance);
            Some(rows.collect())
        },
    }
}

/// The codec of placements.
pub(crate) fn placements() -> Codec<Placements> {
    Codec {
        encode: |placements| postcard::to_stdvec(&StoredPlacements::from_placements(placements)),
        decode: |bytes| whole(bytes).map(StoredPlacements::into_placements),
    }
}

/// The codec of services. What is known of them for the reading of other tables is in no record.
pub(crate) fn directory() -> Codec<Directory> {
    Codec {
        encode: |directory| {
            let Directory {
                organisations,
                sites,
                services,
                ..
            } = directory;
            let without_names = directory.outgrows_its_record();
            postcard::to_stdvec(&(organisations, sites, services, without_names))
        },
        decode: |bytes| {
            let stored: StoredDirectory = whole(bytes)?;
            let StoredDirectory {
                organisations,
                sites,
                services,
                without_names,
            } = stored;
            Some(Directory::stored(
                organisations,
                sites,
                services,
                without_names,
            ))
        },
    }
}

/// The codec of postcodes: those that are in use and have a place. The others are in no section.
pub(crate) fn postcodes() -> Codec<PostcodesRead> {
    Codec {
        encode: |postcodes| postcard::to_stdvec(&postcodes.live),
        decode: |bytes| {
            let live = whole(bytes)?;
            Some(PostcodesRead {
                live,
                ..PostcodesRead::default()
            })
        },
    }
}

#[derive(Serialize, Deserialize)]
struct StoredDirectory {
    organisations: Table<OrganisationId, Organisation>,
    sites: Table<SiteId, Site>,
    services: Table<ServiceId, Service>,
    without_names: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredPeople {
    users: Vec<StoredUser>,
    rows: Vec<u64>,
    file: String,
    from_less: bool,
}

impl StoredPeople {
    fn from_people(people: &People) -> Self {
        let users = people.users.rows().iter();
        Self {
            users: users.map(StoredUser::from_user).collect(),
            rows: people.rows.clone(),
            file: people.file.clone(),
            from_less: people.outgrow_their_record(),
        }
    }

    fn into_users(self) -> impl Iterator<Item = ServiceUser> {
        self.users.into_iter().map(StoredUser::into_user)
    }

    fn into_people(self) -> People {
        let users = self.users.into_iter().map(StoredUser::into_user);
        People::stored(users.collect(), self.rows, self.file, self.from_less)
    }
}

#[derive(Serialize, Deserialize)]
struct StoredPlaced {
    points: Vec<GridPoint>,
    areas: Vec<Vec<Option<AreaId>>>,
    snaps: Vec<Snapped>,
}

#[derive(Serialize, Deserialize)]
struct StoredPlacements {
    sites: StoredPlaced,
    postcodes: StoredPlaced,
    users: StoredPlaced,
}

impl StoredPlacements {
    fn from_placements(placements: &Placements) -> Self {
        let stored = |placed: &Placed| StoredPlaced {
            points: placed.points.clone(),
            areas: placed.areas.clone(),
            snaps: placed.snaps.clone(),
        };
        Self {
            sites: stored(&placements.sites),
            postcodes: stored(&placements.postcodes),
            users: stored(&placements.users),
        }
    }

    fn into_placements(self) -> Placements {
        let placed = |stored: StoredPlaced| Placed {
            points: stored.points,
            areas: stored.areas,
            snaps: stored.snaps,
        };
        Placements {
            sites: placed(self.sites),
            postcodes: placed(self.postcodes),
            users: placed(self.users),
        }
    }
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

/// Looks at every number of the streets, so that no search can step outside them.
pub(crate) fn validate_networks(parts: &StudyParts) -> Result<(), String> {
    let mut networks = parts.networks.iter();
    networks
        .try_for_each(PreparedNetwork::validate)
        .map_err(|error| error.to_string())
}

/// Says which reference between tables leads nowhere, so that nothing steps outside a table later.
fn validate(parts: &StudyParts) -> Result<(), &'static str> {
    let areas = parts.areas.len();
    let sets = parts.area_sets.len();
    let area_fits = |area: AreaId| area.row() < areas;
    let set_fits = |set: AreaSetId| set.row() < sets;
    let joined = parts.areas.rows().iter().all(|area| set_fits(area.set))
        && parts.population.iter().all(|table| {
            set_fits(table.set)
                && table
                    .rows
                    .iter()
                    .all(|row| area_fits(row.area) && row.bands.len() == table.bands.len())
        })
        && parts.deprivation.iter().all(|table| {
            set_fits(table.set) && table.rows.iter().all(|row| area_fits(row.area))
        })
        && parts.lookups.iter().all(|lookup| {
            set_fits(lookup.from)
                && set_fits(lookup.to)
                && lookup
                    .rows
                    .iter()
                    .all(|row| area_fits(row.from) && area_fits(row.to))
        })
        && parts.services.rows().iter().all(|service| {
            !matches!(&service.service_area, ServiceArea::Areas(areas) if !areas.iter().copied().all(area_fits))
        });
    if !joined {
        return Err("a row names an area that is not there");
    }
    let services_fit = parts.services.rows().iter().all(|service| {
        service.organisation.row() < parts.organisations.len()
            && service
                .site
                .is_none_or(|site| site.row() < parts.sites.len())
    }) && parts.returns.iter().all(|row| {
        row.organisation
            .is_none_or(|organisation| organisation.row() < parts.organisations.len())
            && row
                .service
                .is_none_or(|service| service.row() < parts.services.len())
    });
    let attendances_fit = parts
        .attendances
        .iter()
        .all(|row| row.user.row() < parts.users.len() && row.service.row() < parts.services.len());
    if services_fit && attendances_fit {
        Ok(())
    } else {
        Err("a row names a service, site or person that is not there")
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
