//! `catchment route`: how to get from one place to another.
//!
//! Between places that have a name, a postcode or a position. There is no way from a person's home here: people cannot be named.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use catchment_core::study::Study;
use catchment_import::open_at_once;
use catchment_travel::{Metres, Metric, Route, Snap, StreetNetwork, Underfoot};
use clap::{Args, ValueEnum};

use crate::console::Interruptible;
use crate::out::{Out, Target};
use crate::place::{self, Place};
use crate::{ending, streets};

mod json;
#[cfg(test)]
mod tests;

const HELP: &str = "\
The way is the fastest one, or with --shortest the shortest one. Distance and time are those that
every other question of the study counts with. The way from a place to its street is in neither,
and is told beside them.

PLACE is a site's or an asset's id or name, a postcode of the study, \"latitude,longitude\" or
\"easting,northing\".

Examples:
  catchment route my-council --from \"NP20 4AA\" --to \"Central Library\"
  catchment route my-council --from S01 --to S02 --profile walk
  catchment route my-council --from 51.5842,-2.9977 --to S02 --shortest
  catchment route my-council --from S01 --to S02 -o way.geojson";

/// Say how to get from one place to another
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The study's folder, built
    study: PathBuf,
    /// Where the journey begins
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
    from: String,
    /// Where it ends
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
    to: String,
    /// By what: a profile of the study, such as drive or walk; without it the study's own
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,
    /// Find the shortest way instead of the fastest
    #[arg(long)]
    shortest: bool,
    /// How to write the answer [default: what the ending of -o says (.geojson, .json), else text]
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    target: Target,
}

/// How an answer is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person to read
    Text,
    /// For a map: the way and its steps as lines, in longitude and latitude
    Geojson,
    /// For a program: the same as one object
    Json,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let format = format(arguments)?;
    let _interruptible = Interruptible::start();
    let study = open_at_once(&arguments.study)?;
    let answer = Answer::find(
        &study,
        [&arguments.from, &arguments.to],
        arguments.profile.as_deref(),
        arguments.shortest,
    )?;
    let mut out = Out::start(&arguments.target)?;
    match format {
        Format::Text => answer.write_text(&mut out)?,
        Format::Geojson => writeln!(out, "{:#}", json::geojson(&answer, &study)?)?,
        Format::Json => writeln!(out, "{:#}", json::json(&answer, &study)?)?,
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// Chooses how to write: as was said, or else as the ending of the file's name says.
fn format(arguments: &Arguments) -> anyhow::Result<Format> {
    let path = arguments.target.output.as_deref();
    let promised = path.and_then(ending::promised);
    let format = arguments.format.unwrap_or(match promised {
        Some("geojson") => Format::Geojson,
        Some("json") => Format::Json,
        _ => Format::Text,
    });
    let kind = match format {
        Format::Text => ending::TEXT,
        Format::Geojson => ending::GEOJSON,
        Format::Json => ending::JSON,
    };
    let otherwise = match (arguments.format, promised) {
        (Some(_), Some("geojson" | "json" | "txt")) => ", or leave --format out",
        (Some(_), _) => "",
        (None, _) => ", or .geojson for a map or .json for a program",
    };
    if let Some(path) = path {
        ending::refuse_other(path, kind, otherwise)?;
    }
    Ok(format)
}

/// A way between two places, and what was asked.
struct Answer {
    places: [Place; 2],
    snaps: [Snap; 2],
    profile: String,
    metric: Metric,
    route: Route,
}

impl Answer {
    fn find(
        study: &Study,
        texts: [&str; 2],
        profile: Option<&str>,
        shortest: bool,
    ) -> anyhow::Result<Self> {
        let prepared = streets::prepared(study, profile)?;
        let [from, to] = texts;
        let from = place::find(study, from).context("--from")?;
        let to = place::find(study, to).context("--to")?;
        let network = prepared.network();
        let snaps = [
            streets::snap(study, prepared, &from)?,
            streets::snap(study, prepared, &to)?,
        ];
        let (route, metric) = if shortest {
            let network = network.by_metric(Metric::ShortestDistance);
            let route = Route::find_plainly(&network, &snaps[0], &snaps[1]);
            (route, Metric::ShortestDistance)
        } else {
            let route = Route::find(network, &mut prepared.query(), &snaps[0], &snaps[1]);
            (route, network.metric())
        };
        let Some(route) = route else {
            bail!("{}", no_way(network, &from, &to));
        };
        Ok(Self {
            places: [from, to],
            snaps,
            profile: network.profile().name.clone(),
            metric,
            route,
        })
    }

    /// Returns how the way was chosen.
    fn chosen(&self) -> &'static str {
        match self.metric {
            Metric::FastestTime => "fastest",
            Metric::ShortestDistance => "shortest",
        }
    }

    fn write_text(&self, out: &mut impl Write) -> anyhow::Result<()> {
        let [from, to] = &self.places;
        let route = &self.route;
        writeln!(out, "From {from}\nTo   {to}\n")?;
        writeln!(
            out,
            "The {} way by the profile {}: {}, {}\n",
            self.chosen(),
            self.profile,
            route.distance(),
            route.time()
        )?;
        for (number, step) in (1..).zip(route.steps()) {
            writeln!(out, "{number:3}. {step}")?;
        }
        if route.steps().is_empty() {
            writeln!(out, "Both are at the same point of the same street.")?;
        }
        let classes = route.summary().classes.iter();
        let classes: Vec<String> = classes
            .filter(|(_, cost)| cost.millimetres() > 0)
            .map(|(class, cost)| format!("{} {}", class.word(), cost.distance()))
            .collect();
        if !classes.is_empty() {
            writeln!(out, "\nBy class of street: {}", classes.join(", "))?;
        }
        if let Some(underfoot) = &route.summary().underfoot {
            write_underfoot(out, underfoot, route.distance())?;
        }
        let [before, after] = self.snaps.map(|snap| snap.distance());
        writeln!(
            out,
            "Not counted: {before} from the place it begins at to the street, {after} at the end"
        )?;
        Ok(())
    }
}

/// Says what a way is like underfoot, and what nobody knows of it.
fn write_underfoot(
    out: &mut impl Write,
    underfoot: &Underfoot,
    distance: Metres,
) -> anyhow::Result<()> {
    let surfaces = underfoot.surfaces.iter();
    let surfaces: Vec<String> = surfaces
        .map(|(surface, metres)| format!("{} {metres}", surface.word()))
        .collect();
    if !surfaces.is_empty() {
        writeln!(out, "Surface: {}", surfaces.join(", "))?;
    }
    writeln!(out, "Steps: {}", underfoot.steps)?;
    let unknown = [
        ("surface", underfoot.surface_unknown),
        ("width", underfoot.width_unknown),
        ("incline", underfoot.incline_unknown),
        ("kerb", underfoot.kerb_unknown),
    ];
    let unknown: Vec<String> = unknown
        .iter()
        .filter(|(_, metres)| metres.value() > 0.0)
        .map(|(what, metres)| format!("{what} {metres}"))
        .collect();
    if unknown.is_empty() {
        writeln!(out, "The data leave nothing of this unsaid")?;
    } else {
        let share = 100.0 * underfoot.unknown.value() / distance.value();
        writeln!(
            out,
            "The data do not say all of {} ({share:.0}% of the way): {}",
            underfoot.unknown,
            unknown.join(", ")
        )?;
    }
    Ok(())
}

/// Says that there is no way, which on the streets of a study is rare: all of them reach all others.
fn no_way(network: &StreetNetwork, from: &Place, to: &Place) -> String {
    format!(
        "there is no way from {from} to {to} by the profile {}: the streets between them do not hang together for it",
        network.profile().name
    )
}
