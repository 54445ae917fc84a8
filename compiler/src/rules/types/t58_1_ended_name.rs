//! T58.1: a name ends at `with`, unless it is handed on.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T58",
    subcode: "T58.1",
    name: "ended-name",
    severity: Severity::Error,
    summary: "Behind `with`, only what it hands on is visible; behind the branches of a union, only its columns.",
    explanation: "A stage ends at `with`: its rows are grouped by what stands in the braces, so that other variables have no single value \
                  any more. What a later `match` or `return` needs is handed on by every `with` in between; parameters are visible everywhere. \
                  The rows of a union have only the columns that all branches return.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  $p follows $q }\n    with { $q, count($p) as $n }\n    match { $q wrote $d }\n    return { $p.handle, $d.slug, $n }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $p follows $q }\n    with { $p, $q, count($p) as $n }\n    match { $q wrote $d }\n    return { $p.handle, $d.slug, $n }\n}\n",
    ),
};

const BY_COLUMNS: &str = "the rows of a union are ordered by its columns, such as `order { name desc }`";

/// What is asked of a pattern, where there are only the columns of a union.
pub(crate) fn behind_branches(what: &str, span: Span) -> Finding {
    Finding::new(&RULE, span, format!("{what} is about the rows of one branch"))
        .label("not possible behind the branches")
        .help(BY_COLUMNS)
}

/// `None` if no stage before has had the name.
pub(crate) fn finding(context: &Context, name: &str, span: Span, scope: usize) -> Option<Finding> {
    let environment = &context.environment;
    if environment.is_behind_branches(scope) {
        environment.scopes.iter().find(|own| own.names.contains_key(name))?;
        let finding = Finding::new(&RULE, span, format!("`${name}` ended with its branch"));
        return Some(finding.label("not visible here").help(BY_COLUMNS));
    }
    let with = environment.ended(context.branch, context.stage, scope, name)?;
    let finding = Finding::new(&RULE, span, format!("`${name}` ended at `with`; hand it on"))
        .label("not visible here")
        .also(with, format!("hands on other variables than `${name}`"));
    Some(finding.help(format!("`${name}` among what `with` hands on makes a row for each of its values")))
}
