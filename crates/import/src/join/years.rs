//! Finds of which year a table's codes are, where the study file or a name says it.
//!
//! It reads no row: what the codes themselves show is found by [`Join`](super::Join).

use std::path::Path;

use catchment_core::area::AreaKind;
use catchment_core::issue::{Issue, Severity};

use super::Codes;
use crate::study_file::STUDY_FILE;

/// Everything that may say of which year a table's codes are.
pub(crate) struct Told<'a> {
    pub(crate) file: &'a str,
    /// The field of the study file that says it outright, and what it says.
    pub(crate) given: (&'static str, Option<&'a str>),
    /// The header of the column of codes.
    pub(crate) header: &'a str,
    /// What else has a name: a sheet, another column, an index. The file's own name need not be among them.
    pub(crate) names: Vec<&'a str>,
}

/// The year of the boundaries that codes are of, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Year {
    pub(crate) year: String,
    pub(crate) by: String,
}

impl Told<'_> {
    /// Returns the year; nothing where nothing says it. Refuses a column that is named for another year than the study file says, and
    /// notes such a name of anything else.
    pub(crate) fn year(
        &self,
        codes: &Codes,
        issues: &mut Vec<Issue>,
    ) -> Result<Option<Year>, Issue> {
        let year = self.year_of_column()?;
        let by_name = self.by_name(codes);
        let (field, given) = self.given;
        let Some(given) = given else {
            return Ok(year.or(by_name));
        };
        if let Some(name) = by_name.filter(|name| name.year != given) {
            let message = format!(
                "has codes of {} {}; they were taken to be of {given}, as {STUDY_FILE} says",
                name.year, name.by
            );
            let hint = format!("see that `{field}` is right");
            issues.push(Issue::new(self.file, Severity::Note, message, hint));
        }
        Ok(year)
    }

    /// Returns the year that the study file or the column of codes says, without a look at other names.
    pub(crate) fn year_of_column(&self) -> Result<Option<Year>, Issue> {
        let (field, given) = self.given;
        let by_header = in_header(self.header).map(|year| Year {
            year,
            by: format!("by the name of its column `{}`", self.header),
        });
        let Some(given) = given else {
            return Ok(by_header);
        };
        if let Some(header) = by_header.filter(|header| header.year != given) {
            let message = format!(
                "has codes of {} {}, and {STUDY_FILE} says {field} = \"{given}\"",
                header.year, header.by
            );
            let hint = format!(
                "correct `{field}`; where the number in the column's name is not the year of the boundaries, rename the column"
            );
            let issue = Issue::new(self.file, Severity::FileUnusable, message, hint);
            return Err(issue.in_column(self.header));
        }
        Ok(Some(Year {
            year: given.to_owned(),
            by: format!("by `{field}` in {STUDY_FILE}"),
        }))
    }

    /// Finds the year in the names: that of the areas (`lsoa11`) wherever it stands, else that of an index (`IMD2019`).
    fn by_name(&self, codes: &Codes) -> Option<Year> {
        let of_wards = codes.kind == Some(AreaKind::Ward);
        let file = Path::new(self.file).file_name()?.to_string_lossy();
        let names = || self.names.iter().copied().chain([&*file]);
        let of_areas = names().find_map(|name| {
            let year = of_areas(name, of_wards)?;
            let by = format!("by the name \"{name}\"");
            Some(Year {
                year: year.to_string(),
                by,
            })
        });
        // An index is made for small areas; what was made of it for wards is on wards of any year.
        of_areas.or_else(|| {
            names().filter(|_| !of_wards).find_map(|name| {
                let (index, year) = of_index(name)?;
                let by = format!("by the name \"{name}\", because the index of {index} is on them");
                Some(Year {
                    year: year.to_string(),
                    by,
                })
            })
        })
    }
}

/// Finds the year in a header of codes: the four digits of `LSOA code (2011)`, or the two of `lsoa11_code`, `LSOA21CD` and `WD25CD`.
fn in_header(header: &str) -> Option<String> {
    let runs: Vec<&str> = header
        .split(|letter: char| !letter.is_ascii_digit())
        .filter(|run| !run.is_empty())
        .collect();
    match runs.as_slice() {
        [year] if year.len() == 4 && (year.starts_with("19") || year.starts_with("20")) => {
            Some((*year).to_owned())
        }
        // After letters only: in `21 and over` it is no year.
        [year] if year.len() == 2 && header.starts_with(|letter: char| letter.is_alphabetic()) => {
            let before = header.split(year).next().unwrap_or_default();
            before
                .ends_with(|letter: char| letter.is_alphabetic())
                .then(|| format!("20{year}"))
        }
        _ => None,
    }
}

/// Finds the year that a name gives areas: `imd_lsoa11.csv`, `Wards (2024)`. Nothing where it gives several.
fn of_areas(name: &str, of_wards: bool) -> Option<u16> {
    let words: &[&str] = if of_wards {
        &["wd", "ward", "wards"]
    } else {
        &[
            "lsoa",
            "lsoas",
            "soa",
            "dz",
            "data_zone",
            "data_zones",
            "datazone",
            "datazones",
        ]
    };
    only(years_after(name, words))
}

/// Finds the index of deprivation in a name such as `IMD2019` or `Welsh Index of Multiple Deprivation 2019`: its year, and the year of the
/// boundaries that it is on, where both are known.
pub(crate) fn of_index(name: &str) -> Option<(u16, u16)> {
    const WORDS: [&str; 9] = [
        "imd",
        "iod",
        "wimd",
        "simd",
        "nimdm",
        "multiple_deprivation",
        "multiple_deprivation_imd",
        "multiple_deprivation_measure",
        "indices_of_deprivation",
    ];
    // No two indices of one year are on boundaries of different years.
    const BOUNDARIES: [(u16, &[u16]); 3] = [
        (
            2001,
            &[2004, 2005, 2006, 2007, 2008, 2009, 2010, 2011, 2012, 2017],
        ),
        (2011, &[2014, 2015, 2016, 2019, 2020]),
        (2021, &[2025]),
    ];
    // `imd10` and `imd20` are the most deprived tenth and fifth as often as a year.
    let years = years_after(name, &WORDS);
    let years = years.filter(|(year, digits)| *digits == 4 || year % 10 != 0);
    let index = only(years)?;
    let found = BOUNDARIES.iter().find(|(_, of)| of.contains(&index));
    found.map(|(boundaries, _)| (index, *boundaries))
}

/// Returns the one year that there is; nothing where there are two.
fn only(years: impl Iterator<Item = (u16, usize)>) -> Option<u16> {
    let mut years = years.map(|(year, _)| year);
    let first = years.next()?;
    years.all(|year| year == first).then_some(first)
}

/// Lists the years that stand after one of some words, with how many digits they have: four digits after whatever is no letter, two
/// right after the word.
fn years_after<'a>(
    name: &str,
    words: &'a [&'a str],
) -> impl Iterator<Item = (u16, usize)> + use<'a> {
    let lower = name.to_lowercase();
    let parts = lower.split(|letter: char| !letter.is_ascii_alphanumeric());
    let folded = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>();
    let folded = folded.join("_");
    words.iter().flat_map(move |word| {
        let found = folded.match_indices(word).filter_map(|(at, _)| {
            if folded[..at].ends_with(|letter: char| letter.is_ascii_alphanumeric()) {
                return None;
            }
            let rest = &folded[at + word.len()..];
            let bare = rest.trim_start_matches('_');
            let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
            let number: u16 = bare.get(..digits)?.parse().ok()?;
            match digits {
                4 => Some((number, 4)).filter(|(year, _)| (1990..2100).contains(year)),
                2 if bare.len() == rest.len() => Some((2000 + number, 2)),
                _ => None,
            }
        });
        found.collect::<Vec<_>>()
    })
}

#[cfg(test)]
mod tests {
    use super::{in_header, of_areas, of_index};

    #[test]
    fn years_in_headers_are_found_where_headers_have_them() {
        for (header, year) in [
            ("lsoa11_code", Some("2011")),
            ("LSOA21CD", Some("2021")),
            ("LSOA code (2011)", Some("2011")),
            ("LSOA code 2021", Some("2021")),
            ("WD25CD", Some("2025")),
            ("code", None),
            ("lsoa_code", None),
            ("Aged 65", None),
            ("E01015272", None),
        ] {
            assert_eq!(in_header(header).as_deref(), year, "{header}");
        }
    }

    #[test]
    fn years_of_boundaries_are_found_in_names_of_areas_and_of_indices() {
        for (name, of_wards, year) in [
            ("imd2019_lsoa21.csv", false, Some(2021)),
            ("LSOA (2011) deciles.xlsx", false, Some(2011)),
            ("data_zones_2011.csv", false, Some(2011)),
            ("population_wd24.csv", true, Some(2024)),
            ("population_wd24.csv", false, None),
            ("lsoa11_lsoa21.csv", false, None),
            ("lsoa_12.csv", false, None),
            ("crowd24.csv", true, None),
            ("msoa11.csv", false, None),
        ] {
            assert_eq!(of_areas(name, of_wards), year, "{name}");
        }
        for (name, years) in [
            ("IMD2019.csv", Some((2019, 2011))),
            ("File_7_IoD2025_All_Ranks.csv", Some((2025, 2021))),
            ("WIMD2019", Some((2019, 2011))),
            ("wimd-2019-index-and-domain-ranks", Some((2019, 2011))),
            ("imd15.csv", Some((2015, 2011))),
            ("SIMD+2020v2+-+ranks", Some((2020, 2011))),
            (
                "Index of Multiple Deprivation (IMD) 2010",
                Some((2010, 2001)),
            ),
            ("English Indices of Deprivation 2025", Some((2025, 2021))),
            (
                "Northern Ireland Multiple Deprivation Measure 2017",
                Some((2017, 2001)),
            ),
            // The most deprived fifth, an index that nobody made, two indices, and a year of something else.
            ("imd20.csv", None),
            ("imd2018.csv", None),
            ("imd2019_imd2025.csv", None),
            ("Invented deprivation index 2019", None),
            ("timd2019", None),
        ] {
            assert_eq!(of_index(name), years, "{name}");
        }
    }
}
