//! T29: columns of different values have different names.

use omnigraph_grammar::{Name, Span};
use omnigraph_grammar::query::ast::{ExpressionKind, Projection};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T29",
    subcode: "T29",
    name: "duplicate-column",
    severity: Severity::Error,
    summary: "Columns of different values have different names.",
    explanation: "A row is an object by column name: of two values with one name, one would be lost. The same goes for the members of an object that a column holds.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.age as n, $p.name as n }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.age as n, $p.name as m }\n}\n"),
};

/// Two members of one object.
pub(crate) fn member(again: &Name, first: Span) -> Finding {
    let fresh = format!("{}_2", again.text);
    Finding::new(&RULE, again.span, format!("two members are called `{}`", again.text))
        .label("called the same")
        .also(first, "the first one")
        .help(format!("a member has a name of its own: `{fresh}: …`"))
}

pub(crate) fn finding(again: &Projection, first: &Projection, name: &str) -> Finding {
    let finding = Finding::new(&RULE, again.span, format!("two columns are called `{name}`"))
        .label("called the same")
        .also(first.span, "the first one");
    let fresh = match &again.expression.kind {
        ExpressionKind::Property { property, .. } if property.text != name => property.text.clone(),
        _ => format!("{}_2", name.replace('.', "_")),
    };
    let alias = match &again.alias {
        Some(alias) => (alias.span, fresh.clone()),
        None => (Span::at(again.expression.span.end as usize), format!(" as {fresh}")),
    };
    finding.maybe_fix(format!("call it `{fresh}`"), vec![alias])
}
