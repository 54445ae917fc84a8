//! T21.4: both rankings of `rrf` rank the same variable.

use omnigraph_grammar::Name;
use omnigraph_grammar::query::ast::{Expression, ExpressionKind};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T21",
    subcode: "T21.4",
    name: "rrf-variables",
    severity: Severity::Error,
    summary: "Both rankings of `rrf` rank the same variable.",
    explanation: "Ranks of different nodes cannot be added up.",
    fails: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc  $d cites $x }\n    return { $d.slug }\n    order { rrf(nearest($d.vec, $v), bm25($x.title, \"graph\")) }\n    limit 3\n}\n",
    ),
    passes: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc  $d cites $x }\n    return { $d.slug }\n    order { rrf(nearest($d.vec, $v), bm25($d.title, \"graph\")) }\n    limit 3\n}\n",
    ),
};

pub(crate) fn finding(arguments: &[Expression]) -> Finding {
    let variables: Vec<&Name> = arguments.iter().take(2).filter_map(variable).collect();
    let [first, second] = variables.as_slice() else {
        let span = arguments.first().map(|argument| argument.span).unwrap_or_default();
        return Finding::new(&RULE, span, "both rankings of `rrf` rank the same variable");
    };
    Finding::new(
        &RULE,
        second.span,
        format!("the rankings rank different variables: `${}` and `${}`", first.text, second.text),
    )
    .label(format!("expected `${}`", first.text))
    .also(first.span, "the first ranking's variable")
    .maybe_fix(format!("use `${}`", first.text), vec![(second.span, format!("${}", first.text))])
}

fn variable(argument: &Expression) -> Option<&Name> {
    let ExpressionKind::Call(call) = &argument.kind else {
        return None;
    };
    match &call.arguments.first()?.kind {
        ExpressionKind::Property { variable, .. } => Some(variable),
        _ => None,
    }
}
