//! Who goes where on the reference date, and which attendances are nobody's way to anywhere.
//!
//! A *pair* is a distinct person and service with an attendance that is active on the reference date, at a service that is open on
//! it and that people travel to, and where the attendance is not itself served elsewhere. Attendances that are not active on that
//! day are neither in a pair nor left out: they are not of the day that a study describes.

use std::collections::{BTreeMap, BTreeSet};

use catchment_core::id::{ServiceId, SiteId, UserId};
use catchment_core::person::Attendance;
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

/// Why an attendance is in no pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoPair {
    /// The service comes to the person, is in a home or is online.
    NotTravelled,
    /// The service is not open on the reference date.
    NotOpen,
    /// It is not known where the service is, or it has no place of its own.
    NoPlace,
}

impl NoPair {
    /// All reasons.
    pub const ALL: [Self; 3] = [Self::NotTravelled, Self::NotOpen, Self::NoPlace];

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::NotTravelled => {
                "nobody travels: the service comes to the person, is in a home or is online"
            }
            Self::NotOpen => "the service is not open on the reference date",
            Self::NoPlace => "the service has no known place",
        }
    }
}

/// How many weekly attendances, of how many pairs and how many people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Weekly attendances.
    pub attendances: u32,
    /// Distinct pairs of person and service.
    pub pairs: u32,
    /// Distinct people.
    pub people: u32,
}

impl Count {
    /// Counts pairs that are ordered by person.
    pub(crate) fn of<'a>(pairs: impl IntoIterator<Item = &'a Pair>) -> Self {
        let mut people: Vec<UserId> = Vec::new();
        let mut count = Self::default();
        for pair in pairs {
            count.attendances += pair.attendances;
            count.pairs += 1;
            people.push(pair.user);
        }
        people.dedup();
        count.people = people.len() as u32;
        count
    }
}

/// Lists the pairs of a study, by person and then by service.
pub(crate) fn pairs(study: &Study) -> Vec<Pair> {
    let mut weekly: BTreeMap<(UserId, ServiceId), (SiteId, u32)> = BTreeMap::new();
    for attendance in current(study) {
        if let Ok(site) = destination(study, attendance) {
            let key = (attendance.user, attendance.service);
            weekly.entry(key).or_insert((site, 0)).1 += 1;
        }
    }
    let pair = |((user, service), (site, attendances))| Pair {
        user,
        service,
        site,
        attendances,
    };
    weekly.into_iter().map(pair).collect()
}

/// Counts the attendances that are in no pair, by reason and of all reasons.
pub(crate) fn left_out(study: &Study) -> (Vec<(NoPair, Count)>, Count) {
    let none: Vec<(&Attendance, NoPair)> = current(study)
        .filter_map(|one| Some((one, destination(study, one).err()?)))
        .collect();
    let count = |wanted: Option<NoPair>| {
        let of = none
            .iter()
            .filter(|(_, why)| wanted.is_none_or(|wanted| wanted == *why));
        let of: Vec<&Attendance> = of.map(|(one, _)| *one).collect();
        let pairs: BTreeSet<_> = of.iter().map(|one| (one.user, one.service)).collect();
        let people: BTreeSet<UserId> = of.iter().map(|one| one.user).collect();
        Count {
            attendances: of.len() as u32,
            pairs: pairs.len() as u32,
            people: people.len() as u32,
        }
    };
    let by_reason = NoPair::ALL.map(|why| (why, count(Some(why))));
    (by_reason.to_vec(), count(None))
}

/// Lists the attendances of the reference date.
fn current(study: &Study) -> impl Iterator<Item = &Attendance> {
    let day = study.about().reference_date;
    let known = |one: &&Attendance| study.parts().users.get(one.user).is_some();
    let attendances = study.parts().attendances.iter().filter(known);
    attendances.filter(move |one| one.is_active_on(day))
}

/// Finds where the person of an attendance goes.
fn destination(study: &Study, attendance: &Attendance) -> Result<SiteId, NoPair> {
    let service = study.parts().services.get(attendance.service);
    let service = service.ok_or(NoPair::NoPlace)?;
    if !attendance.delivery.is_travelled_to() || !service.delivery.is_travelled_to() {
        return Err(NoPair::NotTravelled);
    }
    if !service.is_open_on(study.about().reference_date) {
        return Err(NoPair::NotOpen);
    }
    service.site.ok_or(NoPair::NoPlace)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Count, NoPair, left_out, pairs};
    use crate::fixture;

    #[test]
    fn pairs_go_to_open_services_only() {
        let study = fixture::study();
        let open: BTreeSet<_> = study
            .open_services()
            .map(|(id, _, site)| (id, site))
            .collect();
        let pairs = pairs(&study);
        assert_eq!(pairs.len(), 13);
        assert!(
            pairs
                .iter()
                .all(|pair| open.contains(&(pair.service, pair.site)))
        );
    }

    #[test]
    fn every_attendance_of_the_day_is_in_a_pair_or_left_out_for_one_reason() {
        // p02 at home and p05 online; p01 at a service that closed; p04 stopped, so that is not of the day.
        let one = Count {
            attendances: 1,
            pairs: 1,
            people: 1,
        };
        let (by_reason, all) = left_out(&fixture::study());
        let two = Count {
            attendances: 2,
            pairs: 2,
            people: 2,
        };
        let expected = [
            (NoPair::NotTravelled, two),
            (NoPair::NotOpen, one),
            (NoPair::NoPlace, Count::default()),
        ];
        assert_eq!(by_reason, expected);
        assert_eq!((all.attendances, all.pairs, all.people), (3, 3, 3));
    }

    #[test]
    fn an_open_service_without_a_place_is_a_reason() {
        let study = fixture::changed(|parts| {
            let mut services = parts.services.rows().to_vec();
            services[0].site = None;
            parts.services = catchment_core::id::Table::new(services);
        });
        let (by_reason, all) = left_out(&study);
        // Everybody but p09 goes to the hub, p00 on three days.
        let hub = Count {
            attendances: 13,
            pairs: 11,
            people: 11,
        };
        assert_eq!(by_reason[2], (NoPair::NoPlace, hub));
        assert_eq!(
            pairs(&study)
                .iter()
                .map(|pair| pair.attendances)
                .sum::<u32>()
                + all.attendances,
            18
        );
    }
}
