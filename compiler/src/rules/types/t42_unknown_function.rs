//! T42: functions are those of the table, with as many arguments as they take.

use omnigraph_grammar::{Name, Span};
use omnigraph_model::vocabulary::functions::{SCALAR_FUNCTIONS, ScalarFunction};
use omnigraph_model::vocabulary::FUNCTIONS;

use crate::diagnostic::{Finding, Severity};
use crate::wording::{any_of, nearest, quoted};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T42",
    subcode: "T42",
    name: "unknown-function",
    severity: Severity::Error,
    summary: "A function is one of the language's, with as many arguments as it takes.",
    explanation: "All functions are listed in the reference; names are in lower case. What one names oneself is a fragment, which is a clause.",
    fails: Example::Query("query q() {\n    match { $p: Person }\n    return { lenght($p.name) as n }\n}\n"),
    passes: Example::Query("query q() {\n    match { $p: Person }\n    return { length($p.name) as n }\n}\n"),
};

/// Functions that other languages call otherwise.
const ELSEWHERE: [(&str, &str); 18] = [
    ("len", "length"),
    ("char_length", "length"),
    ("toLower", "lower"),
    ("toUpper", "upper"),
    ("lcase", "lower"),
    ("ucase", "upper"),
    ("substr", "substring"),
    ("mid", "substring"),
    ("strpos", "position"),
    ("indexOf", "position"),
    ("log", "ln"),
    ("power", "pow"),
    ("ceiling", "ceil"),
    ("rand", "xxhash64"),
    ("ifnull", "coalesce"),
    ("nvl", "coalesce"),
    ("iif", "if"),
    ("date_trunc", "trunc"),
];

/// `fragments`: what may have been meant, too.
pub(crate) fn finding(name: &Name, fragments: &[String]) -> Finding {
    let finding = Finding::new(&RULE, name.span, format!("there is no function `{}`", name.text)).label("unknown");
    if let Some((_, own)) = ELSEWHERE.iter().find(|(other, _)| *other == name.text) {
        let help = format!("it is called `{own}` here");
        return match *own {
            // The hash is no random number, so nothing is put in its place.
            "xxhash64" => finding.help("nothing is random here; `xxhash64` of a key gives a stable sample"),
            _ => finding.help(help).maybe_fix(format!("write `{own}`"), vec![(name.span, (*own).to_owned())]),
        };
    }
    let scalars = SCALAR_FUNCTIONS.iter().map(|function| function.name);
    let others = FUNCTIONS.iter().map(|function| function.name);
    let own = fragments.iter().map(String::as_str);
    let near = nearest(&name.text, scalars.chain(others).chain(["distinct"]).chain(own));
    match near.first() {
        Some(first) => finding
            .help(format!("did you mean {}?", any_of(&quoted(near.iter().map(String::as_str)))))
            .maybe_fix(format!("write `{first}`"), vec![(name.span, first.clone())]),
        None => finding,
    }
}

/// `given`: how many arguments are written.
pub(crate) fn arguments(function: &ScalarFunction, given: usize, name: Span, whole: Span) -> Finding {
    let wanted = match (function.least(), function.most()) {
        (least, None) => format!("{least} or more"),
        (least, Some(most)) if least == most => least.to_string(),
        (least, Some(most)) => format!("{least} to {most}"),
    };
    counted(function.name, &wanted, given, name, whole).help(format!("it is called `{}`", function.signature()))
}

/// A function that is none of the table, because its arguments are more than values: `coalesce`, `nullif` and `if` evaluate
/// what they give alone, and those about a graph take variables and edges.
pub(crate) fn form(name: &Name, given: usize, whole: Span) -> Finding {
    let (wanted, form) = match name.text.as_str() {
        "coalesce" => ("1 or more", "coalesce(value, other, …)"),
        "nullif" => ("2", "nullif(value, other)"),
        "type" => ("1", "type($v)"),
        "degree" => ("2", "degree($v, edge)"),
        "in_degree" => ("2", "in_degree($v, edge)"),
        "out_degree" => ("2", "out_degree($v, edge)"),
        "nodes" => ("1", "nodes($path)"),
        "edges" => ("1", "edges($path)"),
        "cost" => ("1", "cost($path)"),
        _ => ("3", "if(condition, then, else)"),
    };
    counted(&name.text, wanted, given, name.span, whole).help(format!("it is called `{form}`"))
}

/// `distinct`, which takes variables, at most so many.
pub(crate) fn distinct(name: &Name, given: usize, most: usize, whole: Span) -> Finding {
    counted(&name.text, &format!("2 to {most}"), given, name.span, whole).help("it is called `distinct($a, $b, …)`")
}

fn counted(function: &str, wanted: &str, given: usize, name: Span, whole: Span) -> Finding {
    let plural = if wanted == "1" { "" } else { "s" };
    let message = format!("`{function}` takes {wanted} argument{plural}, found {given}");
    let finding = Finding::new(&RULE, whole, message).label("wrong number of arguments");
    match name == whole {
        true => finding,
        false => finding.also(name, "the function"),
    }
}
