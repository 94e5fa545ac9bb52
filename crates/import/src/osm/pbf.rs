//! Roads and landmarks from the binary format, `.osm.pbf`.
//!
//! The file is a row of blocks, each packed by itself. Their places are found first, so that a file that is cut short or is something
//! else is refused before anything is unpacked; then blocks are unpacked in parallel, a few at a time, and taken in their order.
//! Files with history and required features that this reader does not know are refused.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use catchment_core::grid::LonLat;
use osmpbf::{
    BlobDecode, BlobReader, BlobType, HeaderBlock, PrimitiveBlock, RelMemberType, Relation,
};
use rayon::prelude::*;

use super::assets::{Landmarks, Outlines, Search, Spots};
use super::points::{Found, Points, Wanted};
use super::restrictions::{Member, Role};
use super::ways::Ways;
use super::{FileRead, OsmError, Source, Wishes};

/// What the format allows a block to weigh, packed or not.
const LARGEST_BLOCK: i32 = 32 << 20;
/// How many bytes of packed blocks are held at a time.
const BATCH: usize = 8 << 20;

/// Where a block is in the file.
#[derive(Clone)]
struct BlockPlace {
    number: usize,
    offset: u64,
    bytes: u64,
}

/// What one block gave of ways and relations, and what else it holds.
struct WayBlock {
    ways: Ways,
    outlines: Outlines,
    has_points: bool,
    has_ways: bool,
}

/// What one block gave of points.
struct PointBlock {
    read: u64,
    points: Vec<Found>,
    spots: Spots,
}

/// Reads the ways that a profile can use, their points, and landmarks.
pub(super) fn read(
    source: &Source<'_>,
    wishes: &Wishes<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<FileRead, OsmError> {
    let blocks = find_blocks(source)?;
    let total = source.bytes * 2;
    let (mut ways, mut outlines) = (Ways::default(), Outlines::default());
    let (mut with_points, mut with_ways) = (Vec::new(), Vec::new());
    each_block(
        source,
        blocks,
        |block| read_ways(block, wishes),
        |place, found: WayBlock| {
            ways.append(found.ways);
            outlines.append(found.outlines);
            progress(place.offset + place.bytes, total);
            if found.has_ways && wishes.assets {
                with_ways.push(place.clone());
            }
            if found.has_points {
                with_points.push(place);
            }
        },
    )?;
    ways.settle();
    find_lines(source, with_ways, &mut outlines)?;
    let mut landmarks = Landmarks::new(outlines);
    let search = landmarks.search(wishes.grid, wishes.assets);
    let mut points = Points::new(ways.point_ids());
    let ids = points.ids();
    let wanted = Wanted {
        ids: &ids,
        grid: wishes.grid,
        profiles: wishes.profiles,
    };
    each_block(
        source,
        with_points,
        |block| read_points(block, &wanted, &search),
        |place, found: PointBlock| {
            points.read += found.read;
            points.put_all(found.points);
            landmarks.spots.append(found.spots);
            progress(source.bytes + place.offset + place.bytes, total);
        },
    )?;
    progress(total, total);
    Ok(FileRead {
        ways,
        points,
        landmarks,
    })
}

/// Reads the ways again for those that outline a relation, if there are any.
fn find_lines(
    source: &Source<'_>,
    with_ways: Vec<BlockPlace>,
    outlines: &mut Outlines,
) -> Result<(), OsmError> {
    let wanted = outlines.settle();
    if wanted.is_empty() {
        return Ok(());
    }
    each_block(
        source,
        with_ways,
        |block| {
            let ways = block.groups().flat_map(|group| group.ways());
            let lines = ways.filter(|way| wanted.binary_search(&way.id()).is_ok());
            Ok(lines
                .map(|way| (way.id(), refs(way.raw_refs()).collect()))
                .collect())
        },
        |_, lines: Vec<(i64, Vec<i64>)>| {
            for (way, refs) in lines {
                outlines.line(way, refs);
            }
        },
    )
}

/// Finds the blocks that hold data, without unpacking them.
fn find_blocks(source: &Source<'_>) -> Result<Vec<BlockPlace>, OsmError> {
    let broken = |offset, number, error: osmpbf::Error| {
        source.damaged(
            offset,
            format!("the header of block {number} cannot be read ({error})"),
        )
    };
    let file = BufReader::new(source.open()?);
    let mut reader = BlobReader::new_seekable(file).map_err(|error| broken(0, 1, error))?;
    let mut blocks = Vec::new();
    let (mut offset, mut number) = (0, 1);
    while let Some(header) = reader.next_header_skip_blob() {
        let (header, _) = header.map_err(|error| broken(offset, number, error))?;
        if !(0..=LARGEST_BLOCK).contains(&header.get_blob_size()) {
            let what = format!(
                "block {number} gives its size as {} bytes",
                header.get_blob_size()
            );
            return Err(source.damaged(offset, what));
        }
        let end = reader
            .seek_raw(SeekFrom::Current(0))
            .map_err(|error| broken(offset, number, error))?;
        if end > source.bytes {
            let what = format!("block {number} lacks its last {} bytes", end - source.bytes);
            return Err(source.truncated(offset, what));
        }
        let place = BlockPlace {
            number,
            offset,
            bytes: end - offset,
        };
        match header.blob_type() {
            BlobType::OsmHeader => check_header(source, &place)?,
            BlobType::OsmData => blocks.push(place),
            BlobType::Unknown(_) => {}
        }
        (offset, number) = (end, number + 1);
    }
    if offset < source.bytes {
        return Err(source.truncated(offset, format!("block {number} has hardly begun")));
    }
    Ok(blocks)
}

/// Refuses a file that says of itself that it needs more than this reader knows.
fn check_header(source: &Source<'_>, place: &BlockPlace) -> Result<(), OsmError> {
    let bytes = read_block(source, &mut source.open()?, place)?;
    let header = |decoded: BlobDecode<'_>| match decoded {
        BlobDecode::OsmHeader(header) => unknown_feature(&header),
        _ => None,
    };
    let unknown = unpack(&bytes, |decoded| Ok(header(decoded)))
        .map_err(|what| source.damaged(place.offset, format!("block {}: {what}", place.number)))?;
    match unknown.as_deref() {
        None => Ok(()),
        Some("HistoricalInformation") => Err(source.unsupported(
            "it holds the history of the map, not one day",
            "take a file of one day, or cut one out with osmium time-filter",
        )),
        Some(feature) => Err(source.unsupported(
            format!("it needs the feature {feature:?}, which is not known here"),
            "export it again as a plain .osm.pbf file",
        )),
    }
}

fn unknown_feature(header: &HeaderBlock) -> Option<String> {
    let known = ["OsmSchema-V0.6", "DenseNodes"];
    let mut features = header.required_features().iter();
    features
        .find(|feature| !known.contains(&feature.as_str()))
        .cloned()
}

fn read_block(
    source: &Source<'_>,
    file: &mut File,
    place: &BlockPlace,
) -> Result<Vec<u8>, OsmError> {
    let mut bytes = vec![0; place.bytes as usize];
    file.seek(SeekFrom::Start(place.offset))
        .and_then(|_| file.read_exact(&mut bytes))
        .map_err(|reason| source.unreadable(reason))?;
    Ok(bytes)
}

/// Unpacks blocks in parallel, reads each with `read`, and hands the results to `take` in the order of the file.
fn each_block<T: Send>(
    source: &Source<'_>,
    blocks: Vec<BlockPlace>,
    read: impl Fn(&PrimitiveBlock) -> Result<T, String> + Sync,
    mut take: impl FnMut(BlockPlace, T),
) -> Result<(), OsmError> {
    let mut file = source.open()?;
    let mut waiting = blocks.into_iter().peekable();
    while waiting.peek().is_some() {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while bytes < BATCH
            && let Some(place) = waiting.next()
        {
            let packed = read_block(source, &mut file, &place)?;
            bytes += packed.len();
            batch.push((place, packed));
        }
        let results: Vec<_> = batch
            .into_par_iter()
            .map(|(place, packed)| {
                let result = unpack(&packed, |decoded| match decoded {
                    BlobDecode::OsmData(block) => read(&block),
                    _ => Err("it changed while it was read".to_owned()),
                });
                (place, result)
            })
            .collect();
        for (place, result) in results {
            match result {
                Ok(found) => take(place, found),
                Err(what) => {
                    return Err(
                        source.damaged(place.offset, format!("block {}: {what}", place.number))
                    );
                }
            }
        }
    }
    Ok(())
}

/// Unpacks a block and reads it.
///
/// A sum that overflows on made-up differences stops `osmpbf` by a panic where overflow is checked, as in builds for tests; there
/// it is the same error as other damage. Elsewhere it wraps to ids and positions that no road has.
fn unpack<T>(
    packed: &[u8],
    read: impl FnOnce(BlobDecode<'_>) -> Result<T, String>,
) -> Result<T, String> {
    let unpacked = catch_unwind(AssertUnwindSafe(|| {
        let blob = BlobReader::new(packed).next().ok_or("it is empty")?;
        let blob = blob.map_err(|error| error.to_string())?;
        read(blob.decode().map_err(|error| error.to_string())?)
    }));
    unpacked.unwrap_or_else(|_| Err("its numbers are out of all bounds".to_owned()))
}

/// Adds up the differences that a way keeps of its points' ids.
fn refs(differences: &[i64]) -> impl Iterator<Item = i64> {
    differences.iter().scan(0_i64, |id, difference| {
        *id = id.wrapping_add(*difference);
        Some(*id)
    })
}

/// Returns the ids of the ways that outline a multipolygon.
fn outers<'a>(relation: &Relation<'a>) -> impl Iterator<Item = i64> + use<'a> {
    relation
        .members()
        .filter(|member| {
            member.member_type == RelMemberType::Way
                && member.role().is_ok_and(super::assets::is_outer)
        })
        .map(|member| member.member_id)
}

/// Returns the members that make a relation a turn restriction.
fn turn_members<'a>(relation: &Relation<'a>) -> impl Iterator<Item = (Role, Member)> + use<'a> {
    relation.members().filter_map(|member| {
        let role = member.role().ok().and_then(Role::of)?;
        let id = member.member_id;
        Some((
            role,
            match member.member_type {
                RelMemberType::Node => Member::Node(id),
                RelMemberType::Way => Member::Way(id),
                RelMemberType::Relation => Member::Other,
            },
        ))
    })
}

fn read_ways(block: &PrimitiveBlock, wishes: &Wishes<'_>) -> Result<WayBlock, String> {
    let mut found = WayBlock {
        ways: Ways::default(),
        outlines: Outlines::default(),
        has_points: false,
        has_ways: false,
    };
    let texts = block.raw_stringtable();
    let mut tags = Vec::new();
    for group in block.groups() {
        found.has_points |= group.nodes().len() > 0 || group.dense_nodes().len() > 0;
        for way in group.ways() {
            found.has_ways = true;
            look_up(texts, way.raw_tags(), &mut tags)?;
            let points = || refs(way.raw_refs());
            found.ways.offer(wishes.profiles, way.id(), points(), &tags);
            if wishes.assets {
                found.outlines.way(way.id(), points(), &tags);
            }
        }
        for relation in group.relations() {
            look_up(texts, relation.raw_tags(), &mut tags)?;
            let members = turn_members(&relation);
            found.ways.relation(relation.id(), &tags, members);
            if wishes.assets {
                let outers = outers(&relation);
                found.outlines.relation(relation.id(), outers, &tags);
            }
        }
    }
    Ok(found)
}

fn read_points(
    block: &PrimitiveBlock,
    wanted: &Wanted<'_>,
    search: &Search<'_>,
) -> Result<PointBlock, String> {
    let mut found = PointBlock {
        read: 0,
        points: Vec::new(),
        spots: Spots::default(),
    };
    let texts = block.raw_stringtable();
    // Most points have no tag that landmarks have, and most blocks none in their list of texts.
    let keys: Vec<u32> = (0..)
        .zip(texts)
        .filter(|(_, text)| std::str::from_utf8(text).is_ok_and(|key| search.is_key(key)))
        .map(|(number, _)| number)
        .collect();
    let mut tags = Vec::new();
    for group in block.groups() {
        for node in group.nodes() {
            let position = || position(node.nano_lon(), node.nano_lat());
            let numbers = || node.raw_tags();
            found.read += 1;
            if let Some(index) = wanted.index(node.id()) {
                look_up(texts, numbers(), &mut tags)?;
                found.points.push(wanted.found(index, position(), &tags));
            }
            if let Some(corner) = search.corner(node.id()) {
                search.take_corner(corner, position(), &mut found.spots);
            }
            if !keys.is_empty() && numbers().any(|(key, _)| keys.contains(&key)) {
                look_up(texts, numbers(), &mut tags)?;
                search.offer(node.id(), position(), &tags, &mut found.spots);
            }
        }
        for node in group.dense_nodes() {
            let position = || position(node.nano_lon(), node.nano_lat());
            // A negative number becomes one that no list of texts reaches.
            let numbers = || {
                node.raw_tags()
                    .map(|(key, value)| (key as u32, value as u32))
            };
            found.read += 1;
            if let Some(index) = wanted.index(node.id()) {
                look_up(texts, numbers(), &mut tags)?;
                found.points.push(wanted.found(index, position(), &tags));
            }
            if let Some(corner) = search.corner(node.id()) {
                search.take_corner(corner, position(), &mut found.spots);
            }
            if !keys.is_empty() && numbers().any(|(key, _)| keys.contains(&key)) {
                look_up(texts, numbers(), &mut tags)?;
                search.offer(node.id(), position(), &tags, &mut found.spots);
            }
        }
    }
    Ok(found)
}

/// Converts from nanodegrees. Divided, not multiplied, so that it is the number that the same position has as text.
fn position(nano_lon: i64, nano_lat: i64) -> LonLat {
    LonLat {
        lon: nano_lon as f64 / 1e9,
        lat: nano_lat as f64 / 1e9,
    }
}

/// Looks tags up in a block's list of texts. A text that is not UTF-8 becomes one that no profile knows.
fn look_up<'a>(
    texts: &'a [Vec<u8>],
    numbers: impl Iterator<Item = (u32, u32)>,
    tags: &mut Vec<(&'a str, &'a str)>,
) -> Result<(), String> {
    let text = |number: u32| {
        let bytes = texts
            .get(number as usize)
            .ok_or("a tag points outside the block's list of texts")?;
        Ok::<_, String>(std::str::from_utf8(bytes).unwrap_or("\u{fffd}"))
    };
    tags.clear();
    for (key, value) in numbers {
        tags.push((text(key)?, text(value)?));
    }
    Ok(())
}
