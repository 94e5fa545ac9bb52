//! Which areas a study says nothing about: no roads, no returns, no deprivation, no residents.
//!
//! It looks at postcodes, services and tables by area, and at no person.

use std::collections::{BTreeMap, BTreeSet};

use catchment_core::area::AreaKind;
use catchment_core::id::{AreaId, AreaSetId, OrganisationId};
use catchment_core::study::Study;
use serde::Serialize;

/// What a study has in one area.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AreaCoverage {
    /// Its official code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Postcodes in it.
    pub postcodes: u64,
    /// Of these, those further than the cap from any street; nothing for a study without roads.
    pub beyond_cap: Option<u64>,
    /// Organisations with an open service at a site in it.
    pub providers: usize,
    /// Of these, those whose return came; nothing for a study without a list of returns.
    pub returned: Option<usize>,
    /// Whether an index of deprivation has it, or has an area that shares a postcode with it; nothing for a study without one.
    pub deprivation: Option<bool>,
    /// The same for residents.
    pub residents: Option<bool>,
}

impl AreaCoverage {
    /// Says whether more than half of its postcodes are beyond the cap.
    #[must_use]
    pub fn lacks_roads(&self) -> bool {
        self.beyond_cap
            .is_some_and(|beyond| beyond * 2 > self.postcodes)
    }

    /// Says whether it has services and no return came from any who run them.
    #[must_use]
    pub fn lacks_returns(&self) -> bool {
        self.providers > 0 && self.returned == Some(0)
    }
}

/// What a study has in the areas of one set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// The id of the areas in the study's file.
    pub areas: String,
    /// What they are.
    pub kind: AreaKind,
    /// The year their boundaries are of.
    pub vintage: String,
    /// How many there are.
    pub total: usize,
    /// Areas without any postcode; nothing for a study without postcodes.
    pub no_postcodes: Option<usize>,
    /// Areas that lack roads: more than half of their postcodes are beyond the cap.
    pub no_roads: Option<usize>,
    /// Areas with services from whose organisations no return came.
    pub no_returns: Option<usize>,
    /// Areas that no index of deprivation has.
    pub no_deprivation: Option<usize>,
    /// Areas that the table of residents does not have.
    pub no_residents: Option<usize>,
    /// Every area, for wards; small areas are only counted.
    pub list: Vec<AreaCoverage>,
}

/// Looks at every set of areas.
pub(crate) fn coverage(study: &Study) -> Vec<Coverage> {
    let sets = study.parts().area_sets.iter();
    sets.map(|(id, set)| {
        let areas = of_set(study, id);
        let count = |known: bool, lacks: &dyn Fn(&AreaCoverage) -> bool| {
            known.then(|| areas.iter().filter(|area| lacks(area)).count())
        };
        let postcodes = !study.parts().postcodes.is_empty();
        Coverage {
            areas: set.key.clone(),
            kind: set.kind,
            vintage: set.vintage.clone(),
            total: areas.len(),
            no_postcodes: count(postcodes, &|area| area.postcodes == 0),
            no_roads: count(
                postcodes && study.network().is_some(),
                &AreaCoverage::lacks_roads,
            ),
            no_returns: count(
                !study.parts().returns.is_empty(),
                &AreaCoverage::lacks_returns,
            ),
            no_deprivation: count(!study.parts().deprivation.is_empty(), &|area| {
                area.deprivation == Some(false)
            }),
            no_residents: count(study.parts().population.is_some(), &|area| {
                area.residents == Some(false)
            }),
            list: match set.kind {
                AreaKind::Ward => areas,
                AreaKind::SmallArea => Vec::new(),
            },
        }
    })
    .collect()
}

fn of_set(study: &Study, set: AreaSetId) -> Vec<AreaCoverage> {
    let parts = study.parts();
    let mut found: BTreeMap<AreaId, AreaCoverage> = BTreeMap::new();
    for (id, area) in study.areas_in(set) {
        let indices = parts.deprivation.iter();
        let mut own_indices = indices.filter(|index| index.set == set);
        let own_residents = parts
            .population
            .as_ref()
            .map(|population| population.set == set && population.of(id).is_some());
        found.insert(
            id,
            AreaCoverage {
                code: area.code.clone(),
                name: area.name.clone(),
                beyond_cap: study.network().map(|_| 0),
                returned: (!parts.returns.is_empty()).then_some(0),
                deprivation: (!parts.deprivation.is_empty())
                    .then(|| own_indices.any(|index| index.of(id).is_some())),
                residents: own_residents,
                ..AreaCoverage::default()
            },
        );
    }
    by_postcode(study, set, &mut found);
    by_service(study, set, &mut found);
    found.into_values().collect()
}

/// Counts postcodes, and finds the deprivation and the residents of areas that share a postcode.
fn by_postcode(study: &Study, set: AreaSetId, found: &mut BTreeMap<AreaId, AreaCoverage>) {
    let parts = study.parts();
    for (postcode, snap) in parts.postcodes.ids().zip(study.postcode_snaps()) {
        let area = study.area_of_postcode(postcode, set);
        let Some(facts) = area.and_then(|area| found.get_mut(&area)) else {
            continue;
        };
        facts.postcodes += 1;
        if let (Some(beyond), Err(_)) = (&mut facts.beyond_cap, snap) {
            *beyond += 1;
        }
        if facts.deprivation == Some(false) {
            let has = parts.deprivation.iter().any(|index| {
                let there = study.area_of_postcode(postcode, index.set);
                there.is_some_and(|area| index.of(area).is_some())
            });
            facts.deprivation = Some(has);
        }
        if let (Some(false), Some(population)) = (facts.residents, &parts.population) {
            let there = study.area_of_postcode(postcode, population.set);
            facts.residents = Some(there.is_some_and(|area| population.of(area).is_some()));
        }
    }
}

/// Counts who runs services in each area, and whose return came.
fn by_service(study: &Study, set: AreaSetId, found: &mut BTreeMap<AreaId, AreaCoverage>) {
    let returns = &study.parts().returns;
    let came: BTreeSet<OrganisationId> = returns
        .iter()
        .filter(|answer| answer.came)
        .filter_map(|answer| answer.organisation)
        .collect();
    let mut running: BTreeSet<(AreaId, OrganisationId)> = BTreeSet::new();
    for (_, service, site) in study.open_services() {
        if let Some(area) = study.area_of_site(site, set) {
            running.insert((area, service.organisation));
        }
    }
    for (area, organisation) in running {
        let Some(facts) = found.get_mut(&area) else {
            continue;
        };
        facts.providers += 1;
        if let Some(returned) = &mut facts.returned {
            *returned += usize::from(came.contains(&organisation));
        }
    }
}
