//! L607: a query with an instruction has a description, too.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L607",
    subcode: "L607",
    name: "unused-instruction",
    severity: Severity::Info,
    summary: "A query with an instruction has a description, too.",
    explanation: "An instruction says how to use a query; without a description nothing says what for.",
    fails: Example::Query(
        "query q() @instruction(\"Ask first\") {\n    match { $p: Person }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() @description(\"All names\") @instruction(\"Ask first\") {\n    match { $p: Person }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    let of = |name: &str| view.tree.annotations.iter().find(|a| a.name.text == name);
    if let (Some(instruction), None) = (of("instruction"), of("description")) {
        found.push(Finding::new(
            &RULE,
            instruction.span,
            "an `@instruction` without a `@description`",
        ));
    }
}
