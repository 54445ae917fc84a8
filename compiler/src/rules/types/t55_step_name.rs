//! T55: `$.` and `$node` are about a step of a path.

use omnigraph_grammar::Span;

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T55",
    subcode: "T55",
    name: "step-name",
    severity: Severity::Error,
    summary: "`$.` and `$node` are known where one step of a path is looked at, and other variables are not.",
    explanation: "Behind `where` in the braces of hops and behind `by`, `$.since` is a property of the edge of a step, and `$node` the node that it \
                  arrives at. A step is looked at before anything is known of the nodes at the ends, so that no other variable can be read there; parameters can.",
    fails: Example::Query("query q() {\n    match { $a: Person  $a follows $b  $.weight > 0.5 }\n    return { $b }\n}\n"),
    passes: Example::Query("query q() {\n    match { $a: Person  $a $e:follows $b  $e.weight > 0.5 }\n    return { $b }\n}\n"),
};

/// `$.since` where there is no step.
pub(crate) fn no_step(span: Span) -> Finding {
    Finding::new(&RULE, span, "`$.` means the edge of a step; there is none here")
        .label("not in the braces of hops")
        .help("a step is looked at in the braces, `follows{1,4 where $.since > $from}`, or behind `by`; the edge of a traversal has a variable: `$e:follows`")
}

/// A variable called `$node` outside, where `$node` is that of a step.
pub(crate) fn hidden(span: Span, declared: Span) -> Finding {
    Finding::new(&RULE, span, "`$node` means the node of a step here, and hides another one")
        .label("the node that a step arrives at")
        .also(declared, "called `$node`, too")
        .help("give the other one another name")
}

/// A variable of the pattern where only a step is known.
pub(crate) fn outside(name: &str, span: Span, declared: Span) -> Finding {
    Finding::new(&RULE, span, format!("`${name}` is not known where a step is looked at"))
        .label("only `$.`, `$node` and parameters are")
        .also(declared, "bound here")
        .help("a condition on a whole path is a clause of its own; what comes from elsewhere can be a parameter")
}
