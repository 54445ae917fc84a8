//! Data and results that went wrong (F).

use crate::cli::Sandbox;

fn loaded(schema: &str, lines: &str) -> (Sandbox, omnigraph_tests::binary::Said) {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", schema);
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    sandbox.write("data.jsonl", lines);
    let said = sandbox.run(&["load", "--store", "st", "--data", "data.jsonl"]);
    (sandbox, said)
}

#[test]
fn f6_faults_behind_a_key_that_is_given_twice_are_told() {
    let schema = "node A { k: String @key u: I32? @unique n: I32? @range(n, 0..9) }\nedge E: A -> A @card(0..1)\n";
    let lines = r#"{"type":"A","data":{"k":"x","u":1}}
{"type":"A","data":{"k":"x"}}
{"type":"A","data":{"k":"y","u":1}}
{"edge":"E","from":"x","to":"gone"}
{"edge":"E","from":"y","to":"x"}
{"edge":"E","from":"y","to":"x"}
"#;
    let (_, said) = loaded(schema, lines);
    let wanted = "error: line 2: A `x` occurs twice in the input, first in line 1
line 3: A `x` and `y` have the same (u): 1, but @unique forbids it
line 4: E: there is no A `gone`, its `to`
line 6: A `y` would have 2 E, but @card allows 0..1
";
    assert_eq!((said.code, said.err.as_str()), (3, wanted));
}

#[test]
fn f15_a_negative_zero_is_an_integer() {
    let schema = "node A { k: String @key i: I32 u: U64? d: Date? l: [I64]? f: F64? }\n";
    let lines = r#"{"type":"A","data":{"k":"x","i":-0,"u":-0,"d":-0,"l":[-0],"f":-0}}"#;
    let (sandbox, said) = loaded(schema, lines);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let wanted = r#"{"type":"A","data":{"id":"x","d":"1970-01-01","f":0.0,"i":0,"k":"x","l":[0],"u":0}}"#;
    assert_eq!(sandbox.ok(&["export", "--store", "st"]).trim_end(), wanted);
}
