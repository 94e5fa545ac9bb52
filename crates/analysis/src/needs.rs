//! What an analysis needs of a study, and in which words it says that it is missing.

use catchment_core::area::AreaKind;
use catchment_core::study::Study;

use crate::areas;
use crate::words;

type Missing = Option<String>;

fn missing(there: bool, reason: &str) -> Missing {
    (!there).then(|| reason.to_owned())
}

/// Streets to travel on.
pub(crate) fn roads(study: &Study) -> Missing {
    missing(
        study.network().is_some(),
        "The study has no roads, so no journey can be reckoned.",
    )
}

/// Somewhere to go.
pub(crate) fn open_services(study: &Study) -> Missing {
    (study.open_services().next().is_none()).then(|| {
        format!(
            "No service that people travel to is open at a known site on {}.",
            words::reference_day(study)
        )
    })
}

/// People who use services.
pub(crate) fn people(study: &Study) -> Missing {
    missing(
        study.has_people(),
        "The study holds no people who use services, so nobody's journey is known.",
    )
}

/// What people attend.
pub(crate) fn attendances(study: &Study) -> Missing {
    missing(
        !study.parts().attendances.is_empty(),
        "The study holds no attendances, so nobody's journey is known.",
    )
}

/// Postcodes to spread residents over.
pub(crate) fn postcodes(study: &Study) -> Missing {
    missing(
        !study.parts().postcodes.is_empty(),
        "The study has no postcodes, so it is not known where residents live.",
    )
}

/// Residents.
pub(crate) fn population(study: &Study) -> Missing {
    missing(
        study.parts().population.is_some(),
        "The study has no population, so it is not known how many residents there are.",
    )
}

/// Wards.
pub(crate) fn wards(study: &Study) -> Missing {
    missing(
        areas::any(study, study.area_set(AreaKind::Ward)),
        "The study has no wards.",
    )
}

/// Small areas.
pub(crate) fn small_areas(study: &Study) -> Missing {
    missing(
        areas::any(study, areas::small_area_set(study)),
        "The study has no small areas.",
    )
}

/// Wards or small areas.
pub(crate) fn some_areas(study: &Study) -> Missing {
    let there = wards(study).is_none() || small_areas(study).is_none();
    missing(
        there,
        "The study has neither wards nor small areas to show figures for.",
    )
}

/// Services of any kind.
pub(crate) fn services(study: &Study) -> Missing {
    missing(
        !study.parts().services.is_empty(),
        "The study holds no services.",
    )
}

/// An index of deprivation.
pub(crate) fn deprivation(study: &Study) -> Missing {
    missing(
        !study.parts().deprivation.is_empty(),
        "The study has no index of deprivation.",
    )
}
