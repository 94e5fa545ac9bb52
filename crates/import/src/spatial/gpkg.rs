//! Reads a layer of a `GeoPackage`.
//!
//! The file is opened as one that cannot change, so that nothing is ever written beside it; one with changes that are still in a
//! journal of its own is refused, because they would be missing. Only tables are read: a view could be any program.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::crs::{Claim, Crs};
use super::{Layer, RawFeature, Shape, Trouble, Value, short, trouble, wkb, wkt};

/// The most bytes that one cell may have. The outline of a country in full detail takes a tenth of it.
const LARGEST_CELL: i32 = 1 << 28;

fn damaged(error: &rusqlite::Error) -> Trouble {
    trouble(
        format!("is damaged: {error}"),
        "copy or export it again, and see that it opens in QGIS",
    )
}

/// Reads the layer of a name, or the only one.
pub(super) fn read(path: &Path, layer: Option<&str>) -> Result<Layer, Trouble> {
    check_whole(path)?;
    let connection = open(path).map_err(|error| damaged(&error))?;
    let tables = ["gpkg_contents", "gpkg_geometry_columns"];
    for table in tables {
        if !is_table(&connection, table).map_err(|error| damaged(&error))? {
            return Err(trouble(
                format!(
                    "is a SQLite file, but no GeoPackage with outlines: it has no table {table}"
                ),
                "export the layer as GeoPackage",
            ));
        }
    }
    let layers = layers(&connection).map_err(|error| damaged(&error))?;
    let chosen = choose(layers, layer)?;
    if !is_table(&connection, &chosen.table).map_err(|error| damaged(&error))? {
        return Err(trouble(
            format!(
                "has the layer {} as a view or not at all",
                short(&chosen.table)
            ),
            "save the layer as a table of its own",
        ));
    }
    let mut read = Layer {
        claim: claim(&connection, chosen.srs).map_err(|error| damaged(&error))?,
        ..Layer::default()
    };
    rows(&connection, &chosen, &mut read).map_err(|error| damaged(&error))?;
    Ok(read)
}

/// Refuses a file that is shorter than its first page says, and one that has a journal beside it.
fn check_whole(path: &Path) -> Result<(), Trouble> {
    let unreadable =
        |error: std::io::Error| trouble(format!("cannot be read: {error}"), "check the disk");
    for (ending, what) in [("-wal", "write-ahead log"), ("-journal", "journal")] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        if fs::metadata(name).is_ok_and(|beside| beside.len() > 0) {
            return Err(trouble(
                format!("is open elsewhere, or was not closed: a {what} beside it holds changes"),
                "close the program that has it open, such as QGIS, and try again",
            ));
        }
    }
    let mut file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mut head = [0; 32];
    file.read_exact(&mut head)
        .map_err(|_| trouble("is cut short", "copy or export it again"))?;
    let page = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let pages = u64::from(u32::from_be_bytes([head[28], head[29], head[30], head[31]]));
    if length < page * pages {
        return Err(trouble(
            format!("is cut short: it has {length} bytes of {}", page * pages),
            "copy or export it again",
        ));
    }
    Ok(())
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => {
                uri.push(char::from(*byte));
            }
            // Writing to a String cannot fail.
            _ => drop(write!(uri, "%{byte:02x}")),
        }
    }
    uri.push_str("?mode=ro&immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri, flags)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LARGEST_CELL)?;
    connection.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")?;
    Ok(connection)
}

fn is_table(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    connection
        .query_row(
            "SELECT type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' FROM sqlite_master WHERE lower(name) = lower(?1) AND type IN ('table', 'view')",
            [name],
            |row| row.get(0),
        )
        .optional()
        .map(Option::unwrap_or_default)
}

/// A layer of outlines or points.
struct FeatureTable {
    table: String,
    column: String,
    srs: i64,
}

fn layers(connection: &Connection) -> rusqlite::Result<Vec<FeatureTable>> {
    let sql = "SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents c JOIN gpkg_geometry_columns g ON lower(g.table_name) = lower(c.table_name) WHERE c.data_type = 'features' ORDER BY c.table_name";
    let mut statement = connection.prepare(sql)?;
    let found = statement.query_map([], |row| {
        Ok(FeatureTable {
            table: row.get(0)?,
            column: row.get(1)?,
            srs: row.get(2)?,
        })
    })?;
    found.collect()
}

fn choose(layers: Vec<FeatureTable>, wanted: Option<&str>) -> Result<FeatureTable, Trouble> {
    let names: Vec<String> = layers.iter().map(|layer| short(&layer.table)).collect();
    let there_are = format!("its layers are {}", names.join(", "));
    let mut fitting = layers
        .into_iter()
        .filter(|layer| wanted.is_none_or(|wanted| layer.table.eq_ignore_ascii_case(wanted)));
    match (fitting.next(), fitting.next(), wanted) {
        (None, _, None) => Err(trouble(
            "is a GeoPackage without a layer of outlines or points",
            "check that the right layer was exported",
        )),
        (None, _, Some(wanted)) => Err(trouble(
            format!("has no layer {}", short(wanted)),
            there_are,
        )),
        (Some(layer), None, _) => Ok(layer),
        (Some(_), Some(_), _) => Err(trouble(
            format!("has {} layers", names.len()),
            format!("name one with `layer` in study.toml; {there_are}"),
        )),
    }
}

fn claim(connection: &Connection, srs: i64) -> rusqlite::Result<Claim> {
    // The standard keeps 0 and -1 for systems that are not known.
    if srs == 0 || srs == -1 || !is_table(connection, "gpkg_spatial_ref_sys")? {
        return Ok(Claim::Unknown);
    }
    let sql = "SELECT organization, organization_coordsys_id, srs_name, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?1";
    let found = connection
        .query_row(sql, [srs], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, i64>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, Option<String>>(3)?,
            ))
        })
        .optional()?;
    let Some((organisation, code, name, definition)) = found else {
        return Ok(Claim::Unknown);
    };
    let code = format!("{organisation}:{code}");
    let by_text = || {
        definition
            .as_deref()
            .and_then(|text| wkt::recognise(text).1)
    };
    Ok(Claim::Says {
        crs: Crs::from_code(&code).or_else(by_text),
        text: format!("{} ({})", short(&name), short(&code)),
    })
}

/// Returns the names of a table's columns, in order. A statement's own names would stop the program where one is no text.
fn column_names(connection: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid";
    let mut statement = connection.prepare(sql)?;
    let names = statement.query_map([table], |row| {
        let name = row.get_ref(0)?.as_bytes()?;
        Ok(String::from_utf8_lossy(name).into_owned())
    })?;
    names.collect()
}

fn rows(connection: &Connection, chosen: &FeatureTable, layer: &mut Layer) -> rusqlite::Result<()> {
    let sql = format!("SELECT * FROM \"{}\"", chosen.table.replace('"', "\"\""));
    let mut statement = connection.prepare(&sql)?;
    let columns = column_names(connection, &chosen.table)?;
    if columns.len() != statement.column_count() {
        return Err(rusqlite::Error::InvalidColumnName(chosen.table.clone()));
    }
    let of_geometry = columns
        .iter()
        .position(|name| name.eq_ignore_ascii_case(&chosen.column));
    let places: Vec<u32> = columns.iter().map(|name| layer.names.place(name)).collect();
    let mut rows = statement.query([])?;
    let mut number = 1;
    while let Some(row) = rows.next()? {
        let mut properties = Vec::new();
        let mut shape = Ok(Shape::default());
        for (column, place) in places.iter().enumerate() {
            let value = row.get_ref(column)?;
            if Some(column) == of_geometry {
                shape = match value {
                    ValueRef::Blob(blob) => wkb::read_gpkg(blob),
                    ValueRef::Null => Ok(Shape::default()),
                    _ => Err("has a geometry that is not a GeoPackage's".to_owned()),
                };
                continue;
            }
            let value = match value {
                ValueRef::Integer(number) => Value::Whole(number),
                ValueRef::Real(number) => Value::Number(number),
                ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
                ValueRef::Null | ValueRef::Blob(_) => continue,
            };
            properties.push((*place, value));
        }
        properties.sort_by_key(|(place, _)| *place);
        layer.features.push(RawFeature {
            number,
            properties,
            shape,
        });
        number += 1;
    }
    Ok(())
}
