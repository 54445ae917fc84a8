//! What the indexes of a snapshot cover, read from its commit record alone.

use serde::Serialize;

use super::policy::{self, IndexBuild, VECTORS_WORTH_AN_INDEX};
use crate::history::Snapshot;
use crate::storage::IndexKind;

/// How much of a type an index knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// `optimize` would build it.
    Missing,
    /// Rows written since it was built are found without it.
    Partial,
    /// It knows every row.
    Full,
    /// Not built, and not by `optimize` either, for a reason.
    Pending,
}

/// One index that the schema asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndexCoverage {
    /// The type.
    #[serde(rename = "type")]
    pub type_name: String,
    /// The property, or `id`, `src` or `dst`.
    pub column: String,
    /// What it answers.
    pub kind: IndexKind,
    /// How much of the type it knows.
    pub state: Coverage,
    /// Rows that it knows.
    pub covered_rows: u64,
    /// Rows of the type.
    pub rows: u64,
    /// The share of the rows that it covers, rounded down.
    pub percent: u64,
    /// Why it is not built, where that is on purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Snapshot {
    /// By type, nodes first; the ids' and ends' own before the properties'.
    pub fn index_coverage(&self) -> Vec<IndexCoverage> {
        let mut all = Vec::new();
        for target in policy::targets(&self.catalog) {
            let Some(table) = self.state(target.role, &target.name) else {
                continue;
            };
            for wanted in target.indexes {
                let built = table.indexes.iter().find(|index| index.name == wanted.name);
                let covered = built.map_or(0, |index| index.covered_rows.min(table.rows));
                let reason = match wanted.build {
                    _ if built.is_some() => None,
                    _ if table.rows == 0 => Some("the type has no rows".to_string()),
                    IndexBuild::Vector(_) if table.rows < VECTORS_WORTH_AN_INDEX => {
                        Some(format!("fewer than {VECTORS_WORTH_AN_INDEX} vectors are all compared"))
                    }
                    _ => None,
                };
                let state = match built {
                    Some(_) if covered >= table.rows && table.overlay == 0 => Coverage::Full,
                    Some(_) => Coverage::Partial,
                    None if reason.is_some() => Coverage::Pending,
                    None => Coverage::Missing,
                };
                all.push(IndexCoverage {
                    type_name: target.name.clone(),
                    column: wanted.column,
                    kind: wanted.build.kind(),
                    state,
                    covered_rows: covered,
                    rows: table.rows,
                    percent: (covered * 100).checked_div(table.rows).unwrap_or(0),
                    reason,
                });
            }
        }
        all
    }
}
