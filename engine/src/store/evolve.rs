//! Schema apply: the next schema, new datasets and new versions of changed ones, published by one record or not at all.
//! Columns are known by the numbers of their properties, so that adding, renaming and dropping one writes no rows.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use omnigraph_compiler::catalog::{Catalog, Identity};
use omnigraph_compiler::migrate::{Action, Cost, Earlier, Facts, Plan, PlanOptions, TypeFacts, checks, plan_from};
use omnigraph_compiler::project::check_schema_text;
use omnigraph_compiler::schema::{Blocks, SchemaObject};

use super::graph::{Draft, Graph};
use super::inject;
use super::options::CommitOptions;
use super::reclaim::{self, Reclaimed};
use super::record::{CommitKind, CommitRecord, TableState};
use super::reshape::{Progress, Reshaped, Wanted, reshape};
use super::schema::Schema;
use super::snapshot::Snapshot;
use super::table::{Table, TableRole};
use super::write::data_bytes;
use super::{answer, columns, evidence, identities};
use crate::cleanup::first_retained;
use crate::error::{Error, Result};
use crate::optimize::{index_states, rewrite};

/// What diagnostics call the text.
const SCHEMA_PATH: &str = "schema.pg";

/// Commits that are asked for the schemas they had.
const REMEMBERED_COMMITS: usize = 256;

/// A plan for one commit and no other.
#[derive(Clone, Debug)]
pub struct SchemaPlan {
    pub plan: Plan,
    /// The commit that it was made for.
    pub base: String,
    source: String,
    rows_to_write: u64,
}

/// How a plan is applied.
#[derive(Clone, Default)]
pub struct ApplyOptions {
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

impl SchemaPlan {
    /// Why it cannot be applied, a sentence a reason, each with its code.
    pub fn obstacles(&self) -> Vec<String> {
        let mut obstacles = Vec::new();
        for step in &self.plan.steps {
            if let Action::UnsupportedChange { reason, code, .. } = &step.action {
                obstacles.push(format!("[{}] {reason}", code.unwrap_or("unsupported")));
            }
        }
        for judged in self.plan.errors() {
            let text = format!("[{}] {}", judged.finding.rule.code, judged.finding.message);
            if !obstacles.contains(&text) {
                obstacles.push(text);
            }
        }
        obstacles.extend(self.plan.failed_checks());
        // What is allowed by its author is still not true of the data.
        for step in self.plan.unproved() {
            let told = |code: &&str| obstacles.iter().any(|text| text.contains(*code));
            if !step.codes.iter().any(told) {
                let code = step.codes.first().copied().unwrap_or("OG-MF-107");
                obstacles.push(format!(
                    "[{code}] the stored rows forbid step {}: {}",
                    step.id,
                    step.action.deed()
                ));
            }
        }
        obstacles
    }

    /// Rows of which a column will be written.
    pub fn rows_to_write(&self) -> u64 {
        self.rows_to_write
    }
}

impl Graph {
    /// Plans the change of the head's schema to the one in `source`, with what the stored rows say. Writes nothing.
    pub async fn plan_schema(&self, source: &str, options: &PlanOptions) -> Result<SchemaPlan> {
        self.bounded(self.planned_schema(source, options)).await
    }

    async fn planned_schema(&self, source: &str, options: &PlanOptions) -> Result<SchemaPlan> {
        let snapshot = self.snapshot().await?;
        let options = &PlanOptions {
            earlier: self.earlier_schemas(&snapshot.record).await?,
            ..options.clone()
        };
        let object = &snapshot.schema().object;
        let mut text = check_schema_text(source);
        if source == object.source {
            text.forget_checks();
        }
        let facts = |table: &TableState| {
            let of = TypeFacts {
                rows: table.rows,
                bytes: table.bytes,
                indexed: !table.indexes.is_empty(),
            };
            (table.type_id, of)
        };
        let facts = Facts::of_types(snapshot.record.tables.iter().map(facts).collect());
        let rejected = |diagnostics| Error::Compiler { diagnostics };
        let first = plan_from(&object.ir, &text, SCHEMA_PATH, &facts, options).map_err(rejected)?;
        let mut answers = Vec::new();
        for question in &first.questions {
            answers.push((question.clone(), answer::ask(&snapshot, question).await?));
        }
        let evidence = evidence::gather(&snapshot, &checks(&object.ir, &text)).await?;
        let facts = facts.with_answers(answers).with_evidence(evidence);
        let plan = plan_from(&object.ir, &text, SCHEMA_PATH, &facts, options).map_err(rejected)?;
        Ok(SchemaPlan {
            rows_to_write: rows_to_write(&plan, &snapshot),
            plan: plan.with_texts(&object.source, source),
            base: snapshot.commit_id().to_owned(),
            source: source.to_owned(),
        })
    }

    /// What the graph had before, as far as its last commits tell.
    async fn earlier_schemas(&self, head: &Arc<CommitRecord>) -> Result<Vec<Earlier>> {
        let mut seen = HashSet::from([head.schema.clone()]);
        let mut earlier = Vec::new();
        let mut record = head.clone();
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
                earlier.push(Earlier::of(&self.snapshot_of(&record).await?.schema().object.ir));
            }
        }
        Ok(earlier)
    }

    /// Applies exactly this plan, if its commit still is the head.
    pub async fn apply_schema(&self, plan: &SchemaPlan, options: &ApplyOptions) -> Result<SchemaReport> {
        self.bounded(self.applied_schema(plan, options)).await
    }

    async fn applied_schema(&self, plan: &SchemaPlan, options: &ApplyOptions) -> Result<SchemaReport> {
        options.commit.check()?;
        let obstacles = plan.obstacles();
        if !obstacles.is_empty() {
            return Err(Error::bad_request(format!(
                "the schema cannot be applied: {}",
                obstacles.join("; ")
            )));
        }
        self.ensure_writable().await?;
        let _turn = self.turn().await;
        let head = self.head().await?;
        options.commit.check_head(&head)?;
        let moved = |actual: &str| Error::ReadSetChanged {
            expected: plan.base.clone(),
            actual: actual.to_owned(),
        };
        if head.record.id != plan.base {
            return Err(moved(&head.record.id));
        }
        if plan.plan.steps.is_empty() {
            return Ok(SchemaReport {
                applied: false,
                commit: plan.base.clone(),
                reclaimed: Vec::new(),
            });
        }
        let snapshot = self.snapshot_of(&head.record).await?;
        let before = &snapshot.schema().object;
        let needed = SchemaObject::numbers_needed(&plan.source, Some(&before.ir));
        let blocks = identities::claim(self.objects(), needed).await?;
        let object = before
            .evolve(&plan.source, &mut Blocks::new("", blocks))
            .map_err(|diagnostics| Error::Compiler { diagnostics })?;
        let schema = Schema::of(object);
        let tables = self
            .evolved_tables(&snapshot, &schema.catalog, &plan.plan, options)
            .await?;
        let doomed = self.doomed(&snapshot, &schema.catalog, &plan.plan, &tables).await?;
        schema.write(self.objects()).await?;
        self.pass(inject::APPLY_SCHEMA).await?;
        let mut commit = options.commit.clone();
        doomed.describe(&mut commit);
        evidence::describe(&plan.plan.checks, &mut commit);
        let draft = Draft {
            kind: CommitKind::Schema,
            message: "apply a schema".to_owned(),
            tables,
            affected: BTreeMap::new(),
            schema: schema.hash.clone(),
        };
        let settings = doomed.settings(&head.record);
        match self.publish_with(&head, draft, &commit, settings).await? {
            Some(head) => {
                self.remember_schema(Arc::new(schema));
                Ok(SchemaReport {
                    applied: true,
                    commit: head.record.id.clone(),
                    reclaimed: self.reclaim(doomed).await,
                })
            }
            None => Err(moved(&self.head().await?.record.id)),
        }
    }

    /// The data of the new schema: what is new is empty, what changed has a new version, what is dropped is not named.
    async fn evolved_tables(
        &self,
        snapshot: &Snapshot,
        catalog: &Catalog,
        plan: &Plan,
        options: &ApplyOptions,
    ) -> Result<Vec<TableState>> {
        let nodes = catalog.nodes.values().map(|node| {
            let columns = columns::node_schema(node);
            (
                TableRole::Node,
                "node",
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
                "edge",
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
                filled: filled(plan, kind, type_name),
            };
            let hard = reclaim::drops_hard(plan, kind, type_name);
            tables.push(self.evolved_table(role, state, &wanted, hard, options).await?);
        }
        tables.sort_by_key(|table| (table.type_id, table.incarnation));
        Ok(tables)
    }

    async fn evolved_table(
        &self,
        role: TableRole,
        state: &TableState,
        wanted: &Wanted<'_>,
        hard: bool,
        options: &ApplyOptions,
    ) -> Result<TableState> {
        let table = self.open_table(role, state).await?;
        let reshaped = reshape(table.dataset(), wanted, options.progress.as_ref()).await?;
        let Some(mut reshaped) = reshaped else {
            return Ok(state.clone());
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
            ..state.clone()
        };
        self.sync(role, &next, files).await?;
        self.remember_table(Table::new(next.key(), dataset, next.rows));
        Ok(next)
    }
}

/// Properties of a type whose nulls give way to their default.
fn filled<'p>(plan: &'p Plan, kind: &str, name: &str) -> HashSet<&'p str> {
    let of = |step: &'p omnigraph_compiler::migrate::Step| match &step.action {
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
    plan.steps.iter().filter_map(of).collect()
}

/// Each type once, in the names of the new schema.
fn rows_to_write(plan: &Plan, snapshot: &Snapshot) -> u64 {
    let mut types: BTreeMap<(String, String), u64> = BTreeMap::new();
    let mut named: BTreeMap<String, String> = BTreeMap::new();
    for step in &plan.steps {
        if let Action::RenameType { type_kind, from, to } = &step.action {
            named.insert(format!("{type_kind}:{to}"), from.clone());
        }
        if let (Cost::Rewrite, Some((kind, name))) = (step.cost, step.action.of_type()) {
            let old = named.get(&format!("{kind}:{name}")).map_or(name, String::as_str);
            let rows = match kind {
                "node" => snapshot.node_rows(old),
                _ => snapshot.edge_rows(old),
            };
            types.insert((kind.to_owned(), name.to_owned()), rows);
        }
    }
    types.values().sum()
}
