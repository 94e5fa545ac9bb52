//! `catchment build`: reads everything into the bundle.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use catchment_core::study::Study;
use catchment_import::{BundleError, Report, build};
use clap::Args;

use crate::check::status;
use crate::console::{Console, say};

const HELP: &str = "\
The built study is one file, study.bundle, in the study's folder. It takes the place of an older one in one step;
where a file cannot be used, the older one stays.

Exit status: 0, or 1 where a file is unusable, or where a row was rejected and --strict is given.

Examples:
  catchment build my-council
  catchment build my-council --strict";

/// Read a study's files into one built study
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The study's folder, with a study.toml in it
    study: PathBuf,
    /// Fail where any row is rejected (the study is built all the same)
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match build_with_progress(&arguments.study) {
        Ok((_, report)) => {
            say!("{report}")?;
            say!(
                "built {}",
                arguments
                    .study
                    .join(catchment_import::BUNDLE_FILE)
                    .display()
            )?;
            Ok(status(&report, arguments.strict))
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

/// Builds with a progress line.
pub(crate) fn build_with_progress(folder: &Path) -> Result<(Study, Report), BundleError> {
    let console = Console::start();
    let outcome = build(folder, &mut |task, done, total| {
        console.show(task, done, total);
    });
    console.finish();
    outcome
}
