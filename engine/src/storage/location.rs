//! Where a graph lies: a local path, or a URI of any scheme that this build's object stores know.

use std::path::{Component, PathBuf};
use std::sync::Arc;

use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use url::Url;

use crate::error::{Error, Result, StorageKind};

#[derive(Clone, Debug)]
pub(crate) struct Location {
    /// As the caller wrote it; what messages show.
    pub text: String,
    pub url: Url,
    /// The folder of a local graph.
    pub folder: Option<PathBuf>,
}

impl Location {
    pub(crate) fn parse(text: &str) -> Result<Location> {
        let (url, folder) = match Url::parse(text) {
            // A one-letter scheme is a drive of Windows.
            Ok(url) if url.scheme().len() > 1 => {
                let folder = (url.scheme() == "file")
                    .then(|| {
                        url.to_file_path()
                            .map_err(|()| Error::bad_request(format!("`{text}` names no local folder")))
                    })
                    .transpose()?;
                (url, folder)
            }
            _ => {
                if text.is_empty() {
                    return Err(Error::bad_request("the location of the graph is empty"));
                }
                let folder = normalised(text)?;
                let url = Url::from_directory_path(&folder)
                    .map_err(|()| Error::bad_request(format!("`{text}` is not a usable path")))?;
                (url, Some(folder))
            }
        };
        if let Some(control) = folder.iter().flat_map(|folder| folder.to_str()).find_map(control) {
            return Err(Error::bad_request(format!(
                "`{text}` cannot hold a graph: its full path holds the control character `{}`, which the storage library \
                 does not accept; choose another name",
                control.escape_default()
            )));
        }
        Ok(Location {
            text: text.to_string(),
            url,
            folder,
        })
    }

    /// The store and the path of the graph's root inside it.
    pub(crate) fn store(&self) -> Result<(Arc<dyn ObjectStore>, Path)> {
        if let Some(folder) = &self.folder {
            let path = Path::from_absolute_path(folder)
                .map_err(|source| Error::bad_request(format!("`{}` is not a usable path: {source}", self.text)))?;
            // Records must outlive a power loss once they are acknowledged.
            return Ok((Arc::new(LocalFileSystem::new().with_fsync(true)), path));
        }
        let environment = std::env::vars().map(|(key, value)| (key.to_ascii_lowercase(), value));
        let (store, path) = object_store::parse_url_opts(&self.url, environment).map_err(|source| {
            Error::storage(
                StorageKind::Configuration,
                format!(
                    "`{}` cannot be opened: this build has no storage for `{}://` with these settings; it opens paths \
                     and `file://`",
                    self.text,
                    self.url.scheme()
                ),
                source,
            )
        })?;
        Ok((Arc::from(store), path))
    }

    /// Whether it is a folder of this machine, which may be empty.
    pub(crate) fn is_folder(&self) -> bool {
        self.folder.as_ref().is_some_and(|folder| folder.is_dir())
    }

    /// A graph is a folder.
    pub(crate) fn refuse_file(&self) -> Result<()> {
        match self.folder.as_ref().is_some_and(|folder| folder.is_file()) {
            true => Err(Error::NotAGraph {
                location: self.text.clone(),
                hint: Some("it is a file".to_string()),
            }),
            false => Ok(()),
        }
    }

    /// The same place for objects that nothing relies on, so that nobody waits for the disk.
    pub(crate) fn hint_store(&self) -> Result<Arc<dyn ObjectStore>> {
        match &self.folder {
            Some(_) => Ok(Arc::new(LocalFileSystem::new())),
            None => self.store().map(|(store, _)| store),
        }
    }

    /// What the storage library opens: root plus `relative`.
    pub(crate) fn uri(&self, relative: &str) -> String {
        match &self.folder {
            Some(folder) => folder.join(relative).to_string_lossy().into_owned(),
            None => format!("{}/{relative}", self.url.as_str().trim_end_matches('/')),
        }
    }
}

fn control(path: &str) -> Option<char> {
    path.chars().find(|c| c.is_ascii_control())
}

/// A path as the storage library takes it: absolute, without `.` and `..`. What stands before a `..` is resolved as the
/// system resolves it, through links; where nothing is there yet, by the names alone.
fn normalised(text: &str) -> Result<PathBuf> {
    let absolute = std::path::absolute(text).map_err(|source| Error::from_io("resolve the location", source))?;
    let mut path = PathBuf::new();
    for component in absolute.components() {
        match component {
            Component::ParentDir => {
                path = path.canonicalize().unwrap_or(path);
                path.pop();
            }
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    Ok(path)
}

/// Brings files, and the folders that list them, to the disk.
pub(crate) fn sync_files(folder: &std::path::Path, files: &[std::path::PathBuf]) -> Result<()> {
    let failed = |source| Error::from_io("bring new data to the disk", source);
    let mut folders = std::collections::BTreeSet::from([folder.to_path_buf()]);
    for file in files {
        let path = folder.join(file);
        std::fs::File::open(&path)
            .and_then(|file| file.sync_all())
            .map_err(failed)?;
        folders.extend(path.parent().map(std::path::Path::to_path_buf));
    }
    if cfg!(unix) {
        for folder in folders {
            std::fs::File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(failed)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_absolute_and_normalised() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        let given = |path: &str| {
            let location = Location::parse(root.join(path).to_str().unwrap()).unwrap();
            location.folder.unwrap()
        };
        assert_eq!(given("a/../g"), root.join("g"));
        assert_eq!(given("a/./b/../../g/."), root.join("g"));
        assert_eq!(given("nowhere/../g"), root.join("g"));
        assert_eq!(
            given("../../../../../../../../../../../../../../g"),
            PathBuf::from("/g")
        );
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(root.join("a/b"), root.join("link")).unwrap();
            assert_eq!(given("link/../g"), root.join("a/g"), "as the system resolves it");
            assert_eq!(given("link"), root.join("link"));
        }
        for (path, shown) in [
            ("a\tb", "\\t"),
            ("a\nb", "\\n"),
            ("a\u{1b}b", "\\u{1b}"),
            ("a\rb/c", "\\r"),
        ] {
            let error = Location::parse(root.join(path).to_str().unwrap())
                .unwrap_err()
                .to_string();
            assert!(error.contains(&format!("the control character `{shown}`")), "{error}");
        }
    }
}
