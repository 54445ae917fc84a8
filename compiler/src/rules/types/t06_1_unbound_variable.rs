//! T6.1: a property is read of a variable that the pattern binds.

use omnigraph_grammar::Name;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::wording::nearest;
use crate::rules::types::t58_1_ended_name;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T6",
    subcode: "T6.1",
    name: "unbound-variable",
    severity: Severity::Error,
    summary: "A property is read of a variable that the pattern binds.",
    explanation: "A variable is bound by a binding or a traversal of the same block, or of a block around it. What \
                  `not { … }` or `exists { … }` binds is not visible outside.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { $x.age }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.age }\n}\n"),
};

pub(crate) fn finding(context: &Context, variable: &Name, scope: usize) -> Finding {
    let name = &variable.text;
    if name == "_" {
        return Finding::new(&RULE, variable.span, "`$_` cannot be referred to: every `$_` is a variable of its own")
            .label("anonymous")
            .help("give the variable a name where it is bound");
    }
    if let Some(ended) = t58_1_ended_name::finding(context, name, variable.span, scope) {
        return ended;
    }
    let finding = Finding::new(&RULE, variable.span, format!("`${name}` is not bound")).label("no clause binds it");
    if let Some((word, block)) = context.environment.bound_elsewhere(name) {
        return finding.also(block, format!("`${name}` is bound in this `{word}`, and not visible outside"));
    }
    let bound = context.environment.bound(scope);
    finding.meaning(variable.span, "$", &nearest(name, bound.iter().map(String::as_str)))
}
