//! Reads postcode directories.

use std::collections::BTreeMap;
use std::path::Path;

use catchment_core::issue::Issue;
use catchment_core::place::Postcode;

use crate::background::{Read, mapped};
use crate::places::coordinates;
use crate::study_file;
use crate::table::{Reader, TableFile, optional, required};
use crate::text;

/// Reads postcodes, each once, in the order of the file.
pub(crate) fn read(
    folder: &Path,
    section: &study_file::Postcodes,
    issues: &mut Vec<Issue>,
) -> Read<Vec<Postcode>> {
    let columns = [
        required("postcode"),
        required("easting"),
        required("northing"),
        optional("quality"),
    ];
    let mapping = mapped(&[
        ("postcode", section.postcode.as_ref()),
        ("easting", section.easting.as_ref()),
        ("northing", section.northing.as_ref()),
        ("quality", section.quality.as_ref()),
    ]);
    let table = TableFile {
        folder,
        file: &section.file,
        sheet: section.layer.as_deref(),
        mapping,
        personal: false,
    };
    let reader = Reader::open(&table, &columns, issues)?;
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut postcodes = Vec::new();
    let counts = reader.each(issues, |row| {
        let code = row.needed_as("postcode", text::postcode, "a postcode looks like NP20 4AA")?;
        if row.text("quality") == Some("90") {
            row.reject(
                "quality",
                "has quality 90: the postcode has no location",
                "nothing to do; it cannot be put on the map",
            );
            return None;
        }
        let point = coordinates(row)?;
        if let Some(first) = seen.insert(code.clone(), row.number()) {
            row.reject(
                "postcode",
                &format!("{code} stands in row {first} already"),
                "keep one row a postcode",
            );
            return None;
        }
        postcodes.push(Postcode { code, point });
        Some(())
    });
    Ok((postcodes, counts))
}
