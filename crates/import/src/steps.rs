//! Import steps: each is read when something it depends on has changed, and otherwise taken from its record.
//!
//! A step is one reader of one file. Its [`Key`] is a hash of the file's bytes, of the options it is read with, of the keys of the steps
//! whose values it uses and of the code of all readers (`build.rs` hashes that). What a step gave, its value and everything it found, is
//! in its record, so that a build in which nothing was read again gives the same bundle and the same report, byte for byte.
//!
//! A reader stays a plain function that knows nothing of this. A value is decoded when somebody asks for it. Which steps there are, and
//! in which order, is said in `read`.

use std::cell::{Cell, OnceCell};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use catchment_core::issue::{Issue, Severity};
use catchment_core::provenance::Input;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::input::Before;
use crate::read::Progress;
use crate::records::{Encoded, Found, Key, Record, Records};
use crate::report::{FileCounts, Report};
use crate::study_file::{Origin, to_date};

/// The hash of the code that reads.
const CODE: &str = env!("CATCHMENT_READING_CODE");

/// How a value is turned into bytes and back.
pub(crate) struct Codec<T> {
    pub(crate) encode: fn(&T) -> postcard::Result<Vec<u8>>,
    pub(crate) decode: fn(&[u8]) -> Option<T>,
}

/// The codec of what can be serialised as it is.
pub(crate) fn plain<T: Serialize + DeserializeOwned>() -> Codec<T> {
    Codec {
        encode: |value| postcard::to_stdvec(value),
        decode: |bytes| whole(bytes),
    }
}

/// Decodes all of the bytes.
pub(crate) fn whole<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Some(value),
        _ => None,
    }
}

/// What there is to do.
pub(crate) struct Task<'a> {
    /// The part the file plays, in the words of the study file: `roads`, `areas.ward`. No two steps have the same.
    pub(crate) role: &'a str,
    /// What is said while it is done.
    pub(crate) doing: &'a str,
    /// The file, relative to the study's folder.
    pub(crate) file: &'a str,
    /// Everything else that the reader is told, but for what comes from other steps.
    pub(crate) options: String,
    /// The keys of the steps whose values the reader uses.
    pub(crate) needs: Vec<Key>,
}

/// What a reader says besides its value and its issues.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) counts: Option<FileCounts>,
    pub(crate) roads: Vec<String>,
}

impl From<FileCounts> for Said {
    fn from(counts: FileCounts) -> Self {
        Self {
            counts: Some(counts),
            roads: Vec::new(),
        }
    }
}

/// A step that was done, now or by an earlier build.
pub(crate) struct Step<T> {
    key: Key,
    value: OnceCell<T>,
    encoded: Arc<Encoded>,
    decode: fn(&[u8]) -> Option<T>,
    /// The file, where it was not read.
    unread: Option<Unread>,
    again: OnceCell<T>,
    damaged: Rc<Cell<bool>>,
}

struct Unread {
    folder: PathBuf,
    file: String,
    before: Before,
}

impl<T> Step<T> {
    /// Returns the key.
    pub(crate) fn key(&self) -> Key {
        self.key
    }

    /// Says whether its file was read now.
    pub(crate) fn was_read(&self) -> bool {
        self.unread.is_none()
    }

    /// Returns the value as it is stored.
    pub(crate) fn encoded(&self) -> &Arc<Encoded> {
        &self.encoded
    }
}

impl<T: Default> Step<T> {
    /// Returns the value: the reader's own, or what its record has of it.
    pub(crate) fn value(&self) -> &T {
        self.value
            .get_or_init(|| self.or_damaged((self.decode)(self.encoded.bytes())))
    }

    /// Returns the value as the reader gives it, with what no record keeps. Where the step was not read, its file is read for it now;
    /// what that finds is in the record already.
    pub(crate) fn as_read<S>(
        &self,
        read: impl FnOnce(&Path, &mut Vec<Issue>) -> Result<(T, S), Issue>,
    ) -> &T {
        let Some(Unread {
            folder,
            file,
            before,
        }) = &self.unread
        else {
            return self.value();
        };
        self.again.get_or_init(|| {
            let value = read(folder, &mut Vec::new()).ok().map(|(value, _)| value);
            self.or_damaged(value.filter(|_| before.still(&folder.join(file))))
        })
    }

    fn or_damaged(&self, value: Option<T>) -> T {
        value.unwrap_or_else(|| {
            self.damaged.set(true);
            T::default()
        })
    }
}

/// What was done for one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepDone {
    /// The part its file plays, in the words of the study file: `roads`, `areas.ward` and so on.
    pub role: String,
    /// Whether the file was read, because something it depends on has changed since it was read last.
    pub read: bool,
}

/// Goes through the steps of one study, and gathers what they find.
pub(crate) struct Steps<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) report: Report,
    pub(crate) inputs: Vec<Input>,
    pub(crate) done: Vec<StepDone>,
    records: Records,
    fresh: bool,
    code: &'a str,
    files: BTreeMap<String, Option<Before>>,
    new: Vec<Record>,
    used: BTreeSet<Key>,
    damaged: Rc<Cell<bool>>,
}

/// The records of a study, as they are to be after a build.
pub(crate) struct Kept {
    /// Records that are not on the disk yet.
    pub(crate) new: Vec<Record>,
    /// The keys of all records in use.
    pub(crate) used: BTreeSet<Key>,
}

impl<'a> Steps<'a> {
    /// Starts with what an earlier build left; where `fresh`, everything is read again.
    pub(crate) fn start(folder: &'a Path, report: Report, fresh: bool) -> Self {
        Self {
            folder,
            report,
            inputs: Vec::new(),
            done: Vec::new(),
            records: Records::of_study(folder),
            fresh,
            code: CODE,
            files: BTreeMap::new(),
            new: Vec::new(),
            used: BTreeSet::new(),
            damaged: Rc::default(),
        }
    }

    /// Says whether a record could not be used although it was whole, so that everything has to be read again.
    pub(crate) fn met_damage(&self) -> bool {
        self.damaged.get()
    }

    /// Ends, and says which records are to be kept.
    pub(crate) fn finish(self) -> (Report, Vec<StepDone>, Kept) {
        let kept = Kept {
            new: self.new,
            used: self.used,
        };
        (self.report, self.done, kept)
    }

    /// Takes a step's value from its record, or else reads its file.
    ///
    /// Adds issues, counts and the input to what was gathered. Nothing where the file cannot be used; the report then says why.
    pub(crate) fn run<T, S: Into<Said>>(
        &mut self,
        task: &Task<'_>,
        origin: Origin,
        personal: bool,
        codec: &Codec<T>,
        progress: &mut Progress<'_>,
        read: impl FnOnce(&Path, &mut Vec<Issue>, &mut Progress<'_>) -> Result<(T, S), Issue>,
    ) -> Option<Step<T>> {
        let path = self.folder.join(task.file);
        if fs::metadata(&path).is_ok_and(|data| !data.is_file() && !data.is_dir()) {
            // A pipe or a device may never end.
            let message = "is neither a file nor a folder";
            let hint = "check the name in study.toml";
            let issue = Issue::new(task.file, Severity::FileUnusable, message, hint);
            self.report.issues.push(issue);
            return None;
        }
        let before = self.before(task.file);
        let key = before.as_ref().map(|before| self.key(task, before));
        let step = if let Some(record) = key.and_then(|key| self.recall(&key)) {
            let mut step = self.take(task.role, &record, codec, None, false);
            step.unread = before.clone().map(|before| Unread {
                folder: self.folder.to_owned(),
                file: task.file.to_owned(),
                before,
            });
            step
        } else {
            progress(task.doing, 0, 0);
            let key = key.zip(before.as_ref());
            let outcome = read_now(self.folder, task, codec, key, progress, read);
            let (value, record) = match outcome {
                Ok(read) => read,
                Err(mut issues) => {
                    self.report.issues.append(&mut issues);
                    return None;
                }
            };
            self.new.push(record.clone());
            self.take(task.role, &record, codec, Some(value), true)
        };
        let before = before?;
        self.inputs.push(Input {
            role: task.role.to_owned(),
            file: task.file.to_owned(),
            blake3: blake3::Hash::from_bytes(before.hash).to_hex().to_string(),
            personal,
            licence: origin.licence,
            attribution: origin.attribution,
            source: origin.source,
            date: origin.date.and_then(to_date),
            caveat: origin.caveat,
        });
        Some(step)
    }

    /// Reckons something from what steps gave, unless its record has it.
    pub(crate) fn reckon<T>(
        &mut self,
        role: &str,
        needs: &[Key],
        codec: &Codec<T>,
        make: impl FnOnce(&mut Vec<Issue>) -> T,
    ) -> Result<Step<T>, String> {
        let key = self.key_of(role, needs);
        if let Some(record) = self.recall(&key) {
            return Ok(self.take(role, &record, codec, None, false));
        }
        let mut issues = Vec::new();
        let value = make(&mut issues);
        let bytes = (codec.encode)(&value).map_err(|error| error.to_string())?;
        let record = Record {
            key,
            found: Found {
                issues,
                ..Found::default()
            },
            value: Arc::new(Encoded::new(bytes)),
        };
        self.new.push(record.clone());
        Ok(self.take(role, &record, codec, Some(value), true))
    }

    /// Returns the key of what is reckoned from steps, and what its record has.
    pub(crate) fn recall_reckoned(&self, role: &str, needs: &[Key]) -> (Key, Option<Record>) {
        let key = self.key_of(role, needs);
        (key, self.recall(&key))
    }

    /// Notes what was reckoned from steps, and keeps it where it is not what its record has.
    pub(crate) fn reckoned(&mut self, role: &str, key: Key, value: Arc<Encoded>, anew: bool) {
        self.done.push(StepDone {
            role: role.to_owned(),
            read: anew,
        });
        self.keep(key, value, anew);
    }

    /// Keeps more of what a step gave than its section has, in a record of its own: `now` where the step was read. Where it was not,
    /// returns what the record has, if there is one.
    pub(crate) fn aside<T>(
        &mut self,
        role: &str,
        of: Key,
        codec: &Codec<T>,
        now: Option<&T>,
    ) -> Option<Step<T>> {
        let key = self.key_of(role, &[of]);
        self.used.insert(key);
        let Some(value) = now else {
            let record = self.recall(&key)?;
            return Some(self.step(&record, codec, None));
        };
        if let Ok(bytes) = (codec.encode)(value) {
            self.keep(key, Arc::new(Encoded::new(bytes)), true);
        }
        None
    }

    fn keep(&mut self, key: Key, value: Arc<Encoded>, anew: bool) {
        self.used.insert(key);
        if anew {
            self.new.push(Record {
                key,
                found: Found::default(),
                value,
            });
        }
    }

    fn key_of(&self, role: &str, needs: &[Key]) -> Key {
        let needs = needs.iter().map(Key::bytes);
        Key::of(
            [self.code.as_bytes(), role.as_bytes()]
                .into_iter()
                .chain(needs),
        )
    }

    /// Says that a record cannot be used although it is whole, so that everything has to be read again.
    pub(crate) fn note_damage(&self) {
        self.damaged.set(true);
    }

    fn before(&mut self, file: &str) -> Option<Before> {
        let path = self.folder.join(file);
        // Where it cannot be read, the reader says so in its own words.
        let look = || Before::of(&path).ok();
        self.files
            .entry(file.to_owned())
            .or_insert_with(look)
            .clone()
    }

    fn key(&self, task: &Task<'_>, before: &Before) -> Key {
        let parts = [
            self.code.as_bytes(),
            task.role.as_bytes(),
            task.file.as_bytes(),
            &before.hash,
            task.options.as_bytes(),
        ];
        let needs = task.needs.iter().map(Key::bytes);
        Key::of(parts.into_iter().chain(needs))
    }

    fn recall(&self, key: &Key) -> Option<Record> {
        (!self.fresh).then(|| self.records.load(key)).flatten()
    }

    fn take<T>(
        &mut self,
        role: &str,
        record: &Record,
        codec: &Codec<T>,
        value: Option<T>,
        read: bool,
    ) -> Step<T> {
        let found = record.found.clone();
        self.report.issues.extend(found.issues);
        self.report.files.extend(found.counts);
        self.report.roads.extend(found.roads);
        self.used.insert(record.key);
        self.done.push(StepDone {
            role: role.to_owned(),
            read,
        });
        self.step(record, codec, value)
    }

    fn step<T>(&self, record: &Record, codec: &Codec<T>, value: Option<T>) -> Step<T> {
        Step {
            key: record.key,
            value: value.map_or_else(OnceCell::new, OnceCell::from),
            encoded: Arc::clone(&record.value),
            decode: codec.decode,
            unread: None,
            again: OnceCell::new(),
            damaged: Rc::clone(&self.damaged),
        }
    }
}

/// Reads a file that has not been read, or says what is wrong with it.
fn read_now<T, S: Into<Said>>(
    folder: &Path,
    task: &Task<'_>,
    codec: &Codec<T>,
    before: Option<(Key, &Before)>,
    progress: &mut Progress<'_>,
    read: impl FnOnce(&Path, &mut Vec<Issue>, &mut Progress<'_>) -> Result<(T, S), Issue>,
) -> Result<(T, Record), Vec<Issue>> {
    let mut issues = Vec::new();
    let (value, said) = match read(folder, &mut issues, progress) {
        Ok((value, said)) => (value, said.into()),
        Err(issue) => {
            issues.push(issue);
            return Err(issues);
        }
    };
    let path = folder.join(task.file);
    let Some((key, _)) = before.filter(|(_, before)| before.still(&path)) else {
        return Err(vec![changed(task.file)]);
    };
    let Ok(bytes) = (codec.encode)(&value) else {
        let message = "holds more than can be stored";
        return Err(vec![Issue::new(
            task.file,
            Severity::FileUnusable,
            message,
            "",
        )]);
    };
    let record = Record {
        key,
        found: Found {
            issues,
            counts: said.counts,
            roads: said.roads,
        },
        value: Arc::new(Encoded::new(bytes)),
    };
    Ok((value, record))
}

fn changed(file: &str) -> Issue {
    Issue::new(
        file,
        Severity::FileUnusable,
        "changed while it was being read",
        "keep the files as they are while the study is read, then build again",
    )
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use catchment_core::issue::Severity;

    use super::{Steps, Task, plain};
    use crate::records::{Key, Records};
    use crate::report::{FileCounts, Report};
    use crate::study_file::Origin;

    /// Runs one step that reads a file as text, and says whether it was read.
    fn read(study: &Path, code: &'static str, options: &str, needs: &[Key]) -> (String, bool) {
        let mut steps = Steps::start(study, Report::default(), false);
        steps.code = code;
        let task = Task {
            role: "words",
            doing: "reading words",
            file: "words.txt",
            options: options.to_owned(),
            needs: needs.to_vec(),
        };
        let step = steps.run(
            &task,
            Origin::default(),
            false,
            &plain::<String>(),
            &mut |_, _, _| (),
            |folder, _, _| {
                let text = fs::read_to_string(folder.join("words.txt")).unwrap();
                Ok((text, FileCounts::default()))
            },
        );
        let value = step.unwrap().value().clone();
        let (report, done, kept) = steps.finish();
        assert_eq!((report.files.len(), done.len()), (1, 1));
        let records = Records::of_study(study);
        let _lock = records.lock(&mut || ()).unwrap();
        for record in &kept.new {
            records.save(record).unwrap();
        }
        records.prune(&kept.used);
        (value, done[0].read)
    }

    #[test]
    fn a_step_is_read_where_bytes_options_needs_or_code_changed_and_not_otherwise() {
        let study = tempfile::tempdir().unwrap();
        let words = study.path().join("words.txt");
        let value = |text: &str, read| (text.to_owned(), read);
        let need = [Key::of([b"need".as_slice()])];
        fs::write(&words, "one").unwrap();
        assert_eq!(read(study.path(), "1", "", &[]), value("one", true));
        assert_eq!(read(study.path(), "1", "", &[]), value("one", false));
        fs::write(&words, "one").unwrap();
        assert_eq!(read(study.path(), "1", "", &[]), value("one", false));
        fs::write(&words, "two").unwrap();
        assert_eq!(read(study.path(), "1", "", &[]), value("two", true));
        assert!(read(study.path(), "1", "an option", &[]).1);
        assert!(read(study.path(), "1", "an option", &need).1);
        assert!(!read(study.path(), "1", "an option", &need).1);
        assert!(read(study.path(), "2", "an option", &need).1);
        assert!(!read(study.path(), "2", "an option", &need).1);
    }

    #[test]
    fn a_file_that_changes_while_it_is_read_cannot_be_used() {
        let study = tempfile::tempdir().unwrap();
        let words = study.path().join("words.txt");
        fs::write(&words, "before").unwrap();
        let mut steps = Steps::start(study.path(), Report::default(), false);
        let task = Task {
            role: "words",
            doing: "reading words",
            file: "words.txt",
            options: String::new(),
            needs: Vec::new(),
        };
        let step = steps.run(
            &task,
            Origin::default(),
            false,
            &plain::<String>(),
            &mut |_, _, _| (),
            |_, _, _| {
                // As long as the old text, so that only the bytes show it.
                fs::write(&words, "behind").unwrap();
                Ok(("before".to_owned(), FileCounts::default()))
            },
        );
        assert!(step.is_none());
        let (report, _, kept) = steps.finish();
        assert_eq!(report.count(Severity::FileUnusable), 1);
        assert!(report.issues[0].message.contains("changed while"));
        assert!(kept.new.is_empty() && kept.used.is_empty());
    }
}
