//! Plans: other ways to the same rows, counts that no row is made for, and how they are shown.

use std::collections::BTreeMap;

use omnigraph_engine::execution;
use omnigraph_model::ir::{Comparison, Expression, Operator};
use omnigraph_model::types::{Scalar, Type, Value};

use crate::lab::{Lab, options, rows};

/// The same operator over another input.
fn map_input(operator: Operator, change: &mut dyn FnMut(Operator) -> Operator) -> Operator {
    let mut boxed = |input: Box<Operator>| Box::new(change(*input));
    match operator {
        Operator::Filter { input, predicate } => Operator::Filter {
            input: boxed(input),
            predicate,
        },
        Operator::Sort {
            input,
            keys,
            ties,
            limit,
            offset,
        } => Operator::Sort {
            input: boxed(input),
            keys,
            ties,
            limit,
            offset,
        },
        Operator::Project { input, expressions } => Operator::Project {
            input: boxed(input),
            expressions,
        },
        other => panic!("{other:?}"),
    }
}

/// The first scan that a plan starts with, changed to start at the other end of its only link.
fn reversed(operator: Operator) -> Operator {
    match operator {
        Operator::Expand {
            input,
            mut link,
            predicates,
        } => {
            let Operator::NodeScan {
                variable,
                predicates: start,
            } = *input
            else {
                panic!("more than one link");
            };
            assert_eq!(variable, link.from);
            std::mem::swap(&mut link.from, &mut link.to);
            link.reversed = !link.reversed;
            link.direction = match link.direction {
                omnigraph_model::ir::Direction::Out => omnigraph_model::ir::Direction::In,
                omnigraph_model::ir::Direction::In => omnigraph_model::ir::Direction::Out,
                both => both,
            };
            let (of_edge, of_start): (Vec<Expression>, Vec<Expression>) =
                predicates.into_iter().partition(|predicate| {
                    link.edge_variable
                        .is_some_and(|edge| predicate.variables().contains(&edge))
                });
            Operator::Expand {
                input: Box::new(Operator::NodeScan {
                    variable: link.from,
                    predicates: of_start,
                }),
                link,
                predicates: start.into_iter().chain(of_edge).collect(),
            }
        }
        other => map_input(other, &mut reversed),
    }
}

#[tokio::test]
async fn either_end_of_a_link_is_a_start() {
    let lab = Lab::new().await;
    for link in [
        "$a follows $b",
        "$a $e:follows $b",
        "$a <follows> $b",
        "$a $e:<follows> $b",
        "$a follows{1,2} $b",
    ] {
        for bounds in ["follows{2,2}", "follows{1,3}", "follows{2,4}"] {
            let link = link.replace("follows{1,2}", bounds);
            for filter in ["", "$a.age > 30", "$b.role = \"guest\"", "$a.age > 20 $b.age < 40"] {
                let body = format!("match {{ $a: Person {link} {filter} }} return {{ $a.handle, $b.handle }}");
                let forwards = lab.plan(&body);
                let mut backwards = forwards.clone();
                backwards.root = reversed(backwards.root);
                assert_ne!(forwards, backwards);
                let run = async |plan| {
                    rows(
                        &execution::query(&lab.snapshot, plan, &BTreeMap::new(), &options())
                            .await
                            .unwrap(),
                    )
                };
                assert_eq!(run(&forwards).await, run(&backwards).await, "{body}");
            }
        }
    }
}

#[tokio::test]
async fn a_filter_answers_alike_wherever_it_stands() {
    let lab = Lab::new().await;
    let constant = |value, scalar| {
        Box::new(Expression::Literal {
            value,
            ty: Type::of(scalar),
        })
    };
    for (value, scalar) in [
        (Value::Integer(29), Scalar::I64),
        (Value::Float(29.0), Scalar::F64),
        (Value::Float(34.5), Scalar::F64),
        (Value::Integer(i64::MAX), Scalar::I64),
        (Value::Null, Scalar::I32),
    ] {
        for comparison in [
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::Less,
            Comparison::GreaterEqual,
        ] {
            let mut scanned = lab.plan("match { $p: Person $p.age = 1 } return { $p.handle }");
            let mut above = scanned.clone();
            let predicate = |old: &Expression| {
                let Expression::Compare { left, .. } = old else {
                    panic!("{old:?}")
                };
                Expression::Compare {
                    left: left.clone(),
                    comparison,
                    right: constant(value.clone(), scalar),
                }
            };
            scanned.root = change_scan(scanned.root, &mut |variable, old| Operator::NodeScan {
                variable,
                predicates: old.iter().map(&predicate).collect(),
            });
            above.root = change_scan(above.root, &mut |variable, old| Operator::Filter {
                input: Box::new(Operator::NodeScan {
                    variable,
                    predicates: Vec::new(),
                }),
                predicate: predicate(&old[0]),
            });
            let run = async |plan| {
                rows(
                    &execution::query(&lab.snapshot, plan, &BTreeMap::new(), &options())
                        .await
                        .unwrap(),
                )
            };
            assert_eq!(run(&scanned).await, run(&above).await, "{value:?} {comparison:?}");
        }
    }
}

/// Patterns whose rows are many, for counting.
const COUNTED: &[&str] = &[
    "$a: Person $a follows $b",
    "$a: Person $a follows $b $b follows $c",
    "$a: Person $a follows $b $b follows $c $c follows $d",
    "$a: Person $a $e:follows $b $b $f:<follows> $c",
    "$a: Person $a follows $b $b follows $c $a follows $c",
    "$a: Person $a <follows> $b $b follows $c $c <follows> $a",
    "$a: Person $a follows $b $b follows $c $c follows $d $a follows $d $b follows $d",
    "$a: Person $a follows $b $a wrote $d $b wrote $d",
    "$a: Person $a follows $b $a follows $c $a wrote $d",
    "$a: Person $a follows $b $b.age < 30 $b follows $c $c.age > 30",
    "$a: Person $a.age < 42 $a follows $b not { $b follows $a }",
    "$a: Person $a follows $b not { $b wrote $_ } $b follows $c",
    "$a: Person $a follows $b exists { $b follows $c not { $c wrote $_ } } $b follows $c",
    "$a: Person $a follows $b exists { $d: Doc }",
    "$a: Person $a follows{1,3} $b $b <follows>{1,2} $c",
    "$a: Person $a $e:follows $b $e.weight > 2 $b follows $c",
    "$a: Person { handle: \"ada\" } $a follows $b $b follows $c",
    "$a: Person $b: Person $a.age = $b.age $b follows $c",
    "$a: Person $a follows $a $a follows $b",
];

#[tokio::test]
async fn counting_is_adding_up_the_rows() {
    let lab = Lab::new().await;
    for pattern in COUNTED {
        let all = lab
            .run(&format!(
                "match {{ {pattern} }} return {{ $a.handle as a, $b.handle as b, $b.score as s }}"
            ))
            .await;
        let all = all.json_rows().unwrap();
        let number = |row: &serde_json::Map<String, serde_json::Value>| row["s"].as_f64();
        let scores: Vec<f64> = all.iter().filter_map(number).collect();
        let total = (!scores.is_empty()).then(|| scores.iter().sum::<f64>());
        let mean = total.map(|total| total / scores.len() as f64);
        let expected = serde_json::json!([all.len(), scores.len(), total, mean]).to_string();
        let body = format!(
            "match {{ {pattern} }} return {{ count($a) as n, count($b.score) as k, sum($b.score) as t, avg($b.score) as m }}"
        );
        assert_eq!(lab.rows(&body).await, [expected], "{pattern}");
        assert_eq!(
            lab.rows(&format!("match {{ {pattern} }} return {{ count($b) as n }}"))
                .await,
            [format!("[{}]", all.len())],
            "{pattern}"
        );
        for (name, key) in [("a", "$a.handle"), ("b", "$b.handle")] {
            let mut groups: BTreeMap<String, usize> = BTreeMap::new();
            for row in &all {
                *groups.entry(row[name].as_str().unwrap().to_string()).or_default() += 1;
            }
            let expected: Vec<String> = groups.iter().map(|(key, rows)| format!("[\"{key}\",{rows}]")).collect();
            let body = format!("match {{ {pattern} }} return {{ {key} as k, count($b) as n }} order {{ k }}");
            assert_eq!(lab.rows(&body).await, expected, "{pattern} by {key}");
        }
    }
}

fn change_scan(
    operator: Operator,
    change: &mut impl FnMut(omnigraph_model::ir::Var, Vec<Expression>) -> Operator,
) -> Operator {
    match operator {
        Operator::NodeScan { variable, predicates } => change(variable, predicates),
        other => map_input(other, &mut |input| change_scan(input, change)),
    }
}

#[tokio::test]
async fn plans_can_be_read() {
    let lab = Lab::new().await;
    let explain = async |body: &str| {
        execution::explain(&lab.snapshot, &lab.plan(body), &BTreeMap::new(), &options())
            .await
            .unwrap()
            .to_string()
    };
    let filtered = r#"$p: Person { handle: "ada" } $p follows $q $q.age > 20 not { $q wrote $_ }"#;
    insta::assert_snapshot!(explain(&format!("match {{ {filtered} }} return {{ $q.name }}")).await, @r#"
    return q.name                                                          ~0 rows
    └─ fetch $q.name                                                       ~0 rows
       └─ sort $p.id order, $q.id order                                    ~0 rows
          └─ fetch order of $p, order of $q                                ~0 rows
             └─ expand not exists $q -[Wrote]-> _, by adjacency            ~0 rows
                └─ expand $p -[Follows]-> $q, filtered ends, by adjacency  ~0 rows
                   ├─ scan $p: Person, key "ada"                           ~1 rows
                   └─ filter $q.age > 20                                   ~2 rows
                      └─ fetch $q.age                                      ~5 rows
                         └─ scan $q: Person, all 5                         ~5 rows
    "#);
    let triangles = "$a: Person $a follows $b $b follows $c $a follows $c";
    insta::assert_snapshot!(explain(&format!("match {{ {triangles} }} return {{ count($c) as n }}")).await, @r#"
    return n                                                               ~1 rows
    └─ aggregate count(rows)                                               ~1 rows
       └─ expand count $b -[Follows]-> _, $a -[Follows]-> _, by adjacency  ~7 rows
          └─ expand $a -[Follows]-> $b, by adjacency                       ~7 rows
             └─ scan $a: Person, all 5                                     ~5 rows
    "#);
    let compared = "$p: Person not { $p wrote $d $d.year = $p.age }";
    insta::assert_snapshot!(
        explain(&format!("match {{ {compared} }} return {{ $p.role, count($p) as n }} order {{ n desc }} limit 3")).await,
        @r#"
    return p.role, n                                            ~2 rows
    └─ sort slot 1 desc, slot 0, first 3                        ~2 rows
       └─ aggregate count(rows) by $p.role                      ~2 rows
          └─ fetch $p.role                                      ~3 rows
             └─ without                                         ~3 rows
                ├─ scan $p: Person, all 5                       ~5 rows
                └─ filter $d.year = $p.age                      ~0 rows
                   └─ fetch $d.year, $p.age                     ~3 rows
                      └─ expand $p -[Wrote]-> $d, by adjacency  ~3 rows
                         └─ outer row                           ~5 rows
    "#
    );
    let people = "match { $p: Person } return { $p.name as name } limit 2";
    let docs = "match { $d: Doc } return { $d.title as name }";
    let body = format!("union {{ {people} }} {{ {docs} }} order {{ name desc }} limit 3");
    insta::assert_snapshot!(explain(&body).await, @r"
    return name                                     ~2 rows
    └─ sort slot 0 desc, first 3                    ~2 rows
       └─ aggregate  by $name                       ~2 rows
          └─ union                                  ~5 rows
             ├─ with $name                          ~2 rows
             │  └─ fetch $p.name                    ~2 rows
             │     └─ sort $p.id order, first 2     ~2 rows
             │        └─ fetch order of $p          ~5 rows
             │           └─ scan $p: Person, all 5  ~5 rows
             └─ with $name                          ~3 rows
                └─ fetch $d.title                   ~3 rows
                   └─ scan $d: Doc, all 3           ~3 rows
    ");
    let body = format!("union {{ {people} }} {{ {docs} }}");
    insta::assert_snapshot!(explain(&body).await, @r"
    return name                                     ~2 rows
    └─ sort slot 1                                  ~2 rows
       └─ aggregate min($row) by $name              ~2 rows
          └─ union numbered $row                    ~5 rows
             ├─ with $name                          ~2 rows
             │  └─ fetch $p.name                    ~2 rows
             │     └─ sort $p.id order, first 2     ~2 rows
             │        └─ fetch order of $p          ~5 rows
             │           └─ scan $p: Person, all 5  ~5 rows
             └─ with $name                          ~3 rows
                └─ fetch $d.title                   ~3 rows
                   └─ sort $d.id order              ~3 rows
                      └─ fetch order of $d          ~3 rows
                         └─ scan $d: Doc, all 3     ~3 rows
    ");
    let body = "match { $p: Person $p follows $q } return { count($q) as n }";
    let report = execution::analyze(&lab.snapshot, &lab.plan(body), &BTreeMap::new(), &options())
        .await
        .unwrap();
    let operators = |explained: &execution::Explained| {
        let mut found = Vec::new();
        let mut next = vec![explained.clone()];
        while let Some(operator) = next.pop() {
            found.push((operator.operator.clone(), operator.actual.map(|actual| actual.rows)));
            next.extend(operator.inputs);
        }
        found
    };
    let expected = [("return", 1), ("aggregate", 1), ("expand", 4), ("scan", 5)];
    let expected = expected.map(|(operator, rows)| (operator.to_string(), Some(rows)));
    assert_eq!(operators(&report), expected, "{report}");
}

/// `exists { B }` is found by the operators that find `not { B }`.
#[tokio::test]
async fn exists_is_planned_as_not_is() {
    let lab = Lab::new().await;
    let explain = async |clause: &str| {
        let plan = lab.plan(&format!("match {{ $p: Person {clause} }} return {{ $p.handle }}"));
        let tree = execution::explain(&lab.snapshot, &plan, &BTreeMap::new(), &options())
            .await
            .unwrap();
        let words: Vec<String> = tree.to_string().split_whitespace().map(str::to_owned).collect();
        words.join(" ")
    };
    let blocks = [
        "$p wrote $_",
        "$p wrote $d $d.year > 2000",
        "$p wrote $d $d.year = $p.age",
        "$p follows{1,3} $q $q wrote $_",
        "$q: Person $q.age = $p.age $q wrote $_",
        "$p.age > 30",
    ];
    for block in blocks {
        let with = explain(&format!("exists {{ {block} }}")).await;
        let without = explain(&format!("not {{ {block} }}")).await;
        assert_ne!(with, without);
        assert_eq!(with, without.replace("not exists", "exists").replace("without", "with"));
    }
    let turned = explain("not { exists { $p wrote $_ } }").await;
    assert_eq!(turned, explain("not { $p wrote $_ }").await);
    assert_eq!(turned, explain("exists { not { $p wrote $_ } }").await);
}

#[tokio::test]
async fn long_patterns_run_on_a_small_stack() {
    let lab = Lab::new().await;
    let mut clauses = String::from("$v0: Doc ");
    for n in 0..400 {
        clauses.push_str(&format!("$v{n} cites $v{} $v{n}.year < {} ", n + 1, 3000 + n));
    }
    assert_eq!(
        lab.run(&format!("match {{ {clauses} }} return {{ $v0.slug }}"))
            .await
            .row_count(),
        0
    );
    for nested in [
        "not { ".repeat(40),
        "exists { ".repeat(40),
        "not { exists { ".repeat(20),
    ] {
        let closed = "}".repeat(40);
        let body = format!("match {{ $p: Person {nested} $p wrote $_ {closed} }} return {{ $p.handle }}");
        assert_eq!(lab.bag(&body).await, ["[\"ada\"]", "[\"bo\"]"]);
    }
}

/// A join whose kept side would not fit sorts both sides on disk, and finds the same.
#[tokio::test]
async fn large_joins_are_merged() {
    let mut data = String::new();
    for n in 0..400 {
        data.push_str(&format!(
            "{{\"type\": \"Person\", \"data\": {{\"handle\": \"p{n}\", \"name\": \"N\", \"role\": \"guest\", \"age\": {}}}}}\n",
            n % 90
        ));
    }
    for n in 0..400 {
        for m in 1..=20 {
            let to = (n + m * m) % 400;
            data.push_str(&format!(
                "{{\"edge\": \"Follows\", \"from\": \"p{n}\", \"to\": \"p{to}\"}}\n"
            ));
        }
    }
    let lab = Lab::with(crate::support::LAB, &data).await;
    let plan = lab.plan(
        "match { $a: Person $a follows $b $b follows $c $x: Person $x follows $y $y follows $z $a.handle = $x.handle \
         $b.handle = $y.handle $c.age = $z.age } return { $a.handle as a, count($z) as n, max($c.age) as m } order { a }",
    );
    let with = |memory_limit| execution::QueryOptions {
        memory_limit,
        ..options()
    };
    let mut found = Vec::new();
    for (memory, operator) in [(1 << 30, "join "), (16 << 20, "merge join ")] {
        let options = with(memory);
        let none = BTreeMap::new();
        let explained = execution::analyze(&lab.snapshot, &plan, &none, &options).await.unwrap();
        let text = explained.to_string();
        let joins: Vec<&str> = text
            .lines()
            .map(|line| line.trim_start_matches(|c: char| !c.is_ascii_alphabetic()))
            .filter(|line| line.contains("join "))
            .collect();
        assert!(
            matches!(joins.as_slice(), [only] if only.starts_with(operator)),
            "{text}"
        );
        assert_eq!(text.contains("bytes spilled"), memory < 1 << 30, "{text}");
        found.push(rows(
            &execution::query(&lab.snapshot, &plan, &none, &options).await.unwrap(),
        ));
    }
    assert_eq!(found[0].len(), 400);
    assert_eq!(found[0], found[1]);
}
