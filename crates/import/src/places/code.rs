//! Postcodes in 32 bits, and the parts of postcodes.
//!
//! A [`Code`] has the shape of a postcode; whether there is such a postcode it does not know. Codes that begin alike lie together, so
//! that a sector and a district are each a run of them.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Pairs of letters at the end of a postcode: the units of a sector.
const UNITS: u32 = 26 * 26;
/// Codes of a district.
const DISTRICT: u32 = 10 * UNITS;
/// What may stand after the first digit of the first part: nothing, a digit or a letter.
const TAILS: u32 = 1 + 10 + 26;

/// A whole postcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Code(u32);

/// The beginning of a postcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Up to the first digit of the second part, as in `NP20 4`: the number of the sector.
    Sector(u32),
    /// The first part, as in `NP20`: the number of the district.
    District(u32),
}

/// What somebody wrote in a cell for a postcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Written {
    /// A whole postcode.
    Whole(Code),
    /// The beginning of one.
    Part(Part),
    /// `NP11` without a space: the district, or the sector `NP1 1`.
    Either {
        /// As a district.
        district: Part,
        /// As a sector.
        sector: Part,
    },
}

impl Code {
    /// Reads a whole postcode in any spacing and any case, from ASCII.
    pub(crate) fn from_ascii(text: &[u8]) -> Option<Self> {
        let mut letters = [0; 7];
        let mut count = 0;
        for byte in text.iter().filter(|byte| !byte.is_ascii_whitespace()) {
            *letters.get_mut(count)? = byte.to_ascii_uppercase();
            count += 1;
        }
        let (outward, inward) = letters
            .get(..count)?
            .split_at_checked(count.checked_sub(3)?)?;
        let &[digit, first, second] = inward else {
            return None;
        };
        let unit = letter(first)? * 26 + letter(second)?;
        Some(Self(
            district(outward)? * DISTRICT + self::digit(digit)? * UNITS + unit,
        ))
    }

    /// Returns the sector it is in.
    pub(crate) fn sector(self) -> Part {
        Part::Sector(self.0 / UNITS)
    }

    /// Returns the district it is in.
    pub(crate) fn district(self) -> Part {
        Part::District(self.0 / DISTRICT)
    }

    /// Says whether it is of Northern Ireland, whose eastings and northings are on the Irish Grid.
    pub(crate) fn is_northern_irish(self) -> bool {
        // The area is the number above the first digit of the district.
        const BT: u32 = 27 + (b'T' - b'A' + 1) as u32;
        self.0 / DISTRICT / TAILS / 10 == BT
    }

    /// Writes it in the usual spacing.
    pub(crate) fn text(self) -> String {
        let unit = self.0 % UNITS;
        let mut text = self.sector().text();
        text.extend([unit / 26, unit % 26].map(|letter| char::from(b'A' + letter as u8)));
        text
    }
}

impl Part {
    /// Returns the codes that begin so.
    pub(crate) fn codes(self) -> Range<Code> {
        let (number, each) = match self {
            Self::Sector(number) => (number, UNITS),
            Self::District(number) => (number, DISTRICT),
        };
        // The greatest code is below 2^31, so neither overflows.
        Code(number * each)..Code((number + 1) * each)
    }

    /// Writes it as one does: `NP20 4`, `NP20`.
    pub(crate) fn text(self) -> String {
        match self {
            Self::Sector(number) => format!("{} {}", outward(number / 10), number % 10),
            Self::District(number) => outward(number),
        }
    }

    /// Names what it is.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Sector(_) => "sector",
            Self::District(_) => "district",
        }
    }
}

impl Written {
    /// Reads a cell; nothing where it is neither a postcode nor the beginning of one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let words: Vec<String> = text
            .split_whitespace()
            .map(str::to_ascii_uppercase)
            .collect();
        let letters = words.concat();
        if let Some(code) = Code::from_ascii(letters.as_bytes()) {
            return Some(Self::Whole(code));
        }
        let bytes = letters.as_bytes();
        let as_district = (words.len() == 1)
            .then(|| district(bytes))
            .flatten()
            .map(Part::District);
        let (last, start) = bytes.split_last()?;
        let as_sector = district(start)
            .zip(digit(*last))
            // With a space, the second word alone is the digit.
            .filter(|_| words.len() == 1 || words.last().is_some_and(|word| word.len() == 1))
            .map(|(district, digit)| Part::Sector(district * 10 + digit));
        match (as_district, as_sector) {
            (Some(district), Some(sector)) => Some(Self::Either { district, sector }),
            (part, other) => part.or(other).map(Self::Part),
        }
    }
}

/// Reads the first part of a postcode: one or two letters, a digit, and perhaps a digit or a letter.
fn district(text: &[u8]) -> Option<u32> {
    let (area, rest) = match text {
        [first, second, rest @ ..] if second.is_ascii_alphabetic() => {
            (letter(*first)? * 27 + letter(*second)? + 1, rest)
        }
        [first, rest @ ..] => (letter(*first)? * 27, rest),
        [] => return None,
    };
    let (number, tail) = match rest {
        [number] => (digit(*number)?, 0),
        [number, tail] => {
            let tail = digit(*tail)
                .map(|digit| 1 + digit)
                .or_else(|| letter(*tail).map(|letter| 11 + letter))?;
            (digit(*number)?, tail)
        }
        _ => return None,
    };
    Some((area * 10 + number) * TAILS + tail)
}

/// Writes the first part of a postcode.
fn outward(district: u32) -> String {
    let (start, tail) = (district / TAILS, district % TAILS);
    let (area, number) = (start / 10, start % 10);
    let letter = |place: u32| char::from(b'A' + place as u8);
    let mut text = String::from(letter(area / 27));
    if let Some(second) = (area % 27).checked_sub(1) {
        text.push(letter(second));
    }
    text.push(char::from(b'0' + number as u8));
    match tail {
        0 => {}
        1..=10 => text.push(char::from(b'0' + tail as u8 - 1)),
        _ => text.push(letter(tail - 11)),
    }
    text
}

fn letter(byte: u8) -> Option<u32> {
    byte.is_ascii_uppercase().then(|| u32::from(byte - b'A'))
}

fn digit(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Code, Written};

    fn part(text: &str) -> String {
        match Written::read(text) {
            Some(Written::Part(part)) => format!("{} {}", part.kind(), part.text()),
            Some(Written::Whole(code)) => code.text(),
            Some(Written::Either { district, sector }) => {
                format!("{} or {}", district.text(), sector.text())
            }
            None => "nothing".to_owned(),
        }
    }

    #[test]
    fn whole_postcodes_and_their_beginnings_are_told_apart() {
        assert_eq!(part("np204aa"), "NP20 4AA");
        assert_eq!(part("B1  1AA"), "B1 1AA");
        assert_eq!(part(" ec1a 1bb"), "EC1A 1BB");
        assert_eq!(part("NP20 4"), "sector NP20 4");
        assert_eq!(part("NP204"), "sector NP20 4");
        assert_eq!(part("W1A1"), "sector W1A 1");
        assert_eq!(part("np20"), "NP20 or NP2 0");
        assert_eq!(part("NP2"), "district NP2");
        assert_eq!(part("EC1A"), "district EC1A");
        assert_eq!(part("NP2 0"), "sector NP2 0");
        for other in [
            "",
            "NP",
            "20",
            "Newport",
            "NP20 4A",
            "NP 20",
            "GIR 0AA",
            "NP20 4AAA",
            "É1 1AA",
        ] {
            assert_eq!(part(other), "nothing", "{other}");
        }
    }

    #[test]
    fn northern_ireland_is_known_by_its_letters() {
        let code = |text: &str| Code::from_ascii(text.as_bytes()).unwrap();
        assert!(code("BT1 1AA").is_northern_irish() && code("BT94 5ZZ").is_northern_irish());
        assert!(!code("B1 1AA").is_northern_irish() && !code("BS1 1AA").is_northern_irish());
        assert!(!code("BA1 1AA").is_northern_irish() && !code("CT1 1AA").is_northern_irish());
    }

    proptest! {
        #[test]
        fn what_was_packed_unpacks_and_keeps_its_beginning(code in "[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}", other in "[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}") {
            let (a, b) = (Code::from_ascii(code.as_bytes()).unwrap(), Code::from_ascii(other.as_bytes()).unwrap());
            prop_assert_eq!(a.text(), &*code);
            prop_assert_eq!(a == b, code == other);
            prop_assert!(a.sector().codes().contains(&a) && a.district().codes().contains(&a));
            let outward = |text: &str| text.split(' ').next().unwrap().to_owned();
            prop_assert_eq!(a.district().codes().contains(&b), outward(&code) == outward(&other));
            prop_assert_eq!(a.sector().codes().contains(&b), code[..code.len() - 2] == other[..other.len() - 2]);
        }

        #[test]
        fn nothing_that_is_typed_makes_it_fail(text in "\\PC{0,12}") {
            let _ = (Written::read(&text), Code::from_ascii(text.as_bytes()));
        }
    }
}
