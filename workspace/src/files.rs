//! The file system as discovery asks for it.

use std::path::{Path, PathBuf};

/// What discovery needs of a file system. Paths are absolute.
pub trait Files {
    /// What lies in a folder; an error says why it cannot be read.
    fn list(&self, folder: &Path) -> Result<Vec<Entry>, String>;

    /// The text of a file; an error says why it cannot be read.
    fn read(&self, file: &Path) -> Result<String, String>;

    /// The root of the repository that holds a folder, if one does.
    fn repository(&self, _folder: &Path) -> Option<PathBuf> {
        None
    }

    /// Whether the repository's rules, or those of the folders from `root` downwards, leave something out.
    fn ignored(&self, _path: &Path, _folder: bool, _root: &Path) -> bool {
        false
    }

    /// Where a path leads once links are followed.
    fn real(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The last part of the path.
    pub name: String,
    /// Whether it is a folder itself; a link to one is not.
    pub folder: bool,
    /// Whether it is a symbolic link.
    pub link: bool,
}
