//! Drafts one section of a council's own table: which header holds which field, and why.
//!
//! Two headers that could hold a field are both shown and neither is used.

use super::super::evidence::Evidence;
use super::super::look::TableLook;
use super::super::unused::Unused;
use super::super::write::quoted;
use super::super::{Draft, Line, Section};
use super::ids;
use crate::table::{Column, Proposal, Why, loosely, propose};

/// Headers of one column for the ways there and back.
const BOTH_WAYS: [&str; 7] = [
    "transport",
    "modeoftransport",
    "transportmode",
    "transporttype",
    "modeoftravel",
    "travelmode",
    "travelsby",
];

/// Drafts a section from the headers of a table.
pub(super) fn council_table(
    table: &TableLook,
    headers: &[String],
    section: Section,
    columns: &[Column],
    why: &str,
) -> Draft {
    let mut draft = Draft::new(section, why);
    let found = propose(headers, columns);
    for one in &found {
        // Of a postcode the values know more than a name that is only like one.
        if one.field == "postcode" && one.why == Why::Likeness {
            continue;
        }
        let rivals = rivals(headers, columns, &found, one);
        let evidence = Evidence::of(&table.rows, one.place);
        if !rivals.is_empty() {
            undecided(&mut draft, columns, one, &rivals);
        } else if let Some(line) = days_not_times(columns, &found, one, evidence) {
            draft.columns.push(line);
        } else if !(one.why == Why::Likeness && speaks_against(one.field, evidence)) {
            // A likeness that the values speak against is no guess worth making.
            draft.columns.push(column_line(one, evidence, table.cut));
        }
    }
    both_ways(&mut draft, columns, &found);
    for column in columns.iter().filter(|column| column.required) {
        if !draft.columns.iter().any(|line| line.key == column.name) {
            ids::missing(&mut draft, table, headers, column, &found);
        }
    }
    if columns.iter().any(|column| column.name == "postcode") {
        ids::postcode_by_values(&mut draft, table, headers);
    }
    let needs: &[&str] = match section {
        Section::Attendances => &["[service_users]", "[providers]"],
        Section::Sessions | Section::Returns => &["[providers]"],
        _ => &[],
    };
    draft.needs = needs.iter().map(|need| (*need).to_owned()).collect();
    draft.unused = Unused::of(headers, &draft);
    draft
}

/// Shows every header that could hold a field; where the field is needed, the section has to wait.
fn undecided(draft: &mut Draft, columns: &[Column], one: &Proposal, rivals: &[String]) {
    let choices: Vec<&String> = std::iter::once(&one.header).chain(rivals).collect();
    draft.columns.extend(choices.iter().map(|header| Line {
        out: true,
        ..Line::new(
            one.field,
            header,
            "one of several that it could be: take out the # of one",
        )
    }));
    let needed = columns
        .iter()
        .any(|column| column.required && column.name == one.field);
    if needed {
        let names: Vec<String> = choices.iter().map(|header| quoted(header)).collect();
        draft.stop = Some(format!(
            "{} could each be {}",
            names.join(" and "),
            one.field
        ));
    }
}

/// Takes a column called `Start` or `End` that holds days for the first or the last day, where no other column is that.
fn days_not_times(
    columns: &[Column],
    found: &[Proposal],
    one: &Proposal,
    evidence: Evidence,
) -> Option<Line> {
    let field = match one.field {
        "start" => "from",
        "end" => "to",
        _ => return None,
    };
    let is_free = columns.iter().any(|column| column.name == field)
        && !found
            .iter()
            .any(|other| other.field == field && other.why < Why::Likeness);
    (is_free && evidence.most(evidence.days)).then(|| {
        let why = format!(
            "{} holds days and not times: {} of {} values look like days",
            quoted(&one.header),
            evidence.days,
            evidence.filled
        );
        Line::new(field, &one.header, why).checked_by_hand()
    })
}

/// Reads one column of transport for both ways, where there is no other for the way back.
fn both_ways(draft: &mut Draft, columns: &[Column], found: &[Proposal]) {
    let has_back = found.iter().any(|one| one.field == "mode_back")
        || !columns.iter().any(|column| column.name == "mode_back");
    let there = draft
        .columns
        .iter()
        .find(|line| line.key == "mode_there" && !line.out);
    let header = found.iter().find(|one| {
        one.field == "mode_there" && BOTH_WAYS.contains(&loosely(&one.header).as_str())
    });
    if let (false, Some(_), Some(one)) = (has_back, there, header) {
        let why = "the only column of transport, taken for both ways";
        let line = Line::new("mode_back", &one.header, why);
        draft.columns.push(line.checked_by_hand());
    }
}

/// Says whether a header of services names a place.
fn is_place(field: &str, header: &str) -> bool {
    let words = loosely(header);
    field == "service_id" && (words.contains("venue") || words.contains("centre"))
}

/// Finds other headers that would hold a field as well as the one that was chosen, by taking that one away.
fn rivals(
    headers: &[String],
    columns: &[Column],
    found: &[Proposal],
    chosen: &Proposal,
) -> Vec<String> {
    let mut left = headers.to_vec();
    let mut rivals = Vec::new();
    if chosen.why == Why::Exact {
        return rivals;
    }
    let mut last = chosen.place;
    while let Some(header) = left.get_mut(last) {
        header.clear();
        let again = propose(&left, columns);
        let Some(next) = again.iter().find(|one| one.field == chosen.field) else {
            break;
        };
        let used = found
            .iter()
            .any(|one| one.place == next.place && one.field != chosen.field);
        if next.why > chosen.why
            || used
            || rivals.contains(&next.header)
            || next.why == Why::Likeness
        {
            break;
        }
        last = next.place;
        // A service and its venue are both there: the service is what is meant.
        if !is_place(chosen.field, &next.header) || is_place(chosen.field, &chosen.header) {
            rivals.push(next.header.clone());
        }
    }
    rivals
}

/// Writes the line of a column, with what its values say of it.
fn column_line(found: &Proposal, evidence: Evidence, cut: bool) -> Line {
    let manner = match found.why {
        Why::Exact => "has the field's own name".to_owned(),
        Why::Loose => format!("is {} but for case, spaces and punctuation", found.field),
        Why::Synonym => format!("is a usual name for {}", found.field),
        Why::Likeness => format!("looks like {}", found.field),
    };
    let said = values_say(found.field, evidence, cut);
    let why = format!(
        "{} {manner}{}",
        quoted(&found.header),
        said.map_or_else(String::new, |said| format!(": {said}"))
    );
    let mut line = Line::new(found.field, &found.header, why);
    line.check = found.why == Why::Likeness || speaks_against(found.field, evidence);
    line
}

fn values_say(field: &str, found: Evidence, cut: bool) -> Option<String> {
    if found.filled == 0 {
        return Some("it is empty in all rows".to_owned());
    }
    let looked = if cut { " of those looked at" } else { "" };
    let of = |count: usize, what: &str| {
        Some(format!(
            "{count} of {} values{looked} look like {what}",
            found.filled
        ))
    };
    match sort_of(field) {
        "key" if speaks_against(field, found) => of(found.names, "names and not references"),
        "key" if found.is_key() => Some(format!("all {} values{looked} differ", found.rows)),
        "key" => Some(format!(
            "{} different values in {} rows{looked}",
            found.different, found.rows
        )),
        "postcode" => of(found.postcodes, "postcodes"),
        "day" => of(found.days, "days"),
        "number" => of(found.numbers, "numbers"),
        _ => None,
    }
}

/// Says whether most values are of another sort than the field's.
fn speaks_against(field: &str, found: Evidence) -> bool {
    if found.filled == 0 {
        return false;
    }
    match sort_of(field) {
        "postcode" => !found.most(found.postcodes),
        "day" => !found.most(found.days),
        "number" => !found.most(found.numbers),
        "key" => field == "user_id" && found.most(found.names),
        _ => false,
    }
}

/// Says what sort of values a field has.
fn sort_of(field: &str) -> &'static str {
    match field {
        "service_id" | "user_id" | "asset_id" => "key",
        "postcode" => "postcode",
        "opened" | "closed" | "last_checked" | "from" | "to" | "date" | "date_of_birth"
        | "date_of_death" => "day",
        "easting" | "northing" | "lon" | "lat" | "hourly_rate" | "places" | "wheelchair_places"
        | "hours" | "hours_per_week" | "min_age" | "max_age" => "number",
        _ => "",
    }
}
