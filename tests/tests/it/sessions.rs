//! The Rust API: sessions in somebody's name, on older commits, and with somebody who decides what is allowed.

use std::io::{Cursor, Read};
use std::sync::Arc;

use omnigraph::{
    Action, Authoriser, CommitOptions, Denied, Error, Graph, LoadMode, LoadOptions, OpenOptions, OptimizeOptions,
    PlanOptions, Request, Session,
};
use omnigraph_compiler::schema_text::create;
use omnigraph_engine::NewGraph;
use serde_json::{Value, json};

const SCHEMA: &str = "node Book { isbn: String @key  title: String }\n";
const ADD: &str = "query add($isbn: String, $title: String) {\n    insert Book { isbn: $isbn, title: $title }\n}\n";
const TITLES: &str =
    "query titles() {\n    match { $b: Book }\n    return { $b.title as title }\n    order { title }\n}\n";

async fn graph(folder: &tempfile::TempDir) -> Graph {
    let location = folder.path().join("books").display().to_string();
    Graph::create(&location, SCHEMA, Default::default())
        .await
        .expect("a graph")
}

async fn add(session: &Session, isbn: &str, title: &str) -> Result<String, Error> {
    let prepared = session.prepare(&Request::text(ADD)).await?;
    let bound = prepared.bind(json!({"isbn": isbn, "title": title}))?;
    let report = prepared.mutate(&bound, CommitOptions::default()).await?;
    Ok(report.receipt.expect("a commit").commit)
}

async fn titles(session: &Session) -> Result<Vec<Value>, Error> {
    let prepared = session.prepare(&Request::text(TITLES)).await?;
    let bound = prepared.bind(json!({}))?;
    let rows = prepared.run(&bound).await?.collect().await?.json_rows()?;
    Ok(rows.into_iter().map(Value::Object).collect())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_reads_its_commit_and_writes_in_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let graph = graph(&folder).await;
    let ada = graph.session().acting_as(Some("ada".to_owned()));
    let first = add(&ada, "1", "One").await.expect("a commit");
    let second = add(&ada, "2", "Two").await.expect("a commit");
    let newest = ada.snapshot().await.expect("a snapshot");
    assert_eq!(
        (newest.commit_id(), newest.record.actor.as_deref()),
        (&*second, Some("ada"))
    );
    let two = [json!({"title": "One"}), json!({"title": "Two"})];
    assert_eq!(titles(&ada).await.expect("rows"), two);
    assert_eq!(titles(&ada.clone().at(Some(first))).await.expect("rows"), two[..1]);
    let nowhere = graph.session().at(Some("01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned()));
    let error = titles(&nowhere).await.expect_err("no such commit");
    assert_eq!(error.class().name(), "NotFound");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_on_a_branch() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = folder.path().join("books").display().to_string();
    let options = OpenOptions {
        branch: Some("draft".to_owned()),
        ..OpenOptions::default()
    };
    let graph = Graph::create(&location, SCHEMA, options).await.expect("a graph");
    let draft = graph.session();
    let first = add(&draft, "1", "One").await.expect("a commit");
    assert_eq!(draft.branch(), "draft");
    // On its branch, a session reads the newest commit again.
    let again = draft.clone().at(Some(first)).on("draft").await.expect("the branch");
    add(&draft, "2", "Two").await.expect("a commit");
    assert_eq!(titles(&again).await.expect("rows").len(), 2);
    let error = draft.on("main").await.expect_err("no such branch");
    assert_eq!(
        (error.class().name(), error.to_string()),
        ("NotFound", "branch `main` does not exist".to_owned())
    );
}

/// Reads and nothing else.
#[derive(Debug)]
struct Reader;

impl Authoriser for Reader {
    fn authorise(&self, actor: Option<&str>, action: Action, branch: &str) -> Result<(), Denied> {
        match action {
            Action::Read | Action::Describe => Ok(()),
            _ => Err(Denied {
                actor: actor.map(str::to_owned),
                action,
                branch: branch.to_owned(),
                reason: None,
            }),
        }
    }
}

/// An input that must not be looked at.
struct Untouched;

impl Read for Untouched {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        panic!("the input of a denied load was read")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_denied_does_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let graph = graph(&folder).await;
    let commit = add(&graph.session(), "1", "One").await.expect("a commit");
    let bo = graph
        .session()
        .acting_as(Some("bo".to_owned()))
        .authorised_by(Arc::new(Reader));
    assert_eq!(titles(&bo).await.expect("rows"), [json!({"title": "One"})]);
    let wider = "node Book { isbn: String @key  title: String  pages: I32? }\n";
    let plan = bo.plan_schema(wider, &PlanOptions::default()).await.expect("a plan");
    let input = || std::io::BufReader::new(Untouched);
    let denied: Vec<Error> = vec![
        add(&bo, "2", "Two").await.expect_err("denied"),
        bo.load(input(), LoadOptions::mode(LoadMode::Append))
            .await
            .expect_err("denied"),
        bo.load(input(), LoadOptions::mode(LoadMode::Overwrite))
            .await
            .expect_err("denied"),
        bo.export(&mut Vec::new(), &Default::default())
            .await
            .expect_err("denied"),
        bo.optimize(&OptimizeOptions::default()).await.expect_err("denied"),
        bo.cleanup(&Default::default()).await.expect_err("denied"),
        bo.verify().await.expect_err("denied"),
        bo.apply_schema(&plan, &Default::default()).await.expect_err("denied"),
    ];
    let told: Vec<String> = denied
        .iter()
        .map(|error| format!("{}: {error}", error.class().name()))
        .collect();
    assert_eq!(
        told,
        [
            "change",
            "load",
            "overwrite",
            "export",
            "maintain",
            "maintain",
            "maintain",
            "schema_apply"
        ]
        .map(|action| format!("Forbidden: `bo` may not {action} on `main`"))
    );
    assert_eq!(bo.snapshot().await.expect("a snapshot").commit_id(), commit);
    let lines = Cursor::new("{\"type\":\"Book\",\"data\":{\"isbn\":\"3\",\"title\":\"Three\"}}\n");
    let owner = graph.session();
    let loaded = owner.load(lines, LoadOptions::mode(LoadMode::Append)).await;
    assert!(loaded.expect("the owner may").receipt.is_some());
}

/// Exports and nothing else.
#[derive(Debug)]
struct Exporter;

impl Authoriser for Exporter {
    fn authorise(&self, actor: Option<&str>, action: Action, branch: &str) -> Result<(), Denied> {
        match action {
            Action::Export => Ok(()),
            _ => Reader.authorise(actor, Action::Maintain, branch),
        }
    }
}

/// An action that is allowed needs no other one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_needs_only_its_own_permission() {
    let folder = tempfile::tempdir().expect("a folder");
    let graph = graph(&folder).await;
    add(&graph.session(), "1", "One").await.expect("a commit");
    let session = graph.session().authorised_by(Arc::new(Exporter));
    let mut text = Vec::new();
    session.export(&mut text, &Default::default()).await.expect("an export");
    assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), 1);
    assert_eq!(titles(&session).await.expect_err("denied").class().name(), "Forbidden");
}

/// The stored text is shown and planned from, so it must mean what was accepted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_whose_text_means_another_is_damaged() {
    let folder = tempfile::tempdir().expect("a folder");
    let location = folder.path().join("books").display().to_string();
    let new = NewGraph::at(&location, Default::default()).await.expect("a place");
    let mut numbers = new.claim_identities(64).await.expect("numbers");
    let mut object = create(SCHEMA, &mut numbers).expect("a schema");
    object.source = SCHEMA.replace("title: String", "title: String?");
    new.create(object).await.expect("a graph");
    let session = Graph::open(&location, Default::default())
        .await
        .expect("a graph")
        .session();
    for error in [
        session.snapshot().await.expect_err("damaged"),
        titles(&session).await.expect_err("damaged"),
        session
            .plan_schema(SCHEMA, &PlanOptions::default())
            .await
            .expect_err("damaged"),
    ] {
        assert_eq!(error.class().name(), "Storage");
        let message = error.to_string();
        assert!(message.starts_with("_graph/schemas/"), "{message}");
        assert!(
            message.ends_with(" is damaged: its source text means another schema"),
            "{message}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_request_has_a_class() {
    let folder = tempfile::tempdir().expect("a folder");
    let session = graph(&folder).await.session();
    let of = async |text: &str, name: Option<&str>| {
        let request = Request {
            name,
            ..Request::text(text)
        };
        let error = session.prepare(&request).await.expect_err("it is wrong");
        format!("{}: {error}", error.class().name())
    };
    assert_eq!(
        of(&TITLES.replace("title as", "titel as"), None).await,
        "Compiler: T6: `Book` has no property `titel`"
    );
    assert_eq!(of("query (", None).await.split(':').next(), Some("Compiler"));
    assert_eq!(
        of(TITLES, Some("authors")).await,
        "BadRequest: Q011: the file has no query `authors` (it has `titles`)"
    );
    let prepared = session.prepare(&Request::text(ADD)).await.expect("a mutation");
    let error = prepared.bind(json!({"isbn": 7})).expect_err("wrong parameters");
    assert_eq!(
        error.to_string(),
        "P003: parameter `isbn` is a number, expected a string\nP001: parameter `title` is missing (the query declares \
         `$title: String`)"
    );
    let bound = prepared.bind(json!({"isbn": "1", "title": "One"})).expect("values");
    let Err(error) = prepared.run(&bound).await else {
        panic!("a mutation was run as a read query");
    };
    assert_eq!(error.to_string(), "this is a mutation");
}

const PAGE: &str = "query page($cursor: String?) {\n    match { $b: Book }\n    return { $b.title as title }\n    order { title }\n    limit 2\n    after $cursor\n}\n";
const REMOVE: &str = "query remove($isbn: String) {\n    delete Book where isbn = $isbn\n}\n";

/// The titles of a page, and the cursor of the next one.
async fn page(session: &Session, text: &str, cursor: Option<String>) -> Result<(Vec<String>, Option<String>), Error> {
    let prepared = session.prepare(&Request::text(text)).await?;
    assert_eq!(prepared.descriptor().after.as_deref(), Some("cursor"));
    let bound = prepared.bind(json!({"cursor": cursor}))?;
    let running = prepared.run(&bound).await.map_err(|error| match error {
        Error::Engine(error) => prepared.located(error),
        error => error,
    })?;
    let result = running.collect().await?;
    let rows = result.json_rows()?.into_iter();
    let titles = rows.map(|row| row["title"].as_str().expect("a title").to_owned());
    Ok((titles.collect(), result.page.expect("a page").next))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_go_on_where_rows_have_come_and_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let graph = graph(&folder).await;
    let session = graph.session();
    let mut commit = String::new();
    for (isbn, title) in [
        ("1", "Bees"),
        ("2", "Cats"),
        ("3", "Dogs"),
        ("4", "Eels"),
        ("5", "Foxes"),
    ] {
        commit = add(&session, isbn, title).await.expect("a commit");
    }
    let (titles, next) = page(&session, PAGE, None).await.expect("a page");
    assert_eq!(titles, ["Bees", "Cats"]);
    let cursor = next.expect("a next page");
    // The row that the cursor names is deleted, one comes before it and one behind.
    let prepared = session.prepare(&Request::text(REMOVE)).await.expect("a query");
    let bound = prepared.bind(json!({"isbn": "2"})).expect("parameters");
    prepared
        .mutate(&bound, CommitOptions::default())
        .await
        .expect("a commit");
    add(&session, "6", "Ants").await.expect("a commit");
    add(&session, "7", "Cows").await.expect("a commit");
    let (titles, next) = page(&session, PAGE, Some(cursor.clone())).await.expect("a page");
    assert_eq!(titles, ["Cows", "Dogs"]);
    let (titles, next) = page(&session, PAGE, next).await.expect("a page");
    assert_eq!(
        (titles.as_slice(), next),
        (&["Eels".to_owned(), "Foxes".to_owned()][..], None)
    );
    // Rows before the cursor are dropped before anything is sorted.
    let prepared = session.prepare(&Request::text(PAGE)).await.expect("a query");
    let bound = prepared.bind(json!({"cursor": cursor})).expect("parameters");
    let plan = prepared.explain(&bound).await.expect("a plan").to_string();
    let operators: Vec<&str> = plan
        .lines()
        .map(|line| {
            line.trim_start_matches([' ', '└', '─'])
                .split("  ")
                .next()
                .unwrap_or_default()
        })
        .collect();
    assert_eq!(
        operators,
        [
            "return title",
            "page 2",
            "sort position, first 4",
            "filter ($b.title, $b.id) after cursor",
            "place $b.title, $b.id",
            "fetch $b.title, $b.id",
            "scan $b: Book, all 6",
        ]
    );
    // The older commit has its own rows behind it.
    let before = session.clone().at(Some(commit));
    let (titles, _) = page(&before, PAGE, Some(cursor.clone())).await.expect("a page");
    assert_eq!(titles, ["Dogs", "Eels"]);
    // Layout and comments are no part of the query, its words are.
    let same = PAGE.replace("    ", "\t").replace("limit", "// two a page\n limit");
    let (titles, _) = page(&session, &same, Some(cursor.clone())).await.expect("a page");
    assert_eq!(titles, ["Cows", "Dogs"]);
    let refused = |error: Error| match error {
        Error::Parameters { errors, .. } => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
        error => panic!("{error}"),
    };
    for (other, reason) in [
        (PAGE.replace("limit 2", "limit 3"), "belongs to another query"),
        (
            PAGE.replace("order { title }", "order { title desc }"),
            "belongs to another query",
        ),
    ] {
        let error = page(&session, &other, Some(cursor.clone()))
            .await
            .expect_err("a foreign cursor");
        assert!(refused(error).contains(reason), "{other}");
    }
    for mangled in [
        "AQID",
        "?",
        " ",
        &cursor[1..],
        &format!("{cursor}A"),
        &cursor.replace('A', "B"),
    ] {
        let error = page(&session, PAGE, Some(mangled.to_owned()))
            .await
            .expect_err("no cursor");
        assert!(refused(error).contains("is no cursor"), "{mangled}");
    }
    let (titles, _) = page(&session, PAGE, Some(String::new())).await.expect("a page");
    assert_eq!(titles, ["Ants", "Bees"]);
}
