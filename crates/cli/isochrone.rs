//! `catchment isochrone`: what can be reached within some minutes of a place, as a map.
//!
//! It is about streets and about nobody. A place is one that [`place`](crate::place) finds: there is no way to name a person's home.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::bail;
use catchment_export::{BandShape, IsochroneBand, IsochroneOf, write_isochrone};
use catchment_import::open_at_once;
use catchment_travel::{
    Band, Isochrones, LONGEST_BUDGET, MOST_BUDGETS, Metres, Outlines, Reached, Seconds,
    StreetNetwork, Surroundings,
};
use clap::Args;

use crate::console::Interruptible;
use crate::out::{Out, Target};
use crate::{ending, place, streets};

/// The rest of the help: the part about places is [`place::HELP`].
const HELP: &str = "\
The answer is GeoJSON in longitude and latitude, a feature for each number of minutes, the largest
first. A place is in an area where the point on a street that it snaps to is reached in time and is
no further away than --width. So streets that cannot be reached in time are left out, and rivers,
harbours and fields, but for a strip as broad as --width along the streets that are reached. What
is beside a motorway or a ferry is left out, too, because nobody gets off there. Outlines are true
to --tolerance. An area of fewer minutes lies within that of more.

Examples:
  catchment isochrone my-council --from \"Central Library\" --minutes 15,30 -o library.geojson
  catchment isochrone my-council --from \"NP20 4AA\" --minutes 10 --profile walk --to-it
  catchment isochrone my-council --from 51.5842,-2.9977 --minutes 5 --profile walk --streets";

/// How far apart two numbers of minutes must be, and how far from none: they are written to three decimals.
const APART: f64 = 0.001;

fn help() -> String {
    format!("{}\n\n{HELP}", place::HELP)
}

/// Map what can be reached within some minutes of a place
#[derive(Args)]
#[command(after_help = help())]
pub(crate) struct Arguments {
    /// The study's folder, built
    study: PathBuf,
    /// The place that journeys begin at, or end at with --to-it
    #[arg(long, value_name = "PLACE", allow_hyphen_values = true)]
    from: String,
    /// How many minutes; several with commas between, each an area of its own
    #[arg(
        long,
        value_name = "MINUTES",
        value_delimiter = ',',
        value_parser = number,
        required = true,
        allow_hyphen_values = true
    )]
    minutes: Vec<f64>,
    /// Journeys to the place instead of from it
    #[arg(long)]
    to_it: bool,
    /// How one travels: a profile of the study, such as drive or walk; the study's own unless it is given
    #[arg(long)]
    profile: Option<String>,
    /// The streets that are reached instead of areas
    #[arg(long, conflicts_with_all = ["tolerance", "width"])]
    streets: bool,
    /// How many metres an outline may be off
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = 10.0,
        allow_hyphen_values = true
    )]
    tolerance: f64,
    /// How many metres beside a street belong to it
    #[arg(
        long,
        value_name = "METRES",
        default_value_t = 50.0,
        allow_hyphen_values = true
    )]
    width: f64,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(path) = &arguments.target.output {
        ending::refuse_other(path, ending::GEOJSON, "")?;
    }
    let budgets = budgets(&arguments.minutes)?;
    check_metres(arguments)?;
    let study = open_at_once(&arguments.study)?;
    let prepared = streets::prepared(&study, arguments.profile.as_deref())
        .map_err(|error| error.context("--profile"))?;
    let network = prepared.network();
    let place = place::find(&study, &arguments.from).map_err(|error| error.context("--from"))?;
    let root = streets::snap(&study, prepared, &place).map_err(|error| error.context("--from"))?;
    let _interruptible = Interruptible::start();
    let mut out = Out::start(&arguments.target)?;
    let mut isochrones = Isochrones::new(network)?;
    let reached = if arguments.to_it {
        isochrones.to(&root, &budgets)?
    } else {
        isochrones.from(&root, &budgets)?
    };
    let bands = if arguments.streets {
        reached.bands().map(streets_of).collect()
    } else {
        areas_of(network, &reached, arguments)?
    };
    let of = IsochroneOf {
        place: &place.taken_for,
        towards: arguments.to_it,
        profile: &network.profile().name,
        method: &method(arguments),
    };
    write_isochrone(of, &bands, crate::serve::context(&study), &mut out)?;
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

/// Reads a number, with spaces around it or not.
fn number(text: &str) -> Result<f64, String> {
    let number = text.trim().parse();
    number.map_err(|_| "give numbers with commas between, such as 15,30".to_owned())
}

/// Reads minutes, and says which cannot be.
fn budgets(minutes: &[f64]) -> anyhow::Result<Vec<Seconds>> {
    if minutes.len() > MOST_BUDGETS {
        bail!(
            "--minutes has {} numbers; give at most {MOST_BUDGETS}",
            minutes.len()
        );
    }
    let longest = LONGEST_BUDGET.minutes();
    for minutes in minutes {
        // Written so that what is not a number is refused.
        if !(*minutes >= APART && *minutes <= longest) {
            bail!(
                "--minutes {minutes} cannot be: give numbers above 0, at most {longest} (a day), such as 15,30"
            );
        }
    }
    let mut ascending = minutes.to_vec();
    ascending.sort_by(f64::total_cmp);
    for pair in ascending.windows(2) {
        // A hair's breadth less than a thousandth: 5.001 cannot be held exactly, and is apart from 5.
        if pair[0] < pair[1] && pair[1] - pair[0] < APART - 1e-9 {
            bail!(
                "--minutes {} and {} cannot both be: minutes are written to a thousandth, so the two would look alike; give numbers at least {APART} apart",
                pair[0],
                pair[1]
            );
        }
    }
    let seconds = minutes.iter().map(|minutes| Seconds::new(minutes * 60.0));
    Ok(seconds.collect())
}

/// Says which of the two lengths cannot be.
fn check_metres(arguments: &Arguments) -> anyhow::Result<()> {
    let (width, tolerance) = (arguments.width, arguments.tolerance);
    if !(10.0..=1000.0).contains(&width) {
        bail!("--width {width} cannot be: give metres from 10 to 1000");
    }
    if !(1.0..=width).contains(&tolerance) {
        bail!("--tolerance {tolerance} cannot be: give metres from 1 to the width, {width}");
    }
    Ok(())
}

fn streets_of(band: Band<'_>) -> IsochroneBand {
    IsochroneBand {
        budget: band.budget(),
        streets: band.length(),
        shape: BandShape::Streets(band.shapes().collect()),
    }
}

fn areas_of(
    network: &StreetNetwork,
    reached: &Reached<'_>,
    arguments: &Arguments,
) -> anyhow::Result<Vec<IsochroneBand>> {
    let (width, tolerance) = (arguments.width, arguments.tolerance);
    let ground =
        Surroundings::around(network, reached, Metres::new(width), Metres::new(tolerance))?;
    let areas = Outlines::new(&ground).of(reached);
    let each = reached.bands().zip(areas);
    let bands = each.map(|(band, area)| IsochroneBand {
        budget: band.budget(),
        streets: band.length(),
        shape: BandShape::Area(area),
    });
    Ok(bands.collect())
}

/// Says how it was made, for whoever opens the file.
fn method(arguments: &Arguments) -> String {
    if arguments.streets {
        return "Parts of streets to which the fastest journey takes no longer than the minutes, cut to the millisecond."
            .to_owned();
    }
    format!(
        "Places whose nearest point on a street, motorways and ferries apart, is within {} m and is reached by the fastest journey in \
         no more than the minutes; outlines are true to {} m.",
        arguments.width, arguments.tolerance
    )
}
