//! Files of points that somebody brings: what is said of them, whose they may not be, and where none of them can be reached.

use std::fs;
use std::path::Path;

use crate::folder::{Said, small_demo, text};
use crate::matrix::{ask, ask_of, demo, rows, table};

/// Writes a file of points and asks for the nearest site of each.
fn of_file(study: &Path, rows: &str, more: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("points.csv");
    fs::write(&file, rows).unwrap();
    let common = ["--from", text(&file), "--to", "sites", "--k", "1"];
    ask_of(study, &[&common[..], more].concat())
}

#[test]
fn what_to_do_about_its_columns_is_done_in_the_file_itself() {
    let study = demo().0.path();
    let code = postcode();
    for (header, row, exit, hint) in [
        (
            "name,postcode",
            "A,",
            1,
            "call the column that holds it id in the file",
        ),
        (
            "ref,key,postcode",
            "A,B,",
            1,
            "call the right one id in the file",
        ),
        (
            "id,id,postcode",
            "A,B,",
            1,
            "rename all but one in the file",
        ),
        (
            "Ref,postcode",
            "A,",
            0,
            "call it otherwise in the file if that is wrong",
        ),
    ] {
        let said = of_file(study, &format!("{header}\n{row}{code}\n"), &[]);
        assert_eq!(said.code, Some(exit), "{header}: {}", said.err);
        assert!(said.err.contains(hint), "{header}: {}", said.err);
        assert!(!said.err.contains("study.toml"), "{header}: {}", said.err);
    }
    let degrees = of_file(study, "id,easting,northing\nA,-1.32,50.22\n", &[]);
    assert!(
        degrees
            .err
            .contains("call the columns lon and lat in the file")
            && !degrees.err.contains("study.toml"),
        "{}",
        degrees.err
    );
}

/// Asks from a table of people, which must be refused with nothing of it quoted: neither a name nor a postcode.
fn refused_as_people(study: &Path, rows: &str) {
    let said = of_file(study, rows, &[]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{rows}");
    for words in ["columns of a table of people", "--owner-file FILE"] {
        assert!(said.err.contains(words), "{}", said.err);
    }
    for quoted in ["Jane", postcode()] {
        assert!(!said.err.contains(quoted), "{}", said.err);
    }
}

fn postcode() -> &'static str {
    &demo().1.parts().postcodes.rows()[7].code
}

#[test]
fn a_table_of_people_is_known_by_its_columns_before_anything_of_it_is_quoted() {
    let study = demo().0.path();
    let code = postcode();
    refused_as_people(
        study,
        &fs::read_to_string(study.join("service_users.csv")).unwrap(),
    );
    refused_as_people(
        study,
        &format!("id,postcode,D.O.B.\nJane,{code},1/2/1930\n"),
    );
    // One whose rows could not even be placed.
    refused_as_people(
        study,
        &format!("id,postcode,Service user ref\nJane,{code} Jane,7\n"),
    );
    // For their owner they are no reason to refuse.
    let own = small_demo();
    let goes = own.path().join("own.csv");
    let file = own.path().join("dob.csv");
    fs::write(&file, format!("id,postcode,DOB\nJane,{code},1/2/1930\n")).unwrap();
    let asked = ["--from", text(&file), "--to", "sites"];
    let asked = [&asked[..], &["--owner-file", text(&goes)]].concat();
    let said = ask_of(own.path(), &asked);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert!(!said.err.contains("Jane"), "{}", said.err);
}

#[test]
fn a_table_laid_out_as_the_studys_own_people_is_one_of_people_whatever_its_columns_are_called() {
    let study = small_demo();
    let of_study = study.path().join("service_users.csv");
    let people = fs::read_to_string(&of_study).unwrap();
    let (header, rest) = people.split_once('\n').unwrap();
    let own = header.replace("user_id", "Ref");
    let own = own.replace(",walking_speed", ",Band");
    fs::write(&of_study, format!("{own}\n{rest}")).unwrap();
    let toml = study.path().join("study.toml");
    let mapped = fs::read_to_string(&toml).unwrap().replace(
        "[service_users]\n",
        "[service_users]\ncolumns = { user_id = \"Ref\" }\n",
    );
    assert!(mapped.contains("user_id = \"Ref\""), "{mapped}");
    fs::write(&toml, mapped).unwrap();

    let code = postcode();
    let cells = own.split(',').map(|name| match name {
        "Ref" => "Jane",
        "postcode" => code,
        _ => "",
    });
    let cells = cells.collect::<Vec<&str>>().join(",");
    refused_as_people(study.path(), &format!("{own}\n{cells}\n"));
    let shouted = own.to_uppercase().replace('_', " ");
    refused_as_people(study.path(), &format!("note,{shouted}\n,{cells}\n"));
    // A table that shares some columns with it is one of points, and so is one that has none but those of points.
    for rows in [
        format!("Ref,postcode,age_band\nJane,{code},18\n"),
        format!("id,postcode\nJane,{code}\n"),
    ] {
        let said = of_file(study.path(), &rows, &[]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert_eq!(table(&said.out)[0]["from"], "Jane");
    }
}

#[test]
fn ids_of_people_are_known_even_in_rows_that_are_left_out() {
    let people = demo().1.parts().users.rows();
    let key = people[0].key.to_lowercase();
    let said = of_file(
        demo().0.path(),
        &format!("id,postcode\nsecret,nowhere at all\n {key} ,neither\n"),
        &[],
    );
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    assert!(
        said.err.contains("ids of people of the study"),
        "{}",
        said.err
    );
    for word in ["secret", "nowhere at all", &key] {
        assert!(!said.err.contains(word), "{}", said.err);
    }
}

#[test]
fn where_no_end_can_be_reached_by_anybody_the_reason_is_the_ends_own() {
    let study = &demo().1;
    let site = study.parts().sites.rows()[0].point;
    let district = study.parts().postcodes.rows()[0]
        .code
        .split(' ')
        .next()
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ends.csv");
    let far = format!("far,,{},1", site.x);
    let coarse = format!("coarse,{district},,");
    for (points, why) in [
        (vec![&far], "end_off_network"),
        (vec![&coarse], "place_too_coarse"),
        (vec![&coarse, &far], "end_off_network"),
    ] {
        let points: Vec<String> = points.into_iter().cloned().collect();
        let lines = format!("id,postcode,easting,northing\n{}\n", points.join("\n"));
        fs::write(&file, lines).unwrap();
        for bound in [["--k", "2"], ["--max-minutes", "30"]] {
            let asked = ["--from", "sites", "--to", text(&file)];
            let rows = rows(&[&asked[..], &bound].concat());
            assert_eq!(rows.len(), study.parts().sites.len());
            for row in rows {
                assert_eq!(
                    (row["to"].as_str(), row["why"].as_str()),
                    ("", why),
                    "{points:?}"
                );
            }
        }
    }
    // Where one can be and is too far away, it is that.
    let near = format!("near,,{},{}", site.x, site.y);
    let lines = format!("id,postcode,easting,northing\n{far}\n{near}\n");
    fs::write(&file, lines).unwrap();
    let said = ask(&[
        "--from",
        "sites",
        "--to",
        text(&file),
        "--max-minutes",
        "0.01",
    ]);
    assert!(said.out.contains(",none_within\n"), "{}", said.out);
    assert!(!said.out.contains("end_off_network"), "{}", said.out);
}

#[test]
fn names_stand_beside_the_ids_and_change_nothing_else() {
    let parts = demo().1.parts();
    let named = rows(&["--from", "areas:ward", "--to", "sites", "--names"]);
    let plain = rows(&["--from", "areas:ward", "--to", "sites"]);
    assert_eq!(named.len(), plain.len());
    for (named, plain) in named.iter().zip(&plain) {
        let mut areas = parts.areas.rows().iter();
        let area = areas.find(|area| area.code == named["from"]).unwrap();
        let mut sites = parts.sites.rows().iter();
        let site = sites.find(|site| site.key == named["to"]).unwrap();
        assert_eq!(
            (&named["from_name"], &named["to_name"]),
            (&area.name, &site.name)
        );
        assert_eq!(named.len(), plain.len() + 2);
        assert!(plain.iter().all(|(column, cell)| &named[column] == cell));
    }
    // A place from which nothing is reached keeps its own name and has no other.
    let few = ["--from", "sites", "--to", "assets", "--names"];
    let few = rows(&[&few[..], &["--max-minutes", "0.01"]].concat());
    let mut alone = few.iter().filter(|row| row["to"].is_empty()).peekable();
    assert!(alone.peek().is_some());
    for row in alone {
        let empty = ["from_name", "to_name", "why"].map(|column| row[column].is_empty());
        assert_eq!(empty, [false, true, false]);
    }
}

#[test]
fn a_side_without_names_has_no_column_of_names_and_people_have_none() {
    let site = &demo().1.parts().sites.rows()[0].key;
    for (from, to, header) in [
        (
            site.as_str(),
            "assets:library",
            "from,from_name,to,to_name,rank,minutes",
        ),
        ("services", "postcodes", "from,from_name,to,rank,minutes"),
        ("postcodes", site.as_str(), "from,to,to_name,rank,minutes"),
    ] {
        let said = ask(&["--from", from, "--to", to, "--names", "--k", "2"]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(
            said.out.starts_with(header),
            "{:?}",
            said.out.lines().next()
        );
        // Rows without a journey have as many cells.
        table(&said.out);
    }
    let none = ask(&["--from", "postcodes", "--to", "postcodes", "--names"]);
    assert!(
        none.code == Some(1) && none.err.contains("--names"),
        "{}",
        none.err
    );

    let own = small_demo();
    let file = own.path().join("homes.csv");
    let asked = ["--from", "homes", "--to", "sites", "--names", "--k", "1"];
    let asked = [&asked[..], &["--owner-file", text(&file)]].concat();
    let said = ask_of(own.path(), &asked);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let written = fs::read_to_string(&file).unwrap();
    assert!(
        written.starts_with("from,to,to_name,rank,minutes"),
        "{}",
        said.err
    );
}
