//! Reads well-known binary as `GeoPackage` keeps it: ISO types with heights and measures, which are dropped, in either byte order.
//!
//! Every count is held against the bytes that are left before anything is made of it, and collections nest no deeper than a few levels.
//! Curves are refused: they would have to be drawn as lines first.

use geo::Coord;

use super::Shape;

/// The deepest that collections may nest.
const DEEPEST: usize = 8;

/// Bytes that are read from the front.
struct Bytes<'a> {
    rest: &'a [u8],
    little: bool,
}

const CUT: &str = "has a geometry that ends before its time";

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let (taken, rest) = self.rest.split_first_chunk::<N>().ok_or(CUT)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn skip(&mut self, count: usize) -> Result<(), String> {
        self.rest = self.rest.get(count..).ok_or(CUT)?;
        Ok(())
    }

    fn u32(&mut self) -> Result<u32, String> {
        let bytes = self.take()?;
        Ok(if self.little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    fn f64(&mut self) -> Result<f64, String> {
        let bytes = self.take()?;
        Ok(if self.little {
            f64::from_le_bytes(bytes)
        } else {
            f64::from_be_bytes(bytes)
        })
    }

    /// Reads how many things follow, each of which takes at least `size` bytes.
    fn count(&mut self, size: usize) -> Result<usize, String> {
        let count = self.u32()? as usize;
        if count > self.rest.len() / size {
            return Err("has a geometry that states more parts than it has bytes".to_owned());
        }
        Ok(count)
    }

    fn order(&mut self) -> Result<(), String> {
        match self.take()? {
            [0] => self.little = false,
            [1] => self.little = true,
            _ => return Err("has a geometry of unknown byte order".to_owned()),
        }
        Ok(())
    }
}

/// Reads the blob of a `GeoPackage`: its own header, then well-known binary.
pub(super) fn read_gpkg(blob: &[u8]) -> Result<Shape, String> {
    let mut bytes = Bytes {
        rest: blob,
        little: true,
    };
    let [g, p, _version, flags] = bytes.take::<4>()?;
    if [g, p] != *b"GP" {
        return Err("has a geometry that is not a GeoPackage's".to_owned());
    }
    if flags & 0b10_0000 != 0 {
        return Err("has a geometry of an extended type".to_owned());
    }
    bytes.skip(4)?;
    let envelope = match (flags >> 1) & 0b111 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err("has a geometry with an unknown kind of envelope".to_owned()),
    };
    bytes.skip(envelope)?;
    let mut shape = Shape::default();
    // The flag that says it is empty.
    if flags & 0b1_0000 == 0 {
        geometry(&mut bytes, &mut shape, 0)?;
    }
    Ok(shape)
}

/// How many bytes the smallest geometry has: byte order, type and count.
const LEAST: usize = 9;

fn geometry(bytes: &mut Bytes<'_>, shape: &mut Shape, depth: usize) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!(
            "has a geometry nested more than {DEEPEST} levels deep"
        ));
    }
    bytes.order()?;
    let code = bytes.u32()?;
    // PostGIS marks heights, measures and a reference system in the highest bits, ISO adds thousands for the first two.
    let plain = code & 0x1fff_ffff;
    if code & 0x2000_0000 != 0 {
        bytes.skip(4)?;
    }
    let iso = match plain / 1000 {
        0 => 0,
        1 | 2 => 1,
        3 => 2,
        _ => return Err(unknown(code)),
    };
    let flagged = usize::from(code & 0x8000_0000 != 0) + usize::from(code & 0x4000_0000 != 0);
    let numbers = 2 + flagged.max(iso);
    match plain % 1000 {
        1 => {
            let point = position(bytes, numbers)?;
            // An empty point is written as two that are not numbers.
            if !(point.x.is_nan() && point.y.is_nan()) {
                shape.points.push(point);
            }
        }
        2 => {
            positions(bytes, numbers)?;
            shape.lines = true;
        }
        3 => {
            let count = bytes.count(4)?;
            let rings = (0..count).map(|_| positions(bytes, numbers));
            let rings = rings.collect::<Result<_, _>>()?;
            shape.polygons.push(rings);
        }
        4..=7 => {
            let count = bytes.count(LEAST)?;
            for _ in 0..count {
                geometry(bytes, shape, depth + 1)?;
            }
        }
        8..=12 => return Err("has curves, which are not read".to_owned()),
        _ => return Err(unknown(code)),
    }
    Ok(())
}

fn unknown(code: u32) -> String {
    format!("has a geometry of unknown type {code}")
}

fn position(bytes: &mut Bytes<'_>, numbers: usize) -> Result<Coord<f64>, String> {
    let (x, y) = (bytes.f64()?, bytes.f64()?);
    bytes.skip((numbers - 2) * 8)?;
    Ok(Coord { x, y })
}

fn positions(bytes: &mut Bytes<'_>, numbers: usize) -> Result<Vec<Coord<f64>>, String> {
    let count = bytes.count(numbers * 8)?;
    (0..count).map(|_| position(bytes, numbers)).collect()
}
