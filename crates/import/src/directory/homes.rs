//! Keeps carers' own homes out of the study.
//!
//! A service delivered in a home has no place in a study: where the row gives one, it is looked at only to find other services that
//! give the same place, and forgotten when the directory has been read. No message quotes it.

use std::collections::{BTreeMap, BTreeSet};

use catchment_core::grid::GridPoint;
use catchment_core::id::{RowId, SiteId, Table};
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::{DeliveryMode, GeocodeGrade, Service};

use super::misshapen::Misshapen;
use super::{Directory, Origin, words};
use crate::places::{Places, find, is_somewhere};
use crate::table::Row;
use crate::text;

/// How near to a home a place is the same place; metres.
pub(super) const SAME: f64 = 1.0;

/// The places that may be somebody's home. They are in memory only, and have no `Debug`.
#[derive(Clone, Default)]
pub(super) struct Homes {
    points: Vec<GridPoint>,
    keys: BTreeSet<String>,
    pub(super) misshapen: Misshapen,
    /// How many services gave a place that is not kept.
    pub(super) dropped: u64,
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
const NAMELESS: &str = "A carer's own home";

impl Home {
    /// Returns the name that is kept of the service.
    pub(super) fn name(&self, given: String) -> String {
        if self.carers {
            NAMELESS.to_owned()
        } else {
            given
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
    let fields = [
        "category",
        "delivery_mode",
        "service_name",
        "operator",
        "site_name",
    ];
    !elsewhere
        || row.text("carers_home").is_some()
        || fields
            .into_iter()
            .any(|field| row.text(field).is_some_and(words::is_shared_lives))
}

/// Says whether a row is of a service in a home: by its mode, by `carers_home`, or because it is Shared Lives or says that it is a carer's home.
pub(super) fn home(row: &mut Row<'_>, mode: Option<DeliveryMode>) -> Home {
    let written = row.text("carers_home").map(str::to_owned);
    let said = written.map(|written| {
        text::yes_or_no(&written).unwrap_or_else(|| {
            let message = format!(
                "cannot be read and was taken as yes{}",
                row.quoted(&written)
            );
            row.mend("carers_home", &message, "write yes or no");
            true
        })
    });
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
    /// Notes where a home is, for as long as the directory is read. Returns whether the row says where; the place itself is never said.
    pub(super) fn note(&mut self, row: &Row<'_>, places: &Places) -> bool {
        let ids = ["service_id", "site_id"].into_iter();
        self.keys
            .extend(ids.filter_map(|field| row.text(field)).map(str::to_owned));
        // A middle of a district or a town is the place of many: it is no sign that two places are the same.
        let found = find(row, places).ok();
        let fine = found.filter(|found| found.grade <= GeocodeGrade::EndedPostcode);
        self.points.extend(fine.map(|found| found.point));
        let site = ["site_id", "site_name"].into_iter();
        is_somewhere(row) || site.into_iter().any(|field| row.text(field).is_some())
    }

    fn is_near(&self, point: GridPoint) -> bool {
        // The points are in order of x by now.
        let first = self.points.partition_point(|home| home.x < point.x - SAME);
        self.points[first..]
            .iter()
            .take_while(|home| home.x <= point.x + SAME)
            .any(|home| (home.x - point.x).hypot(home.y - point.y) <= SAME)
    }
}

impl Directory {
    /// Takes every place out that is also the place of a service in a home, and says so.
    pub(super) fn withhold_homes(
        &mut self,
        mut homes: Homes,
        places: &Places,
        file: &str,
        issues: &mut Vec<Issue>,
    ) {
        homes.points.sort_by(|a, b| a.x.total_cmp(&b.x));
        if homes.dropped > 0 {
            let message = format!(
                "{} delivered in a home and {} place is not kept",
                services_are(homes.dropped),
                if homes.dropped == 1 { "its" } else { "their" }
            );
            let hint = "a home is never a point on a map; the services are listed in a table, without an address, and those in carers' own homes without a name";
            issues.push(Issue::new(file, Severity::Note, message, hint));
        }
        let withheld = self.withheld(&homes, places);
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

    /// Finds the services whose place may be somebody's home, by their row in the table, and says why of each.
    fn withheld(&self, homes: &Homes, places: &Places) -> Vec<(usize, String)> {
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

fn services_are(count: u64) -> String {
    if count == 1 {
        "1 service is".to_owned()
    } else {
        format!("{count} services are")
    }
}
