//! Gives the streets what a real map has: names, limits, one-way streets, gates and bollards, private drives, steps, an
//! island with a path of its own and a chain ferry.

use crate::drive::Drive;
use crate::geometry::{Buckets, Point};
use crate::land::{HubKind, Land};
use crate::names::{self, Kind};
use crate::random::Random;
use crate::skeleton::Skeleton;
use crate::streets::{Class, Street, Streets};
use crate::weave::Woven;

/// Dresses all streets.
pub(crate) fn dress(
    skeleton: &Skeleton,
    woven: &Woven,
    land: &Land,
    streets: &mut Streets,
    random: &mut Random,
) {
    name_runs(skeleton, woven, streets, random);
    for number in 0..streets.ways.len() {
        let street = &streets.ways[number];
        let middle = streets.point(street.nodes[street.nodes.len() / 2]);
        let built = land.built(middle);
        let dead_end = street
            .nodes
            .last()
            .is_some_and(|&node| streets.degree[node as usize] == 1);
        let length = streets.length(street);
        let street = &mut streets.ways[number];
        limit(street, built, random);
        turn(street, built, length, dead_end, random);
        if street.name.is_none() {
            street.name = match street.class {
                Class::Residential | Class::LivingStreet if dead_end => {
                    Some(names::street(Kind::Ended, random))
                }
                Class::Residential | Class::LivingStreet => {
                    Some(names::street(Kind::Through, random))
                }
                Class::Unclassified => Some(names::street(Kind::Lane, random)),
                Class::Trunk if !street.roundabout => Some("Invented Bypass".into()),
                _ => None,
            };
        }
    }
    squares(land, streets, random);
    gates(land, streets, random);
    one_ways(land, streets, random);
    island(land, streets);
    ferry(land, streets);
    signals(streets, random);
}

/// Gives the roads of the skeleton one name along each run.
fn name_runs(skeleton: &Skeleton, woven: &Woven, streets: &mut Streets, random: &mut Random) {
    let mut known: Vec<Option<String>> = vec![None; woven.runs.len() + 1];
    let edges = &skeleton.edges;
    let laid =
        (0..edges.len()).filter(|&edge| edges[edge].class != Class::Trunk && !edges[edge].barrier);
    for (way, edge) in laid.enumerate() {
        let kind = if skeleton.edges[edge].class == Class::Unclassified {
            Kind::Lane
        } else {
            Kind::Through
        };
        let name =
            known[woven.runs[edge] as usize].get_or_insert_with(|| names::street(kind, random));
        streets.ways[way].name = Some(name.clone());
    }
}

/// Signs a limit where streets of its class usually have one.
fn limit(street: &mut Street, built: f64, random: &mut Random) {
    street.limit = match street.class {
        Class::Trunk if street.roundabout => Some(40),
        Class::Trunk => Some(if built > 0.5 { 50 } else { 70 }),
        Class::Primary => Some(if built > 0.3 { 30 } else { 50 }),
        Class::Secondary => Some(if built > 0.25 { 30 } else { 40 }),
        Class::Tertiary => {
            (built > 0.2 || random.chance(0.4)).then_some(if built > 0.2 { 30 } else { 40 })
        }
        Class::Unclassified => (built > 0.25).then_some(30),
        Class::Residential if built > 0.6 => Some(if random.chance(0.6) { 20 } else { 30 }),
        Class::Residential => random.chance(0.3).then_some(30),
        _ => None,
    };
}

/// Turns some ways into what stands beside them on a real map: steps, cycleways, private drives.
fn turn(street: &mut Street, built: f64, length: f64, dead_end: bool, random: &mut Random) {
    match street.class {
        Class::Footway if length < 70.0 && random.chance(0.1) => street.class = Class::Steps,
        Class::Footway if random.chance(0.1) => street.class = Class::Cycleway,
        Class::Service if dead_end && random.chance(0.35) => {
            street.tags.push(("access", "private".into()));
            street.tags.push(("service", "driveway".into()));
        }
        Class::Service => street.tags.push((
            "service",
            if built > 0.5 { "alley" } else { "driveway" }.into(),
        )),
        _ => {}
    }
    if street.class.main() && !street.one_way && built > 0.3 {
        street.tags.push(("lit", "yes".into()));
        street.tags.push(("sidewalk", "both".into()));
    }
}

/// Whether only the ends of a way join others.
fn lone(streets: &Streets, street: &Street) -> bool {
    let last = street.nodes.len().saturating_sub(1);
    let joined = |node: &u32| streets.degree[*node as usize] > 2;
    street.nodes.iter().enumerate().all(|(k, node)| {
        if k == 0 || k == last {
            joined(node)
        } else {
            !joined(node)
        }
    })
}

/// Closes a few streets in the hearts of the towns to cars.
fn squares(land: &Land, streets: &mut Streets, random: &mut Random) {
    for number in 0..streets.ways.len() {
        let street = &streets.ways[number];
        let p = streets.point(street.nodes[0]);
        let heart = land
            .hubs
            .iter()
            .any(|hub| hub.kind == HubKind::Town && hub.at.distance(p) < 420.0);
        if heart
            && street.class == Class::Residential
            && lone(streets, street)
            && random.chance(0.35)
        {
            let street = &mut streets.ways[number];
            street.class = Class::Pedestrian;
            street.limit = None;
        }
    }
}

/// Puts bollards across some streets and gates across some private drives.
fn gates(land: &Land, streets: &mut Streets, random: &mut Random) {
    for number in 0..streets.ways.len() {
        let street = &streets.ways[number];
        if street.nodes.len() < 3 {
            continue;
        }
        let middle = street.nodes[street.nodes.len() / 2];
        let private = street.has("access", "private");
        if private && random.chance(0.3) {
            streets.barriers.insert(street.nodes[1], "gate");
        } else if street.class == Class::Residential
            && lone(streets, street)
            && land.built(streets.point(middle)) > 0.6
            && random.chance(0.012)
        {
            streets.barriers.insert(
                middle,
                if random.chance(0.8) {
                    "bollard"
                } else {
                    "block"
                },
            );
        }
    }
}

/// Makes some streets of the centres one way, and takes back those that would cut a car off.
fn one_ways(land: &Land, streets: &mut Streets, random: &mut Random) {
    let mut made = Vec::new();
    for number in 0..streets.ways.len() {
        let street = &streets.ways[number];
        if street.one_way
            || street.nodes.len() < 2
            || !matches!(street.class, Class::Residential | Class::Tertiary)
        {
            continue;
        }
        let p = streets.point(street.nodes[street.nodes.len() / 2]);
        let near = land
            .hubs
            .iter()
            .filter(|hub| hub.density > 0.7)
            .any(|hub| hub.at.distance(p) < 0.6 * hub.spread);
        let bridge = street.has("bridge", "yes");
        let dead_end = street
            .nodes
            .iter()
            .any(|&node| streets.degree[node as usize] == 1);
        if near && !bridge && !dead_end && random.chance(0.5) {
            let street = &mut streets.ways[number];
            street.one_way = true;
            if random.chance(0.5) {
                street.nodes.reverse();
            }
            made.push(number);
        }
    }
    let Some(middle) = middle(land, streets) else {
        return;
    };
    for _ in 0..20 {
        let drive = Drive::new(streets);
        let good = drive.there_and_back(middle);
        let before = made.len();
        made.retain(|&number| {
            let street = &mut streets.ways[number];
            let cut = street.nodes.iter().any(|&node| !good[node as usize]);
            if cut {
                street.one_way = false;
            }
            !cut
        });
        if made.len() == before {
            return;
        }
    }
}

/// The node nearest to the middle of the greatest town that a car can use.
pub(crate) fn middle(land: &Land, streets: &Streets) -> Option<u32> {
    let heart = land
        .hubs
        .iter()
        .filter(|hub| hub.kind == HubKind::Town)
        .max_by(|a, b| a.density.total_cmp(&b.density))?;
    let ways = streets
        .ways
        .iter()
        .filter(|street| matches!(street.class, Class::Primary | Class::Secondary));
    ways.flat_map(|street| street.nodes.iter().copied())
        .min_by(|&a, &b| {
            streets
                .point(a)
                .distance(heart.at)
                .total_cmp(&streets.point(b).distance(heart.at))
                .then(a.cmp(&b))
        })
}

/// Lays a path round the island, which no other way reaches.
fn island(land: &Land, streets: &mut Streets) {
    let centre = land.island.iter().fold(Point::default(), |sum, p| sum + *p)
        * (1.0 / land.island.len().max(1) as f64);
    let stride = (land.island.len() / 10).max(1);
    let mut nodes: Vec<u32> = land
        .island
        .iter()
        .step_by(stride)
        .take(10)
        .map(|p| streets.node(centre.towards(*p, 0.7)))
        .collect();
    nodes.extend(nodes.first().copied());
    let mut street = Street::plain(nodes, Class::Path);
    street.name = Some("Island Path".into());
    streets.lay(street);
}

/// Joins the two sides of the harbour's mouth by a chain ferry, from the nearest road on each side.
fn ferry(land: &Land, streets: &mut Streets) {
    let mut index = Buckets::new(land.width, land.height, 500.0);
    for street in streets
        .ways
        .iter()
        .filter(|street| street.class.car_speed().is_some())
    {
        for &node in &street.nodes {
            index.add(node, streets.point(node));
        }
    }
    let (Some((west, _)), Some((east, _))) =
        (index.nearest(land.ferry.0), index.nearest(land.ferry.1))
    else {
        return;
    };
    let (a, b) = (streets.node(land.ferry.0), streets.node(land.ferry.1));
    for (from, to) in [(west, a), (east, b)] {
        let mut slip = Street::plain(vec![from, to], Class::Unclassified);
        slip.name = Some("Ferry Slip".into());
        streets.lay(slip);
    }
    let mut ferry = Street::plain(vec![a, b], Class::Ferry);
    ferry.name = Some("Harbour Chain Ferry".into());
    ferry.tags.push(("motor_vehicle", "yes".into()));
    ferry.tags.push(("foot", "yes".into()));
    ferry.tags.push(("duration", "00:08".into()));
    streets.lay(ferry);
}

/// Puts traffic signals where main roads cross.
fn signals(streets: &mut Streets, random: &mut Random) {
    let mut main = vec![0_u8; streets.points.len()];
    for street in streets
        .ways
        .iter()
        .filter(|street| street.class <= Class::Secondary && !street.one_way)
    {
        for &node in &street.nodes {
            main[node as usize] = main[node as usize].saturating_add(1);
        }
    }
    let crossings = main
        .iter()
        .enumerate()
        .filter(|(node, count)| **count > 2 && streets.degree[*node] > 2);
    streets.traffic_signals = crossings
        .map(|(node, _)| node as u32)
        .filter(|_| random.chance(0.6))
        .collect();
}
