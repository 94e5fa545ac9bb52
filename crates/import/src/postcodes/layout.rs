//! Recognises a postcode file by the words of its header, or by the shape of its first row.
//!
//! | family | postcode | easting, northing | quality | ended |
//! |---|---|---|---|---|
//! | ONS Postcode Directory, National Statistics Postcode Lookup | `pcds`, `pcd8`, `pcd7`, `pcd` | `oseast1m` or `east1m`, ... | `osgrdind`, `gridind` | `doterm` |
//! | Code-Point Open | `Postcode`, `PC` | `Eastings`, `EA`, ... | `Positional_quality_indicator`, `PQI`, `PQ` | none |
//!
//! It looks at no further row, and does not tell one year's file from another's.

use crate::places::code::Code;
use crate::study_file;

/// Which cells hold what.
pub(super) const FIELDS: [&str; 5] = ["postcode", "easting", "northing", "quality", "ended"];
/// Fields that every file must have.
pub(super) const NEEDED: usize = 3;

/// What a file was recognised as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// The ONS Postcode Directory.
    Directory,
    /// The National Statistics Postcode Lookup.
    Lookup,
    /// Code-Point Open.
    CodePoint,
    /// Code-Point Open as it is downloaded: without a header.
    HeaderlessCodePoint,
}

impl Family {
    fn name(self) -> &'static str {
        match self {
            Self::Directory => "ONS Postcode Directory",
            Self::Lookup => "National Statistics Postcode Lookup",
            Self::CodePoint => "Code-Point Open",
            Self::HeaderlessCodePoint => "Code-Point Open without a header",
        }
    }

    /// Says whether its first row names its columns.
    pub(super) fn has_header(self) -> bool {
        self != Self::HeaderlessCodePoint
    }
}

/// A recognised file: what it is and where each field stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) family: Family,
    /// The place of each of [`FIELDS`].
    pub(super) places: [Option<usize>; 5],
    /// The header of each of [`FIELDS`]; empty in a file without.
    pub(super) headers: [String; 5],
}

/// Headers that are known to hold each of [`FIELDS`], the best first.
pub(super) const KNOWN: [&[&str]; 5] = [
    &["pcds", "pcd8", "pcd7", "pcd2", "pcd", "postcode", "pc"],
    &["oseast1m", "east1m", "eastings", "easting", "ea"],
    &["osnrth1m", "north1m", "northings", "northing", "no"],
    &[
        "osgrdind",
        "gridind",
        "positional quality indicator",
        "pqi",
        "pq",
    ],
    &["doterm"],
];

impl Layout {
    /// Recognises a file by the cells of its first row; nothing where it is a table like any other, or has not the columns that the
    /// study file names.
    pub(super) fn of(first: &[String], section: &study_file::Postcodes) -> Option<Self> {
        let words: Vec<String> = first.iter().map(|word| folded(word)).collect();
        let has = |list: &[&str]| {
            list.iter()
                .any(|word| words.iter().any(|known| known == word))
        };
        let family = if has(&["oseast1m", "east1m"]) && has(&["pcds", "pcd8", "pcd7", "pcd"]) {
            let starts = |start: &str| words.iter().any(|word| word.starts_with(start));
            let directory = has(&["oslaua", "oscty"]) || starts("parish") || starts("parncp");
            if directory {
                Family::Directory
            } else {
                Family::Lookup
            }
        } else if has(&["positionalqualityindicator", "pqi", "pq"]) && has(&["postcode", "pc"]) {
            Family::CodePoint
        } else if is_code_point_row(first) {
            return own(section).iter().all(Option::is_none).then(|| Self {
                family: Family::HeaderlessCodePoint,
                places: [Some(0), Some(2), Some(3), Some(1), None],
                headers: Default::default(),
            });
        } else {
            return None;
        };
        let mut places = [None; 5];
        for ((place, known), own) in places.iter_mut().zip(KNOWN).zip(own(section)) {
            *place = match own {
                Some(own) => {
                    let own = folded(own);
                    Some(words.iter().position(|word| *word == own)?)
                }
                None => known
                    .iter()
                    .find_map(|header| words.iter().position(|word| *word == folded(header))),
            };
        }
        let headers = places.map(|place| {
            place
                .and_then(|place| first.get(place).cloned())
                .unwrap_or_default()
        });
        let whole = places.iter().take(NEEDED).all(Option::is_some);
        whole.then_some(Self {
            family,
            places,
            headers,
        })
    }

    /// Says what was recognised, and by what.
    pub(super) fn says(&self) -> String {
        let headers: Vec<&str> = self
            .headers
            .iter()
            .map(String::as_str)
            .filter(|header| !header.is_empty())
            .collect();
        let by = if headers.is_empty() {
            "by the shape of its rows: postcode, quality, easting, northing".to_owned()
        } else {
            headers.join(", ")
        };
        format!("read as {}: {by}", self.family.name())
    }
}

/// The columns that the study file names, in the order of [`FIELDS`].
pub(super) fn own(section: &study_file::Postcodes) -> [Option<&String>; 5] {
    [
        section.postcode.as_ref(),
        section.easting.as_ref(),
        section.northing.as_ref(),
        section.quality.as_ref(),
        section.ended.as_ref(),
    ]
}

/// Says whether a row is one of Code-Point Open: postcode, quality, easting, northing and codes.
fn is_code_point_row(cells: &[String]) -> bool {
    let [code, quality, easting, northing, ..] = cells else {
        return false;
    };
    let metres = |cell: &str| cell.parse::<u32>().is_ok_and(|metres| metres < 2_000_000);
    cells.len() >= 10
        && Code::from_ascii(code.as_bytes()).is_some()
        && matches!(
            quality.as_str(),
            "10" | "20" | "30" | "40" | "50" | "60" | "90"
        )
        && metres(easting)
        && metres(northing)
}

/// Writes a header without case, spaces and punctuation.
fn folded(header: &str) -> String {
    header
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect()
}
