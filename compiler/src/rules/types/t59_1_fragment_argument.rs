//! T59.1: a fragment is called with as many arguments as it takes, each of its kind.

use std::ops::RangeInclusive;

use omnigraph_grammar::query::ast::{Apply, Expression, Parameter, Query};
use omnigraph_grammar::{Name, Span};
use omnigraph_model::types::Type;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::{Context, Ty, Typed};
use crate::rules::{Example, Rule};
use crate::wording::{any_of, quoted};

pub const RULE: Rule = Rule {
    code: "T59",
    subcode: "T59.1",
    name: "fragment-argument",
    severity: Severity::Error,
    summary: "A fragment is called with as many arguments as it takes, each of its kind.",
    explanation: "A parameter of a node type takes a variable that stands for a node of that type; one that nothing else binds \
                  is bound by the call. Every other parameter takes a value of its type, which may read the variables around \
                  the call. Arguments may be left out from the right, as far as their parameters have defaults.",
    fails: Example::Query(
        "fragment adult($p: Person, $from: I32 = 18) { $p.age >= $from }\n\nquery q() {\n    match { $d: Doc  adult($d) }\n    return { $d.slug }\n}\n",
    ),
    passes: Example::Query(
        "fragment adult($p: Person, $from: I32 = 18) { $p.age >= $from }\n\nquery q() {\n    match { $p wrote $d  adult($p) }\n    return { $d.slug }\n}\n",
    ),
};

/// As it is called: `adult($p: Person, $from: I32)`.
pub(crate) fn signature(fragment: &Query) -> String {
    let parameters = fragment.parameters.iter().map(|parameter| {
        let (open, close) = if parameter.ty.list { ("[", "]") } else { ("", "") };
        let size = parameter.ty.size.as_ref().map_or(String::new(), |(size, _)| format!("({size})"));
        let property = parameter.ty.property.as_ref().map_or(String::new(), |name| format!(".{}", name.text));
        let optional = if parameter.optional { "?" } else { "" };
        format!("${}: {open}{}{size}{property}{close}{optional}", parameter.name.text, parameter.ty.name.text)
    });
    let parameters: Vec<String> = parameters.collect();
    format!("{}({})", fragment.name.text, parameters.join(", "))
}

pub(crate) fn count(apply: &Apply, fragment: &Query, takes: RangeInclusive<usize>, whole: Span) -> Finding {
    let (least, most) = (*takes.start(), *takes.end());
    let wanted = if least == most { least.to_string() } else { format!("{least} to {most}") };
    let plural = if wanted == "1" { "" } else { "s" };
    let (name, given) = (&apply.name.text, apply.arguments.len());
    Finding::new(&RULE, whole, format!("`{name}` takes {wanted} argument{plural}, found {given}"))
        .label("wrong number of arguments")
        .help(format!("it is declared as `{}`", signature(fragment)))
}

/// What is given where a node is taken.
pub(crate) fn no_node(context: &Context, argument: &Typed, parameter: &Parameter, ty: &Name) -> Finding {
    let found = match &argument.ty {
        Ty::Node(var) | Ty::Edge(var) => context.described(*var),
        Ty::Value(ty) => ty.to_string(),
        Ty::Null | Ty::Error => "null".to_owned(),
    };
    let message = format!("`${}` is a node of the type {}, found {found}", parameter.name.text, ty.text);
    let finding = Finding::new(&RULE, argument.span, message).label("no such node");
    match argument.ty {
        Ty::Node(var) | Ty::Edge(var) => context.with_declaration(finding, var, argument.span),
        Ty::Value(_) | Ty::Null | Ty::Error => {
            finding.help(format!("give it a variable, such as `$x` beside `$x: {}`", ty.text))
        }
    }
}

pub(crate) fn other_type(argument: &Typed, written: &Expression, parameter: &Parameter, ty: &Type) -> Finding {
    let found = match &argument.ty {
        Ty::Node(_) => "a node".to_owned(),
        Ty::Edge(_) => "an edge".to_owned(),
        Ty::Value(found) => found.to_string(),
        Ty::Null | Ty::Error => "null".to_owned(),
    };
    let message = format!("`${}` takes {ty}, found {found}", parameter.name.text);
    Finding::new(&RULE, written.span, message).label("does not fit")
}

pub(crate) fn not_a_variant(written: &Expression, parameter: &Parameter, values: &[String]) -> Finding {
    let message = format!("`${}` does not take this value", parameter.name.text);
    let values = any_of(&quoted(values.iter().map(String::as_str)));
    Finding::new(&RULE, written.span, message).label("not a value of the enum").help(format!("it takes {values}"))
}

/// A node that may be left out.
pub(crate) fn node_parameter(parameter: &Parameter) -> Finding {
    let message = format!("`${}` is a node, which has no default and is never null", parameter.name.text);
    let end = parameter.ty.span.end;
    let rest = Span { start: end, end: parameter.span.end };
    Finding::new(&RULE, rest, message)
        .label("a node is always given")
        .maybe_fix("delete it", vec![(rest, String::new())])
}

/// A parameter whose words a text function looks for.
pub(crate) fn no_constant(fragment: &str, parameter: &str, call: Span) -> Finding {
    let message = format!("`{fragment}` searches for `${parameter}`, which has to be a literal or a parameter");
    Finding::new(&RULE, call, message).label("computed for each row")
}

/// What the clauses of a correct fragment say of these arguments alone.
pub(crate) fn unfit(fragment: &str, call: Span, error: &Finding) -> Finding {
    let message = format!("`{fragment}` cannot be called with these arguments");
    Finding::new(&RULE, call, message).label("in this call").note(error.message.clone())
}
