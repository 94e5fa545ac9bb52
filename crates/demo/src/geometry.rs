//! Plane geometry in metres: points, rings, lines and a bucket index. It knows no longitude, no street and no area.

use std::ops::{Add, Mul, Sub};

/// A point or a vector in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Point {
    /// Eastwards.
    pub(crate) x: f64,
    /// Northwards.
    pub(crate) y: f64,
}

/// Makes a point.
pub(crate) const fn at(x: f64, y: f64) -> Point {
    Point { x, y }
}

impl Point {
    pub(crate) fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    pub(crate) fn distance(self, other: Self) -> f64 {
        (self - other).length()
    }

    pub(crate) fn dot(self, other: Self) -> f64 {
        self.x * other.x + self.y * other.y
    }

    pub(crate) fn cross(self, other: Self) -> f64 {
        self.x * other.y - self.y * other.x
    }

    /// The vector of length 1 in this direction; the vector itself where it has no length.
    pub(crate) fn unit(self) -> Self {
        let length = self.length();
        if length > 0.0 {
            self * (1.0 / length)
        } else {
            self
        }
    }

    /// The vector turned a quarter to the left.
    pub(crate) fn left(self) -> Self {
        at(-self.y, self.x)
    }

    /// The vector turned to the left by the angle whose tangent is given.
    pub(crate) fn leaning(self, tangent: f64) -> Self {
        (self + self.left() * tangent).unit()
    }

    /// The point a share of the way to another.
    pub(crate) fn towards(self, other: Self, share: f64) -> Self {
        self + (other - self) * share
    }
}

/// The least and the greatest coordinates of a line, widened by a margin.
pub(crate) fn around(line: &[Point], margin: f64) -> (Point, Point) {
    let (mut low, mut high) = (at(f64::MAX, f64::MAX), at(f64::MIN, f64::MIN));
    for p in line {
        low = at(low.x.min(p.x), low.y.min(p.y));
        high = at(high.x.max(p.x), high.y.max(p.y));
    }
    (
        at(low.x - margin, low.y - margin),
        at(high.x + margin, high.y + margin),
    )
}

impl Add for Point {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        at(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        at(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f64> for Point {
    type Output = Self;
    fn mul(self, by: f64) -> Self {
        at(self.x * by, self.y * by)
    }
}

/// The area of a ring, above nothing where it runs anticlockwise.
pub(crate) fn area(ring: &[Point]) -> f64 {
    let Some(first) = ring.first() else {
        return 0.0;
    };
    let mut twice = 0.0;
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        twice += (*a - *first).cross(*b - *first);
    }
    twice / 2.0
}

/// Whether a ring holds a point, by counting crossings.
pub(crate) fn inside(ring: &[Point], p: Point) -> bool {
    let mut within = false;
    for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
        if (a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x {
            within = !within;
        }
    }
    within
}

/// Where two segments meet, as shares along the first and the second.
pub(crate) fn meeting(a: Point, b: Point, c: Point, d: Point) -> Option<(f64, f64)> {
    let (r, s) = (b - a, d - c);
    let scale = r.cross(s);
    if scale.abs() < 1e-9 {
        return None;
    }
    let (t, u) = ((c - a).cross(s) / scale, (c - a).cross(r) / scale);
    ((0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&u)).then_some((t, u))
}

/// The distance from a point to a segment.
pub(crate) fn to_segment(p: Point, a: Point, b: Point) -> f64 {
    let along = b - a;
    let square = along.dot(along);
    let share = if square > 0.0 {
        ((p - a).dot(along) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    p.distance(a.towards(b, share))
}

/// The length of a line.
pub(crate) fn line_length(line: &[Point]) -> f64 {
    line.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
}

/// The points between the ends of a smooth curve (cubic Hermite) with the given vectors at its ends, about `spacing` apart.
pub(crate) fn curve(
    from: Point,
    leaving: Point,
    to: Point,
    arriving: Point,
    spacing: f64,
) -> Vec<Point> {
    let position = |t: f64| {
        let (t2, t3) = (t * t, t * t * t);
        from * (2.0 * t3 - 3.0 * t2 + 1.0)
            + leaving * (t3 - 2.0 * t2 + t)
            + to * (3.0 * t2 - 2.0 * t3)
            + arriving * (t3 - t2)
    };
    let steps = (from.distance(to) * 1.05 / spacing).round().max(1.0) as usize;
    (1..steps)
        .map(|step| position(step as f64 / steps as f64))
        .collect()
}

/// Marks the points of a line that stay when it is simplified (Douglas and Peucker) to a tolerance in metres.
pub(crate) fn simplify(line: &[Point], tolerance: f64, keep: &mut [bool]) {
    let mut open = vec![(0, line.len().saturating_sub(1))];
    while let Some((first, last)) = open.pop() {
        keep[first] = true;
        keep[last] = true;
        let mut worst = (tolerance, None);
        for index in first + 1..last {
            let off = to_segment(line[index], line[first], line[last]);
            if off > worst.0 {
                worst = (off, Some(index));
            }
        }
        if let Some(index) = worst.1 {
            open.push((first, index));
            open.push((index, last));
        }
    }
}

/// Points in square buckets, for finding those near a place.
#[derive(Debug)]
pub(crate) struct Buckets {
    cell: f64,
    columns: usize,
    rows: usize,
    held: Vec<Vec<(u32, Point)>>,
}

impl Buckets {
    /// Makes an empty index over the rectangle from nothing to (width, height).
    pub(crate) fn new(width: f64, height: f64, cell: f64) -> Self {
        let columns = (width / cell).ceil().max(1.0) as usize;
        let rows = (height / cell).ceil().max(1.0) as usize;
        Self {
            cell,
            columns,
            rows,
            held: vec![Vec::new(); columns * rows],
        }
    }

    fn place(&self, value: f64, count: usize) -> usize {
        ((value / self.cell).max(0.0) as usize).min(count - 1)
    }

    /// Adds a point under a number.
    pub(crate) fn add(&mut self, number: u32, p: Point) {
        let slot = self.place(p.y, self.rows) * self.columns + self.place(p.x, self.columns);
        self.held[slot].push((number, p));
    }

    /// Calls `each` for every point within a distance.
    pub(crate) fn near(&self, p: Point, distance: f64, mut each: impl FnMut(u32, Point)) {
        for row in self.place(p.y - distance, self.rows)..=self.place(p.y + distance, self.rows) {
            for column in
                self.place(p.x - distance, self.columns)..=self.place(p.x + distance, self.columns)
            {
                for &(number, q) in &self.held[row * self.columns + column] {
                    if p.distance(q) <= distance {
                        each(number, q);
                    }
                }
            }
        }
    }

    /// The nearest point, the lowest number first among equals.
    pub(crate) fn nearest(&self, p: Point) -> Option<(u32, f64)> {
        let mut reach = self.cell;
        let limit = self.cell * (self.columns + self.rows) as f64 * 2.0;
        while reach <= limit {
            let mut best: Option<(u32, f64)> = None;
            self.near(p, reach, |number, q| {
                let off = p.distance(q);
                if best.is_none_or(|(other, least)| off < least || (off <= least && number < other))
                {
                    best = Some((number, off));
                }
            });
            if best.is_some() {
                return best;
            }
            reach *= 2.0;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Buckets, area, at, curve, inside, meeting, simplify, to_segment};

    #[test]
    fn rings_have_area_and_hold_points() {
        let square = [at(0.0, 0.0), at(2.0, 0.0), at(2.0, 2.0), at(0.0, 2.0)];
        assert!((area(&square) - 4.0).abs() < 1e-12);
        assert!(inside(&square, at(1.0, 1.0)));
        assert!(!inside(&square, at(3.0, 1.0)));
    }

    #[test]
    fn segments_meet_where_they_should() {
        let met = meeting(at(0.0, 0.0), at(4.0, 0.0), at(1.0, -1.0), at(1.0, 1.0));
        assert_eq!(met, Some((0.25, 0.5)));
        assert_eq!(
            meeting(at(0.0, 0.0), at(1.0, 0.0), at(0.0, 1.0), at(1.0, 1.0)),
            None
        );
        assert!((to_segment(at(1.0, 1.0), at(0.0, 0.0), at(2.0, 0.0)) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_straight_curve_stays_straight_and_simplifies_to_its_ends() {
        let mut line = vec![at(0.0, 0.0)];
        line.extend(curve(
            at(0.0, 0.0),
            at(100.0, 0.0),
            at(100.0, 0.0),
            at(100.0, 0.0),
            25.0,
        ));
        line.push(at(100.0, 0.0));
        assert_eq!(line.len(), 5);
        let mut keep = vec![false; line.len()];
        simplify(&line, 1.0, &mut keep);
        assert_eq!(keep, [true, false, false, false, true]);
    }

    #[test]
    fn buckets_find_the_nearest() {
        let mut buckets = Buckets::new(100.0, 100.0, 10.0);
        buckets.add(0, at(5.0, 5.0));
        buckets.add(1, at(95.0, 95.0));
        assert_eq!(
            buckets.nearest(at(60.0, 60.0)).map(|found| found.0),
            Some(1)
        );
        assert_eq!(
            buckets.nearest(at(10.0, 40.0)).map(|found| found.0),
            Some(0)
        );
    }
}
