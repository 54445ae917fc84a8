//! L802: text is searched by `search`.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L802",
    subcode: "L802",
    name: "match-text-alias",
    severity: Severity::Info,
    summary: "Text is searched by `search`.",
    explanation: "`match_text` is an older word for `search`.",
    fails: Example::Query(
        "query q() {\n    match {\n        $d: Doc\n        match_text($d.title, \"graph\")\n    }\n    return { $d.title }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $d: Doc\n        search($d.title, \"graph\")\n    }\n    return { $d.title }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    for call in view.calls() {
        if call.function == Function::MatchText {
            let finding = Finding::new(&RULE, call.function_span, "`match_text` is an older word for `search`");
            found.push(finding.safe_fix("write `search`", vec![(call.function_span, "search".to_owned())]));
        }
    }
}
