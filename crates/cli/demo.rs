//! `catchment demo`: an invented council, or invented services and people over a real study.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use catchment_import::STUDY_FILE;
use clap::Args;

use crate::build::build_with_progress;
use crate::console::{Console, Interruptible, say};
use crate::publish::publish;
use crate::run::headline_line;
use crate::serve::{Place, serve};

/// The seed of the invented council that everybody gets.
pub(crate) const SEED: u64 = 1;

const HELP: &str = "\
Everything in the demo is invented: the place, its streets, its services and its people. It lies in open sea.

--over lays invented services and people over a study of your own, so that it can be tried before any record of a real person is
at hand. It writes providers.csv, service_users.csv and attendances.csv into the study's folder and names them in its study.toml;
it refuses a study that already names such files.

Examples:
  catchment demo                               write, build and serve it
  catchment demo --no-serve --dir /tmp/demo    write and build it
  catchment demo --over my-council             lay invented services and people over my-council
  catchment demo --over my-council --providers-only";

/// Write, build and serve an invented council
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The folder for the demo: new, empty, or one that holds it already
    #[arg(long, default_value = "catchment-demo", value_name = "FOLDER")]
    dir: PathBuf,
    /// Write and build only
    #[arg(long)]
    no_serve: bool,
    /// Write invented services and people into this study and stop; build and serve it afterwards
    #[arg(long, value_name = "STUDY", conflicts_with_all = ["dir", "scale", "port", "host"])]
    over: Option<PathBuf>,
    /// With --over: services only, no people
    #[arg(long, requires = "over")]
    providers_only: bool,
    /// The seed of what is drawn at random
    #[arg(long, default_value_t = SEED)]
    seed: u64,
    /// The size of the invented council; above 0 and at most 1, which is 400,000 residents
    #[arg(long, default_value_t = 1.0)]
    scale: f64,
    #[command(flatten)]
    place: Place,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(study) = &arguments.over {
        crate::over::lay_over(study, arguments.seed, !arguments.providers_only)?;
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.dir.join(STUDY_FILE).exists() {
        say!(
            "using the study in {}; delete the folder to have it written anew",
            arguments.dir.display()
        )?;
    } else {
        write(&arguments.dir, arguments.seed, arguments.scale)?;
        say!("wrote an invented council into {}", arguments.dir.display())?;
    }
    let interruptible = Interruptible::start();
    let (study, built) = build_with_progress(&arguments.dir, false)?;
    if !built.report.issues.is_empty() {
        say!("{}", built.report)?;
    }
    let publication = publish(&study)?;
    if let Some(notice) = &study.about().notice {
        say!("\n{}: {notice}", study.about().title)?;
    }
    say!("")?;
    for headline in publication
        .findings
        .iter()
        .flat_map(|findings| &findings.get().headlines)
    {
        say!("  {}", headline_line(headline))?;
    }
    if arguments.no_serve {
        return Ok(ExitCode::SUCCESS);
    }
    // From here on the server ends in its own way.
    drop(interruptible);
    serve(&study, publication, &arguments.place)
}

/// Writes the invented council's files.
pub(crate) fn write(folder: &Path, seed: u64, scale: f64) -> anyhow::Result<()> {
    let mut there = fs::read_dir(folder).into_iter().flatten();
    if there.next().is_some() {
        bail!(
            "{} is not empty and nothing was written into it; choose a new folder",
            folder.display()
        );
    }
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let console = Console::start();
    let options = catchment_demo::Options { seed, scale };
    let written = catchment_demo::write(folder, &options, &mut |task| console.show(task, 0, 0));
    console.finish();
    written?;
    Ok(())
}
