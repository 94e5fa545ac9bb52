//! What the formats promise, on a small invented study.

mod shapes;
mod snapshots;
mod study;
