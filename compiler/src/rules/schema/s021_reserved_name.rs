//! S021: a property with a name that the storage uses itself.


use omnigraph_grammar::Name;
use omnigraph_model::schema::is_reserved;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S021",
    subcode: "S021",
    name: "reserved-name",
    severity: Severity::Error,
    summary: "A property is not called like a column that the storage keeps for itself.",
    explanation: "Such a column would collide with row ids, row versions or deletion marks in the dataset.",
    fails: Example::Schema("node Book { _rowid: I64 }\n"),
    passes: Example::Schema("node Book { book_rowid: I64 }\n"),
};

pub(crate) fn check(decl: &Decl, name: &Name) -> Option<Finding> {
    if !is_reserved(&name.text) {
        return None;
    }
    let free = format!("{}{}", decl.name.text.to_ascii_lowercase(), name.text);
    let finding = Finding::new(
        &RULE,
        decl.place(name.span),
        format!("the storage uses the name `{}` itself", name.text),
    )
    .label("reserved")
    .maybe_fix(format!("rename to `{free}`"), vec![(decl.place(name.span), free)]);
    Some(finding)
}
