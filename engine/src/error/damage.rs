//! Damage of a file, which explains whatever failed with it.

use std::fmt;

use super::{Error, StorageKind};

/// A file that is not what was written, or that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Damage {
    /// Below the graph's root.
    pub file: String,
    pub reason: String,
    /// What it holds, of which type, in which version.
    pub holds: String,
    pub kind: StorageKind,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            StorageKind::Permanent => write!(f, "{} is damaged: {}; {}", self.file, self.reason, self.holds),
            _ => write!(f, "{} cannot be read: {}; {}", self.file, self.reason, self.holds),
        }
    }
}

impl std::error::Error for Damage {}

impl From<Damage> for Error {
    fn from(damage: Damage) -> Error {
        match damage.kind {
            StorageKind::Permanent => Error::corrupt(&damage.file, format!("{}; {}", damage.reason, damage.holds)),
            kind => Error::Storage {
                kind,
                message: damage.to_string(),
                source: None,
            },
        }
    }
}
