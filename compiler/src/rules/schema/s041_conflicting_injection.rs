//! S041: two interfaces that bring one property into a node and disagree about it.

use omnigraph_grammar::Name;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, Effective, Property};

pub const RULE: Rule = Rule {
    code: "S041",
    subcode: "S041",
    name: "conflicting-injection",
    severity: Severity::Error,
    summary: "Interfaces that bring the same property into a node agree on its type, constraints, embedding and \
              annotations.",
    explanation: "Neither could be preferred. A node decides by declaring the property itself: then only the types are \
                  compared.",
    fails: Example::Schema(
        "interface A { code: String @index }\ninterface B { code: String }\nnode X implements A, B {}\n",
    ),
    passes: Example::Schema(
        "interface A { code: String @index }\ninterface B { code: String @index }\nnode X implements A, B {}\n",
    ),
};

pub(crate) fn check(
    node: &Decl,
    name: &Name,
    known: &Effective,
    interface: &Decl,
    property: &Property,
) -> Option<Finding> {
    let first = known.property;
    let (Some(ours), Some(theirs)) = (&first.ty, &property.ty) else {
        return None;
    };
    if ours == theirs && means(first) == means(property) {
        return None;
    }
    let message = format!(
        "{} and {} disagree about the property `{}` that they bring into {}",
        known.via.map_or("another interface", |name| name.text.as_str()),
        interface.name.text,
        property.name(),
        node.name.text,
    );
    let finding = Finding::new(&RULE, node.place(name.span), message)
        .label("brings it a second time")
        .also(first.name_place(), "one of them")
        .also(property.name_place(), "the other")
        .help(format!("declare `{}` in {} to decide", property.name(), node.name.text))
        .maybe_fix(
            format!("declare `{}: {ours}` in {}", property.name(), node.name.text),
            vec![(node.body_end(), format!(" {}: {ours} ", property.name()))],
        );
    Some(finding)
}

/// What has to be equal beside the type; rename hints need not be.
fn means(property: &Property) -> impl PartialEq {
    (
        [property.key, property.unique, property.index].map(|annotation| annotation.is_some()),
        property
            .embed
            .as_ref()
            .map(|embed| (embed.source.clone(), embed.model.clone())),
        property.default.as_ref().map(|default| default.value.clone()),
        property.metric,
        property.texts.canonical(),
    )
}
