//! Names of providers that differ in nothing but their spelling.

use catchment_core::id::RowId;
use catchment_core::issue::Severity;

use super::{HEAD, alone, directory, note, of, only, read, section};
use crate::common::Folder;

/// Services of these operators, one each, with the group that they belong to.
fn operators(names: &[(&str, &str)]) -> String {
    let rows = names.iter().zip(1..).map(|((operator, group), number)| {
        format!("S{number},Room {number},\"{operator}\",Day service,450500,102010,{group}\n")
    });
    format!("{HEAD},operator_group\n{}", rows.collect::<String>())
}

#[test]
fn names_that_are_probably_one_providers_are_said_and_not_put_together() {
    let (study, report) = directory(&operators(&[
        ("Cwtch Care Ltd", "Independent"),
        ("Cwtch Care Ltd.", "Independent"),
        ("Cwtch Care Ltd", "Independent"),
        ("CWTCH CARE LIMITED", "Independent"),
        ("Oak Trust", "Charity"),
        ("Oak Trust", ""),
        ("Oak Trust North", "Charity"),
        ("Elm C.I.C.", "Charity"),
    ]));
    assert_eq!(study.parts().organisations.len(), 7);
    let said = note(&report, "\"Cwtch Care Ltd\"");
    assert_eq!(
        said.message,
        "\"Cwtch Care Ltd\" (2 services), \"Cwtch Care Ltd.\" (1 service) and \"CWTCH CARE LIMITED\" (1 service) are probably one provider and count as 3"
    );
    assert_eq!(
        (said.severity, said.file.as_str(), said.provider.as_deref()),
        (Severity::Note, "providers.csv", None)
    );
    assert_eq!(
        note(&report, "\"Oak Trust\"").message,
        "\"Oak Trust\" of group \"Charity\" (1 service) and \"Oak Trust\" of group \"Not stated\" (1 service) are probably one provider and count as 2"
    );
    let all = report.issues.iter();
    assert_eq!(
        all.filter(|one| one.message.contains("probably")).count(),
        2
    );
}

#[test]
fn carers_without_a_name_are_no_twins() {
    let (_, report) = directory(&format!(
        "{HEAD},operator_group,carers_home\n\
         H1,A,Mair Example,Day service,,,Shared Lives,yes\n\
         H2,B,Nia Example,Day service,,,Independent,yes\n"
    ));
    assert!(
        !report
            .issues
            .iter()
            .any(|one| one.message.contains("probably")),
        "{report}"
    );
}

/// Reads returns of a directory of these operators.
fn returns(names: &[(&str, &str)], table: &str) -> (Vec<Option<usize>>, catchment_import::Report) {
    let folder = Folder::sound();
    alone(&folder, &operators(names));
    section(&folder, "returns", table);
    let (study, report) = read(&folder);
    let found = study.parts().returns.iter();
    let found = found.map(|row| row.organisation.map(RowId::row)).collect();
    (found, report)
}

#[test]
fn of_two_spellings_of_the_directory_a_return_is_of_the_one_it_has_itself() {
    let names = [
        ("Cwtch Care Ltd", ""),
        ("Cwtch Care Ltd.", ""),
        ("Oak CIC", ""),
    ];
    let (found, report) = returns(
        &names,
        "provider,returned\nCwtch Care Ltd,yes\nOak,yes\ncwtch care,no\n",
    );
    assert_eq!(found, [Some(0), Some(2), None]);
    let repaired = of(&report, "returns.csv", Severity::Repaired);
    assert_eq!(repaired.len(), 2, "{report}");
    assert!(repaired[0].message.contains("was taken for \"Oak CIC\""));
    assert!(repaired[1].message.contains("none was chosen"));
    // The third has the name of the first, but for its legal form.
    assert_eq!(
        note(&report, "seems to be the provider of row 2").row,
        Some(4)
    );
}

#[test]
fn a_return_that_was_asked_for_under_two_names_is_said_and_both_count() {
    let (found, report) = returns(
        &[("Oak CIC", "")],
        "provider,returned\nElm Ltd,no\nOak CIC,yes\nElm Limited,yes\nOak C.I.C.,no\nELM LTD,no\n",
    );
    assert_eq!(found, [None, Some(0), None, Some(0)]);
    let twins: Vec<_> = of(&report, "returns.csv", Severity::Note)
        .into_iter()
        .filter(|issue| issue.message.contains("by another name; both rows count"))
        .map(|issue| (issue.row, issue.provider.as_deref()))
        .collect();
    assert_eq!(
        twins,
        [
            (Some(4), Some("Elm Limited")),
            (Some(5), Some("Oak C.I.C."))
        ]
    );
    assert_eq!(
        only(&report, "returns.csv", Severity::RowRejected).row,
        Some(6)
    );
}
