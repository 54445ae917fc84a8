//! T47: what an optional block binds is no end of a traversal outside of it, and no ranking goes by it.

use omnigraph_grammar::query::ast::{Call, Nested};
use omnigraph_grammar::{Name, Span};

use crate::diagnostic::{Finding, Severity};
use crate::query::environment::{Variable, VariableKind};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T47",
    subcode: "T47",
    name: "optional-end",
    severity: Severity::Error,
    summary: "What an optional block binds is no end of a traversal outside of it, and no ranking goes by it.",
    explanation: "Such a variable is null where the block has no match. A traversal from it would drop those rows, which is not \
                  what `optional` asks for, or find them by another way, which makes the block a test. Inside of the block, \
                  or in a further optional block, the traversal adds what there is. A variable that is bound with its type \
                  around the block, or by a traversal before it, is no variable of the block.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  optional { $p follows $q }  $q wrote $d }\n    return { $p.handle, $d.slug }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  optional { $p follows $q  $q wrote $d } }\n    return { $p.handle, $d.slug }\n}\n",
    ),
};

/// `first`: where the optional block mentions the variable.
pub(crate) fn traversal(end: &Name, optional: &Nested, first: Span) -> Finding {
    let message = format!("`${}` may be missing here; move this clause into the `optional`", end.text);
    Finding::new(&RULE, end.span, message)
        .label("an end of a traversal")
        .also(optional.keyword.to(first), "this block binds it where it has a match")
}

/// `variable`: what a stage before hands on, maybe as null.
pub(crate) fn handed_on(end: &Name, variable: &Variable) -> Finding {
    Finding::new(&RULE, end.span, format!("`${}` may be missing here", end.text))
        .label("an end of a traversal")
        .also(variable.declared, "an `optional` of that stage may have found none")
        .help(match &variable.kind {
            VariableKind::Node(node) => format!(
                "`${}: {}` beside the traversal goes on with those that are there; `optional {{ … }}` around it keeps the others",
                end.text, node.name
            ),
            _ => "`optional { … }` around the traversal keeps the rows without one".to_owned(),
        })
}

/// `call`: the rank function.
pub(crate) fn ranked(call: &Call, variable: &Variable) -> Finding {
    let message = format!("`${}` may be missing, so rows cannot be ranked by it", variable.name);
    Finding::new(&RULE, call.span, message)
        .label("has no value where the block has no match")
        .also(variable.declared, "bound in an `optional`")
}
