//! The store that every part of the street generator draws into: nodes, the ways over them, and what each way is.
//!
//! It knows how streets are tagged and how fast a car goes on them. It does not decide where they run.

use std::collections::BTreeMap;

use crate::geometry::{Point, line_length, simplify};

/// What sort of way it is, in the words of `OpenStreetMap`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Trunk,
    Primary,
    Secondary,
    Tertiary,
    Unclassified,
    Residential,
    LivingStreet,
    Service,
    Pedestrian,
    Footway,
    Cycleway,
    Path,
    Track,
    Steps,
    /// The chain ferry: `route=ferry`, not a highway.
    Ferry,
}

impl Class {
    /// The value of the `highway` tag.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Trunk => "trunk",
            Self::Primary => "primary",
            Self::Secondary => "secondary",
            Self::Tertiary => "tertiary",
            Self::Unclassified => "unclassified",
            Self::Residential => "residential",
            Self::LivingStreet => "living_street",
            Self::Service => "service",
            Self::Pedestrian => "pedestrian",
            Self::Footway => "footway",
            Self::Cycleway => "cycleway",
            Self::Path => "path",
            Self::Track => "track",
            Self::Steps => "steps",
            Self::Ferry => "ferry",
        }
    }

    /// The speed a car is taken to go where no limit is signed, km/h; `None` where it may not go.
    pub(crate) fn car_speed(self) -> Option<f64> {
        match self {
            Self::Trunk => Some(85.0),
            Self::Primary => Some(65.0),
            Self::Secondary => Some(55.0),
            Self::Tertiary => Some(50.0),
            Self::Unclassified => Some(40.0),
            Self::Residential => Some(30.0),
            Self::LivingStreet => Some(10.0),
            Self::Service => Some(15.0),
            _ => None,
        }
    }

    /// Whether the way is a main road.
    pub(crate) fn main(self) -> bool {
        self <= Self::Tertiary
    }
}

/// A way over nodes.
#[derive(Clone, Debug)]
pub(crate) struct Street {
    /// The nodes in order.
    pub(crate) nodes: Vec<u32>,
    /// What sort of way.
    pub(crate) class: Class,
    /// Its name, where it has one.
    pub(crate) name: Option<String>,
    /// Whether it may be driven in the order of its nodes only.
    pub(crate) one_way: bool,
    /// The signed limit, miles an hour.
    pub(crate) limit: Option<u32>,
    /// Any other tags.
    pub(crate) tags: Vec<(&'static str, String)>,
    /// Whether it is part of a roundabout.
    pub(crate) roundabout: bool,
}

impl Street {
    /// A way that is nothing but its class yet.
    pub(crate) fn plain(nodes: Vec<u32>, class: Class) -> Self {
        Self {
            nodes,
            class,
            name: None,
            one_way: false,
            limit: None,
            tags: Vec::new(),
            roundabout: false,
        }
    }

    /// Whether a tag has a value.
    pub(crate) fn has(&self, key: &str, value: &str) -> bool {
        self.tags.iter().any(|(k, v)| *k == key && v == value)
    }

    /// The speed of a car, km/h; `None` where it may not go.
    pub(crate) fn car_speed(&self) -> Option<f64> {
        if self.has("access", "private") || self.has("access", "no") {
            return None;
        }
        let speed = self.class.car_speed()?;
        Some(
            self.limit
                .map_or(speed, |limit| f64::from(limit) * 1.609_344),
        )
    }
}

/// All streets, and the nodes they run over.
#[derive(Debug, Default)]
pub(crate) struct Streets {
    /// Where each node is, local metres.
    pub(crate) points: Vec<Point>,
    /// How many segments end at each node.
    pub(crate) degree: Vec<u8>,
    /// Nodes at which no street may begin or end.
    pub(crate) locked: Vec<bool>,
    /// Locked nodes that a street may run up to without reaching: those of a railway or a wall.
    pub(crate) walls: Vec<bool>,
    /// The ways.
    pub(crate) ways: Vec<Street>,
    /// Gates and bollards.
    pub(crate) barriers: BTreeMap<u32, &'static str>,
    /// Nodes in the order that the file keeps.
    pub(crate) traffic_signals: Vec<u32>,
}

impl Streets {
    /// Adds a node.
    pub(crate) fn node(&mut self, p: Point) -> u32 {
        self.points.push(p);
        self.degree.push(0);
        self.locked.push(false);
        self.walls.push(false);
        (self.points.len() - 1) as u32
    }

    /// Where a node is.
    pub(crate) fn point(&self, node: u32) -> Point {
        self.points[node as usize]
    }

    /// Adds a way and counts its segments at its nodes.
    pub(crate) fn lay(&mut self, street: Street) {
        for pair in street.nodes.windows(2) {
            for &node in pair {
                let degree = &mut self.degree[node as usize];
                *degree = degree.saturating_add(1);
            }
        }
        self.ways.push(street);
    }

    /// The points of a way.
    pub(crate) fn line(&self, street: &Street) -> Vec<Point> {
        street.nodes.iter().map(|&node| self.point(node)).collect()
    }

    /// The length of a way, metres.
    pub(crate) fn length(&self, street: &Street) -> f64 {
        line_length(&self.line(street))
    }

    /// Drops the nodes that neither join ways nor show a bend of more than `tolerance` metres, and those of no way;
    /// numbers the rest anew.
    pub(crate) fn tidy(&mut self, tolerance: f64) {
        let mut uses = vec![0_u8; self.points.len()];
        for way in &self.ways {
            let mut last = None;
            for &node in &way.nodes {
                let use_count = &mut uses[node as usize];
                *use_count = use_count.saturating_add(1);
                last = Some(node);
            }
            for node in [way.nodes.first().copied(), last].into_iter().flatten() {
                uses[node as usize] = uses[node as usize].saturating_add(1);
            }
        }
        let mut keep = vec![false; self.points.len()];
        for node in self.barriers.keys() {
            keep[*node as usize] = true;
        }
        for way in &self.ways {
            let fixed: Vec<usize> = (0..way.nodes.len())
                .filter(|&at| uses[way.nodes[at] as usize] > 1)
                .collect();
            for ends in fixed.windows(2) {
                let part = &way.nodes[ends[0]..=ends[1]];
                let line: Vec<Point> = part.iter().map(|&node| self.point(node)).collect();
                let mut kept = vec![false; line.len()];
                simplify(
                    &line,
                    if way.roundabout { 0.0 } else { tolerance },
                    &mut kept,
                );
                for (&node, kept) in part.iter().zip(kept) {
                    keep[node as usize] |= kept;
                }
            }
        }
        self.renumber(&keep);
    }

    fn renumber(&mut self, keep: &[bool]) {
        let mut number = vec![u32::MAX; keep.len()];
        let mut points = Vec::new();
        for (node, _) in keep.iter().enumerate().filter(|(_, kept)| **kept) {
            number[node] = points.len() as u32;
            points.push(self.points[node]);
        }
        for way in &mut self.ways {
            way.nodes = way
                .nodes
                .iter()
                .map(|&node| number[node as usize])
                .filter(|&node| node != u32::MAX)
                .collect();
        }
        self.barriers = std::mem::take(&mut self.barriers)
            .into_iter()
            .map(|(node, kind)| (number[node as usize], kind))
            .filter(|(node, _)| *node != u32::MAX)
            .collect();
        self.traffic_signals
            .retain(|&node| number[node as usize] != u32::MAX);
        for node in &mut self.traffic_signals {
            *node = number[*node as usize];
        }
        self.degree = vec![0; points.len()];
        self.locked = vec![false; points.len()];
        self.walls = vec![false; points.len()];
        self.points = points;
        for way in std::mem::take(&mut self.ways) {
            self.lay(way);
        }
    }
}
