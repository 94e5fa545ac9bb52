//! Community assets and towns, from maps drawn by hand in each format and from real files.

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
        points: Vec::new(),
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
                "1 community asset of the road file is private, disused or abandoned and was left out",
                "1 community asset of the road file is drawn as a line that does not close and was left out",
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
            .starts_with("1 community asset of the road file has no point")
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

/// What the real files hold: libraries, places of worship, cafes, community centres and parks drawn as areas, as `ogrinfo` counts them in
/// its layer of closed ways and multipolygons.
#[test]
fn real_files_hold_the_assets_that_another_program_finds_in_them() {
    const KINDS: [&str; 5] = [
        "library",
        "place_of_worship",
        "cafe",
        "community_centre",
        "park",
    ];
    let local = Grid::Local {
        lon: -8.61,
        lat: 41.15,
    };
    for (name, grid, areas, points, towns) in [
        ("newport", Grid::BritishNational, [0, 38, 0, 7, 21], 97, 37),
        (
            "isle-of-man",
            Grid::BritishNational,
            [5, 73, 45, 12, 38],
            70,
            85,
        ),
        ("porto", local, [0; 5], 4, 8),
    ] {
        let Some(path) = super::files::shared(&format!("data/{name}/roads.osm.pbf")) else {
            return;
        };
        let read = read_map(&path, name, &grid, &profiles(), true, &mut |_, _| {}).unwrap();
        let drawn = |word: &'static str| {
            read.assets
                .iter()
                .filter(move |asset| asset.key.starts_with(word))
        };
        let found = KINDS.map(|kind| drawn("osm-way").filter(|asset| asset.kind == kind).count());
        assert_eq!(found, areas, "{name}");
        assert_eq!(
            (drawn("osm-node").count(), drawn("osm-relation").count()),
            (points, 0),
            "{name}"
        );
        assert_eq!(read.towns.len(), towns, "{name}");
        let plain = read_roads(&path, name, &grid, &profiles(), &mut |_, _| {}).unwrap();
        assert_eq!((plain.summary, &plain.towns), (read.summary, &read.towns));
        assert!(plain.assets.is_empty());
    }
}
