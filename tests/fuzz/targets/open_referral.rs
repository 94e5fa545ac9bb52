//! Fuzzes Open Referral UK feeds.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| catchment_import::fuzz::open_referral(bytes));
