//! L706: a published query keeps what its callers rely on.

use crate::lint::prelude::*;
use crate::lint::published::Operation;

pub const RULE: Rule = Rule {
    code: "L706",
    subcode: "L706",
    name: "breaking-change",
    severity: Severity::Warning,
    summary: "A published query keeps what its callers rely on.",
    explanation: "Its callers give the parameters and read the columns that were published. A parameter that is required now, one or a column that is gone, another type, a null where there was none, and other types written to break them; an optional parameter or a column more does not. Only reported where the settings name the published queries by `published` under `[lint]`, a file that `omnigraph lint --write-published` writes. Give the query another name, or publish it anew.",
    fails: Example::Published {
        before: "query q($h: String) {\n    match {\n        $p: Person { handle: $h }\n    }\n    return { $p.name, $p.role }\n}\n",
        now: "query q($h: String) {\n    match {\n        $p: Person { handle: $h }\n    }\n    return { $p.name }\n}\n",
    },
    passes: Example::Published {
        before: "query q($h: String) {\n    match {\n        $p: Person { handle: $h }\n    }\n    return { $p.name, $p.role }\n}\n",
        now: "query q($h: String) {\n    match {\n        $p: Person { handle: $h }\n    }\n    return { $p.name, $p.role, $p.age }\n}\n",
    },
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::External(check),
};

fn check(query: &Asked, external: &External, found: &mut Vec<Finding>) {
    let name = &query.name.text;
    let before = external.published.as_ref().and_then(|published| published.get(name));
    let (Some(before), Some(now)) = (before, Operation::of(query.checked)) else {
        return;
    };
    for sentence in now.breaks(before) {
        found.push(Finding::new(&RULE, query.name.span, format!("`{name}` {sentence}")));
    }
}
