//! Changes of the schema: planned, with what the stored rows say, and applied. The compiler plans on what it is given of the
//! data; what it wants to know beyond that it asks, and plans again with the answers.

use omnigraph_compiler::migrate::{Earlier, MigrationPlan, PlanOptions, StoredData, TypeStatistics, checks, plan_from};
use omnigraph_compiler::schema_text::{self, SCHEMA_FILE, check_schema_text};
use omnigraph_engine::evolve;
use omnigraph_engine::storage::TableState;
use omnigraph_engine::{ApplyOptions, SchemaChange, SchemaReport};
use omnigraph_model::migration::Action as Change;

use crate::authorise::Action;
use crate::error::Result;
use crate::evidence;
use crate::graph::rejected;
use crate::session::Session;

/// A plan for one commit and no other.
#[derive(Clone, Debug)]
pub struct SchemaPlan {
    /// Steps, and what was found about them.
    pub plan: MigrationPlan,
    /// The commit that it was made for.
    pub base: String,
    source: String,
    rows_to_write: u64,
}

impl SchemaPlan {
    /// Why it cannot be applied, a sentence per reason, each with its code.
    pub fn obstacles(&self) -> Vec<String> {
        let mut obstacles = Vec::new();
        for step in &self.plan.steps {
            if let Change::UnsupportedChange { reason, code, .. } = &step.action {
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

impl Session {
    /// Plans the change of the newest commit's schema to the one in `source`, with what the stored rows say. Writes nothing.
    ///
    /// # Errors
    /// [`crate::Error::Compiler`] if the text has errors; what reading the rows gives.
    pub async fn plan_schema(&self, source: &str, options: &PlanOptions) -> Result<SchemaPlan> {
        self.authorise(Action::Describe)?;
        let store = self.graph().store();
        let snapshot = store.snapshot().await?;
        let earlier = store.earlier_schemas(&snapshot).await?;
        let options = &PlanOptions {
            earlier: earlier.iter().map(|schema| Earlier::of(&schema.object.ir)).collect(),
            ..options.clone()
        };
        self.graph().compilations().verify_schema(&snapshot)?;
        let object = &snapshot.schema().object;
        let mut text = check_schema_text(source);
        if source == object.source {
            text.forget_checks();
        }
        let statistics = |table: &TableState| {
            let of = TypeStatistics {
                rows: table.rows,
                bytes: table.bytes,
                indexed: !table.indexes.is_empty(),
            };
            (table.type_id, of)
        };
        let data = StoredData::of_types(snapshot.record.tables.iter().map(statistics).collect());
        let rejected = |diagnostics| rejected(source, diagnostics);
        let first = plan_from(&object.ir, &text, SCHEMA_FILE, &data, options).map_err(rejected)?;
        let mut answers = Vec::new();
        for question in &first.questions {
            answers.push((question.clone(), evolve::ask(&snapshot, question).await?));
        }
        let evidence = evidence::gather(&snapshot, &checks(&object.ir, &text)).await?;
        let data = data.with_answers(answers).with_evidence(evidence);
        let plan = plan_from(&object.ir, &text, SCHEMA_FILE, &data, options).map_err(rejected)?;
        Ok(SchemaPlan {
            rows_to_write: evolve::rows_to_write(&plan.steps, &snapshot),
            plan: plan.with_texts(&object.source, source),
            base: snapshot.commit_id().to_owned(),
            source: source.to_owned(),
        })
    }

    /// Applies exactly this plan, if its commit still is the newest.
    ///
    /// # Errors
    /// [`crate::Error::Denied`]; a bad request if the plan has obstacles; what a write can fail with, if another commit came
    /// first above all.
    pub async fn apply_schema(&self, plan: &SchemaPlan, options: &ApplyOptions) -> Result<SchemaReport> {
        self.authorise(Action::SchemaApply)?;
        let obstacles = plan.obstacles();
        if !obstacles.is_empty() {
            let message = format!("the schema cannot be applied: {}", obstacles.join("; "));
            return Err(omnigraph_engine::Error::bad_request(message).into());
        }
        let store = self.graph().store();
        let snapshot = store.snapshot_at(&plan.base).await?;
        self.graph().compilations().verify_schema(&snapshot)?;
        let before = &snapshot.schema().object;
        let needed = schema_text::needed(&plan.source, Some(&before.ir));
        let mut numbers = store.claim_identities(needed).await?;
        let object = schema_text::evolve(before, &plan.source, &mut numbers)
            .map_err(|diagnostics| rejected(&plan.source, diagnostics))?;
        let change = SchemaChange {
            base: &plan.base,
            object,
            steps: &plan.plan.steps,
            meta: evidence::passed(&plan.plan.checks),
        };
        let options = ApplyOptions {
            commit: self.authored(options.commit.clone()),
            ..options.clone()
        };
        Ok(store.apply_schema(change, &options).await?)
    }
}
