//! Residents of overlapping bands, and an index of one year in a study of another.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use catchment_core::area::{AreaKind, Population};
use catchment_core::id::{AreaId, AreaSetId, RowId};
use catchment_core::issue::{Issue, Severity};

use super::{Codes, population};
use crate::read;
use crate::study_file::{STUDY_FILE, StudyFile};

const HEAD: &str =
    "[study]\ntitle = \"T\"\nreference_date = 2023-03-06\ngrid = \"british-national\"\n";

/// Reads residents of two areas from a table.
fn residents(text: &str, lines: &str) -> (Result<Population, Issue>, Vec<Issue>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), text).unwrap();
    let areas = "[[areas]]\nid = \"lsoa\"\nkind = \"small_area\"\nvintage = 2021\nfile = \"x\"\ncode = \"c\"\nname = \"n\"\n";
    let section =
        format!("[population]\nfile = \"p.csv\"\nareas = \"lsoa\"\ncode = \"code\"\n{lines}");
    let study = StudyFile::parse(&format!("{HEAD}{areas}{section}")).unwrap();
    let mut codes = Codes::default();
    "2021".clone_into(&mut codes.vintage);
    for (row, code) in ["E01000001", "E01000002"].into_iter().enumerate() {
        codes.insert(code.to_owned(), AreaId::from_row(row));
    }
    let mut issues = Vec::new();
    let section = study.population.as_ref().unwrap();
    let set = AreaSetId::from_row(0);
    let read = population(folder.path(), section, set, &codes, &mut issues);
    (read.map(|(population, _)| population), issues)
}

fn long(bands: &[(&str, u32)]) -> String {
    let mut text = "code,age,n\n".to_owned();
    for code in ["E01000001", "E01000002"] {
        for (band, count) in bands {
            writeln!(text, "{code},{band},{count}").unwrap();
        }
    }
    text
}

const LONG: &str = "band = \"age\"\ncount = \"n\"\n";

#[test]
fn rows_of_bands_that_share_ages_are_refused_and_those_that_follow_are_summed() {
    let sound = [("0-17", 20), ("18-64", 60), ("65+", 20)];
    let (read, issues) = residents(&long(&sound), LONG);
    let totals: Vec<f64> = read.unwrap().rows.iter().map(|row| row.total).collect();
    assert_eq!(totals, [100.0, 100.0]);
    assert!(issues.is_empty(), "{issues:#?}");
    for (bands, row, told) in [
        (
            vec![("0-17", 20), ("18-64", 60), ("60-74", 15)],
            4,
            "\"60-74\", which shares ages with \"18-64\" of row 3",
        ),
        (
            vec![("All ages", 100), ("0-17", 20), ("18 and over", 80)],
            3,
            "\"0-17\", which shares ages with \"All ages\" of row 2",
        ),
    ] {
        let (read, _) = residents(&long(&bands), LONG);
        let issue = read.unwrap_err();
        assert_eq!(issue.severity, Severity::FileUnusable);
        assert_eq!(
            (issue.row, issue.column.as_deref()),
            (Some(row), Some("age"))
        );
        assert!(issue.message.contains(told), "{issue}");
    }
    // Loosely said: nobody means to count those of 65 twice.
    let (read, issues) = residents(&long(&[("0-65", 80), ("65+", 20)]), LONG);
    let totals: Vec<f64> = read.unwrap().rows.iter().map(|row| row.total).collect();
    assert_eq!(totals, [100.0, 100.0]);
    assert!(
        issues.len() == 1 && issues[0].message.contains("both name one age"),
        "{issues:#?}"
    );
    // What is no age cannot overlap.
    let (read, issues) = residents(&long(&[("Males", 50), ("Females", 50)]), LONG);
    assert!(read.is_ok() && issues.is_empty(), "{issues:#?}");
}

#[test]
fn columns_of_bands_that_share_ages_or_columns_are_refused() {
    let text =
        "code,all,0-17,18-64,60-74,65+\nE01000001,100,20,60,15,20\nE01000002,100,20,60,15,20\n";
    let bands = |bands: &[[&str; 3]]| {
        let bands: Vec<String> = bands
            .iter()
            .map(|[label, first, last]| {
                format!("{{ label = \"{label}\", first = \"{first}\", last = \"{last}\" }}")
            })
            .collect();
        format!("total = \"all\"\nbands = [{}]\n", bands.join(", "))
    };
    let sound = bands(&[["young", "0-17", "0-17"], ["old", "65+", "65+"]]);
    let (read, issues) = residents(text, &sound);
    assert_eq!(read.unwrap().rows[0].bands, [20.0, 20.0]);
    assert!(issues.is_empty(), "{issues:#?}");
    for (lines, column, told) in [
        (
            bands(&[["a", "18-64", "18-64"], ["b", "60-74", "60-74"]]),
            "60-74",
            "share ages",
        ),
        (
            bands(&[["a", "0-17", "18-64"], ["b", "18-64", "18-64"]]),
            "18-64",
            "both have the column `18-64`",
        ),
        (
            bands(&[["a", "all", "0-17"]]),
            "all",
            "the column of the total",
        ),
    ] {
        let issue = residents(text, &lines).0.unwrap_err();
        assert_eq!(issue.severity, Severity::FileUnusable);
        assert_eq!(issue.column.as_deref(), Some(column), "{issue}");
        assert!(issue.message.contains(told), "{issue}");
    }
}

#[test]
fn bands_that_come_to_more_than_the_total_are_rejected_and_rounding_is_said() {
    let lines = "total = \"all\"\nbands = [{ label = \"b\", first = \"x\", last = \"y\" }]\n";
    let text = "code,all,x,y\nE01000001,100,60,45\nE01000002,100,90,60\n";
    let (read, issues) = residents(text, lines);
    assert_eq!(read.unwrap().rows.len(), 1);
    let rejected = &issues[0];
    assert_eq!(rejected.severity, Severity::RowRejected);
    assert_eq!(
        (rejected.row, rejected.column.as_deref()),
        (Some(3), Some("all"))
    );
    assert!(rejected.message.contains("come to 150"), "{rejected}");
    let note = &issues[1];
    assert_eq!(note.severity, Severity::Note);
    assert!(
        note.message
            .contains("more than the total in 1 row, by 5 at most"),
        "{note}"
    );
    let (read, issues) = residents(
        &text.replace("90,60", "40,60").replace("60,45", "60,40"),
        lines,
    );
    assert_eq!(read.unwrap().rows.len(), 2);
    assert!(issues.is_empty(), "{issues:#?}");
}

/// Writes square areas side by side.
fn squares(folder: &Path, file: &str, codes: &[&str]) {
    let mut features = Vec::new();
    for (number, code) in (0..).zip(codes) {
        let west = -3.0 + f64::from(number) * 0.01;
        let east = west + 0.01;
        features.push(format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{code}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[[{west},51.5],[{east},51.5],[{east},51.51],[{west},51.51],[{west},51.5]]]}}}}"
        ));
    }
    let text = format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
        features.join(",")
    );
    fs::write(folder.join(file), text).unwrap();
}

/// Writes a study with small areas of two years, a lookup between them and an index of the earlier, and returns its head.
fn two_years(folder: &Path) -> String {
    // W01000002 was split; W01000003 and W01000004 became one, as did W01000005 and W01000006; W01000001 stayed.
    let old = [
        "W01000001",
        "W01000002",
        "W01000003",
        "W01000004",
        "W01000005",
        "W01000006",
    ];
    let new = [
        "W01000001",
        "W01900001",
        "W01900002",
        "W01900003",
        "W01900004",
    ];
    squares(folder, "old.geojson", &old);
    squares(folder, "new.geojson", &new);
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write(
        "l.csv",
        "a,b\nW01000001,W01000001\nW01000002,W01900001\nW01000002,W01900002\nW01000003,W01900003\nW01000004,W01900003\nW01000005,W01900004\nW01000006,W01900004\n",
    );
    write(
        "wimd2019.csv",
        "code,decile,rank\nW01000001,1,11\nW01000002,2,22\nW01000003,3,33\nW01000004,3,34\nW01000005,5,55\nW01000006,6,66\n",
    );
    let mut text = HEAD.to_owned();
    for year in ["2021", "2011"] {
        let file = if year == "2021" { "new" } else { "old" };
        write!(
            text,
            "[[areas]]\nid = \"a{year}\"\nkind = \"small_area\"\nvintage = {year}\nfile = \"{file}.geojson\"\ncode = \"code\"\nname = \"code\"\n"
        )
        .unwrap();
    }
    text
}

#[test]
fn an_index_of_another_year_goes_over_the_lookup_and_what_has_no_one_decile_is_left_empty() {
    let folder = tempfile::tempdir().unwrap();
    let text = two_years(folder.path());
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let index = "[[deprivation]]\nid = \"w\"\nindex = \"I\"\nfile = \"wimd2019.csv\"\nareas = \"a2021\"\ncode = \"code\"\ndecile = \"decile\"\nrank = \"rank\"\n";
    let lookup = "[[lookup]]\nfile = \"l.csv\"\nfrom = \"a2011\"\nto = \"a2021\"\nfrom_code = \"a\"\nto_code = \"b\"\n";
    write(STUDY_FILE, &format!("{text}{index}"));
    let refused = read(folder.path(), &mut |_, _, _| {}).unwrap().report;
    assert!(
        !refused.is_usable() && refused.to_string().contains("give a [[lookup]]"),
        "{refused}"
    );

    write(STUDY_FILE, &format!("{text}{index}{lookup}"));
    let read = read(folder.path(), &mut |_, _, _| {}).unwrap();
    assert!(read.report.is_usable(), "{}", read.report);
    let study = read.study.unwrap();
    let parts = study.parts();
    let index = &parts.deprivation[0];
    assert_eq!(parts.area_sets[index.set].key, "a2021");
    assert_eq!(parts.area_sets[index.set].kind, AreaKind::SmallArea);
    let found: Vec<(&str, u8, Option<u32>)> = index
        .rows
        .iter()
        .map(|row| (parts.areas[row.area].code.as_str(), row.decile, row.rank))
        .collect();
    assert_eq!(
        found,
        [
            ("W01000001", 1, Some(11)),
            ("W01900001", 2, None),
            ("W01900002", 2, None),
            ("W01900003", 3, None),
        ]
    );
    let report = read.report.to_string();
    for words in [
        "carried over from \"a2011\" to \"a2021\"",
        "4 areas each have the decile of what it was or was part of",
        "1 area was left empty, made of areas with different deciles or with none (W01900004)",
    ] {
        assert!(report.contains(words), "{words}: {report}");
    }
}
