//! T52: a cast is one of the table of casts.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::ParameterType;
use omnigraph_model::types::{Scalar, Type};
use omnigraph_model::vocabulary;

use super::t43_operand_type::described;
use crate::diagnostic::{Finding, Severity};
use crate::query::context::{Context, Typed};
use crate::wording::{any_of, nearest, quoted, spoken};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T52",
    subcode: "T52",
    name: "no-cast",
    severity: Severity::Error,
    summary: "A value is cast only to a type in which it has a form.",
    explanation: "Text is read as any other type, and anything is written as text; numbers become other numbers, days become \
                  instants and back. Everything else is said by an expression, such as `if($p.active, 1, 0)`.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { cast($p.name as int) as n }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { cast($p.name as I64) as n }\n}\n"),
};

pub(crate) fn finding(operand: &Typed, from: &Type, to: &Type, whole: Span) -> Finding {
    let message = format!("a value of {} has no cast to {}", spoken(from), spoken(to));
    let finding = Finding::new(&RULE, whole, message).also(operand.span, spoken(from));
    let hint = match (from.scalar, to.scalar) {
        (Scalar::Bool, scalar) if scalar.is_numeric() => "write `if(…, 1, 0)`",
        (scalar, Scalar::Bool) if scalar.is_numeric() => "compare it, such as `… != 0`",
        (scalar, Scalar::DateTime) if scalar.is_integer() => "`from_epoch_ms(…)` makes an instant of milliseconds",
        (Scalar::DateTime, scalar) if scalar.is_integer() => "`epoch_ms(…)` gives milliseconds",
        _ => return finding,
    };
    finding.help(hint)
}

pub(crate) fn not_a_value(context: &Context<'_>, typed: &Typed) -> Finding {
    Finding::new(&RULE, typed.span, format!("{} is no value to be cast", described(context, typed)))
        .help("a node has its `id` and its properties as values")
}

/// A word that names no type to cast to.
pub(crate) fn unknown(written: &ParameterType) -> Finding {
    let name = &written.name.text;
    let message = format!("there is no cast to `{name}`");
    let finding = Finding::new(&RULE, written.span, message).label("not a type of values");
    let near = match vocabulary::foreign_scalar(name) {
        Some(own) if own != name => vec![own.to_owned()],
        _ => nearest(name, vocabulary::scalars()),
    };
    match near.first() {
        Some(first) => finding
            .help(format!("did you mean {}?", any_of(&quoted(near.iter().map(String::as_str)))))
            .maybe_fix(format!("write `{first}`"), vec![(written.name.span, first.clone())]),
        None => finding.help("casts lead to String, Bool, Date, DateTime, the numbers, and lists of them"),
    }
}
