//! Tells whether two messages say the same of different values, and says both at once.
//!
//! It looks at texts alone and knows nothing of what a message is about.

use std::borrow::Cow;

use catchment_core::issue::Issue;

use super::words::listed;

/// How many values a line quotes.
const MOST_QUOTED: usize = 3;

/// Returns what an issue says of a row without what is quoted and without numbers. What is said of a file as a whole stays as it is:
/// there the numbers are what it says.
pub(crate) fn shape(issue: &Issue) -> Cow<'_, str> {
    let message = issue.message.as_str();
    let varies = |letter: char| letter == '"' || letter.is_ascii_digit();
    if issue.row.is_none() || !message.contains(varies) {
        return Cow::Borrowed(message);
    }
    let mut out = String::with_capacity(message.len());
    for (place, part) in message.split('"').enumerate() {
        if place % 2 == 1 {
            out.push_str("\"\"");
        } else {
            without_numbers(part, &mut out);
        }
    }
    Cow::Owned(out)
}

/// Writes a text with every number, commas and points within it, as one sign.
fn without_numbers(text: &str, out: &mut String) {
    let mut letters = text.chars().peekable();
    let mut in_number = false;
    while let Some(letter) = letters.next() {
        let within = matches!(letter, ',' | '.')
            && in_number
            && letters.peek().is_some_and(char::is_ascii_digit);
        if letter.is_ascii_digit() || within {
            if !in_number {
                out.push('#');
            }
            in_number = true;
        } else {
            in_number = false;
            out.push(letter);
        }
    }
}

/// Says several messages of one shape at once: with the first few values where they differ in one, else as the first says it.
pub(crate) fn in_one(first: &str, others: &[&str]) -> String {
    if others.is_empty() {
        return first.to_owned();
    }
    let parts =
        |message: &'_ str| -> Vec<String> { message.split('"').map(str::to_owned).collect() };
    let all: Vec<Vec<String>> = std::iter::once(first)
        .chain(others.iter().copied())
        .map(parts)
        .collect();
    let varying: Vec<usize> = (0..all[0].len())
        .filter(|place| {
            all.iter()
                .any(|other| other.get(*place) != all[0].get(*place))
        })
        .collect();
    let [place] = varying.as_slice() else {
        return format!("{first}, and the like");
    };
    if place % 2 == 0 {
        return format!("{first}, and the like");
    }
    let values = all.iter().filter_map(|message| message.get(*place));
    let mut values: Vec<String> = values.map(|value| format!("\"{value}\"")).collect();
    if values.len() > MOST_QUOTED {
        values.truncate(MOST_QUOTED);
        values.push("others".to_owned());
    }
    let before = all[0][..*place].join("\"");
    let after = all[0][place + 1..].join("\"");
    format!("{before}{}{after}", listed(&values))
}
