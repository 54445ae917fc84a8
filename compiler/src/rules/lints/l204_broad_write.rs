//! L204: a write says by key or unique property which entity it is about.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L204",
    subcode: "L204",
    name: "broad-write",
    severity: Severity::Info,
    summary: "A write says by key or unique property which entity it is about.",
    explanation: "The predicate may hold for any number of entities, and all of them are changed.",
    fails: Example::Query("query q($h: String) {\n    delete Person where role = $h\n}\n"),
    passes: Example::Query("query q($h: String) {\n    delete Person where handle = $h\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for statement in view.written() {
        let verb = view.written_at(statement.keyword());
        let (Some(ty), Some(condition)) = (statement.ty(), statement.condition()) else {
            continue;
        };
        let Some(node) = view.names.node(&ty.text) else {
            continue;
        };
        let single = statement.predicates().into_iter().any(|predicate| {
            let own = [predicate.property.to_owned()];
            let known = node.key.contains(&own[0]) || node.unique.iter().any(|set| *set == own);
            predicate.op == Comparator::Equal && (known || own[0] == "id")
        });
        if !single {
            let message = format!("this may {verb} any number of `{}` nodes", ty.text);
            let finding = Finding::new(&RULE, condition.span, message).label("neither a key nor unique");
            found.push(finding);
        }
    }
}
