//! Community assets and the names of towns, from the tags of a road file.
//!
//! Points and closed ways are read, and the outer ways of multipolygons. An area becomes a point: the centroid of its outline, of a
//! multipolygon that of the outer lines. Only what is open to the public counts: what is tagged `access=private` or `no`, disused or
//! abandoned is left out and said. The tags and the kinds they give:
//!
//! | tag | kind |
//! |---|---|
//! | `amenity=library` | `library` |
//! | `amenity=community_centre`, `social_centre`, `community_hall`, `village_hall` | `community_centre` |
//! | `amenity=place_of_worship` | `place_of_worship` |
//! | `amenity=cafe` | `cafe` |
//! | `leisure=sports_centre`, `sports_hall`, `water_park` | `leisure_centre` |
//! | `leisure=swimming_pool` (or `amenity`) with a name or `access=yes`, since most others are in gardens | `swimming_pool` |
//! | `leisure=park` | `park` |
//! | `leisure=garden` with `garden:type=community` | `community_garden` |
//! | `amenity=arts_centre`, `theatre`, `cinema` | the same word |
//! | `tourism=museum`, `gallery` | the same word |
//!
//! What this module deliberately does not do: pubs, shops and care services are no community assets here; opening hours and heights are
//! not read; towns drawn as areas are not read, their points are.

use std::collections::BTreeMap;
use std::sync::Arc;

use catchment_core::grid::{Grid, GridPoint, LonLat};
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::{Asset, AssetSource, GeocodeGrade};
use catchment_travel::Tags;
use geo::{BoundingRect, Centroid, LineString, MultiLineString, Point, Polygon};

use crate::assets::names;
use crate::text;

/// Tags that make a place a community asset: key, value, kind.
const TAGS: [(&str, &str, &str); 19] = [
    ("amenity", "library", "library"),
    ("amenity", "community_centre", "community_centre"),
    ("amenity", "social_centre", "community_centre"),
    ("amenity", "community_hall", "community_centre"),
    ("amenity", "village_hall", "community_centre"),
    ("amenity", "place_of_worship", "place_of_worship"),
    ("amenity", "cafe", "cafe"),
    ("leisure", "sports_centre", "leisure_centre"),
    ("leisure", "sports_hall", "leisure_centre"),
    ("leisure", "water_park", "leisure_centre"),
    ("leisure", "swimming_pool", POOL),
    ("amenity", "swimming_pool", POOL),
    ("leisure", "park", "park"),
    ("leisure", "garden", GARDEN),
    ("amenity", "arts_centre", "arts_centre"),
    ("amenity", "theatre", "theatre"),
    ("amenity", "cinema", "cinema"),
    ("tourism", "museum", "museum"),
    ("tourism", "gallery", "gallery"),
];
const POOL: &str = "swimming_pool";
const GARDEN: &str = "community_garden";
/// The keys of those tags.
const KEYS: [&str; 3] = ["amenity", "leisure", "tourism"];
/// The places whose names people give instead of an address.
const TOWNS: [&str; 8] = [
    "city",
    "town",
    "village",
    "suburb",
    "hamlet",
    "quarter",
    "neighbourhood",
    "borough",
];

/// What the tags of an asset say.
#[derive(Clone, Debug, PartialEq)]
struct What {
    kind: &'static str,
    name: String,
    postcode: Option<String>,
    step_free: Option<bool>,
}

/// Whether something is an asset.
enum Verdict {
    Asset(What),
    /// It is one, but not for the public.
    Shut,
    Other,
}

fn verdict(tags: &[(&str, &str)]) -> Verdict {
    if !tags.iter().any(|(key, _)| KEYS.contains(key)) {
        return Verdict::Other;
    }
    let tags = Tags::new(tags);
    // One place may be several things, `cinema;arts_centre`; the first that is known counts.
    let has = |key: &str, value: &str| {
        tags.get(key)
            .is_some_and(|values| values.split(';').any(|one| one.trim() == value))
    };
    let known = |(key, value, kind): &(&str, &str, &str)| match *kind {
        GARDEN => has(key, value) && tags.is("garden:type", &["community"]),
        POOL => {
            has(key, value) && (tags.get("name").is_some() || tags.is("access", &["yes", "public"]))
        }
        _ => has(key, value),
    };
    let Some((_, _, kind)) = TAGS.iter().find(|tag| known(tag)) else {
        return Verdict::Other;
    };
    let shut = tags.is("access", &["private", "no"])
        || tags.is("disused", &["yes"])
        || tags.is("abandoned", &["yes"]);
    if shut {
        return Verdict::Shut;
    }
    Verdict::Asset(What {
        kind,
        name: names::plain(tags.get("name").unwrap_or_default()),
        postcode: tags.get("addr:postcode").and_then(text::postcode),
        step_free: match tags.get("wheelchair") {
            Some("yes" | "designated") => Some(true),
            Some("no") => Some(false),
            _ => None,
        },
    })
}

/// Says whether a member of this role is a part of a multipolygon's outline. Old maps leave the role out.
pub(super) fn is_outer(role: &str) -> bool {
    role.is_empty() || role == "outer"
}

/// What an asset is drawn as; the order is that of the assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Drawn {
    Node,
    Way,
    Relation,
}

/// An asset drawn as an area.
#[derive(Debug)]
struct Outline {
    drawn: Drawn,
    id: i64,
    what: What,
    /// The points of a way, the outer ways of a relation.
    parts: Vec<i64>,
}

/// Assets drawn as areas, from the ways and relations of the file.
#[derive(Debug, Default)]
pub(super) struct Outlines {
    areas: Vec<Outline>,
    /// The points of the relations' outer ways, which are looked for when all relations are known.
    lines: BTreeMap<i64, Vec<i64>>,
    shut: u64,
    not_closed: u64,
}

impl Outlines {
    /// Takes a way if it is an asset.
    pub(super) fn way(&mut self, id: i64, refs: impl Iterator<Item = i64>, tags: &[(&str, &str)]) {
        match verdict(tags) {
            Verdict::Other => {}
            Verdict::Shut => self.shut += 1,
            Verdict::Asset(what) => {
                let parts: Vec<i64> = refs.collect();
                if parts.len() < 4 || parts.first() != parts.last() {
                    self.not_closed += 1;
                    return;
                }
                self.take(Drawn::Way, id, what, parts);
            }
        }
    }

    /// Takes a relation if it is a multipolygon and an asset; `outers` are the ids of its outer ways.
    pub(super) fn relation(
        &mut self,
        id: i64,
        outers: impl Iterator<Item = i64>,
        tags: &[(&str, &str)],
    ) {
        if !Tags::new(tags).is("type", &["multipolygon"]) {
            return;
        }
        match verdict(tags) {
            Verdict::Other => {}
            Verdict::Shut => self.shut += 1,
            Verdict::Asset(what) => self.take(Drawn::Relation, id, what, outers.collect()),
        }
    }

    fn take(&mut self, drawn: Drawn, id: i64, what: What, parts: Vec<i64>) {
        self.areas.push(Outline {
            drawn,
            id,
            what,
            parts,
        });
    }

    /// Appends those of a later part of the file.
    pub(super) fn append(&mut self, later: Self) {
        self.areas.extend(later.areas);
        self.shut += later.shut;
        self.not_closed += later.not_closed;
    }

    /// Puts them in order; of those with the same id the first stays. Returns the ids of the relations' outer ways, in order.
    pub(super) fn settle(&mut self) -> Vec<i64> {
        self.areas
            .sort_by_key(|outline| (outline.drawn, outline.id));
        self.areas
            .dedup_by_key(|outline| (outline.drawn, outline.id));
        let relations = self
            .areas
            .iter()
            .filter(|outline| outline.drawn == Drawn::Relation);
        let mut ids: Vec<i64> = relations
            .flat_map(|relation| relation.parts.iter().copied())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Takes the points of an outer way of a relation, unless it is known.
    pub(super) fn line(&mut self, way: i64, refs: Vec<i64>) {
        self.lines.entry(way).or_insert(refs);
    }

    fn points(&self) -> Vec<i64> {
        let rings = self
            .areas
            .iter()
            .filter(|outline| outline.drawn == Drawn::Way)
            .flat_map(|outline| &outline.parts);
        let mut ids: Vec<i64> = rings
            .chain(self.lines.values().flatten())
            .copied()
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// What decides whether a point of the file is a landmark.
#[derive(Clone)]
pub(super) struct Search<'a> {
    grid: &'a Grid,
    /// Whether assets are wanted; towns always are.
    assets: bool,
    corners: Arc<[i64]>,
}

impl Search<'_> {
    /// Returns where a point stands among those of the outlines.
    pub(super) fn corner(&self, id: i64) -> Option<usize> {
        self.corners.binary_search(&id).ok()
    }

    /// Says whether a key is one that landmarks have.
    pub(super) fn is_key(&self, key: &str) -> bool {
        key == "place" || (self.assets && KEYS.contains(&key))
    }

    /// Notes where a corner of an outline is.
    pub(super) fn take_corner(&self, corner: usize, position: LonLat, spots: &mut Spots) {
        if let Ok(point) = self.grid.to_grid(position) {
            spots.corners.push((corner, point));
        }
    }

    /// Takes a point if it is an asset or a town.
    pub(super) fn offer(
        &self,
        id: i64,
        position: LonLat,
        tags: &[(&str, &str)],
        spots: &mut Spots,
    ) {
        let looked_up = Tags::new(tags);
        if looked_up.is("place", &TOWNS)
            && let Some(name) = looked_up.get("name").map(names::plain)
            && !name.is_empty()
            && let Ok(point) = self.grid.to_grid(position)
        {
            spots.towns.push((id, name, point));
        }
        if !self.assets {
            return;
        }
        match verdict(tags) {
            Verdict::Other => {}
            Verdict::Shut => spots.shut += 1,
            Verdict::Asset(what) => match self.grid.to_grid(position) {
                Ok(point) => spots.assets.push((id, what, point)),
                Err(_) => spots.off_grid += 1,
            },
        }
    }
}

/// The landmarks among some points of the file.
#[derive(Debug, Default)]
pub(super) struct Spots {
    corners: Vec<(usize, GridPoint)>,
    assets: Vec<(i64, What, GridPoint)>,
    towns: Vec<(i64, String, GridPoint)>,
    shut: u64,
    off_grid: u64,
}

impl Spots {
    /// Appends those of a later part of the file.
    pub(super) fn append(&mut self, later: Self) {
        self.corners.extend(later.corners);
        self.assets.extend(later.assets);
        self.towns.extend(later.towns);
        self.shut += later.shut;
        self.off_grid += later.off_grid;
    }
}

/// What besides roads a file holds.
#[derive(Debug)]
pub(super) struct Landmarks {
    outlines: Outlines,
    corners: Arc<[i64]>,
    pub(super) spots: Spots,
}

/// What is kept of them.
pub(super) struct Kept {
    pub(super) assets: Vec<Asset>,
    pub(super) towns: Vec<(String, GridPoint)>,
    pub(super) issues: Vec<Issue>,
}

impl Landmarks {
    /// Starts with the outlines that were found; their lines are known.
    pub(super) fn new(outlines: Outlines) -> Self {
        Self {
            corners: outlines.points().into(),
            outlines,
            spots: Spots::default(),
        }
    }

    /// Returns what to look for among the points.
    pub(super) fn search<'a>(&self, grid: &'a Grid, assets: bool) -> Search<'a> {
        Search {
            grid,
            assets,
            corners: Arc::clone(&self.corners),
        }
    }

    /// Makes assets and towns of them, in the order of points, ways, relations and their ids.
    pub(super) fn finish(self, file: &str) -> Kept {
        let Self {
            outlines,
            corners,
            mut spots,
        } = self;
        let mut places: Vec<Option<GridPoint>> = vec![None; corners.len()];
        for (corner, point) in &spots.corners {
            places[*corner].get_or_insert(*point);
        }
        let place = |id: &i64| corners.binary_search(id).ok().and_then(|at| places[at]);
        spots.assets.sort_by_key(|(id, _, _)| *id);
        spots.assets.dedup_by_key(|(id, _, _)| *id);
        let mut unplaced = spots.off_grid;
        let mut assets: Vec<Asset> = spots
            .assets
            .into_iter()
            .map(|(id, what, point)| asset(Drawn::Node, id, what, point))
            .collect();
        for outline in outlines.areas {
            let middle = match outline.drawn {
                Drawn::Relation => middle_of_lines(
                    outline
                        .parts
                        .iter()
                        .filter_map(|way| outlines.lines.get(way))
                        .map(|line| line.iter().filter_map(place).collect()),
                ),
                _ => middle_of_ring(&outline.parts.iter().filter_map(place).collect::<Vec<_>>()),
            };
            match middle {
                Some(point) => assets.push(asset(outline.drawn, outline.id, outline.what, point)),
                None => unplaced += 1,
            }
        }
        spots.towns.sort_by_key(|(id, _, _)| *id);
        spots.towns.dedup_by_key(|(id, _, _)| *id);
        Kept {
            assets,
            towns: spots
                .towns
                .into_iter()
                .map(|(_, name, point)| (name, point))
                .collect(),
            issues: issues(
                file,
                outlines.shut + spots.shut,
                outlines.not_closed,
                unplaced,
            ),
        }
    }
}

fn asset(drawn: Drawn, id: i64, what: What, point: GridPoint) -> Asset {
    let word = match drawn {
        Drawn::Node => "node",
        Drawn::Way => "way",
        Drawn::Relation => "relation",
    };
    Asset {
        key: format!("osm-{word}-{id}"),
        name: what.name,
        kind: what.kind.to_owned(),
        postcode: what.postcode,
        point,
        grade: GeocodeGrade::Coordinates,
        step_free: what.step_free,
        source: AssetSource::OpenStreetMap,
    }
}

fn coordinates(points: &[GridPoint]) -> LineString<f64> {
    points.iter().map(|point| (point.x, point.y)).collect()
}

fn middle_of_ring(points: &[GridPoint]) -> Option<GridPoint> {
    let ring = coordinates(points);
    let area = Polygon::new(ring.clone(), Vec::new());
    inside(area.centroid(), &MultiLineString::new(vec![ring]))
}

fn middle_of_lines(lines: impl Iterator<Item = Vec<GridPoint>>) -> Option<GridPoint> {
    let lines = lines.filter(|line| !line.is_empty());
    let lines = MultiLineString::new(lines.map(|line| coordinates(&line)).collect());
    inside(lines.centroid(), &lines)
}

/// Takes a centroid if it lies within the frame of its outline, else the middle of the frame: the centroid of a ring that crosses
/// itself may be anywhere.
fn inside(centroid: Option<Point<f64>>, lines: &MultiLineString<f64>) -> Option<GridPoint> {
    let frame = lines.bounding_rect()?;
    let fits = |point: &Point<f64>| {
        (frame.min().x..=frame.max().x).contains(&point.x())
            && (frame.min().y..=frame.max().y).contains(&point.y())
    };
    let middle = centroid
        .filter(fits)
        .unwrap_or_else(|| frame.center().into());
    Some(GridPoint {
        x: middle.x(),
        y: middle.y(),
    })
}

fn issues(file: &str, shut: u64, not_closed: u64, unplaced: u64) -> Vec<Issue> {
    let told = [
        (
            shut,
            (
                "is private, disused or abandoned",
                "are private, disused or abandoned",
            ),
            "if they are open to the public, correct their tags on the map or list them in a table",
        ),
        (
            not_closed,
            (
                "is drawn as a line that does not close",
                "are drawn as lines that do not close",
            ),
            "list them in a table if they matter",
        ),
        (
            unplaced,
            (
                "has no point that is in it and on the study's grid",
                "have no point that is in it and on the study's grid",
            ),
            "take a road file that reaches further than the study",
        ),
    ];
    told.into_iter()
        .filter(|(number, _, _)| *number > 0)
        .map(|(number, (one, many), hint)| {
            let message = if number == 1 {
                format!("1 community asset of the road file {one} and was left out")
            } else {
                format!("{number} community assets of the road file {many} and were left out")
            };
            Issue::new(file, Severity::Note, message, hint)
        })
        .collect()
}
