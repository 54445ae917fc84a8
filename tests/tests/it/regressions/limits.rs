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

/// A graph of a ring of nodes with texts.
fn ring(nodes: usize) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write(
        "schema.pg",
        "node N { k: I64 @key t: String? @index }\nedge E: N -> N\n",
    );
    let mut rows = String::new();
    for k in 0..nodes {
        let _ = writeln!(
            rows,
            "{{\"type\":\"N\",\"data\":{{\"k\":{k},\"t\":\"word{k} graph\"}}}}"
        );
    }
    for k in 0..nodes {
        let _ = writeln!(
            rows,
            "{{\"edge\":\"E\",\"from\":\"{k}\",\"to\":\"{}\"}}",
            (k + 1) % nodes
        );
    }
    sandbox.write("rows.jsonl", &rows);
    sandbox.ok(&["init", "--schema", "schema.pg", "st"]);
    sandbox.ok(&["load", "--store", "st", "--data", "rows.jsonl"]);
    sandbox
}

/// The bounds are generous: the work took ten times as long.
#[test]
fn l2_long_texts_and_patterns_take_linear_time() {
    let sandbox = ring(50);
    let words: Vec<String> = (0..100_000).map(|n| format!("word{n}")).collect();
    sandbox.write("params.json", &serde_json::json!({"q": words.join(" ")}).to_string());
    sandbox.write(
        "search.gq",
        "query s($q: String) { match { $n: N search($n.t, $q) } return { count($n) as n } }\n",
    );
    let ask = |arguments: &[&str]| {
        let started = std::time::Instant::now();
        let out = sandbox.ok(&[&["query", "--store", "st", "--format", "csv"], arguments].concat());
        (out, started.elapsed().as_secs())
    };
    let (out, seconds) = ask(&["--query", "search.gq", "--params-file", "params.json"]);
    assert_eq!(out, "n\n50\n");
    assert!(seconds < 10, "a search took {seconds} s");
    let steps: Vec<String> = (0..998).map(|n| format!("$n{n} e $n{}", n + 1)).collect();
    let chain = format!(
        "query c() {{ match {{ $n0.k = 7 {} }} return {{ $n998.k }} }}\n",
        steps.join(" ")
    );
    sandbox.write("chain.gq", &chain);
    let (out, seconds) = ask(&["--query", "chain.gq"]);
    assert_eq!(out, format!("n998.k\n{}\n", (7 + 998) % 50));
    assert!(seconds < 10, "a chain took {seconds} s");
}

#[test]
fn l2_large_diagrams_take_linear_time_or_are_refused() {
    let sandbox = Sandbox::new();
    let interfaces = |count: usize| {
        (0..count)
            .map(|n| format!("interface I{n} {{ p{n}: String }}\n"))
            .collect::<String>()
    };
    sandbox.write("many.pg", &interfaces(3000));
    let names: Vec<String> = (0..3000).map(|n| format!("I{n}")).collect();
    let all = format!(
        "{}node A implements {} {{ k: String @key }}\n",
        interfaces(3000),
        names.join(", ")
    );
    sandbox.write("all.pg", &all);
    let started = std::time::Instant::now();
    let svg = sandbox.ok(&["schema", "diagram", "many.pg"]);
    assert_eq!(svg.matches("<g class=\"shape").count(), 3000);
    let refused = sandbox.run(&["schema", "diagram", "all.pg"]);
    assert_eq!(refused.code, 3);
    assert_eq!(
        refused.err,
        "error: 3001 types are connected with each other; a picture can hold 500 of them\nhelp: `--format mermaid` writes \
         a schema of any size as text\n"
    );
    sandbox.ok(&["schema", "diagram", "all.pg", "--format", "mermaid"]);
    let seconds = started.elapsed().as_secs();
    assert!(seconds < 10, "diagrams took {seconds} s");
}

#[test]
fn l3_a_long_join_is_announced_and_estimated() {
    let sandbox = ring(300);
    let join = "query j() { match { $a: N $b: N $c: N $a.k < $b.k $b.k < $c.k } return { count($a) as n } }";
    sandbox.write("join.gq", join);
    let lint = sandbox.run(&["lint", "join.gq", "--schema", "schema.pg", "--format", "concise"]);
    assert_eq!(
        lint.out,
        "join.gq:1:27: warning[L401] only a comparison connects `$b` with `$a`: it is made for every combination\n"
    );
    let explained = sandbox.ok(&["query", "--store", "st", "--query", "join.gq", "--explain"]);
    assert!(
        explained.contains("product                          ~8100000 rows"),
        "{explained}"
    );
}
