//! T51: the branches of a union have the same columns.

use omnigraph_grammar::Span;
use omnigraph_grammar::query::ast::{Projection, Read};
use omnigraph_model::ir::ColumnType;
use omnigraph_model::ir::pattern::Output;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T51",
    subcode: "T51",
    name: "union-columns",
    severity: Severity::Error,
    summary: "The branches of a union have the same columns.",
    explanation: "Columns are compared by their place: each has the name that it has in the first branch, and one type, to which \
                  numbers widen. Whole nodes and edges are of one type. `as` gives a column another name, and `cast` a value another type.",
    fails: Example::Query(
        "query q() {\n    union {\n        match { $p: Person }\n        return { $p.name as title }\n    } {\n        match { $d: Doc }\n        return { $d.title as name }\n    }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    union {\n        match { $p: Person }\n        return { $p.name as title }\n    } {\n        match { $d: Doc }\n        return { $d.title as title }\n    }\n}\n",
    ),
};

/// A column of two branches: the first one, another, which column it is, and the number of the other branch.
type Place<'q> = (&'q Read, &'q Read, usize, usize);

pub(crate) fn other_number(first: &Read, other: &Read, number: usize) -> Finding {
    let (one, two) = (first.projections.len(), other.projections.len());
    let columns = |count: usize| if count == 1 { "1 column".to_owned() } else { format!("{count} columns") };
    let message = format!("branch {number} returns {}, the first one {}", columns(two), columns(one));
    Finding::new(&RULE, other.return_span, message)
        .label(columns(two))
        .also(first.return_span, columns(one))
}

pub(crate) fn other_type((first, other, index, number): Place<'_>, one: &Output, two: &Output) -> Finding {
    let (one, two) = (described(one), described(two));
    let finding = Finding::new(
        &RULE,
        other.projections[index].span,
        format!("branch {number} returns {two}, the first one {one}"),
    );
    finding.label("of another type").also(first.projections[index].span, one)
}

/// `fits`: whether the types are no obstacle.
pub(crate) fn other_name(
    (first, other, index, number): Place<'_>,
    one: &Output,
    two: &Output,
    fits: bool,
) -> Finding {
    let (known, own) = (&first.projections[index], &other.projections[index]);
    let message = format!(
        "column {} of branch {number} is called `{}`, that of the first one `{}`",
        index + 1,
        two.name,
        one.name
    );
    let finding = Finding::new(&RULE, own.span, message)
        .label("called otherwise")
        .also(known.span, format!("called `{}`", one.name));
    let called = |read: &Read, name: &str, but: usize| {
        let mut others = read.projections.iter().enumerate().filter(|(place, _)| *place != but);
        others.any(|(_, column)| column.alias.as_ref().is_some_and(|alias| alias.text == name))
    };
    // A name of both, where the first one cannot be written behind `as`.
    let (name, both) = match one.name.rsplit_once('.') {
        Some((_, property)) => (property, true),
        None => (one.name.as_str(), false),
    };
    let permuted = called(other, name, index) || called(first, name, index) || called(first, &two.name, index);
    if permuted {
        return finding.help("columns are compared by their place");
    }
    let mut edits = vec![rename(own, name)];
    if both {
        edits.insert(0, rename(known, name));
    }
    match fits && !(both && number > 2) {
        true => finding.safe_fix(format!("write `as {name}`"), edits),
        false => finding.help(format!("`as {name}` gives a column this name")),
    }
}

fn rename(column: &Projection, name: &str) -> (Span, String) {
    match &column.alias {
        Some(alias) => (alias.span, name.to_owned()),
        None => (Span::at(column.expression.span.end as usize), format!(" as {name}")),
    }
}

fn described(output: &Output) -> String {
    let ty = match &output.ty {
        ColumnType::Value(ty) => ty.to_string(),
        ColumnType::Node(name) | ColumnType::Interface(name) | ColumnType::Edge(name) => name.clone(),
        ColumnType::Edges(names) => names.join("|"),
        ColumnType::OptionalEdges(names) => format!("({})?", names.join("|")),
        ColumnType::OptionalNode(name) | ColumnType::OptionalInterface(name) | ColumnType::OptionalEdge(name) => format!("{name}?"),
    };
    format!("`{}: {ty}`", output.name)
}
