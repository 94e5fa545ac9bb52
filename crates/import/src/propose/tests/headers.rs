//! Headers of a council's own that are not ours, columns that are not used, and names that stand in for ids.

use super::{PEOPLE, SERVICES, folder_with, proposed};
use crate::read;
use crate::study_file::{STUDY_FILE, StudyFile};

const NAMED: &str = "Service name,Provider,Service type,Post code,Phone,Manager\n\
    North Room,Elm Trust,Day service,NP20 4AA,01633 496000,Ann\n\
    East Room,Oak CIC,Community,NP20 4AB,01633 496001,Bob\n";

const CODEPO: &str = "Postcode,Positional_quality_indicator,Eastings,Northings\nNP20 4AA,10,331000,187000\nNP20 4AB,10,331100,187100\n";

#[test]
fn columns_that_are_not_used_are_listed_but_of_people_only_counted() {
    let services = SERVICES.replace("Notes", "Notes \u{202e}\"x\"");
    let folder = folder_with(&[
        ("services.csv", &services),
        ("clients.csv", PEOPLE),
        (
            "codepo.csv",
            &CODEPO.replace("Northings", "Northings,Country_code"),
        ),
    ]);
    let text = proposed(folder.path()).text;
    let part = |name: &str| {
        let after = text.split(&format!("\n[{name}]\n")).nth(1).unwrap();
        after.split("\n\n").next().unwrap().to_owned()
    };
    assert!(
        part("providers").ends_with("# 1 column is not used: \"Notes \\U0000202E\\\"x\\\"\"."),
        "{text}"
    );
    assert!(
        part("postcodes").ends_with("# 1 column is not used: \"Country_code\"."),
        "{text}"
    );
    assert!(
        part("service_users").contains("# 1 column is not used; of a table about people"),
        "{text}"
    );
    assert!(!text.contains("Surname"), "{text}");
}

#[test]
fn the_name_stands_in_for_the_id_where_there_is_none_and_all_names_differ() {
    let people =
        "Client ref,Postcode,Date of birth\n7,NP20 4AA,04/03/1956\n8,NP20 4AB,05/04/1987\n";
    let attendances = "Client ref,Centre attended,Start,End,Days of week,Transport\n\
        7,north room,01/02/2022,,Mon,Taxi\n8,East Room,01/02/2022,01/05/2030,Tue,Bus\n";
    let folder = folder_with(&[
        ("services.csv", NAMED),
        ("clients.csv", people),
        ("attending.csv", attendances),
        ("codepo.csv", CODEPO),
    ]);
    let text = proposed(folder.path()).text;
    for line in [
        "service_id = \"Service name\" # no column is surely an id, and all 2 names differ, so the name stands in for it; please check",
        "# 2 columns are not used: \"Phone\", \"Manager\".",
        "service_id = \"Centre attended\" # \"Centre attended\" is a usual name for service_id",
        "from = \"Start\" # \"Start\" holds days and not times: 2 of 2 values look like days; please check",
        "to = \"End\" # \"End\" holds days and not times: 1 of 1 values look like days; please check",
        "weekday = \"Days of week\"",
        "mode_there = \"Transport\"",
        "mode_back = \"Transport\" # the only column of transport, taken for both ways; please check",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let read = read(&folder.path().join("study"), &mut |_, _, _| {}).unwrap();
    assert!(read.report.is_usable(), "{}", read.report);
    let study = read.study.unwrap();
    let attendances = &study.parts().attendances;
    assert_eq!(attendances.len(), 2, "{}", read.report);
    assert!(attendances[1].to.is_some() && attendances[0].from.is_some());
    assert_eq!(attendances[0].mode_back.as_deref(), Some("Taxi"));
}

#[test]
fn a_name_that_two_services_have_is_no_id_and_a_telephone_is_none_either() {
    let twice = NAMED.replace("East Room", "North Room");
    let text = proposed(folder_with(&[("services.csv", &twice)]).path()).text;
    assert!(StudyFile::parse(&text).unwrap().providers.is_none());
    assert!(
        text.contains("Not used yet: no column is surely service_id"),
        "{text}"
    );
    // A short code is one, by its values.
    let coded = NAMED
        .replace("Phone", "Costing")
        .replace("01633 49600", "DC-0");
    let text = proposed(folder_with(&[("services.csv", &coded)]).path()).text;
    assert!(
        text.contains("service_id = \"Costing\" # \"Costing\" could be service_id: all 2 values differ; please check"),
        "{text}"
    );
    // The same of bare numbers only where the header says that they are references.
    let numbers = NAMED.replace("Phone", "Staff").replace("01633 49600", "1");
    let text = proposed(folder_with(&[("services.csv", &numbers)]).path()).text;
    assert!(text.contains("service_id = \"Service name\""), "{text}");
}

#[test]
fn usual_headers_of_attendances_are_taken_and_what_could_be_a_name_is_to_be_checked() {
    for (person, service) in [
        ("Pseudonym ref", "Service attended"),
        ("Person ref", "Day centre attended"),
        ("Service user number", "Venue"),
        ("Pseudonymised ID", "Centre"),
        ("Client", "Service"),
    ] {
        let table = format!(
            "{person},{service},Date from,Date to,Days of the week,Mode of transport\nP1,S1,01/02/2022,,Mon,Taxi\nP1,S2,01/02/2022,,Tue,\n"
        );
        let folder = folder_with(&[
            ("services.csv", SERVICES),
            ("clients.csv", PEOPLE),
            ("attending.csv", &table),
        ]);
        let text = proposed(folder.path()).text;
        let attendances = StudyFile::parse(&text).unwrap().attendances.expect(&text);
        let columns = attendances.columns.unwrap();
        assert_eq!(columns["user_id"], person, "{text}");
        assert_eq!(columns["service_id"], service, "{text}");
        assert_eq!(columns.len(), 7, "{text}");
    }
    let names = "Client,Service,Start date\nAnn Verysecretson,S1,01/02/2022\nBob Hiddenford,S2,01/02/2022\n";
    let folder = folder_with(&[("services.csv", SERVICES), ("attending.csv", names)]);
    let text = proposed(folder.path()).text;
    assert!(text.contains("no column is surely user_id"), "{text}");
    assert!(!text.contains("Verysecretson"), "{text}");
    // A venue beside a service is no rival of it.
    let both = "Client ref,Service,Venue,Start date\nP1,S1,Hall,01/02/2022\n";
    let folder = folder_with(&[
        ("services.csv", SERVICES),
        ("clients.csv", PEOPLE),
        ("attending.csv", both),
    ]);
    let text = proposed(folder.path()).text;
    assert!(text.contains("\nservice_id = \"Service\""), "{text}");
}

#[test]
fn one_table_of_people_and_what_they_attend_is_both_unless_another_is_of_people() {
    let both = "Person ID,Home postcode,Date of Birth,Service ref\nP1,NP20 4AA,04/03/1956,S1\nP2,NP20 4AB,05/04/1987,S2\n";
    let folder = folder_with(&[("services.csv", SERVICES), ("clients.csv", both)]);
    let file = StudyFile::parse(&proposed(folder.path()).text).unwrap();
    assert_eq!(
        file.service_users.map(|table| table.file),
        file.attendances.map(|table| table.file)
    );
    let folder = folder_with(&[
        ("services.csv", SERVICES),
        ("attending.csv", both),
        ("clients.csv", PEOPLE),
    ]);
    let file = StudyFile::parse(&proposed(folder.path()).text).unwrap();
    assert!(file.service_users.unwrap().file.ends_with("clients.csv"));
    assert!(file.attendances.unwrap().file.ends_with("attending.csv"));
}

#[test]
fn returns_by_month_are_known_by_their_marks_and_an_x_is_left_to_the_council() {
    let returns = "Provider,Oct 2026,Nov 2026\nElm Trust,✓,✓\nOak CIC,x,\n";
    let folder = folder_with(&[("services.csv", SERVICES), ("returns.csv", returns)]);
    let text = proposed(folder.path()).text;
    assert!(
        text.contains("whether its return came in a column for each of 2 months"),
        "{text}"
    );
    assert!(
        text.contains("# x_means = \"yes\" # an x could be a tick or a cross"),
        "{text}"
    );
    assert!(text.contains("# x_means = \"no\""), "{text}");
    assert!(!text.contains("not used: \"Oct"), "{text}");
    // With the line of one taken out of its comment it is read.
    let chosen = text.replace("# x_means = \"no\"", "x_means = \"no\"");
    let study = folder.path().join("study");
    std::fs::write(study.join(STUDY_FILE), chosen).unwrap();
    let read = read(&study, &mut |_, _, _| {}).unwrap();
    let said = read.report.issues.iter().any(|issue| {
        issue
            .message
            .contains("1 of 2 sent a return for every month, 1 for none")
    });
    assert!(said, "{}", read.report);
    // Money by month is something else.
    let money = "Provider,Oct 2026,Nov 2026\nElm Trust,1200,1300\n";
    let folder = folder_with(&[("services.csv", SERVICES), ("spend.csv", money)]);
    let proposed = proposed(folder.path());
    assert!(!proposed.text.contains("[returns]"), "{}", proposed.text);
}

#[test]
fn client_level_data_say_how_many_columns_are_left() {
    let head = "LA Person Unique Identifier,NHS Number,First Name,Date of Birth,Client Type,Postcode,Event Type,Event Start Date,Service Component,Provider CQC Location Name";
    let rows = format!(
        "{head}\nP1,1,Verysecretson,1956-03-04,Service user,NP20 4AA,Service,2022-01-01,Day support,North Room\n"
    );
    let folder = folder_with(&[("services.csv", SERVICES), ("cld.csv", &rows)]);
    let text = proposed(folder.path()).text;
    assert!(text.contains("profile = \"client_level_data\""), "{text}");
    assert_eq!(
        text.matches("of a table about people other headers are not written")
            .count(),
        2,
        "{text}"
    );
    assert!(
        !text.contains("First Name") && !text.contains("Verysecretson"),
        "{text}"
    );
}
