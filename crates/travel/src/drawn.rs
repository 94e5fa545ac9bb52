//! Towns drawn as text, for tests: every letter is a junction, a step of two columns or rows is 100 m, and streets are pairs of letters.
//!
//! ```text
//! a-b-c
//!   |
//!   d
//! ```

use std::collections::BTreeMap;

use petgraph::graph::{EdgeIndex, NodeIndex};

use crate::{
    Along, Cost, FreezeReport, Metres, Metric, NewStreet, Profile, Snap, Snapper, StreetGraph,
    StreetGraphBuilder, StreetNetwork, Tags, TurnRule, costs_from, costs_to,
};

/// Tags as text, `key=value` with spaces between.
pub(crate) fn tags(text: &str) -> Vec<(&str, &str)> {
    let pairs = text.split_whitespace();
    pairs.filter_map(|pair| pair.split_once('=')).collect()
}

/// A drawn town for one profile.
pub(crate) struct Town {
    profile: Profile,
    points: BTreeMap<char, [f64; 2]>,
    streets: Vec<(char, char, &'static str)>,
    signals: BTreeMap<char, &'static str>,
    restrictions: Vec<(&'static str, TurnRule)>,
}

impl Town {
    pub(crate) fn drawn(profile: Profile, drawing: &str) -> Self {
        let mut points = BTreeMap::new();
        for (row, line) in drawing.lines().enumerate() {
            for (column, letter) in line.chars().enumerate() {
                if letter.is_alphabetic() {
                    points.insert(letter, [column as f64 * 50.0, row as f64 * -50.0]);
                }
            }
        }
        Self {
            profile,
            points,
            streets: Vec::new(),
            signals: BTreeMap::new(),
            restrictions: Vec::new(),
        }
    }

    /// Adds streets of 36 km/h (100 m in 10 s) from letter to letter of each word, with more tags.
    pub(crate) fn streets(mut self, words: &'static str, tags: &'static str) -> Self {
        for word in words.split_whitespace() {
            let letters: Vec<char> = word.chars().collect();
            let pairs = letters.windows(2);
            self.streets
                .extend(pairs.map(|pair| (pair[0], pair[1], tags)));
        }
        self
    }

    /// Gives a junction tags.
    pub(crate) fn point(mut self, letter: char, tags: &'static str) -> Self {
        self.signals.insert(letter, tags);
        self
    }

    /// Adds a restriction over the streets between the letters of a word.
    pub(crate) fn rule(mut self, word: &'static str, rule: TurnRule) -> Self {
        self.restrictions.push((word, rule));
        self
    }

    pub(crate) fn graph(&self) -> StreetGraph {
        let profiles = std::slice::from_ref(&self.profile);
        let mut builder = StreetGraphBuilder::new(profiles);
        let tags_of = |letter: &char| tags(self.signals.get(letter).copied().unwrap_or_default());
        let junctions: BTreeMap<char, NodeIndex> = self
            .points
            .iter()
            .map(|(letter, at)| (*letter, builder.junction(*at, Tags::new(&tags_of(letter)))))
            .collect();
        let mut edges: BTreeMap<(char, char), (EdgeIndex, bool)> = BTreeMap::new();
        for (from, to, more) in &self.streets {
            let street = [tags("highway=residential maxspeed=36"), tags(more)].concat();
            // What is said last counts.
            let street: Vec<_> = street.into_iter().rev().collect();
            let (first, last) = (tags_of(from), tags_of(to));
            let points = [
                (Along::First, Tags::new(&first)),
                (Along::Last, Tags::new(&last)),
            ];
            let edge = builder.add(NewStreet {
                ends: [junctions[from], junctions[to]],
                shape: vec![self.points[from], self.points[to]],
                tags: Tags::new(&street),
                way_length: None,
                points: &points,
            });
            if let Some(edge) = edge {
                edges.insert((*from, *to), (edge, true));
                edges.entry((*to, *from)).or_insert((edge, false));
            }
        }
        for (word, rule) in &self.restrictions {
            let letters: Vec<char> = word.chars().collect();
            let path = letters.windows(2).map(|pair| edges[&(pair[0], pair[1])]);
            assert!(
                builder.restriction(path.collect(), vec![Some(*rule)]),
                "{word}"
            );
        }
        builder.finish()
    }

    pub(crate) fn freeze(&self) -> (StreetNetwork, FreezeReport) {
        self.graph().freeze(0, &self.profile).unwrap()
    }

    pub(crate) fn freeze_by(&self, metric: Metric) -> StreetNetwork {
        self.graph().freeze_by(0, &self.profile, metric).unwrap().0
    }

    /// Returns the point half way between two letters.
    pub(crate) fn middle(&self, network: &StreetNetwork, word: &str) -> Snap {
        let ends: Vec<[f64; 2]> = word.chars().map(|letter| self.points[&letter]).collect();
        let middle = [0, 1].map(|axis| f64::midpoint(ends[0][axis], ends[1][axis]));
        Snapper::new(network)
            .snap(middle, Metres::new(1.0))
            .unwrap()
    }

    /// Goes from the middle of one street to the middle of another.
    pub(crate) fn cost(&self, from: &str, to: &str) -> Option<Cost> {
        let (network, _) = self.freeze();
        let [from, to] = [from, to].map(|word| self.middle(&network, word));
        let cost = costs_from(&network, &from).cost(&to);
        assert_eq!(cost, costs_to(&network, &to).cost(&from));
        cost
    }

    /// Returns the metres of the way from the middle of one street to the middle of another.
    pub(crate) fn metres(&self, from: &str, to: &str) -> u32 {
        self.cost(from, to).unwrap().millimetres() / 1000
    }

    /// Returns the seconds of the way from the middle of one street to the middle of another.
    pub(crate) fn seconds(&self, from: &str, to: &str) -> u32 {
        self.cost(from, to).unwrap().milliseconds() / 1000
    }
}
