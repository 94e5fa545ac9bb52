//! Finds providers whose names differ in nothing that tells two providers apart.
//!
//! They are said and stay as they are: whether `Cwtch Care Ltd` and `Cwtch Care CIC` are one body only the council can know.

use std::collections::BTreeMap;

use catchment_core::id::OrganisationId;
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::Organisation;
use catchment_core::study::Study;

use crate::directory::{NAMELESS, names};
use crate::report::{Report, listed, so_many};

/// How many names of one provider are listed.
const MOST_LISTED: usize = 6;

/// Notes names of `providers`, the directory, that are probably those of one provider and count as several.
pub(super) fn note(study: &Study, providers: &str, report: &mut Report) {
    let parts = study.parts();
    let mut services: BTreeMap<OrganisationId, u64> = BTreeMap::new();
    for service in parts.services.rows() {
        *services.entry(service.organisation).or_default() += 1;
    }
    let mut alike: BTreeMap<String, Vec<(&Organisation, u64)>> = BTreeMap::new();
    for (id, organisation) in parts.organisations.iter() {
        let name = names::spelt_loosely(&organisation.name);
        // Carers have no name here, so that one of two schemes is no twin of the other's.
        if !name.is_empty() && organisation.name != NAMELESS {
            let number = services.get(&id).copied().unwrap_or_default();
            alike.entry(name).or_default().push((organisation, number));
        }
    }
    for twins in alike.values().filter(|twins| twins.len() > 1) {
        let message = format!(
            "{} are probably one provider and count as {}",
            listing(twins),
            twins.len()
        );
        let hint = "nothing was put together; where they are one, write the same operator and operator_group in all of its rows";
        report
            .issues
            .push(Issue::new(providers, Severity::Note, message, hint));
    }
}

/// Writes names with how many services each has, and with their group where the name alone is that of another too.
fn listing(twins: &[(&Organisation, u64)]) -> String {
    let one = |(organisation, number): &(&Organisation, u64)| {
        let same = twins
            .iter()
            .filter(|(other, _)| other.name == organisation.name);
        let group = if same.count() > 1 {
            format!(" of group \"{}\"", organisation.group)
        } else {
            String::new()
        };
        let number = so_many(*number, "service", "services");
        format!("\"{}\"{group} ({number})", organisation.name)
    };
    let mut parts: Vec<String> = twins.iter().take(MOST_LISTED).map(one).collect();
    if let Some(more) = twins
        .len()
        .checked_sub(MOST_LISTED)
        .filter(|more| *more > 0)
    {
        parts.push(format!("{more} more"));
    }
    listed(&parts)
}
