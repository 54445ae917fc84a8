//! L429: `is` is asked of what may be of another type.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L429",
    subcode: "L429",
    name: "idle-type-test",
    severity: Severity::Warning,
    summary: "`is` is asked of what may be of another type.",
    explanation: "A variable that is bound with a node type is a node of that type, so the test holds for every row. `is` narrows a \
                  variable of an interface.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p is Person\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query("query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for block in &view.blocks {
        for clause in block.clauses() {
            let Clause::Condition(condition) = clause else { continue };
            let ExpressionKind::TypeTest(test) = &condition.kind else { continue };
            let ExpressionKind::Variable(name) = &test.operand.kind else { continue };
            let Some(var) = view.environment.lookup(block.scope, name) else { continue };
            // What is narrowed is of that type by the test alone.
            let bindings = view.blocks.iter().flat_map(|block| block.bindings.iter().map(|binding| (block.scope, binding)));
            let binds = |scope: usize, binding: &Binding| {
                binding.ty.text == test.ty.text && view.environment.lookup(scope, &binding.variable.text) == Some(var)
            };
            let bound = view.is_given(var) || bindings.into_iter().any(|(scope, binding)| binds(scope, binding));
            let is_of_type = view.node(var).is_some_and(|node| node.name == test.ty.text);
            // Where it may be missing, the test drops the rows in which it is.
            let holds = is_of_type && !view.environment.variable(var).nullable && !test.negated;
            if !holds || !bound {
                continue;
            }
            let message = format!("`${name}` is a {} anyway", test.ty.text);
            let finding = Finding::new(&RULE, condition.span, message).label("holds for every row");
            found.push(match block.clauses().len() > 1 {
                true => finding.safe_fix("remove it", vec![view.without(condition.span)]),
                false => finding,
            });
        }
    }
}
