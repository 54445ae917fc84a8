//! S040: a node that declares a property of its interface with another type.

use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, Property};

pub const RULE: Rule = Rule {
    code: "S040",
    subcode: "S040",
    name: "redeclared-type",
    severity: Severity::Error,
    summary: "A property that a node redeclares has the type that its interface gives it.",
    explanation: "Types are equal when the scalar, the `?`, the list and the set of enum values are. The order of enum \
                  values does not matter.",
    fails: Example::Schema("interface Named { name: String }\nnode Book implements Named { name: String? }\n"),
    passes: Example::Schema("interface Named { name: String }\nnode Book implements Named { name: String }\n"),
};

pub(crate) fn finding(own: &Property, interface: &Decl, theirs: &Property, ty: &Type) -> Finding {
    let message = format!("`{}` is {ty} in the interface {}", own.name(), interface.name.text);
    Finding::new(&RULE, own.type_place(), message)
        .label("another type")
        .also(theirs.type_place(), format!("{ty} here"))
        .maybe_fix(
            "use the type of the interface",
            vec![(own.type_place(), ty.to_string())],
        )
}
