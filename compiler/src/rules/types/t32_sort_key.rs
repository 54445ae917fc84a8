//! T32: a sort key is a single value that has an order and changes from row to row.

use omnigraph_grammar::Span;
use omnigraph_model::ir::ColumnType;
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::{Context, Ty, Typed};
use crate::wording::spoken;
use crate::query::environment::VariableKind;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T32",
    subcode: "T32",
    name: "sort-key",
    severity: Severity::Error,
    summary: "A sort key is a single value that has an order and changes from row to row.",
    explanation: "Lists, vectors, blobs and nodes have no order, and a constant sorts nothing.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person }\n    return { $p.handle }\n    order { $p.tags }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person }\n    return { $p.handle }\n    order { $p.name }\n}\n",
    ),
};

pub(crate) fn unorderable(key: &Typed, ty: &Type) -> Finding {
    let finding = Finding::new(&RULE, key.span, format!("rows cannot be sorted by {}", spoken(ty))).label("has no order");
    match &key.owner {
        Some(owner) => owner.label(finding, ty),
        None => finding,
    }
}

pub(crate) fn constant(span: Span) -> Finding {
    Finding::new(&RULE, span, "rows cannot be sorted by this").label("expected a property, an alias or a rank function")
}

/// A node or a parameter.
pub(crate) fn variable(context: &Context, typed: &Typed, name: &str) -> Finding {
    let Ty::Node(var) = typed.ty else {
        let finding = Finding::new(&RULE, typed.span, format!("`${name}` is the same for all rows")).label("a parameter");
        return match context.environment.parameters.get(name) {
            Some(parameter) => finding.also(parameter.declared, "declared here"),
            None => finding,
        };
    };
    let finding = Finding::new(&RULE, typed.span, format!("`${name}` is a node and has no order")).label("a node");
    let finding = context.with_declaration(finding, var, typed.span);
    match context.kind(var) {
        VariableKind::Node(node) if !node.key.is_empty() => {
            let text = format!("${name}.{}", node.key[0]);
            finding.maybe_fix(format!("sort by `{text}`"), vec![(typed.span, text)])
        }
        _ => finding,
    }
}

pub(crate) fn aliased(span: Span, name: &str, ty: &ColumnType, column: Span) -> Finding {
    let what = match ty {
        ColumnType::Value(ty) => spoken(ty),
        ColumnType::Node(node)
        | ColumnType::OptionalNode(node)
        | ColumnType::Interface(node)
        | ColumnType::OptionalInterface(node) => format!("`{node}` nodes"),
        ColumnType::Edge(edge) | ColumnType::OptionalEdge(edge) => format!("`{edge}` edges"),
        ColumnType::Edges(edges) | ColumnType::OptionalEdges(edges) => format!("`{}` edges", edges.join("|")),
    };
    Finding::new(&RULE, span, format!("`{name}` stands for {what}, which have no order"))
        .label("has no order")
        .also(column, "this column")
}
