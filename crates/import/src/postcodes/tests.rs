//! Postcode files in the shapes they are published in, each a few rows long, and the real ones where they are at hand.

mod big;

use std::fs;
use std::io::Write as _;
use std::path::Path;

use catchment_core::grid::{Grid, GridPoint};
use catchment_core::issue::{Issue, Severity};

use super::{Around, Code, PostcodesRead, Standing, read};
use crate::report::FileCounts;
use crate::study_file::Postcodes;

/// The directory as it was until 2024, its texts in quotation marks.
const DIRECTORY: &str = "\
pcd,pcd2,pcds,dointr,doterm,oscty,ced,oslaua,osward,parish,usertype,oseast1m,osnrth1m,osgrdind,lat,long
\"NP204AA\",\"NP20 4AA\",\"NP20 4AA\",\"198001\",\"\",\"W99\",\"\",\"W06000022\",\"W05\",\"W04\",\"0\",331000,187000,1,51.5,-3.0
\"NP204AB\",\"NP20 4AB\",\"NP20 4AB\",\"198001\",\"200306\",\"W99\",\"\",\"W06000022\",\"W05\",\"W04\",\"0\",331010,187010,1,51.5,-3.0
\"NP204AD\",\"NP20 4AD\",\"NP20 4AD\",\"198001\",\"\",\"W99\",\"\",\"W06000022\",\"W05\",\"W04\",\"0\",331020,187020,5,51.5,-3.0
\"NP204AE\",\"NP20 4AE\",\"NP20 4AE\",\"198001\",\"\",\"W99\",\"\",\"W06000022\",\"W05\",\"W04\",\"1\",331030,187030,6,51.5,-3.0
\"NP204AF\",\"NP20 4AF\",\"NP20 4AF\",\"198001\",\"199606\",\"W99\",\"\",\"W06000022\",\"W05\",\"W04\",\"0\",331040,187040,8,51.5,-3.0
\"JE2 3AB\",\"JE2  3AB\",\"JE2 3AB\",\"198001\",\"\",\"L99\",\"\",\"L99999999\",\"L99\",\"L99\",\"0\",,,9,99.999999,0.0
\"BT1 1AA\",\"BT1  1AA\",\"BT1 1AA\",\"198001\",\"\",\"N99\",\"\",\"N09000003\",\"N08\",\"N99\",\"0\",333858,374173,1,54.6,-5.9
\"ZE1 0AA\",\"ZE1  0AA\",\"ZE1 0AA\",\"198001\",\"\",\"S99\",\"\",\"S12000027\",\"S13\",\"S99\",\"0\",447757,1141454,1,60.1,-1.1
";

const HERE: Around = Around {
    grid: Grid::BritishNational,
    frame: None,
};

fn around_newport() -> Around {
    Around {
        frame: Some(geo::Rect::new(
            (325_000.0, 180_000.0),
            (340_000.0, 195_000.0),
        )),
        ..HERE
    }
}

struct Outcome {
    read: PostcodesRead,
    counts: FileCounts,
    issues: Vec<Issue>,
}

impl Outcome {
    fn standing(&self, code: &str) -> Option<Standing> {
        let code = Code::from_ascii(code.as_bytes()).unwrap();
        self.read.geocoder.find(code).map(|(standing, _)| standing)
    }

    fn live(&self) -> Vec<&str> {
        let live = self.read.live.iter();
        live.map(|postcode| postcode.code.as_str()).collect()
    }

    fn notes(&self) -> String {
        let notes = self.issues.iter();
        let notes = notes.filter(|issue| issue.severity == Severity::Note);
        let notes: Vec<&str> = notes.map(|issue| issue.message.as_str()).collect();
        notes.join("\n")
    }
}

fn outcome_of(path: &Path, section: &Postcodes, around: Around) -> Outcome {
    let mut issues = Vec::new();
    let (read, counts) = read(path, section, around, &mut issues).unwrap();
    assert_eq!(
        counts.rows,
        counts.accepted + counts.repaired + counts.rejected,
        "{counts:?}"
    );
    assert!(counts.set_aside <= counts.accepted, "{counts:?}");
    Outcome {
        read,
        counts,
        issues,
    }
}

fn outcome(text: impl AsRef<[u8]>, around: Around) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("p.csv"), text).unwrap();
    outcome_of(folder.path(), &Postcodes::of("p.csv"), around)
}

#[test]
fn the_directory_is_recognised_and_nothing_in_it_is_lost() {
    let found = outcome(DIRECTORY, around_newport());
    assert!(
        found.notes().starts_with(
            "read as ONS Postcode Directory: pcds, oseast1m, osnrth1m, osgrdind, doterm\n"
        ),
        "{}",
        found.notes()
    );
    assert_eq!(found.live(), ["NP20 4AA", "NP20 4AD"]);
    assert_eq!(
        found.read.live[0].point,
        GridPoint {
            x: 331_000.0,
            y: 187_000.0
        }
    );
    assert_eq!(found.standing("NP20 4AB"), Some(Standing::Ended));
    assert_eq!(found.standing("NP20 4AD"), Some(Standing::Imprecise));
    assert_eq!(found.standing("NP20 4AE"), Some(Standing::SectorMean));
    assert_eq!(found.standing("NP20 4AF"), Some(Standing::Ended));
    assert_eq!(found.standing("JE2 3AB"), Some(Standing::NoPlace));
    // Its easting and northing are on the Irish Grid; on the British one they would lie off Liverpool.
    assert_eq!(found.standing("BT1 1AA"), Some(Standing::OffGrid));
    assert_eq!(found.standing("ZE1 0AA"), Some(Standing::Live));
    assert_eq!(found.standing("NP20 4ZZ"), None);
    assert_eq!(
        (
            found.counts.rows,
            found.counts.accepted,
            found.counts.set_aside
        ),
        (8, 8, 2)
    );
    assert!(
        found.notes().contains("2 of 8 postcodes are in use"),
        "{}",
        found.notes()
    );
    assert!(
        found
            .notes()
            .contains("1 off the study's grid, 1 more than 10 km"),
        "{}",
        found.notes()
    );
}

#[test]
fn northern_ireland_is_in_place_in_a_study_on_the_irish_grid() {
    let around = Around {
        grid: Grid::Irish,
        frame: None,
    };
    let found = outcome(DIRECTORY, around);
    assert_eq!(found.live(), ["BT1 1AA"]);
    assert_eq!(
        found.read.live[0].point,
        GridPoint {
            x: 333_858.0,
            y: 374_173.0
        }
    );
    assert_eq!(found.standing("NP20 4AA"), Some(Standing::OffGrid));
    // On a grid of the study's own both are converted, where it reaches.
    let (lon, lat) = (-3.0, 51.58);
    let around = Around {
        grid: Grid::Local { lon, lat },
        frame: None,
    };
    let found = outcome(DIRECTORY, around);
    let newport = &found.read.live[0];
    let degrees = around.grid.to_lon_lat(newport.point).unwrap();
    let back = Grid::BritishNational.to_grid(degrees).unwrap();
    assert_eq!(newport.code, "NP20 4AA");
    assert!((back.x - 331_000.0).hypot(back.y - 187_000.0) < 0.01);
    assert_eq!(found.standing("ZE1 0AA"), Some(Standing::OffGrid));
}

#[test]
fn the_lookup_is_recognised_whatever_its_case_and_year() {
    let old = "pcd,pcd2,pcds,dointr,doterm,usertype,oseast1m,osnrth1m,osgrdind,oa21,cty,laua\nNP204AA,NP20 4AA,NP20 4AA,198001,,0,331000,187000,1,W00,W99,W06000022\n";
    let new = "\u{feff}pcd7,pcd8,pcds,dointr,doterm,usrtypind,east1m,north1m,gridind,oa21cd,cty25cd,lad25cd\r\nNP204AA,NP20 4AA,NP20 4AA,198001,,0,331000,187000,1,W00,W99,W06000022\r\n";
    for text in [
        old.to_owned(),
        old.replace("pcd", "PCD").replace("oseast1m", "OSEAST1M"),
        new.to_owned(),
    ] {
        let found = outcome(&text, HERE);
        assert!(
            found
                .notes()
                .starts_with("read as National Statistics Postcode Lookup: "),
            "{}",
            found.notes()
        );
        assert_eq!(found.live(), ["NP20 4AA"]);
        assert_eq!((found.counts.rows, found.counts.accepted), (1, 1));
    }
    let directory = new.replace("lad25cd", "parncp25cd");
    assert!(
        outcome(directory, HERE)
            .notes()
            .starts_with("read as ONS Postcode Directory: ")
    );
}

/// Code-Point Open as it is downloaded.
const CODE_POINT: &str = "\
\"NP20 4AA\",10,331000,187000,\"W92000004\",\"\",\"W11000028\",\"\",\"W06000022\",\"W05001641\"
\"NP20 4AB\",50,331100,187100,\"W92000004\",\"\",\"W11000028\",\"\",\"W06000022\",\"W05001641\"
\"NP20 4AD\",60,331200,187200,\"W92000004\",\"\",\"W11000028\",\"\",\"W06000022\",\"W05001641\"
\"NP20 4AE\",90,0,0,\"W92000004\",\"\",\"\",\"\",\"\",\"\"
";

#[test]
fn code_point_is_recognised_with_a_header_and_without() {
    let long = "Postcode,Positional_quality_indicator,Eastings,Northings,Country_code,NHS_regional_HA_code,NHS_HA_code,Admin_county_code,Admin_district_code,Admin_ward_code\n";
    let short = "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\n";
    for (header, first) in [("", 1), (long, 2), (short, 2)] {
        let text = format!(
            "{header}{CODE_POINT}\"NP20 4A1\",10,331000,187000,\"\",\"\",\"\",\"\",\"\",\"\"\n"
        );
        let found = outcome(&text, HERE);
        assert!(
            found.notes().starts_with("read as Code-Point Open"),
            "{}",
            found.notes()
        );
        assert_eq!(found.live(), ["NP20 4AA", "NP20 4AB"]);
        assert_eq!(found.standing("NP20 4AB"), Some(Standing::Imprecise));
        assert_eq!(found.standing("NP20 4AD"), Some(Standing::SectorMean));
        // Accepted and graded, not rejected.
        assert_eq!(found.standing("NP20 4AE"), Some(Standing::NoPlace));
        assert_eq!(
            (
                found.counts.rows,
                found.counts.accepted,
                found.counts.rejected
            ),
            (5, 4, 1)
        );
        let rejected = found
            .issues
            .iter()
            .find(|issue| issue.severity == Severity::RowRejected)
            .unwrap();
        assert_eq!(rejected.row, Some(first + 4));
        assert!(rejected.message.contains("\"NP20 4A1\""), "{rejected}");
    }
}

#[test]
fn a_table_of_ones_own_may_end_postcodes_and_name_its_columns() {
    let folder = tempfile::tempdir().unwrap();
    let text = "Where,X,Y,Q,Gone\nNP20 4AA,331000.25,187000,,\nNP20 4AB,331000,187000,10,2019-01\nNP20 4AD,331000,,10,\nBT1 1AA,333858,374173,,\nNP20 4AE,331000,187000,good,\n";
    fs::write(folder.path().join("p.csv"), text).unwrap();
    let named = |name: &str| Some(name.to_owned());
    let section = Postcodes {
        postcode: named("Where"),
        easting: named("X"),
        northing: named("Y"),
        quality: named("Q"),
        ended: named("Gone"),
        ..Postcodes::of("p.csv")
    };
    let found = outcome_of(folder.path(), &section, HERE);
    assert_eq!(found.live(), ["NP20 4AA", "NP20 4AE"]);
    assert_eq!(
        found.read.live[0].point,
        GridPoint {
            x: 331_000.25,
            y: 187_000.0
        }
    );
    assert_eq!(found.standing("NP20 4AB"), Some(Standing::Ended));
    // Northern Ireland has never been on the British grid, in whatever table.
    assert_eq!(found.standing("BT1 1AA"), Some(Standing::OffGrid));
    assert_eq!((found.counts.accepted, found.counts.rejected), (4, 1));
    assert!(
        found.notes().contains("1 rows have a quality"),
        "{}",
        found.notes()
    );
    // A column that the study file names wins over the one that is known.
    let text = DIRECTORY.replace("lat,long", "mine,long");
    fs::write(folder.path().join("p.csv"), text).unwrap();
    let section = Postcodes {
        ended: named("mine"),
        ..Postcodes::of("p.csv")
    };
    let found = outcome_of(folder.path(), &section, HERE);
    assert!(
        found.notes().contains("osgrdind, mine"),
        "{}",
        found.notes()
    );
    assert_eq!(found.standing("NP20 4AA"), Some(Standing::Ended));
    let section = Postcodes {
        ended: named("nowhere"),
        ..Postcodes::of("p.csv")
    };
    let issue = read(folder.path(), &section, HERE, &mut Vec::new()).unwrap_err();
    assert_eq!(issue.severity, Severity::FileUnusable);
}

fn zipped(path: &Path, files: &[(&str, &str)]) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, text) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn a_zip_and_a_folder_are_read_as_they_are_downloaded() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("CSV");
    fs::create_dir(&data).unwrap();
    fs::write(data.join("np.csv"), CODE_POINT).unwrap();
    let bh = "\"BH1 1AA\",10,409722,92041,\"\",\"\",\"\",\"\",\"\",\"\"\n\"NP20 4AA\",10,1,1,\"\",\"\",\"\",\"\",\"\",\"\"\n";
    fs::write(data.join("bh.csv"), bh).unwrap();
    fs::write(data.join("notes.csv"), "a,b\n1,2\n").unwrap();
    let found = outcome_of(folder.path(), &Postcodes::of("CSV"), HERE);
    assert_eq!(found.live(), ["BH1 1AA", "NP20 4AA", "NP20 4AB"]);
    assert_eq!(
        (
            found.counts.rows,
            found.counts.accepted,
            found.counts.rejected
        ),
        (6, 5, 1)
    );
    assert!(found.notes().contains("2 files of it"), "{}", found.notes());
    let twin = found
        .issues
        .iter()
        .find(|issue| issue.severity == Severity::RowRejected)
        .unwrap();
    assert_eq!(
        (twin.row, twin.message.as_str()),
        (
            Some(1),
            "np.csv: NP20 4AA stands in row 2 of bh.csv too, which is kept"
        )
    );

    zipped(
        &folder.path().join("o.zip"),
        &[
            ("Data/ONSPD_UK.csv", DIRECTORY),
            ("Data/multi_csv/ONSPD_UK_NP.csv", DIRECTORY),
            ("Documents/names.csv", "code,name\nW06000022,Newport\n"),
            ("readme.txt", "hello"),
        ],
    );
    let found = outcome_of(folder.path(), &Postcodes::of("o.zip"), around_newport());
    assert_eq!((found.counts.rows, found.counts.accepted), (8, 8));
    assert!(
        found
            .notes()
            .contains("from Data/ONSPD_UK.csv; 1 more postcode files"),
        "{}",
        found.notes()
    );

    // Code-Point Open: its headers stand in a file of their own, further out than its rows.
    let headers = "PC,PQ,EA,NO,CY,RH,LH,CC,DC,WC\nPostcode,Positional_quality_indicator,Eastings,Northings,Country_code,,,,,\n";
    zipped(
        &folder.path().join("c.zip"),
        &[
            ("Doc/Code-Point_Open_Column_Headers.csv", headers),
            ("Data/CSV/np.csv", CODE_POINT),
            ("Data/CSV/bh.csv", bh),
        ],
    );
    let found = outcome_of(folder.path(), &Postcodes::of("c.zip"), HERE);
    assert_eq!(found.live(), ["BH1 1AA", "NP20 4AA", "NP20 4AB"]);
    assert_eq!(found.counts.rows, 6);

    // A row of millions of letters is refused long before it is unpacked.
    let bomb = format!("{DIRECTORY}{}", "x".repeat(64 << 20));
    zipped(&folder.path().join("b.zip"), &[("ONSPD.csv", &bomb)]);
    assert!(fs::metadata(folder.path().join("b.zip")).unwrap().len() < 1 << 20);
    let issue = read(
        folder.path(),
        &Postcodes::of("b.zip"),
        HERE,
        &mut Vec::new(),
    )
    .unwrap_err();
    assert!(issue.message.contains("a row longer than"), "{issue}");

    let whole = fs::read(folder.path().join("o.zip")).unwrap();
    for tenth in 0..10 {
        fs::write(
            folder.path().join("o.zip"),
            &whole[..whole.len() * tenth / 10],
        )
        .unwrap();
        let cut = read(
            folder.path(),
            &Postcodes::of("o.zip"),
            HERE,
            &mut Vec::new(),
        );
        assert_eq!(cut.unwrap_err().severity, Severity::FileUnusable);
    }
}

#[test]
fn a_file_cut_anywhere_loses_no_row_in_silence() {
    for tenth in 1..10 {
        let text = &DIRECTORY[..DIRECTORY.len() * tenth / 10];
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("p.csv"), text).unwrap();
        let mut issues = Vec::new();
        let Ok((_, counts)) = read(folder.path(), &Postcodes::of("p.csv"), HERE, &mut issues)
        else {
            continue;
        };
        assert_eq!(counts.rows, text.lines().count() as u64 - 1);
        assert_eq!(counts.rows, counts.accepted + counts.rejected);
    }
}

#[test]
fn twins_are_rejected_and_the_better_known_is_kept() {
    let row = |code: &str, end: &str, east: u32| {
        format!("{code},{code},{code},198001,{end},,,,,,0,{east},187000,1,,\n")
    };
    let text = [
        DIRECTORY.lines().next().unwrap(),
        "\n",
        &row("NP20 4AA", "200001", 331_000),
        &row("NP20 4AA", "", 331_500),
        &row("NP20 4AA", "", 331_900),
    ]
    .concat();
    let found = outcome(text, HERE);
    assert_eq!(found.read.live.len(), 1);
    let kept = GridPoint {
        x: 331_500.0,
        y: 187_000.0,
    };
    assert_eq!(found.read.live[0].point, kept);
    assert_eq!(
        (
            found.counts.rows,
            found.counts.accepted,
            found.counts.rejected
        ),
        (3, 1, 2)
    );
    let rejected: Vec<Option<u64>> = found
        .issues
        .iter()
        .filter(|issue| issue.severity == Severity::RowRejected)
        .map(|issue| issue.row)
        .collect();
    assert_eq!(rejected, [Some(2), Some(4)]);
}

#[test]
fn swapped_columns_make_the_file_unusable() {
    let folder = tempfile::tempdir().unwrap();
    let text = "postcode,easting,northing\nNP20 4AA,187000,331000\n";
    fs::write(folder.path().join("p.csv"), text).unwrap();
    let issue = read(
        folder.path(),
        &Postcodes::of("p.csv"),
        around_newport(),
        &mut Vec::new(),
    )
    .unwrap_err();
    assert!(issue.message.contains("swapped"), "{issue}");
}
