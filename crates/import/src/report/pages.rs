//! What stands on the report's page: the summary, what each provider must mend, the council's own, coverage.
//!
//! A provider's part holds only what [`Report::is_for_its_provider`] lets through; the same in the page for the council, since
//! its printed pages are sent too.

use std::borrow::Cow;

use catchment_core::issue::{Issue, Severity};

use super::groups::{self, Group};
use super::html::{Cell, Head, NUMBER, Page};
use super::words::{meaning, number, runs, severity_name, so_many};
use super::{AreaCoverage, Card, Coverage, FileCounts, Report, SEVERITIES, Tally};

/// How many groups of one kind (column, severity, remedy) are shown one by one.
const MOST_ALIKE: usize = 100;

/// Writes the letter to one provider.
pub(crate) fn letter(page: &mut Page, report: &Report, provider: &str) {
    page.paragraph(
        "lead",
        &format!(
            "The entries of {provider} are used in \"{}\"{}. This page lists what is wrong with them and what to do.",
            report.about.title,
            on_the_day(report)
        ),
    );
    page.section("mend", false, "What to mend");
    provider_issues(page, report, provider);
    page.section("entries", false, "How complete the entries are");
    card_of(page, report, provider);
    page.section("about", false, "About this page");
    how_to_read(page);
    page.paragraph("inset", &rule(report, provider));
}

/// Writes the page for the council, with a part for each provider.
pub(crate) fn whole(page: &mut Page, report: &Report) {
    let providers = report.providers();
    let ids: Vec<String> = (1..=providers.len())
        .map(|place| format!("provider-{place}"))
        .collect();
    summary(page, report);
    let mut sections = vec![
        ("files", "Rows by file"),
        ("issues", "Issues by severity, file and provider"),
        ("own", "For the council to mend"),
        ("coverage", "Coverage"),
        ("about", "About this page"),
    ];
    sections.extend(
        ids.iter()
            .zip(&providers)
            .map(|(id, name)| (id.as_str(), *name)),
    );
    page.contents(&sections);
    files(page, report);
    breakdown(page, report, &ids, &providers);
    page.section("own", false, "For the council to mend");
    let own = report
        .issues
        .iter()
        .filter(|issue| report.page_of(issue).is_none());
    issue_tables(page, own);
    page.section("coverage", false, "Coverage");
    coverage(page, report);
    page.section("about", false, "About this page");
    how_to_read(page);
    page.paragraph("inset", &general_rule());
    for (id, provider) in ids.iter().zip(&providers) {
        page.section(id, true, provider);
        page.heading("What to mend");
        provider_issues(page, report, provider);
        page.heading("How complete the entries are");
        card_of(page, report, provider);
        page.paragraph("inset", &rule(report, provider));
    }
}

/// Says what a provider's page holds and what it does not.
pub(crate) fn rule(report: &Report, provider: &str) -> String {
    let returned = report.about.attendances_file.as_ref().map_or_else(String::new, |file| {
        format!(
            " Of {file}, the council's own table of attendances, only the numbers of rows that came from returns of {provider} can stand here, never what is in them."
        )
    });
    format!(
        "Only what concerns {provider} is listed: its own entries, in files that are not about people.{returned} Nothing from the council's table of people is listed."
    )
}

fn general_rule() -> String {
    "A provider's part lists only that provider's own entries, in files that are not about people. Of the council's table of attendances it can list the numbers of rows that came from that provider's returns, never what is in them. Nothing from the table of people is ever listed for a provider. To send one provider its part alone, write it with --provider NAME.".to_owned()
}

fn how_to_read(page: &mut Page) {
    let kinds =
        SEVERITIES.map(|severity| format!("{}: {}", severity_name(severity), meaning(severity)));
    page.list(kinds.iter().map(String::as_str).chain([
        "Rows are counted as a spreadsheet counts them. In map files they are the numbers of the features, counted from 1.",
        "A row that was kept as it stood may still have a note.",
        "A row may have several issues, so there can be more issues than rows.",
    ]));
}

fn on_the_day(report: &Report) -> String {
    report.about.reference_date.map_or_else(String::new, |day| {
        format!(", which describes {}", day.strftime("%-d %B %Y"))
    })
}

fn summary(page: &mut Page, report: &Report) {
    let sums = report.sums();
    let rows = &sums.rows;
    let usable = if report.is_usable() {
        "A study can be built from these files."
    } else {
        "No study can be built from these files until those marked \"file unusable\" are mended."
    };
    page.paragraph("lead", usable);
    page.paragraph(
        "",
        &format!(
            "This is the check of \"{}\"{}. Of {} in {}, {} were taken as they were, {} were mended and {} were left out.",
            report.about.title,
            on_the_day(report),
            so_many(rows.rows, "row", "rows"),
            so_many(report.files.len() as u64, "file", "files"),
            number(rows.accepted),
            number(rows.repaired),
            number(rows.rejected)
        ),
    );
    if rows.set_aside > 0 {
        page.paragraph("", &format!(
            "{} of those taken are of no use to this study, such as places far outside it, and were set aside.",
            number(rows.set_aside)
        ));
    }
    let answered: Vec<bool> = report
        .cards
        .iter()
        .filter_map(|card| card.returned)
        .collect();
    if !answered.is_empty() {
        let missing = answered.iter().filter(|came| !**came).count();
        page.paragraph(
            "",
            &format!("No return from {missing} of {} providers.", answered.len()),
        );
    }
}

const COUNTS: [Head<'static>; 6] = [
    ("File", ""),
    ("Rows", NUMBER),
    ("Accepted", NUMBER),
    ("Repaired", NUMBER),
    ("Rejected", NUMBER),
    ("Set aside", NUMBER),
];

fn files(page: &mut Page, report: &Report) {
    page.section("files", false, "Rows by file");
    page.paragraph("", "Every row is accepted, repaired or rejected, so the three add up to the rows. Those set aside are among the accepted.");
    let row = |name: &str, counts: &FileCounts| {
        let numbers = [
            counts.rows,
            counts.accepted,
            counts.repaired,
            counts.rejected,
            counts.set_aside,
        ];
        named_numbers(Cell::Text(name.to_owned()), &numbers)
    };
    let mut rows: Vec<_> = report
        .files
        .iter()
        .map(|counts| row(&counts.file, counts))
        .collect();
    rows.push(row("All files", &report.sums().rows));
    page.table("Rows of each file", &COUNTS, rows, true);
}

fn named_numbers<'a>(name: Cell<'a>, numbers: &[u64]) -> Vec<Cell<'a>> {
    let cells = numbers.iter().map(|count| Cell::Number(number(*count)));
    std::iter::once(name).chain(cells).collect()
}

/// Writes how many issues there are, by severity, by file and by provider: three tables with one total.
fn breakdown(page: &mut Page, report: &Report, ids: &[String], providers: &[&str]) {
    page.section("issues", false, "Issues by severity, file and provider");
    let sums = report.sums();
    let mut rows: Vec<Vec<Cell<'_>>> = SEVERITIES
        .iter()
        .map(|severity| {
            vec![
                tag(*severity),
                Cell::Text(meaning(*severity).to_owned()),
                Cell::Number(number(sums.all.of(*severity))),
            ]
        })
        .collect();
    rows.push(vec![
        Cell::Text("All".to_owned()),
        Cell::Text(String::new()),
        Cell::Number(number(sums.all.total())),
    ]);
    let heads = [("Severity", ""), ("What it means", ""), ("Issues", NUMBER)];
    page.table("Issues by severity", &heads, rows, true);
    let all = || tally_row(Cell::Text("All".to_owned()), &sums.all);
    let mut rows: Vec<_> = sums
        .by_file
        .iter()
        .map(|(file, tally)| tally_row(Cell::Text((*file).to_owned()), tally))
        .collect();
    rows.push(all());
    page.table("Issues by file", &severities_of("File"), rows, true);
    if providers.is_empty() {
        return;
    }
    let mut rows = Vec::new();
    for (provider, id) in providers.iter().zip(ids) {
        let found = sums
            .by_provider
            .iter()
            .find(|(name, _)| *name == Some(provider));
        let tally = found.map(|(_, tally)| *tally).unwrap_or_default();
        rows.push(tally_row(
            Cell::Link(id.clone(), (*provider).to_owned()),
            &tally,
        ));
    }
    let own = sums.by_provider.iter().find(|(name, _)| name.is_none());
    let own = own.map(|(_, tally)| *tally).unwrap_or_default();
    let council = Cell::Link("own".to_owned(), "For the council to mend".to_owned());
    rows.push(tally_row(council, &own));
    rows.push(all());
    page.table("Issues by provider", &severities_of("Provider"), rows, true);
}

/// The heads of a table of issues by something.
fn severities_of(first: &'static str) -> [(&'static str, &'static str); 6] {
    [
        (first, ""),
        ("File unusable", NUMBER),
        ("Row rejected", NUMBER),
        ("Repaired", NUMBER),
        ("Note", NUMBER),
        ("All", NUMBER),
    ]
}

/// A row of such a table.
fn tally_row(name: Cell<'static>, tally: &Tally) -> Vec<Cell<'static>> {
    let mut numbers = SEVERITIES.map(|severity| tally.of(severity)).to_vec();
    numbers.push(tally.total());
    named_numbers(name, &numbers)
}

fn provider_issues(page: &mut Page, report: &Report, provider: &str) {
    let its = report
        .issues
        .iter()
        .filter(|issue| report.page_of(issue) == Some(provider));
    issue_tables(page, its);
}

fn tag(severity: Severity) -> Cell<'static> {
    let class = match severity {
        Severity::FileUnusable => "file_unusable",
        Severity::RowRejected => "row_rejected",
        Severity::Repaired => "repaired",
        Severity::Note => "note",
    };
    Cell::Tag(class, severity_name(severity))
}

/// Writes a table of issues for each file.
fn issue_tables<'a>(page: &mut Page, issues: impl Iterator<Item = &'a Issue> + Clone) {
    let tally = Tally::of_issues(issues.clone());
    if tally.total() == 0 {
        page.paragraph("", "Nothing.");
        return;
    }
    let said = SEVERITIES
        .iter()
        .filter(|severity| tally.of(**severity) > 0)
        .map(|severity| {
            let name = severity_name(*severity).to_lowercase();
            format!("{}: {}", name, number(tally.of(*severity)))
        });
    let said: Vec<String> = said.collect();
    page.paragraph(
        "",
        &format!(
            "{} ({}).",
            so_many(tally.total(), "issue", "issues"),
            said.join(", ")
        ),
    );
    let heads = [
        ("Row", "rows"),
        ("Column", "column"),
        ("Kind", "kind"),
        ("What is wrong", ""),
        ("What to do", ""),
    ];
    for (file, groups) in groups::by_file(issues, MOST_ALIKE, |issue| Cow::Borrowed(&issue.message))
    {
        let rows = groups.iter().map(group_row).collect();
        page.table(file, &heads, rows, false);
    }
}

fn group_row(group: &Group<'_>) -> Vec<Cell<'static>> {
    let mut rows = runs(&group.rows);
    if rows.is_empty() {
        "Whole file".clone_into(&mut rows);
    }
    if group.more > 0 {
        rows = format!("{rows}; and {} more of this kind", number(group.more));
    }
    vec![
        Cell::Text(rows),
        Cell::Text(group.column.unwrap_or_default().to_owned()),
        tag(group.severity),
        Cell::Text(sentence(group.message)),
        Cell::Text(sentence(group.hint)),
    ]
}

/// Writes how whole a provider's entries are.
fn card_of(page: &mut Page, report: &Report, provider: &str) {
    let Some(card) = report.cards.iter().find(|card| card.provider == provider) else {
        page.paragraph("", "None of its entries could be read.");
        return;
    };
    page.paragraph(
        "",
        &format!(
            "{}, of which {} on the day the study describes. {} of {} items are given.",
            so_many(
                card.services as u64,
                "service is listed",
                "services are listed"
            ),
            so_many(card.open as u64, "runs", "run"),
            number(card.given as u64),
            number(card.wanted as u64)
        ),
    );
    let rows = card.items.iter().map(|item| {
        vec![
            Cell::Text(sentence(item.item.words())),
            Cell::Number(number(item.with as u64)),
            Cell::Number(number(item.of as u64)),
        ]
    });
    let mut rows: Vec<_> = rows.collect();
    rows.push(vec![
        Cell::Text("All items".to_owned()),
        Cell::Number(number(card.given as u64)),
        Cell::Number(number(card.wanted as u64)),
    ]);
    let heads = [
        ("What an entry should say", ""),
        ("Services that say it", NUMBER),
        ("Services that should", NUMBER),
    ];
    page.table("Items given by services that run", &heads, rows, true);
    let placed: Vec<String> = card
        .placed
        .iter()
        .map(|count| format!("{} by {}", count.count, count.grade))
        .collect();
    let placed = if placed.is_empty() {
        "none".to_owned()
    } else {
        placed.join(", ")
    };
    let rows = [
        format!("Services put on the map: {placed}."),
        format!("Return: {}.", return_in_words(card)),
        format!(
            "Rows of the directory: {} accepted, {} repaired, {} rejected.",
            card.rows.accepted, card.rows.repaired, card.rows.rejected
        ),
    ];
    page.list(rows.iter().map(String::as_str));
}

/// Says whether a provider's return came.
pub(crate) fn return_in_words(card: &Card) -> String {
    match (card.returned, card.return_date) {
        (Some(true), Some(day)) => format!("came on {}", day.strftime("%-d %B %Y")),
        (Some(true), None) => "came".to_owned(),
        (Some(false), _) => "did not come".to_owned(),
        (None, _) => "not on a list of returns".to_owned(),
    }
}

fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

fn coverage(page: &mut Page, report: &Report) {
    if report.coverage.is_empty() {
        page.paragraph("", "Not known: there is no study, or it has no areas.");
        return;
    }
    page.paragraph("", "An area lacks roads where more than half of its postcodes lie further from any street than the study allows. It lacks returns where it has services and none of the organisations that run them sent a return. It lacks deprivation or residents where no table has the area, nor an area that shares a postcode with it. \"Not in the study\" means that no file says it of any area.");
    let rows: Vec<_> = report.coverage.iter().map(coverage_row).collect();
    let heads = [
        ("Areas", ""),
        ("All", NUMBER),
        ("No postcode", NUMBER),
        ("No roads", NUMBER),
        ("No returns", NUMBER),
        ("No deprivation", NUMBER),
        ("No residents", NUMBER),
    ];
    page.table("Areas that lack something", &heads, rows, false);
    for set in report.coverage.iter().filter(|set| !set.list.is_empty()) {
        area_table(page, set);
    }
    if !report.geocoded.is_empty() || !report.snaps.is_empty() || !report.roads.is_empty() {
        page.heading("Places and streets");
        let mut lines: Vec<String> = Vec::new();
        for (what, grades) in report.grades() {
            lines.push(format!("{} placed by {grades}.", sentence(what)));
        }
        for snap in &report.snaps {
            lines.push(format!(
                "{}: {} of {} further than {} from any street.",
                sentence(&snap.what),
                number(snap.beyond_cap as u64),
                number(snap.count as u64),
                snap.cap
            ));
        }
        lines.extend(report.roads.iter().map(|line| format!("Roads: {line}.")));
        page.list(lines.iter().map(String::as_str));
    }
}

fn coverage_row(set: &Coverage) -> Vec<Cell<'static>> {
    let count = |count: Option<usize>| {
        Cell::Number(count.map_or_else(
            || "not in the study".to_owned(),
            |count| number(count as u64),
        ))
    };
    vec![
        Cell::Text(format!("{} ({}, {})", set.areas, set.kind, set.vintage)),
        Cell::Number(number(set.total as u64)),
        count(set.no_postcodes),
        count(set.no_roads),
        count(set.no_returns),
        count(set.no_deprivation),
        count(set.no_residents),
    ]
}

fn area_table(page: &mut Page, set: &Coverage) {
    let yes = |known: Option<bool>| {
        Cell::Text(
            match known {
                Some(true) => "yes",
                Some(false) => "no",
                None => "not in the study",
            }
            .to_owned(),
        )
    };
    let row = |area: &AreaCoverage| {
        let roads = match area.beyond_cap {
            None => "not in the study".to_owned(),
            Some(_) if area.postcodes == 0 => "no postcode".to_owned(),
            Some(beyond) => {
                let share = beyond * 100 / area.postcodes;
                let lacking = if area.lacks_roads() { ": no roads" } else { "" };
                format!("{share}%{lacking}")
            }
        };
        let returns = match area.returned {
            None => "not in the study".to_owned(),
            Some(_) if area.providers == 0 => "no services".to_owned(),
            Some(came) => format!("{came} of {}", area.providers),
        };
        vec![
            Cell::Text(area.name.clone()),
            Cell::Text(area.code.clone()),
            Cell::Number(number(area.postcodes)),
            Cell::Text(roads),
            Cell::Text(returns),
            yes(area.deprivation),
            yes(area.residents),
        ]
    };
    let heads = [
        ("Area", ""),
        ("Code", ""),
        ("Postcodes", NUMBER),
        ("Postcodes far from streets", ""),
        ("Returns came", ""),
        ("Deprivation", ""),
        ("Residents", ""),
    ];
    let caption = format!("Areas \"{}\" of {}", set.areas, set.vintage);
    page.table(&caption, &heads, set.list.iter().map(row).collect(), false);
}
