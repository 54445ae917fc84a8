//! How a graph begins: a place is claimed, then datasets, schema and the first record are written. Until that record is there,
//! the place holds no graph.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt};
use omnigraph_model::catalog::Identity;
use omnigraph_model::schema::{Blocks, SchemaObject};
use ulid::Ulid;

use super::branch::{self, FIRST, Published};
use super::graph::Graph;
use super::publication::by_id_content;
use crate::error::{Error, Result};
use crate::storage::{
    CommitKind, CommitRecord, FileSum, OpenOptions, Operation, Schema, TableRole, TableState, columns, identities,
    inject, layout, seal,
};

/// A place where a graph can be made: it holds none, and it can be written. First the numbers of the schema's types are
/// claimed, then the graph is created with the schema that has them.
#[derive(Debug)]
pub struct NewGraph {
    graph: Graph,
}

impl NewGraph {
    /// Makes sure that a graph can be made there.
    ///
    /// # Errors
    /// [`Error::AlreadyInitialized`] if a graph is there, and the storage's.
    pub async fn at(location: &str, options: OpenOptions) -> Result<NewGraph> {
        let graph = Graph::at(location, options)?;
        graph.refuse_existing().await?;
        graph.ensure_writable_by(graph.objects()).await?;
        Ok(NewGraph { graph })
    }

    /// Claims `count` numbers, in a new domain of identities.
    ///
    /// # Errors
    /// The storage's.
    pub async fn claim_identities(&self, count: u64) -> Result<Blocks> {
        let blocks = identities::claim(self.graph.objects(), count).await?;
        Ok(Blocks::new(Ulid::new().to_string(), blocks))
    }

    /// Creates the graph. Of several at once, one wins; a crash leaves a folder that is not a graph and that may be used.
    ///
    /// # Errors
    /// [`Error::AlreadyInitialized`] if another one won, and the storage's.
    pub async fn create(self, schema: SchemaObject) -> Result<Graph> {
        self.graph.genesis(Schema::of(schema)).await?;
        Ok(self.graph)
    }
}

impl Graph {
    async fn refuse_existing(&self) -> Result<()> {
        let objects = self.objects();
        let begun = objects.exists(&layout::record(self.branch(), FIRST)).await?;
        match (objects.read(layout::FORMAT).await?, begun) {
            (Some(_), true) => Err(self.already_initialized()),
            (None, true) => Err(self.without_format()),
            // One whose creation was cut short is taken over.
            (Some(format), false) => {
                seal::check(&format, layout::FORMAT, layout::STORAGE_FORMAT)?;
                match self.has_other_branches().await? {
                    // A graph begins once, on whatever branch.
                    true => Err(self.already_initialized()),
                    false => Ok(()),
                }
            }
            (None, false) => Ok(()),
        }
    }

    fn already_initialized(&self) -> Error {
        Error::AlreadyInitialized {
            location: self.location().to_owned(),
        }
    }

    async fn genesis(&self, schema: Schema) -> Result<()> {
        let mut types = Vec::new();
        for node in schema.catalog.nodes.values() {
            types.push((TableRole::Node, node.identity, columns::node_schema(node)));
        }
        for edge in schema.catalog.edges.values() {
            types.push((TableRole::Edge, edge.identity, columns::edge_schema(edge)));
        }
        let creations: Vec<BoxFuture<Result<TableState>>> = types
            .into_iter()
            .map(|(role, identity, columns)| self.create_table(role, identity, columns).boxed())
            .collect();
        let mut tables: Vec<TableState> = futures::stream::iter(creations)
            .buffer_unordered(8)
            .try_collect()
            .await?;
        tables.sort_by_key(|table| (table.type_id, table.incarnation));
        schema.write(self.objects()).await?;
        self.pass(inject::INIT_SCHEMA).await?;
        let id = Ulid::new().to_string();
        let record = CommitRecord {
            format: layout::RECORD_FORMAT,
            kind: CommitKind::Genesis,
            parents: Vec::new(),
            branch: self.branch().to_owned(),
            sequence: FIRST,
            life: id.clone(),
            depth: 1,
            time: chrono::Utc::now().timestamp_micros(),
            skewed: false,
            actor: None,
            client: self.client(),
            message: "create the graph".to_string(),
            meta: BTreeMap::new(),
            schema: schema.hash.clone(),
            tables,
            operation: Operation {
                kind: CommitKind::Genesis,
                id: Ulid::new().to_string(),
            },
            affected: BTreeMap::new(),
            last_merge: FIRST,
            settings: BTreeMap::new(),
            parent_hash: None,
            changes: None,
            tail: Vec::new(),
            id,
        };
        let hints = self.hints();
        hints
            .create(&layout::live(self.branch(), &record.life), Vec::new())
            .await?;
        hints.create(&layout::by_id(&record.id), by_id_content(&record)).await?;
        self.pass(inject::INIT_BEFORE_RECORD).await?;
        match branch::publish(self.objects(), record).await? {
            Published::Here(head) => {
                self.remember_schema(Arc::new(schema));
                branch::write_hint(hints, self.branch(), FIRST).await;
                self.remember(head);
                self.pass(inject::INIT_AFTER_RECORD).await
            }
            Published::Overtaken => Err(self.already_initialized()),
        }
    }

    /// A new dataset, without rows.
    pub(crate) async fn create_table(
        &self,
        role: TableRole,
        identity: Identity,
        columns: arrow_schema::Schema,
    ) -> Result<TableState> {
        let state = TableState {
            type_id: identity.type_id,
            incarnation: identity.incarnation,
            version: 1,
            manifest: FileSum::default(),
            rows: 0,
            bytes: 0,
            statistics: BTreeMap::new(),
            indexes: Vec::new(),
            changed: 0,
            next_row: None,
            first_new: None,
            overlay: 0,
            folded: 0,
        };
        let folder = layout::dataset(role, state.key());
        let dataset = self.library().create(&folder, Arc::new(columns)).await?;
        let state = TableState {
            version: dataset.manifest().version,
            manifest: self.library().manifest_sum(&dataset)?,
            ..state
        };
        self.remember_table(&state, Arc::new(dataset));
        self.pass(inject::INIT_DATASET).await?;
        Ok(state)
    }
}
