//! Fuzzes the bundle, checksums aside.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = catchment_import::fuzz::bundle(bytes);
});
