//! What is proposed for messy files of a council's own, for rivals, for strangers, and for the real open data at hand.

mod files;
mod headers;

use std::fs;
use std::path::{Path, PathBuf};

use catchment_core::area::AreaKind;
use jiff::civil::date;

use super::{Proposed, propose_study};
use crate::read;
use crate::study_file::{STUDY_FILE, StudyFile};

fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("exports")).unwrap();
    fs::create_dir(folder.path().join("study")).unwrap();
    for (name, text) in files {
        fs::write(folder.path().join("exports").join(name), text).unwrap();
    }
    folder
}

fn proposed(folder: &Path) -> Proposed {
    let from = [folder.join("exports")];
    let proposed = propose_study(&folder.join("study"), &from, date(2026, 11, 22)).unwrap();
    fs::write(folder.join("study").join(STUDY_FILE), &proposed.text).unwrap();
    proposed
}

const SERVICES: &str = "Ref,Service name,Provider,Service type,Post code,Hourly cost,Capacity,Last reviewed,Notes\n\
    S1,North Room,Elm Trust,Day service,NP20 4AA,£20.21,12,04/03/2023,\n\
    S2,East Room,Oak CIC,Community,np20 4ab,9.51,8,2023-01-09,ring first\n";

const PEOPLE: &str = "Person ID,Home postcode,Date of Birth,Primary support reason,Surname\n\
    P1,NP20 4AA,04/03/1956,Dementia,Verysecretson\n\
    P2,NP20 4AB,05/04/1987,Autism,Hiddenford\n";

const ATTENDANCES: &str = "Person ID,Service ref,Start date,Day\nP1,S1,01/02/2022,Mon\nP2,S2,01/02/2022,Tue\nP1,S2,01/02/2022,Wed\n";

#[test]
fn a_councils_messy_tables_are_mapped_with_a_reason_each() {
    let folder = folder_with(&[
        ("services.csv", SERVICES),
        ("clients.csv", PEOPLE),
        ("attendance 22-23.csv", ATTENDANCES),
        (
            "returns.csv",
            "Provider name,Received\nElm Trust,Y\nOak CIC,N\n",
        ),
        (
            "codepo.csv",
            "Postcode,Positional_quality_indicator,Eastings,Northings\nNP20 4AA,10,331000,187000\nNP20 4AB,10,331100,187100\n",
        ),
    ]);
    let proposed = proposed(folder.path());
    insta::assert_snapshot!(proposed.text);
    insta::assert_snapshot!(proposed.summary.join("\n"));
    for secret in [
        "Verysecretson",
        "Hiddenford",
        "1956",
        "P1",
        "Dementia",
        "Surname",
    ] {
        let all = format!("{}{:?}", proposed.text, proposed.summary);
        assert!(!all.contains(secret), "{secret} is told");
    }
    // It does not only parse: every file it names can be read.
    let read = read(&folder.path().join("study"), &mut |_, _, _| {}).unwrap();
    assert!(read.report.is_usable(), "{}", read.report);
    let study = read.study.unwrap();
    assert_eq!(
        (study.parts().services.len(), study.parts().users.len()),
        (2, 2)
    );
}

#[test]
fn two_files_or_two_columns_are_never_decided_between_in_silence() {
    let folder = folder_with(&[
        ("services-new.csv", SERVICES),
        ("services-old.csv", SERVICES),
        (
            "sessions.csv",
            "Service ref,Reference,Day\nS1,7,Mon\nS2,8,Tue\nS1,9,Wed\n",
        ),
    ]);
    let text = proposed(folder.path()).text;
    let file = StudyFile::parse(&text).unwrap();
    assert!(file.providers.is_none() && file.sessions.is_none());
    assert!(
        text.contains("# file = \"../exports/services-new.csv\""),
        "{text}"
    );
    assert!(
        text.contains("# file = \"../exports/services-old.csv\""),
        "{text}"
    );
    assert!(text.contains("take out the # of one of them"), "{text}");
}

#[test]
fn two_columns_that_could_be_the_id_stop_the_section() {
    let services = SERVICES.replace("Notes", "Reference");
    let folder = folder_with(&[("services.csv", &services)]);
    let text = proposed(folder.path()).text;
    assert!(StudyFile::parse(&text).unwrap().providers.is_none());
    assert!(
        text.contains("\"Ref\" and \"Reference\" could each be service_id"),
        "{text}"
    );
}

#[test]
fn two_columns_of_postcodes_in_a_table_of_people_stop_it_and_tell_nothing() {
    let people = "Person ID,Home,Doctor,Date of Birth\nP1,NP20 4AA,NP20 4AB,04/03/1956\nP2,NP20 4AB,NP20 4AB,05/03/1957\n";
    let folder = folder_with(&[("clients.csv", people)]);
    let text = proposed(folder.path()).text;
    let file = StudyFile::parse(&text).unwrap();
    assert!(file.service_users.is_none(), "{text}");
    assert!(
        text.contains("\"Home\" and \"Doctor\" could each be the postcode"),
        "{text}"
    );
    assert!(!text.contains("NP20") && !text.contains("1956"), "{text}");
}

#[test]
fn residents_of_two_years_give_the_later_and_say_so() {
    let rows = |year: &str| format!("lsoa{year}_code,total\nW01001600,100\nW01001601,120\n");
    let area = |code: &str, west: f64| {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"LSOA21CD\":\"{code}\",\"LSOA21NM\":\"A\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[[{west},51.5],[{},51.5],[{},51.6],[{west},51.5]]]}}}}",
            west + 0.1,
            west + 0.1
        )
    };
    let areas = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{},{}]}}",
        area("W01001600", -3.0),
        area("W01001601", -3.2)
    );
    let folder = folder_with(&[
        ("areas.geojson", &areas),
        ("areas11.geojson", &areas.replace("LSOA21", "LSOA11")),
        ("population_2019.csv", &rows("11")),
        ("population_2021.csv", &rows("21")),
    ]);
    let text = proposed(folder.path()).text;
    let file = StudyFile::parse(&text).unwrap();
    let population = file.population.unwrap();
    assert_eq!(population.file, "../exports/population_2021.csv");
    assert_eq!(population.areas, "small_area_2021");
    assert!(text.contains("another file is of a later year"), "{text}");
    assert_eq!(file.areas.len(), 2);
}

#[test]
fn an_index_goes_to_the_boundaries_it_was_made_on_and_says_their_year() {
    let area = |year: &str, code: &str, west: f64| {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"LSOA{year}CD\":\"{code}\",\"LSOA{year}NM\":\"A\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[[{west},51.5],[{},51.5],[{},51.6],[{west},51.5]]]}}}}",
            west + 0.1,
            west + 0.1
        )
    };
    let areas = |year: &str| {
        format!(
            "{{\"type\":\"FeatureCollection\",\"features\":[{},{}]}}",
            area(year, "W01001600", -3.0),
            area(year, "W01001601", -3.2)
        )
    };
    let rows = |header: &str| format!("{header},WIMD_decile\nW01001600,1\nW01001601,9\n");
    let both = [
        ("areas21.geojson", areas("21")),
        ("areas11.geojson", areas("11")),
    ];
    for (file, header) in [
        ("WIMD2019.csv", "code"),
        ("deciles.csv", "lsoa11_code"),
        ("deciles for 2021.csv", "LSOA code (2011)"),
    ] {
        let rows = rows(header);
        let mut files: Vec<(&str, &str)> = both
            .iter()
            .map(|(name, text)| (*name, text.as_str()))
            .collect();
        files.push((file, &rows));
        let folder = folder_with(&files);
        let text = proposed(folder.path()).text;
        let index = &StudyFile::parse(&text).unwrap().deprivation[0];
        assert_eq!(index.areas, "small_area_2011", "{text}");
        assert_eq!(index.vintage.as_deref(), Some("2011"), "{text}");
        let read = read(&folder.path().join("study"), &mut |_, _, _| {}).unwrap();
        assert!(read.report.is_usable(), "{}", read.report);
    }
    // Without the boundaries of its year it is not used.
    let rows = rows("code");
    let folder = folder_with(&[("areas21.geojson", &both[0].1), ("WIMD2019.csv", &rows)]);
    let text = proposed(folder.path()).text;
    assert!(StudyFile::parse(&text).unwrap().deprivation.is_empty());
    assert!(
        text.contains("its codes are of 2011, and no boundaries of that year"),
        "{text}"
    );
}

#[test]
fn strangers_and_hostile_names_are_said_and_do_no_harm() {
    let odd =
        "Re\u{202e}f \"x\"\\,Service name,Provider,Service type,Post code\nA,B,C,D,NP20 4AA\n";
    let folder = folder_with(&[
        ("empty.csv", ""),
        ("letter \u{202e}gpj.docx", "PK\u{3}\u{4}nothing"),
        ("page.html", "<html>"),
        (
            "people.csv",
            "NHS number,Surname,Likes\n123,Verysecretson,tea\n",
        ),
        ("noheader.csv", "Verysecretson,7\nHiddenford,8\n"),
        ("services.csv", odd),
    ]);
    let proposed = proposed(folder.path());
    assert!(StudyFile::parse(&proposed.text).is_ok());
    let all = format!("{}{}", proposed.text, proposed.summary.join("\n"));
    assert!(
        !all.contains("Verysecretson") && !all.contains("Likes"),
        "{all}"
    );
    assert!(!all.contains('\u{202e}'), "{all}");
    for said in [
        "is empty",
        "damaged",
        "web page",
        "about people",
        "2 columns",
    ] {
        assert!(all.contains(said), "{said}: {all}");
    }
}

#[test]
fn what_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = [folder.path().join("nowhere.csv")];
    let error = propose_study(folder.path(), &nowhere, date(2026, 11, 22)).unwrap_err();
    assert!(error.to_string().contains("nowhere.csv"), "{error}");
    let empty = [folder.path().to_owned()];
    assert!(propose_study(folder.path(), &empty, date(2026, 11, 22)).is_err());
}

/// Proposes a study from a folder of real open data, where that is at hand.
fn real(name: &str, test: &str) -> Option<(tempfile::TempDir, String)> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("CATCHMENT_SHARED").map_or(default, PathBuf::from);
    let data = shared.join("data").join(name);
    if !data.is_dir() {
        println!(
            "SKIP {test}: no shared data at {}; set CATCHMENT_SHARED",
            shared.display()
        );
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let proposed = propose_study(folder.path(), &[data], date(2026, 11, 22)).unwrap();
    fs::write(folder.path().join(STUDY_FILE), &proposed.text).unwrap();
    println!("{}\n{}", proposed.text, proposed.summary.join("\n"));
    Some((folder, proposed.text))
}

#[test]
fn newports_files_give_a_study_that_builds() {
    let Some((folder, text)) = real("newport", "newports_files_give_a_study_that_builds") else {
        return;
    };
    let file = StudyFile::parse(&text).unwrap();
    assert_eq!(file.study.title, "Newport");
    let ids: Vec<&str> = file.areas.iter().map(|areas| areas.id.as_str()).collect();
    assert_eq!(ids, ["small_area_2021", "small_area_2011", "ward"]);
    assert!(
        file.population
            .unwrap()
            .file
            .ends_with("census21_pop_age_lsoa21.csv")
    );
    assert_eq!(file.deprivation[0].areas, "small_area_2011");
    assert!(file.deprivation[0].index.starts_with("Welsh"));
    let read = read(folder.path(), &mut |_, _, _| {}).unwrap();
    println!("{}", read.report);
    assert!(read.report.is_usable(), "{}", read.report);
    let study = read.study.unwrap();
    let wards = study.area_set(AreaKind::Ward).unwrap();
    assert_eq!(study.areas_in(wards).count(), 21);
    assert!(study.network().is_some() && !study.parts().postcodes.is_empty());
    // The four wards that have no roads are on the report.
    let coverage = &read.report.coverage;
    let wards = coverage
        .iter()
        .find(|set| set.kind == AreaKind::Ward)
        .unwrap();
    let lacking = wards.list.iter().filter(|area| area.lacks_roads());
    let lacking: Vec<&str> = lacking.map(|area| area.name.as_str()).collect();
    assert_eq!(
        lacking,
        ["Bettws", "Bishton and Langstone", "Caerleon", "Malpas"]
    );
}

#[test]
fn bcps_files_give_a_study_with_both_indices_the_later_first() {
    let Some((folder, text)) = real(
        "bcp",
        "bcps_files_give_a_study_with_both_indices_the_later_first",
    ) else {
        return;
    };
    let file = StudyFile::parse(&text).unwrap();
    let indices: Vec<(&str, &str)> = file
        .deprivation
        .iter()
        .map(|index| (index.id.as_str(), index.areas.as_str()))
        .collect();
    assert_eq!(
        indices,
        [
            ("imd2025", "small_area_2021"),
            ("imd2019", "small_area_2011")
        ]
    );
    let read = read(folder.path(), &mut |_, _, _| {}).unwrap();
    println!("{}", read.report);
    assert!(read.report.is_usable(), "{}", read.report);
}
