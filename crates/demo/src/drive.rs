//! The streets as a car sees them, and the plain search that the generator draws homes with.
//!
//! It stands apart from the engine on purpose: the generator may not use the engine's answers, and the engine knows
//! nothing of the generator.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::streets::{Class, Street, Streets};

/// One way along one segment.
#[derive(Clone, Copy, Debug)]
struct Arc {
    head: u32,
    metres: f32,
    milliseconds: u32,
}

/// The arcs of the streets in flat arrays.
#[derive(Debug)]
pub(crate) struct Drive {
    forward: Flat,
    backward: Flat,
}

#[derive(Debug)]
struct Flat {
    first: Vec<u32>,
    arcs: Vec<Arc>,
}

impl Flat {
    fn new(nodes: usize, list: &[(u32, Arc)]) -> Self {
        let mut first = vec![0_u32; nodes + 1];
        for (tail, _) in list {
            first[*tail as usize + 1] += 1;
        }
        for node in 0..nodes {
            first[node + 1] += first[node];
        }
        let mut next = first.clone();
        let blank = Arc {
            head: 0,
            metres: 0.0,
            milliseconds: 0,
        };
        let mut arcs = vec![blank; list.len()];
        for (tail, arc) in list {
            let slot = &mut next[*tail as usize];
            arcs[*slot as usize] = *arc;
            *slot += 1;
        }
        Self { first, arcs }
    }

    fn out(&self, node: u32) -> &[Arc] {
        &self.arcs[self.first[node as usize] as usize..self.first[node as usize + 1] as usize]
    }

    /// Which nodes can be got to from one.
    fn reach(&self, start: u32) -> Vec<bool> {
        let mut seen = vec![false; self.first.len() - 1];
        let mut open = vec![start];
        seen[start as usize] = true;
        while let Some(node) = open.pop() {
            for arc in self.out(node) {
                if !seen[arc.head as usize] {
                    seen[arc.head as usize] = true;
                    open.push(arc.head);
                }
            }
        }
        seen
    }
}

/// The speed of a car on a way, km/h, the ferry among them.
fn speed(street: &Street) -> Option<f64> {
    if street.class == Class::Ferry {
        Some(5.0)
    } else {
        street.car_speed()
    }
}

impl Drive {
    /// Reads the streets.
    pub(crate) fn new(streets: &Streets) -> Self {
        let (mut there, mut back) = (Vec::new(), Vec::new());
        for street in &streets.ways {
            let Some(speed) = speed(street) else { continue };
            for pair in street.nodes.windows(2) {
                let (a, b) = (pair[0], pair[1]);
                if streets.barriers.contains_key(&a) || streets.barriers.contains_key(&b) {
                    continue;
                }
                let metres = streets.point(a).distance(streets.point(b));
                let arc = |head| Arc {
                    head,
                    metres: metres as f32,
                    milliseconds: (metres * 3_600.0 / speed).round().max(1.0) as u32,
                };
                there.push((a, arc(b)));
                back.push((b, arc(a)));
                if !street.one_way {
                    there.push((b, arc(a)));
                    back.push((a, arc(b)));
                }
            }
        }
        let nodes = streets.points.len();
        Self {
            forward: Flat::new(nodes, &there),
            backward: Flat::new(nodes, &back),
        }
    }

    /// Whether a car can get from a node to the middle of everything and back.
    pub(crate) fn there_and_back(&self, middle: u32) -> Vec<bool> {
        let (there, back) = (self.forward.reach(middle), self.backward.reach(middle));
        there.into_iter().zip(back).map(|(a, b)| a && b).collect()
    }

    /// Whether any car can be on a node.
    pub(crate) fn used(&self, node: u32) -> bool {
        !self.forward.out(node).is_empty() || !self.backward.out(node).is_empty()
    }

    /// The length, in metres, of the quickest drive from every node to one; infinite where there is none.
    pub(crate) fn metres_to(&self, target: u32) -> Vec<f32> {
        let nodes = self.backward.first.len() - 1;
        let mut least = vec![u64::MAX; nodes];
        let mut metres = vec![f32::INFINITY; nodes];
        let mut open = BinaryHeap::from([Reverse((0_u64, target))]);
        least[target as usize] = 0;
        metres[target as usize] = 0.0;
        while let Some(Reverse((time, node))) = open.pop() {
            if time > least[node as usize] {
                continue;
            }
            for arc in self.backward.out(node) {
                let next = time + u64::from(arc.milliseconds);
                if next < least[arc.head as usize] {
                    least[arc.head as usize] = next;
                    metres[arc.head as usize] = metres[node as usize] + arc.metres;
                    open.push(Reverse((next, arc.head)));
                }
            }
        }
        metres
    }
}

#[cfg(test)]
mod tests {
    use super::Drive;
    use crate::geometry::at;
    use crate::streets::{Class, Street, Streets};

    #[test]
    fn the_quickest_way_may_be_the_longer_one() {
        // A straight lane of 1 km at 30 km/h, and a main road round it of 1.4 km at 65.
        let mut streets = Streets::default();
        let a = streets.node(at(0.0, 0.0));
        let b = streets.node(at(1000.0, 0.0));
        let c = streets.node(at(500.0, 500.0));
        streets.lay(Street::plain(vec![a, b], Class::Residential));
        streets.lay(Street::plain(vec![a, c, b], Class::Primary));
        let drive = Drive::new(&streets);
        assert!((drive.metres_to(b)[a as usize] - 1414.2).abs() < 0.1);
        // One way against it leaves the lane alone.
        streets.ways[1].one_way = true;
        let drive = Drive::new(&streets);
        assert!((drive.metres_to(a)[b as usize] - 1000.0).abs() < 0.1);
    }
}
