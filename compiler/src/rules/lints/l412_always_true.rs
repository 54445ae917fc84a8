//! L412: a filter can be false.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L412",
    subcode: "L412",
    name: "always-true",
    severity: Severity::Warning,
    summary: "A filter can be false.",
    explanation: "It holds for every value, so it filters nothing. Where the property may be null, the same comparison asks \
                  whether it has a value, and is not a finding.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.name contains \"\"\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.name contains \"A\"\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for compared in view.compared.iter().filter(|compared| !compared.inline) {
        let always = match (&compared.left, compared.op, &compared.right) {
            (Side::Literal(left), op, Side::Literal(right)) => {
                super::l411_always_false::constant(left, op, right) == Some(true)
            }
            (
                Side::Property { ty, .. },
                Comparator::Contains | Comparator::StartsWith,
                Side::Literal(Literal::String(text)),
            ) => {
                text.is_empty() && !ty.list && !ty.nullable
            }
            (
                left @ Side::Property { ty, .. },
                Comparator::Equal | Comparator::LessEqual | Comparator::GreaterEqual,
                right,
            ) => left == right && !ty.scalar.is_float() && !ty.nullable,
            _ => false,
        };
        if !always {
            continue;
        }
        let alone = view
            .blocks
            .iter()
            .any(|block| block.clauses().len() == 1 && block.scope == compared.scope);
        let finding = Finding::new(&RULE, compared.span, "this is always true").label("filters nothing");
        found.push(match alone {
            false => finding.safe_fix("remove it", vec![view.without(compared.span)]),
            true => finding,
        });
    }
}
