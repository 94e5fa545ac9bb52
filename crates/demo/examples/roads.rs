//! Writes the roads of an invented town of about so many nodes: `roads FILE NODES [SEED]`.
//!
//! For benchmarks, which want networks far larger than any town that can be shipped.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |place: usize| words.get(place).and_then(|word| word.parse::<u64>().ok());
    let (Some(file), Some(nodes)) = (words.first(), number(1)) else {
        eprintln!("usage: roads FILE NODES [SEED]");
        return ExitCode::from(2);
    };
    let seed = number(2).unwrap_or(1);
    match catchment_demo::write_roads(Path::new(file), seed, nodes as usize) {
        Ok(written) => {
            println!("{written} nodes");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
