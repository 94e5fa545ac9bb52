use catchment_core::grid::{Grid, GridPoint, LonLat};
use catchment_core::study::Study;

use super::{Place, find};
use crate::fixture::{NEWPORT, study};

const PORTO: LonLat = LonLat {
    lon: -8.61,
    lat: 41.15,
};

fn british() -> Study {
    study(Grid::BritishNational, NEWPORT)
}

fn local() -> Study {
    let LonLat { lon, lat } = PORTO;
    study(Grid::Local { lon, lat }, [0.0, 0.0])
}

fn metres_east(place: &Place) -> f64 {
    (place.point.x - NEWPORT[0]).round()
}

fn refused(study: &Study, text: &str) -> String {
    find(study, text).unwrap_err().to_string()
}

#[test]
fn a_place_is_found_by_id_by_name_and_by_postcode_in_any_usual_spelling() {
    let study = british();
    for (text, east, taken_for) in [
        ("S02", 1000.0, "site Riverside Day Centre (S02)"),
        ("s02", 1000.0, "site Riverside Day Centre (S02)"),
        (
            " riverside day-centre ",
            1000.0,
            "site Riverside Day Centre (S02)",
        ),
        ("central library", 500.0, "asset Central Library (A1)"),
        // A site comes before an asset of the same name, which can be had by saying so.
        ("The Hub", 0.0, "site The Hub (S01)"),
        ("asset:The Hub", 700.0, "asset The Hub (A2)"),
        ("NP20 4AB", 300.0, "postcode NP20 4AB"),
        ("np204ab", 300.0, "postcode NP20 4AB"),
        ("postcode: NP20  4AB", 300.0, "postcode NP20 4AB"),
    ] {
        let place = find(&study, text).unwrap();
        assert_eq!(
            (metres_east(&place), place.taken_for.as_str()),
            (east, taken_for)
        );
    }
}

#[test]
fn metres_and_degrees_are_told_apart_by_where_the_study_is() {
    let study = british();
    let metres = find(&study, "331400,187000").unwrap();
    assert_eq!(
        metres.point,
        GridPoint {
            x: 331_400.0,
            y: 187_000.0
        }
    );
    assert_eq!(metres.taken_for, "easting 331400, northing 187000");
    let LonLat { lon, lat } = study.about().grid.to_lon_lat(metres.point).unwrap();
    for text in [
        format!("{lat:.7},{lon:.7}"),
        format!("{lat:.7}, {lon:.7}"),
        format!("{lat:.7}° {lon:.7}°"),
        format!("latlon:{lat:.7};{lon:.7}"),
        format!("{lon:.7},{lat:.7}"),
    ] {
        let place = find(&study, &text).unwrap();
        assert!((metres_east(&place) - 400.0).abs() < 1.0, "{text}");
        assert!(
            place.taken_for.starts_with("latitude 51."),
            "{}",
            place.taken_for
        );
    }
    let exchanged = refused(&study, "187000,331400");
    assert!(exchanged.contains("331400,187000"), "{exchanged}");
    let far = refused(&study, "41.15,-8.61");
    assert!(far.contains("more than 50 km"), "{far}");
    for text in ["grid:1,2", "latlon:41.15,-8.61", "lonlat:1", "latlon:91,0"] {
        assert!(find(&study, text).is_err(), "{text}");
    }
}

#[test]
fn on_a_grid_that_begins_amid_the_study_coarse_numbers_are_refused_with_both_readings() {
    let study = local();
    let both = refused(&study, "41.15,-8.61");
    assert!(both.contains("latitude 41.15, longitude -8.61"), "{both}");
    assert!(both.contains("easting 41.15, northing -8.61"), "{both}");
    for (text, x) in [
        ("latlon:41.15,-8.61", 0.0),
        ("lonlat:-8.61,41.15", 0.0),
        ("grid:41.15,-8.61", 41.15),
        ("41.1500,-8.6100", 0.0),
        ("1200,40", 1200.0),
    ] {
        let place = find(&study, text).unwrap();
        assert!((place.point.x - x).abs() < 0.01, "{text}: {place}");
    }
}

#[test]
fn several_that_fit_are_listed_and_what_is_like_is_suggested() {
    let study = british();
    let several = refused(&study, "hill house");
    assert!(
        several.contains("(S03)") && several.contains("(S04)"),
        "{several}"
    );
    let like = refused(&study, "Riversyde day centre");
    assert!(
        like.contains("is it site Riverside Day Centre (S02)"),
        "{like}"
    );
    let by_word = refused(&study, "libary");
    assert!(by_word.contains("Central Library (A1)"), "{by_word}");
    let none = refused(&study, "zzzz");
    assert!(none.contains("latitude first"), "{none}");
    let postcode = refused(&study, "NP20 4AC");
    assert!(postcode.contains("it has NP20 4AA, NP20 4AB"), "{postcode}");
    assert!(refused(&study, " ").contains("no place was given"));
}
