//! S047: a column list that holds something other than names of properties.

use omnigraph_grammar::schema::ast::{Annotation, Argument, ArgumentValue};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, text_of};

pub const RULE: Rule = Rule {
    code: "S047",
    subcode: "S047",
    name: "not-a-property-name",
    severity: Severity::Error,
    summary: "The arguments of `@key`, `@unique` and `@index` are names of properties, without quotes.",
    explanation: "They are references, not text: renaming a property keeps its constraints.",
    fails: Example::Schema("node Book { isbn: String @unique(\"isbn\") }\n"),
    passes: Example::Schema("node Book { isbn: String @unique(isbn) }\n"),
};

pub(crate) fn finding(owner: &Decl, annotation: &Annotation, argument: &Argument) -> Finding {
    let place = owner.place(argument.span);
    let message = format!("`@{}` takes names of properties", annotation.name.text);
    let finding = Finding::new(&RULE, place.clone(), message).label("not a name");
    match &argument.value {
        ArgumentValue::String(text) if argument.keyword.is_none() && is_name(text) => {
            finding.safe_fix("drop the quotes", vec![(place, text_of(&argument.value))])
        }
        _ => finding,
    }
}

fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_lowercase() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
