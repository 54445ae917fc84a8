//! L426: what is optional may be missing.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L426",
    subcode: "L426",
    name: "idle-optional",
    severity: Severity::Warning,
    summary: "No condition drops the rows for which an `optional` has no match.",
    explanation: "A condition on what is missing is not true, so a condition outside of the block drops the rows that \
                  `optional` adds. Without the word and its braces the query returns the same; inside of the block, the \
                  condition is part of what is looked for.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        optional { $p wrote $d }\n        $d.year > 2020\n    }\n    return { $p.handle, $d.slug }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        optional { $p wrote $d  $d.year > 2020 }\n    }\n    return { $p.handle, $d.slug }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for block in &view.blocks {
        for clause in block.clauses() {
            let Clause::Nested(optional) = clause else { continue };
            if optional.word != BlockWord::Optional {
                continue;
            }
            let binds = |name: &str| {
                let bound = view.environment.lookup(block.scope, name);
                let nullable = bound.is_some_and(|var| view.environment.variable(var).nullable);
                nullable && optional.blocks.iter().any(|inner| view.binds(inner, name))
            };
            let condition = block.clauses().iter().find_map(|clause| match clause {
                Clause::Condition(condition) if rejects(condition, &binds) => Some(condition.span),
                _ => None,
            });
            if let Some(condition) = condition {
                let message = "a condition drops the rows for which this block has no match";
                found.push(
                    Finding::new(&RULE, optional.keyword, message)
                        .label("as good as no `optional`")
                        .also(condition, "not true of what is missing"),
                );
            }
        }
    }
}

/// Whether a condition is not true where these variables are missing: it compares one of them, or a property of one.
fn rejects(condition: &Expression, binds: &dyn Fn(&str) -> bool) -> bool {
    let is_missing = |side: &Expression| match &side.kind {
        ExpressionKind::Property { variable, .. } => binds(&variable.text),
        ExpressionKind::Variable(name) => binds(name),
        _ => false,
    };
    match &condition.kind {
        ExpressionKind::Compare(comparison) => is_missing(&comparison.left) || is_missing(&comparison.right),
        ExpressionKind::NullTest(test) => test.negated && is_missing(&test.operand),
        ExpressionKind::Call(call) if call.function.is_text_predicate() => call.arguments.first().is_some_and(is_missing),
        ExpressionKind::Binary(both) if both.op == BinaryOperator::And => {
            rejects(&both.left, binds) || rejects(&both.right, binds)
        }
        _ => false,
    }
}
