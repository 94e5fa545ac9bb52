//! Looks at values to support a guess, by counting. It returns counts and never a value.

use std::collections::BTreeSet;

use crate::text;

/// What a column's values look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// Rows looked at.
    pub(super) rows: usize,
    /// Cells that are not empty.
    pub(super) filled: usize,
    /// Different values.
    pub(super) different: usize,
    /// Values that look like postcodes.
    pub(super) postcodes: usize,
    /// Values that look like days.
    pub(super) days: usize,
    /// Values that are numbers, money among them.
    pub(super) numbers: usize,
    /// Values of two words or more without a digit, as names are.
    pub(super) names: usize,
}

impl Evidence {
    /// Looks at one column.
    pub(super) fn of(rows: &[Vec<String>], place: usize) -> Self {
        let mut seen = BTreeSet::new();
        let mut found = Self {
            rows: rows.len(),
            ..Self::default()
        };
        for cell in rows.iter().filter_map(|row| row.get(place)) {
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            found.filled += 1;
            seen.insert(cell);
            found.postcodes += usize::from(is_postcode(cell));
            found.days += usize::from(is_day(cell));
            found.numbers += usize::from(number(cell).is_some());
            let is_name = cell.contains(' ') && !cell.bytes().any(|letter| letter.is_ascii_digit());
            found.names += usize::from(is_name);
        }
        found.different = seen.len();
        found
    }

    /// Says whether every row has a value of its own.
    pub(super) fn is_key(&self) -> bool {
        self.rows > 0 && self.filled == self.rows && self.different == self.rows
    }

    /// Says whether most of the values are of a sort.
    pub(super) fn most(&self, of_a_sort: usize) -> bool {
        self.filled > 0 && of_a_sort * 10 >= self.filled * 8
    }
}

/// Says whether a text has the shape of a whole postcode: `NP20 4AA`, in any spacing and case.
pub(super) fn is_postcode(text: &str) -> bool {
    text::postcode(text).is_some()
}

/// Says whether a text looks like a day: `2023-03-04`, `04/03/2023`, `4 March 2023`.
pub(super) fn is_day(text: &str) -> bool {
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let digits = |part: &&str| {
        (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if parts.len() == 3 && parts.iter().all(digits) {
        return true;
    }
    let words: Vec<&str> = text.split([' ', '-']).collect();
    matches!(words.as_slice(), [day, month, year]
        if digits(day) && digits(year) && month.len() >= 3 && month.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

/// Reads a number as tables are read, or an amount of pounds: `1,234.50`, `£9.51`.
pub(super) fn number(text: &str) -> Option<f64> {
    text::number(text.strip_prefix('£').unwrap_or(text))
}

/// What a code is of, and where: the first letter and the two digits that every official code begins with.
pub(super) fn code_kind(code: &str) -> Option<(char, &'static str)> {
    let bytes = code.as_bytes();
    if bytes.len() != 9 || !bytes[1..].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let country = char::from(bytes[0]);
    let kind = match &code[..3] {
        "E05" | "W05" | "S13" | "N08" => "ward",
        "E01" | "W01" | "S01" | "N20" | "N21" => "small_area",
        "E02" | "W02" | "S02" => "middle",
        "E06" | "E07" | "E08" | "E09" | "W06" | "S12" | "N09" => "district",
        _ => return None,
    };
    Some((country, kind))
}

/// Finds two digits of a year in a name such as `LSOA21CD` or `imd2019_lsoa11`, right after a word.
pub(super) fn year_after(name: &str, word: &str) -> Option<u16> {
    let name = name.to_lowercase();
    let mut from = 0;
    while let Some(at) = name.get(from..)?.find(word) {
        let rest = name.get(from + at + word.len()..)?;
        let rest = rest.trim_start_matches(['_', ' ', '-']);
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        match digits.len() {
            2 => return digits.parse::<u16>().ok().map(|year| 2000 + year),
            4 => {
                return digits
                    .parse()
                    .ok()
                    .filter(|year| (1990..2100).contains(year));
            }
            _ => from += at + word.len(),
        }
    }
    None
}

/// Finds a year of four digits from 2001 on in a text.
pub(super) fn year_in(text: &str) -> Option<u16> {
    let runs = text.split(|letter: char| !letter.is_ascii_digit());
    runs.filter(|run| run.len() == 4)
        .filter_map(|run| run.parse().ok())
        .find(|year| (2001..2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::{Evidence, code_kind, is_day, is_postcode, number, year_after, year_in};

    #[test]
    fn shapes_are_told_apart() {
        assert!(is_postcode("np204aa") && is_postcode("M1 1AA") && is_postcode("EC1A 1BB"));
        assert!(!is_postcode("NP20") && !is_postcode("12345") && !is_postcode("é1 1AA"));
        // A note that begins like one is none, however long.
        assert!(!is_postcode("N P 2 0 4 A A and a half"));
        assert!(is_day("2023-03-04") && is_day("4/3/23") && is_day("4 March 2023"));
        assert!(!is_day("1:5") && !is_day("4") && !is_day("a/b/c"));
        assert_eq!(number("£1,234.50"), Some(1234.5));
        assert_eq!(number("NaN"), None);
        // As in the tables themselves, a comma is no decimal point.
        assert_eq!(number("9,51"), None);
        assert_eq!(code_kind("E05012649"), Some(('E', "ward")));
        assert_eq!(code_kind("E0501264é"), None);
        assert_eq!(code_kind("W01001600"), Some(('W', "small_area")));
        assert_eq!(year_after("LSOA21CD", "lsoa"), Some(2021));
        assert_eq!(year_after("imd2019_wales_lsoa11.csv", "imd"), Some(2019));
        assert_eq!(year_after("lsoa", "lsoa"), None);
        assert_eq!(year_in("population_2020_lsoa11"), Some(2020));
    }

    #[test]
    fn evidence_counts_and_keeps_no_value() {
        let rows: Vec<Vec<String>> = ["NP20 4AA", "np204ab", "", "?"]
            .iter()
            .map(|cell| vec![(*cell).to_owned()])
            .collect();
        let found = Evidence::of(&rows, 0);
        assert_eq!((found.rows, found.filled, found.postcodes), (4, 3, 2));
        assert!(!found.is_key() && !found.most(found.postcodes));
    }
}
