//! The one room with `unsafe` in it: a file as memory.

#![allow(unsafe_code, reason = "mapping a file is unsafe, see below")]

use std::fs::File;
use std::io::{self, Read};

use catchment_travel::SharedBytes;
use memmap2::Mmap;

/// Returns the bytes of a bundle, read only when somebody looks at them.
///
/// A file system that cannot map files has the whole file read instead; what is given is the same.
pub(super) fn map(mut file: File) -> io::Result<SharedBytes> {
    // SAFETY: the bytes must not change while they are mapped. This program never writes to a bundle: a new one is another file that
    // takes the name by a rename, and the old one lives on until the last mapping of it goes. A bundle can be written by its owner alone,
    // so only an owner who copies over it in place (`cp`, `rsync --inplace`) while it is in use could break this; the README says to
    // move a bundle into place instead.
    let mapped = unsafe { Mmap::map(&file) };
    if let Ok(mapped) = mapped {
        return Ok(SharedBytes::new(mapped));
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(SharedBytes::new(bytes))
}
