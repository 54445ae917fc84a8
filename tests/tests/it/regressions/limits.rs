//! Limits of memory and time (L).

use std::fmt::Write as _;

use crate::cli::Sandbox;

#[test]
fn l1_the_first_of_more_rows_than_fit_into_memory_are_sorted_on_disk() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node B { name: String @key bio: String }\n");
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    let mut lines = String::new();
    for n in 0..60_000_u32 {
        // In no order.
        let bio = format!("{:0>10}{}", n.wrapping_mul(2_654_435_761), "b".repeat(200));
        let _ = writeln!(lines, r#"{{"type":"B","data":{{"name":"n{n:05}","bio":"{bio}"}}}}"#);
    }
    sandbox.write("data.jsonl", &lines);
    sandbox.ok(&["load", "--store", "st", "--data", "data.jsonl"]);
    let query = |limit: &str, memory: &str| {
        let text =
            format!("query q() {{ match {{ $b: B }} return {{ $b.name }} order {{ $b.bio, $b.name }} {limit} }}");
        sandbox.run(&[
            "query", "--store", "st", "--format", "csv", "--memory", memory, "-e", &text,
        ])
    };
    let all = query("", "1GiB");
    assert_eq!(all.code, 0, "{}", all.err);
    let first = query("limit 50000", "16MiB");
    assert_eq!((first.code, first.err.as_str()), (0, ""));
    let wanted: Vec<&str> = all.out.lines().take(50_001).collect();
    assert!(first.out.lines().eq(wanted), "not the first rows");
}

#[test]
fn l1_a_message_about_memory_names_what_was_given() {
    let sandbox = Sandbox::new();
    sandbox.write("schema.pg", "node B { name: String @key tags: [String]? }\n");
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    let mut lines = String::new();
    for n in 0..20_000 {
        let _ = writeln!(lines, r#"{{"type":"B","data":{{"name":"n{n}","tags":["{n:0>200}"]}}}}"#);
    }
    sandbox.write("data.jsonl", &lines);
    sandbox.ok(&["load", "--store", "st", "--data", "data.jsonl"]);
    let joined = "query q() { match { $a: B $b: B $a.name = $b.name } return { $a.name, $b.tags } }";
    let said = sandbox.run(&[
        "query", "--store", "st", "--memory", "1MiB", "--format", "json", "-e", joined,
    ]);
    let wanted = "error: memory of a query in bytes is limited to 1048576, this request needs more\n";
    assert_eq!((said.code, said.err.as_str()), (3, wanted));
}
