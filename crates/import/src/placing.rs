//! Finds where sites, postcodes and homes lie, as a step of its own.
//!
//! What was found for a position holds as long as areas, streets and snap cap are the same, whatever file the position comes from. So
//! where a home moves, that home is placed anew and nothing else.

use std::sync::Arc;

use catchment_core::placement::Placements;
use catchment_core::study::StudyParts;

use crate::records::{Encoded, Key};
use crate::sealed;
use crate::steps::Steps;

const ROLE: &str = "placements";

/// Places everything in a study. `needs` are the keys of the streets and of all areas.
///
/// # Errors
/// Where the placements cannot be stored.
pub(crate) fn place(
    steps: &mut Steps<'_>,
    parts: &StudyParts,
    needs: &[Key],
) -> Result<(Placements, Arc<Encoded>), String> {
    let settings = &parts.settings;
    let options = format!("{} {:?}", settings.profile, settings.snap_cap);
    let needs: Vec<Key> = needs
        .iter()
        .copied()
        .chain([Key::of([options.as_bytes()])])
        .collect();
    let (key, record) = steps.recall_reckoned(ROLE, &needs);
    let codec = sealed::placements();
    let before = record
        .as_ref()
        .and_then(|record| (codec.decode)(record.value.bytes()))
        .unwrap_or_default();
    let placements = Placements::find_after(parts, before);
    let bytes = (codec.encode)(&placements)
        .map_err(|error| format!("its places cannot be stored: {error}"))?;
    let encoded = Arc::new(Encoded::new(bytes));
    let anew = record.is_none_or(|record| record.value.hash() != encoded.hash());
    steps.reckoned(ROLE, key, Arc::clone(&encoded), anew);
    Ok((placements, encoded))
}
