//! Figures, dates and headings as people read them, in British English.
//!
//! The same rules as in the map's `format.ts`. A figure is never rounded more coarsely than it was released, apart from the
//! meaningless tail of a ratio; what is hidden, what is not known and what is 0 are three different words.

use catchment_core::findings::Field;
use jiff::civil::Date;
use serde_json::{Number, Value};

use crate::facts::Fact;
use crate::filter::{A_DAY, has_form};
use crate::markup::Markup;

/// Stands where a figure is hidden.
const HIDDEN: &str = "hidden";
/// Stands where a figure is not known.
pub(super) const MISSING: &str = "not known";

/// Returns the heading of a column: the field's title with its unit, unless the title says it already.
pub(super) fn heading(field: &Field) -> String {
    match field.unit.as_deref() {
        Some(unit) if unit != "people" => format!("{} ({unit})", field.title),
        _ => field.title.clone(),
    }
}

/// Writes a fact as it stands in a cell, under a heading that names its unit.
pub(super) fn cell_text(fact: Fact<'_>, field: Option<&Field>) -> String {
    match fact {
        Fact::Hidden => HIDDEN.to_owned(),
        Fact::Missing => MISSING.to_owned(),
        Fact::Shown(Value::Bool(true)) => "yes".to_owned(),
        Fact::Shown(Value::Bool(false)) => "no".to_owned(),
        Fact::Shown(Value::Number(number)) => number_text(number, field),
        Fact::Shown(Value::String(text)) => date(text).unwrap_or_else(|| text.clone()),
        // No field has any other kind of value.
        Fact::Shown(other) => other.to_string(),
    }
}

/// Writes a fact with its unit.
pub(super) fn with_unit(fact: Fact<'_>, field: &Field) -> String {
    let text = cell_text(fact, Some(field));
    let Fact::Shown(Value::Number(number)) = fact else {
        return text;
    };
    match field.unit.as_deref() {
        None => text,
        Some("%") => format!("{text}%"),
        Some("£") => format!("£{text}"),
        Some("people") if number.as_f64() == Some(1.0) => format!("{text} person"),
        Some(unit) => format!("{text} {unit}"),
    }
}

/// Writes a cell of a table.
pub(super) fn cell(row: &mut Markup, fact: Fact<'_>, field: Option<&Field>, numeric: bool) {
    let class = match (fact, numeric) {
        (Fact::Hidden, true) => "number hidden",
        (Fact::Hidden, false) => "words hidden",
        (Fact::Missing, true) => "number missing",
        (Fact::Missing, false) => "words missing",
        (Fact::Shown(_), true) => "number",
        (Fact::Shown(_), false) => "words",
    };
    row.leaf("td", &[("class", class)], &cell_text(fact, field));
}

/// Writes a number without its unit.
fn number_text(number: &Number, field: Option<&Field>) -> String {
    let unit = field.and_then(|field| field.unit.as_deref());
    let is_year = unit == Some("year")
        || field.is_some_and(|field| field.name == "year" || field.name.ends_with("_year"));
    if is_year {
        return number.to_string();
    }
    let Some(value) = number.as_f64() else {
        return number.to_string();
    };
    if value != 0.0 && value.abs() < 0.001 {
        return if value < 0.0 {
            "between −0.001 and 0".to_owned()
        } else {
            "less than 0.001".to_owned()
        };
    }
    let written = match unit {
        Some("£") => format!("{:.2}", value.abs()),
        Some("km" | "%") => trimmed(&format!("{:.2}", value.abs())),
        _ => trimmed(&format!("{:.3}", value.abs())),
    };
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{}", grouped(&written))
}

fn trimmed(text: &str) -> String {
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Puts commas between thousands.
fn grouped(text: &str) -> String {
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut written = String::with_capacity(text.len() + whole.len() / 3);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            written.push(',');
        }
        written.push(digit);
    }
    written.push_str(rest);
    written
}

/// Writes a count.
pub(super) fn count(number: usize) -> String {
    grouped(&number.to_string())
}

/// Writes a number out of a document; nothing where it is none.
pub(super) fn count_of(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number_text(number, None)),
        _ => None,
    }
}

/// Writes `2023-03-06` as 6 March 2023; anything else is no date.
pub(crate) fn date(text: &str) -> Option<String> {
    let day: Date = has_form(text, A_DAY).then(|| text.parse().ok())??;
    Some(day.strftime("%-d %B %Y").to_string())
}

/// Begins a sentence with a capital letter.
pub(super) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters
        .next()
        .map(|first| first.to_uppercase().to_string());
    let end = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{}{}{end}", first.unwrap_or_default(), characters.as_str())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(value: &Value, name: &str, unit: &str) -> String {
        with_unit(Fact::Shown(value), &Field::new(name, "Title", unit, ""))
    }

    #[test]
    fn figures_are_written_for_people() {
        for (value, unit, text) in [
            (json!(0), "", "0"),
            (json!(0.0), "km", "0 km"),
            (json!(6.0), "km", "6 km"),
            (json!(5.214), "km", "5.21 km"),
            (json!(1_234_567), "people", "1,234,567 people"),
            (json!(1), "people", "1 person"),
            (json!(999.5), "min", "999.5 min"),
            (json!(-12_345.6), "", "−12,345.6"),
            (json!(9.5), "£", "£9.50"),
            (json!(0.000_1), "", "less than 0.001"),
            (json!(-0.000_1), "", "between −0.001 and 0"),
            (json!(99.7), "%", "99.7%"),
            (json!(true), "", "yes"),
            (json!("2023-03-06"), "", "6 March 2023"),
            (json!("2023-02-30"), "", "2023-02-30"),
            (json!("Mon"), "km", "Mon"),
        ] {
            assert_eq!(shown(&value, "x", unit), text);
        }
        assert_eq!(shown(&json!(2019), "imd_year", ""), "2019");
    }

    #[test]
    fn hidden_is_not_unknown_and_not_nothing() {
        let field = Field::new("x", "Mean distance", "km", "");
        assert_eq!(with_unit(Fact::Hidden, &field), "hidden");
        assert_eq!(with_unit(Fact::Missing, &field), "not known");
        assert_eq!(heading(&field), "Mean distance (km)");
        assert_eq!(
            heading(&Field::new("x", "Residents", "people", "")),
            "Residents"
        );
    }

    #[test]
    fn sentences_begin_and_end() {
        assert_eq!(sentence("hidden: few"), "Hidden: few.");
        assert_eq!(sentence(""), ".");
        assert_eq!(sentence("École?"), "École?");
    }
}
