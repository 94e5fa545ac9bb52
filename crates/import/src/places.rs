//! Puts rows on the map: by their coordinates or by their postcode.

use std::collections::BTreeMap;

use catchment_core::grid::GridPoint;
use catchment_core::place::GeocodeGrade;

use crate::table::Row;
use crate::text;

/// Where a row was put, and how finely.
pub(crate) struct Located {
    pub(crate) point: GridPoint,
    pub(crate) grade: GeocodeGrade,
    /// Its postcode in the usual spacing, where it has a whole one.
    pub(crate) postcode: Option<String>,
}

/// Postcodes by code, and the frame of all areas: where a place can be.
#[derive(Default)]
pub(crate) struct Places {
    pub(crate) by_code: BTreeMap<String, GridPoint>,
    pub(crate) frame: Option<geo::Rect<f64>>,
}

/// How far outside the frame of all areas a place may lie before its coordinates are doubted; metres.
const FAR: f64 = 50_000.0;

impl Places {
    pub(crate) fn postcode(&self, code: &str) -> Option<GridPoint> {
        self.by_code.get(code).copied()
    }

    /// Says whether a place lies in the frame of all areas or not far from it; without areas every place does.
    pub(crate) fn is_near(&self, point: GridPoint) -> bool {
        self.frame.is_none_or(|frame| {
            (frame.min().x - FAR..=frame.max().x + FAR).contains(&point.x)
                && (frame.min().y - FAR..=frame.max().y + FAR).contains(&point.y)
        })
    }

    /// Says whether a place lies far from every area and would lie near one with its coordinates exchanged.
    pub(crate) fn looks_swapped(&self, point: GridPoint) -> bool {
        let near = |x: f64, y: f64| {
            self.frame.is_some_and(|frame| {
                (frame.min().x - FAR..=frame.max().x + FAR).contains(&x)
                    && (frame.min().y - FAR..=frame.max().y + FAR).contains(&y)
            })
        };
        self.frame.is_some() && !near(point.x, point.y) && near(point.y, point.x)
    }
}

/// Reads easting and northing, else rejects the row.
pub(crate) fn coordinates(row: &mut Row<'_>) -> Option<GridPoint> {
    let hint = "eastings and northings are metres on the study's grid, such as 331000 and 187000";
    let metres = |text: &str| text::number(text).filter(|metres| metres.abs() < 2.0e6);
    let x = row.needed_as("easting", metres, hint)?;
    let y = row.needed_as("northing", metres, hint)?;
    Some(GridPoint { x, y })
}

/// Places a row on the map, by its coordinates or else by the point of its postcode, or rejects it.
pub(crate) fn locate(row: &mut Row<'_>, places: &Places) -> Option<Located> {
    let postcode = row.text("postcode").map(str::to_owned);
    let code = postcode.as_deref().and_then(text::postcode);
    if row.text("easting").is_some() || row.text("northing").is_some() {
        let point = coordinates(row)?;
        if places.looks_swapped(point) {
            row.reject(
                "easting",
                "easting and northing look swapped: the place lies far from every area, and near one if they are exchanged",
                "exchange the two, or correct them",
            );
            return None;
        }
        return Some(Located {
            point,
            grade: GeocodeGrade::Coordinates,
            postcode: code,
        });
    }
    let Some(written) = postcode else {
        row.reject(
            "postcode",
            "has neither coordinates nor a postcode",
            "give an easting and northing, or a postcode",
        );
        return None;
    };
    let Some(code) = code else {
        row.reject(
            "postcode",
            &format!("is not a postcode{}", row.quoted(&written)),
            "a postcode looks like NP20 4AA",
        );
        return None;
    };
    let Some(point) = places.postcode(&code) else {
        row.reject(
            "postcode",
            &format!("is not among the study's postcodes{}", row.quoted(&written)),
            "check it, or give an easting and northing",
        );
        return None;
    };
    Some(Located {
        point,
        grade: GeocodeGrade::Postcode,
        postcode: Some(code),
    })
}
