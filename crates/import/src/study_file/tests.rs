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

#[test]
fn a_heading_with_the_wrong_brackets_is_told_in_plain_words() {
    let areas = |vintage: &str, heading: &str| {
        format!(
            "{heading}\nid = \"lsoa\"\nkind = \"small_area\"\nvintage = {vintage}\nfile = \"a\"\ncode = \"c\"\nname = \"n\"\n"
        )
    };
    for (text, told) in [
        (
            "[[attendances]] # two\nfile = \"a.csv\"\n".to_owned(),
            "line 5: write [attendances] and not [[attendances]]",
        ),
        (
            areas("\"2021\"", "[areas]"),
            "line 5: write [[areas]] and not [areas]",
        ),
        (
            areas("\"2021\"", "[areas]").repeat(2),
            "line 5: write [[areas]] and not [areas]",
        ),
        (
            "[providers]\nfile = \"a.csv\"\n[providers]\nfile = \"b.csv\"\n".to_owned(),
            "line 7: [providers] is there twice",
        ),
        (
            "[[services]]\nfile = \"a.csv\"\n".to_owned(),
            "did you mean `[providers]`?",
        ),
        (
            "[wards]\nfile = \"a.csv\"\n".to_owned(),
            "did you mean `[[areas]]`?",
        ),
        (
            "[providers]\nfile = 5\n".to_owned(),
            "a text in quotation marks is wanted",
        ),
    ] {
        let message = StudyFile::parse(&format!("{LEAST}{text}")).unwrap_err();
        assert!(message.contains(told), "{told}: {message}");
        for jargon in ["sequence", "struct", "invalid type", "map", "TOML"] {
            assert!(!message.contains(jargon), "{jargon}: {message}");
        }
    }
    // A year is written with or without quotation marks.
    let file = StudyFile::parse(&format!("{LEAST}{}", areas("2021", "[[areas]]"))).unwrap();
    assert_eq!(file.areas[0].vintage, "2021");
}

#[test]
fn a_vintage_is_a_year_wherever_it_stands() {
    let areas = "[[areas]]\nid = \"lsoa\"\nkind = \"small_area\"\nvintage = 2021\nfile = \"a\"\ncode = \"c\"\nname = \"n\"\n";
    let index = "[[deprivation]]\nid = \"i\"\nindex = \"I\"\nfile = \"i.csv\"\nareas = \"lsoa\"\ncode = \"c\"\ndecile = \"d\"\n";
    let lookup = "[[lookup]]\nfile = \"l.csv\"\nfrom = \"lsoa\"\nto = \"lsoa\"\nfrom_code = \"a\"\nto_code = \"b\"\n";
    let population =
        "[population]\nfile = \"p.csv\"\nareas = \"lsoa\"\ncode = \"c\"\ntotal = \"t\"\n";
    let parse = |section: &str| StudyFile::parse(&format!("{LEAST}{areas}{section}"));
    for (section, field) in [
        (index, "vintage"),
        (lookup, "from_vintage"),
        (lookup, "to_vintage"),
        (population, "vintage"),
    ] {
        for right in ["2011", "\"2011\""] {
            parse(&format!("{section}{field} = {right}\n")).unwrap();
        }
        let message = parse(&format!("{section}{field} = \"LSOA11\"\n")).unwrap_err();
        assert!(
            message.contains(field) && message.contains("is not the year"),
            "{message}"
        );
    }
}

#[test]
fn a_profile_is_changed_without_compiling() {
    let study = |text: &str| StudyFile::parse(&format!("{LEAST}{text}"));
    let names = |file: &StudyFile| -> Vec<String> {
        let profiles = file.travel_profiles().unwrap();
        profiles.into_iter().map(|profile| profile.name).collect()
    };
    assert_eq!(names(&study("").unwrap()), ["drive", "walk"]);
    let chair = study("[travel]\nprofile = \"wheelchair\"\n").unwrap();
    assert_eq!(names(&chair), ["drive", "walk", "wheelchair"]);
    let text = "[[profiles]]\nname = \"drive\"\nclass_speeds.primary = 50\nturns = { penalty = 7.5, bias = 0.93, u_turn = 20 }\n\
        [[profiles]]\nname = \"slow\"\nbase = \"walk\"\npace = 0.6\nclass_speeds.steps = 0\n";
    let file = study(text).unwrap();
    assert_eq!(names(&file), ["drive", "walk", "slow"]);
    let profiles = file.travel_profiles().unwrap();
    let speed = |profile: usize, class: &str| profiles[profile].class_speeds[class].value();
    let all = [
        speed(0, "primary"),
        speed(0, "trunk"),
        speed(2, "steps"),
        speed(2, "footway"),
    ];
    assert!(
        all.iter()
            .zip([50.0, 85.0, 0.0, 4.8])
            .all(|(speed, expected)| (speed - expected).abs() < 1e-9)
    );
    assert!((profiles[2].pace - 0.6).abs() < 1e-9);
    assert_eq!(
        profiles[0]
            .turns
            .u_turn
            .map(catchment_travel::Seconds::value),
        Some(20.0)
    );
    let refused = |text: &str| study(text).unwrap_err();
    let profile = |text: &str| refused(&format!("[[profiles]]\nname = \"drive\"\n{text}\n"));
    assert!(profile("pace = -1").contains("\"pace\" is not a factor"));
    assert!(profile("class_speed.primary = 3").contains("did you mean `class_speeds`?"));
    assert!(profile("turns.penalty = \"much\"").starts_with("profiles \"drive\": "));
    assert!(profile("[[profiles]]\nname = \"drive\"").contains("two [[profiles]]"));
    assert!(refused("[[profiles]]\nname = \"x\"\n").contains("base is one of"));
    assert!(refused("[travel]\nprofile = \"fly\"\n").contains("\"cycle\""));
}
