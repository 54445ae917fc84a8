//! S011.2: a distance that does not exist.

use omnigraph_grammar::schema::ast::{Annotation, Argument};
use omnigraph_model::suggest::{nearest, suggestion};
use omnigraph_model::vocabulary::METRICS;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};
use crate::schema::{Decl, text_of};

pub const RULE: Rule = Rule {
    code: "S011",
    subcode: "S011.2",
    name: "unknown-metric",
    severity: Severity::Error,
    summary: "The metric of a vector is `l2`, `cosine` or `dot`.",
    explanation: "The metric belongs to the schema because stored vectors and their index are only comparable under \
                  one of them. Without `@metric` it is `l2`, the Euclidean distance.",
    fails: Example::Schema("node Doc { v: Vector(8) @metric(\"euclidean\") }\n"),
    passes: Example::Schema("node Doc { v: Vector(8) @metric(\"l2\") }\n"),
};

pub(crate) fn finding(owner: &Decl, annotation: &Annotation, argument: Option<&Argument>) -> Finding {
    let Some(argument) = argument else {
        return Finding::new(&RULE, owner.place(annotation.span), "`@metric` does not say which one")
            .help("write `@metric(\"l2\")`, `@metric(\"cosine\")` or `@metric(\"dot\")`");
    };
    let word = text_of(&argument.value);
    let place = owner.place(argument.span);
    let finding = Finding::new(&RULE, place.clone(), format!("there is no metric `{word}`"));
    let near = match word.to_ascii_lowercase().as_str() {
        "euclidean" => Some("l2"),
        "inner" | "inner_product" | "ip" => Some("dot"),
        _ => nearest(&word, METRICS),
    };
    match near {
        Some(near) => finding
            .help(suggestion(near))
            .safe_fix(format!("replace with `{near}`"), vec![(place, format!("\"{near}\""))]),
        None => finding.help("the metrics are `l2`, `cosine` and `dot`"),
    }
}
