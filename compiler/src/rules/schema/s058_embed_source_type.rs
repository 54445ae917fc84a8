//! S058: `@embed` with a source that is not text.

use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Embed, Property};

pub const RULE: Rule = Rule {
    code: "S058",
    subcode: "S058",
    name: "embed-source-type",
    severity: Severity::Error,
    summary: "The source of `@embed` is a `String` or an enum, not a list.",
    explanation: "Models embed text.",
    fails: Example::Schema("node Book { v: Vector(8) @embed(pages) pages: I32 }\n"),
    passes: Example::Schema("node Book { v: Vector(8) @embed(title) title: String }\n"),
};

pub(crate) fn finding(property: &Property, embed: &Embed, source: &Property, ty: &Type) -> Finding {
    let message = format!("`{}` is {ty}, and only text can be embedded", embed.source);
    Finding::new(&RULE, property.place(embed.source_span), message).also(source.type_place(), "its type")
}
