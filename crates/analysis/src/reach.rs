//! How near the nearest open service is, from a postcode or a home.
//!
//! This is reach that a place offers, not journeys that anybody makes.

use std::collections::{BTreeMap, BTreeSet};

use catchment_core::id::{RowId, SiteId, UserId};
use catchment_core::journey::{Journey, Journeys, NoJourney, Snapped};
use catchment_core::study::Study;

use crate::words;

/// How near the nearest of some sites is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reach {
    /// The start is too far from any street of the road file, or known only by a postcode district or town: nothing is known.
    OffNetwork,
    /// No street route leads to any of them.
    NoRoute,
    /// The least distance and the least time, each to whichever site it is least.
    Near {
        /// Kilometres by the fastest route.
        kilometres: f64,
        /// Minutes by it.
        minutes: f64,
    },
}

impl Reach {
    /// Says whether a site is within a number of kilometres.
    pub(crate) fn within_km(self, limit: f64) -> bool {
        matches!(self, Self::Near { kilometres, .. } if kilometres <= limit)
    }

    /// Says whether a site is within a number of minutes.
    pub(crate) fn within_minutes(self, limit: f64) -> bool {
        matches!(self, Self::Near { minutes, .. } if minutes <= limit)
    }
}

/// The nearest open service of every postcode and every person.
#[derive(Clone, Debug)]
pub(crate) struct Reaches {
    /// Of each postcode, to any open service; in the order of their table.
    pub(crate) postcodes: Vec<Reach>,
    /// Of each person, to an open service that serves their support group; in the order of their table.
    pub(crate) people: Vec<Reach>,
    /// Sites of open services that are too far from any street.
    pub(crate) sites_off_network: usize,
    /// Sites of open services.
    pub(crate) sites: usize,
}

impl Reaches {
    /// Finds them with one search a site.
    pub(crate) fn of(study: &Study) -> Self {
        let starts: Vec<Snapped> = [study.postcode_snaps(), study.user_snaps()].concat();
        let journeys = Journeys::compute(study, &starts);
        let sites: BTreeSet<SiteId> = study.open_services().map(|(_, _, site)| site).collect();
        let sites: Vec<SiteId> = sites.into_iter().collect();
        let first_person = study.postcode_snaps().len();
        let postcodes = |row: usize| nearest(starts[row], journeys.from_start(row), &sites);
        let groups = sites_by_group(study, &sites);
        let people = |id: UserId| {
            let row = first_person + id.row();
            let sites = groups.get(&group_of(study, id)).unwrap_or(&sites);
            nearest(starts[row], journeys.from_start(row), sites)
        };
        let off = |site: &&SiteId| study.site_snaps()[site.row()].is_err();
        Self {
            postcodes: (0..first_person).map(postcodes).collect(),
            people: study.parts().users.ids().map(people).collect(),
            sites_off_network: sites.iter().filter(off).count(),
            sites: sites.len(),
        }
    }

    /// Says how many sites could not be counted; nothing where all could.
    pub(crate) fn sites_left_out(&self) -> String {
        if self.sites_off_network == 0 {
            return String::new();
        }
        let sites = words::count(self.sites, "site", "sites");
        format!(
            "Of {sites} of open services, {} too far from any street and left out.",
            are(self.sites_off_network)
        )
    }
}

/// Says which service a person counts to; nothing where the study holds nobody.
pub(crate) fn whose_service(study: &Study) -> String {
    if !study.has_people() {
        return String::new();
    }
    "People who use services count from home to the nearest service that serves their support group; where the group is not stated, to the \
     nearest of all."
        .to_owned()
}

fn are(number: usize) -> String {
    if number == 1 {
        "1 is".to_owned()
    } else {
        format!("{number} are")
    }
}

fn group_of(study: &Study, user: UserId) -> Option<&str> {
    study.parts().users[user].support_group.as_deref()
}

/// The sites that serve each support group; for people whose group is not stated, all of them.
fn sites_by_group<'a>(study: &'a Study, all: &[SiteId]) -> BTreeMap<Option<&'a str>, Vec<SiteId>> {
    let groups: BTreeSet<Option<&str>> = study
        .parts()
        .users
        .ids()
        .map(|user| group_of(study, user))
        .collect();
    let serving = |group: Option<&'a str>| {
        let Some(name) = group else {
            return (group, all.to_vec());
        };
        let sites: BTreeSet<SiteId> = study
            .open_services()
            .filter(|(_, service, _)| service.serves(name))
            .map(|(_, _, site)| site)
            .collect();
        (group, sites.into_iter().collect())
    };
    groups.into_iter().map(serving).collect()
}

fn nearest(start: Snapped, journeys: &[Result<Journey, NoJourney>], sites: &[SiteId]) -> Reach {
    if start.is_err() {
        return Reach::OffNetwork;
    }
    let there = sites
        .iter()
        .filter_map(|site| journeys.get(site.row())?.ok());
    there.fold(Reach::NoRoute, |nearest, journey| {
        let (km, min) = (journey.distance().kilometres(), journey.time().minutes());
        match nearest {
            Reach::Near {
                kilometres,
                minutes,
            } => Reach::Near {
                kilometres: kilometres.min(km),
                minutes: minutes.min(min),
            },
            _ => Reach::Near {
                kilometres: km,
                minutes: min,
            },
        }
    })
}

#[cfg(test)]
mod tests {
    use catchment_core::id::{PostcodeId, RowId, UserId};

    use super::{Reach, Reaches};
    use crate::fixture;

    #[test]
    fn the_nearest_is_the_nearest_that_serves_the_group() {
        let study = fixture::study();
        let reaches = Reaches::of(&study);
        let postcode = |code: &str| {
            let found = study
                .parts()
                .postcodes
                .iter()
                .find(|(_, postcode)| postcode.code == code)
                .unwrap()
                .0;
            reaches.postcodes[PostcodeId::row(found)]
        };
        // The hub is at 1.0 km, the café at 6.0 km along one road at 36 km/h, that is 10 m/s.
        let near = |kilometres: f64| Reach::Near {
            kilometres,
            minutes: kilometres * 100.0 / 60.0,
        };
        assert_eq!(postcode("W1 1"), near(1.0));
        assert_eq!(postcode("W2 3"), near(2.0));
        assert_eq!(postcode("E2 3"), Reach::OffNetwork);
        let person = |key: &str| {
            let found = study
                .parts()
                .users
                .iter()
                .find(|(_, user)| user.key == key)
                .unwrap()
                .0;
            reaches.people[UserId::row(found)]
        };
        // The café serves dementia only, so for anybody else near it the hub is the nearest.
        assert_eq!(person("p10"), near(6.0));
        assert_eq!(person("p09"), near(0.5));
    }

    #[test]
    fn a_limit_includes_its_end() {
        let near = Reach::Near {
            kilometres: 5.0,
            minutes: 20.0,
        };
        assert!(near.within_km(5.0) && !near.within_km(4.999));
        assert!(near.within_minutes(20.0) && !near.within_minutes(19.999));
        assert!(!Reach::NoRoute.within_km(1e9) && !Reach::OffNetwork.within_minutes(1e9));
    }
}
