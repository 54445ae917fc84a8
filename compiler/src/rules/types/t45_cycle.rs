//! T45: the value of a variable does not depend on itself.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T45",
    subcode: "T45",
    name: "cyclic-definition",
    severity: Severity::Error,
    summary: "Neither the value of a variable nor a fragment depends on itself.",
    explanation: "What `let` and `each` give may read other variables that hold values, wherever they stand in the block. Each \
                  is computed behind those that it reads, so none can be read by what it reads itself. Nor does a \
                  fragment call itself, be it through others: it stands for clauses, of which there would be no end.",
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

/// A fragment that calls itself, through these others.
pub(crate) fn fragments(call: Span, name: &str, through: &[String]) -> Finding {
    let others: Vec<String> = through.iter().map(|other| format!("`{other}`")).collect();
    let through = match others.is_empty() {
        true => String::new(),
        false => format!(", through {}", others.join(", ")),
    };
    Finding::new(&RULE, call, format!("`{name}` calls itself{through}")).label("leads back here")
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
