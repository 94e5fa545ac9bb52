//! Places from whole study folders: what grade everything gets, and what becomes of what is placed coarsely.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may stop the moment something is not as it expects"
)]

mod common;

use catchment_core::area::AreaKind;
use catchment_core::issue::Severity;
use catchment_core::journey::{Journeys, NoJourney, OffNetwork};
use catchment_core::place::GeocodeGrade;
use common::Folder;

/// The sound study with people placed in every way.
fn graded() -> Folder {
    let folder = Folder::sound();
    folder.exchange(
        "study.toml",
        "postcode = \"postcode\"\neasting = \"easting\"\nnorthing = \"northing\"\n",
        "ended = \"ended\"\n\n[towns]\nfile = \"towns.csv\"\nname = \"name\"\neasting = \"x\"\nnorthing = \"y\"\n",
    );
    folder.write(
        "postcodes.csv",
        "Postcode,Easting,Northing,PQI,ended\n\
         QZ1 1AA,450100,100020,10,\nQZ1 1AB,450100,101900,10,\nQZ2 1AA,451900,100020,10,\n\
         QZ1 1AD,450200,100020,50,\nQZ1 1AE,450300,100020,10,2019-02\nQZ1 1AF,,,90,\n",
    );
    folder.write("towns.csv", "name,x,y\nQuaymouth,450500,101000\n");
    folder.write(
        "service_users.csv",
        "user_id,postcode,easting,northing,town\n\
         P1,QZ1 1AA,,,\nP2,,450110,101910,\nP3,QZ1 1AD,,,\nP4,QZ1 1AE,,,\nP5,QZ1 1AF,,,\nP6,QZ1 1ZZ,,,\n\
         P7,QZ1 1,,,\nP8,QZ1,,,\nP9,,,,Quaymouth\nP10,Quaymouth,,,\nP11,QZ9 9ZZ,,,\n",
    );
    folder
}

#[test]
fn every_home_has_its_grade_and_none_is_lost() {
    let read = graded().read();
    let report = &read.report;
    let users = report
        .files
        .iter()
        .find(|counts| counts.file == "service_users.csv")
        .unwrap();
    assert_eq!(
        (users.rows, users.accepted, users.repaired, users.rejected),
        (11, 4, 6, 1),
        "{report}"
    );
    let homes: Vec<(GeocodeGrade, usize)> = report
        .geocoded
        .iter()
        .filter(|placed| placed.what == "homes")
        .map(|placed| (placed.grade, placed.count))
        .collect();
    assert_eq!(
        homes,
        [
            (GeocodeGrade::Coordinates, 1),
            (GeocodeGrade::Postcode, 1),
            (GeocodeGrade::ImprecisePostcode, 1),
            (GeocodeGrade::EndedPostcode, 1),
            (GeocodeGrade::PostcodeSector, 3),
            (GeocodeGrade::PostcodeDistrict, 1),
            (GeocodeGrade::Town, 2),
        ]
    );
    let postcodes = report
        .files
        .iter()
        .find(|counts| counts.file == "postcodes.csv")
        .unwrap();
    assert_eq!((postcodes.rows, postcodes.accepted), (6, 6));
    let study = read.study.unwrap();
    assert_eq!(study.parts().postcodes.len(), 4, "the others carry nobody");
}

#[test]
fn a_coarse_home_is_in_no_area_and_has_no_journey_with_a_reason_of_its_own() {
    let read = graded().read();
    let study = read.study.unwrap();
    let wards = study.area_set(AreaKind::Ward).unwrap();
    let journeys = Journeys::compute(&study, study.user_snaps());
    let mut coarse = 0;
    for ((id, user), (row, snap)) in study
        .parts()
        .users
        .iter()
        .zip(study.user_snaps().iter().enumerate())
    {
        let fine = user.grade.is_fine_enough_for_journeys();
        assert_eq!(study.area_of_user(id, wards).is_some(), fine, "{row}");
        assert_eq!(snap == &Err(OffNetwork::TooCoarse), !fine, "{row}");
        for journey in journeys.from_start(row) {
            let why = journey.err();
            assert_eq!(why == Some(NoJourney::PlaceTooCoarse), !fine, "{row}");
        }
        coarse += u32::from(!fine);
    }
    assert_eq!(coarse, 3);
    assert!(
        read.report
            .issues
            .iter()
            .any(|issue| issue.severity == Severity::Note
                && issue
                    .message
                    .starts_with("3 people are placed by a postcode district or a town")),
        "{}",
        read.report
    );
}

#[test]
fn a_site_known_by_its_town_is_kept_and_said() {
    let folder = graded();
    folder.exchange("providers.csv", "QZ2 1AA", "Quaymouth");
    assert!(folder.issues().iter().any(|issue| {
        issue.file == "providers.csv"
            && issue.severity == Severity::Repaired
            && issue
                .message
                .contains("is the name of a town, not a postcode")
    }));
    let read = folder.read();
    assert!(
        read.report.issues.iter().any(|issue| issue
            .message
            .contains("is placed by its town alone, so distances to it are rough")),
        "{}",
        read.report
    );
    let sites = read
        .report
        .geocoded
        .iter()
        .find(|placed| placed.what == "sites" && placed.grade == GeocodeGrade::Town);
    assert_eq!(sites.map(|placed| placed.count), Some(1));
    assert!(read.study.is_some());
}
