//! T7.8: a parameter that a property is matched with, or assigned, has a type that the property takes.

use omnigraph_grammar::Span;
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::{Context, Owner};
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T7",
    subcode: "T7.8",
    name: "parameter-type",
    severity: Severity::Error,
    summary: "A parameter that a property is matched with, or assigned, has a type that the property takes.",
    explanation: "The parameter's declaration says what callers pass; declare it with the property's type.",
    fails: Example::Query(
        "query q($name: String) {\n    match { $p: Person { age: $name } }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q($name: String) {\n    match { $p: Person { name: $name } }\n    return { $p.handle }\n}\n",
    ),
};

/// `wanted`: what the property takes here, one item where a list is matched.
pub(crate) fn finding(
    context: &Context,
    (name, span): (&str, Span),
    ty: &Type,
    owner: &Owner,
    declared: &Type,
    wanted: &Type,
) -> Finding {
    let message = format!("{} takes {}, the parameter `${name}` is {}", owner.spoken(), spoken(wanted), spoken(ty));
    let mut finding = owner.label(Finding::new(&RULE, span, message).label(spoken(ty)), declared);
    if let Some(parameter) = context.environment.parameters.get(name) {
        let fitting = Type {
            enum_values: None,
            nullable: ty.nullable,
            ..wanted.clone()
        };
        let text = format!("${name}: {fitting}");
        finding = finding
            .also(parameter.declared, "declared here")
            .maybe_fix(format!("declare `{text}`"), vec![(parameter.declared, text)]);
    }
    finding
}
