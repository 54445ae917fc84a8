//! L900: a suppression suppresses something.

use crate::lint::Directive;
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

/// `at` is the place of the code in the comment's list. One whose only code is of no use is taken out with its line.
pub(crate) fn finding(text: &str, directive: &Directive, at: usize) -> Finding {
    let (code, own) = directive.codes[at];
    let span = if directive.codes.len() == 1 { directive.span } else { own };
    let message = format!("nothing here is suppressed by `{code}`");
    let finding = Finding::new(&RULE, Place::File(span), message).label("unused");
    let neighbour = |at: Option<usize>| directive.codes.get(at?).map(|(_, span)| *span);
    let cut = match (neighbour(at.checked_add(1)), neighbour(at.checked_sub(1))) {
        (Some(next), _) => Span {
            start: own.start,
            end: next.start,
        },
        (None, Some(before)) => Span {
            start: before.end,
            end: own.end,
        },
        (None, None) => {
            let before = &text[..span.start as usize];
            let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
            let start = span.start as usize - indent;
            let alone = start == 0 || text[..start].ends_with('\n');
            let newline = usize::from(alone && text[span.end as usize..].starts_with('\n'));
            Span::new(start, span.end as usize + newline)
        }
    };
    finding.safe_fix("remove it", vec![(Place::File(cut), String::new())])
}
