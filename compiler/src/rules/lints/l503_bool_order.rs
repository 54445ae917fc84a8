//! L503: booleans are compared for equality.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L503",
    subcode: "L503",
    name: "bool-order",
    severity: Severity::Info,
    summary: "Booleans are compared for equality.",
    explanation: "One of two values is greater; `= true` says it plainly.",
    fails: Example::Project {
        schema: "node Task { code: String @key done: Bool }\n",
        query: "query q() {\n    match {\n        $t: Task\n        $t.done > false\n    }\n    return { $t.code }\n}\n",
    },
    passes: Example::Project {
        schema: "node Task { code: String @key done: Bool }\n",
        query: "query q() {\n    match {\n        $t: Task\n        $t.done = true\n    }\n    return { $t.code }\n}\n",
    },
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for compared in &view.compared {
        let Some((_, _, ty, op, other)) = compared.of_property() else {
            continue;
        };
        if ty.scalar == Scalar::Bool && compared.is_order() {
            let finding = Finding::new(&RULE, compared.op_span, "booleans are ordered here");
            let equal = match (op, other) {
                (Comparator::Greater, Side::Literal(Literal::Boolean(false))) => Some("true"),
                (Comparator::Less, Side::Literal(Literal::Boolean(true))) => Some("false"),
                _ => None,
            };
            found.push(match equal {
                Some(value) => finding.maybe_fix(
                    format!("write `= {value}`"),
                    vec![
                        (compared.op_span, "=".to_owned()),
                        (compared.value_span(), value.to_owned()),
                    ],
                ),
                None => finding,
            });
        }
    }
}
