//! The parameters of `items`: which features, how many, from where on.
//!
//! A box is tried against the geometry itself, not only its envelope. Deliberately nothing here filters by property or by time: no
//! feature has a time of its own, so a `datetime` is checked for its form and matches everything.

use geo::{BoundingRect, Coord, Geometry, InteriorPoint, Intersects, Line, Point, Rect};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::ask::Parameters;
use crate::error::Problem;

/// The parameters that `items` takes.
pub(crate) const KNOWN: [&str; 4] = ["limit", "offset", "bbox", "datetime"];
/// Features on a page where nothing is said.
pub(crate) const DEFAULT_LIMIT: usize = 100;
/// The most features on a page; a larger `limit` counts as this one, as the standard wants it.
pub(crate) const LARGEST_LIMIT: usize = 10_000;

/// The form of a day, for [`has_form`].
pub(crate) const A_DAY: &str = "dddd-dd-dd";

/// Which part of a collection is asked for.
#[derive(Debug)]
pub(crate) struct Selection {
    pub(crate) limit: usize,
    pub(crate) offset: usize,
    pub(crate) bbox: Option<BBox>,
}

impl Selection {
    pub(crate) fn read(parameters: &Parameters) -> Result<Self, Problem> {
        if let Some(text) = parameters.get("datetime") {
            check_datetime(text)?;
        }
        let limit = match parameters.get("limit") {
            None => DEFAULT_LIMIT,
            Some(text) => whole("limit", text)?.min(LARGEST_LIMIT),
        };
        if limit == 0 {
            return Err(Problem::parameter("limit", "`limit` is at least 1"));
        }
        let offset = parameters
            .get("offset")
            .map_or(Ok(0), |text| whole("offset", text))?;
        let bbox = parameters.get("bbox").map(BBox::read).transpose()?;
        Ok(Self {
            limit,
            offset,
            bbox,
        })
    }

    /// Says whether a geometry is asked for.
    pub(crate) fn takes(&self, shape: &Located) -> bool {
        self.bbox.as_ref().is_none_or(|bbox| bbox.meets(shape))
    }
}

/// Reads a whole number; one too large for the machine is the largest there is.
fn whole(name: &'static str, text: &str) -> Result<usize, Problem> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::parameter(
            name,
            format!("`{name}` is a whole number, written in digits"),
        ));
    }
    Ok(text.parse().unwrap_or(usize::MAX))
}

/// A geometry in degrees and its envelope.
#[derive(Debug)]
pub(crate) struct Located {
    geometry: Geometry<f64>,
    envelope: Rect<f64>,
}

impl Located {
    /// Finds the envelope of a geometry; nothing where the geometry is empty.
    pub(crate) fn new(geometry: Geometry<f64>) -> Option<Self> {
        let envelope = geometry.bounding_rect()?;
        Some(Self { geometry, envelope })
    }

    /// Says whether some middle of another geometry lies in this one.
    pub(crate) fn holds(&self, other: &Self) -> bool {
        let middle = other.geometry.interior_point();
        middle.is_some_and(|middle| {
            self.envelope.intersects(&middle) && self.geometry.intersects(&middle)
        })
    }

    pub(crate) fn geometry(&self) -> &Geometry<f64> {
        &self.geometry
    }

    pub(crate) fn envelope(&self) -> Rect<f64> {
        self.envelope
    }
}

/// One box, or two where it crosses the antimeridian.
#[derive(Debug)]
pub(crate) struct BBox(Vec<Rect<f64>>);

impl BBox {
    fn read(text: &str) -> Result<Self, Problem> {
        let wrong = |detail: &'static str| Problem::parameter("bbox", detail);
        let numbers: Option<Vec<f64>> = text
            .split(',')
            .map(|part| {
                part.trim()
                    .parse()
                    .ok()
                    .filter(|number: &f64| number.is_finite())
            })
            .collect();
        let numbers =
            numbers.ok_or_else(|| wrong("`bbox` is made of numbers with commas between them"))?;
        let [west, south, east, north] = match numbers[..] {
            [west, south, east, north] => [west, south, east, north],
            // Nothing here has a height, so every height matches.
            [west, south, low, east, north, high] if low <= high => [west, south, east, north],
            [_, _, _, _, _, _] => {
                return Err(wrong("the lower height in `bbox` is above the upper one"));
            }
            _ => {
                return Err(wrong(
                    "`bbox` has four numbers (west, south, east, north), or six with heights",
                ));
            }
        };
        if south > north {
            return Err(wrong(
                "the southern edge of `bbox` is north of the northern one",
            ));
        }
        let rect = |west: f64, east: f64| Rect::new(near(west, south), near(east, north));
        Ok(Self(if west <= east {
            vec![rect(west, east)]
        } else {
            vec![rect(west, f64::INFINITY), rect(f64::NEG_INFINITY, east)]
        }))
    }

    fn meets(&self, shape: &Located) -> bool {
        self.0.iter().any(|rect| meets(*rect, shape))
    }
}

/// Brings a position into a range in which the arithmetic of intersections stays exact; no feature lies outside it.
fn near(lon: f64, lat: f64) -> Coord<f64> {
    const REACH: f64 = 1_000.0;
    Coord {
        x: lon.clamp(-REACH, REACH),
        y: lat.clamp(-REACH, REACH),
    }
}

fn meets(rect: Rect<f64>, shape: &Located) -> bool {
    let (min, max) = (rect.min(), rect.max());
    let (low, high) = (shape.envelope.min(), shape.envelope.max());
    if high.x < min.x || low.x > max.x || high.y < min.y || low.y > max.y {
        return false;
    }
    if min.x <= low.x && high.x <= max.x && min.y <= low.y && high.y <= max.y {
        return true;
    }
    // A box without width or height is a line or a point, which the test for polygons is not made for.
    if min == max {
        shape.geometry.intersects(&Point(min))
    } else if min.x >= max.x || min.y >= max.y {
        shape.geometry.intersects(&Line::new(min, max))
    } else {
        shape.geometry.intersects(&rect)
    }
}

/// Checks an instant, or an interval that is open at one end at most.
fn check_datetime(text: &str) -> Result<(), Problem> {
    let wrong = |detail: &'static str| Problem::parameter("datetime", detail);
    let form = || {
        wrong(
            "`datetime` is a date or a date and time with its zone (RFC 3339), or two of them with a slash between; `..` leaves one end open",
        )
    };
    let Some((from, to)) = text.split_once('/') else {
        return instant(text).map(|_| ()).ok_or_else(form);
    };
    let open = |end: &str| end.is_empty() || end == "..";
    let end = |end: &str| {
        if open(end) {
            Ok(None)
        } else {
            instant(end).map(Some).ok_or_else(form)
        }
    };
    match (end(from)?, end(to)?) {
        (None, None) => Err(form()),
        (Some(from), Some(to)) if from > to => Err(wrong("`datetime` ends before it begins")),
        _ => Ok(()),
    }
}

/// Reads the two forms of RFC 3339 that the standard allows; jiff alone would take many more.
fn instant(text: &str) -> Option<Timestamp> {
    const TIME: &str = "dd:dd:dd";
    if !text.is_ascii() {
        return None;
    }
    let (date, rest) = text.split_at_checked(A_DAY.len())?;
    let day = has_form(date, A_DAY)
        .then(|| date.parse::<Date>().ok())
        .flatten()?;
    if rest.is_empty() {
        return TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok();
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (time, rest) = rest.split_at_checked(TIME.len())?;
    let zone = rest.strip_prefix('.').map_or(rest, |fraction| {
        fraction.trim_start_matches(|digit: char| digit.is_ascii_digit())
    });
    let fraction_fits = rest == zone || rest.len() - zone.len() > 1;
    let zone_fits = matches!(zone, "Z" | "z")
        || zone
            .strip_prefix(['+', '-'])
            .is_some_and(|offset| has_form(offset, "dd:dd"));
    (has_form(time, TIME) && fraction_fits && zone_fits)
        .then(|| text.parse().ok())
        .flatten()
}

/// Says whether a text has a form in which `d` stands for a digit and every other sign for itself.
pub(crate) fn has_form(text: &str, form: &str) -> bool {
    let fits = |(byte, wanted): (u8, u8)| {
        if wanted == b'd' {
            byte.is_ascii_digit()
        } else {
            byte == wanted
        }
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
}

#[cfg(test)]
mod tests {
    use geo::{Polygon, polygon};

    use super::*;

    fn meets_box(bbox: &str, shape: &Geometry<f64>) -> bool {
        BBox::read(bbox)
            .expect("a box")
            .meets(&Located::new(shape.clone()).expect("not empty"))
    }

    /// A triangle with its right angle at the south-west, so that the north-east half of its envelope is empty.
    fn triangle() -> Geometry<f64> {
        Geometry::Polygon(
            polygon![(x: 0.0, y: 0.0), (x: 4.0, y: 0.0), (x: 0.0, y: 4.0), (x: 0.0, y: 0.0)],
        )
    }

    #[test]
    fn boxes_meet_the_geometry_itself() {
        assert!(meets_box("-1,-1,5,5", &triangle()));
        assert!(meets_box("0.5,0.5,1,1", &triangle()), "a box inside");
        assert!(meets_box("-1,2,5,3", &triangle()), "a box through it");
        assert!(
            meets_box("2,2,3,3", &triangle()),
            "a corner of the box touches the slope"
        );
        assert!(
            !meets_box("3,3,4,4", &triangle()),
            "in the empty half of the envelope"
        );
        assert!(!meets_box("2.001,2.001,9,9", &triangle()));
        assert!(meets_box("-1,-1,0,0", &triangle()), "touches the corner");
    }

    #[test]
    fn boxes_without_area_are_lines_and_points() {
        assert!(meets_box("1,1,1,1", &triangle()));
        assert!(!meets_box("3,3,3,3", &triangle()));
        assert!(meets_box("1,-1,1,9", &triangle()));
        assert!(!meets_box("5,-1,5,9", &triangle()));
        assert!(meets_box("3,3,3,3", &Geometry::Point(Point::new(3.0, 3.0))));
        assert!(meets_box("3,0,3,9", &Geometry::Point(Point::new(3.0, 3.0))));
    }

    #[test]
    fn boxes_in_a_hole_meet_nothing() {
        let square = |low: f64, high: f64| {
            Rect::new((low, low), (high, high))
                .to_polygon()
                .exterior()
                .clone()
        };
        let ring =
            Geometry::MultiPolygon(Polygon::new(square(0.0, 9.0), vec![square(3.0, 6.0)]).into());
        assert!(!meets_box("4,4,5,5", &ring));
        assert!(meets_box("4,4,7,5", &ring));
        assert!(meets_box("1,1,2,2", &ring));
    }

    #[test]
    fn boxes_cross_the_antimeridian() {
        let at = |lon: f64| Geometry::Point(Point::new(lon, 0.0));
        for (lon, inside) in [
            (179.0, true),
            (-179.0, true),
            (0.0, false),
            (176.9, false),
            (-176.9, false),
            (180.0, true),
            (-180.0, true),
        ] {
            assert_eq!(meets_box("177,-1,-177,1", &at(lon)), inside, "{lon}");
        }
    }

    #[test]
    fn impossible_boxes_are_refused() {
        for bad in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "a,b,c,d",
            "1,2,3,nan",
            "inf,0,1,1",
            "0,0,1,1e999",
            "0,10,1,5",
            "0,0,9,1,1,-9",
            "1,2,3,4,",
            "1;2;3;4",
            "0x1,0,1,1",
        ] {
            assert!(BBox::read(bad).is_err(), "{bad}");
        }
        assert!(meets_box("-1e308,-1e308,1e308,1e308", &triangle()));
        assert!(meets_box("0,0,-100,1,1,9000", &triangle()));
    }

    #[test]
    fn datetimes_follow_rfc_3339() {
        for good in [
            "2020-01-02",
            "2020-01-02T03:04:05Z",
            "2020-01-02t03:04:05.678z",
            "2020-01-02T03:04:05+01:00",
            "2020-01-02/2020-01-02",
            "../2020-01-02",
            "/2020-01-02",
            "2020-01-02/..",
            "2020-01-02/",
            "2020-01-02T03:04:05Z/2020-02-01T00:00:00Z",
        ] {
            assert!(check_datetime(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "now",
            "2020",
            "2020-13-01",
            "2020-02-30",
            "2020-01-02T03:04",
            "2020-01-02T03:04:05",
            "2020-01-02T03:04:05.Z",
            "2020-01-02T25:04:05Z",
            "20200102",
            "..",
            "/",
            "../..",
            "2020-01-02/2019-01-01",
            "2020-01-02/2020-01-03/2020-01-04",
            "2020-01-02T03:04:05+0100",
            "2020-01-02T03:04:05Z[Europe/London]",
            "２０２０-01-02",
        ] {
            assert!(check_datetime(bad).is_err(), "{bad}");
        }
    }
}
