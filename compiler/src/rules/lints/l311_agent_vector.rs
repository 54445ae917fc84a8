//! L311: agents are not asked for vectors.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L311",
    subcode: "L311",
    name: "agent-vector",
    severity: Severity::Warning,
    summary: "Agents are not asked for vectors.",
    explanation: "An agent can write text, no embedding: take a `String` and let `nearest` embed it. Off unless the settings ask for it.",
    fails: Example::Query(
        "query q($v: Vector(2)) @description(\"near documents\") {\n    match { $d: Doc }\n    return { $d.title }\n    order { nearest($d.vec, $v) }\n    limit 3\n}\n",
    ),
    passes: Example::Query(
        "query q($age: I32) {\n    match {\n        $p: Person { age: $age }\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for parameter in &view.tree.parameters {
        if parameter.ty.name.text == "Vector" {
            let message = format!("an agent cannot give the vector `${}`", parameter.name.text);
            found.push(Finding::new(&RULE, parameter.span, message).help("take a `String`, which `nearest` embeds"));
        }
    }
}
