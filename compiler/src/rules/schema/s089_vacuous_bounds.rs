//! S089: bounds that forbid everything.

use omnigraph_grammar::schema::ast::Argument;
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, Property};

pub const RULE: Rule = Rule {
    code: "S089",
    subcode: "S089",
    name: "vacuous-bounds",
    severity: Severity::Warning,
    summary: "Bounds leave something to write.",
    explanation: "An edge with `@card(0..0)` cannot have rows, and a range outside the values of its type allows \
                  nothing but null.",
    fails: Example::Schema("node Book {}\nedge Lent: Book -> Book @card(0..0)\n"),
    passes: Example::Schema("node Book {}\nedge Lent: Book -> Book @card(0..1)\n"),
};

pub(crate) fn cardinality(edge: &Decl, argument: &Argument) -> Finding {
    let message = format!("no edge of {} can ever be written", edge.name.text);
    Finding::new(&RULE, edge.place(argument.span), message).label("forbids everything")
}

pub(crate) fn range(property: &Property, owner: &Decl, argument: &Argument, ty: &Type) -> Finding {
    let message = format!("no {ty} lies in this range, so `{}` can hold nothing", property.name());
    Finding::new(&RULE, owner.place(argument.span), message)
        .label("forbids everything")
        .also(property.type_place(), "the type")
}
