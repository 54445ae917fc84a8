//! S082: `@check` on something that is not text.

use omnigraph_grammar::Span;
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, Property};

pub const RULE: Rule = Rule {
    code: "S082",
    subcode: "S082",
    name: "check-type",
    severity: Severity::Error,
    summary: "`@check` constrains a `String`.",
    explanation: "It searches the text for a match of its pattern. Numbers are constrained with `@range`, and lists \
                  are not constrained.",
    fails: Example::Schema("node Book {\n    pages: I32\n    @check(pages, \"1+\")\n}\n"),
    passes: Example::Schema("node Book {\n    isbn: String\n    @check(isbn, \"1+\")\n}\n"),
};

pub(crate) fn finding(property: &Property, owner: &Decl, at: Span, ty: &Type) -> Finding {
    let message = format!("`{}` is {ty}, which cannot be matched with a pattern", property.name());
    let finding = Finding::new(&RULE, owner.place(at), message).also(property.type_place(), "the type");
    match ty.scalar.is_numeric() && !ty.list {
        true => finding.help("constrain numbers with `@range`"),
        false => finding,
    }
}
