//! Reads `FlatGeobuf`.
//!
//! The `flatgeobuf` crate gives the checked view of a buffer; how buffers are cut out of the file is done here, because a size in the file
//! must not decide how much memory is taken, and offsets inside a buffer may name the same bytes again and again.

use std::io::{self, Read};

use flatgeobuf::{
    Column, ColumnType, Geometry, GeometryType, Header, size_prefixed_root_as_feature,
    size_prefixed_root_as_header,
};
use geo::Coord;

use super::crs::{Claim, Crs};
use super::{Layer, RawFeature, Shape, Trouble, Value, short, trouble, wkt};

/// The version of the format that is read.
const VERSION: u8 = 3;

/// The deepest that collections may nest.
const DEEPEST: usize = 8;

/// Bytes of one node of the index that stands before the features.
const NODE: u128 = 40;

/// The longest header; real ones have a few kilobytes.
const LONGEST_HEADER: u64 = 10 << 20;

fn damaged(what: &str) -> Trouble {
    trouble(
        format!("is damaged or cut short: {what}"),
        "copy or export it again",
    )
}

/// A source of which is known how much is left.
struct Source<R> {
    reader: R,
    left: u64,
}

impl<R: Read> Source<R> {
    /// Reads a buffer with its size before it, into `buffer`; nothing at the end of the file.
    fn sized(&mut self, buffer: &mut Vec<u8>, most: u64) -> Result<bool, Trouble> {
        if self.left == 0 {
            return Ok(false);
        }
        let mut size = [0; 4];
        self.exactly(&mut size)?;
        let length = u64::from(u32::from_le_bytes(size));
        if length > self.left.min(most) || length < 8 {
            return Err(damaged("a part of it has an impossible size"));
        }
        buffer.clear();
        buffer.extend_from_slice(&size);
        let end = buffer.len() + length as usize;
        buffer.resize(end, 0);
        self.exactly(&mut buffer[4..])?;
        Ok(true)
    }

    fn exactly(&mut self, buffer: &mut [u8]) -> Result<(), Trouble> {
        self.reader
            .read_exact(buffer)
            .map_err(|_| damaged("it ends in the middle"))?;
        self.left = self.left.saturating_sub(buffer.len() as u64);
        Ok(())
    }

    fn skip(&mut self, length: u64) -> Result<(), Trouble> {
        let skipped = io::copy(&mut (&mut self.reader).take(length), &mut io::sink());
        if !skipped.is_ok_and(|skipped| skipped == length) {
            return Err(damaged("it ends in the middle"));
        }
        self.left = self.left.saturating_sub(length);
        Ok(())
    }
}

/// Reads a file of a length.
pub(super) fn read(reader: impl Read, length: u64) -> Result<Layer, Trouble> {
    let mut source = Source {
        reader,
        left: length,
    };
    let mut magic = [0; 8];
    source.exactly(&mut magic)?;
    if magic[3] != VERSION {
        return Err(trouble(
            format!("is FlatGeobuf of version {}, which is not read", magic[3]),
            "export it again with a newer program",
        ));
    }
    let mut head = Vec::new();
    if !source.sized(&mut head, LONGEST_HEADER)? {
        return Err(damaged("it has no header"));
    }
    let header =
        size_prefixed_root_as_header(&head).map_err(|_| damaged("its header cannot be read"))?;
    let count = header.features_count();
    let index = index_size(count, header.index_node_size());
    if index > u128::from(source.left) {
        return Err(damaged("its index would be longer than the file"));
    }
    source.skip(index as u64)?;
    let mut layer = Layer {
        claim: claim(&header),
        ..Layer::default()
    };
    let columns: Vec<Field> = header
        .columns()
        .map(|columns| fields(columns.iter(), &mut layer))
        .unwrap_or_default();
    let mut buffer = Vec::new();
    let mut number = 1;
    while source.sized(&mut buffer, u64::MAX)? {
        let feature = one_feature(
            &buffer,
            number,
            header.geometry_type(),
            &columns,
            &mut layer,
        )?;
        layer.features.push(feature);
        number += 1;
    }
    // No count means that its writer did not know it.
    if count != 0 && count != number - 1 {
        return Err(damaged(&format!(
            "it states {count} features and has {}",
            number - 1
        )));
    }
    Ok(layer)
}

/// Works out how many bytes the index takes: a tree of which the features are the leaves.
fn index_size(features: u64, node: u16) -> u128 {
    if features == 0 || node == 0 {
        return 0;
    }
    let wide = u128::from(node.max(2));
    let mut level = u128::from(features);
    let mut nodes = level;
    while level > 1 {
        level = level.div_ceil(wide);
        nodes += level;
    }
    // One feature has a root all the same.
    if features == 1 {
        nodes += 1;
    }
    nodes * NODE
}

fn claim(header: &Header<'_>) -> Claim {
    let Some(crs) = header.crs() else {
        return Claim::Unknown;
    };
    let text = crs.wkt().filter(|text| !text.is_empty());
    if crs.code() == 0 && text.is_none() {
        return Claim::Unknown;
    }
    let code = format!("{}:{}", crs.org().unwrap_or("EPSG"), crs.code());
    let recognised = text.map(wkt::recognise);
    let by_text = recognised.as_ref().and_then(|(_, crs)| *crs);
    let name = match (crs.name(), &recognised) {
        (Some(name), _) => format!("{} ({})", short(name), short(&code)),
        (None, Some((name, _))) => short(name),
        (None, None) => short(&code),
    };
    Claim::Says {
        text: name,
        crs: Crs::from_code(&code).or(by_text),
    }
}

/// A column: where its name is kept and what its values look like.
#[derive(Clone, Copy)]
struct Field {
    place: u32,
    kind: ColumnType,
}

fn fields<'a>(columns: impl Iterator<Item = Column<'a>>, layer: &mut Layer) -> Vec<Field> {
    columns
        .map(|column| Field {
            place: layer.names.place(column.name()),
            kind: column.type_(),
        })
        .collect()
}

fn one_feature(
    buffer: &[u8],
    number: u64,
    kind: GeometryType,
    columns: &[Field],
    layer: &mut Layer,
) -> Result<RawFeature, Trouble> {
    let feature = size_prefixed_root_as_feature(buffer)
        .map_err(|_| damaged(&format!("feature {number} cannot be read")))?;
    let own = feature
        .columns()
        .map(|columns| fields(columns.iter(), layer));
    let bytes = feature.properties().map_or(&[][..], |list| list.bytes());
    let properties = properties(bytes, own.as_deref().unwrap_or(columns)).ok_or_else(|| {
        damaged(&format!(
            "the properties of feature {number} cannot be read"
        ))
    })?;
    let mut shape = Shape::default();
    // A position takes sixteen bytes; more of them than fit were named twice.
    let mut budget = buffer.len() / 16 + 1;
    let read = feature.geometry().map_or(Ok(()), |geometry| {
        add(&geometry, kind, &mut shape, &mut budget, 0)
    });
    Ok(RawFeature {
        number,
        properties,
        shape: read.map(|()| shape),
    })
}

fn add(
    geometry: &Geometry<'_>,
    kind: GeometryType,
    shape: &mut Shape,
    budget: &mut usize,
    depth: usize,
) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!(
            "has a geometry nested more than {DEEPEST} levels deep"
        ));
    }
    let kind = if kind == GeometryType::Unknown {
        geometry.type_()
    } else {
        kind
    };
    match kind {
        GeometryType::Point | GeometryType::MultiPoint => {
            let points = positions(geometry, budget)?;
            shape
                .points
                .extend(points.into_iter().filter(|at| !at.x.is_nan()));
        }
        GeometryType::LineString | GeometryType::MultiLineString => shape.lines = true,
        GeometryType::Polygon => {
            let rings = rings(geometry, budget)?;
            shape.polygons.push(rings);
        }
        GeometryType::MultiPolygon | GeometryType::GeometryCollection => {
            let inner = if kind == GeometryType::MultiPolygon {
                GeometryType::Polygon
            } else {
                GeometryType::Unknown
            };
            for part in geometry.parts().iter().flatten() {
                *budget = budget.checked_sub(1).ok_or(TWICE)?;
                add(&part, inner, shape, budget, depth + 1)?;
            }
        }
        _ => return Err("has curves or another geometry that is not read".to_owned()),
    }
    Ok(())
}

const TWICE: &str = "has a geometry that names its own bytes more than once";

fn positions(geometry: &Geometry<'_>, budget: &mut usize) -> Result<Vec<Coord<f64>>, String> {
    let Some(numbers) = geometry.xy() else {
        return Ok(Vec::new());
    };
    let count = numbers.len() / 2;
    *budget = budget.checked_sub(count).ok_or(TWICE)?;
    Ok((0..count)
        .map(|index| Coord {
            x: numbers.get(index * 2),
            y: numbers.get(index * 2 + 1),
        })
        .collect())
}

fn rings(geometry: &Geometry<'_>, budget: &mut usize) -> Result<Vec<Vec<Coord<f64>>>, String> {
    let all = positions(geometry, budget)?;
    let Some(ends) = geometry.ends().filter(|ends| !ends.is_empty()) else {
        return Ok(vec![all]);
    };
    let mut start = 0;
    let mut rings = Vec::new();
    for end in ends {
        let end = end as usize;
        let ring = all
            .get(start..end)
            .ok_or("has rings that do not fit its positions")?;
        rings.push(ring.to_vec());
        start = end;
    }
    Ok(rings)
}

/// Reads values one after another, each with the number of its column before it.
fn properties(mut bytes: &[u8], columns: &[Field]) -> Option<Vec<(u32, Value)>> {
    let mut found = Vec::new();
    while bytes.len() > 1 {
        let column = u16::from_le_bytes(take(&mut bytes)?);
        let field = columns.get(usize::from(column))?;
        let value = match field.kind {
            ColumnType::Byte => Value::Whole(i8::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::UByte => Value::Whole(u8::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::Bool => Value::Truth(take::<1>(&mut bytes)? != [0]),
            ColumnType::Short => Value::Whole(i16::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::UShort => Value::Whole(u16::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::Int => Value::Whole(i32::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::UInt => Value::Whole(u32::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::Long => Value::Whole(i64::from_le_bytes(take(&mut bytes)?)),
            ColumnType::ULong => {
                let number = u64::from_le_bytes(take(&mut bytes)?);
                i64::try_from(number).map_or(Value::Number(number as f64), Value::Whole)
            }
            ColumnType::Float => Value::Number(f32::from_le_bytes(take(&mut bytes)?).into()),
            ColumnType::Double => Value::Number(f64::from_le_bytes(take(&mut bytes)?)),
            ColumnType::String | ColumnType::Json | ColumnType::DateTime => {
                Value::Text(String::from_utf8_lossy(sized(&mut bytes)?).into_owned())
            }
            ColumnType::Binary => {
                sized(&mut bytes)?;
                Value::Empty
            }
            _ => return None,
        };
        found.push((field.place, value));
    }
    found.sort_by_key(|(place, _)| *place);
    found.dedup_by_key(|(place, _)| *place);
    Some(found)
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*taken)
}

fn sized<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u32::from_le_bytes(take(bytes)?) as usize;
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}
