//! L419: a variable that is only asked to exist does not repeat rows.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L419",
    subcode: "L419",
    name: "existence-only",
    severity: Severity::Info,
    summary: "A variable that is only asked to exist does not repeat rows.",
    explanation: "The variable is filtered but not returned: each node it stands for gives a row. `exists { … }` asks for existence. Off unless the settings ask for it.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p wrote $d\n        $d.year = 2020\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        exists {\n            $p wrote $d\n            $d.year = 2020\n        }\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    let Some(pattern) = view.pattern else { return };
    if pattern.result.grouped || !view.is_flat() {
        return;
    }
    let matched = pattern.result.root.conjunction();
    for (var, mentions) in view.variables() {
        let links = matched
            .links
            .iter()
            .filter(|link| link.from == var || link.to == var)
            .count();
        let outside = mentions.iter().any(|m| m.scope > 0 || m.role == Role::Returned);
        let filtered =
            mentions.iter().any(|m| m.role == Role::Filtered) || mentions.iter().any(|m| m.role == Role::Bound);
        if links == 1
            && !outside
            && filtered
            && view.node(var).is_some()
            && !view.is_pinned(var)
            && view.mentions.iter().any(|m| m.role == Role::Returned)
            && let Some(end) = mentions.iter().find(|m| m.role == Role::End)
        {
            let message = format!("`${}` matters by its existence alone", view.name(end));
            found.push(Finding::new(&RULE, end.span, message).help("`exists { … }` asks whether there is one"));
        }
    }
}
