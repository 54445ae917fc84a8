//! The commit record: one small JSON object that says all there is to know about a commit, and behind it the rows that small
//! commits wrote. It is written once and never changed.

use std::collections::BTreeMap;

use bytes::Bytes;
use omnigraph_model::catalog::Identity;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::chunk::{Chunk, read_tail, tail_sum, write_tail};
use super::indexes::IndexKind;
use super::integrity::FileSum;
use super::table::TableKey;
use super::{layout, seal};
use crate::error::{Error, Result};

/// The setting that holds, by type and incarnation, the number of the commit before which its data are gone.
const RECLAIMED: &str = "reclaimed";

/// All there is to know about a commit, as one JSON object that is written once (docs/storage.md).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommitRecord {
    /// The number of the form of records, which says who can read it.
    pub format: u64,
    /// A ULID.
    pub id: String,
    /// What made the commit.
    pub kind: CommitKind,
    /// One, but none for the genesis.
    pub parents: Vec<Parent>,
    /// The branch that it belongs to.
    pub branch: String,
    /// Its number on the branch, from 1 without gaps; part of its file's name.
    pub sequence: u64,
    /// Id of the first record of this life of the branch.
    pub life: String,
    /// 1 + the greatest depth of the parents.
    pub depth: u64,
    /// Microseconds since the epoch; later than every parent's.
    pub time: i64,
    /// The writer's clock was behind a parent's time.
    #[serde(default, skip_serializing_if = "is_false")]
    pub skewed: bool,
    /// Who made it, if anybody said so.
    pub actor: Option<String>,
    /// Program and version.
    pub client: Option<String>,
    /// For people; never empty.
    pub message: String,
    /// What the caller wanted to be kept.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub meta: BTreeMap<String, String>,
    /// Hash of the accepted schema, which names its object.
    pub schema: String,
    /// By type id, then incarnation.
    pub tables: Vec<TableState>,
    /// What was asked for.
    pub operation: Operation,
    /// By type name, as it was reported to the caller.
    pub affected: BTreeMap<String, Affected>,
    /// Sequence of the nearest opening or two-parent record of this life, itself included.
    pub last_merge: u64,
    /// Copied from record to record.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub settings: BTreeMap<String, serde_json::Value>,
    /// SHA-256 of the first parent's object, without what follows it.
    pub parent_hash: Option<String>,
    /// Where the changes are that datasets do not have; none if they have all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
    /// What follows the object.
    #[serde(skip)]
    pub(crate) tail: Vec<Chunk>,
}

/// Where the changes of small commits are that some dataset does not have: at the end of earlier records, then of this one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// The earlier records, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Tail>,
    /// Bytes behind this record's object, as it was written.
    pub bytes: u64,
    /// SHA-256 over them, in which that of a type's rows stands for these.
    pub sha256: String,
}

/// The changes at the end of an earlier record.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tail {
    /// Branch in whose folder the record lies.
    pub branch: String,
    /// Its number on that branch.
    pub sequence: u64,
    /// Bytes behind its object, as it was written.
    pub bytes: u64,
    /// As [`Changes::sha256`].
    pub sha256: String,
}

/// What made a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitKind {
    /// The creation of the graph.
    Genesis,
    /// A new branch.
    Open,
    /// Rows from NDJSON.
    Load,
    /// A mutation query.
    Mutation,
    /// A change of the schema.
    Schema,
    /// Two branches made one.
    Merge,
    /// A commit undone.
    Revert,
    /// A commit repeated on another branch.
    Pick,
    /// An older state made the newest.
    Restore,
    /// Files joined, indexes built; no row changed.
    Optimize,
    /// Settings of the graph.
    Settings,
    /// The end of a branch.
    Close,
}

/// The commit that another one follows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// Its id.
    pub id: String,
    /// Branch in whose folder it lies.
    pub branch: String,
    /// Its number on that branch.
    pub sequence: u64,
}

/// A request that made a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// What kind of request.
    pub kind: CommitKind,
    /// Chosen before anything is written, so that a caller who lost the answer can look for it.
    pub id: String,
}

/// Entities by what happened to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// New ones.
    pub inserted: u64,
    /// Those that have other values, or were replaced.
    pub updated: u64,
    /// Those that are gone.
    pub deleted: u64,
}

/// Sums of [`Affected`] over node types and over edge types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows of all node types.
    pub nodes: u64,
    /// Rows of all edge types.
    pub edges: u64,
}

/// A type's data at a commit. Numbers wider than 53 bits are hexadecimal text, because most JSON readers round them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TableState {
    /// The type's stable number.
    #[serde(with = "hex")]
    pub type_id: u64,
    /// Which of the types that had this number; a type that is dropped and declared again is another one.
    #[serde(with = "hex")]
    pub incarnation: u64,
    /// A detached version, or 1 for the empty dataset as it was created.
    #[serde(with = "hex")]
    pub version: u64,
    /// The sum of the version's manifest, which holds those of its other files.
    pub manifest: FileSum,
    /// Rows that are not deleted.
    pub rows: u64,
    /// Size of the files of rows.
    pub bytes: u64,
    /// By column; may be stale or missing, never wrong in a way that changes an answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub statistics: BTreeMap<String, ColumnStatistics>,
    /// Those that are built.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indexes: Vec<IndexState>,
    /// Depth of the last commit that changed a row; 0 if none did.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub changed: u64,
    /// The number that the next new row gets, where the dataset does not say it.
    #[serde(default, with = "hex::option", skip_serializing_if = "Option::is_none")]
    pub next_row: Option<u64>,
    /// The first number that no row of the dataset has, where it does not say it.
    #[serde(default, with = "hex::option", skip_serializing_if = "Option::is_none")]
    pub first_new: Option<u64>,
    /// What names the changes that the dataset does not have; 0 if it has all.
    #[serde(default, with = "hex", skip_serializing_if = "is_zero")]
    pub overlay: u64,
    /// The dataset has the changes of commits up to this depth.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub folded: u64,
}

impl TableState {
    /// What names the rows.
    pub(crate) fn key(&self) -> TableKey {
        TableKey {
            type_id: self.type_id,
            incarnation: self.incarnation,
            version: self.version,
            overlay: self.overlay,
        }
    }

    pub(crate) fn identity(&self) -> Identity {
        Identity {
            type_id: self.type_id,
            incarnation: self.incarnation,
        }
    }
}

/// What the planner may assume about a column, as it was when the type was optimized.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnStatistics {
    /// Rows of the type.
    pub rows: u64,
    /// Values that differ, to a few percent.
    pub distinct: u64,
    /// Rows without a value.
    pub nulls: u64,
}

/// An index that is built.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexState {
    /// Unique in its type.
    pub name: String,
    /// The columns that it is over.
    pub columns: Vec<String>,
    /// What it answers.
    pub kind: IndexKind,
    /// Rows that it knows; those written since are scanned.
    pub covered_rows: u64,
}

impl CommitRecord {
    /// What it says of a type; `None` for one that this commit does not have.
    pub(crate) fn table(&self, type_id: u64, incarnation: u64) -> Option<&TableState> {
        self.tables
            .iter()
            .find(|table| table.type_id == type_id && table.incarnation == incarnation)
    }

    /// Its tables, with some in the place of those that they are new states of.
    pub(crate) fn tables_with<'t>(&self, new: impl IntoIterator<Item = &'t TableState>) -> Vec<TableState> {
        let mut tables = self.tables.clone();
        for new in new {
            let of = |table: &&mut TableState| (table.type_id, table.incarnation) == (new.type_id, new.incarnation);
            if let Some(table) = tables.iter_mut().find(of) {
                *table = new.clone();
            }
        }
        tables
    }

    /// Whether this commit, or one before it, dropped for good what `record` names of a type.
    pub(crate) fn dropped(&self, record: &CommitRecord, identity: Identity) -> bool {
        let since = self
            .settings
            .get(RECLAIMED)
            .and_then(|setting| setting.get(setting_key(identity)));
        since
            .and_then(Value::as_u64)
            .is_some_and(|since| record.sequence < since)
    }

    /// The types of which it, or a commit before it, dropped something for good.
    pub(crate) fn dropped_types(&self) -> Vec<Identity> {
        let setting = self.settings.get(RECLAIMED).and_then(Value::as_object);
        let keys = setting.into_iter().flat_map(|setting| setting.keys());
        keys.filter_map(|key| identity_of(key)).collect()
    }

    /// The settings of the record that follows this one, if that drops data of these types for good.
    pub(crate) fn settings_after_dropping(
        &self,
        identities: impl IntoIterator<Item = Identity>,
    ) -> BTreeMap<String, Value> {
        let mut settings = self.settings.clone();
        for identity in identities {
            let entry = settings.entry(RECLAIMED.to_owned()).or_insert_with(|| json!({}));
            entry[setting_key(identity)] = json!(self.sequence + 1);
        }
        settings
    }

    /// The bytes of its file, and of these how many are the object's.
    pub(crate) fn to_bytes(&self) -> Result<(Bytes, usize)> {
        let object = serde_json::to_vec(self)
            .map(seal::seal)
            .map_err(|source| Error::internal(format!("a commit record could not be written: {source}")))?;
        let length = object.len();
        if self.changes.is_none() {
            return Ok((object, length));
        }
        Ok((
            [&object[..], b"\n", &write_tail(&self.tail)[..]].concat().into(),
            length,
        ))
    }

    /// The record, and how many bytes are its object's. `file` is named when the bytes are not a record of `branch` and `sequence`.
    pub(crate) fn from_bytes(bytes: &Bytes, file: &str, branch: &str, sequence: u64) -> Result<(CommitRecord, usize)> {
        // The object has no line break.
        let length = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        let object = &bytes[..length];
        seal::check(object, file, layout::RECORD_FORMAT)?;
        let mut record: CommitRecord =
            serde_json::from_slice(object).map_err(|e| Error::corrupt(file, format!("not a commit record ({e})")))?;
        let behind = bytes.slice((length + 1).min(bytes.len())..);
        let tail = match &record.changes {
            None => (length == bytes.len()).then(Vec::new),
            Some(changes) => read_tail(&behind).filter(|tail| length < bytes.len() && tail_sum(tail) == changes.sha256),
        };
        let tail = tail.ok_or_else(|| Error::corrupt(file, "the rows behind it are not what was written"))?;
        record.tail = tail;
        if record.branch != branch || record.sequence != sequence {
            return Err(Error::corrupt(
                file,
                format!("it says it is number {} of `{}`", record.sequence, record.branch),
            ));
        }
        Ok((record, length))
    }
}

fn identity_of(key: &str) -> Option<Identity> {
    let (type_id, incarnation) = key.split_once('-')?;
    Some(Identity {
        type_id: u64::from_str_radix(type_id, 16).ok()?,
        incarnation: u64::from_str_radix(incarnation, 16).ok()?,
    })
}

fn setting_key(identity: Identity) -> String {
    format!("{:016x}-{:016x}", identity.type_id, identity.incarnation)
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

fn is_false(value: &bool) -> bool {
    !value
}

fn is_zero(value: &u64) -> bool {
    *value == 0
}

pub(crate) mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{value:016x}"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        if text.len() != 16 {
            return Err(D::Error::custom("expected 16 hexadecimal digits"));
        }
        u64::from_str_radix(&text, 16).map_err(D::Error::custom)
    }

    pub(crate) mod option {
        use serde::{Deserializer, Serializer};

        pub(crate) fn serialize<S: Serializer>(value: &Option<u64>, serializer: S) -> Result<S::Ok, S::Error> {
            match value {
                Some(value) => super::serialize(value, serializer),
                None => serializer.serialize_none(),
            }
        }

        pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
            super::deserialize(deserializer).map(Some)
        }
    }
}
