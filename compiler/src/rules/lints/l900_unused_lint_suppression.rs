//! L900: a suppression suppresses something.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L900",
    subcode: "L900",
    name: "unused-lint-suppression",
    severity: Severity::Info,
    summary: "A suppression suppresses something.",
    explanation: "The finding it was written for is gone, or it stands in the wrong place: it is about its own line, the next one, or the query that follows it.",
    fails: Example::Query(
        "// lint:allow(L402) the order does not matter\nquery q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query("query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Comment,
};

/// One whose every code was of no use is taken out with its line; else `span` is that of the code alone.
pub(crate) fn finding(text: &str, code: &str, span: Span, alone: bool) -> Finding {
    let finding = Finding::new(
        &RULE,
        Place::File(span),
        format!("nothing here is suppressed by `{code}`"),
    )
    .label("unused");
    if !alone {
        return finding;
    }
    let before = &text[..span.start as usize];
    let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
    let start = span.start as usize - indent;
    let alone = start == 0 || text[..start].ends_with('\n');
    let newline = usize::from(alone && text[span.end as usize..].starts_with('\n'));
    let cut = Span::new(start, span.end as usize + newline);
    finding.safe_fix("remove it", vec![(Place::File(cut), String::new())])
}
