//! The ground the council stands on: coast, harbour with its narrow mouth, island, river, and the places people live.
//!
//! The shape is drawn by hand in kilometres and roughened at random. It has no likeness to any real coast, and it is
//! laid in open sea, so no one can mistake it. It knows where it is dry; it knows no street.

use crate::geometry::{Buckets, Point, at};
use crate::random::Random;

/// Easting of the local frame's corner on the National Grid: open sea.
pub(crate) const EASTING: f64 = 437_000.0;
/// Northing of the local frame's corner on the National Grid.
pub(crate) const NORTHING: f64 = 27_500.0;

/// The shore from the west boundary by the sea, round the harbour, along the sea front to the east boundary, km.
const SHORE: [(f64, f64); 55] = [
    (1.4, 1.8),
    (3.0, 1.4),
    (4.5, 1.6),
    (5.6, 2.0),
    (6.3, 2.5),
    (6.62, 2.95),
    (6.5, 3.35),
    (5.5, 3.25),
    (4.7, 2.9),
    (4.0, 3.1),
    (3.2, 3.3),
    (2.5, 3.9),
    (2.2, 4.8),
    (2.5, 5.7),
    (2.9, 6.4),
    (3.6, 6.8),
    (4.2, 6.4),
    (4.7, 6.9),
    (5.4, 6.8),
    (6.1, 6.3),
    (6.6, 6.35),
    (6.75, 7.1),
    (6.55, 7.7),
    (6.9, 8.2),
    (7.35, 8.0),
    (7.3, 7.2),
    (7.35, 6.5),
    (7.9, 6.0),
    (8.25, 5.4),
    (8.1, 4.8),
    (8.3, 4.3),
    (7.8, 3.85),
    (7.35, 3.5),
    (6.98, 3.2),
    (7.05, 2.8),
    (7.5, 2.85),
    (8.2, 3.25),
    (9.0, 3.6),
    (10.0, 3.85),
    (11.3, 4.05),
    (12.6, 4.1),
    (13.8, 4.2),
    (15.2, 4.15),
    (16.4, 3.9),
    (17.2, 3.5),
    (17.9, 2.95),
    (18.5, 3.0),
    (18.7, 3.4),
    (19.1, 3.75),
    (19.5, 3.75),
    (20.4, 3.55),
    (21.6, 3.7),
    (22.8, 3.9),
    (24.0, 4.25),
    (25.3, 4.4),
];

/// The boundary inland, from the east by the sea back to the west, km.
const INLAND: [(f64, f64); 17] = [
    (25.7, 5.8),
    (25.9, 7.6),
    (25.3, 9.4),
    (24.4, 11.0),
    (22.6, 12.1),
    (20.6, 12.7),
    (18.6, 12.2),
    (16.6, 11.4),
    (14.4, 11.6),
    (12.5, 11.2),
    (10.5, 11.8),
    (8.4, 11.4),
    (6.1, 11.6),
    (4.0, 10.8),
    (2.2, 10.0),
    (0.8, 8.2),
    (0.7, 5.2),
];

/// The course of the river from the north boundary to the sea, km.
const RIVER: [(f64, f64); 14] = [
    (17.2, 12.2),
    (17.7, 11.3),
    (18.3, 10.7),
    (17.9, 9.9),
    (17.3, 9.3),
    (17.6, 8.5),
    (18.5, 8.1),
    (18.7, 7.3),
    (18.1, 6.7),
    (18.4, 6.0),
    (19.0, 5.5),
    (18.8, 4.7),
    (19.2, 4.2),
    (19.3, 3.5),
];

/// The island in the harbour, km.
const ISLAND: [(f64, f64); 7] = [
    (5.2, 4.5),
    (5.8, 4.3),
    (6.4, 4.5),
    (6.5, 4.9),
    (6.0, 5.2),
    (5.4, 5.1),
    (5.1, 4.8),
];

/// Northings at which the river is bridged, km; the fourth carries the trunk road.
const BRIDGES: [f64; 5] = [4.75, 6.0, 7.5, 9.55, 11.2];

/// Heaths, golf links, water meadows and parks, where few streets run: km east, km north, radius km.
const GREENS: [(f64, f64, f64); 15] = [
    (4.3, 9.6, 0.75),
    (6.3, 9.0, 0.6),
    (9.4, 10.2, 0.8),
    (11.3, 7.5, 0.55),
    (12.4, 6.9, 0.35),
    (10.2, 5.5, 0.5),
    (14.6, 6.5, 0.5),
    (14.3, 9.4, 0.8),
    (16.9, 7.0, 0.8),
    (12.3, 4.8, 0.16),
    (13.3, 4.75, 0.14),
    (17.7, 3.5, 0.6),
    (8.9, 8.3, 0.4),
    (19.4, 6.6, 0.7),
    (2.7, 7.2, 0.6),
];

/// How many people a place draws together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HubKind {
    /// One of the three merged towns.
    Town,
    /// A district of a town with shops of its own.
    District,
    /// A village.
    Village,
    /// Where a main road leaves the council's area.
    Exit,
}

/// A place that streets gather round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hub {
    /// Invented name.
    pub(crate) name: &'static str,
    /// What sort of place.
    pub(crate) kind: HubKind,
    /// Where, in local metres.
    pub(crate) at: Point,
    /// How far it spreads, in metres.
    pub(crate) spread: f64,
    /// How densely it is built, 0 to 1.
    pub(crate) density: f64,
    /// How deprived it is, -1 (well off) to 1 (deprived).
    pub(crate) hardship: f64,
}

use HubKind::{District, Exit, Town, Village};

/// The places: name, kind, km east, km north, spread km, density, hardship.
const HUBS: [(&str, HubKind, f64, f64, f64, f64, f64); 31] = [
    ("Tarrowhithe", Town, 8.6, 6.9, 2.3, 0.95, 0.75),
    ("Wexmouth", Town, 13.7, 5.2, 2.7, 1.0, 0.8),
    ("Ellersea", Town, 20.7, 5.0, 1.5, 0.8, 0.0),
    ("Corvedon", District, 5.2, 8.4, 1.5, 0.75, 0.35),
    ("Pellow Heath", District, 3.3, 8.4, 1.3, 0.6, -0.4),
    ("Harmsley", District, 7.4, 9.9, 1.5, 0.7, 0.2),
    ("Gannet Cliff", District, 9.2, 4.6, 1.3, 0.65, -0.9),
    ("Ashmarl", District, 10.3, 8.7, 1.6, 0.8, 0.65),
    ("Fennimoor", District, 11.2, 6.1, 1.5, 0.8, 0.1),
    ("Larkwell", District, 12.4, 9.2, 1.5, 0.75, 0.5),
    ("Winterlow", District, 13.6, 7.7, 1.5, 0.8, 0.3),
    ("Bosmere", District, 15.6, 5.2, 1.4, 0.9, 0.95),
    ("Thornacre", District, 15.3, 8.0, 1.4, 0.7, -0.2),
    ("Southwick Marl", District, 17.2, 4.9, 1.2, 0.7, -0.5),
    ("Kestle", District, 16.2, 9.6, 1.1, 0.6, -0.5),
    ("Mudeling", District, 22.9, 4.9, 1.1, 0.6, -0.7),
    ("Wick Abbas", Village, 20.6, 8.0, 0.7, 0.5, -0.3),
    ("Upper Orrel", Village, 23.2, 8.3, 0.6, 0.45, -0.5),
    ("Nether Orrel", Village, 22.1, 6.7, 0.6, 0.45, -0.1),
    ("Hollin Cross", Village, 21.6, 10.6, 0.6, 0.4, -0.4),
    ("Burl", Village, 19.4, 11.2, 0.5, 0.4, -0.2),
    ("Saltern Row", Village, 24.6, 6.0, 0.5, 0.45, 0.1),
    ("Mickle Furze", Village, 1.6, 7.0, 0.6, 0.4, -0.3),
    ("Nare", Village, 4.0, 2.3, 0.6, 0.4, -0.6),
    ("", Exit, 1.0, 8.1, 0.0, 0.0, 0.0),
    ("", Exit, 5.2, 11.0, 0.0, 0.0, 0.0),
    ("", Exit, 11.4, 11.2, 0.0, 0.0, 0.0),
    ("", Exit, 15.4, 11.2, 0.0, 0.0, 0.0),
    ("", Exit, 21.8, 12.1, 0.0, 0.0, 0.0),
    ("", Exit, 25.2, 9.0, 0.0, 0.0, 0.0),
    ("", Exit, 1.1, 3.2, 0.0, 0.0, 0.0),
];

/// What lies at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ground {
    /// Sea, harbour, or another council.
    Outside,
    /// The river, which belongs to the council's area but carries no street.
    River,
    /// Dry land of the council.
    Dry,
}

/// A crossing of the river.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bridge {
    /// The western end, on dry land.
    pub(crate) west: Point,
    /// The eastern end, on dry land.
    pub(crate) east: Point,
    /// Whether it carries the trunk road.
    pub(crate) trunk: bool,
}

/// The ground of the invented council, in metres from a local corner.
#[derive(Debug)]
pub(crate) struct Land {
    /// Width of the frame, metres.
    pub(crate) width: f64,
    /// Height of the frame, metres.
    pub(crate) height: f64,
    /// The shore, from west to east.
    pub(crate) shore: Vec<Point>,
    /// The river's middle line, from the north to the sea.
    pub(crate) river: Vec<Point>,
    /// The island's shore, a ring.
    pub(crate) island: Vec<Point>,
    /// Towns, districts, villages and exits.
    pub(crate) hubs: Vec<Hub>,
    /// Crossings of the river.
    pub(crate) bridges: Vec<Bridge>,
    /// Both ends of the chain ferry across the harbour's mouth.
    pub(crate) ferry: (Point, Point),
    cell: f64,
    columns: usize,
    mask: Vec<Ground>,
    near: Buckets,
    greens: Vec<(Point, f64)>,
}

impl Land {
    /// Draws the ground. `size` enlarges everything, 1 for the council described.
    pub(crate) fn draw(random: &mut Random, size: f64) -> Self {
        let scaled = |points: &[(f64, f64)]| -> Vec<Point> {
            points
                .iter()
                .map(|&(x, y)| at(x, y) * (1000.0 * size))
                .collect()
        };
        let (width, height) = (26_500.0 * size, 14_000.0 * size);
        let shore = roughened(&scaled(&SHORE), 0.07, 70.0, random);
        let inland = roughened(&scaled(&INLAND), 0.1, 120.0, random);
        let river = roughened(&scaled(&RIVER), 0.1, 60.0, random);
        let mut ring = scaled(&ISLAND);
        ring.extend(ring.first().copied());
        let mut island = roughened(&ring, 0.08, 50.0, random);
        island.pop();
        let hubs: Vec<Hub> = HUBS
            .iter()
            .map(|&(name, kind, x, y, spread, density, hardship)| Hub {
                name,
                kind,
                at: at(x, y) * (1000.0 * size),
                spread: spread * 1000.0 * size,
                density,
                hardship,
            })
            .collect();
        let mut near = Buckets::new(width, height, 3_000.0 * size);
        for (number, hub) in hubs.iter().enumerate() {
            near.add(number as u32, hub.at);
        }
        let mut outline = shore.clone();
        outline.extend(inland);
        let mut land = Self {
            width,
            height,
            river: river.clone(),
            ferry: (at(6_480.0, 2_890.0) * size, at(7_180.0, 3_120.0) * size),
            shore,
            island,
            hubs,
            bridges: Vec::new(),
            cell: 20.0,
            columns: (width / 20.0).ceil() as usize + 1,
            mask: Vec::new(),
            near,
            greens: GREENS
                .iter()
                .map(|&(x, y, r)| (at(x, y) * (1000.0 * size), r * 1000.0 * size))
                .collect(),
        };
        land.fill(&outline);
        land.flood(&river, size);
        land.bridges = BRIDGES
            .iter()
            .enumerate()
            .filter_map(|(k, y)| bridge(&river, y * 1000.0 * size, size, k == 3))
            .collect();
        land
    }

    /// Marks what lies inside the outline as dry, row by row.
    fn fill(&mut self, outline: &[Point]) {
        let rows = (self.height / self.cell).ceil() as usize + 1;
        self.mask = vec![Ground::Outside; rows * self.columns];
        let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); rows];
        for (a, b) in outline.iter().zip(outline.iter().cycle().skip(1)) {
            let (low, high) = if a.y < b.y { (a, b) } else { (b, a) };
            let first = (low.y / self.cell - 0.5).ceil().max(0.0) as usize;
            for (row, crossing) in crossings.iter_mut().enumerate().skip(first) {
                let y = (row as f64 + 0.5) * self.cell;
                if y >= high.y {
                    break;
                }
                crossing.push(low.x + (high.x - low.x) * (y - low.y) / (high.y - low.y));
            }
        }
        for (row, crossing) in crossings.iter_mut().enumerate() {
            crossing.sort_by(f64::total_cmp);
            for pair in crossing.chunks_exact(2) {
                let from = (pair[0] / self.cell - 0.5).ceil().max(0.0) as usize;
                let to = ((pair[1] / self.cell - 0.5).ceil().max(0.0) as usize).min(self.columns);
                self.mask[row * self.columns..][from.min(to)..to].fill(Ground::Dry);
            }
        }
    }

    /// Marks the river, which widens towards the sea.
    fn flood(&mut self, river: &[Point], size: f64) {
        for pair in river.windows(2) {
            for step in 0..8 {
                let p = pair[0].towards(pair[1], f64::from(step) / 8.0);
                let half = half_width(p.y, size);
                let reach = (half / self.cell).ceil() as i64;
                for dy in -reach..=reach {
                    for dx in -reach..=reach {
                        let q = p + at(dx as f64, dy as f64) * self.cell;
                        if q.distance(p) <= half
                            && let Some(slot) = self.slot(q)
                            && self.mask[slot] == Ground::Dry
                        {
                            self.mask[slot] = Ground::River;
                        }
                    }
                }
            }
        }
    }

    fn slot(&self, p: Point) -> Option<usize> {
        if p.x < 0.0 || p.y < 0.0 || p.x >= self.width || p.y >= self.height {
            return None;
        }
        Some((p.y / self.cell) as usize * self.columns + (p.x / self.cell) as usize)
    }

    /// What lies at a place.
    pub(crate) fn ground(&self, p: Point) -> Ground {
        self.slot(p)
            .and_then(|slot| self.mask.get(slot).copied())
            .unwrap_or(Ground::Outside)
    }

    /// Whether a place is dry land of the council.
    pub(crate) fn dry(&self, p: Point) -> bool {
        self.ground(p) == Ground::Dry
    }

    /// Whether a straight walk stays on dry land.
    pub(crate) fn dry_between(&self, a: Point, b: Point) -> bool {
        let steps = (a.distance(b) / 12.0).ceil().max(1.0) as usize;
        (0..=steps).all(|step| self.dry(a.towards(b, step as f64 / steps as f64)))
    }

    /// Whether everything within a distance is dry, looked at in eight directions.
    pub(crate) fn dry_around(&self, p: Point, distance: f64) -> bool {
        let diagonal = distance * 0.707;
        self.dry(p)
            && [
                (distance, 0.0),
                (-distance, 0.0),
                (0.0, distance),
                (0.0, -distance),
            ]
            .into_iter()
            .chain([
                (diagonal, diagonal),
                (-diagonal, diagonal),
                (diagonal, -diagonal),
                (-diagonal, -diagonal),
            ])
            .all(|(dx, dy)| self.dry(p + at(dx, dy)))
    }

    /// How built-up a place is, 0 in open country to about 1 in the heart of a town.
    pub(crate) fn built(&self, p: Point) -> f64 {
        let mut open = 1.0;
        self.near
            .near(p, 6_000.0_f64.max(self.width / 4.5), |number, _| {
                let hub = &self.hubs[number as usize];
                if hub.spread > 0.0 {
                    let share = p.distance(hub.at) / hub.spread;
                    // Flat over the middle, falling to nothing at about one and a half spreads.
                    open *= 1.0 - hub.density * (1.0 - smooth((share - 0.35) / 1.15));
                }
            });
        let green = self.greens.iter().fold(1.0, |kept: f64, (centre, radius)| {
            kept.min(0.06 + smooth((p.distance(*centre) / radius - 0.55) / 0.6))
        });
        (1.0 - open) * green.min(1.0)
    }

    /// The place moved so that places that lie far apart by land lie far apart on the map as well: the ground beyond
    /// the harbour is reached round its west end, and is put there.
    pub(crate) fn unfolded(&self, p: Point) -> Point {
        let unit = self.width / 26.5;
        let beyond = p.x < 6.9 * unit && p.y < 4.3 * unit;
        if beyond { p + at(-5.0, 4.0) * unit } else { p }
    }

    /// How deprived a place is, as the mean of the places about it by nearness.
    pub(crate) fn hardship(&self, p: Point) -> f64 {
        let (mut sum, mut weights) = (0.0, 0.02);
        for hub in self.hubs.iter().filter(|hub| hub.spread > 0.0) {
            let share = p.distance(hub.at) / hub.spread;
            let weight = 1.0 / (0.2 + share * share * share);
            sum += weight * hub.hardship;
            weights += weight;
        }
        sum / weights
    }
}

/// Half the river's width at a northing.
fn half_width(y: f64, size: f64) -> f64 {
    let share = (y / (1000.0 * size) - 3.5) / 6.0;
    (70.0 - 50.0 * share.clamp(0.0, 1.0)).max(22.0)
}

/// From 0 to 1 without a corner.
fn smooth(share: f64) -> f64 {
    let share = share.clamp(0.0, 1.0);
    share * share * (3.0 - 2.0 * share)
}

/// Roughens a line by shifting the middle of each stretch sideways until the stretches are short.
fn roughened(line: &[Point], amount: f64, shortest: f64, random: &mut Random) -> Vec<Point> {
    let mut line = line.to_vec();
    while line
        .windows(2)
        .any(|pair| pair[0].distance(pair[1]) > shortest * 2.0)
    {
        let mut finer = Vec::with_capacity(line.len() * 2);
        for pair in line.windows(2) {
            finer.push(pair[0]);
            let along = pair[1] - pair[0];
            if along.length() > shortest {
                finer.push(
                    pair[0].towards(pair[1], 0.5)
                        + along.left() * (amount * random.normal().clamp(-1.5, 1.5)),
                );
            }
        }
        finer.extend(line.last().copied());
        line = finer;
    }
    line
}

/// A bridge square across the river at a northing.
fn bridge(river: &[Point], y: f64, size: f64, trunk: bool) -> Option<Bridge> {
    let pair = river
        .windows(2)
        .find(|pair| pair[0].y >= y && pair[1].y < y)?;
    let middle = pair[0].towards(pair[1], 0.5);
    let nearby = |p: &&Point| p.distance(middle) < 250.0 * size;
    let (first, last) = (river.iter().find(nearby)?, river.iter().rfind(nearby)?);
    let across = (*last - *first).unit().left();
    let across = if across.x > 0.0 {
        across
    } else {
        across * -1.0
    };
    let reach = half_width(y, size) + 75.0;
    Some(Bridge {
        west: middle - across * reach,
        east: middle + across * reach,
        trunk,
    })
}
