//! Runs the pages of `tests/semantics`: every example against the engine, on a real store, and against the reference.

use std::collections::BTreeSet;
use std::path::Path;

use omnigraph_compiler::project::lint_project;
use omnigraph_compiler::settings::{Level, Settings};
use omnigraph_grammar::query::ast::Body;
use omnigraph_tests::compile::{parse_query, read_catalog};
use omnigraph_tests::literate::{self, Example, Expected};
use omnigraph_tests::reference::{Answer, Mode, Model, fragments};
use omnigraph_tests::store::{Outcome, Store};
use serde_json::Value as Json;

/// The schemas and graphs of the pages: the Lab, that of interfaces, and that of words with two meanings.
const GRAPHS: [(&str, &str); 3] = [
    (
        include_str!("../../../compiler/src/rules/lab.pg"),
        include_str!("../../semantics/lab.jsonl"),
    ),
    (
        include_str!("../../semantics/towns.pg"),
        include_str!("../../semantics/towns.jsonl"),
    ),
    (
        include_str!("../../semantics/words.pg"),
        include_str!("../../semantics/words.jsonl"),
    ),
];

/// Which of the graphs an example is about.
fn graph_of(example: &Example) -> usize {
    match example.page.as_str() {
        "19-interfaces.md" | "25-edges.md" => 1,
        "23-words.md" => 2,
        _ => 0,
    }
}

/// 2026-01-01; the Lab's instants lie before it and the engine's clock after it.
const NOW: i64 = 1_767_225_600_000;

fn pages() -> Vec<Example> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("semantics");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of pages")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "md") && !path.ends_with("README.md"))
        .collect();
    files.sort();
    let read = |path: std::path::PathBuf| {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        literate::read(&name, &std::fs::read_to_string(&path).expect("a page"))
    };
    files.into_iter().flat_map(read).collect()
}

fn graphs() -> (tempfile::TempDir, Vec<Store>) {
    let folder = tempfile::tempdir().expect("a folder");
    let stores = GRAPHS.iter().enumerate().map(|(number, (schema, data))| {
        let store = Store::create(&folder.path().join(number.to_string()), schema);
        store.load(data, Mode::Append).expect("the graph loads");
        store
    });
    let stores = stores.collect();
    (folder, stores)
}

fn models() -> Vec<Model> {
    let models = GRAPHS
        .iter()
        .map(|(schema, data)| Model::from_lines(read_catalog(schema), data).expect("the graph loads"));
    models.collect()
}

fn run(examples: Vec<Example>, mut check: impl FnMut(&Example) -> Result<(), String>) {
    let mut failures = Vec::new();
    let count = examples.len();
    for example in examples {
        if let Err(reason) = check(&example) {
            failures.push(format!(
                "{}: {}\n{}\n{reason}",
                example.page, example.title, example.query
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {count} examples fail:\n\n{}",
        failures.len(),
        failures.join("\n\n")
    );
    assert!(count > 5, "the pages hold examples");
}

#[test]
fn the_engine_answers_as_the_pages_say() {
    let (_folder, stores) = graphs();
    ask_the_engine(&stores);
    // With indexes, the same.
    stores.iter().for_each(Store::optimize);
    ask_the_engine(&stores);
}

fn ask_the_engine(stores: &[Store]) {
    let examples = pages().into_iter().filter(|e| !is_mutation(e)).collect();
    run(examples, |example| {
        let outcome = stores[graph_of(example)].run(&example.query, &example.params, NOW);
        match (&example.expected, outcome) {
            (Expected::Refused(code), Err(failure)) if failure.codes.contains(code) => Ok(()),
            (Expected::Rows { .. }, Ok(ran)) => {
                let Outcome::Rows(answer) = ran.outcome else {
                    return Err("not rows".into());
                };
                if let Some(code) = &example.warned {
                    let mut settings = Settings::default();
                    // Some are off unless they are asked for; that of a request cannot be set.
                    let _ = settings.lint.levels.insert(code, Level::Warning);
                    let lints = lint_project(
                        GRAPHS[graph_of(example)].0,
                        &[("example.gq", &example.query)],
                        &settings,
                    );
                    let mut warnings = ran.warnings;
                    warnings.extend(lints.iter().map(|lint| lint.rule.code.to_owned()));
                    if !warnings.contains(code) {
                        return Err(format!("warned of {warnings:?}, not of {code}"));
                    }
                }
                compare_rows(&example.expected, &answer, example.engine_only)
            }
            (Expected::Pages { columns, pages }, first) => {
                let mut ran = first.map_err(|failure| format!("{failure:?}"))?;
                for (place, page) in pages.iter().enumerate() {
                    let Outcome::Rows(answer) = &ran.outcome else {
                        return Err("not rows".into());
                    };
                    compare_rows(&one_page(columns, page), answer, false)?;
                    let mut params = example.params.clone();
                    match (&ran.next, place + 1 < pages.len()) {
                        (Some(next), true) => _ = params.insert("cursor".to_owned(), next.clone().into()),
                        (None, false) => break,
                        (next, _) => return Err(format!("behind page {} there is {next:?}", place + 1)),
                    }
                    ran = stores[graph_of(example)]
                        .run(&example.query, &params, NOW)
                        .map_err(|failure| format!("{failure:?}"))?;
                }
                Ok(())
            }
            (expected, outcome) => Err(format!("expected {expected:?}, got {outcome:?}")),
        }
    });
}

fn one_page(columns: &[String], rows: &[Vec<Json>]) -> Expected {
    Expected::Rows {
        columns: columns.to_vec(),
        rows: rows.to_vec(),
        ordered: true,
    }
}

#[test]
fn the_reference_answers_as_the_pages_say() {
    let mut models = models();
    let examples = pages()
        .into_iter()
        .filter(|e| !is_mutation(e) && !e.engine_only)
        .collect();
    run(examples, |example| {
        let query = parse_query(&example.query)?;
        let model = &mut models[graph_of(example)];
        model.fragments = fragments(&example.query)?;
        match (&example.expected, model.read(&query, &example.params, NOW, true)) {
            (Expected::Refused(_), Err(_)) => Ok(()),
            (Expected::Rows { .. }, Ok(answer)) => compare_rows(&example.expected, &answer, false),
            (Expected::Pages { columns, pages }, Ok(_)) => {
                let mut params = example.params.clone();
                // Behind the last page there is nothing.
                for page in pages.iter().map(Vec::as_slice).chain([&[] as &[Vec<Json>]]) {
                    let reading = model.try_read(&query, &params, NOW, true)?;
                    let answer = reading.answer.ok_or("an evaluation fails")?;
                    compare_rows(&one_page(columns, page), &answer, false)?;
                    params.insert("cursor".to_owned(), reading.kept.end.to_string().into());
                }
                Ok(())
            }
            (expected, outcome) => Err(format!("expected {expected:?}, got {outcome:?}")),
        }
    });
}

#[test]
fn mutations_do_what_the_pages_say() {
    let (folder, stores) = graphs();
    let before: Vec<BTreeSet<String>> = stores.iter().map(|store| snapshot(&store.export())).collect();
    let models = models();
    let examples: Vec<Example> = pages().into_iter().filter(is_mutation).collect();
    let mut number = 0;
    run(examples, |example| {
        number += 1;
        let copy = folder.path().join(format!("copy-{number}"));
        let graph = graph_of(example);
        let before = &before[graph];
        copy_folder(&folder.path().join(graph.to_string()), &copy);
        let store = Store::open(&copy);
        let mut model = models[graph].clone();
        let outcome = store.run(&example.query, &example.params, NOW);
        let written = parse_query(&example.query).map(|query| model.mutate(&query, &example.params, NOW));
        let (mine, own) = match written {
            Ok(written) => (written.affected, written.returned),
            Err(reason) => (Err(reason), None),
        };
        let after = store.export();
        if let Expected::Refused(code) = &example.expected {
            let failure = match outcome {
                Err(failure) => failure,
                Ok(ran) => return Err(format!("expected {code}, got {ran:?}")),
            };
            if !failure.codes.contains(code) {
                return Err(format!("expected {code}, got {failure:?}"));
            }
            // What the checker refuses, the reference does not look at.
            if !code.starts_with('T') && mine.is_ok() {
                return Err("the reference accepts it".into());
            }
            return if snapshot(&after) == *before {
                Ok(())
            } else {
                Err("something changed".into())
            };
        }
        let Expected::Mutation {
            affected,
            changes,
            returned,
        } = &example.expected
        else {
            return Err("not a mutation".into());
        };
        let ran = outcome.map_err(|failure| format!("{failure:?}"))?;
        let Outcome::Affected {
            nodes,
            edges,
            commit,
            returned: theirs,
        } = ran.outcome
        else {
            return Err("not a mutation".into());
        };
        let found = format!("{nodes} nodes, {edges} edges");
        if found != *affected {
            return Err(format!("the engine affected {found}"));
        }
        if commit.is_some() == changes.is_empty() {
            return Err(format!("the commit is {commit:?}"));
        }
        let mine = mine?;
        let found = format!("{} nodes, {} edges", mine.nodes, mine.edges);
        if found != *affected {
            return Err(format!("the reference affected {found}"));
        }
        match (returned, &theirs, &own) {
            (Some(wanted), Some(theirs), Some(own)) => {
                compare_rows(wanted, theirs, false).map_err(|reason| format!("the engine returned {reason}"))?;
                compare_rows(wanted, own, false).map_err(|reason| format!("the reference returned {reason}"))?;
            }
            (None, None, None) => {}
            (wanted, theirs, own) => {
                return Err(format!(
                    "wanted {wanted:?}, the engine returned {theirs:?}, the reference {own:?}"
                ));
            }
        }
        let found = difference(before, &snapshot(&after));
        if found != *changes {
            return Err(format!("the engine changed\n{}", found.join("\n")));
        }
        let stored = Model::from_lines(model.catalog.clone(), &after)?;
        match model.difference(&stored) {
            None => Ok(()),
            Some(difference) => Err(format!("the reference differs from the engine: {difference}")),
        }
    });
}

fn is_mutation(example: &Example) -> bool {
    let parsed = parse_query(&example.query);
    parsed.is_ok_and(|query| matches!(query.body, Body::Mutation(_)))
}

fn compare_rows(expected: &Expected, answer: &Answer, roughly: bool) -> Result<(), String> {
    let Expected::Rows { columns, rows, ordered } = expected else {
        return Err("not rows".into());
    };
    if *columns != answer.columns {
        return Err(format!("columns {:?}", answer.columns));
    }
    let show = |cells: Vec<&Json>| {
        let texts: Vec<String> = cells
            .into_iter()
            .map(|cell| match cell.as_f64() {
                Some(number) if roughly && cell.is_f64() => format!("{number:.9}"),
                _ => cell.to_string(),
            })
            .collect();
        format!("[{}]", texts.join(", "))
    };
    let mut wanted: Vec<String> = rows.iter().map(|row| show(row.iter().collect())).collect();
    let mut found: Vec<String> = answer.rows.iter().map(|row| show(row.values().collect())).collect();
    if !ordered {
        wanted.sort();
        found.sort();
    }
    if wanted == found {
        Ok(())
    } else {
        Err(format!("rows\n{}", found.join("\n")))
    }
}

/// One line an entity, as the pages write it. A generated id shows as `?`.
fn snapshot(export: &str) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for line in export.lines() {
        let line: Json = serde_json::from_str(line).expect("an export holds JSON");
        let mut data = line["data"].as_object().cloned().unwrap_or_default();
        let id = data.remove("id").expect("an export gives ids");
        let id = id.as_str().expect("an id is a string").to_owned();
        data.retain(|_, value| !value.is_null());
        data.sort_keys();
        let data = Json::Object(data);
        lines.insert(match line["type"].as_str() {
            Some(ty) => format!("{ty} {id} {data}"),
            None => {
                let text = |name: &str| line[name].as_str().expect("an edge has it").to_owned();
                let known = ["f1", "f2", "f3", "f4", "f5", "f6", "f7", "w1", "w2", "w3", "c1", "c2"];
                let id = if known.contains(&id.as_str()) { id } else { "?".into() };
                format!("{} {id} {} -> {} {data}", text("edge"), text("from"), text("to"))
            }
        });
    }
    lines
}

fn difference(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Vec<String> {
    let gone = before.difference(after).map(|line| format!("- {line}"));
    let new = after.difference(before).map(|line| format!("+ {line}"));
    gone.chain(new).collect()
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).expect("a copy");
        }
    }
}
