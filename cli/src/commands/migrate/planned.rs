//! A plan with the texts it is between, and how it is shown.

use std::io::Write;

use omnigraph_compiler::diagnostic::{Diagnostic, Severity, Sources, render};
use omnigraph_compiler::migrate::{FindingState, MigrationPlan, Side};
use omnigraph_compiler::schema_text::check_schema_text;
use serde_json::{Value, json};

use crate::source::{CheckedSources, Source, check};
use crate::terminal::Terminal;

pub(super) struct Planned {
    pub plan: MigrationPlan,
    pub accepted: Source,
    pub desired: Source,
    pub queries: Vec<Source>,
    pub broken: Vec<Broken>,
    /// The commit that the plan is for.
    pub base: Option<String>,
}

/// A query that works and would not any more.
pub(super) struct Broken {
    pub file: String,
    pub name: String,
    pub diagnostics: Vec<Diagnostic>,
}

/// Queries that have no error under the old schema and one under the new.
pub(super) fn broken(accepted: &Source, desired: &Source, queries: &[Source]) -> Vec<Broken> {
    if queries.is_empty() {
        return Vec::new();
    }
    let (before, after) = (check(Some(accepted), queries), check(Some(desired), queries));
    let own = |checked: &CheckedSources, file: &str, span: omnigraph_grammar::Span| -> Vec<Diagnostic> {
        let inside = |d: &&Diagnostic| {
            let inside = d.span.start >= span.start && d.span.start <= span.end;
            d.file == file && d.severity == Severity::Error && inside
        };
        checked.diagnostics.iter().filter(inside).cloned().collect()
    };
    after
        .queries()
        .filter_map(|(file, query)| {
            let diagnostics = own(&after, &file, query.span);
            let worked = own(&before, &file, query.span).is_empty();
            (worked && !diagnostics.is_empty()).then_some(Broken {
                file,
                name: query.name,
                diagnostics,
            })
        })
        .collect()
}

impl Planned {
    pub(super) fn check(&self) -> bool {
        self.plan.supported() && self.plan.safe()
    }

    fn sources(&self) -> Sources {
        let all = [&self.accepted, &self.desired].into_iter().chain(&self.queries);
        Sources::new(all.map(|source| (source.path.clone(), source.text.clone())))
    }

    /// Every finding, in order, with the index of its step and whether it counts.
    pub(super) fn findings(&self) -> Vec<(Diagnostic, Option<usize>, FindingState)> {
        let mut placed = Vec::new();
        for (side, source) in [(Side::Accepted, &self.accepted), (Side::Desired, &self.desired)] {
            let text = check_schema_text(&source.text);
            placed.extend(self.plan.diagnostics(side, &text, &source.path));
        }
        placed.sort_by_key(|(at, _)| *at);
        let with_step = |(at, diagnostic): (usize, Diagnostic)| {
            let judged = &self.plan.findings[at];
            (diagnostic, judged.step, judged.state)
        };
        placed.into_iter().map(with_step).collect()
    }

    pub(super) fn json(&self) -> Value {
        let (sources, findings) = (self.sources(), self.findings());
        let shown = |(diagnostic, _, state): &(Diagnostic, Option<usize>, FindingState)| {
            let mut value = render::json(diagnostic, &sources);
            value["state"] = json!(word(*state));
            value
        };
        let of = |step: Option<usize>| -> Vec<Value> { findings.iter().filter(|f| f.1 == step).map(shown).collect() };
        let steps = self.plan.steps.iter().enumerate().map(|(at, step)| {
            let mut value = json!(step);
            value["diagnostics"] = json!(of(Some(at)));
            value
        });
        let broken = self.broken.iter().map(|query| {
            let diagnostics: Vec<Value> = query.diagnostics.iter().map(|d| render::json(d, &sources)).collect();
            json!({"file": query.file, "name": query.name, "diagnostics": diagnostics})
        });
        json!({
            "supported": self.plan.supported(),
            "safe": self.plan.safe(),
            "base": self.base,
            "schema": self.plan.schema,
            "steps": steps.collect::<Vec<_>>(),
            "diagnostics": of(None),
            "checks": self.plan.checks,
            "broken_queries": broken.collect::<Vec<_>>(),
        })
    }

    pub(super) fn text(&self, out: &mut dyn Write, terminal: &Terminal) -> std::io::Result<()> {
        let sources = self.sources();
        for step in &self.plan.steps {
            writeln!(out, "{:<4}{step}", step.id)?;
        }
        for (diagnostic, _, state) in self.findings() {
            match state {
                FindingState::Suppressed => writeln!(out, "\nallowed: {}", render::concise(&diagnostic, &sources))?,
                FindingState::Proved => writeln!(out, "\ndisproved: {}", render::concise(&diagnostic, &sources))?,
                FindingState::Open => {
                    let shown = render::human(&diagnostic, &sources, terminal.color_stdout());
                    write!(out, "\n{}", shown.trim_end())?;
                    writeln!(out)?;
                }
            }
        }
        for (at, check) in self.plan.checks.iter().enumerate() {
            writeln!(out, "{}{check}", if at == 0 { "\n" } else { "" })?;
        }
        for query in &self.broken {
            writeln!(out, "\nbreaks {} in {}", query.name, query.file)?;
            for diagnostic in &query.diagnostics {
                writeln!(out, "    {}", render::concise(diagnostic, &sources))?;
            }
        }
        if !self.plan.steps.is_empty() {
            writeln!(out)?;
        }
        let verdict = match (self.plan.steps.is_empty(), self.plan.supported(), self.plan.safe()) {
            (true, ..) => "no change",
            (_, false, _) => "cannot be applied",
            (_, true, false) => "is not safe",
            (_, true, true) => "can be applied",
        };
        writeln!(out, "{verdict}")
    }
}

/// As a document says whether a finding counts.
fn word(state: FindingState) -> &'static str {
    match state {
        FindingState::Open => "open",
        FindingState::Proved => "proved",
        FindingState::Suppressed => "suppressed",
    }
}
