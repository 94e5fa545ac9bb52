//! Writes the numbers of cells as what they are shown as: days, times of day, lengths of time, or plain numbers.

use std::fmt::Write as _;

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// What a cell's style shows a number as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Number,
    Day,
    Time,
    DayAndTime,
    /// A length of time, which may pass 24 hours.
    Elapsed,
}

impl Format {
    /// Returns the format of a number that every spreadsheet knows.
    pub(super) fn built_in(id: u32) -> Self {
        match id {
            14..=17 | 27..=31 | 34..=36 | 50..=58 => Self::Day,
            18..=21 | 32 | 33 | 45 | 47 => Self::Time,
            22 => Self::DayAndTime,
            46 => Self::Elapsed,
            _ => Self::Number,
        }
    }

    /// Reads a format's own code, such as `dd/mm/yyyy` or `[h]:mm`.
    pub(super) fn of_code(code: &str) -> Self {
        let (mut day, mut month, mut hour, mut elapsed) = (false, false, false, false);
        if code.eq_ignore_ascii_case("general") {
            return Self::Number;
        }
        let mut letters = code.chars();
        while let Some(letter) = letters.next() {
            match letter.to_ascii_lowercase() {
                // Only what positive numbers are shown as.
                ';' => break,
                '"' => while letters.next().is_some_and(|letter| letter != '"') {},
                '\\' | '_' | '*' => {
                    letters.next();
                }
                '[' => {
                    let inside: String = letters
                        .by_ref()
                        .take_while(|letter| *letter != ']')
                        .collect();
                    let lower = inside.to_ascii_lowercase();
                    let counts =
                        |letter| !lower.is_empty() && lower.chars().all(|other| other == letter);
                    elapsed |= counts('h') || counts('m') || counts('s');
                }
                'd' | 'y' => day = true,
                'm' => month = true,
                'h' | 's' => hour = true,
                _ => {}
            }
        }
        match (day || (month && !hour), hour) {
            _ if elapsed => Self::Elapsed,
            (true, true) => Self::DayAndTime,
            (true, false) => Self::Day,
            (false, true) => Self::Time,
            (false, false) => Self::Number,
        }
    }
}

/// Appends a number as it is shown; as a plain number where it cannot be shown so.
pub(super) fn write(text: &mut String, number: f64, format: Format, from_1904: bool) {
    let whole = number.floor();
    let mut seconds = ((number - whole) * 86_400.0).round() as i64;
    let mut days = whole as i64;
    if seconds == 86_400 {
        (days, seconds) = (days + 1, 0);
    }
    // Writing into a text cannot fail.
    let _ = match format {
        _ if !(0.0..4.0e6).contains(&number) => plain(text, number),
        Format::Number => plain(text, number),
        Format::Elapsed => {
            let minutes = (days * 86_400 + seconds + 30) / 60;
            write!(text, "{}:{:02}", minutes / 60, minutes % 60)
        }
        Format::Time | Format::DayAndTime if number < 1.0 => clock(text, seconds),
        Format::Day | Format::DayAndTime | Format::Time => match calendar(days, from_1904) {
            Some(day)
                if format == Format::Day || (format == Format::DayAndTime && seconds == 0) =>
            {
                write!(text, "{day}")
            }
            Some(day) => write!(text, "{day}T").and_then(|()| clock(text, seconds)),
            None => plain(text, number),
        },
    };
}

fn clock(text: &mut String, seconds: i64) -> std::fmt::Result {
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    write!(text, "{hours:02}:{minutes:02}")?;
    match seconds % 60 {
        0 => Ok(()),
        seconds => write!(text, ":{seconds:02}"),
    }
}

/// Returns the day that a spreadsheet counts so. In the older count day 60 is 29 February 1900, which never was.
fn calendar(days: i64, from_1904: bool) -> Option<Date> {
    let first = match (from_1904, days) {
        (true, _) => date(1904, 1, 1),
        (false, 61..) => date(1899, 12, 30),
        (false, 1..=59) => date(1899, 12, 31),
        (false, _) => return None,
    };
    first.checked_add(days.days()).ok()
}

/// Writes a plain number as a spreadsheet shows it: to 15 digits, so that no 0.30000000000000004 comes from a sum.
fn plain(text: &mut String, number: f64) -> std::fmt::Result {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return write!(text, "{}", number as i64);
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    write!(text, "{rounded}")
}

#[cfg(test)]
mod tests {
    use super::{Format, write};

    fn shown(number: f64, format: Format) -> String {
        let mut text = String::new();
        write(&mut text, number, format, false);
        text
    }

    #[test]
    fn numbers_are_written_as_they_are_shown() {
        for (number, text) in [
            (12.0, "12"),
            (0.1, "0.1"),
            (0.1 + 0.2, "0.3"),
            ("0.1000000000000000055".parse().unwrap(), "0.1"),
            (-3.5, "-3.5"),
            (331_000.0, "331000"),
        ] {
            assert_eq!(shown(number, Format::Number), text);
        }
        assert_eq!(shown(45_000.0, Format::Day), "2023-03-15");
        assert_eq!(shown(45_000.4, Format::Day), "2023-03-15");
        assert_eq!(shown(45_000.5, Format::DayAndTime), "2023-03-15T12:00");
        assert_eq!(shown(45_000.0, Format::DayAndTime), "2023-03-15");
        assert_eq!(shown(0.395_833_333_333, Format::Time), "09:30");
        assert_eq!(shown(0.999_999_999, Format::Time), "00:00");
        assert_eq!(shown(1.5625, Format::Elapsed), "37:30");
        assert_eq!(shown(60.0, Format::Day), "60");
        assert_eq!(shown(59.0, Format::Day), "1900-02-28");
        assert_eq!(shown(61.0, Format::Day), "1900-03-01");
        assert_eq!(shown(-1.0, Format::Day), "-1");
        assert_eq!(shown(1e300, Format::Day).len(), 301);
        let mut text = String::new();
        write(&mut text, 43_538.0, Format::Day, true);
        assert_eq!(text, "2023-03-15");
    }

    #[test]
    fn codes_of_formats_tell_days_from_times() {
        for (code, format) in [
            ("dd/mm/yyyy", Format::Day),
            ("[$-809]d mmmm yyyy;@", Format::Day),
            ("mmm-yy", Format::Day),
            ("hh:mm", Format::Time),
            ("h:mm AM/PM", Format::Time),
            ("mm:ss", Format::Time),
            ("yyyy-mm-dd hh:mm:ss", Format::DayAndTime),
            ("[h]:mm", Format::Elapsed),
            ("General", Format::Number),
            ("£#,##0.00;[Red]-£#,##0.00", Format::Number),
            ("0.0\" days\"", Format::Number),
            ("0.00E+00", Format::Number),
        ] {
            assert_eq!(Format::of_code(code), format, "{code}");
        }
    }
}
