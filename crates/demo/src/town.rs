//! Builds all the streets of a place, from the ground up.

use crate::blocks::Filler;
use crate::land::Land;
use crate::random::Random;
use crate::streets::Streets;
use crate::{dress, skeleton, trunk, weave};

/// A built place: its ground and its streets.
#[derive(Debug)]
pub(crate) struct Town {
    pub(crate) land: Land,
    pub(crate) streets: Streets,
}

/// Builds a place. `size` enlarges the ground, `thin` widens the spacing of the streets; both are 1 for the council
/// described.
pub(crate) fn build(seed: u64, size: f64, thin: f64) -> Town {
    let land = Land::draw(&mut Random::for_purpose(seed, "land"), size);
    let skeleton = skeleton::build(&land, thin, &mut Random::for_purpose(seed, "skeleton"));
    let mut streets = Streets::default();
    let mut woven = weave::draw(
        &skeleton,
        &land,
        &mut streets,
        &mut Random::for_purpose(seed, "weave"),
    );
    let faces = std::mem::take(&mut woven.faces);
    let mut filler = Filler {
        land: &land,
        streets: &mut streets,
        thin,
        laid_blocks: 0,
    };
    for (number, ring) in faces.into_iter().enumerate() {
        // Every face has its own numbers, so a change in one leaves the others as they were.
        filler.fill(
            ring,
            &mut Random::for_purpose(seed.wrapping_add(number as u64), "face"),
        );
    }
    trunk::lay(&skeleton, &woven, &mut streets);
    dress::dress(
        &skeleton,
        &woven,
        &land,
        &mut streets,
        &mut Random::for_purpose(seed, "dress"),
    );
    streets.tidy(0.55);
    Town { land, streets }
}
