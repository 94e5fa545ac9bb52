//! Fuzzes the readers of GeoJSON, GeoPackage, FlatGeobuf, Shapefile and zipped Shapefile, and what is done to outlines after.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| catchment_import::fuzz::spatial(bytes));
