//! `catchment build`: reads what has changed into the bundle.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use catchment_core::study::Study;
use catchment_import::{BUNDLE_FILE, Built, BundleError, StepDone, build_with};
use clap::Args;

use crate::check::status;
use crate::console::{Console, Interruptible, say};

const HELP: &str = "\
The built study is one file, study.bundle, in the study's folder. It takes the place of an older one in one step: where a
file cannot be used, the disk is full or the build is ended, the older one stays as it was.

A file is read where it, its section of study.toml, something else it is read with or this program
has changed since the last build. Of the others, what was read then is taken from .catchment in the
study's folder. Like the bundle it may hold homes, and only its owner can read it. What it keeps of
earlier builds can be deleted at any time, and then everything is read again; owner-files.log in it
is the record of files about single people, and is to be kept.

Two builds of one study wait for each other.

Exit status: 0, or 1 where a file is unusable, or where a row was rejected and --strict is given. 130 after Ctrl-C.

Examples:
  catchment build my-council
  catchment build my-council --strict
  catchment build my-council --fresh";

/// Read a study's files into one built study
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The study's folder, with a study.toml in it
    study: PathBuf,
    /// Fail where any row is rejected (the study is built all the same)
    #[arg(long)]
    strict: bool,
    /// Read every file again, also those that have not changed
    #[arg(long)]
    fresh: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let _interruptible = Interruptible::start();
    match build_with_progress(&arguments.study, arguments.fresh) {
        Ok((study, built)) => {
            // The process ends here; taking a study apart row by row would only make whoever waits wait longer.
            std::mem::forget(study);
            say!("{}", built.report)?;
            say!("{}", steps_line(&built.steps))?;
            say!("built {}", arguments.study.join(BUNDLE_FILE).display())?;
            Ok(status(&built.report, arguments.strict))
        }
        Err(BundleError::Unusable(report)) => {
            say!("{report}")?;
            eprintln!(
                "error: the study was not built, because a file cannot be used; what was built before is unchanged"
            );
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}

/// Says which steps were read and which were not.
fn steps_line(steps: &[StepDone]) -> String {
    let roles = |read: bool| {
        let roles = steps.iter().filter(|step| step.read == read);
        let roles: Vec<&str> = roles.map(|step| step.role.as_str()).collect();
        if roles.is_empty() {
            "nothing".to_owned()
        } else {
            roles.join(", ")
        }
    };
    format!("read: {}; as before: {}", roles(true), roles(false))
}

/// Builds with a progress line.
pub(crate) fn build_with_progress(
    folder: &Path,
    fresh: bool,
) -> Result<(Study, Built), BundleError> {
    let console = Console::start();
    let outcome = build_with(
        folder,
        fresh,
        &mut |sentence| console.say(sentence),
        &mut |task, done, total| console.show(task, done, total),
    );
    console.finish();
    outcome
}
