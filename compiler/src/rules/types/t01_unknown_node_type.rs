//! T1: the type in a binding is a node type of the schema.

use omnigraph_grammar::Name;
use omnigraph_model::schema::DeclarationKind;

use crate::diagnostic::{Finding, Severity, Place};
use crate::query::context::Context;
use crate::wording::{any_of, nearest, quoted, spelled};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T1",
    subcode: "T1",
    name: "unknown-node-type",
    severity: Severity::Error,
    summary: "The type in a binding is a node type of the schema.",
    explanation: "A variable ranges over the nodes of a declared type, or of all types that implement an interface. Edges are \
                  bound on a traversal, `$a $e:edge $b`. Behind `is` stands a node type.",
    fails: Example::Query("query q() {\n    match { $p: Persn }\n    return { $p.handle }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.handle }\n}\n"),
};

pub(crate) fn finding(context: &Context, ty: &Name) -> Finding {
    let name = &ty.text;
    let finding = Finding::new(&RULE, ty.span, format!("`{name}` is not a node type of the schema")).label("unknown node type");
    let catalog = context.names.catalog();
    if let Some(edge) = catalog.edges.get(name) {
        let edge = spelled(&edge.name);
        return finding
            .also(Place::of_type(DeclarationKind::Edge, name), "it is an edge type")
            .help(format!("an edge is bound on its traversal: `$a $e:{edge} $b`"));
    }
    if context.names.interface(name).is_some() {
        let implementing = catalog.nodes.values().filter(|node| node.implements.contains(name));
        let names = quoted(implementing.map(|node| node.name.as_str()));
        let finding = finding.also(Place::of_type(DeclarationKind::Interface, name), "it is an interface");
        return match names.is_empty() {
            true => finding.help("no node type implements it"),
            false => finding.help(format!("name a type that implements it: {}", any_of(&names))),
        };
    }
    finding.meaning(ty.span, "", &nearest(name, catalog.nodes.keys().map(String::as_str)))
}
