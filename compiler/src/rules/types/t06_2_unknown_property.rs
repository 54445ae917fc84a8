//! T6.2: a property access names a property of the variable's type.

use omnigraph_grammar::Name;
use omnigraph_model::catalog::Property;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity, Place};
use crate::query::context::Context;
use crate::wording::nearest;
use crate::query::environment::VariableKind;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T6",
    subcode: "T6.2",
    name: "unknown-property",
    severity: Severity::Error,
    summary: "A property access names a property of the variable's type.",
    explanation: "A misspelt property would otherwise read as null and silently drop rows. Ids and endpoints are not \
                  properties: match on the key property instead of `id`.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.agee }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.age }\n}\n"),
};

pub(crate) fn finding(context: &Context, var: Var, property: &Name) -> Finding {
    let name = &property.text;
    let (ty, kind, known): (&str, _, Vec<&str>) = match context.kind(var) {
        VariableKind::Node(node) => (&node.name, DeclarationKind::Node, names(&node.properties)),
        VariableKind::Edge(edge) => (&edge.name, DeclarationKind::Edge, names(&edge.properties)),
        _ => ("", DeclarationKind::Node, Vec::new()),
    };
    let finding = Finding::new(&RULE, property.span, format!("`{ty}` has no property `{name}`")).label("unknown property");
    let finding = context
        .with_declaration(finding, var, property.span)
        .also(Place::of_type(kind, ty), format!("`{ty}` is declared here"));
    if matches!(name.as_str(), "id" | "src" | "dst") {
        return finding.help(identity_help(name));
    }
    finding.meaning(property.span, "", &nearest(name, known))
}

fn names(properties: &[Property]) -> Vec<&str> {
    properties.iter().map(|property| property.name.as_str()).collect()
}

/// What to do instead of reading an id.
pub(crate) fn identity_help(name: &str) -> &'static str {
    match name {
        "id" => "the id is not a property; use the key property",
        _ => "an edge's ends are not properties; bind the nodes by a traversal",
    }
}
