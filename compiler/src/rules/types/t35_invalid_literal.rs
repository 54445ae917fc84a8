//! T35: a date is a day of the calendar, and an assigned number fits its property.

use omnigraph_grammar::Span;
use omnigraph_model::temporal::{DATETIME_EXAMPLE, DATE_EXAMPLE};
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Owner;
use crate::rules::syntax::q005_number_out_of_range;
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T35",
    subcode: "T35",
    name: "invalid-literal",
    severity: Severity::Error,
    summary: "A date is a day of the calendar, and an assigned number fits its property.",
    explanation: "`date(\"…\")` takes `YYYY-MM-DD`; `datetime(\"…\")` an instant such as `2026-04-01T08:30:00Z`. An \
                  integer property takes integers of its width; a float property takes integers that it can represent \
                  exactly.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  $p.joined > date(\"2026-02-30\") }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  $p.joined > date(\"2026-02-28\") }\n    return { $p.handle }\n}\n",
    ),
};

/// `place`: the text within the literal.
pub(crate) fn date(place: Span, literal: Span, text: &str) -> Finding {
    Finding::new(&RULE, place, format!("`{text}` is not a day of the calendar"))
        .label(format!("expected a date such as `{DATE_EXAMPLE}`"))
        .also(literal, "a `Date`")
}

pub(crate) fn datetime(place: Span, literal: Span, text: &str) -> Finding {
    Finding::new(&RULE, place, format!("`{text}` is not an instant"))
        .label(format!("expected an instant such as `{DATETIME_EXAMPLE}`"))
        .also(literal, "a `DateTime`")
}

pub(crate) fn float(span: Span, text: &str) -> Finding {
    Finding::new(&RULE, span, format!("`{text}` is not a finite number"))
}

pub(crate) fn out_of_range(span: Span, to: &Type, owner: &Owner) -> Finding {
    let message = format!("the value does not fit {}, which is {}", owner.spoken(), spoken(to));
    owner.label(Finding::new(&RULE, span, message).label("out of range"), to)
}

pub(crate) fn fraction(span: Span, to: &Type, owner: &Owner) -> Finding {
    let message = format!("{} is {} and takes no fraction", owner.spoken(), spoken(to));
    owner.label(Finding::new(&RULE, span, message).label("a fraction"), to)
}

pub(crate) fn inexact(span: Span, to: &Type, owner: &Owner) -> Finding {
    let message = format!("{} is {} and cannot hold this integer exactly", owner.spoken(), spoken(to));
    owner.label(Finding::new(&RULE, span, message).label("too many digits"), to)
}

/// An integer beside fractions that no float equals.
pub(crate) fn inexact_item(item: Span, list: Span) -> Finding {
    Finding::new(&RULE, item, "`F64` cannot hold this integer exactly")
        .label("too many digits")
        .also(list, "a number in here has a fraction, so all are `F64`")
        .help("compare with integers and with fractions in lists of their own")
}

/// An integer beyond an I64 where no U64 is expected.
pub(crate) fn too_large(span: Span) -> Finding {
    let message = format!("an integer can be at most {} here", i64::MAX);
    Finding::new(&q005_number_out_of_range::RULE, span, message)
        .label("too large for an `I64`")
        .help("beside a `U64` it can be at most 18446744073709551615")
}
