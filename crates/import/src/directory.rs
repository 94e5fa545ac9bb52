//! Reads the council's directory of services: one row a service.

use std::collections::BTreeMap;
use std::path::Path;

use catchment_core::id::{OrganisationId, ServiceId, SiteId, Table};
use catchment_core::issue::Issue;
use catchment_core::place::{
    DeliveryMode, Eligibility, Organisation, Service, ServiceArea, Site, Status,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::places::{Located, Places, locate};
use crate::report::FileCounts;
use crate::study_file;
use crate::table::{Column, Reader, Row, optional, required};
use crate::text;

const COLUMNS: &[Column] = &[
    required("service_id"),
    required("service_name"),
    required("operator"),
    optional("operator_group"),
    required("category"),
    optional("status"),
    optional("opened"),
    optional("closed"),
    optional("delivery_mode"),
    optional("site_id"),
    optional("site_name"),
    optional("postcode"),
    optional("easting"),
    optional("northing"),
    optional("step_free"),
    optional("hourly_rate"),
    optional("support_ratio"),
    optional("charge"),
    optional("serves"),
    optional("places"),
    optional("wheelchair_places"),
    optional("last_checked"),
];

const A_DAY: &str = "write days as 2023-03-06 or 06/03/2023";
const POUNDS: &str = "write pounds as 9.51, 0 or more";
const PLACES: &str = "places are a whole number of 0 or more";

/// The services that a directory lists, who runs them and where.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct Directory {
    pub(crate) organisations: Table<OrganisationId, Organisation>,
    pub(crate) sites: Table<SiteId, Site>,
    pub(crate) services: Table<ServiceId, Service>,
    pub(crate) by_key: BTreeMap<String, ServiceId>,
    organisation_by_name: BTreeMap<(String, String), OrganisationId>,
    site_by_key: BTreeMap<String, SiteId>,
}

/// Reads the table of services.
pub(crate) fn read(
    folder: &Path,
    section: &study_file::Table,
    places: &Places,
    issues: &mut Vec<Issue>,
) -> Result<(Directory, FileCounts), Issue> {
    let reader = Reader::open(&section.table_file(folder, false), COLUMNS, issues)?;
    let mut directory = Directory::default();
    let counts = reader.each(issues, |row| directory.take(row, places));
    Ok((directory, counts))
}

impl Directory {
    fn take(&mut self, row: &mut Row<'_>, places: &Places) -> Option<()> {
        let key = row.needed("service_id")?;
        if self.by_key.contains_key(&key) {
            row.reject(
                "service_id",
                &format!("stands in an earlier row too{}", row.quoted(&key)),
                "every service has an id of its own",
            );
            return None;
        }
        let delivery = row
            .strict_as(
                "delivery_mode",
                |text| text.parse().ok(),
                "one of building, community, outreach, home, online",
            )?
            .unwrap_or(DeliveryMode::Building);
        let operator = row.needed("operator")?;
        let (opened, closed) = dates(row)?;
        // A service that nobody travels to needs no place.
        let anywhere = !delivery.is_travelled_to()
            && row.text("easting").is_none()
            && row.text("postcode").is_none();
        let place = if anywhere {
            None
        } else {
            Some(locate(row, places)?)
        };
        let service = Service {
            name: row.needed("service_name")?,
            category: row.needed("category")?,
            status: row
                .strict_as(
                    "status",
                    |text| text.parse().ok(),
                    "one of open, closed, proposed, candidate",
                )?
                .unwrap_or(Status::Open),
            opened,
            closed,
            delivery,
            hourly_rate: row.strict_as("hourly_rate", text::pounds, POUNDS)?,
            support_ratio: row.text("support_ratio").map(str::to_owned),
            charge: row.strict_as("charge", text::pounds, POUNDS)?,
            serves: row.text("serves").map_or_else(Vec::new, split),
            places: row.strict_as("places", text::count, PLACES)?,
            wheelchair_places: row.strict_as("wheelchair_places", text::count, PLACES)?,
            hours_per_week: None,
            sessions: Vec::new(),
            eligibility: Eligibility::default(),
            service_area: ServiceArea::NotStated,
            last_checked: row.maybe_as("last_checked", text::date, A_DAY),
            // Last of all, because from here nothing rejects the row: a rejected row leaves no site and no organisation behind.
            organisation: self.organisation(row, operator),
            site: place.map(|place| self.site(row, place)),
            key: key.clone(),
        };
        self.by_key.insert(key, self.services.push(service));
        Some(())
    }

    fn organisation(&mut self, row: &Row<'_>, name: String) -> OrganisationId {
        let group = row
            .text("operator_group")
            .unwrap_or("Not stated")
            .to_owned();
        let known = self
            .organisation_by_name
            .get(&(name.clone(), group.clone()))
            .copied();
        known.unwrap_or_else(|| {
            let id = self.organisations.push(Organisation {
                name: name.clone(),
                group: group.clone(),
            });
            self.organisation_by_name.insert((name, group), id);
            id
        })
    }

    /// Finds or adds the site at a place.
    fn site(
        &mut self,
        row: &mut Row<'_>,
        Located {
            point,
            grade,
            postcode,
        }: Located,
    ) -> SiteId {
        let key = row.text("site_id").map_or_else(
            || row.text("service_id").unwrap_or_default().to_owned(),
            str::to_owned,
        );
        if let Some(known) = self.site_by_key.get(&key).copied() {
            let moved =
                (self.sites[known].point.x - point.x).hypot(self.sites[known].point.y - point.y);
            if moved > 1.0 {
                row.mend(
                    "site_id",
                    "stands in an earlier row with another place, which is kept",
                    "give each place a site_id of its own",
                );
            }
            return known;
        }
        let name = row
            .text("site_name")
            .or_else(|| row.text("service_name"))
            .unwrap_or_default()
            .to_owned();
        let step_free = row.maybe_as("step_free", text::yes_or_no, "write yes or no");
        let id = self.sites.push(Site {
            key: key.clone(),
            name,
            postcode,
            point,
            grade,
            step_free,
        });
        self.site_by_key.insert(key, id);
        id
    }
}

/// Reads the days between which a service runs, or rejects the row.
fn dates(row: &mut Row<'_>) -> Option<(Option<Date>, Option<Date>)> {
    let opened = row.strict_as("opened", text::date, A_DAY)?;
    let closed = row.strict_as("closed", text::date, A_DAY)?;
    if opened
        .zip(closed)
        .is_some_and(|(opened, closed)| opened > closed)
    {
        row.reject(
            "closed",
            "is before the day it opened",
            "correct one of the two",
        );
        return None;
    }
    Some((opened, closed))
}

fn split(text: &str) -> Vec<String> {
    text.split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}
