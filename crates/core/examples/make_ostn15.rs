//! Makes `data/ostn15/ostn15.bin.gz` from the Ordnance Survey's OSTN15 data file.
//!
//! ```text
//! cargo run --release -p catchment-core --example make_ostn15 -- OSTN15_OSGM15_DataFile.txt data/ostn15/ostn15.bin.gz
//! ```
//!
//! The first argument is the comma-separated file of the OSTN15 developer pack (unpacked), the second the file to write. The
//! format is described in `data/ostn15/README.md`; `grid::ostn15` reads it. The same input gives the same bytes.

use std::error::Error;
use std::fs::{self, File};
use std::io::Write;

use flate2::{Compression, GzBuilder};

const COLUMNS: usize = 701;
const ROWS: usize = 1_251;
const EAST_BASE_MM: i32 = 80_000;
const NORTH_BASE_MM: i32 = -85_000;
/// The Ordnance Survey's flag for "outside transformation area".
const OUTSIDE: &str = "16";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [source, target] = arguments.as_slice() else {
        return Err("usage: make_ostn15 OSTN15_OSGM15_DataFile.txt ostn15.bin.gz".into());
    };
    let text = fs::read_to_string(source)?;
    let (mut east, mut north) = (Vec::new(), Vec::new());
    let mut outside = vec![0_u8; (COLUMNS * ROWS).div_ceil(8)];
    for (node, line) in text.lines().skip(1).enumerate() {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let [id, x, y, east_shift, north_shift, _height, flag] = fields.as_slice() else {
            return Err(format!("record {} has {} fields, not 7", node + 1, fields.len()).into());
        };
        let place = (node + 1, node % COLUMNS * 1_000, node / COLUMNS * 1_000);
        if (id.parse()?, x.parse()?, y.parse()?) != place {
            return Err(format!("record {} is out of order", node + 1).into());
        }
        east.push(u16::try_from(millimetres(east_shift)? - EAST_BASE_MM)?);
        north.push(u16::try_from(millimetres(north_shift)? - NORTH_BASE_MM)?);
        if *flag == OUTSIDE {
            outside[node / 8] |= 1 << (node % 8);
        }
    }
    if east.len() != COLUMNS * ROWS {
        return Err(format!("{} records, not {}", east.len(), COLUMNS * ROWS).into());
    }

    let mut file = GzBuilder::new().write(File::create(target)?, Compression::best());
    for axis in [&east, &north] {
        let differences = differences(axis);
        file.write_all(&differences.iter().map(|d| d[0]).collect::<Vec<_>>())?;
        file.write_all(&differences.iter().map(|d| d[1]).collect::<Vec<_>>())?;
    }
    file.write_all(&outside)?;
    file.finish()?;
    Ok(())
}

/// Reads metres with three decimals as a whole number of millimetres.
fn millimetres(metres: &str) -> Result<i32, Box<dyn Error>> {
    let (_, decimals) = metres.split_once('.').unwrap_or((metres, ""));
    if decimals.len() != 3 {
        return Err(format!("{metres} is not metres with three decimals").into());
    }
    Ok(metres.replace('.', "").parse()?)
}

/// Takes each node from its western neighbour, and the first of each row from the first of the row to its south.
fn differences(values: &[u16]) -> Vec<[u8; 2]> {
    (0..values.len())
        .map(|node| {
            let before = match node {
                0 => 0,
                _ if node % COLUMNS == 0 => values[node - COLUMNS],
                _ => values[node - 1],
            };
            values[node].wrapping_sub(before).to_le_bytes()
        })
        .collect()
}
