//! `catchment matrix`: how far and how long from many places to many others, as a table.
//!
//! It gathers both sides (`ends`), says at once what cannot be done (`size`), and writes the table as it is worked out (`table`). A table of
//! people's homes is sealed as an owner's file before a row of it exists.

mod ends;
mod line;
mod size;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{bail, ensure};
use catchment_core::study::Study;
use catchment_import::open;
use catchment_release::{OwnerTable, for_the_owner};
use catchment_travel::{Metric, PreparedNetwork, Seconds};
use clap::Args;

use crate::console::{Console, Interruptible};
use crate::out::Out;
use crate::owner::Private;
use crate::{ending, out, owner, streets};
use ends::{Ends, Gathering, What};
use size::grouped;
use table::{Counts, Table};

/// The longest cut-off, in minutes: a journey cannot cost more than 24 days.
const LONGEST: f64 = 24.0 * 24.0 * 60.0;

const HELP: &str = "\
FROM and TO are each one of
  sites         where services take place
  services      services that people travel to and that are open on the study's reference date
  postcodes     live postcodes in or near the study's areas
  areas:SET     the centres of the areas of a set, such as areas:ward. The centre of an area is
                the point of the postcode nearest to the median of its postcodes; of an area
                without postcodes a point inside its outline
  assets        community assets; assets:library those of one kind
  homes         people's homes, into an owner's file only
  a place       one place: a site's or an asset's id or name, a postcode, or a position such as
                51.5842,-2.9977
  FILE.csv      a table of your own (CSV or workbook) with a column id and a postcode, or easting
                and northing in metres, or lat and lon in degrees. Rows that cannot be placed are
                named and left out. A table of people is refused unless it goes into an owner's
                file. A file called like one of the words above is ./sites

The table has a row for each pair, in the order of the places:
  from, to      their ids
  from_name, to_name
                with --names, each after its id: the names of sites, services, areas and assets.
                A side without names has no such column: homes, postcodes, positions and points
                of your own
  rank          with --k: 1 for the nearest
  minutes       along the fastest route, rounded to 0.01
  km            along the same route, rounded to 0.001 (1 m)
  straight_km   the straight line between the two points on the streets
  why           empty; where there is no journey, what stands in the way: start_off_network or
                end_off_network (further from any street than the study's snap_cap_m),
                place_too_coarse (known by a postcode district or a town only), no_route;
                with --max-minutes none_within

With --k or --max-minutes a pair that is too far has no row; a place from which nothing is
reached has one, with no `to` and the reason, so that none is lost. A table from a set to itself
has each place's journey to itself, of no time.

A table may have 1,000,000,000 rows; a longer one is refused before the work starts. Rows are
written as they are worked out, so a table of any length takes little memory.

Exit status: 0; 1 where it could not be done; 130 after Ctrl-C. A file is there whole or not at
all. What went to standard output until then stays, and that its end is missing is said.";

const EXAMPLES: &str = "\
Examples:
  catchment matrix my-council --from sites --to sites
  catchment matrix my-council --from \"Central Library\" --to areas:ward --names
  catchment matrix my-council --from postcodes --to sites --k 3 -o nearest.csv
  catchment matrix my-council --from areas:ward --to assets:library --profile walk --max-minutes 15
  catchment matrix my-council --from candidates.csv --to postcodes -o candidates-to-postcodes.csv
  catchment matrix my-council --from homes --to sites --owner-file ~/private/homes-to-sites.csv";

/// Write how far and how long it is from many places to many others
#[derive(Args)]
#[command(after_help = EXAMPLES, after_long_help = format!("{HELP}\n\n{}\n\n{EXAMPLES}", owner::HELP))]
pub(crate) struct Arguments {
    /// The study's folder, built
    study: PathBuf,
    /// Where journeys start: sites, services, postcodes, areas:SET, assets, assets:KIND, homes, a place, or a file of points
    #[arg(long, value_name = "FROM", allow_hyphen_values = true)]
    from: String,
    /// Where they end
    #[arg(long, value_name = "TO", allow_hyphen_values = true)]
    to: String,
    /// How people travel: a profile that the study has streets for, such as drive or walk [default: the study's own]
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Only the so many nearest, by time (with --shortest by distance)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    k: Option<u32>,
    /// Only journeys of at most so many minutes
    #[arg(
        long,
        value_name = "M",
        conflicts_with = "shortest",
        allow_negative_numbers = true
    )]
    max_minutes: Option<f64>,
    /// Add columns with the names of sites, services, areas and assets
    #[arg(long)]
    names: bool,
    /// The shortest route instead of the fastest; the minutes are those it takes
    ///
    /// The streets are prepared for it each time, which takes a second for a city's.
    #[arg(long)]
    shortest: bool,
    #[command(flatten)]
    target: out::Target,
    #[command(flatten)]
    owner: owner::Target,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let _interruptible = Interruptible::start();
    let sides = [What::read(&arguments.from), What::read(&arguments.to)];
    if sides.contains(&What::Homes) && arguments.owner.owner_file.is_none() {
        bail!(
            "a table of homes has rows about single people, so it is never shown and never an ordinary file. For your own use, name a file that you alone can read: --owner-file FILE (instead of -o)"
        );
    }
    if let Some(minutes) = arguments.max_minutes {
        ensure!(
            minutes > 0.0 && minutes <= LONGEST,
            "--max-minutes is a number above 0, at most {LONGEST}"
        );
    }
    let files = [&arguments.target.output, &arguments.owner.owner_file];
    for path in files.into_iter().flatten() {
        ending::refuse_other(path, ending::CSV, "")?;
    }
    let study = open(&arguments.study)?;
    let streets = streets::prepared(&study, arguments.profile.as_deref())?;
    let console = Console::start();
    let done = answer(arguments, &study, streets, &sides, &console);
    console.finish();
    done?.iter().for_each(|sentence| eprintln!("{sentence}"));
    Ok(ExitCode::SUCCESS)
}

/// Where a table goes.
enum To {
    Anybody(Out),
    Owner(Private),
}

impl To {
    fn start(arguments: &Arguments) -> anyhow::Result<Self> {
        let target = &arguments.target;
        Ok(match &arguments.owner.owner_file {
            Some(path) => Self::Owner(Private::start(&arguments.study, path, target.overwrite)?),
            None => Self::Anybody(Out::start(target)?),
        })
    }

    /// Writes the table. `people` are those that it has rows about, `asked` names what was asked for.
    fn write(
        self,
        table: Table<'_>,
        console: &Console,
        people: usize,
        asked: &str,
    ) -> anyhow::Result<()> {
        match self {
            Self::Anybody(mut out) => {
                table.write(&mut out)?;
                console.finish();
                out.finish()
            }
            Self::Owner(private) => {
                let profile = table.streets.network().profile().name.clone();
                let why = "journeys were asked for into an owner's file";
                private.write(for_the_owner(table, people, why), asked, &profile)
            }
        }
    }
}

/// Writes the table, and returns what is to be said of it.
fn answer(
    arguments: &Arguments,
    study: &Study,
    streets: &PreparedNetwork,
    asked: &[What; 2],
    console: &Console,
) -> anyhow::Result<Vec<String>> {
    let goes = To::start(arguments)?;
    console.show("finding places and streets", 0, 0);
    let private = matches!(goes, To::Owner(_));
    let places = (arguments.study.as_path(), study);
    let gathering = Gathering::new(places, streets, private, arguments.names);
    let [from, to] = sides(&gathering, asked, console)?;
    let within = arguments.max_minutes.is_some();
    size::refuse_too_large(arguments.k, within, &from, &to)?;
    if arguments.names && from.names.is_none() && to.names.is_none() {
        bail!(
            "--names has nothing to add: neither {} nor {} have names; sites, services, areas and assets have",
            from.what,
            to.what
        );
    }
    let shortest;
    let (streets, route) = if arguments.shortest {
        console.show("ordering the streets by distance", 0, 0);
        shortest = PreparedNetwork::new(streets.network().by_metric(Metric::ShortestDistance));
        (&shortest, "shortest route")
    } else {
        (streets, "fastest route")
    };
    let mut counts = Counts::default();
    let table = Table {
        from: &from,
        to: &to,
        out_of_reach: to.out_of_reach(),
        streets,
        few: arguments.k.map(|k| k as usize),
        limit: arguments
            .max_minutes
            .map(|minutes| Seconds::new(minutes * 60.0)),
        most_rows: size::MOST_ROWS,
        console,
        counts: &mut counts,
    };
    let people = from.people().max(to.people());
    let words = format!("matrix from {} to {}", asked[0].word(), asked[1].word());
    goes.write(table, console, people, &words)?;
    let how = format!("{}, {route}", streets.network().profile().name);
    Ok(said(study, asked, [&from, &to], &how, counts))
}

/// Gathers both sides; what is asked for twice is gathered once.
fn sides(
    gathering: &Gathering<'_>,
    [from, to]: &[What; 2],
    console: &Console,
) -> anyhow::Result<[Ends; 2]> {
    let starts = gathering.ends(from, "--from", console)?;
    let ends = if from == to {
        starts.clone()
    } else {
        gathering.ends(to, "--to", console)?
    };
    Ok([starts, ends])
}

/// Says what the table is; `how` is the profile and how routes were chosen.
fn said(
    study: &Study,
    asked: &[What; 2],
    [from, to]: [&Ends; 2],
    how: &str,
    counts: Counts,
) -> Vec<String> {
    let table = format!("{} to {} by the profile {how}", from.what, to.what);
    if from.personal || to.personal {
        // How many rows there are could tell who lives where.
        return vec![format!(
            "{table}; the column why says what stands in the way where there is no journey"
        )];
    }
    let mut said = vec![format!("{table}: {} rows", grouped(counts.rows.into()))];
    said.extend(counts.said(from));
    let cap = study.parts().settings.snap_cap;
    let sides = if asked[0] == asked[1] {
        &[from][..]
    } else {
        &[from, to]
    };
    said.extend(sides.iter().filter_map(|ends| ends.off_streets(cap)));
    said
}
