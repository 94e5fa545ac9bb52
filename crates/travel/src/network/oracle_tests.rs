//! The expanded graph held against a search that reads the list of restrictions at every step: slow and obviously right.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use petgraph::graph::EdgeIndex;
use proptest::prelude::*;

use crate::network::turning::Turning;
use crate::snap::nearest_of;
use crate::units::Seconds;
use crate::{
    Cost, Metres, Metric, PreparedNetwork, Profile, Snap, Snapper, StreetGraph, StreetGraphBuilder,
    StreetNetwork, Tags, TurnRule, costs_from, costs_to, matrix,
};

/// Where one is in a journey: on the way along the last street of those travelled so far.
type Place = (Vec<u32>, u8);

/// The network's streets with the restrictions of the graph they were frozen from.
pub(crate) struct Oracle<'a> {
    network: &'a StreetNetwork,
    restrictions: Vec<(Vec<u32>, TurnRule)>,
    turning: Turning,
}

impl<'a> Oracle<'a> {
    pub(crate) fn new(graph: &StreetGraph, network: &'a StreetNetwork) -> Self {
        // Streets are frozen in the order of the graph, some left out; no two have the same shape.
        let mut numbers = BTreeMap::new();
        for edge in graph.graph().edge_indices() {
            let shape = &graph.graph()[edge].shape;
            let same = (0..network.street_count()).find(|street| network.shape(*street) == shape);
            numbers.insert(edge, same.map(|street| street as u32));
        }
        let mut restrictions = Vec::new();
        for restriction in graph.restrictions() {
            let open = |(edge, forward): &(EdgeIndex, bool)| {
                let used = graph.graph()[*edge].uses[0];
                if *forward {
                    used.forward
                } else {
                    used.backward
                }
                .is_some()
            };
            if !restriction.path.iter().all(open) {
                continue;
            }
            let dart = |(edge, forward): &(EdgeIndex, bool)| {
                numbers[edge].map_or(u32::MAX, |street| street * 2 + u32::from(!forward))
            };
            let path = restriction.path.iter().map(dart).collect();
            restrictions.push((path, restriction.rules[0].unwrap()));
        }
        let shapes = (0..network.street_count()).map(|street| network.shape(street));
        Self {
            network,
            restrictions,
            turning: Turning::new(&network.profile().turns, shapes),
        }
    }

    fn leaving(&self, junction: u32) -> Vec<u32> {
        let darts = 0..self.network.street_count() as u32 * 2;
        let street = |dart: u32| self.network.streets[dart as usize / 2];
        darts
            .filter(|dart| street(*dart).time(*dart).is_some())
            .filter(|dart| street(*dart).tail(*dart) == junction)
            .collect()
    }

    fn is_open(&self, dart: u32) -> bool {
        let street = &self.network.streets[dart as usize / 2];
        street.time(dart).is_some()
    }

    /// How many ends of streets, open or closed, are at a junction.
    fn arms(&self, junction: u32) -> usize {
        let streets = self.network.streets.iter();
        let ends = streets.flat_map(|street| [street.from, street.to]);
        ends.filter(|end| *end == junction).count()
    }

    /// Whether at a junction it matters how one came.
    fn matters(&self, junction: u32) -> bool {
        let head = |dart: &u32| self.network.streets[*dart as usize / 2].head(*dart);
        let bound = self.restrictions.iter().any(|(path, _)| {
            let (_, before) = path.split_last().unwrap();
            !before.contains(&u32::MAX) && before.iter().any(|dart| head(dart) == junction)
                // One that names a street that is gone forbids nothing.
                && (path.last() != Some(&u32::MAX) || self.is_only(path))
        });
        bound || self.turning.everywhere()
    }

    fn is_only(&self, path: &[u32]) -> bool {
        self.restrictions
            .iter()
            .any(|(other, rule)| other == path && *rule == TurnRule::Only)
    }

    /// What the turn costs from the streets travelled to another, if it is allowed.
    pub(crate) fn turn(&self, travelled: &[u32], to: u32) -> Option<u32> {
        let last = *travelled.last().unwrap();
        let junction = self.network.streets[last as usize / 2].head(last);
        let mut ordered = false;
        for (path, rule) in &self.restrictions {
            let (goal, before) = path.split_last().unwrap();
            if !travelled.ends_with(before) {
                continue;
            }
            match rule {
                TurnRule::No if *goal == to => return None,
                TurnRule::No => {}
                // A street that was closed is not ordered; one that was left out is.
                TurnRule::Only if *goal != u32::MAX && !self.is_open(*goal) => {}
                TurnRule::Only => {
                    let same = |(other, rule): &&(Vec<u32>, TurnRule)| {
                        *rule == TurnRule::Only
                            && other.split_last().is_some_and(|(_, other)| other == before)
                    };
                    let mut goals = self.restrictions.iter().filter(same);
                    if !goals.any(|(other, _)| other.last() == Some(&to)) {
                        return None;
                    }
                    ordered = true;
                }
            }
        }
        if !self.matters(junction) {
            return Some(0);
        }
        if to != last ^ 1 {
            return Some(self.turning.cost(last, to, self.arms(junction)));
        }
        let dead_end = self.leaving(junction) == [to];
        let price = self.turning.u_turn();
        (dead_end || ordered || price.is_some()).then(|| price.unwrap_or(0))
    }

    /// 0 while on streets for the ends of journeys, 1 on public ones, 2 on those of the end.
    pub(crate) fn phase(&self, before: u8, to: u32) -> Option<u8> {
        match (before, self.network.is_ends_only(to / 2)) {
            (0, true) => Some(0),
            (0 | 1, false) => Some(1),
            (1 | 2, true) => Some(2),
            _ => None,
        }
    }

    /// Returns the least cost from one point within a street to another.
    pub(crate) fn cost(&self, from: &Snap, to: &Snap) -> Option<Cost> {
        let mut best = from.along(to, self.network);
        let mut costs: BTreeMap<Place, Cost> = BTreeMap::new();
        let mut queue = BinaryHeap::new();
        for dart in [from.street() * 2, from.street() * 2 + 1] {
            if let Some(cost) = from.rest(dart, self.network) {
                let phase = u8::from(!self.network.is_ends_only(from.street()));
                queue.push(Reverse((cost, (vec![dart], phase))));
            }
        }
        while let Some(Reverse((cost, place))) = queue.pop() {
            if costs.get(&place).is_some_and(|known| *known <= cost) {
                continue;
            }
            let (travelled, phase) = place.clone();
            costs.insert(place, cost);
            let last = *travelled.last().unwrap();
            for dart in self.leaving(self.network.streets[last as usize / 2].head(last)) {
                let turn = self.turn(&travelled, dart).zip(self.phase(phase, dart));
                let Some((turn, phase)) = turn else { continue };
                let cost = cost + Cost::new(turn, 0);
                if dart / 2 == to.street() {
                    let arrived = to.begun(dart, self.network).map(|part| cost + part);
                    best = best.into_iter().chain(arrived).min();
                }
                let street = &self.network.streets[dart as usize / 2];
                let cost = cost + street.cost(dart, self.network.metric());
                let mut travelled = travelled.clone();
                travelled.push(dart);
                // No restriction here looks further back than three streets.
                if travelled.len() > 3 {
                    travelled.remove(0);
                }
                queue.push(Reverse((cost, (travelled, phase))));
            }
        }
        best
    }
}

pub(crate) type Drawn = (
    Vec<(u32, u32)>,
    Vec<(prop::sample::Index, prop::sample::Index, usize)>,
    Vec<(Vec<prop::sample::Index>, bool)>,
);

pub(crate) fn drawn() -> impl Strategy<Value = Drawn> {
    (
        prop::collection::vec((0u32..600, 0u32..600), 3..9),
        prop::collection::vec(
            (
                any::<prop::sample::Index>(),
                any::<prop::sample::Index>(),
                0usize..8,
            ),
            4..14,
        ),
        prop::collection::vec(
            (
                prop::collection::vec(any::<prop::sample::Index>(), 2..5),
                prop::bool::weighted(0.25),
            ),
            0..10,
        ),
    )
}

/// Builds the streets; a restriction starts on a street and goes on at random, back the same way too.
pub(crate) fn build(profile: &Profile, (points, streets, rules): &Drawn) -> StreetGraph {
    let profiles = std::slice::from_ref(profile);
    let mut builder = StreetGraphBuilder::new(profiles);
    let points: Vec<[f64; 2]> = points
        .iter()
        .map(|(x, y)| [f64::from(*x), f64::from(*y)])
        .collect();
    let junctions: Vec<_> = points
        .iter()
        .map(|point| builder.junction(*point, Tags::new(&[])))
        .collect();
    let kinds: [&[(&str, &str)]; 8] = [
        &[("highway", "primary")],
        &[("highway", "residential"), ("maxspeed", "20 mph")],
        &[("highway", "residential"), ("oneway", "yes")],
        &[("highway", "service"), ("oneway", "-1")],
        &[("highway", "service"), ("access", "private")],
        &[
            ("highway", "service"),
            ("access", "destination"),
            ("oneway", "yes"),
        ],
        &[("highway", "tertiary")],
        &[("highway", "secondary")],
    ];
    let mut ends = Vec::new();
    for (number, (from, to, kind)) in streets.iter().enumerate() {
        let (from, to) = (from.index(points.len()), to.index(points.len()));
        let middle = [
            f64::midpoint(points[from][0], points[to][0]) + 11.0 + number as f64,
            f64::midpoint(points[from][1], points[to][1]) + 3.0,
        ];
        let shape = vec![points[from], middle, points[to]];
        builder.street(
            junctions[from],
            junctions[to],
            shape,
            Tags::new(kinds[*kind]),
            None,
        );
        ends.push((from, to));
    }
    let graph = builder.finish();
    let mut builder = StreetGraphBuilder::resume(profiles, graph);
    for (steps, only) in rules {
        let rule = if *only { TurnRule::Only } else { TurnRule::No };
        assert!(builder.restriction(walk(steps, &ends), vec![Some(rule)]));
    }
    builder.finish()
}

/// Starts on a street and goes on at random, over streets between these ends.
fn walk(steps: &[prop::sample::Index], ends: &[(usize, usize)]) -> Vec<(EdgeIndex, bool)> {
    let tail = |(street, forward): (usize, bool)| {
        if forward {
            ends[street].0
        } else {
            ends[street].1
        }
    };
    let first = steps[0].index(ends.len() * 2);
    let mut path = vec![(first / 2, first.is_multiple_of(2))];
    for step in &steps[1..] {
        let (street, forward) = path[path.len() - 1];
        let at = tail((street, !forward));
        let onward: Vec<(usize, bool)> = (0..ends.len())
            .flat_map(|street| [(street, true), (street, false)])
            .filter(|dart| at == tail(*dart))
            .collect();
        path.push(onward[step.index(onward.len())]);
    }
    path.into_iter()
        .map(|(street, forward)| (EdgeIndex::new(street), forward))
        .collect()
}

/// A point in the middle of every street.
pub(crate) fn middles(network: &StreetNetwork) -> Vec<Snap> {
    let snapper = Snapper::new(network);
    let middle = |street| network.shape(street)[1];
    (0..network.street_count())
        .filter_map(|street| snapper.snap(middle(street), Metres::new(0.01)).ok())
        .filter(|snap| {
            snap.rest(snap.street() * 2, network).is_some()
                || snap.rest(snap.street() * 2 + 1, network).is_some()
        })
        .collect()
}

pub(crate) fn profiles() -> [Profile; 3] {
    let mut turns = Profile::drive();
    turns.turns.penalty = Seconds::new(7.5);
    turns.turns.u_turn = Some(Seconds::new(20.0));
    let mut sharp = Profile::drive();
    sharp.turns.penalty = Seconds::new(60.0);
    sharp.turns.bias = 1.0 / 1.075;
    [Profile::drive(), turns, sharp]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn the_expanded_graph_is_the_list_of_restrictions(town in drawn(), which in 0usize..3) {
        let profile = &profiles()[which];
        let graph = build(profile, &town);
        let Ok((network, report)) = graph.freeze(0, profile) else { return Ok(()) };
        let oracle = Oracle::new(&graph, &network);
        let snaps = middles(&network);
        for from in &snaps {
            let tree = costs_from(&network, from);
            for to in &snaps {
                let expected = oracle.cost(from, to);
                prop_assert_eq!(tree.cost(to), expected);
                prop_assert_eq!(costs_to(&network, to).cost(from), expected);
                // What is kept is connected both ways.
                prop_assert!(expected.is_some());
            }
        }
        prop_assert!(report.nodes >= network.junction_count());
    }

    #[test]
    fn another_metric_is_as_if_frozen_for_it(town in drawn(), which in 0usize..3) {
        let profile = &profiles()[which];
        let graph = build(profile, &town);
        let Ok((fastest, _)) = graph.freeze(0, profile) else { return Ok(()) };
        let frozen = graph.freeze_by(0, profile, Metric::ShortestDistance);
        let (frozen, _) = frozen.map_err(|error| TestCaseError::fail(error.to_string()))?;
        let turned = fastest.by_metric(Metric::ShortestDistance);
        prop_assert!(turned.validate().is_ok());
        let snaps = middles(&frozen);
        let expected = matrix(&frozen, &snaps, &snaps);
        prop_assert_eq!(&matrix(&turned, &snaps, &snaps), &expected);
        let prepared = PreparedNetwork::new(turned);
        let many = prepared.many().matrix(&snaps[..], &snaps[..]);
        for (from, to) in (0..snaps.len()).flat_map(|from| (0..snaps.len()).map(move |to| (from, to))) {
            let told = many.at(from, to).map(|cost| prepared.network().told(cost));
            prop_assert_eq!(told, expected.at(from, to));
        }
    }

    #[test]
    fn streets_joined_cost_what_they_did(mut town in drawn(), bound: bool) {
        let profile = Profile::drive();
        if !bound {
            town.2.clear();
        }
        let graph = build(&profile, &town);
        let Ok((apart, _)) = graph.freeze(0, &profile) else { return Ok(()) };
        let (graph, report) = graph.condensed();
        prop_assert!(report.streets <= report.streets_before);
        let (joined, _) = graph.freeze(0, &profile).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let as_long = (apart.length().value() - joined.length().value()).abs() < 0.05;
        if bound && !as_long {
            // Where streets are joined nobody turns round any more, so what is connected by that alone is left out.
            return Ok(());
        }
        prop_assert!(as_long);
        let (before, after) = (Snapper::new(&apart), Snapper::new(&joined));
        // A place on two streets is put on the first, and which is first is not the same in both.
        let alone = |snap: &&Snap| {
            let own = apart.streets[snap.street() as usize].first_point;
            nearest_of(&apart, |other| other.first_point != own, snap.point(), Metres::new(0.001)).is_err()
        };
        let places: Vec<[f64; 2]> = middles(&apart).iter().filter(alone).map(Snap::point).collect();
        for (from, to) in places.iter().zip(places.iter().skip(1)) {
            let cost = |network: &StreetNetwork, snapper: &Snapper<'_>| {
                let [from, to] = [from, to].map(|place| snapper.snap(*place, Metres::new(1.0)).unwrap());
                costs_from(network, &from).cost(&to)
            };
            let (before, after) = (cost(&apart, &before), cost(&joined, &after));
            let (Some(before), Some(after)) = (before, after) else {
                prop_assert_eq!(before, after);
                continue;
            };
            if bound {
                // Where a turn is forbidden one may have turned round where streets are joined now.
                prop_assert!(after.milliseconds() + 40 >= before.milliseconds());
                continue;
            }
            // A millisecond or millimetre for each street at most.
            prop_assert!(before.milliseconds().abs_diff(after.milliseconds()) <= 40, "{:?} {:?}", before, after);
        }
    }
}
