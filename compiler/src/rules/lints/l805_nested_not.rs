//! L805: a `not` holds more than another `not`.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L805",
    subcode: "L805",
    name: "nested-not",
    severity: Severity::Info,
    summary: "A `not` holds more than another `not`.",
    explanation: "`not { not { … } }` asks whether something exists, which `exists { … }` says. Both keep the same rows. Off unless the settings ask for it.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        not { not { $p wrote $_ } }\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        exists { $p wrote $_ }\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for block in &view.blocks {
        let (Some(outer), [Clause::Nested(inner)]) = (block.nested, block.clauses()) else {
            continue;
        };
        if outer.word != BlockWord::Not || inner.word != BlockWord::Not {
            continue;
        }
        let ([outer_block], [inner_block]) = (outer.blocks.as_slice(), inner.blocks.as_slice()) else {
            continue;
        };
        let between = |start: u32, end: u32| Span { start, end };
        let before = between(outer.keyword.end, inner.keyword.start);
        let behind = between(inner_block.span.end, outer_block.span.end);
        // A comment would go with the braces that it stands beside.
        let bare = view.written_at(before).trim() == "{" && view.written_at(behind).trim() == "}";
        let edits = vec![
            (outer.keyword.to(inner.keyword), BlockWord::Exists.text().to_owned()),
            (behind, String::new()),
        ];
        let finding = Finding::new(&RULE, outer.keyword, "this asks whether something exists");
        found.push(finding.fix("write `exists`", bare, edits));
    }
}
