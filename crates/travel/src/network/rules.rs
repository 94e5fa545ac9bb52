//! Turn restrictions as an automaton over the streets travelled.
//!
//! What may follow depends on the last few streets only, and of those on the longest run that begins some restriction: the automaton
//! of Aho and Corasick (1975). A *memory* is such a run; memory 0 remembers nothing. It knows no costs and no junctions.
//!
//! **When an order binds.** An `Only` binds as long as the street it names may be used in the direction it names. A sign into a street that
//! is shut to this way of moving, by its tags or by a change, orders nothing: whoever put the sign up did not mean to stop everybody, and
//! whoever closes the street covers the sign. Where the street may be used and is merely cut off, be it left out of the network or still in
//! it, the sign stands and forbids the others: that nobody comes back from there makes no turn lawful. An order into a street that the data
//! do not have never gets here. `freeze` leaves out what can never bind, `scenario` only closes and opens streets, and [`Rules::new`]
//! decides.

use std::collections::BTreeMap;

use crate::array::{Array, ArrayReader, ArrayWriter};
use crate::graph::TurnRule;
use crate::network::NetworkError;

/// A street in one direction: twice its number, and one more against its drawing.
pub(crate) type Dart = u32;

/// Stands for a street that may be used and is not in the network, since nobody comes back from it. Nobody can go on to it.
pub(crate) const NO_DART: Dart = u32::MAX;

/// A turn restriction for one profile, over the streets of one network.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sequence {
    pub(crate) path: Vec<Dart>,
    pub(crate) rule: TurnRule,
}

/// Turn restrictions in flat arrays, as a network keeps them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Restrictions {
    /// For each where its streets end in `dart`.
    end: Array<u32>,
    dart: Array<u32>,
    /// For each 1 where it allows its last street only, 0 where it forbids it.
    only: Array<u8>,
}

impl Restrictions {
    pub(crate) fn new(sequences: &[Sequence]) -> Self {
        let ends = sequences.iter().scan(0, |end, sequence| {
            *end += sequence.path.len() as u32;
            Some(*end)
        });
        let darts = sequences.iter().flat_map(|sequence| &sequence.path);
        let only = |sequence: &Sequence| u8::from(sequence.rule == TurnRule::Only);
        Self {
            end: ends.collect(),
            dart: darts.copied().collect(),
            only: sequences.iter().map(only).collect(),
        }
    }

    /// Returns them one by one.
    pub(crate) fn sequences(&self) -> Vec<Sequence> {
        let starts = [0].into_iter().chain(self.end.iter().copied());
        let each = starts.zip(self.end.iter()).zip(self.only.iter());
        each.map(|((start, end), only)| Sequence {
            path: self.dart[start as usize..*end as usize].to_vec(),
            rule: if *only == 1 {
                TurnRule::Only
            } else {
                TurnRule::No
            },
        })
        .collect()
    }

    /// Stores the arrays.
    pub(crate) fn store(&self, to: &mut ArrayWriter) {
        to.put(&self.end);
        to.put(&self.dart);
        to.put(&self.only);
    }

    /// Takes stored arrays back, if they have the lengths of one list.
    pub(crate) fn load(from: &mut ArrayReader) -> Result<Self, NetworkError> {
        let loaded = Self {
            end: from.take()?,
            dart: from.take()?,
            only: from.take()?,
        };
        let last = loaded.end.last().map_or(0, |end| *end as usize);
        if loaded.end.len() == loaded.only.len() && last == loaded.dart.len() {
            Ok(loaded)
        } else {
            Err(NetworkError::Damaged {
                what: "its turn restrictions are not of one list",
            })
        }
    }

    /// Says whether they are restrictions over so many streets.
    pub(crate) fn fit(&self, streets: usize) -> bool {
        self.end.is_sorted()
            && self.only.iter().all(|only| *only < 2)
            && (self.dart.iter()).all(|dart| *dart == NO_DART || (*dart as usize) < streets * 2)
            && self.sequences().iter().all(|sequence| {
                // A street that is gone can only be the one that is ordered.
                sequence.path.split_last().is_some_and(|(last, before)| {
                    !before.contains(&NO_DART)
                        && (*last != NO_DART || sequence.rule == TurnRule::Only)
                })
            })
    }
}

/// A run of streets that begins a restriction.
#[derive(Debug, Default)]
struct Memory {
    last: Dart,
    length: u32,
    /// The longest shorter run that this one ends with.
    shorter: u32,
    longer: BTreeMap<Dart, u32>,
    /// Where one may not go on to.
    no: Vec<Dart>,
    /// Each list holds all where one may go on to.
    only: Vec<Vec<Dart>>,
}

/// The restrictions of one network.
#[derive(Debug)]
pub(crate) struct Rules {
    memories: Vec<Memory>,
}

impl Rules {
    /// Makes the automaton of streets some of which may be used. Several `Only` after the same run allow all they name.
    ///
    /// A run is remembered also where no order binds after it, so that what a U-turn is at its end does not change with what is closed.
    pub(crate) fn new(sequences: &[Sequence], may_be_used: impl Fn(Dart) -> bool) -> Self {
        let mut rules = Self {
            memories: vec![Memory::default()],
        };
        for Sequence { path, rule } in sequences {
            let Some((last, before)) = path.split_last() else {
                continue;
            };
            let at = rules.remember(before);
            let memory = &mut rules.memories[at as usize];
            match rule {
                TurnRule::No => memory.no.push(*last),
                TurnRule::Only if *last != NO_DART && !may_be_used(*last) => {}
                TurnRule::Only => {
                    if memory.only.is_empty() {
                        memory.only.push(Vec::new());
                    }
                    memory.only[0].push(*last);
                }
            }
        }
        rules.link();
        rules
    }

    fn remember(&mut self, run: &[Dart]) -> u32 {
        let mut at = 0;
        for dart in run {
            let known = self.memories[at as usize].longer.get(dart).copied();
            at = known.unwrap_or_else(|| {
                let new = self.memories.len() as u32;
                let length = self.memories[at as usize].length + 1;
                self.memories[at as usize].longer.insert(*dart, new);
                self.memories.push(Memory {
                    last: *dart,
                    length,
                    ..Memory::default()
                });
                new
            });
        }
        at
    }

    /// Finds the shorter runs, and takes over what they forbid: the shortest first, so that theirs is complete.
    fn link(&mut self) {
        let mut steps: Vec<(u32, u32, u32)> = (0..self.memories.len() as u32)
            .flat_map(|parent| {
                let memory = &self.memories[parent as usize];
                let children = memory.longer.values();
                children.map(move |child| (memory.length + 1, *child, parent))
            })
            .collect();
        steps.sort_unstable();
        for (length, child, parent) in steps {
            let dart = self.memories[child as usize].last;
            let shorter = if length == 1 {
                0
            } else {
                self.step(self.memories[parent as usize].shorter, dart)
            };
            let no = self.memories[shorter as usize].no.clone();
            let only = self.memories[shorter as usize].only.clone();
            let memory = &mut self.memories[child as usize];
            memory.shorter = shorter;
            memory.no.extend(no);
            memory.only.extend(only);
        }
    }

    /// Returns the memory after going on to a street.
    pub(crate) fn step(&self, mut at: u32, dart: Dart) -> u32 {
        loop {
            let memory = &self.memories[at as usize];
            match memory.longer.get(&dart) {
                Some(longer) => return *longer,
                None if at == 0 => return 0,
                None => at = memory.shorter,
            }
        }
    }

    /// Says whether one may go on to a street.
    pub(crate) fn allows(&self, at: u32, dart: Dart) -> bool {
        let memory = &self.memories[at as usize];
        !memory.no.contains(&dart) && memory.only.iter().all(|only| only.contains(&dart))
    }

    /// Says whether some restriction names this street as the one to go on to.
    pub(crate) fn orders(&self, at: u32, dart: Dart) -> bool {
        let memory = &self.memories[at as usize];
        memory.only.iter().any(|only| only.contains(&dart))
    }

    /// Returns the number of memories.
    pub(crate) fn len(&self) -> usize {
        self.memories.len()
    }

    /// Returns the last street of each memory: after it one has to know how one came.
    pub(crate) fn remembered(&self) -> impl Iterator<Item = Dart> {
        self.memories.iter().skip(1).map(|memory| memory.last)
    }

    /// Returns the memories of two and more streets, each with its last, in the order of those.
    pub(crate) fn long(&self) -> Vec<(Dart, u32)> {
        let each = (0..).zip(&self.memories);
        let mut long: Vec<(Dart, u32)> = each
            .filter(|(_, memory)| memory.length >= 2)
            .map(|(number, memory)| (memory.last, number))
            .collect();
        long.sort_unstable();
        long
    }
}
