//! Community assets from a file in Open Referral UK: a list of services, a page with `contents`, or one service.
//!
//! A file is taken for a feed because it begins as JSON does. Each place at which an active service is given becomes an asset. It is put where the location's latitude and longitude say, else at
//! the point of its postcode, else nowhere: a place is never made up. Services are read one after another, so that memory grows with the
//! largest and not with the file. A service that is or may be in a carer's own home becomes none, and nothing of it is said but how many
//! there are; no message quotes coordinates. Of a service only what an asset needs is looked at; what its fields hold beyond that is not checked
//! against the standard.

mod service;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;

use catchment_core::grid::Grid;
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::Asset;
use jiff::civil::Date;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Around, left_out_as_homes};
use crate::background::Read;
use crate::directory::Homes;
use crate::places::Places;
use crate::report::{FileCounts, so_many};
use crate::study_file;

/// The largest file that is read, in bytes: a feed of every service in the country is smaller.
const LARGEST: u64 = 1 << 30;
/// How many assets one file may give.
const MOST_ASSETS: usize = 2_000_000;

/// What the services of a file are read into.
struct Feed<'a> {
    file: &'a str,
    kind: Option<&'a str>,
    around: &'a Around<'a>,
    issues: &'a mut Vec<Issue>,
    assets: Vec<Asset>,
    counts: FileCounts,
    /// Locations that have given an asset of a kind already.
    seen: BTreeSet<(String, String)>,
    told: Told,
}

/// What is said once for the whole file.
#[derive(Default)]
struct Told {
    inactive: u64,
    without_location: u64,
    not_physical: u64,
    unplaced: u64,
    homes: u64,
    again: u64,
    without_kind: u64,
    surplus: u64,
    total_items: Option<u64>,
}

/// Reads a feed file.
pub(super) fn read(
    folder: &Path,
    section: &study_file::Assets,
    around: &Around<'_>,
    issues: &mut Vec<Issue>,
) -> Read<Vec<Asset>> {
    let unusable = |message: String, hint: &str| {
        Issue::new(&section.file, Severity::FileUnusable, message, hint)
    };
    if section.columns.is_some() {
        return Err(unusable(
            "is a feed, which has no columns to name".to_owned(),
            "take out columns = { ... } from its section",
        ));
    }
    let file = File::open(folder.join(&section.file)).map_err(|error| {
        unusable(
            format!("cannot be opened: {error}"),
            "check the name in study.toml",
        )
    })?;
    let bytes = file.metadata().map_or(0, |about| about.len());
    if bytes > LARGEST {
        return Err(unusable(
            format!("is {bytes} bytes long, more than any feed"),
            "cut it to the study's surroundings",
        ));
    }
    let source = BufReader::with_capacity(1 << 16, file.take(LARGEST));
    read_from(
        source,
        &section.file,
        section.kind.as_deref(),
        around,
        issues,
    )
}

/// Reads bytes as a feed, for programs that look for input the reader falls over.
pub(crate) fn read_open_referral_bytes(bytes: &[u8]) {
    let mut issues = Vec::new();
    let around = Around {
        day: Date::constant(2023, 3, 6),
        places: &Places::default(),
        homes: &Homes::default(),
        grid: &Grid::BritishNational,
    };
    let _ = read_from(bytes, "feed.json", None, &around, &mut issues);
}

fn read_from(
    mut source: impl BufRead,
    file: &str,
    kind: Option<&str>,
    around: &Around<'_>,
    issues: &mut Vec<Issue>,
) -> Read<Vec<Asset>> {
    let unusable =
        |message: String, hint: &str| Issue::new(file, Severity::FileUnusable, message, hint);
    let before = issues.len();
    skip_mark(&mut source)
        .map_err(|error| unusable(format!("cannot be read: {error}"), "check the disk"))?;
    let feed = RefCell::new(Feed {
        file,
        kind,
        around,
        issues,
        assets: Vec::new(),
        counts: FileCounts {
            file: file.to_owned(),
            ..FileCounts::default()
        },
        seen: BTreeSet::new(),
        told: Told::default(),
    });
    let mut json = serde_json::Deserializer::from_reader(source);
    let outcome = Document(&feed)
        .deserialize(&mut json)
        .and_then(|found| json.end().map(|()| found));
    let mut feed = feed.into_inner();
    match outcome {
        Ok(true) => {
            feed.tell();
            Ok((feed.assets, feed.counts))
        }
        Ok(false) => {
            feed.issues.truncate(before);
            Err(unusable(
                "is JSON, but no Open Referral UK feed".to_owned(),
                "it is a list of services, an object with `contents`, or one service with an id, a name and its service_at_locations",
            ))
        }
        Err(error) => {
            feed.issues.truncate(before);
            Err(unusable(
                format!("is not whole JSON in UTF-8: {}", plain(&error)),
                "download it again",
            ))
        }
    }
}

fn skip_mark(source: &mut impl BufRead) -> std::io::Result<()> {
    let marked = source.fill_buf()?.starts_with(b"\xef\xbb\xbf");
    if marked {
        source.consume(3);
    }
    Ok(())
}

/// Says where the JSON breaks off, without what stands there.
fn plain(error: &serde_json::Error) -> String {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Io => "it could not be read to the end",
        serde_json::error::Category::Data => {
            "it begins with something else than a list or an object"
        }
        serde_json::error::Category::Syntax => "it breaks off or is nested too deep",
    };
    format!("{what} (line {}, column {})", error.line(), error.column())
}

/// The whole file; says whether it is a feed.
struct Document<'a, 'b>(&'a RefCell<Feed<'b>>);

impl<'de> DeserializeSeed<'de> for Document<'_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Document<'_, '_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of services or an object")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        while let Some(service) = list.next_element::<Value>()? {
            self.0.borrow_mut().take(&service);
        }
        Ok(true)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<bool, A::Error> {
        let mut is_page = false;
        let mut one = Map::new();
        while let Some(key) = object.next_key::<String>()? {
            match key.as_str() {
                "contents" | "services" => {
                    is_page |= object.next_value_seed(Contents(self.0))?;
                }
                "total_items" => {
                    let total = object.next_value::<Value>()?.as_u64();
                    self.0.borrow_mut().told.total_items = total;
                }
                _ if service::FIELDS.contains(&key.as_str()) => {
                    one.insert(key, object.next_value()?);
                }
                _ => {
                    object.next_value::<IgnoredAny>()?;
                }
            }
        }
        if is_page {
            return Ok(true);
        }
        let is_service = one.contains_key("id") && one.contains_key("name");
        if is_service {
            self.0.borrow_mut().take(&Value::Object(one));
        }
        Ok(is_service)
    }
}

/// The list of services of a page; says whether it is one.
struct Contents<'a, 'b>(&'a RefCell<Feed<'b>>);

impl<'de> DeserializeSeed<'de> for Contents<'_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Contents<'_, '_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of services")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<bool, A::Error> {
        Document(self.0).visit_seq(list)
    }
}

impl Feed<'_> {
    /// Reads one service; whatever it is, it is counted once.
    fn take(&mut self, service: &Value) {
        self.counts.rows += 1;
        let before = self.issues.len();
        let taken = self.service(service);
        if taken.is_some() {
            // The service stays, so what was wrong with one of its locations did not cost the row.
            let lost = self.issues[before..]
                .iter_mut()
                .filter(|issue| issue.severity == Severity::RowRejected);
            for issue in lost {
                issue.severity = Severity::Repaired;
                issue.message.push_str("; this location was left out");
            }
        }
        let mended = self.issues[before..]
            .iter()
            .any(|issue| issue.severity == Severity::Repaired);
        match (taken, mended) {
            (None, _) => self.counts.rejected += 1,
            (Some(()), true) => self.counts.repaired += 1,
            (Some(()), false) => self.counts.accepted += 1,
        }
    }

    fn push(&mut self, asset: Asset) {
        if self.assets.len() >= MOST_ASSETS {
            self.told.surplus += 1;
        } else {
            self.assets.push(asset);
        }
    }

    fn note(&mut self, severity: Severity, field: &str, message: &str, hint: &str) {
        let issue = Issue::new(self.file, severity, message, hint)
            .at_row(self.counts.rows)
            .in_column(field);
        self.issues.push(issue);
    }

    /// Says what was left out, each thing once.
    fn tell(&mut self) {
        let told = &self.told;
        let all = told
            .of_services(self.counts.rows)
            .into_iter()
            .chain(told.of_locations());
        for (_, message, hint) in all.filter(|(number, _, _)| *number > 0) {
            self.issues
                .push(Issue::new(self.file, Severity::Note, message, hint));
        }
    }
}

/// How many there are of something, what is said of them, and what to do.
type Saying = (u64, String, &'static str);

impl Told {
    fn of_services(&self, rows: u64) -> [Saying; 4] {
        let (inactive, nowhere, kindless) =
            (self.inactive, self.without_location, self.without_kind);
        let total = self.total_items.unwrap_or_default();
        let services = |number| so_many(number, "service", "services");
        [
            (
                inactive,
                format!("{} not active: left out", are(services(inactive), inactive)),
                "",
            ),
            (
                nowhere,
                format!(
                    "{} no location and cannot be shown on a map",
                    have(services(nowhere), nowhere)
                ),
                "ask the publisher of the feed where they are given, or list them in a table",
            ),
            (
                kindless,
                format!(
                    "{} no taxonomy term that says what they are: \"not stated\"",
                    have(so_many(kindless, "place", "places"), kindless)
                ),
                "write kind = \"...\" in its section, if all are of one kind",
            ),
            (
                total.saturating_sub(rows),
                format!("is one page of several: it holds {rows} of {total} services"),
                "download all pages and give each a section of its own",
            ),
        ]
    }

    fn of_locations(&self) -> [Saying; 5] {
        let locations = |number| so_many(number, "location", "locations");
        [
            (
                self.not_physical,
                format!(
                    "{} not physical (postal or virtual): left out",
                    are(locations(self.not_physical), self.not_physical)
                ),
                "",
            ),
            (
                self.unplaced,
                format!(
                    "{} neither latitude and longitude nor a postcode of the study: left out",
                    have(locations(self.unplaced), self.unplaced)
                ),
                "ask the publisher of the feed for their coordinates, or list them in a table",
            ),
            (
                self.homes,
                left_out_as_homes(self.homes, "location is", "locations are"),
                "if one of them is nobody's home, list it in a table of [[assets]] with carers_home = no",
            ),
            (
                self.again,
                format!(
                    "{} of one kind at a location that has one already: the place was kept once",
                    so_many(self.again, "further service", "further services")
                ),
                "",
            ),
            (
                self.surplus,
                format!(
                    "{} past the first {MOST_ASSETS}: left out",
                    locations(self.surplus)
                ),
                "cut the feed to the study's surroundings",
            ),
        ]
    }
}

fn are(what: String, number: u64) -> String {
    what + if number == 1 { " is" } else { " are" }
}

fn have(what: String, number: u64) -> String {
    what + if number == 1 { " has" } else { " have" }
}
