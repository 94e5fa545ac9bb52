//! The statistics of a group of pairs, as fields of a layer or columns of a table.

use catchment_core::findings::{Cell, Statistic, Value};

use super::Summary;
use crate::columns::Column;

pub(super) static STATISTICS: [Column<Summary>; 13] = [
    Column {
        name: "mean_km",
        title: "Mean distance by road",
        unit: "km",
        description: "Mean distance along the fastest route, one way, over pairs of person and service.",
        value: |found| mean(Statistic::MeanKilometres, found.mean_km, found),
    },
    Column {
        name: "interval_low_km",
        title: "Lower end of the mean's interval",
        unit: "km",
        description: "Lower end of the 95% interval of the mean by the cluster bootstrap, which draws whole people. The records \
            are all there are, so it says how far the mean would move in another such week and with returns that are missing. \
            With few people it can't be relied on and is left out; the method line says how many are few.",
        value: |found| {
            mean(
                Statistic::MeanKilometres,
                found.interval_km.map(|interval| interval.low),
                found,
            )
        },
    },
    Column {
        name: "interval_high_km",
        title: "Upper end of the mean's interval",
        unit: "km",
        description: "Upper end of the same interval.",
        value: |found| {
            mean(
                Statistic::MeanKilometres,
                found.interval_km.map(|interval| interval.high),
                found,
            )
        },
    },
    Column {
        name: "median_km",
        title: "Median distance by road",
        unit: "km",
        description: "Half of the pairs are nearer and half are further (percentile of type 7, as in R and spreadsheets).",
        value: |found| percentile(found.median_km, found),
    },
    Column {
        name: "p90_km",
        title: "90th percentile of distance",
        unit: "km",
        description: "Nine pairs in ten are no further than this (percentile of type 7, as in R and spreadsheets).",
        value: |found| percentile(found.p90_km, found),
    },
    Column {
        name: "mean_minutes",
        title: "Mean time by road",
        unit: "min",
        description: "Mean time of the fastest route on free roads, one way, over pairs; stops on the way are not in it.",
        value: |found| mean(Statistic::MeanMinutes, found.mean_minutes, found),
    },
    Column {
        name: "straight_mean_km",
        title: "Mean straight line",
        unit: "km",
        description: "Mean straight line between the same two points, over the same pairs.",
        value: |found| mean(Statistic::MeanKilometres, found.straight_mean_km, found),
    },
    Column {
        name: "attendance_mean_km",
        title: "Mean distance over attendances",
        unit: "km",
        description: "The same distances averaged over weekly attendances: who goes on more days counts for more.",
        value: |found| mean(Statistic::MeanKilometres, found.attendance_mean_km, found),
    },
    Column {
        name: "people",
        title: "People",
        unit: "people",
        description: "Distinct people with a journey: those behind every figure here.",
        value: |found| Cell::people(found.people).into(),
    },
    Column {
        name: "pairs",
        title: "Pairs",
        unit: "",
        description: "Distinct pairs of person and service with a journey.",
        value: |found| Cell::events(found.pairs, found.people).into(),
    },
    Column {
        name: "attendances",
        title: "Weekly attendances",
        unit: "",
        description: "Weekly attendances of these pairs.",
        value: |found| Cell::events(found.attendances, found.people).into(),
    },
    Column {
        name: "without_journey",
        title: "Pairs without a journey",
        unit: "",
        description: "Pairs for which no way from home could be found. They are in no mean.",
        value: |found| Cell::events(found.without.pairs, found.without.people).into(),
    },
    Column {
        name: "people_without_journey",
        title: "People in pairs without a journey",
        unit: "people",
        description: "Distinct people in those pairs; some may have a journey to another service.",
        value: |found| Cell::people(found.without.people).into(),
    },
];

/// A mean over the people of a group.
pub(super) fn mean(statistic: Statistic, value: Option<f64>, found: &Summary) -> Value {
    Cell::mean(statistic, value, found.people).into()
}

fn percentile((value, beyond): (Option<f64>, u32), found: &Summary) -> Value {
    Cell::percentile(Statistic::PercentileKilometres, value, found.people, beyond).into()
}
