//! T15.4: `nearest` ranks by a Vector property of a bound node.

use omnigraph_grammar::{Name, Span};
use omnigraph_model::schema::DeclarationKind;
use omnigraph_model::types::{Scalar, Type};

use crate::diagnostic::{Finding, Severity, Place};
use crate::query::context::Context;
use crate::query::environment::VariableKind;
use crate::wording::{all_of, nearest, quoted, spoken};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T15",
    subcode: "T15.4",
    name: "nearest-property",
    severity: Severity::Error,
    summary: "`nearest` ranks by a Vector property of a bound node.",
    explanation: "The first argument says which nodes are ranked and by which of their vectors.",
    fails: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { nearest($d.title, $v) }\n    limit 3\n}\n",
    ),
    passes: Example::Query(
        "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    order { nearest($d.vec, $v) }\n    limit 3\n}\n",
    ),
};

pub(crate) fn not_a_property(span: Span) -> Finding {
    Finding::new(&RULE, span, "`nearest` ranks by a property").label("expected `$node.property`")
}

pub(crate) fn unbound(context: &Context, variable: &Name, scope: usize) -> Finding {
    let name = &variable.text;
    let bound = context.environment.bound(scope);
    Finding::new(&RULE, variable.span, format!("`${name}` is not bound"))
        .label("no clause binds it")
        .meaning(variable.span, "$", &nearest(name, bound.iter().map(String::as_str)))
}

pub(crate) fn not_a_vector(owner: &VariableKind, property: &Name, found: Option<&Type>) -> Finding {
    let (kind, owner, properties) = owner.declaration().unwrap_or((DeclarationKind::Node, "", &[]));
    let name = &property.text;
    let finding = match found {
        Some(ty) => Finding::new(&RULE, property.span, format!("`{owner}.{name}` is not a vector"))
            .label(spoken(ty))
            .also(Place::of_property_type(kind, owner, name), format!("declared as `{ty}`")),
        None => Finding::new(&RULE, property.span, format!("`{owner}` has no property `{name}`")).label("unknown property"),
    };
    let vectors = properties.iter().filter(|p| matches!(p.ty.scalar, Scalar::Vector(_)) && !p.ty.list);
    let vectors = quoted(vectors.map(|p| p.name.as_str()));
    match vectors.is_empty() {
        true => finding.help(format!("`{owner}` has no vectors")),
        false => finding.help(format!("vectors of `{owner}`: {}", all_of(&vectors))),
    }
}
