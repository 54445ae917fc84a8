//! L314: every fragment is called.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L314",
    subcode: "L314",
    name: "unused-fragment",
    severity: Severity::Warning,
    summary: "Every fragment is called.",
    explanation: "No query of the project calls it, and no other fragment.",
    fails: Example::Query(
        "fragment adult($p: Person) { $p.age >= 18 }\n\nquery q() {\n    match { $p: Person }\n    return { $p.name }\n}\n",
    ),
    passes: Example::Query(
        "fragment adult($p: Person) { $p.age >= 18 }\n\nquery q() {\n    match { adult($p) }\n    return { $p.name }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Project(check),
};

fn check(project: &ProjectView, found: &mut Vec<(crate::db::SourceFile, Finding)>) {
    for fragment in project.fragments() {
        let name = &fragment.name;
        if !project.is_called(&name.text) {
            let place = Place::item(fragment.item, name.span);
            let finding = Finding::new(&RULE, place, format!("nothing calls the fragment `{}`", name.text));
            let whole = Place::item(fragment.item, Span { start: 0, end: fragment.end });
            found.push((
                fragment.file,
                finding
                    .label("unused")
                    .maybe_fix("remove it", vec![(whole, String::new())]),
            ));
        }
    }
}
