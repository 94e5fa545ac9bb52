//! Where the services are: a point for each service that has a place people may know.
//!
//! A service delivered in a home is never a point: the home is a carer's or the person's own. Where such a service shares its site
//! with others, that site may be the same home, so of those only a service with a building is a point. What the council pays an
//! hour is between it and the operator and is not here. Nothing is said of people.

mod layout;

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
            service
                .site
                .filter(|site| may_show(site) && parts.sites.get(*site).is_some())
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

#[cfg(test)]
mod tests {
    use catchment_core::findings::{Plain, Value};
    use catchment_core::id::{SiteId, Table};
    use catchment_core::place::DeliveryMode;
    use catchment_core::study::Study;
    use proptest::prelude::*;

    use super::Providers;
    use crate::{Analysis, Progress, fixture};

    fn shown(study: &Study) -> Vec<String> {
        let found = Providers {}.compute(study, &Progress::none()).unwrap();
        let findings = Providers {}.present(study, &found);
        let features = findings.layers.iter().flat_map(|layer| &layer.features);
        features.map(|feature| feature.id.clone()).collect()
    }

    #[test]
    fn services_with_a_place_are_points_and_a_home_never_is() {
        assert_eq!(
            shown(&fixture::study()),
            ["cafe", "closed", "hub", "workshop"]
        );
    }

    #[test]
    fn counts_are_as_worked_out_by_hand() {
        let found = Providers {}
            .compute(&fixture::study(), &Progress::none())
            .unwrap();
        assert_eq!(
            (
                found.all.services,
                found.all.open,
                found.all.travelled_to,
                found.all.shown
            ),
            (6, 5, 3, 4)
        );
        let community = found.categories["Community"];
        assert_eq!(
            (community.services, community.open, community.shown),
            (2, 2, 1)
        );
    }

    #[test]
    fn a_point_tells_what_is_public_and_not_the_rate() {
        let study = fixture::study();
        let found = Providers {}.compute(&study, &Progress::none()).unwrap();
        let findings = Providers {}.present(&study, &found);
        let (fields, cafe) = fixture::feature(&findings, "providers", "cafe");
        let field = |name| fixture::value(fields, &cafe.values, name);
        assert_eq!(field("operator_group"), &Value::from("Independent"));
        assert_eq!(field("serves"), &Value::from("Dementia"));
        assert_eq!(field("charge"), &Value::Plain(Plain::Number(4.5)));
        assert!(!fields.iter().any(|field| field.name.contains("rate")));
        assert!(
            findings.layers[0]
                .method
                .contains("2 services have no point")
        );
        let labels: Vec<&str> = findings.layers[0]
            .legend
            .classes
            .iter()
            .map(|class| class.label.as_str())
            .collect();
        assert_eq!(labels, ["Community", "Day service", "Low cost"]);
    }

    #[test]
    fn without_services_it_says_so() {
        let study = fixture::changed(|parts| parts.services = Table::default());
        assert!(
            Providers::unavailable(&study)
                .unwrap()
                .contains("no services")
        );
    }

    const MODES: [DeliveryMode; 5] = [
        DeliveryMode::Building,
        DeliveryMode::Community,
        DeliveryMode::Outreach,
        DeliveryMode::Home,
        DeliveryMode::Online,
    ];

    proptest! {
        /// However services are spread over sites, at one where a service is delivered in a home only a building is a point.
        #[test]
        fn no_point_gives_a_home_away(choices in prop::collection::vec((0_usize..5, 0_usize..4), 6)) {
            let study = fixture::changed(|parts| {
                let mut services = parts.services.rows().to_vec();
                for (service, (mode, site)) in services.iter_mut().zip(&choices) {
                    service.delivery = MODES[*mode];
                    service.site = Some(<SiteId as catchment_core::id::RowId>::from_row(*site));
                }
                parts.services = Table::new(services);
            });
            let services = study.parts().services.rows();
            for key in shown(&study) {
                let service = services.iter().find(|service| service.key == key).unwrap();
                prop_assert!(service.delivery != DeliveryMode::Home);
                let at_a_home = services.iter().any(|other| other.site == service.site && other.delivery == DeliveryMode::Home);
                prop_assert!(!at_a_home || service.delivery == DeliveryMode::Building);
            }
        }
    }
}
