//! `catchment init`: a folder to begin with.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use catchment_import::STUDY_FILE;
use clap::Args;

use crate::console::say;
use crate::demo;

const TEMPLATE: &str = include_str!("../../data/template/study.toml");

const HELP: &str = "\
Examples:
  catchment init my-council             a study.toml to fill in
  catchment init my-council --example   a whole invented council, to replace file by file";

/// Write a study.toml to begin with
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The folder; it is made where it is not there
    study: PathBuf,
    /// Write the files of an invented council too, to replace one by one
    #[arg(long)]
    example: bool,
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
    if arguments.example {
        demo::write(folder, demo::SEED, 1.0)?;
    } else {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        fs::write(&file, TEMPLATE).with_context(|| format!("cannot write {}", file.display()))?;
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
