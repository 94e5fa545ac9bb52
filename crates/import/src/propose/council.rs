//! Recognises a council's own tables by their headers: the directory, sessions, returns, assets, people, attendances.
//!
//! Headers are matched as the readers match them; values only support a guess. Of a table about people counts are written and
//! never a value, and a header only where it is one of those that are known.

use super::evidence::Evidence;
use super::look::TableLook;
use super::write::quoted;
use super::{Draft, Line, Section, WhyNot, fields};
use crate::table::{Column, Proposal, Why, propose};

/// Headers that only a table about people has.
const PERSONAL: [&str; 10] = [
    "nhs number",
    "nhs no",
    "date of birth",
    "dob",
    "forename",
    "first name",
    "surname",
    "last name",
    "client type",
    "next of kin",
];

/// Recognises a table: one draft, or two where one table holds people and what they attend.
pub(super) fn recognise(table: &TableLook, file: &str) -> Result<Vec<Draft>, WhyNot> {
    // The header is the row that looks most like one, or another near it.
    let mut tried = std::iter::once(&table.headers).chain(table.above.iter().rev().take(10));
    let found = tried.find_map(|headers| by_headers(table, headers, file));
    found.ok_or_else(|| {
        let loose: Vec<String> = table.headers.iter().map(|header| header.to_lowercase()).collect();
        let personal = loose.iter().any(|header| PERSONAL.contains(&header.trim()));
        WhyNot(personal.then(|| {
            "looks like a table about people, but no column is surely the person's id; name it in [service_users] or [attendances] yourself".to_owned()
        }))
    })
}

fn by_headers(table: &TableLook, headers: &[String], file: &str) -> Option<Vec<Draft>> {
    let has = |columns: &[Column], wanted: &[&str]| {
        let found = propose(headers, columns);
        wanted.iter().all(|field| {
            found
                .iter()
                .any(|one| one.field == *field && one.why < Why::Likeness)
        })
    };
    let any =
        |columns: &[Column], wanted: &[&str]| wanted.iter().any(|field| has(columns, &[field]));
    if has(
        fields::CLIENT_LEVEL_EVENTS,
        &["user_id", "event_type", "component"],
    ) {
        return Some(client_level());
    }
    let draft = |section, columns, why: &str| {
        Some(vec![council_table(table, headers, section, columns, why)])
    };
    if has(fields::ATTENDANCES, &["user_id", "service_id"]) {
        let why = "a person and a service in each row";
        return draft(Section::Attendances, fields::ATTENDANCES, why);
    }
    let of_people = [
        "postcode",
        "easting",
        "age_band",
        "date_of_birth",
        "support_group",
    ];
    if has(&fields::users(), &["user_id"]) && any(&fields::users(), &of_people) {
        let why = "a person in each row";
        return draft(Section::ServiceUsers, &fields::users(), why);
    }
    let directory = ["service_id", "service_name", "operator", "category"];
    let known = directory
        .iter()
        .filter(|field| has(&fields::providers(), &[field]))
        .count();
    if known >= 3 || (known == 2 && has(&fields::providers(), &["service_name", "operator"])) {
        let why = "a service and who runs it in each row";
        return draft(Section::Providers, &fields::providers(), why);
    }
    if has(fields::SESSIONS, &["service_id", "weekday"]) {
        let why = "a service and a day of the week in each row";
        return draft(Section::Sessions, fields::SESSIONS, why);
    }
    if has(fields::RETURNS, &["provider"]) && any(fields::RETURNS, &["returned", "date"]) {
        let why = "a provider and whether its return came in each row";
        return draft(Section::Returns, fields::RETURNS, why);
    }
    if has(&fields::assets(), &["name"]) && any(&fields::assets(), &["postcode", "easting"]) {
        return Some(vec![assets(table, headers, file)]);
    }
    None
}

/// Drafts the two sections of Adult Social Care Client Level Data, whose columns a ready profile knows.
fn client_level() -> Vec<Draft> {
    let profile = || Line::new("profile", "client_level_data", "a ready set of columns");
    let why = "the headers of Adult Social Care Client Level Data";
    let mut people = Draft::new(Section::ServiceUsers, why);
    people.lines.push(profile());
    let mut attendances = Draft::new(Section::Attendances, why);
    attendances.lines.push(profile());
    attendances.needs = vec!["[service_users]".to_owned(), "[providers]".to_owned()];
    vec![people, attendances]
}

fn council_table(
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
        let line = column_line(one, evidence, table.cut);
        if rivals.is_empty() {
            // A likeness that the values speak against is no guess worth making.
            if !(one.why == Why::Likeness && speaks_against(one.field, evidence)) {
                draft.columns.push(line);
            }
            continue;
        }
        let choices = std::iter::once(one.header.clone()).chain(rivals.iter().cloned());
        for header in choices {
            let mut line = Line::new(
                one.field,
                &header,
                "one of several that it could be: take out the # of one",
            );
            line.out = true;
            draft.columns.push(line);
        }
        if columns
            .iter()
            .any(|column| column.required && column.name == one.field)
        {
            let names: Vec<String> = std::iter::once(&one.header)
                .chain(&rivals)
                .map(|header| quoted(header))
                .collect();
            draft.stop = Some(format!(
                "{} could each be {}",
                names.join(" and "),
                one.field
            ));
        }
    }
    for column in columns.iter().filter(|column| column.required) {
        if !draft.columns.iter().any(|line| line.key == column.name) {
            missing(&mut draft, table, headers, column, &found);
        }
    }
    if columns.iter().any(|column| column.name == "postcode") {
        postcode_by_values(&mut draft, table, headers);
    }
    match section {
        Section::Attendances => {
            draft.needs = vec!["[service_users]".to_owned(), "[providers]".to_owned()];
        }
        Section::Sessions | Section::Returns => draft.needs = vec!["[providers]".to_owned()],
        _ => {}
    }
    draft
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
        rivals.push(next.header.clone());
        last = next.place;
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

/// Looks for a required field that no header names: an id by its values. Else the section has to wait.
fn missing(
    draft: &mut Draft,
    table: &TableLook,
    headers: &[String],
    column: &Column,
    found: &[Proposal],
) {
    if column.name == "service_id" {
        let short = |place: usize| {
            table
                .rows
                .iter()
                .filter_map(|row| row.get(place))
                .all(|cell| cell.chars().count() <= 20)
        };
        let keys = headers.iter().enumerate().filter(|(place, header)| {
            let evidence = Evidence::of(&table.rows, *place);
            !header.trim().is_empty()
                && !found.iter().any(|one| one.place == *place)
                && evidence.is_key()
                && !evidence.most(evidence.postcodes)
                && short(*place)
        });
        let keys: Vec<&String> = keys.map(|(_, header)| header).collect();
        if let [header] = keys.as_slice() {
            let why = format!(
                "{} could be {}: all {} values differ",
                quoted(header),
                column.name,
                table.rows.len()
            );
            draft
                .columns
                .push(Line::new(column.name, header, why).checked_by_hand());
            return;
        }
    }
    let mut line = Line::new(
        column.name,
        "",
        "no column is surely this: write its header here",
    );
    line.out = true;
    draft.columns.push(line);
    draft
        .stop
        .get_or_insert_with(|| format!("no column is surely {}", column.name));
}

/// Looks for the postcode by its values where no header and no coordinates say where a row is.
fn postcode_by_values(draft: &mut Draft, table: &TableLook, headers: &[String]) {
    let placed = ["postcode", "easting", "lon"];
    if draft
        .columns
        .iter()
        .any(|line| placed.contains(&line.key.as_str()))
    {
        return;
    }
    let alike = headers.iter().enumerate().filter(|(place, header)| {
        let found = Evidence::of(&table.rows, *place);
        !header.trim().is_empty() && found.most(found.postcodes)
    });
    let alike: Vec<(usize, &String)> = alike.collect();
    for (place, header) in &alike {
        let found = Evidence::of(&table.rows, *place);
        let why = format!(
            "{} of {} values of {} look like postcodes",
            found.postcodes,
            found.filled,
            quoted(header)
        );
        let mut line = Line::new("postcode", header, why).checked_by_hand();
        line.out = alike.len() > 1;
        draft.columns.push(line);
    }
    if alike.len() > 1 {
        let names: Vec<String> = alike.iter().map(|(_, header)| quoted(header)).collect();
        let stop = format!("{} could each be the postcode", names.join(" and "));
        draft.stop.get_or_insert(stop);
    }
}

/// Drafts a table of community assets. What they are stands in a column, or in the file's name.
fn assets(table: &TableLook, headers: &[String], file: &str) -> Draft {
    let why = "a name and a place in each row, and no service";
    let mut draft = council_table(table, headers, Section::Assets, &fields::assets(), why);
    let name = file.rsplit('/').next().unwrap_or(file).to_lowercase();
    let kinds = [
        ("librar", "library"),
        ("school", "school"),
        ("establishment", "school"),
        ("gias", "school"),
        ("leisure", "leisure_centre"),
        ("cafe", "cafe"),
        ("worship", "place_of_worship"),
        ("church", "place_of_worship"),
        ("communit", "community_centre"),
        ("hall", "community_centre"),
        ("park", "park"),
        ("museum", "museum"),
    ];
    if draft.columns.iter().any(|line| line.key == "kind") {
        return draft;
    }
    if let Some((_, kind)) = kinds.iter().find(|(part, _)| name.contains(part)) {
        let line = Line::new("kind", kind, "the file's name says so");
        draft.lines.push(line.checked_by_hand());
    } else {
        let mut line = Line::new("kind", "", "what they all are, such as library");
        line.out = true;
        draft.lines.push(line);
        draft.stop = Some("nothing says what kind of places they are".to_owned());
    }
    draft
}
