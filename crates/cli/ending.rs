//! What the ending of a file's name promises, so that no file is called what it is not.
//!
//! It knows the endings by which other programs choose how to open a file. Any other ending, and none, promises nothing.

use std::path::Path;

use anyhow::bail;

/// Endings that other programs go by.
const KNOWN: [&str; 34] = [
    "7z", "csv", "db", "dbf", "doc", "docx", "fgb", "geojson", "gml", "gpkg", "gpx", "gz", "htm",
    "html", "json", "jsonl", "kml", "kmz", "md", "ndjson", "ods", "parquet", "pdf", "png", "shp",
    "sqlite", "svg", "tab", "tsv", "txt", "xls", "xlsx", "xml", "zip",
];

/// What a verb can write.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    /// What people call it.
    name: &'static str,
    /// The endings that a file of it may have, the usual one first.
    endings: &'static [&'static str],
}

pub(crate) const CSV: Kind = Kind {
    name: "CSV",
    endings: &["csv", "txt"],
};

pub(crate) const GEOJSON: Kind = Kind {
    name: "GeoJSON",
    endings: &["geojson", "json"],
};

pub(crate) const JSON: Kind = Kind {
    name: "JSON",
    endings: &["json"],
};

pub(crate) const TEXT: Kind = Kind {
    name: "plain text",
    endings: &["txt", "md"],
};

/// Returns the ending of a file's name in small letters, where it is one that other programs go by.
pub(crate) fn promised(path: &Path) -> Option<&'static str> {
    let ending = path.extension()?.to_str()?.to_lowercase();
    KNOWN.into_iter().find(|known| *known == ending)
}

/// Refuses a file whose name promises something else than what is written. `otherwise` is what else can be done about it.
///
/// # Errors
/// Says what the file would hold and how to call it.
pub(crate) fn refuse_other(path: &Path, written: Kind, otherwise: &str) -> anyhow::Result<()> {
    if let Some(ending) = promised(path)
        && !written.endings.contains(&ending)
    {
        let without = path.with_extension("");
        let called = if promised(&without).is_some() {
            without
        } else {
            path.with_extension(written.endings[0])
        };
        bail!(
            "{} would hold {} under the name of something else (.{ending}): call it {}{otherwise}",
            path.display(),
            written.name,
            called.display()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{CSV, GEOJSON, JSON, KNOWN, Kind, TEXT, refuse_other};

    #[test]
    fn a_name_that_promises_something_else_is_refused_and_any_other_is_not() {
        let refused = |path: &str, written: Kind| {
            let refused = refuse_other(Path::new(path), written, "");
            refused.err().map(|error| error.to_string())
        };
        for (path, written) in [
            ("reach.geojson", GEOJSON),
            ("reach.GeoJSON", GEOJSON),
            ("reach.json", GEOJSON),
            ("table.CSV", CSV),
            ("table.txt", CSV),
            ("way.txt", TEXT),
            ("way.json", JSON),
            ("table.2024", CSV),
            ("table", CSV),
            (".csv", GEOJSON),
            ("/dev/stdout", GEOJSON),
            ("-", CSV),
        ] {
            assert_eq!(refused(path, written), None, "{path}");
        }
        for (path, written, words) in [
            ("out/reach.csv", GEOJSON, "out/reach.geojson"),
            ("table.geojson", CSV, "table.csv"),
            ("table.XLSX", CSV, "table.csv"),
            ("table.csv.gz", CSV, "call it table.csv"),
            ("way.geojson", JSON, "way.json"),
            ("way.json", TEXT, "way.txt"),
        ] {
            let said = refused(path, written).unwrap();
            assert!(said.ends_with(words), "{said}");
        }
        for kind in [CSV, GEOJSON, JSON, TEXT] {
            assert!(kind.endings.iter().all(|ending| KNOWN.contains(ending)));
        }
    }
}
