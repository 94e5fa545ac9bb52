//! Looks at the street network of a road file: what is in it, journeys, arrays for other programs, and how long searches take.
//!
//! ```text
//! network counts FILE GRID                            what the file becomes, for each profile
//! network pairs FILE GRID COUNT SEED [METRES]         random journeys (see `pairs`)
//! network pairs FILE GRID - [PROFILE]                 journeys from standard input, each with its way
//! network points FILE GRID COUNT SEED METRES          random places METRES beside a street
//! network arrays FILE GRID FOLDER                     the driving graph as flat arrays
//! network ready FILE GRID PROFILE OUT                 from the road file to all that searches need, stored
//! network times FILE GRID PROFILE ROUNDS WORK,... [POINTS]   seconds of searches (see `times`)
//! network again FILE GRID ROUNDS                      seconds of a hierarchy made again after a change
//! network scenario FILE GRID PROFILE ROUNDS           seconds of changes to the streets
//! network contract FOLDER                             peak memory of contracting the arrays of a folder
//! ```
//!
//! GRID is `british-national`, `irish`, or `lon,lat` of the centre of a local grid. PROFILE is `drive`, `free` (drive without turn
//! restrictions), `no-u-turns` (nobody turns round but at dead ends) or `turning` (turn, U-turn and signal penalties).
//!
//! It judges nothing: `tests/clients/osrm_compare.py` and `benches/peers` do.

mod again;
mod arrays;
mod counts;
mod pairs;
mod room;
mod scenario;
mod times;

use room::Failure;

const USAGE: &str = "usage: network counts|pairs|points|arrays|ready|times|again|scenario|contract FILE british-national|irish|LON,LAT ... (see the top of examples/network/main.rs)";

fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["counts", file, grid] => counts::print(file, grid),
        ["pairs", file, grid, ref rest @ ..] => pairs::print(file, grid, rest),
        ["points", file, grid, count, seed, off] => {
            pairs::points(file, grid, count.parse()?, seed.parse()?, off.parse()?)
        }
        ["arrays", file, grid, folder] => arrays::write(file, grid, folder),
        ["ready", file, grid, profile, out] => arrays::ready(file, grid, profile, out),
        ["times", file, grid, profile, rounds, works, ref rest @ ..] => times::print(
            file,
            grid,
            profile,
            rounds.parse()?,
            works,
            rest.first().copied(),
        ),
        ["again", file, grid, rounds] => again::print(file, grid, rounds.parse()?),
        ["scenario", file, grid, profile, rounds] => {
            scenario::print(file, grid, profile, rounds.parse()?)
        }
        ["contract", folder] => arrays::contract(folder),
        _ => Err(USAGE.into()),
    }
}
