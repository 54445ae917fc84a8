//! What the command line finds in a folder is what the language server shows of it: on the layouts of the compiler's own
//! test, written to a disk, and on those that only a disk has.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;

use omnigraph_tests::binary;
use serde_json::{Value, json};

use super::super::cli::Sandbox;

/// What a file holds unless the layout says. Queries ask for what one of the schemas does not have, so that a query that
/// is taken for another project's is found out.
fn content(path: &str) -> String {
    let stem = path
        .rsplit('/')
        .next()
        .and_then(|name| name.split('.').next())
        .unwrap_or("");
    match path.rsplit_once('.') {
        Some((_, "pg")) if stem == "s" => "node Person {\n    handle: String @key\n    name: String\n}\n".to_owned(),
        Some((_, "pg")) => "node Person {\n    handle: String @key\n    title: String @pii\n}\n".to_owned(),
        Some((_, "gq")) => format!(
            "// äöü 🦀\nquery {stem}() {{\n    match {{ $p: Person }}\n    return {{ $p.name }}\n    limit 3 // 🦀\n}}\n"
        ),
        _ => String::new(),
    }
}

/// Beside those of the compiler's test: levels by path, baselines that are not there, names told twice, links.
const MORE: &[&str] = &[
    "omnigraph.toml=lint.rules.L402='error' s.pg a.gq in/omnigraph.toml=schema='../s.pg' in/b.gq",
    "omnigraph.toml=[[lint.overrides]];paths=['old/'];rules.L402='off' s.pg a.gq old/b.gq",
    "omnigraph.toml=[[lint.overrides]];paths=['*.gq'];rules.L4='info' s.pg a.gq old/b.gq",
    "omnigraph.toml=lint.rules.L='off' t.pg a.gq",
    "omnigraph.toml=lint.known-annotations=['pii'] t.pg a.gq",
    "s.pg a.gq b/a.gq c/a.gq",
    "s.pg a.gq=query~a(~{ b.gq=//~lint:allow(L402)~no~reason;query~b()~{~match~{~$p:~Person~}~return~{~$p.name~}~limit~1~}",
    "omnigraph.toml=lint.require-reason=true s.pg b.gq=//~lint:allow(L402);query~b()~{~match~{~$p:~Person~}~return~{~$p.name~}~limit~1~}",
    "s.pg a.gq=//~lint:allow-file(L301)~nothing;//~lint:allow(T6)~an~error;query~a()~{~match~{~$p:~Person~}~return~{~$p.nme~}~}",
    "s.pg=node~Person~{~handle:~String~@key~name:~Strin~} a.gq",
    "s.pg=node~Person~{ a.gq b.gq",
    "omnigraph.toml=lint.rules.never-read='warning' s.pg a.gq t/t.pg",
    "s.pg a.gq link.gq->a.gq",
    "real/s.pg real/a.gq linked->real",
    "s.pg a.gq gone.gq->nowhere.gq gone->nowhere",
    "s.pg t.pg->s.pg a.gq",
    "s.pg a.gq loop/up->..",
];

/// A finding as both sides tell it: code, place, severity, message.
type Findings = BTreeMap<String, Vec<Value>>;

#[test]
fn the_command_line_and_the_language_server_agree() {
    let shared = include_str!("../../../../workspace/tests/layouts.txt").lines();
    let shared = shared
        .filter_map(|line| line.split_once("  =>  "))
        .map(|(layout, _)| layout);
    let (mut compared, mut refused) = (0, 0);
    for layout in shared.chain(MORE.iter().copied()) {
        let sandbox = Sandbox::new();
        lay(&sandbox, layout);
        let said = sandbox.run(&["lint", ".", "--format", "json"]);
        let shown = shown_by_the_server(sandbox.path());
        let sides = format!("{layout}\n{}{}\n{shown:#?}", said.out, said.err);
        if said.code != 2 {
            compared += 1;
            assert_eq!(told(&said.out), shown, "{sides}");
            continue;
        }
        // The file that keeps the command from checking anything has an error in the editor, too.
        refused += 1;
        let mut words = said.err.lines().next().unwrap_or("").split([' ', ':']);
        let file = words.find(|word| [".gq", ".pg", ".toml"].iter().any(|end| word.ends_with(end)));
        let mut found = shown.get(file.unwrap_or_default()).into_iter().flatten();
        assert!(found.any(|finding| finding[4] == 1), "{sides}");
    }
    assert!(compared >= 30 && refused >= 4, "{compared} compared, {refused} refused");
}

fn lay(sandbox: &Sandbox, layout: &str) {
    for word in layout.split_whitespace() {
        if let Some((path, target)) = word.split_once("->") {
            let path = sandbox.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            #[cfg(unix)]
            std::os::unix::fs::symlink(target, path).expect("a link");
            continue;
        }
        match word.split_once('=') {
            Some((path, text)) => sandbox.write(path, &text.replace('~', " ").replace(';', "\n")),
            None => sandbox.write(word, &content(word)),
        }
    }
}

fn told(json: &str) -> Findings {
    let document: Value = serde_json::from_str(json).expect("JSON");
    let mut findings = Findings::new();
    for found in document["diagnostics"].as_array().expect("a list") {
        let position = |end: &str| {
            let place = &found["range"][end];
            json!([
                place["line"].as_u64().map(|n| n - 1),
                place["column"].as_u64().map(|n| n - 1)
            ])
        };
        let severity = match found["severity"].as_str() {
            Some("error") => 1,
            Some("warning") => 2,
            _ => 3,
        };
        let code = found.get("subcode").unwrap_or(&found["code"]);
        let file = found["file"].as_str().expect("a path").to_owned();
        let finding = json!([code, position("start"), position("end"), found["message"], severity]);
        findings.entry(file).or_default().push(finding);
    }
    findings
}

/// What `omnigraph lsp` answers when it is asked for the diagnostics of the whole folder, with columns as the command line
/// counts them.
fn shown_by_the_server(folder: &Path) -> Findings {
    let mut child = binary::command(folder)
        .arg("lsp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server starts");
    let mut input = child.stdin.take().expect("its stdin is piped");
    let mut output = BufReader::new(child.stdout.take().expect("its stdout is piped"));
    let mut send = |message: Value| {
        let text = message.to_string();
        write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server listens");
        input.flush().expect("the server listens");
    };
    let root = format!("file://{}", folder.display());
    let capabilities = json!({
        "general": { "positionEncodings": ["utf-32"] },
        "textDocument": { "diagnostic": {} },
    });
    send(json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "processId": null, "rootUri": root, "capabilities": capabilities,
        "workspaceFolders": [{ "uri": root, "name": "folder" }],
    } }));
    answer(&mut output, 1);
    send(json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
    send(json!({ "jsonrpc": "2.0", "id": 2, "method": "workspace/diagnostic", "params": { "previousResultIds": [] } }));
    let report = answer(&mut output, 2);
    send(json!({ "jsonrpc": "2.0", "id": 3, "method": "shutdown" }));
    answer(&mut output, 3);
    send(json!({ "jsonrpc": "2.0", "method": "exit" }));
    child.wait().expect("the server ends");

    let mut findings = Findings::new();
    for file in report["items"].as_array().expect("a list") {
        let uri = file["uri"].as_str().expect("a URI");
        let path = uri.strip_prefix(&format!("{root}/")).unwrap_or(uri).to_owned();
        for found in file["items"].as_array().into_iter().flatten() {
            let position = |end: &str| json!([found["range"][end]["line"], found["range"][end]["character"]]);
            // The protocol has no place for labels, notes and help: they stand below the message.
            let message = found["message"].as_str().and_then(|message| message.lines().next());
            let finding = json!([
                found["code"],
                position("start"),
                position("end"),
                message,
                found["severity"]
            ]);
            findings.entry(path.clone()).or_default().push(finding);
        }
    }
    findings
}

/// The answer to the request with this number; what else the server says meanwhile is left aside.
fn answer(output: &mut impl BufRead, id: u64) -> Value {
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            output.read_line(&mut line).expect("the server talks");
            if let Some(number) = line.strip_prefix("Content-Length: ") {
                length = number.trim().parse().expect("a length");
            }
            assert!(!line.is_empty(), "the server ended");
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        output.read_exact(&mut body).expect("the server talks");
        let message: Value = serde_json::from_slice(&body).expect("JSON");
        if message["id"] == id && message.get("method").is_none() {
            assert!(message.get("error").is_none(), "{message}");
            return message["result"].clone();
        }
    }
}
