//! L308: a comparison with a parameter does not depend on the parameter being given.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L308",
    subcode: "L308",
    name: "optional-compare",
    severity: Severity::Warning,
    summary: "A comparison with a parameter does not depend on the parameter being given.",
    explanation: "A comparison with null is never true: a request without the parameter gets no rows, not all of them.",
    fails: Example::Query(
        "query q($age: I32?) {\n    match {\n        $p: Person { age: $age }\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q($age: I32) {\n    match {\n        $p: Person { age: $age }\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for compared in &view.compared {
        for (side, span) in [
            (&compared.left, compared.left_span),
            (&compared.right, compared.right_span),
        ] {
            if let Side::Parameter { name, ty } = side
                && ty.nullable
            {
                let declared = view.tree.parameters.iter().find(|p| p.name.text == *name);
                let finding = Finding::new(&RULE, span, format!("without `${name}` this is never true"));
                found.push(match declared {
                    Some(declared) => finding.also(declared.span, "declared optional here"),
                    None => finding,
                });
            }
        }
    }
}
