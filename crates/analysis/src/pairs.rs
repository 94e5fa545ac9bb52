//! Who goes where on the reference date.
//!
//! A *pair* is a distinct person and service with an attendance that is active on the reference date, at a service that is open on
//! it and that people travel to, and where the attendance is not itself served elsewhere.

use std::collections::BTreeMap;

use catchment_core::id::{ServiceId, SiteId, UserId};
use catchment_core::study::Study;

/// A person and a service they go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    /// Who.
    pub(crate) user: UserId,
    /// What.
    pub(crate) service: ServiceId,
    /// Where.
    pub(crate) site: SiteId,
    /// Weekly attendances of the person there.
    pub(crate) attendances: u32,
}

/// Lists the pairs of a study, by person and then by service.
pub(crate) fn pairs(study: &Study) -> Vec<Pair> {
    let open: BTreeMap<ServiceId, SiteId> = study
        .open_services()
        .map(|(id, _, site)| (id, site))
        .collect();
    let day = study.about().reference_date;
    let mut weekly: BTreeMap<(UserId, ServiceId), u32> = BTreeMap::new();
    for attendance in &study.parts().attendances {
        let known = study.parts().users.get(attendance.user).is_some();
        if known && attendance.is_active_on(day) && attendance.delivery.is_travelled_to() {
            *weekly
                .entry((attendance.user, attendance.service))
                .or_default() += 1;
        }
    }
    let pair = |((user, service), attendances)| {
        let site = *open.get(&service)?;
        Some(Pair {
            user,
            service,
            site,
            attendances,
        })
    };
    weekly.into_iter().filter_map(pair).collect()
}

/// Counts the distinct people of pairs that are ordered by person.
pub(crate) fn people<'a>(pairs: impl IntoIterator<Item = &'a Pair>) -> u32 {
    let mut people: Vec<UserId> = pairs.into_iter().map(|pair| pair.user).collect();
    people.dedup();
    people.len() as u32
}
