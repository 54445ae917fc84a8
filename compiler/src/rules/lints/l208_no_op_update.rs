//! L208: an update changes something.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L208",
    subcode: "L208",
    name: "no-op-update",
    severity: Severity::Warning,
    summary: "An update changes something.",
    explanation: "The predicate holds only where the property has this value already.",
    fails: Example::Query("query q() {\n    update Person set { role: \"lead\" } where role = \"lead\"\n}\n"),
    passes: Example::Query("query q($h: String) {\n    update Person set { role: \"lead\" } where handle = $h\n}\n"),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for statement in view.written() {
        let Statement::Update(update) = statement else { continue };
        for assignment in &update.assignments {
            let same = statement.predicates().into_iter().find(|predicate| {
                assignment.property.text == predicate.property
                    && predicate.op == Comparator::Equal
                    && view.written_at(assignment.value.span) == view.written_at(predicate.value.span)
            });
            if let Some(predicate) = same {
                let message = format!("`{}` has this value already", assignment.property.text);
                found.push(Finding::new(&RULE, assignment.span, message).also(predicate.span, "by this predicate"));
            }
        }
    }
}
