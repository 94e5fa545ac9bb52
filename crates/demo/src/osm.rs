//! Writes the streets as `OpenStreetMap` XML, packed with gzip.
//!
//! The packing carries no time and no name, so that the same streets are the same bytes. It chooses nothing about the
//! streets.

use std::fmt::Write as _;
use std::io::Write;

use flate2::{Compression, GzBuilder};

use catchment_core::grid::LonLat;

use crate::DemoError;
use crate::geometry::Point;
use crate::streets::{Class, Street, Streets};

/// Ids of nodes and ways begin here, far above any that the real map has used.
const FIRST_ID: u64 = 900_000_000_000;

/// A line that is no street, for those who look at the file: the coast, the river.
pub(crate) struct Outline<'a> {
    pub(crate) key: &'static str,
    pub(crate) value: &'static str,
    pub(crate) name: &'a str,
    pub(crate) line: &'a [Point],
}

/// Writes the file. `position` says where a local point is on the earth.
pub(crate) fn write(
    streets: &Streets,
    outlines: &[Outline<'_>],
    position: impl Fn(Point) -> Result<LonLat, DemoError>,
    out: impl Write,
) -> Result<(), DemoError> {
    let mut packed = GzBuilder::new()
        .mtime(0)
        .operating_system(255)
        .write(out, Compression::default());
    let mut text = String::with_capacity(1 << 16);
    text.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    text.push_str("<osm version=\"0.6\" generator=\"catchment demo: an invented place, not in OpenStreetMap\">\n");
    for (number, p) in streets.points.iter().enumerate() {
        node(&mut text, number, position(*p)?, streets);
        flush(&mut text, &mut packed, 1 << 15)?;
    }
    let mut next = streets.points.len();
    let mut starts = Vec::new();
    for outline in outlines {
        starts.push(next);
        for p in outline.line {
            node(&mut text, next, position(*p)?, streets);
            next += 1;
        }
    }
    for (number, street) in streets.ways.iter().enumerate() {
        way(&mut text, number, street);
        flush(&mut text, &mut packed, 1 << 15)?;
    }
    for (k, (outline, start)) in outlines.iter().zip(starts).enumerate() {
        let id = FIRST_ID + (streets.ways.len() + k) as u64;
        let _ = writeln!(text, " <way id=\"{id}\" version=\"1\">");
        for number in 0..outline.line.len() {
            let _ = writeln!(
                text,
                "  <nd ref=\"{}\"/>",
                FIRST_ID + (start + number) as u64
            );
        }
        tag(&mut text, outline.key, outline.value);
        tag(&mut text, "name", outline.name);
        text.push_str(" </way>\n");
    }
    text.push_str("</osm>\n");
    flush(&mut text, &mut packed, 0)?;
    packed.finish().map_err(|source| DemoError::Write {
        file: "roads.osm.gz".into(),
        source,
    })?;
    Ok(())
}

fn flush(text: &mut String, out: &mut impl Write, above: usize) -> Result<(), DemoError> {
    if text.len() >= above {
        out.write_all(text.as_bytes())
            .map_err(|source| DemoError::Write {
                file: "roads.osm.gz".into(),
                source,
            })?;
        text.clear();
    }
    Ok(())
}

fn node(text: &mut String, number: usize, position: LonLat, streets: &Streets) {
    let id = FIRST_ID + number as u64;
    let _ = write!(
        text,
        " <node id=\"{id}\" version=\"1\" lat=\"{:.7}\" lon=\"{:.7}\"",
        position.lat, position.lon
    );
    let barrier = streets.barriers.get(&(number as u32));
    let signal = streets
        .traffic_signals
        .binary_search(&(number as u32))
        .is_ok();
    if barrier.is_none() && !signal {
        text.push_str("/>\n");
        return;
    }
    text.push_str(">\n");
    if let Some(kind) = barrier {
        tag(text, "barrier", kind);
    }
    if signal {
        tag(text, "highway", "traffic_signals");
    }
    text.push_str(" </node>\n");
}

fn way(text: &mut String, number: usize, street: &Street) {
    let _ = writeln!(
        text,
        " <way id=\"{}\" version=\"1\">",
        FIRST_ID + number as u64
    );
    for node in &street.nodes {
        let _ = writeln!(text, "  <nd ref=\"{}\"/>", FIRST_ID + u64::from(*node));
    }
    if street.class == Class::Ferry {
        tag(text, "route", "ferry");
    } else {
        tag(text, "highway", street.class.word());
    }
    if let Some(name) = &street.name {
        tag(text, "name", name);
    }
    if street.roundabout {
        tag(text, "junction", "roundabout");
    } else if street.one_way {
        tag(text, "oneway", "yes");
    }
    if let Some(limit) = street.limit {
        tag(text, "maxspeed", &format!("{limit} mph"));
    }
    for (key, value) in &street.tags {
        tag(text, key, value);
    }
    text.push_str(" </way>\n");
}

fn tag(text: &mut String, key: &str, value: &str) {
    let value = value
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;");
    let _ = writeln!(text, "  <tag k=\"{key}\" v=\"{value}\"/>");
}
