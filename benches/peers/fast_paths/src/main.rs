//! Seconds of the crate `fast_paths` over the arrays of a folder that `network arrays` wrote: `fast-paths-times FOLDER ROUNDS`.
//!
//! Each piece of work is a line of JSON as `network times` prints. Journeys are between the same nodes as there. fast_paths always
//! finds the nodes of the way too, so one measurement stands for both of our works. It judges nothing: `benches/peers/searches.py` does.
//!
//! It is a package of its own so that the project's lock file has no part in it.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use fast_paths::{FastGraph, InputGraph};

/// Contracting is done so often at most, as in our own program.
const CONTRACTIONS: usize = 3;
const JOURNEYS: usize = 10_000;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, rounds] = words.as_slice() else {
        return Err("usage: fast-paths-times FOLDER ROUNDS".into());
    };
    let (graph, nodes) = read(Path::new(folder))?;
    let rounds: usize = rounds.parse()?;
    let mut fast = None;
    timed(&["contraction"], rounds.min(CONTRACTIONS), || {
        fast = Some(fast_paths::prepare(&graph));
        0
    });
    drop(graph);
    let fast: FastGraph = fast.ok_or("at least one round")?;
    let (starts, ends) = (draw(3, nodes), draw(4, nodes));
    let mut calculator = fast_paths::create_calculator(&fast);
    timed(
        &["10,000 journeys, ids", "10,000 ways, ids"],
        rounds,
        || {
            let pairs = starts.iter().zip(&ends);
            let found = pairs.filter_map(|(start, end)| calculator.calc_path(&fast, *start, *end));
            found.map(|path| path.get_weight()).sum()
        },
    );
    Ok(())
}

/// Reads the arrays. Times are milliseconds.
fn read(folder: &Path) -> Result<(InputGraph, usize), Box<dyn Error>> {
    let array = |name: &str| -> Result<Vec<u32>, Box<dyn Error>> {
        let bytes = fs::read(folder.join(name))?;
        let numbers = bytes.as_chunks::<4>().0.iter();
        Ok(numbers.map(|bytes| u32::from_le_bytes(*bytes)).collect())
    };
    let (first, head, time) = (array("first_out")?, array("head")?, array("time_ms")?);
    let mut graph = InputGraph::new();
    for (tail, ends) in first.windows(2).enumerate() {
        for arc in ends[0] as usize..ends[1] as usize {
            // It leaves out arcs that take no time, without which its answers would be others.
            if time[arc] == 0 && head[arc] as usize != tail {
                return Err("an arc takes no time, and fast_paths has no such arcs".into());
            }
            graph.add_edge(tail, head[arc] as usize, time[arc] as usize);
        }
    }
    graph.freeze();
    Ok((graph, first.len() - 1))
}

/// Nodes as `network times` draws them (`SplitMix64`).
fn draw(seed: u64, nodes: usize) -> Vec<usize> {
    let mut state = seed;
    let next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % nodes as u64) as usize
    };
    std::iter::repeat_with(next).take(JOURNEYS).collect()
}

/// Does some work once unmeasured and then round after round, and prints a line of JSON for each of its names.
fn timed(works: &[&str], rounds: usize, mut once: impl FnMut() -> usize) {
    let (mut wall, mut cpu) = (Vec::new(), Vec::new());
    let mut gave = once();
    for _ in 0..rounds {
        let (start, spent) = (Instant::now(), cpu_seconds());
        gave = once();
        wall.push(start.elapsed().as_secs_f64());
        cpu.push(cpu_seconds() - spent);
    }
    for work in works {
        println!(
            r#"{{"work": "{work}", "wall": {wall:?}, "cpu": {cpu:?}, "rows": null, "gave": {gave}}}"#
        );
    }
}

/// CPU time of all threads so far, in seconds; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}
