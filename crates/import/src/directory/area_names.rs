//! Finds the areas that a list names, by code or by name, in any of the study's sets.

use std::collections::BTreeMap;

use catchment_core::area::Area;
use catchment_core::id::AreaId;
use catchment_core::place::ServiceArea;

use super::words::folded;
use crate::table::Row;

/// The areas of all sets by code and by name.
#[derive(Default)]
pub(crate) struct AreaNames {
    by_code: BTreeMap<String, AreaId>,
    /// Names with the areas that have them; those of one code are one area, whatever the year.
    by_name: BTreeMap<String, Vec<(AreaId, String)>>,
}

/// What a name stands for.
enum Named {
    One(AreaId),
    Several,
    None,
}

impl AreaNames {
    /// Takes the areas of a study.
    pub(crate) fn of<'a>(areas: impl IntoIterator<Item = (AreaId, &'a Area)>) -> Self {
        let mut names = Self::default();
        for (id, area) in areas {
            let code = area.code.trim().to_uppercase();
            // Boundaries that change get a new code, so the same code in two sets is the same area, and the first will do.
            names.by_code.entry(code.clone()).or_insert(id);
            let alike = names.by_name.entry(folded(&area.name)).or_default();
            if !alike.iter().any(|(_, other)| *other == code) {
                alike.push((id, code));
            }
        }
        names
    }

    fn find(&self, text: &str) -> Named {
        if let Some(area) = self.by_code.get(&text.trim().to_uppercase()) {
            return Named::One(*area);
        }
        match self.by_name.get(&folded(text)).map(Vec::as_slice) {
            Some([(area, _)]) => Named::One(*area),
            Some([_, _, ..]) => Named::Several,
            _ => Named::None,
        }
    }

    /// Splits a list of areas. Commas and slashes separate only where every part is then an area: names may have a comma.
    fn parts<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let trimmed = |parts: std::str::Split<'a, &[char]>| -> Vec<&'a str> {
            parts
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .collect()
        };
        let plain = trimmed(text.split([';', '\n', '\r'].as_slice()));
        if plain.len() == 1 && matches!(self.find(text), Named::None) {
            let fine = trimmed(text.split([',', '/'].as_slice()));
            let all_known = fine
                .iter()
                .all(|part| !matches!(self.find(part), Named::None));
            if all_known {
                return fine;
            }
        }
        plain
    }
}

/// Reads the areas that a service comes to. What is not an area of the study is left out and said.
pub(super) fn service_area(row: &mut Row<'_>, names: &AreaNames) -> ServiceArea {
    let Some(written) = super::words::known(row, "service_area") else {
        return ServiceArea::NotStated;
    };
    let mut areas: Vec<AreaId> = Vec::new();
    for part in names.parts(&written) {
        match names.find(part) {
            Named::One(area) if areas.contains(&area) => {}
            Named::One(area) => areas.push(area),
            Named::Several => row.mend(
                "service_area",
                &format!(
                    "names several areas of the study and was left out{}",
                    row.quoted(part)
                ),
                "write the area's code",
            ),
            Named::None => row.mend(
                "service_area",
                &format!(
                    "names no area of the study and was left out{}",
                    row.quoted(part)
                ),
                "write codes or names of the study's areas, with ; between them",
            ),
        }
    }
    areas.sort_unstable();
    if areas.is_empty() {
        ServiceArea::NotStated
    } else {
        ServiceArea::Areas(areas)
    }
}
