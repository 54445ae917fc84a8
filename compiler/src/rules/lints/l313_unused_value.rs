//! L313: a value that is defined is read.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L313",
    subcode: "L313",
    name: "unused-value",
    severity: Severity::Warning,
    summary: "A value that is defined is read.",
    explanation: "A `let` drops and multiplies no rows, so one that nothing reads does nothing.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        let $next = $p.age + 1\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        let $next = $p.age + 1\n    }\n    return { $next }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for block in &view.blocks {
        for clause in block.clauses() {
            let Clause::Definition(definition) = clause else { continue };
            let name = &definition.variable;
            if definition.word != DefinitionWord::Let || name.text.starts_with('_') {
                continue;
            }
            let variable = view.environment.lookup(block.scope, &name.text);
            if view.mentions.iter().any(|mention| Some(mention.var) == variable) {
                continue;
            }
            found.push(
                Finding::new(&RULE, name.span, format!("nothing reads `${}`", name.text))
                    .label("not read")
                    .maybe_fix("delete the clause", vec![view.without(definition.span)]),
            );
        }
    }
}
