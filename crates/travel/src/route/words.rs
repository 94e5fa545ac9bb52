//! Steps in plain British words.

use std::fmt;

use super::{Kind, Step, Turn};

/// The eight points of the compass, from north clockwise.
const COMPASS: [&str; 8] = [
    "north",
    "north-east",
    "east",
    "south-east",
    "south",
    "south-west",
    "west",
    "north-west",
];

/// Exits that have a word of their own.
const EXITS: [&str; 10] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
];

impl Step {
    /// Returns what to do in words, without how far: `Turn left onto High Street`.
    #[must_use]
    pub fn words(&self) -> String {
        let way = self.way();
        let onto = if self.stays {
            format!("to stay on {way}")
        } else {
            format!("onto {way}")
        };
        match self.turn {
            Turn::Start => format!("Go {} along {way}", self.compass()),
            Turn::Straight if self.stays => format!("Continue along {way}"),
            Turn::Straight => format!("Continue {onto}"),
            Turn::SlightLeft => format!("Bear left {onto}"),
            Turn::SlightRight => format!("Bear right {onto}"),
            Turn::Left => format!("Turn left {onto}"),
            Turn::Right => format!("Turn right {onto}"),
            Turn::SharpLeft => format!("Turn sharp left {onto}"),
            Turn::SharpRight => format!("Turn sharp right {onto}"),
            Turn::UTurn => format!("Make a U-turn on {way}"),
            Turn::Roundabout(None) => "Go onto the roundabout".to_owned(),
            Turn::Roundabout(Some(exit)) => {
                format!(
                    "At the roundabout take the {} exit onto {way}",
                    ordinal(exit)
                )
            }
            Turn::Board => format!("Take {way}"),
            Turn::Leave => format!("Leave the ferry and go {} along {way}", self.compass()),
        }
    }

    /// Returns where one heads, as a point of the compass.
    #[must_use]
    pub fn compass(&self) -> &'static str {
        let eighth = (self.bearing / 45.0).round() as usize % COMPASS.len();
        COMPASS[eighth]
    }

    fn way(&self) -> String {
        match (&self.name, self.kind) {
            (Some(name), Kind::Steps) => format!("the steps {name}"),
            (Some(name), Kind::Ferry) => format!("the ferry {name}"),
            (Some(name), _) => name.clone(),
            (None, Kind::Street) => "an unnamed road".to_owned(),
            (None, Kind::Motorway) => "the motorway".to_owned(),
            (None, Kind::SlipRoad) => "the slip road".to_owned(),
            (None, Kind::Path) => "a path".to_owned(),
            (None, Kind::Steps) => "the steps".to_owned(),
            (None, Kind::Roundabout) => "the roundabout".to_owned(),
            (None, Kind::Ferry) => "the ferry".to_owned(),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, {}", self.words(), self.distance())
    }
}

fn ordinal(number: u32) -> String {
    let word = EXITS.get((number as usize).wrapping_sub(1));
    word.map_or_else(|| format!("{number}th"), |word| (*word).to_owned())
}
