//! What a study file may say.

use super::StudyFile;

const LEAST: &str =
    "[study]\ntitle = \"T\"\nreference_date = 2023-03-06\ngrid = \"british-national\"\n";

#[test]
fn the_least_study_is_a_title_a_day_and_a_grid() {
    assert!(StudyFile::parse(LEAST).is_ok());
}

#[test]
fn an_unknown_field_is_refused_with_a_suggestion() {
    let message = StudyFile::parse(&format!("{LEAST}[travel]\nprofil = \"walk\"\n")).unwrap_err();
    assert!(message.contains("did you mean `profile`?"), "{message}");
    assert!(message.contains("line 6"), "{message}");
}

#[test]
fn sections_that_do_not_fit_together_are_refused() {
    let population =
        "[population]\nfile = \"p.csv\"\nareas = \"lsoa\"\ncode = \"code\"\ntotal = \"total\"\n";
    let message = StudyFile::parse(&format!("{LEAST}{population}")).unwrap_err();
    assert!(message.contains("population: \"lsoa\""), "{message}");
    let areas = "[[areas]]\nid = \"lsoa\"\nkind = \"small_area\"\nfile = \"a.geojson\"\ncode = \"c\"\nname = \"n\"\n";
    let message = StudyFile::parse(&format!("{LEAST}{areas}vintage = \"WD25\"\n")).unwrap_err();
    assert!(message.contains("is not the year"), "{message}");
    let lookup = "[[lookup]]\nfile = \"l.csv\"\nfrom = \"lsoa\"\nto = \"ward\"\nfrom_code = \"a\"\nto_code = \"b\"\n";
    let message =
        StudyFile::parse(&format!("{LEAST}{areas}vintage = \"2021\"\n{lookup}")).unwrap_err();
    assert!(message.contains("lookup: \"ward\""), "{message}");
    for (wrong, named) in [
        ("grid = \"utm\"", "study.grid"),
        ("grid = \"local\"", "grid_centre"),
    ] {
        let message =
            StudyFile::parse(&LEAST.replace("grid = \"british-national\"", wrong)).unwrap_err();
        assert!(message.contains(named), "{message}");
    }
    let message =
        StudyFile::parse(&format!("{LEAST}[attendances]\nfile = \"a.csv\"\n")).unwrap_err();
    assert!(message.contains("service_users"), "{message}");
}
