//! L401: the variables of a block are connected.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L401",
    subcode: "L401",
    name: "cartesian-product",
    severity: Severity::Warning,
    summary: "The variables of a block are connected.",
    explanation: "Parts that nothing links are combined in every possible way: a thousand persons and a thousand documents are a million rows. Where an equality links them, this is only a note. Another comparison is made for every combination, so it is a warning.",
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

use omnigraph_model::ir::pattern::Conjunction;
use omnigraph_model::ir::walk::Vars;
use omnigraph_model::ir::{Comparison, Expression, Var};

fn check(view: &View, found: &mut Vec<Finding>) {
    let parts = view.parts();
    for (index, part) in parts.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| &parts[index]);
        // One row with what is handed on multiplies nothing.
        let single = before.is_none_or(|before| before.part.is_one_group() || before.part.limit == Some(omnigraph_model::ir::Amount::Number(1)));
        check_part(view, part, if single { &[] } else { part.handed }, found);
    }
}

fn check_part(view: &View, part: &PartView, handed: &[Var], found: &mut Vec<Finding>) {
    let matched = part.part.root.conjunction();
    let common = || matched.eithers.iter().flat_map(|either| either.variables);
    let nodes = matched.nodes.iter().copied().chain(common().map(|common| common.variable));
    let nodes = nodes.chain(handed.iter().copied());
    let mut parts: BTreeMap<Var, Var> = nodes.map(|var| (var, var)).collect();
    let join = |parts: &mut BTreeMap<Var, Var>, one: Var, two: Var| {
        if let (Some(&one), Some(&two)) = (parts.get(&one), parts.get(&two)) {
            parts
                .values_mut()
                .filter(|part| **part == two)
                .for_each(|part| *part = one);
        }
    };
    let pinned = |var: Var| view.is_pinned(var);
    if let Some(first) = handed.first() {
        handed.iter().for_each(|other| join(&mut parts, *first, *other));
    }
    for link in &matched.links {
        join(&mut parts, link.from, link.to);
    }
    for definition in &matched.definitions {
        if let Expression::Paths(paths) = definition.value {
            join(&mut parts, paths.from, paths.to);
        }
    }
    for either in &matched.eithers {
        // What the alternatives link among each other.
        let links = either.branches.iter().flat_map(|branch| branch.conjunction().links);
        let ends = links.flat_map(|link| [link.from, link.to]);
        let ends = ends.chain(either.variables.iter().map(|common| common.variable));
        let ends: Vec<Var> = ends.filter(|end| parts.contains_key(end)).collect();
        if let Some(first) = ends.first() {
            ends.iter().for_each(|end| join(&mut parts, *first, *end));
        }
    }
    let linked = parts.clone();
    for link in matched.tests.iter().flat_map(|test| test.inner.conjunction().links) {
        join(&mut parts, link.from, link.to);
    }
    let of_values = conditions_on_values(&matched);
    let compare = |parts: &mut BTreeMap<Var, Var>, equal: bool| {
        for compared in view.compared.iter().filter(|compared| compared.scope == part.scope) {
            if let (Side::Property { var: Some(one), .. }, Side::Property { var: Some(two), .. }) =
                (&compared.left, &compared.right)
                && (compared.op == Comparator::Equal) == equal
            {
                join(parts, *one, *two);
            }
        }
        for (condition, variables) in &of_values {
            let equates = matches!(condition, Expression::Compare { comparison: Comparison::Equal, .. });
            if equates == equal
                && let Some(first) = variables.first()
            {
                variables.iter().for_each(|other| join(parts, *first, *other));
            }
        }
    };
    compare(&mut parts, true);
    let joined = parts.clone();
    compare(&mut parts, false);
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
    enum By {
        Nothing,
        Comparison,
        Equality,
    }
    let shown = [(&parts, By::Nothing), (&joined, By::Comparison), (&linked, By::Equality)];
    let shown = shown.into_iter().map(|(parts, by)| (roots(parts), by));
    let Some((shown, by)) = shown.into_iter().find(|(roots, _)| roots.len() > 1) else { return };
    if let [first, second, ..] = shown.as_slice()
        && let (Some(one), Some(two)) = (place(*first), place(*second))
    {
        let (one, two) = if one.start <= two.start { (one, two) } else { (two, one) };
        let (first, second) = (view.written_at(one), view.written_at(two));
        let message = match by {
            By::Nothing => format!("nothing connects `{second}` with `{first}`: every combination is a row"),
            By::Comparison => {
                format!("only a comparison connects `{second}` with `{first}`: it is made for every combination")
            }
            By::Equality => format!("only a filter connects `{second}` with `{first}`"),
        };
        let mut finding = Finding::new(&RULE, two, message).also(one, "not connected with this");
        if matches!(by, By::Equality) {
            finding.severity = Severity::Info;
        }
        found.push(finding);
    }
}

/// The conditions that read values of `let` and `each`, with the nodes and edges that those are computed from.
fn conditions_on_values<'p>(matched: &Conjunction<'p>) -> Vec<(&'p Expression, Vars)> {
    let mut sources: BTreeMap<Var, Vars> = BTreeMap::new();
    let from = |sources: &BTreeMap<Var, Vars>, expression: &Expression| -> Vars {
        let read = expression.variables().into_iter();
        read.flat_map(|var| sources.get(&var).cloned().unwrap_or_else(|| Vars::from([var])))
            .collect()
    };
    for definition in &matched.definitions {
        let own = from(&sources, definition.value);
        sources.insert(definition.variable, own);
    }
    let reads = |condition: &&&Expression| condition.variables().iter().any(|var| sources.contains_key(var));
    let reading = matched.conditions.iter().filter(reads);
    reading.map(|condition| (*condition, from(&sources, condition))).collect()
}
