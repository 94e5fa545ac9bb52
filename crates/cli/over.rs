//! `catchment demo --over`: lays invented services and people over a real study.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use catchment_core::id::AreaId;
use catchment_core::study::Study;
use catchment_demo::{Ground, GroundPostcode, Options, lay_over as invent};
use catchment_import::{STUDY_FILE, StudyFile, read};

use crate::console::{Console, say};

/// Writes the invented tables into the study's folder and names them in its study file, last of all, in one step.
pub(crate) fn lay_over(folder: &Path, seed: u64, with_people: bool) -> anyhow::Result<()> {
    let file = StudyFile::load(folder)?;
    if file.providers.is_some() || file.service_users.is_some() {
        bail!(
            "{} already names providers or service users; nothing was laid over them",
            folder.join(STUDY_FILE).display()
        );
    }
    let console = Console::start();
    let outcome = read(folder, &mut |task, done, total| {
        console.show(task, done, total);
    });
    console.finish();
    let outcome = outcome?;
    let Some(study) = outcome.study else {
        bail!("the study cannot be read:\n{}", outcome.report)
    };
    let laid = invent(&ground(&study), &Options { seed, scale: 1.0 }, with_people)?;
    let mut tables = vec![("providers", "providers.csv", laid.providers_csv)];
    if with_people {
        tables.push(("service_users", "service_users.csv", laid.service_users_csv));
        tables.push(("attendances", "attendances.csv", laid.attendances_csv));
    }
    for (_, name, _) in &tables {
        if folder.join(name).exists() {
            bail!(
                "{} is there already and was not overwritten",
                folder.join(name).display()
            );
        }
    }
    let path = folder.join(STUDY_FILE);
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = with_sections(
        &text,
        &tables
            .iter()
            .map(|(section, name, _)| (*section, *name))
            .collect::<Vec<_>>(),
    );
    let edited = StudyFile::parse(&text).map_err(|message| {
        anyhow::anyhow!("cannot add sections to {}: {message}", path.display())
    })?;
    if !edited.study.invented {
        bail!(
            "{} must say `invented = true` under [study] before anything invented is laid over it",
            path.display()
        );
    }
    for (_, name, rows) in &tables {
        replace(folder, name, rows)?;
        say!("wrote {}", folder.join(name).display())?;
    }
    replace(folder, STUDY_FILE, &text)?;
    say!(
        "named them in {}\nnext: catchment build {}",
        path.display(),
        folder.display()
    )?;
    Ok(())
}

/// The study's postcodes with the residents of their small area shared over them.
fn ground(study: &Study) -> Ground {
    let parts = study.parts();
    let residents_set = parts.population.as_ref().map(|population| population.set);
    let deciles = parts.deprivation.first();
    let area_of =
        |postcode, set: Option<_>| set.and_then(|set| study.area_of_postcode(postcode, set));
    let mut shared_by: BTreeMap<AreaId, f64> = BTreeMap::new();
    for postcode in parts.postcodes.ids() {
        if let Some(area) = area_of(postcode, residents_set) {
            *shared_by.entry(area).or_default() += 1.0;
        }
    }
    let postcodes = parts.postcodes.iter().map(|(id, postcode)| {
        let area = area_of(id, residents_set);
        let residents = area.and_then(|area| {
            let residents = parts.population.as_ref()?.of(area)?.total;
            Some(residents / shared_by.get(&area)?)
        });
        let decile = area_of(id, deciles.map(|deprivation| deprivation.set))
            .and_then(|area| deciles?.of(area))
            .map(|row| row.decile);
        GroundPostcode {
            postcode: postcode.code.clone(),
            easting: postcode.point.x,
            northing: postcode.point.y,
            residents: residents.unwrap_or(0.0),
            decile,
        }
    });
    Ground {
        postcodes: postcodes.collect(),
    }
}

/// Adds the invented tables to the text of a study file, with a warning that every output repeats.
fn with_sections(text: &str, tables: &[(&str, &str)]) -> String {
    let marked = text
        .lines()
        .any(|line| line.trim_start().starts_with("invented"));
    let mut out = String::new();
    for line in text.lines() {
        out.push_str(line);
        out.push('\n');
        if line.trim() == "[study]" && !marked {
            out.push_str("invented = true\n");
        }
    }
    for (section, name) in tables {
        let lines = [
            format!("\n[{section}]"),
            format!("file = \"{name}\""),
            "source = \"Invented by catchment demo --over\"".to_owned(),
            "caveat = \"The services and people of this study are invented: no figure about them is of a real one.\"".to_owned(),
        ];
        out.push_str(&lines.join("\n"));
        out.push('\n');
    }
    out
}

fn replace(folder: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let path = folder.join(name);
    let waiting = folder.join(format!(".{name}.new"));
    fs::write(&waiting, text)
        .and_then(|()| fs::rename(&waiting, &path))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::with_sections;

    #[test]
    fn sections_are_added_and_the_study_is_marked_once() {
        let text = "[study]\ntitle = \"T\"\n";
        let once = with_sections(text, &[("providers", "providers.csv")]);
        assert!(
            once.contains("[study]\ninvented = true\n")
                && once.contains("[providers]\nfile = \"providers.csv\""),
            "{once}"
        );
        assert_eq!(
            with_sections(&once, &[]).matches("invented = true").count(),
            1
        );
    }
}
