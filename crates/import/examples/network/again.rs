//! How long a hierarchy takes, and one made again after streets were closed.

use catchment_travel::{Cost, Hierarchy, Query};
use petgraph::visit::{EdgeRef, IntoEdgeReferences};

use crate::room::{Failure, draw, network, parse_grid, profile, timed};

/// Prints the seconds of a hierarchy made, and made again after 1, 10 and 100 arcs were closed, each over some rounds.
pub(crate) fn print(file: &str, grid: &str, rounds: usize) -> Result<(), Failure> {
    let network = network(file, &parse_grid(grid)?, &profile("drive")?)?;
    let nodes = network.node_count();
    let arcs: Vec<(u32, u32, Cost)> = network
        .edge_references()
        .map(|arc| (arc.source(), arc.target(), *arc.weight()))
        .collect();
    drop(network);
    let hierarchy = Hierarchy::from_arcs(nodes, &arcs)?;
    timed("contraction", (rounds, None), || {
        Hierarchy::from_arcs(nodes, &arcs).is_ok()
    });
    let pairs = (draw(3, 100, nodes), draw(4, 100, nodes));
    for closed in [1, 10, 100] {
        let mut left = arcs.clone();
        for place in draw(closed as u64, closed, arcs.len() - closed) {
            left.swap_remove(place as usize);
        }
        let (again, anew) = (
            hierarchy.again_from_arcs(nodes, &left)?,
            Hierarchy::from_arcs(nodes, &left)?,
        );
        let (mut one, mut other) = (Query::new(&again), Query::new(&anew));
        for (from, to) in pairs.0.iter().zip(&pairs.1) {
            let ends = ([(*from, Cost::ZERO)], [(*to, Cost::ZERO)]);
            if one.cost(&ends.0, &ends.1) != other.cost(&ends.0, &ends.1) {
                return Err("a hierarchy made again gives another answer than a new one".into());
            }
        }
        timed(
            &format!("made again, {closed} arcs closed"),
            (rounds, None),
            || hierarchy.again_from_arcs(nodes, &left).is_ok(),
        );
    }
    Ok(())
}
