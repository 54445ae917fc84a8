//! S022: a property called `id`.

use omnigraph_grammar::Name;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S022",
    subcode: "S022",
    name: "property-id",
    severity: Severity::Error,
    summary: "No property is called `id`.",
    explanation: "Every node and edge has an `id` already; for a node with `@key` it is derived from the key.",
    fails: Example::Schema("node Book { id: String @key }\n"),
    passes: Example::Schema("node Book { slug: String @key }\n"),
};

pub(crate) fn check(decl: &Decl, name: &Name) -> Option<Finding> {
    if name.text != "id" {
        return None;
    }
    let other = format!("{}_id", decl.name.text.to_ascii_lowercase());
    let place = decl.place(name.span);
    let finding = Finding::new(&RULE, place.clone(), format!("{} has an `id` already", decl.name.text))
        .label("not a name for a property")
        .note("every entity has an `id`; with `@key` it is derived from the key")
        .maybe_fix("rename to `slug`", vec![(place.clone(), "slug".to_owned())])
        .maybe_fix(format!("rename to `{other}`"), vec![(place, other)]);
    Some(finding)
}
