//! The way of one journey by Dijkstra's algorithm, for networks that have no hierarchy.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::hierarchy::Path;
use crate::network::StreetNetwork;
use crate::snap::Snap;
use crate::units::Cost;

/// Marks a node that no arc led to.
const NONE: u32 = u32::MAX;

/// Finds what [`route_path`](crate::route_path) finds. It stops as soon as nothing cheaper can come.
pub(super) fn path(network: &StreetNetwork, from: &Snap, to: &Snap) -> Option<Path> {
    let mut labels = vec![(Cost::INFINITY, NONE); network.node_count()];
    let mut ends: Vec<(u32, Cost)> = to.ways_in(network).collect();
    ends.sort_unstable();
    let mut queue = BinaryHeap::new();
    for (node, cost) in from.ways_out(network) {
        if cost < labels[node as usize].0 {
            labels[node as usize] = (cost, NONE);
            queue.push(Reverse((cost, node)));
        }
    }
    let mut best = (from.along(to, network).unwrap_or(Cost::INFINITY), NONE);
    while let Some(Reverse((cost, node))) = queue.pop() {
        if cost >= best.0 {
            break;
        }
        if cost > labels[node as usize].0 {
            continue;
        }
        let first = ends.partition_point(|end| end.0 < node);
        if let Some((_, rest)) = ends.get(first).filter(|end| end.0 == node) {
            best = best.min((cost + *rest, node));
        }
        for (head, arc) in network.leaving.arcs(node) {
            let through = cost + arc;
            if through < labels[head as usize].0 {
                labels[head as usize] = (through, node);
                queue.push(Reverse((through, head)));
            }
        }
    }
    let cost = best.0.finite()?;
    let mut nodes = Vec::new();
    let mut at = best.1;
    while at != NONE {
        nodes.push(at);
        at = labels[at as usize].1;
    }
    nodes.reverse();
    Some(Path {
        cost: network.told(cost),
        nodes,
    })
}
