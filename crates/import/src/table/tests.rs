//! Tables as councils lay them out, one test a behaviour.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use catchment_core::issue::{Issue, Severity};

use super::{Column, Input, Reader, TableFile, optional, required};
use crate::report::FileCounts;
use crate::text;

mod csv;
mod damaged;
mod doubts;
mod measure;
mod quotes;
mod workbooks;

const COLUMNS: &[Column] = &[
    required("service_id").or(&["Service Ref", "ref"]),
    optional("name"),
    optional("places"),
    optional("opened").of_days(),
    optional("rate"),
];

/// What was read of a table: a line a row, the counts, and what was said.
#[derive(Debug)]
struct Seen {
    rows: Vec<String>,
    counts: FileCounts,
    issues: Vec<Issue>,
}

impl Seen {
    fn notes(&self) -> String {
        self.of(Severity::Note)
    }

    fn of(&self, severity: Severity) -> String {
        let mut text = String::new();
        for issue in self
            .issues
            .iter()
            .filter(|issue| issue.severity == severity)
        {
            writeln!(text, "{issue}").unwrap();
        }
        text
    }

    fn counts(&self) -> (u64, u64, u64, u64) {
        let counts = &self.counts;
        assert_eq!(
            counts.rows,
            counts.accepted + counts.repaired + counts.rejected
        );
        (
            counts.rows,
            counts.accepted,
            counts.repaired,
            counts.rejected,
        )
    }
}

/// How a table is opened.
#[derive(Default)]
struct With<'a> {
    mapping: &'a [(&'a str, &'a str)],
    sheet: Option<&'a str>,
    personal: bool,
    /// Whether no study.toml names it.
    on_its_own: bool,
}

impl With<'_> {
    fn read(&self, bytes: impl AsRef<[u8]>, columns: &[Column]) -> Result<Seen, String> {
        let mapping = self.mapping.iter();
        let table = TableFile {
            folder: std::path::Path::new(""),
            file: "t",
            sheet: self.sheet,
            mapping: mapping
                .map(|(field, header)| ((*field).to_owned(), (*header).to_owned()))
                .collect::<BTreeMap<_, _>>(),
            personal: self.personal,
            of_study: !self.on_its_own,
        };
        let (reader, said) = Reader::of(Input::Bytes(bytes.as_ref().into()), &table, columns)
            .map_err(|trouble| format!("{}; {}", trouble.message, trouble.hint))?;
        let mut issues: Vec<Issue> = said
            .into_iter()
            .map(|said| reader.layout.note(said))
            .collect();
        let mut rows = Vec::new();
        let counts = reader.each(&mut issues, |row| {
            let id = row.needed("service_id")?;
            let places = row.maybe_as("places", text::count, "a number");
            let opened = row.maybe_as("opened", text::date, "a day");
            let rate = row.strict_as("rate", text::pounds, "pounds")?;
            let mut line = format!("{} {id}", row.number());
            if let Some(name) = row.text("name") {
                write!(line, " \"{name}\"").unwrap();
            }
            if let Some(places) = places {
                write!(line, " places={places}").unwrap();
            }
            if let Some(opened) = opened {
                write!(line, " opened={opened}").unwrap();
            }
            if let Some(rate) = rate {
                write!(line, " rate={rate}").unwrap();
            }
            rows.push(line);
            Some(())
        });
        Ok(Seen {
            rows,
            counts,
            issues,
        })
    }
}

fn read(bytes: impl AsRef<[u8]>) -> Seen {
    With::default().read(bytes, COLUMNS).unwrap()
}

#[test]
fn a_file_is_opened_by_its_name_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), "service_id\nS1\n").unwrap();
    let table = |file| TableFile {
        folder: folder.path(),
        file,
        sheet: None,
        mapping: BTreeMap::new(),
        personal: false,
        of_study: true,
    };
    let mut issues = Vec::new();
    assert!(Reader::open(&table("a.csv"), COLUMNS, &mut issues).is_ok());
    let refused = Reader::open(&table("b.csv"), COLUMNS, &mut issues)
        .err()
        .unwrap();
    assert!(refused.message.contains("cannot be opened"), "{refused}");
    assert_eq!(issues, []);
}
