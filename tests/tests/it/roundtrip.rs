//! An export, loaded into an empty graph of the same schema, exports as the same bytes.

use omnigraph_tests::reference::Mode;
use omnigraph_tests::store::Store;
use serde_json::{Map, json};

/// A property of every type that a line can hold.
const EVERYTHING: &str = r#"
node Thing {
    key: String @key
    flag: Bool?
    small: I32?
    large: I64?
    count: U32?
    total: U64?
    single: F32?
    double: F64?
    day: Date?
    instant: DateTime?
    text: String?
    mood: enum(calm, loud)?
    scan: Blob?
    vec: Vector(3)?
    flags: [Bool]?
    smalls: [I32]?
    larges: [I64]?
    counts: [U32]?
    totals: [U64]?
    singles: [F32]?
    doubles: [F64]?
    days: [Date]?
    instants: [DateTime]?
    texts: [String]?
    moods: [String]?
}

node Loose {
    name: String
}

node Pair {
    left: I64
    right: DateTime
    share: F64
    @key(left, right, share)
}

edge Holds: Thing -> Thing {
    single: F32?
    instant: DateTime?
    note: String?
    scan: Blob?
}

edge Near: Loose -> Pair
"#;

fn everything() -> String {
    let lines = [
        json!({"type": "Thing", "data": {
            "key": "all", "flag": true, "small": i32::MIN, "large": i64::MIN, "count": u32::MAX, "total": u64::MAX,
            "single": 3.4028235e38, "double": f64::MAX, "day": "0001-01-01", "instant": "2024-02-29T23:59:59.999Z",
            "text": "tab\t quote\" back\\slash\nline \u{1}", "mood": "loud", "scan": "base64:AAECA/8=",
            "vec": [1e-45, -0.0, 3.4028235e38], "flags": [true, false], "smalls": [i32::MAX, -1],
            "larges": [i64::MAX, 9_007_199_254_740_993_i64], "counts": [0, u32::MAX], "totals": [u64::MAX, 0],
            "singles": [0.1, 1.17549435e-38], "doubles": [5e-324, -1.7976931348623157e308, 0.1],
            "days": ["1970-01-01", "9999-12-31"], "instants": ["1969-12-31T23:59:59.999Z"],
            "texts": ["", "ä", "𐍈"], "moods": []
        }}),
        json!({"type": "Thing", "data": {"key": ""}}),
        json!({"type": "Thing", "data": {"key": "ключ 鍵 🗝 e\u{301} é", "single": -0.0, "double": -0.0, "scan": "base64:"}}),
        json!({"type": "Thing", "data": {"key": "small", "single": 0.1, "double": 0.30000000000000004,
            "small": i32::MAX, "large": i64::MAX, "day": 0, "instant": -1, "texts": []}}),
        json!({"type": "Loose", "data": {"name": "no key, no id"}}),
        json!({"type": "Loose", "data": {"id": "given", "name": "an id"}}),
        json!({"type": "Pair", "data": {"left": -5, "right": "2024-01-01T00:00:00+05:30", "share": 0.5}}),
        json!({"edge": "Holds", "from": "all", "to": "all", "data": {"id": "h1", "single": -0.0, "note": "😀"}}),
        json!({"edge": "Holds", "from": "all", "to": "", "data": {"single": 16777216.0, "instant": 0}}),
        json!({"edge": "Holds", "from": "", "to": "ключ 鍵 🗝 e\u{301} é", "data": {"scan": "base64:/w=="}}),
        json!({"edge": "Near", "from": "given", "to": "[\"-5\",\"1704047400000\",\"0.5\"]"}),
    ];
    lines.map(|line| line.to_string()).join("\n")
}

/// Loads, exports, loads that, exports again; the first export.
fn round(schema: &str, data: &str, change: impl FnOnce(&Store)) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Store::create(&folder.path().join("first"), schema);
    first.load(data, Mode::Append).expect("the data load");
    change(&first);
    let export = first.export();
    for (name, mode) in [
        ("append", Mode::Append),
        ("merge", Mode::Merge),
        ("overwrite", Mode::Overwrite),
    ] {
        let second = Store::create(&folder.path().join(name), schema);
        second.load(&export, mode).expect("an export loads");
        let again = second.export();
        if let Some((mine, theirs)) = export.lines().zip(again.lines()).find(|(mine, theirs)| mine != theirs) {
            panic!("{name}: a line differs\n{mine}\n{theirs}");
        }
        assert_eq!(export.len(), again.len(), "{name}: lines are missing");
    }
    // Loading it over itself changes nothing either.
    first
        .load(&export, Mode::Overwrite)
        .expect("an export loads over what it came from");
    assert_eq!(export, first.export(), "overwritten by its own export");
    export
}

fn example(name: &str, file: &str) -> String {
    std::fs::read_to_string(super::examples::folder(name).join(file)).expect("a file of an example")
}

#[test]
fn the_examples_go_round() {
    for (name, lines) in [("flights", 15_543), ("movies", 11_699)] {
        let export = round(&example(name, "schema.pg"), &example(name, "data.jsonl"), |_| {});
        assert_eq!(export.lines().count(), lines, "{name}");
    }
}

#[test]
fn the_lab_goes_round_after_mutations() {
    let schema = include_str!("../../../compiler/src/rules/lab.pg");
    let data = include_str!("../../semantics/lab.jsonl");
    let export = round(schema, data, |store| {
        let mutations = [
            r#"query m() { insert Person { handle: "fay", name: "Fay", role: "guest", tags: ["a", "b"] }
                insert Follows { from: "fay", to: "ada" } insert Doc { slug: "d4", title: "New", vec: [0.1, 0.2] } }"#,
            r#"query m() { update Doc set { scan: "base64:AAEC", title: "Vectors" } where slug = "d3" }"#,
            r#"query m() { delete Person where handle = "di" }"#,
            r#"query m() { update Person set { score: 0.1 } where role != "guest" }"#,
        ];
        for mutation in mutations {
            store.run(mutation, &Map::new(), 0).expect("a mutation of the Lab");
        }
    });
    assert_eq!(
        export.lines().filter(|line| line.contains("\"type\"")).count(),
        9,
        "{export}"
    );
    assert!(export.contains("base64:AAEC"), "{export}");
}

#[test]
fn every_type_and_extreme_goes_round() {
    let export = round(EVERYTHING, &everything(), |_| {});
    assert_eq!(export.lines().count(), 11);
    for text in [
        "18446744073709551615",
        "-9223372036854775808",
        "base64:AAECA/8=",
        "🗝",
        "5e-324",
        "\"\"",
    ] {
        assert!(export.contains(text), "{text} is not in\n{export}");
    }
    let after = round(EVERYTHING, &everything(), |store| {
        let query = "query m($d: F64, $b: Blob) { update Thing set { double: $d, scan: $b } where key != \"all\" }";
        let params = json!({"d": 1e-310, "b": "base64:AQ=="});
        store
            .run(query, params.as_object().expect("an object"), 0)
            .expect("a mutation");
    });
    assert_eq!(after.matches("1e-310").count(), 3, "{after}");
}

#[test]
fn an_empty_graph_goes_round() {
    assert_eq!(round(EVERYTHING, "", |_| {}), "");
}
