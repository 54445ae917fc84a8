//! S043: an annotation of an interface that no node could accept.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S043",
    subcode: "S043",
    name: "impossible-annotation",
    severity: Severity::Error,
    summary: "What an interface says about a property must be possible for the property's type.",
    explanation: "An interface is checked by itself, before any node implements it: every node would inherit the \
                  mistake.",
    fails: Example::Schema("interface Scan { img: Blob @index }\nnode Page implements Scan {}\n"),
    passes: Example::Schema("interface Scan { img: Blob }\nnode Page implements Scan {}\n"),
};

/// `problem` is what a node would be reported for.
pub(crate) fn finding(problem: Finding, property: &Property, annotation: &Annotation) -> Finding {
    let place = property.place(annotation.span);
    let message = format!("no node could accept this: {}", problem.message);
    Finding::new(&RULE, place.clone(), message)
        .label("on an interface")
        .also(property.type_place(), "the type")
        .note(format!("a node would be refused with {}", problem.rule.code))
        .safe_fix(
            format!("delete `@{}`", annotation.name.text),
            vec![(place, String::new())],
        )
}
