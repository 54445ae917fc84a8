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
        let (ty, verb) = (statement.ty(), view.written_at(statement.keyword()));
        let Some(predicate) = statement.predicate() else { continue };
        let Some(node) = view.names.node(&ty.text) else {
            continue;
        };
        let own = [predicate.property.text.clone()];
        let single = node.key == own || node.unique.iter().any(|set| *set == own);
        if predicate.op != Comparator::Equal || !(single || node.key.contains(&own[0])) {
            let message = format!("this may {verb} any number of `{}` nodes", ty.text);
            let finding = Finding::new(&RULE, predicate.span, message).label("neither a key nor unique");
            found.push(finding);
        }
    }
}
