//! L406: what a query picks from many rows by has an index.

use crate::lint::prelude::*;

pub const RULE: Rule = Rule {
    code: "L406",
    subcode: "L406",
    name: "unindexed-filter",
    severity: Severity::Info,
    summary: "What a query picks from many rows by has an index.",
    explanation: "Without one, every row of the type is read to find a few. Only reported where the number of rows is known, as with `omnigraph lint --store`, and from 100,000 rows on. Keys have an index; other properties get one by `@index` in the schema, which `omnigraph optimize` builds.",
    fails: Example::Stored {
        rows: &[("Doc", 10_000_000)],
        query: "query q($y: I32) {\n    match {\n        $d: Doc { year: $y }\n    }\n    return { $d.title }\n}\n",
    },
    passes: Example::Stored {
        rows: &[("Doc", 10_000_000)],
        query: "query q($t: String) {\n    match {\n        $d: Doc { title: $t }\n    }\n    return { $d.year }\n}\n",
    },
};

pub const LINT: Lint = Lint {
    rule: &RULE,
    on: true,
    check: Check::External(check),
};

/// Fewer are read in no time.
const MANY: u64 = 100_000;

fn check(query: &Asked, external: &External, found: &mut Vec<Finding>) {
    let indexed = |owner: &str, property: &str| {
        let node = query.catalog.nodes.get(owner).map(|node| &node.indexes);
        let sets = node.or_else(|| query.catalog.edges.get(owner).map(|edge| &edge.indexes));
        sets.is_some_and(|sets| sets.iter().flatten().any(|column| column == property))
    };
    let fixed = &query.usage.fixed;
    for one in fixed {
        let rows = external.rows.get(&one.owner).copied().unwrap_or(0);
        // An index on another property that is fixed leaves few rows already.
        let found_otherwise = fixed
            .iter()
            .filter(|other| (other.var, &other.owner) == (one.var, &one.owner))
            .any(|other| indexed(&other.owner, &other.property));
        if rows < MANY || found_otherwise {
            continue;
        }
        let message = format!(
            "`{}.{}` has no index: {} rows are read to find a few",
            one.owner,
            one.property,
            with_separators(rows)
        );
        let help = format!("mark `{}` with `@index` in the schema", one.property);
        found.push(Finding::new(&RULE, one.span, message).help(help));
    }
}

fn with_separators(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
