//! `catchment init`: a folder to begin with, from a template, an example, or the files a council has.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use catchment_import::{STUDY_FILE, propose_study};
use clap::Args;
use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::console::say;
use crate::demo;

const TEMPLATE: &str = include_str!("../../data/template/study.toml");

const HELP: &str = "\
With --from the files are looked at where they are and not copied: study.toml names them relative
to itself. Each guess has a reason; those to look at are marked \"please check\". Where two files or two
columns could be meant, both are shown and neither is used, unless one is of a later year, which is said.
Columns that are not used are listed beside their table.
Of tables about people only the headers that are taken for a field are written, never a value.

Examples:
  catchment init my-council                     a study.toml to fill in
  catchment init my-council --example           a whole invented council, to replace file by file
  catchment init my-council --from exports      a study.toml proposed from the files of a folder
  catchment init my-council --from services.xlsx clients.csv wards.gpkg";

/// Write a study.toml to begin with
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The folder; it is made where it is not there
    study: PathBuf,
    /// Write the files of an invented council too, to replace one by one
    #[arg(long)]
    example: bool,
    /// Propose a study.toml from these files, or from all files of these folders
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "example")]
    from: Vec<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let folder = &arguments.study;
    let file = folder.join(STUDY_FILE);
    if file.exists() {
        bail!(
            "{} is there already; choose another folder, or edit it",
            file.display()
        );
    }
    let mut said = Vec::new();
    if arguments.example {
        demo::write(folder, demo::SEED, 1.0)?;
    } else {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let text = if arguments.from.is_empty() {
            TEMPLATE.to_owned()
        } else {
            let proposed = propose_study(folder, &arguments.from, today()?)?;
            said = proposed.summary;
            proposed.text
        };
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    for line in said {
        say!("{line}")?;
    }
    let wrote = if arguments.example {
        format!(
            "wrote an invented council into {}; README.txt there says what each file is",
            folder.display()
        )
    } else {
        format!("wrote {}", file.display())
    };
    say!(
        "{wrote}\nnext: edit {}, then run `catchment check {}`",
        file.display(),
        folder.display()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Returns today's date, in Greenwich.
fn today() -> anyhow::Result<Date> {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .context("the clock stands before 1970")?;
    let days = i64::try_from(since.as_secs() / 86_400)?;
    Ok(date(1970, 1, 1).checked_add(days.days())?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_template_is_a_valid_study_file() {
        assert!(catchment_import::StudyFile::parse(super::TEMPLATE).is_ok());
        // With every section taken out of its comment; of the two forms of residents only the first.
        let is_section = |line: &&str| {
            let key = line.split(' ').next().unwrap_or_default();
            line.starts_with('[')
                || (line.contains(" = ") && !key.is_empty() && !matches!(key, "band" | "count"))
        };
        let is_key = |line: &&str| {
            line.starts_with('[')
                || line
                    .chars()
                    .take_while(|letter| *letter != ' ')
                    .all(|letter| letter.is_ascii_lowercase() || letter == '_')
        };
        let lines = super::TEMPLATE
            .lines()
            .map(|line| line.strip_prefix("# ").unwrap_or(line));
        let all: Vec<&str> = lines.filter(is_section).filter(is_key).collect();
        let all = all.join("\n");
        assert!(
            catchment_import::StudyFile::parse(&all).is_ok(),
            "{:?}",
            catchment_import::StudyFile::parse(&all).err()
        );
    }
}
