//! Asks whether what a study file says fits together.
//!
//! It opens none of the files that are named: what is wrong with those is found where they are read.

use catchment_core::area::AreaKind;

use super::StudyFile;

impl StudyFile {
    /// Refuses what cannot be meant, in words that say what to write.
    pub(super) fn validate(&self) -> Result<(), String> {
        self.check_words()?;
        self.check_areas()?;
        self.check_years()?;
        self.check_twins()?;
        self.check_references()?;
        if self.attendances.is_some() && (self.service_users.is_none() || self.providers.is_none())
        {
            return Err(
                "[attendances] needs [service_users] and [providers] too: it says who goes where"
                    .to_owned(),
            );
        }
        Ok(())
    }

    fn check_words(&self) -> Result<(), String> {
        let year = self.reference_date()?.year();
        if !(1990..2100).contains(&year) {
            return Err(format!(
                "study.reference_date is in the year {year}; write the day the study describes"
            ));
        }
        self.grid()?;
        if !matches!(self.travel.profile.as_str(), "drive" | "walk") {
            return Err("travel.profile is one of \"drive\", \"walk\"".to_owned());
        }
        if !(self.travel.snap_cap_m > 0.0 && self.travel.snap_cap_m.is_finite()) {
            return Err(
                "travel.snap_cap_m, how far a place may be from the nearest street, is a number of metres above 0"
                    .to_owned(),
            );
        }
        if !matches!(self.release.profile.as_str(), "lt5" | "le7_round5" | "lt10") {
            return Err("release.profile is one of \"lt5\", \"le7_round5\", \"lt10\"".to_owned());
        }
        let returns = self.returns.as_ref();
        let x_means = returns.and_then(|returns| returns.x_means.as_deref());
        if x_means.is_some_and(|means| !matches!(means, "yes" | "no")) {
            return Err("returns.x_means is one of \"yes\", \"no\"".to_owned());
        }
        Ok(())
    }

    fn check_areas(&self) -> Result<(), String> {
        if let Some(id) = twice(self.areas.iter().map(|areas| &areas.id)) {
            return Err(format!(
                "two [[areas]] have the id \"{id}\"; give each its own"
            ));
        }
        for areas in &self.areas {
            areas
                .kind
                .parse::<AreaKind>()
                .map_err(|error| format!("areas \"{}\": kind: {error}", areas.id))?;
        }
        Ok(())
    }

    /// Refuses a `vintage` that is no year.
    fn check_years(&self) -> Result<(), String> {
        let areas = self.areas.iter().map(|areas| {
            let place = format!("areas \"{}\": vintage", areas.id);
            (place, Some(&areas.vintage))
        });
        let population = self.population.iter().map(|population| {
            let place = "population: vintage".to_owned();
            (place, population.vintage.as_ref())
        });
        let deprivation = self.deprivation.iter().map(|index| {
            let place = format!("deprivation \"{}\": vintage", index.id);
            (place, index.vintage.as_ref())
        });
        let lookups = self.lookup.iter().flat_map(|lookup| {
            let place = format!("lookup from \"{}\" to \"{}\"", lookup.from, lookup.to);
            [
                (format!("{place}: from_vintage"), &lookup.from_vintage),
                (format!("{place}: to_vintage"), &lookup.to_vintage),
            ]
            .map(|(place, year)| (place, year.as_ref()))
        });
        for (place, year) in areas.chain(population).chain(deprivation).chain(lookups) {
            if let Some(year) = year.filter(|year| !is_year(year)) {
                return Err(format!(
                    "{place} = \"{year}\" is not the year the boundaries were drawn for, such as \"2021\""
                ));
            }
        }
        Ok(())
    }

    /// Refuses two sections that would be one and the same.
    fn check_twins(&self) -> Result<(), String> {
        if let Some(id) = twice(self.deprivation.iter().map(|index| &index.id)) {
            return Err(format!(
                "two [[deprivation]] have the id \"{id}\"; give each its own"
            ));
        }
        let ends = self.lookup.iter().map(|lookup| (&lookup.from, &lookup.to));
        if let Some((from, to)) = twice(ends) {
            return Err(format!(
                "two [[lookup]] go from \"{from}\" to \"{to}\"; keep one"
            ));
        }
        Ok(())
    }

    /// Refuses a section of areas that are not there.
    fn check_references(&self) -> Result<(), String> {
        let known: Vec<&str> = self.areas.iter().map(|areas| areas.id.as_str()).collect();
        let population = self.population.iter();
        let deprivation = self.deprivation.iter();
        let used = population
            .map(|population| ("population", &population.areas))
            .chain(deprivation.map(|index| ("deprivation", &index.areas)))
            .chain(self.lookup.iter().map(|lookup| ("lookup", &lookup.from)))
            .chain(self.lookup.iter().map(|lookup| ("lookup", &lookup.to)));
        for (section, id) in used {
            if !known.contains(&id.as_str()) {
                return Err(format!(
                    "{section}: \"{id}\" is not the id of any [[areas]]; they are: {}",
                    known.join(", ")
                ));
            }
        }
        Ok(())
    }
}

/// Finds the first that an earlier one is equal to.
fn twice<T: PartialEq>(all: impl Iterator<Item = T>) -> Option<T> {
    let mut seen = Vec::new();
    for one in all {
        if seen.contains(&one) {
            return Some(one);
        }
        seen.push(one);
    }
    None
}

/// Says whether a text is a year that boundaries can be of.
fn is_year(text: &str) -> bool {
    text.len() == 4
        && text
            .parse::<u16>()
            .is_ok_and(|year| (1900..2100).contains(&year))
}
