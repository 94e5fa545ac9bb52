//! How far people travel: the mean, its spread and its interval, by ward, site, operator, category and group.
//!
//! The unit is the *pair* of a person and a service, so that somebody who goes on five days counts once; the mean over attendances
//! stands beside it, and so does the straight line, because a published mean seldom says which of them it is. Attendances without a
//! journey are left out of every mean and counted with the reason, and so are those that nobody travels to. It does not model where people might go: see
//! [`coverage`](crate::coverage) for that.

mod columns;
mod layout;
mod left_out;
mod operators;
mod summary;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use catchment_core::area::AreaKind;
use catchment_core::findings::{Findings, Value};
use catchment_core::id::{AreaId, AreaSetId, RowId, SiteId};
use catchment_core::journey::{Journeys, NoJourney};
use catchment_core::study::Study;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::areas;
use crate::homes::Homes;
use crate::needs;
use crate::pairs::{self, Pair};
use crate::{Analysis, AnalysisError, Progress, available, require};

pub use crate::pairs::{Count, NoPair};
use operators::Operators;
pub use summary::Summary;
use summary::{Travelled, summarise};

/// The mean distance from home to the services that people attend.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AverageJourneys {
    /// How many samples the bootstrap of each interval draws, from 200 to 20,000.
    #[schemars(range(min = 200, max = 20_000))]
    pub bootstrap_samples: u32,
    /// The seed of the bootstrap: any whole number; the same seed gives the same intervals.
    pub seed: u64,
    /// The fewest people a group must have for its mean to be given an interval, from 2 to 1,000.
    #[schemars(range(min = 2, max = 1_000))]
    pub min_clusters: u32,
}

impl Default for AverageJourneys {
    fn default() -> Self {
        Self {
            bootstrap_samples: 2_000,
            seed: 1,
            min_clusters: 10,
        }
    }
}

/// The figures of [`AverageJourneys`].
#[derive(Clone, Debug, PartialEq)]
pub struct JourneyFigures {
    /// Of all pairs.
    pub all: Summary,
    /// By ward of home; every ward is there.
    pub wards: Vec<(AreaId, Summary)>,
    /// By small area of home; every small area is there.
    pub small_areas: Vec<(AreaId, Summary)>,
    /// By site; every site of an open service that may be shown there is in it.
    pub sites: Vec<(SiteId, Summary)>,
    /// By the operator's group; every group with an open service is there.
    pub operator_groups: Vec<(String, Summary)>,
    /// By category of service.
    pub categories: Vec<(String, Summary)>,
    /// By primary support group of the person.
    pub support_groups: Vec<(String, Summary)>,
    /// Pairs without a journey, by reason.
    pub without: Vec<(NoJourney, Count)>,
    /// Attendances of the reference date that are in no pair, by reason.
    pub left_out: Vec<(NoPair, Count)>,
    /// All of those.
    pub all_left_out: Count,
    /// Pairs that are in the totals and on no feature of a map.
    pub outside: Vec<(Outside, Summary)>,
}

/// Why a pair is on no feature of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// The home is in no ward, or is known too coarsely to say in which.
    Wards,
    /// The home is in no small area, or is known too coarsely to say in which.
    SmallAreas,
    /// The service is at a place that may be somebody's home, so it is not shown there.
    Sites,
}

impl Outside {
    fn words(self) -> &'static str {
        match self {
            Self::Wards => "home in no ward of the study",
            Self::SmallAreas => "home in no small area of the study",
            Self::Sites => {
                "service at a place that is not shown, because it may be somebody's home"
            }
        }
    }
}

impl Analysis for AverageJourneys {
    const ID: &'static str = "average_journeys";
    const TITLE: &'static str = "How far people travel";
    type Output = JourneyFigures;

    fn unavailable(study: &Study) -> Option<String> {
        needs::people(study)
            .or_else(|| needs::attendances(study))
            .or_else(|| needs::roads(study))
            .or_else(|| needs::open_services(study))
    }

    fn compute(
        &self,
        study: &Study,
        progress: &Progress<'_>,
    ) -> Result<JourneyFigures, AnalysisError> {
        self.check()?;
        available::<Self>(study)?;
        let travelled = travelled(study);
        progress.at(0.7);
        let figures = self.figures(study, &travelled);
        progress.at(0.95);
        Ok(figures)
    }

    fn present(&self, study: &Study, output: &JourneyFigures) -> Findings<Value> {
        layout::present(self, study, output)
    }
}

impl AverageJourneys {
    fn check(&self) -> Result<(), AnalysisError> {
        let samples = (200..=20_000).contains(&self.bootstrap_samples);
        require::<Self>(samples, "bootstrap_samples", "must be from 200 to 20,000")?;
        require::<Self>(
            (2..=1_000).contains(&self.min_clusters),
            "min_clusters",
            "must be from 2 to 1,000",
        )
    }

    fn figures(&self, study: &Study, travelled: &[Travelled]) -> JourneyFigures {
        let parts = study.parts();
        let wards = study.area_set(AreaKind::Ward);
        let small_areas = areas::small_area_set(study);
        let service = |pair: &Pair| &parts.services[pair.service];
        let open: Vec<_> = study
            .open_services()
            .map(|(_, service, site)| (service, site))
            .collect();
        let operators = Operators::of(study);
        let groups: BTreeSet<&str> = open
            .iter()
            .map(|(service, _)| operators.label(service))
            .collect();
        let categories: BTreeSet<&str> = open
            .iter()
            .map(|(service, _)| service.category.as_str())
            .collect();
        let homes = Homes::of(study);
        let sites: BTreeSet<SiteId> = open
            .iter()
            .filter(|(service, site)| homes.may_show(service, *site))
            .map(|(_, site)| *site)
            .collect();
        let shown_at =
            |pair: &Pair| Some(pair.site).filter(|site| homes.may_show(service(pair), *site));
        let support_group = |pair: &Pair| {
            parts.users[pair.user]
                .support_group
                .as_deref()
                .unwrap_or(NOT_STATED)
        };
        let all: Vec<&Travelled> = travelled.iter().collect();
        let (left_out, all_left_out) = pairs::left_out(study);
        JourneyFigures {
            all: summarise(self, &all),
            wards: self.by_area(study, wards, travelled),
            small_areas: self.by_area(study, small_areas, travelled),
            sites: self.grouped(sites, travelled, shown_at),
            operator_groups: named(self.grouped(groups, travelled, |pair| {
                Some(operators.label(service(pair)))
            })),
            categories: named(self.grouped(categories, travelled, |pair| {
                Some(service(pair).category.as_str())
            })),
            support_groups: named(self.grouped([], travelled, |pair| Some(support_group(pair)))),
            without: without(travelled),
            left_out,
            all_left_out,
            outside: self.outside(study, [wards, small_areas], travelled, shown_at),
        }
    }

    /// Sums up the pairs that are on no feature: by ward and by small area, where there are any, and by site.
    fn outside(
        &self,
        study: &Study,
        sets: [Option<AreaSetId>; 2],
        travelled: &[Travelled],
        shown_at: impl Fn(&Pair) -> Option<SiteId>,
    ) -> Vec<(Outside, Summary)> {
        let areas = [Outside::Wards, Outside::SmallAreas].into_iter().zip(sets);
        let areas = areas.filter_map(|(kind, set)| {
            let set = set?;
            let nowhere = |one: &&Travelled| study.area_of_user(one.pair.user, set).is_none();
            let nowhere: Vec<&Travelled> = travelled.iter().filter(nowhere).collect();
            Some((kind, summarise(self, &nowhere)))
        });
        let unshown = |one: &&Travelled| shown_at(&one.pair).is_none();
        let unshown: Vec<&Travelled> = travelled.iter().filter(unshown).collect();
        let sites = (!unshown.is_empty()).then(|| (Outside::Sites, summarise(self, &unshown)));
        areas.chain(sites).collect()
    }

    fn by_area(
        &self,
        study: &Study,
        set: Option<AreaSetId>,
        travelled: &[Travelled],
    ) -> Vec<(AreaId, Summary)> {
        let Some(set) = set else { return Vec::new() };
        self.grouped(study.areas_in(set).map(|(id, _)| id), travelled, |pair| {
            study.area_of_user(pair.user, set)
        })
    }

    /// Sums up the pairs of each key; `keys` are there even if no pair is theirs.
    fn grouped<K: Ord + Send + Sync>(
        &self,
        keys: impl IntoIterator<Item = K>,
        travelled: &[Travelled],
        key: impl Fn(&Pair) -> Option<K>,
    ) -> Vec<(K, Summary)> {
        let mut groups: BTreeMap<K, Vec<&Travelled>> =
            keys.into_iter().map(|key| (key, Vec::new())).collect();
        for one in travelled {
            if let Some(key) = key(&one.pair) {
                groups.entry(key).or_default().push(one);
            }
        }
        let groups: Vec<(K, Vec<&Travelled>)> = groups.into_iter().collect();
        groups
            .into_par_iter()
            .map(|(key, pairs)| (key, summarise(self, &pairs)))
            .collect()
    }
}

/// What stands where a person's group or an operator's group is not given.
const NOT_STATED: &str = "Not stated";

fn named(groups: Vec<(&str, Summary)>) -> Vec<(String, Summary)> {
    groups
        .into_iter()
        .map(|(name, summary)| (name.to_owned(), summary))
        .collect()
}

/// Finds the journey of every pair.
fn travelled(study: &Study) -> Vec<Travelled> {
    let journeys = Journeys::compute(study, study.user_snaps());
    let found = |pair: Pair| {
        let journey = journeys
            .from_start(pair.user.row())
            .get(pair.site.row())
            .copied();
        Travelled {
            pair,
            journey: journey.unwrap_or(Err(NoJourney::NoRoute)),
        }
    };
    pairs::pairs(study).into_iter().map(found).collect()
}

fn without(travelled: &[Travelled]) -> Vec<(NoJourney, Count)> {
    let count = |reason| {
        let left_out = travelled
            .iter()
            .filter(move |one| one.journey.err() == Some(reason));
        (reason, Count::of(left_out.map(|one| &one.pair)))
    };
    NoJourney::ALL.into_iter().map(count).collect()
}
