//! S015: a default on a property that cannot have one.

use omnigraph_grammar::schema::ast::Annotation;
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::Property;

pub const RULE: Rule = Rule {
    code: "S015",
    subcode: "S015",
    name: "default-not-allowed",
    severity: Severity::Error,
    summary: "Keys, vectors, blobs and lists have no default.",
    explanation: "A key tells rows apart, which a shared value cannot do; a vector is computed or given, and blobs and \
                  lists have no literal form.",
    fails: Example::Schema("node Book { isbn: String @key @default(\"0\") }\n"),
    passes: Example::Schema("node Book { isbn: String @key }\n"),
};

pub(crate) fn by_type(property: &Property, annotation: &Annotation, ty: &Type) -> Finding {
    let message = format!("`{}` cannot have a default: it is {ty}", property.name());
    finding(property, annotation, message).also(property.type_place(), "the type")
}

pub(crate) fn key(property: &Property, annotation: &Annotation) -> Finding {
    let message = format!("`{}` cannot have a default: it is part of the key", property.name());
    finding(property, annotation, message)
}

fn finding(property: &Property, annotation: &Annotation, message: String) -> Finding {
    let place = property.place(annotation.span);
    Finding::new(&RULE, place.clone(), message).safe_fix("delete the default", vec![(place, String::new())])
}
