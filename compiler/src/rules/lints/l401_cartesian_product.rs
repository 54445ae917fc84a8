//! L401: the variables of a block are connected.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L401",
    subcode: "L401",
    name: "cartesian-product",
    severity: Severity::Warning,
    summary: "The variables of a block are connected.",
    explanation: "Parts that nothing links are combined in every possible way: a thousand persons and a thousand documents are a million rows. Where a filter links them, this is only told.",
    fails: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $d: Doc\n    }\n    return { $p.name, $d.title }\n}\n",
    ),
    passes: Example::Query(
        "query q() {\n    match {\n        $p: Person\n        $p wrote $d\n    }\n    return { $p.name, $d.title }\n}\n",
    ),
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::Query(check),
};

use std::collections::BTreeMap;

use crate::ir::Var;

fn check(view: &View, found: &mut Vec<Finding>) {
    let Some(pattern) = &view.pattern else { return };
    let mut parts: BTreeMap<Var, Var> = pattern.block.vertices.iter().map(|var| (*var, *var)).collect();
    let join = |parts: &mut BTreeMap<Var, Var>, one: Var, two: Var| {
        if let (Some(&one), Some(&two)) = (parts.get(&one), parts.get(&two)) {
            parts
                .values_mut()
                .filter(|part| **part == two)
                .for_each(|part| *part = one);
        }
    };
    let pinned = |var: Var| view.is_pinned(var);
    for link in &pattern.block.links {
        join(&mut parts, link.from, link.to);
    }
    let linked = parts.clone();
    for compared in view.compared.iter().filter(|compared| compared.scope == 0) {
        if let (Side::Property { var: Some(one), .. }, Side::Property { var: Some(two), .. }) =
            (&compared.left, &compared.right)
        {
            join(&mut parts, *one, *two);
        }
    }
    for negation in pattern.block.negations.iter().flat_map(|block| &block.links) {
        join(&mut parts, negation.from, negation.to);
    }
    // A part with one row multiplies nothing.
    let single =
        |parts: &BTreeMap<Var, Var>, part: Var| parts.iter().filter(|(_, p)| **p == part).all(|(var, _)| pinned(*var));
    let roots = |parts: &BTreeMap<Var, Var>| {
        let mut roots: Vec<Var> = parts.values().copied().filter(|part| !single(parts, *part)).collect();
        roots.sort();
        roots.dedup();
        roots
    };
    let place = |var: Var| {
        view.mentions
            .iter()
            .filter(|m| m.var == var)
            .map(|m| m.span)
            .min_by_key(|span| span.start)
    };
    let (loose, tight) = (roots(&linked), roots(&parts));
    let (shown, by_filter) = if tight.len() > 1 { (tight, false) } else { (loose, true) };
    if let [first, second, ..] = shown.as_slice()
        && let (Some(one), Some(two)) = (place(*first), place(*second))
    {
        let (one, two) = if one.start <= two.start { (one, two) } else { (two, one) };
        let (first, second) = (view.written_at(one), view.written_at(two));
        let message = match by_filter {
            false => format!("nothing connects `{second}` with `{first}`: every combination is a row"),
            true => format!("only a filter connects `{second}` with `{first}`"),
        };
        let mut finding = at(&RULE, two, message).beside(one, "not connected with this");
        if by_filter {
            finding.severity = Severity::Info;
        }
        found.push(finding);
    }
}
