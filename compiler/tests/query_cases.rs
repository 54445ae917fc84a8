//! The cases of `tests/query/*.md`: queries in prose, and what is said about each.
//!
//! A `gq` block is checked against the laboratory's schema, or against the `pg` block right above it. The `text` block
//! below it says `accepted` or has a line `line:column code message` for each finding, and a line for each of its fixes; one that starts with `params` is
//! a request: the query's parameters as JSON on its first line, and the values or problems on the others. A block that
//! starts with `plan` holds the plan. With `UPDATE_EXPECT=1` the files are rewritten to say what holds.

#[path = "query/support.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use omnigraph_compiler::params::{self, EntryPoint, Options};
use omnigraph_compiler::rules::{Example, RULES};
use omnigraph_model::catalog::Catalog;
use support::{File, check_file};

/// A fenced block: its language, its text, and where its lines are in the file.
struct Block {
    language: String,
    text: String,
    /// The numbers of the first line within the fences and of the closing fence.
    lines: (usize, usize),
}

#[test]
fn cases_hold() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = String::new();
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        let now = evaluated(&text);
        if now == text {
            continue;
        }
        if update {
            fs::write(&path, now).unwrap();
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for (number, (was, is)) in text.lines().zip(now.lines()).enumerate() {
            if was != is {
                wrong += &format!("{name}:{}\n  expected {was}\n  found    {is}\n", number + 1);
                break;
            }
        }
        if text.lines().count() != now.lines().count() && !wrong.contains(&name) {
            wrong += &format!("{name}: other lines at the end\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// Each rule about types and requests is shown by a query that breaks it and, in the same file, one that is accepted.
#[test]
fn every_rule_has_a_case() {
    let mut shown: BTreeMap<&str, bool> = BTreeMap::new();
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        let expectations: Vec<Block> = blocks(&text)
            .into_iter()
            .filter(|block| block.language == "text")
            .collect();
        let lines: Vec<&str> = expectations.iter().flat_map(|block| block.text.lines()).collect();
        let accepted = lines.contains(&"accepted");
        for line in lines {
            for word in line.split([' ', ':']).take(3) {
                if let Some(rule) = RULES.iter().find(|rule| rule.subcode == word) {
                    *shown.entry(rule.subcode).or_default() |= accepted;
                }
            }
        }
    }
    let requests = ["Q010", "Q011", "Q012"];
    let missing: Vec<&str> = RULES
        .iter()
        // Whether there is such a node, only a graph knows.
        .filter(|rule| !matches!(rule.fails, Example::Running { .. }))
        .map(|rule| rule.subcode)
        .filter(|code| code.starts_with(['T', 'P']) || requests.contains(code))
        .filter(|code| !shown.get(code).copied().unwrap_or(false))
        .collect();
    assert!(missing.is_empty(), "without a case: {missing:?}");
}

fn files() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/query");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// The file with every expectation replaced by what is found.
fn evaluated(text: &str) -> String {
    let blocks = blocks(text);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let lab = support::lab();
    // From the end, so that the places of earlier blocks stay.
    let mut edits: Vec<((usize, usize), String)> = Vec::new();
    let mut schema: Option<Arc<Catalog>> = None;
    let mut current: Option<(String, Arc<Catalog>)> = None;
    for block in &blocks {
        match block.language.as_str() {
            "pg" => schema = Some(support::catalog(&block.text)),
            "gq" => current = Some((block.text.clone(), schema.take().unwrap_or_else(|| lab.clone()))),
            "text" => {
                let (query, catalog) = current.as_ref().expect("an expectation follows a query");
                edits.push((block.lines, found(query, catalog, &block.text)));
            }
            _ => {}
        }
    }
    for ((first, last), found) in edits.into_iter().rev() {
        lines.splice(first..last, found.lines().map(str::to_owned));
    }
    lines.join("\n") + "\n"
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, usize, Vec<&str>)> = None;
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => open = Some((language.to_owned(), number + 1, Vec::new())),
            (Some(_), Some(_)) => {
                let (language, first, lines) = open.take().unwrap();
                blocks.push(Block {
                    language,
                    text: lines.join("\n"),
                    lines: (first, number),
                });
            }
            (Some((_, _, lines)), None) => lines.push(line),
            (None, None) => {}
        }
    }
    blocks
}

fn found(query: &str, catalog: &Arc<Catalog>, expected: &str) -> String {
    let file = check_file(query, catalog);
    let first = expected.lines().next().unwrap_or("");
    if let Some(request) = first.strip_prefix("params") {
        return format!("{first}\n{}", answer(&file, request));
    }
    if first == "plan" {
        let plans = file.queries.iter().filter_map(|(_, checked)| checked.plan.as_ref());
        return format!("plan\n{}", plans.map(ToString::to_string).collect::<String>());
    }
    if file.findings.is_empty() {
        assert!(
            file.queries.iter().all(|(_, checked)| checked.plan.is_some()),
            "{query}"
        );
        return "accepted".to_owned();
    }
    let mut lines: Vec<String> = Vec::new();
    for finding in &file.findings {
        lines.push(finding.line.clone());
        for fix in &finding.fixes {
            let safety = if fix.safe { "fix" } else { "maybe" };
            lines.push(format!("    {safety}: {}", fix.title));
        }
    }
    lines.join("\n")
}

/// What a request gives. Words before the JSON: `strict`, `javascript`, `read`, `mutate`, `name=…`.
fn answer(file: &File, request: &str) -> String {
    let json = request.find(['{', '[', '"']).or(request.find("null"));
    let (words, json) = request.split_at(json.unwrap_or(request.len()));
    let words: Vec<&str> = words.split_whitespace().collect();
    let entry = match (words.contains(&"read"), words.contains(&"mutate")) {
        (true, _) => Some(EntryPoint::Read),
        (_, true) => Some(EntryPoint::Mutation),
        _ => None,
    };
    let candidates: Vec<params::Candidate> = file
        .queries
        .iter()
        .map(|(query, _)| params::Candidate {
            name: query.name.text.clone(),
            mutation: matches!(query.body, omnigraph_grammar::query::ast::Body::Mutation(_)),
        })
        .collect();
    let name = words.iter().find_map(|word| word.strip_prefix("name="));
    let index = match params::select(&candidates, name, entry) {
        Ok(index) => index,
        Err(problem) => return problem.to_string(),
    };
    let plan = file.queries[index]
        .1
        .plan
        .as_ref()
        .expect("the query of a request is correct");
    let json = if json.is_empty() { "null" } else { json };
    let json = serde_json::from_str(json).expect("parameters are JSON");
    let options = Options {
        strict: words.contains(&"strict"),
        javascript: words.contains(&"javascript"),
    };
    let decoded = params::bind(plan, &json, options);
    let mut lines: Vec<String> = decoded
        .errors
        .iter()
        .map(|problem| format!("error {problem}"))
        .collect();
    lines.extend(decoded.warnings.iter().map(|problem| format!("warning {problem}")));
    if decoded.errors.is_empty() {
        lines.push("accepted".to_owned());
        let values = decoded.values.iter();
        lines.extend(values.map(|(name, value)| format!("{name} = {}", omnigraph_model::ir::print::literal(value))));
    }
    lines.join("\n")
}

/// Every fix can be applied and removes its finding; a safe one leaves no other error than there was.
#[test]
fn fixes_mend() {
    let lab = support::lab();
    let mut applied = 0;
    let mut wrong = String::new();
    for path in files() {
        let text = fs::read_to_string(&path).unwrap();
        for query in blocks(&text).iter().filter(|block| block.language == "gq") {
            let before = check_file(&query.text, &lab);
            for (finding, fix) in before
                .findings
                .iter()
                .flat_map(|f| f.fixes.iter().map(move |fix| (f, fix)))
            {
                applied += 1;
                let mut mended = query.text.clone();
                let mut edits = fix.edits.clone();
                edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
                for (span, replacement) in edits {
                    mended.replace_range(span.range(), &replacement);
                }
                let after = check_file(&mended, &lab);
                let errors = |file: &File| file.findings.iter().filter(|f| f.error).count();
                let stays = after
                    .findings
                    .iter()
                    .any(|f| (f.subcode, f.start) == (finding.subcode, finding.start));
                if stays || fix.safe && errors(&after) >= errors(&before) {
                    wrong += &format!("{}\n{}\n{mended}\n\n", finding.line, fix.title);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert!(applied > 50, "{applied}");
}

/// The examples of rules about requests: the first breaks exactly that rule, the second is fine.
#[test]
fn examples_of_requests_do_what_they_say() {
    let lab = support::lab();
    let answered = |example: &Example| {
        let Example::Request {
            query,
            name,
            mutation,
            params,
        } = *example
        else {
            return None;
        };
        let name = name.map(|name| format!("name={name} ")).unwrap_or_default();
        let entry = if mutation { "mutate" } else { "read" };
        Some(answer(&check_file(query, &lab), &format!("{name}{entry} {params}")))
    };
    let mut seen = 0;
    for rule in RULES {
        let (Some(fails), Some(passes)) = (answered(&rule.fails), answered(&rule.passes)) else {
            continue;
        };
        seen += 1;
        let problems: Vec<&str> = fails.lines().filter(|line| line.contains(": ")).collect();
        assert!(
            problems.len() == 1 && problems[0].contains(&format!("{}: ", rule.subcode)),
            "{} fails:\n{fails}",
            rule.subcode
        );
        assert!(passes.starts_with("accepted"), "{} passes:\n{passes}", rule.subcode);
    }
    assert!(seen >= 14, "{seen}");
}
