//! How long a table would be, said before the work starts.
//!
//! Where a side may be people, nothing here says how many there are.

use anyhow::bail;

use super::ends::Ends;
use super::line;

/// The most rows that a table may have.
pub(super) const MOST_ROWS: u64 = 1_000_000_000;

/// The most pairs that are looked at for a table that has only some of them.
const MOST_PAIRS: u128 = 100_000_000_000;

/// Refuses a table that would be too long, or take too long, with how long it would be. `few` are the nearest that are asked for, `within`
/// says whether only journeys of a time are.
pub(super) fn refuse_too_large(
    few: Option<u32>,
    within: bool,
    from: &Ends,
    to: &Ends,
) -> anyhow::Result<()> {
    let (starts, ends) = (from.ids.len() as u128, to.ids.len() as u128);
    let pairs = starts * ends;
    let rows = few.map_or(pairs, |few| starts * ends.min(u128::from(few)));
    let private = from.personal || to.personal;
    let what = if private {
        format!("{} to {}", from.what, to.what)
    } else {
        let (starts, ends) = (grouped(starts), grouped(ends));
        format!("{starts} {} to {ends} {}", from.what, to.what)
    };
    if (few.is_some() || !within) && rows > u128::from(MOST_ROWS) {
        let bytes = rows * (from.width() + to.width() + line::WIDTH) as u128;
        let long = if private {
            "too many rows".to_owned()
        } else {
            let bytes = grouped(bytes.div_ceil(1_000_000_000));
            format!("{} rows, a file of about {bytes} GB", grouped(rows))
        };
        bail!(
            "{what} would be {long}, and a table has at most {}. Say --k 5 for the nearest five of each, --max-minutes 30 for those within half an hour, or ask about fewer places",
            grouped(MOST_ROWS.into())
        );
    }
    if few.is_none() && pairs > MOST_PAIRS {
        let many = if private {
            "too many pairs".to_owned()
        } else {
            format!("{} pairs", grouped(pairs))
        };
        bail!(
            "{what} are {many}, and with --max-minutes at most {} are looked at. Say --k 5 for the nearest five of each, or ask about fewer places",
            grouped(MOST_PAIRS)
        );
    }
    Ok(())
}

/// Writes a number with its thousands apart.
pub(super) fn grouped(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::refuse_too_large;
    use crate::matrix::ends::Ends;

    fn ends(what: &str, count: usize, personal: bool) -> Ends {
        Ends {
            what: what.to_owned(),
            ids: vec![Vec::new(); count],
            personal,
            ..Ends::default()
        }
    }

    #[test]
    fn how_many_homes_there_are_is_not_told() {
        let refused = |from: &Ends, to: &Ends, few, within| {
            let refused = refuse_too_large(few, within, from, to);
            refused.err().map(|error| error.to_string())
        };
        let postcodes = ends("postcodes", 400_000, false);
        let sites = ends("sites", 4_321, false);
        let said = refused(&sites, &postcodes, None, false).unwrap();
        for words in ["4,321 sites", "400,000 postcodes", "1,728,400,000 rows"] {
            assert!(said.contains(words), "{said}");
        }
        let homes = ends("homes", 4_321, true);
        let many = ends("homes", 432_100, true);
        for (from, to, few, within) in [
            (&homes, &postcodes, None, false),
            (&postcodes, &homes, None, false),
            (&postcodes, &homes, Some(4_000), false),
            (&many, &postcodes, None, true),
        ] {
            let said = refused(from, to, few, within).unwrap();
            assert!(said.contains("homes"), "{said}");
            for digits in ["432", "1,7", "400", "GB"] {
                assert!(!said.contains(digits), "{said}");
            }
        }
        assert_eq!(refused(&homes, &postcodes, Some(5), true), None);
    }
}
