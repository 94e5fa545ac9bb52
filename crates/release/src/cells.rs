//! One cell by itself: whether its own people are too few, and how its value is rounded.
//!
//! What other cells give away about it is the business of [`plan`](crate::plan).

use catchment_core::findings::{Cell, Plain, Statistic};

use crate::policy::Policy;

/// The steps means are rounded to, smallest first, with the decimals each is written with.
const STEPS: [(f64, i32); 5] = [(0.01, 2), (0.05, 2), (0.1, 1), (0.5, 1), (1.0, 0)];

/// The step of a percentile that few people lie beyond, in kilometres.
const COARSE_KILOMETRES: (f64, i32) = (1.0, 0);

/// The step of a percentile that few people lie beyond, in minutes.
const COARSE_MINUTES: (f64, i32) = (5.0, 0);

/// Says whether a cell must be hidden for what it is itself.
///
/// A cell that contradicts itself (a value of nobody, more in the part than in the whole) is hidden: an analysis that miscounts
/// people must not get a figure out by it.
pub(crate) fn is_small(cell: &Cell, policy: &Policy) -> bool {
    let Cell {
        statistic,
        value,
        people,
        subset,
    } = *cell;
    if policy.is_small(people) {
        return true;
    }
    match statistic {
        Statistic::People => value.is_some_and(|value| differ(value, f64::from(people))),
        Statistic::Events => {
            value.is_some_and(|value| value < 0.0 || (people == 0 && differ(value, 0.0)))
        }
        Statistic::Share => {
            let rest = people.checked_sub(subset);
            policy.is_small(subset) || rest.is_none_or(|rest| policy.is_small(rest))
        }
        Statistic::MeanKilometres
        | Statistic::MeanMinutes
        | Statistic::PercentileKilometres
        | Statistic::PercentileMinutes => people == 0 && value.is_some(),
    }
}

/// Rounds a cell that may be shown.
pub(crate) fn rounded(cell: &Cell, per_cent: bool, policy: &Policy) -> Plain {
    let Some(value) = cell.value.filter(|value| value.is_finite()) else {
        return Plain::Missing;
    };
    let few_beyond = cell.subset < policy.threshold();
    match cell.statistic {
        Statistic::People | Statistic::Events => {
            Plain::Integer(rounded_count(value, policy) as i64)
        }
        Statistic::PercentileKilometres if few_beyond => to_step(value, COARSE_KILOMETRES),
        Statistic::PercentileMinutes if few_beyond => to_step(value, COARSE_MINUTES),
        Statistic::MeanKilometres | Statistic::PercentileKilometres => {
            to_step(value, mean_step(2.0, cell.people))
        }
        Statistic::MeanMinutes | Statistic::PercentileMinutes => {
            to_step(value, mean_step(4.0, cell.people))
        }
        Statistic::Share => share(cell, per_cent, policy),
    }
}

/// Says whether two counts held as numbers are not the same; one that is no number differs from all.
fn differ(one: f64, other: f64) -> bool {
    one.total_cmp(&other).is_ne()
}

fn rounded_count(count: f64, policy: &Policy) -> f64 {
    let base = f64::from(policy.rounding_base());
    (count / base).round() * base
}

/// Finds the smallest step that is at least `spread` divided by the people: what one of them could move the mean by.
fn mean_step(spread: f64, people: u32) -> (f64, i32) {
    let least = spread / f64::from(people.max(1));
    // 2 / 200 must count as 0.01 although neither is exact in binary.
    let enough = |(step, _): &&(f64, i32)| *step + 1e-12 >= least;
    STEPS.iter().find(enough).copied().unwrap_or((1.0, 0))
}

fn to_step(value: f64, (step, decimals): (f64, i32)) -> Plain {
    let steps = (value / step).round();
    let scale = 10f64.powi(decimals);
    // The product of two binary fractions may end in ...0001; the decimals of the step are all that was meant. Adding zero turns -0
    // into 0.
    Plain::Number((steps * step * scale).round() / scale + 0.0)
}

/// Works a share out from the rounded counts, so that it says no more than they do.
fn share(cell: &Cell, per_cent: bool, policy: &Policy) -> Plain {
    let whole = rounded_count(f64::from(cell.people), policy);
    if whole < 1.0 {
        return Plain::Missing;
    }
    let hundredths = (rounded_count(f64::from(cell.subset), policy) / whole * 100.0).round();
    Plain::Number(if per_cent {
        hundredths
    } else {
        hundredths / 100.0
    })
}

#[cfg(test)]
mod tests {
    use catchment_core::findings::{Cell, Plain, Statistic};

    use super::{is_small, mean_step, rounded};
    use crate::policy::Policy;

    fn policy() -> Policy {
        Policy::named("le7_round5").unwrap()
    }

    #[test]
    fn the_step_of_a_mean_is_what_one_person_could_move_it_by() {
        let table = [
            (1, 1.0),
            (2, 1.0),
            (3, 1.0),
            (4, 0.5),
            (8, 0.5),
            (19, 0.5),
            (20, 0.1),
            (39, 0.1),
            (40, 0.05),
            (199, 0.05),
            (200, 0.01),
            (100_000, 0.01),
        ];
        for (people, step) in table {
            let same = |found: (f64, i32)| (found.0 - step).abs() < 1e-12;
            assert!(same(mean_step(2.0, people)), "2 km over {people} people");
            assert!(
                same(mean_step(4.0, people * 2)),
                "4 min over {}",
                people * 2
            );
        }
    }

    #[test]
    fn counts_are_hidden_from_one_to_seven_and_rounded_to_five() {
        let shown = |people| {
            let cell = Cell::people(people);
            (!is_small(&cell, &policy())).then(|| rounded(&cell, false, &policy()))
        };
        assert_eq!(shown(0), Some(Plain::Integer(0)));
        assert!((1..=7).all(|people| shown(people).is_none()));
        assert_eq!(shown(8), Some(Plain::Integer(10)));
        assert_eq!(shown(12), Some(Plain::Integer(10)));
        assert_eq!(shown(13), Some(Plain::Integer(15)));
    }

    #[test]
    fn what_people_do_is_judged_by_the_people() {
        assert!(is_small(&Cell::events(400, 7), &policy()));
        let pairs = Cell::events(43, 8);
        assert!(!is_small(&pairs, &policy()));
        assert_eq!(rounded(&pairs, false, &policy()), Plain::Integer(45));
    }

    #[test]
    fn means_are_rounded_without_binary_crumbs() {
        let km = |value, people| {
            rounded(
                &Cell::mean(Statistic::MeanKilometres, Some(value), people),
                false,
                &policy(),
            )
        };
        assert_eq!(km(5.2137, 500), Plain::Number(5.21));
        assert_eq!(km(5.2137, 50), Plain::Number(5.2));
        assert_eq!(km(5.2837, 50), Plain::Number(5.3));
        assert_eq!(km(5.2137, 8), Plain::Number(5.0));
        assert_eq!(km(-0.001, 8), Plain::Number(0.0));
        assert_eq!(km(f64::NAN, 8), Plain::Missing);
    }

    #[test]
    fn a_percentile_that_few_lie_beyond_is_coarse() {
        let p90 = |statistic, beyond| {
            rounded(
                &Cell::percentile(statistic, Some(12.34), 300, beyond),
                false,
                &policy(),
            )
        };
        assert_eq!(
            p90(Statistic::PercentileKilometres, 30),
            Plain::Number(12.34)
        );
        assert_eq!(p90(Statistic::PercentileKilometres, 7), Plain::Number(12.0));
        assert_eq!(p90(Statistic::PercentileMinutes, 7), Plain::Number(10.0));
    }

    #[test]
    fn a_share_needs_part_and_rest() {
        let shown = |part, whole| {
            let cell = Cell::share(part, whole);
            (!is_small(&cell, &policy())).then(|| rounded(&cell, true, &policy()))
        };
        assert_eq!(shown(0, 40), Some(Plain::Number(0.0)));
        assert_eq!(shown(7, 40), None);
        assert_eq!(shown(13, 41), Some(Plain::Number(38.0)));
        assert_eq!(shown(33, 40), None);
        assert_eq!(shown(40, 40), Some(Plain::Number(100.0)));
        assert_eq!(shown(0, 7), None);
        assert_eq!(shown(0, 0), Some(Plain::Missing));
    }

    #[test]
    fn a_cell_that_contradicts_itself_is_hidden() {
        let mut count = Cell::people(40);
        count.value = Some(3.0);
        assert!(is_small(&count, &policy()));
        assert!(is_small(&Cell::events(3, 0), &policy()));
        assert!(is_small(
            &Cell::mean(Statistic::MeanMinutes, Some(3.0), 0),
            &policy()
        ));
        assert!(is_small(&Cell::share(50, 40), &policy()));
    }
}
