//! S042: a node that redeclares a property and so loses what its interface says about it.

use omnigraph_grammar::Span;
use omnigraph_grammar::schema::ast::{ArgumentValue, Member};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, Property};

pub const RULE: Rule = Rule {
    code: "S042",
    subcode: "S042",
    name: "redeclaration-drops",
    severity: Severity::Warning,
    summary: "A node that redeclares a property repeats the annotations of the interface that it wants to keep.",
    explanation: "A redeclared property has the annotations of the node alone: a key, an index, a uniqueness or an \
                  embedding of the interface is not inherited.",
    fails: Example::Schema("interface Slugged { slug: String @key }\nnode Book implements Slugged { slug: String }\n"),
    passes: Example::Schema(
        "interface Slugged { slug: String @key }\nnode Book implements Slugged { slug: String @key }\n",
    ),
};

pub(crate) fn check(node: &Decl, own: &Property, interface: &Decl, theirs: &Property) -> Vec<Finding> {
    let embed = |property: &Property| property.embed.as_ref().map(|_| ());
    let lost = [
        ("key", theirs.key, own.key.is_some()),
        ("unique", theirs.unique, own.unique.is_some()),
        ("index", theirs.index, own.index.is_some()),
        (
            "embed",
            theirs.embed.as_ref().map(|embed| embed.annotation),
            embed(own).is_some(),
        ),
    ];
    let mut findings = Vec::new();
    for (word, annotation, repeated) in lost {
        let Some(annotation) = annotation else {
            continue;
        };
        if repeated || in_body(node, word, own.name()) {
            continue;
        }
        let message = format!(
            "{} redeclares `{}` and so drops its `@{word}`",
            node.name.text,
            own.name()
        );
        let mut finding = Finding::new(&RULE, own.name_place(), message)
            .label("redeclared here")
            .also(
                theirs.place(annotation.span),
                format!("`@{word}` of {}", interface.name.text),
            )
            .help("repeat the annotation, or delete the property to inherit it");
        if word != "embed" {
            let after = own.place(Span::at(own.ast.ty.span.end as usize));
            finding = finding.maybe_fix(format!("repeat `@{word}`"), vec![(after, format!(" @{word}"))]);
        }
        findings.push(finding);
    }
    findings
}

/// Whether the body says it of this property alone, which means the same.
fn in_body(node: &Decl, word: &str, property: &str) -> bool {
    node.members.iter().filter_map(Member::as_constraint).any(|constraint| {
        let list = constraint
            .arguments
            .as_ref()
            .map_or(&[][..], |arguments| &arguments.list);
        constraint.name.text == word && matches!(list, [only] if only.value == ArgumentValue::Name(property.to_owned()))
    })
}
