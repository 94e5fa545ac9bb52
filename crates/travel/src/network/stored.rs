//! Networks as they are stored, and whether what was stored fits together.
//!
//! Taking stored arrays back looks at their lengths alone; [`StreetNetwork::validate`] looks at every number.

use crate::adjacency::Adjacency;
use crate::array::{ArrayReader, ArrayWriter};
use crate::network::expand::{NONE, Phase};
use crate::network::rules::Restrictions;
use crate::network::{NetworkError, StreetNetwork};
use crate::profile::Profile;
use crate::units::Metric;

impl StreetNetwork {
    /// Stores the arrays; profile and metric are left to whoever stores them.
    pub(crate) fn store(&self, to: &mut ArrayWriter) {
        to.put(&self.streets);
        to.put(&self.points);
        to.put(&self.name_text);
        to.put(&self.name_end);
        self.restrictions.store(to);
        to.put(&self.junctions);
        to.put(&self.first_node);
        to.put(&self.node_junction);
        to.put(&self.node_phase);
        to.put(&self.arrival);
        self.leaving.store(to);
        self.arriving.store(to);
        to.put(&self.arc_dart);
    }

    /// Takes stored arrays back. Looks at their lengths alone.
    pub(crate) fn load(
        profile: Profile,
        metric: Metric,
        from: &mut ArrayReader,
    ) -> Result<Self, NetworkError> {
        let (streets, points) = (from.take()?, from.take()?);
        let (name_text, name_end) = (from.take()?, from.take()?);
        let restrictions = Restrictions::load(from)?;
        let (junctions, first_node) = (from.take()?, from.take()?);
        let node_junction: crate::array::Array<u32> = from.take()?;
        let (node_phase, arrival) = (from.take()?, from.take()?);
        let nodes = node_junction.len();
        let network = Self {
            profile,
            metric,
            streets,
            points,
            name_text,
            name_end,
            restrictions,
            junctions,
            first_node,
            node_junction,
            node_phase,
            arrival,
            leaving: Adjacency::load(nodes, from)?,
            arriving: Adjacency::load(nodes, from)?,
            arc_dart: from.take()?,
        };
        if network.lengths_fit() {
            Ok(network)
        } else {
            Err(NetworkError::Damaged {
                what: "its arrays are not of one network",
            })
        }
    }

    fn lengths_fit(&self) -> bool {
        self.first_node.len() == self.junctions.len() + 1
            && self.node_phase.len() == self.node_junction.len()
            && self.arrival.len() == self.streets.len() * 2
            && self.arc_dart.len() == self.leaving.head.len()
            && self.arriving.head.len() == self.leaving.head.len()
    }

    /// Checks that the arrays fit together, so that no search can step outside them. For a network read from disk.
    pub fn validate(&self) -> Result<(), NetworkError> {
        let damaged = |what| Err(NetworkError::Damaged { what });
        let (junctions, nodes) = (self.junctions.len(), self.node_junction.len());
        if !self.leaving.fits(nodes) || !self.arriving.fits(nodes) {
            return damaged("its arcs point outside it");
        }
        if self
            .streets
            .iter()
            .any(|street| street.from as usize >= junctions || street.to as usize >= junctions)
        {
            return damaged("a street ends outside it");
        }
        if !self.nodes_fit() {
            return damaged("its search nodes are not those of its junctions");
        }
        if !self.arcs_fit() {
            return damaged("its arcs are not those of its streets");
        }
        if self
            .streets
            .iter()
            .any(|street| street.name as usize >= self.name_end.len())
        {
            return damaged("a street has a name that is not there");
        }
        if !self.restrictions.fit(self.streets.len()) {
            return damaged("a turn restriction is of a street that is not there");
        }
        if !self.names_fit() {
            return damaged("the names of streets cannot be read");
        }
        if self.streets.iter().any(|street| !street.is_known())
            || self
                .node_phase
                .iter()
                .any(|phase| *phase > Phase::End as u8)
        {
            return damaged("a street or a search node is of no known kind");
        }
        if !self.shapes_fit() {
            return damaged("a street has no shape");
        }
        if !self
            .points
            .iter()
            .chain(self.junctions.iter())
            .flatten()
            .all(|ordinate| ordinate.is_finite())
        {
            return damaged("a point is not a number");
        }
        Ok(())
    }

    /// Says whether every street has at least two points.
    fn shapes_fit(&self) -> bool {
        let starts = self.streets.iter().map(|street| street.first_point);
        let enough =
            |(start, end): (u32, u32)| end.checked_sub(start).is_some_and(|points| points >= 2);
        let ends = starts
            .clone()
            .skip(1)
            .chain([u32::try_from(self.points.len()).unwrap_or(0)]);
        starts.zip(ends).all(enough)
    }

    /// Says whether search nodes, junctions and the ends of streets belong together.
    fn nodes_fit(&self) -> bool {
        let (junctions, nodes) = (self.junctions.len(), self.node_junction.len());
        let ranges = self.first_node.len() == junctions + 1
            && self.node_phase.len() == nodes
            && self.first_node[0] == 0
            && self.first_node.is_sorted()
            && self.first_node[junctions] as usize == nodes;
        let at = |junction: u32, node: u32, phase: Phase| {
            self.nodes_of(junction).contains(&node) && self.node_phase(node) == phase
        };
        ranges
            && (0..junctions as u32).all(|junction| {
                self.nodes_of(junction)
                    .all(|node| self.node_junction[node as usize] == junction)
            })
            && self.arrival.len() == self.streets.len() * 2
            && (0..).zip(self.arrival.iter()).all(|(dart, node)| {
                let street = &self.streets[dart as usize / 2];
                let head = street.head(dart);
                match street.time(dart) {
                    None => *node == NONE,
                    Some(_) if !street.is_ends_only() => at(head, *node, Phase::Public),
                    Some(_) => at(head, *node, Phase::Start) && at(head, *node + 1, Phase::End),
                }
            })
    }

    /// Says whether every arc goes along its street from one end to the other and costs at least what the street does.
    fn arcs_fit(&self) -> bool {
        let darts = self.streets.len() * 2;
        self.arc_dart.len() == self.leaving.head.len()
            && self.arc_dart.iter().all(|dart| (*dart as usize) < darts)
            && (0..self.node_junction.len() as u32).all(|tail| {
                self.leaving.range(tail).all(|arc| {
                    let dart = self.arc_dart[arc];
                    let street = &self.streets[dart as usize / 2];
                    let head = self.leaving.head[arc];
                    street.time(dart).is_some()
                        && self.nodes_of(street.tail(dart)).contains(&tail)
                        && self.nodes_of(street.head(dart)).contains(&head)
                        && self.leaving.cost[arc].covers(street.cost(dart, self.metric))
                })
            })
    }

    /// Says whether every name ends where the next begins and is text.
    fn names_fit(&self) -> bool {
        let text = std::str::from_utf8(&self.name_text);
        text.is_ok_and(|text| {
            self.name_end.is_sorted()
                && self.name_end.last().map_or(0, |end| *end as usize) == text.len()
                && self
                    .name_end
                    .iter()
                    .all(|end| text.is_char_boundary(*end as usize))
        })
    }
}
