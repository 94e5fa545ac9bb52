//! OSTN15, the Ordnance Survey's definition of the British National Grid, from a table built into the program.
//!
//! The table holds, for every kilometre of a rectangle 700 km by 1,250 km, what to add to an ETRS89 easting and northing (on the
//! National Grid projection) to get those of the National Grid; between the nodes the shift is bilinear. Its source, licence and
//! format are in `data/ostn15/README.md`, and `examples/make_ostn15.rs` makes it.
//!
//! It holds no heights (OSGM15), and does not project: coordinates in and out are metres.

use std::io::Read;
use std::sync::OnceLock;

use flate2::read::GzDecoder;

use super::{Bounds, GridError, Side};

const PACKED: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../data/ostn15/ostn15.bin.gz"
));

/// Nodes from west to east, and from south to north, a kilometre apart.
const COLUMNS: usize = 701;
const ROWS: usize = 1_251;
const NODES: usize = COLUMNS * ROWS;

/// Four planes of bytes (low and high of the east shifts, low and high of the north shifts) and a bit a node.
const UNPACKED: usize = 4 * NODES + NODES.div_ceil(8);

/// The file's shifts are millimetres above these values, so that they fit 16 bits without a sign.
const EAST_BASE_MM: f64 = 80_000.0;
const NORTH_BASE_MM: f64 = -85_000.0;

/// How far past the Ordnance Survey's transformation boundary a position is still taken, in kilometres.
///
/// The shifts go on smoothly there, and a study that reaches out to sea should not break at a line on the water. The boundary
/// passes 9.4 km from the nearest Irish land and 16.8 km from the nearest French, so neither is let in.
const MARGIN_KM: usize = 9;

const RECTANGLE: Bounds = Bounds {
    west: 0.0,
    east: 700_000.0,
    south: 0.0,
    north: 1_250_000.0,
};

/// The unpacked table: 4.4 MB.
pub(super) struct Table {
    /// East and north shift of each node, in millimetres above the bases, rows from the south.
    shifts: Vec<[u16; 2]>,
    /// Whether the grid serves the cell to the north-east of each node.
    served: Vec<bool>,
}

/// Returns the table, unpacking it the first time.
pub(super) fn table() -> Result<&'static Table, GridError> {
    static TABLE: OnceLock<Option<Table>> = OnceLock::new();
    TABLE
        .get_or_init(|| unpack(PACKED))
        .as_ref()
        .ok_or(GridError::Table)
}

impl Table {
    /// Returns what to add to ETRS89 metres to get National Grid metres. Beyond the rectangle that is the value at its edge.
    pub(super) fn shift(&self, x: f64, y: f64) -> (f64, f64) {
        let (column, t) = cell(x, COLUMNS);
        let (row, u) = cell(y, ROWS);
        let south = row * COLUMNS + column;
        let north = south + COLUMNS;
        let corners = [
            (self.shifts[south], (1.0 - t) * (1.0 - u)),
            (self.shifts[south + 1], t * (1.0 - u)),
            (self.shifts[north + 1], t * u),
            (self.shifts[north], (1.0 - t) * u),
        ];
        let mean = |axis: usize| -> f64 {
            corners
                .iter()
                .map(|(shift, weight)| f64::from(shift[axis]) * weight)
                .sum()
        };
        (
            (mean(0) + EAST_BASE_MM) / 1_000.0,
            (mean(1) + NORTH_BASE_MM) / 1_000.0,
        )
    }

    /// Takes National Grid metres back to ETRS89 metres, to a thousandth of a millimetre.
    pub(super) fn unshift(&self, east: f64, north: f64) -> (f64, f64) {
        // A middling shift, at most 20 m out. The shift changes by at most 0.25 m in a kilometre, so each round shrinks
        // the error at least two thousandfold: three are enough, and the fourth costs little.
        let (mut x, mut y) = (east - 97.0, north + 64.0);
        for _ in 0..4 {
            let (shift_east, shift_north) = self.shift(x, y);
            (x, y) = (east - shift_east, north - shift_north);
        }
        (x, y)
    }

    /// Returns the side on which ETRS89 metres lie off the area the grid serves, or nothing when they are in it.
    pub(super) fn off(&self, x: f64, y: f64) -> Option<Side> {
        if let Some(side) = RECTANGLE.off(x, y) {
            return Some(side);
        }
        if self.served[cell(y, ROWS).0 * COLUMNS + cell(x, COLUMNS).0] {
            return None;
        }
        // The corners of the rectangle that are not served: Ireland and the Faroes, France, Norway.
        Some(if x < 350_000.0 {
            Side::West
        } else if y < 250_000.0 {
            Side::South
        } else {
            Side::East
        })
    }
}

/// Splits metres into the node before and the share of the way to the next, kept within the table.
fn cell(metres: f64, nodes: usize) -> (usize, f64) {
    let kilometres = (metres / 1_000.0).clamp(0.0, (nodes - 1) as f64);
    let node = (kilometres as usize).min(nodes - 2);
    (node, kilometres - node as f64)
}

/// Unpacks the file; nothing when it is not what the README of the data describes.
fn unpack(packed: &[u8]) -> Option<Table> {
    let mut bytes = Vec::with_capacity(UNPACKED);
    // One byte more than expected, so that a longer file is seen to be longer, and the checksum at its end is read.
    GzDecoder::new(packed)
        .take(UNPACKED as u64 + 1)
        .read_to_end(&mut bytes)
        .ok()?;
    if bytes.len() != UNPACKED {
        return None;
    }
    let (east, rest) = bytes.split_at(2 * NODES);
    let (north, outside) = rest.split_at(2 * NODES);
    let shifts = summed(east)
        .into_iter()
        .zip(summed(north))
        .map(|(east, north)| [east, north])
        .collect();
    let outside: Vec<bool> = (0..NODES)
        .map(|node| outside[node / 8] >> (node % 8) & 1 == 1)
        .collect();
    Some(Table {
        shifts,
        served: served(&outside),
    })
}

/// Adds up the differences of one axis: each node from its western neighbour, and the first of a row from the first of the row
/// to its south.
fn summed(planes: &[u8]) -> Vec<u16> {
    let (low, high) = planes.split_at(NODES);
    let mut values = Vec::with_capacity(NODES);
    let mut first = 0_u16;
    for (low, high) in low.chunks_exact(COLUMNS).zip(high.chunks_exact(COLUMNS)) {
        let mut value = first;
        for (column, (&low, &high)) in low.iter().zip(high).enumerate() {
            value = value.wrapping_add(u16::from_le_bytes([low, high]));
            if column == 0 {
                first = value;
            }
            values.push(value);
        }
    }
    values
}

/// Works out which cells have all four corners within the margin of a node inside the transformation boundary.
fn served(outside: &[bool]) -> Vec<bool> {
    let gaps: Vec<usize> = outside.chunks_exact(COLUMNS).flat_map(row_gaps).collect();
    let within = |node: usize| {
        let (row, column) = (node / COLUMNS, node % COLUMNS);
        let rows = row.saturating_sub(MARGIN_KM)..=(row + MARGIN_KM).min(ROWS - 1);
        gaps[node] == 0
            || rows.into_iter().any(|other| {
                let (across, along) = (gaps[other * COLUMNS + column], other.abs_diff(row));
                across * across + along * along <= MARGIN_KM * MARGIN_KM
            })
    };
    let nodes: Vec<bool> = (0..NODES).map(within).collect();
    (0..NODES)
        .map(|node| {
            // In the last row and column there is no cell; `cell` never asks for one.
            [node, node + 1, node + COLUMNS, node + COLUMNS + 1]
                .iter()
                .all(|&corner| nodes.get(corner).is_some_and(|&within| within))
        })
        .collect()
}

/// Returns the kilometres from each node of a row to the nearest in that row inside the boundary, or a number past the margin.
fn row_gaps(outside: &[bool]) -> Vec<usize> {
    let mut gaps = vec![MARGIN_KM + 1; outside.len()];
    let mut sweep = |columns: &mut dyn Iterator<Item = usize>| {
        let mut gap = MARGIN_KM + 1;
        for column in columns {
            gap = if outside[column] {
                (gap + 1).min(MARGIN_KM + 1)
            } else {
                0
            };
            gaps[column] = gaps[column].min(gap);
        }
    };
    sweep(&mut (0..outside.len()));
    sweep(&mut (0..outside.len()).rev());
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metres(shift: f64) -> i64 {
        (shift * 1_000.0).round() as i64
    }

    #[test]
    fn nodes_hold_what_the_ordnance_survey_printed() {
        let table = table().unwrap();
        // First, last, and the cell of the guide's worked example (record 220 065).
        for (x, y, east, north) in [
            (0.0, 0.0, 90_750, -82_020),
            (700_000.0, 1_250_000.0, 109_209, -53_064),
            (651_000.0, 313_000.0, 102_787, -78_242),
            (652_000.0, 313_000.0, 102_825, -78_244),
            (652_000.0, 314_000.0, 102_834, -78_225),
            (651_000.0, 314_000.0, 102_795, -78_213),
        ] {
            let shift = table.shift(x, y);
            assert_eq!((metres(shift.0), metres(shift.1)), (east, north), "{x} {y}");
        }
    }

    #[test]
    fn shifts_are_smooth_everywhere() {
        // `unshift` leans on this, and a slip in the summing of differences would break it.
        let table = table().unwrap();
        for row in table.shifts.chunks_exact(COLUMNS) {
            for pair in row.windows(2) {
                assert!(pair[0][0].abs_diff(pair[1][0]) < 250);
                assert!(pair[0][1].abs_diff(pair[1][1]) < 250);
            }
        }
        for (south, north) in table.shifts.iter().zip(&table.shifts[COLUMNS..]) {
            assert!(south[0].abs_diff(north[0]) < 250);
            assert!(south[1].abs_diff(north[1]) < 250);
        }
    }

    #[test]
    fn a_damaged_file_is_refused() {
        assert!(unpack(&[]).is_none());
        assert!(unpack(b"version https://git-lfs.github.com/spec/v1\n").is_none());
        assert!(unpack(&PACKED[..PACKED.len() - 1]).is_none());
        let mut flipped = PACKED.to_vec();
        flipped[PACKED.len() / 2] ^= 1;
        assert!(unpack(&flipped).is_none());
    }

    #[test]
    fn the_margin_is_measured_as_the_crow_flies() {
        // One node inside the boundary, in the middle of nothing.
        let (column, row) = (300, 500);
        let mut outside = vec![true; NODES];
        outside[row * COLUMNS + column] = false;
        let served = served(&outside);
        let count = served.iter().filter(|&&served| served).count();
        let cells = -9_i32..9;
        let reach = |c: i32, r: i32| c * c + r * r <= 81;
        let expected = cells
            .clone()
            .flat_map(|c| cells.clone().map(move |r| (c, r)))
            .filter(|&(c, r)| {
                reach(c, r) && reach(c + 1, r) && reach(c, r + 1) && reach(c + 1, r + 1)
            })
            .count();
        assert_eq!(count, expected);
        assert!(served[row * COLUMNS + column]);
    }
}
