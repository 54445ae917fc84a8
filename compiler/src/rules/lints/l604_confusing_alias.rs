//! L604: an alias looks like nothing else.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L604",
    subcode: "L604",
    name: "confusing-alias",
    severity: Severity::Warning,
    summary: "An alias looks like nothing else.",
    explanation: "An alias that reads like a literal, or differs from another in case alone, misleads.",
    fails: Example::Query("query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name as true }\n}\n"),
    passes: Example::Query("query q() {\n    match {\n        $p: Person\n    }\n    return { $p.name as name }\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for read in view.reads() {
        let mut seen: Vec<&omnigraph_grammar::Name> = Vec::new();
        for alias in read
            .projections
            .iter()
            .filter_map(|projection| projection.alias.as_ref())
        {
            if matches!(alias.text.as_str(), "true" | "false" | "null" | "now") {
                let message = format!("the alias `{}` reads like a value", alias.text);
                let fresh = format!("is_{}", alias.text);
                let finding = Finding::new(&RULE, alias.span, message);
                found.push(match view.union() {
                    None => finding.maybe_fix(format!("call it `{fresh}`"), vec![(alias.span, fresh)]),
                    // The other branches call it so, too.
                    Some(_) => finding,
                });
            }
            if let Some(other) = seen
                .iter()
                .find(|o| o.text != alias.text && o.text.eq_ignore_ascii_case(&alias.text))
            {
                let message = format!("`{}` and `{}` differ in case alone", alias.text, other.text);
                found.push(Finding::new(&RULE, alias.span, message).also(other.span, "the other one"));
            }
            seen.push(alias);
        }
    }
}
