//! `catchment check`: reads everything, stores nothing, says what is wrong.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use catchment_core::issue::Severity;
use catchment_import::{BUNDLE_FILE, BundleError, Report, open, read};
use clap::{Args, ValueEnum};

use crate::console::{Console, say};

const HELP: &str = "\
Each issue names file, row (as a spreadsheet counts it), column, severity and what to do. Severities:
  note           worth knowing; nothing was changed
  repaired       the row was kept, with something mended
  row rejected   the row was left out
  file unusable  no study can be built until the file is mended

The HTML page has a part for each provider, on a printed page of its own. With --provider it is
a letter to that provider: only its own entries, nothing of any other provider, and nothing about
people but the numbers of rows that came from its own returns.

What was built before, if anything, is looked at too, every byte of it.

Exit status: 0, or 1 where a file is unusable, where what was built before is damaged, or where a row
was rejected and --strict is given.

Examples:
  catchment check my-council
  catchment check my-council --strict > issues.txt
  catchment check my-council --format html -o check.html
  catchment check my-council --format html --provider \"Day Centre Trust\" -o to-the-trust.html
  catchment check my-council --format json";

/// How the report is written.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    // For people.
    Text,
    // For machines; its shape has a `schema_version`.
    Json,
    // One page to print and send, without script.
    Html,
}

/// List what is wrong with a study's files, without building anything
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The study's folder, with a study.toml in it
    study: PathBuf,
    /// Fail where any row is rejected
    #[arg(long)]
    strict: bool,
    /// How the report is written: for people, for machines, or as a page to print and send
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Write the report into this new file instead of to the terminal
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Only what concerns this provider, as the directory of services names it
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let console = Console::start();
    let outcome = read(&arguments.study, &mut |task, done, total| {
        console.show(task, done, total);
    });
    console.finish();
    let report = outcome?.report;
    let shown = match &arguments.provider {
        Some(name) => &report.for_provider(name)?,
        None => &report,
    };
    let text = match arguments.format {
        Format::Text => format!("{shown}\n"),
        Format::Json => shown.to_json()?,
        Format::Html => shown.to_html(),
    };
    match &arguments.output {
        Some(file) => write_new(file, &text)?,
        None => say!("{}", text.trim_end_matches('\n'))?,
    }
    let whole = bundle_is_whole(&arguments.study)?;
    let status = status(&report, arguments.strict);
    Ok(if whole { status } else { ExitCode::FAILURE })
}

/// Looks at every byte of what was built before, if there is anything, and says what is wrong with it.
fn bundle_is_whole(study: &Path) -> anyhow::Result<bool> {
    if !study.join(BUNDLE_FILE).exists() {
        return Ok(true);
    }
    match open(study) {
        Ok(_) => Ok(true),
        Err(damaged @ BundleError::Damaged { .. }) => {
            eprintln!("error: {damaged}");
            Ok(false)
        }
        Err(error) => Err(error.into()),
    }
}

/// Writes a file that was not there: a slip of the pen must not cost a table.
fn write_new(path: &Path, text: &str) -> anyhow::Result<()> {
    let written = File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.with_context(|| format!("cannot write {}", path.display()))?;
    say!("wrote {}", path.display())
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
