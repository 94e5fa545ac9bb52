//! Which files to look at, and how the study file names them.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::ProposeError;

/// Lists the files, and those of folders (not of folders in them), each once, in the order of their names within a folder.
pub(super) fn all(from: &[PathBuf]) -> Result<Vec<PathBuf>, ProposeError> {
    let mut files: Vec<PathBuf> = Vec::new();
    for path in from {
        let whole = whole(path)?;
        let mut found = vec![whole.clone()];
        if whole.is_dir() {
            let unreadable = |source| ProposeError::Unreadable {
                path: path.clone(),
                source,
            };
            found = Vec::new();
            for entry in fs::read_dir(&whole).map_err(unreadable)? {
                let path = entry.map_err(unreadable)?.path();
                let name = path
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned());
                let hidden = name.is_none_or(|name| name.starts_with(['.', '~']));
                if path.is_file() && !hidden {
                    found.push(path);
                }
            }
            found.sort();
        }
        for path in found {
            if !files.contains(&path) {
                files.push(path);
            }
        }
    }
    if files.is_empty() {
        return Err(ProposeError::Nothing);
    }
    Ok(files)
}

/// Returns the whole path of a file that is there. Its folder is followed through links, the file itself is not: its name says
/// more than what it links to.
pub(super) fn whole(path: &Path) -> Result<PathBuf, ProposeError> {
    let unreadable = |source| ProposeError::Unreadable {
        path: path.to_owned(),
        source,
    };
    fs::metadata(path).map_err(unreadable)?;
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) if !path.is_dir() => {
            let parent = if parent.as_os_str().is_empty() {
                Path::new(".")
            } else {
                parent
            };
            Ok(parent.canonicalize().map_err(unreadable)?.join(name))
        }
        _ => path.canonicalize().map_err(unreadable),
    }
}

/// Names a file relative to a folder, with `/` between the parts; whole, and so said, where the two share nothing but the root.
pub(super) fn name(folder: &Path, path: &Path) -> Result<(String, bool), ProposeError> {
    let from: Vec<Component<'_>> = folder.components().collect();
    let to: Vec<Component<'_>> = path.components().collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let text = |component: &Component<'_>| component.as_os_str().to_str().map(str::to_owned);
    let shares_a_folder = from[..shared]
        .iter()
        .any(|component| matches!(component, Component::Normal(_)));
    let parts: Option<Vec<String>> = if shares_a_folder {
        let up = from[shared..].iter().map(|_| Some("..".to_owned()));
        up.chain(to[shared..].iter().map(text)).collect()
    } else {
        Some(vec![]).filter(|_| path.to_str().is_some())
    };
    let Some(parts) = parts else {
        return Err(ProposeError::Unreadable {
            path: path.to_owned(),
            source: std::io::Error::new(
                std::io::ErrorKind::InvalidInput,
                "its name is no text; give it another",
            ),
        });
    };
    Ok(if shares_a_folder {
        (parts.join("/"), false)
    } else {
        (path.to_string_lossy().into_owned(), true)
    })
}
