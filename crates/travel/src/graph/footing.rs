//! What a street is like underfoot, in one byte: surface, steps, roundabout, slip road.
//!
//! It decides nothing about who may use a street or how fast: a profile does. It is what a route says about itself.

use bytemuck::{Pod, Zeroable};
use serde::{Deserialize, Serialize};

use crate::profile::{Tags, kind};

/// What a street is made of, as its `surface` tag says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// The data do not say.
    NotSaid,
    /// Asphalt, concrete, slabs, brick: smooth and firm.
    Paved,
    /// Setts and cobbles: firm and rough.
    Cobbled,
    /// Gravel and the like: loose stones, rolled or not.
    Gravel,
    /// Earth, grass, sand, mud: soft when wet.
    Earth,
    /// Something else that the data name.
    Other,
}

impl Surface {
    /// All of them, the unknown one first.
    pub const ALL: [Self; 6] = [
        Self::NotSaid,
        Self::Paved,
        Self::Cobbled,
        Self::Gravel,
        Self::Earth,
        Self::Other,
    ];

    /// Reads the `surface` tag. Where a street has several, the first counts.
    #[must_use]
    pub fn of(tags: Tags<'_>) -> Self {
        let first = tags.each("surface").next().unwrap_or_default();
        match kind(first) {
            "" => Self::NotSaid,
            "paved" | "asphalt" | "chipseal" | "concrete" | "paving_stones" | "bricks"
            | "brick" | "cement" | "metal" | "wood" | "rubber" | "tartan" | "tiles"
            | "metal_grid" | "acrylic" | "plastic" | "granite" => Self::Paved,
            "sett" | "cobblestone" | "unhewn_cobblestone" => Self::Cobbled,
            "compacted" | "fine_gravel" | "gravel" | "pebblestone" | "shells" | "grit" => {
                Self::Gravel
            }
            "unpaved" | "ground" | "dirt" | "earth" | "grass" | "grass_paver" | "mud" | "sand"
            | "woodchips" | "clay" | "soil" => Self::Earth,
            _ => Self::Other,
        }
    }

    /// Returns it in words.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotSaid => "not said",
            Self::Paved => "paved",
            Self::Cobbled => "cobbled",
            Self::Gravel => "gravel",
            Self::Earth => "earth or grass",
            Self::Other => "another surface",
        }
    }
}

/// What a street is like, in one byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Pod, Zeroable)]
#[serde(transparent)]
#[repr(transparent)]
pub struct Footing(u8);

impl Footing {
    const SURFACE: u8 = 7;
    const STEPS: u8 = 8;
    const ROUNDABOUT: u8 = 16;
    const SLIP: u8 = 32;

    /// Reads a street's tags. Surface and steps are read for those on foot or wheels of their own only: for drivers streets stay
    /// joined where only the surface changes.
    pub(crate) fn of(tags: Tags<'_>, underfoot: bool) -> Self {
        let highway = tags.get("highway").unwrap_or_default();
        let mut footing = 0;
        if underfoot && !highway.is_empty() {
            footing |= Surface::of(tags) as u8;
            if highway == "steps" {
                footing |= Self::STEPS;
            }
        }
        if tags.is("junction", &["roundabout", "circular"]) {
            footing |= Self::ROUNDABOUT;
        }
        if highway.ends_with("_link") {
            footing |= Self::SLIP;
        }
        Self(footing)
    }

    /// Says whether its bits stand for something. For one read from disk.
    pub(crate) fn is_known(self) -> bool {
        self.0 < Self::SLIP * 2 && usize::from(self.0 & Self::SURFACE) < Surface::ALL.len()
    }

    /// Returns the surface.
    #[must_use]
    pub fn surface(self) -> Surface {
        let number = usize::from(self.0 & Self::SURFACE);
        Surface::ALL.get(number).copied().unwrap_or(Surface::Other)
    }

    /// Says whether it is steps.
    #[must_use]
    pub fn is_steps(self) -> bool {
        self.0 & Self::STEPS != 0
    }

    /// Says whether it is part of a roundabout.
    #[must_use]
    pub fn is_roundabout(self) -> bool {
        self.0 & Self::ROUNDABOUT != 0
    }

    /// Says whether it is a slip road.
    #[must_use]
    pub fn is_slip_road(self) -> bool {
        self.0 & Self::SLIP != 0
    }
}

#[cfg(test)]
mod tests {
    use super::{Footing, Surface};
    use crate::profile::Tags;

    #[test]
    fn a_byte_holds_what_the_tags_say() {
        let of = |tags: &[(&str, &str)], underfoot| Footing::of(Tags::new(tags), underfoot);
        for (surface, expected) in [
            ("asphalt", Surface::Paved),
            ("concrete:plates", Surface::Paved),
            ("sett;asphalt", Surface::Cobbled),
            ("fine_gravel", Surface::Gravel),
            ("grass", Surface::Earth),
            ("lava", Surface::Other),
            ("", Surface::NotSaid),
        ] {
            let tags = [("highway", "footway"), ("surface", surface)];
            assert_eq!(of(&tags, true).surface(), expected, "{surface}");
            assert_eq!(of(&tags, false).surface(), Surface::NotSaid);
        }
        let steps = of(&[("highway", "steps")], true);
        assert!(steps.is_steps() && steps.surface() == Surface::NotSaid);
        let round = [("highway", "primary_link"), ("junction", "roundabout")];
        for underfoot in [false, true] {
            let round = of(&round, underfoot);
            assert!(round.is_roundabout() && round.is_slip_road() && !round.is_steps());
        }
        let ferry = [("route", "ferry"), ("surface", "wood")];
        assert_eq!(of(&ferry, true), Footing::default());
    }
}
