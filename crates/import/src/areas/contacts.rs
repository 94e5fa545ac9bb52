//! Counts where rings meet themselves and each other.
//!
//! Segments are walked by where they begin in the west; only those that reach past each other are held against each other. The work
//! and what it finds are bounded, so that a file made to be slow is refused and nothing after it has to fear it.

use geo::{
    Coord, Line, LineString, line_intersection::LineIntersection,
    line_intersection::line_intersection,
};

/// The most meetings that are mended; a thousand times what a bad digitiser leaves.
const MOST: usize = 100_000;

/// How many comparisons a segment may need on the average.
const MOST_COMPARISONS: usize = 2_000;

/// How often rings meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Contacts {
    /// Pairs of segments that cross.
    pub(super) crossings: usize,
    /// Pairs of segments that touch or lie on each other, neighbours in a ring left out.
    pub(super) touches: usize,
}

/// The rings meet too often, or in too tangled a way, to go on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tangled;

struct Segment {
    line: Line<f64>,
    west: f64,
    east: f64,
    south: f64,
    north: f64,
    ring: u32,
    place: u32,
    /// Segments in its ring.
    count: u32,
}

impl Segment {
    fn new(start: Coord<f64>, end: Coord<f64>, ring: u32, place: usize, count: usize) -> Self {
        Self {
            line: Line::new(start, end),
            west: start.x.min(end.x),
            east: start.x.max(end.x),
            south: start.y.min(end.y),
            north: start.y.max(end.y),
            ring,
            place: place as u32,
            count: count as u32,
        }
    }

    fn follows(&self, other: &Self) -> bool {
        self.ring == other.ring && (other.place + 1) % other.count == self.place
    }
}

/// Counts meetings over closed rings that repeat no position at once.
pub(super) fn contacts<'a>(
    rings: impl Iterator<Item = &'a LineString<f64>>,
) -> Result<Contacts, Tangled> {
    let mut segments: Vec<Segment> = Vec::new();
    for (ring, number) in rings.zip(0u32..) {
        let count = ring.0.len().saturating_sub(1);
        let pairs = ring.0.windows(2).enumerate();
        segments.extend(
            pairs.map(|(place, pair)| Segment::new(pair[0], pair[1], number, place, count)),
        );
    }
    segments.sort_unstable_by(|a, b| {
        let order = a.west.total_cmp(&b.west);
        order.then(a.ring.cmp(&b.ring)).then(a.place.cmp(&b.place))
    });
    let mut budget = segments.len().saturating_mul(MOST_COMPARISONS);
    let mut found = Contacts::default();
    for (index, one) in segments.iter().enumerate() {
        for other in &segments[index + 1..] {
            if other.west > one.east {
                break;
            }
            budget = budget.checked_sub(1).ok_or(Tangled)?;
            if other.south > one.north || other.north < one.south {
                continue;
            }
            meet(one, other, &mut found);
            if found.crossings + found.touches > MOST {
                return Err(Tangled);
            }
        }
    }
    Ok(found)
}

fn meet(one: &Segment, other: &Segment, found: &mut Contacts) {
    let neighbours = one.follows(other) || other.follows(one);
    match line_intersection(one.line, other.line) {
        Some(LineIntersection::SinglePoint { is_proper, .. }) => {
            if is_proper {
                found.crossings += 1;
            } else if !neighbours {
                found.touches += 1;
            }
        }
        Some(LineIntersection::Collinear { intersection })
            if !neighbours || intersection.start != intersection.end =>
        {
            found.touches += 1;
        }
        // Apart, or neighbours that meet end to end.
        None | Some(LineIntersection::Collinear { .. }) => {}
    }
}
