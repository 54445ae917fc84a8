//! S011: arguments of an annotation that are not shaped as arguments.

use omnigraph_grammar::schema::ast::Annotation;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S011",
    subcode: "S011",
    name: "annotation-arguments",
    severity: Severity::Error,
    summary: "An annotation takes at most one value, then keywords, each once.",
    explanation: "Write `@tag`, `@tag(value)` or `@tag(value, key=\"x\")`. Parentheses without anything in them, a \
                  keyword before the value, a second value, a repeated keyword, a negative number or a range are \
                  refused instead of being dropped.",
    fails: Example::Schema("node Book @shelf(section=\"a\") {}\n"),
    passes: Example::Schema("node Book @shelf(\"b\", section=\"a\") {}\n"),
};

/// The parser, which reports the others, leaves the arguments of `@default` to whoever knows the property.
pub(crate) fn of_default(owner: &Decl, annotation: &Annotation) -> Finding {
    let span = annotation
        .arguments
        .as_ref()
        .map_or(annotation.span, |arguments| arguments.span);
    Finding::new(&RULE, owner.place(span), "`@default` takes one value and no keywords").help("write `@default(value)`")
}
