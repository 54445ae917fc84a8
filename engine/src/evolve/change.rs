//! Schema apply: the next schema, new datasets and new versions of changed ones, published by one record or not at all.
//! Columns are known by the numbers of their properties, so that adding, renaming and dropping one writes no rows.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use omnigraph_model::catalog::{Catalog, Identity};
use omnigraph_model::migration::{Action, Cost, Step};
use omnigraph_model::schema::{Blocks, DeclarationKind, SchemaObject};

use super::reclaim::{self, Doomed, Reclaimed};
use super::reshape::{Progress, Reshaped, Wanted, reshape};
use crate::error::Result;
use crate::history::{Draft, Graph, Head, Snapshot, Work, first_retained};
use crate::optimize::rewrite;
use crate::storage::{
    CommitKind, CommitOptions, Schema, TableRole, TableState, columns, data_bytes, identities, index_states, inject,
};

/// Commits that are asked for the schemas they had.
const REMEMBERED_COMMITS: usize = 256;

/// A change of the schema, for one commit and no other.
#[derive(Clone, Debug)]
pub struct SchemaChange<'c> {
    /// The commit that it was made for.
    pub base: &'c str,
    /// The schema afterwards, which follows that of the commit.
    pub object: SchemaObject,
    /// What lies between the two. Without any, nothing is published.
    pub steps: &'c [Step],
    /// What its commit's metadata say beside what the options do.
    pub meta: BTreeMap<String, String>,
}

/// How a plan is applied.
#[derive(Clone, Default)]
pub struct ApplyOptions {
    /// What the commit says about itself.
    pub commit: CommitOptions,
    /// Told of rows as they are written.
    pub progress: Option<Progress>,
}

/// What an apply did.
#[derive(Clone, Debug)]
pub struct SchemaReport {
    /// False if there was nothing to do.
    pub applied: bool,
    /// The head afterwards.
    pub commit: String,
    /// What was dropped for good.
    pub reclaimed: Vec<Reclaimed>,
}

/// A change on its way to a commit.
struct Evolving<'r> {
    graph: &'r Graph,
    base: &'r str,
    steps: &'r [Step],
    meta: BTreeMap<String, String>,
    schema: Arc<Schema>,
    options: &'r ApplyOptions,
    /// What goes once the record is there.
    doomed: Doomed,
}

#[async_trait]
impl Work for Evolving<'_> {
    const ATTEMPTS: u32 = 1;

    fn options(&self) -> &CommitOptions {
        &self.options.commit
    }

    fn only_after(&self) -> Option<&str> {
        Some(self.base)
    }

    fn shuts(&self) -> bool {
        false
    }

    async fn draft(&mut self, head: &Head) -> Result<Option<Draft>> {
        if self.steps.is_empty() {
            return Ok(None);
        }
        let (graph, catalog) = (self.graph, self.schema.catalog.clone());
        let snapshot = graph.snapshot_of(&head.record).await?;
        let tables = graph
            .evolved_tables(&snapshot, &catalog, self.steps, self.options)
            .await?;
        self.doomed = graph.doomed(&snapshot, &catalog, self.steps, &tables).await?;
        self.schema.write(graph.objects()).await?;
        graph.pass(inject::APPLY_SCHEMA).await?;
        let mut meta = self.meta.clone();
        self.doomed.describe(&mut meta);
        Ok(Some(Draft {
            tables,
            schema: self.schema.hash.clone(),
            settings: self.doomed.settings(&head.record),
            meta,
            ..Draft::after(&head.record, CommitKind::Schema, "apply a schema".to_owned())
        }))
    }
}

impl Graph {
    /// Schemas that the graph had before the one of `head`, each once, the newest first, as far as its last commits say.
    ///
    /// # Errors
    /// What reading records and schemas of older commits gives.
    pub async fn earlier_schemas(&self, head: &Snapshot) -> Result<Vec<Arc<Schema>>> {
        self.bounded(async {
            let mut seen = HashSet::from([head.record.schema.clone()]);
            let mut earlier = Vec::new();
            let mut record = head.record.clone();
            let first = first_retained(self.objects()).await?;
            for _ in 0..REMEMBERED_COMMITS {
                if record.sequence <= first {
                    break;
                }
                let Some(parent) = self.parent(&record).await? else {
                    break;
                };
                record = parent;
                if seen.insert(record.schema.clone()) {
                    earlier.push(self.snapshot_of(&record).await?.schema().clone());
                }
            }
            Ok(earlier)
        })
        .await
    }

    /// Claims `count` numbers for new types, properties and incarnations. Those that are not used are lost.
    ///
    /// # Errors
    /// The storage's, and a graph that cannot be written.
    pub async fn claim_identities(&self, count: u64) -> Result<Blocks> {
        self.bounded(async {
            if count > 0 {
                self.ensure_writable().await?;
            }
            Ok(Blocks::new("", identities::claim(self.objects(), count).await?))
        })
        .await
    }

    /// Publishes the change, if its commit still is the head.
    ///
    /// # Errors
    /// [`Error::ReadSetChanged`] if another commit came first, and what a write can fail with.
    pub async fn apply_schema(&self, change: SchemaChange<'_>, options: &ApplyOptions) -> Result<SchemaReport> {
        self.bounded(self.applied_schema(change, options)).await
    }

    async fn applied_schema(&self, change: SchemaChange<'_>, options: &ApplyOptions) -> Result<SchemaReport> {
        options.commit.check()?;
        self.ensure_writable().await?;
        let _turn = self.turn().await;
        let head = self.head().await?;
        let mut work = Evolving {
            graph: self,
            base: change.base,
            steps: change.steps,
            meta: change.meta,
            schema: Arc::new(Schema::of(change.object)),
            options,
            doomed: Doomed::default(),
        };
        let published = self.publish(Some(head), &mut work).await?;
        let Evolving { schema, doomed, .. } = work;
        match published {
            Some(head) => {
                self.remember_schema(schema);
                Ok(SchemaReport {
                    applied: true,
                    commit: head.record.id.clone(),
                    reclaimed: self.reclaim(doomed).await,
                })
            }
            None => Ok(SchemaReport {
                applied: false,
                commit: change.base.to_owned(),
                reclaimed: Vec::new(),
            }),
        }
    }

    /// The data of the new schema: what is new is empty, what changed has a new version, what is dropped is not named.
    async fn evolved_tables(
        &self,
        snapshot: &Snapshot,
        catalog: &Catalog,
        steps: &[Step],
        options: &ApplyOptions,
    ) -> Result<Vec<TableState>> {
        let nodes = catalog.nodes.values().map(|node| {
            let columns = columns::node_schema(node);
            (
                TableRole::Node,
                DeclarationKind::Node,
                node.name.as_str(),
                node.identity,
                columns,
                node.properties.as_slice(),
            )
        });
        let edges = catalog.edges.values().map(|edge| {
            let columns = columns::edge_schema(edge);
            (
                TableRole::Edge,
                DeclarationKind::Edge,
                edge.name.as_str(),
                edge.identity,
                columns,
                edge.properties.as_slice(),
            )
        });
        let mut tables = Vec::new();
        for (role, kind, type_name, identity, columns, properties) in nodes.chain(edges) {
            let Identity { type_id, incarnation } = identity;
            let Some(state) = snapshot.record.table(type_id, incarnation) else {
                tables.push(self.create_table(role, identity, columns).await?);
                continue;
            };
            let wanted = Wanted {
                columns,
                properties,
                filled: filled(steps, kind, type_name),
            };
            let hard = reclaim::drops_hard(steps, kind, type_name);
            tables.push(
                self.evolved_table(snapshot, (role, state), &wanted, hard, options)
                    .await?,
            );
        }
        tables.sort_by_key(|table| (table.type_id, table.incarnation));
        Ok(tables)
    }

    async fn evolved_table(
        &self,
        snapshot: &Snapshot,
        (role, state): (TableRole, &TableState),
        wanted: &Wanted<'_>,
        hard: bool,
        options: &ApplyOptions,
    ) -> Result<TableState> {
        let record = &snapshot.record;
        let mut table = self.open_table(role, record, state).await?;
        if !wanted.changes(table.dataset())? {
            return Ok(state.clone());
        }
        let mut state = state.clone();
        if !table.overlay().is_empty() {
            state = Box::pin(self.fold(record, role, table)).await?;
            table = self.open_table(role, record, &state).await?;
        }
        let Some(mut reshaped) = reshape(table.dataset(), wanted, options.progress.as_ref()).await? else {
            return Ok(state);
        };
        if hard && state.rows > 0 {
            // What is dropped lies in the files of what stays, until they are written without it.
            let (dataset, files) = rewrite(reshaped.dataset).await?;
            reshaped = Reshaped { dataset, files };
        }
        self.pass(inject::APPLY_DATASET).await?;
        let Reshaped { dataset, files } = reshaped;
        let next = TableState {
            version: dataset.manifest().version,
            manifest: self.library().manifest_sum(&dataset)?,
            bytes: dataset.manifest().fragments.iter().map(data_bytes).sum(),
            statistics: BTreeMap::new(),
            indexes: index_states(&dataset).await?,
            changed: record.depth + 1,
            folded: record.depth,
            ..state
        };
        self.library().sync(role, &next, files).await?;
        self.remember_table(&next, dataset);
        Ok(next)
    }
}

/// Properties of a type whose nulls give way to their default.
fn filled<'s>(steps: &'s [Step], kind: DeclarationKind, name: &str) -> HashSet<&'s str> {
    let of = |step: &'s Step| match &step.action {
        Action::ChangeNullability {
            type_kind,
            type_name,
            property_name,
            nullable: false,
            fill: Some(_),
            ..
        } if *type_kind == kind && type_name == name => Some(property_name.as_str()),
        _ => None,
    };
    steps.iter().filter_map(of).collect()
}

/// Rows of which the steps write a column; each type counts once.
pub fn rows_to_write(steps: &[Step], snapshot: &Snapshot) -> u64 {
    let mut types: BTreeMap<(DeclarationKind, &str), u64> = BTreeMap::new();
    let mut renamed: BTreeMap<(DeclarationKind, &str), &str> = BTreeMap::new();
    for step in steps {
        if let Action::RenameType { type_kind, from, to } = &step.action {
            renamed.insert((*type_kind, to), from);
        }
        if let (Cost::Rewrite, Some((kind, name))) = (step.cost, step.action.of_type()) {
            let old = renamed.get(&(kind, name)).copied().unwrap_or(name);
            let rows = match kind {
                DeclarationKind::Edge => snapshot.edge_rows(old),
                DeclarationKind::Node | DeclarationKind::Interface => snapshot.node_rows(old),
            };
            types.insert((kind, name), rows);
        }
    }
    types.values().sum()
}
