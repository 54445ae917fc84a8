//! L302: a node variable is used in more than one place.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L302",
    subcode: "L302",
    name: "unused-variable",
    severity: Severity::Warning,
    summary: "A node variable is used in more than one place.",
    explanation: "A name that occurs once binds nothing together. Write `$_` where any node will do. The rows stay the same.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p wrote $d\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        not { $p wrote $_ }\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for (var, mentions) in view.variables() {
        if let [mention] = mentions.as_slice()
            && !view.is_handed(var)
            && mention.role == Role::End
        {
            let name = view.name(mention);
            if name.starts_with('_') {
                continue;
            }
            // Rows that no sort key tells apart are ordered by their nodes, in the order of the names.
            let safe = !view.is_outermost(mention.scope) || view.aggregates();
            found.push(
                Finding::new(&RULE, mention.span, format!("`${name}` is used nowhere else"))
                    .label("used once")
                    .fix("write `$_`", safe, vec![(mention.span, "$_".to_owned())]),
            );
        }
    }
}
