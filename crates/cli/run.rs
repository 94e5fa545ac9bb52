//! `catchment run`: one question, with parameters of one's own.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use catchment_analysis::{Progress, entry, registry};
use catchment_core::findings::{Figure, Findings, FindingsTable, Headline, Plain};
use catchment_core::study::Study;
use catchment_import::open;
use catchment_release::{Audience, Policy, Published, release};
use clap::Args;
use serde_json::{Map, Value as Json};

use crate::console::{Console, say};
use crate::publish::publish;

const HELP: &str = "\
Without parameters the answer is what the public sees. With parameters of your own it is an officer's output and is marked
not for publication; small groups are hidden in it all the same.

Examples:
  catchment run my-council average_journeys
  catchment run my-council gaps -p share=0.3 -p km=3
  catchment run my-council coverage -o coverage     write its layers and tables into the folder coverage
  catchment run my-council gaps --describe          list its parameters";

/// Answer one question, with parameters of your own
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The study's folder, built
    study: PathBuf,
    /// The question: `providers`, `average_journeys`, `coverage`, `gaps`, `community_assets` or `deprivation_wards`
    analysis: String,
    /// A parameter, as name=value; may be given several times
    #[arg(short, long = "parameter", value_name = "NAME=VALUE")]
    parameters: Vec<String>,
    /// Write layers and tables into this folder instead of showing the tables here
    #[arg(short, long, value_name = "FOLDER")]
    output: Option<PathBuf>,
    /// Show the parameters the question takes, as a JSON schema
    #[arg(long)]
    describe: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Some(entry) = entry(&arguments.analysis) else {
        let known: Vec<&str> = registry().iter().map(|entry| entry.id).collect();
        bail!(
            "there is no analysis \"{}\"; they are: {}",
            arguments.analysis,
            known.join(", ")
        );
    };
    if arguments.describe {
        say!("{:#}", (entry.schema)())?;
        return Ok(ExitCode::SUCCESS);
    }
    let study = open(&arguments.study)?;
    if let Some(reason) = (entry.unavailable)(&study) {
        bail!("{} cannot be answered from this study: {reason}", entry.id);
    }
    let findings = if arguments.parameters.is_empty() {
        publish(&study)?
            .findings
            .into_iter()
            .filter(|findings| findings.get().analysis == entry.id)
            .collect()
    } else {
        as_officer(&study, entry, &parse(&arguments.parameters)?)?
    };
    match &arguments.output {
        Some(folder) => crate::export::write(&study, &findings, folder)?,
        None => findings.iter().try_for_each(show)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn as_officer(
    study: &Study,
    entry: &catchment_analysis::Entry,
    parameters: &Json,
) -> anyhow::Result<Vec<Published<Findings<Figure>>>> {
    let console = Console::start();
    console.show(&format!("computing {}", entry.title), 0, 0);
    let found = (entry.run)(study, Some(parameters), &Progress::none());
    console.finish();
    let policy = Policy::named(&study.parts().settings.release_profile)?;
    Ok(release(vec![found?], &policy, Audience::Officer))
}

/// Reads `name=value`; a value that is not JSON is a text.
fn parse(parameters: &[String]) -> anyhow::Result<Json> {
    let mut object = Map::new();
    for parameter in parameters {
        let (name, value) = parameter.split_once('=').with_context(|| {
            format!("parameter \"{parameter}\" is not NAME=VALUE, such as share=0.3")
        })?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Json::String(value.to_owned()));
        if object.insert(name.to_owned(), value).is_some() {
            bail!("parameter {name} is given twice");
        }
    }
    Ok(Json::Object(object))
}

/// Shows headlines and tables, and which layers there are.
fn show(published: &Published<Findings<Figure>>) -> anyhow::Result<()> {
    let findings = published.get();
    if let Some(mark) = published.audience().mark() {
        say!("{mark}\n")?;
    }
    for headline in &findings.headlines {
        say!("{}", headline_line(headline))?;
    }
    for table in &findings.tables {
        say!("\n{}\n{}", table.title, grid(table))?;
    }
    for layer in &findings.layers {
        let hidden = layer
            .features
            .iter()
            .filter(|feature| {
                feature.n == Figure::Hidden || feature.values.contains(&Figure::Hidden)
            })
            .count();
        say!(
            "\nlayer {}: {} features, {hidden} with hidden figures\n{}",
            layer.id,
            layer.features.len(),
            layer.method
        )?;
    }
    say!("\n-o FOLDER writes the layers as GeoJSON and CSV.")
}

/// Writes a headline on one line: `All services: 5.21 km (n = 1,145)`.
pub(crate) fn headline_line(headline: &Headline<Figure>) -> String {
    let value = match &headline.value {
        Figure::Shown(Plain::Number(number)) => {
            format!("{number:.*} {}", headline.decimals, headline.unit)
        }
        other => format!("{} {}", figure_text(other), headline.unit),
    };
    format!(
        "{}: {} (n = {})",
        headline.label,
        value.trim_end(),
        figure_text(&headline.n)
    )
}

/// Lays a table out in columns.
fn grid(table: &FindingsTable<Figure>) -> String {
    let header: Vec<String> = table
        .fields
        .iter()
        .map(|field| field.name.clone())
        .collect();
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .map(|row| row.iter().map(figure_text).collect())
        .collect();
    let width = |column: usize| {
        rows.iter()
            .chain([&header])
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter()
        .fold(line(&header), |text, row| text + "\n" + &line(row))
}

/// Writes a figure as a person reads it.
fn figure_text(figure: &Figure) -> String {
    match figure {
        Figure::Hidden => "hidden".to_owned(),
        Figure::Shown(Plain::Missing) => "-".to_owned(),
        Figure::Shown(Plain::Flag(flag)) => if *flag { "yes" } else { "no" }.to_owned(),
        Figure::Shown(Plain::Integer(number)) => number.to_string(),
        Figure::Shown(Plain::Number(number)) => format!("{}", (number * 1000.0).round() / 1000.0),
        Figure::Shown(Plain::Text(text)) => text.clone(),
        Figure::Shown(Plain::Date(date)) => date.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn parameters_are_json_where_they_can_be() {
        let parameters = ["share=0.3", "rule=majority", "km=[1, 2]"].map(str::to_owned);
        assert_eq!(
            parse(&parameters).unwrap(),
            serde_json::json!({"share": 0.3, "rule": "majority", "km": [1, 2]})
        );
        assert!(parse(&["share".to_owned()]).is_err());
        assert!(parse(&["share=1".to_owned(), "share=2".to_owned()]).is_err());
    }
}
