//! S065: a constraint that names a property which is not there.

use omnigraph_grammar::Span;
use omnigraph_grammar::schema::ast::Annotation;
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::suggest::{nearest, suggestion};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, Effective};

pub const RULE: Rule = Rule {
    code: "S065",
    subcode: "S065",
    name: "unknown-column",
    severity: Severity::Error,
    summary: "A constraint names properties of its owner.",
    explanation: "Properties that interfaces bring in count. Constraints of an edge may name its endpoints `src` and \
                  `dst`; the `id` of an entity is unique by itself and is not named.",
    fails: Example::Schema("node Book {\n    isbn: String\n    @unique(isbnn)\n}\n"),
    passes: Example::Schema("node Book {\n    isbn: String\n    @unique(isbn)\n}\n"),
};

pub(crate) fn finding(
    owner: &Decl,
    annotation: &Annotation,
    name: &str,
    span: Span,
    properties: &[Effective],
) -> Finding {
    let place = owner.place(span);
    let message = format!(
        "`@{}` names `{name}`, which {} does not have",
        annotation.name.text, owner.name.text
    );
    let finding = Finding::new(&RULE, place.clone(), message)
        .label("no such property")
        .also(owner.name_place(), format!("{} is declared here", owner.name.text));
    if name == "id" {
        return finding.help("the `id` of an entity is unique and indexed by itself");
    }
    let endpoints: &[&str] = if owner.kind == DeclarationKind::Edge {
        &["src", "dst"]
    } else {
        &[]
    };
    let names = properties
        .iter()
        .map(|other| other.property.name())
        .chain(endpoints.iter().copied());
    match nearest(name, names) {
        Some(near) => finding
            .help(suggestion(near))
            .safe_fix(format!("replace with `{near}`"), vec![(place, near.to_owned())]),
        None => finding,
    }
}
