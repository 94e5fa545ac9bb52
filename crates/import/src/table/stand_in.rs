//! Stands in for the table reader's own `propose`, `preview` and `sheets` until that is merged; then this file goes.

use std::path::Path;

use super::Column;

pub(crate) struct SheetInfo {
    pub(crate) name: String,
    pub(crate) has_data: bool,
}

pub(crate) struct Preview {
    pub(crate) rows: Vec<(u64, Vec<String>)>,
    pub(crate) header: usize,
}

pub(crate) fn sheets(_path: &Path) -> Result<Vec<SheetInfo>, String> {
    Err("is a workbook".to_owned())
}

pub(crate) fn preview(path: &Path, _sheet: Option<&str>, rows: usize) -> Result<Preview, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_path(path)
        .map_err(|error| error.to_string())?;
    let mut top = Vec::new();
    for (number, row) in (1..).zip(reader.records().take(rows)) {
        let row = row.map_err(|_| "is not a table".to_owned())?;
        top.push((
            number,
            row.iter()
                .map(|cell| cell.trim().to_owned())
                .collect::<Vec<_>>(),
        ));
    }
    let words = |cells: &[String]| {
        cells
            .iter()
            .filter(|cell| cell.contains(char::is_alphabetic))
            .count()
    };
    let most = top.iter().map(|(_, cells)| words(cells)).max();
    let header = top.iter().position(|(_, cells)| Some(words(cells)) == most);
    Ok(Preview {
        rows: top,
        header: header.unwrap_or(0),
    })
}

/// Why a header was taken for a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Why {
    /// It is the field's name, or the header that study.toml names.
    Exact,
    /// So it is but for case, spaces and punctuation.
    Loose,
    /// It is another header that is known to hold the field.
    Synonym,
    /// It looks like one of them. Only ever proposed, never used.
    Likeness,
}

/// A header that probably holds a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) field: &'static str,
    /// The place of the column, counted from 0.
    pub(crate) place: usize,
    /// The header as it stands in the file.
    pub(crate) header: String,
    pub(crate) why: Why,
    /// A line of reason for people.
    pub(crate) reason: String,
}

/// How alike a header and a field must be to be proposed, from 0 to 1.
const ALIKE: f64 = 0.88;

/// A header that study.toml names may be cut off in the file after this many letters.
const CUT: usize = 20;

/// Writes a header without what does not count: case, spaces, punctuation.
pub(crate) fn loosely(header: &str) -> String {
    let letters = header.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Proposes a header for every field that has a likely one, the best first for each field.
pub(crate) fn propose(headers: &[String], columns: &[Column]) -> Vec<Proposal> {
    let headers = Headers::new(headers);
    let mut taken = vec![false; headers.written.len()];
    let mut proposals: Vec<Proposal> = Vec::new();
    for why in [Why::Exact, Why::Loose, Why::Synonym, Why::Likeness] {
        for column in columns {
            if proposals.iter().any(|made| made.field == column.name) {
                continue;
            }
            let free: Vec<usize> = headers.that_fit(column, why);
            let Some(place) = free.into_iter().find(|place| !taken[*place]) else {
                continue;
            };
            taken[place] = true;
            let header = headers.written[place].clone();
            let reason = match why {
                Why::Exact => format!("the column is called {header}"),
                Why::Loose => format!(
                    "`{header}` is {} but for case, spaces and punctuation",
                    column.name
                ),
                Why::Synonym => format!("`{header}` is a usual name for {}", column.name),
                Why::Likeness => format!("`{header}` looks like {}; check it", column.name),
            };
            proposals.push(Proposal {
                field: column.name,
                place,
                header,
                why,
                reason,
            });
        }
    }
    let order = |field: &str| columns.iter().position(|column| column.name == field);
    proposals.sort_by_key(|proposal| order(proposal.field));
    proposals
}

/// The headers of a file, and how they are compared.
struct Headers<'a> {
    written: &'a [String],
    loose: Vec<String>,
}

impl<'a> Headers<'a> {
    fn new(written: &'a [String]) -> Self {
        let loose = written.iter().map(|header| loosely(header)).collect();
        Self { written, loose }
    }

    fn places(&self, fits: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.written.len())
            .filter(|place| fits(*place))
            .collect()
    }

    /// Places of the headers that are a text letter for letter, or else all but capitals.
    fn exactly(&self, header: &str) -> Vec<usize> {
        let same = self.places(|place| self.written[place] == header);
        if same.is_empty() {
            self.places(|place| self.written[place].eq_ignore_ascii_case(header.trim()))
        } else {
            same
        }
    }

    fn loosely(&self, header: &str) -> Vec<usize> {
        let wanted = loosely(header);
        self.places(|place| !wanted.is_empty() && self.loose[place] == wanted)
    }

    /// Places of the headers that begin as a text does and end early, as long headers do in some workbooks.
    fn cut(&self, header: &str) -> Vec<usize> {
        let wanted = loosely(header);
        self.places(|place| {
            let found = &self.loose[place];
            let (short, long) = if found.len() < wanted.len() {
                (found, &wanted)
            } else {
                (&wanted, found)
            };
            short.chars().count() >= CUT && long.starts_with(short.as_str())
        })
    }

    fn that_fit(&self, column: &Column, why: Why) -> Vec<usize> {
        match why {
            Why::Exact => self.exactly(column.name),
            Why::Loose => self.loosely(column.name),
            Why::Synonym => column
                .also
                .iter()
                .flat_map(|word| self.loosely(word))
                .collect(),
            Why::Likeness => {
                let words = || {
                    column
                        .also
                        .iter()
                        .copied()
                        .chain([column.name])
                        .map(loosely)
                };
                let likeness = |place: usize| {
                    words()
                        .map(|word| strsim::jaro_winkler(&word, &self.loose[place]))
                        .fold(0.0, f64::max)
                };
                let mut alike: Vec<(f64, usize)> = (0..self.written.len())
                    .map(|place| (likeness(place), place))
                    .filter(|(likeness, _)| *likeness >= ALIKE)
                    .collect();
                alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                alike.into_iter().map(|(_, place)| place).collect()
            }
        }
    }
}
