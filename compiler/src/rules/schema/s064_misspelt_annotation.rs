//! S064: an annotation that looks like a known one with a slip.

use omnigraph_grammar::schema::ast::Annotation;
use omnigraph_model::suggest::suggestion;
use omnigraph_model::vocabulary::{ANNOTATIONS, is_constraint};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Decl;

pub const RULE: Rule = Rule {
    code: "S064",
    subcode: "S064",
    name: "misspelt-annotation",
    severity: Severity::Error,
    summary: "A known annotation is spelt right, and `@range` and `@check` have arguments.",
    explanation: "It would be stored as text without effect: a constraint that constrains nothing. A name that is \
                  really meant is listed in `known-annotations` under `[lint]` in omnigraph.toml.",
    fails: Example::Schema("node Book { isbn: String @uniq(isbn) }\n"),
    passes: Example::Schema("node Book { isbn: String @unique }\n"),
};

pub(crate) fn check(owner: &Decl, annotation: &Annotation) -> Option<Finding> {
    let name = annotation.name.text.as_str();
    let place = owner.place(annotation.name.span);
    if matches!(name, "range" | "check") {
        let example = if name == "range" {
            "@range(1..9)"
        } else {
            "@check(\"^[0-9]+$\")"
        };
        let finding = Finding::new(&RULE, place, format!("`@{name}` without arguments constrains nothing"))
            .help(format!("write `{example}`"));
        return Some(finding);
    }
    let names = ANNOTATIONS.iter().map(|known| known.name);
    let near = names.into_iter().find(|known| {
        let limit = if known.len() >= 6 { 2 } else { 1 };
        strsim::osa_distance(name, known) <= limit || name.eq_ignore_ascii_case(known)
    })?;
    let finding = Finding::new(&RULE, place.clone(), format!("`@{name}` has no meaning"))
        .label("misspelt")
        .help(suggestion(&format!("@{near}")));
    // With a parenthesis it would turn into a constraint over the columns in it, which may not be what is there.
    let exact = !is_constraint(near) || annotation.arguments.is_none();
    let title = format!("replace with `@{near}`");
    let edits = vec![(place, near.to_owned())];
    Some(match exact {
        true => finding.safe_fix(title, edits),
        false => finding.maybe_fix(title, edits),
    })
}
