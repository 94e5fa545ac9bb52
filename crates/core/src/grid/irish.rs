//! The Irish Grid (TM75, EPSG:29903): the polynomial that joins its datum to ETRS89, and its projection.
//!
//! The OSi/LPS polynomial (EPSG:1041) is what Ordnance Survey Ireland and Land & Property Services recommend for every horizontal
//! transformation in Ireland and Northern Ireland. It was fitted to 183 points and is good to 0.4 m (95%). The coefficients are
//! from the Ordnance Survey's "Transformations and OSGM15 user guide" (version 1.3, 2020), page 17, under the licence in
//! `data/ostn15/README.md`.
//!
//! It checks no bounds: away from the points it was fitted to a cubic runs off, so [`AREA`] is checked by the caller.

use std::sync::LazyLock;

use super::Bounds;
use super::transverse_mercator::{AIRY_MODIFIED_1849, Projection};

/// The island with its own islands, in degrees: Tearaght to Burr Point, Fastnet to Inishtrahull, and a few kilometres of sea.
pub(super) const AREA: Bounds = Bounds {
    west: -10.7,
    east: -5.3,
    south: 51.3,
    north: 55.5,
};

/// The grid's lettered squares, in metres. All of [`AREA`] lies on them.
pub(super) const SQUARES: Bounds = Bounds {
    west: 0.0,
    east: 400_000.0,
    south: 0.0,
    north: 500_000.0,
};

static PROJECTION: LazyLock<Projection> = LazyLock::new(|| {
    Projection::new(
        &AIRY_MODIFIED_1849,
        -8.0,
        53.5,
        1.000_035,
        200_000.0,
        250_000.0,
    )
});

/// Seconds of latitude from TM75 to ETRS89: row i, column j multiplies Uⁱ Vʲ.
const LATITUDE: [[f64; 4]; 4] = [
    [0.763, 0.123, 0.183, -0.374],
    [-4.487, -0.515, 0.414, 13.110],
    [0.215, -0.570, 5.703, 113.743],
    [-0.265, 2.852, -61.678, -265.898],
];

/// Seconds of longitude from TM75 to ETRS89, laid out alike.
const LONGITUDE: [[f64; 4]; 4] = [
    [-2.810, -4.680, 0.170, 2.163],
    [-0.341, -0.119, 3.913, 18.867],
    [1.196, 4.877, -27.795, -284.294],
    [-0.887, -46.666, -95.377, -853.950],
];

/// Converts ETRS89 degrees to metres on the grid.
pub(super) fn to_grid(lon: f64, lat: f64) -> (f64, f64) {
    // The polynomial takes TM75 to ETRS89. Going back, each round shrinks the error about four thousandfold, and four leave
    // nothing that a double can hold.
    let (mut tm75_lon, mut tm75_lat) = (lon, lat);
    for _ in 0..4 {
        let (east, north) = shift(tm75_lon, tm75_lat);
        (tm75_lon, tm75_lat) = (lon - east, lat - north);
    }
    PROJECTION.forward(tm75_lon, tm75_lat)
}

/// Converts metres on the grid to ETRS89 degrees.
pub(super) fn to_lon_lat(x: f64, y: f64) -> (f64, f64) {
    let (lon, lat) = PROJECTION.inverse(x, y);
    let (east, north) = shift(lon, lat);
    (lon + east, lat + north)
}

/// Returns what to add to a TM75 longitude and latitude, in degrees.
fn shift(lon: f64, lat: f64) -> (f64, f64) {
    let u = 0.1 * (lat - 53.5);
    let v = 0.1 * (lon + 7.7);
    let cubic = |c: &[f64; 4], t: f64| c[0] + t * (c[1] + t * (c[2] + t * c[3]));
    let seconds = |table: &[[f64; 4]; 4]| cubic(&table.map(|row| cubic(&row, v)), u);
    (seconds(&LONGITUDE) / 3600.0, seconds(&LATITUDE) / 3600.0)
}

#[cfg(test)]
mod tests {
    use super::super::transverse_mercator::GRS80;
    use super::*;

    #[test]
    fn the_polynomial_gives_the_example_of_epsg() {
        // EPSG guidance note 7-2, general polynomial, for transformation 1041.
        let (east, north) = shift(-6.5, 55.0);
        assert!((55.0 + north - 55.000_029_72).abs() < 1e-8);
        assert!((-6.5 + east + 6.500_949_13).abs() < 1e-8);
    }

    #[test]
    fn the_spire_of_dublin_agrees_with_irish_transverse_mercator() {
        // Published as 715830 734697 on Irish Transverse Mercator, which is a projection of ETRS89 with nothing to fit, and as
        // 315904 234671 on the Irish Grid.
        let itm = Projection::new(&GRS80, -8.0, 53.5, 0.999_82, 600_000.0, 750_000.0);
        let (lon, lat) = itm.inverse(715_830.0, 734_697.0);
        let (x, y) = to_grid(lon, lat);
        assert!((x - 315_904.0).abs() < 1.0, "{x}");
        assert!((y - 234_671.0).abs() < 1.0, "{y}");
    }

    /// The older seven-parameter transformation EPSG:1954, good to 1 m: an independent check on every coefficient.
    fn helmert(lon: f64, lat: f64) -> (f64, f64) {
        let cartesian = |a: f64, e2: f64, lon: f64, lat: f64| {
            let (sin, cos) = lat.to_radians().sin_cos();
            let v = a / (1.0 - e2 * sin * sin).sqrt();
            let (sin_lon, cos_lon) = lon.to_radians().sin_cos();
            [v * cos * cos_lon, v * cos * sin_lon, v * (1.0 - e2) * sin]
        };
        let e2 = |inverse: f64| (2.0 - 1.0 / inverse) / inverse;
        let p = cartesian(6_377_340.189, e2(299.324_964_6), lon, lat);
        let second = (1.0_f64 / 3600.0).to_radians();
        let r = [-1.042 * second, -0.214 * second, -0.631 * second];
        let s = 1.0 + 8.15e-6;
        let q = [
            482.5 + s * (p[0] - r[2] * p[1] + r[1] * p[2]),
            -130.6 + s * (r[2] * p[0] + p[1] - r[0] * p[2]),
            564.6 + s * (-r[1] * p[0] + r[0] * p[1] + p[2]),
        ];
        let (a, e2) = (6_378_137.0, e2(298.257_222_101));
        let across = q[0].hypot(q[1]);
        let mut lat = (q[2] / (across * (1.0 - e2))).atan();
        for _ in 0..20 {
            let v = a / (1.0 - e2 * lat.sin().powi(2)).sqrt();
            lat = ((q[2] + e2 * v * lat.sin()) / across).atan();
        }
        (q[1].atan2(q[0]).to_degrees(), lat.to_degrees())
    }

    #[test]
    fn the_polynomial_agrees_with_the_older_transformation_within_a_metre() {
        let places = [
            ("Belfast", -5.93, 54.60),
            ("Derry", -7.30, 55.00),
            ("Omagh", -7.30, 54.60),
            ("Dublin", -6.26, 53.35),
            ("Cork", -8.47, 51.90),
            ("Galway", -9.05, 53.27),
            ("Malin Head", -7.37, 55.38),
            ("Mizen Head", -9.82, 51.45),
            ("Belmullet", -10.00, 54.22),
            ("Rosslare", -6.34, 52.25),
            ("Dunquin", -10.46, 52.13),
        ];
        for (place, lon, lat) in places {
            let (east, north) = shift(lon, lat);
            let (helmert_lon, helmert_lat) = helmert(lon, lat);
            let degree = 111_200.0;
            let x = (lon + east - helmert_lon) * degree * f64::to_radians(lat).cos();
            let y = (lat + north - helmert_lat) * degree;
            assert!(x.hypot(y) < 1.0, "{place}: {x} m east, {y} m north");
        }
    }
}
