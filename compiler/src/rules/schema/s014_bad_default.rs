//! S014: a default that the property could not hold.

use omnigraph_grammar::schema::ast::{Annotation, Argument};
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Default, Property, text_of};

pub const RULE: Rule = Rule {
    code: "S014",
    subcode: "S014",
    name: "bad-default",
    severity: Severity::Error,
    summary: "The value of `@default` is one that the property accepts: by its type, its enum, its `@range` and \
              its `@check`.",
    explanation: "A default is written into rows that leave the property out, and into existing rows when the property \
                  is added; a value that is refused there would only fail later.",
    fails: Example::Schema("node Book { pages: I32 @default(\"x\") }\n"),
    passes: Example::Schema("node Book { pages: I32 @default(1) }\n"),
};

pub(crate) fn missing(property: &Property, annotation: &Annotation) -> Finding {
    let message = format!("`@default` of `{}` has no value", property.name());
    Finding::new(&RULE, property.place(annotation.span), message).help("write `@default(value)`")
}

pub(crate) fn wrong_type(property: &Property, argument: &Argument, ty: &Type) -> Finding {
    let text = text_of(&argument.value);
    let message = format!("`{text}` is not a value of {ty}");
    let finding = Finding::new(&RULE, property.place(argument.span), message).also(property.type_place(), "the type");
    match text.to_ascii_lowercase().as_str() {
        "null" => finding.help(format!(
            "leave `@default` out: without a value `{}` is null if its type ends in `?`",
            property.name()
        )),
        "now" | "today" | "current_timestamp" | "current_date" => {
            finding.help("a default is one fixed value; give the time to each row: `insert Type { property: now() }`")
        }
        _ => finding,
    }
}

pub(crate) fn outside_range(property: &Property, default: &Default, range: Place) -> Finding {
    let message = format!("the default of `{}` lies outside its range", property.name());
    Finding::new(&RULE, property.place(default.value_span), message).also(range, "the range")
}

pub(crate) fn fails_check(property: &Property, default: &Default, check: Place) -> Finding {
    let message = format!("the default of `{}` does not match its `@check`", property.name());
    Finding::new(&RULE, property.place(default.value_span), message).also(check, "the check")
}
