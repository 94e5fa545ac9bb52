//! Keeps carers' own homes out of the study.
//!
//! A service delivered in a home has no place in a study: where the row gives one, it is looked at only to find other services and
//! community assets that give the same place, and is in no record and no study. No message quotes it.
//!
//! What the road file shows is not compared with homes: it is public, and a library does not vanish because a carer lives next door.

use std::collections::{BTreeMap, BTreeSet};

use catchment_core::grid::GridPoint;
use catchment_core::id::{RowId, SiteId, Table};
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::{DeliveryMode, GeocodeGrade, Service};

use super::misshapen::Misshapen;
use super::{Directory, Origin, words};
use crate::places::{Places, is_somewhere, readings};
use crate::report::so_many;
use crate::table::Row;
use crate::text;

/// How near to a home a place is the same place; metres.
pub(super) const SAME: f64 = 1.0;
/// How near to a home whose coordinates are known a community asset with coordinates is the same place: two people who mark one house
/// on a map do not meet to the metre, and an asset, unlike a service, is listed by somebody who may not know whose house it is; metres.
const SAME_HOUSE: f64 = 30.0;

/// The places that may be somebody's home. They are in memory only, and have no `Debug`.
#[derive(Clone, Default)]
pub(crate) struct Homes {
    /// In order of x once the directory has been read.
    spots: Vec<Spot>,
    keys: BTreeSet<String>,
    /// Names of services in carers' own homes and of who runs them, folded.
    names: BTreeSet<String>,
    pub(super) misshapen: Misshapen,
    /// How many services gave a place that is not kept.
    pub(super) dropped: u64,
}

/// A point that stands for a home.
#[derive(Clone, Copy)]
struct Spot {
    point: GridPoint,
    /// It is the home itself, not the point of its postcode.
    exact: bool,
}

/// Whether a row is of a service in a home.
pub(super) struct Home {
    /// It has no place in the study.
    pub(super) anybodys: bool,
    /// The home is a carer's own: not even an outline around it is kept.
    pub(super) carers: bool,
    /// The row says that its place is no home.
    pub(super) denied: bool,
}

const SAME_AS_HOME: &str = "a service that is delivered in a home gives the same place";

/// What stands in place of the name of a service in a carer's own home, and of whoever runs it: both may be the carer's own name.
pub(crate) const NAMELESS: &str = "A carer's own home";

impl Home {
    /// Returns the name that is kept of the service.
    pub(super) fn name(&self, given: String) -> String {
        if self.carers {
            NAMELESS.to_owned()
        } else {
            given
        }
    }

    /// Returns the reference that is kept of the service: where the name stands in for it, that of its row instead.
    pub(super) fn key(&self, given: &str, row: &Row<'_>) -> String {
        let same = |field| {
            row.text(field)
                .is_some_and(|name| words::folded(name) == words::folded(given))
        };
        if self.carers && (same("service_name") || same("operator")) {
            format!("{NAMELESS}, row {}", row.number())
        } else {
            given.to_owned()
        }
    }

    /// Returns the name that is kept of who runs it. A scheme is no person.
    pub(super) fn operator(&self, given: String) -> String {
        if self.carers && !words::is_shared_lives(&given) {
            NAMELESS.to_owned()
        } else {
            given
        }
    }
}

/// Says whether a row may be of a service in a home, before anything of it is read: then a cell in the wrong column may be an address.
pub(super) fn may_be_home(row: &Row<'_>) -> bool {
    let mode = row.text("delivery_mode").map(words::delivery);
    let elsewhere =
        mode.is_none_or(|mode| mode.ok().is_some_and(|mode| mode != DeliveryMode::Home));
    !elsewhere || may_be_carers(row)
}

/// Says whether that home may be a carer's own: then the name of who runs the service may be the carer's.
pub(super) fn may_be_carers(row: &Row<'_>) -> bool {
    let fields = [
        "category",
        "delivery_mode",
        "service_name",
        "operator",
        "operator_group",
        "site_name",
    ];
    row.text("carers_home").is_some()
        || fields
            .into_iter()
            .any(|field| row.text(field).is_some_and(words::is_shared_lives))
}

/// Returns what a row says in `carers_home`. What cannot be read is taken as yes, and said.
pub(crate) fn carers_home(row: &mut Row<'_>) -> Option<bool> {
    let written = row.text("carers_home")?.to_owned();
    Some(text::yes_or_no(&written).unwrap_or_else(|| {
        let message = format!(
            "cannot be read and was taken as yes{}",
            row.quoted(&written)
        );
        row.mend("carers_home", &message, "write yes or no");
        true
    }))
}

/// Says whether a row is of a service in a home: by its mode, by `carers_home`, or because it is Shared Lives or says that it is a carer's home.
pub(super) fn home(row: &mut Row<'_>, mode: Option<DeliveryMode>) -> Home {
    let said = carers_home(row);
    let shared_lives = |row: &Row<'_>, field| row.text(field).is_some_and(words::is_shared_lives);
    let carers = said == Some(true)
        || shared_lives(row, "category")
        || shared_lives(row, "delivery_mode")
        // These may be of an office or of a scheme's own activities, so the row can say that it is.
        || (said.is_none()
            && ["service_name", "operator", "operator_group", "site_name"]
                .into_iter()
                .any(|field| shared_lives(row, field)));
    Home {
        anybodys: carers || mode == Some(DeliveryMode::Home),
        carers,
        denied: said == Some(false),
    }
}

/// Returns how a service in a carer's own home is delivered whose row leaves it empty, and says so.
pub(super) fn unsaid(row: &mut Row<'_>) -> DeliveryMode {
    row.mend(
        "delivery_mode",
        "is empty and was taken as home, because the service is in a carer's own home",
        "write home",
    );
    DeliveryMode::Home
}

impl Homes {
    /// Notes where a home is. Returns whether the row says where; the place itself is never said.
    pub(super) fn note(&mut self, row: &Row<'_>, places: &Places) -> bool {
        let ids = ["service_id", "site_id"].into_iter();
        self.keys
            .extend(ids.filter_map(|field| row.text(field)).map(str::to_owned));
        // All readings, since coordinates and a postcode may contradict each other. A middle of a district or a town is the place of
        // many: it is no sign that two places are the same.
        let fine = readings(row, places).filter(|found| found.grade <= GeocodeGrade::EndedPostcode);
        self.spots.extend(fine.map(|found| Spot {
            point: found.point,
            exact: found.grade == GeocodeGrade::Coordinates,
        }));
        let site = ["site_id", "site_name"].into_iter();
        is_somewhere(row) || site.into_iter().any(|field| row.text(field).is_some())
    }

    /// Notes what a service in a carer's own home is called, and who runs it: each may be the carer's own name.
    pub(super) fn note_names(&mut self, row: &Row<'_>) {
        let fields = ["service_name", "operator", "site_name"].into_iter();
        let names = fields
            .filter_map(|field| row.text(field))
            .map(words::folded);
        self.names.extend(names.filter(|name| !name.is_empty()));
    }

    /// Says whether a community asset at a point is where a home is: where both are known by coordinates, within the same house; else
    /// at the same point, which is that of their postcode. What is known more coarsely is the place of many. A row that was rejected for its
    /// shape may be of a home too.
    pub(crate) fn hold(&self, point: GridPoint, grade: GeocodeGrade, places: &Places) -> bool {
        let house = grade == GeocodeGrade::Coordinates;
        let torn =
            || !self.misshapen.is_empty() && self.misshapen.may_hold(point, places.degrees(point));
        grade <= GeocodeGrade::EndedPostcode
            && (self.is_near(point)
                || (house && self.any_within(point, SAME_HOUSE, |spot| spot.exact))
                || torn())
    }

    /// Says whether a name is that of a service in a carer's own home or of who runs it, and of nothing else in the directory, or stands
    /// in a row that was rejected for its shape.
    pub(crate) fn are_called(&self, name: &str) -> bool {
        (!self.names.is_empty() && self.names.contains(&words::folded(name)))
            || self.misshapen.may_be_called(name)
    }

    fn is_near(&self, point: GridPoint) -> bool {
        self.any_within(point, SAME, |_| true)
    }

    fn any_within(&self, point: GridPoint, metres: f64, of: impl Fn(&Spot) -> bool) -> bool {
        let first = self
            .spots
            .partition_point(|home| home.point.x < point.x - metres);
        self.spots[first..]
            .iter()
            .take_while(|home| home.point.x <= point.x + metres)
            .filter(|home| of(home))
            .any(|home| (home.point.x - point.x).hypot(home.point.y - point.y) <= metres)
    }
}

impl Directory {
    /// Takes every place out that is also the place of a service in a home, and says so.
    pub(super) fn withhold_homes(&mut self, places: &Places, file: &str, issues: &mut Vec<Issue>) {
        let by_x = |a: &Spot, b: &Spot| a.point.x.total_cmp(&b.point.x);
        self.homes.spots.sort_by(by_x);
        self.forget_public_names();
        if self.homes.dropped > 0 {
            let message = format!(
                "{} delivered in a home and {} place is not kept",
                so_many(self.homes.dropped, "service is", "services are"),
                if self.homes.dropped == 1 {
                    "its"
                } else {
                    "their"
                }
            );
            let hint = "a home is never a point on a map; the services are listed in a table, without an address, and those in carers' own homes without a name";
            issues.push(Issue::new(file, Severity::Note, message, hint));
        }
        let withheld = self.withheld(places);
        for (row, reason) in &withheld {
            if let Some(service) = self.services.get_mut(RowId::from_row(*row)) {
                service.site = None;
            }
            let message = format!("its place is not used, because {reason}");
            let hint = "if the place is nobody's home, write carers_home = no in this row";
            issues.push(
                Issue::new(file, Severity::Note, message, hint).at_row(self.rows[*row].number),
            );
        }
        if !withheld.is_empty() {
            self.drop_unused_sites();
        }
    }

    /// Takes out of the names of carers' homes what another service, site or organisation of the directory is called too.
    fn forget_public_names(&mut self) {
        let services = self.services.rows().iter().map(|service| &service.name);
        let sites = self.sites.rows().iter().map(|site| &site.name);
        let operators = self.organisations.rows().iter().map(|one| &one.name);
        for name in services.chain(sites).chain(operators) {
            self.homes.names.remove(&words::folded(name));
        }
    }

    /// Finds the services whose place may be somebody's home, by their row in the table, and says why of each.
    fn withheld(&self, places: &Places) -> Vec<(usize, String)> {
        let homes = &self.homes;
        let services = self.services.rows();
        let categories: BTreeSet<String> = services
            .iter()
            .map(|service| words::folded(&service.category))
            .collect();
        let reason = |service: &Service, origin: &Origin| {
            let site = self.sites.get(service.site?)?;
            if origin.no_home {
                return None;
            }
            if homes.keys.contains(&site.key) || homes.is_near(site.point) {
                return Some(SAME_AS_HOME.to_owned());
            }
            if homes.misshapen.is_empty() {
                return None;
            }
            let named = !categories.contains(&words::folded(&site.name));
            let degrees = places.degrees(site.point);
            homes.misshapen.reason(service, site, named, degrees)
        };
        let each = services.iter().zip(&self.rows).enumerate();
        each.filter_map(|(row, (service, origin))| Some((row, reason(service, origin)?)))
            .collect()
    }

    /// Takes the sites out that no service has any more, so that not even their name is kept.
    fn drop_unused_sites(&mut self) {
        let used: BTreeSet<SiteId> = self
            .services
            .rows()
            .iter()
            .filter_map(|service| service.site)
            .collect();
        let mut moved: BTreeMap<SiteId, SiteId> = BTreeMap::new();
        let mut kept = Table::default();
        for (old, site) in self.sites.iter().filter(|(id, _)| used.contains(id)) {
            moved.insert(old, kept.push(site.clone()));
        }
        self.sites = kept;
        for id in self.services.ids() {
            if let Some(service) = self.services.get_mut(id) {
                service.site = service.site.and_then(|old| moved.get(&old).copied());
            }
        }
    }
}
