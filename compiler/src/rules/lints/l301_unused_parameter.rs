//! L301: every parameter is used.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L301",
    subcode: "L301",
    name: "unused-parameter",
    severity: Severity::Warning,
    summary: "Every parameter is used.",
    explanation: "A caller has to give it, and it changes nothing.",
    fails: Example::Query("query q($a: I32) {\n    match {\n        $p: Person\n    }\n    return { $p.name }\n}\n"),
    passes: Example::Query(
        "query q($a: I32) {\n    match {\n        $p: Person\n        $p.age > $a\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Item(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    let spans: Vec<Span> = view.tree.parameters.iter().map(|parameter| parameter.span).collect();
    let from = view
        .tree
        .annotations
        .last()
        .map_or(0, |a| a.span.end)
        .max(spans.last().map_or(0, |s| s.end));
    for (index, parameter) in view.tree.parameters.iter().enumerate() {
        let name = format!("${}", parameter.name.text);
        let tokens = omnigraph_grammar::query::tokens(view.text);
        let used = tokens
            .iter()
            .any(|token| token.span.start >= from && view.written_at(token.span) == name);
        if !used {
            found.push(
                Finding::new(&RULE, parameter.span, format!("`{name}` is never used"))
                    .label("unused")
                    // Callers give it a value.
                    .maybe_fix("remove it", vec![view.without_element(&spans, index)]),
            );
        }
    }
}
