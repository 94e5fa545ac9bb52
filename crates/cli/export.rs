//! `catchment export`: every published layer and table as files.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use catchment_core::findings::{Figure, Findings};
use catchment_core::study::Study;
use catchment_export::{encode_layers, passport, write_csv, write_geojson, write_table_csv};
use catchment_import::open;
use catchment_release::Published;
use clap::Args;

use crate::console::say;
use crate::publish::publish;

const HELP: &str = "\
Each layer becomes LAYER.geojson, LAYER.csv and LAYER.passport.json, each table TABLE.csv. They are what the public sees.
The folder must be new or empty, so that no file of an earlier release, or for another audience, is left among them.

Example:
  catchment export my-council -o layers";

/// Write every layer and table as GeoJSON and CSV
#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Arguments {
    /// The study's folder, built
    study: PathBuf,
    /// The folder to write into: new, or empty
    #[arg(short, long, value_name = "FOLDER")]
    output: PathBuf,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let study = open(&arguments.study)?;
    let publication = publish(&study)?;
    write(&study, &publication.findings, &arguments.output)?;
    for (id, _, reason) in &publication.not_listed {
        say!("no {id}: {reason}")?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes layers, passports and tables into a folder.
pub(crate) fn write(
    study: &Study,
    findings: &[Published<Findings<Figure>>],
    folder: &Path,
) -> anyhow::Result<()> {
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let mut there = fs::read_dir(folder)
        .with_context(|| format!("cannot look into the folder {}", folder.display()))?;
    if there.next().is_some() {
        bail!(
            "{} is not empty: choose a new folder, so that old files are not taken for these",
            folder.display()
        );
    }
    let context = crate::serve::context(study);
    for layer in encode_layers(findings, context)? {
        create(folder, &format!("{}.geojson", layer.id), |out| {
            Ok(write_geojson(&layer, out)?)
        })?;
    }
    for published in findings {
        for layer in &published.get().layers {
            create(folder, &format!("{}.csv", layer.id), |out| {
                Ok(write_csv(published, &layer.id, context, out)?)
            })?;
            let passport = passport(published, &layer.id, context)?;
            create(folder, &format!("{}.passport.json", layer.id), |out| {
                Ok(writeln!(out, "{passport:#}")?)
            })?;
        }
        for table in &published.get().tables {
            create(folder, &format!("{}.csv", table.id), |out| {
                Ok(write_table_csv(published, &table.id, context, out)?)
            })?;
        }
    }
    Ok(())
}

fn create(
    folder: &Path,
    name: &str,
    fill: impl FnOnce(&mut BufWriter<File>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let path = folder.join(name);
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut out = BufWriter::new(file);
    fill(&mut out)
        .and_then(|()| Ok(out.flush()?))
        .with_context(|| format!("cannot write {}", path.display()))?;
    say!("wrote {}", path.display())?;
    Ok(())
}
