//! Every way an input can be wrong: class and exact text, and that nothing is written.

use omnigraph_engine::{Class, LoadMode};

use crate::support::*;

const SCHEMA: &str = r#"
node Thing {
    name: String
    flag: Bool?
    small: I32?
    long: I64?
    count: U32?
    huge: U64?
    short: F32?
    wide: F64?
    day: Date?
    at: DateTime?
    kind: enum(a, b)?
    tags: [String]?
    sizes: [I32]?
    vec: Vector(2)?
    scan: Blob?
    code: String? @unique
    low: I64? @range(low, 0..10)
    word: String? @check(word, "^[a-z]+$")
}

node Place {
    country: String
    code: I32
    @key(country, code)
}

node User {
    handle: String @key
}

edge Knows: User -> User @card(0..1) {
    since: Date?
    weight: I32
    note: String?
}

edge Lives: User -> Place {
    @unique(src, dst)
}
"#;

/// The message for one bad line, after which the graph is as before.
async fn message(graph: &omnigraph_engine::Graph, line: &str) -> String {
    let before = graph.snapshot().await.unwrap().commit_id().to_string();
    let error = load(graph, LoadMode::Append, &format!("\n{line}\n")).await.unwrap_err();
    assert_eq!(error.class(), Class::BadRequest, "{error}");
    assert_eq!(error.effect(), omnigraph_engine::Effect::None);
    assert_eq!(graph.snapshot().await.unwrap().commit_id(), before);
    error.to_string()
}

/// A line that should be refused, and how.
type Refused = (String, &'static str);

fn thing(data: &str) -> String {
    format!(r#"{{"type":"Thing","data":{{"name":"n",{data}}}}}"#)
}

fn bad_lines() -> Vec<Refused> {
    vec![
        ("nonsense".into(), "line 2: not JSON: expected ident at column 2"),
        (
            r#"{"type":"User""#.into(),
            "line 2: not JSON: EOF while parsing an object at column 14",
        ),
        (
            "[1]".into(),
            "line 2: the input is not NDJSON; it seems to be one JSON array: `jq -c '.[]' FILE` gives its items as lines",
        ),
        ("{} {}".into(), "line 2: not JSON: trailing characters at column 4"),
        (
            r#"{"type":"User","data":{"handle":"x","handle":"y"}}"#.into(),
            "line 2: member `handle` occurs twice in one object",
        ),
        (
            r#"{"type":"User","type":"User"}"#.into(),
            "line 2: member `type` occurs twice in one object",
        ),
        ("{}".into(), "line 2: expected one of `type` and `edge`, found neither"),
        (
            r#"{"type":"User","edge":"Knows"}"#.into(),
            "line 2: expected one of `type` and `edge`, found both",
        ),
        (
            r#"{"type":1}"#.into(),
            "line 2: `type` must be a string, found a number",
        ),
        (
            r#"{"type":"User","dta":{}}"#.into(),
            "line 2: unknown field `dta` of a node line (User)",
        ),
        (
            r#"{"type":"User","from":"ada"}"#.into(),
            "line 2: unknown field `from` of a node line (User)",
        ),
        (
            r#"{"type":"User","_rowid":1}"#.into(),
            "line 2: `_rowid` is a reserved name and cannot be given for User",
        ),
        (
            r#"{"type":"Usr"}"#.into(),
            "line 2: unknown node type `Usr`; did you mean `User`?",
        ),
        (
            r#"{"type":"user"}"#.into(),
            "line 2: unknown node type `user`; did you mean `User`?",
        ),
        (
            r#"{"edge":"Know","from":"a","to":"b"}"#.into(),
            "line 2: unknown edge type `Know`; did you mean `Knows`?",
        ),
        (
            r#"{"edge":"Knows","to":"bo","data":{"weight":1}}"#.into(),
            "line 2: Knows needs `from`, the id of its User",
        ),
        (
            r#"{"edge":"Lives","from":"ada"}"#.into(),
            "line 2: Lives needs `to`, the id of its Place",
        ),
        (
            r#"{"edge":"Knows","from":1,"to":"bo"}"#.into(),
            "line 2: `from` of Knows must be a string, found a number",
        ),
        (
            r#"{"type":"User","data":null}"#.into(),
            "line 2: `data` must be an object, found null",
        ),
        (
            r#"{"type":"Thing","data":{"id":1,"name":"n"}}"#.into(),
            "line 2: `id` of Thing must be a string, found a number",
        ),
        (thing(r#""colour":"red""#), "line 2: Thing has no property `colour`"),
        (
            thing(r#""smal":1"#),
            "line 2: Thing has no property `smal`; did you mean `small`?",
        ),
        (
            thing(r#""_tombstone":1"#),
            "line 2: `_tombstone` is a reserved name and cannot be given for Thing",
        ),
        (
            r#"{"edge":"Lives","from":"ada","to":"x","data":{"src":"y"}}"#.into(),
            "line 2: `src` is a reserved name and cannot be given for Lives",
        ),
    ]
}

/// Values of other types, of required and of optional properties.
fn bad_values() -> Vec<Refused> {
    vec![
        (
            r#"{"type":"Thing","data":{"name":1}}"#.into(),
            "line 2: Thing.name is String, found 1",
        ),
        (
            thing(r#""flag":"true""#),
            r#"line 2: Thing.flag is Bool?, found "true""#,
        ),
        (thing(r#""flag":0"#), "line 2: Thing.flag is Bool?, found 0"),
        (thing(r#""small":1.0"#), "line 2: Thing.small is I32?, found 1.0"),
        (thing(r#""small":"1""#), r#"line 2: Thing.small is I32?, found "1""#),
        (
            thing(r#""small":2147483648"#),
            "line 2: Thing.small: 2147483648 does not fit I32 (-2147483648 to 2147483647)",
        ),
        (
            thing(r#""count":-1"#),
            "line 2: Thing.count: -1 does not fit U32 (0 to 4294967295)",
        ),
        (
            thing(r#""long":9223372036854775808"#),
            "line 2: Thing.long: 9223372036854775808 does not fit I64 (-9223372036854775808 to 9223372036854775807)",
        ),
        (
            thing(r#""huge":36893488147419103232"#),
            "line 2: Thing.huge: 3.6893488147419103e19 does not fit U64 (0 to 18446744073709551615)",
        ),
        (thing(r#""short":1e39"#), "line 2: Thing.short: 1e39 does not fit F32"),
        (
            thing(r#""wide":1e999"#),
            "line 2: not JSON: number out of range at column 47",
        ),
        (thing(r#""wide":"NaN""#), r#"line 2: Thing.wide is F64?, found "NaN""#),
        (
            thing(r#""day":"2024-02-30""#),
            "line 2: Thing.day: `2024-02-30` is not a Date; write it like 2026-04-01",
        ),
        (
            thing(r#""day":3000000000"#),
            "line 2: Thing.day: 3000000000 does not fit Date (-719528 to 2932896)",
        ),
        (
            thing(r#""at":"noon""#),
            "line 2: Thing.at: `noon` is not a DateTime; write it like 2026-04-01T08:30:00Z",
        ),
        (thing(r#""kind":"A""#), "line 2: Thing.kind: `A` is none of a, b"),
        (thing(r#""tags":"x""#), r#"line 2: Thing.tags is [String]?, found "x""#),
        (
            thing(r#""tags":["x",null]"#),
            "line 2: Thing.tags: item 1 is null, but items are String",
        ),
        (
            thing(r#""sizes":[1,"2"]"#),
            r#"line 2: Thing.sizes: item 1 is "2", but items are I32"#,
        ),
        (thing(r#""vec":[1]"#), "line 2: Thing.vec has 2 elements, found 1"),
        (
            thing(r#""vec":[1,null]"#),
            "line 2: Thing.vec (Vector(2), 2 elements given): element 1 is null, not a finite 32-bit number",
        ),
        (
            thing(r#""vec":[1e39,"x",3]"#),
            "line 2: Thing.vec (Vector(2), 3 elements given): element 0 is 1e39, not a finite 32-bit number",
        ),
        (
            thing(r#""scan":"base64:***""#),
            "line 2: Thing.scan: malformed base64 (Invalid symbol 42, offset 0.)",
        ),
        (
            thing(r#""scan":"https://example.com/x""#),
            "line 2: Thing.scan: references to external blobs are not allowed here; give `base64:…`",
        ),
        (thing(r#""scan":7"#), "line 2: Thing.scan is Blob?, found 7"),
    ]
}

/// What is missing, and what the rules of the schema forbid.
fn broken_rules() -> Vec<Refused> {
    vec![
        (
            r#"{"type":"Thing"}"#.into(),
            "line 2: Thing needs `name`: it is missing",
        ),
        (
            r#"{"type":"Thing","data":{"name":null}}"#.into(),
            "line 2: Thing needs `name`: it is null",
        ),
        (
            r#"{"edge":"Knows","from":"ada","to":"bo"}"#.into(),
            "line 2: Knows needs `weight`: it is missing",
        ),
        (
            r#"{"type":"Place","data":{"country":"de"}}"#.into(),
            "line 2: Place needs its key `code`: it is missing",
        ),
        (
            r#"{"type":"User","data":{"id":"x","handle":"y"}}"#.into(),
            "line 2: User: given id `x` is not its key's `y`",
        ),
        (
            thing(r#""id":"t","low":11"#),
            "line 2: Thing `t`: low is 11, which is above the maximum 10 of @range",
        ),
        (
            thing(r#""id":"t","word":"A b""#),
            "line 2: Thing `t`: word is `A b`, which does not match ^[a-z]+$ of @check",
        ),
        (
            thing(r#""id":"t2","code":"taken""#),
            "line 2: Thing `t1` and `t2` have the same (code): taken, but @unique forbids it",
        ),
        (
            r#"{"edge":"Knows","from":"ada","to":"zoe","data":{"weight":1}}"#.into(),
            "line 2: Knows: there is no User `zoe`, its `to`",
        ),
    ]
}

#[tokio::test]
async fn every_bad_line_has_its_message() {
    let graph = Temporary::new(SCHEMA).await;
    let users = r#"{"type":"User","data":{"handle":"ada"}}
{"type":"User","data":{"handle":"bo"}}
{"type":"Thing","data":{"id":"t1","name":"n","code":"taken"}}"#;
    load(&graph.graph, LoadMode::Append, users).await.unwrap();
    let mut wrong = Vec::new();
    for (line, expected) in [bad_lines(), bad_values(), broken_rules()].concat() {
        let found = message(&graph.graph, &line).await;
        if found != expected {
            wrong.push(format!("{line}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn faults_of_several_lines() {
    let graph = Temporary::new(SCHEMA).await;
    let graph = &graph.graph;
    let user = r#"{"type":"User","data":{"handle":"ada"}}"#;
    assert_eq!(
        message(graph, &format!("{user}\n{user}")).await,
        "line 3: User `ada` occurs twice in the input, first in line 2"
    );
    let thing = |id: &str| format!(r#"{{"type":"Thing","data":{{"id":"{id}","name":"n","code":"c"}}}}"#);
    assert_eq!(
        message(graph, &format!("{}\n{}", thing("a"), thing("b"))).await,
        "line 3: Thing `a` and `b` have the same (code): c, but @unique forbids it"
    );
    let knows = r#"{"edge":"knows","from":"ada","to":"ada","data":{"weight":1}}"#;
    assert_eq!(
        message(graph, &format!("{user}\n{knows}\n{knows}")).await,
        "line 4: User `ada` would have 2 Knows, but @card allows 0..1"
    );
    let lives = r#"{"edge":"Lives","from":"ada","to":"[\"de\",\"1\"]","data":{"id":"x"}}"#;
    let again = lives.replace("\"x\"", "\"y\"");
    let place = r#"{"type":"Place","data":{"country":"de","code":1}}"#;
    assert_eq!(
        message(graph, &format!("{user}\n{place}\n{lives}\n{again}")).await,
        "line 5: Lives `x` and `y` have the same (dst, src): [\"de\",\"1\"], ada, but @unique forbids it"
    );
}

#[tokio::test]
async fn all_faults_come_in_one_pass() {
    let graph = Temporary::new(SCHEMA).await;
    let lines = r#"{"type":"Thing","data":{"name":"n","small":"x","flag":1}}
{"type":"User","data":{"handle":"ada"}}
{"type":"Nope"}
{"type":"Thing","data":{"flag":true}}"#;
    let error = load(&graph.graph, LoadMode::Append, lines).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1: Thing.flag is Bool?, found 1\n\
         line 1: Thing.small is I32?, found \"x\"\n\
         line 3: unknown node type `Nope`\n\
         line 4: Thing needs `name`: it is missing"
    );
}

#[tokio::test]
async fn all_that_is_wrong_with_the_outcome_comes_at_once() {
    let graph = Temporary::new(SCHEMA).await;
    let stored = r#"{"type":"User","data":{"handle":"ada"}}
{"type":"Thing","data":{"id":"t1","name":"n","code":"taken"}}"#;
    load(&graph.graph, LoadMode::Append, stored).await.unwrap();
    let lines = r#"{"edge":"Knows","from":"ada","to":"zoe","data":{"weight":1}}
{"edge":"Knows","from":"ada","to":"ada","data":{"weight":1}}
{"type":"Thing","data":{"id":"t2","name":"n","code":"taken","low":11,"word":"A"}}
{"type":"User","data":{"handle":"ada"}}"#;
    let error = load(&graph.graph, LoadMode::Append, lines).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 1: Knows: there is no User `zoe`, its `to`\n\
         line 2: User `ada` would have 2 Knows, but @card allows 0..1\n\
         line 3: Thing `t2`: low is 11, which is above the maximum 10 of @range\n\
         line 3: Thing `t2`: word is `A`, which does not match ^[a-z]+$ of @check\n\
         line 3: Thing `t1` and `t2` have the same (code): taken, but @unique forbids it\n\
         line 4: User `ada` exists already; load with mode merge to replace it"
    );
}

/// The first in the order of the input is told, and the number of all, whichever rule is broken.
#[tokio::test]
async fn more_than_are_told() {
    let graph = Temporary::new(SCHEMA).await;
    let thing =
        |i: usize, code: &str| format!(r#"{{"type":"Thing","data":{{"id":"t{i}","name":"n","code":"{code}"}}}}"#);
    let stored: Vec<String> = (0..250).map(|i| thing(i, &format!("c{i}"))).collect();
    load(&graph.graph, LoadMode::Append, &stored.join("\n")).await.unwrap();
    let same_ids: Vec<String> = (0..250).rev().map(|i| thing(i, &format!("d{i}"))).collect();
    let same_codes: Vec<String> = (0..250).rev().map(|i| thing(1000 + i, &format!("c{i}"))).collect();
    let within: Vec<String> = (0..251).map(|i| thing(2000 + i, "same")).collect();
    let missing = (0..250).map(|i| format!(r#"{{"edge":"Lives","from":"u{i}","to":"p"}}"#));
    let wrong = (0..250).map(|_| r#"{"type":"Nope"}"#.to_string());
    let twice: Vec<String> = (0..251)
        .map(|_| r#"{"type":"User","data":{"handle":"u"}}"#.to_string())
        .collect();
    let missing_ends = "line 1: Lives: there is no User `u0`, its `from` (and 249 more like this)\n\
                        line 1: Lives: there is no Place `p`, its `to` (and 249 more like this)";
    for (lines, wanted) in [
        (
            same_ids,
            "line 1: Thing `t249` exists already; load with mode merge to replace it (and 249 more like this)",
        ),
        (
            same_codes,
            "line 1: Thing `t249` and `t1249` have the same (code): c249, but @unique forbids it (and 249 more like this)",
        ),
        (
            within,
            "line 2: Thing `t2000` and `t2001` have the same (code): same, but @unique forbids it (and 249 more like this)",
        ),
        (missing.collect(), missing_ends),
        (
            wrong.collect(),
            "line 1: unknown node type `Nope` (and 249 more like this)",
        ),
        (
            twice,
            "line 2: User `u` occurs twice in the input, first in line 1 (and 249 more like this)",
        ),
    ] {
        let error = load(&graph.graph, LoadMode::Append, &lines.join("\n"))
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), wanted);
    }
}

#[tokio::test]
async fn not_utf8() {
    let graph = Temporary::new(SCHEMA).await;
    let input = std::io::Cursor::new(b"{\"type\":\"User\",\"data\":{\"handle\":\"\xff\"}}".to_vec());
    let error = graph.graph.load(input, Default::default()).await.unwrap_err();
    assert_eq!(error.to_string(), "line 1: not UTF-8");
}

#[tokio::test]
async fn an_id_that_exists_is_a_conflict_of_append() {
    let lab = Temporary::lab().await;
    let again = r#"{"type":"Person","data":{"handle":"new","name":"N","role":"lead"}}
{"type":"Person","data":{"handle":"ada","name":"A","role":"lead"}}"#;
    let error = load(&lab.graph, LoadMode::Append, again).await.unwrap_err();
    assert_eq!(error.class(), Class::KeyConflict);
    assert_eq!(
        error.to_string(),
        "line 2: Person `ada` exists already; load with mode merge to replace it"
    );
}

#[tokio::test]
async fn a_line_has_a_limit() {
    let graph = Temporary::new(SCHEMA).await;
    let long = format!(r#"{{"type":"User","data":{{"handle":"{}"}}}}"#, "x".repeat(33 << 20));
    let error = load(&graph.graph, LoadMode::Append, &long).await.unwrap_err();
    assert_eq!(error.class(), Class::ResourceLimitExceeded);
    let wide = format!(r#"{{"type":"Thing","data":{{"sizes":[{}0]}}}}"#, "0,".repeat(140_000));
    let error = load(&graph.graph, LoadMode::Append, &wide).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "JSON tokens of one line is limited to 131072, this request needs 131073"
    );
}

#[tokio::test]
async fn extreme_values_are_accepted() {
    let graph = Temporary::new(SCHEMA).await;
    let lines = r#"{"type":"Thing","data":{"id":"a","name":"","small":-2147483648,"long":-9223372036854775808,"count":4294967295,"huge":18446744073709551615,"short":3.4028235e38,"wide":1.7976931348623157e308,"day":-719162,"at":"2024-06-01 12:30:00.123+02:00","tags":[],"vec":[0,-1.5],"scan":"base64:AAH/"}}
{"type":"Thing","data":{"id":"b","name":"x","short":16777217,"wide":-0.0,"day":2932896,"at":-62135596800000,"scan":"base64:"}}
{"type":"Place","data":{"country":"a\"b","code":-1}}"#;
    load(&graph.graph, LoadMode::Append, lines).await.unwrap();
    insta::assert_snapshot!(export(&graph.graph).await);
}
