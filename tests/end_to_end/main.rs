//! The built program, driven as a person drives it.

mod commands;
mod demo;
mod folder;
mod over;
mod privacy;
mod server;
