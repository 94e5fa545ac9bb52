//! Words for people: numbers with commas, runs of rows, and texts from files made harmless.

use std::fmt;

use catchment_core::issue::Severity;

/// Writes a text from a file so that it can do nothing to a terminal or a page: control characters and marks that turn the
/// direction of what follows become the sign for an unknown character. Letters of scripts that run from right to left stay.
pub(crate) fn harmless(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\t' | '\n' | '\r' => ' ',
            letter if is_harmful(letter) => '\u{fffd}',
            letter => letter,
        })
        .collect()
}

fn is_harmful(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{061c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// A text as it can stand in HTML, in attributes too.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in harmless(self.0).chars() {
            match letter {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\'' => out.write_str("&#39;")?,
                _ => fmt::Write::write_char(out, letter)?,
            }
        }
        Ok(())
    }
}

/// Writes a count with commas: `12,345`.
pub(crate) fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Writes a count and what it counts: `1 row`, `12,345 rows`.
pub(crate) fn so_many(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { many })
}

/// Joins parts as a sentence does: `a, b and c`.
pub(crate) fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Writes rows in order, each once, and runs of three or more as such: `2, 5, 9 to 14`.
pub(crate) fn runs(rows: &[u64]) -> String {
    let mut sorted = rows.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut parts: Vec<String> = Vec::new();
    for run in sorted.chunk_by(|a, b| a.saturating_add(1) == *b) {
        match run {
            [first, _, .., last] => parts.push(format!("{first} to {last}")),
            few => parts.extend(few.iter().map(u64::to_string)),
        }
    }
    parts.join(", ")
}

/// Says what a severity means, in one sentence.
pub(crate) fn meaning(severity: Severity) -> &'static str {
    match severity {
        Severity::FileUnusable => {
            "The file was left out. No study can be built until it is mended."
        }
        Severity::RowRejected => "The row was left out.",
        Severity::Repaired => "The row was kept, with something changed, worked out or left empty.",
        Severity::Note => "Worth knowing. Nothing was changed and nothing was lost.",
    }
}

/// Names a severity at the beginning of a cell or a line.
pub(crate) fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::FileUnusable => "File unusable",
        Severity::RowRejected => "Row rejected",
        Severity::Repaired => "Repaired",
        Severity::Note => "Note",
    }
}

#[cfg(test)]
mod tests {
    use super::{Escaped, harmless, listed, number, runs, so_many};

    #[test]
    fn hostile_texts_become_harmless_and_honest_ones_stay() {
        assert_eq!(
            harmless("a\u{1b}[2Jb\u{202e}c\u{0}"),
            "a\u{fffd}[2Jb\u{fffd}c\u{fffd}"
        );
        assert_eq!(harmless("קפה · Tŷ Gwyn — £9"), "קפה · Tŷ Gwyn — £9");
        assert_eq!(
            Escaped("<script>'&\"").to_string(),
            "&lt;script&gt;&#39;&amp;&quot;"
        );
    }

    #[test]
    fn counts_and_rows_read_as_people_write_them() {
        assert_eq!(number(0), "0");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(so_many(1, "row", "rows"), "1 row");
        assert_eq!(runs(&[9, 2, 3, 12, 10, 11, 9]), "2, 3, 9 to 12");
        assert_eq!(runs(&[]), "");
        assert_eq!(listed(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
