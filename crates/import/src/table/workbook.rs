//! Workbooks (`.xlsx`): finds the sheet, and walks its rows as a stream, twice: once for what is merged and hidden, once for cells.
//!
//! Every count and every length is checked while a part is unpacked, never by what its header says of itself: the readers of
//! workbooks that were looked at set aside memory for as many texts as a file claims to hold. It computes no formula. A formula that
//! was never computed has no value, and no value is not 0.

use std::io::Read as _;

use super::look::SheetInfo;
use super::source::{Input, Said, Trouble, Visit};

mod cells;
mod numbers;
mod package;
mod parts;
mod sheet;

use package::Package;
use parts::{Book, SheetEntry};
use sheet::Survey;

/// The mark at the start of every zipped file.
const ZIPPED: &[u8] = b"PK\x03\x04";

/// The mark at the start of the container of older workbooks and of workbooks with a password.
const CONTAINER: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// How much of a container is looked through for the mark of a password, in bytes.
const LOOKED_THROUGH: u64 = 1 << 20;

/// A workbook whose sheet is known.
pub(crate) struct Workbook {
    input: Input,
    book: Book,
    sheet: SheetEntry,
    survey: Survey,
    pub(crate) said: Vec<Said>,
}

impl Workbook {
    /// Opens a workbook and finds the sheet: the one that is named, or else the only one that holds anything.
    pub(crate) fn open(input: Input, sheet: Option<&str>, of_study: bool) -> Result<Self, Trouble> {
        let mut package = Package::open(&input)?;
        let book = Book::read(&mut package)?;
        let known = described(&mut package, &book)?;
        let (place, mut said) = choose(&known, sheet, of_study)?;
        let sheet = book.sheets[place].clone();
        let survey = Survey::read(&mut package, &sheet.part)?;
        said.extend(survey.said());
        if book.from_1904 {
            said.push((
                "counts days from 1904, as old Macintosh workbooks do".to_owned(),
                "dates are read so; a bare number in a column of dates would be four years off",
            ));
        }
        Ok(Self {
            input,
            book,
            sheet,
            survey,
            said,
        })
    }

    /// Hands every row that holds a cell to `visit` until it breaks off.
    pub(crate) fn walk(
        &self,
        filled_from: u64,
        visit: &mut Visit<'_>,
    ) -> Result<Vec<Said>, Trouble> {
        let mut package = Package::open(&self.input)?;
        let part = &self.sheet.part;
        cells::walk(
            &mut package,
            &self.book,
            part,
            &self.survey,
            filled_from,
            visit,
        )
    }
}

/// Says by its first bytes whether a file is a workbook that can be read; refuses the older kinds as what they are.
pub(crate) fn is_workbook(input: &Input) -> Result<bool, Trouble> {
    let mut start = Vec::new();
    let mut opened = input.open()?;
    (&mut opened)
        .take(CONTAINER.len() as u64)
        .read_to_end(&mut start)?;
    if start == CONTAINER {
        (&mut opened).take(LOOKED_THROUGH).read_to_end(&mut start)?;
        let mark: Vec<u8> = "EncryptedPackage"
            .bytes()
            .flat_map(|letter| [letter, 0])
            .collect();
        return Err(if start.windows(mark.len()).any(|bytes| bytes == mark) {
            Trouble::new(
                "is a workbook with a password",
                "save it without a password in a place that only you can read",
            )
        } else {
            package::of_another_kind("an Excel workbook of the kind before 2007 (.xls)")
        });
    }
    Ok(start.starts_with(ZIPPED))
}

/// Returns the sheets of a workbook; none for a text table.
pub(crate) fn sheets(input: &Input) -> Result<Vec<SheetInfo>, Trouble> {
    if !is_workbook(input)? {
        return Ok(Vec::new());
    }
    let mut package = Package::open(input)?;
    let book = Book::read(&mut package)?;
    described(&mut package, &book)
}

fn described(package: &mut Package, book: &Book) -> Result<Vec<SheetInfo>, Trouble> {
    let describe = |sheet: &SheetEntry| {
        Ok(SheetInfo {
            name: sheet.name.clone(),
            hidden: sheet.hidden,
            has_data: sheet::has_data(package, &sheet.part)?,
        })
    };
    book.sheets.iter().map(describe).collect()
}

/// Chooses the sheet that is named, or else the only one that holds anything, and says what is worth saying about the choice.
fn choose(
    sheets: &[SheetInfo],
    wanted: Option<&str>,
    of_study: bool,
) -> Result<(usize, Vec<Said>), Trouble> {
    let mut said: Vec<Said> = Vec::new();
    let place = match wanted {
        Some(name) => named(sheets, name, &mut said)?,
        None => only(sheets, of_study)?,
    };
    if sheets[place].hidden {
        said.push((
            format!(
                "has its sheet \"{}\" hidden; it is read",
                sheets[place].name
            ),
            "",
        ));
    }
    for (at, sheet) in sheets.iter().enumerate() {
        if at != place && sheet.hidden && sheet.has_data {
            said.push((
                format!(
                    "has a hidden sheet \"{}\", which is not read here",
                    sheet.name
                ),
                "name it as the layer of a section if it is data too",
            ));
        }
    }
    Ok((place, said))
}

fn named(sheets: &[SheetInfo], name: &str, said: &mut Vec<Said>) -> Result<usize, Trouble> {
    if let Some(place) = sheets.iter().position(|sheet| sheet.name == name) {
        return Ok(place);
    }
    let wanted = super::columns::loosely(name);
    let alike: Vec<usize> = (0..sheets.len())
        .filter(|at| super::columns::loosely(&sheets[*at].name) == wanted)
        .collect();
    if let [place] = alike.as_slice() {
        said.push((
            format!(
                "has no sheet \"{name}\"; its sheet \"{}\" is read",
                sheets[*place].name
            ),
            "write its name in study.toml as it stands in the workbook",
        ));
        return Ok(*place);
    }
    Err(Trouble::new(
        format!("has no sheet \"{name}\""),
        format!("its sheets are {}", listed(sheets)),
    ))
}

fn only(sheets: &[SheetInfo], of_study: bool) -> Result<usize, Trouble> {
    let full: Vec<usize> = (0..sheets.len())
        .filter(|at| sheets[*at].has_data)
        .collect();
    match full.as_slice() {
        [place] => Ok(*place),
        [] => Err(Trouble::new(
            "is a workbook without a single filled cell",
            "check that it was saved whole",
        )),
        _ => Err(Trouble::new(
            format!(
                "has {} sheets with data in them: {}",
                full.len(),
                listed(sheets)
            ),
            if of_study {
                "name one of them with layer = \"...\" in its section of study.toml"
            } else {
                "save the right one as a file of its own"
            },
        )),
    }
}

fn listed(sheets: &[SheetInfo]) -> String {
    let name = |sheet: &SheetInfo| {
        let name: String = sheet.name.chars().take(40).collect();
        match (sheet.hidden, sheet.has_data) {
            (_, false) => format!("\"{name}\" (empty)"),
            (true, true) => format!("\"{name}\" (hidden)"),
            (false, true) => format!("\"{name}\""),
        }
    };
    let names: Vec<String> = sheets.iter().take(30).map(name).collect();
    names.join(", ")
}
