//! Writes a map in the binary format: just enough of it to test the reader.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::{Map, Point, Relation, TextTags, Way};

/// How a file is written.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) packed: bool,
    pub(super) dense: bool,
    /// Points and ways in each block.
    pub(super) each: usize,
}

pub(super) fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push((number as u8 & 0x7f) | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

pub(super) fn number(field: u64, value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    varint(field << 3, &mut out);
    varint(value, &mut out);
    out
}

pub(super) fn bytes(field: u64, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    varint((field << 3) | 2, &mut out);
    varint(content.len() as u64, &mut out);
    out.extend_from_slice(content);
    out
}

pub(super) fn numbers(field: u64, values: impl IntoIterator<Item = u64>) -> Vec<u8> {
    let mut content = Vec::new();
    values
        .into_iter()
        .for_each(|value| varint(value, &mut content));
    bytes(field, &content)
}

pub(super) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn differences(values: impl IntoIterator<Item = i64>) -> impl Iterator<Item = u64> {
    values.into_iter().scan(0_i64, |last, value| {
        let difference = value.wrapping_sub(*last);
        *last = value;
        Some(zigzag(difference))
    })
}

/// Writes a blob: its length, its header and its content.
pub(super) fn blob(kind: &str, content: &[u8], packed: bool) -> Vec<u8> {
    let body = if packed {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(content).unwrap();
        [
            number(2, content.len() as u64),
            bytes(3, &encoder.finish().unwrap()),
        ]
        .concat()
    } else {
        bytes(1, content)
    };
    let header = [bytes(1, kind.as_bytes()), number(3, body.len() as u64)].concat();
    [&(header.len() as u32).to_be_bytes()[..], &header, &body].concat()
}

pub(super) fn header(feature: &str) -> Vec<u8> {
    let features = ["OsmSchema-V0.6", "DenseNodes", feature];
    blob(
        "OSMHeader",
        &features
            .map(|feature| bytes(4, feature.as_bytes()))
            .concat(),
        true,
    )
}

/// A block's list of texts; the first is always empty.
struct Texts(Vec<String>);

impl Texts {
    fn number(&mut self, text: &str) -> u64 {
        let place = self.0.iter().position(|known| known == text);
        place.unwrap_or_else(|| {
            self.0.push(text.to_owned());
            self.0.len() - 1
        }) as u64
    }

    fn tags(&mut self, tags: &TextTags) -> Vec<u8> {
        let keys: Vec<u64> = tags.iter().map(|tag| self.number(&tag.0)).collect();
        let values: Vec<u64> = tags.iter().map(|tag| self.number(&tag.1)).collect();
        [numbers(2, keys), numbers(3, values)].concat()
    }

    fn block(self, group: &[u8]) -> Vec<u8> {
        let texts = self
            .0
            .iter()
            .map(|text| bytes(1, text.as_bytes()))
            .collect::<Vec<_>>()
            .concat();
        [bytes(1, &texts), bytes(2, group)].concat()
    }
}

fn decimicro(degrees: f64) -> i64 {
    (degrees * 1e7).round() as i64
}

fn points(points: &[Point], dense: bool) -> Vec<u8> {
    let mut texts = Texts(vec![String::new()]);
    if dense {
        let mut tags = Vec::new();
        for point in points {
            for (key, value) in &point.tags {
                tags.extend([texts.number(key), texts.number(value)]);
            }
            tags.push(0);
        }
        let columns = [
            numbers(1, differences(points.iter().map(|point| point.id))),
            numbers(
                8,
                differences(points.iter().map(|point| decimicro(point.lat))),
            ),
            numbers(
                9,
                differences(points.iter().map(|point| decimicro(point.lon))),
            ),
            numbers(10, tags),
        ];
        return texts.block(&bytes(2, &columns.concat()));
    }
    let mut group = Vec::new();
    for point in points {
        let node = [
            number(1, zigzag(point.id)),
            texts.tags(&point.tags),
            number(8, zigzag(decimicro(point.lat))),
            number(9, zigzag(decimicro(point.lon))),
        ];
        group.extend(bytes(1, &node.concat()));
    }
    texts.block(&group)
}

fn ways(ways: &[Way]) -> Vec<u8> {
    let mut texts = Texts(vec![String::new()]);
    let mut group = Vec::new();
    for way in ways {
        let refs = numbers(8, differences(way.refs.iter().copied()));
        group.extend(bytes(
            3,
            &[number(1, way.id as u64), texts.tags(&way.tags), refs].concat(),
        ));
    }
    texts.block(&group)
}

fn relation(relation: &Relation) -> Vec<u8> {
    let mut texts = Texts(vec![String::new()]);
    let tags = texts.tags(&relation.tags);
    let points = relation.points.iter().map(|(id, role)| (0, *id, *role));
    let ways = relation.members.iter().map(|(id, role)| (1, *id, *role));
    let members: Vec<(u64, i64, &str)> = points.chain(ways).collect();
    let roles: Vec<u64> = members
        .iter()
        .map(|(_, _, role)| texts.number(role))
        .collect();
    let ways = numbers(9, differences(members.iter().map(|(_, id, _)| *id)));
    let kinds = numbers(10, members.iter().map(|(kind, _, _)| *kind));
    let content = [
        number(1, relation.id as u64),
        tags,
        numbers(8, roles),
        ways,
        kinds,
    ];
    texts.block(&bytes(4, &content.concat()))
}

fn restriction(id: usize) -> Vec<u8> {
    let mut texts = Texts(vec![String::new()]);
    let tags = texts.tags(&vec![("type".to_owned(), "restriction".to_owned())]);
    texts.block(&bytes(4, &[number(1, id as u64), tags].concat()))
}

/// Writes a map as a `.osm.pbf` file.
pub(super) fn pbf(map: &Map, style: Style) -> Vec<u8> {
    let mut file = header("DenseNodes");
    let mut data = |content: Vec<u8>| file.extend(blob("OSMData", &content, style.packed));
    map.points
        .chunks(style.each)
        .for_each(|part| data(points(part, style.dense)));
    map.ways
        .chunks(style.each)
        .for_each(|part| data(ways(part)));
    map.relations.iter().for_each(|one| data(relation(one)));
    (0..map.restrictions).for_each(|id| data(restriction(id)));
    file
}

/// Writes a file of one way and one dense group with these made-up differences and tags.
pub(super) fn hostile(
    ids: &[i64],
    lats: &[i64],
    dense_tags: &[u64],
    way_tags: (u64, u64),
    refs: &[i64],
) -> Vec<u8> {
    let texts = [&b""[..], b"highway", b"residential"]
        .map(|text| bytes(1, text))
        .concat();
    let column = |field, values: &[i64]| numbers(field, values.iter().map(|value| zigzag(*value)));
    let dense = [
        column(1, ids),
        column(8, lats),
        column(9, lats),
        numbers(10, dense_tags.iter().copied()),
    ];
    let way = [
        number(1, 1),
        numbers(2, [1, way_tags.0]),
        numbers(3, [2, way_tags.1]),
        column(8, refs),
    ];
    let group = [bytes(2, &dense.concat()), bytes(3, &way.concat())].concat();
    let content = [bytes(1, &texts), bytes(2, &group)].concat();
    [header("DenseNodes"), blob("OSMData", &content, false)].concat()
}
