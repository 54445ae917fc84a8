//! The disk as discovery sees it. The command line asks it alone; the language server lays the open documents upon it.

use std::io::{self, Read};
use std::path::Path;

use super::{Entry, Files};

/// The most bytes of a text that is read. What has no end, such as a device, is not read to it.
pub const MOST_BYTES: u64 = 64 << 20;

pub struct Disk;

impl Files for Disk {
    /// Links to files count as files. Links to folders are not followed, for they may lead in a circle, and those that
    /// lead nowhere are not there. Names that are no Unicode are left out.
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
