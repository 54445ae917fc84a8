//! L602: a column that holds an aggregate has a name of its own.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L602",
    subcode: "L602",
    name: "unaliased-aggregate",
    severity: Severity::Info,
    summary: "A column that holds an aggregate has a name of its own.",
    explanation: "Without an alias it is called after the function, and two of them clash.",
    fails: Example::Query("query q() {\n    match {\n        $p: Person\n    }\n    return { count($p) }\n}\n"),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { count($p) as persons }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for read in view.reads() {
        for projection in &read.projections {
            if projection.alias.is_some() {
                continue;
            }
            let ExpressionKind::Call(call) = &projection.expression.kind else {
                continue;
            };
            if !call.function.is_aggregate() {
                continue;
            }
            let taken = |name: &String| {
                read.projections
                    .iter()
                    .any(|p| p.alias.as_ref().is_some_and(|alias| alias.text == *name))
            };
            let base = match call.arguments.first().map(|argument| &argument.kind) {
                Some(ExpressionKind::Property { property, .. }) => format!("{}_{}", call.function.name(), property.text),
                Some(ExpressionKind::Variable(name)) => {
                    format!("{}_{}", call.function.name(), name.trim_start_matches('_'))
                }
                _ => call.function.name().to_owned(),
            };
            let mut alias = base.clone();
            let mut count = 1;
            while taken(&alias) {
                count += 1;
                alias = format!("{base}_{count}");
            }
            let edit = (
                Span::at(projection.expression.span.end as usize),
                format!(" as {alias}"),
            );
            let finding = Finding::new(&RULE, projection.span, "this column is called after its function");
            found.push(match view.union() {
                None => finding.maybe_fix(format!("call it `{alias}`"), vec![edit]),
                // The other branches call it so, too.
                Some(_) => finding,
            });
        }
    }
}
