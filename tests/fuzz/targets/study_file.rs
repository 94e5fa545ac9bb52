//! Fuzzes `study.toml`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| catchment_import::fuzz::study_file(bytes));
