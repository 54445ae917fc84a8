//! Migrations: two accepted schemas compared by their identities give ordered steps, what each step may break, and the
//! questions that only the stored data can answer. Nothing is read or written here.

mod change;
mod checks;
mod constraint;
mod cost;
mod history;
mod likeness;
mod merge;
mod naming;
mod owners;
mod property;
mod stored_data;
mod suppress;
mod types;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use omnigraph_model::migration::{Action, Answer, Cost, Question, Step, Tier, Validation};
use omnigraph_model::schema::{Accepted, Allocate, Counter, DeclarationKind};

use crate::diagnostic::{Diagnostic, Finding, Place, Severity};
use crate::rules::migrations::{
    og_bc_106_query_broken, og_bc_107_interface_grows, og_mf_109_unknown_data, og_nl_106_rename_cycle,
    og_nm_107_no_description,
};
use crate::schema::{Hint, accept};
use crate::schema_text::{SchemaText, check_schema_text};
use crate::settings::{OwnerSettings, Settings};

pub use checks::{Check, CheckResult, CheckStatus, Evidence, SHOWN_ROWS, checks};

pub use history::Earlier;
pub use stored_data::{StoredData, TypeStatistics};

/// Whose text a place is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Accepted,
    Desired,
}

/// A finding with the step that caused it, if one did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    pub finding: Finding,
    pub step: Option<usize>,
    /// `node:Book.pages`, or `schema`.
    pub entity: String,
    pub side: Side,
    pub state: FindingState,
}

/// Whether a finding counts. Only what is open blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingState {
    Open,
    /// A check on the stored data shows that it cannot happen.
    Proved,
    /// Waved through by the schema's author.
    Suppressed,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MigrationPlan {
    /// Hash of the accepted schema, with its identities.
    pub schema: String,
    pub steps: Vec<Step>,
    pub findings: Vec<Judged>,
    /// What the stored data must be asked; answered, they belong into [`StoredData`] for planning again.
    pub questions: Vec<Question>,
    /// The checks of the new schema, in its order.
    pub checks: Vec<CheckResult>,
}

impl MigrationPlan {
    /// The plan when the texts differ too: a change of layout or comments alone is a step of its own.
    pub fn with_texts(mut self, accepted: &str, desired: &str) -> MigrationPlan {
        if self.steps.is_empty() && accepted != desired {
            self.steps.push(Step {
                action: Action::UpdateSource,
                id: "s1".to_owned(),
                tier: Tier::Safe,
                cost: Cost::Metadata,
                codes: Vec::new(),
            });
        }
        self
    }

    /// Findings by the project's levels. `path` is the new schema's, from the settings' folder. What the data forbid stays
    /// forbidden, whatever a level says.
    pub fn levelled(mut self, settings: &Settings, path: &str) -> MigrationPlan {
        self.findings.retain_mut(|judged| {
            let level = settings.severity(judged.finding.rule, judged.finding.severity, path);
            if let Some(severity) = level {
                judged.finding.severity = severity;
            }
            level.is_some()
        });
        self
    }

    /// The plan when so many queries of the project stop working with it.
    pub fn breaking(mut self, queries: usize, text: &SchemaText) -> MigrationPlan {
        if queries > 0 {
            let what = if queries == 1 { "query does" } else { "queries do" };
            let finding = Finding::new(
                &og_bc_106_query_broken::RULE,
                Place::File(omnigraph_grammar::Span::at(0)),
                format!("{queries} {what} not check against the new schema"),
            )
            .help("change them in the same release");
            self.findings.push(Judged {
                finding,
                step: None,
                entity: "schema".to_owned(),
                side: Side::Desired,
                state: FindingState::Open,
            });
            suppress::apply(&mut self, &text.items);
        }
        self
    }

    /// The plan with the queries named that read an interface of which more is found: `readers` has them by the accepted name.
    pub fn read_by(mut self, readers: &BTreeMap<String, BTreeSet<String>>) -> MigrationPlan {
        for judged in &mut self.findings {
            if judged.finding.rule.code == og_bc_107_interface_grows::RULE.code
                && let Some(queries) = readers.get(og_bc_107_interface_grows::interface(&judged.finding))
            {
                let note = og_bc_107_interface_grows::readers(queries);
                judged.finding = judged.finding.clone().note(note);
            }
        }
        self
    }

    /// Steps that only the data can allow, and that they do not allow or were not asked about.
    pub fn unproved(&self) -> impl Iterator<Item = &Step> {
        self.steps
            .iter()
            .filter(|step| step.action.validation() == Validation::Scan)
    }

    /// Every step can be applied.
    pub fn supported(&self) -> bool {
        let refused = |step: &Step| matches!(step.action, Action::UnsupportedChange { .. });
        !self.steps.iter().any(refused)
    }

    /// Nothing that was found is an error, and no check failed.
    pub fn safe(&self) -> bool {
        self.errors().next().is_none() && self.failed_checks().next().is_none()
    }

    /// Why checks block an apply, a sentence for each that failed.
    pub fn failed_checks(&self) -> impl Iterator<Item = String> {
        self.checks.iter().filter_map(CheckResult::obstacle)
    }

    /// The findings that block an apply.
    pub fn errors(&self) -> impl Iterator<Item = &Judged> {
        let blocks =
            |judged: &&Judged| judged.finding.severity == Severity::Error && judged.state == FindingState::Open;
        self.findings.iter().filter(blocks)
    }

    /// The findings of one side's text with absolute places; `text` is that side's, and `path` its name.
    pub fn diagnostics(&self, side: Side, text: &SchemaText, path: &str) -> Vec<(usize, Diagnostic)> {
        let own = self
            .findings
            .iter()
            .enumerate()
            .filter(|(_, judged)| judged.side == side);
        own.map(|(at, judged)| (at, text.placed(path, &judged.finding)))
            .collect()
    }
}

/// What a planner may know besides the schemas.
#[derive(Clone, Debug, Default)]
pub struct PlanOptions {
    pub hard_drops: HardDrops,
    /// Hash of the accepted schema that the plan is meant for.
    pub if_schema: Option<String>,
    /// What the graph had before the accepted schema.
    pub earlier: Vec<Earlier>,
    /// Text of the schema that both sides of a plan between texts were made from.
    pub base: Option<String>,
    /// Who plans.
    pub actor: Option<String>,
    pub owners: OwnerSettings,
    /// Lengths of vectors by model.
    pub models: BTreeMap<String, u32>,
    /// What is new must be described.
    pub descriptions: bool,
}

impl PlanOptions {
    /// What a project's settings say of plans.
    pub fn of(settings: &Settings, path: &str) -> PlanOptions {
        let described = &og_nm_107_no_description::RULE;
        PlanOptions {
            owners: settings.owners.clone(),
            models: settings.models.clone(),
            descriptions: settings.severity(described, described.severity, path).is_some(),
            ..PlanOptions::default()
        }
    }
}

/// Which dropped data are removed at once and for good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HardDrops {
    #[default]
    None,
    All,
    /// `node:Kiosk`, `node:Member.fax`.
    Only(BTreeSet<String>),
}

impl HardDrops {
    fn include(&self, entity: &str) -> bool {
        match self {
            HardDrops::None => false,
            HardDrops::All => true,
            HardDrops::Only(entities) => entities.contains(entity),
        }
    }
}

/// Why a text cannot become the next schema: its own errors, or hints that lead nowhere.
pub type Refusal = Vec<Diagnostic>;

/// Plans from one text to another, with throw-away identities.
pub fn plan_texts(
    accepted: &SchemaText,
    desired: &SchemaText,
    path: &str,
    options: &PlanOptions,
) -> Result<MigrationPlan, Refusal> {
    let mut counter = Counter::default();
    let identified =
        |text: &SchemaText, previous: Option<&Accepted>, counter: &mut Counter| identify(text, previous, counter, path);
    let first = identified(accepted, None, &mut counter)?;
    let mut desired = desired.clone();
    desired.tolerate(accepted.text());
    if desired.text() == accepted.text() {
        desired.forget_checks();
    }
    let next = identified(&desired, Some(&first), &mut counter)?;
    let mut plan = plan(&first, &next, &desired, &StoredData::unknown(), options);
    if let Some(base) = &options.base {
        let conflicts = merge::conflicts(&check_schema_text(base), accepted, &desired, path)?;
        plan.findings.extend(conflicts);
        suppress::apply(&mut plan, &desired.items);
    }
    Ok(plan)
}

/// Plans from an accepted schema to a text, with throw-away numbers for what is new.
pub fn plan_from(
    accepted: &Accepted,
    desired: &SchemaText,
    path: &str,
    data: &StoredData,
    options: &PlanOptions,
) -> Result<MigrationPlan, Refusal> {
    let mut counter = Counter::after(accepted.next_identity_id);
    let next = identify(desired, Some(accepted), &mut counter, path)?;
    Ok(plan(accepted, &next, desired, data, options))
}

fn identify(
    text: &SchemaText,
    previous: Option<&Accepted>,
    allocate: &mut dyn Allocate,
    path: &str,
) -> Result<Accepted, Refusal> {
    let is_error = |diagnostic: &Diagnostic| diagnostic.severity == Severity::Error;
    let mut findings = text.check.findings.clone();
    findings.extend(previous.map(|accepted| text.checks_on(accepted)).into_iter().flatten());
    let diagnostics = text.diagnostics(path, &findings);
    if diagnostics.iter().any(is_error) {
        return Err(diagnostics);
    }
    match accept(&text.check, previous, allocate) {
        Ok((accepted, _)) => Ok(accepted),
        Err(findings) => Err(text.diagnostics(path, &findings)),
    }
}

/// Plans between two schemas of one identity domain. `text` is what `desired` was read from.
pub fn plan(
    accepted: &Accepted,
    desired: &Accepted,
    text: &SchemaText,
    data: &StoredData,
    options: &PlanOptions,
) -> MigrationPlan {
    let mut planner = Planner {
        accepted,
        desired,
        data,
        options,
        plan: MigrationPlan {
            schema: accepted.state().schema_ir_hash,
            ..MigrationPlan::default()
        },
        guessed: false,
        taken_back: BTreeSet::new(),
    };
    planner.types();
    planner.renames_without_hint();
    planner.cycles(&text.check.hints);
    planner.naming();
    planner.costs();
    planner.history();
    planner.demands();
    if planner.guessed {
        let finding = Finding::new(
            &og_mf_109_unknown_data::RULE,
            Place::File(omnigraph_grammar::Span::at(0)),
            "the stored data are not known: every type is taken to have rows that break the new rules",
        )
        .help("plan against the graph with --store");
        planner.loose(finding, "schema".to_owned());
    }
    let mut plan = planner.plan;
    suppress::apply(&mut plan, &text.items);
    checks::apply(&mut plan, &checks(accepted, text), data.evidence());
    for (at, step) in plan.steps.iter_mut().enumerate() {
        step.id = format!("s{}", at + 1);
    }
    plan
}

struct Planner<'a> {
    accepted: &'a Accepted,
    desired: &'a Accepted,
    data: &'a StoredData,
    options: &'a PlanOptions,
    plan: MigrationPlan,
    /// Something was judged without knowing the data.
    guessed: bool,
    /// What is added under a name that something dropped had before.
    taken_back: BTreeSet<String>,
}

impl Planner<'_> {
    fn step(&mut self, action: Action, tier: Tier, cost: Cost) {
        self.plan.steps.push(Step {
            action,
            id: String::new(),
            tier,
            cost,
            codes: Vec::new(),
        });
    }

    fn safe(&mut self, action: Action) {
        self.step(action, Tier::Safe, Cost::Metadata);
    }

    fn unsupported(&mut self, entity: &str, reason: impl Into<String>, code: &'static str) {
        let action = Action::UnsupportedChange {
            entity: entity.to_owned(),
            reason: reason.into(),
            code: Some(code),
        };
        self.step(action, Tier::Destructive, Cost::Metadata);
    }

    /// A finding that the last step caused.
    fn find(&mut self, finding: Finding, entity: &str) {
        self.find_in(finding, entity, Side::Desired);
    }

    fn find_in(&mut self, finding: Finding, entity: &str, side: Side) {
        let code = finding.rule.code;
        if let Some(step) = self.plan.steps.last_mut()
            && !step.codes.contains(&code)
        {
            step.codes.push(code);
        }
        let step = self.plan.steps.len().checked_sub(1);
        self.judge(finding, entity.to_owned(), side, step);
    }

    /// A finding that no single step caused.
    fn loose(&mut self, finding: Finding, entity: String) {
        self.judge(finding, entity, Side::Desired, None);
    }

    fn judge(&mut self, finding: Finding, entity: String, side: Side, step: Option<usize>) {
        self.plan.findings.push(Judged {
            finding,
            step,
            entity,
            side,
            state: FindingState::Open,
        });
    }

    /// Rows of an accepted type; unknown counts as many.
    fn populated(&mut self, type_id: u64) -> bool {
        match self.data.rows(type_id) {
            Some(rows) => rows > 0,
            None => {
                self.guessed = true;
                true
            }
        }
    }

    /// Whether the stored data may break a rule: `None` if they cannot, else how many rows do, as far as known.
    fn offends(&mut self, type_id: u64, question: Question) -> Option<Option<Answer>> {
        if !self.populated(type_id) {
            return None;
        }
        let answer = self.data.answer(&question).cloned();
        self.plan.questions.push(question);
        match answer {
            Some(answer) if answer.rows == 0 => None,
            Some(answer) => Some(Some(answer)),
            None => {
                self.guessed = true;
                Some(None)
            }
        }
    }

    /// Hints that would swap names: exact names win, so each of them counts as spent.
    fn cycles(&mut self, hints: &[Hint]) {
        for hint in hints.iter().filter(|hint| !hint.injected) {
            let back = hints.iter().find(|other| {
                let names = |hint: &Hint| hint.property.clone().unwrap_or_else(|| hint.owner.clone());
                let same_owner = hint.property.is_none() || hint.owner == other.owner;
                other.kind == hint.kind
                    && same_owner
                    && other.property.is_some() == hint.property.is_some()
                    && names(other) == hint.from
                    && other.from == names(hint)
                    && names(other) != names(hint)
            });
            if back.is_some() {
                let name = hint.property.as_deref().unwrap_or(&hint.owner);
                let finding = Finding::new(
                    &og_nl_106_rename_cycle::RULE,
                    hint.place.clone(),
                    format!(
                        "`{name}` and `{}` cannot be swapped in one apply: both hints are ignored",
                        hint.from
                    ),
                )
                .help("rename one of them to a third name first, or delete the hints if they are leftovers");
                let entity = entity(hint.kind, &hint.owner, hint.property.as_deref());
                self.loose(finding, entity);
            }
        }
    }
}

pub(crate) fn entity(kind: DeclarationKind, owner: &str, property: Option<&str>) -> String {
    match property {
        Some(property) => format!("{}:{owner}.{property}", kind.word()),
        None => format!("{}:{owner}", kind.word()),
    }
}
