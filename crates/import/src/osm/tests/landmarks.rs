//! Community assets and towns, from maps drawn by hand in each format and from real files.

use std::collections::BTreeMap;

use catchment_core::grid::{Grid, LonLat};
use catchment_core::place::Asset;

use super::pbf_writer::{Style, pbf};
use super::{GRID, Map, Relation, profiles, read_with, tags};
use crate::osm::{read_map, read_roads};

const STYLES: [Style; 2] = [
    Style {
        packed: true,
        dense: true,
        each: 2,
    },
    Style {
        packed: false,
        dense: false,
        each: 50,
    },
];

/// A street, a library as a point, a hall as a square, a leisure centre as a relation of two lines round a court.
fn quarter() -> Map {
    let mut map = Map::drawn(
        "
        a-----b
        L
          p-q   u---v
          | |   | k |
          s-r   x---w
        T   P",
    )
    .way("ab", "highway=residential")
    .way(
        "pqrsp",
        "amenity=community_centre name=Mill_Hall wheelchair=yes",
    )
    .way("uvw", "building=yes")
    .way("wxu", "note=none")
    .way("pqr", "leisure=park name=Open_Line")
    .way("pqrsp", "amenity=cafe access=private")
    .tag(
        'L',
        "amenity=library name=Old_Library addr:postcode=np204aa wheelchair=limited",
    )
    .tag('T', "place=village name=Wexton")
    .tag('P', "leisure=swimming_pool")
    .tag('k', "place=locality name=Nowhere");
    map.relations = vec![Relation {
        id: 9,
        members: vec![(3, "outer"), (4, ""), (2, "inner")],
        tags: tags("type=multipolygon leisure=sports_centre name=Baths wheelchair=no"),
    }];
    map
}

fn at(column: f64, row: f64) -> [f64; 2] {
    let point = GRID
        .to_grid(LonLat {
            lon: column * super::STEP,
            lat: -row * super::STEP,
        })
        .unwrap();
    [point.x, point.y]
}

fn said(asset: &Asset) -> (&str, &str, &str, Option<bool>) {
    (&asset.key, &asset.kind, &asset.name, asset.step_free)
}

#[test]
fn every_format_gives_the_same_assets_in_the_same_order() {
    let map = quarter();
    let files = std::iter::once(map.xml().into_bytes()).chain(STYLES.map(|style| pbf(&map, style)));
    for bytes in files {
        let read = read_with(&bytes, true).unwrap();
        let found: Vec<_> = read.assets.iter().map(said).collect();
        assert_eq!(
            found,
            [
                ("osm-node-76", "library", "Old_Library", None),
                ("osm-way-2", "community_centre", "Mill_Hall", Some(true)),
                ("osm-relation-9", "leisure_centre", "Baths", Some(false)),
            ]
        );
        assert_eq!(read.assets[0].postcode.as_deref(), Some("NP20 4AA"));
        // The middle of the square p q r s, and of the lines round u v w x.
        let first_row = 3.0;
        for (asset, middle) in [
            (&read.assets[1], at(11.0, first_row + 1.0)),
            (&read.assets[2], at(18.0, first_row + 1.0)),
        ] {
            let off = (asset.point.x - middle[0]).hypot(asset.point.y - middle[1]);
            assert!(off < 0.5, "{} is {off} m off", asset.key);
        }
        let towns: Vec<&str> = read.towns.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(towns, ["Wexton"]);
        let notes: Vec<&str> = read
            .issues
            .iter()
            .map(|issue| issue.message.as_str())
            .collect();
        assert_eq!(
            notes,
            [
                "1 community assets of the road file are private, disused or abandoned and were left out",
                "1 community assets of the road file are drawn as lines that do not close and were left out",
            ]
        );
    }
}

#[test]
fn assets_that_nobody_asked_for_are_not_read_and_roads_are_the_same() {
    let bytes = quarter().xml().into_bytes();
    let (without, with) = (
        read_with(&bytes, false).unwrap(),
        read_with(&bytes, true).unwrap(),
    );
    assert!(without.assets.is_empty() && without.issues.is_empty());
    assert_eq!(without.towns, with.towns);
    assert_eq!(
        super::all_of(&without).lines().next(),
        super::all_of(&with).lines().next()
    );
    assert_eq!(without.summary, with.summary);
}

#[test]
fn an_asset_without_points_is_left_out_and_counted() {
    let map = quarter()
        .without('u')
        .without('v')
        .without('w')
        .without('x');
    let read = read_with(map.xml().as_bytes(), true).unwrap();
    assert_eq!(read.assets.len(), 2);
    assert!(read.issues.iter().any(|issue| {
        issue
            .message
            .starts_with("1 community assets of the road file have no point")
    }));
}

#[test]
fn a_file_cut_anywhere_is_an_error_or_holds_fewer_assets() {
    for bytes in [quarter().xml().into_bytes(), pbf(&quarter(), STYLES[0])] {
        for cut in 0..bytes.len() {
            if let Ok(read) = read_with(&bytes[..cut], true) {
                assert!(read.assets.len() <= 3);
            }
        }
    }
}

/// What the real files hold; the second figures are those of `ogrinfo`, whose areas are closed ways and multipolygons.
#[test]
fn real_files_hold_the_assets_that_another_program_finds_in_them() {
    let local = Grid::Local {
        lon: -8.61,
        lat: 41.15,
    };
    for (name, grid, expected) in [
        (
            "newport",
            Grid::BritishNational,
            Some([("library", 1), ("place_of_worship", 38)]),
        ),
        (
            "isle-of-man",
            Grid::BritishNational,
            Some([("library", 5), ("place_of_worship", 73)]),
        ),
        ("porto", local, None),
    ] {
        let Some(path) = super::files::shared(&format!("data/{name}/roads.osm.pbf")) else {
            return;
        };
        let read = read_map(&path, name, &grid, &profiles(), true, &mut |_, _| {}).unwrap();
        let mut kinds: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
        for asset in &read.assets {
            let drawn = ["osm-node", "osm-way", "osm-relation"];
            let place = drawn
                .iter()
                .position(|word| asset.key.starts_with(word))
                .unwrap();
            kinds.entry(&asset.kind).or_default()[place] += 1;
        }
        println!(
            "{name}: points, ways, relations {kinds:?}; {} towns; {:?}",
            read.towns.len(),
            read.issues
        );
        for (kind, areas) in expected.into_iter().flatten() {
            let [_, ways, relations] = kinds.get(kind).copied().unwrap_or_default();
            assert!(
                ways + relations <= areas,
                "{name} {kind}: {} of {areas}",
                ways + relations
            );
        }
        let plain = read_roads(&path, name, &grid, &profiles(), &mut |_, _| {}).unwrap();
        assert_eq!((plain.summary, &plain.towns), (read.summary, &read.towns));
        assert!(plain.assets.is_empty());
    }
}
