//! Hilbert's curve (1891): a line through a square on which what is near in the square is mostly near too.
//!
//! It gives an order and no more: nothing that is found may depend on it.

/// How many cells the square has along a side.
const CELLS: f64 = 65_536.0;

/// The curve through the square over some points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Curve {
    least: [f64; 2],
    side: f64,
}

impl Curve {
    /// Lays the smallest square with sides along the axes over some points.
    pub(crate) fn over(points: impl Iterator<Item = [f64; 2]>) -> Self {
        let (mut least, mut most) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for point in points {
            for axis in [0, 1] {
                least[axis] = least[axis].min(point[axis]);
                most[axis] = most[axis].max(point[axis]);
            }
        }
        let side = (most[0] - least[0]).max(most[1] - least[1]).max(1.0);
        Self { least, side }
    }

    /// Returns the place on the curve of the cell that a point is in; of one outside the square, that of a cell at its edge.
    pub(crate) fn place(&self, point: [f64; 2]) -> u32 {
        let cell = |axis: usize| {
            let along = (point[axis] - self.least[axis]) / self.side;
            // What is not a number is made nought.
            (along * (CELLS - 1.0)).clamp(0.0, CELLS - 1.0) as u32
        };
        hilbert(cell(0), cell(1))
    }
}

/// Returns the place of a cell of a square of 2^16 by 2^16 on the curve.
fn hilbert(mut x: u32, mut y: u32) -> u32 {
    let mut place = 0;
    for bit in (0..16).rev() {
        let (right, up) = ((x >> bit) & 1, (y >> bit) & 1);
        place = (place << 2) | ((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                (x, y) = (!x & 0xffff, !y & 0xffff);
            }
            (x, y) = (y, x);
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::Curve;

    #[test]
    fn the_next_place_is_the_next_cell() {
        // A square of 16 by 16 points, so that every 4,096th cell has one.
        let points: Vec<[f64; 2]> = (0..256)
            .map(|cell| [f64::from(cell % 16), f64::from(cell / 16)])
            .collect();
        let curve = Curve::over(points.iter().copied());
        let mut along = points;
        along.sort_by_key(|point| curve.place(*point));
        for pair in along.windows(2) {
            let step = (pair[0][0] - pair[1][0]).abs() + (pair[0][1] - pair[1][1]).abs();
            assert!((step - 1.0).abs() < 1e-9, "{pair:?}");
        }
    }

    #[test]
    fn what_is_outside_is_at_the_edge() {
        let curve = Curve::over([[0.0, 0.0], [10.0, 10.0]].into_iter());
        assert_eq!(curve.place([-5.0, -1e300]), curve.place([0.0, 0.0]));
        assert_eq!(
            curve.place([f64::INFINITY, 12.0]),
            curve.place([10.0, 10.0])
        );
        assert_eq!(curve.place([f64::NAN, 0.0]), curve.place([0.0, 0.0]));
        assert_eq!(Curve::over(std::iter::empty()).place([3.0, 4.0]), 0);
    }
}
