//! Puts the drafts in order, and stops those that have a rival or need what is not there.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, Looked, Section};

/// Orders the drafts, and stops those that have a rival or need what is not there.
pub(super) fn settle(files: &[Looked], mut drafts: Vec<Draft>) -> Vec<Draft> {
    without_spares(&mut drafts);
    // The later year of an index first: the first is the one that is used where none is named.
    drafts.sort_by_key(|draft| {
        let later_first = Reverse(draft.year.filter(|_| draft.section == Section::Deprivation));
        (draft.section, later_first, draft.file)
    });
    let mut groups: BTreeMap<(Section, String), Vec<usize>> = BTreeMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        // Of assets a study has as many files as it likes.
        if draft.section != Section::Assets && draft.stop.is_none() {
            let key = (draft.section, draft.key.clone());
            groups.entry(key).or_default().push(place);
        }
    }
    for ((section, _), places) in groups.into_iter().filter(|(_, places)| places.len() > 1) {
        rivals(files, &mut drafts, section, &places);
    }
    needs(&mut drafts);
    drafts
}

/// Takes out what is only taken for a section where no other table is.
fn without_spares(drafts: &mut Vec<Draft>) {
    let others: BTreeSet<Section> = drafts
        .iter()
        .filter(|draft| !draft.spare)
        .map(|draft| draft.section)
        .collect();
    drafts.retain(|draft| !draft.spare || !others.contains(&draft.section));
}

/// Stops drafts of the same section, all of them, or all but that of the latest year.
fn rivals(files: &[Looked], drafts: &mut [Draft], section: Section, places: &[usize]) {
    let names = places.iter().map(|place| {
        let file = files
            .get(drafts[*place].file)
            .map_or("", |file| file.name.as_str());
        match &drafts[*place].layer {
            Some(layer) => format!("{file} ({layer})"),
            None => file.to_owned(),
        }
    });
    let names: Vec<String> = names.collect();
    let years: Vec<Option<u16>> = places.iter().map(|place| drafts[*place].year).collect();
    let latest = years.iter().max().copied().flatten();
    let only = years.iter().filter(|year| **year == latest).count() == 1;
    for (place, year) in places.iter().zip(&years) {
        let draft = &mut drafts[*place];
        if let (Some(latest), true, false) = (latest, only, years.contains(&None)) {
            if *year == Some(latest) {
                draft.why = format!(
                    "{}; please check: of {} this is of the latest year, {latest}",
                    draft.why,
                    names.join(" and ")
                );
            } else {
                draft.stop = Some(format!(
                    "another file is of a later year, {latest}; use one of the two"
                ));
            }
        } else {
            let (name, _) = section.name();
            draft.stop = Some(format!(
                "{} could each be [{name}]: take out the # of one of them",
                names.join(" and ")
            ));
        }
    }
}

/// Stops drafts that need a section which is not used.
fn needs(drafts: &mut [Draft]) {
    let mut there: BTreeSet<String> = BTreeSet::new();
    for draft in drafts {
        let lacking = draft
            .needs
            .iter()
            .find(|need| !there.contains(*need))
            .cloned();
        if let (None, Some(need)) = (&draft.stop, lacking) {
            draft.stop = Some(format!("it needs {need}, which is not used yet"));
        }
        if draft.stop.is_none() {
            let (name, _) = draft.section.name();
            there.insert(format!("[{name}]"));
            there.insert(draft.key.clone());
        }
    }
}
