//! Fuzzes directories of postcodes.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| catchment_import::fuzz::postcodes(bytes));
