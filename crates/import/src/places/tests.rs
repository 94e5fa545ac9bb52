//! Rows of tables on the map: every grade, and what is said of it.

use std::fs;

use catchment_core::grid::{Grid, GridPoint, LonLat};
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::GeocodeGrade;

use super::code::Code;
use super::geocoder::{Entry, Geocoder, Standing, without_twins};
use super::{Located, PLACE_COLUMNS, Places, locate};
use crate::report::FileCounts;
use crate::table::{Reader, TableFile};

/// Postcodes by code, standing, and kilometres east and north of 330 000, 185 000.
const POSTCODES: &[(&str, Standing, [i32; 2])] = &[
    ("NP20 4AA", Standing::Live, [1, 1]),
    ("NP20 4AB", Standing::Live, [2, 1]),
    ("NP20 4AD", Standing::Imprecise, [3, 1]),
    ("NP20 4AE", Standing::Ended, [9, 9]),
    ("NP20 4AF", Standing::NoPlace, [0, 0]),
    ("NP20 4AG", Standing::SectorMean, [8, 8]),
    ("NP20 5AA", Standing::Live, [5, 5]),
    ("NP20 5AB", Standing::Live, [6, 5]),
    ("NP19 0AA", Standing::Live, [7, 2]),
    ("NP9 1AA", Standing::Ended, [4, 4]),
    ("JE2 3AB", Standing::NoPlace, [0, 0]),
    ("BT1 1AA", Standing::OffGrid, [0, 0]),
];

fn point(east: f64, north: f64) -> GridPoint {
    GridPoint {
        x: 330_000.0 + east * 1_000.0,
        y: 185_000.0 + north * 1_000.0,
    }
}

fn places() -> Places {
    let mut entries: Vec<Entry> = POSTCODES
        .iter()
        .zip(1..)
        .map(|((code, standing, [east, north]), row)| Entry {
            code: Code::from_ascii(code.as_bytes()).unwrap(),
            standing: *standing,
            point: [(330 + east) * 1_000_000, (185 + north) * 1_000_000],
            row,
        })
        .collect();
    without_twins(&mut entries);
    let frame = geo::Rect::new((325_000.0, 180_000.0), (345_000.0, 200_000.0));
    let mut places = Places::new(Grid::BritishNational, Some(frame), Geocoder::new(&entries));
    places.add_towns(vec![
        ("Caerleon".to_owned(), point(4.0, 6.0)),
        ("Church End".to_owned(), point(0.0, 0.0)),
        ("Church End".to_owned(), point(0.0, 12.0)),
    ]);
    places
}

struct Outcome {
    located: Vec<Located>,
    counts: FileCounts,
    issues: Vec<Issue>,
}

fn outcome(text: &str, personal: bool) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("t.csv"), text).unwrap();
    let table = TableFile {
        folder: folder.path(),
        file: "t.csv",
        sheet: None,
        mapping: std::collections::BTreeMap::default(),
        personal,
        of_study: true,
    };
    let mut issues = Vec::new();
    let reader = Reader::open(&table, PLACE_COLUMNS, &mut issues).unwrap();
    let places = places();
    let mut located = Vec::new();
    let counts = reader.each(&mut issues, |row| {
        located.push(locate(row, &places)?);
        Some(())
    });
    Outcome {
        located,
        counts,
        issues,
    }
}

/// Places one row and returns where it is, its grade and what was said.
fn one(header: &str, row: &str) -> (Option<(GridPoint, GeocodeGrade)>, String) {
    let found = outcome(&format!("{header}\n{row}\n"), false);
    let at = found
        .located
        .first()
        .map(|located| (located.point, located.grade));
    let severities: Vec<Severity> = found.issues.iter().map(|issue| issue.severity).collect();
    assert_eq!(at.is_none(), severities.contains(&Severity::RowRejected));
    assert_eq!(
        found.counts.repaired > 0,
        severities.contains(&Severity::Repaired)
    );
    let said: Vec<String> = found
        .issues
        .into_iter()
        .map(|issue| issue.message)
        .collect();
    (at, said.join("; "))
}

fn by_postcode(cell: &str) -> (Option<(GridPoint, GeocodeGrade)>, String) {
    one("postcode,town", &format!("{cell},"))
}

#[test]
fn known_postcodes_are_placed_in_silence_with_their_grade() {
    for (cell, at, grade) in [
        ("NP20 4AA", point(1.0, 1.0), GeocodeGrade::Postcode),
        ("np204aa", point(1.0, 1.0), GeocodeGrade::Postcode),
        ("NP20 4AD", point(3.0, 1.0), GeocodeGrade::ImprecisePostcode),
        ("NP20 4AE", point(9.0, 9.0), GeocodeGrade::EndedPostcode),
        ("NP9 1AA", point(4.0, 4.0), GeocodeGrade::EndedPostcode),
    ] {
        assert_eq!(
            by_postcode(cell),
            (Some((at, grade)), String::new()),
            "{cell}"
        );
    }
}

#[test]
fn a_postcode_without_a_place_goes_to_its_sector_and_it_is_said() {
    // The middle of the sector is a postcode in use: 1, 2 and 3 km east, so 2.
    let sector = Some((point(2.0, 1.0), GeocodeGrade::PostcodeSector));
    for cell in ["NP20 4AF", "NP20 4AG"] {
        let (at, said) = by_postcode(cell);
        assert_eq!(at, sector);
        assert_eq!(
            said,
            format!(
                "has no location of its own in the postcode file: \"{cell}\"; placed at the middle of its sector NP20 4"
            )
        );
    }
    let (at, said) = by_postcode("NP20 4ZZ");
    assert_eq!(at, sector);
    assert_eq!(
        said,
        "is not in the postcode file: \"NP20 4ZZ\"; placed at the middle of its sector NP20 4"
    );
    // Of a sector that is not there, the district; of a district that is not there, nothing.
    let (at, said) = by_postcode("NP20 9ZZ");
    assert_eq!(at.unwrap().1, GeocodeGrade::PostcodeDistrict);
    assert!(said.ends_with("the middle of its district NP20"), "{said}");
    for cell in ["CF10 1AA", "JE2 3AB", "BT1 1AA"] {
        let (at, said) = by_postcode(cell);
        assert_eq!(at, None);
        assert!(said.contains(cell), "{said}");
    }
    assert!(by_postcode("BT1 1AA").1.contains("off the study's grid"));
}

#[test]
fn beginnings_of_postcodes_are_placed_at_a_postcode_in_their_middle() {
    let of = |cell| by_postcode(cell).0;
    assert_eq!(
        of("NP20 4"),
        Some((point(2.0, 1.0), GeocodeGrade::PostcodeSector))
    );
    assert_eq!(of("np204"), of("NP20 4"));
    // 1, 2, 3, 5 and 6 km east; 1, 1, 1, 5, 5 north: the median is 3, 1.
    assert_eq!(
        of("NP20"),
        Some((point(3.0, 1.0), GeocodeGrade::PostcodeDistrict))
    );
    assert_eq!(
        of("NP9"),
        Some((point(4.0, 4.0), GeocodeGrade::PostcodeDistrict))
    );
    // There is no district NP91, so it is the sector NP9 1.
    assert_eq!(
        of("NP91"),
        Some((point(4.0, 4.0), GeocodeGrade::PostcodeSector))
    );
    assert_eq!(of("NP2"), None);
    assert_eq!(of("NP"), None);
}

#[test]
fn towns_are_placed_and_a_name_of_two_places_is_not() {
    let caerleon = Some((point(4.0, 6.0), GeocodeGrade::Town));
    let (at, said) = by_postcode("Caerleon");
    assert_eq!(at, caerleon);
    assert!(
        said.starts_with("is the name of a town, not a postcode"),
        "{said}"
    );
    assert_eq!(one("town", "caerleon").0, caerleon);
    let (at, said) = one("town", "Church End");
    assert_eq!(at, None);
    assert_eq!(
        said,
        "is the name of several places, up to 12 km apart: \"Church End\""
    );
    // Where the postcode says nothing, the town does, and that is said.
    let (at, said) = one("postcode,town", "CF10 1AA,Caerleon");
    assert_eq!(at, caerleon);
    assert!(said.contains("placed by town instead"), "{said}");
    assert!(
        one("postcode,name", ",Somebody")
            .1
            .contains("neither coordinates nor a postcode nor a town")
    );
}

#[test]
fn coordinates_come_first_in_metres_or_degrees() {
    let at = point(1.5, 1.5);
    let header = "easting,northing,lon,lat,postcode";
    let exact = Some((at, GeocodeGrade::Coordinates));
    let metres = format!("{},{},,,NP20 4AA", at.x, at.y);
    assert_eq!(one(header, &metres), (exact, String::new()));
    let LonLat { lon, lat } = Grid::BritishNational.to_lon_lat(at).unwrap();
    let near = |found: Option<(GridPoint, GeocodeGrade)>| {
        found.is_some_and(|(found, grade)| {
            grade == GeocodeGrade::Coordinates && (found.x - at.x).hypot(found.y - at.y) < 0.01
        })
    };
    let (found, said) = one(header, &format!(",,{lon},{lat},"));
    assert!(near(found) && said.is_empty(), "{said}");
    let (found, said) = one(header, &format!("{lon},{lat},,,"));
    assert!(
        near(found) && said.contains("are degrees, not metres"),
        "{said}"
    );
    for swapped in [format!("{},{},,,", at.y, at.x), format!(",,{lat},{lon},")] {
        let (found, said) = one(header, &swapped);
        assert!(found.is_none() && said.contains("look swapped"), "{said}");
    }
}

#[test]
fn coordinates_that_cannot_be_used_give_way_to_the_postcode() {
    let header = "easting,northing,postcode";
    for wrong in ["east,187000", "331000,", "0,0", "187000,331000"] {
        let (at, said) = one(header, &format!("{wrong},NP20 4AA"));
        assert_eq!(
            at,
            Some((point(1.0, 1.0), GeocodeGrade::Postcode)),
            "{wrong}"
        );
        assert!(
            said.ends_with("; placed by postcode point instead"),
            "{said}"
        );
        assert_eq!(one(header, &format!("{wrong},")).0, None);
    }
}

#[test]
fn coordinates_and_a_postcode_of_two_places_are_never_decided_between_in_silence() {
    let header = "easting,northing,lon,lat,postcode,town";
    let metres = |at: GridPoint, rest: &str| one(header, &format!("{},{},,,{rest}", at.x, at.y));
    let exact = |at| Some((at, GeocodeGrade::Coordinates));
    // NP20 4AA is at 1, 1. A kilometre and a half is usual.
    let near = point(2.5, 1.0);
    assert_eq!(metres(near, "NP20 4AA,"), (exact(near), String::new()));
    // So is anything where the postcode is only a beginning, or of no known place.
    let far = point(13.0, 13.0);
    for rest in ["NP20,", "NP20 4,", "NP20 4ZZ,", "NP20 4AF,", "?,"] {
        assert_eq!(metres(far, rest), (exact(far), String::new()), "{rest}");
    }
    // Further off a large postcode could be: the coordinates are used and both readings given.
    let off = point(4.0, 5.0);
    let (at, said) = metres(off, "np204aa,Caerleon");
    assert_eq!(at, exact(off));
    assert_eq!(
        said,
        "is of a place about 5 km from the coordinates beside it; the coordinates were used: \"np204aa; 334000, 190000\""
    );
    let LonLat { lon, lat } = Grid::BritishNational.to_lon_lat(off).unwrap();
    let (at, said) = one(header, &format!(",,{lon:.4},{lat:.4},NP20 4AE,"));
    assert_eq!(at.unwrap().1, GeocodeGrade::Coordinates);
    assert!(said.contains("about 6 km"), "{said}");
    assert!(
        said.contains(&format!("NP20 4AE; {lon:.4}, {lat:.4}")),
        "{said}"
    );
    // Further than any postcode reaches, neither is believed; the town is, where there is one.
    let (at, said) = metres(far, "NP20 4AA,");
    assert_eq!(at, None);
    assert!(
        said.contains("about 17 km") && said.contains("neither was used"),
        "{said}"
    );
    let (at, said) = metres(far, "NP20 4AA,Caerleon");
    assert_eq!(at, Some((point(4.0, 6.0), GeocodeGrade::Town)));
    assert!(said.contains("placed by town instead"), "{said}");
    // Where the coordinates cannot be read, there is nothing to compare.
    let (at, said) = one(header, "east,,,,NP20 4AA,");
    assert_eq!(at, Some((point(1.0, 1.0), GeocodeGrade::Postcode)));
    assert!(!said.contains("km"), "{said}");
}

#[test]
fn of_a_person_two_places_are_told_by_their_distance_alone() {
    let rows = "334000,190000,NP20 4AA\n343000,198000,NP20 4AA\n331000,186000,NP20 4AA\n";
    let found = outcome(&format!("easting,northing,postcode\n{rows}"), true);
    assert_eq!(
        [
            found.counts.accepted,
            found.counts.repaired,
            found.counts.rejected
        ],
        [1, 1, 1]
    );
    let said: Vec<(Severity, &str)> = found
        .issues
        .iter()
        .map(|issue| (issue.severity, issue.message.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (
                Severity::Repaired,
                "is of a place about 5 km from the coordinates beside it; the coordinates were used"
            ),
            (
                Severity::RowRejected,
                "is of a place about 17 km from the coordinates beside it; neither was used"
            ),
        ]
    );
}

#[test]
fn nothing_of_a_person_is_quoted() {
    let rows = [
        "NP20 4ZZ,",
        "NP20 4AF,",
        "NP20 4,",
        "NP20,",
        "CF10 1AA,Caerleon",
        "CF10 1AA,Church End",
        "Secretville,",
    ];
    let found = outcome(&format!("postcode,town\n{}\n", rows.join("\n")), true);
    assert_eq!(found.counts.rows, 7);
    assert_eq!((found.counts.repaired, found.counts.rejected), (5, 2));
    for issue in &found.issues {
        let said = &issue.message;
        for secret in ["NP20", "CF10", "Caerleon", "Church", "Secret", "4ZZ"] {
            assert!(!said.contains(secret), "{said}");
        }
    }
}

#[test]
fn a_whole_postcode_is_kept_in_its_usual_spacing() {
    let found = outcome(
        "postcode,easting,northing\nnp204aa,331000,187000\nNP20,331000,187000\n",
        false,
    );
    let codes: Vec<Option<&str>> = found
        .located
        .iter()
        .map(|located| located.postcode.as_deref())
        .collect();
    assert_eq!(codes, [Some("NP20 4AA"), None]);
}
