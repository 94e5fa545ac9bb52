//! Which providers sent the records that they were asked for. Organisations are not people: these are plain values.

use std::collections::BTreeMap;

use catchment_core::findings::{FindingsTable, Headline, Labels, Value};
use catchment_core::id::OrganisationId;
use catchment_core::place::ProviderReturn;
use catchment_core::study::Study;
use jiff::civil::Date;

use crate::columns::{Column, fields, values};
use crate::words;

/// What one provider was asked for and sent.
struct Row {
    provider: String,
    in_directory: bool,
    services: Option<i64>,
    asked: i64,
    came: i64,
    last: Option<Date>,
}

static COLUMNS: [Column<Row>; 7] = [
    Column {
        name: "provider",
        title: "Provider",
        unit: "",
        description: "The provider, as the directory names it or else as the list of returns does.",
        value: |row| row.provider.as_str().into(),
    },
    Column {
        name: "in_directory",
        title: "In the directory",
        unit: "",
        description: "Whether the directory has it.",
        value: |row| row.in_directory.into(),
    },
    Column {
        name: "services",
        title: "Services",
        unit: "",
        description: "Its services in the directory, of any status; empty where it is not in it.",
        value: |row| row.services.into(),
    },
    Column {
        name: "asked",
        title: "Returns asked for",
        unit: "",
        description: "How many returns it was asked for.",
        value: |row| row.asked.into(),
    },
    Column {
        name: "came_count",
        title: "Returns that came",
        unit: "",
        description: "How many of them came.",
        value: |row| row.came.into(),
    },
    Column {
        name: "came",
        title: "All came",
        unit: "",
        description: "Whether all of them came.",
        value: |row| (row.came == row.asked).into(),
    },
    Column {
        name: "date",
        title: "Date",
        unit: "",
        description: "The day the last of them came, where that is known.",
        value: |row| row.last.into(),
    },
];

/// Says how many returns did not come; nothing where no list of returns was given.
pub(super) fn headline(study: &Study) -> Option<Headline<Value>> {
    let returns = &study.parts().returns;
    let missing = returns.iter().filter(|row| !row.came).count() as u32;
    (!returns.is_empty()).then(|| Headline {
        label: format!("No return, of {} {} asked", returns.len(), unit(returns)),
        value: missing.into(),
        unit: unit(returns).to_owned(),
        decimals: 0,
        n: (returns.len() as u32).into(),
    })
}

/// What was asked: services one by one, or providers.
fn unit(returns: &[ProviderReturn]) -> &'static str {
    if returns.iter().any(|row| row.service.is_some()) {
        "services"
    } else {
        "providers"
    }
}

/// Lists the providers that were asked; nothing where no list of returns was given.
pub(super) fn table(study: &Study) -> Option<FindingsTable<Value>> {
    let returns = &study.parts().returns;
    let missing = returns.iter().filter(|row| !row.came).count();
    let method = format!(
        "As the council's list of returns has it: no return from {missing} of {} {}. What did not come is unknown and counts nowhere as \
         nought. The directory is of {}.",
        returns.len(),
        unit(returns),
        words::reference_day(study)
    );
    (!returns.is_empty()).then(|| FindingsTable {
        id: "providers_returns".to_owned(),
        title: "Returns by provider".to_owned(),
        description: "Which providers sent the records that they were asked for.".to_owned(),
        method,
        fields: fields(&COLUMNS),
        labels: Labels::Public,
        partition: false,
        whole: None,
        rows: rows(study)
            .iter()
            .map(|row| values(&COLUMNS, row))
            .collect(),
    })
}

fn rows(study: &Study) -> Vec<Row> {
    let parts = study.parts();
    let mut services: BTreeMap<OrganisationId, i64> = BTreeMap::new();
    for service in parts.services.rows() {
        *services.entry(service.organisation).or_default() += 1;
    }
    let mut by_provider: BTreeMap<(String, Option<OrganisationId>), Row> = BTreeMap::new();
    for given in &parts.returns {
        let organisation = given
            .organisation
            .and_then(|id| parts.organisations.get(id));
        let name = organisation.map_or(&given.provider, |organisation| &organisation.name);
        let row = by_provider
            .entry((name.to_lowercase(), given.organisation))
            .or_insert_with(|| Row {
                provider: name.clone(),
                in_directory: organisation.is_some(),
                services: given
                    .organisation
                    .map(|id| services.get(&id).copied().unwrap_or_default()),
                asked: 0,
                came: 0,
                last: None,
            });
        row.asked += 1;
        row.came += i64::from(given.came);
        row.last = row.last.max(given.date);
    }
    by_provider.into_values().collect()
}
