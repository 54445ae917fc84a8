//! S020: a property declared twice in one declaration.

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, Property};

pub const RULE: Rule = Rule {
    code: "S020",
    subcode: "S020",
    name: "duplicate-property",
    severity: Severity::Error,
    summary: "A declaration has each property once.",
    explanation: "A second one with another type would contradict the first, and one with the same type says nothing.",
    fails: Example::Schema("node Book {\n    title: String\n    title: String?\n}\n"),
    passes: Example::Schema("node Book {\n    title: String\n    subtitle: String?\n}\n"),
};

pub(crate) fn finding(decl: &Decl, second: &Property, first: &Property) -> Finding {
    let message = format!("{} has the property `{}` twice", decl.name.text, second.name());
    let finding = Finding::new(&RULE, second.name_place(), message)
        .label("declared again here")
        .also(first.name_place(), "first declared here");
    let bare = second.ast.annotations.is_empty();
    match second.ty == first.ty && bare {
        true => finding.safe_fix(
            "delete the second one",
            vec![(second.place(second.ast.span), String::new())],
        ),
        false => finding.help("rename or delete one of them"),
    }
}
