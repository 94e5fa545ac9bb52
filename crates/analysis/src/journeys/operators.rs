//! What the services of an operator are counted under: its group.
//!
//! Figures are never given by the operator's own name where no group is given: such a row is the sum of a site or two that the map shows
//! as well, so that one that is hidden there could be worked out from it. The name may stand beside a site, unless any service of the
//! operator is delivered in a home: it may then be a carer, and the name a person's own. It goes by the name and not by the row: one
//! operator may stand in the list of services under several groups.

use std::collections::BTreeSet;

use catchment_core::place::{DeliveryMode, Organisation, Service};
use catchment_core::study::Study;

use super::NOT_STATED;

/// The labels of operators.
pub(super) struct Operators<'a> {
    study: &'a Study,
    in_homes: BTreeSet<&'a str>,
}

impl<'a> Operators<'a> {
    /// Finds the operators that may be carers.
    pub(super) fn of(study: &'a Study) -> Self {
        let services = study.parts().services.rows().iter();
        let in_homes = services
            .filter(|service| service.delivery == DeliveryMode::Home)
            .filter_map(|service| organisation(study, service))
            .map(|organisation| organisation.name.as_str());
        Self {
            study,
            in_homes: in_homes.collect(),
        }
    }

    /// Returns the group that a service is counted in; nothing where none is given.
    pub(super) fn group(&self, service: &Service) -> Option<&'a str> {
        let group = organisation(self.study, service)?.group.trim();
        Some(group).filter(|group| !group.is_empty() && *group != NOT_STATED)
    }

    /// Returns what a service is counted under.
    pub(super) fn label(&self, service: &Service) -> &'a str {
        self.group(service).unwrap_or(NOT_STATED)
    }

    /// Returns what may stand beside a site for those who run it: the group, or the operator's name.
    pub(super) fn shown(&self, service: &Service) -> &'a str {
        let own = || {
            let name = organisation(self.study, service)?.name.as_str();
            Some(name).filter(|name| !self.in_homes.contains(name))
        };
        self.group(service).or_else(own).unwrap_or(NOT_STATED)
    }
}

fn organisation<'a>(study: &'a Study, service: &Service) -> Option<&'a Organisation> {
    study.parts().organisations.get(service.organisation)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use catchment_core::id::{OrganisationId, RowId, Table};
    use catchment_core::place::{DeliveryMode, Organisation};
    use catchment_core::study::{Study, StudyParts};

    use super::super::{AverageJourneys, NOT_STATED};
    use super::Operators;
    use crate::{Analysis, Progress, fixture};

    fn without_groups(parts: &mut StudyParts) {
        let mut organisations = parts.organisations.rows().to_vec();
        for one in &mut organisations {
            NOT_STATED.clone_into(&mut one.group);
        }
        parts.organisations = Table::new(organisations);
    }

    fn labels(study: &Study) -> Vec<String> {
        let found = AverageJourneys::default()
            .compute(study, &Progress::none())
            .unwrap();
        let groups = found.operator_groups.iter();
        groups.map(|(label, _)| label.clone()).collect()
    }

    #[test]
    fn a_service_without_a_group_is_not_counted_under_its_operator_but_names_it() {
        let study = fixture::changed(|parts| {
            without_groups(parts);
            let mut services = parts.services.rows().to_vec();
            // Nothing of Friends is delivered in a home any more.
            services[4].delivery = DeliveryMode::Outreach;
            parts.services = Table::new(services);
        });
        assert_eq!(labels(&study), [NOT_STATED]);
        let operators = Operators::of(&study);
        let services = study.parts().services.rows().iter();
        let shown: BTreeSet<&str> = services.map(|service| operators.shown(service)).collect();
        assert_eq!(Vec::from_iter(shown), ["Friends", "Wexcare"]);
        let half = fixture::changed(|parts| {
            without_groups(parts);
            let mut organisations = parts.organisations.rows().to_vec();
            "Independent".clone_into(&mut organisations[1].group);
            parts.organisations = Table::new(organisations);
        });
        assert_eq!(labels(&half), ["Independent", NOT_STATED]);
    }

    #[test]
    fn an_operator_that_may_be_a_carer_is_never_named() {
        let study = fixture::changed(|parts| {
            without_groups(parts);
            let mut organisations = parts.organisations.rows().to_vec();
            "Mrs Ann Smith".clone_into(&mut organisations[1].name);
            // The same carer once more, in another row of the list.
            organisations.push(Organisation {
                name: "Mrs Ann Smith".to_owned(),
                group: String::new(),
            });
            parts.organisations = Table::new(organisations);
            let mut services = parts.services.rows().to_vec();
            services[2].organisation = OrganisationId::from_row(2);
            parts.services = Table::new(services);
        });
        assert_eq!(labels(&study), [NOT_STATED]);
        let analysis = AverageJourneys::default();
        let found = analysis.compute(&study, &Progress::none()).unwrap();
        let findings = analysis.present(&study, &found);
        assert!(!format!("{findings:?}").contains("Ann Smith"));
        let operators = Operators::of(&study);
        let services = study.parts().services.rows();
        assert!(
            services
                .iter()
                .all(|service| operators.shown(service) != "Mrs Ann Smith")
        );
    }
}
