//! S078: `@range` on something that is not a number.

use omnigraph_grammar::schema::ast::{Annotation, ArgumentValue};
use omnigraph_model::types::{Scalar, Type};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, Property};

pub const RULE: Rule = Rule {
    code: "S078",
    subcode: "S078",
    name: "range-type",
    severity: Severity::Error,
    summary: "`@range` constrains a number.",
    explanation: "It bounds integers and floats; text is constrained with `@check`, and lists are not constrained.",
    fails: Example::Schema("node Book {\n    title: String\n    @range(title, 0..9)\n}\n"),
    passes: Example::Schema("node Book {\n    pages: I32\n    @range(pages, 0..9)\n}\n"),
};

pub(crate) fn finding(property: &Property, owner: &Decl, annotation: &Annotation, ty: &Type) -> Finding {
    let list = annotation
        .arguments
        .as_ref()
        .map_or(&[][..], |arguments| &arguments.list);
    let named = list
        .first()
        .filter(|first| !matches!(first.value, ArgumentValue::Range { .. }));
    let place = owner.place(named.map_or(annotation.span, |argument| argument.span));
    let message = format!("`{}` is {ty}, which has no range", property.name());
    let finding = Finding::new(&RULE, place, message).also(property.type_place(), "the type");
    match ty.scalar == Scalar::String && !ty.list && ty.enum_values.is_none() {
        true => finding.help("constrain text with `@check`"),
        false => finding,
    }
}
