//! Schema apply: the next schema, new datasets and new versions of changed ones, published by one record or not at all.
//! Columns are known by the numbers of their properties, so that adding, renaming and dropping one writes no rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_schema::Schema as ArrowSchema;
use lance::Dataset;
use lance::dataset::CommitBuilder;
use lance::dataset::transaction::{Operation, TransactionBuilder};
use lance::datatypes::{Field, Schema as LanceSchema};
use omnigraph_compiler::catalog::{Catalog, Identity};
use omnigraph_compiler::migrate::{Action, Cost, Facts, Mode, Plan, PlanOptions, plan_from};
use omnigraph_compiler::project::check_schema_text;
use omnigraph_compiler::schema::{Blocks, SchemaObject};

use super::columns::{self, PROPERTY_ID};
use super::graph::{Draft, Graph};
use super::options::CommitOptions;
use super::record::{CommitKind, TableState};
use super::schema::Schema;
use super::snapshot::Snapshot;
use super::table::{Table, TableRole};
use super::{answer, identities};
use crate::error::{Error, Result};

/// What diagnostics call the text.
const SCHEMA_PATH: &str = "schema.pg";

/// A plan for one commit and no other.
#[derive(Clone, Debug)]
pub struct SchemaPlan {
    pub plan: Plan,
    /// The commit that it was made for.
    pub base: String,
    source: String,
}

/// What an apply did.
#[derive(Clone, Debug)]
pub struct SchemaReport {
    /// False if there was nothing to do.
    pub applied: bool,
    /// The head afterwards.
    pub commit: String,
}

impl SchemaPlan {
    /// Why it cannot be applied, a sentence a reason, each with its code.
    pub fn obstacles(&self) -> Vec<String> {
        let mut obstacles = Vec::new();
        for step in &self.plan.steps {
            let hard = |mode: &Mode| *mode == Mode::Hard;
            match &step.action {
                Action::UnsupportedChange { reason, code, .. } => {
                    obstacles.push(format!("[{}] {reason}", code.unwrap_or("unsupported")));
                }
                Action::DropType { mode, name, .. } if hard(mode) => {
                    obstacles.push(format!(
                        "[OG-DS-102] the files of {name} cannot be removed at once; drop it softly"
                    ));
                }
                Action::DropProperty {
                    mode, property_name, ..
                } if hard(mode) => {
                    obstacles.push(format!(
                        "[OG-DS-104] the values of {property_name} cannot be removed at once; drop it softly"
                    ));
                }
                action if step.cost == Cost::Rewrite => {
                    let codes = step.codes.first().copied().unwrap_or("OG-MF-103");
                    obstacles.push(format!(
                        "[{codes}] step {} ({}) would write values into rows that exist, which is not supported",
                        step.id,
                        action.kind()
                    ));
                }
                _ => {}
            }
        }
        for judged in self.plan.errors() {
            let text = format!("[{}] {}", judged.finding.rule.code, judged.finding.message);
            if !obstacles.contains(&text) {
                obstacles.push(text);
            }
        }
        // What is allowed by its author is still not true of the data.
        for step in self.plan.unproved() {
            if !step
                .codes
                .iter()
                .any(|code| obstacles.iter().any(|text| text.contains(code)))
            {
                let code = step.codes.first().copied().unwrap_or("OG-MF-107");
                obstacles.push(format!(
                    "[{code}] the stored rows do not satisfy step {} ({})",
                    step.id,
                    step.action.kind()
                ));
            }
        }
        obstacles
    }
}

impl Graph {
    /// Plans the change of the head's schema to the one in `source`, with what the stored rows say. Writes nothing.
    pub async fn plan_schema(&self, source: &str, options: PlanOptions) -> Result<SchemaPlan> {
        let snapshot = self.snapshot().await?;
        let object = &snapshot.schema().object;
        let text = check_schema_text(source);
        let rows = |table: &TableState| (table.type_id, table.rows);
        let facts = Facts::of_rows(snapshot.record.tables.iter().map(rows).collect());
        let rejected = |diagnostics| Error::Compiler { diagnostics };
        let first = plan_from(&object.ir, &text, SCHEMA_PATH, &facts, options).map_err(rejected)?;
        let mut answers = Vec::new();
        for question in &first.questions {
            answers.push((question.clone(), answer::ask(&snapshot, question).await?));
        }
        let facts = facts.with_answers(answers);
        let plan = plan_from(&object.ir, &text, SCHEMA_PATH, &facts, options).map_err(rejected)?;
        Ok(SchemaPlan {
            plan: plan.with_texts(&object.source, source),
            base: snapshot.commit_id().to_owned(),
            source: source.to_owned(),
        })
    }

    /// Applies exactly this plan, if its commit still is the head.
    pub async fn apply_schema(&self, plan: &SchemaPlan, options: &CommitOptions) -> Result<SchemaReport> {
        options.check()?;
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
        options.check_head(&head)?;
        if head.record.id != plan.base {
            return Err(Error::ReadSetChanged {
                expected: plan.base.clone(),
                actual: head.record.id.clone(),
            });
        }
        if plan.plan.steps.is_empty() {
            return Ok(SchemaReport {
                applied: false,
                commit: plan.base.clone(),
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
        let tables = self.evolved_tables(&snapshot, &schema.catalog).await?;
        schema.write(self.objects()).await?;
        let draft = Draft {
            kind: CommitKind::Schema,
            message: "apply a schema".to_owned(),
            tables,
            affected: BTreeMap::new(),
            schema: schema.hash.clone(),
        };
        match self.publish(&head, draft, options).await? {
            Some(head) => {
                self.remember_schema(Arc::new(schema));
                Ok(SchemaReport {
                    applied: true,
                    commit: head.record.id.clone(),
                })
            }
            None => Err(Error::ReadSetChanged {
                expected: plan.base.clone(),
                actual: self.head().await?.record.id.clone(),
            }),
        }
    }

    /// The data of the new schema: what is new is empty, what changed has a new version, what is dropped is not named.
    async fn evolved_tables(&self, snapshot: &Snapshot, catalog: &Catalog) -> Result<Vec<TableState>> {
        let nodes = catalog.nodes.values();
        let nodes = nodes.map(|node| (TableRole::Node, node.identity, columns::node_schema(node)));
        let edges = catalog.edges.values();
        let edges = edges.map(|edge| (TableRole::Edge, edge.identity, columns::edge_schema(edge)));
        let mut tables = Vec::new();
        for (role, identity, wanted) in nodes.chain(edges) {
            let Identity { type_id, incarnation } = identity;
            tables.push(match snapshot.record.table(type_id, incarnation) {
                None => self.create_table(role, identity, wanted).await?,
                Some(state) => self.evolved_table(role, state, &wanted).await?,
            });
        }
        tables.sort_by_key(|table| (table.type_id, table.incarnation));
        Ok(tables)
    }

    async fn evolved_table(&self, role: TableRole, state: &TableState, wanted: &ArrowSchema) -> Result<TableState> {
        let table = self.open_table(role, state).await?;
        let base = table.dataset();
        let Some((schema, grows)) = next_columns(base, wanted)? else {
            return Ok(state.clone());
        };
        let renamed: BTreeMap<String, String> = base
            .schema()
            .fields
            .iter()
            .filter_map(|old| {
                let new = schema.fields.iter().find(|new| new.id == old.id)?;
                Some((old.name.clone(), new.name.clone()))
            })
            .collect();
        let operation = match grows {
            false => Operation::Project {
                schema,
                preserves_nullability: false,
            },
            true => Operation::Merge {
                fragments: base.manifest().fragments.as_ref().clone(),
                schema,
                preserves_nullability: false,
            },
        };
        let transaction = TransactionBuilder::new(base.manifest().version, operation).build();
        let dataset = CommitBuilder::new(base.clone())
            .with_detached(true)
            .execute(transaction)
            .await?;
        let mut next = TableState {
            version: dataset.manifest().version,
            statistics: BTreeMap::new(),
            ..state.clone()
        };
        next.indexes.retain_mut(|index| {
            let names: Option<Vec<String>> = index.columns.iter().map(|name| renamed.get(name).cloned()).collect();
            let kept = names.is_some();
            index.columns = names.unwrap_or_default();
            kept
        });
        let manifest = dataset.manifest_location().path.filename().unwrap_or_default();
        let file = std::path::PathBuf::from("_versions").join(manifest);
        self.sync(role, &next, vec![file]).await?;
        self.remember_table(Table::new(next.key(), Arc::new(dataset), next.rows));
        Ok(next)
    }
}

/// The dataset's columns as they are wanted, and whether some are new; `None` if they are so already. A column is the
/// same if its property is.
fn next_columns(base: &Dataset, wanted: &ArrowSchema) -> Result<Option<(LanceSchema, bool)>> {
    let stored = base.schema();
    if ArrowSchema::from(stored).fields == wanted.fields {
        return Ok(None);
    }
    let mut schema = LanceSchema::try_from(wanted)?;
    let mut grows = false;
    for field in &mut schema.fields {
        let same = stored.fields.iter().find(|old| match field.metadata.get(PROPERTY_ID) {
            Some(number) => old.metadata.get(PROPERTY_ID) == Some(number),
            None => old.name == field.name && !old.metadata.contains_key(PROPERTY_ID),
        });
        match same {
            Some(old) if old.logical_type == field.logical_type => {
                let (name, nullable) = (field.name.clone(), field.nullable);
                *field = Field {
                    name,
                    nullable,
                    ..old.clone()
                };
            }
            _ => {
                unset(field);
                grows = true;
            }
        }
    }
    schema.metadata = stored.metadata.clone();
    // Columns that were dropped are still in the files: their numbers are not given again.
    schema.set_field_id(Some(base.manifest().max_field_id()));
    Ok(Some((schema, grows)))
}

fn unset(field: &mut Field) {
    field.id = -1;
    field.children.iter_mut().for_each(unset);
}
