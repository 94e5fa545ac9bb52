//! Invented community assets: libraries, leisure centres, halls, places of worship and cafes.

use std::fmt::Write as _;

use crate::geometry::at;
use crate::land::{HubKind, Land};
use crate::random::Random;
use crate::residents::Postcode;

/// The assets' table.
pub(crate) fn list(land: &Land, postcodes: &[Postcode], random: &mut Random) -> String {
    let mut out = String::from("asset_id,name,kind,postcode,easting,northing\n");
    let mut number = 0;
    for hub in land.hubs.iter().filter(|hub| hub.kind != HubKind::Exit) {
        for (kind, names) in wanted(hub.kind) {
            for name in names {
                let p = hub.at + at(random.normal(), random.normal()) * (hub.spread * 0.3);
                let nearest = postcodes
                    .iter()
                    .min_by(|a, b| a.at.distance(p).total_cmp(&b.at.distance(p)));
                let Some(postcode) = nearest else { continue };
                number += 1;
                let (easting, northing) = crate::place::easting_northing(postcode.at);
                let _ = writeln!(
                    out,
                    "A{number:03},{} {name},{kind},{},{easting:.0},{northing:.0}",
                    hub.name, postcode.text
                );
            }
        }
    }
    out
}

/// What a place of a kind has.
fn wanted(kind: HubKind) -> Vec<(&'static str, Vec<&'static str>)> {
    match kind {
        HubKind::Town => vec![
            ("library", vec!["Central Library", "Branch Library"]),
            ("leisure_centre", vec!["Leisure Centre", "Baths"]),
            (
                "community_centre",
                vec!["Community Centre", "Old School Rooms", "Pavilion"],
            ),
            (
                "place_of_worship",
                vec!["Minster", "Methodist Church", "Mosque", "Baptist Church"],
            ),
            (
                "cafe",
                vec![
                    "Pier Cafe",
                    "Station Cafe",
                    "Market Cafe",
                    "Garden Cafe",
                    "Library Cafe",
                ],
            ),
        ],
        HubKind::District => vec![
            ("library", vec!["Library"]),
            ("leisure_centre", vec!["Sports Hall"]),
            ("community_centre", vec!["Community Centre", "Social Hall"]),
            ("place_of_worship", vec!["Parish Church", "Chapel"]),
            ("cafe", vec!["Corner Cafe", "Park Cafe"]),
        ],
        HubKind::Village => vec![
            ("community_centre", vec!["Village Hall"]),
            ("place_of_worship", vec!["Church"]),
            ("cafe", vec!["Tea Room"]),
        ],
        HubKind::Exit => Vec::new(),
    }
}
