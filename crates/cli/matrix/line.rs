//! Numbers and ids as the table writes them, fast enough for a thousand million rows.
//!
//! Times and distances are whole milliseconds and millimetres and are rounded as whole numbers, halves up, so that the same journey is
//! written alike everywhere.

use catchment_export::csv_text;
use catchment_travel::{Cost, Metres};

/// About how many bytes a row has besides its two ids.
pub(super) const WIDTH: usize = 24;

/// Writes an id as a cell of a CSV file: quoted where it must be, and never a formula.
pub(super) fn id(text: &str) -> Vec<u8> {
    let text = csv_text(text);
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\"")).into_bytes()
    } else {
        text.into_bytes()
    }
}

/// Appends minutes to two decimals.
pub(super) fn minutes(line: &mut Vec<u8>, cost: Cost) {
    fixed::<2>(line, ((u64::from(cost.milliseconds()) + 300) / 600) as u32);
}

/// Appends kilometres to three decimals.
pub(super) fn kilometres(line: &mut Vec<u8>, cost: Cost) {
    fixed::<3>(line, ((u64::from(cost.millimetres()) + 500) / 1000) as u32);
}

/// Appends a length in kilometres to three decimals.
pub(super) fn straight(line: &mut Vec<u8>, length: Metres) {
    fixed::<3>(line, length.value().round() as u32);
}

/// Appends a whole number.
pub(super) fn whole(line: &mut Vec<u8>, number: usize) {
    fixed::<0>(line, number as u32);
}

/// Appends a number with so many of its last digits after a point.
fn fixed<const DECIMALS: usize>(line: &mut Vec<u8>, number: u32) {
    // Ten digits and a point.
    let mut text = [0; 12];
    let (mut at, mut rest, mut written) = (text.len(), number, 0);
    loop {
        at -= 1;
        if DECIMALS > 0 && written == DECIMALS {
            text[at] = b'.';
            at -= 1;
        }
        text[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        written += 1;
        if rest == 0 && written > DECIMALS {
            break;
        }
    }
    line.extend_from_slice(&text[at..]);
}

#[cfg(test)]
mod tests {
    use catchment_travel::{Cost, Metres};

    use super::{id, kilometres, minutes, straight, whole};

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut line = Vec::new();
        write(&mut line);
        String::from_utf8(line).unwrap()
    }

    #[test]
    fn times_and_lengths_are_rounded_as_whole_numbers() {
        for (milliseconds, expected) in [
            (0, "0.00"),
            (299, "0.00"),
            (300, "0.01"),
            (59_699, "0.99"),
            (59_700, "1.00"),
            (3_723_000, "62.05"),
            (u32::MAX, "71582.79"),
        ] {
            assert_eq!(
                text(|line| minutes(line, Cost::new(milliseconds, 7))),
                expected
            );
        }
        for (millimetres, expected) in [
            (0, "0.000"),
            (499, "0.000"),
            (500, "0.001"),
            (12_345_499, "12.345"),
            (u32::MAX, "4294.967"),
        ] {
            assert_eq!(
                text(|line| kilometres(line, Cost::new(7, millimetres))),
                expected
            );
        }
        assert_eq!(text(|line| straight(line, Metres::new(1_234.5))), "1.235");
        assert_eq!(text(|line| whole(line, 0)), "0");
        assert_eq!(text(|line| whole(line, 120)), "120");
    }

    #[test]
    fn an_id_is_one_cell_and_no_formula() {
        for (given, written) in [
            ("S01", "S01"),
            ("NP20 4AA", "NP20 4AA"),
            ("Smith, \"Jo\"", "\"Smith, \"\"Jo\"\"\""),
            ("=1+1", "'=1+1"),
            ("two\nlines", "\"two\nlines\""),
        ] {
            assert_eq!(id(given), written.as_bytes());
        }
    }
}
