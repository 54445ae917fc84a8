//! L422: a comparison compares values.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L422",
    subcode: "L422",
    name: "compared-with-null",
    severity: Severity::Warning,
    summary: "A comparison compares values.",
    explanation: "A comparison with `null` is neither true nor false, whatever it is compared with, so no row has it. \
                  `is null` and `is not null` ask whether there is a value.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.age = null\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.age is null\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for (_, expression) in view.expressions() {
        let ExpressionKind::Compare(comparison) = &expression.kind else {
            continue;
        };
        let is_null = |side: &Expression| side.kind == ExpressionKind::Literal(Literal::Null);
        let (left, right) = (&comparison.left, &comparison.right);
        let (null, other) = match (is_null(left), is_null(right)) {
            (_, true) => (right, left),
            (true, false) => (left, right),
            (false, false) => continue,
        };
        let finding = Finding::new(&RULE, null.span, "a comparison with null is never true").label("no value");
        let test = match comparison.op {
            Comparator::Equal => "is null",
            Comparator::NotEqual => "is not null",
            _ => {
                found.push(finding);
                continue;
            }
        };
        let text = format!("{} {test}", view.written_at(other.span));
        found.push(finding.maybe_fix(format!("ask with `{test}`"), vec![(comparison.span, text)]));
    }
}
