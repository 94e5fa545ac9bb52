//! Who has an open service near: potential reach, not journeys that anybody makes.
//!
//! Residents are spread over the postcodes of their small area, and each postcode looks for the nearest open service. Of the people
//! who use services each looks from home for the nearest that serves their support group. It says nothing of how far people
//! travel in fact; that is [`journeys`](crate::journeys).

mod layout;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use catchment_core::area::AreaKind;
use catchment_core::findings::{Findings, Value};
use catchment_core::id::{AreaId, AreaSetId, PostcodeId, RowId, UserId};
use catchment_core::study::Study;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reach::{Reach, Reaches};
use crate::residents::Spread;
use crate::{Analysis, AnalysisError, Progress, areas, available, needs, require, require_limits};

/// The share of residents within a distance or a time of the nearest open service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Coverage {
    /// Distances by road in kilometres, ascending; ten at most, none for none.
    pub km: Vec<f64>,
    /// Times by road in minutes, ascending; ten at most, none for none.
    pub minutes: Vec<f64>,
}

impl Default for Coverage {
    fn default() -> Self {
        Self {
            km: vec![1.0, 3.0, 5.0, 10.0],
            minutes: vec![15.0, 30.0, 45.0],
        }
    }
}

/// The figures of [`Coverage`].
#[derive(Clone, Debug, PartialEq)]
pub struct CoverageFigures {
    /// Of the whole study; residents of areas without a postcode are in it, without data.
    pub all: Tally,
    /// By ward; every ward is there.
    pub wards: Vec<(AreaId, Tally)>,
    /// By small area; every small area is there.
    pub small_areas: Vec<(AreaId, Tally)>,
    /// What the figures leave out, in sentences.
    pub left_out: String,
}

/// How many are within each limit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Residents.
    pub residents: f64,
    /// Of these, those whose place or whose way to a street is not known.
    pub residents_without_data: f64,
    /// Residents within each limit: those of distance, then those of time.
    pub residents_within: Vec<f64>,
    /// People who use services and whose home is near enough to a street.
    pub people: u32,
    /// People whose home is not.
    pub people_without_data: u32,
    /// People within each limit.
    pub people_within: Vec<u32>,
}

impl Analysis for Coverage {
    const ID: &'static str = "coverage";
    const TITLE: &'static str = "Who has an open service near";
    type Output = CoverageFigures;

    fn unavailable(study: &Study) -> Option<String> {
        needs::roads(study)
            .or_else(|| needs::open_services(study))
            .or_else(|| needs::population(study))
            .or_else(|| needs::postcodes(study))
            .or_else(|| needs::some_areas(study))
    }

    fn compute(
        &self,
        study: &Study,
        progress: &Progress<'_>,
    ) -> Result<CoverageFigures, AnalysisError> {
        self.check()?;
        available::<Self>(study)?;
        let reaches = Reaches::of(study);
        progress.at(0.8);
        let spread = Spread::of(study);
        let by_set = |set: Option<AreaSetId>| {
            set.map(|set| self.by_area(study, set, &reaches, &spread))
                .unwrap_or_default()
        };
        let whole = |_| Some(());
        let mut all = self
            .tally(study, &reaches, &spread, [()], whole, |_| Some(()))
            .remove(&())
            .unwrap_or_default();
        all.residents += spread.unplaced_residents();
        all.residents_without_data += spread.unplaced_residents();
        Ok(CoverageFigures {
            all,
            wards: by_set(study.area_set(AreaKind::Ward)),
            small_areas: by_set(areas::small_area_set(study)),
            left_out: layout::left_out(study, &reaches, &spread),
        })
    }

    fn present(&self, study: &Study, output: &CoverageFigures) -> Findings<Value> {
        layout::present(self, study, output)
    }
}

impl Coverage {
    fn check(&self) -> Result<(), AnalysisError> {
        for (limits, name) in [(&self.km, "km"), (&self.minutes, "minutes")] {
            require_limits::<Self>(limits, name)?;
            require::<Self>(limits.len() <= 10, name, "there can be ten limits at most")?;
        }
        require::<Self>(
            self.limits() > 0,
            "km",
            "there must be a limit of distance or of time",
        )
    }

    fn limits(&self) -> usize {
        self.km.len() + self.minutes.len()
    }

    /// Says for each limit whether a site is within it.
    fn within(&self, reach: Reach) -> impl Iterator<Item = bool> {
        let near = self.km.iter().map(move |limit| reach.within_km(*limit));
        near.chain(
            self.minutes
                .iter()
                .map(move |limit| reach.within_minutes(*limit)),
        )
    }

    fn by_area(
        &self,
        study: &Study,
        set: AreaSetId,
        reaches: &Reaches,
        spread: &Spread,
    ) -> Vec<(AreaId, Tally)> {
        let keys = study.areas_in(set).map(|(id, _)| id);
        let postcode = |id| study.area_of_postcode(id, set);
        let mut tallies = self.tally(study, reaches, spread, keys, postcode, |id| {
            study.area_of_user(id, set)
        });
        // Residents of an area without a postcode are known for that area itself, and for no other kind of area.
        for (area, residents) in &spread.unplaced {
            if let Some(tally) = tallies.get_mut(area) {
                tally.residents += residents;
                tally.residents_without_data += residents;
            }
        }
        tallies.into_iter().collect()
    }

    /// Adds up residents and people by key.
    fn tally<K: Ord>(
        &self,
        study: &Study,
        reaches: &Reaches,
        spread: &Spread,
        keys: impl IntoIterator<Item = K>,
        postcode: impl Fn(PostcodeId) -> Option<K>,
        person: impl Fn(UserId) -> Option<K>,
    ) -> BTreeMap<K, Tally> {
        let empty = || Tally {
            residents_within: vec![0.0; self.limits()],
            people_within: vec![0; self.limits()],
            ..Tally::default()
        };
        let mut tallies: BTreeMap<K, Tally> = keys.into_iter().map(|key| (key, empty())).collect();
        for id in study.parts().postcodes.ids() {
            let Some(tally) = postcode(id).and_then(|key| tallies.get_mut(&key)) else {
                continue;
            };
            let (residents, reach) = (spread.by_postcode[id.row()], reaches.postcodes[id.row()]);
            tally.residents += residents;
            if reach == Reach::OffNetwork {
                tally.residents_without_data += residents;
            }
            for (sum, within) in tally.residents_within.iter_mut().zip(self.within(reach)) {
                *sum += if within { residents } else { 0.0 };
            }
        }
        for id in study.parts().users.ids() {
            let Some(tally) = person(id).and_then(|key| tallies.get_mut(&key)) else {
                continue;
            };
            let reach = reaches.people[id.row()];
            let off = reach == Reach::OffNetwork;
            tally.people += u32::from(!off);
            tally.people_without_data += u32::from(off);
            for (sum, within) in tally.people_within.iter_mut().zip(self.within(reach)) {
                *sum += u32::from(within);
            }
        }
        tallies
    }
}
