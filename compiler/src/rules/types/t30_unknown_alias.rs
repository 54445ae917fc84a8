//! T30: a bare word in `order` or `return` is the alias of a column; in `return` of one further left.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{ExpressionKind, Projection};

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::query::environment::VariableKind;
use crate::query::output::Column;
use crate::wording::nearest;
use crate::rules::syntax::q001_unexpected_token;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T30",
    subcode: "T30",
    name: "unknown-alias",
    severity: Severity::Error,
    summary: "A bare word in `order` or `return` is the alias of a column; in `return` of one further left.",
    explanation: "A property is written with its variable, `$p.name`, and text in quotes.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person }\n    return { $p.name as name }\n    order { nme }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person }\n    return { $p.name as name }\n    order { name }\n}\n",
    ),
};

/// In `return`. `before`: the projection on the left.
pub(crate) fn projected(name: &str, span: Span, aliases: &[&str], before: Option<&Projection>) -> Finding {
    let finding = Finding::new(&RULE, span, format!("no column further left is called `{name}`")).label("unknown alias");
    if name == "distinct" {
        return finding.help("`distinct` stands before the braces of `return`, or in an aggregate, such as `count(distinct $p.city)`");
    }
    let near = nearest(name, aliases.iter().copied());
    if near.is_empty()
        && let Some(before) = before
        && before.alias.is_none()
    {
        if let Some(alias) = name.strip_prefix("as").filter(|rest| !rest.is_empty()) {
            return q001_unexpected_token::glued_alias(name, alias, span, before.span);
        }
        return finding
            .also(before.span, "a column of its own")
            .help(format!("did you mean `as {name}`?"))
            .maybe_fix(format!("write `as {name}`"), vec![(span, format!("as {name}"))]);
    }
    finding.meaning(span, "", &near)
}

/// In `order`.
pub(crate) fn ordered(context: &Context, name: &str, span: Span, columns: &[Column]) -> Finding {
    let finding = Finding::new(&RULE, span, format!("no column is called `{name}`")).label("unknown alias");
    if columns.iter().any(|column| column.variable && column.name == name) {
        let text = format!("${name}");
        return finding
            .help("what `with` names is a variable")
            .safe_fix(format!("write `{text}`"), vec![(span, text)]);
    }
    let aliases: Vec<&str> = columns.iter().filter(|column| column.referable).map(|c| c.name.as_str()).collect();
    let near = nearest(name, aliases.iter().copied());
    if !near.is_empty() {
        return finding.meaning(span, "", &near);
    }
    // A function's column is called like the function, and is referred to by an alias of its own.
    if let Some(column) = columns.iter().find(|column| !column.referable && column.name == name)
        && !matches!(column.written.expression.kind, ExpressionKind::Alias(_))
    {
        let end = Span::at(column.written.expression.span.end as usize);
        return finding
            .also(column.written.span, "has no alias")
            .maybe_fix(format!("add `as {name}`"), vec![(end, format!(" as {name}"))]);
    }
    if context.environment.is_behind_branches(context.stage) {
        return finding.help("the rows of a union are ordered by its columns");
    }
    let owners = context.environment.scopes.first().into_iter().flat_map(|scope| &scope.names);
    let properties: Vec<String> = owners
        .filter(|(_, var)| match context.kind(**var) {
            kind @ (VariableKind::Node(_) | VariableKind::Edge(_) | VariableKind::Edges(_)) => kind.property(name).is_some(),
            _ => false,
        })
        .map(|(variable, _)| format!("{variable}.{name}"))
        .take(3)
        .collect();
    finding.meaning(span, "$", &properties)
}
