//! The main roads and the collectors between them: a planar graph over the dry land.
//!
//! Seeds are scattered at a spacing that follows how built-up the land is, along the shores and the river, at every place
//! and at both ends of every bridge. Neighbours are joined where no third seed lies between them (a Gabriel graph in
//! town, a relative neighbourhood graph in the country; both are planar and connected), never across water. The least
//! costly routes between places become the main roads. Blocks are filled elsewhere (`blocks`).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::geometry::{Buckets, Point, meeting};
use crate::land::{HubKind, Land};
use crate::random::Random;
use crate::streets::Class;

/// One road of the skeleton between two seeds.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    pub(crate) a: u32,
    pub(crate) b: u32,
    pub(crate) class: Class,
    pub(crate) bridge: bool,
    /// No road but something that streets cannot cross: a railway, a stream, the wall of a works.
    pub(crate) barrier: bool,
}

impl Edge {
    /// The other end.
    pub(crate) fn other(&self, end: u32) -> u32 {
        if end == self.a { self.b } else { self.a }
    }
}

/// Seeds and the roads between them.
#[derive(Debug)]
pub(crate) struct Skeleton {
    pub(crate) points: Vec<Point>,
    pub(crate) edges: Vec<Edge>,
    /// The roads at each seed.
    pub(crate) around: Vec<Vec<u32>>,
    /// Seeds that may not be moved: places and bridge ends.
    fixed: usize,
}

/// Builds the skeleton. `thin` widens the spacing of everything, 1 for the council described.
pub(crate) fn build(land: &Land, thin: f64, random: &mut Random) -> Skeleton {
    let (points, fixed) = seeds(land, thin, random);
    let mut skeleton = Skeleton {
        around: vec![Vec::new(); points.len()],
        points,
        edges: Vec::new(),
        fixed,
    };
    skeleton.join_neighbours(land, thin);
    skeleton.join_bridges(land);
    skeleton.join_parts(land);
    skeleton.promote(land, random);
    skeleton.settle(land, random);
    skeleton.bar(land, random);
    skeleton.ease(land);
    skeleton
}

/// The spacing of seeds at a place.
fn spacing(land: &Land, p: Point, thin: f64) -> f64 {
    let built = land.built(p);
    thin * if built > 0.15 {
        640.0 - 180.0 * built
    } else {
        1_100.0 - 3_500.0 * built
    }
}

/// Seeds as they are scattered, none too near to another.
struct Scatter {
    points: Vec<Point>,
    taken: Buckets,
}

impl Scatter {
    /// Adds a seed, unless it lies too near to water or to another seed.
    fn add(&mut self, land: &Land, p: Point, gap: f64) {
        let mut free = land.dry_around(p, 60.0);
        self.taken.near(p, gap, |_, _| free = false);
        if free {
            self.taken.add(self.points.len() as u32, p);
            self.points.push(p);
        }
    }
}

/// Scatters the seeds; returns them and how many at their head are fixed.
fn seeds(land: &Land, thin: f64, random: &mut Random) -> (Vec<Point>, usize) {
    let mut points: Vec<Point> = land.hubs.iter().map(|hub| hub.at).collect();
    points.extend(
        land.bridges
            .iter()
            .flat_map(|bridge| [bridge.west, bridge.east]),
    );
    let fixed = points.len();
    let mut taken = Buckets::new(land.width, land.height, 400.0 * thin.max(1.0));
    for (number, p) in points.iter().enumerate() {
        taken.add(number as u32, *p);
    }
    let mut scatter = Scatter { points, taken };
    for (line, sides) in [(&land.shore, &[1.0][..]), (&land.river, &[1.0, -1.0])] {
        for pair in line.windows(2) {
            let across = (pair[1] - pair[0]).unit().left();
            for side in sides {
                let p = pair[0] + across * (side * random.between(100.0, 150.0));
                scatter.add(land, p, (spacing(land, p, thin) * 0.75).min(600.0 * thin));
            }
        }
    }
    // A ring of seeds round each village, so that its streets have faces to grow in.
    let ring = [
        (1.0, 0.0),
        (0.5, 0.87),
        (-0.5, 0.87),
        (-1.0, 0.0),
        (-0.5, -0.87),
        (0.5, -0.87),
    ];
    for hub in land.hubs.iter().filter(|hub| hub.kind == HubKind::Village) {
        for (x, y) in ring {
            let off = Point { x, y } * (hub.spread * random.between(0.5, 0.75));
            scatter.add(land, hub.at + off, 200.0 * thin);
        }
    }
    let area = land.width * land.height;
    let darts = (area / (380.0 * 380.0 * thin * thin) * 30.0) as usize;
    for _ in 0..darts {
        let p = Point {
            x: random.unit() * land.width,
            y: random.unit() * land.height,
        };
        if land.dry(p) {
            scatter.add(land, p, spacing(land, p, thin));
        }
    }
    (scatter.points, fixed)
}

/// Up to `count` of some places nearest to one, as routes wanted from it.
fn nearest(
    land: &Land,
    from: u32,
    among: &[u32],
    count: usize,
    class: Class,
) -> Vec<(u32, u32, Class)> {
    let hubs = &land.hubs;
    let mut list: Vec<u32> = among.iter().copied().filter(|&hub| hub != from).collect();
    let off = |hub: u32| hubs[hub as usize].at.distance(hubs[from as usize].at);
    list.sort_by(|&a, &b| off(a).total_cmp(&off(b)));
    list.into_iter()
        .take(count)
        .map(|to| (from, to, class))
        .collect()
}

impl Skeleton {
    fn add(&mut self, a: u32, b: u32, bridge: bool) {
        let number = self.edges.len() as u32;
        self.edges.push(Edge {
            a,
            b,
            class: Class::Residential,
            bridge,
            barrier: false,
        });
        self.around[a as usize].push(number);
        self.around[b as usize].push(number);
    }

    fn point(&self, seed: u32) -> Point {
        self.points[seed as usize]
    }

    fn join_neighbours(&mut self, land: &Land, thin: f64) {
        let mut index = Buckets::new(land.width, land.height, 700.0 * thin);
        for (number, p) in self.points.iter().enumerate() {
            index.add(number as u32, *p);
        }
        for a in 0..self.points.len() as u32 {
            let p = self.point(a);
            let mut near = Vec::new();
            index.near(p, spacing(land, p, thin) * 2.6, |b, q| near.push((b, q)));
            for &(b, q) in near.iter().filter(|(b, _)| *b > a) {
                let country = land.built(p.towards(q, 0.5)) < 0.15;
                let apart = p.distance(q);
                let between = |c: Point| {
                    let (left, right) = (p.distance(c), q.distance(c));
                    // Between the two graphs in town, so both properties hold.
                    left.max(right) < apart
                        && (country || left * left + right * right < 1.3 * apart * apart)
                };
                let blocked = near.iter().any(|&(c, at)| c != a && c != b && between(at));
                if !blocked && land.dry_between(p, q) {
                    self.add(a, b, false);
                }
            }
        }
    }

    fn join_bridges(&mut self, land: &Land) {
        let first = land.hubs.len() as u32;
        for number in 0..land.bridges.len() as u32 {
            self.add(first + 2 * number, first + 2 * number + 1, true);
        }
        // A bridge end in open country may have no neighbour near enough: it gets its two nearest on the same bank.
        for end in first..first + 2 * land.bridges.len() as u32 {
            let p = self.point(end);
            let mut list: Vec<u32> = (0..self.points.len() as u32)
                .filter(|&other| other != end && self.point(other).distance(p) < 2_500.0)
                .collect();
            list.sort_by(|&a, &b| {
                self.point(a)
                    .distance(p)
                    .total_cmp(&self.point(b).distance(p))
            });
            for other in list {
                if self.around[end as usize].len() >= 3 {
                    break;
                }
                let joined = self.around[end as usize]
                    .iter()
                    .any(|&e| self.edges[e as usize].other(end) == other);
                if !joined
                    && land.dry_between(p, self.point(other))
                    && !self.crossed(p, self.point(other))
                {
                    self.add(end, other, false);
                }
            }
        }
    }

    /// Whether a road between two points would cross one that stands.
    fn crossed(&self, p: Point, q: Point) -> bool {
        self.edges.iter().any(|edge| {
            let (a, b) = (self.point(edge.a), self.point(edge.b));
            let shared = [a, b].into_iter().any(|end| end == p || end == q);
            !shared && meeting(p, q, a, b).is_some()
        })
    }

    /// The part of the graph each seed belongs to.
    fn parts(&self) -> Vec<u32> {
        let mut part = vec![u32::MAX; self.points.len()];
        let mut next = 0;
        for start in 0..self.points.len() {
            if part[start] != u32::MAX {
                continue;
            }
            let mut open = vec![start as u32];
            part[start] = next;
            while let Some(seed) = open.pop() {
                for &edge in &self.around[seed as usize] {
                    let other = self.edges[edge as usize].other(seed);
                    if part[other as usize] == u32::MAX {
                        part[other as usize] = next;
                        open.push(other);
                    }
                }
            }
            next += 1;
        }
        part
    }

    /// Joins each part that stands alone to its nearest seed of another part that can be reached dry.
    fn join_parts(&mut self, land: &Land) {
        for _ in 0..40 {
            let part = self.parts();
            let mut sizes = std::collections::BTreeMap::<u32, usize>::new();
            for &number in &part {
                *sizes.entry(number).or_default() += 1;
            }
            let Some((&main, _)) = sizes
                .iter()
                .max_by_key(|(number, size)| (**size, Reverse(**number)))
            else {
                return;
            };
            let mut best: Option<(f64, u32, u32)> = None;
            for a in (0..part.len()).filter(|&a| part[a] != main) {
                for b in (0..part.len()).filter(|&b| part[b] == main) {
                    let apart = self.points[a].distance(self.points[b]);
                    if apart < 2_500.0
                        && best.is_none_or(|(least, _, _)| apart < least)
                        && land.dry_between(self.points[a], self.points[b])
                    {
                        best = Some((apart, a as u32, b as u32));
                    }
                }
            }
            let Some((_, a, b)) = best else { return };
            self.add(a, b, false);
        }
    }

    /// Gives the least costly routes between places their class, the greatest roads first.
    fn promote(&mut self, land: &Land, random: &mut Random) {
        let noise: Vec<f64> = self
            .edges
            .iter()
            .map(|_| random.between(0.85, 1.25))
            .collect();
        for (from, to, class) in self.wanted(land, random) {
            for edge in self.route(from, to, class, land, &noise) {
                let edge = &mut self.edges[edge as usize];
                edge.class = edge.class.min(class);
            }
        }
    }

    /// The routes wanted, each with the class of its road.
    fn wanted(&self, land: &Land, random: &mut Random) -> Vec<(u32, u32, Class)> {
        let hubs = &land.hubs;
        let of = |kind: HubKind| -> Vec<u32> {
            (0..hubs.len() as u32)
                .filter(|&hub| hubs[hub as usize].kind == kind)
                .collect()
        };
        let (towns, districts) = (of(HubKind::Town), of(HubKind::District));
        let (villages, exits) = (of(HubKind::Village), of(HubKind::Exit));
        let mut wanted = Vec::new();
        for (number, _) in land
            .bridges
            .iter()
            .enumerate()
            .filter(|(_, bridge)| bridge.trunk)
        {
            let west = (hubs.len() + 2 * number) as u32;
            wanted.push((exits[0], west, Class::Trunk));
            wanted.push((west, west + 1, Class::Trunk));
            wanted.push((west + 1, exits[5.min(exits.len() - 1)], Class::Trunk));
        }
        wanted.extend(
            towns
                .windows(2)
                .map(|pair| (pair[0], pair[1], Class::Primary)),
        );
        let centres: Vec<u32> = towns.iter().chain(&districts).copied().collect();
        let all: Vec<u32> = centres.iter().chain(&villages).copied().collect();
        for (from, among, count, class) in [
            (&towns, &exits, 2, Class::Primary),
            (&exits, &towns, 1, Class::Secondary),
            (&districts, &centres, 3, Class::Secondary),
            (&villages, &all, 3, Class::Tertiary),
        ] {
            wanted.extend(
                from.iter()
                    .flat_map(|&hub| nearest(land, hub, among, count, class)),
            );
        }
        let seeds = self.points.len();
        for _ in 0..(seeds / 16).min(400) {
            let from = random.below(seeds) as u32;
            if land.built(self.point(from)) > 0.2 {
                wanted.push((from, centres[random.below(centres.len())], Class::Tertiary));
            }
        }
        wanted
    }

    /// The least costly route for a road of a class: along roads already promoted where it can, and round the towns
    /// for a trunk road.
    fn route(&self, from: u32, to: u32, class: Class, land: &Land, noise: &[f64]) -> Vec<u32> {
        let cost = |number: u32| -> u64 {
            let edge = &self.edges[number as usize];
            let (p, q) = (self.point(edge.a), self.point(edge.b));
            let mut cost = p.distance(q) * noise[number as usize];
            if edge.class.main() {
                cost *= 0.6;
            }
            if class == Class::Trunk {
                cost *= 1.0 + 1.6 * land.built(p.towards(q, 0.5));
            }
            (cost * 1000.0) as u64
        };
        let mut least = vec![u64::MAX; self.points.len()];
        let mut by = vec![u32::MAX; self.points.len()];
        let mut open = BinaryHeap::from([Reverse((0_u64, from))]);
        least[from as usize] = 0;
        while let Some(Reverse((so_far, seed))) = open.pop() {
            if seed == to {
                break;
            }
            if so_far > least[seed as usize] {
                continue;
            }
            for &number in &self.around[seed as usize] {
                let other = self.edges[number as usize].other(seed);
                let next = so_far + cost(number);
                if next < least[other as usize] {
                    least[other as usize] = next;
                    by[other as usize] = number;
                    open.push(Reverse((next, other)));
                }
            }
        }
        let mut route = Vec::new();
        let mut seed = to;
        while by[seed as usize] != u32::MAX {
            let number = by[seed as usize];
            route.push(number);
            seed = self.edges[number as usize].other(seed);
        }
        route
    }

    /// Gives the roads that are no main road their class.
    fn settle(&mut self, land: &Land, random: &mut Random) {
        for number in 0..self.edges.len() {
            let edge = &self.edges[number];
            if edge.class == Class::Residential {
                let built = land.built(self.point(edge.a).towards(self.point(edge.b), 0.5));
                let class = if edge.bridge || random.chance(0.08) {
                    Class::Tertiary
                } else if built < 0.2 || random.chance(0.1) {
                    Class::Unclassified
                } else {
                    Class::Residential
                };
                self.edges[number].class = class;
            }
        }
    }

    /// Turns some roads that are no main roads into barriers: lines right across the towns, as railways and streams
    /// run, and a few others. Without them every place would be too easily reached from every other.
    fn bar(&mut self, land: &Land, random: &mut Random) {
        const LINES: [(&str, &str); 9] = [
            ("Corvedon", "Tarrowhithe"),
            ("Tarrowhithe", "Fennimoor"),
            ("Fennimoor", "Wexmouth"),
            ("Wexmouth", "Southwick Marl"),
            ("Ellersea", "Mudeling"),
            ("Ashmarl", "Winterlow"),
            ("Winterlow", "Kestle"),
            ("Harmsley", "Ashmarl"),
            ("Larkwell", "Bosmere"),
        ];
        let noise: Vec<f64> = self
            .edges
            .iter()
            .map(|edge| {
                if edge.class.main() {
                    9.0
                } else {
                    random.between(0.8, 1.3)
                }
            })
            .collect();
        let named = |name: &str| land.hubs.iter().position(|hub| hub.name == name);
        let mut barred: Vec<u32> = Vec::new();
        for (from, to) in LINES {
            if let (Some(from), Some(to)) = (named(from), named(to)) {
                barred.extend(self.route(from as u32, to as u32, Class::Residential, land, &noise));
            }
        }
        for number in 0..self.edges.len() as u32 {
            let edge = &self.edges[number as usize];
            let town = land.built(self.point(edge.a).towards(self.point(edge.b), 0.5)) > 0.3;
            if town && random.chance(0.08) {
                barred.push(number);
            }
        }
        for number in barred {
            let edge = &self.edges[number as usize];
            // Every seed keeps two roads, so nothing is cut off.
            let roads = |seed: u32| {
                let around = &self.around[seed as usize];
                around
                    .iter()
                    .filter(|&&e| !self.edges[e as usize].barrier)
                    .count()
            };
            let plain = !edge.class.main() && !edge.bridge && !edge.barrier;
            if plain && roads(edge.a) > 2 && roads(edge.b) > 2 {
                self.edges[number as usize].barrier = true;
            }
        }
    }

    /// Eases the corners of main roads by moving each seed on one a little towards the middle of its neighbours on it.
    fn ease(&mut self, land: &Land) {
        for _ in 0..3 {
            for seed in 0..self.points.len() {
                let end = land
                    .hubs
                    .get(seed)
                    .is_some_and(|hub| hub.kind == HubKind::Exit);
                if seed < self.fixed && !end {
                    continue;
                }
                let p = self.points[seed];
                let edges = &self.around[seed];
                let Some(best) = edges
                    .iter()
                    .map(|&e| self.edges[e as usize].class)
                    .min()
                    .filter(|c| c.main())
                else {
                    continue;
                };
                let ends: Vec<Point> = edges
                    .iter()
                    .map(|&e| &self.edges[e as usize])
                    .filter(|edge| edge.class == best)
                    .map(|edge| self.point(edge.other(seed as u32)))
                    .collect();
                let [first, second] = ends[..] else { continue };
                let moved = p.towards(first.towards(second, 0.5), 0.3);
                let clear = edges.iter().all(|&e| {
                    land.dry_between(moved, self.point(self.edges[e as usize].other(seed as u32)))
                });
                if clear && land.dry_around(moved, 40.0) {
                    self.points[seed] = moved;
                }
            }
        }
    }
}
