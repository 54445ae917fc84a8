//! S023: an edge property called like an endpoint.

use omnigraph_grammar::Name;
use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S023",
    subcode: "S023",
    name: "endpoint-name",
    severity: Severity::Error,
    summary: "No property of an edge is called `src`, `dst`, `from` or `to`.",
    explanation: "These words mean the endpoints of the edge: in storage, in constraints, in mutations and in loaded \
                  data. On nodes they are ordinary names.",
    fails: Example::Schema("node Book {}\nedge Lent: Book -> Book { from: Date }\n"),
    passes: Example::Schema("node Book {}\nedge Lent: Book -> Book { from_date: Date }\n"),
};

pub(crate) fn check(decl: &Decl, name: &Name) -> Option<Finding> {
    if decl.kind != DeclarationKind::Edge || !matches!(name.text.as_str(), "src" | "dst" | "from" | "to") {
        return None;
    }
    let place = decl.place(name.span);
    let message = format!("`{}` means an endpoint of the edge {}", name.text, decl.name.text);
    let other = format!("{}_date", name.text);
    let finding = Finding::new(&RULE, place.clone(), message)
        .label("not a name for an edge's property")
        .note("endpoints are set with `from` and `to`")
        .maybe_fix(format!("rename to `{other}`"), vec![(place, other)]);
    Some(finding)
}
