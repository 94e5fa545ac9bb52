//! Lays the trunk road when everything else stands: two carriageways, each one way, and a roundabout wherever another road
//! meets it. Traffic keeps to the left, so roundabouts run clockwise.

use crate::geometry::{Point, curve, line_length};
use crate::skeleton::Skeleton;
use crate::streets::{Class, Street, Streets};
use crate::weave::{STEP, Woven};

/// Half the distance between the two carriageways, metres.
const HALF: f64 = 8.0;
/// The radius of a roundabout, metres.
const RADIUS: f64 = 26.0;

/// An arm that meets a roundabout: where on the ring, and what is to be tied to it.
struct Arm {
    angle: f64,
    node: u32,
}

/// Lays the trunk road of a skeleton.
pub(crate) fn lay(skeleton: &Skeleton, woven: &Woven, streets: &mut Streets) {
    let is_trunk = |edge: u32| skeleton.edges[edge as usize].class == Class::Trunk;
    let seeds = skeleton.points.len() as u32;
    let trunks = |seed: u32| {
        skeleton.around[seed as usize]
            .iter()
            .filter(|&&edge| is_trunk(edge))
            .count()
    };
    let roads = |seed: u32| {
        skeleton.around[seed as usize]
            .iter()
            .filter(|&&edge| !skeleton.edges[edge as usize].barrier)
            .count()
    };
    let ring = |seed: u32| trunks(seed) > 0 && roads(seed) > 2;
    let mut arms: Vec<Vec<Arm>> = (0..seeds).map(|_| Vec::new()).collect();
    for seed in (0..seeds).filter(|&seed| ring(seed)) {
        shorten(streets, seed, &mut arms[seed as usize]);
    }
    for start in (0..seeds).filter(|&seed| trunks(seed) > 0 && (ring(seed) || trunks(seed) == 1)) {
        for &edge in skeleton.around[start as usize]
            .iter()
            .filter(|&&edge| is_trunk(edge))
        {
            let (nodes, end) = follow(skeleton, woven, start, edge, &ring);
            // Each stretch is found from both of its ends; it is laid from the lower.
            if start < end {
                let line: Vec<Point> = nodes.iter().map(|&node| streets.point(node)).collect();
                carriageway(streets, &line, (start, end), &ring, &mut arms);
                let back: Vec<Point> = line.into_iter().rev().collect();
                carriageway(streets, &back, (end, start), &ring, &mut arms);
            }
        }
    }
    for seed in (0..seeds).filter(|&seed| ring(seed)) {
        close(streets, &mut arms[seed as usize]);
    }
}

/// Follows the trunk road from a seed to the next roundabout or to its end.
fn follow(
    skeleton: &Skeleton,
    woven: &Woven,
    start: u32,
    edge: u32,
    ring: &dyn Fn(u32) -> bool,
) -> (Vec<u32>, u32) {
    let mut nodes = vec![start];
    let (mut seed, mut edge) = (start, edge);
    loop {
        let line = &woven.lines[edge as usize];
        if skeleton.edges[edge as usize].a == seed {
            nodes.extend(&line[1..]);
        } else {
            nodes.extend(line[..line.len() - 1].iter().rev());
        }
        seed = skeleton.edges[edge as usize].other(seed);
        let next = skeleton.around[seed as usize]
            .iter()
            .find(|&&other| other != edge && skeleton.edges[other as usize].class == Class::Trunk);
        match next {
            Some(&other) if !ring(seed) && nodes.len() < 10_000 => edge = other,
            _ => return (nodes, seed),
        }
    }
}

fn angle(centre: Point, p: Point) -> f64 {
    (p.y - centre.y).atan2(p.x - centre.x)
}

/// Cuts the other roads that end at a seed back to the roundabout's ring.
fn shorten(streets: &mut Streets, seed: u32, arms: &mut Vec<Arm>) {
    let centre = streets.point(seed);
    for number in 0..streets.ways.len() {
        let ends = [
            streets.ways[number].nodes.first() == Some(&seed),
            streets.ways[number].nodes.last() == Some(&seed),
        ];
        for (k, _) in ends.into_iter().enumerate().filter(|(_, at)| *at) {
            let mut nodes = std::mem::take(&mut streets.ways[number].nodes);
            if k == 0 {
                nodes.reverse();
            }
            nodes.pop();
            while nodes.len() > 1
                && streets.point(nodes[nodes.len() - 1]).distance(centre) < RADIUS + 3.0
            {
                nodes.pop();
            }
            let outside = streets.point(nodes[nodes.len() - 1]);
            let node = streets.node(centre + (outside - centre).unit() * RADIUS);
            nodes.push(node);
            arms.push(Arm {
                angle: angle(centre, outside),
                node,
            });
            if k == 0 {
                nodes.reverse();
            }
            streets.ways[number].nodes = nodes;
        }
    }
}

/// Lays the carriageway for traffic in the direction of a line, on its left.
fn carriageway(
    streets: &mut Streets,
    line: &[Point],
    (start, end): (u32, u32),
    ring: &dyn Fn(u32) -> bool,
    arms: &mut [Vec<Arm>],
) {
    let mut places = Vec::with_capacity(line.len());
    for index in 0..line.len() {
        let before = line[index.saturating_sub(1)];
        let after = line[(index + 1).min(line.len() - 1)];
        places.push(line[index] + (after - before).unit().left() * HALF);
    }
    let (from, to) = (line[0], line[line.len() - 1]);
    let clear = RADIUS + 6.0;
    places.retain(|p| {
        (p.distance(from) > clear || !ring(start)) && (p.distance(to) > clear || !ring(end))
    });
    if places.is_empty() {
        places.extend(curve(
            from,
            to - from,
            to,
            to - from,
            line_length(line) / 2.0,
        ));
    }
    let (Some(&first), Some(&last)) = (places.first(), places.last()) else {
        return;
    };
    let mut nodes = Vec::with_capacity(places.len() + 2);
    nodes.push(tie(streets, start, from, first, ring, arms));
    for p in &places[usize::from(!ring(start))..places.len() - usize::from(!ring(end))] {
        nodes.push(streets.node(*p));
    }
    nodes.push(tie(streets, end, to, last, ring, arms));
    let mut street = Street::plain(nodes, Class::Trunk);
    street.one_way = true;
    street.tags.push(("dual_carriageway", "yes".into()));
    streets.lay(street);
}

/// The node at which a carriageway begins or ends: on the ring of a roundabout, or the seed itself.
fn tie(
    streets: &mut Streets,
    seed: u32,
    centre: Point,
    outside: Point,
    ring: &dyn Fn(u32) -> bool,
    arms: &mut [Vec<Arm>],
) -> u32 {
    if !ring(seed) {
        return seed;
    }
    let node = streets.node(centre + (outside - centre).unit() * RADIUS);
    arms[seed as usize].push(Arm {
        angle: angle(centre, outside),
        node,
    });
    node
}

/// Lays the ring of a roundabout through its arms, clockwise.
fn close(streets: &mut Streets, arms: &mut [Arm]) {
    arms.sort_by(|a, b| b.angle.total_cmp(&a.angle).then(a.node.cmp(&b.node)));
    let Some(first) = arms.first() else { return };
    let mut nodes: Vec<u32> = Vec::new();
    let mut sum = Point::default();
    for arm in arms.iter() {
        sum = sum + streets.point(arm.node);
    }
    let centre = sum * (1.0 / arms.len() as f64);
    for (k, arm) in arms.iter().enumerate() {
        nodes.push(arm.node);
        let next = &arms[(k + 1) % arms.len()];
        let (p, q) = (streets.point(arm.node), streets.point(next.node));
        // The ring bulges between arms that stand far apart.
        if p.distance(q) > RADIUS {
            let middle = p.towards(q, 0.5);
            let out = (q - p).unit().left();
            let bulge = if out.dot(middle - centre) >= 0.0 {
                0.22
            } else {
                0.0
            };
            nodes.push(streets.node(middle + out * (p.distance(q) * bulge)));
        }
    }
    nodes.push(first.node);
    let mut street = Street::plain(nodes, Class::Trunk);
    street.one_way = true;
    street.roundabout = true;
    streets.lay(street);
}

/// The distance between nodes along a carriageway is that of every street.
const _: () = assert!(STEP > HALF);
