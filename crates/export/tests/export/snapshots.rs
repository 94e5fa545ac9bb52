//! What the files look like: one layer of areas, one of points, a table and a passport.

use catchment_core::findings::Field;
use catchment_export::{
    ExportError, encode_layers, passport, write_csv, write_geojson, write_table_csv,
};
use catchment_release::Audience;

use crate::study::{journeys, published, release_one, study};

fn geojson(layer: usize, audience: Audience) -> String {
    let study = study();
    let layers = encode_layers(&[published(audience)], study.context()).unwrap();
    let mut file = Vec::new();
    write_geojson(&layers[layer], &mut file).unwrap();
    String::from_utf8(file).unwrap()
}

#[test]
fn geojson_of_areas() {
    insta::assert_snapshot!(geojson(0, Audience::Public));
}

#[test]
fn geojson_of_points() {
    insta::assert_snapshot!(geojson(1, Audience::Public));
}

#[test]
fn csv_of_points() {
    let study = study();
    let mut file = Vec::new();
    write_csv(
        &published(Audience::Public),
        "average_journeys_site",
        study.context(),
        &mut file,
    )
    .unwrap();
    insta::assert_snapshot!(String::from_utf8(file).unwrap());
}

#[test]
fn csv_begins_with_a_byte_order_mark_and_ends_lines_as_rfc_4180_says() {
    let study = study();
    let mut file = Vec::new();
    write_csv(
        &published(Audience::Public),
        "average_journeys_site",
        study.context(),
        &mut file,
    )
    .unwrap();
    let text = String::from_utf8(file).unwrap();
    assert!(text.starts_with("\u{feff}id,"));
    assert_eq!(
        (text.matches('\n').count(), text.matches("\r\n").count()),
        (3, 3)
    );
}

#[test]
fn csv_of_areas() {
    let study = study();
    let mut file = Vec::new();
    write_csv(
        &published(Audience::Public),
        "average_journeys",
        study.context(),
        &mut file,
    )
    .unwrap();
    insta::assert_snapshot!(String::from_utf8(file).unwrap());
}

#[test]
fn csv_of_a_table() {
    let study = study();
    let mut file = Vec::new();
    let table = "average_journeys_by_operator";
    write_table_csv(
        &published(Audience::Officer),
        table,
        study.context(),
        &mut file,
    )
    .unwrap();
    insta::assert_snapshot!(String::from_utf8(file).unwrap());
}

#[test]
fn passport_of_areas() {
    let study = study();
    let found = passport(
        &published(Audience::Public),
        "average_journeys",
        study.context(),
    )
    .unwrap();
    insta::assert_json_snapshot!(found);
}

#[test]
fn a_layer_without_features_is_left_out() {
    let study = study();
    let layers = encode_layers(&[published(Audience::Public)], study.context()).unwrap();
    let ids: Vec<&str> = layers.iter().map(|layer| layer.id.as_str()).collect();
    assert_eq!(ids, ["average_journeys", "average_journeys_site"]);
}

#[test]
fn what_is_for_officers_says_so_everywhere() {
    let study = study();
    let mark = "officers only, not for publication";
    let public = geojson(0, Audience::Public);
    assert!(!public.contains("audience"));
    let file: serde_json::Value = serde_json::from_str(&geojson(0, Audience::Officer)).unwrap();
    assert_eq!(file["audience"], mark);
    assert!(
        file["features"]
            .as_array()
            .unwrap()
            .iter()
            .all(|feature| feature["properties"]["audience"] == mark)
    );
    let found = passport(
        &published(Audience::Officer),
        "average_journeys",
        study.context(),
    )
    .unwrap();
    assert_eq!(found["audience"], mark);
}

#[test]
fn every_hidden_figure_is_named_and_none_that_is_missing() {
    let file: serde_json::Value = serde_json::from_str(&geojson(0, Audience::Public)).unwrap();
    let named: Vec<(&str, bool, Option<&str>, bool)> = file["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| {
            let properties = &feature["properties"];
            (
                feature["id"].as_str().unwrap(),
                properties["suppressed"].as_bool().unwrap(),
                properties["suppressed_fields"].as_str(),
                properties["suppressed_reason"].is_string(),
            )
        })
        .collect();
    let all = "mean_km;share_by_bus;without_journey;n";
    let expected = [
        ("W2", false, None, false),
        // Nobody there: no mean, but nothing hidden.
        ("W3", false, None, false),
        ("W4", false, Some("share_by_bus"), true),
        ("W5", false, Some("without_journey"), true),
        ("W1", true, Some(all), true),
        ("W6", true, Some(all), true),
    ];
    assert_eq!(named, expected);
}

#[test]
fn properties_keep_the_order_of_the_fields() {
    let study = study();
    let layers = encode_layers(&[published(Audience::Public)], study.context()).unwrap();
    let json = &layers[0].features[0].json;
    let names = [
        "\"code\"",
        "\"name\"",
        "\"mean_km\"",
        "\"share_by_bus\"",
        "\"without_journey\"",
        "\"n\"",
        "\"suppressed\"",
    ];
    let places: Vec<usize> = names.iter().map(|name| json.find(name).unwrap()).collect();
    assert!(places.is_sorted(), "{json}");
}

#[test]
fn mistakes_in_findings_are_named() {
    let study = study();
    let mut findings = journeys();
    findings.layers[0].fields[0] = Field::new("n", "", "", "");
    let error =
        encode_layers(&[release_one(findings, Audience::Public)], study.context()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "layer or table \"average_journeys\" has a field called \"n\", which is taken"
    );

    let mut findings = journeys();
    findings.layers[0].features[1].values.pop();
    let error =
        encode_layers(&[release_one(findings, Audience::Public)], study.context()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "\"W2\" of \"average_journeys\" has 4 values for 5 fields"
    );

    let error = passport(&published(Audience::Public), "homes", study.context()).unwrap_err();
    assert!(matches!(error, ExportError::UnknownLayer { .. }));
}
