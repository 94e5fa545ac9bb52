//! Runs GDAL, so that what is read was not written by the reader's author.

use std::path::Path;
use std::process::Command;

const OGR2OGR: &str = "/usr/bin/ogr2ogr";

/// Says whether GDAL is here; where not, says that a test is skipped.
pub(crate) fn here(test: &str) -> bool {
    let here = Path::new(OGR2OGR).exists();
    if !here {
        println!("SKIP {test}: no {OGR2OGR}");
    }
    here
}

/// Runs `ogr2ogr` in a folder.
pub(crate) fn run(folder: &Path, arguments: &[&str]) {
    let ran = Command::new(OGR2OGR)
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "ogr2ogr {arguments:?}: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

/// Zips every file of a folder whose name begins with `stem.` into `stem.zip`.
pub(crate) fn zip(folder: &Path, stem: &str, into: &str) {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::fs::File::create(folder.join(into)).unwrap());
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| {
            name.starts_with(&format!("{stem}."))
                && Path::new(name).extension() != Some("zip".as_ref())
        })
        .collect();
    names.sort();
    for name in names {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(format!("Boundaries/{name}"), options)
            .unwrap();
        zip.write_all(&std::fs::read(folder.join(&name)).unwrap())
            .unwrap();
    }
    zip.finish().unwrap();
}
