//! What the figures of journeys leave out, and how much it is: tables and headline figures.
//!
//! Two sums are kept apart and never added up: attendances for which no way could be found, and attendances that are nobody's way
//! to anywhere. Their total less one of them would give the other away where it is of a few people. Rows that could not be read are
//! in neither, because a study does not hold them; the report of the build counts those.

use catchment_core::findings::{Cell, Field, FindingsTable, Headline, Labels, Value};

use super::{JourneyFigures, Outside, Summary};
use crate::columns::ALL;
use crate::pairs::Count;

/// Says in the method line where the sums stand.
pub(super) const WHERE: &str = "Attendances that are in no mean are counted by reason in the tables of attendances without a journey and \
    of attendances left out; rows that could not be read are counted in the report of the build alone.";

fn fields(first: Field) -> Vec<Field> {
    vec![
        first,
        Field::new(
            "attendances",
            "Weekly attendances",
            "",
            "Weekly attendances on the reference date.",
        ),
        Field::new(
            "pairs",
            "Pairs",
            "",
            "Distinct pairs of person and service.",
        ),
        Field::new("people", "People", "people", "Distinct people in them."),
    ]
}

fn row(label: &str, count: Count) -> Vec<Value> {
    vec![
        label.into(),
        Cell::events(count.attendances, count.people).into(),
        Cell::events(count.pairs, count.people).into(),
        Cell::people(count.people).into(),
    ]
}

/// Lays out one of the sums with its reasons, all of them first.
fn by_reason(
    [id, title, description]: [&str; 3],
    all: Count,
    reasons: impl Iterator<Item = (String, Count)>,
    method: &str,
) -> FindingsTable<Value> {
    let rows = reasons.map(|(reason, count)| row(&reason, count));
    FindingsTable {
        id: id.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        method: method.to_owned(),
        fields: fields(Field::new(
            "reason",
            "Reason",
            "",
            "Why they are in no mean.",
        )),
        labels: Labels::Public,
        partition: true,
        whole: Some(0),
        rows: std::iter::once(row(ALL, all)).chain(rows).collect(),
    }
}

/// Lays out what is in no mean or on no map.
pub(super) fn tables(found: &JourneyFigures, method: &str) -> [FindingsTable<Value>; 3] {
    let without = found
        .without
        .iter()
        .map(|(reason, count)| (reason.to_string(), *count));
    let left_out = found
        .left_out
        .iter()
        .map(|(reason, count)| (reason.words().to_owned(), *count));
    [
        by_reason(
            [
                "average_journeys_without",
                "Attendances without a journey",
                "Attendances that are in no mean, because no way from home to the service could be found; the first row is all of them.",
            ],
            found.all.without,
            without,
            method,
        ),
        by_reason(
            [
                "average_journeys_left_out",
                "Attendances left out",
                "Attendances on the reference date for which no way was looked for, because there is no open place that the person \
                 travels to; the first row is all of them.",
            ],
            found.all_left_out,
            left_out,
            method,
        ),
        outside(found, method),
    ]
}

fn outside(found: &JourneyFigures, method: &str) -> FindingsTable<Value> {
    let row = |(why, summary): &(Outside, Summary)| row(why.words(), summary.count());
    FindingsTable {
        id: "average_journeys_outside".to_owned(),
        title: "Pairs outside the areas".to_owned(),
        description: "Pairs with a journey that are in the totals but on no map, because the home is outside its areas or the place \
            may be somebody's home."
            .to_owned(),
        method: method.to_owned(),
        fields: fields(Field::new("where", "Where", "", "Why they are on no map.")),
        labels: Labels::Public,
        partition: false,
        whole: None,
        rows: found.outside.iter().map(row).collect(),
    }
}

/// Says how much is left out, beside the means.
pub(super) fn headlines(found: &JourneyFigures) -> [Headline<Value>; 2] {
    let headline = |label: &str, count: Count| Headline {
        label: label.to_owned(),
        value: Cell::events(count.attendances, count.people).into(),
        unit: "a week".to_owned(),
        decimals: 0,
        n: Cell::people(count.people).into(),
    };
    [
        headline(
            "Left out: attendances with no way found from home",
            found.all.without,
        ),
        headline(
            "Left out: attendances with no open place to travel to",
            found.all_left_out,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use catchment_core::findings::{Figure, Findings, Plain};
    use catchment_core::id::{RowId, ServiceId, Table};
    use catchment_core::study::StudyParts;

    use super::super::tests::released;
    use crate::fixture;

    fn rows(findings: &Findings<Figure>) -> Vec<[Figure; 3]> {
        let table = findings
            .tables
            .iter()
            .find(|table| table.id == "average_journeys_left_out");
        let rows = &table.unwrap().rows;
        rows.iter()
            .map(|row| [1, 2, 3].map(|column| row[column].clone()))
            .collect()
    }

    /// Sends the attendances of the hub of some people to another service.
    fn move_people(parts: &mut StudyParts, people: std::ops::Range<usize>, service: usize) {
        for attendance in &mut parts.attendances {
            if attendance.service.row() == 0 && people.contains(&attendance.user.row()) {
                attendance.service = ServiceId::from_row(service);
            }
        }
    }

    #[test]
    fn a_few_left_out_are_hidden_in_the_table_and_the_headline() {
        // Two to whom nobody travels and one at a closed service: three in all.
        let found = released(&fixture::study());
        let hidden = |row: &[Figure; 3]| row.iter().all(|figure| *figure == Figure::Hidden);
        let rows = rows(&found);
        assert!(rows[..3].iter().all(hidden), "{rows:?}");
        assert_eq!(rows[3][0], Figure::Shown(Plain::Integer(0)));
        let last = found.headlines.last().unwrap();
        assert!(last.label.starts_with("Left out: "), "{}", last.label);
        assert_eq!((&last.value, &last.n), (&Figure::Hidden, &Figure::Hidden));
    }

    #[test]
    fn many_left_out_are_counted_with_their_reasons() {
        // Five more at the service that closed and six at one without a place; p02 is served at home besides.
        let study = fixture::changed(|parts| {
            move_people(parts, 0..5, 3);
            move_people(parts, 5..12, 1);
            let mut services = parts.services.rows().to_vec();
            services[1].site = None;
            parts.services = Table::new(services);
            parts.attendances.retain(|one| one.service.row() != 5);
            parts
                .attendances
                .retain(|one| one.delivery.is_travelled_to());
        });
        let shown = |number: i64| Figure::Shown(Plain::Integer(number));
        let expected = [[14, 11, 11], [0, 0, 0], [8, 5, 5], [6, 6, 6]].map(|row| row.map(shown));
        let found = released(&study);
        assert_eq!(rows(&found), expected);
        let last = found.headlines.last().unwrap();
        assert_eq!((&last.value, &last.n), (&shown(14), &shown(11)));
        assert!(
            found.layers[0].method.contains("attendances left out"),
            "{}",
            found.layers[0].method
        );
    }
}
