//! Divides the land into small areas and wards, and traces their borders.
//!
//! Postcodes are split again and again into parts of equal weight: first wards, then small areas, so small areas nest in
//! wards exactly. Each cell of a fine lattice goes to the area of its nearest postcode. Borders run through the middles of
//! the lattice's edges, moved a little by a number drawn from their place, so two areas that share a border share its
//! points to the last digit. It names no area and counts no resident.

use std::collections::BTreeMap;

use crate::geometry::{Buckets, Point, area, at, inside};
use crate::land::{Ground, Land};
use crate::random::Random;

/// No area: sea, harbour, another council.
const NONE: u16 = u16::MAX;

/// The division of the land.
#[derive(Debug)]
pub(crate) struct Division {
    /// The ward of each small area.
    pub(crate) ward_of: Vec<usize>,
    /// Rings of each small area, the outer ones anticlockwise and the holes clockwise.
    pub(crate) small_areas: Vec<Vec<Vec<Point>>>,
    /// Rings of each ward.
    pub(crate) wards: Vec<Vec<Vec<Point>>>,
    lattice: Lattice,
}

impl Division {
    /// The small area that holds a point.
    pub(crate) fn small_area(&self, p: Point) -> Option<usize> {
        let mut near: Vec<u16> = self.lattice.about(p);
        near.sort_unstable();
        near.dedup();
        near.into_iter().map(usize::from).find(|&number| {
            self.small_areas[number]
                .iter()
                .filter(|ring| inside(ring, p))
                .count()
                % 2
                == 1
        })
    }
}

/// Divides the land into `wards` wards and about `count` small areas by the postcodes.
pub(crate) fn divide(
    land: &Land,
    postcodes: &[Point],
    wards: usize,
    count: usize,
    random: &mut Random,
) -> Division {
    let sizes = ward_sizes(wards, count, random);
    let everyone: Vec<u32> = (0..postcodes.len() as u32).collect();
    let (west, east) = banks(land, postcodes, &everyone);
    let total: usize = sizes.iter().sum();
    let share = east.len() as f64 / everyone.len().max(1) as f64;
    let mut east_sizes = Vec::new();
    let mut west_sizes = sizes;
    while (east_sizes.iter().sum::<usize>() as f64) < share * total as f64 - 2.0
        && west_sizes.len() > 1
    {
        east_sizes.extend(west_sizes.pop());
    }
    let unfolded: Vec<Point> = postcodes.iter().map(|p| land.unfolded(*p)).collect();
    let mut parts: Vec<Vec<u32>> = Vec::new();
    let mut ward_of = Vec::new();
    for (list, sizes) in [(west, west_sizes), (east, east_sizes)] {
        if sizes.is_empty() {
            continue;
        }
        for (ward, size) in split(list, &sizes, &unfolded, random)
            .into_iter()
            .zip(sizes)
        {
            let number = ward_of.last().map_or(0, |last| last + 1);
            parts.extend(split(ward, &vec![1; size], &unfolded, random));
            ward_of.extend(vec![number; size]);
        }
    }
    let mut lattice = Lattice::new(land, postcodes, &parts);
    lattice.clean(parts.len());
    let small_areas = lattice.trace(parts.len(), |cell| cell);
    let wards = ward_of.last().map_or(0, |last| last + 1);
    let of: Vec<u16> = ward_of.iter().map(|&ward| ward as u16).collect();
    let ward_rings = lattice.trace(wards, |cell| of.get(cell as usize).copied().unwrap_or(NONE));
    Division {
        ward_of,
        small_areas,
        wards: ward_rings,
        lattice,
    }
}

/// How many small areas each ward has: between about two thirds and four thirds of the mean.
fn ward_sizes(wards: usize, count: usize, random: &mut Random) -> Vec<usize> {
    let mean = (count / wards).max(1);
    let mut sizes = vec![mean; wards];
    let spare = count.saturating_sub(mean * wards);
    for _ in 0..spare {
        sizes[random.below(wards)] += 1;
    }
    for _ in 0..wards {
        let (a, b) = (random.below(wards), random.below(wards));
        if sizes[a] * 3 > mean * 2 + 2 && sizes[b] * 3 < mean * 4 {
            sizes[a] -= 1;
            sizes[b] += 1;
        }
    }
    sizes
}

/// Postcodes west and east of the river.
fn banks(land: &Land, postcodes: &[Point], all: &[u32]) -> (Vec<u32>, Vec<u32>) {
    all.iter().partition(|&&number| {
        let p = postcodes[number as usize];
        let near = land
            .river
            .iter()
            .min_by(|a, b| (a.y - p.y).abs().total_cmp(&(b.y - p.y).abs()));
        near.is_none_or(|river| p.x < river.x)
    })
}

/// Splits postcodes into parts whose numbers stand to each other as `sizes`, across the longer direction each time.
fn split(
    mut list: Vec<u32>,
    sizes: &[usize],
    postcodes: &[Point],
    random: &mut Random,
) -> Vec<Vec<u32>> {
    if sizes.len() < 2 {
        return vec![list];
    }
    let half = sizes.len() / 2;
    let (left, right) = sizes.split_at(half);
    let (a, b) = (
        left.iter().sum::<usize>() as f64,
        right.iter().sum::<usize>() as f64,
    );
    let axis = long_axis(&list, postcodes).leaning(0.3 * random.normal());
    let along = |number: u32| postcodes[number as usize].dot(axis);
    list.sort_by(|&p, &q| along(p).total_cmp(&along(q)).then(p.cmp(&q)));
    let rest = list.split_off((list.len() as f64 * a / (a + b)).round() as usize);
    let mut parts = split(list, left, postcodes, random);
    parts.extend(split(rest, right, postcodes, random));
    parts
}

/// The direction in which points spread furthest: of sixteen, the one with the greatest variance.
fn long_axis(list: &[u32], postcodes: &[Point]) -> Point {
    let count = list.len().max(1) as f64;
    let sum = list
        .iter()
        .fold(Point::default(), |sum, &n| sum + postcodes[n as usize]);
    let mean = sum * (1.0 / count);
    let mut best = (-1.0, at(1.0, 0.0));
    for k in 0..8 {
        let slope = (f64::from(k) - 3.5) / 3.5;
        for axis in [at(1.0, slope).unit(), at(slope, 1.0).unit()] {
            let spread: f64 = list
                .iter()
                .map(|&n| (postcodes[n as usize] - mean).dot(axis).powi(2))
                .sum();
            if spread > best.0 {
                best = (spread, axis);
            }
        }
    }
    best.1
}

/// The land in square cells, each of one small area.
#[derive(Debug)]
struct Lattice {
    cell: f64,
    columns: usize,
    rows: usize,
    held: Vec<u16>,
}

impl Lattice {
    fn new(land: &Land, postcodes: &[Point], parts: &[Vec<u32>]) -> Self {
        let mut part_of = vec![NONE; postcodes.len()];
        for (part, list) in parts.iter().enumerate() {
            for &number in list {
                part_of[number as usize] = part as u16;
            }
        }
        let mut index = Buckets::new(land.width, land.height, 150.0);
        for (number, p) in postcodes.iter().enumerate() {
            index.add(number as u32, *p);
        }
        let cell = 40.0;
        // A margin of one empty cell all round, so that every border closes.
        let (columns, rows) = (
            (land.width / cell) as usize + 3,
            (land.height / cell) as usize + 3,
        );
        let mut lattice = Self {
            cell,
            columns,
            rows,
            held: vec![NONE; columns * rows],
        };
        for row in 1..rows - 1 {
            for column in 1..columns - 1 {
                let p = lattice.corner(column, row) + at(cell / 2.0, cell / 2.0);
                if land.ground(p) != Ground::Outside
                    && let Some((number, _)) = index.nearest(p)
                {
                    lattice.held[row * columns + column] = part_of[number as usize];
                }
            }
        }
        lattice
    }

    /// The place of a cell's south-west corner.
    fn corner(&self, column: usize, row: usize) -> Point {
        at(column as f64 - 1.0, row as f64 - 1.0) * self.cell
    }

    /// The areas of the cell at a place and of those round it.
    fn about(&self, p: Point) -> Vec<u16> {
        let column = ((p.x / self.cell).max(0.0) as usize + 1).clamp(1, self.columns - 2);
        let row = ((p.y / self.cell).max(0.0) as usize + 1).clamp(1, self.rows - 2);
        let mut near = Vec::with_capacity(9);
        for r in row - 1..=row + 1 {
            near.extend(
                self.held[r * self.columns + column - 1..=r * self.columns + column + 1].iter(),
            );
        }
        near.retain(|&area| area != NONE);
        near
    }

    /// Makes every area one piece that nowhere touches itself at a corner only.
    fn clean(&mut self, areas: usize) {
        for _ in 0..12 {
            let moved = self.join_pieces(areas) + self.part_corners();
            if moved == 0 {
                return;
            }
        }
    }

    /// Gives every piece of an area but its greatest to a neighbour, or to nobody where it has none.
    fn join_pieces(&mut self, areas: usize) -> usize {
        let mut piece = vec![u32::MAX; self.held.len()];
        let mut sizes: Vec<(u16, usize)> = Vec::new();
        for start in 0..self.held.len() {
            if self.held[start] == NONE || piece[start] != u32::MAX {
                continue;
            }
            let number = sizes.len() as u32;
            let mut open = vec![start];
            piece[start] = number;
            let mut size = 0;
            while let Some(cell) = open.pop() {
                size += 1;
                for next in [cell - 1, cell + 1, cell - self.columns, cell + self.columns] {
                    if self.held[next] == self.held[start] && piece[next] == u32::MAX {
                        piece[next] = number;
                        open.push(next);
                    }
                }
            }
            sizes.push((self.held[start], size));
        }
        let mut greatest = vec![(0_usize, u32::MAX); areas];
        for (number, &(area, size)) in sizes.iter().enumerate() {
            if size > greatest[area as usize].0 {
                greatest[area as usize] = (size, number as u32);
            }
        }
        let mut loose: Vec<usize> = (0..self.held.len())
            .filter(|&cell| {
                self.held[cell] != NONE && greatest[self.held[cell] as usize].1 != piece[cell]
            })
            .collect();
        let moved = loose.len();
        for &cell in &loose {
            self.held[cell] = NONE;
        }
        // From the edges inwards; what never finds a neighbour stays nobody's.
        while !loose.is_empty() {
            let found: Vec<(usize, u16)> = loose
                .iter()
                .filter_map(|&cell| {
                    [cell - 1, cell + 1, cell - self.columns, cell + self.columns]
                        .into_iter()
                        .map(|next| self.held[next])
                        .find(|&area| area != NONE)
                        .map(|area| (cell, area))
                })
                .collect();
            if found.is_empty() {
                break;
            }
            for &(cell, area) in &found {
                self.held[cell] = area;
            }
            loose.retain(|&cell| self.held[cell] == NONE);
        }
        moved
    }

    /// Where two cells of one area meet at a corner only, gives the area a third cell there.
    fn part_corners(&mut self) -> usize {
        let mut moved = 0;
        for row in 0..self.rows - 1 {
            for column in 0..self.columns - 1 {
                let a = row * self.columns + column;
                let (b, c, d) = (a + 1, a + self.columns, a + self.columns + 1);
                let [pa, pb, pc, pd] = [a, b, c, d].map(|cell| self.held[cell]);
                if pa == pd && pb != pa && pc != pa {
                    self.held[if pb == NONE { c } else { b }] = pa;
                    moved += 1;
                } else if pb == pc && pa != pb && pd != pb {
                    self.held[if pa == NONE { d } else { a }] = pb;
                    moved += 1;
                }
            }
        }
        moved
    }

    /// Whether three or more small areas meet at a corner, counting the outside as one.
    fn is_node(&self, column: usize, row: usize) -> bool {
        let a = (row - 1) * self.columns + column;
        let mut around =
            [a - 1, a, a - 1 + self.columns, a + self.columns].map(|cell| self.held[cell]);
        around.sort_unstable();
        around.windows(2).filter(|pair| pair[0] != pair[1]).count() >= 2
    }

    /// A place moved by up to a fifth of a cell, by a number drawn from the place itself.
    fn shaken(&self, p: Point) -> Point {
        let key = (p.x * 2.0) as i64 as u64 ^ ((p.y * 2.0) as i64 as u64).rotate_left(32);
        let mut random = Random::new(key);
        let reach = self.cell / 5.0;
        p + at(random.between(-reach, reach), random.between(-reach, reach))
    }

    /// Traces the rings of every area, by walking the lattice's edges with the area on the left.
    fn trace(&self, areas: usize, of: impl Fn(u16) -> u16) -> Vec<Vec<Vec<Point>>> {
        let owner = |column: usize, row: usize| match self.held[row * self.columns + column] {
            NONE => NONE,
            cell => of(cell),
        };
        // Directed edges by area and starting corner. Cleaning has left at most one edge of an area from each corner.
        let mut edges: Vec<BTreeMap<(usize, usize), (usize, usize)>> = vec![BTreeMap::new(); areas];
        for row in 1..self.rows - 1 {
            for column in 1..self.columns - 1 {
                let me = owner(column, row);
                if me == NONE {
                    continue;
                }
                let mut add = |other: u16, from, to| {
                    if other != me {
                        edges[me as usize].insert(from, to);
                    }
                };
                add(owner(column, row - 1), (column, row), (column + 1, row));
                add(
                    owner(column + 1, row),
                    (column + 1, row),
                    (column + 1, row + 1),
                );
                add(
                    owner(column, row + 1),
                    (column + 1, row + 1),
                    (column, row + 1),
                );
                add(owner(column - 1, row), (column, row + 1), (column, row));
            }
        }
        edges.into_iter().map(|edges| self.rings(edges)).collect()
    }

    fn rings(&self, mut edges: BTreeMap<(usize, usize), (usize, usize)>) -> Vec<Vec<Point>> {
        let mut rings = Vec::new();
        while let Some((start, mut next)) = edges.pop_first() {
            let mut from = start;
            let mut ring = Vec::new();
            loop {
                let (p, q) = (self.corner(from.0, from.1), self.corner(next.0, next.1));
                if self.is_node(from.0, from.1) {
                    ring.push(self.shaken(p));
                }
                ring.push(self.shaken(p.towards(q, 0.5)));
                from = next;
                match edges.remove(&from) {
                    Some(after) => next = after,
                    None => break,
                }
            }
            rings.push(ring);
        }
        rings.sort_by(|a, b| area(b).total_cmp(&area(a)));
        rings
    }
}
