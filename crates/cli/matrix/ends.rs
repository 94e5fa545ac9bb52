//! The two sides of a table: which places, with their ids, and where each is on the streets.
//!
//! What is already on the streets in the study is taken from there; everything else, and all for another profile, is put there now.

use std::path::Path;

use anyhow::{anyhow, bail};
use catchment_core::area::AreaSet;
use catchment_core::centre::area_centres;
use catchment_core::grid::GridPoint;
use catchment_core::id::AreaSetId;
use catchment_core::issue::{Issue, Severity};
use catchment_core::journey::{NoJourney, OffNetwork, Snapped};
use catchment_core::place::GeocodeGrade;
use catchment_core::study::Study;
use catchment_import::{PointsError, read_points};
use catchment_travel::{Metres, PreparedNetwork, Snap};

use super::line;
use crate::console::Console;
use crate::place;

/// How many issues of a file of points are listed.
const LISTED: usize = 100;

/// How many places that are off the streets are named.
const NAMED: usize = 5;

/// What somebody asked for on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    Sites,
    Services,
    Postcodes,
    /// The centres of the areas of a set; empty where none was named.
    Areas(String),
    /// Of one kind, or all.
    Assets(Option<String>),
    Homes,
    /// A file of points, or else a single place.
    Named(String),
}

impl What {
    /// Returns a word for it, which names no place and no file.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Sites => "sites",
            Self::Services => "services",
            Self::Postcodes => "postcodes",
            Self::Areas(_) => "areas",
            Self::Assets(_) => "assets",
            Self::Homes => "homes",
            Self::Named(_) => "places of their own",
        }
    }

    /// Reads what was asked for: a word, or else the name of a file or a place.
    pub(super) fn read(text: &str) -> Self {
        match text.split_once(':').unwrap_or((text, "")) {
            ("sites", "") => Self::Sites,
            ("services", "") => Self::Services,
            ("postcodes", "") => Self::Postcodes,
            ("areas", set) => Self::Areas(set.to_owned()),
            ("assets", "") => Self::Assets(None),
            ("assets", kind) => Self::Assets(Some(kind.to_owned())),
            ("homes", "") => Self::Homes,
            _ => Self::Named(text.to_owned()),
        }
    }
}

/// One side of a table.
#[derive(Clone, Default)]
pub(super) struct Ends {
    /// What they are, in the plural.
    pub(super) what: String,
    /// Their ids, as cells of a CSV file.
    pub(super) ids: Vec<Vec<u8>>,
    /// Their names likewise, where they were asked for and such places have any.
    pub(super) names: Option<Vec<Vec<u8>>>,
    /// Where each is on the streets, or why it is not.
    pub(super) snaps: Vec<Snapped>,
    /// Whether they may be people, so that none is named.
    pub(super) personal: bool,
}

impl Ends {
    /// Returns about how many bytes an id and a name have.
    pub(super) fn width(&self) -> usize {
        let about = |cells: &Vec<Vec<u8>>| {
            let some = cells.iter().take(1000);
            let (count, bytes) = some.fold((0, 0), |(count, bytes), cell| {
                (count + 1, bytes + cell.len())
            });
            bytes / count.max(1)
        };
        about(&self.ids) + self.names.as_ref().map_or(0, about)
    }

    /// Appends the cells of one of them, or empty ones, with a comma after each.
    pub(super) fn write(&self, place: Option<usize>, line: &mut Vec<u8>) {
        for cells in [Some(&self.ids), self.names.as_ref()].into_iter().flatten() {
            if let Some(place) = place {
                line.extend_from_slice(&cells[place]);
            }
            line.push(b',');
        }
    }

    /// Returns why no journey ends at any of them; nothing where one may.
    pub(super) fn out_of_reach(&self) -> Option<NoJourney> {
        let mut reason = NoJourney::PlaceTooCoarse;
        for snap in &self.snaps {
            if as_end(snap.err()?) == NoJourney::EndOffNetwork {
                reason = NoJourney::EndOffNetwork;
            }
        }
        Some(reason)
    }

    /// Returns how many there are of what may be people.
    pub(super) fn people(&self) -> usize {
        if self.personal { self.ids.len() } else { 0 }
    }

    /// Lists the points that are on the streets, and the place of each among all.
    pub(super) fn on_streets(&self) -> (Vec<Snap>, Vec<usize>) {
        let places = self.snaps.iter().enumerate();
        places
            .filter_map(|(place, snap)| Some((snap.ok()?, place)))
            .unzip()
    }

    /// Says how many are not on the streets and names the first few, unless they may be people.
    pub(super) fn off_streets(&self, study_cap: Metres) -> Option<String> {
        let off = self.snaps.iter().zip(&self.ids);
        let off: Vec<_> = off
            .filter_map(|(snap, id)| Some((snap.err()?, id)))
            .collect();
        if off.is_empty() {
            return None;
        }
        if self.personal {
            return Some(format!(
                "some of the {} are on no street or known too coarsely; the table says which and why",
                self.what
            ));
        }
        let named = off.iter().take(NAMED).map(|(why, id)| {
            let id = String::from_utf8_lossy(id);
            match why {
                OffNetwork::TooFar(far) if far.distance.value().is_finite() => {
                    format!("{id} ({})", far.distance)
                }
                _ => id.into_owned(),
            }
        });
        let named: Vec<String> = named.collect();
        let more = off.len() - named.len();
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        Some(format!(
            "{} of {} {} are further than {study_cap} from any street, or known too coarsely, and have no journey: {}{more}",
            off.len(),
            self.ids.len(),
            self.what,
            named.join(", ")
        ))
    }
}

/// Returns why no journey ends at a place.
pub(super) fn as_end(why: OffNetwork) -> NoJourney {
    match why {
        OffNetwork::TooFar(_) => NoJourney::EndOffNetwork,
        OffNetwork::TooCoarse => NoJourney::PlaceTooCoarse,
    }
}

/// Gathers sides.
pub(super) struct Gathering<'a> {
    folder: &'a Path,
    study: &'a Study,
    streets: &'a PreparedNetwork,
    /// Whether these are the streets that the study's own places are on.
    is_studys: bool,
    /// Whether files of points may be of people.
    private: bool,
    /// Whether names are asked for.
    names: bool,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(
        (folder, study): (&'a Path, &'a Study),
        streets: &'a PreparedNetwork,
        private: bool,
        names: bool,
    ) -> Self {
        let is_studys = study
            .prepared()
            .is_some_and(|studys| std::ptr::eq(studys, streets));
        Self {
            folder,
            study,
            streets,
            is_studys,
            private,
            names,
        }
    }

    /// Gathers one side.
    ///
    /// # Errors
    /// Where the study has none of what was asked for, or the file of points cannot be used.
    pub(super) fn ends(&self, what: &What, side: &str, console: &Console) -> anyhow::Result<Ends> {
        let parts = self.study.parts();
        let ends = match what {
            What::Sites => {
                let rows = parts.sites.rows();
                let ids = rows.iter().map(|site| site.key.as_str());
                let points = rows.iter().map(|site| site.point);
                let ends = self.known("sites", ids, points, self.study.site_snaps());
                self.with_names(ends, rows.iter().map(|site| site.name.as_str()))
            }
            What::Services => {
                let open: Vec<_> = self.study.open_services().collect();
                let ids = open.iter().map(|(_, service, _)| service.key.as_str());
                let points = open.iter().map(|(_, _, site)| parts.sites[*site].point);
                let ends = self.placed("services", ids, points);
                self.with_names(
                    ends,
                    open.iter().map(|(_, service, _)| service.name.as_str()),
                )
            }
            What::Postcodes => {
                let rows = parts.postcodes.rows();
                let ids = rows.iter().map(|postcode| postcode.code.as_str());
                let points = rows.iter().map(|postcode| postcode.point);
                self.known("postcodes", ids, points, self.study.postcode_snaps())
            }
            What::Areas(set) => self.areas(set)?,
            What::Assets(kind) => self.assets(kind.as_deref())?,
            What::Homes => self.homes(),
            What::Named(name) => self.named(name, console)?,
        };
        if ends.ids.is_empty() {
            bail!("the study has no {} for {side}", ends.what);
        }
        Ok(ends)
    }

    /// Adds names where they are asked for.
    fn with_names<'b>(&self, ends: Ends, names: impl Iterator<Item = &'b str>) -> Ends {
        Ends {
            names: self.names.then(|| names.map(line::id).collect()),
            ..ends
        }
    }

    /// Puts points on the streets.
    fn snaps(&self, points: impl Iterator<Item = GridPoint>) -> Vec<Snapped> {
        let points: Vec<[f64; 2]> = points.map(|point| [point.x, point.y]).collect();
        let snaps = self
            .streets
            .snapper()
            .snap_all(&points, self.study.parts().settings.snap_cap);
        let each = snaps.into_iter();
        each.map(|snap| snap.map_err(OffNetwork::TooFar)).collect()
    }

    /// Puts points on the streets, but for those that are known too coarsely for a distance to mean anything.
    fn graded(
        &self,
        places: impl Iterator<Item = (GridPoint, GeocodeGrade)> + Clone,
    ) -> Vec<Snapped> {
        let mut snaps = self.snaps(places.clone().map(|(point, _)| point));
        for (snap, (_, grade)) in snaps.iter_mut().zip(places) {
            if !grade.is_fine_enough_for_journeys() {
                *snap = Err(OffNetwork::TooCoarse);
            }
        }
        snaps
    }

    /// Takes places that the study has put on the streets of its own profile.
    fn known<'b>(
        &self,
        what: &str,
        ids: impl Iterator<Item = &'b str>,
        points: impl Iterator<Item = GridPoint>,
        snaps: &[Snapped],
    ) -> Ends {
        if self.is_studys {
            Ends {
                what: what.to_owned(),
                ids: ids.map(line::id).collect(),
                snaps: snaps.to_vec(),
                ..Ends::default()
            }
        } else {
            self.placed(what, ids, points)
        }
    }

    /// Puts places on the streets.
    fn placed<'b>(
        &self,
        what: &str,
        ids: impl Iterator<Item = &'b str>,
        points: impl Iterator<Item = GridPoint>,
    ) -> Ends {
        Ends {
            what: what.to_owned(),
            ids: ids.map(line::id).collect(),
            snaps: self.snaps(points),
            ..Ends::default()
        }
    }

    fn areas(&self, name: &str) -> anyhow::Result<Ends> {
        let (set, about) = self.area_set(name)?;
        let areas = &self.study.parts().areas;
        let centres = area_centres(self.study, set);
        // What has no centre is nowhere, and so further from any street than anything.
        let nowhere = GridPoint {
            x: f64::INFINITY,
            y: f64::INFINITY,
        };
        let points = centres.iter();
        let snaps =
            self.snaps(points.map(|(_, centre)| centre.map_or(nowhere, |centre| centre.point)));
        let ends = Ends {
            what: format!("areas of {}", about.key),
            snaps,
            ids: centres
                .iter()
                .map(|(area, _)| line::id(&areas[*area].code))
                .collect(),
            ..Ends::default()
        };
        let names = centres.iter().map(|(area, _)| areas[*area].name.as_str());
        Ok(self.with_names(ends, names))
    }

    fn area_set(&self, name: &str) -> anyhow::Result<(AreaSetId, &AreaSet)> {
        let sets = &self.study.parts().area_sets;
        if let Some(found) = sets.iter().find(|(_, set)| set.key == name) {
            return Ok(found);
        }
        let known: Vec<String> = sets
            .rows()
            .iter()
            .map(|set| format!("areas:{} ({}, {})", set.key, set.kind, set.vintage))
            .collect();
        match known.as_slice() {
            [] => bail!("the study has no areas"),
            _ => bail!(
                "the study has no set of areas \"{name}\"; it has: {}",
                known.join(", ")
            ),
        }
    }

    fn assets(&self, kind: Option<&str>) -> anyhow::Result<Ends> {
        let rows = self.study.parts().assets.rows();
        let some: Vec<_> = rows
            .iter()
            .filter(|asset| kind.is_none_or(|kind| asset.kind == kind))
            .collect();
        if let (Some(kind), true) = (kind, some.is_empty()) {
            let mut kinds: Vec<&str> = rows.iter().map(|asset| asset.kind.as_str()).collect();
            kinds.sort_unstable();
            kinds.dedup();
            bail!(
                "the study has no assets of the kind \"{kind}\"; it has: {}",
                if kinds.is_empty() {
                    "none".to_owned()
                } else {
                    kinds.join(", ")
                }
            );
        }
        let ids = some.iter().map(|asset| asset.key.as_str());
        let points = some.iter().map(|asset| asset.point);
        let what = kind.map_or_else(
            || "assets".to_owned(),
            |kind| format!("assets of the kind {kind}"),
        );
        let ends = self.placed(&what, ids, points);
        Ok(self.with_names(ends, some.iter().map(|asset| asset.name.as_str())))
    }

    /// Takes people's homes. What becomes of them is an owner's file's business alone.
    fn homes(&self) -> Ends {
        let users = self.study.parts().users.rows();
        let snaps = if self.is_studys {
            self.study.user_snaps().to_vec()
        } else {
            self.graded(users.iter().map(|user| (user.home, user.grade)))
        };
        Ends {
            what: "homes".to_owned(),
            ids: users.iter().map(|user| line::id(&user.key)).collect(),
            snaps,
            personal: true,
            names: None,
        }
    }

    fn named(&self, name: &str, console: &Console) -> anyhow::Result<Ends> {
        let path = Path::new(name);
        if path.is_file() {
            return self.file(path, console);
        }
        let place = place::find(self.study, name).map_err(|error| {
            if let Some(meant) = self.meant(name) {
                return anyhow!("\"{name}\" is none of the places that can be asked for; is it {meant}?");
            }
            anyhow!(
                "\"{name}\" is no file that is there, none of sites, services, postcodes, areas:SET, assets, assets:KIND and homes, and no place: {error}"
            )
        })?;
        let ids = [name.trim()].into_iter();
        let ends = self.placed(&place.taken_for, ids, [place.point].into_iter());
        Ok(match &place.name {
            Some(name) => self.with_names(ends, [name.as_str()].into_iter()),
            None => ends,
        })
    }

    /// Returns what a word that stands for nothing may have been meant to be.
    fn meant(&self, name: &str) -> Option<String> {
        let singular = |word: &str| word.trim_end_matches('s').to_lowercase();
        let wanted = singular(name.trim());
        let words = ["sites", "services", "postcodes", "assets", "homes"].into_iter();
        let words = words.map(|word| (singular(word), word.to_owned()));
        let sets = self.study.parts().area_sets.rows().iter();
        let sets = sets.map(|set| (singular(&set.key), format!("areas:{}", set.key)));
        let kinds = self.study.parts().assets.rows().iter();
        let kinds = kinds.map(|asset| (singular(&asset.kind), format!("assets:{}", asset.kind)));
        let mut all = words.chain(sets).chain(kinds);
        all.find(|(word, _)| *word == wanted)
            .map(|(_, meant)| meant)
    }

    fn file(&self, path: &Path, console: &Console) -> anyhow::Result<Ends> {
        let shown = path.display();
        let read = read_points(path, self.folder, self.study, self.private)
            .map_err(|error| refused(path, &error))?;
        say_issues(&read.issues, console);
        if let Some(issue) = unusable(&read.issues) {
            bail!("{issue}");
        }
        if read.counts.rejected > 0 && self.private {
            console.say(&format!("{shown}: some rows were left out"));
        } else if read.counts.rejected > 0 {
            console.say(&format!(
                "{shown}: {} of {} rows were left out",
                read.counts.rejected, read.counts.rows
            ));
        }
        if read.points.is_empty() {
            bail!("{shown} has no row that can be used");
        }
        let snaps = self.graded(read.points.iter().map(|point| (point.point, point.grade)));
        Ok(Ends {
            what: format!("points of {shown}"),
            snaps,
            ids: read
                .points
                .iter()
                .map(|point| line::id(&point.id))
                .collect(),
            personal: self.private,
            names: None,
        })
    }
}

/// Says why a file of points is not taken, and what to do.
fn refused(path: &Path, error: &PointsError) -> anyhow::Error {
    let otherwise = match error {
        PointsError::Unusable(issue) => return anyhow!("{issue}"),
        PointsError::PeoplesIds => {
            "Where they are ids of something else, write them otherwise, such as A1 for 1"
        }
        PointsError::PeoplesColumns => {
            "Where its rows are no people, leave out or rename the columns that say something of people"
        }
    };
    anyhow!(
        "{}: {error}, so what is asked for would have rows about single people, which never stand in an ordinary file. For your own use, name a file that you alone can read: --owner-file FILE (instead of -o). {otherwise}",
        path.display()
    )
}

fn unusable(issues: &[Issue]) -> Option<&Issue> {
    let mut issues = issues.iter();
    issues.find(|issue| issue.severity == Severity::FileUnusable)
}

/// Lists what was found in a file of points, the worst first.
fn say_issues(issues: &[Issue], console: &Console) {
    let mut issues: Vec<&Issue> = issues.iter().collect();
    issues.sort_by_key(|issue| std::cmp::Reverse(issue.severity));
    for issue in issues.iter().take(LISTED) {
        let more = if issue.more > 0 {
            format!("\n    and {} more like it", issue.more)
        } else {
            String::new()
        };
        console.say(&format!("{issue}{more}"));
    }
    let rest: u64 = issues.iter().skip(LISTED).map(|issue| issue.count()).sum();
    if rest > 0 {
        console.say(&format!("and {rest} more such lines"));
    }
}
