//! T54: what a search for paths needs, and what it cannot do with.

use omnigraph_grammar::query::ast::{Search, Traversal, Walk};
use omnigraph_grammar::{Name, Span};

use crate::diagnostic::{Finding, Severity};
use crate::rules::{Example, Rule};

pub const RULE: Rule = Rule {
    code: "T54",
    subcode: "T54",
    name: "path-form",
    severity: Severity::Error,
    summary: "A search for paths has what its kind needs.",
    explanation: "`trail` and `simple` find every path, so that they need both bounds; `cheapest` needs what it sums, behind `by`, and nothing else \
                  sums. A step leads from the source of an edge to its target, or with `<edge>` either way, so the edges that are listed have to \
                  lead from the type of the first node to the type of the last one.",
    fails: Example::Query("query q() {\n    match { $a: Person  $b: Person  path $p = trail $a follows{1,} $b }\n    return { $p }\n}\n"),
    passes: Example::Query("query q() {\n    match { $a: Person  $b: Person  path $p = trail $a follows{1,4} $b }\n    return { $p }\n}\n"),
};

/// `trail` and `simple` without both bounds.
pub(crate) fn unbounded(walk: &Walk) -> Finding {
    let word = walk.search.text();
    let traversal = &walk.traversal;
    let message = format!("`{word}` needs bounds, such as `{{1,4}}`");
    match &traversal.hops {
        Some(hops) => Finding::new(&RULE, hops.span, message)
            .label("there may be endlessly many")
            .maybe_fix("write the upper bound `4`", vec![(Span::at(max_place(hops) as usize), "4".to_owned())]),
        None => {
            let last = traversal.others.last().unwrap_or(&traversal.edge);
            let end = last.span.end as usize + usize::from(traversal.undirected);
            Finding::new(&RULE, last.span, message)
                .label("finds edges alone")
                .maybe_fix("insert `{1,4}`", vec![(Span::at(end), "{1,4}".to_owned())])
        }
    }
}

/// Behind the comma of `{1,}`.
fn max_place(hops: &omnigraph_grammar::query::ast::Hops) -> u32 {
    match &hops.condition {
        // `{1, where …}` has a space at least before the word.
        Some(_) => hops.min.1.end + 1,
        None => hops.span.end - 1,
    }
}

/// `cheapest` without `by`.
pub(crate) fn no_weight(walk: &Walk) -> Finding {
    Finding::new(&RULE, walk.search_span, "`cheapest` needs what it sums")
        .label("by what?")
        .help("it stands behind the target: `by $.weight`, or `by 1` for the number of edges")
}

/// `by` with another search.
pub(crate) fn misplaced_weight(walk: &Walk, by: Span, weight: Span) -> Finding {
    let word = walk.search.text();
    let finding = Finding::new(&RULE, by.to(weight), format!("`{word}` sums nothing"))
        .label("only `cheapest` does")
        .also(walk.search_span, "this search");
    match walk.search {
        Search::Shortest => finding.maybe_fix("write `cheapest`", vec![(walk.search_span, "cheapest".to_owned())]),
        _ => finding,
    }
}

/// `shortest 0`
pub(crate) fn none_wanted(walk: &Walk) -> Finding {
    Finding::new(&RULE, walk.search_span, "`shortest 0` finds no path")
        .label("at least 1")
        .maybe_fix("write `shortest 1`", vec![(walk.search_span, "shortest 1".to_owned())])
}

/// An edge variable in a path.
pub(crate) fn edge_variable(name: &Name, path: &Name) -> Finding {
    Finding::new(&RULE, name.span, "a path has no edge variable")
        .label("one name for many edges")
        .help(format!("the ids of its edges are `edges(${})`", path.text))
}

/// Edges that do not lead from one end to the other.
pub(crate) fn broken_chain(traversal: &Traversal, from: &str, to: &str) -> Finding {
    let edges: Vec<String> = traversal.edges().map(|edge| format!("`{}`", edge.text)).collect();
    let last = traversal.others.last().unwrap_or(&traversal.edge);
    let finding = Finding::new(
        &RULE,
        traversal.edge.span.to(last.span),
        format!("no path along {} leads from {from} to {to}", edges.join(" and ")),
    )
    .label(match edges.len() {
        1 => "does not lead there",
        _ => "do not chain",
    });
    match traversal.undirected {
        true => finding,
        false => finding.help(format!(
            "a step leads from the source of an edge to its target; `<{}>` leads either way",
            traversal.edges().map(|edge| edge.text.as_str()).collect::<Vec<_>>().join("|")
        )),
    }
}

/// An end whose type nothing says.
pub(crate) fn untyped_end(end: &Name) -> Finding {
    Finding::new(&RULE, end.span, format!("the type of `${}` is not known", end.text))
        .label("several edges lead to several types")
        .help(format!("bind it: `${}: Type`", end.text))
}
