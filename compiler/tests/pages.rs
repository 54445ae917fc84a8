//! Pages made from the rules: one in `docs/codes/` for each code, and `docs/rules.md`, which says by which cases of the
//! literate tests each rule is shown. With `UPDATE_EXPECT=1` they are written instead of compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use omnigraph_compiler::rules::{RULES, Rule, code_page};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn update() -> bool {
    env::var_os("UPDATE_EXPECT").is_some()
}

/// Compares a page, or writes it.
fn expect(path: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(path).is_ok_and(|now| now == text) {
        return Ok(());
    }
    if update() {
        fs::write(path, text).expect("the page can be written");
        return Ok(());
    }
    Err(format!("{} is not what the rules say", path.display()))
}

#[test]
fn every_code_has_its_page() {
    let folder = root().join("docs/codes");
    if update() {
        fs::create_dir_all(&folder).expect("the folder can be made");
    }
    let codes: BTreeSet<&str> = RULES.iter().map(|rule| rule.code).collect();
    let mut wrong = Vec::new();
    for code in &codes {
        let page = code_page(code).expect("a code has rules");
        wrong.extend(expect(&folder.join(format!("{code}.md")), &page).err());
    }
    for entry in fs::read_dir(&folder).expect("the pages are there") {
        let path = entry.expect("a page").path();
        let known = path
            .file_stem()
            .is_some_and(|stem| codes.contains(&*stem.to_string_lossy()));
        match known {
            true => {}
            false if update() => fs::remove_file(&path).expect("the page can be removed"),
            false => wrong.push(format!("{} belongs to no code", path.display())),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}\nUPDATE_EXPECT=1 writes the pages");
}

/// An expectation of a literate page.
struct Case {
    page: String,
    line: usize,
    heading: String,
    /// Codes that are found.
    found: BTreeSet<String>,
    /// It says that all is well.
    accepted: bool,
}

impl Case {
    fn place(&self) -> String {
        let (_, name) = self.page.rsplit_once('/').unwrap_or(("", &self.page));
        format!("[{name}:{}](../{})", self.line, self.page)
    }
}

fn cases(folder: &str, fences: &[&str]) -> Vec<Case> {
    let mut pages: Vec<PathBuf> = fs::read_dir(root().join(folder))
        .expect("the literate tests")
        .map(|entry| entry.expect("a page").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    let mut cases = Vec::new();
    for path in pages {
        let text = fs::read_to_string(&path).expect("a page is text");
        let name = path.file_name().expect("a file").to_string_lossy();
        let (mut heading, mut open, mut inside) = (String::new(), None, false);
        for (number, line) in text.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(info)) if !inside && fences.contains(&info) => {
                    open = Some(Case {
                        page: format!("{folder}/{name}"),
                        line: number + 1,
                        heading: heading.clone(),
                        found: BTreeSet::new(),
                        accepted: false,
                    });
                }
                (Some(_), Some(_)) => cases.extend(open.take()),
                (None, Some(_)) => inside = !inside,
                (Some(case), None) => {
                    case.accepted |= line == "accepted";
                    let words = line.split([' ', ':', '[', ']']).take(6);
                    case.found
                        .extend(words.filter(|word| is_subcode(word)).map(str::to_owned));
                }
                (None, None) if !inside && line.starts_with('#') => {
                    heading = line.trim_start_matches('#').trim().to_owned();
                }
                (None, None) => {}
            }
        }
    }
    cases
}

fn is_subcode(word: &str) -> bool {
    RULES.iter().any(|rule| rule.subcode == word)
}

/// The cases of a rule: where it is broken, and where the same is right. What is right stands under the rule's heading,
/// or nearest to where it is broken.
fn shown<'a>(rule: &Rule, cases: &'a [Case]) -> (Vec<&'a Case>, Vec<&'a Case>) {
    let rejected: Vec<&Case> = cases.iter().filter(|case| case.found.contains(rule.subcode)).collect();
    let own = format!("{}:", rule.subcode);
    let mut accepted: Vec<&Case> = cases
        .iter()
        .filter(|case| case.accepted && case.heading.starts_with(&own) && !case.found.contains(rule.subcode))
        .collect();
    if accepted.is_empty()
        && let Some(first) = rejected.first()
    {
        let near = cases
            .iter()
            .filter(|case| case.accepted && case.page == first.page && !case.found.contains(rule.subcode))
            .min_by_key(|case| case.line.abs_diff(first.line));
        accepted.extend(near);
    }
    (rejected, accepted)
}

#[test]
fn every_rule_is_shown() {
    let schemas = cases("compiler/tests/schema", &["findings"]);
    let queries = cases("compiler/tests/query", &["text"]);
    let mut families: BTreeMap<usize, Vec<(&Rule, String, String)>> = BTreeMap::new();
    let mut missing = Vec::new();
    for rule in RULES {
        let Some(family) = FAMILIES.iter().position(|(letter, _)| is_of(rule, letter)) else {
            continue;
        };
        let (rejected, accepted) = shown(rule, if family == 0 { &schemas } else { &queries });
        if rejected.is_empty() || accepted.is_empty() {
            missing.push(rule.subcode);
        }
        let places = |cases: Vec<&Case>| cases.iter().map(|case| case.place()).collect::<Vec<_>>().join(", ");
        families
            .entry(family)
            .or_default()
            .push((rule, places(rejected), places(accepted)));
    }
    let mut page = HEAD.to_owned();
    for (family, rules) in families {
        let _ = write!(
            page,
            "\n## {}\n\n| rule | | rejected | accepted |\n|---|---|---|---|\n",
            FAMILIES[family].1
        );
        for (rule, rejected, accepted) in rules {
            let _ = writeln!(
                page,
                "| [{}](codes/{}.md) | {} | {rejected} | {accepted} |",
                rule.subcode, rule.code, rule.name
            );
        }
    }
    assert!(
        missing.is_empty(),
        "without a rejected or an accepted case: {missing:?}"
    );
    if let Err(wrong) = expect(&root().join("docs/rules.md"), &page) {
        panic!("{wrong}; UPDATE_EXPECT=1 writes it");
    }
}

fn is_of(rule: &Rule, letter: &str) -> bool {
    let rest = rule.subcode.strip_prefix(letter);
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

const FAMILIES: [(&str, &str); 4] = [
    ("S", "Schemas"),
    ("Q", "Syntax of queries, and requests"),
    ("T", "Meaning of queries"),
    ("P", "Parameters"),
];

const HEAD: &str = "\
# Rules and their tests

Where each rule of the two languages is shown at work: cases that it rejects, and cases beside them that are right. The cases
stand in literate pages that the compiler's tests run. The two examples on the page of a rule's code are run as well. This
page is made from the tests; `UPDATE_EXPECT=1 cargo test -p omnigraph-compiler --test pages` writes it anew.
";
