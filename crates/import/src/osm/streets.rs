//! Cuts ways into streets and puts them into a street graph.
//!
//! A way is first cut into stretches where a point is missing or off the grid. A stretch is then cut into streets at its ends, at
//! points that any stretch visits again, at barriers and signals that someone waits at, and, so that no street ends where it begins, in the middle of a loop. Turn
//! restrictions are put on the streets last.

use std::ops::Range;

use catchment_travel::{Along, Metres, NewStreet, Profile, StreetGraph, StreetGraphBuilder, Tags};
use petgraph::graph::NodeIndex;

use super::OsmSummary;
use super::points::{Place, Points};
use super::restrictions::{Piece, Pieces};
use super::ways::Ways;

/// Makes the street graph of the ways.
pub(super) fn build(
    ways: &Ways,
    points: &Points,
    profiles: &[Profile],
) -> (StreetGraph, OsmSummary) {
    let mut summary = counts(ways, points);
    let paths = Paths::cut(ways, points, &mut summary);
    let is_junction = paths.junctions(points);
    summary.barriers = points
        .barriers()
        .filter(|point| is_junction[*point])
        .count() as u64;
    let mut streets = StreetGraphBuilder::new(profiles);
    let junctions = add_junctions(&mut streets, &paths.at, &is_junction, points);
    let mut pieces = Pieces::wanted(ways);
    let mut tags = Vec::new();
    for (way, stretches) in paths.ways.iter().enumerate() {
        let stretches = &paths.stretches[stretches.clone()];
        ways.tags(way, &mut tags);
        let tags = Tags::new(&tags);
        let length = Metres::new(stretches.iter().map(|stretch| paths.length(stretch)).sum());
        let mut used = false;
        for section in stretches
            .iter()
            .flat_map(|stretch| sections(&paths.points[stretch.clone()], &is_junction))
        {
            let [from, .., to] = *section else { continue };
            let edge = with_points(section, points, |along| {
                streets.add(NewStreet {
                    ends: [junctions[from as usize], junctions[to as usize]],
                    shape: paths.shape(section),
                    tags,
                    way_length: Some(length),
                    points: along,
                })
            });
            if let Some(edge) = edge {
                used = true;
                pieces.put(way, Piece { from, to, edge });
            }
        }
        summary.ways_used += u64::from(used);
        summary.ferries += u64::from(used && tags.is("route", &["ferry"]));
        summary.conditional_speeds += u64::from(used && tags.get("maxspeed:conditional").is_some());
    }
    summary.turns = pieces.restrict(ways, points, profiles, &mut streets);
    let streets = streets.finish();
    summary.junctions = streets.graph().node_count() as u64;
    summary.streets = streets.graph().edge_count() as u64;
    (streets, summary)
}

/// Counts what the file holds.
fn counts(ways: &Ways, points: &Points) -> OsmSummary {
    let mut summary = OsmSummary {
        nodes_read: points.read,
        ways_read: ways.read,
        duplicate_nodes: points.duplicates,
        duplicate_ways: ways.duplicates,
        ..OsmSummary::default()
    };
    for place in points.places() {
        summary.missing_nodes += u64::from(*place == Place::Missing);
        summary.nodes_off_grid += u64::from(*place == Place::OffGrid);
    }
    summary
}

/// Hands over the points of a section that make a difference to it, with their tags.
fn with_points<T>(
    section: &[u32],
    points: &Points,
    take: impl FnOnce(&[(Along, Tags<'_>)]) -> T,
) -> T {
    if !points.any_tags() {
        return take(&[]);
    }
    let last = section.len() - 1;
    let mut found = Vec::new();
    for (place, point) in section.iter().enumerate() {
        let mut tags = Vec::new();
        points.tags(*point as usize, &mut tags);
        if !tags.is_empty() {
            let along = match place {
                0 => Along::First,
                place if place == last => Along::Last,
                _ => Along::Between,
            };
            found.push((along, tags));
        }
    }
    let found: Vec<(Along, Tags<'_>)> = found
        .iter()
        .map(|(along, tags)| (*along, Tags::new(tags)))
        .collect();
    take(&found)
}

/// Adds a junction for each point that is one, in the order of their ids; other points get a number that stands for none.
fn add_junctions(
    streets: &mut StreetGraphBuilder<'_>,
    at: &[[f64; 2]],
    is_junction: &[bool],
    points: &Points,
) -> Vec<NodeIndex> {
    let mut junctions = vec![NodeIndex::end(); at.len()];
    let mut tags = Vec::new();
    for (point, junction) in junctions.iter_mut().enumerate() {
        if is_junction[point] {
            points.tags(point, &mut tags);
            *junction = streets.junction(at[point], Tags::new(&tags));
        }
    }
    junctions
}

/// The ways as runs of points that are there.
struct Paths {
    /// Where each point is; zero for those that are not on any stretch.
    at: Vec<[f64; 2]>,
    /// The points of all stretches, one after the other; a point is never followed by itself.
    points: Vec<u32>,
    /// At least two points each.
    stretches: Vec<Range<usize>>,
    /// The stretches of each way.
    ways: Vec<Range<usize>>,
}

impl Paths {
    fn cut(ways: &Ways, points: &Points, summary: &mut OsmSummary) -> Self {
        let at = points.places().iter().map(|place| match place {
            Place::At(point) => *point,
            Place::Missing | Place::OffGrid => [0.0; 2],
        });
        let mut paths = Self {
            at: at.collect(),
            points: Vec::new(),
            stretches: Vec::new(),
            ways: Vec::with_capacity(ways.count()),
        };
        for way in 0..ways.count() {
            let first = paths.stretches.len();
            let (mut missing, mut off_grid) = (false, false);
            let mut start = paths.points.len();
            for id in ways.refs(way) {
                let index = points.index(*id);
                match index.map_or(Place::Missing, |index| points.places()[index]) {
                    Place::At(_) => paths.visit(start, index),
                    Place::Missing => {
                        missing = true;
                        start = paths.end(start);
                    }
                    Place::OffGrid => {
                        off_grid = true;
                        start = paths.end(start);
                    }
                }
            }
            paths.end(start);
            paths.ways.push(first..paths.stretches.len());
            summary.ways_cut_at_edge += u64::from(missing);
            summary.ways_cut_at_grid += u64::from(off_grid);
        }
        paths
    }

    /// Goes on to a point, unless the stretch is there already.
    fn visit(&mut self, start: usize, index: Option<usize>) {
        let Some(point) = index.and_then(|index| u32::try_from(index).ok()) else {
            return;
        };
        if self.points[start..].last() != Some(&point) {
            self.points.push(point);
        }
    }

    /// Ends a stretch, which counts only if it goes anywhere, and returns where the next one starts.
    fn end(&mut self, start: usize) -> usize {
        if self.points.len() >= start + 2 {
            self.stretches.push(start..self.points.len());
        } else {
            self.points.truncate(start);
        }
        self.points.len()
    }

    /// Says of each point whether streets meet, end, are barred, are waited on or are halved there.
    fn junctions(&self, points: &Points) -> Vec<bool> {
        let mut visited = vec![false; self.at.len()];
        let mut is_junction = vec![false; self.at.len()];
        for point in &self.points {
            let point = *point as usize;
            is_junction[point] |= visited[point];
            visited[point] = true;
        }
        for stretch in &self.stretches {
            is_junction[self.points[stretch.start] as usize] = true;
            is_junction[self.points[stretch.end - 1] as usize] = true;
        }
        for point in points.between() {
            is_junction[point] |= visited[point];
        }
        // The middle of a loop is on that loop alone, so halving one never makes or halves another.
        let middles: Vec<u32> = self
            .stretches
            .iter()
            .flat_map(|stretch| sections(&self.points[stretch.clone()], &is_junction))
            .filter(|section| section.first() == section.last())
            .map(|section| self.middle(section))
            .collect();
        for point in middles {
            is_junction[point as usize] = true;
        }
        is_junction
    }

    /// Returns the inner point of a section that is nearest to half its length.
    fn middle(&self, section: &[u32]) -> u32 {
        let half = self.length_of(section) / 2.0;
        let (mut best, mut nearest, mut walked) = (section[1], f64::INFINITY, 0.0);
        for pair in section[..section.len() - 1].windows(2) {
            walked += self.step(pair);
            if (walked - half).abs() < nearest {
                (best, nearest) = (pair[1], (walked - half).abs());
            }
        }
        best
    }

    fn step(&self, pair: &[u32]) -> f64 {
        let (from, to) = (self.at[pair[0] as usize], self.at[pair[1] as usize]);
        (to[0] - from[0]).hypot(to[1] - from[1])
    }

    fn length_of(&self, section: &[u32]) -> f64 {
        section.windows(2).map(|pair| self.step(pair)).sum()
    }

    fn length(&self, stretch: &Range<usize>) -> f64 {
        self.length_of(&self.points[stretch.clone()])
    }

    /// Returns the shape of a section, without points that are where the one before was; both ends stay.
    fn shape(&self, section: &[u32]) -> Vec<[f64; 2]> {
        let mut shape: Vec<[f64; 2]> = section
            .iter()
            .map(|point| self.at[*point as usize])
            .collect();
        shape.dedup();
        if let [only] = shape[..] {
            shape.push(only);
        }
        shape.shrink_to_fit();
        shape
    }
}

/// Walks the sections of a stretch from junction to junction; the ends of the stretch are junctions.
fn sections<'a>(stretch: &'a [u32], is_junction: &[bool]) -> impl Iterator<Item = &'a [u32]> {
    let mut start = 0;
    (1..stretch.len())
        .filter(|end| is_junction[stretch[*end] as usize])
        .map(move |end| {
            let section = &stretch[start..=end];
            start = end;
            section
        })
}
