//! What is computed anew after an edit: as little as the edit can have changed.

use std::sync::{Arc, Mutex};

use omnigraph_compiler::db::{self, Database, Project, SourceFile};
use omnigraph_compiler::lint::{self, Options};
use omnigraph_compiler::project::check_project;
use omnigraph_compiler::settings::Settings;
use omnigraph_grammar::Language;
use proptest::prelude::*;
use salsa::Setter;

const SCHEMA: &str =
    "node Book { isbn: String @key title: String }\n\nnode Member { name: String @key }\n\nedge Lent: Member -> Book\n";
const QUERIES: &str = "query books() {\n    match { $b: Book }\n    return { $b.title }\n}\n\nquery members() {\n    match { $m: Member }\n    return { $m.name }\n}\n";

struct Bench {
    db: Database,
    schema: SourceFile,
    queries: SourceFile,
    project: Project,
    log: Arc<Mutex<Vec<String>>>,
}

impl Bench {
    /// A project that has been checked once.
    fn new() -> Bench {
        let log = Arc::new(Mutex::new(Vec::new()));
        let writer = log.clone();
        let db = Database::listened(Box::new(move |query| {
            let name = query.split('(').next().unwrap_or(query).to_owned();
            writer.lock().expect("no test panics in here").push(name);
        }));
        let schema = SourceFile::new(&db, "schema.pg".into(), SCHEMA.into(), Language::Schema);
        let queries = SourceFile::new(&db, "queries.gq".into(), QUERIES.into(), Language::Query);
        let project = Project::of(&db, vec![schema, queries]);
        let mut bench = Bench {
            db,
            schema,
            queries,
            project,
            log,
        };
        assert_eq!(bench.executed("check_query"), 2);
        bench
    }

    /// How often a query was computed since the last time, to bring the diagnostics up to date.
    fn executed(&mut self, query: &str) -> usize {
        self.run().iter().filter(|name| *name == query).count()
    }

    fn run(&mut self) -> Vec<String> {
        let found = db::diagnostics(&self.db, self.project);
        assert!(found.is_empty(), "{found:?}");
        std::mem::take(&mut *self.log.lock().expect("no test panics in here"))
    }

    fn edit(&mut self, file: SourceFile, text: String) {
        file.set_text(&mut self.db).to(text);
    }

    fn edit_schema(&mut self, from: &str, to: &str) {
        self.edit(self.schema, SCHEMA.replacen(from, to, 1));
    }
}

#[test]
fn nothing_is_computed_twice() {
    let mut bench = Bench::new();
    assert_eq!(bench.run(), Vec::<String>::new());
}

#[test]
fn a_comment_above_a_query_checks_no_query() {
    let mut bench = Bench::new();
    bench.edit(bench.queries, format!("// All of them.\n{QUERIES}"));
    let run = bench.run();
    assert!(run.contains(&"items".to_owned()));
    assert!(
        !run.iter()
            .any(|name| name == "check_query" || name == "parse_query_item"),
        "{run:?}"
    );
}

#[test]
fn one_edited_query_is_checked_alone() {
    let mut bench = Bench::new();
    bench.edit(bench.queries, QUERIES.replace("$b.title", "$b.isbn"));
    let run = bench.run();
    assert_eq!(run.iter().filter(|name| *name == "check_query").count(), 1, "{run:?}");
    assert_eq!(
        run.iter().filter(|name| *name == "parse_query_item").count(),
        1,
        "{run:?}"
    );
}

#[test]
fn a_reformatted_schema_checks_no_query() {
    let mut bench = Bench::new();
    bench.edit_schema(
        "node Book { isbn: String @key title: String }",
        "node Book {\n  isbn: String @key\n  title: String\n}",
    );
    let run = bench.run();
    assert!(run.contains(&"schema_check".to_owned()));
    assert!(
        !run.iter().any(|name| name == "check_query" || name == "catalog"),
        "{run:?}"
    );
}

#[test]
fn a_comment_in_the_schema_checks_nothing() {
    let mut bench = Bench::new();
    bench.edit_schema("node Book", "// Titles.\nnode Book");
    let run = bench.run();
    assert!(
        !run.iter().any(|name| name == "schema_check" || name == "check_query"),
        "{run:?}"
    );
}

#[test]
fn one_changed_type_checks_the_queries_that_name_it() {
    let mut bench = Bench::new();
    bench.edit_schema("title: String", "title: String pages: I32?");
    let run = bench.run();
    assert_eq!(run.iter().filter(|name| *name == "check_query").count(), 1, "{run:?}");
    assert_eq!(
        run.iter().filter(|name| *name == "parse_schema_item").count(),
        1,
        "{run:?}"
    );
}

/// What is computed anew for all that an editor shows, lints among it.
fn linted(bench: &Bench) -> Vec<String> {
    let settings = Settings::default();
    let options = Options {
        settings: &settings,
        relative: &str::to_owned,
        external: None,
    };
    lint::diagnostics(&bench.db, bench.project, options);
    std::mem::take(&mut *bench.log.lock().expect("no test panics in here"))
}

#[test]
fn lints_look_again_at_what_has_changed() {
    let mut bench = Bench::new();
    let count = |run: &[String], query: &str| run.iter().filter(|name| *name == query).count();
    let run = linted(&bench);
    assert_eq!(
        (count(&run, "lint_query"), count(&run, "lint_project")),
        (2, 1),
        "{run:?}"
    );
    bench.edit(bench.queries, format!("// All of them.\n{QUERIES}"));
    let run = linted(&bench);
    assert_eq!(
        (count(&run, "lint_query"), count(&run, "check_query")),
        (0, 0),
        "{run:?}"
    );
    bench.edit(bench.queries, QUERIES.replace("$b.title", "$b.isbn"));
    let run = linted(&bench);
    assert_eq!(
        (count(&run, "lint_query"), count(&run, "check_query")),
        (1, 1),
        "{run:?}"
    );
    bench.edit(bench.queries, QUERIES.to_owned());
    linted(&bench);
    bench.edit_schema("title: String", "title: String pages: I32?");
    let run = linted(&bench);
    assert_eq!(
        (count(&run, "lint_query"), count(&run, "check_query")),
        (1, 1),
        "{run:?}"
    );
}

#[test]
fn a_query_is_typed_once_for_its_plan_and_its_lints() {
    let mut bench = Bench::new();
    let count = |run: &[String], query: &str| run.iter().filter(|name| *name == query).count();
    let run = linted(&bench);
    assert_eq!(
        (count(&run, "analyse_query"), count(&run, "lint_query")),
        (0, 2),
        "{run:?}"
    );
    bench.edit(bench.queries, QUERIES.replace("$b.title", "$b.isbn"));
    let run = linted(&bench);
    let counts = ["analyse_query", "check_query", "lint_query"].map(|query| count(&run, query));
    assert_eq!(counts, [1, 1, 1], "{run:?}");
}

#[test]
fn a_new_type_checks_no_query() {
    let mut bench = Bench::new();
    bench.edit_schema("edge Lent", "node Shelf { code: String }\n\nedge Lent");
    assert_eq!(bench.executed("check_query"), 0);
}

#[test]
fn a_new_implementer_checks_the_queries_about_the_interface() {
    let mut bench = Bench::new();
    let queries = format!("{QUERIES}\nquery titled() {{\n    match {{ $x: Titled }}\n    return {{ $x.title }}\n}}\n");
    let interface = "interface Titled { title: String }\n\nnode Film implements Titled { code: String }\n";
    bench.edit(bench.schema, format!("{SCHEMA}\n{interface}"));
    bench.edit(bench.queries, queries);
    assert_eq!(bench.executed("check_query"), 1);
    // What else its types have does not matter to it.
    let longer = interface.replace("code: String", "code: String length: I32?");
    bench.edit(bench.schema, format!("{SCHEMA}\n{longer}"));
    assert_eq!(bench.executed("check_query"), 0);
    bench.edit(
        bench.schema,
        format!("{SCHEMA}\n{longer}\nnode Song implements Titled {{ label: String }}\n"),
    );
    assert_eq!(bench.executed("check_query"), 1);
}

#[test]
fn moving_a_query_into_another_file_checks_nothing() {
    let mut bench = Bench::new();
    let (first, second) = QUERIES.split_at(QUERIES.find("query members").expect("it is there"));
    bench.edit(bench.queries, first.to_owned());
    let other = SourceFile::new(&bench.db, "members.gq".into(), second.into(), Language::Query);
    bench
        .project
        .set_files(&mut bench.db)
        .to(vec![bench.schema, bench.queries, other]);
    let run = bench.run();
    assert!(!run.iter().any(|name| name == "parse_query_item"), "{run:?}");
}

const FRAGMENTS: &str =
    "fragment titled($b: Book) { $b.title != \"\" }\n\nfragment lent($b: Book) { $m lent $b  titled($b) }\n";

impl Bench {
    /// A further file with fragments, and one with queries that call them; what both are checked for is done.
    fn with_fragments(&mut self) -> (SourceFile, SourceFile) {
        let file = |db: &Database, path: &str, text: &str| {
            SourceFile::new(db, path.to_owned(), text.to_owned(), Language::Query)
        };
        let fragments = file(&self.db, "fragments.gq", FRAGMENTS);
        let calls = file(
            &self.db,
            "calls.gq",
            "query out() {\n    match { lent($b) }\n    return { $b.title }\n}\n\nquery named() {\n    match { $b: Book  titled($b) }\n    return { $b.title }\n}\n",
        );
        let files = vec![self.schema, self.queries, fragments, calls];
        self.project.set_files(&mut self.db).to(files);
        assert_eq!(self.executed("check_query"), 4);
        (fragments, calls)
    }
}

/// A fragment is checked by itself, and the queries that call it, be it through others: nothing else.
#[test]
fn one_edited_fragment_checks_the_queries_that_call_it() {
    let mut bench = Bench::new();
    let (fragments, _) = bench.with_fragments();
    bench.edit(
        fragments,
        FRAGMENTS.replace("$m lent $b  ", "$m lent $b  $m.name != \"\"  "),
    );
    let run = bench.run();
    let count = |query: &str| run.iter().filter(|name| *name == query).count();
    // The fragment `lent` and the query `out`.
    assert_eq!((count("check_query"), count("parse_query_item")), (2, 1), "{run:?}");
    bench.edit(fragments, FRAGMENTS.replace("$b.title != \"\"", "$b.title != \"x\""));
    let run = bench.run();
    let count = |query: &str| run.iter().filter(|name| *name == query).count();
    // That fragment and both queries. `lent` calls it, and is typed by its declaration alone.
    assert_eq!(count("check_query"), 3, "{run:?}");
}

#[test]
fn fragments_that_move_check_nothing() {
    let mut bench = Bench::new();
    let (fragments, calls) = bench.with_fragments();
    bench.edit(fragments, format!("// Books.\n{FRAGMENTS}"));
    assert_eq!(bench.executed("check_query"), 0);
    let text = calls.text(&bench.db).clone();
    bench.edit(calls, text.replace("query out", "// All of them.\nquery out"));
    assert_eq!(bench.executed("check_query"), 0);
    // A new fragment that nothing calls.
    bench.edit(
        fragments,
        format!("{FRAGMENTS}\nfragment other($b: Book) {{ $b.isbn != \"\" }}\n"),
    );
    assert_eq!(bench.executed("check_query"), 1);
}

/// What is wrong with a fragment is said where it stands, in whichever file; a name that comes twice in the second file.
#[test]
fn a_fragment_in_another_file() {
    let schema = "node Book { isbn: String @key title: String }";
    let query = "query q() { match { titled($b) } return { $b.title } }";
    let lines = |queries: &[(&str, &str)]| -> Vec<(String, &'static str)> {
        let found = check_project(schema, queries);
        found.into_iter().map(|one| (one.file, one.rule.subcode)).collect()
    };
    let right = "fragment titled($b: Book) { $b.title != \"\" }";
    assert_eq!(lines(&[("z.gq", query), ("a.gq", right)]), []);
    let wrong = right.replace("$b.title", "$b.titel");
    assert_eq!(
        lines(&[("z.gq", query), ("a.gq", &wrong)]),
        [("a.gq".to_owned(), "T6.2")]
    );
    // It says who comes to it by which call: a query rather than a fragment, and the first file by its path.
    let labels = |queries: &[(&str, &str)]| -> Vec<(String, String, String)> {
        let found = check_project(schema, queries);
        let labels = found.into_iter().flat_map(|one| one.labels);
        labels
            .filter(|label| label.message.ends_with("is called here"))
            .map(|label| {
                let (_, text) = queries.iter().find(|(path, _)| *path == label.file).expect("a file");
                let line = text[..label.span.start as usize].matches('\n').count();
                (
                    format!("{}:{line}", label.file),
                    text[label.span.range()].to_owned(),
                    label.message,
                )
            })
            .collect()
    };
    let called = |place: &str| {
        let label = "`titled` is called here".to_owned();
        [(place.to_owned(), "titled".to_owned(), label)]
    };
    assert_eq!(labels(&[("z.gq", query), ("a.gq", &wrong)]), called("z.gq:0"));
    let moved = format!("// By title.\n{query}");
    let between = "fragment known($b: Book) { titled($b) }";
    let both = [("z.gq", moved.as_str()), ("b.gq", between), ("a.gq", &wrong)];
    assert_eq!(labels(&both), called("z.gq:1"));
    assert_eq!(labels(&both[1..]), called("b.gq:0"));
    assert_eq!(labels(&both[2..]), []);
    let itself = "fragment titled($b: Book) { $b cited $c  titled($c) }";
    assert_eq!(labels(&[("a.gq", itself)]), []);
    assert_eq!(labels(&[("z.gq", query), ("a.gq", right)]), []);
    // What is wrong beside it has no such place.
    let beside = format!("{right}\nquery other() {{ match {{ $b: Book }} return {{ $b.titel }} }}");
    assert_eq!(labels(&[("z.gq", query), ("a.gq", &beside)]), []);
    let alone = lines(&[("z.gq", query)]);
    assert_eq!(alone, [("z.gq".to_owned(), "T42"), ("z.gq".to_owned(), "T26")]);
    let twice = lines(&[("z.gq", query), ("b.gq", &wrong), ("a.gq", right)]);
    assert_eq!(twice, [("b.gq".to_owned(), "T61"), ("b.gq".to_owned(), "T6.2")]);
}

proptest! {
    /// However a text came about, what is said about it is what a fresh database says.
    #[test]
    fn edits_end_where_a_fresh_start_does(edits in prop::collection::vec((any::<bool>(), text()), 1..8)) {
        let mut db = Database::new();
        let schema = SourceFile::new(&db, "schema.pg".into(), String::new(), Language::Schema);
        let queries = SourceFile::new(&db, "queries.gq".into(), String::new(), Language::Query);
        let project = Project::of(&db, vec![schema, queries]);
        for (is_schema, (schema_text, query_text)) in edits {
            match is_schema {
                true => schema.set_text(&mut db).to(schema_text),
                false => queries.set_text(&mut db).to(query_text),
            };
            let kept = db::diagnostics(&db, project);
            let fresh = check_project(schema.text(&db), &[("queries.gq", queries.text(&db))]);
            prop_assert_eq!(kept, fresh);
        }
    }
}

/// A schema and a query file, made of pieces that repeat, so that items come back after they were gone.
fn text() -> impl Strategy<Value = (String, String)> {
    let declarations = prop::sample::select(vec![
        "node Book { isbn: String @key title: String }\n",
        "node Book { isbn: String title: Text }\n",
        "node Book { isbn String }\n",
        "node Member { name: String @key }\n",
        "interface Named { name: String }\n",
        "node Shelf implements Named {}\n",
        "edge Lent: Member -> Book\n",
        "edge LENT: Book -> Member { day: Date }\n",
        "// a comment\n",
        "allow S044 on interface Named because \"kept for later\"\n",
    ]);
    let queries = prop::sample::select(vec![
        "query a() { match { $b: Book } return { $b.title } }\n",
        "query a() { match { $b: Book } return { $b.isbn } }\n",
        "fragment f($b: Book) { $b.title != \"\" }\n",
        "fragment f($b: Book, $m: Member) { $m lent $b  g($m) }\n",
        "fragment g($m: Member) { $m.name != \"\" }\n",
        "query c() { match { f($b)  g($m) } return { $b.title, $m.name } }\n",
        "query b() { match { $m: Member $m lent $b } return { $m.name } }\n",
        "query c() { match { $s: Shelf } return { $s.name $s } }\n",
        "query d() { insert Member { name: \"x\" } }\n",
        "/* a comment */\n",
    ]);
    let pieces = prop::collection::vec(declarations, 0..6);
    (pieces, prop::collection::vec(queries, 0..5)).prop_map(|(schema, queries)| (schema.concat(), queries.concat()))
}
