//! Which wards are deprived, by which rule, and what is there.
//!
//! An index of deprivation is of small areas; no official rule makes a ward of them. Five rules stand side by side and the one that
//! decides is printed. The robust figure is how many people live in deprived small areas. An index is joined to areas and to a
//! population of its own vintage only: where the population is of another, postcodes take its place as weights.

mod columns;
mod figures;
mod layout;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use catchment_core::area::{AreaKind, Deprivation};
use catchment_core::findings::{Findings, Value};
use catchment_core::id::{AreaId, AreaSetId, SiteId, UserId};
use catchment_core::study::Study;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    Analysis, AnalysisError, Progress, areas, available, bad_parameter, needs, pairs, require,
};

pub use figures::{DecileFigures, DeprivationFigures, WardFigures, Weight};

/// Deprived wards by five rules, with the people and the services in deprived small areas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DeprivationWards {
    /// The short name of the index of deprivation. Empty: the study's first.
    pub index: Option<String>,
    /// A small area is deprived in this decile or a lower one; from 1 to 10. 2 is the most deprived fifth.
    #[schemars(range(min = 1, max = 10))]
    pub deciles: u8,
    /// The rule that decides which wards are called deprived.
    pub rule: Rule,
    /// The share of a ward's small areas that have to be deprived, for that rule; above 0, to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share_of_small_areas: f64,
    /// The share of a ward's population that has to live in deprived small areas, for that rule; above 0, to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share_of_population: f64,
    /// The highest mean decile of a deprived ward, for that rule; from 1 to 10.
    #[schemars(range(min = 1.0, max = 10.0))]
    pub mean_decile: f64,
}

impl Default for DeprivationWards {
    fn default() -> Self {
        Self {
            index: None,
            deciles: 2,
            rule: Rule::MajorityOfPopulation,
            share_of_small_areas: 0.5,
            share_of_population: 0.2,
            mean_decile: 2.0,
        }
    }
}

/// A rule by which a ward is deprived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// Any of its small areas is deprived.
    AnySmallArea,
    /// At least a share of its small areas are deprived.
    ShareOfSmallAreas,
    /// At least a share of its population lives in deprived small areas.
    ShareOfPopulation,
    /// More than half of its population lives in deprived small areas.
    MajorityOfPopulation,
    /// The mean decile, weighted by population, is low.
    MeanDecile,
}

impl Rule {
    /// All of them, in the order of their fields.
    pub const ALL: [Self; 5] = [
        Self::AnySmallArea,
        Self::ShareOfSmallAreas,
        Self::ShareOfPopulation,
        Self::MajorityOfPopulation,
        Self::MeanDecile,
    ];
}

impl Analysis for DeprivationWards {
    const ID: &'static str = "deprivation_wards";
    const TITLE: &'static str = "Deprived wards";
    type Output = DeprivationFigures;

    fn unavailable(study: &Study) -> Option<String> {
        needs::deprivation(study).or_else(|| needs::wards(study))
    }

    fn compute(
        &self,
        study: &Study,
        _: &Progress<'_>,
    ) -> Result<DeprivationFigures, AnalysisError> {
        self.check()?;
        available::<Self>(study)?;
        let index = self.index(study)?;
        let Some(wards) = study.area_set(AreaKind::Ward) else {
            return Err(AnalysisError::Unavailable {
                analysis: Self::ID,
                reason: "The study has no wards.".to_owned(),
            });
        };
        let ground = Ground::new(study, index, wards);
        let mut found: BTreeMap<AreaId, WardFigures> = study
            .areas_in(wards)
            .map(|(id, _)| (id, WardFigures::default()))
            .collect();
        self.add_small_areas(&ground, &mut found);
        self.add_services(&ground, &mut found);
        self.add_people(&ground, &mut found);
        for ward in found.values_mut() {
            ward.rules = self.rules(ward);
            ward.deprived = Rule::ALL
                .iter()
                .position(|rule| *rule == self.rule)
                .and_then(|place| ward.rules[place]);
        }
        let with_decile = |area: &AreaId| index.of(*area).is_some();
        Ok(DeprivationFigures {
            index: index.index.clone(),
            weight: ground.weight,
            wards: found.into_iter().collect(),
            deciles: deciles(&ground),
            outside: index
                .rows
                .iter()
                .filter(|row| !ground.ward_of.contains_key(&row.area))
                .count(),
            without_decile: ground
                .ward_of
                .keys()
                .filter(|area| !with_decile(area))
                .count(),
            people_outside: self.people_outside(&ground),
        })
    }

    fn present(&self, study: &Study, output: &DeprivationFigures) -> Findings<Value> {
        layout::present(self, study, output)
    }
}

/// The small areas of an index, the wards they belong to and what they weigh.
struct Ground<'a> {
    study: &'a Study,
    index: &'a Deprivation,
    wards: AreaSetId,
    ward_of: BTreeMap<AreaId, AreaId>,
    weight: Weight,
    weights: BTreeMap<AreaId, f64>,
}

impl<'a> Ground<'a> {
    fn new(study: &'a Study, index: &'a Deprivation, wards: AreaSetId) -> Self {
        let population = study
            .parts()
            .population
            .as_ref()
            .filter(|population| population.set == index.set);
        let (weight, weights) = match population {
            Some(population) => (
                Weight::Residents,
                population
                    .rows
                    .iter()
                    .map(|residents| (residents.area, residents.total))
                    .collect(),
            ),
            None => (Weight::Postcodes, postcodes(study, index)),
        };
        Self {
            study,
            index,
            wards,
            ward_of: areas::parents(study, index.set, wards),
            weight,
            weights,
        }
    }

    /// What a small area weighs; nothing where the population has no row for it, which is not the same as nobody.
    fn weight_of(&self, area: AreaId) -> Option<f64> {
        let weight = self.weights.get(&area).copied();
        match self.weight {
            Weight::Residents => weight,
            Weight::Postcodes => Some(weight.unwrap_or(0.0)),
        }
    }

    /// The decile of a small area that belongs to a ward.
    fn decile(&self, area: Option<AreaId>) -> Option<u8> {
        let area = area.filter(|area| self.ward_of.contains_key(area))?;
        self.index.of(area).map(|row| row.decile)
    }

    fn decile_of_site(&self, site: SiteId) -> Option<u8> {
        self.decile(self.study.area_of_site(site, self.index.set))
    }

    fn decile_of_user(&self, user: UserId) -> Option<u8> {
        self.decile(self.study.area_of_user(user, self.index.set))
    }
}

fn postcodes(study: &Study, index: &Deprivation) -> BTreeMap<AreaId, f64> {
    let mut counts: BTreeMap<AreaId, f64> = BTreeMap::new();
    for postcode in study.parts().postcodes.ids() {
        if let Some(area) = study.area_of_postcode(postcode, index.set) {
            *counts.entry(area).or_default() += 1.0;
        }
    }
    counts
}

impl DeprivationWards {
    fn check(&self) -> Result<(), AnalysisError> {
        require::<Self>(
            (1..=10).contains(&self.deciles),
            "deciles",
            "must be from 1 to 10",
        )?;
        for (share, name) in [
            (self.share_of_small_areas, "share_of_small_areas"),
            (self.share_of_population, "share_of_population"),
        ] {
            require::<Self>(
                share > 0.0 && share <= 1.0,
                name,
                "must be above 0 and at most 1",
            )?;
        }
        require::<Self>(
            (1.0..=10.0).contains(&self.mean_decile),
            "mean_decile",
            "must be from 1 to 10",
        )
    }

    fn index<'a>(&self, study: &'a Study) -> Result<&'a Deprivation, AnalysisError> {
        let indices = &study.parts().deprivation;
        let found = match &self.index {
            Some(key) => indices.iter().find(|index| index.key == *key),
            None => indices.first(),
        };
        found.ok_or_else(|| {
            let known: Vec<&str> = indices.iter().map(|index| index.key.as_str()).collect();
            bad_parameter::<Self>(
                "index",
                &format!("the study's indices are {}", known.join(", ")),
            )
        })
    }

    fn is_deprived(&self, decile: Option<u8>) -> bool {
        decile.is_some_and(|decile| decile <= self.deciles)
    }

    fn add_small_areas(&self, ground: &Ground<'_>, found: &mut BTreeMap<AreaId, WardFigures>) {
        for (area, ward) in &ground.ward_of {
            let (Some(figures), Some(row)) = (found.get_mut(ward), ground.index.of(*area)) else {
                continue;
            };
            let deprived = self.is_deprived(Some(row.decile));
            figures.small_areas += 1;
            figures.small_areas_deprived += u32::from(deprived);
            let Some(weight) = ground.weight_of(*area) else {
                figures.without_weight += 1;
                continue;
            };
            figures.weight += weight;
            figures.weighted_deciles += weight * f64::from(row.decile);
            figures.weight_deprived += if deprived { weight } else { 0.0 };
        }
    }

    fn add_services(&self, ground: &Ground<'_>, found: &mut BTreeMap<AreaId, WardFigures>) {
        for (_, _, site) in ground.study.open_services() {
            let ward = ground.study.area_of_site(site, ground.wards);
            let Some(figures) = ward.and_then(|ward| found.get_mut(&ward)) else {
                continue;
            };
            figures.services += 1;
            figures.services_in_deprived +=
                u32::from(self.is_deprived(ground.decile_of_site(site)));
        }
    }

    fn add_people(&self, ground: &Ground<'_>, found: &mut BTreeMap<AreaId, WardFigures>) {
        for user in ground.study.parts().users.ids() {
            let ward = ground.study.area_of_user(user, ground.wards);
            let Some(figures) = ward.and_then(|ward| found.get_mut(&ward)) else {
                continue;
            };
            figures.people += 1;
            figures.people_in_deprived += u32::from(self.is_deprived(ground.decile_of_user(user)));
        }
    }

    /// Counts the people whose home is in no ward, and those of them who live in a deprived small area all the same.
    fn people_outside(&self, ground: &Ground<'_>) -> (u32, u32) {
        let users = ground.study.parts().users.ids();
        let outside = |user: &UserId| ground.study.area_of_user(*user, ground.wards).is_none();
        users
            .filter(outside)
            .fold((0, 0), |(people, deprived), user| {
                let one_more = self.is_deprived(ground.decile_of_user(user));
                (people + 1, deprived + u32::from(one_more))
            })
    }

    /// Says which rules hold.
    fn rules(&self, ward: &WardFigures) -> [Option<bool>; 5] {
        let known = ward.small_areas > 0;
        let share_of_areas =
            f64::from(ward.small_areas_deprived) / f64::from(ward.small_areas.max(1));
        Rule::ALL.map(|rule| match rule {
            Rule::AnySmallArea => known.then_some(ward.small_areas_deprived > 0),
            Rule::ShareOfSmallAreas => known.then_some(share_of_areas >= self.share_of_small_areas),
            Rule::ShareOfPopulation => ward
                .share_deprived()
                .map(|share| share >= self.share_of_population),
            Rule::MajorityOfPopulation => ward.share_deprived().map(|share| share > 0.5),
            Rule::MeanDecile => ward.mean_decile().map(|decile| decile <= self.mean_decile),
        })
    }
}

/// Adds up by decile; the eleventh is what has none.
fn deciles(ground: &Ground<'_>) -> Vec<DecileFigures> {
    let mut found = vec![DecileFigures::default(); 11];
    let place =
        |decile: Option<u8>| decile.map_or(10, |decile| usize::from(decile).clamp(1, 10) - 1);
    for area in ground.ward_of.keys() {
        let figures = &mut found[place(ground.decile(Some(*area)))];
        figures.small_areas += 1;
        match ground.weight_of(*area) {
            Some(weight) => figures.weight += weight,
            None => figures.without_weight += 1,
        }
    }
    for (_, _, site) in ground.study.open_services() {
        found[place(ground.decile_of_site(site))].services += 1;
    }
    for user in ground.study.parts().users.ids() {
        found[place(ground.decile_of_user(user))].people += 1;
    }
    let pairs = pairs::pairs(ground.study);
    for of_one in pairs.chunk_by(|one, next| one.user == next.user) {
        let Some(first) = of_one.first() else {
            continue;
        };
        let figures = &mut found[place(ground.decile_of_user(first.user))];
        figures.pairs += of_one.len() as u32;
        figures.people_in_pairs += 1;
    }
    found
}
