//! T59.2: a fragment is a clause, and no value.

use omnigraph_grammar::{Name, Span};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T59",
    subcode: "T59.2",
    name: "fragment-as-value",
    severity: Severity::Error,
    summary: "A fragment is a clause, and no value.",
    explanation: "It holds or does not hold for a row of the pattern, as a nested block does. Where a condition is needed, \
                  `exists { adult($p) }` is one.",
    fails: Example::Query(
        "fragment adult($p: Person) { $p.age >= 18 }\n\nquery q() {\n    match { $p: Person }\n    return { adult($p) as adult }\n}\n",
    ),
    passes: Example::Query(
        "fragment adult($p: Person) { $p.age >= 18 }\n\nquery q() {\n    match { $p: Person }\n    return { exists { adult($p) } as adult }\n}\n",
    ),
};

/// `call`: with its arguments. `blocks`: whether a block may stand there.
pub(crate) fn finding(name: &Name, call: Span, blocks: bool) -> Finding {
    let message = format!("`{}` is a fragment, which is a clause and no value", name.text);
    let finding = Finding::new(&RULE, call, message).label("stands where a value is needed");
    match blocks {
        false => finding.help("statements have no clauses: write the condition itself"),
        true => finding.help("a block with it is a condition").maybe_fix(
            "ask whether it holds",
            vec![
                (Span::at(call.start as usize), "exists { ".to_owned()),
                (Span::at(call.end as usize), " }".to_owned()),
            ],
        ),
    }
}
