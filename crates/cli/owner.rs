//! Where an owner's file goes: a new file that nobody but its owner may read, and a line in the log of the study.
//!
//! What is written comes sealed from `catchment_release` and is never seen here. This module chooses the files: it refuses standard
//! output, devices, links and what lies in a folder of an export, writes under a temporary name and keeps `.catchment/owner-files.log`.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use catchment_import::{HalfWritten, clear_leftovers, private_folder};
use catchment_release::{OwnerFile, OwnerTable, OwnerUse};
use clap::Args;

use crate::out::beside;

/// The log of owner's files, within the study's folder.
const LOG: &str = "owner-files.log";

/// How the help of a verb explains owner's files.
pub(crate) const HELP: &str = "\
An owner's file has rows about single people. It is for whoever owns the data and for nobody
else: only you can read the file, whatever file it takes the place of; it is never shown, served
or exported, and each use is noted in .catchment/owner-files.log in the study's folder (when, who,
what was asked, about how many people; nobody's name). Delete it when it has done its work.";

/// Where an owner's file is to go.
#[derive(Args, Clone, Debug, Default)]
#[group(id = "owner")]
pub(crate) struct Target {
    /// Write into this file, which you alone can read, instead of to standard output; needed for people's homes
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    pub(crate) owner_file: Option<PathBuf>,
}

/// A file that nobody but its owner may read, begun; with the log.
pub(crate) struct Private {
    half: HalfWritten,
    file: File,
    log: File,
    log_path: PathBuf,
    path: PathBuf,
    overwrite: bool,
}

impl Private {
    /// Begins the file and opens the log. Call it before the work starts.
    ///
    /// # Errors
    /// Where the file would be shown to others, is there and may not be overwritten, or cannot be written, and where the log cannot.
    pub(crate) fn start(study: &Path, path: &Path, overwrite: bool) -> anyhow::Result<Self> {
        let cannot = || format!("cannot write {}", path.display());
        refuse_what_others_see(path, overwrite)?;
        let (folder, prefix) = beside(path)?;
        let log = open_log(study).with_context(|| {
            let log = study.join(catchment_import::PRIVATE_FOLDER).join(LOG);
            format!(
                "each use of an owner's file is logged, and {} cannot be written",
                log.display()
            )
        })?;
        clear_leftovers(folder, &prefix);
        let half = HalfWritten::start(folder, &prefix).with_context(cannot)?;
        let file = half.handle().with_context(cannot)?;
        if !cfg!(unix) {
            eprintln!(
                "note: this system has no permissions that this program can set: {} can be read by whoever may read its folder",
                path.display()
            );
        }
        Ok(Self {
            half,
            file,
            log,
            log_path: study.join(catchment_import::PRIVATE_FOLDER).join(LOG),
            path: path.to_owned(),
            overwrite,
        })
    }

    /// Logs the use, writes what is sealed and gives the file its name.
    pub(crate) fn write<T: OwnerTable>(
        self,
        sealed: OwnerFile<T>,
        verb: &str,
        profile: &str,
    ) -> anyhow::Result<()> {
        let at = jiff::Timestamp::now();
        let at = at.round(jiff::Unit::Second).unwrap_or(at).to_string();
        let who = who(&self.file);
        let used = OwnerUse {
            at: &at,
            who: &who,
            verb,
            profile,
        };
        sealed.write_into(&self.file, &self.log, &used)?;
        let end = self.half.sync().and_then(|()| {
            if self.overwrite {
                self.half.finish(&self.path)
            } else {
                self.half.finish_new(&self.path)
            }
        });
        end.with_context(|| format!("cannot write {}", self.path.display()))?;
        eprintln!(
            "wrote {}, which you alone can read; the use is noted in {}",
            self.path.display(),
            self.log_path.display()
        );
        Ok(())
    }
}

/// Refuses a name under which others would see the file.
fn refuse_what_others_see(path: &Path, overwrite: bool) -> anyhow::Result<()> {
    let shown = path.display();
    if path == Path::new("-") {
        bail!("an owner's file is never written to standard output; name a file");
    }
    if let Ok(there) = fs::symlink_metadata(path) {
        if there.is_dir() {
            bail!("{shown} is a folder; name a file in it");
        }
        if !there.is_file() {
            bail!(
                "{shown} is a link, a device or a pipe, and an owner's file is none of them; name a new file"
            );
        }
        if !overwrite {
            bail!("{shown} is there already; choose another name, or say --overwrite");
        }
    }
    let (folder, _) = beside(path)?;
    let folder = fs::canonicalize(folder)
        .with_context(|| format!("cannot write {shown}: its folder cannot be looked into"))?;
    if ["/dev", "/proc", "/sys"]
        .iter()
        .any(|system| folder.starts_with(system))
    {
        bail!("{shown} is no ordinary file; name a new file in a folder of your own");
    }
    // An export has a passport beside every layer; what lies there, or below it, is made to be handed on.
    if let Some(exported) = folder.ancestors().find(|folder| is_export(folder)) {
        bail!(
            "{} holds an export, which is made to be handed on; an owner's file goes elsewhere",
            exported.display()
        );
    }
    Ok(())
}

fn is_export(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name())
        .any(|name| name.to_string_lossy().ends_with(".passport.json"))
}

fn open_log(study: &Path) -> io::Result<File> {
    let path = private_folder(study)?.join(LOG);
    if fs::symlink_metadata(&path).is_ok_and(|there| !there.is_file()) {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "it is there and is no ordinary file",
        ));
    }
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Returns the name that the system knows the person at the machine by: the owner of a file that was just made.
#[cfg(unix)]
fn who(file: &File) -> String {
    use std::os::unix::fs::MetadataExt;
    let Ok(number) = file.metadata().map(|about| about.uid()) else {
        return "unknown".to_owned();
    };
    let known = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let name = known.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(number)).then(|| name.to_owned())
    });
    // Users of a directory service are in no file; then the session's word is all there is, and the number says who it is.
    let name = name.or_else(|| std::env::var("USER").ok());
    name.map_or_else(
        || format!("uid {number}"),
        |name| format!("{name} (uid {number})"),
    )
}

#[cfg(not(unix))]
fn who(_file: &File) -> String {
    std::env::var("USERNAME").unwrap_or_else(|_| "unknown".to_owned())
}
