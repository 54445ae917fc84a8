//! What `lint` keeps between runs, and what only a graph tells: baselines, published queries, numbers of rows.

use omnigraph_tests::binary;

use super::{Sandbox, UNORDERED, repository};

#[test]
fn a_baseline_holds_old_findings_wherever_lint_is_run() {
    let sandbox = repository();
    sandbox.write("queries/some.gq", UNORDERED);
    sandbox.write(
        "omnigraph.toml",
        "schema = 'schema.pg'\n[lint]\nbaseline = 'old.json'\nfail-on = 'warning'\n",
    );
    assert_eq!(sandbox.run(&["lint"]).code, 2, "the file is not there");
    sandbox.ok(&["lint", "--write-baseline"]);
    sandbox.ok(&["lint"]);
    sandbox.write("queries/some.gq", &format!("// Moved.\n\n{UNORDERED}"));
    sandbox.ok(&["lint"]);
    binary::ok(&sandbox.path().join("queries"), &["lint"]);
    sandbox.write(
        "queries/more.gq",
        &UNORDERED
            .replace("some", "more")
            .replace("$p", "$q")
            .replace("name", "age"),
    );
    let said = sandbox.run(&["lint", "--format", "concise"]);
    assert_eq!((said.code, said.out.lines().count()), (1, 1), "{}", said.out);
}

const PUBLISHED: &str = "query one($handle: String, $since: I32?) {\n    match {\n        $p: Person { handle: $handle }\n        $p.age > $since\n    }\n    return { $p.name as name, $p.age as age }\n    order { name }\n}\n\nquery gone() {\n    match { $p: Person }\n    return { $p.age, $p.name }\n    order { $p.age }\n}\n\nquery drop($handle: String) {\n    delete Person where handle = $handle\n}\n";

#[test]
fn what_breaks_the_callers_of_published_queries() {
    let sandbox = repository();
    let settings = "schema = 'schema.pg'\n[lint]\npublished = 'published.json'\nrules.L405 = 'off'\nrules.L205 = 'off'\nrules.L308 = 'off'\n";
    sandbox.write("omnigraph.toml", settings);
    sandbox.write("queries/public.gq", PUBLISHED);
    let concise = |arguments: &[&str]| sandbox.run(&[&["lint", "--format", "concise"], arguments].concat());
    let said = concise(&[]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(
        said.err.contains("cannot read published.json: no such file or folder"),
        "{said:?}"
    );
    assert!(
        said.err.contains("`omnigraph lint --write-published` writes it"),
        "{said:?}"
    );

    let said = sandbox.run(&["lint", "--write-published"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (0, "6 queries written to published.json\n")
    );
    let read = |file: &str| std::fs::read_to_string(sandbox.path().join(file)).expect("a file");
    let published = read("published.json");
    insta::assert_snapshot!("published", published);
    assert_eq!(concise(&[]).out, "");

    // What is only added breaks nobody.
    let more = PUBLISHED
        .replace("$since: I32?", "$since: I32?, $now: Date?")
        .replace("as age }", "as age, $p.handle }");
    sandbox.write(
        "queries/public.gq",
        &more.replace("order { name }", "order { name, $p.handle }").replace(
            "    }\n    return { $p.name",
            "        $p.age != 7\n    }\n    return { $p.name",
        ),
    );
    let left: Vec<String> = concise(&[])
        .out
        .lines()
        .filter(|line| line.contains("L706"))
        .map(str::to_owned)
        .collect();
    assert_eq!(left, Vec::<String>::new());

    let broken = "query one($name: String, $since: I64) {\n    match {\n        $p: Person { name: $name }\n        $p.age > $since\n    }\n    return { count($p) as name }\n}\n\nquery drop($handle: String) {\n    match { $p: Person { handle: $handle } }\n    return { $p.name }\n}\n";
    sandbox.write("queries/public.gq", broken);
    sandbox.write(
        "schema.pg",
        &super::SCHEMA.replace(
            "edge Follows: Person -> Person\n",
            "edge Follows: Person -> Person\nedge Likes: Person -> Person\n",
        ),
    );
    let said = concise(&[]);
    let left: Vec<&str> = said.out.lines().filter(|line| line.contains("L706")).collect();
    insta::assert_snapshot!("breaking_changes", left.join("\n"));

    // A run on single files does not ask which others there are.
    let said = concise(&["queries/people.gq"]);
    assert_eq!((said.code, said.out.as_str()), (0, ""));

    // A query with errors has no shape to publish, and leaves the file as it was.
    sandbox.write(
        "queries/public.gq",
        "query one() { match { $p: Persn } return { $p.name } }\n",
    );
    let said = sandbox.run(&["lint", "--write-published"]);
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.err.contains("T1"), "{said:?}");
    assert_eq!(read("published.json"), published);

    sandbox.write("published.json", "{}");
    let said = concise(&[]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(
        said.err
            .starts_with("error: published.json does not hold published queries: missing field"),
        "{said:?}"
    );
    sandbox.write("omnigraph.toml", "schema = 'schema.pg'\n");
    let said = sandbox.run(&["lint", "--write-published"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(
        said.err.contains("no file for the published queries is named"),
        "{said:?}"
    );
}

/// A graph tells how many rows would be read.
#[test]
fn filters_without_an_index_in_a_large_graph() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "schema.pg",
        "node Item {\n    code: String @key\n    color: String\n    size: I32 @index\n}\n",
    );
    sandbox.write("q.gq", "query by_color($color: String) {\n    match { $i: Item { color: $color } }\n    return { $i.code }\n}\n\nquery by_both($color: String, $size: I32) {\n    match {\n        $i: Item { color: $color }\n        $i.size = $size\n    }\n    return { $i.code }\n}\n\nquery by_code($code: String) {\n    match { $i: Item { code: $code, color: \"red\" } }\n    return { $i.size }\n}\n\nmutation_free_name()\n");
    let queries = std::fs::read_to_string(sandbox.path().join("q.gq"))
        .expect("a file")
        .replace("\nmutation_free_name()\n", "");
    sandbox.write("q.gq", &queries);
    sandbox.ok(&["init", "--schema", "schema.pg", "few"]);
    assert_eq!(
        sandbox.ok(&["lint", "q.gq", "--store", "few", "--format", "concise"]),
        ""
    );
    let line = |n: u32| {
        format!("{{\"type\": \"Item\", \"data\": {{\"code\": \"{n}\", \"color\": \"red\", \"size\": {n}}}}}\n")
    };
    sandbox.write("items.jsonl", &(0..100_000).map(line).collect::<String>());
    sandbox.ok(&["init", "--schema", "schema.pg", "many"]);
    sandbox.ok(&["load", "--store", "many", "--data", "items.jsonl"]);
    assert_eq!(
        sandbox.ok(&["lint", "q.gq", "--store", "many", "--format", "concise"]),
        "q.gq:2:24: info[L406] `Item.color` has no index: 100,000 rows are read to find a few (mark `color` with `@index` in the schema)\n"
    );
    // Without a graph nothing is known of it.
    assert_eq!(sandbox.ok(&["lint", "--format", "concise"]), "");
}
