//! Looks for overlaps, gaps and slivers in a set of areas.
//!
//! Of two areas side by side, each has the edge between them, in opposite directions. Such pairs of edges cancel: what is left, the free
//! edges, goes around the set, around its gaps and around its overlaps, and nowhere else. So a sound set of many thousand areas is done
//! after sorting its edges once; only areas that have free edges within each other's boxes are ever cut against each other.
//!
//! Nothing is mended here, and an area of several parts, a hole that another area fills and a lake at the edge are nothing to speak of.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use catchment_core::area::Area;
use catchment_core::issue::{Issue, Severity};
use geo::bool_ops::{FillRule, OpType};
use geo::{
    Area as _, BooleanOps, BoundingRect, Coord, CoordsIter, Euclidean, Length, LineString,
    MultiPolygon, Polygon, Rect,
};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::contacts::contacts;
use super::outline::rings;
use crate::spatial::counted;

/// Smaller than this, an overlap or a gap is a sliver; square metres.
const SLIVER_AREA: f64 = 100.0;

/// Thinner than this, it is a sliver too; metres.
const SLIVER_WIDTH: f64 = 2.0;

/// Smaller than this, it is nothing: what rounding leaves; square metres.
const NOTHING: f64 = 0.1;

/// How many overlaps and how many gaps are named.
const NAMED: usize = 5;

/// How many free edges in a row share a box when neighbours are looked for.
const CHUNK: usize = 32;

/// How many positions may be cut against each other over a whole set.
const MOST_POSITIONS: usize = 50_000_000;

/// Notes what is odd about a set of areas.
pub(super) fn look_over(file: &str, areas: &[Area], issues: &mut Vec<Issue>) {
    let mut note = |message: String, hint: &str| {
        issues.push(Issue::new(file, Severity::Note, message, hint));
    };
    let free = FreeEdges::of(areas);
    let mut slivers = Slivers::default();
    let (overlaps, whole) = overlaps(areas, &free, &mut slivers);
    for (one, other, area) in overlaps.iter().take(NAMED) {
        note(
            format!(
                "{} and {} overlap by {area:.0} m²",
                named(&areas[*one]),
                named(&areas[*other])
            ),
            "look at the two outlines; what lies in both may be counted in either",
        );
    }
    if overlaps.len() > NAMED {
        let more = &overlaps[NAMED..];
        let area: f64 = more.iter().map(|(_, _, area)| area).sum();
        note(
            format!(
                "{} overlap, by {area:.0} m² in all",
                counted(more.len(), "more pair of areas", "more pairs of areas")
            ),
            "see whether areas of two levels or two years are in one file",
        );
    }
    match gaps(&free, &mut slivers) {
        Some(gaps) => tell_gaps(&gaps, &mut note),
        None => note(
            "has outlines that cross each other too often to look for gaps between them".to_owned(),
            "look at it in QGIS",
        ),
    }
    if !whole {
        note(
            "has more areas that may overlap than are looked at; some overlaps may not be named"
                .to_owned(),
            "see whether areas of two levels or two years are in one file",
        );
    }
    if slivers.count > 0 {
        let what = counted(
            slivers.count,
            "sliver, an overlap or a gap",
            "slivers, overlaps or gaps",
        );
        note(
            format!(
                "has {what} thinner than {SLIVER_WIDTH:.0} m or smaller than {SLIVER_AREA:.0} m²; {:.0} m² in all",
                slivers.area
            ),
            "outlines that were simplified one by one leave them; they move next to nothing",
        );
    }
}

fn tell_gaps(gaps: &[(f64, Coord<f64>)], note: &mut impl FnMut(String, &str)) {
    for (area, at) in gaps.iter().take(NAMED) {
        note(
            format!(
                "has a gap of {area:.0} m² between its areas, at {:.0}, {:.0} on the study's grid",
                at.x, at.y
            ),
            "a place in it is in no area; see whether an area is missing",
        );
    }
    if gaps.len() > NAMED {
        let more = &gaps[NAMED..];
        let area: f64 = more.iter().map(|(area, _)| area).sum();
        note(
            format!(
                "has {} between its areas, {area:.0} m² in all",
                counted(more.len(), "more gap", "more gaps")
            ),
            "a place in one is in no area; see whether areas are missing",
        );
    }
}

fn named(area: &Area) -> String {
    format!("{} ({})", area.code, area.name)
}

#[derive(Default)]
struct Slivers {
    count: usize,
    area: f64,
}

impl Slivers {
    /// Takes a piece if it is a sliver or nothing at all; returns its area if it is neither.
    fn sift(&mut self, piece: &Polygon<f64>) -> Option<f64> {
        let area = piece.unsigned_area();
        let around: f64 = rings(piece).map(|ring| Euclidean.length(ring)).sum();
        if area < NOTHING {
            return None;
        }
        // A long piece is as wide as its area shared out over half of its edge.
        if area < SLIVER_AREA || 2.0 * area / around < SLIVER_WIDTH {
            self.count += 1;
            self.area += area;
            return None;
        }
        Some(area)
    }
}

/// The edges that no other area has in the opposite direction, by area, in the order of its rings, so turned that the area lies on their left.
struct FreeEdges {
    of_area: Vec<Vec<[Coord<f64>; 2]>>,
}

impl FreeEdges {
    fn of(areas: &[Area]) -> Self {
        let directed: Vec<Vec<[Coord<f64>; 2]>> =
            areas.par_iter().map(|area| edges(&area.outline)).collect();
        let numbered = directed.iter().flatten().zip(0u32..);
        let mut keys: Vec<(u64, u32)> = numbered
            .map(|(edge, number)| (key(*edge), number))
            .collect();
        keys.par_sort_unstable();
        let mut shared = vec![false; keys.len()];
        for alike in keys.chunk_by(|a, b| a.0 >> 1 == b.0 >> 1) {
            // One in each direction; more than one in a direction means that areas lie on each other.
            if let [(a, one), (b, other)] = alike
                && a != b
            {
                shared[*one as usize] = true;
                shared[*other as usize] = true;
            }
        }
        let mut number = 0;
        let of_area = directed
            .into_iter()
            .map(|mut edges| {
                edges.retain(|_| {
                    number += 1;
                    !shared[number - 1]
                });
                edges
            })
            .collect();
        Self { of_area }
    }

    /// Joins the free edges end to start into rings. They always close: whole rings less edges in both directions leave as many edges
    /// into a position as out of it.
    fn rings(&self) -> Vec<LineString<f64>> {
        let edges: Vec<[Coord<f64>; 2]> = self.of_area.iter().flatten().copied().collect();
        let mut from: HashMap<[u64; 2], Vec<u32>> = HashMap::with_capacity(edges.len());
        for ([start, _], number) in edges.iter().zip(0u32..) {
            from.entry(bits(*start)).or_default().push(number);
        }
        let mut used = vec![false; edges.len()];
        let mut rings = Vec::new();
        for first in 0..edges.len() {
            if used[first] {
                continue;
            }
            let mut ring = vec![edges[first][0]];
            let mut at = first;
            loop {
                used[at] = true;
                let end = edges[at][1];
                ring.push(end);
                if bits(end) == bits(ring[0]) {
                    break;
                }
                let next = from.get_mut(&bits(end)).and_then(|starts| {
                    while let Some(next) = starts.pop() {
                        if !used[next as usize] {
                            return Some(next as usize);
                        }
                    }
                    None
                });
                let Some(next) = next else { break };
                at = next;
            }
            rings.push(LineString::new(ring));
        }
        rings
    }
}

fn bits(at: Coord<f64>) -> [u64; 2] {
    // Zero has two signs.
    [(at.x + 0.0).to_bits(), (at.y + 0.0).to_bits()]
}

/// Returns an area's edges with the area on their left.
fn edges(outline: &MultiPolygon<f64>) -> Vec<[Coord<f64>; 2]> {
    let mut edges = Vec::with_capacity(outline.coords_count());
    for polygon in outline {
        for (place, ring) in rings(polygon).enumerate() {
            let against_the_clock = Polygon::new(ring.clone(), Vec::new()).signed_area() > 0.0;
            let turned = against_the_clock != (place == 0);
            edges.extend(ring.0.windows(2).map(|pair| {
                if turned {
                    [pair[1], pair[0]]
                } else {
                    [pair[0], pair[1]]
                }
            }));
        }
    }
    edges
}

/// Hashes an edge; the lowest bit is its direction, the others are the same both ways.
fn key([start, end]: [Coord<f64>; 2]) -> u64 {
    let (a, b) = (bits(start), bits(end));
    let (low, high, direction) = if a <= b { (a, b, 0) } else { (b, a, 1) };
    let mixed = low
        .into_iter()
        .chain(high)
        .fold(0x9e37_79b9_7f4a_7c15_u64, |hash, word| {
            let hash = (hash ^ word).wrapping_mul(0xff51_afd7_ed55_8ccd);
            hash ^ (hash >> 32)
        });
    mixed << 1 | direction
}

/// Two areas and the square metres they share.
type Overlap = (usize, usize, f64);

/// Two areas and the pieces they share.
type Shared = ((usize, usize), MultiPolygon<f64>);

/// Finds the areas that overlap, the largest overlap first, and says whether all that may were looked at.
fn overlaps(areas: &[Area], free: &FreeEdges, slivers: &mut Slivers) -> (Vec<Overlap>, bool) {
    let (pairs, whole) = candidates(areas, free);
    let found: Vec<Option<Shared>> = pairs
        .into_par_iter()
        .map(|(one, other)| {
            let (a, b) = (&areas[one].outline, &areas[other].outline);
            contacts(a.iter().chain(b).flat_map(rings)).ok()?;
            Some(((one, other), a.intersection(b)))
        })
        .collect();
    let untangled = found.iter().all(Option::is_some);
    let mut overlaps = Vec::new();
    for ((one, other), pieces) in found.into_iter().flatten() {
        let area: f64 = pieces.iter().filter_map(|piece| slivers.sift(piece)).sum();
        if area > 0.0 {
            overlaps.push((one, other, area));
        }
    }
    overlaps.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    (overlaps, whole && untangled)
}

/// Finds pairs of which one has free edges within the box of the other.
fn candidates(areas: &[Area], free: &FreeEdges) -> (Vec<(usize, usize)>, bool) {
    let boxes = areas.iter().enumerate().filter_map(|(index, area)| {
        let around = area.outline.bounding_rect()?;
        Some(GeomWithData::new(rectangle(around), index))
    });
    let tree = RTree::bulk_load(boxes.collect());
    let mut pairs = BTreeSet::new();
    let mut budget = MOST_POSITIONS;
    for (one, edges) in free.of_area.iter().enumerate() {
        for chunk in edges.chunks(CHUNK) {
            let line: LineString<f64> = chunk.iter().flatten().copied().collect();
            let Some(around) = line.bounding_rect() else {
                continue;
            };
            let (low, high) = corners(around);
            for met in tree.locate_in_envelope_intersecting(&AABB::from_corners(low, high)) {
                let other = met.data;
                if other == one || !pairs.insert((one.min(other), one.max(other))) {
                    continue;
                }
                let cost = areas[one].outline.coords_count() + areas[other].outline.coords_count();
                match budget.checked_sub(cost) {
                    Some(left) => budget = left,
                    None => return (pairs.into_iter().collect(), false),
                }
            }
        }
    }
    (pairs.into_iter().collect(), true)
}

fn corners(around: Rect<f64>) -> ([f64; 2], [f64; 2]) {
    (
        [around.min().x, around.min().y],
        [around.max().x, around.max().y],
    )
}

fn rectangle(around: Rect<f64>) -> Rectangle<[f64; 2]> {
    let (low, high) = corners(around);
    Rectangle::from_corners(low, high)
}

/// Finds the holes in the union of all areas, the largest first; nothing where the outlines are too tangled for that.
fn gaps(free: &FreeEdges, slivers: &mut Slivers) -> Option<Vec<(f64, Coord<f64>)>> {
    let rings = free.rings();
    contacts(rings.iter()).ok()?;
    let rings: Vec<Polygon<f64>> = rings
        .into_iter()
        .map(|ring| Polygon::new(ring, Vec::new()))
        .collect();
    let nothing = MultiPolygon::<f64>::new(Vec::new());
    let union = MultiPolygon::new(rings).boolean_op_with_fill_rule(
        &nothing,
        OpType::Union,
        FillRule::Positive,
    );
    let mut gaps: Vec<(f64, Coord<f64>)> = union
        .iter()
        .flat_map(Polygon::interiors)
        .filter_map(|ring| {
            let gap = Polygon::new(ring.clone(), Vec::new());
            let area = slivers.sift(&gap)?;
            Some((area, gap.bounding_rect()?.center()))
        })
        .collect();
    gaps.sort_by_key(|(area, at)| (Reverse(area.to_bits()), bits(*at)));
    Some(gaps)
}
