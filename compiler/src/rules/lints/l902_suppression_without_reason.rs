//! L902: a suppression says why.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L902",
    subcode: "L902",
    name: "suppression-without-reason",
    severity: Severity::Warning,
    summary: "A suppression says why.",
    explanation: "The settings of the project ask for a reason with every suppression (`require-reason`). It is kept in the reports.",
    fails: Example::Query(
        "// lint:allow(L402)\nquery q() {\n    match { $p: Person }\n    return { $p.name }\n    limit 3\n}\n",
    ),
    passes: Example::Query(
        "// lint:allow(L402) any three will do\nquery q() {\n    match { $p: Person }\n    return { $p.name }\n    limit 3\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Comment,
};

pub(crate) fn finding(span: Span) -> Finding {
    Finding::new(&RULE, Place::File(span), "this suppression gives no reason").help("write it after the parenthesis")
}
