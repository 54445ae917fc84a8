//! T5.1: a variable at either end of a traversal is of one of the edge's two types.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{Apply, Traversal};
use omnigraph_model::catalog::EdgeType;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity, Place};
use crate::query::context::Context;
use crate::wording::{all_of, spelled};
use crate::query::environment::VariableKind;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T5",
    subcode: "T5.1",
    name: "endpoint-type",
    severity: Severity::Error,
    summary: "A variable at either end of a traversal is of one of the edge's two types.",
    explanation: "An edge type joins nodes of the types in its declaration and no others.",
    fails: Example::Query("query q() {\n    match { $d: Doc  $d follows $q }\n    return { $d.slug }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person  $p follows $q }\n    return { $p.handle }\n}\n"),
};

pub(crate) fn finding(
    context: &Context,
    written: &Traversal,
    edge: &EdgeType,
    offending: Var,
    source: bool,
) -> Finding {
    let name = if source { &written.source } else { &written.target };
    let message = format!(
        "`{}` joins {}, not {}",
        edge.name,
        ends(edge),
        type_of(context, offending)
    );
    let finding = Finding::new(&RULE, name.span, message).label(context.described(offending));
    let finding = context.with_declaration(finding, offending, name.span);
    with_fitting_edges(context, finding, written, edge, source)
}

fn ends(edge: &EdgeType) -> String {
    match edge.from == edge.to {
        true => format!("`{}` with `{}`", edge.from, edge.to),
        false => format!("`{}` and `{}`", edge.from, edge.to),
    }
}

fn type_of(context: &Context, var: Var) -> String {
    match context.kind(var) {
        kind @ (VariableKind::Node(_) | VariableKind::Interface(_)) => format!("`{}`", kind.described()),
        _ => "this".to_owned(),
    }
}

/// Labels the edge's declaration and names edges that do join the two variables' types.
pub(crate) fn with_fitting_edges(
    context: &Context,
    finding: Finding,
    written: &Traversal,
    edge: &EdgeType,
    source: bool,
) -> Finding {
    let declared = format!("`{}` goes from `{}` to `{}`", edge.name, edge.from, edge.to);
    let finding = finding.also(Place::of_type(DeclarationKind::Edge, &edge.name), declared);
    let named = |name: &str| {
        context.environment.scopes.iter().find_map(|scope| scope.names.get(name)).and_then(|var| match context.kind(*var) {
            VariableKind::Node(node) => Some(node.name.clone()),
            _ => None,
        })
    };
    let known = [named(&written.source.text), named(&written.target.text)];
    let Some(offending) = known[usize::from(!source)].clone() else {
        return finding;
    };
    let other = known[usize::from(source)].clone();
    let catalog = context.names.catalog();
    let fitting = catalog.edges.values().filter(|edge| {
        let joins = |a: &str, b: &str| edge.from == a && edge.to == b || edge.from == b && edge.to == a;
        match &other {
            Some(other) => joins(&offending, other),
            None => edge.from == offending || edge.to == offending,
        }
    });
    let fitting: Vec<String> = fitting.map(|edge| format!("`{}`", spelled(&edge.name))).take(8).collect();
    match (fitting.is_empty(), other) {
        (true, _) => finding,
        (false, Some(other)) => {
            finding.help(format!("between `{offending}` and `{other}` there is {}", all_of(&fitting)))
        }
        (false, None) => finding.help(format!("edges of `{offending}`: {}", all_of(&fitting))),
    }
}

/// A function counts the edges of a node at whose end no edge of the type is.
pub(crate) fn degree(context: &Context, var: Var, edge: &EdgeType, places: (Span, Span), written: &Apply) -> Finding {
    let (node, named) = places;
    let function = written.name.text.as_str();
    let joins = [&edge.from, &edge.to].iter().any(|end| context.kind(var).may_be(end));
    let message = match function {
        "in_degree" if joins => format!("no `{}` leads to {}", edge.name, type_of(context, var)),
        "out_degree" if joins => format!("no `{}` leaves {}", edge.name, type_of(context, var)),
        _ => format!("`{}` joins {}, not {}", edge.name, ends(edge), type_of(context, var)),
    };
    let declared = format!("`{}` goes from `{}` to `{}`", edge.name, edge.from, edge.to);
    let finding = Finding::new(&RULE, named, message)
        .label("always 0")
        .also(node, context.described(var))
        .also(Place::of_type(DeclarationKind::Edge, &edge.name), declared);
    match function {
        "in_degree" if joins => finding.help("use `out_degree`").maybe_fix(
            "write `out_degree`",
            vec![(written.name.span, "out_degree".to_owned())],
        ),
        "out_degree" if joins => finding.help("use `in_degree`").maybe_fix(
            "write `in_degree`",
            vec![(written.name.span, "in_degree".to_owned())],
        ),
        _ => finding,
    }
}

/// A statement gives an edge an end of another type; `end`: its name, and the type that is due.
pub(crate) fn written(context: &Context, variable: Var, edge: &EdgeType, end: (&str, &str), span: Span) -> Finding {
    let (name, due) = end;
    let message = format!("`{name}` of a `{}` is a `{due}`, not {}", edge.name, type_of(context, variable));
    let declared = format!("`{}` goes from `{}` to `{}`", edge.name, edge.from, edge.to);
    let finding = Finding::new(&RULE, span, message).label(context.described(variable));
    let finding = context.with_declaration(finding, variable, span);
    finding.also(Place::of_type(DeclarationKind::Edge, &edge.name), declared)
}
