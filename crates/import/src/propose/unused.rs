//! Which columns of a table a section leaves unused, so that a person can see what was passed over.
//!
//! Of a table about people only their number is said: a header that nobody knows may be anything.

use super::evidence::{is_day, is_postcode};
use super::write::quoted;
use super::{Draft, Section};

/// How many headers are written; of more only the number.
const MOST_NAMED: usize = 20;

/// The columns that a section does not use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Unused {
    /// Their headers, of a table that is not about people.
    named: Vec<String>,
    /// How many more there are.
    more: usize,
    about_people: bool,
}

impl Unused {
    /// Finds the headers that no line of a draft has.
    pub(super) fn of(headers: &[String], draft: &Draft) -> Self {
        let lines = || draft.lines.iter().chain(&draft.columns);
        let about_people = matches!(draft.section, Section::ServiceUsers | Section::Attendances);
        let mut unused = Self {
            about_people,
            ..Self::default()
        };
        for (place, header) in headers.iter().enumerate() {
            let header = header.trim();
            let value = quoted(header);
            let is_used = draft.covers.contains(&place)
                || lines().any(|line| line.value == value || line.value == quoted(&headers[place]));
            if header.is_empty() || is_used {
                continue;
            }
            if about_people || is_like_a_value(header) || unused.named.len() >= MOST_NAMED {
                unused.more += 1;
            } else {
                unused.named.push(value);
            }
        }
        unused
    }

    /// Says which they are; nothing where there is none.
    pub(super) fn words(&self) -> Option<String> {
        let all = self.named.len() + self.more;
        let columns = if all == 1 { "column is" } else { "columns are" };
        match (all, self.about_people) {
            (0, _) => None,
            (_, true) => Some(format!(
                "{all} {columns} not used; of a table about people other headers are not written here."
            )),
            (_, false) => {
                let mut names = self.named.clone();
                if self.more > 0 {
                    names.push(format!("{} more", self.more));
                }
                Some(format!("{all} {columns} not used: {}.", names.join(", ")))
            }
        }
    }
}

/// Says whether a header looks like a value: then it may be a row that was taken for a header.
fn is_like_a_value(header: &str) -> bool {
    let digits = header.bytes().filter(u8::is_ascii_digit).count();
    digits > 4 || is_postcode(header) || is_day(header) || header.contains('@')
}

#[cfg(test)]
mod tests {
    use super::super::{Draft, Line, Section};
    use super::Unused;

    fn of(section: Section, headers: &[&str]) -> Option<String> {
        let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
        let mut draft = Draft::new(section, "");
        draft.columns.push(Line::new("service_id", "Ref", ""));
        draft.covers = vec![1];
        Unused::of(&headers, &draft).words()
    }

    #[test]
    fn headers_that_are_left_are_named_but_of_people_only_counted() {
        let headers = ["Ref", "covered", "Notes", "", "Say \"so\"", "NP20 4AA"];
        assert_eq!(
            of(Section::Providers, &headers).as_deref(),
            Some("3 columns are not used: \"Notes\", \"Say \\\"so\\\"\", 1 more.")
        );
        let people = of(Section::ServiceUsers, &headers).unwrap();
        assert!(people.starts_with("3 columns are not used"), "{people}");
        assert!(!people.contains("Notes"), "{people}");
        assert_eq!(of(Section::Sessions, &["Ref", "covered"]), None);
        let many: Vec<String> = (0..30).map(|place| format!("column {place}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let said = of(Section::Sessions, &many).unwrap();
        assert!(
            said.starts_with("29 columns") && said.ends_with("\"column 20\", 9 more."),
            "{said}"
        );
    }
}
