//! T56: `?` marks a parameter that may be null, and a default is a constant of the parameter's type.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast;
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::environment::Parameter;
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T56",
    subcode: "T56",
    name: "skipped-parameter",
    severity: Severity::Error,
    summary: "`?` marks a parameter that may be null, and a default is a constant of the parameter's type.",
    explanation: "`$p.age >= $min?` is left out where `$min` is null, which it can be only if it is declared with `?`. A \
                  default is the value of a parameter that a request leaves out, so it is known before any row.",
    fails: Example::Query(
        "query q($min: I32) {\n    match { $p: Person  $p.age >= $min? }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q($min: I32?) {\n    match { $p: Person  $p.age >= $min? }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn never_null(name: &str, span: Span, parameter: &Parameter) -> Finding {
    let mark = Span::new(span.start as usize + 1 + name.len(), span.end as usize);
    Finding::new(&RULE, span, format!("`${name}` is never null"))
        .label("nothing to skip")
        .also(parameter.declared, "declared without `?`")
        .help(format!("drop the `?`, or declare `${name}` with one"))
        .maybe_fix("drop the `?`", vec![(mark, String::new())])
}

/// `$min?` without a condition around it.
pub(crate) fn misplaced(span: Span) -> Finding {
    Finding::new(&RULE, span, "`?` skips a comparison, and there is none here")
        .label("in no comparison")
        .help("it is written in one, such as `$p.age >= $min?`")
}

/// A default that depends on more than the text.
pub(crate) fn not_constant(span: Span, name: &str) -> Finding {
    Finding::new(&RULE, span, format!("the default of `${name}` is not a constant"))
        .label("known only with a request or a row")
        .help("a default is made of literals and functions of them")
}

/// A default of another type, or a number that the type does not hold.
pub(crate) fn other_type(default: &ast::Expression, name: &str, ty: &Type, found: Option<&Type>) -> Finding {
    let message = match found {
        Some(found) if found.scalar != ty.scalar || found.list != ty.list => {
            format!("`${name}` takes {}, the default is {}", spoken(ty), spoken(found))
        }
        _ => format!("the default of `${name}` is no value of {}", spoken(ty)),
    };
    Finding::new(&RULE, default.span, message).label(format!("expected {}", spoken(ty)))
}

/// The default of an enum that is none of its values.
pub(crate) fn not_a_variant(default: &ast::Expression, name: &str, values: &[String]) -> Finding {
    let listed = crate::wording::any_of(&crate::wording::quoted(values.iter().map(String::as_str)));
    Finding::new(&RULE, default.span, format!("the default of `${name}` is none of the enum's values"))
        .label("no such value")
        .help(format!("it is {listed}"))
}
