//! L312: names of variables differ in more than letter case or one letter.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L312",
    subcode: "L312",
    name: "case-twins",
    severity: Severity::Warning,
    summary: "Names of variables differ in more than letter case or one letter.",
    explanation: "Two names that look alike are mostly one name, misspelt once.",
    fails: Example::Query(
        "query q() {\n    match {\n        $user: Person\n        $usr: Person { handle: \"ada\" }\n        $user follows $usr\n    }\n    return { $user.name, $usr.name as other }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $user: Person\n        $friend: Person { handle: \"ada\" }\n        $user follows $friend\n    }\n    return { $user.name, $friend.name as other }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    let variables = view.variables();
    let firsts: Vec<_> = variables
        .values()
        .filter_map(|m| m.iter().min_by_key(|m| m.span.start))
        .collect();
    for (index, second) in firsts.iter().enumerate() {
        for first in &firsts[..index] {
            let (one, two) = (view.name(first), view.name(second));
            let digits = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
            let numbered = one[..digits(one)] == two[..digits(two)];
            let near = one.len().max(two.len()) > 3 && strsim::osa_distance(one, two) == 1 && !numbered;
            if one != two && (one.eq_ignore_ascii_case(two) || near) {
                let message = format!("`${two}` and `${one}` look alike");
                found.push(Finding::new(&RULE, second.span, message).also(first.span, "the other one"));
            }
        }
    }
}
