//! The three forms of the report, what a provider may see, and that counts add up whatever was found.

use std::collections::BTreeSet;

use catchment_core::area::AreaKind;
use catchment_core::issue::{Issue, Severity};
use catchment_core::place::GeocodeGrade;
use catchment_travel::Metres;
use jiff::civil::date;
use proptest::prelude::*;

use super::{
    AreaCoverage, Card, CardItem, Coverage, FileCounts, GradeCount, Item, Report, ReportAbout,
    RowCounts, SEVERITIES, SnapSummary, Tally, few,
};

const HOSTILE: &str = "<script>alert('Café')</script> \u{202e}Trust & \"Sons\" \u{1b}[2J";

/// A report with every severity, two providers, one of them hostile, and issues of tables about people.
fn small() -> Report {
    let counts = |file: &str, [rows, accepted, repaired, rejected]: [u64; 4]| FileCounts {
        file: file.to_owned(),
        rows,
        accepted,
        repaired,
        rejected,
        set_aside: 0,
    };
    Report {
        about: ReportAbout {
            title: "Two wards".to_owned(),
            reference_date: Some(date(2023, 3, 6)),
            people_file: Some("people.csv".to_owned()),
            attendances_file: Some("attendances.csv".to_owned()),
            providers_file: Some("providers.csv".to_owned()),
        },
        files: vec![
            counts("wards.geojson", [2, 2, 0, 0]),
            counts("providers.csv", [5, 3, 1, 1]),
            counts("people.csv", [1200, 1199, 0, 1]),
            FileCounts {
                set_aside: 4,
                ..counts("attendances.csv", [2400, 2397, 1, 2])
            },
        ],
        issues: issues(),
        roads: vec!["12 of 14 ways used".to_owned()],
        geocoded: vec![
            GradeCount {
                what: "sites".to_owned(),
                grade: GeocodeGrade::Coordinates,
                count: 2,
            },
            GradeCount {
                what: "sites".to_owned(),
                grade: GeocodeGrade::Town,
                count: 1,
            },
            GradeCount {
                what: "homes".to_owned(),
                grade: GeocodeGrade::Postcode,
                count: 1199,
            },
        ],
        snaps: vec![SnapSummary {
            what: "sites".to_owned(),
            count: 3,
            beyond_cap: 1,
            cap: Metres::new(1000.0),
            median: Some(Metres::new(12.0)),
            p90: Some(Metres::new(40.0)),
        }],
        cards: vec![card(HOSTILE, Some(false)), card("Elm Trust", Some(true))],
        coverage: coverage(),
        ..Report::default()
    }
}

fn issues() -> Vec<Issue> {
    let issue =
        |file: &str, severity, message: &str, hint: &str| Issue::new(file, severity, message, hint);
    let postcode = "is not a postcode: \"NP2O 4AA\"";
    let looks = "a postcode looks like NP20 4AA";
    vec![
        issue(
            "roads.osm.pbf",
            Severity::FileUnusable,
            "is empty",
            "check that it was saved whole",
        ),
        issue("providers.csv", Severity::RowRejected, postcode, looks)
            .at_row(4)
            .in_column("Post code")
            .of_provider("Elm Trust"),
        issue(
            "providers.csv",
            Severity::Repaired,
            "cannot be read and was left empty: \"soon\"",
            "write days as 2023-03-06",
        )
        .at_row(5)
        .in_column("Last checked")
        .of_provider("Elm Trust"),
        issue(
            "providers.csv",
            Severity::Note,
            "site North <b>Room</b> lies far from any street",
            "check its coordinates",
        )
        .of_provider(HOSTILE),
        issue(
            "people.csv",
            Severity::RowRejected,
            "has neither coordinates nor a postcode",
            "give a postcode",
        )
        .at_row(17)
        .of_provider("Elm Trust"),
        issue(
            "attendances.csv",
            Severity::RowRejected,
            "is before `from`",
            "correct one of the two",
        )
        .at_row(9)
        .in_column("to")
        .of_provider("Elm Trust"),
        issue(
            "attendances.csv",
            Severity::RowRejected,
            "is before `from`",
            "correct one of the two",
        )
        .at_row(10)
        .in_column("to")
        .of_provider("Elm Trust"),
        issue(
            "attendances.csv",
            Severity::Repaired,
            "cannot be read and was left empty",
            "write Mon",
        )
        .at_row(12)
        .in_column("weekday"),
        issue(
            "wards.geojson",
            Severity::Note,
            "overlaps W2",
            "the first is kept",
        )
        .at_row(1),
    ]
}

fn card(provider: &str, returned: Option<bool>) -> Card {
    let items = Item::ALL.iter().map(|item| CardItem {
        item: *item,
        with: 1,
        of: 2,
    });
    Card {
        provider: provider.to_owned(),
        services: 3,
        open: 2,
        items: items.collect(),
        given: 7,
        wanted: 14,
        placed: vec![GradeCount {
            what: "services".to_owned(),
            grade: GeocodeGrade::Postcode,
            count: 3,
        }],
        returned,
        return_date: returned.filter(|came| *came).map(|_| date(2023, 4, 1)),
        rows: RowCounts {
            accepted: 2,
            repaired: 1,
            rejected: 1,
        },
    }
}

fn coverage() -> Vec<Coverage> {
    let area = |code: &str, name: &str, beyond| AreaCoverage {
        code: code.to_owned(),
        name: name.to_owned(),
        postcodes: 10,
        beyond_cap: Some(beyond),
        providers: 1,
        returned: Some(usize::from(beyond == 0)),
        deprivation: Some(true),
        residents: None,
    };
    let set = |areas: &str, kind, total, list| Coverage {
        areas: areas.to_owned(),
        kind,
        vintage: "2021".to_owned(),
        total,
        no_postcodes: Some(0),
        no_roads: Some(1),
        no_returns: Some(1),
        no_deprivation: Some(0),
        no_residents: None,
        list,
    };
    let wards = vec![area("W1", "West", 0), area("W2", "Tŷ-du & East", 7)];
    vec![
        set("ward", AreaKind::Ward, 2, wards),
        set("lsoa", AreaKind::SmallArea, 240, Vec::new()),
    ]
}

#[test]
fn the_text_is_for_people() {
    insta::assert_snapshot!(small().to_string());
    insta::assert_snapshot!(small().for_provider("elm trust").unwrap().to_string());
}

#[test]
fn the_json_is_for_machines() {
    let json = small().to_json().unwrap();
    insta::assert_snapshot!(json);
    let read: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(read["schema_version"], 1);
    assert_eq!(read["totals"]["issues"]["total"], 9);
    for by in ["by_file", "by_provider"] {
        let totals = read[by].as_array().unwrap().iter();
        assert_eq!(
            totals
                .map(|row| row["total"].as_u64().unwrap())
                .sum::<u64>(),
            9,
            "{by}"
        );
    }
}

#[test]
fn the_page_is_whole_html_and_asks_nothing_of_any_other_place() {
    let page = small().to_html();
    insta::assert_snapshot!(page);
    let letter = small().for_provider("Elm Trust").unwrap().to_html();
    insta::assert_snapshot!(letter);
    for page in [page, letter] {
        assert_eq!(elements(&page).iter().find(|name| *name == "script"), None);
        for outside in ["http:", "https:", "//", "url(", "@import", "src="] {
            assert!(!page.contains(outside), "{outside}");
        }
        assert!(page.contains("<html lang=\"en-GB\">"));
        assert_eq!(page.matches("<h1>").count(), 1);
        assert_eq!(
            page.matches("<table>").count(),
            page.matches("<caption>").count()
        );
        assert!(!page.contains("<th>"), "a heading without a scope");
        for harmful in ['\u{202e}', '\u{1b}'] {
            assert!(!page.contains(harmful));
        }
    }
}

/// Reads a page as XML, which it is besides, and returns the names of its elements. Ids must be unique and links must lead
/// somewhere.
fn elements(page: &str) -> BTreeSet<String> {
    let text = page.replacen("<!DOCTYPE html>", "", 1);
    let mut reader = quick_xml::Reader::from_str(&text);
    reader.config_mut().check_end_names = true;
    let mut names = BTreeSet::new();
    let (mut ids, mut links, mut open) = (BTreeSet::new(), Vec::new(), 0);
    loop {
        let event = reader.read_event().unwrap();
        open += match &event {
            quick_xml::events::Event::Start(_) => 1,
            quick_xml::events::Event::End(_) => -1,
            _ => 0,
        };
        match event {
            quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                names.insert(tag.name().as_ref().to_owned());
                for attribute in tag.attributes() {
                    let attribute = attribute.unwrap();
                    let value = attribute.value.to_string();
                    match attribute.key.as_ref() {
                        "id" => assert!(ids.insert(value), "an id stands twice"),
                        "href" => links.push(value.trim_start_matches('#').to_owned()),
                        _ => {}
                    }
                }
            }
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, 0, "an element is not closed");
    for link in links {
        assert!(ids.contains(&link), "{link} is not on the page");
    }
    names
}

#[test]
fn a_provider_sees_its_own_rows_and_nothing_of_people_or_of_others() {
    let report = small().for_provider("Elm Trust").unwrap();
    let rows: Vec<_> = report
        .issues
        .iter()
        .map(|issue| (issue.file.as_str(), issue.row))
        .collect();
    assert_eq!(
        rows,
        [
            ("providers.csv", Some(4)),
            ("providers.csv", Some(5)),
            ("attendances.csv", Some(9)),
            ("attendances.csv", Some(10)),
        ]
    );
    assert_eq!(report.cards.len(), 1);
    assert!(report.files.is_empty() && report.coverage.is_empty() && report.geocoded.is_empty());
    for form in [
        report.to_string(),
        report.to_json().unwrap(),
        report.to_html(),
    ] {
        for not_theirs in [
            "people.csv",
            "wards.geojson",
            "Sons",
            "North",
            "1200",
            "1,200",
        ] {
            assert!(!form.contains(not_theirs), "{not_theirs}");
        }
    }
    // The same in the page for the council, whose printed parts are sent too.
    let page = small().to_html();
    let part = page.split("<h2 id=\"provider-2\"").nth(1).unwrap();
    assert!(
        part.contains("Elm Trust") && !part.contains("people.csv"),
        "{part}"
    );
}

#[test]
fn one_table_of_people_and_attendances_is_kept_from_providers() {
    let mut report = small();
    report.about.people_file = report.about.attendances_file.clone();
    let letter = report.for_provider("Elm Trust").unwrap();
    let mut files = letter.issues.iter().map(|issue| issue.file.as_str());
    assert!(files.all(|file| file != "attendances.csv"));
}

#[test]
fn an_unknown_provider_is_an_error_that_names_the_nearest() {
    let error = small().for_provider("Elm Trus").unwrap_err();
    assert!(
        error.to_string().contains("did you mean \"Elm Trust\"?"),
        "{error}"
    );
}

#[test]
fn a_report_that_does_not_add_up_is_found_out() {
    let mut report = small();
    assert_eq!(report.adds_up(), Ok(()));
    report.files[1].rejected += 1;
    assert!(report.adds_up().is_err());
    let mut report = small();
    report.files[1].set_aside = 4;
    assert!(report.adds_up().is_err());
}

#[test]
fn rows_that_say_the_same_are_one_line_of_the_page() {
    let row = |row| {
        Issue::new("a.csv", Severity::Repaired, "is odd", "mend it")
            .at_row(row)
            .in_column("c")
    };
    let mut report = Report {
        issues: (2..5000).map(row).collect(),
        ..Report::default()
    };
    few::shorten(&mut report.issues, 1000);
    let page = report.to_html();
    assert!(
        page.contains("2 to 1001; and 3,998 more of this kind"),
        "{page}"
    );
    assert_eq!(report.count(Severity::Repaired), 4998);
    let text = report.to_string();
    assert!(
        text.contains("a.csv, rows 2, 3, 4 and 4,995 more, column c: is odd (repaired)\n"),
        "{text}"
    );
}

#[test]
fn the_text_has_one_line_for_many_rows_and_the_json_all_of_them() {
    let row = |row: u64, message: String| {
        Issue::new("a.csv", Severity::RowRejected, message, "mend it")
            .at_row(row)
            .in_column("Post code")
    };
    let mut issues: Vec<Issue> = (0..20)
        .map(|place| {
            row(
                4 + 5 * place,
                format!("is not a postcode: \"NP2O {place}\""),
            )
        })
        .collect();
    issues.extend((2..6).map(|at| row(at, format!("lies {at},000.5 km away"))));
    issues.push(row(7, "lies 3 km away".to_owned()));
    issues.extend((2..4).map(|_| Issue::new("a.csv", Severity::Note, "lacks 2 things", "")));
    issues.push(Issue::new("a.csv", Severity::Note, "lacks 3 things", ""));
    let report = Report {
        issues,
        ..Report::default()
    };
    let text = report.to_string();
    let lines: Vec<&str> = text.lines().take(8).collect();
    assert_eq!(
        lines,
        [
            "a.csv, rows 4, 9, 14 and 17 more, column Post code: is not a postcode: \"NP2O 0\", \"NP2O 1\", \"NP2O 2\" and others (row rejected)",
            "    mend it",
            "a.csv, rows 2, 3, 4 and 2 more, column Post code: lies 2,000.5 km away, and the like (row rejected)",
            "    mend it",
            "a.csv: lacks 2 things (note); 1 more of the same kind",
            "a.csv: lacks 3 things (note)",
            "",
            "file           rows  accepted  repaired  rejected",
        ]
    );
    let read: serde_json::Value = serde_json::from_str(&report.to_json().unwrap()).unwrap();
    assert_eq!(read["issues"].as_array().unwrap().len(), 28);
}

#[test]
fn lines_of_one_kind_beyond_the_first_are_counted() {
    let issue = |name: u32| {
        let message = format!("site {} is far away", "x".repeat(name as usize + 1));
        Issue::new("a.csv", Severity::Note, message, "look")
    };
    let report = Report {
        issues: (0..50).map(issue).collect(),
        ..Report::default()
    };
    let text = report.to_string();
    assert_eq!(text.matches("is far away").count(), 20, "{text}");
    assert!(text.contains("(note); 30 more of the same kind"), "{text}");
}

fn any_issue() -> impl Strategy<Value = Issue> {
    let names = || prop::sample::select(vec!["a.csv", "b.csv", "people.csv", "x<y>.csv"]);
    let column = prop::option::of(prop::sample::select(vec!["one", "two", "\u{202e}three"]));
    let provider = prop::option::of(prop::sample::select(vec!["Elm", "Oak & Co", "<Ash>"]));
    let severity = prop::sample::select(SEVERITIES.to_vec());
    let parts = (
        names(),
        severity,
        column,
        provider,
        0u64..40,
        0u64..3,
        ".{0,12}",
    );
    parts.prop_map(
        |(file, severity, column, provider, row, more, message)| Issue {
            file: file.to_owned(),
            row: (row > 0).then_some(row),
            column: column.map(str::to_owned),
            provider: provider.map(str::to_owned),
            severity,
            message,
            hint: "mend it".to_owned(),
            more,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn counts_add_up_whatever_was_found(
        issues in prop::collection::vec(any_issue(), 0..200),
        rows in prop::collection::vec((0u64..9, 0u64..9, 0u64..9), 0..5),
        most in 1usize..20,
    ) {
        let all = Tally::of_issues(issues.iter());
        let files = rows.iter().enumerate().map(|(place, (accepted, repaired, rejected))| FileCounts {
            file: ["a.csv", "b.csv", "c.csv", "d.csv", "people.csv"][place].to_owned(),
            rows: accepted + repaired + rejected,
            accepted: *accepted,
            repaired: *repaired,
            rejected: *rejected,
            set_aside: accepted / 2,
        });
        let about = ReportAbout { people_file: Some("people.csv".to_owned()), ..ReportAbout::default() };
        let mut report = Report { about, issues, files: files.collect(), ..Report::default() };
        few::shorten(&mut report.issues, most);
        prop_assert_eq!(report.adds_up(), Ok(()));
        prop_assert_eq!(report.sums().all, all);
        let read: serde_json::Value = serde_json::from_str(&report.to_json().unwrap()).unwrap();
        for by in ["by_file", "by_provider"] {
            let totals = read[by].as_array().unwrap().iter();
            prop_assert_eq!(totals.map(|row| row["total"].as_u64().unwrap()).sum::<u64>(), all.total());
        }
        elements(&report.to_html());
        let text = report.to_string();
        for severity in SEVERITIES.into_iter().filter(|severity| report.count(*severity) > 0) {
            prop_assert!(text.contains(&format!("({severity})")), "{}", text);
        }
        // Every issue is on one page: a provider's or the council's.
        let mut theirs = 0;
        for provider in report.providers() {
            let letter = report.for_provider(provider).unwrap();
            prop_assert!(letter.issues.iter().all(|issue| issue.file != "people.csv"));
            elements(&letter.to_html());
            theirs += letter.sums().all.total();
        }
        let own = report.issues.iter().filter(|issue| report.page_of(issue).is_none());
        prop_assert_eq!(theirs + Tally::of_issues(own).total(), all.total());
    }
}
