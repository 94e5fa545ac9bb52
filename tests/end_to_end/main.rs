//! The built program, driven as a person drives it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop the moment something is not as it expects"
)]

mod build;
mod commands;
mod demo;
#[cfg(unix)]
mod disk;
mod folder;
mod golden;
#[cfg(unix)]
mod isochrone;
mod matrix;
mod over;
#[cfg(unix)]
mod owner;
mod points;
mod privacy;
mod route;
mod searches;
mod server;
mod writing;
