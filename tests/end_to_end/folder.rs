//! Runs the program and keeps the demo that several tests look at.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// What the program said, and how it ended.
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) code: Option<i32>,
}

/// Runs the program to its end.
pub(crate) fn catchment<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Said {
    said(&command().args(arguments).output().unwrap())
}

/// The program, ready to be given arguments.
pub(crate) fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_catchment"))
}

pub(crate) fn said(output: &Output) -> Said {
    Said {
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        code: output.status.code(),
    }
}

/// Writes and builds a small demo in a folder of its own.
pub(crate) fn small_demo() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = text(folder.path());
    let said = catchment(["demo", "--no-serve", "--scale", "0.1", "--dir", path]);
    assert_eq!(said.code, Some(0), "{}", said.err);
    folder
}

/// The whole demo, written and built once for all tests, and what was said then.
pub(crate) fn whole_demo() -> &'static (PathBuf, String) {
    static DEMO: OnceLock<(PathBuf, String)> = OnceLock::new();
    DEMO.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).unwrap();
        }
        let said = catchment(["demo", "--no-serve", "--dir", text(&folder)]);
        assert_eq!(said.code, Some(0), "{}", said.err);
        (folder, said.out)
    })
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Finds the shared data, or says that a test is skipped.
pub(crate) fn shared(test: &str) -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("CATCHMENT_SHARED").map_or(default, PathBuf::from);
    let found = shared.join("data").is_dir();
    if !found {
        println!(
            "SKIP {test}: no shared data at {}; set CATCHMENT_SHARED",
            shared.display()
        );
    }
    found.then_some(shared)
}
