//! What kinds of street a route goes along, and how much of it the data say nothing about.

use super::Leg;
use crate::graph::{Surface, Unknown};
use crate::network::{StreetClass, StreetNetwork};
use crate::profile::Mode;
use crate::units::{Cost, Metres};

/// What kinds of street a route goes along.
#[derive(Clone, Debug, PartialEq)]
pub struct RouteSummary {
    /// What each class of street costs, the highest class first; classes it does not touch are left out. They add up to the route's
    /// cost.
    pub classes: Vec<(StreetClass, Cost)>,
    /// What it is like underfoot; nothing for those who drive.
    pub underfoot: Option<Underfoot>,
}

/// What a route is like underfoot, ferries left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Underfoot {
    /// Steps.
    pub steps: Metres,
    /// How much has each surface, in the order of [`Surface::ALL`]; surfaces it does not touch are left out. With ferries they add up
    /// to the route's distance.
    pub surfaces: Vec<(Surface, Metres)>,
    /// Where nothing is known of surface and smoothness.
    pub surface_unknown: Metres,
    /// Where the profile asks for the width and nothing is known of it.
    pub width_unknown: Metres,
    /// Where the profile asks for the incline and nothing is known of it.
    pub incline_unknown: Metres,
    /// Streets on which a crossing or kerb of unknown height lies, if the profile asks.
    pub kerb_unknown: Metres,
    /// Where at least one of these is not known.
    pub unknown: Metres,
}

impl RouteSummary {
    /// Adds up the legs of a route.
    pub(super) fn of(network: &StreetNetwork, legs: &[Leg]) -> Self {
        let mut classes: Vec<(StreetClass, Cost)> = Vec::new();
        for leg in legs {
            let class = network.class(leg.street);
            match classes.iter_mut().find(|own| own.0 == class) {
                Some(own) => own.1 = own.1 + leg.cost,
                None => classes.push((class, leg.cost)),
            }
        }
        classes.sort_unstable_by_key(|own| own.0);
        let asks = network.profile().mode != Mode::Drive;
        Self {
            classes,
            underfoot: asks.then(|| underfoot(network, legs)),
        }
    }
}

/// Millimetres of streets of which something is true.
fn metres(network: &StreetNetwork, legs: &[Leg], is: impl Fn(u32) -> bool) -> Metres {
    let on_land = |leg: &&Leg| network.class(leg.street) != StreetClass::Ferry;
    let those = legs.iter().filter(on_land).filter(|leg| is(leg.street));
    let total: u64 = those.map(|leg| u64::from(leg.cost.millimetres())).sum();
    Metres::new(total as f64 / 1000.0)
}

fn underfoot(network: &StreetNetwork, legs: &[Leg]) -> Underfoot {
    let unknown = |street: u32| not_told(network, street);
    let lacks = |what| metres(network, legs, |street| unknown(street).has(what));
    let surfaces = Surface::ALL.into_iter().map(|surface| {
        let is = |street| network.footing(street).surface() == surface;
        (surface, metres(network, legs, is))
    });
    Underfoot {
        steps: metres(network, legs, |street| network.footing(street).is_steps()),
        surfaces: surfaces.filter(|own| own.1.value() > 0.0).collect(),
        surface_unknown: lacks(Unknown::SURFACE),
        width_unknown: lacks(Unknown::WIDTH),
        incline_unknown: lacks(Unknown::INCLINE),
        kerb_unknown: lacks(Unknown::KERB),
        unknown: metres(network, legs, |street| unknown(street) != Unknown::NOTHING),
    }
}

/// Returns what is not known of a street. A profile with limits has asked; for others it is the surface alone.
fn not_told(network: &StreetNetwork, street: u32) -> Unknown {
    let unsaid = network.footing(street).surface() == Surface::NotSaid;
    if network.profile().limits.is_none() && unsaid {
        network.unknown(street).with(Unknown::SURFACE)
    } else {
        network.unknown(street)
    }
}
