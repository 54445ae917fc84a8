//! L424: a regular expression says what no plain comparison says.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L424",
    subcode: "L424",
    name: "plain-pattern",
    severity: Severity::Info,
    summary: "A regular expression says what no plain comparison says.",
    explanation: "`starts_with`, `ends_with`, `contains` and `=` say the same of a pattern without operators, are read \
                  faster by people and by the planner, and take any character as it is.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.name matches \"^Ada\"\n    }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p.name starts_with \"Ada\"\n    }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for (_, expression) in view.expressions() {
        let ExpressionKind::Compare(comparison) = &expression.kind else {
            continue;
        };
        let ExpressionKind::Literal(Literal::String(pattern)) = &comparison.right.kind else {
            continue;
        };
        if comparison.op != Comparator::Matches {
            continue;
        }
        let (begins, rest) = match pattern.strip_prefix('^') {
            Some(rest) => (true, rest),
            None => (false, pattern.as_str()),
        };
        let (ends, text) = match rest.strip_suffix('$') {
            Some(text) => (true, text),
            None => (false, rest),
        };
        // Nothing with a meaning in a pattern, or in a literal.
        let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | ',' | ':' | ';' | '/' | '@');
        if text.is_empty() || !text.chars().all(plain) {
            continue;
        }
        let operator = match (begins, ends) {
            (true, true) => "=",
            (true, false) => "starts_with",
            (false, true) => "ends_with",
            (false, false) => "contains",
        };
        let edits = vec![
            (comparison.op_span, operator.to_owned()),
            (comparison.right.span, format!("\"{text}\"")),
        ];
        found.push(
            Finding::new(&RULE, comparison.right.span, format!("`{operator}` says the same"))
                .label("a plain text")
                .maybe_fix(format!("write `{operator}`"), edits),
        );
    }
}
