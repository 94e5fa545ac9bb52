//! Fills the faces between the main roads with streets.
//!
//! A face is cut by a street across it, the two parts are cut again, until each is a block of the size that suits the
//! place: that makes the T-junctions and the long irregular streets of a town that grew. Then culs-de-sac, alleys,
//! service roads and paths go into the blocks. A face with water in it is not cut, but gets dead ends towards the shore.
//! It knows nothing of classes above residential and names nothing.

use crate::geometry::{Point, area, around, curve, inside, meeting, to_segment};
use crate::land::Land;
use crate::random::Random;
use crate::streets::{Class, Street, Streets};
use crate::weave::{STEP, wiggle};

/// Two streets from the same side of a block stand at least this far apart, metres.
const APART: f64 = 30.0;

/// A block being worked on: its ring of nodes, their places, and the streets already inside it.
struct Block {
    ring: Vec<u32>,
    places: Vec<Point>,
    inner: Vec<(Point, Point)>,
}

/// A street that could be laid across a block.
struct Cut {
    from: usize,
    to: usize,
    bends: Vec<Point>,
}

/// The filler: what it needs while it works through the faces.
pub(crate) struct Filler<'a> {
    pub(crate) land: &'a Land,
    pub(crate) streets: &'a mut Streets,
    pub(crate) thin: f64,
    /// The leaf blocks, for the parts that need to know where people live.
    pub(crate) laid_blocks: usize,
}

impl Filler<'_> {
    /// Fills one face.
    pub(crate) fn fill(&mut self, ring: Vec<u32>, random: &mut Random) {
        let block = self.block(ring);
        if area(&block.places) <= 0.0 || self.wet(&block.places) {
            self.shore(block, random);
            return;
        }
        let mut open = vec![block];
        while let Some(block) = open.pop() {
            match self.cut(&block, random) {
                Some(cut) => {
                    let [left, right] = self.lay_across(&block, &cut, random);
                    open.push(left);
                    open.push(right);
                }
                None => self.furnish(block, random),
            }
        }
    }

    fn block(&self, ring: Vec<u32>) -> Block {
        let places = ring.iter().map(|&node| self.streets.point(node)).collect();
        Block {
            ring,
            places,
            inner: Vec::new(),
        }
    }

    /// Whether a face holds ground that is not dry land.
    fn wet(&self, places: &[Point]) -> bool {
        let (mut low, mut high) = (places[0], places[0]);
        for p in places {
            low = Point {
                x: low.x.min(p.x),
                y: low.y.min(p.y),
            };
            high = Point {
                x: high.x.max(p.x),
                y: high.y.max(p.y),
            };
        }
        let step = 50.0;
        let (columns, rows) = (
            ((high.x - low.x) / step) as usize,
            ((high.y - low.y) / step) as usize,
        );
        (0..rows).any(|row| {
            (0..columns).any(|column| {
                let p = Point {
                    x: low.x + (column as f64 + 0.5) * step,
                    y: low.y + (row as f64 + 0.5) * step,
                };
                !self.land.dry(p) && inside(places, p)
            })
        })
    }

    /// How built-up a block is.
    fn built(&self, block: &Block) -> f64 {
        let sum = block
            .places
            .iter()
            .fold(Point::default(), |sum, p| sum + *p);
        self.land.built(sum * (1.0 / block.places.len() as f64))
    }

    /// The size of a block that suits a place, square metres.
    fn target(&self, built: f64) -> f64 {
        let hectares = if built > 0.2 {
            0.85 + 4.5 * (1.0 - built).powi(3)
        } else {
            // From 4 hectares at the edge of a town to 90 in open country.
            4.0 + 86.0 * (1.0 - built / 0.2).powi(2)
        };
        hectares * 10_000.0 * self.thin * self.thin
    }

    /// Whether a street may begin or end at a place on the ring.
    fn free(&self, block: &Block, index: usize) -> bool {
        let count = block.ring.len();
        let node = block.ring[index] as usize;
        let joined = |k: usize| self.streets.degree[block.ring[k % count] as usize] > 2;
        !self.streets.locked[node]
            && self.streets.degree[node] < 4
            && (self.streets.degree[node] == 3 || !(joined(index + 1) || joined(index + count - 1)))
    }

    /// Whether a street that heads for a place on the ring stops before a wall there.
    fn wall(&self, block: &Block, index: usize) -> bool {
        self.streets.walls[block.ring[index] as usize]
    }

    /// The direction into the block from a place on its ring.
    fn inward(block: &Block, index: usize) -> Point {
        let count = block.places.len();
        (block.places[(index + 1) % count] - block.places[(index + count - 1) % count])
            .unit()
            .left()
    }

    /// The first thing a ray meets: how far, and the ring segment, if it is the ring.
    fn ray(
        block: &Block,
        from: Point,
        direction: Point,
        reach: f64,
    ) -> Option<(f64, Option<usize>)> {
        let end = from + direction * reach;
        let count = block.places.len();
        let mut first: Option<(f64, Option<usize>)> = None;
        let mut try_one = |a: Point, b: Point, index: Option<usize>| {
            if let Some((share, _)) = meeting(from, end, a, b) {
                let off = share * reach;
                if off > 1.0 && first.is_none_or(|(least, _)| off < least) {
                    first = Some((off, index));
                }
            }
        };
        for index in 0..count {
            try_one(
                block.places[index],
                block.places[(index + 1) % count],
                Some(index),
            );
        }
        for (a, b) in &block.inner {
            try_one(*a, *b, None);
        }
        first
    }

    /// Finds the best street across a block that is too large; `None` where it is small enough or nothing fits.
    fn cut(&self, block: &Block, random: &mut Random) -> Option<Cut> {
        let whole = area(&block.places);
        let built = self.built(block);
        let target = self.target(built) * random.between(0.7, 1.7);
        if whole < target * 1.5 {
            return None;
        }
        let count = block.ring.len();
        let tries = 10 + (whole / target).min(20.0) as usize;
        let mut best: Option<(f64, Cut)> = None;
        // A block several times too large is tried for longer.
        let most = if whole > target * 3.0 {
            tries * 6
        } else {
            tries
        };
        for attempt in 0..most {
            if attempt >= tries && best.is_some() {
                break;
            }
            let from = random.below(count);
            if !self.free(block, from) {
                continue;
            }
            if self.streets.degree[block.ring[from] as usize] == 3 && random.chance(0.3) {
                continue;
            }
            let direction = Self::inward(block, from).leaning(0.16 * random.normal());
            let Some((_, Some(hit))) = Self::ray(block, block.places[from], direction, 6_000.0)
            else {
                continue;
            };
            let landing = |to: &usize| self.free(block, *to) || self.wall(block, *to);
            let Some(to) = [0, 1, count - 1, 2]
                .into_iter()
                .map(|k| (hit + k) % count)
                .find(landing)
            else {
                continue;
            };
            let Some((score, cut)) = self.weigh(block, from, to, (whole, target), random) else {
                continue;
            };
            if best.as_ref().is_none_or(|(most, _)| score > *most) {
                best = Some((score, cut));
            }
        }
        best.map(|(_, cut)| cut)
    }

    /// How good a street from one place on the ring to another would be.
    fn weigh(
        &self,
        block: &Block,
        from: usize,
        to: usize,
        (whole, target): (f64, f64),
        random: &mut Random,
    ) -> Option<(f64, Cut)> {
        let (p, q) = (block.places[from], block.places[to]);
        let apart = p.distance(q);
        if apart < 38.0 * self.thin.sqrt() {
            return None;
        }
        let (low, high) = (from.min(to), from.max(to));
        let short = self.wall(block, to) && apart < 3.0 * STEP;
        if short || high - low < 2 || block.ring.len() - (high - low) < 2 {
            return None;
        }
        let part = area(&block.places[low..=high]);
        let least = part.min(whole - part);
        if least < target * 0.3 {
            return None;
        }
        let (straight, square_out) = ((q - p).unit(), Self::inward(block, to) * -1.0);
        let lean = random.between(0.0, 0.9);
        let leaving = (Self::inward(block, from) + straight)
            .unit()
            .leaning(lean * random.normal())
            * (apart * 1.3);
        let arriving = (square_out + straight)
            .unit()
            .leaning(lean * random.normal())
            * (apart * 1.3);
        let mut bends = curve(p, leaving, q, arriving, STEP);
        wiggle(&mut bends, random);
        let square = straight.dot(square_out) + straight.dot(Self::inward(block, from));
        let score = least / whole + 0.2 * square - 0.15 * apart / whole.sqrt();
        self.clear(block, from, to, &bends)
            .then_some((score, Cut { from, to, bends }))
    }

    /// Whether a street stays inside the block, off its other sides and on dry land.
    fn clear(&self, block: &Block, from: usize, to: usize, bends: &[Point]) -> bool {
        let count = block.places.len();
        let mut line = vec![block.places[from]];
        line.extend(bends);
        line.push(block.places[to]);
        if !bends.iter().all(|p| self.land.dry_around(*p, 12.0)) {
            return false;
        }
        let close = |index: usize, end: usize| {
            let gap = (index + count - end) % count;
            gap < 2 || gap > count - 3
        };
        let (low, high) = around(&line, 16.0);
        (0..count).all(|index| {
            let (a, b) = (block.places[index], block.places[(index + 1) % count]);
            let beside = a.x.max(b.x) < low.x || a.x.min(b.x) > high.x;
            if beside || a.y.max(b.y) < low.y || a.y.min(b.y) > high.y {
                // Too far to be crossed or come near to: most sides of a large block.
                return true;
            }
            let by_end = close(index, from) || close(index, to);
            line.windows(2).enumerate().all(|(k, pair)| {
                let touches = index == from
                    || index == to
                    || (index + 1) % count == from
                    || (index + 1) % count == to;
                let at_end = k == 0 || k + 2 == line.len();
                let crossed = !(touches && at_end) && meeting(pair[0], pair[1], a, b).is_some();
                !crossed && (by_end || k == 0 || to_segment(pair[0], a, b) > 16.0)
            })
        })
    }

    /// Lays the street and returns the two parts.
    fn lay_across(&mut self, block: &Block, cut: &Cut, random: &mut Random) -> [Block; 2] {
        let between: Vec<u32> = cut.bends.iter().map(|p| self.streets.node(*p)).collect();
        let mut nodes = vec![block.ring[cut.from]];
        nodes.extend(&between);
        nodes.push(block.ring[cut.to]);
        let built = self.land.built(block.places[cut.from]);
        let class = if built < 0.17 {
            Class::Unclassified
        } else if built > 0.93 && random.chance(0.06) {
            Class::LivingStreet
        } else {
            Class::Residential
        };
        if self.wall(block, cut.to) {
            let stop = nodes.len() - 2;
            for &node in &nodes[stop..nodes.len() - 1] {
                self.shut(node);
            }
            nodes.truncate(stop + 1);
            self.streets.lay(Street::plain(nodes, class));
        } else if built > 0.2 && nodes.len() > 5 && random.chance(0.6 - 0.3 * built) {
            self.lay_broken(&nodes, class, random);
        } else {
            self.streets.lay(Street::plain(nodes, class));
        }
        let count = block.ring.len();
        let walk = |first: usize, last: usize| -> Vec<u32> {
            let steps = (last + count - first) % count;
            (0..=steps)
                .map(|k| block.ring[(first + k) % count])
                .collect()
        };
        let mut left = walk(cut.to, cut.from);
        left.extend(&between);
        let mut right = walk(cut.from, cut.to);
        right.extend(between.iter().rev());
        [self.block(left), self.block(right)]
    }

    /// Keeps streets from joining at a node; they may run up to it.
    fn shut(&mut self, node: u32) {
        self.streets.locked[node as usize] = true;
        self.streets.walls[node as usize] = true;
    }

    /// Lays a street that stops short of its far end, as a suburb's do; a footway may go on.
    fn lay_broken(&mut self, nodes: &[u32], class: Class, random: &mut Random) {
        let stop =
            nodes.len() - 1 - (nodes.len() as f64 * random.between(0.15, 0.4)).max(1.0) as usize;
        for &node in &nodes[stop..nodes.len() - 1] {
            self.shut(node);
        }
        self.streets
            .lay(Street::plain(nodes[..=stop].to_vec(), class));
        if random.chance(0.45) {
            self.streets
                .lay(Street::plain(nodes[stop..].to_vec(), Class::Footway));
        }
    }

    /// Puts dead ends, alleys and service roads into a block.
    fn furnish(&mut self, mut block: Block, random: &mut Random) {
        self.laid_blocks += 1;
        let built = self.built(&block);
        let size = area(&block.places) / (self.target(built).max(1.0));
        if built < 0.15 {
            for _ in 0..2 {
                let class = if random.chance(0.5) {
                    Class::Track
                } else {
                    Class::Service
                };
                self.dead_end(&mut block, class, 60.0..350.0, 0.0, random);
            }
            if random.chance(0.5) {
                self.alley(&mut block, Class::Path, 3_000.0, random);
            }
            return;
        }
        // The suburbs are full of culs-de-sac; the old centres have few.
        let wanted = size.min(2.0) * (0.62 - 0.5 * built);
        let culs = wanted as usize + usize::from(random.chance(wanted.fract()));
        for _ in 0..culs {
            let linked = if built > 0.5 { 0.4 } else { 0.25 };
            self.dead_end(&mut block, Class::Residential, 32.0..190.0, linked, random);
        }
        if random.chance(0.55) {
            self.dead_end(&mut block, Class::Service, 16.0..60.0, 0.0, random);
        }
        if random.chance(0.12 + 0.1 * built) {
            self.alley(&mut block, Class::Footway, 320.0, random);
        }
    }

    /// Puts dead ends into a face with water in it, and along the outside.
    fn shore(&mut self, mut block: Block, random: &mut Random) {
        let length: f64 = block
            .places
            .windows(2)
            .map(|pair| pair[0].distance(pair[1]))
            .sum();
        for _ in 0..(length / (170.0 * self.thin)) as usize {
            let index = random.below(block.ring.len());
            let built = self.land.built(block.places[index]);
            let (class, reach) = match () {
                () if built > 0.3 => (Class::Residential, 40.0..160.0),
                () if random.chance(0.2) => (Class::Footway, 30.0..90.0),
                () if random.chance(0.3) => (Class::Track, 60.0..400.0),
                () => continue,
            };
            self.dead_end_at(&mut block, index, class, reach, 0.0, random);
        }
    }

    fn dead_end(
        &mut self,
        block: &mut Block,
        class: Class,
        reach: std::ops::Range<f64>,
        linked: f64,
        random: &mut Random,
    ) {
        for _ in 0..8 {
            let index = random.below(block.ring.len());
            if self.dead_end_at(block, index, class, reach.clone(), linked, random) {
                return;
            }
        }
    }

    /// Lays a street that ends inside the block; where `linked` falls, a footway goes on from its end to the far side.
    fn dead_end_at(
        &mut self,
        block: &mut Block,
        index: usize,
        class: Class,
        reach: std::ops::Range<f64>,
        linked: f64,
        random: &mut Random,
    ) -> bool {
        if !self.free(block, index) || self.streets.degree[block.ring[index] as usize] != 2 {
            return false;
        }
        let from = block.places[index];
        let direction = Self::inward(block, index).leaning(0.12 * random.normal());
        let met = Self::ray(block, from, direction, reach.end * 2.5);
        let room = met.map_or(reach.end * 2.5, |(off, _)| off);
        let long =
            (room * random.between(0.4, 0.72)).min(random.between(reach.start * 1.3, reach.end));
        if long < reach.start || room < long + 14.0 {
            return false;
        }
        let bend = if long > 60.0 {
            0.3 * random.normal()
        } else {
            0.0
        };
        let end = from + direction.leaning(bend * 0.4) * long;
        let mut line = vec![from];
        line.extend(curve(
            from,
            direction * long,
            end,
            direction.leaning(bend) * long,
            STEP,
        ));
        line.push(end);
        if !self.open_ground(block, index, &line) {
            return false;
        }
        let mut nodes = vec![block.ring[index]];
        nodes.extend(line[1..].iter().map(|p| self.streets.node(*p)));
        let tail = nodes[nodes.len() - 1];
        self.streets.lay(Street::plain(nodes, class));
        block
            .inner
            .extend(line.windows(2).map(|pair| (pair[0], pair[1])));
        if random.chance(linked) {
            self.link(block, tail, end, (end - from).unit());
        }
        true
    }

    /// Whether a street that starts on the ring keeps off everything else in the block.
    fn open_ground(&self, block: &Block, start: usize, line: &[Point]) -> bool {
        let count = block.places.len();
        let dry = line[1..].iter().all(|p| self.land.dry_around(*p, 12.0));
        let near = |index: usize| {
            let gap = (index + count - start) % count;
            gap < 2 || gap > count - 3
        };
        dry && line[1..].iter().zip(line.windows(2)).all(|(p, pair)| {
            let ring = (0..count).filter(|&index| !near(index)).all(|index| {
                let (a, b) = (block.places[index], block.places[(index + 1) % count]);
                to_segment(*p, a, b) > 13.0 && meeting(pair[0], pair[1], a, b).is_none()
            });
            ring && block.inner.iter().all(|(a, b)| {
                to_segment(*p, *a, *b) > APART * 0.7 && meeting(pair[0], pair[1], *a, *b).is_none()
            })
        })
    }

    /// Lays a footway from the end of a cul-de-sac on to the far side of its block.
    fn link(&mut self, block: &mut Block, tail: u32, end: Point, direction: Point) {
        let Some((off, Some(hit))) = Self::ray(block, end, direction, 200.0) else {
            return;
        };
        let count = block.ring.len();
        let Some(to) = [hit, (hit + 1) % count]
            .into_iter()
            .find(|&to| self.free(block, to))
        else {
            return;
        };
        let q = block.places[to];
        if off > 150.0 || end.distance(q) > 1.6 * off || !self.land.dry_between(end, q) {
            return;
        }
        self.streets
            .lay(Street::plain(vec![tail, block.ring[to]], Class::Footway));
        block.inner.push((end, q));
    }

    /// Lays a way on foot right across a block.
    fn alley(&mut self, block: &mut Block, class: Class, reach: f64, random: &mut Random) {
        for _ in 0..6 {
            let from = random.below(block.ring.len());
            if !self.free(block, from) || self.streets.degree[block.ring[from] as usize] != 2 {
                continue;
            }
            let direction = Self::inward(block, from).leaning(0.1 * random.normal());
            let Some((off, Some(hit))) = Self::ray(block, block.places[from], direction, reach)
            else {
                continue;
            };
            let count = block.ring.len();
            let Some(to) = [hit, (hit + 1) % count]
                .into_iter()
                .find(|&to| self.free(block, to))
            else {
                continue;
            };
            let q = block.places[to];
            let bends = curve(
                block.places[from],
                direction * off,
                q,
                (q - block.places[from]).unit() * off,
                STEP,
            );
            if off < 30.0 || !self.clear(block, from, to, &bends) {
                continue;
            }
            let mut line = vec![block.places[from]];
            line.extend(&bends);
            line.push(q);
            let crosses = line.windows(2).any(|pair| {
                block
                    .inner
                    .iter()
                    .any(|(a, b)| meeting(pair[0], pair[1], *a, *b).is_some())
            });
            if crosses {
                continue;
            }
            let mut nodes = vec![block.ring[from]];
            nodes.extend(bends.iter().map(|p| self.streets.node(*p)));
            nodes.push(block.ring[to]);
            self.streets.lay(Street::plain(nodes, class));
            block
                .inner
                .extend(line.windows(2).map(|pair| (pair[0], pair[1])));
            return;
        }
    }
}
