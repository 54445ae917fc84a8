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

use omnigraph_model::suggest::{nearest, suggestion};
use crate::rules::RULES;

/// `comment` is the place of all of it.
pub(crate) fn finding(code: &str, span: Span, comment: Span, known: &BTreeSet<&'static str>) -> Finding {
    if code.is_empty() {
        let finding = Finding::new(&RULE, Place::File(comment), "this suppression names no code");
        return finding.help("write `// lint:allow(CODE) reason`");
    }
    let told = |message: String| Finding::new(&RULE, Place::File(span), message);
    if let Some(rule) = RULES.iter().find(|rule| rule.code == code) {
        return told(match rule.code.starts_with("L9") {
            true => format!("`{code}` is about suppressions and cannot be suppressed"),
            false => format!("`{code}` is an error of the language and cannot be suppressed"),
        });
    }
    let finding = told(format!("no rule has the code `{code}`"));
    let named = RULES.iter().find(|rule| rule.name == code && known.contains(rule.code));
    match named.map(|rule| rule.code).or_else(|| nearest(code, known.iter().copied())) {
        Some(meant) => finding.help(suggestion(meant)),
        None => finding,
    }
}
