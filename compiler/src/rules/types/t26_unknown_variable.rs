//! T26: a bare variable is bound by the pattern or declared as a parameter.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::wording::nearest;
use crate::rules::types::t58_1_ended_name;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T26",
    subcode: "T26",
    name: "unknown-variable",
    severity: Severity::Error,
    summary: "A bare variable is bound by the pattern or declared as a parameter.",
    explanation: "What `not { … }` or `exists { … }` binds is not visible outside of it.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { $x }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { $p }\n}\n"),
};

pub(crate) fn finding(context: &Context, name: &str, span: Span, scope: usize) -> Finding {
    if name == "_" {
        return Finding::new(&RULE, span, "`$_` cannot be referred to: every `$_` is a variable of its own")
            .label("anonymous")
            .help("give the variable a name where it is bound");
    }
    if let Some(ended) = t58_1_ended_name::finding(context, name, span, scope) {
        return ended;
    }
    let message = format!("`${name}` is neither bound nor a parameter");
    let finding = Finding::new(&RULE, span, message).label("unknown variable");
    if let Some((word, block)) = context.environment.bound_elsewhere(name) {
        return finding.also(block, format!("`${name}` is bound in this `{word}`, and not visible outside"));
    }
    let visible = context.environment.visible(scope);
    finding.meaning(span, "$", &nearest(name, visible.iter().map(String::as_str)))
}
