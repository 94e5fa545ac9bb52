//! Recognises a council's own tables by their headers: the directory, sessions, returns, assets, people, attendances.
//!
//! Headers are matched as the readers match them; values only support a guess. Of a table about people counts are written and
//! never a value, and a header only where it is one of those that are known.

mod columns;
mod ids;

use super::evidence::{Evidence, is_day};
use super::look::TableLook;
use super::unused::Unused;
use super::{Draft, Line, Section, WhyNot, fields};
use crate::supply;
use crate::table::{Column, Why, loosely, propose};
use columns::council_table;

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

/// Headers that stand over a person's reference or over names; which of them, only the values tell.
const BARE: [&str; 5] = ["client", "person", "serviceuser", "customer", "individual"];

/// The headers of a table, and what they are known to hold.
struct Headers<'a> {
    all: &'a [String],
}

impl Headers<'_> {
    /// Says whether every one of these fields has a header that surely holds it.
    fn have(&self, columns: &[Column], wanted: &[&str]) -> bool {
        let found = propose(self.all, columns);
        wanted.iter().all(|field| {
            found
                .iter()
                .any(|one| one.field == *field && one.why < Why::Likeness)
        })
    }

    fn have_any(&self, columns: &[Column], wanted: &[&str]) -> bool {
        wanted.iter().any(|field| self.have(columns, &[field]))
    }
}

fn by_headers(table: &TableLook, headers: &[String], file: &str) -> Option<Vec<Draft>> {
    let known = Headers { all: headers };
    if known.have(
        fields::CLIENT_LEVEL_EVENTS,
        &["user_id", "event_type", "component"],
    ) {
        return Some(client_level(headers));
    }
    about_people(table, &known).or_else(|| about_services(table, &known, file))
}

/// Recognises a table about people: what they attend, who they are, or both in one.
fn about_people(table: &TableLook, known: &Headers<'_>) -> Option<Vec<Draft>> {
    let of_people = [
        "postcode",
        "easting",
        "age_band",
        "date_of_birth",
        "support_group",
    ];
    let of_attending = ["from", "to", "weekday", "mode_there", "hours_per_week"];
    let users = fields::users();
    let is_bare = |header: &String| BARE.contains(&loosely(header).as_str());
    let attend = known.have(fields::ATTENDANCES, &["service_id"])
        && (known.have(fields::ATTENDANCES, &["user_id"])
            || (known.all.iter().any(is_bare)
                && known.have_any(fields::ATTENDANCES, &of_attending)));
    let are = known.have(&users, &["user_id"]) && known.have_any(&users, &of_people);
    let attendances = || {
        let why = "a person and a service in each row";
        council_table(
            table,
            known.all,
            Section::Attendances,
            fields::ATTENDANCES,
            why,
        )
    };
    let people = |why| council_table(table, known.all, Section::ServiceUsers, &users, why);
    match (attend, are) {
        (true, true) if one_row_each(table, known.all, &users) => {
            let mut people = people("a person in each row, with what the person attends");
            people.spare = true;
            Some(vec![people, attendances()])
        }
        (true, _) => Some(vec![attendances()]),
        (false, true) => Some(vec![people("a person in each row")]),
        (false, false) => None,
    }
}

/// Says whether every person has one row.
fn one_row_each(table: &TableLook, headers: &[String], columns: &[Column]) -> bool {
    let found = propose(headers, columns);
    let id = found.iter().find(|one| one.field == "user_id");
    id.is_some_and(|id| Evidence::of(&table.rows, id.place).is_key())
}

/// Recognises a table about services, who runs them, or places.
fn about_services(table: &TableLook, known: &Headers<'_>, file: &str) -> Option<Vec<Draft>> {
    let headers = known.all;
    let draft = |section, columns, why: &str| {
        Some(vec![council_table(table, headers, section, columns, why)])
    };
    let providers = fields::providers();
    let directory = ["service_id", "service_name", "operator", "category"];
    let count = directory
        .iter()
        .filter(|field| known.have(&providers, &[field]))
        .count();
    if count >= 3 || (count == 2 && known.have(&providers, &["service_name", "operator"])) {
        let why = "a service and who runs it in each row";
        return draft(Section::Providers, &providers, why);
    }
    if known.have(fields::SESSIONS, &["service_id", "weekday"]) {
        let why = "a service and a day of the week in each row";
        return draft(Section::Sessions, fields::SESSIONS, why);
    }
    if known.have(fields::RETURNS, &["provider"])
        && let Some(draft) = returns(table, known)
    {
        return Some(vec![draft]);
    }
    let assets = fields::assets();
    if known.have(&assets, &["name"]) && known.have_any(&assets, &["postcode", "easting"]) {
        return Some(vec![self::assets(table, headers, file)]);
    }
    None
}

/// Drafts a list of returns: with a column that says whether they came, or with one of marks for each month.
fn returns(table: &TableLook, known: &Headers<'_>) -> Option<Draft> {
    let headers = known.all;
    let cells = |place: usize| {
        let cells = table.rows.iter().filter_map(move |row| row.get(place));
        cells.filter(|cell| !cell.trim().is_empty())
    };
    let by_month = !known.have_any(fields::RETURNS, &["returned", "date"]);
    let months = supply::months(headers);
    let of_marks = |place: usize| cells(place).all(|cell| supply::is_mark(cell) || is_day(cell));
    if by_month && (months.is_empty() || !months.iter().all(|month| of_marks(month.place))) {
        return None;
    }
    let why = if by_month {
        format!(
            "a provider in each row, and whether its return came in a column for each of {} months",
            months.len()
        )
    } else {
        "a provider and whether its return came in each row".to_owned()
    };
    let mut draft = council_table(table, headers, Section::Returns, fields::RETURNS, &why);
    let found = propose(headers, fields::RETURNS);
    let mut places: Vec<usize> = found
        .iter()
        .filter(|one| one.field == "returned")
        .map(|one| one.place)
        .collect();
    if by_month {
        places.extend(months.iter().map(|month| month.place));
        draft.covers.clone_from(&places);
        draft.unused = Unused::of(headers, &draft);
    }
    let an_x = |place: usize| cells(place).any(|cell| supply::is_x(cell));
    if places.into_iter().any(an_x) {
        draft.lines.extend(["yes", "no"].map(|means| Line {
            out: true,
            ..Line::new(
                "x_means",
                means,
                "an x could be a tick or a cross, and rows with one are left out: take out the # of one",
            )
        }));
    }
    Some(draft)
}

/// Drafts the two sections of Adult Social Care Client Level Data, whose columns a ready profile knows.
fn client_level(headers: &[String]) -> Vec<Draft> {
    let why = "the headers of Adult Social Care Client Level Data";
    let draft = |section, columns: &[Column]| {
        let mut draft = Draft::new(section, why);
        draft.lines.push(Line::new(
            "profile",
            "client_level_data",
            "a ready set of columns",
        ));
        let known = propose(headers, columns);
        let known = known.iter().filter(|one| one.why < Why::Likeness);
        draft.covers = known.map(|one| one.place).collect();
        draft.unused = Unused::of(headers, &draft);
        draft
    };
    let people = draft(Section::ServiceUsers, &fields::client_level_people());
    let mut attendances = draft(Section::Attendances, fields::CLIENT_LEVEL_EVENTS);
    attendances.needs = vec!["[service_users]".to_owned(), "[providers]".to_owned()];
    vec![people, attendances]
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
