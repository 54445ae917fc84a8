//! Drops for good: once the record is published that has no place for some data, the files that only older commits reach
//! are removed. The record says so, and older commits then answer that their data are gone instead of failing.

use std::collections::{BTreeMap, HashSet};

use lance::Dataset;
use omnigraph_model::catalog::{Catalog, Identity};
use omnigraph_model::migration::{Action, Mode, Step};
use omnigraph_model::schema::DeclarationKind;
use serde_json::Value;

use crate::error::{Error, Result};
use crate::history::{Graph, Snapshot};
use crate::storage::{CommitRecord, Listed, TableKey, TableRole, TableState, inject, layout, needed};

/// Folders of a dataset whose files hold values or lead to them.
const FOLDERS: [&str; 4] = ["data", "_deletions", "_indices", "_versions"];

/// Data that were removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reclaimed {
    /// `node:Kiosk`, `node:Member.fax`.
    pub entity: String,
    /// How many were removed.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
    /// Files that could not be removed; `cleanup` finds them again.
    pub left: u64,
}

/// What will be removed once the record is published.
#[derive(Default)]
pub(super) struct Doomed {
    parts: Vec<Part>,
}

struct Part {
    entities: Vec<String>,
    identity: Identity,
    rows: u64,
    files: Vec<Listed>,
}

/// Whether the steps drop a property of this type for good.
pub(super) fn drops_hard(steps: &[Step], kind: DeclarationKind, name: &str) -> bool {
    !hard_properties(steps, kind, name).is_empty()
}

fn hard_properties(steps: &[Step], kind: DeclarationKind, name: &str) -> Vec<String> {
    let of = |step: &Step| match &step.action {
        Action::DropProperty {
            type_kind,
            type_name,
            property_name,
            mode: Mode::Hard,
        } if *type_kind == kind && type_name == name => Some(format!("{kind}:{name}.{property_name}")),
        _ => None,
    };
    steps.iter().filter_map(of).collect()
}

impl Doomed {
    /// What the record says of it.
    pub(super) fn describe(&self, meta: &mut BTreeMap<String, String>) {
        if self.parts.is_empty() {
            return;
        }
        let entities: Vec<&str> = self
            .parts
            .iter()
            .flat_map(|part| &part.entities)
            .map(String::as_str)
            .collect();
        let mut names = entities.join(",");
        if names.len() > 1_000 {
            names = format!("{} entities", entities.len());
        }
        let rows: u64 = self.parts.iter().map(|part| part.rows).sum();
        let bytes: u64 = self
            .parts
            .iter()
            .flat_map(|part| &part.files)
            .map(|file| file.bytes)
            .sum();
        meta.insert("reclaimed.entities".to_owned(), names);
        meta.insert("reclaimed.rows".to_owned(), rows.to_string());
        meta.insert("reclaimed.bytes".to_owned(), bytes.to_string());
    }

    /// The settings of the record that follows `head`.
    pub(super) fn settings(&self, head: &CommitRecord) -> BTreeMap<String, Value> {
        head.settings_after_dropping(self.parts.iter().map(|part| part.identity))
    }
}

impl Graph {
    /// What only older commits will reach of the types from which the steps drop something for good.
    pub(super) async fn doomed(
        &self,
        snapshot: &Snapshot,
        catalog: &Catalog,
        steps: &[Step],
        tables: &[TableState],
    ) -> Result<Doomed> {
        let mut doomed = Doomed::default();
        for step in steps {
            if let Action::DropType {
                type_kind,
                name,
                mode: Mode::Hard,
            } = &step.action
            {
                let (role, state) = match type_kind {
                    DeclarationKind::Edge => (TableRole::Edge, snapshot.edge_state(name)),
                    DeclarationKind::Node | DeclarationKind::Interface => (TableRole::Node, snapshot.node_state(name)),
                };
                let Some(state) = state else { continue };
                let files = self.objects().list(&layout::dataset(role, state.key())).await?;
                doomed
                    .parts
                    .push(part(vec![format!("{type_kind}:{name}")], state, files));
            }
        }
        let nodes = catalog
            .nodes
            .values()
            .map(|node| (TableRole::Node, DeclarationKind::Node, &node.name, node.identity));
        let edges = catalog
            .edges
            .values()
            .map(|edge| (TableRole::Edge, DeclarationKind::Edge, &edge.name, edge.identity));
        for (role, kind, name, identity) in nodes.chain(edges) {
            let entities = hard_properties(steps, kind, name);
            let of =
                |table: &&TableState| (table.type_id, table.incarnation) == (identity.type_id, identity.incarnation);
            let Some(state) = tables.iter().find(of).filter(|_| !entities.is_empty()) else {
                continue;
            };
            let table = self.open_table(role, &snapshot.record, state).await?;
            let kept = reachable(table.dataset()).await?;
            let folder = layout::dataset(role, state.key());
            let mut files = self.objects().list(&folder).await?;
            files.retain(|file| {
                let path = file.name.strip_prefix(&format!("{folder}/")).unwrap_or(&file.name);
                let part = path.split('/').next().unwrap_or_default();
                let index = path.strip_prefix("_indices/").and_then(|rest| rest.split('/').next());
                FOLDERS.contains(&part)
                    && !kept.contains(path)
                    && !index.is_some_and(|index| kept.contains(&format!("_indices/{index}")))
            });
            doomed.parts.push(part(entities, state, files));
        }
        if !doomed.parts.is_empty() && self.has_other_branches().await? {
            return Err(Error::bad_request(
                "data cannot be dropped for good while another branch may hold them; drop softly, or delete the branch",
            ));
        }
        Ok(doomed)
    }

    /// Removes what is doomed, after the record is there.
    pub(super) async fn reclaim(&self, doomed: Doomed) -> Vec<Reclaimed> {
        if doomed.parts.is_empty() || self.pass(inject::APPLY_RECLAIM).await.is_err() {
            return Vec::new();
        }
        let mut reclaimed = Vec::new();
        // What small commits wrote lies in their records.
        let taken = match self.head().await {
            Ok(head) => self.take_out(&head.record).await,
            Err(error) => Err(error),
        };
        for part in doomed.parts {
            let taken = taken
                .as_ref()
                .map(|taken| taken.get(&part.identity).copied().unwrap_or(0));
            let mut report = Reclaimed {
                entity: part.entities.join(", "),
                files: 0,
                bytes: taken.unwrap_or(0),
                left: u64::from(taken.is_err()),
            };
            for file in part.files {
                match self.objects().delete(&file.name).await {
                    Ok(()) => {
                        report.files += 1;
                        report.bytes += file.bytes;
                    }
                    Err(_) => report.left += 1,
                }
            }
            reclaimed.push(report);
        }
        reclaimed
    }
}

fn part(entities: Vec<String>, state: &TableState, files: Vec<Listed>) -> Part {
    let TableKey {
        type_id, incarnation, ..
    } = state.key();
    Part {
        entities,
        identity: Identity { type_id, incarnation },
        rows: state.rows,
        files,
    }
}

/// Files that a version needs, relative to the dataset's folder; an index by its folder.
async fn reachable(dataset: &Dataset) -> Result<HashSet<String>> {
    let mut kept: HashSet<String> = needed(dataset).await?.into_iter().collect();
    // The dataset as it was created, empty.
    let first = dataset
        .manifest_location()
        .naming_scheme
        .manifest_path(&Default::default(), 1);
    kept.insert(first.as_ref().to_owned());
    Ok(kept)
}
