//! Maps drawn as text, written as road files and read back.
//!
//! A map is a drawing in which every letter is a point; a column or a row is 0.001 degrees, some 110 m. The letter's code is the
//! point's id. Ways are words: `"abc"` runs from `a` over `b` to `c`. The lines of a drawing start under its opening quote.

mod files;
mod landmarks;
mod maps;
mod pbf_writer;
mod turns;

use std::fmt::Write as _;
use std::io::Write as _;

use catchment_core::grid::Grid;
use catchment_travel::Profile;

use super::{OsmError, RoadsRead, read_map};

const GRID: Grid = Grid::Local { lon: 0.0, lat: 0.0 };
const STEP: f64 = 0.001;

pub(super) type TextTags = Vec<(String, String)>;

#[derive(Clone, Debug)]
pub(super) struct Point {
    pub(super) id: i64,
    pub(super) lon: f64,
    pub(super) lat: f64,
    pub(super) tags: TextTags,
}

#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) id: i64,
    pub(super) refs: Vec<i64>,
    pub(super) tags: TextTags,
}

/// A relation of ways, each with its role, and of points likewise.
#[derive(Clone, Debug, Default)]
pub(super) struct Relation {
    pub(super) id: i64,
    pub(super) members: Vec<(i64, &'static str)>,
    pub(super) points: Vec<(i64, &'static str)>,
    pub(super) tags: TextTags,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Map {
    pub(super) points: Vec<Point>,
    pub(super) ways: Vec<Way>,
    pub(super) relations: Vec<Relation>,
    pub(super) restrictions: usize,
}

fn tags(text: &str) -> TextTags {
    let pair = |tag: &str| {
        let (key, value) = tag.split_once('=').unwrap();
        (key.to_owned(), value.to_owned())
    };
    text.split_whitespace().map(pair).collect()
}

fn refs(word: &str) -> Vec<i64> {
    word.chars()
        .map(|letter| i64::from(u32::from(letter)))
        .collect()
}

impl Map {
    /// Takes the letters of a drawing as points; all other signs are only there to look at.
    pub(super) fn drawn(drawing: &str) -> Self {
        let mut map = Self::default();
        for (row, line) in drawing.lines().enumerate() {
            for (column, letter) in line
                .chars()
                .enumerate()
                .filter(|(_, letter)| letter.is_alphabetic())
            {
                map.points.push(Point {
                    id: i64::from(u32::from(letter)),
                    lon: column as f64 * STEP,
                    lat: -(row as f64) * STEP,
                    tags: Vec::new(),
                });
            }
        }
        map
    }

    /// Adds a way; ways are numbered from 1.
    pub(super) fn way(mut self, word: &str, text: &str) -> Self {
        self.ways.push(Way {
            id: self.ways.last().map_or(1, |way| way.id + 1),
            refs: refs(word),
            tags: tags(text),
        });
        self
    }

    /// Adds a turn restriction from a way by its number, over a point by its letter or over ways, to a way.
    pub(super) fn turn(mut self, from: i64, via: &str, to: i64, text: &str) -> Self {
        let mut members = vec![(from, "from")];
        let mut points = Vec::new();
        for word in via.split_whitespace() {
            match word.parse() {
                Ok(way) => members.push((way, "via")),
                Err(_) => points.push((refs(word)[0], "via")),
            }
        }
        members.push((to, "to"));
        self.relations.push(Relation {
            id: 100 + i64::try_from(self.relations.len()).unwrap(),
            members,
            points,
            tags: tags(&format!("type=restriction {text}")),
        });
        self
    }

    pub(super) fn tag(mut self, letter: char, text: &str) -> Self {
        let id = refs(&letter.to_string())[0];
        self.points
            .iter_mut()
            .filter(|point| point.id == id)
            .for_each(|point| point.tags = tags(text));
        self
    }

    /// Moves a point to where another is.
    pub(super) fn onto(mut self, letter: char, other: char) -> Self {
        let (id, other) = (refs(&letter.to_string())[0], refs(&other.to_string())[0]);
        let there = self
            .points
            .iter()
            .find(|point| point.id == other)
            .unwrap()
            .clone();
        self.points
            .iter_mut()
            .filter(|point| point.id == id)
            .for_each(|point| {
                (point.lon, point.lat) = (there.lon, there.lat);
            });
        self
    }

    pub(super) fn without(mut self, letter: char) -> Self {
        let id = refs(&letter.to_string())[0];
        self.points.retain(|point| point.id != id);
        self
    }

    pub(super) fn xml(&self) -> String {
        let mut text =
            String::from("<?xml version='1.0' encoding='UTF-8'?>\n<osm version=\"0.6\">\n");
        let tag_lines = |tags: &TextTags| {
            tags.iter().fold(String::new(), |mut lines, (key, value)| {
                let _ = writeln!(lines, "    <tag k=\"{key}\" v=\"{value}\"/>");
                lines
            })
        };
        for Point { id, lon, lat, tags } in &self.points {
            let _ = write!(
                text,
                "  <node id=\"{id}\" lon=\"{lon:.7}\" lat=\"{lat:.7}\">\n{}  </node>\n",
                tag_lines(tags)
            );
        }
        for Way { id, refs, tags } in &self.ways {
            let _ = writeln!(text, "  <way id=\"{id}\">");
            for id in refs {
                let _ = writeln!(text, "    <nd ref=\"{id}\"/>");
            }
            let _ = writeln!(text, "{}  </way>", tag_lines(tags));
        }
        for Relation {
            id,
            members,
            points,
            tags,
        } in &self.relations
        {
            let _ = writeln!(text, "  <relation id=\"{id}\">");
            for (node, role) in points {
                let _ = writeln!(
                    text,
                    "    <member type=\"node\" ref=\"{node}\" role=\"{role}\"/>"
                );
            }
            for (way, role) in members {
                let _ = writeln!(
                    text,
                    "    <member type=\"way\" ref=\"{way}\" role=\"{role}\"/>"
                );
            }
            let _ = writeln!(text, "{}  </relation>", tag_lines(tags));
        }
        for id in 0..self.restrictions {
            let _ = writeln!(
                text,
                "  <relation id=\"{id}\"><tag k=\"type\" v=\"restriction\"/></relation>"
            );
        }
        text + "</osm>\n"
    }

    pub(super) fn read(&self) -> Result<RoadsRead, OsmError> {
        read_bytes(self.xml().as_bytes())
    }

    /// Returns the letter of the point at a place.
    fn letter(&self, place: [f64; 2]) -> char {
        let on_grid = |point: &Point| {
            let there = GRID
                .to_grid(catchment_core::grid::LonLat {
                    lon: point.lon,
                    lat: point.lat,
                })
                .unwrap();
            (there.x - place[0]).hypot(there.y - place[1])
        };
        let nearest = self
            .points
            .iter()
            .min_by(|a, b| on_grid(a).total_cmp(&on_grid(b)))
            .unwrap();
        assert!(on_grid(nearest) < 0.01, "{place:?} is no point of the map");
        char::from_u32(nearest.id as u32).unwrap()
    }

    /// Returns the streets as drivers see them, by the letters of their shapes: `ab`, one-way `a>b`, closed `a|b`.
    pub(super) fn streets(&self, roads: &RoadsRead) -> Vec<String> {
        let graph = roads.streets.graph();
        let street = |edge| {
            let street = &graph[edge];
            let (from, to) = graph.edge_endpoints(edge).unwrap();
            assert_ne!(from, to, "a street ends where it begins");
            assert_eq!(Some(&graph[from].point), street.shape.first());
            assert_eq!(Some(&graph[to].point), street.shape.last());
            let sign = match (street.uses[0].forward, street.uses[0].backward) {
                (Some(_), Some(_)) => "",
                (Some(_), None) => ">",
                (None, Some(_)) => "<",
                (None, None) => "|",
            };
            let letters: Vec<String> = street
                .shape
                .iter()
                .map(|place| self.letter(*place).to_string())
                .collect();
            letters.join(sign)
        };
        graph.edge_indices().map(street).collect()
    }
}

pub(super) fn profiles() -> [Profile; 2] {
    [Profile::drive(), Profile::walk()]
}

pub(super) fn read_bytes(bytes: &[u8]) -> Result<RoadsRead, OsmError> {
    read_with(bytes, false)
}

pub(super) fn read_with(bytes: &[u8], assets: bool) -> Result<RoadsRead, OsmError> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let mut last = (0, 0);
    let read = read_map(
        file.path(),
        "roads.osm",
        &GRID,
        &profiles(),
        assets,
        &mut |done, total| {
            assert!(
                last.0 <= done && done <= total,
                "progress went from {last:?} to {done} of {total}"
            );
            last = (done, total);
        },
    );
    assert!(read.is_err() || last == (bytes.len() as u64 * 2, bytes.len() as u64 * 2));
    read
}

/// Everything about the roads that was read, as text.
pub(super) fn all_of(roads: &RoadsRead) -> String {
    let graph = roads.streets.graph();
    let edges: Vec<_> = graph
        .edge_indices()
        .map(|edge| (graph.edge_endpoints(edge), &graph[edge]))
        .collect();
    let nodes: Vec<_> = graph.node_weights().collect();
    format!(
        "{nodes:?}\n{edges:?}\n{:?}\n{:?}\n{:?}",
        roads.streets.restrictions(),
        roads.summary,
        roads.issues
    )
}
