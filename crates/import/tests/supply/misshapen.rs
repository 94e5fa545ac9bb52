//! A row that is rejected for its shape may be of a home: no other row shows its place.

use catchment_core::issue::Severity;

use super::{AT_HOME, HEAD, alone, directory, note, of, read, service};
use crate::common::Folder;

const MORE: &str = "delivery_mode,carers_home,site_id,site_name,postcode,lon,lat";

/// A row of a home with one cell too many.
fn misshapen() -> String {
    format!(
        "H1,Ann's,Trading Ltd,Shared Lives,{AT_HOME},home,,SITE9,12 Secret Road, Wexford,QZ1 1AB,,"
    )
}

fn table(rows: &[&str]) -> String {
    format!("{HEAD},{MORE}\n{}\n", rows.join("\n"))
}

#[test]
fn a_place_that_stands_in_a_misshapen_row_is_withheld_by_whatever_it_is_known() {
    for (cells, what) in [
        ("451500.4,101499.7,building,,SITE1,,,,", "its coordinates"),
        ("450500,102010,building,,SITE9,,,,", "its code"),
        (
            "450500,102010,building,,site-9,,,,",
            "its code in another spelling",
        ),
        ("450500,102010,building,,,12 Secret Road,,,", "its name"),
        (
            "450500,102010,building,,,\"12 Secret Road, Wexford\",,,",
            "its name over two cells",
        ),
        ("450500,102010,building,,,,qz11ab,,", "its postcode"),
        ("450100.2,101900.3,building,,,,,,", "where its postcode is"),
    ] {
        let neighbour = format!("A1,Craft Club,Other CIC,Day service,{cells}");
        let elsewhere = "A2,North Room,Other CIC,Day service,452500,102510,building,,SITE2,Hall,,,";
        let (study, report) = directory(&table(&[&neighbour, &misshapen(), elsewhere]));
        let said = format!("{report}");
        assert_eq!(service(&study, "A1").site, None, "{what}: {said}");
        assert!(service(&study, "A2").site.is_some(), "{what}: {said}");
        assert_eq!(study.parts().sites.len(), 1, "{what}");
        let withheld = note(
            &report,
            "its place is not used, because row 3, which was rejected for its shape",
        );
        assert_eq!(
            (withheld.row, withheld.provider.as_deref()),
            (Some(2), Some("Other CIC")),
            "{what}"
        );
        for secret in ["Secret", "451500", "SITE9"] {
            assert!(!said.contains(secret), "{what}: {said}");
        }
        // Whoever says that it is nobody's home is believed.
        let denied = neighbour.replace("building,,", "building,no,");
        let (study, _) = directory(&table(&[&denied, &misshapen()]));
        assert!(service(&study, "A1").site.is_some(), "{what}");
    }
}

#[test]
fn the_place_of_a_misshapen_row_is_known_in_degrees_and_with_a_comma_between_thousands() {
    // The eastings and northings of a comma too many each.
    let home = "H1,Ann's,Trading Ltd,Shared Lives,451,500,101,500,home,,SITE9,,,,,";
    let near = "A1,Craft Club,Other CIC,Day service,451500,101500,building,,,,,,";
    let (study, _) = directory(&table(&[home, near]));
    assert_eq!(service(&study, "A1").site, None);
    let point = catchment_core::grid::GridPoint {
        x: 451_500.0,
        y: 101_500.0,
    };
    let at = catchment_core::grid::Grid::BritishNational
        .to_lon_lat(point)
        .unwrap();
    let home = format!(
        "H1,Ann's,Trading Ltd,Shared Lives,,,home,,SITE9,12 Secret Road, Wexford,,{:.6},{:.6}",
        at.lon, at.lat
    );
    let (study, _) = directory(&table(&[&home, near]));
    assert_eq!(service(&study, "A1").site, None);
}

#[test]
fn rows_that_a_quotation_mark_takes_in_and_rows_that_are_no_text_withhold_too() {
    let home = format!("H1,Ann's,Trading Ltd,Shared Lives,{AT_HOME},home,,SITE9,,,,");
    let near = format!("A1,Craft Club,Café CIC,Day service,{AT_HOME},building,,,,,,");
    let open = "A3,\"Open,Trading Ltd,Day service,450500,102010,building,,,,,,";
    let (study, report) = directory(&table(&[&near, open, &home]));
    assert_eq!(study.parts().services.len(), 1, "{report}");
    assert_eq!(service(&study, "A1").site, None, "{report}");
    note(&report, "takes in the line after it");

    let folder = Folder::sound();
    alone(&folder, "");
    let mut bytes = table(&[&near, &home]).into_bytes();
    let at = bytes.windows(5).position(|word| word == b"Ann's").unwrap();
    bytes[at + 1] = 0xe9;
    folder.write("providers.csv", bytes);
    let (study, report) = read(&folder);
    assert_eq!(
        of(&report, "providers.csv", Severity::RowRejected).len(),
        1,
        "{report}"
    );
    assert_eq!(service(&study, "A1").site, None, "{report}");
}

#[test]
fn a_category_is_no_place_and_without_a_misshapen_row_nothing_is_withheld() {
    let club = "A1,Day service,Other CIC,Day service,450500,102010,building,,,,,,";
    let bad = "A2,Hall, The,Trading Ltd,Day service,452500,102510,building,,,,,,";
    let (study, _) = directory(&table(&[club, bad]));
    assert!(service(&study, "A1").site.is_some());
    let (study, report) = directory(&table(&[club]));
    assert!(service(&study, "A1").site.is_some());
    assert!(!format!("{report}").contains("not used"));
}

#[test]
fn where_too_much_is_misshapen_to_compare_no_place_is_shown() {
    let club = "A1,Craft Club,Other CIC,Day service,450500,102010,building,,,,,,";
    let long = format!(
        "H1,{},Trading Ltd,Shared Lives,,,home,,,,,,,x",
        "y".repeat(30_000)
    );
    let mut rows = vec![club];
    rows.resize(11, &long);
    let (study, report) = directory(&table(&rows));
    assert_eq!(service(&study, "A1").site, None);
    note(&report, "so many rows were rejected for their shape");
}
