//! Freezing: from the street graph to the flat arrays of one profile.
//!
//! Streets the profile cannot use are left out, junctions it cannot pass become dead ends, restrictions become runs of streets, and
//! what is not connected both ways is dropped and counted.

use bytemuck::{Pod, Zeroable};
use petgraph::graph::NodeIndex;
use petgraph::visit::EdgeRef;

use crate::graph::{Footing, StreetGraph, StreetUse, TurnRule, Unknown, shape_length};
use crate::network::expand::{Expansion, Ground, NONE};
use crate::network::kept;
use crate::network::plan::Plan;
use crate::network::rules::{Dart, NO_DART, Sequence};
use crate::network::turning::Turning;
use crate::network::{FreezeReport, NetworkError, StreetClass, StreetNetwork};
use crate::profile::Profile;
use crate::units::{Cost, KmPerHour, Metres, Metric};

/// Marks a direction in which a street cannot be used.
pub(super) const CLOSED: u32 = u32::MAX;

/// A street between two junctions of a [`StreetNetwork`].
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct FrozenStreet {
    pub(crate) from: u32,
    pub(crate) to: u32,
    pub(crate) millimetres: u32,
    /// Milliseconds with its drawing and against it.
    pub(super) time: [u32; 2],
    /// Milliseconds waited, with its drawing and against it, until its end is passed.
    pub(super) wait: [u32; 2],
    pub(crate) first_point: u32,
    pub(super) name: u32,
    /// The number of its [`StreetClass`].
    pub(super) class: u8,
    /// 1 where it may be used at the ends of a journey only, otherwise 0.
    pub(super) ends_only: u8,
    pub(crate) unknown: Unknown,
    pub(crate) footing: Footing,
}

impl FrozenStreet {
    /// Returns the time of the whole street in a direction, without waits, in milliseconds, if that is allowed.
    pub(crate) fn time(&self, dart: Dart) -> Option<u32> {
        let time = self.time[dart as usize % 2];
        (time != CLOSED).then_some(time)
    }

    /// Returns the milliseconds waited before the street's end in a direction is passed.
    pub(crate) fn wait(&self, dart: Dart) -> u32 {
        self.wait[dart as usize % 2]
    }

    /// Returns its class.
    pub(crate) fn class(&self) -> StreetClass {
        let class = StreetClass::ALL.get(usize::from(self.class));
        class.copied().unwrap_or(StreetClass::Minor)
    }

    /// Says whether it may be used at the ends of a journey only.
    pub(crate) fn is_ends_only(&self) -> bool {
        self.ends_only != 0
    }

    /// Says whether its numbers stand for something. For one read from disk.
    pub(super) fn is_known(&self) -> bool {
        usize::from(self.class) < StreetClass::ALL.len()
            && self.ends_only < 2
            && self.footing.is_known()
    }

    /// Returns the junction it begins at in a direction.
    pub(crate) fn tail(&self, dart: Dart) -> u32 {
        if dart.is_multiple_of(2) {
            self.from
        } else {
            self.to
        }
    }

    /// Returns the junction it ends at in a direction.
    pub(crate) fn head(&self, dart: Dart) -> u32 {
        self.tail(dart ^ 1)
    }

    /// Returns the cost of the whole street in a direction it can be used in, waits included.
    pub(crate) fn cost(&self, dart: Dart, metric: Metric) -> Cost {
        let time = self.time(dart).unwrap_or(0);
        metric.cost(time.saturating_add(self.wait(dart)), self.millimetres)
    }

    /// Freezes a street between two junctions of the network's numbering.
    fn of(
        street: &UsableStreet<'_>,
        first_point: u32,
        [from, to]: [u32; 2],
    ) -> Result<Self, NetworkError> {
        let metres = shape_length(street.shape);
        let millimetres = (metres * 1000.0).round();
        if !(0.0..1.0e9).contains(&millimetres) {
            return Err(too_large("a street of more than 1,000 km"));
        }
        // At least a millisecond, so that no two junctions are at the same cost and a search always moves on.
        let time = |speed: Option<KmPerHour>| {
            speed.map_or(CLOSED, |speed| {
                (metres * 3600.0 / speed.value()).round().clamp(1.0, 3.0e9) as u32
            })
        };
        let used = street.used;
        Ok(Self {
            from,
            to,
            millimetres: millimetres as u32,
            time: [time(used.forward), time(used.backward)],
            wait: used.wait,
            first_point,
            name: street.name,
            class: street.class as u8,
            ends_only: u8::from(used.ends_only),
            unknown: used.unknown,
            footing: street.footing,
        })
    }
}

pub(super) fn too_large(what: &'static str) -> NetworkError {
    NetworkError::TooLarge { what }
}

impl StreetGraph {
    /// Freezes the streets that one profile can use for the fastest way, keeping the largest part in which everything reaches
    /// everything.
    pub fn freeze(
        &self,
        profile_index: usize,
        profile: &Profile,
    ) -> Result<(StreetNetwork, FreezeReport), NetworkError> {
        self.freeze_by(profile_index, profile, Metric::FastestTime)
    }

    /// Freezes the streets that one profile can use, as [`StreetGraph::freeze`] does, with costs ordered as the metric says.
    pub fn freeze_by(
        &self,
        profile_index: usize,
        profile: &Profile,
        metric: Metric,
    ) -> Result<(StreetNetwork, FreezeReport), NetworkError> {
        let usable = Usable::collect(self, profile_index);
        let (part, expansion) = usable.kept_part(profile, metric)?;
        let all: f64 = usable
            .streets
            .iter()
            .map(|street| shape_length(street.shape))
            .sum();
        let plan = part.plan(&usable, &self.names, profile, metric);
        let network = plan.network(expansion)?;
        let kept_length = network.length();
        let report = FreezeReport {
            junctions: network.junctions.len(),
            streets: network.streets.len(),
            kept: kept_length,
            dropped_components: usable.pieces(&part.kept)?,
            dropped: Metres::new((all - kept_length.value()).max(0.0)),
            nodes: network.node_count(),
            arcs: network.arc_count(),
            restrictions: part.sequences.len(),
            ends_only: network
                .streets
                .iter()
                .filter(|street| street.is_ends_only())
                .count(),
        };
        Ok((network, report))
    }
}

struct UsableStreet<'a> {
    from: usize,
    to: usize,
    shape: &'a [[f64; 2]],
    used: StreetUse,
    class: StreetClass,
    footing: Footing,
    name: u32,
}

impl UsableStreet<'_> {
    /// Returns the junctions it leads between in a direction, if that is allowed.
    fn way(&self, dart: Dart) -> Option<(usize, usize)> {
        if dart.is_multiple_of(2) {
            self.used.forward.map(|_| (self.from, self.to))
        } else {
            self.used.backward.map(|_| (self.to, self.from))
        }
    }
}

/// The streets of one profile, with a junction that cannot be passed split into one dead end for each street that meets there.
struct Usable<'a> {
    points: Vec<[f64; 2]>,
    streets: Vec<UsableStreet<'a>>,
    sequences: Vec<Sequence>,
}

impl<'a> Usable<'a> {
    fn collect(streets: &'a StreetGraph, profile_index: usize) -> Self {
        let graph = &streets.graph;
        let mut usable = Self {
            points: graph
                .node_weights()
                .map(|junction| junction.point)
                .collect(),
            streets: Vec::new(),
            sequences: Vec::new(),
        };
        let mut numbers = vec![NONE; graph.edge_count()];
        for edge in graph.edge_references() {
            let street = edge.weight();
            let used = street.uses[profile_index];
            if used.is_allowed() {
                let mut end = |index: NodeIndex| {
                    let junction = &graph[index];
                    if junction.passes[profile_index] {
                        return index.index();
                    }
                    usable.points.push(junction.point);
                    usable.points.len() - 1
                };
                let (from, to) = (end(edge.source()), end(edge.target()));
                numbers[edge.id().index()] = usable.streets.len() as u32;
                usable.streets.push(UsableStreet {
                    from,
                    to,
                    shape: &street.shape,
                    used,
                    class: street.class,
                    footing: street.footing,
                    name: street.name,
                });
            }
        }
        for restriction in &streets.restrictions {
            let steps = restriction.path.iter().map(|(edge, forward)| {
                let number = numbers[edge.index()];
                (number != NONE).then(|| number * 2 + u32::from(!forward))
            });
            let path: Option<Vec<Dart>> = steps.collect();
            if let (Some(path), Some(rule)) = (path, restriction.rules[profile_index]) {
                usable.bind(Sequence { path, rule });
            }
        }
        usable
    }

    /// Takes a restriction, unless nobody can go that way: a street of it is closed in that direction, or barred at a junction. Then there
    /// is nothing to forbid, and an order does not bind (see [`rules`](crate::network::rules)).
    fn bind(&mut self, sequence: Sequence) {
        let way = |dart: &Dart| self.streets[*dart as usize / 2].way(*dart);
        let ways: Option<Vec<_>> = sequence.path.iter().map(way).collect();
        if ways.is_some_and(|ways| ways.windows(2).all(|pair| pair[0].1 == pair[1].0)) {
            self.sequences.push(sequence);
        }
    }

    /// Finds the streets that are kept, and their search nodes.
    ///
    /// A street left out can leave another without a way on, so it is looked at again until nothing more is left out.
    fn kept_part(
        &self,
        profile: &Profile,
        metric: Metric,
    ) -> Result<(Part, Expansion), NetworkError> {
        let simple = self.sequences.is_empty()
            && self.streets.iter().all(|street| !street.used.ends_only)
            && profile.turns.is_free();
        let mut kept = vec![true; self.streets.len()];
        for round in 0.. {
            let part = Part::new(self, kept)?;
            if part.streets.is_empty() {
                break;
            }
            let turning = Turning::new(&profile.turns, part.shapes(self));
            let expansion = Expansion::new(&Ground {
                junctions: part.points.len(),
                streets: &part.streets,
                sequences: &part.sequences,
                turning: &turning,
                metric,
            })?;
            if simple && round > 0 {
                return Ok((part, expansion));
            }
            let now = kept::kept_of(&expansion, &part.streets);
            if now.iter().all(|kept| *kept) {
                return Ok((part, expansion));
            }
            let mut now = now.into_iter();
            kept = part
                .kept
                .iter()
                .map(|kept| *kept && now.next().unwrap_or(false))
                .collect();
        }
        Err(NetworkError::Empty {
            profile: profile.name.clone(),
        })
    }

    /// Counts the pieces that the streets left out fall into.
    fn pieces(&self, kept: &[bool]) -> Result<usize, NetworkError> {
        let all = Part::new(self, vec![true; self.streets.len()])?;
        Ok(kept::pieces(all.points.len(), &all.streets, kept))
    }
}

/// Some of the streets of one profile, with their junctions numbered anew.
struct Part {
    /// Of all usable streets, whether each is in it.
    kept: Vec<bool>,
    points: Vec<[f64; 2]>,
    streets: Vec<FrozenStreet>,
    sequences: Vec<Sequence>,
}

impl Part {
    fn new(usable: &Usable<'_>, kept: Vec<bool>) -> Result<Self, NetworkError> {
        let in_it = || usable.streets.iter().zip(&kept).filter(|(_, kept)| **kept);
        let mut used = vec![false; usable.points.len()];
        for (street, _) in in_it() {
            used[street.from] = true;
            used[street.to] = true;
        }
        let mut junctions = vec![NONE; usable.points.len()];
        let mut points = Vec::new();
        for (old, point) in usable
            .points
            .iter()
            .enumerate()
            .filter(|(old, _)| used[*old])
        {
            junctions[old] = u32::try_from(points.len())
                .ok()
                .filter(|number| *number < NONE)
                .ok_or_else(|| too_large("more than 2^32 junctions"))?;
            points.push(*point);
        }
        let (mut streets, mut first_point) = (Vec::new(), 0u32);
        for (street, _) in in_it() {
            let ends = [junctions[street.from], junctions[street.to]];
            streets.push(FrozenStreet::of(street, first_point, ends)?);
            first_point = u32::try_from(street.shape.len())
                .ok()
                .and_then(|points| first_point.checked_add(points))
                .ok_or_else(|| too_large("more than 2^32 points"))?;
        }
        if streets.len() >= NONE as usize / 2 {
            return Err(too_large("more than 2^31 streets"));
        }
        let sequences = renumbered(&usable.sequences, &kept);
        Ok(Self {
            kept,
            points,
            streets,
            sequences,
        })
    }

    fn shapes<'a>(&'a self, usable: &'a Usable<'_>) -> impl Iterator<Item = &'a [[f64; 2]]> {
        let each = usable.streets.iter().zip(&self.kept);
        each.filter(|(_, kept)| **kept)
            .map(|(street, _)| street.shape)
    }

    fn plan(
        &self,
        usable: &Usable<'_>,
        names: &[String],
        profile: &Profile,
        metric: Metric,
    ) -> Plan {
        Plan {
            profile: profile.clone(),
            metric,
            streets: self.streets.clone(),
            points: self.shapes(usable).flatten().copied().collect(),
            junctions: self.points.clone(),
            names: names.to_vec(),
            sequences: self.sequences.clone(),
        }
    }
}

/// Puts restrictions on the streets kept. One that orders a street that is not kept still forbids the others (see
/// [`rules`](crate::network::rules)).
fn renumbered(sequences: &[Sequence], kept: &[bool]) -> Vec<Sequence> {
    if sequences.is_empty() {
        return Vec::new();
    }
    let mut next = 0;
    let numbers: Vec<u32> = kept
        .iter()
        .map(|kept| {
            next += u32::from(*kept);
            if *kept { next - 1 } else { NONE }
        })
        .collect();
    let moved = |dart: Dart| match numbers[dart as usize / 2] {
        NONE => NO_DART,
        number => number * 2 + dart % 2,
    };
    sequences
        .iter()
        .map(|sequence| Sequence {
            path: sequence.path.iter().map(|dart| moved(*dart)).collect(),
            rule: sequence.rule,
        })
        .filter(|sequence| {
            let dropped = sequence.path.iter().position(|dart| *dart == NO_DART);
            dropped
                .is_none_or(|at| at + 1 == sequence.path.len() && sequence.rule == TurnRule::Only)
        })
        .collect()
}
