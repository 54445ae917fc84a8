//! L310: names of parameters do not start with `__`.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L310",
    subcode: "L310",
    name: "reserved-prefix",
    severity: Severity::Warning,
    summary: "Names of parameters do not start with `__`.",
    explanation: "Such names are kept for the tools.",
    fails: Example::Query(
        "query q($__age: I32) {\n    match {\n        $p: Person { age: $__age }\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q($age: I32) {\n    match {\n        $p: Person { age: $age }\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for parameter in &view.tree.parameters {
        let name = &parameter.name.text;
        let Some(rest) = name.strip_prefix("__").filter(|rest| !rest.is_empty()) else {
            continue;
        };
        let old = format!("${name}");
        let tokens = omnigraph_grammar::query::tokens(view.text);
        let places = tokens.iter().filter(|token| view.written_at(token.span) == old);
        let edits: Vec<(Span, String)> = places.map(|token| (token.span, format!("${rest}"))).collect();
        let finding = Finding::new(&RULE, parameter.name.span, format!("`{old}` starts with `__`"));
        let taken = tokens
            .iter()
            .any(|token| view.written_at(token.span) == format!("${rest}"));
        found.push(match taken || !rest.starts_with(|c: char| c.is_ascii_lowercase()) {
            true => finding,
            // Callers give parameters by name, so this is not for applying unseen.
            false => finding.maybe_fix(format!("call it `${rest}`"), edits),
        });
    }
}
