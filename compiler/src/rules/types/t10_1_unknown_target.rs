//! T10.1: a mutation writes to a node or edge type of the schema.

use omnigraph_grammar::Name;
use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Severity, Place};
use crate::query::context::Context;
use crate::wording::nearest;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T10",
    subcode: "T10.1",
    name: "unknown-target",
    severity: Severity::Error,
    summary: "A mutation writes to a node or edge type of the schema.",
    explanation: "Types are spelled exactly as the schema declares them. Where a node and an edge share a name, the \
                  node is meant.",
    fails: Example::Query("query q($h: String) {\n    delete Persn where handle = $h\n}\n"),
    passes: Example::Query("query q($h: String) {\n    delete Person where handle = $h\n}\n"),
};

pub(crate) fn finding(context: &Context, ty: &Name) -> Finding {
    let name = &ty.text;
    let finding = Finding::new(&RULE, ty.span, format!("`{name}` is not a type of the schema")).label("unknown type");
    let catalog = context.names.catalog();
    if catalog.interfaces.contains_key(name) {
        return finding
            .also(Place::of_type(DeclarationKind::Interface, name), "it is an interface")
            .help("an interface has no nodes of its own: name a type that implements it");
    }
    let known = catalog.nodes.keys().chain(catalog.edges.keys());
    finding.meaning(ty.span, "", &nearest(name, known.map(String::as_str)))
}
