//! T45: the value of a variable does not depend on itself.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T45",
    subcode: "T45",
    name: "cyclic-definition",
    severity: Severity::Error,
    summary: "The value of a variable does not depend on itself.",
    explanation: "What `let` and `each` give may read other variables that hold values, wherever they stand in the block. Each \
                  is computed behind those that it reads, so none can be read by what it reads itself.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  let $x = $y + 1  let $y = $x - 1 }\n    return { $x as x }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  let $x = $y + 1  let $y = $p.age - 1 }\n    return { $x as x }\n}\n",
    ),
};

/// A part of a cycle: what `let` or `each` defines, or an `optional` that binds a variable.
pub(crate) struct Link {
    pub name: String,
    pub place: Span,
    pub whole: Span,
}

/// `cycle`: each reads the next one, and the last one the first.
pub(crate) fn finding(cycle: &[&Link]) -> Finding {
    let Some((first, others)) = cycle.split_first() else {
        return Finding::new(&RULE, Span::at(0), "a variable is defined by itself");
    };
    let through: Vec<String> = others.iter().map(|other| format!("`${}`", other.name)).collect();
    let through = match through.is_empty() {
        true => String::new(),
        false => format!(", through {}", through.join(", ")),
    };
    let message = format!("`${}` is defined by itself{through}", first.name);
    let finding = Finding::new(&RULE, first.place, message).label("reads itself");
    others.iter().fold(finding, |finding, other| {
        finding.also(other.whole, format!("`${}` is defined here", other.name))
    })
}
