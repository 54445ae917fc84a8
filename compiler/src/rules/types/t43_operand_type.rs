//! T43: operators and functions take operands of their types.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{Binary, BinaryOperator, Unary};
use omnigraph_model::types::Scalar;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::{Context, Ty, Typed};
use crate::wording::spoken;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T43",
    subcode: "T43",
    name: "operand-type",
    severity: Severity::Error,
    summary: "An operator or a function takes operands of its types.",
    explanation: "Nothing is converted silently but numbers to wider ones. `cast(x as T)` converts, and fails where a value \
                  has no form in the type; `try_cast` gives null there.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.name + 1 as n }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { $p.name || \"1\" as n }\n}\n"),
};

/// What a value is, in words.
pub(crate) fn described(context: &Context<'_>, typed: &Typed) -> String {
    match &typed.ty {
        Ty::Value(ty) => spoken(ty),
        Ty::Null => "`null`".to_owned(),
        Ty::Node(var) | Ty::Edge(var) => context.described(*var),
        Ty::Error => "nothing".to_owned(),
    }
}

fn labelled(finding: Finding, typed: &Typed) -> Finding {
    match (&typed.owner, typed.scalar_type()) {
        (Some(owner), Some(ty)) => owner.label(finding, ty),
        _ => finding,
    }
}

/// What is no Bool where one is due; `what` says what the place is.
pub(crate) fn condition(context: &Context<'_>, typed: &Typed, what: &str) -> Finding {
    let message = format!("{what} is a `Bool`, found {}", described(context, typed));
    let finding = labelled(Finding::new(&RULE, typed.span, message).label("not a condition"), typed);
    match &typed.ty {
        Ty::Value(ty) if !ty.list && ty.scalar.is_numeric() => finding.help("compare it, such as `… > 0`"),
        Ty::Value(ty) if ty.list => finding.help("compare it, such as `size(…) > 0`, or test it by `is not null`"),
        _ => finding.help("compare it, or test it by `is not null`"),
    }
}

/// `||` beside what is no text; `side` is that operand.
pub(crate) fn join(context: &Context<'_>, written: &Binary, side: &Typed, left: &Typed, right: &Typed) -> Finding {
    let message = format!("`||` joins text, found {}", described(context, side));
    let finding = Finding::new(&RULE, written.op_span, message).also(side.span, described(context, side));
    let finding = labelled(finding, side);
    let bool = |typed: &Typed| typed.scalar_type().is_some_and(|ty| ty.scalar == Scalar::Bool && !ty.list);
    if bool(left) && bool(right) {
        return finding
            .help("between two conditions stands `or`")
            .safe_fix("write `or`", vec![(written.op_span, "or".to_owned())]);
    }
    let start = Span::at(side.span.start as usize);
    let end = Span::at(side.span.end as usize);
    match side.scalar_type() {
        Some(ty) if !ty.list && !matches!(ty.scalar, Scalar::Vector(_) | Scalar::Blob) => finding.maybe_fix(
            "cast it to String",
            vec![(start, "cast(".to_owned()), (end, " as String)".to_owned())],
        ),
        _ => finding,
    }
}

pub(crate) fn arithmetic(context: &Context<'_>, written: &Binary, left: &Typed, right: &Typed) -> Finding {
    let sign = written.op.text();
    let takes = match written.op {
        BinaryOperator::Add => "takes numbers, or a Date or DateTime and a Duration",
        BinaryOperator::Subtract => "takes numbers, a Date or DateTime and a Duration, or two dates",
        BinaryOperator::Multiply => "takes numbers, or a Duration and an integer",
        _ => "takes numbers",
    };
    let found = format!("{} and {}", described(context, left), described(context, right));
    let finding = Finding::new(&RULE, written.op_span, format!("`{sign}` {takes}, found {found}"))
        .also(left.span, described(context, left))
        .also(right.span, described(context, right));
    let text = |typed: &Typed| typed.scalar_type().is_some_and(|ty| ty.scalar == Scalar::String && !ty.list);
    if written.op != BinaryOperator::Add || !(text(left) || text(right)) {
        return finding;
    }
    let mut edits = vec![(written.op_span, "||".to_owned())];
    for side in [left, right].into_iter().filter(|side| !text(side)) {
        edits.push((Span::at(side.span.start as usize), "cast(".to_owned()));
        edits.push((Span::at(side.span.end as usize), " as String)".to_owned()));
    }
    finding.help("`||` joins text").maybe_fix("write `||`", edits)
}

pub(crate) fn sign(context: &Context<'_>, written: &Unary, operand: &Typed) -> Finding {
    let message = format!("`-` takes a number or a Duration, found {}", described(context, operand));
    let finding = Finding::new(&RULE, written.op_span, message).also(operand.span, described(context, operand));
    labelled(finding, operand)
}

/// `in` with what is no list, or no item of it.
pub(crate) fn membership(context: &Context<'_>, op: Span, left: &Typed, right: &Typed) -> Finding {
    let found = format!("{} and {}", described(context, left), described(context, right));
    Finding::new(&RULE, op, format!("`in` takes an item and a list of such items, found {found}"))
        .also(left.span, described(context, left))
        .also(right.span, described(context, right))
}

/// Durations have no order, as months differ in length.
pub(crate) fn duration_order(side: &Typed, op: Span) -> Finding {
    Finding::new(&RULE, op, "durations have no order, and compare with durations alone")
        .also(side.span, "a Duration")
        .help("compare two instants, such as `$e.at + days(7) > now()`, or a number of `between_days`")
}

/// What is sliced.
pub(crate) fn sequence(context: &Context<'_>, typed: &Typed) -> Finding {
    let message = format!("a slice is of a list or a String, found {}", described(context, typed));
    labelled(Finding::new(&RULE, typed.span, message).label("not a list"), typed)
}

/// What is no number of rows behind `limit` or `offset`.
pub(crate) fn amount(context: &Context<'_>, typed: &Typed, word: &str) -> Finding {
    let message = format!("`{word}` takes an integer, found {}", described(context, typed));
    labelled(Finding::new(&RULE, typed.span, message).label("not a number of rows"), typed)
        .help(format!("it is a number or a parameter that is an integer, such as `{word} 10` or `{word} $n`"))
}

/// What takes no cursor behind `after`.
pub(crate) fn cursor(context: &Context<'_>, typed: &Typed) -> Finding {
    let message = format!("`after` takes a parameter of the type `String?`, found {}", described(context, typed));
    labelled(Finding::new(&RULE, typed.span, message).label("not a cursor"), typed)
        .help("declare it as `$cursor: String?`: null and the empty text stand for the first page")
}

/// An argument that is not what is wanted; `what` says which one it is.
/// What a function about edges takes beside a node.
pub(crate) fn edge_name(span: Span, function: &str) -> Finding {
    Finding::new(&RULE, span, format!("the second argument of `{function}` is the name of an edge"))
        .label("not a name")
        .help(format!("write it without quotes and `$`, such as `{function}($p, follows)`"))
}

pub(crate) fn argument(context: &Context<'_>, typed: &Typed, wanted: &str, what: &str) -> Finding {
    let message = format!("{what} is {wanted}, found {}", described(context, typed));
    labelled(Finding::new(&RULE, typed.span, message).label("of another type"), typed)
}
