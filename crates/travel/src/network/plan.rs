//! What a network is made of, before and after it is laid out for searches.
//!
//! Freezing ends here, and a change to a network that is there begins and ends here: the same streets, laid out by the same code.

use crate::adjacency::Adjacency;
use crate::array::Array;
use crate::network::expand::{Expansion, Ground};
use crate::network::freeze::{FrozenStreet, too_large};
use crate::network::rules::{Restrictions, Sequence};
use crate::network::turning::Turning;
use crate::network::{NetworkError, StreetNetwork};
use crate::profile::Profile;
use crate::units::Metric;

/// Streets, junctions, names and restrictions of one profile.
pub(crate) struct Plan {
    pub(crate) profile: Profile,
    pub(crate) metric: Metric,
    /// Each with its shape, one after the other in `points`.
    pub(crate) streets: Vec<FrozenStreet>,
    pub(crate) points: Vec<[f64; 2]>,
    pub(crate) junctions: Vec<[f64; 2]>,
    pub(crate) names: Vec<String>,
    pub(crate) sequences: Vec<Sequence>,
}

impl Plan {
    /// Takes a network apart.
    pub(crate) fn of(network: &StreetNetwork) -> Self {
        Self {
            profile: network.profile.clone(),
            metric: network.metric,
            streets: network.streets.to_vec(),
            points: network.points.to_vec(),
            junctions: network.junctions.to_vec(),
            names: network.names(),
            sequences: network.restrictions.sequences(),
        }
    }

    /// Finds the search nodes and arcs.
    pub(crate) fn expand(&self) -> Result<Expansion, NetworkError> {
        let shape = |(place, street): (usize, &FrozenStreet)| {
            let next = self.streets.get(place + 1);
            let end = next.map_or(self.points.len(), |next| next.first_point as usize);
            &self.points[street.first_point as usize..end]
        };
        let shapes = self.streets.iter().enumerate().map(shape);
        Expansion::new(&Ground {
            junctions: self.junctions.len(),
            streets: &self.streets,
            sequences: &self.sequences,
            turning: &Turning::new(&self.profile.turns, shapes),
            metric: self.metric,
        })
    }

    /// Lays the arrays of searches out.
    pub(crate) fn network(self, expansion: Expansion) -> Result<StreetNetwork, NetworkError> {
        let Expansion {
            first_node,
            arrival,
            states,
            arcs,
            ..
        } = expansion;
        let mut node_junction = vec![0; states.len()];
        for (junction, ends) in (0..).zip(first_node.windows(2)) {
            node_junction[ends[0] as usize..ends[1] as usize].fill(junction);
        }
        let node_phase = states.iter().map(|state| state.phase as u8).collect();
        drop(states);
        // Arcs come in the order that the adjacency sorts them into, so that places agree.
        let arc_dart: Array<u32> = arcs.iter().map(|arc| arc.dart).collect();
        let mut ends: Vec<_> = arcs
            .iter()
            .map(|arc| (arc.tail, arc.head, arc.cost))
            .collect();
        drop(arcs);
        let leaving = Adjacency::new(node_junction.len(), &mut ends);
        for (tail, head, _) in &mut ends {
            std::mem::swap(tail, head);
        }
        let name_text: Vec<u8> = self.names.iter().flat_map(|name| name.bytes()).collect();
        if u32::try_from(name_text.len()).is_err() {
            return Err(too_large("more than 4 GB of names"));
        }
        let ends_of_names = self.names.iter().scan(0, |end, name| {
            *end += name.len() as u32;
            Some(*end)
        });
        let network = StreetNetwork {
            profile: self.profile,
            metric: self.metric,
            streets: self.streets.into(),
            points: self.points.into(),
            name_text: name_text.into(),
            name_end: ends_of_names.collect(),
            restrictions: Restrictions::new(&self.sequences),
            junctions: self.junctions.into(),
            first_node: first_node.into(),
            node_phase,
            arriving: Adjacency::new(node_junction.len(), &mut ends),
            node_junction: node_junction.into(),
            arrival: arrival.into(),
            leaving,
            arc_dart,
        };
        network.validate()?;
        Ok(network)
    }
}
