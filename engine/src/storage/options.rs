//! What a caller may say about a handle and about a commit.

use std::collections::BTreeMap;

use ulid::Ulid;

use super::record::CommitRecord;
use crate::error::{Error, Result};

/// The branch of whoever names none.
const MAIN: &str = "main";

const MESSAGE_LIMIT: usize = 8 << 10;
const META_LIMIT: usize = 32;

/// How a graph is opened.
#[derive(Clone, Debug, Default)]
pub struct OpenOptions {
    /// The branch that the handle reads and writes; `main` without one.
    pub branch: Option<String>,
    /// Program and version, kept in every record that this handle writes.
    pub client: Option<String>,
    /// Bytes of columns, adjacency and the like that the handle keeps between queries and may need for one: 2 GiB
    /// unless it says otherwise.
    pub cache: Option<usize>,
    /// Failures armed before the handle exists.
    #[cfg(any(test, feature = "inject"))]
    pub injection: super::inject::Injection,
}

impl OpenOptions {
    pub(crate) fn branch(&self) -> String {
        self.branch.clone().unwrap_or_else(|| MAIN.to_owned())
    }

    /// Ordinary options for a program that names itself.
    pub fn of_client(client: impl Into<String>) -> OpenOptions {
        let mut options = OpenOptions::default();
        options.client.replace(client.into());
        options
    }
}

/// What a write may say about itself.
#[derive(Clone, Debug, Default)]
pub struct CommitOptions {
    /// Who makes the commit. Not empty, without control characters, not beginning with `system:`.
    pub actor: Option<String>,
    /// A default is written without one.
    /// At most 8 KiB, without control characters but line breaks.
    pub message: Option<String>,
    /// At most 32 entries: keys of up to 64 bytes in lower case, digits, `_`, `.` and `-`, values of up to 1,024 bytes.
    pub meta: BTreeMap<String, String>,
    /// The commit that must be the head; otherwise nothing happens.
    pub if_commit: Option<String>,
    /// A ULID, to ask for the outcome by; made up without one.
    pub operation: Option<String>,
}

impl CommitOptions {
    pub(crate) fn check(&self) -> Result<()> {
        let message = self.message.as_deref().unwrap_or_default();
        if message.len() > MESSAGE_LIMIT {
            return Err(Error::ResourceLimitExceeded {
                resource: "bytes of a commit message",
                limit: MESSAGE_LIMIT as u64,
                actual: Some(message.len() as u64),
            });
        }
        let control = |text: &str| text.chars().any(|c| c.is_control() && c != '\n');
        if control(message) {
            return Err(Error::bad_request(
                "a commit message may hold no control characters but line breaks",
            ));
        }
        if let Some(actor) = &self.actor
            && (actor.is_empty() || actor.chars().any(char::is_control) || actor.starts_with("system:"))
        {
            return Err(Error::bad_request(
                "an actor is not empty, has no control characters, and does not start with `system:`",
            ));
        }
        if self.meta.len() > META_LIMIT {
            return Err(Error::ResourceLimitExceeded {
                resource: "entries of a commit's metadata",
                limit: META_LIMIT as u64,
                actual: Some(self.meta.len() as u64),
            });
        }
        for (key, value) in &self.meta {
            let mut bytes = key.bytes();
            let legal = key.len() <= 64
                && bytes.next().is_some_and(|b| b.is_ascii_lowercase())
                && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.-".contains(&b))
                && value.len() <= 1024;
            if !legal {
                return Err(Error::bad_request(format!(
                    "metadata `{key}`: keys are lower-case words of up to 64 bytes, values up to 1024 bytes"
                )));
            }
        }
        if let Some(operation) = &self.operation
            && Ulid::from_string(operation).is_err()
        {
            return Err(Error::bad_request(format!("operation id `{operation}` is not a ULID")));
        }
        Ok(())
    }

    /// The conditional write's check against the head that the write starts from.
    pub(crate) fn check_head(&self, head: &CommitRecord) -> Result<()> {
        match &self.if_commit {
            Some(expected) if *expected != head.id => Err(Error::PreconditionFailed {
                expected: expected.clone(),
                actual: head.id.clone(),
            }),
            _ => Ok(()),
        }
    }
}
