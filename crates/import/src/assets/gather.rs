//! Puts the assets of all sources together: each place once, each under a key of its own.
//!
//! Carers' own homes are left out of tables and feeds where those are read; of the road file only what calls itself one is, here.

use std::collections::BTreeMap;

use catchment_core::issue::{Issue, Severity};
use catchment_core::place::{Asset, AssetSource};
use geo::Rect;

use super::names;
use crate::directory::words::is_shared_lives;
use crate::report::so_many;
use crate::study_file::STUDY_FILE;

/// How near two places with like names and the same kind are one place, in metres.
const SAME: f64 = 50.0;
/// How far outside the frame of all areas a place of the road file may lie, in metres: nobody in the areas walks further to it.
const AROUND: f64 = 5_000.0;
/// How many places of one square are looked at for the same place: more stand on no real square of 50 m.
const MOST_IN_A_SQUARE: usize = 200;

/// The assets of one file.
pub(crate) struct Source {
    /// Its name, for what is said of it.
    pub(crate) file: String,
    /// What it holds, in its order.
    pub(crate) assets: Vec<Asset>,
}

/// Puts sources together. Of a place in two of them the one that comes first in the order of tables, feeds, road file is kept.
///
/// Places of the road file far outside `frame`, the frame of all areas, are left out and counted.
pub(crate) fn gather(
    mut sources: Vec<Source>,
    frame: Option<Rect<f64>>,
    issues: &mut Vec<Issue>,
) -> Vec<Asset> {
    // Stable: files of one kind keep the order of the study file.
    sources.sort_by_key(|source| source.assets.first().map(|asset| rank(asset.source)));
    let mut gathered = Gathered::default();
    for source in sources {
        let mut outcome = Outcome::default();
        let file = gathered.files;
        gathered.files += 1;
        for mut asset in source.assets {
            let on_the_map = asset.source == AssetSource::OpenStreetMap;
            if on_the_map && is_shared_lives(&asset.name) {
                outcome.homes += 1;
            } else if on_the_map && !is_around(frame, &asset) {
                outcome.far += 1;
            } else if gathered.has(&asset, file) {
                outcome.again += 1;
            } else {
                outcome.renamed += u64::from(gathered.rename(&mut asset));
                gathered.push(asset, file);
            }
        }
        issues.extend(outcome.issues(&source.file));
    }
    gathered.assets
}

/// What became of the assets of one file that were not simply kept.
#[derive(Default)]
struct Outcome {
    again: u64,
    far: u64,
    renamed: u64,
    homes: u64,
}

impl Outcome {
    fn issues(&self, file: &str) -> impl Iterator<Item = Issue> {
        let file = if file.is_empty() { STUDY_FILE } else { file };
        let again = format!(
            "{} in another file or twice on the map (like names, the same kind, within {SAME:.0} m) and kept once",
            so_many(self.again, "community asset is", "community assets are")
        );
        let far = format!(
            "{} more than {:.0} km outside every area and left out",
            so_many(
                self.far,
                "community asset of the road file lies",
                "community assets of the road file lie"
            ),
            AROUND / 1000.0
        );
        let renamed = format!(
            "{} an id that an earlier file uses too, and got a number after it",
            so_many(self.renamed, "community asset has", "community assets have")
        );
        let homes = format!(
            "{} in a carer's own home by name, and left out: a home is never a point",
            so_many(self.homes, "community asset is", "community assets are")
        );
        let told = [
            (self.again, again),
            (self.far, far),
            (self.renamed, renamed),
            (self.homes, homes),
        ];
        told.into_iter()
            .filter(|(number, _)| *number > 0)
            .map(move |(_, message)| Issue::new(file, Severity::Note, message, ""))
    }
}

fn rank(source: AssetSource) -> u8 {
    match source {
        AssetSource::Table => 0,
        AssetSource::OpenReferral => 1,
        AssetSource::OpenStreetMap => 2,
    }
}

fn is_around(frame: Option<Rect<f64>>, asset: &Asset) -> bool {
    frame.is_none_or(|frame| {
        let (x, y) = (asset.point.x, asset.point.y);
        (frame.min().x - AROUND..=frame.max().x + AROUND).contains(&x)
            && (frame.min().y - AROUND..=frame.max().y + AROUND).contains(&y)
    })
}

/// What has been kept so far, by squares of the grid.
#[derive(Default)]
struct Gathered {
    assets: Vec<Asset>,
    /// The file each is from.
    from: Vec<usize>,
    squares: BTreeMap<(i64, i64), Vec<usize>>,
    /// The keys, and the number that the next asset of the same key gets.
    keys: BTreeMap<String, u32>,
    files: usize,
}

fn square(asset: &Asset) -> (i64, i64) {
    let along = |metres: f64| (metres / SAME).floor() as i64;
    (along(asset.point.x), along(asset.point.y))
}

impl Gathered {
    /// Says whether a place is known from another file; on the map, whether it is known at all.
    fn has(&self, asset: &Asset, file: usize) -> bool {
        let (x, y) = square(asset);
        let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (x + dx, y + dy)));
        let mut known = around
            .filter_map(|square| self.squares.get(&square))
            .flatten();
        known.any(|other| {
            let known = &self.assets[*other];
            let apart = (known.point.x - asset.point.x).hypot(known.point.y - asset.point.y);
            (self.from[*other] != file || asset.source == AssetSource::OpenStreetMap)
                && apart <= SAME
                && known.kind == asset.kind
                && names::are_like(&known.name, &asset.name)
        })
    }

    /// Gives an asset a key of its own; says whether it had none.
    fn rename(&mut self, asset: &mut Asset) -> bool {
        let Some(mut number) = self.keys.get(&asset.key).copied() else {
            return false;
        };
        let free = loop {
            let key = format!("{}-{number}", asset.key);
            number += 1;
            if !self.keys.contains_key(&key) {
                break key;
            }
        };
        self.keys
            .insert(std::mem::replace(&mut asset.key, free), number);
        true
    }

    fn push(&mut self, asset: Asset, file: usize) {
        let here = self.squares.entry(square(&asset)).or_default();
        if here.len() < MOST_IN_A_SQUARE {
            here.push(self.assets.len());
        }
        self.keys.insert(asset.key.clone(), 2);
        self.from.push(file);
        self.assets.push(asset);
    }
}
