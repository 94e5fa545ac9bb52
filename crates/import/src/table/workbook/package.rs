//! The zipped parts of a workbook, each read as a stream of XML that cannot grow without bounds.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use quick_xml::events::Event;
use quick_xml::reader::Reader;
use zip::ZipArchive;
use zip::read::ZipFile;

use super::super::source::{Input, Opened, Trouble};

/// The most parts a workbook may have.
const MOST_PARTS: usize = 20_000;
/// The most bytes that one part may unpack to: a sheet as full as a sheet can be of short cells.
pub(super) const LARGEST_PART: u64 = 2 << 30;
/// How long one tag or text may be, in bytes.
const LONGEST: usize = 4 << 20;
/// How deep elements may be nested; sheets need six levels, rich text eight.
const DEEPEST: usize = 64;
/// How much is unpacked at a time, in bytes.
const CHUNK: usize = 1 << 16;

/// What is said of a workbook that cannot be read to its end.
pub(super) fn damaged(what: &str) -> Trouble {
    Trouble::new(
        format!("is a workbook that cannot be read: {what}"),
        "open it in a spreadsheet program and save it again as .xlsx, or as CSV in UTF-8",
    )
}

/// Refuses a workbook of another kind.
pub(super) fn of_another_kind(kind: &str) -> Trouble {
    Trouble::new(
        format!("is {kind}, which is not read"),
        "open it in a spreadsheet program and save it as an Excel workbook (.xlsx)",
    )
}

/// A zipped package of parts.
pub(super) struct Package {
    archive: ZipArchive<BufReader<Opened>>,
    /// Places of the parts by their name in small letters: programs do not agree on capitals.
    parts: BTreeMap<String, usize>,
}

impl Package {
    pub(super) fn open(input: &Input) -> Result<Self, Trouble> {
        let opened = BufReader::new(input.open()?);
        let archive = ZipArchive::new(opened).map_err(|_| damaged("it is cut off or damaged"))?;
        if archive.len() > MOST_PARTS {
            return Err(damaged("it has more parts than any workbook"));
        }
        let mut parts = BTreeMap::new();
        for (place, name) in archive.file_names().enumerate() {
            let name = name.map_err(|_| damaged("a part of it has no readable name"))?;
            parts.insert(normal(&name), place);
        }
        Ok(Self { archive, parts })
    }

    pub(super) fn has(&self, part: &str) -> bool {
        self.parts.contains_key(&normal(part))
    }

    /// Opens a part that may unpack to so many bytes; nothing where there is none of that name.
    pub(super) fn part(&mut self, name: &str, most: u64) -> Result<Option<Xml<'_>>, Trouble> {
        let Some(place) = self.parts.get(&normal(name)) else {
            return Ok(None);
        };
        let file = self
            .archive
            .by_index(*place)
            .map_err(|_| damaged("a part of it is locked, damaged or packed in an unusual way"))?;
        let left = Rc::new(Cell::new(LONGEST));
        let bounded = Bounded {
            inner: file,
            whole: most,
            event: left.clone(),
        };
        let mut reader = Reader::from_reader(BufReader::with_capacity(CHUNK, bounded));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_dangling_amp = true;
        Ok(Some(Xml {
            reader,
            buffer: Vec::new(),
            left,
            depth: 0,
        }))
    }

    /// Opens a part that a workbook must have.
    pub(super) fn needed(&mut self, name: &str, most: u64) -> Result<Xml<'_>, Trouble> {
        self.part(name, most)?
            .ok_or_else(|| damaged("a part of it is missing"))
    }
}

fn normal(name: &str) -> String {
    name.trim_start_matches('/')
        .replace('\\', "/")
        .to_ascii_lowercase()
}

/// Stops at too many bytes, of the whole part or of one tag or text.
struct Bounded<R> {
    inner: R,
    whole: u64,
    event: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let too_much = |what| Err(io::Error::new(io::ErrorKind::InvalidData, what));
        if self.event.get() == 0 {
            return too_much("a cell or tag of it is over four million bytes long");
        }
        if self.whole == 0 {
            return too_much("a part of it unpacks to more than any workbook needs");
        }
        let most = buffer
            .len()
            .min(usize::try_from(self.whole).unwrap_or(usize::MAX));
        let count = self.inner.read(&mut buffer[..most])?;
        self.whole -= count as u64;
        self.event.set(self.event.get().saturating_sub(count));
        Ok(count)
    }
}

/// A part as a stream of XML.
pub(super) struct Xml<'a> {
    reader: Reader<BufReader<Bounded<ZipFile<'a, BufReader<Opened>>>>>,
    buffer: Vec<u8>,
    left: Rc<Cell<usize>>,
    depth: usize,
}

impl Xml<'_> {
    /// Returns the next event; [`Event::Eof`] only where every element was closed.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Trouble> {
        self.buffer.clear();
        self.left.set(LONGEST);
        let event = self
            .reader
            .read_event_into(&mut self.buffer)
            .map_err(|error| match error {
                quick_xml::Error::Io(error) => damaged(&error.to_string()),
                _ => damaged("a part of it is not XML"),
            })?;
        match event {
            Event::Start(_) if self.depth >= DEEPEST => {
                return Err(damaged("its elements are nested too deep"));
            }
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => return Err(damaged("a part of it is cut off")),
            _ => {}
        }
        Ok(event)
    }
}
