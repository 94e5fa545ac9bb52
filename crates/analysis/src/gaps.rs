//! Where nobody has an open service near, and where nothing is known: a gap, no evidence and no data are three different things.
//!
//! Every small area has one of four states. It looks at potential reach by road only; it does not look at what people need, at
//! places that are full, or at whether a service suits them.

mod layout;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use catchment_core::area::AreaKind;
use catchment_core::findings::{Findings, Value};
use catchment_core::id::{AreaId, RowId};
use catchment_core::study::Study;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::reach::{Reach, Reaches};
use crate::residents::{self, Spread};
use crate::{Analysis, AnalysisError, Progress, areas, available, needs, require};

/// Small areas where a share of the residents, half unless another is given, is far from every open service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Gaps {
    /// A place is beyond reach where the nearest open service is more than so many kilometres away by road. Empty: distance
    /// does not count. With both limits a place has to be within both.
    #[schemars(range(min = 0.0))]
    pub km: Option<f64>,
    /// A place is beyond reach where the nearest open service is more than so many minutes away by road. Empty: time does not
    /// count.
    #[schemars(range(min = 0.0))]
    pub minutes: Option<f64>,
    /// An area is a gap where at least this share of its residents is beyond reach; above 0, to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
    /// An area has no data where more than this share of its postcodes is too far from any street or has no route; from 0 to 1.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub no_data_share: f64,
}

impl Default for Gaps {
    fn default() -> Self {
        Self {
            // The mean journey that a council published was 5.21 km: further than that is further than people go.
            km: Some(5.0),
            minutes: None,
            share: 0.5,
            no_data_share: 0.5,
        }
    }
}

/// What is known of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Enough residents are beyond reach.
    Gap,
    /// They are not.
    Reached,
    /// Nothing is known of who lives there.
    NoEvidence,
    /// Nothing is known of the way there.
    NoData,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Gap, Self::Reached, Self::NoEvidence, Self::NoData];

    /// Its word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::Reached => "reached",
            Self::NoEvidence => "no_evidence",
            Self::NoData => "no_data",
        }
    }
}

/// The figures of [`Gaps`].
#[derive(Clone, Debug, PartialEq)]
pub struct GapFigures {
    /// Every small area.
    pub areas: Vec<AreaFigures>,
    /// What the figures leave out, in sentences.
    pub left_out: String,
}

/// The figures of one small area.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaFigures {
    /// The area.
    pub area: AreaId,
    /// What is known of it.
    pub state: State,
    /// The ward of most of its postcodes.
    pub ward: Option<AreaId>,
    /// Residents; nothing where the population has no row for it.
    pub residents: Option<f64>,
    /// Residents whose postcode has a journey or is near a street at least.
    pub residents_with_data: f64,
    /// Of these, those beyond reach.
    pub residents_beyond: f64,
    /// Postcodes.
    pub postcodes: u32,
    /// Postcodes that are too far from any street.
    pub postcodes_off_network: u32,
    /// Postcodes near a street with no route to any site.
    pub postcodes_without_route: u32,
    /// People who use services and whose home is near enough to a street.
    pub people: u32,
    /// Of these, those beyond reach of a service that serves their group.
    pub people_beyond: u32,
}

impl AreaFigures {
    fn new(area: AreaId) -> Self {
        Self {
            area,
            state: State::NoEvidence,
            ward: None,
            residents: None,
            residents_with_data: 0.0,
            residents_beyond: 0.0,
            postcodes: 0,
            postcodes_off_network: 0,
            postcodes_without_route: 0,
            people: 0,
            people_beyond: 0,
        }
    }

    /// The share of its postcodes without a journey.
    #[must_use]
    pub fn share_without_data(&self) -> Option<f64> {
        let without = self.postcodes_off_network + self.postcodes_without_route;
        (self.postcodes > 0).then(|| f64::from(without) / f64::from(self.postcodes))
    }

    /// The share of its residents with data who are beyond reach.
    #[must_use]
    pub fn share_beyond(&self) -> Option<f64> {
        residents::share(self.residents_beyond, self.residents_with_data)
    }

    /// Its residents known to be beyond reach; nothing where it has no data, though a few of its postcodes may have a journey.
    #[must_use]
    pub fn known_beyond(&self) -> Option<f64> {
        self.share_beyond()
            .filter(|_| self.state != State::NoData)
            .map(|_| self.residents_beyond)
    }
}

impl Analysis for Gaps {
    const ID: &'static str = "gaps";
    const TITLE: &'static str = "Gaps in reach";
    type Output = GapFigures;

    fn unavailable(study: &Study) -> Option<String> {
        needs::roads(study)
            .or_else(|| needs::open_services(study))
            .or_else(|| needs::population(study))
            .or_else(|| needs::postcodes(study))
            .or_else(|| needs::small_areas(study))
    }

    fn compute(&self, study: &Study, progress: &Progress<'_>) -> Result<GapFigures, AnalysisError> {
        self.check()?;
        available::<Self>(study)?;
        let reaches = Reaches::of(study);
        progress.at(0.8);
        let spread = Spread::of(study);
        let mut areas = self.areas(study, &reaches, &spread);
        for area in &mut areas {
            area.state = self.state(area);
        }
        Ok(GapFigures {
            areas,
            left_out: reaches.sites_left_out(),
        })
    }

    fn present(&self, study: &Study, output: &GapFigures) -> Findings<Value> {
        layout::present(self, study, output)
    }
}

impl Gaps {
    fn check(&self) -> Result<(), AnalysisError> {
        for (limit, name) in [(self.minutes, "minutes"), (self.km, "km")] {
            let positive = limit.is_none_or(|limit| limit.is_finite() && limit > 0.0);
            require::<Self>(positive, name, "must be a number above 0, or empty")?;
        }
        let limited = self.minutes.is_some() || self.km.is_some();
        require::<Self>(
            limited,
            "km",
            "there must be a limit of distance or of time",
        )?;
        require::<Self>(
            self.share > 0.0 && self.share <= 1.0,
            "share",
            "must be above 0 and at most 1",
        )?;
        require::<Self>(
            (0.0..=1.0).contains(&self.no_data_share),
            "no_data_share",
            "must be from 0 to 1",
        )
    }

    fn is_beyond(&self, reach: Reach) -> bool {
        self.minutes
            .is_some_and(|limit| !reach.within_minutes(limit))
            || self.km.is_some_and(|limit| !reach.within_km(limit))
    }

    fn areas(&self, study: &Study, reaches: &Reaches, spread: &Spread) -> Vec<AreaFigures> {
        let Some(set) = areas::small_area_set(study) else {
            return Vec::new();
        };
        let mut found: BTreeMap<AreaId, AreaFigures> = study
            .areas_in(set)
            .map(|(id, _)| (id, AreaFigures::new(id)))
            .collect();
        if let Some(wards) = study.area_set(AreaKind::Ward) {
            for (area, ward) in areas::parents(study, set, wards) {
                found
                    .entry(area)
                    .and_modify(|figures| figures.ward = Some(ward));
            }
        }
        for postcode in study.parts().postcodes.ids() {
            let area = study.area_of_postcode(postcode, set);
            let Some(figures) = area.and_then(|area| found.get_mut(&area)) else {
                continue;
            };
            self.add_postcode(
                figures,
                reaches.postcodes[postcode.row()],
                spread.by_postcode[postcode.row()],
            );
        }
        for user in study.parts().users.ids() {
            let reach = reaches.people[user.row()];
            let area = study
                .area_of_user(user, set)
                .filter(|_| reach != Reach::OffNetwork);
            let Some(figures) = area.and_then(|area| found.get_mut(&area)) else {
                continue;
            };
            figures.people += 1;
            figures.people_beyond += u32::from(self.is_beyond(reach));
        }
        self::count_rows(study, &mut found);
        found.into_values().collect()
    }

    fn add_postcode(&self, figures: &mut AreaFigures, reach: Reach, residents: f64) {
        figures.postcodes += 1;
        if residents > 0.0 {
            *figures.residents.get_or_insert(0.0) += residents;
        }
        match reach {
            Reach::OffNetwork => figures.postcodes_off_network += 1,
            Reach::NoRoute | Reach::Near { .. } => {
                figures.postcodes_without_route += u32::from(reach == Reach::NoRoute);
                figures.residents_with_data += residents;
                figures.residents_beyond += if self.is_beyond(reach) {
                    residents
                } else {
                    0.0
                };
            }
        }
    }

    fn state(&self, area: &AreaFigures) -> State {
        let nobody = area.residents.is_none_or(|residents| residents <= 0.0);
        let Some(without) = area.share_without_data().filter(|_| !nobody) else {
            return State::NoEvidence;
        };
        match area.share_beyond() {
            _ if without > self.no_data_share => State::NoData,
            None => State::NoData,
            Some(beyond) if beyond >= self.share => State::Gap,
            Some(_) => State::Reached,
        }
    }
}

/// Where the population is of these very areas, their residents are those of its rows, postcodes or not.
fn count_rows(study: &Study, found: &mut BTreeMap<AreaId, AreaFigures>) {
    let Some(population) = &study.parts().population else {
        return;
    };
    for (area, figures) in found.iter_mut() {
        if study.parts().areas[*area].set == population.set {
            figures.residents = population.of(*area).map(|residents| residents.total);
        }
    }
}
