//! The study: places, people, areas, the journeys between them, and what is found.
//!
//! A [`Study`](study::Study) is everything known about one area, immutable once assembled. Analyses are pure functions over it
//! that return [`Findings`](findings::Findings), in which every statistic about people is a [`Cell`](findings::Cell).
//! Only the release crate turns a cell into a number.
//!
//! This crate deliberately reads no file, no clock, no environment and no random source, and starts no thread of its own.

#![forbid(unsafe_code)]

pub mod area;
pub mod centre;
pub mod findings;
pub mod grid;
pub mod id;
pub mod index;
pub mod issue;
pub mod journey;
pub mod person;
pub mod place;
pub mod placement;
pub mod provenance;
pub mod study;
