//! T49: a variable is the same in each block of an `either`.

use omnigraph_model::ir::Var;

use crate::diagnostic::{Finding, Severity};
use crate::query::context::Context;
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T49",
    subcode: "T49",
    name: "alternative-types",
    severity: Severity::Error,
    summary: "A variable has the same type in each block of an `either`.",
    explanation: "A variable that each of the blocks binds goes on outside of them: a node or an edge of one type, or values of \
                  which one type is the widest. What only some of the blocks bind is their own.",
    fails: Example::Query(
        "query q() {\n    match { $p: Person  either { $p follows $x } or { $p wrote $x } }\n    return { $p.handle, $x.id }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match { $p: Person  either { $p follows $x } or { $x follows $p } }\n    return { $p.handle, $x.id }\n}\n",
    ),
};

pub(crate) fn finding(context: &Context, name: &str, first: Var, second: Var) -> Finding {
    let (one, other) = (context.variable(first), context.variable(second));
    let message = format!(
        "`${name}` is {} in one block, {} in another",
        one.kind.described(),
        other.kind.described()
    );
    Finding::new(&RULE, other.declared, message)
        .label("of another type")
        .also(one.declared, "the first one")
}
