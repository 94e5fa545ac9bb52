//! Legs put together to what a person is told to do.
//!
//! Legs of one street by name are one step, unless one turns off where one could go on otherwise. A bend where nothing else leads off is
//! no turn. Turns are told by the angle between the streets ten metres before and after a junction, not by how the streets are marked.

use std::ops::{Range, RangeInclusive};

use super::Leg;
use crate::graph::{Footing, shape_length};
use crate::network::{End, StreetClass, StreetNetwork, angle, heading_along, headings};
use crate::profile::Mode;
use crate::units::{Cost, Metres, Seconds};

/// What one turns into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The journey begins.
    Start,
    /// Straight on, by less than 25 degrees either way.
    Straight,
    /// To the left by less than 60 degrees.
    SlightLeft,
    /// To the left.
    Left,
    /// To the left by 120 degrees or more.
    SharpLeft,
    /// To the right by less than 60 degrees.
    SlightRight,
    /// To the right.
    Right,
    /// To the right by 120 degrees or more.
    SharpRight,
    /// Back along the same street.
    UTurn,
    /// Round a roundabout that the data name as one, and off it by this exit, the first being 1; none where the journey ends on it.
    Roundabout(Option<u32>),
    /// Onto a ferry.
    Board,
    /// Off a ferry.
    Leave,
}

impl Turn {
    /// Tells a turn by its angle in degrees from -180 to 180, clockwise.
    fn by(angle: f64) -> Self {
        let right = angle > 0.0;
        match (angle.abs(), right) {
            (..25.0, _) => Self::Straight,
            (..60.0, false) => Self::SlightLeft,
            (..60.0, true) => Self::SlightRight,
            (..120.0, false) => Self::Left,
            (..120.0, true) => Self::Right,
            (_, false) => Self::SharpLeft,
            (_, true) => Self::SharpRight,
        }
    }

    /// Says whether it is more than keeping to one side.
    fn is_marked(self) -> bool {
        matches!(
            self,
            Self::Left | Self::Right | Self::SharpLeft | Self::SharpRight
        )
    }
}

/// What kind of way a step goes along, as far as words tell one from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A street or road.
    Street,
    /// A motorway.
    Motorway,
    /// A slip road.
    SlipRoad,
    /// A footway, path, cycleway or track.
    Path,
    /// Steps.
    Steps,
    /// A roundabout.
    Roundabout,
    /// A ferry.
    Ferry,
}

impl Kind {
    fn of(class: StreetClass, footing: Footing, on_foot: bool) -> Self {
        match class {
            StreetClass::Ferry => Self::Ferry,
            // Whoever walks goes round either way, and counts no exits.
            _ if footing.is_roundabout() && !on_foot => Self::Roundabout,
            _ if footing.is_steps() => Self::Steps,
            StreetClass::Path => Self::Path,
            _ if footing.is_slip_road() => Self::SlipRoad,
            StreetClass::Motorway => Self::Motorway,
            _ => Self::Street,
        }
    }

    /// Says whether a name alone does not make two of them one way.
    fn stands_apart(self) -> bool {
        matches!(self, Self::Steps | Self::Ferry | Self::Roundabout)
    }
}

/// One thing to do on a route: a turn, and the way that follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What one turns into.
    pub turn: Turn,
    /// The name of the way that follows, or its number such as `A48`, where the data say.
    pub name: Option<String>,
    /// What kind of way it is.
    pub kind: Kind,
    /// Whether one turns off and yet stays on the way of that name.
    pub stays: bool,
    /// Where one then heads: degrees from 0 to 360, clockwise from the grid's north.
    pub bearing: f64,
    /// What it costs, the turn included; time and distance each in its own place.
    pub cost: Cost,
    /// Its legs among those of the route, by their places.
    pub legs: Range<usize>,
    /// Its points among those of the route, by their places, both ends included.
    pub points: RangeInclusive<usize>,
}

impl Step {
    /// Returns how far it is.
    #[must_use]
    pub fn distance(&self) -> Metres {
        self.cost.distance()
    }

    /// Returns how long it takes.
    #[must_use]
    pub fn time(&self) -> Seconds {
        self.cost.time()
    }
}

/// Puts the legs of a route together.
pub(super) fn steps(network: &StreetNetwork, legs: &[Leg], points: &[[f64; 2]]) -> Vec<Step> {
    let mut telling = Telling {
        network,
        on_foot: network.profile().mode == Mode::Walk,
        steps: Vec::new(),
        exits: 0,
    };
    for (place, leg) in legs.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| &legs[before]);
        telling.go_on(before, leg, points);
    }
    telling.steps
}

/// Steps while legs are being put to them.
struct Telling<'n> {
    network: &'n StreetNetwork,
    on_foot: bool,
    steps: Vec<Step>,
    /// Exits of the roundabout one is on that were passed or taken.
    exits: u32,
}

impl Telling<'_> {
    fn kind(&self, leg: &Leg) -> Kind {
        let (class, footing) = (
            self.network.class(leg.street),
            self.network.footing(leg.street),
        );
        Kind::of(class, footing, self.on_foot)
    }

    fn go_on(&mut self, before: Option<&Leg>, leg: &Leg, points: &[[f64; 2]]) {
        let kind = self.kind(leg);
        let name = self.network.name(leg.street);
        let turn = self.turn(before, leg, kind);
        let round = before.is_some_and(|before| self.kind(before) == Kind::Roundabout);
        let exits = u32::from(kind == Kind::Roundabout && self.has_exit(leg));
        if let Some(step) = self.steps.last_mut() {
            let entered = matches!(step.turn, Turn::Roundabout(_));
            if round && kind == Kind::Roundabout {
                self.exits += exits;
                return put_to(step, leg);
            }
            if round && entered {
                step.turn = Turn::Roundabout(Some(self.exits.max(1)));
                (step.kind, step.name) = (kind, name.map(str::to_owned));
                step.bearing = heading(self.network, leg.dart(), End::First);
                return put_to(step, leg);
            }
            let apart = step.kind.stands_apart() || kind.stands_apart();
            let same =
                step.name.as_deref() == name && (step.kind == kind || (name.is_some() && !apart));
            let turns = turn == Turn::UTurn
                || (turn.is_marked()
                    && before.is_some_and(|before| choices(self.network, before) > 1));
            if same && !turns {
                return put_to(step, leg);
            }
        }
        let named_so = |step: &Step| name.is_some() && step.name.as_deref() == name;
        self.exits = exits;
        self.steps.push(Step {
            turn,
            name: name.map(str::to_owned),
            kind,
            stays: self.steps.last().is_some_and(named_so),
            bearing: match before {
                None => bearing_of(&points[leg.points.clone()])
                    .unwrap_or_else(|| heading(self.network, leg.dart(), End::First)),
                Some(_) => heading(self.network, leg.dart(), End::First),
            },
            cost: leg.cost,
            legs: self.steps.last().map_or(0, |step| step.legs.end)
                ..self.steps.last().map_or(0, |step| step.legs.end) + 1,
            points: leg.points.clone(),
        });
    }

    fn turn(&self, before: Option<&Leg>, leg: &Leg, kind: Kind) -> Turn {
        let Some(before) = before else {
            return if kind == Kind::Ferry {
                Turn::Board
            } else {
                Turn::Start
            };
        };
        match (self.kind(before), kind) {
            (Kind::Ferry, Kind::Ferry) => Turn::Straight,
            (_, Kind::Ferry) => Turn::Board,
            (Kind::Ferry, _) => Turn::Leave,
            (other, Kind::Roundabout) if other != Kind::Roundabout => Turn::Roundabout(None),
            _ if before.dart() ^ 1 == leg.dart() => Turn::UTurn,
            _ => {
                let arriving = heading(self.network, before.dart(), End::Last);
                let leaving = heading(self.network, leg.dart(), End::First);
                Turn::by(angle(arriving, leaving))
            }
        }
    }

    /// Says whether a street that is not part of the roundabout leads off at the end of a leg.
    fn has_exit(&self, leg: &Leg) -> bool {
        leads_off(self.network, leg)
            .iter()
            .any(|street| !self.network.footing(*street).is_roundabout())
    }
}

/// Puts a leg to a step that goes on.
fn put_to(step: &mut Step, leg: &Leg) {
    step.cost = step.cost + leg.cost;
    step.legs.end += 1;
    step.points = *step.points.start()..=*leg.points.end();
}

/// Lists the streets that lead off at the end of a leg.
fn leads_off(network: &StreetNetwork, leg: &Leg) -> Vec<u32> {
    let end = network.streets[leg.street as usize].head(leg.dart());
    let arcs = network
        .nodes_of(end)
        .flat_map(|node| network.leaving.range(node));
    let mut streets: Vec<u32> = arcs.map(|arc| network.arc_street(arc).0).collect();
    streets.sort_unstable();
    streets.dedup();
    streets
}

/// Counts the streets that one could go on to at the end of a leg, but for turning round.
fn choices(network: &StreetNetwork, leg: &Leg) -> usize {
    let streets = leads_off(network, leg);
    streets
        .iter()
        .filter(|street| **street != leg.street)
        .count()
}

/// Returns the heading in a direction at one end of a street, from 0 to 360 degrees.
fn heading(network: &StreetNetwork, dart: u32, end: End) -> f64 {
    let drawn = headings(network.shape(dart as usize / 2));
    heading_along(drawn, dart, end).rem_euclid(360.0)
}

/// Returns the heading at the start of a line that goes anywhere.
fn bearing_of(points: &[[f64; 2]]) -> Option<f64> {
    (shape_length(points) > 0.0).then(|| headings(points)[0].rem_euclid(360.0))
}
