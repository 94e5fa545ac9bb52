//! Finds which column of a file holds which field.
//!
//! What study.toml says comes first, then the field's own name, then other headers that are known to hold it. Whatever is not the
//! same letter for letter is said, so that a wrong guess can be seen. Of two headers that fit, the one that fits better is read and both
//! are named; two that fit equally well are never decided between, unless the first rows hold the same under both.

use std::collections::BTreeMap;

use super::cells::Cells;
use super::source::{Said, Trouble};
use super::{Column, TableFile};
use crate::study_file::nearest;

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

/// The columns that were found, and what is worth saying about them.
#[derive(Debug, Default)]
pub(crate) struct FoundColumns {
    pub(crate) places: Vec<(&'static str, usize)>,
    pub(crate) said: Vec<Said>,
}

/// Writes a header without what does not count: case, spaces, punctuation.
pub(crate) fn loosely(header: &str) -> String {
    let letters = header.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Proposes a header for every field that has a likely one, the best first for each field.
pub(crate) fn propose(headers: &[String], columns: &[Column]) -> Vec<Proposal> {
    let headers = Headers::new(headers, &[]);
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
pub(super) struct Headers<'a> {
    written: &'a [String],
    loose: Vec<String>,
    /// The first rows below them.
    sample: &'a [Cells<'a>],
}

impl<'a> Headers<'a> {
    pub(super) fn new(written: &'a [String], sample: &'a [Cells<'a>]) -> Self {
        let loose = written.iter().map(|header| loosely(header)).collect();
        Self {
            written,
            loose,
            sample,
        }
    }

    /// Says whether two columns hold the same in the first rows, but for case, spaces and punctuation.
    fn hold_the_same(&self, one: usize, other: usize) -> bool {
        let text = |row: &Cells<'_>, place| row.get(place).map(loosely);
        let filled = |row: &&Cells<'_>| row.get(one).is_some();
        self.sample.iter().any(|row| filled(&row))
            && self
                .sample
                .iter()
                .all(|row| text(row, one) == text(row, other))
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

/// Counts the required and the other fields that a row would name if it were the header.
pub(crate) fn fit(
    headers: &[String],
    columns: &[Column],
    mapping: &BTreeMap<String, String>,
) -> (usize, usize) {
    let headers = Headers::new(headers, &[]);
    let named = |column: &Column| match mapping.get(column.name) {
        Some(header) => {
            !headers.exactly(header).is_empty()
                || !headers.loosely(header).is_empty()
                || !headers.cut(header).is_empty()
        }
        None => [Why::Exact, Why::Loose, Why::Synonym]
            .into_iter()
            .any(|why| !headers.that_fit(column, why).is_empty()),
    };
    let needed = |column: &&Column| column.required || mapping.contains_key(column.name);
    let (required, others): (Vec<&Column>, Vec<&Column>) = columns.iter().partition(needed);
    let count = |columns: Vec<&Column>| columns.into_iter().filter(|column| named(column)).count();
    (count(required), count(others))
}

/// Finds the columns of all fields, or says why the table is of no use.
pub(super) fn find(
    headers: Headers<'_>,
    columns: &[Column],
    table: &TableFile<'_>,
) -> Result<FoundColumns, Trouble> {
    let mapping = &table.mapping;
    check_mapping(columns, mapping)?;
    let mut search = Search {
        headers,
        columns,
        personal: table.personal,
        of_study: table.of_study,
        found: FoundColumns::default(),
        settled: Vec::new(),
    };
    for column in columns
        .iter()
        .filter(|column| mapping.contains_key(column.name))
    {
        search.mapped(column, &mapping[column.name])?;
    }
    let mapped = search.found.places.len();
    for why in [Why::Exact, Why::Loose, Why::Synonym] {
        for column in columns {
            if !search.settled.contains(&column.name) {
                search.unmapped(column, why)?;
            }
        }
    }
    for column in columns.iter().filter(|column| column.required) {
        if !search.settled.contains(&column.name) {
            return Err(search.missing(column, column.name));
        }
    }
    search.say_rivals(mapped);
    search.say_duplicates();
    Ok(search.found)
}

fn check_mapping(columns: &[Column], mapping: &BTreeMap<String, String>) -> Result<(), Trouble> {
    let names = || columns.iter().map(|column| column.name);
    for field in mapping.keys() {
        if !names().any(|name| name == field) {
            let hint = nearest(field, names())
                .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            let names: Vec<&str> = names().collect();
            return Err(Trouble::new(
                format!("study.toml maps a field `{field}` that this table does not have"),
                format!("{hint}its fields are {}", names.join(", ")),
            ));
        }
    }
    Ok(())
}

struct Search<'a> {
    headers: Headers<'a>,
    columns: &'a [Column],
    personal: bool,
    of_study: bool,
    found: FoundColumns,
    /// Fields that were found, or left out for good.
    settled: Vec<&'static str>,
}

impl Search<'_> {
    /// Chooses what to do about a header: in study.toml, or in the file where no study.toml names it.
    fn either(&self, in_study: &'static str, in_file: &'static str) -> &'static str {
        if self.of_study { in_study } else { in_file }
    }

    fn is_taken(&self, place: usize) -> bool {
        self.found.places.iter().any(|(_, taken)| *taken == place)
    }

    fn take(&mut self, column: &Column, place: usize) {
        self.found.places.push((column.name, place));
        self.settled.push(column.name);
    }

    /// Finds the header that study.toml names for a field.
    fn mapped(&mut self, column: &Column, header: &str) -> Result<(), Trouble> {
        let exact = self.headers.exactly(header);
        let (fits, loose) = if exact.is_empty() {
            let loose = self.headers.loosely(header);
            let cut = || self.headers.cut(header);
            (if loose.is_empty() { cut() } else { loose }, true)
        } else {
            (exact, false)
        };
        match fits.as_slice() {
            [] => Err(self.missing(column, header)),
            [place] => {
                if loose {
                    let found = &self.headers.written[*place];
                    self.found.said.push((
                        format!(
                            "has no column `{header}`; its column `{found}` is read as {}",
                            column.name
                        ),
                        "write it in study.toml as it stands in the file",
                    ));
                }
                self.take(column, *place);
                Ok(())
            }
            places => Err(self.ambiguous(column, header, places)),
        }
    }

    /// Looks for a field that study.toml does not map, in one manner.
    fn unmapped(&mut self, column: &Column, why: Why) -> Result<(), Trouble> {
        let mut fits: Vec<usize> = Vec::new();
        for place in self.headers.that_fit(column, why) {
            if !self.is_taken(place) && !fits.contains(&place) {
                fits.push(place);
            }
        }
        // Several names of one thing, as in `pcd`, `pcd2`, `pcds`: the likeliest is as good as any.
        if let [first, others @ ..] = fits.as_slice()
            && why == Why::Synonym
            && others
                .iter()
                .all(|other| self.headers.hold_the_same(*first, *other))
        {
            fits.truncate(1);
        }
        match fits.as_slice() {
            [] => {}
            [place] => {
                if why > Why::Exact {
                    let header = &self.headers.written[*place];
                    self.found.said.push((
                        format!("has its column `{header}` read as {}", column.name),
                        self.either(
                            "write it under columns in study.toml if that is wrong",
                            "call it otherwise in the file if that is wrong",
                        ),
                    ));
                }
                self.take(column, *place);
            }
            places if column.required => return Err(self.undecided(column, places)),
            places => {
                let message = format!(
                    "has {} columns that could be {}, so none of them is read: {}",
                    places.len(),
                    column.name,
                    self.named(places)
                );
                let hint = self.either(
                    "name the right one under columns in study.toml",
                    "call all but the right one otherwise in the file",
                );
                self.found.said.push((message, hint));
                self.settled.push(column.name);
            }
        }
        Ok(())
    }

    /// Names columns by their headers, all of which are known to hold a field: none of them is a person.
    fn named(&self, places: &[usize]) -> String {
        let name = |place: &usize| format!("`{}`", short(&self.headers.written[*place]));
        let names: Vec<String> = places.iter().map(name).collect();
        names.join(" and ")
    }

    /// Says that several columns could be one that must be there.
    fn undecided(&self, column: &Column, places: &[usize]) -> Trouble {
        let same = |pair: &[usize]| self.headers.written[pair[0]] == self.headers.written[pair[1]];
        if places.windows(2).all(same) {
            return self.ambiguous(column, &self.headers.written[places[0]], places);
        }
        let named = self.named(places);
        let name = column.name;
        let hint = if self.of_study {
            let header = short(&self.headers.written[places[0]]);
            format!("name the right one in study.toml, as in columns = {{ {name} = \"{header}\" }}")
        } else {
            format!("call the right one {name} in the file, and the others otherwise")
        };
        Trouble::new(
            format!(
                "has {} columns that could be {name}, and only one of them can be: {named}",
                places.len()
            ),
            hint,
        )
    }

    /// Says that one header stands over several columns, of which one must be there.
    fn ambiguous(&self, column: &Column, header: &str, places: &[usize]) -> Trouble {
        let places: Vec<String> = places.iter().map(|place| letters(*place)).collect();
        Trouble::new(
            format!(
                "has {} columns `{header}`, in {}, and only one of them can be {}",
                places.len(),
                places.join(" and "),
                column.name
            ),
            self.either(
                "rename all but one in the file, or name another in study.toml",
                "rename all but one in the file",
            ),
        )
    }

    /// Says of each field that study.toml does not map which other columns could have been it. The first `mapped` were mapped.
    fn say_rivals(&mut self, mapped: usize) {
        for (field, place) in &self.found.places[mapped..] {
            let Some(column) = self.columns.iter().find(|column| column.name == *field) else {
                continue;
            };
            let mut both = vec![*place];
            for why in [Why::Exact, Why::Loose, Why::Synonym] {
                for other in self.headers.that_fit(column, why) {
                    if !self.is_taken(other) && !both.contains(&other) {
                        both.push(other);
                    }
                }
            }
            if both.len() > 1 {
                let message = format!(
                    "has columns {} that could all be {field}; {} is read",
                    self.named(&both),
                    self.named(&both[..1])
                );
                let hint = self.either(
                    "name another under columns in study.toml if that is wrong",
                    "call the others otherwise in the file if that is wrong",
                );
                self.found.said.push((message, hint));
            }
        }
    }

    /// Says whether the row taken for a header is one: a table about people may stand where another belongs, and then it is a person.
    fn look_like_headers(&self) -> bool {
        let is_value = |header: &String| {
            let digits = header.bytes().filter(u8::is_ascii_digit).count();
            digits > 4
                || crate::text::postcode(header).is_some()
                || crate::text::date(header).ok().is_some()
        };
        let headers = self.headers.written;
        let known = |header: &String| {
            self.columns.iter().any(|column| {
                let mut names = std::iter::once(&column.name).chain(column.also);
                names.any(|name| header.trim().eq_ignore_ascii_case(name))
            })
        };
        !headers.iter().any(is_value) && headers.iter().any(known)
    }

    fn missing(&self, column: &Column, header: &str) -> Trouble {
        let others: Vec<&str> = self
            .columns
            .iter()
            .map(|other| other.name)
            .filter(|name| *name != column.name)
            .collect();
        let there = what_there_is(
            self.headers.written,
            header,
            &others,
            self.personal || !self.look_like_headers(),
        );
        let name = column.name;
        let hint = if self.of_study {
            format!(
                "{there}; if it is called otherwise, name it in study.toml, as in columns = {{ {name} = \"...\" }}"
            )
        } else {
            format!("{there}; call the column that holds it {name} in the file")
        };
        Trouble::new(format!("has no column `{header}`"), hint)
    }

    /// Says that headers stand more than once, where that could matter: none of them is a field of ours.
    fn say_duplicates(&mut self) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for header in self
            .headers
            .written
            .iter()
            .filter(|header| !header.is_empty())
        {
            *seen.entry(header).or_default() += 1;
        }
        let twice: Vec<&str> = seen
            .into_iter()
            .filter_map(|(header, count)| (count > 1).then_some(header))
            .collect();
        if twice.is_empty() {
            return;
        }
        let which = if self.personal {
            String::new()
        } else {
            let shown: Vec<String> = twice.iter().take(10).map(|header| short(header)).collect();
            format!(": {}", shown.join(", "))
        };
        self.found.said.push((
            format!(
                "has {} headers that stand more than once{which}",
                twice.len()
            ),
            "no column is read under such a header",
        ));
    }
}

/// Names a column as a spreadsheet does: A, B, ..., Z, AA.
pub(crate) fn letters(place: usize) -> String {
    let mut name = Vec::new();
    let mut left = place + 1;
    while left > 0 {
        left -= 1;
        name.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    name.iter().rev().collect()
}

fn short(header: &str) -> String {
    let letters = header.chars().take(60);
    letters
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// Says which columns a file has. Where the first row may be a person, only their number is said.
fn what_there_is(headers: &[String], wanted: &str, others: &[&str], silent: bool) -> String {
    if silent {
        return format!(
            "its first row, which names the columns, has {} cells",
            headers.len()
        );
    }
    // A header that is the name of another field is not what was meant.
    let free = headers
        .iter()
        .map(String::as_str)
        .filter(|header| !others.contains(header));
    let near =
        nearest(wanted, free).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    let shown: Vec<String> = headers
        .iter()
        .take(40)
        .map(|header| short(header))
        .collect();
    format!("{near}the file has {}", shown.join(", "))
}

/// Finds the columns that fit a header best, for tables whose columns are not fields of ours.
pub(super) fn places_of(headers: &[String], header: &str) -> Vec<usize> {
    let headers = Headers::new(headers, &[]);
    let exact = headers.exactly(header);
    if exact.is_empty() {
        headers.loosely(header)
    } else {
        exact
    }
}
