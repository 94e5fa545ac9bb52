//! Isochrones over the roads of Porto, Newport and the Isle of Man held against plain searches, and their areas against where places
//! snap to, where the shared data is at hand.

use std::collections::BTreeMap;
use std::ops::Range;

use catchment_core::grid::Grid;
use catchment_travel::{
    Band, Cost, Isochrones, Metres, Outlines, Profile, Seconds, Snap, Snapper, StreetNetwork,
    Surroundings, TOLERANCE, WIDTH, costs_from, costs_to,
};
use geo::{Line, LineString, MultiPolygon};

use super::{PORTO, driving_with_turn_costs, joined, spread};

/// Positions beside junctions spread over the network, each as far aside as its number says, the same in every run.
fn aside(network: &StreetNetwork, steps: Range<u64>) -> impl Iterator<Item = [f64; 2]> {
    let junctions = spread(steps.clone(), network.junction_count());
    steps.zip(junctions).map(|(step, junction)| {
        let [x, y] = network.junction(junction);
        let aside = |bits: u64| f64::from((step.wrapping_mul(bits) >> 20) as u16) / 65_536.0 - 0.5;
        [
            x + 160.0 * aside(0x2545_f491_4f6c_dd1d),
            y + 160.0 * aside(0x9e37_79b9_7f4a_7c55),
        ]
    })
}

/// The edges of an area, to be looked up by where they are.
struct Edges {
    by_cell: BTreeMap<[i64; 2], Vec<usize>>,
    edges: Vec<Line<f64>>,
}

impl Edges {
    const CELL: f64 = 100.0;

    fn of(area: &MultiPolygon<f64>) -> Self {
        let rings = area.iter().flat_map(|polygon| {
            let holes = polygon.interiors().iter();
            holes.chain([polygon.exterior()])
        });
        let edges: Vec<Line<f64>> = rings.flat_map(LineString::lines).collect();
        let mut by_cell: BTreeMap<[i64; 2], Vec<usize>> = BTreeMap::new();
        for (number, edge) in edges.iter().enumerate() {
            let cell = |at: f64| (at / Self::CELL).floor() as i64;
            let columns = cell(edge.start.x.min(edge.end.x))..=cell(edge.start.x.max(edge.end.x));
            for column in columns {
                let rows = cell(edge.start.y.min(edge.end.y))..=cell(edge.start.y.max(edge.end.y));
                for row in rows {
                    by_cell.entry([column, row]).or_default().push(number);
                }
            }
        }
        Self { by_cell, edges }
    }

    fn distance(&self, [x, y]: [f64; 2]) -> f64 {
        let [column, row] = [x, y].map(|at| (at / Self::CELL).floor() as i64);
        let mut least = f64::INFINITY;
        for cell in
            (-1..=1).flat_map(|east| (-1..=1).map(move |north| [column + east, row + north]))
        {
            for number in self.by_cell.get(&cell).into_iter().flatten() {
                let edge = self.edges[*number];
                let (dx, dy) = (edge.dx(), edge.dy());
                let part =
                    ((x - edge.start.x) * dx + (y - edge.start.y) * dy) / (dx * dx + dy * dy);
                let part = part.clamp(0.0, 1.0);
                least =
                    least.min((x - edge.start.x - dx * part).hypot(y - edge.start.y - dy * part));
            }
        }
        least
    }

    /// Says whether a position is inside, by counting the edges east of it.
    fn inside(&self, [x, y]: [f64; 2]) -> bool {
        let crossed = self.edges.iter().filter(|edge| {
            let (from, to) = (edge.start, edge.end);
            (from.y > y) != (to.y > y)
                && x < from.x + (y - from.y) / (to.y - from.y) * (to.x - from.x)
        });
        crossed.count() % 2 == 1
    }

    /// Says whether any two edges cross, or meet where they are not neighbours.
    fn cross(&self) -> bool {
        let side = |line: Line<f64>, at: geo::Coord<f64>| {
            line.dx() * (at.y - line.start.y) - line.dy() * (at.x - line.start.x)
        };
        let meet = |one: Line<f64>, other: Line<f64>| {
            let neighbours = one.end == other.start || one.start == other.end;
            let apart = |axis: fn(geo::Coord<f64>) -> f64| {
                let (from, to) = (axis(one.start), axis(one.end));
                let (first, last) = (axis(other.start), axis(other.end));
                from.max(to) < first.min(last) || first.max(last) < from.min(to)
            };
            let apart = apart(|at| at.x) || apart(|at| at.y);
            !neighbours
                && !apart
                && side(one, other.start) * side(one, other.end) <= 0.0
                && side(other, one.start) * side(other, one.end) <= 0.0
        };
        self.by_cell.values().any(|numbers| {
            numbers.iter().enumerate().any(|(place, number)| {
                let others = &numbers[place + 1..];
                others
                    .iter()
                    .any(|other| meet(self.edges[*number], self.edges[*other]))
            })
        })
    }
}

fn assert_bands_exact(network: &StreetNetwork, budgets: &[Seconds]) {
    let snapper = Snapper::new(network);
    let roots = aside(network, 1..7).filter_map(|at| snapper.snap(at, Metres::new(500.0)).ok());
    let places: Vec<Snap> = aside(network, 10_000..13_000)
        .filter_map(|at| snapper.snap(at, Metres::new(500.0)).ok())
        .collect();
    let mut isochrones = Isochrones::new(network).unwrap();
    let (mut within, mut without) = (0, 0);
    for root in roots {
        for towards in [false, true] {
            let (tree, reached) = if towards {
                (
                    costs_to(network, &root),
                    isochrones.to(&root, budgets).unwrap(),
                )
            } else {
                (
                    costs_from(network, &root),
                    isochrones.from(&root, budgets).unwrap(),
                )
            };
            for band in reached.bands() {
                let most = (band.budget().value() * 1000.0).round() as u32;
                for place in &places {
                    let cost = tree.cost(place).map(Cost::milliseconds);
                    let is_within = cost.is_some_and(|cost| cost <= most);
                    assert_eq!(band.contains(place), is_within, "{place:?} {cost:?}");
                    within += usize::from(is_within);
                    without += usize::from(!is_within);
                }
            }
        }
    }
    assert!(within > 3_000 && without > 3_000, "{within} {without}");
}

/// Says whether the rule has a position in a band.
fn by_rule(snapper: &Snapper<'_>, band: &Band<'_>, at: [f64; 2]) -> bool {
    let snap = snapper.snap(at, WIDTH);
    snap.is_ok_and(|snap| band.contains(&snap))
}

/// Looks at places all over: each is on the side that its own journey puts it on, but for the tolerance.
fn assert_areas_right(network: &StreetNetwork, budgets: &[Seconds]) {
    let snapper = Snapper::new(network);
    let ground = Surroundings::new(network, WIDTH, TOLERANCE).unwrap();
    let (mut isochrones, mut outlines) =
        (Isochrones::new(network).unwrap(), Outlines::new(&ground));
    let roots = aside(network, 20..23).filter_map(|at| snapper.snap(at, Metres::new(500.0)).ok());
    for root in roots.collect::<Vec<_>>() {
        let reached = isochrones.from(&root, budgets).unwrap();
        let areas = outlines.of(&reached);
        let single = Surroundings::around(network, &reached, WIDTH, TOLERANCE).unwrap();
        let alone = Outlines::new(&single).of(&reached);
        for (one, other) in alone.iter().zip(&areas) {
            let [one, other] = [one, other].map(geo::Area::unsigned_area);
            assert!((one / other - 1.0).abs() < 0.01, "{one} {other}");
        }
        let edges: Vec<Edges> = areas.iter().map(Edges::of).collect();
        let (mut inside, mut near) = (0, 0);
        for at in aside(network, 50_000..51_500) {
            let mut before = false;
            for (band, edges) in reached.bands().zip(&edges) {
                let is_inside = edges.inside(at);
                assert!(!before || is_inside || edges.distance(at) < 1e-6);
                before = is_inside;
                inside += usize::from(is_inside);
                if is_inside == by_rule(&snapper, &band, at)
                    || edges.distance(at) <= TOLERANCE.value()
                {
                    continue;
                }
                near += 1;
                // What lies between lattice points is no further from one than half the tolerance.
                let mut around = (0..300).map(|step| {
                    let away = TOLERANCE.value() / 2.0 * (f64::from(step) / 300.0).sqrt();
                    let angle = f64::from(step) * 2.399_963;
                    [at[0] + away * angle.cos(), at[1] + away * angle.sin()]
                });
                assert!(
                    around.any(|at| by_rule(&snapper, &band, at) == is_inside),
                    "{at:?}"
                );
            }
        }
        assert!(inside > 50 && near < 100, "{inside} {near}");
        assert!(edges.iter().all(|edges| !edges.cross()));
    }
}

#[test]
fn driving_in_porto_reaches_what_searches_say() {
    let test = "driving_in_porto_reaches_what_searches_say";
    if let Some(network) = joined(test, "porto", &PORTO, &Profile::drive()) {
        let minutes = [2.0, 5.0, 12.0].map(|minutes| Seconds::new(minutes * 60.0));
        assert_bands_exact(&network, &minutes);
        assert_areas_right(&network, &minutes);
    }
}

#[test]
fn walking_in_newport_reaches_what_searches_say() {
    let test = "walking_in_newport_reaches_what_searches_say";
    let grid = Grid::BritishNational;
    if let Some(network) = joined(test, "newport", &grid, &Profile::walk()) {
        let minutes = [10.0, 45.0].map(|minutes| Seconds::new(minutes * 60.0));
        assert_bands_exact(&network, &minutes);
        assert_areas_right(&network, &minutes);
    }
}

#[test]
fn driving_on_the_isle_of_man_reaches_what_searches_say() {
    let test = "driving_on_the_isle_of_man_reaches_what_searches_say";
    let minutes = [5.0, 15.0, 30.0].map(|minutes| Seconds::new(minutes * 60.0));
    for profile in [Profile::drive(), driving_with_turn_costs()] {
        let roads = joined(test, "isle-of-man", &Grid::BritishNational, &profile);
        let Some(network) = roads else { return };
        assert_bands_exact(&network, &minutes);
        assert_areas_right(&network, &minutes);
    }
}
