//! Newport with invented services, with people and without.

use std::fs;
use std::path::Path;

use crate::folder::{catchment, shared, text};

/// A folder with Newport's study file and its open data.
fn newport(shared: &Path) -> tempfile::TempDir {
    open_data(shared, "newport")
}

/// A folder with the study file of a place and its open data linked beside it.
fn open_data(shared: &Path, place: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let template = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("data/studies")
        .join(place)
        .join("study.toml");
    fs::copy(template, folder.path().join("study.toml")).unwrap();
    for entry in fs::read_dir(shared.join("data").join(place)).unwrap() {
        let entry = entry.unwrap();
        std::os::unix::fs::symlink(
            entry.path().canonicalize().unwrap(),
            folder.path().join(entry.file_name()),
        )
        .unwrap();
    }
    folder
}

fn layers(folder: &Path) -> Vec<String> {
    let out = folder.join("out");
    let said = catchment(["export", text(folder), "-o", text(&out)]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let mut layers: Vec<String> = fs::read_dir(out)
        .unwrap()
        .filter_map(|entry| {
            entry
                .unwrap()
                .file_name()
                .to_str()?
                .strip_suffix(".geojson")
                .map(str::to_owned)
        })
        .collect();
    layers.sort();
    layers
}

/// The value of one property, feature by feature, by the feature's name.
fn property(folder: &Path, layer: &str, key: &str) -> Vec<(String, serde_json::Value)> {
    let text = fs::read_to_string(folder.join(format!("out/{layer}.geojson"))).unwrap();
    let collection: serde_json::Value = serde_json::from_str(&text).unwrap();
    let features = collection["features"].as_array().unwrap();
    features
        .iter()
        .map(|feature| {
            (
                feature["properties"]["name"].to_string(),
                feature["properties"][key].clone(),
            )
        })
        .collect()
}

#[test]
fn newport_without_people_gives_every_layer_that_its_data_allow() {
    let Some(shared) = shared("newport_without_people_gives_every_layer_that_its_data_allow")
    else {
        return;
    };
    let study = newport(&shared);
    let folder = text(study.path());
    let said = catchment(["demo", "--over", folder, "--providers-only"]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(catchment(["build", folder]).code, Some(0));
    assert_eq!(
        layers(study.path()),
        [
            "community_assets",
            "community_assets_small_area",
            "community_assets_ward",
            "coverage",
            "coverage_small_area",
            "deprivation_wards",
            "gaps",
            "providers"
        ]
    );
    let said = catchment(["run", folder, "average_journeys"]);
    assert!(
        said.code == Some(1) && said.err.contains("people"),
        "{}",
        said.err
    );
}

#[test]
fn a_study_that_denies_being_invented_is_left_alone() {
    let Some(shared) = shared("a_study_that_denies_being_invented_is_left_alone") else {
        return;
    };
    let study = newport(&shared);
    let file = study.path().join("study.toml");
    let text_before = fs::read_to_string(&file)
        .unwrap()
        .replace("[study]", "[study]\ninvented = false");
    fs::write(&file, &text_before).unwrap();
    let said = catchment(["demo", "--over", text(study.path())]);
    assert!(
        said.code == Some(1) && said.err.contains("invented = true"),
        "{}",
        said.err
    );
    assert!(
        fs::read_to_string(&file).unwrap() == text_before
            && !study.path().join("providers.csv").exists()
    );
}

#[test]
fn bcp_says_on_every_layer_built_on_its_roads_that_they_are_no_real_roads() {
    let Some(shared) =
        shared("bcp_says_on_every_layer_built_on_its_roads_that_they_are_no_real_roads")
    else {
        return;
    };
    let study = open_data(&shared, "bcp");
    let folder = text(study.path());
    assert_eq!(catchment(["demo", "--over", folder]).code, Some(0));
    assert_eq!(catchment(["build", folder]).code, Some(0));
    let layers = layers(study.path());
    assert_eq!(layers.len(), 11, "{layers:?}");
    for layer in layers.iter().filter(|layer| {
        !matches!(
            layer.as_str(),
            "providers" | "deprivation_wards" | "community_assets"
        )
    }) {
        let passport =
            fs::read_to_string(study.path().join(format!("out/{layer}.passport.json"))).unwrap();
        let features =
            fs::read_to_string(study.path().join(format!("out/{layer}.geojson"))).unwrap();
        for (what, said) in [("passport", &passport), ("features", &features)] {
            assert!(
                said.contains("not real roads"),
                "the {what} of {layer} do not say what the roads are"
            );
            assert!(
                said.contains("invented"),
                "the {what} of {layer} do not say what is invented"
            );
        }
    }
}

#[test]
fn newport_with_people_gives_every_layer_and_four_wards_have_no_data() {
    let Some(shared) = shared("newport_with_people_gives_every_layer_and_four_wards_have_no_data")
    else {
        return;
    };
    let study = newport(&shared);
    let folder = text(study.path());
    let said = catchment(["demo", "--over", folder]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    assert_eq!(catchment(["build", folder]).code, Some(0));
    let expected = [
        "average_journeys",
        "average_journeys_site",
        "average_journeys_small_area",
        "community_assets",
        "community_assets_small_area",
        "community_assets_ward",
        "coverage",
        "coverage_small_area",
        "deprivation_wards",
        "gaps",
        "providers",
    ];
    assert_eq!(layers(study.path()), expected);
    let states = property(study.path(), "gaps", "state");
    let wards = property(study.path(), "gaps", "ward_name");
    assert_eq!(states.len(), 100);
    let mut without: Vec<String> = states
        .iter()
        .zip(&wards)
        .filter(|((_, state), _)| state == "no_data")
        .map(|(_, (_, ward))| ward.as_str().unwrap().to_owned())
        .collect();
    without.sort();
    without.dedup();
    for ward in ["Bettws", "Bishton and Langstone", "Caerleon", "Malpas"] {
        assert!(
            without.iter().any(|name| name == ward),
            "{ward} is not among {without:?}"
        );
        let of_ward = states
            .iter()
            .zip(&wards)
            .filter(|(_, (_, name))| name == ward);
        assert!(
            of_ward.clone().count() > 0
                && of_ward.clone().all(|((_, state), _)| state == "no_data"),
            "{ward}"
        );
    }
    // A second time it refuses, and changes nothing.
    let before = fs::read(study.path().join("study.toml")).unwrap();
    assert_eq!(catchment(["demo", "--over", folder]).code, Some(1));
    assert!(fs::read(study.path().join("study.toml")).unwrap() == before);
}
