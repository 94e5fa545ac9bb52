//! What joins to areas of its own year, what is set aside and what is refused, on small tables and on real ones.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use catchment_core::area::{AreaKind, Deprivation, Lookup};
use catchment_core::id::{AreaId, AreaSetId, RowId};
use catchment_core::issue::{Issue, Severity};

use super::{Codes, is_official};
use crate::background::{Bridge, deprivation, population};
use crate::lookups;
use crate::report::FileCounts;
use crate::study_file::StudyFile;

#[test]
fn official_codes_are_told_by_their_shape() {
    assert!(is_official("E01015272") && is_official("W05001641"));
    assert!(!is_official("W1") && !is_official("E0101527") && !is_official("E0101527X"));
}

fn codes(vintage: &str, codes: &[&str]) -> Codes {
    let mut known = Codes {
        vintage: vintage.to_owned(),
        ..Codes::default()
    };
    for (row, code) in codes.iter().enumerate() {
        known.insert((*code).to_owned(), AreaId::from_row(row));
    }
    known
}

/// A study file with two sets of areas and one more section.
fn study(section: &str) -> StudyFile {
    let mut text =
        "[study]\ntitle = \"T\"\nreference_date = 2023-03-06\ngrid = \"british-national\"\n"
            .to_owned();
    for (id, vintage) in [("lsoa", "2021"), ("ward", "2025")] {
        write!(text, "[[areas]]\nid = \"{id}\"\nkind = \"ward\"\nvintage = \"{vintage}\"\nfile = \"x\"\ncode = \"c\"\nname = \"n\"\n").unwrap();
    }
    StudyFile::parse(&format!("{text}{section}")).unwrap()
}

type Outcome<T> = (Result<(T, FileCounts), Issue>, Vec<Issue>);

fn deprived(folder: &Path, file: &str, code: &str, known: &Codes) -> Outcome<Deprivation> {
    deprived_as(folder, file, code, "index = \"I\"\n", known, &[])
}

fn deprived_as(
    folder: &Path,
    file: &str,
    code: &str,
    more: &str,
    known: &Codes,
    bridges: &[Bridge<'_>],
) -> Outcome<Deprivation> {
    let section = format!(
        "[[deprivation]]\nid = \"imd\"\n{more}areas = \"lsoa\"\nfile = \"{file}\"\ncode = \"{code}\"\ndecile = \"IMD_decile\"\n"
    );
    let study = study(&section);
    let mut issues = Vec::new();
    let on = (AreaSetId::from_row(0), known);
    let read = deprivation(folder, &study.deprivation[0], on, bridges, &mut issues);
    if let Ok((_, counts)) = &read {
        assert_eq!(
            counts.rows,
            counts.accepted + counts.repaired + counts.rejected
        );
        assert!(counts.set_aside <= counts.accepted);
    }
    (read, issues)
}

fn looked_up(text: &str, weight: &str, from: &Codes, to: &Codes) -> Outcome<Lookup> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("l.csv"), text).unwrap();
    look_up(folder.path(), "l.csv", ["from", "to"], weight, (from, to))
}

fn look_up(
    folder: &Path,
    file: &str,
    [a, b]: [&str; 2],
    weight: &str,
    sets: (&Codes, &Codes),
) -> Outcome<Lookup> {
    let study = study(&format!(
        "[[lookup]]\nfile = \"{file}\"\nfrom = \"lsoa\"\nto = \"ward\"\nfrom_code = \"{a}\"\nto_code = \"{b}\"\n{weight}"
    ));
    let mut issues = Vec::new();
    let (from, to) = (
        (AreaSetId::from_row(0), sets.0),
        (AreaSetId::from_row(1), sets.1),
    );
    let read = lookups::read(folder, &study.lookup[0], from, to, &mut issues);
    if let Ok((lookup, counts)) = &read {
        assert_eq!(
            counts.rows,
            counts.accepted + counts.repaired + counts.rejected
        );
        let areas: BTreeSet<AreaId> = lookup.rows.iter().map(|row| row.from).collect();
        for area in areas {
            let rows = lookup.rows.iter().filter(|row| row.from == area);
            let sum: f64 = rows.map(|row| row.weight).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{area:?}: {sum}");
        }
    }
    (read, issues)
}

/// The same place in two years: E01000002 was split into E01900001 and E01900002.
const OLD: [&str; 3] = ["E01000001", "E01000002", "E01000003"];
const NEW: [&str; 4] = ["E01000001", "E01000003", "E01900001", "E01900002"];

fn table(rows: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "code,lsoa11_code,IMD_decile\n".to_owned();
    for code in rows {
        writeln!(text, "{code},{code},5").unwrap();
    }
    fs::write(folder.path().join("d.csv"), text).unwrap();
    folder
}

#[test]
fn a_table_of_another_year_is_refused_by_its_header_and_by_its_codes() {
    let folder = table(&OLD);
    let (read, issues) = deprived(folder.path(), "d.csv", "code", &codes("2011", &OLD));
    assert_eq!(read.unwrap().0.rows.len(), 3);
    assert!(issues.is_empty(), "{issues:#?}");
    let (read, _) = deprived(folder.path(), "d.csv", "lsoa11_code", &codes("2021", &NEW));
    let issue = read.unwrap_err();
    assert_eq!(issue.severity, Severity::FileUnusable);
    assert!(
        issue.message.contains("codes of 2011") && issue.hint.contains("[[lookup]]"),
        "{issue}"
    );
    let (read, _) = deprived(folder.path(), "d.csv", "code", &codes("2021", &NEW));
    let issue = read.unwrap_err();
    assert!(
        issue
            .message
            .contains("no row for 2 of them (E01900001, E01900002)")
            && issue.message.contains("1 code of the same place"),
        "{issue}"
    );
}

/// The rows of a table of 2011 from which the codes that 2021 has no more were taken out beforehand.
const IN_BOTH: [&str; 2] = ["E01000001", "E01000003"];

#[test]
fn a_table_without_the_codes_of_its_own_year_is_refused_by_its_name_or_told() {
    let folder = table(&IN_BOTH);
    let new = codes("2021", &NEW);
    for name in ["IMD2019.csv", "deciles_lsoa11.csv"] {
        fs::copy(folder.path().join("d.csv"), folder.path().join(name)).unwrap();
    }
    let read = |file: &str, code: &str, more: &str| {
        let more = format!("index = \"I\"\n{more}");
        deprived_as(folder.path(), file, code, &more, &new, &[])
    };
    // Nothing says the year.
    let (index, issues) = read("d.csv", "code", "");
    assert_eq!(index.unwrap().0.rows.len(), 2);
    assert_eq!(issues.len(), 1, "{issues:#?}");
    assert_eq!(issues[0].severity, Severity::Note);
    for words in [
        "no row for 2 areas of \"lsoa\" (E01900001, E01900002)",
        "its year is taken to be the areas' own, 2021, since every code of this place is among them",
    ] {
        assert!(issues[0].message.contains(words), "{}", issues[0]);
    }
    assert!(issues[0].hint.contains("`vintage`"), "{}", issues[0]);
    // Something does: a name, the index or the study file.
    for (file, more, by) in [
        ("IMD2019.csv", "", "by the name \"IMD2019.csv\""),
        (
            "deciles_lsoa11.csv",
            "",
            "by the name \"deciles_lsoa11.csv\"",
        ),
        ("d.csv", "vintage = 2011\n", "by `vintage` in study.toml"),
    ] {
        let issue = read(file, "code", more).0.unwrap_err();
        assert_eq!(issue.severity, Severity::FileUnusable);
        assert!(
            issue.message.contains("codes of 2011") && issue.message.contains(by),
            "{issue}"
        );
        assert!(issue.hint.contains("[[lookup]]"), "{issue}");
    }
    let index = "index = \"English Indices of Deprivation 2019\"\n";
    let (refused, _) = deprived_as(folder.path(), "d.csv", "code", index, &new, &[]);
    assert!(refused.unwrap_err().message.contains("codes of 2011"));
    // What the study file says counts for more than a name, but not in silence; against the header of the codes it is refused.
    let (index, issues) = read("IMD2019.csv", "code", "vintage = \"2021\"\n");
    assert_eq!(index.unwrap().0.rows.len(), 2);
    assert!(
        issues.len() == 1 && issues[0].message.contains("taken to be of 2021"),
        "{issues:#?}"
    );
    let issue = read("d.csv", "lsoa11_code", "vintage = 2021\n")
        .0
        .unwrap_err();
    assert_eq!(issue.column.as_deref(), Some("lsoa11_code"));
    assert!(issue.message.contains("vintage = \"2021\""), "{issue}");
}

#[test]
fn an_index_made_for_small_areas_says_nothing_of_the_year_of_wards() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("IMD2019 by ward.csv"),
        "code,IMD_decile\nE05000001,3\n",
    )
    .unwrap();
    let mut wards = codes("2025", &["E05000001"]);
    wards.kind = Some(AreaKind::Ward);
    let (read, issues) = deprived(folder.path(), "IMD2019 by ward.csv", "code", &wards);
    assert!(read.is_ok() && issues.is_empty(), "{issues:#?}");
}

#[test]
fn the_rest_of_a_national_table_is_set_aside_and_said_once() {
    let mut rows = OLD.to_vec();
    let others: Vec<String> = (0..5000)
        .map(|number| format!("E0150{number:04}"))
        .collect();
    rows.extend(others.iter().map(String::as_str));
    rows.push("E0100000");
    let folder = table(&rows);
    let (read, issues) = deprived(folder.path(), "d.csv", "code", &codes("2011", &OLD));
    let (index, counts) = read.unwrap();
    assert_eq!(index.rows.len(), 3);
    assert_eq!(
        (counts.accepted, counts.set_aside, counts.rejected),
        (5003, 5000, 1)
    );
    let told: Vec<&Issue> = issues
        .iter()
        .filter(|issue| issue.severity == Severity::Note)
        .collect();
    assert_eq!(told.len(), 1, "{issues:#?}");
    assert!(
        told[0].message.contains("5,000 rows")
            && told[0]
                .message
                .contains("E01500000, E01500001, E01500002, ..."),
        "{}",
        told[0]
    );
}

#[test]
fn population_is_held_to_its_year_too() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("p.csv"),
        "lsoa11_code,all\nE01000001,5\n",
    )
    .unwrap();
    let study = study(
        "[population]\nfile = \"p.csv\"\nareas = \"lsoa\"\ncode = \"lsoa11_code\"\ntotal = \"all\"\n",
    );
    let section = study.population.as_ref().unwrap();
    let read = |vintage: &str| {
        population(
            folder.path(),
            section,
            AreaSetId::from_row(0),
            &codes(vintage, &OLD),
            &mut Vec::new(),
        )
    };
    assert!(read("2011").is_ok());
    assert!(read("2021").unwrap_err().message.contains("codes of 2011"));
}

#[test]
fn a_lookup_said_to_be_of_another_year_is_refused_on_either_side_and_a_named_one_is_told() {
    let (from, to) = (codes("2021", &["E01000001"]), codes("2025", &["E05000001"]));
    let text = "from,to\nE01000001,E05000001\n";
    for (said, field) in [
        ("from_vintage = 2011\n", "from_vintage"),
        ("to_vintage = 2024\n", "to_vintage"),
    ] {
        let issue = looked_up(text, said, &from, &to).0.unwrap_err();
        assert_eq!(issue.severity, Severity::FileUnusable);
        assert!(
            issue.message.contains(&format!("by `{field}`")) && issue.hint.contains("[[areas]]"),
            "{issue}"
        );
    }
    let right = "from_vintage = 2021\nto_vintage = 2025\n";
    let (read, issues) = looked_up(text, right, &from, &to);
    assert!(read.is_ok() && issues.is_empty(), "{issues:#?}");
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("l.csv"),
        "lsoa21,wd24\nE01000001,E05000001\n",
    )
    .unwrap();
    let look = |said: &str| {
        look_up(
            folder.path(),
            "l.csv",
            ["lsoa21", "wd24"],
            said,
            (&from, &to),
        )
    };
    let (read, issues) = look("");
    assert!(read.is_ok() && issues.len() == 1, "{issues:#?}");
    assert!(issues[0].message.contains("codes of 2024"), "{}", issues[0]);
    let issue = look("to_vintage = 2025\n").0.unwrap_err();
    assert!(issue.message.contains("to_vintage = \"2025\""), "{issue}");
}

#[test]
fn weights_become_shares_and_what_they_lack_is_said() {
    let (from, to) = (
        codes("2021", &OLD),
        codes("2025", &["E05000001", "E05000002", "E05000003"]),
    );
    let text = "from,to,people\n\
        E01000001,E05000001,30\n\
        E01000001,E05000002,10\n\
        E01000001,E05000002,10\n\
        E01000002,E05000001,0\n\
        E01000002,E05000002,0\n\
        E01000003,E05000001,<5\n\
        E01000003,E05000002,-1\n\
        E01000003,E05009999,1\n\
        E01099999,E05000001,4\n";
    let (read, issues) = looked_up(text, "weight = \"people\"\n", &from, &to);
    let (lookup, counts) = read.unwrap();
    assert_eq!(
        (counts.accepted, counts.set_aside, counts.rejected),
        (5, 1, 4)
    );
    let shares: Vec<f64> = lookup.rows.iter().map(|row| row.weight).collect();
    assert_eq!(shares, [0.75, 0.25, 0.5, 0.5]);
    let told: Vec<&str> = issues.iter().map(|issue| issue.message.as_str()).collect();
    let told = told.join("\n");
    for words in [
        "set aside (E01099999)",
        "weights of 0 only for 1 area of \"lsoa\"; they were shared out in equal parts",
        "nothing that goes to 1 area of \"ward\" (E05000003)",
        "not the code of an area of \"ward\": \"E05009999\"",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[test]
fn shares_that_do_not_come_to_a_whole_and_areas_without_a_row_are_said() {
    let (from, to) = (
        codes("2021", &OLD),
        codes("2025", &["E05000001", "E05000002"]),
    );
    let text = "from,to,share\nE01000001,E05000001,0.6\nE01000001,E05000002,0.4\nE01000002,E05000001,0.7\n";
    let (read, issues) = looked_up(text, "weight = \"share\"\n", &from, &to);
    assert_eq!(read.unwrap().0.rows.len(), 3);
    assert!(
        issues[0]
            .message
            .contains("do not come to a whole for 1 area"),
        "{issues:#?}"
    );
    assert!(
        issues[1]
            .message
            .contains("no row for 1 area of \"lsoa\" (E01000003)"),
        "{issues:#?}"
    );
    let (read, _) = looked_up("from,to\nE01099999,E05000001\n", "", &from, &to);
    assert!(read.unwrap_err().message.contains("no row joins"));
}

fn shared(test: &str) -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("CATCHMENT_SHARED").map_or(default, PathBuf::from);
    let found = shared.join("data").is_dir();
    if !found {
        println!("SKIP {test}: no shared data; set CATCHMENT_SHARED");
    }
    found.then(|| shared.join("data"))
}

/// Reads the codes of a real boundary file.
fn real_codes(data: &Path, file: &str, property: &str, vintage: &str) -> Codes {
    let text = fs::read_to_string(data.join(file)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let features = json["features"].as_array().unwrap();
    let found: Vec<&str> = features
        .iter()
        .map(|feature| feature["properties"][property].as_str().unwrap())
        .collect();
    codes(vintage, &found)
}

#[test]
fn real_indices_join_their_own_year_in_silence_and_no_other() {
    let Some(data) = shared("real_indices_join_their_own_year_in_silence_and_no_other") else {
        return;
    };
    for (file, of_2011, of_2021) in [
        (
            "bcp/imd2019_lsoa11.csv",
            "bcp/lsoa11.geojson",
            "bcp/lsoa21.geojson",
        ),
        (
            "newport/imd2019_wales_lsoa11.csv",
            "newport/lsoa11.geojson",
            "newport/lsoa.geojson",
        ),
    ] {
        let old = real_codes(&data, of_2011, "LSOA11CD", "2011");
        let new = real_codes(&data, of_2021, "LSOA21CD", "2021");
        let (read, issues) = deprived(&data, file, "lsoa11_code", &old);
        assert_eq!(read.unwrap().0.rows.len(), old.len(), "{file}");
        assert!(issues.is_empty(), "{file}: {issues:#?}");
        assert!(
            deprived(&data, file, "lsoa11_code", &new).0.is_err(),
            "{file}"
        );
        // The same with a header that does not give it away.
        let folder = tempfile::tempdir().unwrap();
        let text = fs::read_to_string(data.join(file)).unwrap();
        fs::write(
            folder.path().join("d.csv"),
            text.replacen("lsoa11_code", "code", 1),
        )
        .unwrap();
        let issue = deprived(folder.path(), "d.csv", "code", &new)
            .0
            .unwrap_err();
        assert!(issue.message.contains("of another year"), "{issue}");
        assert!(deprived(folder.path(), "d.csv", "code", &old).0.is_ok());
        // And without the codes that the later year has no more.
        let name = Path::new(file).file_name().unwrap().to_str().unwrap();
        let mut lines = text.replacen("lsoa11_code", "code", 1);
        for gone in old.keys().filter(|code| !new.contains_key(*code)) {
            lines = lines
                .lines()
                .filter(|line| !line.starts_with(gone.as_str()))
                .fold(String::new(), |lines, line| lines + line + "\n");
        }
        fs::write(folder.path().join("d.csv"), &lines).unwrap();
        fs::write(folder.path().join(name), &lines).unwrap();
        let (read, issues) = deprived(folder.path(), "d.csv", "code", &new);
        assert!(read.is_ok() && issues.len() == 1, "{issues:#?}");
        assert!(
            issues[0].message.contains("taken to be the areas' own"),
            "{}",
            issues[0]
        );
        let issue = deprived(folder.path(), name, "code", &new).0.unwrap_err();
        assert!(issue.message.contains("codes of 2011"), "{issue}");
    }
}

#[test]
fn real_deciles_of_2011_are_carried_over_to_2021() {
    let Some(data) = shared("real_deciles_of_2011_are_carried_over_to_2021") else {
        return;
    };
    for (file, lookup, of_2011, of_2021) in [
        (
            "bcp/imd2019_lsoa11.csv",
            "bcp/lsoa11_lsoa21.csv",
            "bcp/lsoa11.geojson",
            "bcp/lsoa21.geojson",
        ),
        (
            "newport/imd2019_wales_lsoa11.csv",
            "newport/lsoa11_lsoa21_ltla22.csv",
            "newport/lsoa11.geojson",
            "newport/lsoa.geojson",
        ),
    ] {
        let old = real_codes(&data, of_2011, "LSOA11CD", "2011");
        let new = real_codes(&data, of_2021, "LSOA21CD", "2021");
        let columns = ["lsoa11_code", "lsoa21_code"];
        let (read, _) = look_up(&data, lookup, columns, "", (&old, &new));
        let bridges = [Bridge {
            id: "lsoa11",
            codes: &old,
            lookup: read.unwrap().0,
        }];
        let index = "index = \"I\"\n";
        let (read, issues) = deprived_as(&data, file, "lsoa11_code", index, &new, &bridges);
        let (carried, _) = read.unwrap();
        let (own, _) = deprived(&data, file, "lsoa11_code", &old).0.unwrap();
        println!(
            "{file}: {} of {}; {}",
            carried.rows.len(),
            new.len(),
            issues[0]
        );
        assert!(carried.rows.len() * 100 >= new.len() * 95);
        // What has the same code in both years has the same decile.
        for (code, area) in new.iter() {
            let (Some(now), Some(before)) = (carried.of(*area), old.get(code)) else {
                continue;
            };
            assert_eq!(
                Some(now.decile),
                own.of(*before).map(|row| row.decile),
                "{code}"
            );
        }
    }
}

#[test]
fn real_lookups_are_whole() {
    let Some(data) = shared("real_lookups_are_whole") else {
        return;
    };
    for (file, columns, from, to) in [
        (
            "bcp/lsoa11_lsoa21.csv",
            ["lsoa11_code", "lsoa21_code"],
            real_codes(&data, "bcp/lsoa11.geojson", "LSOA11CD", "2011"),
            real_codes(&data, "bcp/lsoa21.geojson", "LSOA21CD", "2021"),
        ),
        (
            "newport/lsoa11_lsoa21_ltla22.csv",
            ["lsoa11_code", "lsoa21_code"],
            real_codes(&data, "newport/lsoa11.geojson", "LSOA11CD", "2011"),
            real_codes(&data, "newport/lsoa.geojson", "LSOA21CD", "2021"),
        ),
        (
            "bcp/lsoa21_ward24.csv",
            ["lsoa21_code", "ward24_code"],
            real_codes(&data, "bcp/lsoa21.geojson", "LSOA21CD", "2021"),
            real_codes(&data, "bcp/wards.geojson", "WD25CD", "2024"),
        ),
    ] {
        let (read, issues) = look_up(&data, file, columns, "", (&from, &to));
        let (lookup, counts) = read.unwrap();
        assert_eq!(counts.rejected + counts.set_aside, 0, "{file}: {issues:#?}");
        let reached: BTreeSet<AreaId> = lookup.rows.iter().map(|row| row.to).collect();
        assert_eq!(reached.len(), to.len(), "{file}");
        assert!(issues.is_empty(), "{file}: {issues:#?}");
    }
}
