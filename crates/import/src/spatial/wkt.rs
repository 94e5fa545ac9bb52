//! Recognises a coordinate reference system in well-known text: WKT 1 of OGC and of Esri, and WKT 2.
//!
//! It goes by the authority's code where there is one, else by the name. It does not work out a projection from parameters: a system
//! that is neither coded nor named like one of ours is not recognised.

use super::crs::Crs;

/// The longest text that is looked at; real ones have a few kilobytes.
const LONGEST: usize = 1 << 16;

/// The deepest that brackets may nest; real ones nest eight deep.
const DEEPEST: usize = 32;

/// A keyword with what stands in its brackets.
#[derive(Debug)]
struct Node {
    keyword: String,
    words: Vec<String>,
    children: Vec<Node>,
}

/// Returns the name a text gives its system, and the system where it is one of ours.
pub(super) fn recognise(text: &str) -> (String, Option<Crs>) {
    let text = text.trim().trim_start_matches('\u{feff}');
    let root = (text.len() <= LONGEST)
        .then(|| Scanner { rest: text }.node(0))
        .flatten();
    match root {
        Some(root) => (root.label(), root.crs()),
        None => (super::short(text), None),
    }
}

impl Node {
    fn name(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    fn authority(&self) -> Option<(&str, &str)> {
        let node = self
            .children
            .iter()
            .find(|child| matches!(child.keyword.as_str(), "AUTHORITY" | "ID"))?;
        Some((node.words.first()?, node.words.get(1)?))
    }

    fn label(&self) -> String {
        let name = super::short(self.name());
        match self.authority() {
            Some((owner, code)) => format!("{name} ({})", super::short(&format!("{owner}:{code}"))),
            None => name,
        }
    }

    fn crs(&self) -> Option<Crs> {
        if let Some((owner, code)) = self.authority()
            && let Some(crs) = Crs::from_code(&format!("{owner}:{code}"))
        {
            return Some(crs);
        }
        match self.keyword.as_str() {
            // Heights beside, or a shift of datum around: what counts is the plane or the ellipsoid inside.
            "COMPD_CS" | "COMPOUNDCRS" | "BOUNDCRS" | "SOURCECRS" => {
                self.children.iter().find_map(Self::crs)
            }
            "PROJCS" | "PROJCRS" | "PROJECTEDCRS"
                if self.authority().is_none() && self.in_metres() =>
            {
                by_name(self.name()).filter(|crs| *crs != Crs::LonLat)
            }
            "GEOGCS" | "GEOGCRS" | "GEODCRS" | "GEOGRAPHICCRS" | "GEODETICCRS"
                if self.authority().is_none() =>
            {
                by_name(self.name()).filter(|crs| *crs == Crs::LonLat)
            }
            _ => None,
        }
    }

    /// Says whether no unit other than the metre is given.
    fn in_metres(&self) -> bool {
        self.children
            .iter()
            .filter(|child| matches!(child.keyword.as_str(), "UNIT" | "LENGTHUNIT"))
            .all(|unit| {
                let factor = unit.words.get(1).and_then(|word| word.parse::<f64>().ok());
                factor.is_some_and(|factor| (factor - 1.0).abs() < 1e-9)
            })
    }
}

fn by_name(name: &str) -> Option<Crs> {
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    match name.as_str() {
        "wgs84" | "wgs1984" | "gcswgs84" | "gcswgs1984" | "wgs84crs84" | "etrs89" | "etrs1989"
        | "gcsetrs89" | "gcsetrs1989" => Some(Crs::LonLat),
        "wgs84pseudomercator" | "wgs1984webmercator" | "wgs1984webmercatorauxiliarysphere" => {
            Some(Crs::WebMercator)
        }
        _ if name.contains("britishnationalgrid") => Some(Crs::BritishNational),
        _ if name.contains("irishtransversemercator") => Some(Crs::IrishTransverseMercator),
        _ if name.contains("tm65irish") || name.contains("tm75irish") => Some(Crs::Irish),
        _ => None,
    }
}

struct Scanner<'a> {
    rest: &'a str,
}

impl Scanner<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, wanted: &[char]) -> bool {
        self.skip();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Reads a keyword and its brackets.
    fn node(&mut self, depth: usize) -> Option<Node> {
        if depth > DEEPEST {
            return None;
        }
        let keyword = self.bare()?;
        if !self.eat(&['[', '(']) {
            return None;
        }
        let mut node = Node {
            keyword: keyword.to_ascii_uppercase(),
            words: Vec::new(),
            children: Vec::new(),
        };
        loop {
            self.skip();
            if self.rest.starts_with('"') {
                node.words.push(self.quoted()?);
            } else {
                let before = self.rest;
                let word = self.bare()?;
                self.skip();
                if self.rest.starts_with(['[', '(']) {
                    self.rest = before;
                    node.children.push(self.node(depth + 1)?);
                } else {
                    node.words.push(word);
                }
            }
            if self.eat(&[']', ')']) {
                return Some(node);
            }
            if !self.eat(&[',']) {
                return None;
            }
        }
    }

    fn bare(&mut self) -> Option<String> {
        self.skip();
        let end = self
            .rest
            .find(|letter: char| !(letter.is_ascii_alphanumeric() || "_.+-".contains(letter)))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then(|| word.to_owned())
    }

    fn quoted(&mut self) -> Option<String> {
        let mut text = String::new();
        let mut rest = self.rest.strip_prefix('"')?;
        loop {
            let end = rest.find('"')?;
            text.push_str(&rest[..end]);
            rest = &rest[end + 1..];
            // Two quotation marks stand for one.
            match rest.strip_prefix('"') {
                Some(after) => {
                    text.push('"');
                    rest = after;
                }
                None => break,
            }
        }
        self.rest = rest;
        Some(text)
    }
}
