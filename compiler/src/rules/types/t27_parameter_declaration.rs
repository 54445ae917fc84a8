//! T27: a parameter has a name of its own and a type that values can be passed as.

use omnigraph_grammar::query::ast::ParameterType;
use omnigraph_grammar::{Name, Span};
use omnigraph_model::vocabulary::scalars;

use crate::diagnostic::{Finding, Severity};
use crate::wording::{fresh, nearest};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T27",
    subcode: "T27",
    name: "parameter-declaration",
    severity: Severity::Error,
    summary: "A parameter has a name of its own and a type that values can be passed as.",
    explanation: "Types are the scalars, lists of them written `[String]`, and `Vector(n)` with at least one number. \
                  An enum is passed as `String`, or as `Person.role`, which takes its values alone; a node as its type, which takes an id. The name `__nanograph_now` is taken.",
    fails: Example::Query(
        "query q($a: I32, $a: I64) {\n    match { $p: Person  $p.age > $a }\n    return { $p.handle }\n}\n",
    ),
    passes: Example::Query(
        "query q($a: I32, $b: I64) {\n    match { $p: Person  $p.age > $a  $p.score > $b }\n    return { $p.handle }\n}\n",
    ),
};

pub(crate) fn reserved(name: &Name) -> Finding {
    Finding::new(&RULE, name.span, format!("`${}` is a reserved name", name.text))
        .label("reserved")
        .help("the instant of a request is `now()`")
}

/// `taken`: whether a parameter has this name.
pub(crate) fn duplicate(name: &Name, first: Span, taken: &dyn Fn(&str) -> bool) -> Finding {
    let finding = Finding::new(&RULE, name.span, format!("`${}` is declared twice", name.text))
        .label("declared again")
        .also(first, "declared first here");
    match fresh(&name.text, taken) {
        Some(own) => finding.maybe_fix(format!("call it `${own}`"), vec![(name.span, format!("${own}"))]),
        None => finding,
    }
}

/// `Vector` without a number, or with one that no vector can have.
pub(crate) fn vector(written: &ParameterType) -> Finding {
    let Some((digits, span)) = &written.size else {
        let message = match written.list {
            true => "there are no lists of vectors",
            false => "`Vector` needs its dimension",
        };
        return Finding::new(&RULE, written.span, message).label("for example `Vector(768)`");
    };
    Finding::new(&RULE, *span, format!("no vector has {digits} numbers")).label("expected 1 to 2147483647")
}

pub(crate) fn sized(written: &ParameterType) -> Finding {
    let span = written.size.as_ref().map_or(written.span, |(_, span)| *span);
    Finding::new(&RULE, span, format!("`{}` has no dimension", written.name.text))
        .label("only `Vector` takes a number")
        .maybe_fix("drop it", vec![(written.span, written.name.text.clone())])
}

pub(crate) fn unknown_type(written: &ParameterType) -> Finding {
    let name = &written.name.text;
    let near = nearest(name, scalars());
    let finding = Finding::new(&RULE, written.name.span, format!("`{name}` is not a type of a parameter")).label("unknown type");
    match near.is_empty() {
        true => finding.help("parameters are scalars, lists of scalars, `Vector(n)` or nodes of the schema; an enum is passed as `String` or as `Person.role`"),
        false => finding.meaning(written.name.span, "", &near),
    }
}

/// `Person.age`, which has no values to choose from. `enums`: the properties of the type that have.
pub(crate) fn no_enum(owner: &Name, property: &Name, enums: &[&str]) -> Finding {
    let message = format!("`{}.{}` is not an enum", owner.text, property.text);
    let finding = Finding::new(&RULE, property.span, message).label("no values to choose from");
    let near = nearest(&property.text, enums.iter().copied());
    match near.is_empty() {
        true => finding.help("other properties are passed by their type, such as `I32`"),
        false => finding.meaning(property.span, "", &near),
    }
}
