//! S057: `@embed` with a source that the node does not have.

use omnigraph_model::suggest::{nearest, suggestion};
use omnigraph_model::types::Scalar;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, Effective, Embed, Property};

pub const RULE: Rule = Rule {
    code: "S057",
    subcode: "S057",
    name: "unknown-embed-source",
    severity: Severity::Error,
    summary: "The source of `@embed` is a property of the same node.",
    explanation: "Properties that interfaces bring in count. An interface may name a source that only its nodes have; \
                  it is looked up in each of them.",
    fails: Example::Schema("node Book { v: Vector(8) @embed(blrb) blurb: String }\n"),
    passes: Example::Schema("node Book { v: Vector(8) @embed(blurb) blurb: String }\n"),
};

pub(crate) fn finding(node: &Decl, property: &Property, embed: &Embed, effective: &[Effective]) -> Finding {
    let place = property.place(embed.source_span);
    let message = format!(
        "`@embed` names `{}`, which {} does not have",
        embed.source, node.name.text
    );
    let finding = Finding::new(&RULE, place.clone(), message)
        .label("no such property")
        .also(node.name_place(), format!("{} is declared here", node.name.text));
    let texts = effective
        .iter()
        .filter(|other| {
            other
                .property
                .ty
                .as_ref()
                .is_some_and(|ty| ty.scalar == Scalar::String && !ty.list)
        })
        .map(|other| other.property.name());
    match nearest(&embed.source, texts) {
        Some(near) => finding
            .help(suggestion(near))
            .safe_fix(format!("replace with `{near}`"), vec![(place, near.to_owned())]),
        None => finding,
    }
}
