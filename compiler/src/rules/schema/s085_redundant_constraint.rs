//! S085: a constraint, or a column in one, that says nothing new.

use omnigraph_grammar::Span;
use omnigraph_grammar::schema::ast::{Annotation, Argument};

use crate::diagnostic::{Finding, Place, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, ListKind, ListUse, text_of};

pub const RULE: Rule = Rule {
    code: "S085",
    subcode: "S085",
    name: "redundant-constraint",
    severity: Severity::Warning,
    summary: "Each constraint says something that no other one says.",
    explanation: "A column counts once in a list, the order of columns has no meaning, and a key is unique and indexed \
                  already.",
    fails: Example::Schema("node Book {\n    isbn: String\n    @unique(isbn, isbn)\n}\n"),
    passes: Example::Schema("node Book {\n    isbn: String\n    @unique(isbn)\n}\n"),
};

pub(crate) fn repeated_column(owner: &Decl, annotation: &Annotation, argument: &Argument, first: Span) -> Finding {
    let list = annotation
        .arguments
        .as_ref()
        .map_or(&[][..], |arguments| &arguments.list);
    let before = list
        .iter()
        .map(|other| other.span.end)
        .filter(|end| *end <= argument.span.start)
        .max();
    let cut = Span {
        start: before.unwrap_or(argument.span.start),
        end: argument.span.end,
    };
    let message = format!("`@{}` names `{}` twice", annotation.name.text, text_of(&argument.value));
    Finding::new(&RULE, owner.place(argument.span), message)
        .label("again here")
        .also(owner.place(first), "first named here")
        .safe_fix("delete it", vec![(owner.place(cut), String::new())])
}

pub(crate) fn duplicate(list: &ListUse, other: &ListUse) -> Finding {
    let word = list.kind.word();
    let columns = list.columns.join(", ");
    let message = match (list.kind == other.kind, list.kind) {
        (true, _) => format!("`{word}({columns})` is given twice"),
        (false, ListKind::Unique) => format!("({columns}) is the key, and unique already"),
        (false, _) => format!("({columns}) is the key, and indexed already"),
    };
    finding(message, list.place.clone(), other.place.clone())
}

pub(crate) fn repeated(word: &str, place: Place, first: Place) -> Finding {
    finding(format!("the same `{word}` is given twice"), place, first)
}

fn finding(message: String, place: Place, first: Place) -> Finding {
    Finding::new(&RULE, place.clone(), message)
        .label("says nothing new")
        .also(first, "because of this")
        .safe_fix("delete it", vec![(place, String::new())])
}
