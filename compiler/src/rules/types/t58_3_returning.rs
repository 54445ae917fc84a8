//! T58.3: `returning` reads what was written, row by row.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{BlockValue, Call};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T58",
    subcode: "T58.3",
    name: "returning",
    severity: Severity::Error,
    summary: "`returning` reads the rows that were written.",
    explanation: "It has one row for each assignment of `match`, whose variables it reads, and those of inserts. Where one statement has a \
                  `where` and there is no `match`, it has a row for each row of that statement, and a bare word is a property of it. \
                  Aggregates, rankings and blocks are about other rows: a second query asks for them.",
    fails: Example::Query(
        "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    update $p set { age: 3 }\n    returning { count($p) }\n}\n",
    ),
    passes: Example::Query(
        "query q($h: String) {\n    match { $p: Person { handle: $h } }\n    update $p set { age: 3 }\n    returning { $p.name, $p.age }\n}\n",
    ),
};

pub(crate) fn call(call: &Call) -> Finding {
    let message = format!("`{}` has no rows to be about in `returning`", call.function.name());
    Finding::new(&RULE, call.span, message)
        .label("not visible here")
        .help("a query that reads computes it from the state after this one")
}

pub(crate) fn block(value: &BlockValue) -> Finding {
    let message = format!("`{} {{ … }}` cannot stand in `returning`", value.word());
    Finding::new(&RULE, value.keyword, message)
        .label("a block")
        .help("`let $n = count { … }` in the `match` is the number before the query; a second query asks for the one after it")
}

/// A list of objects.
pub(crate) fn rows(span: Span) -> Finding {
    Finding::new(&RULE, span, "a list of objects cannot stand in `returning`")
        .label("made of the solutions of a block")
        .help("a query that reads makes it from the state after this one; members that are properties and values may stand here")
}

/// A function that counts the edges of a node.
pub(crate) fn degree(name: &str, span: Span) -> Finding {
    Finding::new(&RULE, span, format!("`{name}` cannot stand in `returning`"))
        .label("counts edges")
        .help("a second query counts the edges after this one")
}

/// A bare word, where there is no row whose property it could be.
pub(crate) fn bare(name: &str, span: Span, reason: Bare) -> Finding {
    let finding = Finding::new(&RULE, span, format!("`{name}` is a property of no row here")).label("not visible here");
    match reason {
        Bare::Matched => finding.help(format!("write `$x.{name}` for a variable `$x` of the `match` or of an `insert … as $x`")),
        Bare::Several(first, second) => finding
            .also(first, "of the rows of this statement?")
            .also(second, "or of this one?")
            .help("`match { $p: Person }` and `update $p set { … }` name the rows"),
        Bare::Nothing => finding.help(format!("`insert Person as $x {{ … }}` calls the new row `$x`; write `$x.{name}`")),
    }
}

/// Why a bare word is no property.
#[derive(Clone, Copy)]
pub(crate) enum Bare {
    /// The rows are those of `match`.
    Matched,
    /// Two statements have a condition.
    Several(Span, Span),
    /// No statement has one.
    Nothing,
}
