//! Draws the skeleton's roads as curved lines, and finds the faces that they enclose.
//!
//! It lays every road but the trunk road, whose two carriageways and roundabouts are laid when the blocks are filled
//! (`trunk`). It fills no block.

use crate::geometry::{Point, curve};
use crate::land::Land;
use crate::random::Random;
use crate::skeleton::Skeleton;
use crate::streets::{Class, Street, Streets};

/// The distance between the nodes along a street while it is drawn, metres. Junctions fall on these nodes only.
pub(crate) const STEP: f64 = 24.0;

/// The skeleton as lines of nodes, and its faces.
#[derive(Debug)]
pub(crate) struct Woven {
    /// The nodes of each road of the skeleton, from its first end to its second.
    pub(crate) lines: Vec<Vec<u32>>,
    /// The nodes round each face, with the face on the left; the outer face is among them.
    pub(crate) faces: Vec<Vec<u32>>,
    /// For each road a number that it shares with the roads it runs on into.
    pub(crate) runs: Vec<u32>,
}

/// Draws the skeleton into the store. The seeds become the first nodes, under their own numbers.
pub(crate) fn draw(
    skeleton: &Skeleton,
    land: &Land,
    streets: &mut Streets,
    random: &mut Random,
) -> Woven {
    for p in &skeleton.points {
        streets.node(*p);
    }
    let partners = pair_up(skeleton);
    let mut lines = Vec::with_capacity(skeleton.edges.len());
    for (number, edge) in skeleton.edges.iter().enumerate() {
        let bends = bends(skeleton, &partners, number, land, random);
        let mut line = vec![edge.a];
        line.extend(bends.into_iter().map(|p| streets.node(p)));
        line.push(edge.b);
        let closed = edge.bridge || edge.barrier || edge.class == Class::Trunk;
        if closed {
            let inner = if edge.barrier {
                &line[1..line.len() - 1]
            } else {
                &line[..]
            };
            for &node in inner {
                streets.locked[node as usize] = true;
                streets.walls[node as usize] = edge.barrier;
            }
        }
        if edge.class != Class::Trunk && !edge.barrier {
            let mut street = Street::plain(line.clone(), edge.class);
            if edge.bridge {
                street.tags.push(("bridge", "yes".into()));
                street.tags.push(("layer", "1".into()));
            }
            streets.lay(street);
        }
        lines.push(line);
    }
    let faces = faces(skeleton, streets, &lines);
    Woven {
        faces,
        runs: runs(&partners),
        lines,
    }
}

/// The points of a road of the skeleton between its ends: in line with the roads it runs on into, and straight where a
/// bend would be in the water.
fn bends(
    skeleton: &Skeleton,
    partners: &[[Option<u32>; 2]],
    number: usize,
    land: &Land,
    random: &mut Random,
) -> Vec<Point> {
    let edge = &skeleton.edges[number];
    let (from, to) = (
        skeleton.points[edge.a as usize],
        skeleton.points[edge.b as usize],
    );
    let apart = from.distance(to);
    let leaving = heading(skeleton, partners, number, edge.a) * apart;
    let arriving = heading(skeleton, partners, number, edge.b) * -apart;
    let sway = if edge.class.main() { 0.15 } else { 0.9 };
    let leaving = leaving + leaving.left() * (sway * random.normal().clamp(-1.2, 1.2));
    let arriving = arriving + arriving.left() * (sway * random.normal().clamp(-1.2, 1.2));
    let mut bends = curve(from, leaving, to, arriving, STEP);
    if edge.bridge || !bends.iter().all(|p| land.dry_around(*p, 15.0)) {
        bends = curve(from, to - from, to, to - from, STEP);
    }
    if !edge.bridge && edge.class != Class::Trunk {
        wiggle(&mut bends, random);
    }
    bends
}

/// Moves each point of a street a little: no street is a drawn curve.
pub(crate) fn wiggle(bends: &mut [Point], random: &mut Random) {
    for p in bends {
        *p = *p
            + Point {
                x: random.normal(),
                y: random.normal(),
            } * 1.7;
    }
}

/// For each road and each of its ends, the road it runs straight on into there.
fn pair_up(skeleton: &Skeleton) -> Vec<[Option<u32>; 2]> {
    let mut partners = vec![[None; 2]; skeleton.edges.len()];
    for seed in 0..skeleton.points.len() as u32 {
        let around = &skeleton.around[seed as usize];
        let away = |number: u32| {
            let other = skeleton.edges[number as usize].other(seed);
            (skeleton.points[other as usize] - skeleton.points[seed as usize]).unit()
        };
        let mut pairs: Vec<(f64, u32, u32)> = Vec::new();
        for (k, &first) in around.iter().enumerate() {
            for &second in &around[k + 1..] {
                let straight = -away(first).dot(away(second));
                let (a, b) = (
                    skeleton.edges[first as usize].class,
                    skeleton.edges[second as usize].class,
                );
                if straight > 0.5 {
                    let alike = if a == b { 0.4 } else { 0.0 };
                    let great = if a.main() && b.main() { 0.3 } else { 0.0 };
                    pairs.push((straight + alike + great, first, second));
                }
            }
        }
        pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        for (_, first, second) in pairs {
            let end = |number: u32| usize::from(skeleton.edges[number as usize].a != seed);
            let (i, j) = (end(first), end(second));
            if partners[first as usize][i].is_none() && partners[second as usize][j].is_none() {
                partners[first as usize][i] = Some(second);
                partners[second as usize][j] = Some(first);
            }
        }
    }
    partners
}

/// The direction in which a road leaves one of its ends.
fn heading(skeleton: &Skeleton, partners: &[[Option<u32>; 2]], number: usize, seed: u32) -> Point {
    let edge = &skeleton.edges[number];
    let here = skeleton.points[seed as usize];
    let ahead = skeleton.points[edge.other(seed) as usize];
    match partners[number][usize::from(edge.a != seed)] {
        Some(partner) => {
            let behind = skeleton.points[skeleton.edges[partner as usize].other(seed) as usize];
            ((ahead - here).unit() + (here - behind).unit()).unit()
        }
        None => (ahead - here).unit(),
    }
}

/// Numbers the runs of roads that continue into each other.
fn runs(partners: &[[Option<u32>; 2]]) -> Vec<u32> {
    let mut run = vec![u32::MAX; partners.len()];
    let mut next = 0;
    for start in 0..partners.len() {
        if run[start] != u32::MAX {
            continue;
        }
        let mut open = vec![start];
        run[start] = next;
        while let Some(number) = open.pop() {
            for partner in partners[number].into_iter().flatten() {
                if run[partner as usize] == u32::MAX {
                    run[partner as usize] = next;
                    open.push(partner as usize);
                }
            }
        }
        next += 1;
    }
    run
}

/// Follows every face of the planar graph with the face on the left.
fn faces(skeleton: &Skeleton, streets: &Streets, lines: &[Vec<u32>]) -> Vec<Vec<u32>> {
    // Half of road `e` from its first end is numbered 2e, the half from its second end 2e + 1.
    let second = |half: usize| {
        let line = &lines[half / 2];
        if half.is_multiple_of(2) {
            line[1]
        } else {
            line[line.len() - 2]
        }
    };
    let start = |half: usize| {
        let edge = &skeleton.edges[half / 2];
        if half.is_multiple_of(2) {
            edge.a
        } else {
            edge.b
        }
    };
    let mut order: Vec<Vec<usize>> = Vec::with_capacity(skeleton.points.len());
    for (seed, around) in skeleton.around.iter().enumerate() {
        let mut halves: Vec<usize> = around
            .iter()
            .map(|&e| 2 * e as usize + usize::from(skeleton.edges[e as usize].a != seed as u32))
            .collect();
        let angle = |half: usize| {
            let away = streets.point(second(half)) - streets.point(seed as u32);
            away.y.atan2(away.x)
        };
        halves.sort_by(|&a, &b| angle(a).total_cmp(&angle(b)));
        order.push(halves);
    }
    let onward = |half: usize| {
        let twin = half ^ 1;
        let halves = &order[start(twin) as usize];
        let position = halves.iter().position(|&other| other == twin).unwrap_or(0);
        halves[(position + halves.len() - 1) % halves.len()]
    };
    let mut seen = vec![false; lines.len() * 2];
    let mut faces = Vec::new();
    for first in 0..seen.len() {
        let mut ring = Vec::new();
        let mut half = first;
        while !seen[half] {
            seen[half] = true;
            let line = &lines[half / 2];
            if half.is_multiple_of(2) {
                ring.extend(&line[..line.len() - 1]);
            } else {
                ring.extend(line[1..].iter().rev());
            }
            half = onward(half);
        }
        if ring.len() > 2 {
            faces.push(ring);
        }
    }
    faces
}
