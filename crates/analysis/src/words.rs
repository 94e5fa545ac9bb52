//! Words that several analyses share: days, counts, the way of travelling.

use catchment_core::study::Study;
use jiff::civil::Date;

/// A day as one writes it: 6 March 2023.
pub(crate) fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// The study's reference date.
pub(crate) fn reference_day(study: &Study) -> String {
    day(study.about().reference_date)
}

/// A number of things, with the word that fits it: `1 site`, `2 sites`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

/// How journeys are reckoned, for [`Findings::profile`](catchment_core::findings::Findings::profile).
pub(crate) fn profile(study: &Study) -> String {
    let settings = &study.parts().settings;
    format!(
        "{}: the fastest route, distance breaking ties; a place more than {} from any street has no journey",
        settings.profile, settings.snap_cap
    )
}

/// A share from 0 to 1 as a percentage with one decimal: what is public is not known more closely than that.
pub(crate) fn per_cent(share: f64) -> f64 {
    (share * 1000.0).round() / 10.0
}

/// A share from 0 to 1 in words: `50%`.
pub(crate) fn percentage(share: f64) -> String {
    format!("{}%", per_cent(share))
}

/// Sentences in a row, the empty ones left out.
pub(crate) fn sentences(parts: &[String]) -> String {
    let parts: Vec<&str> = parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::{count, day, percentage, sentences};

    #[test]
    fn words_read_as_one_would_say_them() {
        assert_eq!(day(jiff::civil::date(2023, 3, 6)), "6 March 2023");
        assert_eq!(count(1, "site", "sites"), "1 site");
        assert_eq!(count(0, "site", "sites"), "0 sites");
        assert_eq!(
            (percentage(0.5), percentage(1.0 / 3.0)),
            ("50%".to_owned(), "33.3%".to_owned())
        );
        assert_eq!(
            sentences(&["One.".to_owned(), String::new(), "Two.".to_owned()]),
            "One. Two."
        );
    }
}
