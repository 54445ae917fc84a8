//! L501: values of an enum are compared for equality.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L501",
    subcode: "L501",
    name: "enum-order",
    severity: Severity::Info,
    summary: "Values of an enum are compared for equality.",
    explanation: "An enum is text: `<` and `>` go by the alphabet, not by the order in which the values are declared.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.role > \"guest\"\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.role != \"guest\"\n    }\n    return { $p.name }\n}\n",
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
            Side::Property {
                owner, property, ty, ..
            },
            ..,
        )) = compared.of_property()
            && ty.enum_values.is_some()
            && compared.is_order()
        {
            let message = format!("`{owner}.{property}` is compared by the alphabet");
            found.push(Finding::new(&RULE, compared.op_span, message).label("not by the order of the enum"));
        }
    }
}
