//! S030: a property type that the language does not have.

use omnigraph_grammar::{Name, Span};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::suggest::{nearest, suggestion};
use omnigraph_model::types::Scalar;
use omnigraph_model::vocabulary::{foreign_scalar, scalars};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, Declared};

pub const RULE: Rule = Rule {
    code: "S030",
    subcode: "S030",
    name: "unknown-type",
    severity: Severity::Error,
    summary: "The type of a property is a scalar, `enum(…)`, `Vector(n)`, or a list of a scalar.",
    explanation: "The scalars are `String`, `Bool`, `I32`, `I64`, `U32`, `U64`, `F32`, `F64`, `Date`, `DateTime` and \
                  `Blob`. What relates two nodes is an edge, never a property of a node type.",
    fails: Example::Schema("node Book { title: Text }\n"),
    passes: Example::Schema("node Book { title: String }\n"),
};

pub(crate) fn finding(owner: &Decl, name: &Name, declared: &Declared) -> Finding {
    let place = owner.place(name.span);
    let finding = Finding::new(&RULE, place.clone(), format!("there is no type `{}`", name.text)).label("not a type");
    let kinds = [DeclarationKind::Node, DeclarationKind::Interface, DeclarationKind::Edge];
    if let Some(declaration) = kinds.into_iter().find_map(|kind| declared.get(kind, &name.text)) {
        let help = match (owner.kind, declaration.kind) {
            (DeclarationKind::Node, DeclarationKind::Node | DeclarationKind::Interface) => format!(
                "relations are edges: delete the property, and declare `edge {0}{1}: {0} -> {1}`",
                owner.name.text,
                name.text
            ),
            _ => "relations are edges: declare an edge between the two nodes".to_owned(),
        };
        return finding.also(declaration.name_place(), "declared here").help(help);
    }
    if matches!(
        name.text.to_ascii_lowercase().as_str(),
        "json" | "jsonb" | "map" | "object"
    ) {
        return finding
            .help("nested data is not supported: use properties of their own, a node, or text in a `String`");
    }
    if name.text.eq_ignore_ascii_case("vector") {
        return vector_without_size(owner, name.span);
    }
    let unsized_ones = || scalars().filter(|name| *name != "Vector");
    match foreign_scalar(&name.text).or_else(|| nearest(&name.text, unsized_ones())) {
        Some(near) => {
            debug_assert!(Scalar::from_word(near).is_some());
            finding
                .help(suggestion(near))
                .safe_fix(format!("replace with `{near}`"), vec![(place, near.to_owned())])
        }
        None => finding.help(format!(
            "the types are {}, `Vector(n)` and `enum(…)`",
            unsized_ones().collect::<Vec<_>>().join(", ")
        )),
    }
}

pub(crate) fn vector_without_size(owner: &Decl, word: Span) -> Finding {
    let after = owner.place(Span::at(word.end as usize));
    Finding::new(&RULE, owner.place(word), "a vector says how many dimensions it has")
        .label("no size")
        .help("write `Vector(n)`, with the dimension of the model that computes it")
        .maybe_fix("insert `(768)`", vec![(after, "(768)".to_owned())])
}
