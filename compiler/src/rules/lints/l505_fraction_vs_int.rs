//! L505: an integer is compared with an integer.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L505",
    subcode: "L505",
    name: "fraction-vs-int",
    severity: Severity::Warning,
    summary: "An integer is compared with an integer.",
    explanation: "An integer is never equal to a fraction, and always different from it.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.age = 2.5\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.age > 2.5\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for compared in &view.compared {
        if let Some((
            Side::Property { owner, property, .. },
            _,
            ty,
            op @ (Comparator::Equal | Comparator::NotEqual),
            Side::Literal(literal),
        )) = compared.of_property()
            && ty.scalar.is_integer()
            && decimal(literal)
        {
            let outcome = if op == Comparator::Equal {
                "never true"
            } else {
                "always true"
            };
            let message = format!("`{owner}.{property}` is an integer: this is {outcome}");
            found.push(Finding::new(&RULE, compared.value_span(), message).label("a fraction"));
        }
    }
}
