//! L504: floating-point numbers are compared by order.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L504",
    subcode: "L504",
    name: "float-equality",
    severity: Severity::Info,
    summary: "Floating-point numbers are compared by order.",
    explanation: "A computed value is rarely exactly the one that is written. Ask for a range.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.score = 0.1\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.score > 0.1\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for compared in &view.compared {
        if let Some((_, _, ty, Comparator::Equal | Comparator::NotEqual, Side::Literal(literal))) =
            compared.of_property()
            && ty.scalar.is_float()
            && decimal(literal)
        {
            found.push(Finding::new(&RULE, compared.span, "few values are exactly this one").help("ask for a range"));
        }
    }
}
