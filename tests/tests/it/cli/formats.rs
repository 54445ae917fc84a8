//! Every result format with every type of value, and an export of them.

use std::io::Cursor;

use arrow_array::cast::AsArray;
use arrow_array::types::Int64Type;
use arrow_array::{Array, RecordBatch};
use arrow_ipc::reader::StreamReader;
use omnigraph_engine::result;
use omnigraph_tests::binary;
use serde_json::{Value, json};

use super::Sandbox;

const SCHEMA: &str = "
node City {
    name: String @key
    flag: Bool?
    small: I32?
    large: I64?
    natural: U32?
    huge: U64?
    single: F32?
    double: F64?
    founded: Date?
    seen: DateTime?
    place: Vector(3)?
    kind: enum(market, port)?
    tags: [String]?
    days: [Date]?
    photo: Blob?
}
";

const DATA: &str = concat!(
    r#"{"type":"City","data":{"id":"Basel","name":"Basel"}}"#,
    "\n",
    r#"{"type":"City","data":{"id":"Bern","days":["2024-01-01"],"double":1e+300,"flag":true,"founded":"1191-01-01","huge":18446744073709551615,"kind":"market","large":-9223372036854775808,"name":"Bern","natural":4294967295,"photo":"base64:AAEC","place":[1.0,2.0,3.0],"seen":"2024-06-01T12:30:00.000Z","single":0.1,"small":134591,"tags":["x","y,\"z\""]}}"#,
    "\n"
);

const QUERY: &str = "query q() {
    match { $c: City }
    return {
        $c.name, $c.flag, $c.small, $c.large, $c.natural, $c.huge, $c.single, $c.double,
        $c.founded, $c.seen, $c.place, $c.kind, $c.tags, $c.days
    }
    order { $c.name }
}";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", SCHEMA);
    sandbox.write("data.jsonl", DATA);
    sandbox.ok(&["init", "--schema", "schema.pg", "cities"]);
    sandbox.ok(&["load", "--store", "cities", "--data", "data.jsonl"]);
    sandbox
}

fn bern() -> Value {
    json!([
        "Bern",
        true,
        134591,
        i64::MIN,
        u32::MAX,
        u64::MAX,
        f64::from(0.1f32),
        1e300,
        "1191-01-01",
        "2024-06-01T12:30:00.000Z",
        [1.0, 2.0, 3.0],
        "market",
        ["x", "y,\"z\""],
        ["2024-01-01"]
    ])
}

fn values(row: &Value) -> Value {
    Value::Array(row.as_object().expect("a row").values().cloned().collect())
}

fn arrow(sandbox: &Sandbox, query: &str) -> Vec<RecordBatch> {
    let output = binary::command(sandbox.path())
        .args(["query", "--store", "cities", "--format", "arrow", "-e", query])
        .output()
        .expect("the binary starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let reader = StreamReader::try_new(Cursor::new(output.stdout), None).expect("a stream");
    reader.collect::<Result<_, _>>().expect("batches")
}

#[test]
fn values_of_every_type_are_printed_in_every_format() {
    let sandbox = sandbox();
    let print = |format: &str| sandbox.ok(&["query", "--store", "cities", "--format", format, "-e", QUERY]);
    let nothing = json!([
        "Basel", null, null, null, null, null, null, null, null, null, null, null, null, null
    ]);

    let document: Value = serde_json::from_str(&print("json")).expect("one document");
    let rows: Vec<Value> = document["rows"].as_array().expect("rows").iter().map(values).collect();
    assert_eq!(rows, [nothing.clone(), bern()]);

    let lines = print("jsonl");
    let rows: Vec<Value> = lines
        .lines()
        .skip(1)
        .map(|line| values(&serde_json::from_str(line).expect("a row")))
        .collect();
    assert_eq!(rows, [nothing.clone(), bern()]);

    let mut rows = Vec::new();
    for batch in arrow(&sandbox, QUERY) {
        rows.extend(
            result::json_rows(&batch)
                .expect("rows")
                .into_iter()
                .map(|row| values(&Value::Object(row))),
        );
    }
    assert_eq!(rows, [nothing, bern()]);

    insta::assert_snapshot!(print("csv"), @r#"
    c.name,c.flag,c.small,c.large,c.natural,c.huge,c.single,c.double,c.founded,c.seen,c.place,c.kind,c.tags,c.days
    Basel,null,null,null,null,null,null,null,null,null,null,null,null,null
    Bern,true,134591,-9223372036854775808,4294967295,18446744073709551615,0.10000000149011612,1e+300,1191-01-01,2024-06-01T12:30:00.000Z,"[1.0,2.0,3.0]",market,"[""x"",""y,\""z\""""]","[""2024-01-01""]"
    "#);
    insta::assert_snapshot!(print("kv"), @r#"
    2 rows from branch main via q
    row 1
    c.name: Basel
    c.flag: null
    c.small: null
    c.large: null
    c.natural: null
    c.huge: null
    c.single: null
    c.double: null
    c.founded: null
    c.seen: null
    c.place: null
    c.kind: null
    c.tags: null
    c.days: null

    row 2
    c.name: Bern
    c.flag: true
    c.small: 134591
    c.large: -9223372036854775808
    c.natural: 4294967295
    c.huge: 18446744073709551615
    c.single: 0.10000000149011612
    c.double: 1e+300
    c.founded: 1191-01-01
    c.seen: 2024-06-01T12:30:00.000Z
    c.place: [1.0,2.0,3.0]
    c.kind: market
    c.tags: ["x","y,\"z\""]
    c.days: ["2024-01-01"]
    "#);
    insta::assert_snapshot!(print("table"), @r#"
    2 rows from branch main via q
    c.name | c.flag | c.small | c.large              | c.natural  | c.huge               | c.single            | c.double | c.founded  | c.seen                   | c.place       | c.kind | c.tags          | c.days
    -------+--------+---------+----------------------+------------+----------------------+---------------------+----------+------------+--------------------------+---------------+--------+-----------------+---------------
    Basel  | null   |    null |                 null |       null |                 null |                null |     null | null       | null                     | null          | null   | null            | null
    Bern   | true   |  134591 | -9223372036854775808 | 4294967295 | 18446744073709551615 | 0.10000000149011612 |   1e+300 | 1191-01-01 | 2024-06-01T12:30:00.000Z | [1.0,2.0,3.0] | market | ["x","y,\"z\""] | ["2024-01-01"]
    "#);
    assert_eq!(sandbox.ok(&["export", "--store", "cities"]), DATA);
}

#[test]
fn a_stream_of_arrow_holds_whole_nodes_and_many_batches() {
    let sandbox = sandbox();
    let whole = arrow(
        &sandbox,
        "query q() { match { $c: City { name: \"Bern\" } } return { $c } }",
    );
    let rows: Vec<Value> = whole
        .iter()
        .flat_map(|batch| result::json_rows(batch).expect("rows"))
        .map(|row| row["c"].clone())
        .collect();
    let [city] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(
        (&city["id"], &city["tags"], city.get("photo")),
        (&json!("Bern"), &json!(["x", "y,\"z\""]), None)
    );

    let lines =
        (0..20_000).map(|n| json!({"type": "City", "data": {"name": format!("n{n:05}"), "large": n}}).to_string());
    sandbox.write("more.jsonl", &lines.collect::<Vec<_>>().join("\n"));
    sandbox.ok(&["load", "--store", "cities", "--data", "more.jsonl"]);
    let query = "query q() { match { $c: City $c.large >= 0 } return { $c.name, $c.large } order { $c.large } }";
    let batches = arrow(&sandbox, query);
    assert!(batches.len() > 1);
    let numbers = batches
        .iter()
        .flat_map(|batch| batch.column(1).as_primitive::<Int64Type>().values().to_vec());
    assert!(numbers.eq(0..20_000));
    assert!(batches.iter().all(|batch| batch.column(0).null_count() == 0));
}

#[test]
fn a_query_beyond_its_memory_is_refused_and_prints_no_rows() {
    let sandbox = sandbox();
    let line = |n: usize| {
        json!({"type": "City", "data": {"name": format!("n{n}"), "tags": [format!("{n:0>200}")]}}).to_string()
    };
    sandbox.write("more.jsonl", &(0..20_000).map(line).collect::<Vec<_>>().join("\n"));
    sandbox.ok(&["load", "--store", "cities", "--data", "more.jsonl", "--memory", "1MiB"]);
    let joined = "query q() { match { $a: City $b: City $a.name = $b.name } return { $a.name, $b.tags } }";
    let said = binary::run(
        sandbox.path(),
        &[
            "query", "--store", "cities", "--memory", "1MiB", "--format", "json", "-e", joined,
        ],
    );
    let document: serde_json::Value = serde_json::from_str(&said.out).expect("one document");
    assert_eq!(said.code, 3, "{}", said.err);
    assert_eq!(document["class"], "ResourceLimitExceeded");
    assert_eq!(document.get("rows"), None);
    assert!(
        said.err
            .contains("memory of a query in bytes is limited to 1048576, this request needs more"),
        "{}",
        said.err
    );
    let counted = "query q() { match { $a: City $b: City $a.name = $b.name } return { count($a) as n } }";
    let found = sandbox.ok(&["query", "--store", "cities", "--format", "csv", "-e", counted]);
    assert_eq!(found, "n\n20002\n");
}

#[test]
fn a_plan_tells_what_is_expected_and_what_came() {
    let sandbox = sandbox();
    let text =
        "query q() { match { $c: City $c.small > 3 } return { $c.kind, count($c) as n } order { n desc } limit 3 }";
    insta::assert_snapshot!(sandbox.ok(&["query", "--store", "cities", "--explain", "-e", text]));
    let analyzed = sandbox.ok(&[
        "query",
        "--store",
        "cities",
        "--analyze",
        "--format",
        "json",
        "-e",
        text,
    ]);
    let plan: Value = serde_json::from_str(&analyzed).expect("one document");
    let mut operator = &plan["plan"];
    let mut found = Vec::new();
    while operator.is_object() {
        assert!(operator["time_ms"].is_number(), "{operator}");
        found.push((
            operator["operator"].as_str().unwrap_or_default(),
            operator["rows"].as_u64().unwrap_or_default(),
        ));
        operator = &operator["inputs"][0];
    }
    let expected = [
        ("return", 1),
        ("sort", 1),
        ("aggregate", 1),
        ("fetch", 1),
        ("filter", 1),
        ("fetch", 2),
        ("scan", 2),
    ];
    assert_eq!(found, expected);
}
