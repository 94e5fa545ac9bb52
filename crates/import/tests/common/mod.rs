//! A small study that a person can read, written into a folder of its own.
//!
//! ```text
//!   y (km)   west ward      | east ward
//!   102      C ----- D ----- E          streets 1 km apart, two ways
//!   101      |               |
//!   100      A ----- B ----- F          A is at 450 000, 100 000
//! ```

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use catchment_core::grid::{Grid, GridPoint};
use catchment_core::issue::{Issue, Severity};
use catchment_import::{ReadStudy, read};

pub(crate) struct Folder {
    folder: tempfile::TempDir,
}

const STUDY: &str = r#"
[study]
title = "Two wards"
reference_date = 2023-03-06
grid = "british-national"

[roads]
file = "roads.osm"

[[areas]]
id = "ward"
kind = "ward"
vintage = "2025"
file = "wards.geojson"
code = "code"
name = "name"

[population]
file = "population.csv"
areas = "ward"
code = "code"
total = "total"
bands = [{ label = "65 and over", first = "65", last = "90+" }]

[[deprivation]]
id = "imd"
index = "Index 2025"
file = "deprivation.csv"
areas = "ward"
code = "code"
decile = "decile"

[postcodes]
file = "postcodes.csv"
postcode = "postcode"
easting = "easting"
northing = "northing"

[providers]
file = "providers.csv"

[service_users]
file = "service_users.csv"

[attendances]
file = "attendances.csv"
"#;

impl Folder {
    /// Writes the study with nothing wrong in it.
    pub(crate) fn sound() -> Self {
        let this = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        this.write("study.toml", STUDY);
        this.write("roads.osm", roads());
        this.write("wards.geojson", wards());
        this.write(
            "population.csv",
            "code,total,64,65,66,90+\nW1,100,70,10,10,10\nW2,50,40,5,5,0\n",
        );
        this.write("deprivation.csv", "code,decile\nW1,1\nW2,9\n");
        this.write(
            "postcodes.csv",
            "postcode,easting,northing\nQZ1 1AA,450100,100020\nQZ1 1AB,450100,101900\nQZ2 1AA,451900,100020\n",
        );
        this.write(
            "providers.csv",
            "service_id,service_name,operator,operator_group,category,hourly_rate,places,postcode,easting,northing\n\
             S1,North Room,Trading Ltd,Trading company,Day service,20.21,12,,450500,102010\n\
             S2,East Room,Other CIC,Independent,Community,£9.51,,QZ2 1AA,,\n",
        );
        this.write(
            "service_users.csv",
            "user_id,postcode,easting,northing,support_group\nP1,QZ1 1AA,,,Dementia\nP2,,450110,101910,Autism\n",
        );
        this.write(
            "attendances.csv",
            "user_id,service_id,from,to,weekday,start,end,hours\nP1,S1,2022-01-01,,Mon,09:30,15:30,6\nP2,S2,06/03/2022,,Tue,10:00,12:00,2\n",
        );
        this
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.file(name), text).unwrap();
    }

    /// Exchanges a text in a file, which must be there.
    pub(crate) fn exchange(&self, name: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.file(name)).unwrap();
        assert!(text.contains(old), "{name} has no {old}");
        self.write(name, text.replace(old, new));
    }

    pub(crate) fn read(&self) -> ReadStudy {
        read(self.path(), &mut |_, _, _| {}).unwrap()
    }

    /// Reads the study and returns the issues that are more than notes.
    pub(crate) fn issues(&self) -> Vec<Issue> {
        self.read()
            .report
            .issues
            .into_iter()
            .filter(|issue| issue.severity > Severity::Note)
            .collect()
    }
}

fn degrees(x: f64, y: f64) -> (f64, f64) {
    let position = Grid::BritishNational
        .to_lon_lat(GridPoint { x, y })
        .unwrap();
    (position.lon, position.lat)
}

fn roads() -> String {
    let nodes = [
        (450_000.0, 100_000.0),
        (451_000.0, 100_000.0),
        (450_000.0, 102_000.0),
        (451_000.0, 102_000.0),
        (452_000.0, 102_000.0),
        (452_000.0, 100_000.0),
    ];
    let mut text = String::from("<osm version=\"0.6\">\n");
    for (id, (x, y)) in (1..).zip(nodes) {
        let (lon, lat) = degrees(x, y);
        writeln!(
            text,
            "<node id=\"{id}\" lat=\"{lat:.7}\" lon=\"{lon:.7}\"/>"
        )
        .unwrap();
    }
    for (id, way) in (1..).zip([[1, 2], [2, 6], [1, 3], [3, 4], [4, 5], [5, 6]]) {
        let [from, to] = way;
        writeln!(
            text,
            "<way id=\"{id}\"><nd ref=\"{from}\"/><nd ref=\"{to}\"/><tag k=\"highway\" v=\"residential\"/></way>"
        )
        .unwrap();
    }
    text + "</osm>\n"
}

fn wards() -> String {
    let ward = |code: &str, name: &str, west: f64, east: f64| {
        let corners = [
            (west, 99_000.0),
            (east, 99_000.0),
            (east, 103_000.0),
            (west, 103_000.0),
            (west, 99_000.0),
        ];
        let ring: Vec<String> = corners
            .iter()
            .map(|(x, y)| degrees(*x, *y))
            .map(|(lon, lat)| format!("[{lon:.7},{lat:.7}]"))
            .collect();
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{code}\",\"name\":\"{name}\"}},\"geometry\":{{\"type\":\"Polygon\",\"coordinates\":[[{}]]}}}}",
            ring.join(",")
        )
    };
    format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{},{}]}}",
        ward("W1", "West", 449_000.0, 451_000.0),
        ward("W2", "East", 451_000.0, 453_000.0)
    )
}
