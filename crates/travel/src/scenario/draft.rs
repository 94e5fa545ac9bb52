//! A network while changes are made to it.

use std::collections::{BTreeMap, BTreeSet};

use super::pick::{nearest, pick};
use super::{Change, ChangeReport, Changed, NewStreetPlan, ScenarioError, Way, Which};
use crate::graph::{Unknown, shape_length};
use crate::hierarchy::NO_NODE;
use crate::network::{Dart, FrozenStreet, NO_DART, Plan, StreetClass, StreetNetwork, kept};
use crate::snap::Snap;
use crate::units::{KmPerHour, Metres};

/// Nearer than this to the end of a street a new one is joined to its junction; millimetres.
const AT_JUNCTION: u32 = 1000;

/// A piece of a street that was cut.
#[derive(Clone, Copy)]
struct Piece {
    /// Where on the whole street it begins, in millimetres.
    start: u32,
    street: u32,
}

/// A network while changes are made to it.
pub(super) struct Draft<'n> {
    network: &'n StreetNetwork,
    plan: Plan,
    /// The shapes of streets that are new or were cut.
    shapes: BTreeMap<u32, Vec<[f64; 2]>>,
    /// The pieces of each street that was cut, in the order of its drawing.
    pieces: BTreeMap<u32, Vec<Piece>>,
    closed: BTreeSet<u32>,
    opened: BTreeSet<u32>,
    speeds: BTreeSet<u32>,
}

impl<'n> Draft<'n> {
    pub(super) fn new(network: &'n StreetNetwork) -> Self {
        Self {
            network,
            plan: Plan::of(network),
            shapes: BTreeMap::new(),
            pieces: BTreeMap::new(),
            closed: BTreeSet::new(),
            opened: BTreeSet::new(),
            speeds: BTreeSet::new(),
        }
    }

    pub(super) fn make(&mut self, change: &Change) -> Result<(), ScenarioError> {
        match change {
            Change::Close { which, way } => {
                for dart in self.darts(which, *way)? {
                    let street = &mut self.plan.streets[dart as usize / 2];
                    if street.time(dart).is_some() {
                        street.close(dart);
                        self.closed.insert(dart / 2);
                    }
                }
            }
            Change::Open { which, way, speed } => {
                speed.map_or(Ok(()), usable)?;
                for dart in self.darts(which, *way)? {
                    self.open(dart, *speed)?;
                }
            }
            Change::Speed { which, way, speed } => {
                usable(*speed)?;
                for dart in self.darts(which, *way)? {
                    let street = &mut self.plan.streets[dart as usize / 2];
                    if street.time(dart).is_some() {
                        street.go_at(dart, *speed);
                        self.speeds.insert(dart / 2);
                    }
                }
            }
            Change::Add(plan) => self.add(plan)?,
        }
        Ok(())
    }

    /// Lists the streets and directions that a change is to, pieces of a street that was cut included.
    fn darts(&self, which: &Which, way: Way) -> Result<Vec<Dart>, ScenarioError> {
        let streets = pick(self.network, which)?;
        let pieces = streets.into_iter().flat_map(|street| {
            let cut = self.pieces.get(&street);
            cut.map_or(vec![street], |pieces| {
                pieces.iter().map(|piece| piece.street).collect()
            })
        });
        Ok(pieces.flat_map(|street| way.darts(street)).collect())
    }

    fn open(&mut self, dart: Dart, speed: Option<KmPerHour>) -> Result<(), ScenarioError> {
        let street = &mut self.plan.streets[dart as usize / 2];
        if street.time(dart).is_some() {
            return Ok(());
        }
        match speed {
            Some(speed) => street.go_at(dart, speed),
            None if street.is_open() => street.go_as_the_other_way(dart),
            None => return Err(ScenarioError::SpeedUnknown { street: dart / 2 }),
        }
        self.opened.insert(dart / 2);
        Ok(())
    }

    fn add(&mut self, new: &NewStreetPlan) -> Result<(), ScenarioError> {
        let finite = new.line.iter().flatten().all(|value| value.is_finite());
        let ([first, .., last], true) = (&new.line[..], finite) else {
            return Err(ScenarioError::Line);
        };
        let speeds = [new.forward, new.backward];
        if speeds == [None; 2] {
            return Err(ScenarioError::Line);
        }
        speeds.into_iter().flatten().try_for_each(usable)?;
        let ends = [
            self.joined(*first, new.within)?,
            self.joined(*last, new.within)?,
        ];
        let inner = &new.line[1..new.line.len() - 1];
        let mut shape = vec![self.plan.junctions[ends[0] as usize]];
        shape.extend(inner);
        shape.push(self.plan.junctions[ends[1] as usize]);
        let millimetres = (shape_length(&shape) * 1000.0).round();
        if ends[0] == ends[1] || !(0.0..1.0e9).contains(&millimetres) {
            return Err(ScenarioError::Line);
        }
        let name = self.name(new.name.as_deref().unwrap_or_default());
        let mut street = FrozenStreet::added(ends, millimetres as u32, new.class, name);
        for (dart, speed) in (0..).zip(speeds) {
            if let Some(speed) = speed {
                street.go_at(dart, speed);
            }
        }
        if self.plan.profile.limits.is_some() {
            let all = [Unknown::SURFACE, Unknown::WIDTH, Unknown::INCLINE];
            street.unknown = all.into_iter().fold(Unknown::NOTHING, Unknown::with);
        }
        self.shapes.insert(self.plan.streets.len() as u32, shape);
        self.plan.streets.push(street);
        Ok(())
    }

    fn name(&mut self, name: &str) -> u32 {
        let names = &mut self.plan.names;
        let known = names.iter().position(|own| own == name);
        known.unwrap_or_else(|| {
            names.push(name.to_owned());
            names.len() - 1
        }) as u32
    }

    /// Returns the junction where a new street that ends at a point is joined: at the open street nearest to it, whatever its class. A
    /// ferry is joined at its landings only.
    fn joined(&mut self, point: [f64; 2], within: Metres) -> Result<u32, ScenarioError> {
        let snap = nearest(self.network, FrozenStreet::is_open, point, within)?;
        self.junction_at(&snap)
            .ok_or(ScenarioError::Ferry { point })
    }

    /// Returns the junction at a point of a street of the network before, and cuts the street there if there is none. Nothing where that
    /// would be a junction at sea.
    fn junction_at(&mut self, snap: &Snap) -> Option<u32> {
        let whole = snap.street();
        let offset = snap.gone(whole * 2, &self.network.streets[whole as usize]);
        let uncut = vec![Piece {
            start: 0,
            street: whole,
        }];
        let pieces = self.pieces.get(&whole).cloned().unwrap_or(uncut);
        let place = pieces.iter().rposition(|piece| piece.start <= offset);
        let place = place.unwrap_or(0);
        let Piece { start, street } = pieces[place];
        let own = self.plan.streets[street as usize];
        let (gone, left) = (
            offset - start,
            own.millimetres.saturating_sub(offset - start),
        );
        if gone.min(left) < AT_JUNCTION {
            return Some(if gone <= left { own.from } else { own.to });
        }
        let at_sea = own.class() == StreetClass::Ferry;
        (!at_sea).then(|| self.cut(whole, pieces, place, gone, snap.point()))
    }

    /// Cuts a piece of a street in two so many millimetres from where it begins, and returns the new junction.
    fn cut(
        &mut self,
        whole: u32,
        mut pieces: Vec<Piece>,
        place: usize,
        gone: u32,
        point: [f64; 2],
    ) -> u32 {
        let Piece { start, street } = pieces[place];
        let junction = self.plan.junctions.len() as u32;
        self.plan.junctions.push(point);
        let new = self.plan.streets.len() as u32;
        let [first, second] = self.plan.streets[street as usize].cut(gone, junction);
        self.plan.streets[street as usize] = first;
        self.plan.streets.push(second);
        let shape = self.shape(street);
        let (one, other) = parted(&shape, gone, point);
        self.shapes.insert(street, one);
        self.shapes.insert(new, other);
        let both = Piece {
            start: start + gone,
            street: new,
        };
        pieces.insert(place + 1, both);
        self.pieces.insert(whole, pieces);
        for set in [&mut self.closed, &mut self.opened, &mut self.speeds] {
            if set.contains(&street) {
                set.insert(new);
            }
        }
        for sequence in &mut self.plan.sequences {
            sequence.path = recut(&sequence.path, street, new);
        }
        junction
    }

    fn shape(&self, street: u32) -> Vec<[f64; 2]> {
        let own = self.shapes.get(&street).cloned();
        own.unwrap_or_else(|| self.network.shape(street as usize).to_vec())
    }

    pub(super) fn finish(mut self) -> Result<Changed<'n>, ScenarioError> {
        if !self.shapes.is_empty() {
            let mut points = Vec::with_capacity(self.plan.points.len());
            for street in 0..self.plan.streets.len() as u32 {
                self.plan.streets[street as usize].first_point = points.len() as u32;
                match self.shapes.get(&street) {
                    Some(shape) => points.extend(shape),
                    None => points.extend(self.network.shape(street as usize)),
                }
            }
            self.plan.points = points;
        }
        let expansion = self.plan.expand()?;
        let counts: Vec<u32> = (0..expansion.arrival.len() as u32)
            .map(|dart| expansion.nodes_of_dart(dart))
            .collect();
        let Self {
            network: before,
            plan,
            pieces,
            closed,
            opened,
            speeds,
            ..
        } = self;
        let network = plan.network(expansion)?;
        let was = was(before, &network, &pieces, &counts);
        let streets = &network.streets;
        let reached = kept(network.searched(), streets);
        let cut_off: Vec<u32> = (0..)
            .zip(reached.iter().zip(streets.iter()))
            .filter(|(_, (reached, street))| !**reached && street.is_open())
            .map(|(number, _)| number)
            .collect();
        let millimetres = cut_off
            .iter()
            .map(|street| u64::from(streets[*street as usize].millimetres))
            .sum::<u64>();
        let report = ChangeReport {
            closed: closed.into_iter().collect(),
            opened: opened.into_iter().collect(),
            speeds: speeds.into_iter().collect(),
            added: (before.street_count() as u32..network.street_count() as u32).collect(),
            cut_off_length: Metres::new(millimetres as f64 / 1000.0),
            cut_off,
        };
        Ok(Changed {
            before,
            network,
            report,
            was,
        })
    }
}

fn usable(speed: KmPerHour) -> Result<(), ScenarioError> {
    if (0.1..=300.0).contains(&speed.value()) {
        Ok(())
    } else {
        Err(ScenarioError::Speed { speed })
    }
}

/// Cuts a shape in two at a point on it, so many millimetres from its beginning.
fn parted(shape: &[[f64; 2]], gone: u32, point: [f64; 2]) -> (Vec<[f64; 2]>, Vec<[f64; 2]>) {
    let metres = f64::from(gone) / 1000.0;
    let mut walked = 0.0;
    let mut inner = 1;
    for ends in shape.windows(2).take(shape.len() - 2) {
        walked += (ends[1][0] - ends[0][0]).hypot(ends[1][1] - ends[0][1]);
        if walked >= metres {
            break;
        }
        inner += 1;
    }
    let mut first = shape[..inner].to_vec();
    first.push(point);
    let mut second = vec![point];
    second.extend_from_slice(&shape[inner..]);
    (first, second)
}

/// Writes a turn restriction anew after a street of it was cut in two. Of the street one comes from only the piece that leads to the turn
/// counts, of the one that is gone to only the piece that follows it.
fn recut(path: &[Dart], street: u32, new: u32) -> Vec<Dart> {
    let last = path.len().saturating_sub(1);
    let each = path.iter().enumerate().flat_map(|(place, dart)| {
        if *dart == NO_DART || dart / 2 != street {
            return vec![*dart];
        }
        let pieces = if dart % 2 == 0 {
            [street * 2, new * 2]
        } else {
            [new * 2 + 1, street * 2 + 1]
        };
        match place {
            0 => vec![pieces[1]],
            place if place == last => vec![pieces[0]],
            _ => pieces.to_vec(),
        }
    });
    each.collect()
}

/// Finds for each search node the one it was: that of whoever comes to the same junction by the same street, knowing the same.
fn was(
    before: &StreetNetwork,
    network: &StreetNetwork,
    pieces: &BTreeMap<u32, Vec<Piece>>,
    counts: &[u32],
) -> Vec<u32> {
    let mut was = vec![NO_NODE; network.node_count()];
    let mut taken = vec![false; before.node_count()];
    let mut origin: Vec<Dart> = (0..network.arrival.len() as u32)
        .map(|dart| {
            let known = (dart as usize) < before.arrival.len();
            if known { dart } else { NO_DART }
        })
        .collect();
    for (whole, pieces) in pieces {
        if let [.., last] = pieces[..] {
            // One arrives at the end of the street by its last piece, and at its beginning by its first.
            origin[*whole as usize * 2] = NO_DART;
            origin[last.street as usize * 2] = whole * 2;
        }
    }
    for (dart, origin) in origin.iter().enumerate() {
        let old = before.arrival.get(*origin as usize).copied();
        let (Some(old), new) = (old, network.arrival[dart]) else {
            continue;
        };
        if old == NO_NODE || new == NO_NODE {
            continue;
        }
        for step in 0..counts[dart] {
            let [old, new] = [old + step, new + step];
            let fits = (old as usize) < taken.len()
                && !taken[old as usize]
                && was[new as usize] == NO_NODE
                && before.node_phase(old) == network.node_phase(new)
                && before.node_junction(old) == network.node_junction(new);
            if fits {
                was[new as usize] = old;
                taken[old as usize] = true;
            }
        }
    }
    was
}
