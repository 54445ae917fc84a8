//! What a migration rule advises is done here, rule by rule: the rule is met, its advice is followed to the letter, and then
//! the change is applied, or has become another one that is.

use std::collections::BTreeSet;

use omnigraph_compiler::diagnostic::Severity;
use omnigraph_compiler::migrate::PlanOptions;
use omnigraph_compiler::rules::RULES;
use omnigraph_tests::reference::Mode;
use omnigraph_tests::store::Store;
use serde_json::Map;

const NOW: i64 = 1_767_225_600_000;

/// A step of what is advised.
enum Do {
    /// A mutation.
    Run(&'static str),
    /// A schema; it must not meet the rule.
    Apply(&'static str),
    /// New rows.
    Load(&'static str),
    /// The export with these replacements, loaded with `--mode merge`. Those lines that none of them is about are left out.
    Merge(&'static [(&'static str, &'static str)]),
}

use Do::{Apply, Load, Merge, Run};

struct Case {
    code: &'static str,
    /// A part of what is advised.
    advice: &'static str,
    before: &'static str,
    data: &'static str,
    after: &'static str,
    follow: &'static [Do],
    /// The schema in the end, if it is not the one that was wanted first.
    then: Option<&'static str>,
    /// What the export holds then.
    holds: &'static [&'static str],
}

const TWO: &str = "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"n\":1}}\n{\"type\":\"A\",\"data\":{\"k\":\"y\",\"n\":1}}\n";
const LINKED: &str = "{\"type\":\"A\",\"data\":{\"k\":\"x\"}}\n{\"type\":\"A\",\"data\":{\"k\":\"y\"}}\n{\"type\":\"B\",\"data\":{\"k\":\"z\"}}\n{\"edge\":\"E\",\"from\":\"x\",\"to\":\"z\",\"data\":{\"id\":\"e1\"}}\n{\"edge\":\"E\",\"from\":\"x\",\"to\":\"z\",\"data\":{\"id\":\"e2\"}}\n";

const CASES: &[Case] = &[
    Case {
        code: "OG-MF-101",
        advice: "make their values differ first, with `update … set`",
        before: "node A { k: String @key n: I32? }",
        data: TWO,
        after: "node A { k: String @key n: I32? @unique }",
        follow: &[Run("query q() { update A set { n: 2 } where k = \"y\" }")],
        then: None,
        holds: &["\"n\":2"],
    },
    Case {
        code: "OG-MF-102",
        advice: "make their values differ first, with `update … set`",
        before: "node A { k: String @key n: I32? m: I32? @unique(n, m) }",
        data: "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"n\":1,\"m\":1}}\n{\"type\":\"A\",\"data\":{\"k\":\"y\",\"n\":1,\"m\":2}}\n",
        after: "node A { k: String @key n: I32? m: I32? @unique(n) }",
        follow: &[Run("query q() { update A set { n: 2 } where k = \"y\" }")],
        then: None,
        holds: &["\"n\":2"],
    },
    Case {
        code: "OG-MF-103",
        advice: "give it a `@default`",
        before: "node A { k: String @key n: I32? }",
        data: TWO,
        after: "node A { k: String @key n: I32? lang: String }",
        follow: &[],
        then: Some("node A { k: String @key n: I32? lang: String @default(\"en\") }"),
        holds: &["\"lang\":\"en\""],
    },
    Case {
        code: "OG-MF-103",
        advice: "make it optional, load the exported rows with a value of it by `--mode merge`, and then make it required",
        before: "node A { k: String @key n: I32? }",
        data: TWO,
        after: "node A { k: String @key n: I32? lang: String }",
        follow: &[
            Apply("node A { k: String @key n: I32? lang: String? }"),
            Merge(&[("\"data\":{", "\"data\":{\"lang\":\"de\",")]),
        ],
        then: None,
        holds: &["\"lang\":\"de\"", "\"n\":1"],
    },
    Case {
        code: "OG-MF-104",
        advice: "give those rows a value with `update … set`",
        before: "node A { k: String @key n: I32? m: I32? }",
        data: TWO,
        after: "node A { k: String @key n: I32? m: I32 }",
        follow: &[
            Run("query q() { update A set { m: 1 } where k = \"x\" }"),
            Run("query q() { update A set { m: 2 } where k = \"y\" }"),
        ],
        then: None,
        holds: &["\"m\":1", "\"m\":2"],
    },
    Case {
        code: "OG-MF-104",
        advice: "or give it a `@default`",
        before: "node A { k: String @key n: I32? m: I32? }",
        data: TWO,
        after: "node A { k: String @key n: I32? m: I32 }",
        follow: &[],
        then: Some("node A { k: String @key n: I32? m: I32 @default(7) }"),
        holds: &["\"m\":7"],
    },
    Case {
        code: "OG-MF-105",
        advice: "correct them first, with `update … set`",
        before: "node A { k: String @key n: I32? }",
        data: TWO,
        after: "node A { k: String @key n: I32? @range(2..9) }",
        follow: &[Run("query q() { update A set { n: 2 } where n < 2 }")],
        then: None,
        holds: &["\"n\":2"],
    },
    Case {
        code: "OG-MF-106",
        advice: "add an optional property of the new type, load the exported rows with its values by `--mode merge`, then drop the old one",
        before: "node A { k: String @key n: I32? }",
        data: TWO,
        after: "node A { k: String @key n: String? }",
        follow: &[
            Apply("node A { k: String @key n: I32? text: String? }"),
            Merge(&[("\"data\":{", "\"data\":{\"text\":\"1\",")]),
        ],
        then: Some("node A { k: String @key text: String? }"),
        holds: &["\"text\":\"1\""],
    },
    Case {
        code: "OG-MF-106",
        advice: "change those values first, with `update … set`",
        before: "node A { k: String @key n: I64? }",
        data: "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"n\":5000000000}}\n",
        after: "node A { k: String @key n: I32? }",
        follow: &[Run("query q() { update A set { n: 5 } where n = 5000000000 }")],
        then: None,
        holds: &["\"n\":5"],
    },
    Case {
        code: "OG-MF-106",
        advice: "change those values first, with `update … set`",
        before: "node A { k: String @key n: enum(a, b)? }",
        data: "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"n\":\"b\"}}\n",
        after: "node A { k: String @key n: enum(a)? }",
        follow: &[Run("query q() { update A set { n: \"a\" } where n = \"b\" }")],
        then: None,
        holds: &["\"n\":\"a\""],
    },
    Case {
        code: "OG-MF-106",
        advice: "add a vector property with that metric, load the vectors into it by `--mode merge`, then drop the old one",
        before: "node A { k: String @key v: Vector(2)? }",
        data: "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"v\":[1,2]}}\n",
        after: "node A { k: String @key v: Vector(2)? @metric(\"cosine\") }",
        follow: &[
            Apply("node A { k: String @key v: Vector(2)? w: Vector(2)? @metric(\"cosine\") }"),
            Merge(&[("\"data\":{", "\"data\":{\"w\":[1,2],")]),
        ],
        then: Some("node A { k: String @key w: Vector(2)? @metric(\"cosine\") }"),
        holds: &["\"w\":[1"],
    },
    Case {
        code: "OG-MF-107",
        advice: "leave the default out, give the rows different values, then demand that they are unique",
        before: "node A { k: String @key n: I32? m: I32? }",
        data: TWO,
        after: "node A { k: String @key n: I32? m: I32 @unique @default(0) }",
        follow: &[
            Apply("node A { k: String @key n: I32? m: I32? }"),
            Run("query q() { update A set { m: 1 } where k = \"x\" }"),
            Run("query q() { update A set { m: 2 } where k = \"y\" }"),
        ],
        then: Some("node A { k: String @key n: I32? m: I32 @unique }"),
        holds: &["\"m\":1", "\"m\":2"],
    },
    Case {
        code: "OG-MF-108",
        advice: "add a type with that key and edge types for it, load the exported rows as theirs, then drop the old ones",
        before: "node A { k: String @key n: I32 } edge E: A -> A",
        data: "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"n\":1}}\n{\"edge\":\"E\",\"from\":\"x\",\"to\":\"x\",\"data\":{\"id\":\"e\"}}\n",
        after: "node A { k: String n: I32 @key } edge E: A -> A",
        follow: &[
            Apply(
                "node A { k: String @key n: I32 } edge E: A -> A node A2 { k: String n: I32 @key } edge E2: A2 -> A2",
            ),
            Merge(&[
                (
                    "\"type\":\"A\",\"data\":{\"id\":\"x\",",
                    "\"type\":\"A2\",\"data\":{\"id\":\"1\",",
                ),
                (
                    "\"edge\":\"E\",\"from\":\"x\",\"to\":\"x\"",
                    "\"edge\":\"E2\",\"from\":\"1\",\"to\":\"1\"",
                ),
            ]),
        ],
        then: Some("node A2 { k: String n: I32 @key } edge E2: A2 -> A2"),
        holds: &[
            "\"type\":\"A2\",\"data\":{\"id\":\"1\"",
            "\"edge\":\"E2\",\"from\":\"1\"",
        ],
    },
    Case {
        code: "OG-MF-108",
        advice: "write `@key(k, n)`: ids are made of the values in this order",
        before: "node A { k: String n: I32 @key(k, n) }",
        data: TWO,
        after: "node A { k: String n: I32 @key(n, k) m: I32? }",
        follow: &[],
        then: Some("node A { k: String n: I32 @key(k, n) m: I32? }"),
        holds: &["\"id\":\"[\\\"x\\\",\\\"1\\\"]\""],
    },
    Case {
        code: "OG-ED-101",
        advice: "add an edge type between those ends, load the exported edges into it, then drop the old one",
        before: "node A { k: String @key } node B { k: String @key } edge E: A -> B",
        data: LINKED,
        after: "node A { k: String @key } node B { k: String @key } edge E: A -> A",
        follow: &[
            Apply("node A { k: String @key } node B { k: String @key } edge E: A -> B edge F: A -> A"),
            Merge(&[(
                "\"edge\":\"E\",\"from\":\"x\",\"to\":\"z\"",
                "\"edge\":\"F\",\"from\":\"x\",\"to\":\"y\"",
            )]),
        ],
        then: Some("node A { k: String @key } node B { k: String @key } edge F: A -> A"),
        holds: &["\"edge\":\"F\",\"from\":\"x\",\"to\":\"y\""],
    },
    Case {
        code: "OG-ED-102",
        advice: "remove the surplus first, with `delete`",
        before: "node A { k: String @key } node B { k: String @key } edge E: A -> B { n: I32? }",
        data: LINKED,
        after: "node A { k: String @key } node B { k: String @key } edge E: A -> B @card(0..1) { n: I32? }",
        follow: &[
            Run("query q() { delete E where from = \"x\" }"),
            Load("{\"edge\":\"E\",\"from\":\"x\",\"to\":\"z\",\"data\":{\"id\":\"e1\"}}\n"),
        ],
        then: None,
        holds: &["\"id\":\"e1\""],
    },
    Case {
        code: "OG-ED-103",
        advice: "add the edges first",
        before: "node A { k: String @key } node B { k: String @key } edge E: A -> B",
        data: LINKED,
        after: "node A { k: String @key } node B { k: String @key } edge E: A -> B @card(1..)",
        follow: &[Run("query q() { insert E { from: \"y\", to: \"z\" } }")],
        then: None,
        holds: &["\"from\":\"y\",\"to\":\"z\""],
    },
    Case {
        code: "OG-ED-104",
        advice: "add an edge type with another name, and load the exported edges into it with their ends swapped",
        before: "node A { k: String @key } node B { k: String @key } edge E: A -> B",
        data: LINKED,
        after: "node A { k: String @key } node B { k: String @key } edge E: B -> A",
        follow: &[
            Apply("node A { k: String @key } node B { k: String @key } edge E: A -> B edge F: B -> A"),
            Merge(&[(
                "\"edge\":\"E\",\"from\":\"x\",\"to\":\"z\"",
                "\"edge\":\"F\",\"from\":\"z\",\"to\":\"x\"",
            )]),
        ],
        then: Some("node A { k: String @key } node B { k: String @key } edge F: B -> A"),
        holds: &["\"edge\":\"F\",\"from\":\"z\",\"to\":\"x\""],
    },
    Case {
        code: "OG-ED-106",
        advice: "write `@rename_from(\"B\")` on C; this step then disappears",
        before: "node A { k: String @key } node B { k: String @key } edge E: A -> B",
        data: LINKED,
        after: "node A { k: String @key } node C { k: String @key } edge E: A -> C",
        follow: &[],
        then: Some("node A { k: String @key } node C @rename_from(\"B\") { k: String @key } edge E: A -> C"),
        holds: &["\"type\":\"C\"", "\"id\":\"e2\""],
    },
    Case {
        code: "OG-ED-107",
        advice: "start with `@card(0..)`, load the edges, then tighten",
        before: "node A { k: String @key n: I32? }",
        data: TWO,
        after: "node A { k: String @key n: I32? } edge F: A -> A @card(1..)",
        follow: &[
            Apply("node A { k: String @key n: I32? } edge F: A -> A @card(0..)"),
            Load("{\"edge\":\"F\",\"from\":\"x\",\"to\":\"y\"}\n{\"edge\":\"F\",\"from\":\"y\",\"to\":\"x\"}\n"),
        ],
        then: None,
        holds: &["\"edge\":\"F\""],
    },
    Case {
        code: "OG-DS-107",
        advice: "load its edges into another type first if their data matter",
        before: "node A { k: String @key } node B { k: String @key } edge E: A -> B",
        data: LINKED,
        after: "node A { k: String @key }",
        follow: &[
            Apply("node A { k: String @key } node B { k: String @key } edge E: A -> B edge F: A -> A"),
            Merge(&[(
                "\"edge\":\"E\",\"from\":\"x\",\"to\":\"z\"",
                "\"edge\":\"F\",\"from\":\"x\",\"to\":\"y\"",
            )]),
        ],
        then: Some("node A { k: String @key } edge F: A -> A"),
        holds: &["\"edge\":\"F\",\"from\":\"x\""],
    },
    Case {
        code: "OG-DS-108",
        advice: "if it is a rename, write `@rename_from(\"n\")`; the values then stay",
        before: "node A { k: String @key n: I32? }",
        data: TWO,
        after: "node A { k: String @key number: I32? }",
        follow: &[],
        then: Some("node A { k: String @key number: I32? @rename_from(\"n\") }"),
        holds: &["\"number\":1"],
    },
    Case {
        code: "OG-VE-101",
        advice: "add a vector property, load the new vectors into it by `--mode merge`, then drop the old one",
        before: "node A { k: String @key v: Vector(2)? }",
        data: "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"v\":[1,2]}}\n",
        after: "node A { k: String @key v: Vector(3)? }",
        follow: &[
            Apply("node A { k: String @key v: Vector(2)? w: Vector(3)? }"),
            Merge(&[("\"data\":{", "\"data\":{\"w\":[1,2,3],")]),
        ],
        then: Some("node A { k: String @key w: Vector(3)? }"),
        holds: &["\"w\":[1"],
    },
    Case {
        code: "OG-VE-102",
        advice: "add a vector property for the new source, load the exported rows without it by `--mode merge` to compute it, then drop the old one",
        before: "node A { k: String @key t: String? u: String? v: Vector(2)? @embed(t, model=\"m\") }",
        data: "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"t\":\"a\",\"u\":\"b\"}}\n",
        after: "node A { k: String @key t: String? u: String? v: Vector(2)? @embed(u, model=\"m\") }",
        follow: &[
            Apply(
                "node A { k: String @key t: String? u: String? v: Vector(2)? @embed(t, model=\"m\") w: Vector(2)? @embed(u, model=\"m\") }",
            ),
            Merge(&[(",\"w\":null", "")]),
        ],
        then: Some("node A { k: String @key t: String? u: String? w: Vector(2)? @embed(u, model=\"m\") }"),
        holds: &["\"w\":["],
    },
    Case {
        code: "OG-VE-103",
        advice: "add a vector property for the new model, load the exported rows without it by `--mode merge` to compute it, then drop the old one",
        before: "node A { k: String @key t: String? v: Vector(2)? @embed(t, model=\"m\") }",
        data: "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"t\":\"a\"}}\n",
        after: "node A { k: String @key t: String? v: Vector(2)? @embed(t, model=\"n\") }",
        follow: &[
            Apply(
                "node A { k: String @key t: String? v: Vector(2)? @embed(t, model=\"m\") w: Vector(2)? @embed(t, model=\"n\") }",
            ),
            Merge(&[(",\"w\":null", "")]),
        ],
        then: Some("node A { k: String @key t: String? w: Vector(2)? @embed(t, model=\"n\") }"),
        holds: &["\"w\":["],
    },
    Case {
        code: "OG-VE-104",
        advice: "make sure that they fit, or set them to null first",
        before: "node A { k: String @key t: String? v: Vector(2)? }",
        data: "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"t\":\"a\",\"v\":[1,2]}}\n",
        after: "node A { k: String @key t: String? v: Vector(2)? @embed(t, model=\"m\") }",
        follow: &[Run(
            "query q($none: Vector(2)?) { update A set { v: $none } where k = \"x\" }",
        )],
        then: None,
        holds: &["\"v\":null"],
    },
    Case {
        code: "OG-VE-107",
        advice: "load the exported rows without v by `--mode merge` after the apply: a write computes it",
        before: "node A { k: String @key t: String? }",
        data: "{\"type\":\"A\",\"data\":{\"k\":\"x\",\"t\":\"a\"}}\n",
        after: "node A { k: String @key t: String? v: Vector(2)? @embed(t, model=\"m\") }",
        follow: &[
            Apply("node A { k: String @key t: String? v: Vector(2)? @embed(t, model=\"m\") }"),
            Merge(&[(",\"v\":null", "")]),
        ],
        then: None,
        holds: &["\"v\":["],
    },
    Case {
        code: "OG-NL-106",
        advice: "rename one of them to a third name first",
        before: "node A { k: String @key n: I32? m: I32? }",
        data: TWO,
        after: "node A { k: String @key n: I32? @rename_from(\"m\") m: I32? @rename_from(\"n\") }",
        follow: &[
            Apply("node A { k: String @key o: I32? @rename_from(\"n\") m: I32? }"),
            Apply("node A { k: String @key o: I32? n: I32? @rename_from(\"m\") }"),
        ],
        then: Some("node A { k: String @key m: I32? @rename_from(\"o\") n: I32? }"),
        holds: &["\"m\":1"],
    },
    Case {
        code: "OG-BC-108",
        advice: "pick another name",
        before: "node A { k: String @key n: I32? m: I32? }",
        data: TWO,
        after: "node A { k: String @key n: String? }",
        follow: &[],
        then: Some("node A { k: String @key other: String? }"),
        holds: &["\"k\":\"x\"}}"],
    },
];

/// Rules whose advice is a question for people, or names a command that is tried elsewhere.
const ASKED: &[&str] = &[
    // Make sure that nobody relies on it, change the queries, let both agree.
    "OG-BC-101",
    "OG-BC-102",
    "OG-BC-103",
    "OG-BC-104",
    "OG-BC-105",
    "OG-BC-106",
    "OG-BC-107",
    "OG-BC-109",
    "OG-CD-101",
    "OG-CD-102",
    "OG-CD-103",
    "OG-CD-104",
    "OG-CD-105",
    "OG-CD-106",
    "OG-CD-107",
    "OG-CD-108",
    "OG-CD-109",
    "OG-NL-103",
    "OG-NL-104",
    "OG-NL-105",
    "OG-NL-108",
    "OG-OW-102",
    "OG-OW-104",
    "OG-OW-105",
    // What is dropped is still in older commits, or is not: the pages of the change matrix read them.
    "OG-DS-101",
    "OG-DS-102",
    "OG-DS-103",
    "OG-DS-104",
    "OG-DS-105",
    "OG-DS-106",
    "OG-DS-109",
    "OG-LK-108",
    // Plan again, plan against the graph.
    "OG-MF-109",
    "OG-NL-102",
    // Costs.
    "OG-LK-101",
    "OG-LK-102",
    "OG-LK-103",
    "OG-LK-104",
    "OG-LK-105",
    "OG-LK-106",
    "OG-LK-107",
    // Remarks on one schema, mended in its text.
    "OG-ED-105",
    "OG-ED-108",
    "OG-ED-109",
    "OG-LK-109",
    "OG-NM-101",
    "OG-NM-102",
    "OG-NM-103",
    "OG-NM-104",
    "OG-NM-105",
    "OG-NM-106",
    "OG-NM-107",
    "OG-NM-108",
    "OG-VE-105",
    "OG-VE-106",
    "OG-VE-108",
    "OG-VE-109",
    "OG-VE-110",
];

#[test]
fn every_rule_has_its_advice_tried() {
    let known: BTreeSet<&str> = CASES
        .iter()
        .map(|case| case.code)
        .chain(ASKED.iter().copied())
        .collect();
    let rules: BTreeSet<&str> = RULES
        .iter()
        .map(|rule| rule.code)
        .filter(|code| code.starts_with("OG-"))
        .collect();
    assert_eq!(known, rules);
}

#[test]
fn advice_leads_where_it_says() {
    for case in CASES {
        follow(case);
    }
}

fn follow(case: &Case) {
    let folder = super::folder();
    let store = Store::create(&folder.path().join("graph"), case.before);
    let fail = |what: &str, message: &str| -> ! { panic!("{}, {}: {what}: {message}", case.code, case.advice) };
    if let Err(failure) = store.load(case.data, Mode::Append) {
        fail("the rows", &failure.message);
    }
    if case.code == "OG-BC-108" {
        apply(&store, "node A { k: String @key }").unwrap_or_else(|message| fail("dropping", &message));
    }
    let planned = store.plan(case.after, &PlanOptions::default());
    let planned = planned.unwrap_or_else(|failure| fail("the plan", &failure.message));
    let met = planned.plan.findings.iter().find(|judged| {
        let help = judged.finding.help.as_deref().unwrap_or_default();
        judged.finding.rule.code == case.code && help.contains(case.advice)
    });
    let Some(met) = met else {
        fail("it is not advised", &format!("{:#?}", planned.plan.findings));
    };
    if met.finding.severity == Severity::Error && store.apply(&planned).is_ok() {
        fail("it was applied", case.after);
    }
    for step in case.follow {
        match step {
            Run(text) => {
                if let Err(failure) = store.run(text, &Map::new(), NOW) {
                    fail(text, &failure.message);
                }
            }
            Apply(schema) => apply(&store, schema).unwrap_or_else(|message| fail(schema, &message)),
            Load(lines) => {
                if let Err(failure) = store.load(lines, Mode::Append) {
                    fail(lines, &failure.message);
                }
            }
            Merge(replacements) => {
                let lines: String = store
                    .export()
                    .lines()
                    .filter(|line| replacements.iter().any(|(from, _)| line.contains(from)))
                    .map(|line| {
                        replacements
                            .iter()
                            .fold(line.to_owned(), |line, (from, to)| line.replace(from, to))
                            + "\n"
                    })
                    .collect();
                assert!(!lines.is_empty(), "{}: {}", case.code, store.export());
                if let Err(failure) = store.load(&lines, Mode::Merge) {
                    fail(&lines, &failure.message);
                }
            }
        }
    }
    let wanted = case.then.unwrap_or(case.after);
    let planned = store.plan(wanted, &PlanOptions::default());
    let planned = planned.unwrap_or_else(|failure| fail(wanted, &failure.message));
    let still = planned
        .plan
        .findings
        .iter()
        .find(|judged| judged.finding.rule.code == case.code);
    // What goes is still told to go.
    if let Some(still) = still.filter(|_| case.code != "OG-DS-107") {
        fail("it is still told", &still.finding.message);
    }
    if let Err(failure) = store.apply(&planned) {
        fail(wanted, &failure.message);
    }
    let export = store.export();
    for part in case.holds {
        assert!(export.contains(part), "{}: {part}\n{export}", case.code);
    }
    super::validate(&without_hints(wanted), &export);
}

fn apply(store: &Store, schema: &str) -> Result<(), String> {
    let planned = store
        .plan(schema, &PlanOptions::default())
        .map_err(|failure| failure.message)?;
    store.apply(&planned).map(|_| ()).map_err(|failure| failure.message)
}

fn without_hints(schema: &str) -> String {
    let hints = regex::Regex::new(r#" @rename_from\("[^"]*"\)"#).expect("a pattern");
    hints.replace_all(schema, "").into_owned()
}
