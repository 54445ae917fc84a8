//! The pages of `tests/language-server`: files with a marked cursor, requests, and what is answered, in every encoding.
//!
//! Blocks above the first `##` are files of every example of the page. A block is a file (```` ```gq queries.gq ````), the
//! `requests`, or what the last of them `answers`. `$0` marks the cursor, two of them a selection; the file that has one is
//! open, with its text as shown, and is the one that is asked about. A request is a line: a method and, if it needs more than
//! the place, JSON. A request about an answer takes its first item, or the one with the `title` or `label` that the JSON
//! names, or the one with the number `item`. `UPDATE_EXPECT=1` writes the answers anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use omnigraph_tests::lsp::{Client, ENCODINGS, Texts, Units, render};
use serde_json::{Value, json};

const MARK: &str = "$0";

#[derive(Clone, Default)]
struct Case {
    title: String,
    files: BTreeMap<String, String>,
    requests: Vec<(String, Value)>,
    answer: String,
}

/// The examples of a page, and the page with the answers of `answer` in place of the written ones.
fn walk(page: &str, text: &str, mut answer: impl FnMut(&Case) -> String) -> String {
    let mut shared = BTreeMap::new();
    let mut case = Case::default();
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out = out + line + "\n";
        if let Some(title) = line.strip_prefix("## ") {
            if case.title.is_empty() {
                shared = std::mem::take(&mut case.files);
            }
            case = Case {
                title: title.to_owned(),
                files: shared.clone(),
                ..Case::default()
            };
        }
        let Some(info) = line.strip_prefix("```") else { continue };
        let mut body = String::new();
        loop {
            match lines.next() {
                Some("```") => break,
                Some(line) => body = body + line + "\n",
                None => panic!("{page}: a block under `{}` does not end", case.title),
            }
        }
        match info.split_once(' ') {
            Some((_, name)) => _ = case.files.insert(name.to_owned(), body.clone()),
            None if info == "requests" => {
                case.requests = body
                    .lines()
                    .map(|line| {
                        let (method, rest) = line.split_once(' ').unwrap_or((line, "{}"));
                        let rest = serde_json::from_str(rest);
                        (
                            method.to_owned(),
                            rest.unwrap_or_else(|error| panic!("{page}: {line}: {error}")),
                        )
                    })
                    .collect();
            }
            None if info == "answers" => {
                case.answer = body;
                body = answer(&case);
            }
            None => panic!("{page}: `{}`: there is no block `{info}`", case.title),
        }
        out = out + &body + "```\n";
    }
    out
}

/// The text without its marks, and the selection.
fn unmarked(text: &str) -> (String, Option<(usize, usize)>) {
    let Some(start) = text.find(MARK) else {
        return (text.to_owned(), None);
    };
    let text = text.replacen(MARK, "", 1);
    match text.find(MARK) {
        None => (text, Some((start, start))),
        Some(end) => (text.replacen(MARK, "", 1), Some((start, end))),
    }
}

fn run(case: &Case, units: Units) -> String {
    let mut selected = None;
    let mut files = BTreeMap::new();
    for (name, text) in &case.files {
        let (text, selection) = unmarked(text);
        if let Some(selection) = selection {
            selected = Some((name.clone(), selection));
        }
        files.insert(name.clone(), text);
    }
    let on_disk: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let capabilities = json!({
        "general": { "positionEncodings": [units.word()] },
        "textDocument": { "diagnostic": {} },
        "workspace": { "textDocumentContent": {} },
    });
    let mut client = Client::with(&on_disk, capabilities);
    assert_eq!(client.capabilities["positionEncoding"], units.word());
    let texts = Texts {
        units,
        root: client.uri(""),
        files,
    };
    // Without a cursor, the queries are asked about.
    let (name, (start, end)) = selected.unwrap_or_else(|| {
        (
            if texts.files.contains_key("queries.gq") {
                "queries.gq"
            } else {
                "schema.pg"
            }
            .to_owned(),
            (0, 0),
        )
    });
    let text = &texts.files[&name];
    client.open(&name, text);
    let range = json!({ "start": units.position(text, start), "end": units.position(text, end) });
    let uri = client.uri(&name);
    let legend = client.capabilities["semanticTokensProvider"]["legend"].clone();
    let mut before = Value::Null;
    let mut shown = String::new();
    for (method, more) in &case.requests {
        let mut params = params(&uri, &range, method, more, &before);
        for (key, value) in more.as_object().into_iter().flatten() {
            if !matches!(key.as_str(), "title" | "label" | "item") {
                params[key] = serde_json::from_str(&value.to_string().replace("ROOT/", &texts.root)).expect("JSON");
            }
        }
        match client.try_request(method, params) {
            Ok(answer) => {
                shown = render(method, &uri, &answer, &texts, &legend);
                before = answer;
            }
            Err(error) => {
                shown = format!("refused: {}\n", error["message"].as_str().unwrap_or(""));
                before = Value::Null;
            }
        }
        if let Some(title) = more.get("title").filter(|_| method == "textDocument/codeAction") {
            let action = chosen(&before, "title", title);
            shown = match action["edit"].is_null() {
                true => format!("no `{title}` in:\n{shown}"),
                false => render("edit", &uri, &action["edit"], &texts, &legend),
            };
        }
    }
    // A fence inside of an answer would end its block.
    shown.replace("```", "~~~")
}

fn chosen(list: &Value, key: &str, wanted: &Value) -> Value {
    let items = list
        .as_array()
        .or(list["items"].as_array())
        .cloned()
        .unwrap_or_default();
    let found = items.into_iter().find(|item| item[key] == *wanted);
    found.unwrap_or_default()
}

/// What a request takes from the place, or from the answer before it.
fn params(uri: &str, range: &Value, method: &str, more: &Value, before: &Value) -> Value {
    let document = json!({ "uri": uri });
    match method {
        "completionItem/resolve" => chosen(before, "label", &more["label"]),
        "codeLens/resolve" => before[more["item"].as_u64().unwrap_or(0) as usize].clone(),
        "workspace/executeCommand" if before["command"].is_object() => {
            json!({ "command": before["command"]["command"], "arguments": before["command"]["arguments"] })
        }
        "workspace/executeCommand" if before.is_array() => {
            let wanted = &more["title"];
            let lenses = before.as_array().into_iter().flatten();
            let lens = lenses.into_iter().find(|lens| lens["command"]["title"] == *wanted);
            let command = &lens.unwrap_or_else(|| panic!("no lens {wanted}"))["command"];
            json!({ "command": command["command"], "arguments": command["arguments"] })
        }
        "workspace/executeCommand" => json!({ "arguments": [{ "uri": uri, "position": range["start"] }] }),
        "workspace/diagnostic" => json!({ "previousResultIds": [] }),
        "workspace/symbol" | "workspace/textDocumentContent" => json!({}),
        _ if method.starts_with("callHierarchy/") || method.starts_with("typeHierarchy/") => {
            json!({ "item": before[0] })
        }
        _ => json!({
            "textDocument": document,
            "position": range["start"],
            "positions": [range["start"]],
            "range": if method.contains("inlayHint") {
                json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 9999, "character": 0 } })
            } else { range.clone() },
            "ranges": [range],
            "context": { "diagnostics": [], "includeDeclaration": true },
            "options": { "tabSize": 4, "insertSpaces": true },
            "ch": "}",
        }),
    }
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("language-server");
    let entries = std::fs::read_dir(folder).expect("the pages").flatten();
    let mut pages: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .collect();
    pages.sort();
    assert!(!pages.is_empty());
    pages
}

#[test]
fn answers_are_as_written() {
    let mut wrong = Vec::new();
    for path in pages() {
        let page = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).expect("a page");
        let now = walk(&page, &text, |case| {
            let [first, others @ ..] = ENCODINGS.map(|units| (units, run(case, units)));
            for (units, other) in others {
                assert_eq!(
                    first.1, other,
                    "{page}: {}: {units:?} differs from {:?}",
                    case.title, first.0
                );
            }
            if first.1 != case.answer {
                wrong.push(format!(
                    "{page}: {}\n{}instead of\n{}",
                    case.title, first.1, case.answer
                ));
            }
            first.1
        });
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, now).expect("the page is written");
        }
    }
    if std::env::var_os("UPDATE_EXPECT").is_none() {
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

/// What a capability announces, as the methods that it stands for.
fn announced(capabilities: &Value) -> BTreeSet<String> {
    let plain = |key: &str| {
        let name = key.strip_suffix("Provider")?;
        Some(match name {
            "diagnostic" => vec!["textDocument/diagnostic", "workspace/diagnostic"],
            "workspaceSymbol" => vec!["workspace/symbol"],
            "callHierarchy" => vec![
                "textDocument/prepareCallHierarchy",
                "callHierarchy/incomingCalls",
                "callHierarchy/outgoingCalls",
            ],
            "typeHierarchy" => vec![
                "textDocument/prepareTypeHierarchy",
                "typeHierarchy/supertypes",
                "typeHierarchy/subtypes",
            ],
            "completion" => vec!["textDocument/completion", "completionItem/resolve"],
            "rename" => vec!["textDocument/rename", "textDocument/prepareRename"],
            "documentFormatting" => vec!["textDocument/formatting"],
            "documentRangeFormatting" => vec!["textDocument/rangeFormatting", "textDocument/rangesFormatting"],
            "documentOnTypeFormatting" => vec!["textDocument/onTypeFormatting"],
            "codeLens" => vec!["textDocument/codeLens", "codeLens/resolve"],
            "executeCommand" => vec!["workspace/executeCommand"],
            "semanticTokens" => vec!["textDocument/semanticTokens/full", "textDocument/semanticTokens/range"],
            _ => return None,
        })
    };
    let mut methods = BTreeSet::new();
    for (key, value) in capabilities.as_object().expect("capabilities") {
        match (plain(key), key.strip_suffix("Provider")) {
            (Some(list), _) => methods.extend(list.into_iter().map(str::to_owned)),
            (None, Some(name)) => _ = methods.insert(format!("textDocument/{name}")),
            (None, None) => {
                // What the tests of the session and of agreement show.
                assert!(
                    matches!(key.as_str(), "positionEncoding" | "textDocumentSync" | "workspace"),
                    "{key}"
                );
            }
        }
        assert_ne!(*value, json!(false));
    }
    methods.insert("workspace/textDocumentContent".to_owned());
    methods
}

#[test]
fn every_capability_has_an_example() {
    let client = Client::new(&[]);
    let capabilities = &client.capabilities;
    let mut asked = BTreeSet::new();
    let mut texts = String::new();
    for path in pages() {
        let text = std::fs::read_to_string(&path).expect("a page");
        walk("", &text, |case| {
            asked.extend(case.requests.iter().map(|(method, _)| method.clone()));
            case.answer.clone()
        });
        texts += &text;
    }
    let missing: Vec<String> = announced(capabilities).difference(&asked).cloned().collect();
    assert!(missing.is_empty(), "no example asks for {missing:?}");
    let words = |pointer: &str| {
        capabilities
            .pointer(pointer)
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default()
    };
    let kinds = words("/codeActionProvider/codeActionKinds");
    for kind in kinds.iter().filter_map(Value::as_str) {
        assert!(
            texts.contains(&format!("{kind}: ")),
            "no example of a code action {kind}"
        );
    }
    for (at, command) in words("/executeCommandProvider/commands").iter().enumerate() {
        // The first runs a query, which the tests of the session do; the lenses call the others.
        let command = command.as_str().unwrap_or("");
        let titles = ["run", "explain", "queries"];
        let called = titles.get(at).is_some_and(|title| texts.contains(title)) || texts.contains(command);
        assert!(called, "no example of the command {command}");
    }
}
