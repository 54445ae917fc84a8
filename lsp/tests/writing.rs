//! Everything that changes text, before and after, over stdio.

mod common;

use std::collections::BTreeMap;

use common::{Client, cursor, edited};
use serde_json::{Value, json};

const SCHEMA: &str = "\
interface Named {
    name: String
}
node Person implements Named { age: I32? }
node Doc implements Named { slug: String @key }
edge Follows: Person -> Person
edge Wrote: Person -> Doc
";

const QUERIES: &str = "\
query people($n: String) {
    match {
        $p: Person { name: $n }
        $p follows $q
        not { $q wrote $d }
    }
    return { $p.name as who, $q.age }
    order { who }
}
";

fn client(queries: &str) -> Client {
    Client::new(&[("schema.pg", SCHEMA), ("q.gq", queries)])
}

/// Texts of the files after a workspace edit, those that it changes.
fn after(client: &Client, edit: &Value, texts: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for (name, text) in texts {
        if let Some(edits) = edit["changes"].get(client.uri(name)) {
            out.insert((*name).to_owned(), edited(text, edits));
        }
    }
    out
}

fn rename(file: &str, marked: &str, new: &str) -> Result<BTreeMap<String, String>, String> {
    let mut client = client(QUERIES);
    let (text, position) = cursor(marked);
    client.open(file, &text);
    let params = json!({ "textDocument": { "uri": client.uri(file) }, "position": position, "newName": new });
    let edit = client.try_request("textDocument/rename", params);
    let edit = edit.map_err(|error| error["message"].as_str().unwrap_or("").to_owned())?;
    let texts = [("schema.pg", SCHEMA), ("q.gq", QUERIES)];
    Ok(after(&client, &edit, &texts))
}

/// An edge that is called like an operator is one wherever it stands between two variables.
#[test]
fn an_edge_called_like_an_operator_is_renamed_where_it_is_followed() {
    let schema = "node Person { name: String @key tags: [String]? }\nedge In: Person -> Person\n";
    let queries =
        "query q() {\n    match { $p: Person  $p in $q  $q $e:in $r  $r.name in $p.tags }\n    return { $r.name }\n}\n";
    let mut client = Client::new(&[("schema.pg", schema), ("q.gq", queries)]);
    let (text, position) = cursor(&mark(schema, "edge I"));
    client.open("schema.pg", &text);
    let params = json!({ "textDocument": { "uri": client.uri("schema.pg") }, "position": position, "newName": "Near" });
    let edit = client
        .try_request("textDocument/rename", params)
        .expect("it can be renamed");
    let renamed = after(&client, &edit, &[("schema.pg", schema), ("q.gq", queries)]);
    assert_eq!(renamed["schema.pg"], schema.replace("In:", "Near:"));
    assert_eq!(
        renamed["q.gq"],
        queries.replace("$p in $q", "$p near $q").replace("$e:in", "$e:near")
    );
}

fn mark(text: &str, words: &str) -> String {
    let at = text.find(words).unwrap_or_else(|| panic!("no `{words}`")) + words.len();
    format!("{}$0{}", &text[..at], &text[at..])
}

#[test]
fn a_rename_reaches_every_place() {
    let renamed = rename("q.gq", &mark(QUERIES, "return { $p.na"), "full_name").expect("it can be renamed");
    assert_eq!(renamed["schema.pg"], SCHEMA.replace("name:", "full_name:"));
    assert_eq!(
        renamed["q.gq"],
        QUERIES
            .replace("name: $n", "full_name: $n")
            .replace("$p.name", "$p.full_name")
    );
    let renamed = rename("schema.pg", &mark(SCHEMA, "edge Foll"), "Knows").expect("it can be renamed");
    assert_eq!(renamed["schema.pg"], SCHEMA.replace("Follows", "Knows"));
    assert_eq!(renamed["q.gq"], QUERIES.replace("follows", "knows"));
    let renamed = rename("q.gq", &mark(QUERIES, "follows $q"), "other").expect("it can be renamed");
    assert_eq!(renamed["q.gq"], QUERIES.replace("$q", "$other"));
    let renamed = rename("q.gq", &mark(QUERIES, "order { wh"), "person").expect("it can be renamed");
    assert_eq!(renamed["q.gq"], QUERIES.replace("who", "person"));
    let renamed = rename("q.gq", &mark(QUERIES, "people($n"), "$name").expect("it can be renamed");
    assert_eq!(
        renamed["q.gq"],
        QUERIES.replace("$n:", "$name:").replace("$n ", "$name ")
    );
}

#[test]
fn a_rename_that_would_collide_is_refused() {
    for (file, words, new, wanted) in [
        ("q.gq", "follows $q", "p", "another variable"),
        ("q.gq", "follows $q", "n", "a parameter"),
        ("q.gq", "follows $q", "d", "another variable"),
        ("q.gq", "return { $p.na", "slug", "another property of `Doc`"),
        ("q.gq", "$p: Per", "Doc", "a node"),
        ("q.gq", "$p: Per", "wrote", "upper-case"),
        ("schema.pg", "edge Foll", "WROTE", "an edge"),
        ("schema.pg", "age: I3", "x", "the language"),
    ] {
        let text = if file == "q.gq" { QUERIES } else { SCHEMA };
        let error = rename(file, &mark(text, words), new).expect_err("a collision");
        assert!(error.contains(wanted), "{words} to {new}: {error}");
    }
}

/// A rename in a project of one schema and one query file: the texts after it, or why it is refused.
fn renamed(
    schema: &str,
    queries: &str,
    file: &str,
    words: &str,
    new: &str,
) -> Result<BTreeMap<String, String>, String> {
    let mut client = Client::new(&[("schema.pg", schema), ("q.gq", queries)]);
    let text = if file == "q.gq" { queries } else { schema };
    let (_, position) = cursor(&mark(text, words));
    let params = json!({ "textDocument": { "uri": client.uri(file) }, "position": position, "newName": new });
    let edit = client.try_request("textDocument/rename", params);
    let edit = edit.map_err(|error| error["message"].as_str().unwrap_or("").to_owned())?;
    Ok(after(&client, &edit, &[("schema.pg", schema), ("q.gq", queries)]))
}

#[test]
fn columns_that_a_variable_names_follow_it() {
    let queries = "query q($limit: I32) {\n    match { $name: Person }\n    return { $limit, limit as again, $name.age as age, $name.name }\n    order { limit, age }\n}\n";
    let texts = renamed(SCHEMA, queries, "q.gq", "q($lim", "most").expect("it can be renamed");
    assert_eq!(
        texts["q.gq"],
        queries
            .replace("$limit", "$most")
            .replace("limit as", "most as")
            .replace("{ limit,", "{ most,")
    );
    // From where the column is used, too, and an alias of that name stays an alias.
    let texts = renamed(SCHEMA, queries, "q.gq", "order { lim", "most").expect("it can be renamed");
    assert!(texts["q.gq"].contains("q($most: I32)"), "{texts:?}");
    let queries = "query q() {\n    match { $p: Person }\n    return { $p.name as p }\n    order { p }\n}\n";
    let texts = renamed(SCHEMA, queries, "q.gq", "match { $p", "person").expect("it can be renamed");
    assert_eq!(texts["q.gq"], queries.replace("$p", "$person"));
}

#[test]
fn a_rename_is_checked_by_its_result() {
    let queries = "query q() {\n    match { $p: Person $p follows $o }\n    return { $p, $o.name as o }\n}\n";
    for (file, words, new, wanted) in [
        ("q.gq", "match { $p", "o", "another variable"),
        ("q.gq", "return { $p", "other", ""),
        (
            "schema.pg",
            "edge Foll",
            "Not",
            "with the name `Not` there would be an error",
        ),
        ("schema.pg", "{ age", "count", ""),
        ("schema.pg", "{\n    na", "from", "reserved"),
    ] {
        let outcome = renamed(SCHEMA, queries, file, words, new);
        match (outcome, wanted) {
            (Ok(texts), "") => {
                let of = |name: &str, old: &str| texts.get(name).cloned().unwrap_or(old.to_owned());
                let (schema, queries) = (of("schema.pg", SCHEMA), of("q.gq", queries));
                let mut client = Client::new(&[("schema.pg", &schema), ("q.gq", &queries)]);
                let report = client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
                let errors = report.to_string().matches("\"severity\":1").count();
                assert_eq!(errors, 0, "{words} to {new}: {report}");
            }
            (Err(error), wanted) if !wanted.is_empty() => assert!(error.contains(wanted), "{words} to {new}: {error}"),
            (outcome, _) => panic!("{words} to {new}: {outcome:?}"),
        }
    }
    // A column of the new name is there already.
    let queries = "query q() {\n    match { $p: Person $p follows $q }\n    return { $p.name as x, $q }\n}\n";
    let error = renamed(SCHEMA, queries, "q.gq", "follows $q", "x").expect_err("two columns `x`");
    assert!(error.contains("T29"), "{error}");
}

/// A rename by the command that keeps the data: the schema after it.
fn kept(schema: &str, words: &str, new: &str) -> String {
    let mut client = Client::new(&[("schema.pg", schema)]);
    let (_, position) = cursor(&mark(schema, words));
    let arguments = json!([{ "uri": client.uri("schema.pg"), "position": position, "newName": new, "keepData": true }]);
    let command = json!({ "command": "omnigraph.rename", "arguments": arguments });
    let edit = client.request("workspace/executeCommand", command);
    after(&client, &edit, &[("schema.pg", schema)])["schema.pg"].clone()
}

#[test]
fn a_spent_hint_gives_way_to_the_next() {
    assert_eq!(
        kept("node A { b: String @rename_from(\"a\") @index }\n", "{ b", "c"),
        "node A { c: String @rename_from(\"b\") @index }\n"
    );
    assert_eq!(
        kept("node B @rename_from(\"A\") { b: String }\n", "node B", "C"),
        "node C @rename_from(\"B\") { b: String }\n"
    );
    assert_eq!(
        kept("node A {}\nedge F: A -> A @rename_from(E)\n", "edge F", "G"),
        "node A {}\nedge G: A -> A @rename_from(\"F\")\n"
    );
}

/// A plain rename by a client with these capabilities and options.
fn asked(capabilities: Value, options: Value) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("schema.pg"), SCHEMA).expect("a file");
    let mut client = Client::start(folder.path());
    let root = common::uri(folder.path());
    client.initialize_with(json!({
        "processId": null, "capabilities": capabilities, "rootUri": root, "initializationOptions": options,
    }));
    let (_, position) = cursor(&mark(SCHEMA, "{ ag"));
    let document = json!({ "uri": client.uri("schema.pg") });
    let params = json!({ "textDocument": document, "position": position, "newName": "years" });
    client.request("textDocument/rename", params)
}

#[test]
fn a_rename_asks_whether_data_are_kept() {
    let annotates =
        json!({ "workspace": { "workspaceEdit": { "documentChanges": true, "changeAnnotationSupport": {} } } });
    let edit = asked(annotates.clone(), json!({}));
    assert_eq!(edit["changeAnnotations"]["asked"]["needsConfirmation"], true, "{edit}");
    let edits = edit["documentChanges"][0]["edits"].as_array().expect("edits");
    assert_eq!(edits.len(), 2, "{edit}");
    assert_eq!(edits[1]["newText"], " @rename_from(\"age\")");
    assert_eq!(
        (&edits[0]["annotationId"], &edits[1]["annotationId"]),
        (&Value::Null, &json!("asked"))
    );
    let text = |edit: &Value| edit["changes"].to_string();
    assert!(!text(&asked(json!({}), json!({}))).contains("rename_from"));
    assert!(!text(&asked(annotates.clone(), json!({ "keepData": "never" }))).contains("rename_from"));
    assert!(text(&asked(annotates, json!({ "keepData": "always" }))).contains("rename_from"));
}

#[test]
fn a_rename_can_keep_the_data() {
    let mut client = client(QUERIES);
    client.open("schema.pg", SCHEMA);
    let (_, position) = cursor(&mark(SCHEMA, "{ ag"));
    let prepared = json!({ "textDocument": { "uri": client.uri("schema.pg") }, "position": position });
    let prepared = client.request("textDocument/prepareRename", prepared);
    assert_eq!(prepared["placeholder"], "age");
    let arguments =
        json!([{ "uri": client.uri("schema.pg"), "position": position, "newName": "years", "keepData": true }]);
    let edit = client.request(
        "workspace/executeCommand",
        json!({ "command": "omnigraph.rename", "arguments": arguments }),
    );
    let texts = after(&client, &edit, &[("schema.pg", SCHEMA), ("q.gq", QUERIES)]);
    assert!(
        texts["schema.pg"].contains("years: I32? @rename_from(\"age\")"),
        "{}",
        texts["schema.pg"]
    );
    assert!(texts["q.gq"].contains("$q.years"));
}

/// Title and result of each action at the cursor.
fn actions(files: &[(&str, &str)], name: &str, marked: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut client = Client::new(files);
    let (text, position) = cursor(marked);
    client.open(name, &text);
    let params = json!({
        "textDocument": { "uri": client.uri(name) }, "range": { "start": position, "end": position },
        "context": { "diagnostics": [] },
    });
    let found = client.request("textDocument/codeAction", params);
    let mut texts: Vec<(&str, &str)> = files.to_vec();
    texts.retain(|(known, _)| *known != name);
    texts.push((name, &text));
    let list = found.as_array().expect("actions").clone();
    list.iter()
        .map(|action| {
            (
                action["title"].as_str().unwrap_or("").to_owned(),
                after(&client, &action["edit"], &texts),
            )
        })
        .collect()
}

fn action(name: &str, marked: &str, title: &str) -> BTreeMap<String, String> {
    let files = [("schema.pg", SCHEMA), ("other.gq", "// Generated ones go here.\n")];
    let all = actions(&files, name, marked);
    let titles: Vec<String> = all.iter().map(|(title, _)| title.clone()).collect();
    let found = all.into_iter().find(|(known, _)| known == title);
    found.unwrap_or_else(|| panic!("no `{title}` in {titles:?}")).1
}

#[test]
fn mistakes_are_mended() {
    let fixed = action(
        "q.gq",
        "query q() { match { $p: Person } return { $p.agee$0 } }\n",
        "Replace by `age`",
    );
    assert_eq!(fixed["q.gq"], "query q() { match { $p: Person } return { $p.age } }\n");
}

#[test]
fn what_is_missing_is_added_to_the_schema() {
    let text = "query q($b: Date) { match { $p: Person $p.born$0 > $b } return { $p } }\n";
    let fixed = action("q.gq", text, "Add `born: Date?` to `Person`");
    assert!(
        fixed["schema.pg"].contains("{ age: I32? born: Date? }"),
        "{}",
        fixed["schema.pg"]
    );
    let text = "query q() { match { $p: Person $d: Doc $p read$0 $d } return { $p } }\n";
    let fixed = action("q.gq", text, "Add the edge `Read: Person -> Doc` to the schema");
    assert_eq!(fixed["schema.pg"], format!("{SCHEMA}\nedge Read: Person -> Doc\n"));
}

#[test]
fn queries_are_refactored() {
    let text = "query q() { match { $p: Person { age: 4$02 } } return { $p } }\n";
    let extracted = action("q.gq", text, "Extract into the parameter `$age`");
    assert_eq!(
        extracted["q.gq"],
        "query q($age: I32) { match { $p: Person { age: $age } } return { $p } }\n"
    );
    let text = "query q($a: I32, $b: I32) { match { $p: Person { age: $b$0 } } return { $p } }\n";
    let inlined = action("q.gq", text, "Inline `$b` as `0`");
    assert_eq!(
        inlined["q.gq"],
        "query q($a: I32) { match { $p: Person { age: 0 } } return { $p } }\n"
    );
    let text = "query q() { match { $p: Person $p foll$0ows $q } return { $q } }\n";
    let bound = action("q.gq", text, "Bind the edge to `$e`");
    assert_eq!(
        bound["q.gq"],
        "query q() { match { $p: Person $p $e:follows $q } return { $q } }\n"
    );
}

#[test]
fn what_would_bring_an_error_is_not_offered() {
    // The inner `$p` is the outer one's namesake in another block: calling one by another name unlinks it.
    let text = "query q() { match { not { $p$0 follows $o } $p: Person } return { $p.name } }\n";
    for (title, texts) in actions(&[("schema.pg", SCHEMA)], "q.gq", text) {
        let mut client = Client::new(&[
            ("schema.pg", SCHEMA),
            ("q.gq", texts.get("q.gq").map_or(text, String::as_str)),
        ]);
        let document = json!({ "textDocument": { "uri": client.uri("q.gq") } });
        let report = client.request("textDocument/diagnostic", document);
        assert!(
            !report.to_string().contains("\"severity\":1"),
            "{title}: {texts:?}: {report}"
        );
    }
    let schema = "node Person { mood: enum(sad, glad) }\n";
    let text = "query q($m$0: String) { match { $p: Person { mood: $m } } return { $p } }\n";
    let all = actions(&[("schema.pg", schema)], "q.gq", text);
    let (_, inlined) = all
        .iter()
        .find(|(title, _)| title == "Inline `$m` as `\"glad\"`")
        .unwrap_or_else(|| panic!("{all:?}"));
    assert_eq!(
        inlined["q.gq"],
        "query q() { match { $p: Person { mood: \"glad\" } } return { $p } }\n"
    );
}

#[test]
fn queries_are_generated_for_what_is_meant() {
    let text = "query q() { match { $p: Person $p folows$0 $o } return { $p } }\n";
    let made = action("q.gq", text, "Generate insert of `Follows`");
    let made = &made["q.gq"];
    assert!(
        made.contains("query add_follows($from: String, $to: String) {\n    insert Follows { from: $from, to: $to }"),
        "{made}"
    );
    let nothing = "query q() { match { $p: Person $p zzzzzzzzzz$0 $o } return { $p } }\n";
    let all = actions(&[("schema.pg", SCHEMA)], "q.gq", nothing);
    assert!(!all.iter().any(|(title, _)| title.starts_with("Generate")), "{all:?}");
}

#[test]
fn queries_are_generated_that_are_correct() {
    let made = action("schema.pg", &mark(SCHEMA, "node Do"), "Generate all four of `Doc`");
    let text = &made["other.gq"];
    for name in ["doc_by_slug", "add_doc", "delete_doc", "update_doc"] {
        assert!(text.contains(&format!("query {name}(")), "{text}");
    }
    let mut client = Client::new(&[("schema.pg", SCHEMA), ("made.gq", text)]);
    let report = client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    for item in report["items"].as_array().expect("reports") {
        assert_eq!(item["items"], json!([]), "{text}");
    }
}

#[test]
fn findings_are_allowed_and_fixed_in_one_go() {
    let schema = "node A @shelf(\"x\") { a: String @key }\n";
    let all = actions(&[("schema.pg", schema)], "schema.pg", &mark(schema, "@she"));
    let (_, allowed) = all
        .iter()
        .find(|(title, _)| title.starts_with("Allow S063"))
        .unwrap_or_else(|| panic!("{all:?}"));
    let mut client = Client::new(&[("schema.pg", &allowed["schema.pg"])]);
    let report = client.request(
        "textDocument/diagnostic",
        json!({ "textDocument": { "uri": client.uri("schema.pg") } }),
    );
    assert_eq!(report["items"], json!([]), "{allowed:?}");
    let slips = "query q() { match { $p: Person $p.name == 'a' } return { $p.name } }\n";
    let mut client = self::client(slips);
    let start = json!({ "line": 0, "character": 0 });
    let params = json!({
        "textDocument": { "uri": client.uri("q.gq") }, "range": { "start": start, "end": { "line": 1, "character": 0 } },
        "context": { "diagnostics": [], "only": ["source.fixAll"] },
    });
    let found = client.request("textDocument/codeAction", params);
    let texts = after(&client, &found[0]["edit"], &[("q.gq", slips)]);
    assert_eq!(
        texts["q.gq"],
        "query q() { match { $p: Person $p.name = \"a\" } return { $p.name } }\n"
    );
}

#[test]
fn formatting_is_the_formatters() {
    let ugly = "// 🦀\nquery a(){match{$p:Person}return{$p.name}}\n\nquery b(){match{$p:Person}return{$p.name}}\n";
    let mut client = self::client(ugly);
    let document = json!({ "uri": client.uri("q.gq") });
    let options = json!({ "tabSize": 4, "insertSpaces": true });
    let wanted = omnigraph_grammar::format::format(omnigraph_grammar::Language::Query, ugly, 100).text;
    let edits = client.request(
        "textDocument/formatting",
        json!({ "textDocument": document, "options": options }),
    );
    assert_eq!(edited(ugly, &edits), wanted);
    let range = json!({ "start": { "line": 3, "character": 2 }, "end": { "line": 3, "character": 5 } });
    let edits = client.request(
        "textDocument/rangeFormatting",
        json!({ "textDocument": document, "range": range, "options": options }),
    );
    let one = edited(ugly, &edits);
    assert!(
        one.contains("query a(){match") && one.contains("query b() {\n"),
        "{one}"
    );
    let ranges = json!([range, { "start": { "line": 1, "character": 0 }, "end": { "line": 1, "character": 1 } }]);
    let edits = client.request(
        "textDocument/rangesFormatting",
        json!({ "textDocument": document, "ranges": ranges, "options": options }),
    );
    assert_eq!(edited(ugly, &edits), wanted);
    let end = json!({ "line": 1, "character": ugly.lines().nth(1).map_or(0, str::len) });
    let params = json!({ "textDocument": document, "position": end, "ch": "}", "options": options });
    let typed = edited(ugly, &client.request("textDocument/onTypeFormatting", params));
    assert!(
        typed.contains("query a() {\n") && typed.contains("query b(){match"),
        "{typed}"
    );
    // A settings file says how wide.
    std::fs::write(client.path("omnigraph.toml"), "[format]\nwidth = 40\n").expect("a file");
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": client.uri("omnigraph.toml"), "type": 1 }] }),
    );
    let edits = client.request(
        "textDocument/formatting",
        json!({ "textDocument": document, "options": options }),
    );
    let wanted = omnigraph_grammar::format::format(omnigraph_grammar::Language::Query, ugly, 40).text;
    assert_eq!(edited(ugly, &edits), wanted);
}

#[test]
fn lenses_count_and_commands_answer() {
    let mut client = self::client(QUERIES);
    let lenses = client.request(
        "textDocument/codeLens",
        json!({ "textDocument": { "uri": client.uri("schema.pg") } }),
    );
    let resolved = client.request("codeLens/resolve", lenses[1].clone());
    assert_eq!(resolved["command"]["title"], "1 query");
    let command = json!({ "command": resolved["command"]["command"], "arguments": resolved["command"]["arguments"] });
    assert_eq!(
        client
            .request("workspace/executeCommand", command)
            .as_array()
            .map(Vec::len),
        Some(5)
    );
    let lenses = client.request(
        "textDocument/codeLens",
        json!({ "textDocument": { "uri": client.uri("q.gq") } }),
    );
    let titles: Vec<&str> = lenses
        .as_array()
        .expect("lenses")
        .iter()
        .filter_map(|l| l["command"]["title"].as_str())
        .collect();
    assert_eq!(titles, ["run", "explain"]);
    let explain = json!({ "command": "omnigraph.explain", "arguments": lenses[1]["command"]["arguments"] });
    let plan = client.request("workspace/executeCommand", explain);
    assert!(
        plan["text"].as_str().is_some_and(|text| text.contains("Person")),
        "{plan}"
    );
    let mut run = json!({ "command": "omnigraph.run", "arguments": lenses[0]["command"]["arguments"] });
    let error = client
        .try_request("workspace/executeCommand", run.clone())
        .expect_err("no store");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("omnigraph.store")),
        "{error}"
    );
    let settings = json!({ "settings": { "omnigraph": { "store": "graph" } } });
    client.notify("workspace/didChangeConfiguration", settings);
    run["arguments"][0]["params"] = json!({ "n": "x" });
    let error = client
        .try_request("workspace/executeCommand", run)
        .expect_err("no engine");
    assert!(
        error["message"].as_str().is_some_and(|text| text.contains("no engine")),
        "{error}"
    );
}

#[test]
fn virtual_documents_follow_the_text() {
    let capabilities = json!({ "workspace": { "textDocumentContent": { "dynamicRegistration": true } } });
    let mut client = Client::with(&[("schema.pg", SCHEMA), ("q.gq", QUERIES)], capabilities);
    let page = client.request(
        "workspace/textDocumentContent",
        json!({ "uri": "omnigraph:/codes/T6.md" }),
    );
    assert!(
        page["text"].as_str().is_some_and(|text| text.contains("# T6.1")),
        "{page}"
    );
    let diagram = format!("omnigraph:/diagram?{}", client.uri("schema.pg"));
    let shown = client.request("workspace/textDocumentContent", json!({ "uri": diagram }));
    assert!(
        shown["text"]
            .as_str()
            .is_some_and(|text| text.contains("Person --> Doc : Wrote")),
        "{shown}"
    );
    let ir = format!("omnigraph:/ir/people?{}", client.uri("q.gq"));
    let shown = client.request("workspace/textDocumentContent", json!({ "uri": ir }));
    assert!(
        shown["text"].as_str().is_some_and(|text| text.starts_with('{')),
        "{shown}"
    );
    client.open("schema.pg", SCHEMA);
    client.set("schema.pg", &SCHEMA.replace("Wrote", "Authored"));
    let shown = client.request("workspace/textDocumentContent", json!({ "uri": diagram }));
    assert!(
        shown["text"]
            .as_str()
            .is_some_and(|text| text.contains("Person --> Doc : Authored")),
        "{shown}"
    );
}
