//! L410: no clause stands twice.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L410",
    subcode: "L410",
    name: "duplicate-clause",
    severity: Severity::Warning,
    summary: "No clause stands twice.",
    explanation: "The second one changes nothing. Often another one was meant.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.age > 3\n        $p.age > 3\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.age > 3\n        $p.age < 9\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn words(text: &str) -> Vec<&str> {
    let tokens = omnigraph_grammar::query::tokens(text);
    let words = tokens.iter().filter_map(|token| text.get(token.span.range()));
    words
        .filter(|word| !word.trim().is_empty() && !word.starts_with("//") && !word.starts_with("/*"))
        .collect()
}

fn check(view: &View, found: &mut Vec<Finding>) {
    for block in &view.blocks {
        let mut seen: std::collections::HashMap<Vec<&str>, Span> = std::collections::HashMap::new();
        for clause in block.clauses() {
            let span = clause.span();
            let words = words(view.written_at(span));
            // Each `$_` is a variable of its own, and an edge variable cannot be bound twice.
            if words.contains(&"$_") {
                continue;
            }
            match seen.get(&words) {
                None => _ = seen.insert(words, span),
                Some(first) => found.push(
                    Finding::new(&RULE, span, "this clause stands twice")
                        .also(*first, "the first one")
                        .safe_fix("remove it", vec![view.without(span)]),
                ),
            }
        }
    }
}
