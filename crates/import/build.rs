//! Hashes the code that reads a study, so that what an import step gave is reused by the code that made it and by no other.
//!
//! Everything that can change what is read counts: the sources of this crate and of the two it is built on, their manifests, the grid's
//! table and the versions of the dependencies. In a checkout without one of them the rest still counts.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

fn main() {
    let here = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut hasher = DefaultHasher::new();
    for name in [
        "build.rs",
        "Cargo.toml",
        "src",
        "../core/Cargo.toml",
        "../core/src",
        "../travel/Cargo.toml",
        "../travel/src",
        "../../data/ostn15",
        "../../Cargo.lock",
    ] {
        let path = here.join(name);
        if path.exists() {
            println!("cargo::rerun-if-changed={}", path.display());
            add(&mut hasher, name, &path);
        }
    }
    // Trigonometry comes from the system's library, so two systems may differ in the last bit.
    hasher.write(std::env::var("TARGET").unwrap_or_default().as_bytes());
    println!(
        "cargo::rustc-env=CATCHMENT_READING_CODE={:016x}",
        hasher.finish()
    );
}

/// Adds a file, or all files of a folder by name, each with its name and length so that no two sets of files look alike.
fn add(hasher: &mut DefaultHasher, name: &str, path: &Path) {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        entries.sort();
        for entry in entries {
            let inner = entry
                .file_name()
                .map(|inner| format!("{name}/{}", inner.to_string_lossy()));
            add(hasher, &inner.unwrap_or_default(), &entry);
        }
    } else {
        let bytes = fs::read(path).unwrap_or_default();
        hasher.write_usize(name.len());
        hasher.write(name.as_bytes());
        hasher.write_usize(bytes.len());
        hasher.write(&bytes);
    }
}
