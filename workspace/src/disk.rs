//! The disk as discovery sees it. The command line asks it alone; the language server lays the open documents upon it. What
//! it has read of the rules of git it remembers: make a new one when files may have changed.

use std::collections::HashMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::files::{Entry, Files};

/// The most bytes of a text that is read. What has no end, such as a device, is not read to it.
pub const MOST_BYTES: u64 = 64 << 20;

/// The real file system, and the rules of git that were read from it.
#[derive(Default)]
pub struct Disk {
    /// The rules that files hold.
    rules: Mutex<HashMap<PathBuf, Arc<Gitignore>>>,
    /// Those of the user.
    user: OnceLock<Gitignore>,
    repositories: Mutex<HashMap<PathBuf, Option<PathBuf>>>,
}

impl Disk {
    /// One that has read nothing yet.
    pub fn new() -> Disk {
        Disk::default()
    }

    /// The rules of a file, with patterns that count from a folder.
    fn rules(&self, file: PathBuf, folder: &Path) -> Arc<Gitignore> {
        let mut known = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let rules = known.entry(file).or_insert_with_key(|file| {
            let mut builder = GitignoreBuilder::new(folder);
            // A line that is not a pattern is left out, as git does; so is a file that cannot be read.
            let _ = builder.add(file);
            Arc::new(builder.build().unwrap_or_else(|_| Gitignore::empty()))
        });
        rules.clone()
    }
}

impl Files for Disk {
    /// Links to files count as files. Links to folders are not followed, for they may lead in a circle, and those that
    /// lead nowhere are not there. Names that are not Unicode are left out.
    fn list(&self, folder: &Path) -> Result<Vec<Entry>, String> {
        let entries = std::fs::read_dir(folder).map_err(|error| reason(&error))?;
        let mut listed = Vec::new();
        for entry in entries.flatten() {
            let Ok(name) = entry.file_name().into_string() else {
                continue;
            };
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() || kind.is_file() || kind.is_symlink() && entry.path().is_file() {
                listed.push(Entry {
                    name,
                    folder: kind.is_dir(),
                    link: kind.is_symlink(),
                });
            }
        }
        listed.sort();
        Ok(listed)
    }

    fn read(&self, file: &Path) -> Result<String, String> {
        let mut text = String::new();
        let opened = std::fs::File::open(file).map_err(|error| reason(&error))?;
        let read = opened.take(MOST_BYTES + 1).read_to_string(&mut text);
        match read {
            Ok(read) if read as u64 > MOST_BYTES => Err(too_large(MOST_BYTES)),
            Ok(_) => Ok(text),
            Err(error) => Err(reason(&error)),
        }
    }

    fn repository(&self, folder: &Path) -> Option<PathBuf> {
        let mut known = self.repositories.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.entry(folder.to_owned()).or_insert_with(|| {
            // A file in a worktree and in a submodule.
            let holds = |folder: &&Path| folder.join(".git").exists();
            folder.ancestors().find(holds).map(Path::to_owned)
        });
        found.clone()
    }

    /// By `.gitignore` files, the nearest first, then by the repository's own rules and the user's. Outside of a repository
    /// those files count from `root` downwards.
    fn ignored(&self, path: &Path, folder: bool, root: &Path) -> bool {
        let Some(own) = path.parent() else { return false };
        let repository = self.repository(own);
        let top = repository.as_deref().unwrap_or(root);
        let said = |rules: &Gitignore| match rules.matched(path, folder) {
            Match::None => None,
            Match::Ignore(_) => Some(true),
            Match::Whitelist(_) => Some(false),
        };
        for above in own.ancestors().take_while(|above| above.starts_with(top)) {
            if let Some(ignored) = said(&self.rules(above.join(".gitignore"), above)) {
                return ignored;
            }
        }
        let Some(repository) = repository else { return false };
        said(&self.rules(repository.join(".git/info/exclude"), &repository))
            .or_else(|| said(self.user.get_or_init(|| Gitignore::global().0)))
            .unwrap_or(false)
    }

    fn real(&self, path: &Path) -> PathBuf {
        std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
    }
}

/// Why a text of more bytes is refused.
pub fn too_large(most: u64) -> String {
    format!("it is too large: at most {} MiB are read", most >> 20)
}

/// Why a file cannot be read or written, without the library's words.
pub fn reason(error: &io::Error) -> String {
    use io::ErrorKind::*;
    match error.kind() {
        NotFound => "no such file or folder".into(),
        PermissionDenied => "permission denied".into(),
        IsADirectory => "it is a folder".into(),
        NotADirectory => "a part of the path is not a folder".into(),
        ReadOnlyFilesystem => "the file system is read-only".into(),
        StorageFull | FileTooLarge | QuotaExceeded => "no space left".into(),
        InvalidData => "not UTF-8 text".into(),
        _ => error.to_string(),
    }
}
