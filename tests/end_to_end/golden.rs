//! One feature of every layer of a small invented council, as it leaves: a change here is a change to what is published.

use std::fs;

use crate::folder::{catchment, small_demo, text};

#[test]
fn the_first_feature_of_every_layer_is_as_it_was() {
    let demo = small_demo();
    let out = demo.path().join("out");
    assert_eq!(
        catchment(["export", text(demo.path()), "-o", text(&out)]).code,
        Some(0)
    );
    let mut files: Vec<_> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut layers = 0;
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let Some(layer) = name.strip_suffix(".geojson") else {
            continue;
        };
        let collection: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
        let first = &collection["features"][0];
        insta::assert_json_snapshot!(
            layer,
            serde_json::json!({ "id": first["id"], "properties": first["properties"] })
        );
        layers += 1;
    }
    assert_eq!(layers, 12);
}
