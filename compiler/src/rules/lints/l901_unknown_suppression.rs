//! L901: a suppression names a rule that can be suppressed.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L901",
    subcode: "L901",
    name: "unknown-suppression",
    severity: Severity::Warning,
    summary: "A suppression names a rule that can be suppressed.",
    explanation: "There is no such rule, or its findings are errors of the language, which only a change of the text removes.",
    fails: Example::Query(
        "// lint:allow(L999) no such rule\nquery q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query("query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Comment,
};

use std::collections::BTreeSet;

pub(crate) fn finding(code: &str, span: Span, is_error: bool, known: &BTreeSet<&'static str>) -> Finding {
    let message = match is_error {
        true => format!("`{code}` is an error of the language and cannot be suppressed"),
        false => format!("no rule has the code `{code}`"),
    };
    let finding = Finding::new(&RULE, Place::File(span), message);
    match crate::diagnostic::nearest(code, known.iter().copied()) {
        Some(near) if !is_error => finding.help(crate::diagnostic::suggestion(near)),
        _ => finding,
    }
}
