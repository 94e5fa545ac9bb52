//! Residents spread over the postcodes of their area, equally: the finest that public figures allow. And how residents are written:
//! whole, and as shares.

use catchment_core::findings::{Field, Value};
use catchment_core::id::{AreaId, PostcodeId, RowId};
use catchment_core::study::Study;

use crate::words;

/// Residents by postcode.
#[derive(Clone, Debug)]
pub(crate) struct Spread {
    /// Residents of each postcode, in the order of their table; 0 where nothing is known.
    pub(crate) by_postcode: Vec<f64>,
    /// Areas that have residents and no postcode, with their residents.
    pub(crate) unplaced: Vec<(AreaId, f64)>,
    /// Postcodes that are in no area with a row in the population.
    pub(crate) stray_postcodes: usize,
}

impl Spread {
    /// Spreads the study's population; without one there is nobody at any postcode.
    pub(crate) fn of(study: &Study) -> Self {
        let Some(population) = study.parts().population.as_ref() else {
            let postcodes = study.parts().postcodes.len();
            return Self {
                by_postcode: vec![0.0; postcodes],
                unplaced: Vec::new(),
                stray_postcodes: postcodes,
            };
        };
        let area_of = |postcode: PostcodeId| {
            study
                .area_of_postcode(postcode, population.set)
                .filter(|area| population.of(*area).is_some())
        };
        let mut postcodes = vec![0_u32; study.parts().areas.len()];
        let mut stray_postcodes = 0;
        for postcode in study.parts().postcodes.ids() {
            match area_of(postcode).and_then(|area| postcodes.get_mut(area.row())) {
                Some(count) => *count += 1,
                None => stray_postcodes += 1,
            }
        }
        let residents = |postcode| {
            let area = area_of(postcode)?;
            Some(population.of(area)?.total / f64::from(*postcodes.get(area.row())?))
        };
        let unplaced = population
            .rows
            .iter()
            .filter(|row| postcodes.get(row.area.row()) == Some(&0) && row.total > 0.0);
        Self {
            by_postcode: study
                .parts()
                .postcodes
                .ids()
                .map(|postcode| residents(postcode).unwrap_or(0.0))
                .collect(),
            unplaced: unplaced.map(|row| (row.area, row.total)).collect(),
            stray_postcodes,
        }
    }

    /// The residents that could not be placed at any postcode.
    pub(crate) fn unplaced_residents(&self) -> f64 {
        self.unplaced.iter().map(|(_, residents)| residents).sum()
    }

    /// Says how many could not be placed; nothing where all could.
    pub(crate) fn unplaced_in_words(&self) -> String {
        if self.unplaced.is_empty() {
            return String::new();
        }
        format!(
            "{:.0} residents of {} without a postcode cannot be placed: they are in the total and in their own area, without data.",
            self.unplaced_residents(),
            words::count(self.unplaced.len(), "area", "areas")
        )
    }
}

/// The field of an area's residents.
pub(crate) fn field() -> Field {
    let description = "Residents, from the population by area.";
    Field::new("residents", "Residents", "people", description)
}

/// The field of the residents of whom nothing is known; `street` says which streets they would have to be near.
pub(crate) fn without_data(street: &str) -> Field {
    let description = format!(
        "Residents whose postcode is too far from any {street}, or whose area has no postcode."
    );
    let title = "Residents without data";
    Field::new("residents_without_data", title, "people", &description)
}

/// Writes residents, or what stands for them, as people count them.
pub(crate) fn whole(residents: f64) -> i64 {
    residents.round() as i64
}

/// Returns the share of some residents in others, from 0 to 1; nothing where there are no others.
pub(crate) fn share(part: f64, whole: f64) -> Option<f64> {
    // Residents are sums of fractions: what is left of nobody may be a little above nothing.
    (whole > 1e-6).then(|| (part / whole).min(1.0))
}

/// Writes that share as a percentage.
pub(crate) fn percentage(part: f64, whole: f64) -> Value {
    share(part, whole).map(words::per_cent).into()
}

#[cfg(test)]
mod tests {
    use super::Spread;
    use crate::fixture;

    #[test]
    fn residents_are_spread_equally_and_none_is_lost() {
        let study = fixture::study();
        let spread = Spread::of(&study);
        // W1 300, W2 600, E1 900 over three postcodes each, E2 90 over three; E3 has 50 and no postcode; one postcode is outside.
        let expected = [
            100.0, 100.0, 100.0, 200.0, 200.0, 200.0, 300.0, 300.0, 300.0, 30.0, 30.0, 30.0, 0.0,
        ];
        assert_eq!(spread.by_postcode, expected);
        assert_eq!(
            (
                spread.unplaced.len(),
                spread.unplaced_residents(),
                spread.stray_postcodes
            ),
            (1, 50.0, 1)
        );
        let total: f64 = study
            .parts()
            .population
            .as_ref()
            .unwrap()
            .rows
            .iter()
            .map(|row| row.total)
            .sum();
        assert!(
            (spread.by_postcode.iter().sum::<f64>() + spread.unplaced_residents() - total).abs()
                < 1e-9
        );
    }
}
