//! T12.3: an inserted edge says where it starts and where it ends.

use omnigraph_grammar::Span;
use omnigraph_model::catalog::EdgeType;
use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Severity, Place};
use crate::query::mutation::NewRow;
use crate::wording::{all_of, quoted};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T12",
    subcode: "T12.3",
    name: "missing-endpoint",
    severity: Severity::Error,
    summary: "An inserted edge says where it starts and where it ends.",
    explanation: "`from` and `to` are the ids of two nodes: the text of their keys.",
    fails: Example::Query("query q($a: String) {\n    insert Wrote { from: $a }\n}\n"),
    passes: Example::Query("query q($a: String, $b: String) {\n    insert Wrote { from: $a, to: $b }\n}\n"),
};

pub(crate) fn finding(insert: NewRow<'_>, edge: &EdgeType, missing: &[&str]) -> Finding {
    let names = quoted(missing.iter().copied());
    let declared = format!("`{}` goes from `{}` to `{}`", edge.name, edge.from, edge.to);
    let finding = Finding::new(&RULE, insert.ty.span, format!("the new `{}` needs {}", edge.name, all_of(&names)))
        .label("an end is missing")
        .also(Place::of_type(DeclarationKind::Edge, &edge.name), declared);
    match insert.assignments.last() {
        Some(last) => {
            let added: String = missing.iter().map(|end| format!(", {end}: ${end}")).collect();
            finding.maybe_fix("add what is missing", vec![(Span::at(last.span.end as usize), added)])
        }
        None => finding,
    }
}
