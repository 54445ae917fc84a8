//! L806: clauses are separated by nothing.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L806",
    subcode: "L806",
    name: "stray-separator",
    severity: Severity::Info,
    summary: "Clauses are separated by nothing.",
    explanation: "Commas and semicolons between the clauses of `match` are allowed and mean nothing.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person,\n        $p.age > 3\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.age > 3\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    use omnigraph_grammar::query::TokenKind;
    for token in omnigraph_grammar::query::tokens(view.text) {
        let separates = matches!(token.kind, TokenKind::Comma | TokenKind::Semicolon);
        let within = |part: &Read| {
            part.pattern.span.start <= token.span.start && token.span.end <= part.pattern.span.end
        };
        let within = view.reads().flat_map(Read::parts).any(within);
        // Those inside of a clause belong to it; the clauses of a block in it are looked at one by one.
        let inside = view.blocks.iter().flat_map(|block| block.clauses()).any(|clause| {
            clause.blocks().is_empty()
                && clause.span().start <= token.span.start
                && token.span.end <= clause.span().end
        });
        if separates && within && !inside {
            let message = format!("`{}` means nothing here", view.written_at(token.span));
            let space = match view.text[token.span.end as usize..].starts_with(char::is_whitespace) {
                true => String::new(),
                false => " ".to_owned(),
            };
            found.push(Finding::new(&RULE, token.span, message).safe_fix("remove it", vec![(token.span, space)]));
        }
    }
}
