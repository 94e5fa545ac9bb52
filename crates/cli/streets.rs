//! The streets of a profile that a verb asks for, and places put on them.
//!
//! It says in plain words what cannot be done: a profile that the study does not hold, a place far from any street.

use anyhow::{anyhow, bail};
use catchment_core::study::Study;
use catchment_travel::{PreparedNetwork, Snap, StreetNetwork, TooFar};

use crate::place::Place;

/// Finds the streets of a profile, ready for searching: of the study's own where none is named.
///
/// # Errors
/// Where the study holds no such profile or no streets at all; the message lists what it holds.
pub(crate) fn prepared<'a>(
    study: &'a Study,
    profile: Option<&str>,
) -> anyhow::Result<&'a PreparedNetwork> {
    let name = profile.unwrap_or(&study.parts().settings.profile);
    if let Some(prepared) = study.prepared_for(name) {
        return Ok(prepared);
    }
    let networks = study.parts().networks.iter();
    let held: Vec<&str> = networks
        .map(|prepared| prepared.network().profile().name.as_str())
        .collect();
    if held.is_empty() {
        bail!(
            "the study has no streets: name a road file under [roads] in its study.toml and build it again"
        );
    }
    let meant = meant(name);
    if let Some(held) = held.iter().find(|held| Some(**held) == meant) {
        bail!("the study has no profile \"{name}\"; is it {held}?");
    }
    if let Some(known) = meant {
        bail!(
            "the study has no streets for the profile \"{name}\"; it has: {}. Is it {known}? To add that, write these two lines into its study.toml and build it again:\n    [[profiles]]\n    name = \"{known}\"",
            held.join(", ")
        );
    }
    bail!(
        "the study has no streets for the profile \"{name}\"; it has: {}. To add one, write [[profiles]] with name = \"{name}\" (and, unless it is a built-in one, base) into its study.toml and build it again",
        held.join(", ")
    )
}

/// Returns the built-in profile that a name may be meant for.
fn meant(name: &str) -> Option<&'static str> {
    Some(match name.trim().to_lowercase().as_str() {
        "drive" | "driving" | "car" | "taxi" | "minibus" => "drive",
        "walk" | "walking" | "foot" | "on foot" | "pedestrian" => "walk",
        "wheelchair" | "wheelchairs" | "wheeling" => "wheelchair",
        "cycle" | "cycling" | "bicycle" | "bike" => "cycle",
        _ => return None,
    })
}

/// Puts a place on the streets of a profile, within the study's cap.
///
/// # Errors
/// Says how far the place is from any street, where that is too far, and what to do.
pub(crate) fn snap(
    study: &Study,
    streets: &PreparedNetwork,
    place: &Place,
) -> anyhow::Result<Snap> {
    let cap = study.parts().settings.snap_cap;
    let snap = streets.snapper().snap([place.point.x, place.point.y], cap);
    snap.map_err(|far| too_far(study, streets.network(), place, far))
}

fn too_far(study: &Study, network: &StreetNetwork, place: &Place, far: TooFar) -> anyhow::Error {
    let profile = &network.profile().name;
    if !far.distance.value().is_finite() {
        return anyhow!("the profile {profile} has no street that {place} could be put on");
    }
    let cap = study.parts().settings.snap_cap;
    anyhow!(
        "{place} is {} from the nearest street that the profile {profile} may use, and no place is put on one further than {cap} away. \
         Choose a place nearer to a street, or set snap_cap_m under [travel] in study.toml higher and build again",
        far.distance
    )
}

#[cfg(test)]
mod tests {
    use catchment_core::grid::Grid;

    use super::{prepared, snap};
    use crate::fixture::{NEWPORT, study};
    use crate::place::find;

    #[test]
    fn a_profile_that_is_not_there_and_a_place_far_from_any_street_are_said_kindly() {
        let study = study(Grid::BritishNational, NEWPORT);
        let streets = prepared(&study, None).unwrap();
        assert_eq!(streets.network().profile().name, "drive");
        let unknown = prepared(&study, Some("cycle")).unwrap_err().to_string();
        assert!(unknown.contains("it has: drive"), "{unknown}");

        let near = find(&study, "331400,187030").unwrap();
        let snapped = snap(&study, streets, &near).unwrap();
        let [x, y] = snapped.point();
        assert!((x - 331_400.0).hypot(y - 187_000.0) < 1e-6);
        let far = find(&study, "331400,190000").unwrap();
        let refused = snap(&study, streets, &far).unwrap_err().to_string();
        for words in ["easting 331400", "3.00 km", "snap_cap_m"] {
            assert!(refused.contains(words), "{refused}");
        }
    }
}
