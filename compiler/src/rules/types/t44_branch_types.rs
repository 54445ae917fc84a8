//! T44: the branches of an expression, and the items of a list, have one type.

use omnigraph_grammar::Span;
use omnigraph_model::types::Type;

use super::t43_operand_type::described;
use crate::diagnostic::{Finding, Severity};
use crate::query::context::{Context, Typed};
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T44",
    subcode: "T44",
    name: "branch-types",
    severity: Severity::Error,
    summary: "The branches of an expression, and the items of a list, have one type.",
    explanation: "A column has one type whichever branch gives its value. Numbers widen to the widest of them; null fits \
                  everywhere, but a value that can only be null has no type.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person }\n    return { if($p.age > 17, $p.name, 0) as shown }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person }\n    return { if($p.age > 17, $p.name, \"\") as shown }\n}\n",
    ),
};

/// Two values whose types are not one; `f` and `o` are their types.
pub(crate) fn finding(first: &Typed, f: &Type, other: &Typed, o: &Type) -> Finding {
    Finding::new(&RULE, other.span, format!("one value is {}, another {}", spoken(f), spoken(o)))
        .label(spoken(o))
        .also(first.span, spoken(f))
        .help("cast one of them, such as `cast(… as String)`")
}

/// Nodes and edges are no values of expressions.
pub(crate) fn not_a_value(context: &Context<'_>, typed: &Typed) -> Finding {
    let message = format!("a value is due here, found {}", described(context, typed));
    Finding::new(&RULE, typed.span, message).help("a node has its `id` and its properties as values")
}

pub(crate) fn only_null(values: &[Typed]) -> Finding {
    let span = values.first().map_or(Span::at(0), |value| value.span);
    Finding::new(&RULE, span, "only null can come out here, which has no type")
        .help("give it one: `cast(null as String)`")
}

/// What no list can hold.
pub(crate) fn no_item(list: Span, item: &Type) -> Finding {
    Finding::new(&RULE, list, format!("a list cannot hold {}", spoken(item)))
}
