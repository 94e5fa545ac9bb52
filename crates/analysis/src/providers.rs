//! Where the services are: a point for each service that has a place people may know.
//!
//! Only a service that people travel to is a point; those that come to people or are online are in a table, and have an area at most. A
//! service delivered in a home is never a point: the home is a carer's or the person's own. Where such a service shares its site
//! with others, that site may be the same home, so of those only a service with a building is a point. What the council pays an
//! hour is between it and the operator and is not here. Nothing is said of people.

mod areas_served;
mod elsewhere;
mod fields;
mod layout;
mod listed;
mod returns;
#[cfg(test)]
mod tests;
mod week;

use std::collections::BTreeMap;

use catchment_core::findings::{Findings, Value};
use catchment_core::id::{ServiceId, SiteId};
use catchment_core::place::Service;
use catchment_core::study::Study;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::homes::Homes;
use crate::{Analysis, AnalysisError, Progress, available, needs};

/// Where the services are, and what they offer. It has no inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Providers {}

/// The figures of [`Providers`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderFigures {
    /// The services with a point, in the order of their references.
    pub shown: Vec<(ServiceId, SiteId)>,
    /// Services by category: all of them, those open on the reference date, and those with a point.
    pub categories: BTreeMap<String, Tally>,
    /// The same of all services.
    pub all: Tally,
}

/// How many services there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All of them.
    pub services: i64,
    /// Those open on the reference date.
    pub open: i64,
    /// Of those, the ones that people travel to, at a building or in the community.
    pub travelled_to: i64,
    /// Of all, those with a point.
    pub shown: i64,
}

impl Analysis for Providers {
    const ID: &'static str = "providers";
    const TITLE: &'static str = "Where the services are";
    type Output = ProviderFigures;

    fn unavailable(study: &Study) -> Option<String> {
        needs::services(study)
    }

    fn compute(&self, study: &Study, _: &Progress<'_>) -> Result<ProviderFigures, AnalysisError> {
        available::<Self>(study)?;
        let parts = study.parts();
        let homes = Homes::of(study);
        let place = |service: &Service| {
            let may_show = |site: &SiteId| homes.may_show(service, *site);
            service.site.filter(|site| {
                service.delivery.is_travelled_to()
                    && may_show(site)
                    && parts.sites.get(*site).is_some()
            })
        };
        let mut shown: Vec<(ServiceId, SiteId)> = parts
            .services
            .iter()
            .filter_map(|(id, service)| Some((id, place(service)?)))
            .collect();
        shown.sort_by_key(|(id, _)| &parts.services[*id].key);
        let mut found = ProviderFigures {
            shown,
            categories: BTreeMap::new(),
            all: Tally::default(),
        };
        for (_, service) in parts.services.iter() {
            let open = service.is_open_on(study.about().reference_date);
            let category = found
                .categories
                .entry(service.category.clone())
                .or_default();
            for tally in [category, &mut found.all] {
                tally.services += 1;
                tally.open += i64::from(open);
                tally.travelled_to += i64::from(open && service.delivery.is_travelled_to());
                tally.shown += i64::from(place(service).is_some());
            }
        }
        Ok(found)
    }

    fn present(&self, study: &Study, output: &ProviderFigures) -> Findings<Value> {
        layout::present(study, output)
    }
}
