//! Where libraries, leisure centres, halls, places of worship and cafes are, and which residents can walk to each kind.
//!
//! Residents are spread over the postcodes of their small area, and each postcode looks along the walking network for the nearest asset
//! of each kind, one search a kind. It says nothing of people who use services, of opening hours, of what is inside, or of whether a
//! way is step-free.

mod kinds;
mod layout;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use catchment_core::area::AreaKind;
use catchment_core::findings::{Findings, Value};
use catchment_core::grid::GridPoint;
use catchment_core::id::{AreaId, AreaSetId, AssetId, PostcodeId, RowId};
use catchment_core::journey::{OffNetwork, Snapped};
use catchment_core::place::{Asset, GeocodeGrade};
use catchment_core::study::Study;
use catchment_travel::{PreparedNetwork, Snap};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::residents::Spread;
use crate::{
    Analysis, AnalysisError, Progress, areas, available, needs, require, require_limits, words,
};

pub use kinds::Kind;

/// The profile whose network is walked.
const WALK: &str = "walk";

/// The most kinds that walks are reckoned for; of more, the ones with the most assets.
const MOST_KINDS: usize = 16;

/// The share of residents within a walk of the nearest community asset of each kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CommunityAssets {
    /// Times on foot in minutes, ascending; one to five of them.
    pub minutes: Vec<f64>,
}

impl Default for CommunityAssets {
    fn default() -> Self {
        Self {
            minutes: vec![10.0, 15.0],
        }
    }
}

/// The figures of [`CommunityAssets`].
#[derive(Clone, Debug, PartialEq)]
pub struct AssetFigures {
    /// The kinds, the ones that walks are reckoned for first.
    pub kinds: Vec<Kind>,
    /// How many of them walks are reckoned for.
    pub reckoned: usize,
    /// The assets as they are shown, in the order of their references, with the place of their kind and their ward.
    pub shown: Vec<(AssetId, usize, Option<AreaId>)>,
    /// Of the whole study; residents of areas without a postcode are in it, without data.
    pub all: Tally,
    /// By ward; every ward is there.
    pub wards: Vec<(AreaId, Tally)>,
    /// By small area; every small area is there.
    pub small_areas: Vec<(AreaId, Tally)>,
    /// What the figures leave out, in sentences.
    pub left_out: String,
}

/// The residents of an area and how far they walk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    /// Residents.
    pub residents: f64,
    /// Of these, those whose place or whose way to a walkable street is not known.
    pub without_data: f64,
    /// By kind, as far as walks are reckoned.
    pub kinds: Vec<Access>,
    /// To the nearest of any kind.
    pub any: Access,
}

/// How near the nearest asset of a kind is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Access {
    /// Assets of the kind in the area.
    pub assets: u32,
    /// Residents within each limit.
    pub within: Vec<f64>,
    /// Half of the residents with data walk no longer than so many minutes; nothing where half of them have no way to one.
    pub median_minutes: Option<f64>,
}

impl Analysis for CommunityAssets {
    const ID: &'static str = "community_assets";
    const TITLE: &'static str = "Community assets and who can walk to them";
    type Output = AssetFigures;

    fn unavailable(study: &Study) -> Option<String> {
        let assets = study.parts().assets.is_empty();
        let walk = study.network_for(WALK).is_none();
        assets
            .then(|| "The study holds no community assets.".to_owned())
            .or_else(|| {
                walk.then(|| {
                    "The study has no network of streets to walk on, so no walk can be reckoned."
                        .to_owned()
                })
            })
            .or_else(|| needs::population(study))
            .or_else(|| needs::postcodes(study))
            .or_else(|| needs::some_areas(study))
    }

    fn compute(
        &self,
        study: &Study,
        progress: &Progress<'_>,
    ) -> Result<AssetFigures, AnalysisError> {
        self.check()?;
        available::<Self>(study)?;
        let Some(streets) = study.prepared_for(WALK) else {
            return Err(AnalysisError::Unavailable {
                analysis: Self::ID,
                reason: "The study has no network of streets to walk on.".to_owned(),
            });
        };
        let (kinds, kind_of) = kinds::of(study);
        let reckoned = kinds.len().min(MOST_KINDS);
        let on_foot = OnFoot::of(study, streets);
        progress.at(0.3);
        let walks = on_foot.walks(&kind_of, reckoned);
        progress.at(0.8);
        let spread = Spread::of(study);
        let tallying = Tallying {
            analysis: self,
            study,
            on_foot: &on_foot,
            walks: &walks,
            kind_of: &kind_of,
            spread: &spread,
        };
        let wards = study.area_set(AreaKind::Ward);
        let by_set =
            |set: Option<AreaSetId>| set.map(|set| tallying.by_area(set)).unwrap_or_default();
        Ok(AssetFigures {
            all: tallying.whole(),
            wards: by_set(wards),
            small_areas: by_set(areas::small_area_set(study)),
            left_out: left_out(&on_foot, &spread, kinds.len()),
            kinds,
            reckoned,
            shown: shown(study, wards, &kind_of),
        })
    }

    fn present(&self, study: &Study, output: &AssetFigures) -> Findings<Value> {
        layout::present(self, study, output)
    }
}

impl CommunityAssets {
    fn check(&self) -> Result<(), AnalysisError> {
        require_limits::<Self>(&self.minutes, "minutes")?;
        let number = (1..=5).contains(&self.minutes.len());
        require::<Self>(number, "minutes", "there must be one to five limits")
    }
}

/// How far a postcode is from the nearest asset of a kind.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Walk {
    /// The postcode is too far from any street one can walk on.
    OffNetwork,
    /// No way on foot leads to one.
    NoRoute,
    /// So many minutes.
    Minutes(f64),
}

/// Postcodes and assets on the walking network.
struct OnFoot<'a> {
    streets: &'a PreparedNetwork,
    postcodes: Vec<Snapped>,
    assets: Vec<Snapped>,
}

impl<'a> OnFoot<'a> {
    fn of(study: &Study, streets: &'a PreparedNetwork) -> Self {
        let snapper = streets.snapper();
        let cap = study.parts().settings.snap_cap;
        let parts = study.parts();
        let snap = |point: GridPoint, grade: Option<GeocodeGrade>| -> Snapped {
            if grade.is_some_and(|grade| !grade.is_fine_enough_for_journeys()) {
                return Err(OffNetwork::TooCoarse);
            }
            snapper
                .snap([point.x, point.y], cap)
                .map_err(OffNetwork::TooFar)
        };
        let postcodes = parts.postcodes.rows().par_iter();
        let assets = parts.assets.rows().par_iter();
        Self {
            streets,
            postcodes: postcodes
                .map(|postcode| snap(postcode.point, None))
                .collect(),
            assets: assets
                .map(|asset| snap(asset.point, Some(asset.grade)))
                .collect(),
        }
    }

    /// The walks of all postcodes to the nearest asset of each of the first kinds and, last, of any kind.
    fn walks(&self, kind_of: &[usize], kinds: usize) -> Vec<Vec<Walk>> {
        let wanted: Vec<Option<usize>> = (0..kinds).map(Some).chain([None]).collect();
        wanted
            .into_par_iter()
            .map(|kind| {
                let ends = kind_of.iter().zip(&self.assets);
                let ends: Vec<Snap> = ends
                    .filter(|(of, _)| kind.is_none_or(|kind| **of == kind))
                    .filter_map(|(_, snap)| snap.ok())
                    .collect();
                let nearest = self.streets.many().nearest_from_everywhere(&ends[..]);
                let walk = |postcode: &Snapped| match postcode {
                    Err(_) => Walk::OffNetwork,
                    Ok(snap) => nearest.of_snap(snap).map_or(Walk::NoRoute, |(_, cost)| {
                        Walk::Minutes(cost.time().minutes())
                    }),
                };
                self.postcodes.iter().map(walk).collect()
            })
            .collect()
    }

    fn assets_off(&self) -> usize {
        self.assets.iter().filter(|snap| snap.is_err()).count()
    }
}

/// Adds up residents and their walks.
struct Tallying<'a> {
    analysis: &'a CommunityAssets,
    study: &'a Study,
    on_foot: &'a OnFoot<'a>,
    /// By kind, then of any kind; each in the order of the postcodes.
    walks: &'a [Vec<Walk>],
    kind_of: &'a [usize],
    spread: &'a Spread,
}

impl Tallying<'_> {
    fn whole(&self) -> Tally {
        let postcodes: Vec<PostcodeId> = self.study.parts().postcodes.ids().collect();
        let assets: Vec<AssetId> = self.study.parts().assets.ids().collect();
        let mut all = self.tally(&postcodes, &assets);
        all.residents += self.spread.unplaced_residents();
        all.without_data += self.spread.unplaced_residents();
        all
    }

    fn by_area(&self, set: AreaSetId) -> Vec<(AreaId, Tally)> {
        type Inside = (Vec<PostcodeId>, Vec<AssetId>);
        let mut inside: BTreeMap<AreaId, Inside> = self
            .study
            .areas_in(set)
            .map(|(id, _)| (id, Inside::default()))
            .collect();
        for postcode in self.study.parts().postcodes.ids() {
            let area = self.study.area_of_postcode(postcode, set);
            if let Some((postcodes, _)) = area.and_then(|area| inside.get_mut(&area)) {
                postcodes.push(postcode);
            }
        }
        for (asset, row) in self.study.parts().assets.iter() {
            let area = self.study.areas_at(row.point).get(set.row()).copied();
            if let Some((_, assets)) = area.flatten().and_then(|area| inside.get_mut(&area)) {
                assets.push(asset);
            }
        }
        let tally = |(area, (postcodes, assets)): (AreaId, Inside)| {
            let mut tally = self.tally(&postcodes, &assets);
            // Residents of an area without a postcode are known for that area itself, and for no other kind of area.
            let unplaced = self.spread.unplaced.iter().find(|(id, _)| *id == area);
            if let Some((_, residents)) = unplaced {
                tally.residents += residents;
                tally.without_data += residents;
            }
            (area, tally)
        };
        inside.into_iter().map(tally).collect()
    }

    fn tally(&self, postcodes: &[PostcodeId], assets: &[AssetId]) -> Tally {
        let residents = |postcode: &PostcodeId| self.spread.by_postcode[postcode.row()];
        let off = |postcode: &&PostcodeId| self.on_foot.postcodes[postcode.row()].is_err();
        let count = |kind: Option<usize>| {
            let of = |asset: &&AssetId| kind.is_none_or(|kind| self.kind_of[asset.row()] == kind);
            assets.iter().filter(of).count() as u32
        };
        let access = |kind: Option<usize>, walks: &[Walk]| {
            let walks = postcodes
                .iter()
                .map(|postcode| (residents(postcode), walks[postcode.row()]));
            self.access(count(kind), walks)
        };
        let (any, kinds) = match self.walks.split_last() {
            Some((any, kinds)) => (any.as_slice(), kinds),
            None => (&[][..], &[][..]),
        };
        Tally {
            residents: postcodes.iter().map(residents).sum(),
            without_data: postcodes.iter().filter(off).map(residents).sum(),
            kinds: kinds
                .iter()
                .enumerate()
                .map(|(kind, walks)| access(Some(kind), walks))
                .collect(),
            any: access(None, any),
        }
    }

    fn access(&self, assets: u32, walks: impl Iterator<Item = (f64, Walk)>) -> Access {
        let mut within = vec![0.0; self.analysis.minutes.len()];
        let mut known: Vec<(f64, f64)> = Vec::new();
        for (residents, walk) in walks {
            let minutes = match walk {
                Walk::OffNetwork => continue,
                Walk::NoRoute => f64::INFINITY,
                Walk::Minutes(minutes) => minutes,
            };
            for (sum, limit) in within.iter_mut().zip(&self.analysis.minutes) {
                *sum += if minutes <= *limit { residents } else { 0.0 };
            }
            known.push((minutes, residents));
        }
        Access {
            assets,
            within,
            median_minutes: weighted_median(known),
        }
    }
}

/// The least value that half of the weight does not pass; nothing without weight or where that is no number of minutes.
fn weighted_median(mut values: Vec<(f64, f64)>) -> Option<f64> {
    values.retain(|(_, weight)| *weight > 0.0);
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = values.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut passed = 0.0;
    let median = values.iter().find(|(_, weight)| {
        passed += weight;
        passed >= half
    });
    median
        .map(|(value, _)| *value)
        .filter(|value| value.is_finite())
}

/// Lists the assets in the order of their references, with the place of their kind and their ward.
fn shown(
    study: &Study,
    wards: Option<AreaSetId>,
    kind_of: &[usize],
) -> Vec<(AssetId, usize, Option<AreaId>)> {
    let assets = &study.parts().assets;
    let with_ward = |(id, asset): (AssetId, &Asset)| {
        let at = study.areas_at(asset.point);
        let ward = wards.and_then(|set| at.get(set.row()).copied().flatten());
        (id, kind_of[id.row()], ward)
    };
    let mut shown: Vec<_> = assets.iter().map(with_ward).collect();
    shown.sort_by_key(|(id, _, _)| &assets[*id].key);
    shown
}

/// Says what the figures leave out.
fn left_out(on_foot: &OnFoot<'_>, spread: &Spread, kinds: usize) -> String {
    let off = match on_foot.assets_off() {
        0 => String::new(),
        number => format!(
            "Of {}, {number} too far from any street one can walk on: on the map and in the counts, but nobody's nearest.",
            words::count(on_foot.assets.len(), "asset", "assets")
        ),
    };
    let more = if kinds > MOST_KINDS {
        format!("Walks are reckoned to the {MOST_KINDS} kinds with the most assets of {kinds}.")
    } else {
        String::new()
    };
    words::sentences(&[off, spread.unplaced_in_words(), more])
}
