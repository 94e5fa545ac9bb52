//! Looks at the assembled study for what no single file could show.
//!
//! Nothing is changed and nobody is put together here. What is said of people is their row or their number, never where they live.

mod twins;

use catchment_core::id::AreaSetId;
use catchment_core::issue::{Issue, Severity};
use catchment_core::journey::{OffNetwork, Snapped};
use catchment_core::study::Study;
use catchment_travel::Metres;

use crate::people::People;
use crate::report::{Report, SnapSummary, grade_counts};
use crate::study_file::{STUDY_FILE, StudyFile};

/// Adds snap distances, geocode grades and notes about what does not meet to the report.
pub(crate) fn look_over(study: &Study, file: &StudyFile, people: &People, report: &mut Report) {
    let providers = file.providers.as_ref();
    let providers = providers.map_or("providers", |section| section.file.as_str());
    if study.network().is_some() {
        snaps(study, report);
        far_homes(study, people, report);
        far_postcodes(study, file, report);
        far_sites(study, providers, report);
    }
    geocodes(study, providers, people, report);
    twins::note(study, providers, report);
    outside_areas(study, file, people, report);
    vintages(study, report);
    credits(study, report);
    unknown_areas(study, file, report);
    report.look_at(study);
}

/// Returns the key of a set of areas.
fn key_of(study: &Study, set: AreaSetId) -> &str {
    let set = study.parts().area_sets.get(set);
    set.map_or("", |set| set.key.as_str())
}

/// Notes an index of deprivation that is on other areas than the residents are.
fn vintages(study: &Study, report: &mut Report) {
    let parts = study.parts();
    let Some(population) = &parts.population else {
        return;
    };
    for deprivation in &parts.deprivation {
        if deprivation.set != population.set {
            let message = format!(
                "[[deprivation]] {} is on the areas \"{}\" and [population] on \"{}\", so postcodes stand for residents where the two meet",
                deprivation.key,
                key_of(study, deprivation.set),
                key_of(study, population.set)
            );
            let hint = "this is right where the two are of different years; residents of the index's own areas would be better";
            report
                .issues
                .push(Issue::new(STUDY_FILE, Severity::Note, message, hint));
        }
    }
}

/// Notes open data whose publisher is not credited, and a study of nothing.
fn credits(study: &Study, report: &mut Report) {
    let inputs = &study.parts().provenance.inputs;
    let council = [
        "providers",
        "sessions",
        "service_areas",
        "returns",
        "service_users",
        "attendances",
    ];
    let silent: Vec<&str> = inputs
        .iter()
        .filter(|input| !council.contains(&input.role.as_str()))
        .filter(|input| input.attribution.is_none() && input.licence.is_none())
        .map(|input| input.file.as_str())
        .collect();
    if !silent.is_empty() {
        let message = format!(
            "no licence and no attribution is given for {}, so what is published does not credit the source",
            silent.join(", ")
        );
        let hint =
            "most open data asks for it: write licence, attribution and source in their sections";
        report
            .issues
            .push(Issue::new(STUDY_FILE, Severity::Note, message, hint));
    }
    if inputs.is_empty() {
        let message = "names no file yet, so the study is empty";
        let hint = "take out the # before the sections you have files for";
        report
            .issues
            .push(Issue::new(STUDY_FILE, Severity::Note, message, hint));
    }
}

fn snaps(study: &Study, report: &mut Report) {
    let cap = study.parts().settings.snap_cap;
    for (what, snaps) in [
        ("sites", study.site_snaps()),
        ("postcodes", study.postcode_snaps()),
        ("homes", study.user_snaps()),
    ] {
        if !snaps.is_empty() {
            report.snaps.push(summarise(what, snaps, cap));
        }
    }
}

fn far_homes(study: &Study, people: &People, report: &mut Report) {
    let cap = study.parts().settings.snap_cap;
    for (row, snap) in people.rows.iter().zip(study.user_snaps()) {
        if matches!(snap, Err(OffNetwork::TooFar(_))) {
            let message = format!(
                "the home lies further than {cap} from any street, so the person has no journey"
            );
            let hint = "check the address, or that the road file covers it; the person is kept and counted as without journey";
            let issue = Issue::new(&people.file, Severity::Note, message, hint);
            report.issues.push(issue.at_row(*row));
        }
    }
}

fn far_postcodes(study: &Study, file: &StudyFile, report: &mut Report) {
    let cap = study.parts().settings.snap_cap;
    let off = study
        .postcode_snaps()
        .iter()
        .filter(|snap| snap.is_err())
        .count();
    let all = study.postcode_snaps().len();
    // A few per cent is usual: piers, farms, sites of masts.
    if off * 20 > all {
        let roads = file
            .roads
            .as_ref()
            .map_or("roads", |section| section.file.as_str());
        let message = format!(
            "{off} of {all} postcodes ({}%) lie further than {cap} from any street",
            off * 100 / all.max(1)
        );
        let hint = "the road file may not cover the whole area; where it does not, layers say that there is no data";
        report
            .issues
            .push(Issue::new(roads, Severity::Note, message, hint));
    }
}

fn far_sites(study: &Study, providers: &str, report: &mut Report) {
    let parts = study.parts();
    let cap = parts.settings.snap_cap;
    for ((id, site), snap) in parts.sites.iter().zip(study.site_snaps()) {
        if snap.is_err() {
            let message = format!(
                "site {} ({}) lies further than {cap} from any street, so nobody has a journey there",
                site.name, site.key
            );
            let hint = "check its coordinates, or that the road file covers it";
            let issue = Issue::new(providers, Severity::Note, message, hint);
            let mut there = parts.services.rows().iter();
            let organisation = there
                .find(|service| service.site == Some(id))
                .and_then(|service| parts.organisations.get(service.organisation));
            report.issues.push(match organisation {
                Some(organisation) => issue.of_provider(&organisation.name),
                None => issue,
            });
        }
    }
}

/// Counts grades, and notes homes and sites that are known too coarsely for a distance to mean anything.
fn geocodes(study: &Study, providers: &str, people: &People, report: &mut Report) {
    let parts = study.parts();
    let users = parts.users.rows().iter().map(|user| user.grade);
    let sites = parts.sites.rows().iter().map(|site| site.grade);
    let assets = parts.assets.rows().iter().map(|asset| asset.grade);
    report.geocoded = grade_counts("homes", users.clone());
    report.geocoded.extend(grade_counts("sites", sites));
    report.geocoded.extend(grade_counts("assets", assets));
    let coarse = users.filter(|grade| !grade.is_fine_enough_for_journeys());
    let count = coarse.count();
    if count > 0 {
        let message = format!(
            "{count} people are placed by a postcode district or a town alone: they count in totals, but in no area, and have no journey"
        );
        let hint = "whole postcodes would place them";
        let issue = Issue::new(&people.file, Severity::Note, message, hint);
        report.issues.push(issue);
    }
    for site in parts.sites.rows() {
        if !site.grade.is_fine_enough_for_journeys() {
            let message = format!(
                "site {} ({}) is placed by its {} alone, so distances to it are rough",
                site.name, site.key, site.grade
            );
            let hint = "give its postcode, or an easting and northing";
            let issue = Issue::new(providers, Severity::Note, message, hint);
            report.issues.push(issue);
        }
    }
}

fn outside_areas(study: &Study, file: &StudyFile, people: &People, report: &mut Report) {
    let parts = study.parts();
    let postcodes_file = file
        .postcodes
        .as_ref()
        .map_or("postcodes", |section| section.file.as_str());
    for (id, set) in parts.area_sets.iter() {
        let users = parts
            .users
            .iter()
            .filter(|(_, user)| user.grade.is_fine_enough_for_journeys())
            .filter(|(user, _)| study.area_of_user(*user, id).is_none());
        let postcodes = parts
            .postcodes
            .ids()
            .filter(|postcode| study.area_of_postcode(*postcode, id).is_none());
        for (count, what, file, hint) in [
            (
                users.count(),
                "people live",
                people.file.as_str(),
                "they still count in the totals",
            ),
            (
                postcodes.count(),
                "postcodes lie",
                postcodes_file,
                "nobody is placed there; a few at the coast or the border are usual",
            ),
        ] {
            if count > 0 {
                let message = format!(
                    "{count} {what} outside every area of \"{}\" and are in none of its figures",
                    set.key
                );
                report
                    .issues
                    .push(Issue::new(file, Severity::Note, message, hint));
            }
        }
    }
}

/// Notes areas that a table of residents or of deprivation has no row for.
fn unknown_areas(study: &Study, file: &StudyFile, report: &mut Report) {
    let parts = study.parts();
    let missing = |set: AreaSetId, known: usize| study.areas_in(set).count().saturating_sub(known);
    let mut note = |file: &str, count: usize, key: &str| {
        if count > 0 {
            let message = format!("has no row for {count} areas of \"{key}\"");
            let hint = "their figures are unknown, not 0; if they are many, the table is of another year than these boundaries";
            report
                .issues
                .push(Issue::new(file, Severity::Note, message, hint));
        }
    };
    if let (Some(population), Some(section)) = (&parts.population, &file.population) {
        let set = population.set;
        let key = key_of(study, set);
        note(&section.file, missing(set, population.rows.len()), key);
    }
    for deprivation in &parts.deprivation {
        let section = file
            .deprivation
            .iter()
            .find(|section| section.id == deprivation.key);
        if let Some(section) = section {
            let set = deprivation.set;
            note(
                &section.file,
                missing(set, deprivation.rows.len()),
                key_of(study, set),
            );
        }
    }
}

fn summarise(what: &str, snaps: &[Snapped], cap: Metres) -> SnapSummary {
    let mut distances: Vec<f64> = snaps
        .iter()
        .filter_map(|snap| snap.ok())
        .map(|snap| snap.distance().value())
        .collect();
    distances.sort_by(f64::total_cmp);
    // The nearest rank: the smallest distance that at least this share does not pass.
    let at = |share: f64| {
        distances
            .get((share * distances.len() as f64).ceil().max(1.0) as usize - 1)
            .copied()
            .map(Metres::new)
    };
    SnapSummary {
        what: what.to_owned(),
        count: snaps.len(),
        beyond_cap: snaps.len() - distances.len(),
        cap,
        median: at(0.5),
        p90: at(0.9),
    }
}
