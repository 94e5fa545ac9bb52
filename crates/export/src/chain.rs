//! Joins streets of one class end to end, so that a base map has one line where the road network has twenty.

use std::collections::BTreeMap;

/// A line in metres on the study's grid.
pub(crate) type Line = Vec<[f64; 2]>;

/// One end of a line: which line, and whether it is its last point.
type End = (usize, bool);

/// The exact position of a point, as something that can be looked up.
fn key(point: [f64; 2]) -> [u64; 2] {
    // Adding zero makes one zero of the two there are.
    point.map(|ordinate| (ordinate + 0.0).to_bits())
}

/// Joins lines wherever exactly two ends meet. The same lines in the same order give the same chains.
pub(crate) fn join(lines: &[&[[f64; 2]]]) -> Vec<Line> {
    let mut ends: BTreeMap<[u64; 2], Vec<End>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        if let [first, .., last] = line {
            ends.entry(key(*first)).or_default().push((index, false));
            ends.entry(key(*last)).or_default().push((index, true));
        }
    }
    let mut used: Vec<bool> = lines.iter().map(|line| line.len() < 2).collect();
    let mut chains = Vec::new();
    // Chains begin where no two lines meet; what is left after them are rings, which begin anywhere.
    for rings in [false, true] {
        for index in 0..lines.len() {
            for backwards in [false, true] {
                let start = if backwards {
                    lines[index].last()
                } else {
                    lines[index].first()
                };
                let begins = start
                    .is_some_and(|start| ends.get(&key(*start)).is_some_and(|met| met.len() != 2));
                if !used[index] && (rings || begins) {
                    chains.push(follow(lines, &ends, &mut used, (index, backwards)));
                }
            }
        }
    }
    chains
}

/// Walks from one line to the next as long as there is exactly one.
fn follow(
    lines: &[&[[f64; 2]]],
    ends: &BTreeMap<[u64; 2], Vec<End>>,
    used: &mut [bool],
    start: End,
) -> Line {
    let mut chain = Line::new();
    let mut next = Some(start);
    while let Some((index, backwards)) = next {
        used[index] = true;
        let skip = usize::from(!chain.is_empty());
        if backwards {
            chain.extend(lines[index].iter().rev().skip(skip));
        } else {
            chain.extend(lines[index].iter().skip(skip));
        }
        let met = chain.last().and_then(|last| ends.get(&key(*last)));
        next = met
            .filter(|met| met.len() == 2)
            .and_then(|met| met.iter().copied().find(|(other, _)| !used[*other]));
    }
    chain
}

#[cfg(test)]
mod tests {
    use super::join;

    #[test]
    fn lines_join_where_two_ends_meet_and_not_at_a_fork() {
        // a--b--c--d with a branch at c, drawn in both directions.
        let ab = [[0.0, 0.0], [1.0, 0.0]];
        let cb = [[2.0, 0.0], [1.5, 0.1], [1.0, 0.0]];
        let cd = [[2.0, 0.0], [3.0, 0.0]];
        let ce = [[2.0, 0.0], [2.0, 1.0]];
        let chains = join(&[&ab, &cb, &cd, &ce]);
        assert_eq!(chains.len(), 3);
        assert_eq!(chains[0], [[0.0, 0.0], [1.0, 0.0], [1.5, 0.1], [2.0, 0.0]]);
    }

    #[test]
    fn a_ring_is_one_chain() {
        let one = [[0.0, 0.0], [1.0, 0.0]];
        let two = [[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]];
        assert_eq!(
            join(&[&one, &two]),
            [vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]]
        );
        let loop_road = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]];
        assert_eq!(join(&[&loop_road]), [loop_road.to_vec()]);
    }
}
