//! `catchment check`: reads everything, stores nothing, says what is wrong.

use std::path::PathBuf;
use std::process::ExitCode;

use catchment_core::issue::Severity;
use catchment_import::{Report, read};
use clap::Args;

use crate::console::{Console, say};

const HELP: &str = "\
Each issue names file, row (as a spreadsheet counts it), column, severity and what to do. Severities:
  note           worth knowing; nothing was changed
  repaired       the row was kept, with something mended
  row rejected   the row was left out
  file unusable  no study can be built until the file is mended

Exit status: 0, or 1 where a file is unusable, or where a row was rejected and --strict is given.

Examples:
  catchment check my-council
  catchment check my-council --strict > issues.txt";

/// List what is wrong with a study's files, without building anything
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The study's folder, with a study.toml in it
    study: PathBuf,
    /// Fail where any row is rejected
    #[arg(long)]
    strict: bool,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let console = Console::start();
    let outcome = read(&arguments.study, &mut |task, done, total| {
        console.show(task, done, total);
    });
    console.finish();
    let report = outcome?.report;
    say!("{report}")?;
    Ok(status(&report, arguments.strict))
}

/// Says how a report ends a command.
pub(crate) fn status(report: &Report, strict: bool) -> ExitCode {
    let rejected = strict && report.count(Severity::RowRejected) > 0;
    if report.is_usable() && !rejected {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
