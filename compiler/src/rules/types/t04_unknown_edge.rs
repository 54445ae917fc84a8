//! T4: a traversal names an edge type of the schema.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::Traversal;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::wording::{all_of, nearest, quoted, spelled};
use crate::query::environment::VariableKind;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T4",
    subcode: "T4",
    name: "unknown-edge",
    severity: Severity::Error,
    summary: "A traversal names an edge type of the schema.",
    explanation: "Edges are spelled like their types, usually with the first letter lowered; case does not matter. To \
                  test for containment put a property on the left: `$a.tags contains …`.",
    fails: Example::Query("query q() {\n    match { $p: Person  $p likes $q }\n    return { $p.handle }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person  $p follows $q }\n    return { $p.handle }\n}\n"),
};

pub(crate) fn finding(context: &Context, written: &Traversal, source: Var, target: Var) -> Finding {
    let name = &written.edge.text;
    let mut finding = Finding::new(&RULE, written.edge.span, format!("`{name}` is not an edge type of the schema"))
        .label("unknown edge")
        .also(written.source.span, context.described(source))
        .also(written.target.span, context.described(target));
    if matches!(name.as_str(), "contains" | "starts_with") {
        return finding.help(format!(
            "to test a value, put a property on the left: `${}.property {name} …`",
            written.source.text
        ));
    }
    let catalog = context.names.catalog();
    let ends = [source, target].map(|var| match context.kind(var) {
        VariableKind::Node(node) => Some(node.name.clone()),
        _ => None,
    });
    // Edges whose ends fit are meant before others that are spelled alike.
    let fits = |edge: &&std::sync::Arc<omnigraph_model::catalog::EdgeType>| {
        ends.iter().flatten().all(|end| *end == edge.from || *end == edge.to)
    };
    let (fitting, others): (Vec<_>, Vec<_>) = catalog.edges.values().partition(fits);
    let spelling = |edges: &[&std::sync::Arc<omnigraph_model::catalog::EdgeType>]| -> Vec<String> {
        edges.iter().map(|edge| spelled(&edge.name)).collect()
    };
    let (fitting, others) = (spelling(&fitting), spelling(&others));
    let mut near = nearest(name, fitting.iter().map(String::as_str));
    if near.is_empty() {
        near = nearest(name, others.iter().map(String::as_str));
    }
    finding = finding.meaning(written.edge.span, "", &near);
    let listed: Vec<&str> = fitting.iter().map(String::as_str).take(8).collect();
    if near.is_empty() && !listed.is_empty() && ends.iter().any(Option::is_some) {
        finding = finding.help(format!("edges that fit here: {}", all_of(&quoted(listed))));
    }
    finding
}

/// The name of an edge as an argument.
pub(crate) fn named(context: &Context, name: &str, span: Span) -> Finding {
    let catalog = context.names.catalog();
    let spelling: Vec<String> = catalog.edges.values().map(|edge| spelled(&edge.name)).collect();
    let near = nearest(name, spelling.iter().map(String::as_str));
    let finding = Finding::new(&RULE, span, format!("`{name}` is not an edge type of the schema")).label("unknown edge");
    finding.meaning(span, "", &near)
}
