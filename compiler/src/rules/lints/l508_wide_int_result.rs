//! L508: result columns fit into numbers of JavaScript.

use omnigraph_model::types::Type;

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L508",
    subcode: "L508",
    name: "wide-int-result",
    severity: Severity::Info,
    summary: "Result columns fit into numbers of JavaScript.",
    explanation: "Integers beyond 53 bits are rounded by JavaScript clients unless they ask for them as text. Off unless the settings ask for it.",
    fails: Example::Project {
        schema: "node N { code: String @key big: I64 }\n",
        query: "query q() {\n    match {\n        $n: N\n    }\n    return { $n.big }\n}\n",
    },
    passes: Example::Project {
        schema: "node N { code: String @key small: I32 }\n",
        query: "query q() {\n    match {\n        $n: N\n    }\n    return { $n.small }\n}\n",
    },
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: false,
    check: Check::Query(check),
};

/// Whether a value has 64 bits, or something that an object holds has.
fn is_wide(ty: &Type) -> bool {
    matches!(ty.scalar, Scalar::I64 | Scalar::U64) || ty.members.iter().any(|member| is_wide(&member.ty))
}

fn check(view: &View, found: &mut Vec<Finding>) {
    let (Some(read), Some(pattern)) = (view.reads().next(), view.pattern) else {
        return;
    };
    for (projection, output) in read.projections.iter().zip(&pattern.result.outputs) {
        if let omnigraph_model::ir::ColumnType::Value(ty) = &output.ty
            && is_wide(ty)
        {
            let message = format!("`{}` has 64 bits", output.name);
            found.push(Finding::new(&RULE, projection.span, message).help("JavaScript clients have to ask for text"));
        }
    }
}
