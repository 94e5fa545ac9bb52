//! Search nodes and arcs: edge-based where needed, not everywhere.
//!
//! A junction where it does not matter how one came is one search node. A junction with a turn restriction, or with turn costs, is
//! one search node for each way of arriving, and one more for each longer run of streets that begins a restriction: such a node
//! remembers the run. An arc goes along one street: it carries the cost of the turn into it, of the street, and of the waits on it. A
//! turn that is forbidden has no arc.
//!
//! Streets that may be used at the ends of a journey only are searched in two phases beside the public one. A journey is in the start
//! phase while it has used such streets only, in the public phase on public streets, and in the end phase once it has left those:
//! from the end phase there is no way back. So nothing passes through, and what starts or ends there still finds its way.
//!
//! A U-turn is allowed at a dead end, where a restriction orders it, and elsewhere where the profile gives it a penalty. At a junction
//! of one search node nobody knows how one came, so there a U-turn is neither forbidden nor charged. It never shortens a way, but for
//! one: whoever may not turn left can go straight on, turn round at the next junction and then turn right. A profile for which that is
//! too lenient sets `turns.u_turn`; then every junction knows how one came.
//!
//! It does not decide which streets are kept: `kept` does.

use crate::network::NetworkError;
use crate::network::freeze::{FrozenStreet, too_large};
use crate::network::rules::{Dart, Rules, Sequence};
use crate::network::turning::Turning;
use crate::units::{Cost, Metric};

/// Stands for a search node or a street that is not there.
pub(crate) const NONE: u32 = u32::MAX;

/// Which part of a journey a search node belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Phase {
    /// So far on streets that may be used at the ends only.
    Start,
    /// On public streets.
    Public,
    /// On streets that may be used at the ends only, having left the public ones.
    End,
}

impl Phase {
    /// Returns the phase of a number.
    pub(crate) fn of(number: u8) -> Self {
        match number {
            0 => Self::Start,
            1 => Self::Public,
            _ => Self::End,
        }
    }

    /// Returns the phase after going on to a street, if one may.
    pub(crate) fn next(self, ends_only: bool) -> Option<Self> {
        match (self, ends_only) {
            (Self::Start, true) => Some(Self::Start),
            (Self::Start | Self::Public, false) => Some(Self::Public),
            (Self::Public | Self::End, true) => Some(Self::End),
            (Self::End, false) => None,
        }
    }
}

/// What a search node knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct State {
    /// The street one came by; [`NONE`] where that does not matter.
    pub(crate) dart: Dart,
    /// What [`Rules`] remember.
    pub(crate) memory: u32,
    pub(crate) phase: Phase,
}

/// An arc between two search nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Arc {
    pub(crate) tail: u32,
    pub(crate) head: u32,
    pub(crate) cost: Cost,
    pub(crate) dart: Dart,
}

/// Lists of numbers, one a junction, in two arrays.
struct Lists {
    first: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    fn new(lists: usize, mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        let mut first = vec![0u32; lists + 1];
        for (list, _) in &pairs {
            first[*list as usize + 1] += 1;
        }
        for list in 0..lists {
            first[list + 1] += first[list];
        }
        Self {
            first,
            items: pairs.into_iter().map(|pair| pair.1).collect(),
        }
    }

    fn of(&self, list: usize) -> &[u32] {
        &self.items[self.first[list] as usize..self.first[list + 1] as usize]
    }
}

/// The streets between junctions, and what governs the turns between them.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) junctions: usize,
    pub(crate) streets: &'a [FrozenStreet],
    pub(crate) sequences: &'a [Sequence],
    pub(crate) turning: &'a Turning,
    pub(crate) metric: Metric,
}

impl Ground<'_> {
    fn street(&self, dart: Dart) -> &FrozenStreet {
        &self.streets[dart as usize / 2]
    }

    /// Lists the directions in which streets may be used.
    fn darts(&self) -> impl Iterator<Item = Dart> {
        (0..self.streets.len() as u32 * 2).filter(|dart| self.street(*dart).time(*dart).is_some())
    }

    /// Counts the ends of streets at each junction. A street that is closed counts: what is left there is a turn as before.
    fn arms(&self) -> Vec<u32> {
        let mut arms = vec![0; self.junctions];
        for end in self
            .streets
            .iter()
            .flat_map(|street| [street.from, street.to])
        {
            arms[end as usize] += 1;
        }
        arms
    }
}

/// The search nodes and arcs of a network.
pub(crate) struct Expansion {
    /// For each junction its first search node, and one more for the end of the last one's.
    pub(crate) first_node: Vec<u32>,
    /// For each junction, whether it does not matter how one came.
    plain: Vec<bool>,
    /// For each street and direction the search node of whoever started on that street and has come to its end; [`NONE`] where it
    /// cannot be used so. Of a street for ends only it is the node of the start phase, and the next is that of the end phase.
    pub(crate) arrival: Vec<u32>,
    pub(crate) states: Vec<State>,
    pub(crate) arcs: Vec<Arc>,
}

impl Expansion {
    pub(crate) fn new(ground: &Ground<'_>) -> Result<Self, NetworkError> {
        let may_be_used = |dart: Dart| ground.street(dart).time(dart).is_some();
        let rules = Rules::new(ground.sequences, may_be_used);
        let ends = |end: fn(&FrozenStreet, Dart) -> u32| {
            let pairs = ground
                .darts()
                .map(|dart| (end(ground.street(dart), dart), dart));
            Lists::new(ground.junctions, pairs.collect())
        };
        let (arriving, leaving) = (ends(FrozenStreet::head), ends(FrozenStreet::tail));
        let mut expansion = Self {
            first_node: Vec::with_capacity(ground.junctions + 1),
            plain: plain(ground, &rules),
            arrival: vec![NONE; ground.streets.len() * 2],
            states: Vec::new(),
            arcs: Vec::new(),
        };
        let long = rules.long();
        let mut long_nodes = vec![NONE; long.last().map_or(0, |_| rules.len())];
        for junction in 0..ground.junctions {
            expansion.number(
                ground,
                &rules,
                junction,
                arriving.of(junction),
                &long,
                &mut long_nodes,
            );
        }
        expansion.first_node.push(expansion.states.len() as u32);
        if expansion.states.len() >= NONE as usize {
            return Err(too_large("more than 2^32 search nodes"));
        }
        for (junction, arms) in ground.arms().into_iter().enumerate() {
            let ways = (leaving.of(junction), arms as usize);
            expansion.leave(ground, &rules, junction, ways, &long_nodes);
        }
        Ok(expansion)
    }

    /// Returns how many search nodes are of whoever came by a street in a direction: they follow one another from that of [`arrival`].
    ///
    /// [`arrival`]: Self::arrival
    pub(crate) fn nodes_of_dart(&self, dart: Dart) -> u32 {
        let first = self.arrival[dart as usize];
        if first == NONE {
            return 0;
        }
        let own = &self.states[first as usize..];
        let same = |state: &&State| state.dart == own[0].dart;
        if own[0].dart == NONE {
            // Where it does not matter how one came, a street for the ends of journeys has two, any other one.
            return if own[0].phase == Phase::Public { 1 } else { 2 };
        }
        own.iter().take_while(same).count() as u32
    }

    /// Numbers the search nodes of a junction.
    fn number(
        &mut self,
        ground: &Ground<'_>,
        rules: &Rules,
        junction: usize,
        arriving: &[Dart],
        long: &[(Dart, u32)],
        long_nodes: &mut [u32],
    ) {
        self.first_node.push(self.states.len() as u32);
        let ends_only = |dart: &Dart| ground.street(*dart).is_ends_only();
        if self.plain[junction] {
            for wanted in [false, true] {
                if arriving.iter().any(|dart| ends_only(dart) == wanted) {
                    let node = self.add(NONE, 0, wanted);
                    for dart in arriving.iter().filter(|dart| ends_only(dart) == wanted) {
                        self.arrival[*dart as usize] = node;
                    }
                }
            }
            return;
        }
        for dart in arriving {
            self.arrival[*dart as usize] = self.add(*dart, rules.step(0, *dart), ends_only(dart));
            let first = long.partition_point(|(last, _)| last < dart);
            for (_, memory) in long[first..].iter().take_while(|(last, _)| last == dart) {
                long_nodes[*memory as usize] = self.add(*dart, *memory, ends_only(dart));
            }
        }
    }

    /// Adds one search node, or two for streets at the ends of journeys only, and returns the first.
    fn add(&mut self, dart: Dart, memory: u32, ends_only: bool) -> u32 {
        let first = self.states.len() as u32;
        let phases: &[Phase] = if ends_only {
            &[Phase::Start, Phase::End]
        } else {
            &[Phase::Public]
        };
        self.states.extend(phases.iter().map(|phase| State {
            dart,
            memory,
            phase: *phase,
        }));
        first
    }

    /// Adds the arcs that leave a junction.
    fn leave(
        &mut self,
        ground: &Ground<'_>,
        rules: &Rules,
        junction: usize,
        (leaving, arms): (&[Dart], usize),
        long_nodes: &[u32],
    ) {
        for tail in self.first_node[junction]..self.first_node[junction + 1] {
            let state = self.states[tail as usize];
            let before = self.arcs.len();
            for dart in leaving {
                let street = ground.street(*dart);
                let Some(phase) = state.phase.next(street.is_ends_only()) else {
                    continue;
                };
                let Some(turn) = turn_cost(ground.turning, rules, state, leaving, *dart, arms)
                else {
                    continue;
                };
                let memory = rules.step(state.memory, *dart);
                let long = long_nodes.get(memory as usize).copied().unwrap_or(NONE);
                let first = if long == NONE {
                    self.arrival[*dart as usize]
                } else {
                    long
                };
                self.arcs.push(Arc {
                    tail,
                    head: first + u32::from(phase == Phase::End),
                    cost: street.cost(*dart, ground.metric) + ground.metric.cost(turn, 0),
                    dart: *dart,
                });
            }
            self.arcs[before..].sort_unstable();
        }
    }
}

/// Says of each junction whether it does not matter how one came.
fn plain(ground: &Ground<'_>, rules: &Rules) -> Vec<bool> {
    // With turn costs a dead end matters too: there one turns round, and it has one way of arriving anyway.
    let mut plain = vec![!ground.turning.everywhere(); ground.junctions];
    for dart in rules.remembered() {
        plain[ground.street(dart).head(dart) as usize] = false;
    }
    plain
}

/// Returns what a turn costs in milliseconds, or nothing where it is forbidden.
fn turn_cost(
    turning: &Turning,
    rules: &Rules,
    state: State,
    leaving: &[Dart],
    dart: Dart,
    arms: usize,
) -> Option<u32> {
    if state.dart == NONE {
        return Some(0);
    }
    if !rules.allows(state.memory, dart) {
        return None;
    }
    if dart != state.dart ^ 1 {
        return Some(turning.cost(state.dart, dart, arms));
    }
    let dead_end = leaving.iter().all(|other| *other == dart);
    let allowed = dead_end || turning.u_turn().is_some() || rules.orders(state.memory, dart);
    allowed.then(|| turning.u_turn().unwrap_or(0))
}
