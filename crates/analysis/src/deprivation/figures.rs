//! What is found of wards and deciles.

use catchment_core::id::AreaId;

/// What small areas are weighted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Their residents.
    Residents,
    /// Their postcodes, because the population is missing or of another vintage than the index.
    Postcodes,
}

/// The figures of [`DeprivationWards`](super::DeprivationWards).
#[derive(Clone, Debug, PartialEq)]
pub struct DeprivationFigures {
    /// The name of the index.
    pub index: String,
    /// What small areas are weighted by.
    pub weight: Weight,
    /// By ward; every ward is there.
    pub wards: Vec<(AreaId, WardFigures)>,
    /// By decile, from 1 to 10, and last those whose decile is not known or that are outside the wards.
    pub deciles: Vec<DecileFigures>,
    /// Small areas with a decile that lie outside every ward.
    pub outside: usize,
    /// Small areas in wards without a decile.
    pub without_decile: usize,
    /// People whose home is in no ward, and those of them in a deprived small area that belongs to one: in the totals and in no ward.
    pub people_outside: (u32, u32),
}

impl DeprivationFigures {
    /// Small areas in wards that weigh nothing anybody knows of.
    #[must_use]
    pub fn without_weight(&self) -> u32 {
        DecileFigures::sum(&self.deciles).without_weight
    }
}

/// The figures of one ward.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WardFigures {
    /// Small areas with a decile.
    pub small_areas: u32,
    /// Of these, the deprived.
    pub small_areas_deprived: u32,
    /// Of all, those whose weight is not known: the population has no row for them.
    pub without_weight: u32,
    /// The weight of its other small areas.
    pub weight: f64,
    /// The weight of the deprived.
    pub weight_deprived: f64,
    /// The sum of decile times weight.
    pub weighted_deciles: f64,
    /// Whether each rule holds, in the order of [`Rule::ALL`](super::Rule::ALL); nothing where it cannot be said.
    pub rules: [Option<bool>; 5],
    /// Whether the rule that decides holds.
    pub deprived: Option<bool>,
    /// Open services that people travel to in the ward.
    pub services: u32,
    /// Of these, those in a deprived small area.
    pub services_in_deprived: u32,
    /// People who use services and live in the ward.
    pub people: u32,
    /// Of these, those who live in a deprived small area.
    pub people_in_deprived: u32,
}

impl WardFigures {
    /// Says whether anything is known of what its small areas weigh.
    #[must_use]
    pub fn has_weight(&self) -> bool {
        self.small_areas > self.without_weight
    }

    /// The weighted mean decile.
    #[must_use]
    pub fn mean_decile(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.weighted_deciles / self.weight)
    }

    /// The share of the weight that is in deprived small areas.
    #[must_use]
    pub fn share_deprived(&self) -> Option<f64> {
        (self.weight > 0.0).then(|| self.weight_deprived / self.weight)
    }
}

/// The figures of one decile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DecileFigures {
    /// Small areas in a ward.
    pub small_areas: u32,
    /// Of these, those whose weight is not known.
    pub without_weight: u32,
    /// The weight of the others.
    pub weight: f64,
    /// Open services that people travel to.
    pub services: u32,
    /// People who use services and live there.
    pub people: u32,
    /// Pairs of person and service, with a journey or without, of people who live there.
    pub pairs: u32,
    /// The distinct people in these pairs.
    pub people_in_pairs: u32,
}

impl DecileFigures {
    /// Says whether its weight is known, if only of some; of no small area it is nothing, which is known.
    #[must_use]
    pub fn has_weight(&self) -> bool {
        self.small_areas == 0 || self.small_areas > self.without_weight
    }

    /// Adds deciles up. A person lives in one of them, so people add up as well.
    #[must_use]
    pub fn sum(deciles: &[Self]) -> Self {
        deciles.iter().fold(Self::default(), |sum, one| Self {
            small_areas: sum.small_areas + one.small_areas,
            without_weight: sum.without_weight + one.without_weight,
            weight: sum.weight + one.weight,
            services: sum.services + one.services,
            people: sum.people + one.people,
            pairs: sum.pairs + one.pairs,
            people_in_pairs: sum.people_in_pairs + one.people_in_pairs,
        })
    }
}
