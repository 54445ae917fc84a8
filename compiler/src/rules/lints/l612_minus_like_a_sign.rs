//! L612: a `-` between two operands has a space behind it, or none before it.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L612",
    subcode: "L612",
    name: "minus-like-a-sign",
    severity: Severity::Info,
    summary: "A `-` between two operands has a space behind it, or none before it.",
    explanation: "Behind an operand `-` always subtracts, so what looks like two columns is one.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.age -$p.age as none }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n    }\n    return { $p.age - $p.age as none }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for (_, expression) in view.expressions() {
        let ExpressionKind::Binary(binary) = &expression.kind else {
            continue;
        };
        let sign = binary.op_span;
        let spaced = |c: Option<char>| c.is_some_and(char::is_whitespace);
        let before = view.text[..sign.start as usize].chars().next_back();
        let behind = view.text[sign.end as usize..].chars().next();
        if binary.op == BinaryOperator::Subtract && spaced(before) && !spaced(behind) {
            let edit = (Span::at(sign.end as usize), " ".to_owned());
            found.push(
                Finding::new(&RULE, sign, "this subtracts")
                    .label("no sign")
                    .safe_fix("put a space behind it", vec![edit]),
            );
        }
    }
}
