//! Turn restrictions: relations that name the way one comes from, what one passes, and the way one may or may not go on to.
//!
//! A restriction is applied where its members are in the file, end at one another, and can be driven that way. Whatever else becomes of
//! it is counted by its reason. It judges no tags: the profiles do.

use std::collections::BTreeMap;

use catchment_travel::{Profile, StreetGraphBuilder, StreetUse, Tags, TurnReading, TurnRule};
use petgraph::graph::EdgeIndex;
use serde::Serialize;

use super::points::{Place, Points};
use super::ways::Ways;

/// What became of the turn restrictions in a file. The parts add up to all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TurnSummary {
    /// Turn restrictions in the file.
    pub read: u64,
    /// Applied, for one profile at least.
    pub applied: u64,
    /// Bind none of the profiles, such as those for lorries.
    pub others: u64,
    /// Bind at some times or under some conditions only; not applied.
    pub conditional: u64,
    /// Not of any known kind, or without the members it needs; not applied.
    pub unknown: u64,
    /// A member is not in the file or no profile can use it; not applied.
    pub missing: u64,
    /// Members do not end at one another, so that it is not clear which way is meant; not applied.
    pub unsplit: u64,
    /// Nobody could go that way anyway, because of one-way streets.
    pub idle: u64,
}

impl TurnSummary {
    fn count(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Applied => &mut self.applied,
            Outcome::Others => &mut self.others,
            Outcome::Conditional => &mut self.conditional,
            Outcome::Unknown => &mut self.unknown,
            Outcome::Missing => &mut self.missing,
            Outcome::Unsplit => &mut self.unsplit,
            Outcome::Idle => &mut self.idle,
        } += 1;
    }
}

/// What became of one; the order is that in which a restriction of several ways is told by its best part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Applied,
    Idle,
    Unsplit,
    Missing,
    Unknown,
    Conditional,
    Others,
}

/// A member of a relation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    Node(i64),
    Way(i64),
    Other,
}

/// The part a member plays in a turn restriction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    From,
    Via,
    To,
}

impl Role {
    pub(super) fn of(text: &str) -> Option<Self> {
        match text {
            "from" => Some(Self::From),
            "via" => Some(Self::Via),
            "to" => Some(Self::To),
            _ => None,
        }
    }
}

/// A turn restriction as the file has it.
#[derive(Clone, Debug)]
pub(super) struct Restriction {
    id: i64,
    tags: Vec<(Box<str>, Box<str>)>,
    members: Vec<(Role, Member)>,
}

impl Restriction {
    /// Takes a relation if it is a turn restriction.
    pub(super) fn of(
        id: i64,
        tags: &[(&str, &str)],
        members: impl Iterator<Item = (Role, Member)>,
    ) -> Option<Self> {
        let kind = Tags::new(tags).get("type")?;
        (kind == "restriction" || kind.starts_with("restriction:")).then(|| Self {
            id,
            tags: tags
                .iter()
                .map(|(key, value)| ((*key).into(), (*value).into()))
                .collect(),
            members: members.collect(),
        })
    }

    fn ways(&self, wanted: Role) -> Vec<i64> {
        let each = self.members.iter();
        each.filter_map(|(role, member)| match member {
            Member::Way(id) if *role == wanted => Some(*id),
            _ => None,
        })
        .collect()
    }
}

/// Puts restrictions in the order of their ids; of those with the same id, the first in the file stays.
pub(super) fn settle(restrictions: &mut Vec<Restriction>) {
    restrictions.sort_by_key(|restriction| restriction.id);
    restrictions.dedup_by_key(|restriction| restriction.id);
}

/// A street made of a part of a way, between two points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) edge: EdgeIndex,
}

/// A street in the direction it is travelled.
type Step = (EdgeIndex, bool);

/// The streets of the ways that restrictions name.
pub(super) struct Pieces {
    // Only ways that are named, by their place among the ways.
    of_way: BTreeMap<usize, Vec<Piece>>,
}

impl Pieces {
    /// Looks out for the ways that restrictions name.
    pub(super) fn wanted(ways: &Ways) -> Self {
        let named = ways.restrictions.iter().flat_map(|restriction| {
            let members = restriction.members.iter();
            members.filter_map(|(_, member)| match member {
                Member::Way(id) => ways.index(*id),
                _ => None,
            })
        });
        Self {
            of_way: named.map(|way| (way, Vec::new())).collect(),
        }
    }

    /// Keeps a street if its way is named. Streets of one way come in its order.
    pub(super) fn put(&mut self, way: usize, piece: Piece) {
        if let Some(pieces) = self.of_way.get_mut(&way) {
            pieces.push(piece);
        }
    }

    /// Puts all restrictions into the street graph.
    pub(super) fn restrict(
        &self,
        ways: &Ways,
        points: &Points,
        profiles: &[Profile],
        streets: &mut StreetGraphBuilder<'_>,
    ) -> TurnSummary {
        let mut summary = TurnSummary::default();
        for restriction in &ways.restrictions {
            summary.read += 1;
            summary.count(self.apply(restriction, ways, points, profiles, streets));
        }
        summary
    }

    fn apply(
        &self,
        restriction: &Restriction,
        ways: &Ways,
        points: &Points,
        profiles: &[Profile],
        streets: &mut StreetGraphBuilder<'_>,
    ) -> Outcome {
        let rules = match rules(restriction, profiles) {
            Ok(rules) => rules,
            Err(outcome) => return outcome,
        };
        let (from, to) = (restriction.ways(Role::From), restriction.ways(Role::To));
        let only = rules.contains(&Some(TurnRule::Only));
        // Several ways to come from or to go to make sense for no_entry and no_exit.
        if from.is_empty() || to.is_empty() || (from.len() > 1 && (to.len() > 1 || only)) {
            return Outcome::Unknown;
        }
        let mut best = Outcome::Others;
        for from in &from {
            for to in &to {
                let path = self.path(restriction, [*from, *to], ways, points, &|step| {
                    passable(streets.uses_of(step.0), step.1, &rules)
                });
                best = best.min(match path {
                    Ok(path) => {
                        let follows = streets.restriction(path, rules.clone());
                        if follows {
                            Outcome::Applied
                        } else {
                            Outcome::Unsplit
                        }
                    }
                    Err(outcome) => outcome,
                });
            }
        }
        best
    }

    /// Finds the streets one travels from a way over the `via` to another.
    fn path(
        &self,
        restriction: &Restriction,
        ends: [i64; 2],
        ways: &Ways,
        points: &Points,
        passable: &dyn Fn(&Step) -> bool,
    ) -> Result<Vec<Step>, Outcome> {
        let pieces = |id: i64| {
            let pieces = ways.index(id).and_then(|way| self.of_way.get(&way));
            let pieces = pieces.filter(|pieces| !pieces.is_empty());
            pieces.map(Vec::as_slice).ok_or(Outcome::Missing)
        };
        let (from, to) = (pieces(ends[0])?, pieces(ends[1])?);
        let via = restriction
            .members
            .iter()
            .filter(|(role, _)| *role == Role::Via);
        let via: Vec<Member> = via.map(|(_, member)| *member).collect();
        let chains = if let [Member::Node(id)] = via[..] {
            let here = points.index(id);
            let here = here.filter(|index| matches!(points.places()[*index], Place::At(_)));
            vec![Chain::at(here.ok_or(Outcome::Missing)? as u32)]
        } else {
            let ways: Option<Vec<i64>> = via
                .iter()
                .map(|member| match member {
                    Member::Way(id) => Some(*id),
                    _ => None,
                })
                .collect();
            let ways = ways
                .filter(|ways| !ways.is_empty())
                .ok_or(Outcome::Unknown)?;
            let ways = ways.into_iter().map(pieces);
            chains(&ways.collect::<Result<Vec<_>, _>>()?)
        };
        let mut paths = Vec::new();
        for chain in &chains {
            for first in touching(from, chain.first).map(|(edge, leaves)| (edge, !leaves)) {
                for last in touching(to, chain.last) {
                    let steps = chain.steps.iter().copied();
                    let path = std::iter::once(first).chain(steps).chain([last]);
                    paths.push(path.collect::<Vec<Step>>());
                }
            }
        }
        if paths.is_empty() {
            return Err(Outcome::Unsplit);
        }
        paths.retain(|path| path.iter().all(passable));
        match paths.len() {
            0 => Err(Outcome::Idle),
            1 => Ok(paths.swap_remove(0)),
            _ => Err(Outcome::Unsplit),
        }
    }
}

/// What a restriction does for each profile, or why it does nothing for any.
fn rules(
    restriction: &Restriction,
    profiles: &[Profile],
) -> Result<Vec<Option<TurnRule>>, Outcome> {
    let tags: Vec<(&str, &str)> = restriction
        .tags
        .iter()
        .map(|(key, value)| (&**key, &**value))
        .collect();
    let readings: Vec<TurnReading> = profiles
        .iter()
        .map(|profile| profile.turn_rule(Tags::new(&tags)))
        .collect();
    let rules: Vec<Option<TurnRule>> = readings
        .iter()
        .map(|reading| match reading {
            TurnReading::Rule(rule) => Some(*rule),
            _ => None,
        })
        .collect();
    if rules.iter().any(Option::is_some) {
        Ok(rules)
    } else if readings.contains(&TurnReading::Conditional) {
        Err(Outcome::Conditional)
    } else if readings.contains(&TurnReading::Unknown) {
        Err(Outcome::Unknown)
    } else {
        Err(Outcome::Others)
    }
}

/// Says whether a profile that is bound can travel a street in a direction.
fn passable(uses: &[StreetUse], forward: bool, rules: &[Option<TurnRule>]) -> bool {
    let open = |used: &StreetUse| if forward { used.forward } else { used.backward }.is_some();
    let mut each = uses.iter().zip(rules);
    each.any(|(used, rule)| rule.is_some() && open(used))
}

/// Lists the streets of a way that end at a point, in the direction that leaves it.
fn touching(pieces: &[Piece], point: u32) -> impl Iterator<Item = Step> {
    pieces.iter().flat_map(move |piece| {
        let forth = (piece.from == point).then_some((piece.edge, true));
        let back = (piece.to == point).then_some((piece.edge, false));
        forth.into_iter().chain(back)
    })
}

/// What lies between: the points it begins and ends at, and the streets.
struct Chain {
    first: u32,
    last: u32,
    steps: Vec<Step>,
}

impl Chain {
    fn at(point: u32) -> Self {
        Self {
            first: point,
            last: point,
            steps: Vec::new(),
        }
    }

    /// Goes on over a whole way from where it is, if the way begins or ends here and is whole.
    fn over(mut self, pieces: &[Piece], backward: bool) -> Option<Self> {
        let mut pieces = pieces.to_vec();
        if backward {
            pieces.reverse();
            for piece in &mut pieces {
                (piece.from, piece.to) = (piece.to, piece.from);
            }
        }
        for piece in pieces {
            if piece.from != self.last {
                return None;
            }
            self.steps.push((piece.edge, !backward));
            self.last = piece.to;
        }
        Some(self)
    }
}

/// Finds how ways can follow one another, in the order they are named or in the opposite one.
fn chains(ways: &[&[Piece]]) -> Vec<Chain> {
    let mut chains = Vec::new();
    for turned in [false, true] {
        if turned && ways.len() == 1 {
            break;
        }
        let mut ordered = ways.to_vec();
        if turned {
            ordered.reverse();
        }
        let [first, .., last] = ordered[0] else {
            let [only] = ordered[0] else { continue };
            chains.extend(from_point(only.from, &ordered));
            chains.extend(from_point(only.to, &ordered));
            continue;
        };
        chains.extend(from_point(first.from, &ordered));
        chains.extend(from_point(last.to, &ordered));
    }
    chains
}

/// Follows ways one after the other from a point, each either way round.
fn from_point(point: u32, ways: &[&[Piece]]) -> Option<Chain> {
    let mut chain = Chain::at(point);
    for pieces in ways {
        let here = Chain {
            steps: chain.steps.clone(),
            ..chain
        };
        chain = here
            .over(pieces, false)
            .or_else(|| chain.over(pieces, true))?;
    }
    Some(chain)
}
