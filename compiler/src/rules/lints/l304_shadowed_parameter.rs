//! L304: variables and parameters have different names.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L304",
    subcode: "L304",
    name: "shadowed-parameter",
    severity: Severity::Warning,
    summary: "Variables and parameters have different names.",
    explanation: "Where a value is expected, the parameter is meant; as the end of a link, the variable is. Two names tell them apart.",
    fails: Example::Query(
        "query q($p: String) {\n    match {\n        $p: Person { name: $p }\n    }\n    return { $p.age }\n}\n",
    ),
    passes: Example::Query(
        "query q($name: String) {\n    match {\n        $p: Person { name: $name }\n    }\n    return { $p.age }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

fn check(view: &View, found: &mut Vec<Finding>) {
    let mut seen: Vec<&str> = Vec::new();
    for (variable, mentions) in view.variables() {
        // A parameter of a node type is the variable.
        if view.is_given(variable) {
            continue;
        }
        let Some(first) = mentions.iter().min_by_key(|mention| mention.span.start) else {
            continue;
        };
        let name = view.name(first);
        let Some(parameter) = view.tree.parameters.iter().find(|p| p.name.text == name) else {
            continue;
        };
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let fresh = format!("{name}_node");
        let taken = view.text.contains(&format!("${fresh}"));
        // Every place that means the variable, in any block.
        let edits: Vec<(Span, String)> = view
            .mentions
            .iter()
            .filter(|mention| view.name(mention) == name)
            .map(|mention| (mention.span, format!("${fresh}")))
            .collect();
        let keeps_order = view
            .mentions
            .iter()
            .filter(|mention| view.name(mention) == name)
            .all(|mention| view.keeps_order(mention.scope, name, &fresh));
        // A column without an alias is called after its variable.
        let is_column = |projection: &Projection| {
            let within = |span: Span| projection.span.start <= span.start && span.end <= projection.span.end;
            projection.alias.is_none() && edits.iter().any(|(span, _)| within(*span))
        };
        let names_column = view.reads().any(|read| read.projections.iter().any(is_column));
        let safe = keeps_order && !names_column;
        let finding = Finding::new(&RULE, first.span, format!("`${name}` is a variable and a parameter"))
            .label("the variable")
            .also(parameter.span, "the parameter");
        found.push(match taken {
            true => finding,
            false => finding.fix(format!("call the variable `${fresh}`"), safe, edits),
        });
    }
}
