//! T6.2: a property access names a property of the variable's type.

use omnigraph_grammar::Name;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity, Place};
use crate::query::context::Context;
use crate::wording::nearest;
use crate::query::environment::{Interface, VariableKind};
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
    let declaration = context.kind(var).declaration();
    let (kind, ty, properties) = declaration.unwrap_or((DeclarationKind::Node, "", &[]));
    let finding = Finding::new(&RULE, property.span, format!("`{ty}` has no property `{name}`")).label("unknown property");
    let finding = context
        .with_declaration(finding, var, property.span)
        .also(Place::of_type(kind, ty), format!("`{ty}` is declared here"));
    if matches!(name.as_str(), "id" | "src" | "dst") {
        return finding.help(identity_help(name));
    }
    if let VariableKind::Interface(interface) = context.kind(var)
        && let Some(own) = implementer_with(context, interface, name)
    {
        let variable = context.variable(var).written();
        return finding.help(format!("`{own}` has it: narrow the variable by a clause `${variable} is {own}`"));
    }
    let known = properties.iter().map(|property| property.name.as_str());
    finding.meaning(property.span, "", &nearest(name, known))
}

/// A type that implements an interface and has a property of its own.
pub(crate) fn implementer_with(context: &Context, interface: &Interface, property: &str) -> Option<String> {
    let mut types = interface.types.iter();
    let has = |name: &&String| context.names.node(name).is_some_and(|node| node.property(property).is_some());
    types.find(has).cloned()
}

/// What to do instead of reading an id.
pub(crate) fn identity_help(name: &str) -> &'static str {
    match name {
        "id" => "the id is not a property; use the key property",
        _ => "an edge's ends are not properties; bind the nodes by a traversal",
    }
}
