//! S079: `@range` that is not a property and a range.

use omnigraph_grammar::schema::ast::{self, Annotation, Argument, ArgumentValue};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, text_of};

pub const RULE: Rule = Rule {
    code: "S079",
    subcode: "S079",
    name: "malformed-range",
    severity: Severity::Error,
    summary: "`@range` takes a property and a range: `@range(pages, 1..900)`.",
    explanation: "One side of a range may be left out. On the property itself, its name is left out: `pages: I32 \
                  @range(1..900)`. Further arguments are refused instead of being dropped.",
    fails: Example::Schema("node Book {\n    pages: I32\n    @range(pages, 5)\n}\n"),
    passes: Example::Schema("node Book {\n    pages: I32\n    @range(pages, 5..)\n}\n"),
};

/// `property` is the one that the annotation stands on, or follows.
pub(crate) fn finding(owner: &Decl, annotation: &Annotation, property: Option<&ast::Property>) -> Finding {
    let arguments = annotation.arguments.as_ref();
    let span = arguments.map_or(annotation.span, |arguments| arguments.span);
    let list = arguments.map_or(&[][..], |arguments| &arguments.list);
    let finding = Finding::new(&RULE, owner.place(span), "`@range` takes a property and a range").label("not that");
    let mut before = owner.properties().collect::<Vec<_>>().into_iter().rev();
    let before = before.find(|property| property.span.end <= annotation.span.start);
    let near = property.or(before).map(|property| property.name.text.as_str());
    let example = near.unwrap_or("pages");
    let number = |argument: &Argument| matches!(argument.value, ArgumentValue::Integer(_) | ArgumentValue::Float(_));
    match list {
        [first, second] if matches!(first.value, ArgumentValue::Name(_)) && number(second) => {
            let value = text_of(&second.value);
            finding
                .maybe_fix(
                    format!("allow {value} alone: `{value}..{value}`"),
                    vec![(owner.place(second.span), format!("{value}..{value}"))],
                )
                .maybe_fix(
                    format!("allow {value} and above: `{value}..`"),
                    vec![(owner.place(second.span), format!("{value}.."))],
                )
        }
        [first, second] if number(first) && number(second) => {
            let meant = format!("({example}, {}..{})", text_of(&first.value), text_of(&second.value));
            let finding = finding.help(format!("write `@range{meant}`"));
            match near {
                Some(_) => finding.maybe_fix(format!("write `@range{meant}`"), vec![(owner.place(span), meant)]),
                None => finding,
            }
        }
        _ => finding.help(format!("write `@range({example}, 1..9)`")),
    }
}
