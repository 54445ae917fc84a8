//! What queries return: one example for each operator and rule, by text, on the documentation's graph.

use std::collections::BTreeMap;

use omnigraph_engine::execution::{self, QueryOptions};
use omnigraph_engine::{Class, Error};
use omnigraph_model::types::Value;

use crate::lab::{Lab, options, rows};

/// Bodies with their rows: `=` before the rows where their order counts.
const EXAMPLES: &[(&str, &str)] = &[
    ("match { $p: Person } return { $p.handle }", "ada bo cy di ed"),
    (
        r#"match { $p: Person { handle: "bo" } } return { $p.name, $p.age }"#,
        "Bo,29",
    ),
    (r#"match { $p: Person { handle: "zz" } } return { $p.name }"#, ""),
    (
        r#"match { $p: Person { tags: "rust" } } return { $p.handle }"#,
        "ada bo",
    ),
    ("match { $p: Person $p.age > 29 } return { $p.handle }", "ada ed"),
    ("match { $p: Person $p.age != 29 } return { $p.handle }", "ada ed"),
    (
        "match { $p: Person not { $p.age = 29 } } return { $p.handle }",
        "ada cy ed",
    ),
    ("match { $p: Person $p.age > 29.5 } return { $p.handle }", "ada ed"),
    ("match { $p: Person { age: 29.0 } } return { $p.handle }", "bo di"),
    ("match { $p: Person { age: 29.5 } } return { $p.handle }", ""),
    (
        "match { $p: Person not { $p.age = $p.age } } return { $p.handle }",
        "cy",
    ),
    (
        "match { $p: Person $p.age > $p.score } return { $p.handle }",
        "ada bo di ed",
    ),
    (
        r#"match { $p: Person $p.joined >= date("2021-01-01") } return { $p.handle }"#,
        "bo di ed",
    ),
    (
        r#"match { $d: Doc $d.seen < datetime("2024-06-01T12:30:00Z") } return { $d.slug }"#,
        "d1",
    ),
    ("match { $d: Doc $d.seen <= now() } return { $d.slug }", "d1 d2"),
    (
        r#"match { $d: Doc $d.title contains "joins" } return { $d.slug }"#,
        "d1",
    ),
    (
        r#"match { $d: Doc $d.title starts_with "Jo" } return { $d.slug }"#,
        "d2",
    ),
    (
        r#"match { $p: Person ["lead","guest"] contains $p.role } return { $p.handle }"#,
        "ada di ed",
    ),
    (
        r#"match { $p: Person "Ada and Bo" contains $p.name } return { $p.handle }"#,
        "ada bo",
    ),
    (r#"match { $p: Person $p.role < "lead" } return { $p.handle }"#, "di ed"),
    (
        r#"match { $p: Person { handle: "ada" } $p follows $q } return { $q.handle }"#,
        "bo cy",
    ),
    (
        r#"match { $p: Person { handle: "ada" } $p $e:follows $q } return { $q.handle, $e.weight } order { $e.weight desc }"#,
        "= bo,5 bo,3 cy,1",
    ),
    (
        r#"match { $q: Person { handle: "bo" } $p follows $q } return { $p.handle }"#,
        "ada",
    ),
    (
        r#"match { $d: Doc { slug: "d1" } $p wrote $d } return { $p.handle }"#,
        "ada bo",
    ),
    (
        r#"match { $p: Person { handle: "bo" } $p <follows> $q } return { $q.handle }"#,
        "ada",
    ),
    (
        r#"match { $p: Person { handle: "di" } $p $e:<follows> $q } return { $q.handle, $e.weight } order { $e.weight }"#,
        "= cy,2 ed,4 di,9",
    ),
    (
        "match { $a: Person $a follows $m $m follows $x } return { $x.handle }",
        "ada bo cy di di di ed ed",
    ),
    (
        r#"match { $p: Person { handle: "ada" } $p follows{1,3} $q } return { $q.handle }"#,
        "bo cy di ed",
    ),
    (
        r#"match { $p: Person { handle: "ada" } $p follows{2,2} $q } return { $q.handle }"#,
        "di",
    ),
    (
        r#"match { $p: Person { handle: "ada" } $p follows{3,3} $q } return { $q.handle }"#,
        "di ed",
    ),
    (
        r#"match { $p: Person { handle: "di" } $p follows{2,2} $q } return { $q.handle }"#,
        "",
    ),
    (
        r#"match { $p: Person { handle: "ed" } $p <follows>{1,2} $q } return { $q.handle }"#,
        "cy di",
    ),
    (
        r#"match { $q: Person { handle: "di" } $p follows{2,2} $q } return { $p.handle }"#,
        "ada cy",
    ),
    (
        r#"match { $p: Person { handle: "ada" } $p wrote{1,3} $d } return { $d.slug }"#,
        "d1 d2",
    ),
    ("match { $p: Person $p wrote{2,2} $d } return { $d.slug }", ""),
    (
        "match { $a: Person $a follows $b $b follows $a } return { $a.handle, $b.handle }",
        "ada,bo bo,ada di,di",
    ),
    ("match { $p: Person $p follows $p } return { $p.handle }", "di"),
    ("match { $p: Person $p follows{1,3} $p } return { $p.handle }", "di"),
    (
        "match { $a: Person $a wrote $d $b wrote $d $a.handle != $b.handle } return { $a.handle, $b.handle, $d.slug }",
        "ada,bo,d1 bo,ada,d1",
    ),
    ("match { $p: Person $p wrote $_ } return { $p.handle }", "ada ada bo"),
    (
        "match { $p: Person $p follows $_ $p wrote $_ } return { $p.handle }",
        "ada ada ada ada bo",
    ),
    ("match { $p: Person $d: Doc } return { count($p) as n }", "15"),
    (
        "match { $p: Person $p $e:follows $q $e.weight < 2.5 } return { $p.handle, $q.handle }",
        "ada,cy cy,di",
    ),
    (
        "match { $a: Person $a follows $b $a.age > $b.age } return { $a.handle, $b.handle }",
        "ada,bo",
    ),
    (
        "match { $a: Person $b: Person $a.score = $b.age } return { $a.handle }",
        "",
    ),
    (
        "match { $a: Person $b: Person $a.age = $b.age $a.handle < $b.handle } return { $a.handle, $b.handle }",
        "bo,di",
    ),
    (
        "match { $a: Person $d: Doc $a.name = $d.title } return { $a.handle }",
        "",
    ),
    (
        "match { $p: Person not { $p wrote $_ } } return { $p.handle }",
        "cy di ed",
    ),
    (
        "match { $p: Person not { $p wrote $d $d.year < 2022 } } return { $p.handle }",
        "cy di ed",
    ),
    (
        "match { $p: Person not { $p follows $f not { $f.age >= 0 } } } return { $p.handle }",
        "bo cy di ed",
    ),
    (
        "match { $p: Person not { not { $p wrote $_ } } } return { $p.handle }",
        "ada bo",
    ),
    ("match { $d: Doc not { $x cites $d } } return { $d.slug }", "d3"),
    (
        "match { $p: Person not { $p follows{2,2} $_ } } return { $p.handle }",
        "di ed",
    ),
    ("match { $p: Person not { $p <follows> $_ } } return { $p.handle }", ""),
    (
        "match { $p: Person not { $p $e:follows $q $e.weight > 4 } } return { $p.handle }",
        "bo cy ed",
    ),
    (
        r#"match { $p: Person not { $p: Person { role: "guest" } } } return { $p.handle }"#,
        "ada bo cy",
    ),
    (
        "match { $p: Person not { $d: Doc { year: 2021 } not { $p wrote $d } } } return { $p.handle }",
        "ada bo",
    ),
    (
        "match { $p: Person $p follows $q not { $q follows $p } } return { $p.handle, $q.handle }",
        "ada,cy cy,di di,ed",
    ),
    (
        "match { $p: Person } return { count($p) as n, count($p.age) as a, sum($p.age) as s, avg($p.age) as v, min($p.age) as lo, max($p.age) as hi }",
        "5,4,134.0,33.5,29,41",
    ),
    (
        "match { $p: Person $p.age > 100 } return { count($p) as n, max($p.age) as hi }",
        "0,null",
    ),
    (
        "match { $p: Person $p.age > 100 } return { $p.role, count($p) as n }",
        "",
    ),
    (
        "match { $p: Person } return { $p.role, count($p) as n } order { n desc }",
        "= guest,2 member,2 lead,1",
    ),
    (
        "match { $p: Person } return { $p.age, count($p) as n } order { $p.age }",
        "= null,1 29,2 35,1 41,1",
    ),
    (
        "match { $p: Person $p follows $f } return { $p.handle, count($f) as n } order { $p.handle }",
        "= ada,2 bo,1 cy,1 di,2",
    ),
    (
        "match { $p: Person $p $e:follows $f } return { $p.handle, count($f) as n, count($e.weight) as w, sum($e.weight) as s } order { $p.handle }",
        "= ada,3,3,9.0 bo,1,0,null cy,1,1,2.0 di,2,2,13.0",
    ),
    (
        "match { $p: Person } return { min($p.name) as a, max($p.name) as z }",
        "Ada,Ed",
    ),
    (
        "match { $p: Person } return { $p.handle } order { $p.age }",
        "= cy bo di ed ada",
    ),
    (
        "match { $p: Person } return { $p.handle } order { $p.age desc } limit 3",
        "= ada ed bo",
    ),
    (
        "match { $p: Person } return { $p.handle } order { $p.age desc, $p.name desc }",
        "= ada ed di bo cy",
    ),
    ("match { $p: Person } return { $p.handle } limit 0", ""),
    (
        "match { $p: Person $p follows $f $p wrote $d } return { $p.handle, count($f) as n } order { $p.handle }",
        "= ada,4 bo,1",
    ),
    (
        r#"match { $d: Doc search($d.title, "JOINS") } return { $d.slug }"#,
        "d1 d2",
    ),
    (
        r#"match { $d: Doc search($d.title, "graph vector") } return { $d.slug }"#,
        "d1 d3",
    ),
    (r#"match { $d: Doc fuzzy($d.title, "vectr") } return { $d.slug }"#, "d3"),
    (
        r#"match { $p: Person $p wrote $d search($d.title, "trees") } return { $p.handle }"#,
        "ada",
    ),
    (
        r#"match { $p: Person not { $p wrote $d search($d.title, "trees") } } return { $p.handle }"#,
        "bo cy di ed",
    ),
    (
        r#"match { $d: Doc } return { $d.slug } order { bm25($d.title, "graph joins") } limit 10"#,
        "= d1 d2",
    ),
    (
        "match { $d: Doc } return { $d.slug } order { nearest($d.vec, [0.0, 0.0]) } limit 2",
        "= d1 d2",
    ),
    (
        "match { $d: Doc $d.year >= 2022 } return { $d.slug } order { nearest($d.vec, [0.0, 0.0]) } limit 2",
        "= d2",
    ),
    (
        "match { $d: Doc not { $p wrote $d } } return { $d.slug } order { nearest($d.vec, [0.0, 0.0]) } limit 1",
        "= d3",
    ),
    (
        "match { $d: Doc $p wrote $d } return { $d.slug, $p.handle } order { nearest($d.vec, [0.0, 0.0]) } limit 3",
        "= d1,ada d1,bo d2,ada",
    ),
    (
        "match { $d: Doc } return { $d.slug, nearest($d.vec, [3.0, 4.0]) as dist } order { dist } limit 3",
        "= d3,0.0 d2,4.47213595499958 d1,5.0",
    ),
    (
        r#"match { $d: Doc } return { $d.slug } order { rrf(nearest($d.vec, [3.0, 4.0]), bm25($d.title, "graph joins")) } limit 3"#,
        "= d1 d2 d3",
    ),
    (
        r#"match { $d: Doc } return { $d.slug } order { rrf(nearest($d.vec, [3.0, 4.0]), bm25($d.title, "graph joins")) } limit 1"#,
        "= d1",
    ),
];

fn shown(row: &str) -> String {
    let values: Vec<serde_json::Value> = serde_json::from_str(row).unwrap();
    let cell = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    values.iter().map(cell).collect::<Vec<String>>().join(",")
}

#[tokio::test]
async fn examples_return_their_rows() {
    let lab = Lab::new().await;
    for (body, expected) in EXAMPLES {
        let plan = lab.plan(body);
        let result = match execution::query(&lab.snapshot, &plan, &BTreeMap::new(), &options()).await {
            Ok(result) => result,
            Err(error) => panic!("{body}: {error:?}"),
        };
        let mut found: Vec<String> = rows(&result).iter().map(|row| shown(row)).collect();
        let (ordered, expected) = match expected.strip_prefix("= ") {
            Some(rest) => (true, rest),
            None => (false, *expected),
        };
        let mut wanted: Vec<&str> = expected.split_whitespace().collect();
        if !ordered {
            found.sort();
            wanted.sort();
        }
        let tree = execution::explain(&lab.snapshot, &plan, &BTreeMap::new(), &options())
            .await
            .unwrap();
        assert_eq!(found, wanted, "{body}\n{tree}");
    }
}

#[tokio::test]
async fn whole_nodes_and_constants_are_columns() {
    let lab = Lab::new().await;
    assert_eq!(
        lab.rows(r#"match { $p: Person { handle: "ada" } } return { $p }"#)
            .await,
        [concat!(
            r#"[{"id":"ada","handle":"ada","name":"Ada","age":41,"role":"lead","joined":"2020-03-01","#,
            r#""tags":["graph","rust"],"score":2.5}]"#
        )]
    );
    assert_eq!(
        lab.bag("match { $p: Person $p wrote $d } return { $d, count($p) as n }")
            .await,
        [
            r#"[{"id":"d1","slug":"d1","title":"Graph joins","year":2021,"seen":"2024-01-01T00:00:00.000Z","vec":[0.0,0.0]},2]"#,
            r#"[{"id":"d2","slug":"d2","title":"Joins on trees","year":2023,"seen":"2024-06-01T12:30:00.000Z","vec":[1.0,0.0]},1]"#,
        ]
    );
    let text = Value::String("x".into());
    let body = r#"query q($t: String) { match { $p: Person { handle: "bo" } } return { $p.handle, $t, 7 as n } }"#;
    let result = lab.run_with(body, &BTreeMap::from([("t".into(), text)])).await.unwrap();
    assert_eq!(rows(&result), [r#"["bo","x",7]"#]);
    assert_eq!(result.commit, lab.snapshot.commit_id());
    let empty = lab
        .run(r#"match { $p: Person { handle: "zz" } } return { $p.name }"#)
        .await;
    assert_eq!(empty.schema.fields().len(), 1);
    assert_eq!(empty.row_count(), 0);
}

#[tokio::test]
async fn a_null_parameter_equals_nothing() {
    let lab = Lab::new().await;
    let none = BTreeMap::from([("a".to_string(), Value::Null)]);
    for body in [
        "query q($a: I32?) { match { $p: Person { age: $a } } return { $p.handle } }",
        "query q($a: I32?) { match { $p: Person $p.age != $a } return { $p.handle } }",
        "query q($a: String?) { match { $p: Person { handle: $a } } return { $p.handle } }",
        "query q($a: String?) { match { $d: Doc search($d.title, $a) } return { $d.slug } }",
        "query q($a: Vector(2)?) { match { $d: Doc } return { $d.slug } order { nearest($d.vec, $a) } limit 3 }",
    ] {
        assert_eq!(lab.run_with(body, &none).await.unwrap().row_count(), 0, "{body}");
        assert_eq!(
            lab.run_with(body, &BTreeMap::new()).await.unwrap().row_count(),
            0,
            "{body}"
        );
    }
}

#[tokio::test]
async fn fused_scores_are_sums_of_reciprocal_ranks() {
    let lab = Lab::new().await;
    let body = r#"match { $d: Doc } return { $d.slug, rrf(nearest($d.vec, [3.0, 4.0]), bm25($d.title, "graph joins")) as s } order { s } limit 3"#;
    let score = |first: f64, second: f64| 1.0 / (60.0 + first) + 1.0 / (60.0 + second);
    let expected = [("d1", score(3.0, 1.0)), ("d2", score(2.0, 2.0)), ("d3", 1.0 / 61.0)];
    let expected: Vec<String> = expected
        .iter()
        .map(|(slug, score)| format!("[\"{slug}\",{score}]"))
        .collect();
    assert_eq!(lab.rows(body).await, expected);
}

#[tokio::test]
async fn what_a_ranking_cannot_do_is_an_error() {
    let lab = Lab::new().await;
    let body = r#"match { $d: Doc } return { $d.slug } order { nearest($d.vec, $q) } limit 2"#;
    for (ty, value) in [
        ("String", Value::String("graphs".into())),
        ("Vector(2)", Value::Vector(vec![1.0])),
        ("Vector(2)", Value::Vector(vec![f32::NAN, 0.0])),
    ] {
        let text = format!("query q($q: {ty}) {{ {body} }}");
        let error = lab
            .run_with(&text, &BTreeMap::from([("q".into(), value)]))
            .await
            .unwrap_err();
        assert_eq!(error.class(), Class::BadRequest, "{error:?}");
    }
}

#[tokio::test]
async fn memory_beyond_the_limit_is_refused() {
    let mut data = String::new();
    for n in 0..20_000 {
        data.push_str(&format!(
            "{{\"type\": \"Person\", \"data\": {{\"handle\": \"p{n}\", \"name\": \"Name {n}\", \"role\": \"guest\"}}}}\n"
        ));
    }
    let lab = Lab::with(crate::support::LAB, &data).await;
    let plan = lab.plan("match { $p: Person } return { $p.name, count($p) as n }");
    let options = QueryOptions {
        memory_limit: 64 << 10,
        ..options()
    };
    let error = execution::query(&lab.snapshot, &plan, &BTreeMap::new(), &options)
        .await
        .unwrap_err();
    assert!(matches!(error, Error::ResourceLimitExceeded { .. }), "{error:?}");
}
