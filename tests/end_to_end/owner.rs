//! What is about single people leaves into a file of its owner alone, or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use catchment_core::journey::Journeys;
use catchment_core::study::Study;

use crate::folder::{Said, catchment, small_demo, text};
use crate::matrix::{ask_of, figures, table, told};

/// A study of its own, so that nobody else writes into its log, and a folder for files with the one that homes go to.
struct Own {
    study: tempfile::TempDir,
    folder: tempfile::TempDir,
    file: PathBuf,
    log: PathBuf,
}

impl Own {
    fn new() -> Self {
        let (study, folder) = (small_demo(), tempfile::tempdir().unwrap());
        Self {
            file: folder.path().join("homes.csv"),
            log: study.path().join(".catchment/owner-files.log"),
            study,
            folder,
        }
    }

    /// The same with the journeys of homes in the file.
    fn with_homes() -> Self {
        let own = Self::new();
        let said = own.ask(&homes_to(&own.file));
        let told = (said.code, said.out.as_str());
        assert_eq!(told, (Some(0), ""), "{}", said.err);
        own
    }

    fn ask(&self, arguments: &[&str]) -> Said {
        ask_of(self.study.path(), arguments)
    }

    fn logged(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    fn written(&self) -> Vec<BTreeMap<String, String>> {
        table(&fs::read_to_string(&self.file).unwrap())
    }

    fn built(&self) -> Study {
        catchment_import::open(self.study.path()).unwrap()
    }
}

/// Asks for the journeys of homes, into a file.
fn homes_to(file: &Path) -> [&str; 6] {
    [
        "--from",
        "homes",
        "--to",
        "sites",
        "--owner-file",
        text(file),
    ]
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn homes_leave_only_into_a_file_that_its_owner_alone_can_read_and_each_use_is_logged() {
    let own = Own::new();
    let study = &own.built();
    let homes = homes_to(&own.file);
    let refused = own.ask(&[&homes[..4], &["-o", homes[5]]].concat());
    assert!(
        refused.code == Some(1) && !own.file.exists() && !own.log.exists(),
        "{}",
        refused.err
    );

    let said = own.ask(&homes);
    let told_there = (said.code, said.out.as_str());
    assert_eq!(told_there, (Some(0), ""), "{}", said.err);
    assert_eq!((mode(&own.file), mode(&own.log)), (0o600, 0o600));
    let written = own.written();
    let users = study.parts().users.rows();
    let sites = study.parts().sites.len();
    assert_eq!(written.len(), users.len() * sites);
    let journeys = Journeys::compute(study, study.user_snaps());
    for (user, rows) in written.chunks(sites).enumerate() {
        for (row, journey) in rows.iter().zip(journeys.from_start(user)) {
            assert_eq!(row["from"], users[user].key);
            match journey {
                Ok(journey) => assert_eq!(told(row), figures(journey.road)),
                Err(_) => assert_ne!(row["why"], ""),
            }
        }
    }
    let logged = own.logged();
    let fields: Vec<&str> = logged.trim_end().split('\t').collect();
    assert_eq!(fields.len(), 6, "{logged}");
    assert_eq!(
        fields[2..4],
        [
            "matrix from homes to sites",
            study.parts().settings.profile.as_str()
        ]
    );
    assert!(
        fields[0].ends_with('Z') && fields[1].contains("uid"),
        "{logged}"
    );
    let rounded = (users.len() + 5) / 10 * 10;
    assert_eq!(fields[4], format!("about {rounded} people"));
    for user in users {
        assert!(!logged.contains(&user.key) && !said.err.contains(&user.key));
    }
}

#[test]
fn an_owners_file_stands_nowhere_that_others_look_into() {
    let own = Own::with_homes();
    let logged = own.logged();
    // Whoever may not see it is not shown it by another name.
    let export = own.folder.path().join("layers");
    let exported = catchment(["export", text(own.study.path()), "-o", text(&export)]);
    assert_eq!(exported.code, Some(0), "{}", exported.err);
    fs::create_dir(export.join("inner")).unwrap();
    let link = own.folder.path().join("link.csv");
    std::os::unix::fs::symlink(own.folder.path().join("elsewhere.csv"), &link).unwrap();
    for (path, words) in [
        (export.join("homes.csv"), "holds an export"),
        (export.join("inner/homes.csv"), "holds an export"),
        (link, "is a link"),
        ("-".into(), "standard output"),
        ("/dev/stdout".into(), ""),
        ("/dev/null".into(), "device"),
        (own.file.clone(), "--overwrite"),
        (own.folder.path().to_owned(), "is a folder"),
    ] {
        let said = own.ask(&homes_to(&path));
        assert_eq!(
            (said.code, said.out.as_str()),
            (Some(1), ""),
            "{}",
            path.display()
        );
        assert!(said.err.contains(words), "{}", said.err);
    }
    assert!(
        !export.join("homes.csv").exists() && !own.folder.path().join("elsewhere.csv").exists()
    );
    assert_eq!(own.logged(), logged);
}

#[test]
fn an_owners_file_that_others_could_read_is_replaced_by_one_that_they_cannot() {
    let own = Own::with_homes();
    let people_known = own.built().parts().users.len();
    // A file that others could read is replaced by one that they cannot.
    fs::set_permissions(&own.file, fs::Permissions::from_mode(0o644)).unwrap();
    let more = ["--overwrite", "--k", "1", "--profile", "walk"];
    let again = own.ask(&[&homes_to(&own.file)[..], &more].concat());
    let told_there = (again.code, mode(&own.file));
    assert_eq!(told_there, (Some(0), 0o600), "{}", again.err);
    let written = own.written();
    let people: BTreeSet<&str> = written.iter().map(|row| row["from"].as_str()).collect();
    assert_eq!(people.len(), people_known);
    assert_eq!(own.logged().lines().count(), 2);
}

#[test]
fn points_of_ones_own_go_into_an_owners_file_where_that_is_asked_for() {
    let own = Own::new();
    let users = own.built().parts().users.rows().to_vec();
    // Anything else goes there too where it is asked for.
    let points = own.folder.path().join("points.csv");
    let point = users[0].home;
    fs::write(
        &points,
        format!(
            "id,easting,northing\nsecret,{},{}\nsecret,1,2\n",
            point.x, point.y
        ),
    )
    .unwrap();
    let goes = own.folder.path().join("own.csv");
    let said = own.ask(&[
        "--from",
        text(&points),
        "--to",
        "sites",
        "--owner-file",
        text(&goes),
    ]);
    assert_eq!((said.code, mode(&goes)), (Some(0), 0o600), "{}", said.err);
    assert!(
        !said.err.contains("secret") && said.err.contains("row 3"),
        "{}",
        said.err
    );
}
