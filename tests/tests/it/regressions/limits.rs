//! Limits of memory and time (L).

use std::collections::BTreeSet;
use std::fmt::Write as _;

use regex::Regex;

use crate::cli::Sandbox;
#[cfg(target_os = "linux")]
use crate::cli::terminal::OnTerminal;

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

#[test]
fn l2_large_diagrams_are_drawn_part_by_part_or_refused() {
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
    let svg = sandbox.ok(&["schema", "diagram", "many.pg"]);
    // In rows and columns, where the layout library puts all that it gets at once below each other.
    let place = Regex::new(r#"<g class="shape[^>]*>\s*<rect x="([0-9.]+)" y="([0-9.]+)""#).expect("a pattern");
    let places: BTreeSet<(&str, &str)> = place
        .captures_iter(&svg)
        .map(|found| found.extract())
        .map(|(_, [x, y])| (x, y))
        .collect();
    let (columns, rows): (BTreeSet<&str>, BTreeSet<&str>) = places.iter().copied().unzip();
    assert_eq!(places.len(), 3000);
    assert!(
        columns.len() < 300 && rows.len() < 300,
        "{} columns, {} rows",
        columns.len(),
        rows.len()
    );
    let refused = sandbox.run(&["schema", "diagram", "all.pg"]);
    assert_eq!(refused.code, 3);
    assert_eq!(
        refused.err,
        "error: 3001 types are connected with each other; a picture can hold 500 of them\nhelp: `--format mermaid` writes \
         a schema of any size as text\n"
    );
    sandbox.ok(&["schema", "diagram", "all.pg", "--format", "mermaid"]);
}

#[test]
fn l3_a_long_join_is_announced_and_estimated() {
    let sandbox = Sandbox::with_ring(300);
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

#[test]
#[cfg(target_os = "linux")]
fn l3_a_long_join_says_that_it_runs() {
    // More than a minute's work, of which nothing is waited for.
    let sandbox = Sandbox::with_ring(2_900);
    let join = "query j() { match { $a: N $b: N $c: N $a.k < $b.k $b.k < $c.k } return { count($a) as n } }";
    let mut running = OnTerminal::start(sandbox.path(), &["query", "--store", "st", "-e", join]);
    let seen = running.until(|screen| !screen.is_empty());
    let line = Regex::new(r"^running \S [0-9]+s$").expect("a pattern");
    assert!(line.is_match(&seen), "{seen:?}");
    // It moves, and goes.
    let moved = running.until(|screen| screen != seen);
    assert!(line.is_match(&moved), "{moved:?}");
    assert_eq!(running.interrupt(), (130, "error: interrupted".to_owned()));
}
