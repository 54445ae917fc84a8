//! T6.2: a property access names a property of the variable's type.

use omnigraph_grammar::Name;
use omnigraph_model::catalog::EdgeType;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity, Place};
use crate::query::context::Context;
use crate::wording::{all_of, nearest, quoted};
use crate::query::environment::{Edges, Interface, VariableKind};
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
    if let VariableKind::Edges(edges) = context.kind(var) {
        return uncommon(context, var, edges, property);
    }
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

/// What edges of several types do not have in common.
fn uncommon(context: &Context, var: Var, edges: &Edges, property: &Name) -> Finding {
    let name = &property.text;
    let known = |edge: &EdgeType| edge.property(name).map(|own| own.ty.clone().nullable());
    let with: Vec<&str> = edges.types.iter().filter(|edge| known(edge).is_some()).map(|edge| edge.name.as_str()).collect();
    let missing = edges.types.iter().find(|edge| known(edge).is_none());
    let message = match missing {
        _ if with.is_empty() => format!("none of {} has a property `{name}`", listed(edges)),
        Some(missing) => format!("`{}` has no property `{name}`", missing.name),
        None => {
            let types = edges.types.iter().filter_map(|edge| Some(format!("{} in `{}`", edge.property(name)?.ty, edge.name)));
            format!("`{name}` is {}", all_of(&types.collect::<Vec<_>>()))
        }
    };
    let finding = Finding::new(&RULE, property.span, message).label("not common to all types");
    let mut finding = context.with_declaration(finding, var, property.span);
    if let (Some(missing), false) = (missing, with.is_empty()) {
        let place = Place::of_type(DeclarationKind::Edge, &missing.name);
        finding = finding.also(place, format!("`{}` is declared here", missing.name));
    }
    if matches!(name.as_str(), "src" | "dst") {
        return finding.help(identity_help(name));
    }
    if with.is_empty() {
        let known = edges.properties.iter().map(|property| property.name.as_str());
        return finding.meaning(property.span, "", &nearest(name, known));
    }
    finding.help(format!(
        "an edge of several types has what they have in common; `either {{ … }} or {{ … }}` takes one type each, and reads it as `let $x = ${}.{name}`",
        context.variable(var).written()
    ))
}

/// `` `Follows` and `Likes` ``
fn listed(edges: &Edges) -> String {
    all_of(&quoted(edges.types.iter().map(|edge| edge.name.as_str())))
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
