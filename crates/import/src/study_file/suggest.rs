//! Finds the word that an unknown one was probably meant to be.
//!
//! It only compares letters: whether a word may be suggested at all is for the caller to know.

/// Adds "did you mean" to the message of an unknown field.
pub(super) fn with_suggestion(message: &str) -> String {
    let mut words = message.split('`').skip(1).step_by(2);
    let (Some(unknown), true) = (words.next(), message.contains("unknown field")) else {
        return message.trim_end().to_owned();
    };
    let nearest = nearest(unknown, words);
    nearest.map_or_else(
        || message.trim_end().to_owned(),
        |field| format!("{}\ndid you mean `{field}`?", message.trim_end()),
    )
}

/// Finds the known word that an unknown one was probably meant to be.
pub(crate) fn nearest<'a>(unknown: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = unknown.to_lowercase();
    known
        .map(|word| (strsim::jaro_winkler(&folded, &word.to_lowercase()), word))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, word)| word)
}
