//! T7.2: the sides of a comparison are values.

use omnigraph_grammar::Span;
use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::{Context, Ty, Typed};
use crate::query::environment::VariableKind;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T7",
    subcode: "T7.2",
    name: "not-a-value",
    severity: Severity::Error,
    summary: "The sides of a comparison are values.",
    explanation: "A node as a whole is compared with another of its type alone, by `=` and `!=`. Neither can the result's columns: they do \
                  not exist while the pattern is matched.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  $p wrote $d  $p = $d }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $p wrote $d  $p.handle = $d.slug }\n    return { $p.handle }\n}\n",
    ),
};

/// A node in a comparison.
pub(crate) fn node(context: &Context, node: &Typed, left: &Typed, right: &Typed) -> Finding {
    let Ty::Node(var) = node.ty else {
        return Finding::new(&RULE, node.span, "a comparison needs values");
    };
    let finding = Finding::new(&RULE, node.span, "a node cannot be compared as a whole").label(context.described(var));
    let finding = context.with_declaration(finding, var, node.span);
    let key = |side: &Typed| match side.ty {
        Ty::Node(var) => match context.kind(var) {
            VariableKind::Node(node) if node.key.len() == 1 => {
                Some((side.span, format!("${}.{}", context.variable(var).name, node.key[0])))
            }
            _ => None,
        },
        _ => None,
    };
    match (key(left), key(right)) {
        (Some(left), Some(right)) => finding
            .help(format!("compare their keys: `{} = {}`", left.1, right.1))
            .maybe_fix("compare the keys", vec![left, right]),
        (Some(side), None) | (None, Some(side)) => finding
            .help(format!("compare its key: `{}`", side.1))
            .maybe_fix("compare the key", vec![side]),
        (None, None) => finding.help("compare one of its properties"),
    }
}

/// A variable of the pattern beside `null`.
pub(crate) fn null(context: &Context, var: Var, span: Span) -> Finding {
    Finding::new(&RULE, span, format!("{} is compared with null by `is null`", context.described(var)))
}

/// A bare word in a comparison.
pub(crate) fn alias(name: &str, span: Span) -> Finding {
    Finding::new(&RULE, span, format!("`{name}` is not a value here: names of columns are not known in `match`"))
        .label("a name of `return`")
        .help(format!("text is written in quotes: `\"{name}\"`"))
        .maybe_fix("put it in quotes", vec![(span, format!("\"{name}\""))])
}
