//! Roads and landmarks from the text format, `.osm` and `.osm.gz`.
//!
//! Read as a stream: no more than one element and a few levels of nesting are held, however long a line or a tag is. Elements
//! marked as deleted are passed over. Change files (`<osmChange>`) are refused.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use catchment_core::grid::LonLat;
use flate2::read::MultiGzDecoder;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::assets::{Landmarks, Outlines, Spots};
use super::points::{Points, Wanted};
use super::restrictions::{Member, Role};
use super::ways::Ways;
use super::{FileRead, OsmError, Source, Wishes};

/// How long one tag or text may be, in bytes.
const LONGEST: usize = 1 << 20;
/// How deep elements may be nested; three levels are used.
const DEEPEST: usize = 16;
/// How many elements are read between two reports of progress.
const REPORT_EVERY: u32 = 20_000;

/// Reads the ways that a profile can use, their points, and landmarks.
pub(super) fn read(
    source: &Source<'_>,
    gzipped: bool,
    wishes: &Wishes<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<FileRead, OsmError> {
    let total = source.bytes * 2;
    let (ways, outlines) = read_ways(source, gzipped, wishes, &mut |done| progress(done, total))?;
    let mut landmarks = Landmarks::new(outlines);
    let search = landmarks.search(wishes.grid, wishes.assets);
    let mut spots = Spots::default();
    let mut points = Points::new(ways.point_ids());
    let ids = points.ids();
    let wanted = Wanted {
        ids: &ids,
        grid: wishes.grid,
        profiles: wishes.profiles,
    };
    Document::open(source, gzipped)?.each(
        |kind| kind == Kind::Node,
        |element, tags| {
            points.read += 1;
            if let Some(index) = wanted.index(element.id) {
                points.put(wanted.found(index, element.position, tags));
            }
            if let Some(corner) = search.corner(element.id) {
                search.take_corner(corner, element.position, &mut spots);
            }
            if tags.iter().any(|(key, _)| search.is_key(key)) {
                search.offer(element.id, element.position, tags, &mut spots);
            }
        },
        &mut |done| progress(source.bytes + done, total),
    )?;
    landmarks.spots = spots;
    progress(total, total);
    Ok(FileRead {
        ways,
        points,
        landmarks,
    })
}

/// Reads ways and relations: those a profile can use, and the outlines of assets.
fn read_ways(
    source: &Source<'_>,
    gzipped: bool,
    wishes: &Wishes<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<(Ways, Outlines), OsmError> {
    let (mut ways, mut outlines) = (Ways::default(), Outlines::default());
    Document::open(source, gzipped)?.each(
        |kind| kind != Kind::Node,
        |element, tags| {
            let refs = || element.refs.iter().copied();
            match element.kind {
                Kind::Way => {
                    ways.offer(wishes.profiles, element.id, refs(), tags);
                    if wishes.assets {
                        outlines.way(element.id, refs(), tags);
                    }
                }
                Kind::Relation => {
                    let members = element.turns.iter().copied();
                    ways.relation(element.id, tags, members);
                    if wishes.assets {
                        outlines.relation(element.id, refs(), tags);
                    }
                }
                Kind::Node => {}
            }
        },
        progress,
    )?;
    ways.settle();
    find_lines(source, gzipped, &mut outlines)?;
    Ok((ways, outlines))
}

/// Reads the ways again for those that outline a relation, if there are any.
fn find_lines(source: &Source<'_>, gzipped: bool, outlines: &mut Outlines) -> Result<(), OsmError> {
    let wanted = outlines.settle();
    if wanted.is_empty() {
        return Ok(());
    }
    Document::open(source, gzipped)?.each(
        |kind| kind == Kind::Way,
        |element, _| {
            if wanted.binary_search(&element.id).is_ok() {
                outlines.line(element.id, element.refs.clone());
            }
        },
        &mut |_| {},
    )
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Node,
    Way,
    Relation,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        match name {
            "node" => Some(Self::Node),
            "way" => Some(Self::Way),
            "relation" => Some(Self::Relation),
            _ => None,
        }
    }
}

/// A node, way or relation that is being read.
struct Element {
    kind: Kind,
    id: i64,
    position: LonLat,
    /// The points of a way, the outer ways of a relation.
    refs: Vec<i64>,
    /// The members that make a relation a turn restriction.
    turns: Vec<(Role, Member)>,
    tags: Vec<(String, String)>,
}

/// Counts the bytes read from a file.
struct Counting<R> {
    inner: R,
    bytes: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.inner.read(buffer)?;
        self.bytes.set(self.bytes.get() + bytes as u64);
        Ok(bytes)
    }
}

/// Refuses to read on when one event has taken too many bytes.
struct Bounded {
    inner: Box<dyn BufRead>,
    left: usize,
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?.read(buffer)?;
        self.consume(bytes);
        Ok(bytes)
    }
}

impl BufRead for Bounded {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "a tag or text is over a million bytes long",
            ));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        self.left = self.left.saturating_sub(bytes);
        self.inner.consume(bytes);
    }
}

/// What a tag of the file's text does.
enum Step {
    Opened(usize),
    Closed(usize),
    Other,
    End,
}

struct Document<'a> {
    source: &'a Source<'a>,
    gzipped: bool,
    reader: Reader<Bounded>,
    bytes: Rc<Cell<u64>>,
    buffer: Vec<u8>,
    depth: usize,
    element: Option<Element>,
}

impl<'a> Document<'a> {
    fn open(source: &'a Source<'a>, gzipped: bool) -> Result<Self, OsmError> {
        let bytes = Rc::new(Cell::new(0));
        let file = Counting {
            inner: source.open()?,
            bytes: Rc::clone(&bytes),
        };
        let inner: Box<dyn BufRead> = if gzipped {
            Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(file)))
        } else {
            Box::new(BufReader::with_capacity(1 << 16, file))
        };
        let mut reader = Reader::from_reader(Bounded {
            inner,
            left: LONGEST,
        });
        reader.config_mut().expand_empty_elements = true;
        Ok(Self {
            source,
            gzipped,
            reader,
            bytes,
            buffer: Vec::new(),
            depth: 0,
            element: None,
        })
    }

    /// Reads to the end, handing over each element of a kind that is wanted, with its tags.
    fn each(
        mut self,
        wants: impl Fn(Kind) -> bool,
        mut take: impl FnMut(&Element, &[(&str, &str)]),
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), OsmError> {
        let mut until_report = REPORT_EVERY;
        let mut seen_root = false;
        loop {
            match self.step(&wants)? {
                Step::Opened(1) => seen_root = true,
                Step::Closed(2) => {
                    if let Some(element) = self.element.take() {
                        let tags: Vec<(&str, &str)> = element
                            .tags
                            .iter()
                            .map(|(key, value)| (&**key, &**value))
                            .collect();
                        take(&element, &tags);
                    }
                    until_report -= 1;
                    if until_report == 0 {
                        until_report = REPORT_EVERY;
                        progress(self.bytes.get().min(self.source.bytes));
                    }
                }
                Step::Opened(_) | Step::Closed(_) | Step::Other => {}
                Step::End if !seen_root => {
                    return Err(self.source.not_osm("it holds no <osm> element"));
                }
                Step::End if self.depth > 0 => {
                    let at = self.reader.buffer_position();
                    return Err(self
                        .source
                        .truncated(at, self.place("its last element is not closed")));
                }
                Step::End => return Ok(()),
            }
        }
    }

    /// Reads one tag; `Opened` and `Closed` say how deep the element is, counted from 1.
    fn step(&mut self, wants: &impl Fn(Kind) -> bool) -> Result<Step, OsmError> {
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        self.reader.get_mut().left = LONGEST;
        let step = match self.reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => self.open_tag(&tag, wants),
            Ok(Event::End(_)) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(Step::Closed(self.depth + 1))
            }
            Ok(Event::Text(text)) if self.depth == 0 && !text.trim_ascii().is_empty() => Err(self
                .source
                .not_osm("it begins with text that is not in a tag")),
            Ok(Event::Eof) => Ok(Step::End),
            Ok(_) => Ok(Step::Other),
            Err(error) => Err(self.error(error)),
        };
        self.buffer = buffer;
        step
    }

    fn open_tag(
        &mut self,
        tag: &BytesStart<'_>,
        wants: &impl Fn(Kind) -> bool,
    ) -> Result<Step, OsmError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.damaged("elements are nested too deep"));
        }
        let name = tag.local_name();
        match (self.depth, name.as_ref()) {
            (1, "osm") => {}
            (1, "osmChange") => {
                let what = "it is a list of changes, not a map";
                return Err(self
                    .source
                    .unsupported(what, "give the map that the changes belong to"));
            }
            (1, other) => {
                let other: String = other.chars().take(40).collect();
                return Err(self
                    .source
                    .not_osm(format!("its first element is <{other}>")));
            }
            (2, name) => {
                if let Some(kind) = Kind::of(name).filter(|kind| wants(*kind)) {
                    self.element = self.element_of(kind, tag)?;
                }
            }
            (3, "tag") if self.element.is_some() => {
                let (mut key, mut value) = (String::new(), String::new());
                self.attributes(tag, |name, text| match name {
                    "k" => text.clone_into(&mut key),
                    "v" => text.clone_into(&mut value),
                    _ => {}
                })?;
                self.element.iter_mut().for_each(|element| {
                    element
                        .tags
                        .push((std::mem::take(&mut key), std::mem::take(&mut value)));
                });
            }
            (3, "nd") if self.element.is_some() => {
                let mut id = None;
                self.attributes(tag, |name, text| {
                    if name == "ref" {
                        id = text.parse().ok();
                    }
                })?;
                let id = id.ok_or_else(|| self.damaged("an <nd> has no number in ref"))?;
                self.element
                    .iter_mut()
                    .for_each(|element| element.refs.push(id));
            }
            (3, "member") => self.member(tag)?,
            _ => {}
        }
        Ok(Step::Opened(self.depth))
    }

    /// Keeps a member of a relation if it is an outer way or of a turn restriction. One that cannot be read is passed over.
    fn member(&mut self, tag: &BytesStart<'_>) -> Result<(), OsmError> {
        if !matches!(&self.element, Some(element) if element.kind == Kind::Relation) {
            return Ok(());
        }
        let (mut id, mut member, mut is_outer, mut role) = (None, None, true, None);
        self.attributes(tag, |name, text| match name {
            "type" if text == "way" => member = Some(Member::Way as fn(i64) -> Member),
            "type" if text == "node" => member = Some(Member::Node as fn(i64) -> Member),
            "ref" => id = text.parse().ok(),
            "role" => {
                is_outer = super::assets::is_outer(text);
                role = Role::of(text);
            }
            _ => {}
        })?;
        if let (Some(id), Some(element)) = (id, &mut self.element) {
            let member = member.map_or(Member::Other, |member| member(id));
            if is_outer && matches!(member, Member::Way(_)) {
                element.refs.push(id);
            }
            element.turns.extend(role.map(|role| (role, member)));
        }
        Ok(())
    }

    /// Starts an element, unless it is marked as deleted.
    fn element_of(&self, kind: Kind, tag: &BytesStart<'_>) -> Result<Option<Element>, OsmError> {
        let (mut id, mut lon, mut lat, mut deleted) = (None, None, None, false);
        self.attributes(tag, |name, text| match name {
            "id" => id = text.parse().ok(),
            "lon" => lon = Some(text.parse().unwrap_or(f64::NAN)),
            "lat" => lat = Some(text.parse().unwrap_or(f64::NAN)),
            "visible" => deleted |= text == "false",
            "action" => deleted |= text == "delete",
            _ => {}
        })?;
        let id = id.ok_or_else(|| self.damaged("an element has no number in id"))?;
        // A position that cannot be read is one that no grid holds, and is counted as such.
        let position = LonLat {
            lon: lon.unwrap_or(f64::NAN),
            lat: lat.unwrap_or(f64::NAN),
        };
        Ok((!deleted).then_some(Element {
            kind,
            id,
            position,
            refs: Vec::new(),
            turns: Vec::new(),
            tags: Vec::new(),
        }))
    }

    fn attributes(
        &self,
        tag: &BytesStart<'_>,
        mut take: impl FnMut(&str, &str),
    ) -> Result<(), OsmError> {
        // Looking for attributes given twice costs as much as all else here, and the last one may win.
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| self.damaged(&error.to_string()))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| self.damaged(&error.to_string()))?;
            take(attribute.key.as_ref(), &value);
        }
        Ok(())
    }

    fn error(&self, error: quick_xml::Error) -> OsmError {
        let at = self.reader.buffer_position();
        match error {
            quick_xml::Error::Io(reason) => match reason.kind() {
                io::ErrorKind::UnexpectedEof => self
                    .source
                    .truncated(self.bytes.get(), "its packed text ends too early"),
                io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                    self.damaged(&reason.to_string())
                }
                kind => self
                    .source
                    .unreadable(io::Error::new(kind, reason.to_string())),
            },
            quick_xml::Error::Syntax(error) => {
                self.source.truncated(at, self.place(&error.to_string()))
            }
            other => self.damaged(&other.to_string()),
        }
    }

    fn damaged(&self, what: &str) -> OsmError {
        self.source
            .damaged(self.reader.buffer_position(), self.place(what))
    }

    /// Says of a packed file that the byte is one of the unpacked text.
    fn place(&self, what: &str) -> String {
        if self.gzipped {
            format!("{what} (byte of the unpacked text)")
        } else {
            what.to_owned()
        }
    }
}
