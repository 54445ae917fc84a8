//! L603: a column that holds a constant has a name of its own.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L603",
    subcode: "L603",
    name: "unaliased-constant",
    severity: Severity::Info,
    summary: "A column that holds a constant has a name of its own.",
    explanation: "Without an alias it is called `literal`.",
    fails: Example::Query("query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name, 1 }\n}\n"),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name, 1 as one }\n}\n",
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
            let ExpressionKind::Literal(_) = &projection.expression.kind else {
                continue;
            };
            let taken = |name: &String| {
                read.projections
                    .iter()
                    .any(|p| p.alias.as_ref().is_some_and(|alias| alias.text == *name))
            };
            let base = "constant".to_owned();
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
            let finding = Finding::new(&RULE, projection.span, "this column is called `literal`");
            found.push(match view.union() {
                None => finding.maybe_fix(format!("call it `{alias}`"), vec![edit]),
                // The other branches call it so, too.
                Some(_) => finding,
            });
        }
    }
}
