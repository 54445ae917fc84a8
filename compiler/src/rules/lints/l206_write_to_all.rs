//! L206: the predicate of a write leaves something out.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L206",
    subcode: "L206",
    name: "write-to-all",
    severity: Severity::Warning,
    summary: "The predicate of a write leaves something out.",
    explanation: "The predicate is true for every value that is not null, so the write is about all entities of the type.",
    fails: Example::Query("query q() {\n    delete Doc where slug != \"\"\n}\n"),
    passes: Example::Query("query q($h: String) {\n    delete Doc where slug = $h\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for compared in &view.compared {
        let (Side::Property { var: None, owner, .. }, Side::Literal(literal)) = (&compared.left, &compared.right)
        else {
            continue;
        };
        let empty = matches!(literal, Literal::String(text) if text.is_empty());
        let all = match compared.op {
            Comparator::NotEqual | Comparator::GreaterEqual | Comparator::Contains | Comparator::StartsWith => empty,
            _ => false,
        };
        if all {
            let message = format!("this holds for practically every `{owner}`");
            found.push(Finding::new(&RULE, compared.span, message).label("always true"));
        }
    }
}
