//! What the formats promise, on a small invented study.

// The helpers of tests may stop as tests do.
#![allow(clippy::unwrap_used)]

mod shapes;
mod snapshots;
mod study;
