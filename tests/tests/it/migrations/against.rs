//! `schema plan` against git, files and stores: what it says, and how it ends.

use std::path::Path;

use omnigraph_tests::binary::{ok, run};
use serde_json::Value as Json;

const OLD: &str = "node Book {\n    isbn: String @key\n    name: String\n    fax: String?\n}\n";
const NEW: &str = "node Book {\n    isbn: String @key\n    title: String\n    fax: String?\n}\n";
const QUERY: &str = "query names() {\n    match { $b: Book }\n    return { $b.name }\n}\n";

fn write(folder: &Path, file: &str, text: &str) {
    std::fs::create_dir_all(folder.join(file).parent().expect("a folder")).expect("a folder");
    std::fs::write(folder.join(file), text).expect("a file");
}

/// Commits what lies in the folder.
fn commit(repository: &git2::Repository, message: &str) {
    let mut index = repository.index().expect("an index");
    index
        .add_all(["*"], git2::IndexAddOption::DEFAULT, None)
        .expect("files");
    index.write().expect("an index");
    let tree = repository
        .find_tree(index.write_tree().expect("a tree"))
        .expect("a tree");
    let author = git2::Signature::now("A", "a@example.org").expect("a name");
    let parent = repository.head().ok().and_then(|head| head.peel_to_commit().ok());
    let parents: Vec<&git2::Commit> = parent.iter().collect();
    repository
        .commit(Some("HEAD"), &author, &author, message, &tree, &parents)
        .expect("a commit");
}

#[test]
fn a_schema_is_compared_with_git() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let repository = git2::Repository::init(folder).expect("a repository");
    write(folder, "db/schema.pg", OLD);
    write(folder, "db/queries.gq", QUERY);
    commit(&repository, "first");
    write(folder, "db/schema.pg", NEW);
    let db = folder.join("db");

    let said = run(&db, &["schema", "plan", "--against", "HEAD"]);
    assert_eq!(said.code, 0, "{}", said.err);
    insta::assert_snapshot!("against_head", said.out);
    // The fix is the hint; with it the rename is one.
    let plan = ok(
        &db,
        &["schema", "plan", "--against", "HEAD:db/schema.pg", "--format", "json"],
    );
    let plan: Json = serde_json::from_str(&plan).expect("JSON");
    let all = plan["diagnostics"].as_array().expect("diagnostics");
    let rename = all
        .iter()
        .find(|d| d["code"] == "OG-DS-108")
        .expect("a probable rename");
    let edit = &rename["fixes"][0]["edits"][0];
    let place = |end: &str| edit["range"][end]["offset"].as_u64().expect("a place") as usize;
    let mut fixed = NEW.to_owned();
    fixed.replace_range(place("start")..place("end"), edit["text"].as_str().expect("a text"));
    assert_eq!(
        fixed,
        NEW.replace("title: String", "title: String @rename_from(\"name\")")
    );
    write(folder, "db/schema.pg", &fixed);
    let plan = ok(&db, &["schema", "plan", "--against", "HEAD", "--format", "json"]);
    let plan: Json = serde_json::from_str(&plan).expect("JSON");
    assert_eq!(plan["steps"][0]["kind"], "rename_property");
    assert_eq!(
        (plan["supported"].as_bool(), plan["safe"].as_bool()),
        (Some(true), Some(false))
    );
    assert_eq!(plan["broken_queries"][0]["name"], "names");
    // It is not safe as long as the query asks for the old name.
    assert_eq!(run(&db, &["schema", "plan", "--against", "HEAD", "--check"]).code, 1);
    write(folder, "db/queries.gq", &QUERY.replace("$b.name", "$b.title"));
    assert_eq!(run(&db, &["schema", "plan", "--against", "HEAD", "--check"]).code, 0);
    commit(&repository, "second");
    assert_eq!(ok(&db, &["schema", "plan", "--against", "HEAD"]), "no change\n");
    assert_eq!(run(&db, &["schema", "plan", "--against", "HEAD~1", "--check"]).code, 0);
}

#[test]
fn what_cannot_be_compared_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    write(folder, "new.pg", NEW);
    write(folder, "broken.pg", "node Book { title: Strin }\n");
    let mut story = String::new();
    let mut tell = |arguments: &[&str]| {
        let said = run(folder, arguments);
        story += &format!("$ {}\n{}{}[{}]\n\n", arguments.join(" "), said.out, said.err, said.code);
    };
    tell(&["schema", "plan", "--to", "new.pg"]);
    tell(&["schema", "plan", "--to", "new.pg", "--against", "HEAD"]);
    git2::Repository::init(folder).expect("a repository");
    tell(&["schema", "plan", "--to", "new.pg", "--against", "HEAD"]);
    tell(&["schema", "plan", "--to", "new.pg", "--from", "nowhere.pg"]);
    tell(&["schema", "plan", "--to", "new.pg", "--from", "broken.pg"]);
    tell(&["schema", "plan", "--to", "broken.pg", "--from", "new.pg"]);
    tell(&["schema", "plan", "--to", "new.pg", "--store", "nowhere"]);
    tell(&[
        "schema",
        "plan",
        "--to",
        "new.pg",
        "--from",
        "new.pg",
        "--allow-data-loss=node:Kiosk",
    ]);
    commit(&git2::Repository::open(folder).expect("a repository"), "first");
    tell(&["schema", "plan", "--to", "new.pg", "--against", "HEAD:old.pg"]);
    tell(&["schema", "plan", "--to", "new.pg", "--against", "v1"]);
    insta::assert_snapshot!("refusals", story);
}

#[test]
fn an_apply_is_what_was_planned() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    write(folder, "old.pg", OLD);
    write(
        folder,
        "new.pg",
        &NEW.replace("title: String", "title: String @rename_from(\"name\")"),
    );
    write(
        folder,
        "data.jsonl",
        "{\"type\":\"Book\",\"data\":{\"isbn\":\"a\",\"name\":\"A\",\"fax\":\"1\"}}\n",
    );
    ok(folder, &["init", "--schema", "old.pg", "graph"]);
    ok(folder, &["load", "--store", "graph", "--data", "data.jsonl"]);
    let plan = ok(
        folder,
        &[
            "schema", "plan", "--store", "graph", "--to", "new.pg", "--format", "json",
        ],
    );
    let base = serde_json::from_str::<Json>(&plan).expect("JSON")["base"]
        .as_str()
        .expect("a commit")
        .to_owned();
    // Somebody else writes meanwhile.
    write(
        folder,
        "more.jsonl",
        "{\"type\":\"Book\",\"data\":{\"isbn\":\"b\",\"name\":\"B\"}}\n",
    );
    ok(folder, &["load", "--store", "graph", "--data", "more.jsonl"]);
    let apply = ["schema", "apply", "--store", "graph", "--schema", "new.pg"];
    let said = run(folder, &[&apply[..], &["--if-commit", &base]].concat());
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(
        said.err.contains("OG-NL-102") && said.err.contains("plan again"),
        "{}",
        said.err
    );
    let dry = ok(folder, &[&apply[..], &["--dry-run"]].concat());
    assert_eq!(ok(folder, &["schema", "show", "--store", "graph"]), OLD);
    let applied = ok(folder, &apply);
    assert!(
        applied.starts_with(&dry) && applied.contains("applied as "),
        "{dry}\n{applied}"
    );
    // Its own text again is not a change.
    assert_eq!(ok(folder, &apply), "no change\n");
    // A drop for good names what it takes.
    write(
        folder,
        "less.pg",
        "node Book {\n    isbn: String @key\n    title: String\n}\n",
    );
    let said = run(
        folder,
        &[
            "schema",
            "apply",
            "--store",
            "graph",
            "--schema",
            "less.pg",
            "--allow-data-loss=node:Book.isbn",
        ],
    );
    assert_eq!(said.code, 2, "{}", said.err);
    let hard = [
        "schema",
        "apply",
        "--store",
        "graph",
        "--schema",
        "less.pg",
        "--allow-data-loss=node:Book.fax",
    ];
    let said = ok(folder, &hard);
    assert!(said.contains("files (") && said.contains("of node:Book.fax"), "{said}");
    let said = run(folder, &["export", "--store", "graph", "--at", &base]);
    assert_eq!(said.code, 3);
    assert!(said.err.contains("were removed"), "{}", said.err);
}

/// Two branches of a schema that parted: what both changed, both added, and one dropped while the other used it.
#[test]
fn two_branches_are_compared_with_what_they_came_from() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let schema = |members: &str| format!("node Book {{\n    isbn: String @key\n{members}}}\n");
    write(folder, "base.pg", &schema("    pages: I32\n    fax: String?\n"));
    write(
        folder,
        "theirs.pg",
        &schema("    pages: I64\n    fax: String? @index\n    lang: String?\n"),
    );
    write(folder, "ours.pg", &schema("    pages: I32 @index\n    lang: I32?\n"));
    let plan = ["schema", "plan", "--from", "theirs.pg", "--to", "ours.pg"];
    let with_base = run(folder, &[&plan[..], &["--base", "base.pg"]].concat());
    assert_eq!(with_base.code, 0, "{}", with_base.err);
    insta::assert_snapshot!("two_branches", with_base.out);
    // Without the base nobody can know that there were two.
    let without = ok(folder, &plan);
    assert!(!without.contains("OG-NL"), "{without}");
    let missing = run(folder, &[&plan[..], &["--base", "nowhere.pg"]].concat());
    assert_eq!((missing.code, missing.out.as_str()), (2, ""), "{}", missing.err);
}

#[test]
fn a_plan_may_be_bound_to_a_schema() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    write(folder, "old.pg", OLD);
    write(folder, "new.pg", &OLD.replace("fax: String?", "fax: String? @index"));
    ok(folder, &["init", "--schema", "old.pg", "graph"]);
    let plan = ["schema", "plan", "--store", "graph", "--to", "new.pg"];
    let shown = ok(folder, &[&plan[..], &["--format", "json"]].concat());
    let shown: Json = serde_json::from_str(&shown).expect("JSON");
    let schema = shown["schema"].as_str().expect("a hash").to_owned();
    let bound = |command: &[&str], schema: &str| run(folder, &[command, &["--if-schema", schema]].concat());
    assert_eq!(bound(&[&plan[..], &["--check"]].concat(), &schema).code, 0);
    let apply = ["schema", "apply", "--store", "graph", "--schema", "new.pg"];
    let other = bound(&apply, "sha256:0");
    assert_eq!(other.code, 1, "{}", other.out);
    assert!(other.out.contains("[OG-NL-102]"), "{}", other.out);
    assert!(
        other.err.starts_with("error: nothing was applied: [OG-NL-102] "),
        "{}",
        other.err
    );
    assert_eq!(ok(folder, &["schema", "show", "--store", "graph"]), OLD);
    assert_eq!(bound(&apply, &schema).code, 0);
    // It is the schema of before now.
    assert_eq!(bound(&[&plan[..], &["--check"]].concat(), &schema).code, 1);
}

#[test]
fn a_failed_check_is_a_plan_that_is_not_safe() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let check = |number: u32| {
        format!(
            "{}\nmigration_check \"few\" {{\n    query {{ match {{ $b: Book }} return {{ count($b) as n }} }}\n    \
             expect n < {number}\n}}\n",
            OLD.replace("fax: String?", "fax: String? @index")
        )
    };
    write(folder, "old.pg", OLD);
    write(folder, "few.pg", &check(1));
    write(folder, "more.pg", &check(2));
    write(
        folder,
        "data.jsonl",
        "{\"type\":\"Book\",\"data\":{\"isbn\":\"a\",\"name\":\"A\"}}\n",
    );
    ok(folder, &["init", "--schema", "old.pg", "graph"]);
    ok(folder, &["load", "--store", "graph", "--data", "data.jsonl"]);
    let said = run(folder, &["schema", "apply", "--store", "graph", "--schema", "few.pg"]);
    assert_eq!(
        (said.code, said.err.as_str()),
        (
            1,
            "error: nothing was applied: the check \"few\" failed: expected n < 1: n is 1\n"
        ),
        "{}",
        said.out
    );
    assert_eq!(ok(folder, &["schema", "show", "--store", "graph"]), OLD);
    // Without the graph nothing is known of them.
    let text = ok(folder, &["schema", "plan", "--from", "old.pg", "--to", "few.pg"]);
    assert!(
        text.contains("\ncheck \"few\": not run, since no graph is given\n"),
        "{text}"
    );
    let json = ok(
        folder,
        &[
            "schema", "plan", "--store", "graph", "--to", "few.pg", "--format", "json",
        ],
    );
    let json: Json = serde_json::from_str(&json).expect("JSON");
    assert_eq!(
        json["checks"],
        serde_json::json!([{
            "name": "few", "status": "failed", "expected": "n < 1", "actual": "n is 1", "rows": [{"n": 1}],
        }])
    );
    assert_eq!(json["safe"], Json::Bool(false));
    let applied = ok(folder, &["schema", "apply", "--store", "graph", "--schema", "more.pg"]);
    assert!(applied.contains("check \"few\": passed\n"), "{applied}");
    // The text that was applied is not a change, and nothing is checked for it.
    assert_eq!(
        ok(folder, &["schema", "apply", "--store", "graph", "--schema", "more.pg"]),
        "no change\n"
    );
}
