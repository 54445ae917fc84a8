//! Runs the pages in `tests/migrations`: the change matrix on data. A case is a heading with the blocks `pg before`,
//! `jsonl before`, `pg after`, `plan` and `jsonl after`; a block that is left out is that of the case before. The plan
//! holds a line per step, a line per finding, and what came of it; `jsonl after` is what is stored then. The words `hard`
//! and `optimized` behind `pg after` drop for good, and build indexes beforehand. `UPDATE_EXPECT=1` writes plans and data.

use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use omnigraph_compiler::migrate::{FindingState, HardDrops, PlanOptions};
use omnigraph_tests::reference::Mode;
use omnigraph_tests::store::Store;

use super::{read, validate};

#[derive(Clone, Default)]
struct Case {
    title: String,
    words: Vec<String>,
    before: String,
    data: String,
    after: String,
}

#[test]
fn pages_hold() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let update = env::var_os("UPDATE_EXPECT").is_some();
    let entries = fs::read_dir(folder).expect("the pages are there");
    let mut pages: Vec<_> = entries.map(|entry| entry.expect("a page").path()).collect();
    pages.sort();
    let (mut wrong, mut count) = (String::new(), 0);
    for page in pages {
        let text = fs::read_to_string(&page).expect("a page is text");
        let found = run(&text, &mut count);
        if update && found != text {
            fs::write(&page, &found).expect("the page can be written");
        } else if found != text {
            let line = text
                .lines()
                .zip(found.lines())
                .position(|(old, new)| old != new)
                .unwrap_or_default();
            let shown: Vec<&str> = found.lines().skip(line).take(8).collect();
            writeln!(wrong, "{}:{}: found\n{}\n", page.display(), line + 1, shown.join("\n")).expect("a string");
        }
    }
    assert!(count > 60, "{count} cases");
    assert!(wrong.is_empty(), "\n{wrong}");
}

/// The page as it would be right.
fn run(text: &str, count: &mut usize) -> String {
    let mut out = String::new();
    let mut case = Case::default();
    let mut stored = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out += line;
        out.push('\n');
        if let Some(title) = line.strip_prefix("## ") {
            case.title = title.to_owned();
        }
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let body: String = lines
            .by_ref()
            .take_while(|line| *line != "```")
            .map(|line| format!("{line}\n"))
            .collect();
        let words: Vec<&str> = info.split_whitespace().collect();
        let body = match words.as_slice() {
            ["pg", "before"] => {
                case.before.clone_from(&body);
                body
            }
            ["jsonl", "before"] => {
                case.data.clone_from(&body);
                body
            }
            ["pg", "after", words @ ..] => {
                case.after.clone_from(&body);
                case.words = words.iter().map(|word| (*word).to_owned()).collect();
                body
            }
            ["plan"] => {
                *count += 1;
                let (plan, after) = migrate(&case);
                stored = after;
                plan
            }
            ["jsonl", "after"] => stored.clone(),
            _ => panic!("`{}`: there is no block `{info}`", case.title),
        };
        out += &body;
        out += "```\n";
    }
    out
}

/// The plan with its outcome, and what is stored then.
fn migrate(case: &Case) -> (String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::create(&folder.path().join("graph"), &case.before);
    let fail = |what: &str, message: String| -> ! { panic!("`{}`: {what}: {message}", case.title) };
    if !case.data.is_empty() {
        let loaded = store.load(&case.data, Mode::Append);
        loaded.unwrap_or_else(|failure| fail("its data", failure.message));
    }
    let word = |word: &str| case.words.iter().any(|known| known == word);
    if word("optimized") {
        store.optimize();
    }
    let (old, before) = (store.head(), store.export());
    let options = PlanOptions {
        hard_drops: if word("hard") { HardDrops::All } else { HardDrops::None },
        ..PlanOptions::default()
    };
    let planned = match store.plan(&case.after, &options) {
        Ok(planned) => planned,
        Err(failure) => return (format!("{}\n", failure.message), before),
    };
    let mut shown = String::new();
    for step in &planned.plan.steps {
        writeln!(shown, "{} {step}", step.id).expect("a string");
    }
    for judged in &planned.plan.findings {
        let finding = &judged.finding;
        let allowed = match judged.state {
            FindingState::Open => "",
            FindingState::Proved => "disproved: ",
            FindingState::Suppressed => "allowed: ",
        };
        let severity = finding.severity.word();
        writeln!(shown, "{allowed}{severity} {}: {}", finding.rule.code, finding.message).expect("a string");
        for note in finding.notes.iter().filter(|note| !note.starts_with("accepted as")) {
            writeln!(shown, "    {note}").expect("a string");
        }
    }
    for check in &planned.plan.checks {
        writeln!(shown, "{check}").expect("a string");
    }
    match store.apply(&planned) {
        Ok(report) => {
            let after = store.export();
            let itself = store
                .plan(&case.after, &options)
                .unwrap_or_else(|failure| fail("again", failure.message));
            assert!(
                itself.plan.steps.is_empty(),
                "`{}`: {:?}",
                case.title,
                itself.plan.steps
            );
            validate(&case.after, &after);
            if !word("hard") {
                assert_eq!(store.export_at(&old), before, "`{}`: the older commit", case.title);
            }
            shown += if report.applied { "applied\n" } else { "nothing to do\n" };
        }
        Err(_) => {
            assert_eq!(
                (store.head(), store.export()),
                (old, before),
                "`{}`: it was refused",
                case.title
            );
            shown += "refused\n";
        }
    }
    let after = store.export();
    // The order of an export is that of its rows; a page is easier to read by id.
    let mut lines: Vec<(usize, &str)> = after
        .lines()
        .map(|line| (usize::from(line.contains("\"edge\"")), line))
        .collect();
    lines.sort();
    assert_eq!(read(&after).len(), lines.len());
    (shown, lines.iter().map(|(_, line)| format!("{line}\n")).collect())
}
