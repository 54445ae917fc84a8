//! What messages name exists: every setting, command, flag and code in a string of the sources is one that the program has.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use omnigraph_tests::binary;
use regex::Regex;
use serde_json::Value;

/// The string literals of the crates, with their files; a literal that goes on in the next line is one text.
fn literals() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let mut folders: Vec<PathBuf> = ["grammar", "compiler", "lsp", "engine", "cli"]
        .iter()
        .map(|name| root.join(name).join("src"))
        .collect();
    let literal = Regex::new(r#""((?:[^"\\]|\\.|\\\n)*)""#).expect("a pattern");
    let comment = Regex::new(r"(?m)^\s*//.*$").expect("a pattern");
    let joined = Regex::new(r"\\\n\s*").expect("a pattern");
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source");
                let text = comment.replace_all(&text, "");
                found.extend(literal.captures_iter(&text).map(|literal| {
                    let text = joined.replace_all(&literal[1], "").into_owned();
                    (path.clone(), text)
                }));
            }
        }
    }
    assert!(found.len() > 5000, "the sources are read: {}", found.len());
    found
}

/// Every command with the flags that its help lists, `schema plan` as one name.
fn commands() -> BTreeMap<String, BTreeSet<String>> {
    let flag = Regex::new(r"--[a-z][a-z-]+").expect("a pattern");
    let listed = Regex::new(r"(?m)^  ([a-z]+)(?:  |$)").expect("a pattern");
    let folder = tempfile::tempdir().expect("a folder");
    let mut commands = BTreeMap::new();
    let mut open = vec![Vec::new()];
    while let Some(name) = open.pop() {
        let mut arguments: Vec<&str> = name.iter().map(String::as_str).collect();
        arguments.push("--help");
        let help = binary::ok(folder.path(), &arguments);
        if let Some(section) = help.split("Commands:\n").nth(1) {
            let section = section.split("\n\n").next().unwrap_or_default();
            for command in listed.captures_iter(section).filter(|command| &command[1] != "help") {
                open.push(name.iter().cloned().chain([command[1].to_owned()]).collect());
            }
        }
        let flags = flag.find_iter(&help).map(|flag| flag.as_str().to_owned()).collect();
        commands.insert(name.join(" "), flags);
    }
    commands
}

#[test]
fn settings_in_messages_are_settings_of_the_reader() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let schema = fs::read_to_string(root.join("docs/omnigraph.schema.json")).expect("the schema of the settings");
    let schema: Value = serde_json::from_str(&schema).expect("JSON");
    let keys = |section: &str| schema["properties"][section]["properties"].as_object().cloned();
    let under = Regex::new(r"`([a-z-]+)` under `\[([a-z]+)\]`").expect("a pattern");
    let dotted = Regex::new(r"`(annotations|lint|format|owners|embedding)\.[a-z-]+`").expect("a pattern");
    let mut seen = 0;
    for (path, text) in literals() {
        for named in under.captures_iter(&text) {
            seen += 1;
            let known = keys(&named[2]).is_some_and(|keys| keys.contains_key(&named[1]));
            assert!(known, "{}: no setting {}.{}", path.display(), &named[2], &named[1]);
        }
        assert!(
            !dotted.is_match(&text),
            "{}: a setting is written `key` under `[section]`: {text}",
            path.display()
        );
    }
    assert!(seen >= 5, "messages name settings: {seen}");
}

#[test]
fn commands_and_flags_in_messages_exist() {
    let commands = commands();
    let all: BTreeSet<&String> = commands.values().flatten().collect();
    let flag = Regex::new(r"(?:^|[ `(])(--[a-z][a-z-]+)").expect("a pattern");
    let command = Regex::new(r"`omnigraph ([a-z]+(?: [a-z]+)?)([^`]*)`").expect("a pattern");
    let mut seen = (0, 0);
    for (path, text) in literals() {
        // Names of git's own flags, and the pieces of its commands.
        if path.ends_with("git.rs") {
            continue;
        }
        for named in flag.captures_iter(&text) {
            seen.0 += 1;
            assert!(
                all.contains(&named[1].to_owned()),
                "{}: no flag {} ({text})",
                path.display(),
                &named[1]
            );
        }
        for named in command.captures_iter(&text) {
            seen.1 += 1;
            let words: Vec<&str> = named[1].split(' ').collect();
            let flags = commands.get(&named[1]).or_else(|| commands.get(words[0]));
            let flags = flags.unwrap_or_else(|| panic!("{}: no command `{}`", path.display(), &named[1]));
            for given in flag.captures_iter(&named[2]) {
                assert!(
                    flags.contains(&given[1]),
                    "{}: `{}` has no {}",
                    path.display(),
                    &named[1],
                    &given[1]
                );
            }
        }
    }
    assert!(
        seen.0 >= 20 && seen.1 >= 5,
        "messages name commands and flags: {seen:?}"
    );
}

#[test]
fn codes_in_messages_are_rules() {
    let codes: BTreeSet<&str> = omnigraph_compiler::rules::RULES
        .iter()
        .flat_map(|rule| [rule.code, rule.subcode])
        .collect();
    let code = Regex::new(r"\b(?:[SLQ]\d{3}|P0\d\d|OG-[A-Z]{2}-\d{3})\b").expect("a pattern");
    // A bare code is not a message: some are reserved.
    for (path, text) in literals().into_iter().filter(|(_, text)| text.contains(' ')) {
        // Codes that end in 999 are examples of such that do not exist.
        for named in code.find_iter(&text).filter(|named| !named.as_str().ends_with("999")) {
            assert!(
                codes.contains(named.as_str()),
                "{}: no rule {} ({text})",
                path.display(),
                named.as_str()
            );
        }
    }
}
