//! What a workbook says beside its sheets: their names, its texts, and which number formats are dates.

use std::collections::BTreeMap;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

use super::super::source::Trouble;
use super::numbers::Format;
use super::package::{Package, damaged, of_another_kind};

/// The most bytes that the list of sheets and the styles may unpack to.
const SMALL_PART: u64 = 64 << 20;
/// The most bytes that the shared texts may unpack to, and how many of them there may be: they are held in memory.
const TEXTS_PART: u64 = 256 << 20;
const MOST_TEXTS: usize = 4 << 20;
/// The most sheets and cell styles; spreadsheets stop at 64,000 styles.
const MOST_SHEETS: usize = 4096;
const MOST_STYLES: usize = 1 << 17;

/// A sheet as the workbook lists it.
#[derive(Clone, Debug)]
pub(super) struct SheetEntry {
    pub(super) name: String,
    pub(super) hidden: bool,
    /// The part that holds its cells.
    pub(super) part: String,
}

/// What all sheets share.
pub(super) struct Book {
    pub(super) sheets: Vec<SheetEntry>,
    pub(super) from_1904: bool,
    /// Whether formulas are to be computed when it is opened: it was written by a program that computes none.
    pub(super) not_computed: bool,
    pub(super) texts: Texts,
    pub(super) formats: Vec<Format>,
}

/// Texts that cells refer to by number, in one piece of memory.
#[derive(Default)]
pub(super) struct Texts {
    text: String,
    ends: Vec<u32>,
}

impl Texts {
    pub(super) fn get(&self, place: usize) -> Option<&str> {
        let end = *self.ends.get(place)? as usize;
        let start = match place.checked_sub(1) {
            Some(before) => self.ends[before] as usize,
            None => 0,
        };
        self.text.get(start..end)
    }
}

/// Returns an attribute by its name without a prefix.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Result<Option<String>, Trouble> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| damaged("a tag of it is not XML"))?;
        if attribute.key.local_name().as_ref() == name {
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| damaged("a tag of it is not XML"))?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// Says whether an attribute is there and says yes.
pub(super) fn is_set(tag: &BytesStart<'_>, name: &str) -> Result<bool, Trouble> {
    Ok(matches!(
        attribute(tag, name)?.as_deref(),
        Some("1" | "true" | "on")
    ))
}

impl Book {
    pub(super) fn read(package: &mut Package) -> Result<Self, Trouble> {
        let workbook = relations(package, "_rels/.rels", "")?
            .into_values()
            .find(|target| target.kind == "officeDocument")
            .map_or_else(|| "xl/workbook.xml".to_owned(), |target| target.part);
        if package.has("xl/workbook.bin") {
            return Err(of_another_kind("a binary Excel workbook (.xlsb)"));
        }
        if package.has("content.xml") && package.has("mimetype") {
            return Err(of_another_kind("an OpenDocument spreadsheet (.ods)"));
        }
        if !package.has(&workbook) {
            return Err(Trouble::new(
                "is a zipped file and not a workbook",
                "unpack it and name the table that is in it",
            ));
        }
        let (folder, file) = workbook.rsplit_once('/').unwrap_or(("", &workbook));
        let targets = relations(package, &format!("{folder}/_rels/{file}.rels"), folder)?;
        let mut book = Self {
            sheets: Vec::new(),
            from_1904: false,
            not_computed: false,
            texts: Texts::default(),
            formats: Vec::new(),
        };
        book.read_sheets(package, &workbook, &targets)?;
        for target in targets.values() {
            match target.kind.as_str() {
                "sharedStrings" => book.texts = texts(package, &target.part)?,
                "styles" => book.formats = formats(package, &target.part)?,
                _ => {}
            }
        }
        Ok(book)
    }

    fn read_sheets(
        &mut self,
        package: &mut Package,
        workbook: &str,
        targets: &BTreeMap<String, Target>,
    ) -> Result<(), Trouble> {
        let mut xml = package.needed(workbook, SMALL_PART)?;
        loop {
            match xml.next()? {
                Event::Start(tag) => match tag.local_name().as_ref() {
                    "workbookPr" => self.from_1904 = is_set(&tag, "date1904")?,
                    "calcPr" => self.not_computed = is_set(&tag, "fullCalcOnLoad")?,
                    "sheet" => {
                        let (Some(name), Some(id)) =
                            (attribute(&tag, "name")?, attribute(&tag, "id")?)
                        else {
                            return Err(damaged("a sheet of it has no name"));
                        };
                        let state = attribute(&tag, "state")?.unwrap_or_default();
                        // Charts and macros are listed among the sheets.
                        if let Some(target) = targets.get(&id)
                            && target.kind == "worksheet"
                        {
                            self.sheets.push(SheetEntry {
                                name,
                                hidden: state.to_ascii_lowercase().ends_with("hidden"),
                                part: target.part.clone(),
                            });
                        }
                        if self.sheets.len() > MOST_SHEETS {
                            return Err(damaged("it has too many sheets"));
                        }
                    }
                    _ => {}
                },
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }
}

/// Where a relation leads.
struct Target {
    /// The last word of its type, such as `worksheet`.
    kind: String,
    part: String,
}

/// Reads which parts belong to a part, by the ids it calls them; a part without such a list has none.
fn relations(
    package: &mut Package,
    list: &str,
    folder: &str,
) -> Result<BTreeMap<String, Target>, Trouble> {
    let mut targets = BTreeMap::new();
    let Some(mut xml) = package.part(list, SMALL_PART)? else {
        return Ok(targets);
    };
    loop {
        match xml.next()? {
            Event::Start(tag) if tag.local_name().as_ref() == "Relationship" => {
                let kind = attribute(&tag, "Type")?.unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                let (Some(id), Some(target)) = (attribute(&tag, "Id")?, attribute(&tag, "Target")?)
                else {
                    continue;
                };
                if targets.len() > MOST_SHEETS * 4 {
                    return Err(damaged("it has too many parts"));
                }
                let part = resolved(folder, &target);
                targets.insert(id, Target { kind, part });
            }
            Event::Eof => return Ok(targets),
            _ => {}
        }
    }
}

/// Finds the part that a target names from a folder: `worksheets/sheet1.xml`, `../a.xml`, `/xl/a.xml`.
fn resolved(folder: &str, target: &str) -> String {
    let mut path: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').collect(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.retain(|step| !step.is_empty());
    path.join("/")
}

/// Reads the texts that cells share. Marks for pronunciation are no part of a text.
fn texts(package: &mut Package, part: &str) -> Result<Texts, Trouble> {
    let mut texts = Texts::default();
    let mut xml = package.needed(part, TEXTS_PART)?;
    let (mut in_text, mut in_phonetic) = (false, false);
    loop {
        match xml.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "t" => in_text = !in_phonetic,
                "rPh" => in_phonetic = true,
                _ => {}
            },
            Event::End(tag) => match tag.local_name().as_ref() {
                "t" => in_text = false,
                "rPh" => in_phonetic = false,
                "si" => {
                    if texts.ends.len() >= MOST_TEXTS {
                        return Err(damaged("it has more texts than can be held"));
                    }
                    texts.ends.push(texts.text.len() as u32);
                }
                _ => {}
            },
            Event::Eof => return Ok(texts),
            event if in_text => append(&mut texts.text, &event),
            _ => {}
        }
    }
}

/// Appends the text of an event: letters, references such as `&amp;`, and `_x000D_`, by which spreadsheets write what XML cannot.
pub(super) fn append(text: &mut String, event: &Event<'_>) {
    match event {
        Event::Text(part) => unescaped(text, &part.xml10_content()),
        Event::CData(part) => text.push_str(&part.xml10_content()),
        Event::GeneralRef(reference) => match reference.resolve_char_ref() {
            Ok(Some(letter)) => text.push(letter),
            _ => text.push_str(match &*reference.xml10_content() {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" => "'",
                _ => "\u{fffd}",
            }),
        },
        _ => {}
    }
}

fn unescaped(text: &mut String, part: &str) {
    let mut rest = part;
    while let Some(at) = rest.find("_x") {
        let letter = rest
            .get(at + 2..at + 7)
            .and_then(|code| code.strip_suffix('_'))
            .filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        let (before, after) = match letter {
            Some(_) => (at, at + 7),
            None => (at + 2, at + 2),
        };
        text.push_str(&rest[..before]);
        text.extend(letter);
        rest = &rest[after..];
    }
    text.push_str(rest);
}

/// Reads which cell styles show numbers as dates or times.
fn formats(package: &mut Package, part: &str) -> Result<Vec<Format>, Trouble> {
    let mut own: BTreeMap<u32, Format> = BTreeMap::new();
    let mut formats = Vec::new();
    let mut in_cell_styles = false;
    let mut xml = package.needed(part, SMALL_PART)?;
    loop {
        match xml.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "numFmt" if own.len() < MOST_STYLES => {
                    let id = attribute(&tag, "numFmtId")?.and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, attribute(&tag, "formatCode")?) {
                        own.insert(id, Format::of_code(&code));
                    }
                }
                "cellXfs" => in_cell_styles = true,
                "xf" if in_cell_styles => {
                    let id = attribute(&tag, "numFmtId")?.and_then(|id| id.parse().ok());
                    let id = id.unwrap_or(0);
                    let format = own.get(&id).copied();
                    formats.push(format.unwrap_or_else(|| Format::built_in(id)));
                    if formats.len() > MOST_STYLES {
                        return Err(damaged("it has too many styles"));
                    }
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => in_cell_styles = false,
            Event::Eof => return Ok(formats),
            _ => {}
        }
    }
}
