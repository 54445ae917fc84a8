//! Pages made from the functions and from the rules: `docs/functions.md`, one in `docs/codes/` for each code, and `docs/rules.md`, which says by which cases of the
//! literate tests each rule is shown. With `UPDATE_EXPECT=1` they are written instead of compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use omnigraph_compiler::project::check_project;
use omnigraph_compiler::rules::{Example, LAB_SCHEMA, RULES, Rule, code_page};
use omnigraph_model::vocabulary::functions::{Group, Nulls, SCALAR_FUNCTIONS};

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

#[test]
fn the_functions_have_a_page() {
    let mut page = String::from(
        "# Functions\n\nThe functions of scalar values, by group. What they are called with is told in the \
         [reference](query-language.md#expressions), as are aggregates, searches and rankings. The result of each example is written as \
         JSON.\n\nNull in gives null out, unless a function is marked: *partial* functions also give null where there is no answer for a \
         value; those that *ignore nulls* leave them out and give null if nothing is left; *never null* says so.\n",
    );
    for group in Group::ALL {
        let _ = write!(
            page,
            "\n## {}\n\n| function | | example | result |\n|---|---|---|---|\n",
            group.title()
        );
        for function in SCALAR_FUNCTIONS.iter().filter(|function| function.group == group) {
            let mark = match function.nulls {
                Nulls::Strict => "",
                Nulls::Partial => " *Partial.*",
                Nulls::Ignored => " *Ignores nulls.*",
                Nulls::Empty => " *Never null.*",
            };
            let _ = writeln!(
                page,
                "| `{}` | {}{mark} | `{}` | `{}` |",
                function.signature(),
                function.meaning,
                function.example,
                function.result
            );
        }
    }
    if let Err(wrong) = expect(&root().join("docs/functions.md"), &page) {
        panic!("{wrong}\nUPDATE_EXPECT=1 writes it");
    }
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
        // Whether there is such a node, only a graph knows.
        let runs = matches!(rule.fails, Example::Running { .. });
        if !runs && (rejected.is_empty() || accepted.is_empty()) {
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
        for (rule, rejected, accepted) in &rules {
            let _ = writeln!(
                page,
                "| [{}](codes/{}.md) | {} | {rejected} | {accepted} |",
                rule.subcode, rule.code, rule.name
            );
        }
        let unreachable = UNREACHABLE
            .iter()
            .filter(|row| row.subcode.starts_with(FAMILIES[family].0));
        for row in unreachable {
            let _ = writeln!(page, "| {} | {} | no text: {} | |", row.subcode, row.name, row.why);
        }
    }
    // The rule book as it was written: a rule cannot leave it with its cases.
    let known = |code: &str| RULES.iter().any(|rule| rule.subcode == code);
    let rows = ROWS.iter().flat_map(|row| row.split_whitespace().map(str::to_owned));
    let schema_rows = (1..=99).map(|number| format!("S{number:03}"));
    let others = UNREACHABLE.iter().map(|row| row.subcode);
    let lost: Vec<String> = schema_rows
        .chain(rows)
        .filter(|code| !known(code) && !others.clone().any(|other| other == code))
        .collect();
    assert!(lost.is_empty(), "rows of the rule book without a rule: {lost:?}");
    assert!(
        missing.is_empty(),
        "without a rejected or an accepted case: {missing:?}"
    );
    if let Err(wrong) = expect(&root().join("docs/rules.md"), &page) {
        panic!("{wrong}; UPDATE_EXPECT=1 writes it");
    }
}

/// A row of the rule book about trees that the grammar never makes of a text.
struct Unreachable {
    subcode: &'static str,
    name: &'static str,
    why: &'static str,
    /// The nearest to it that can be written, and the rule that this breaks.
    text: &'static str,
    broken: &'static str,
}

const UNREACHABLE: [Unreachable; 2] = [
    Unreachable {
        subcode: "T10.2",
        name: "nothing-assigned",
        why: "the grammar wants an assignment between the braces (Q001)",
        text: "query q() {\n    update Person set { } where handle = \"a\"\n}\n",
        broken: "Q001",
    },
    Unreachable {
        subcode: "T21.1",
        name: "rrf-arguments",
        why: "the grammar takes `nearest(…)` and `bm25(…)` alone as rankings of `rrf` (Q001)",
        text: "query q($v: Vector(2)) {\n    match { $d: Doc }\n    return { $d.slug }\n    \
               order { rrf(nearest($d.vec, $v), $d.title) }\n    limit 3\n}\n",
        broken: "Q001",
    },
];

#[test]
fn what_no_text_reaches() {
    for row in &UNREACHABLE {
        assert!(!RULES.iter().any(|rule| rule.subcode == row.subcode), "{}", row.subcode);
        let found = check_project(LAB_SCHEMA, &[("q.gq", row.text)]);
        let codes: Vec<&str> = found.iter().map(|diagnostic| diagnostic.rule.subcode).collect();
        assert_eq!(codes, [row.broken], "{}", row.text);
    }
}

/// The rows about queries and requests; those about schemas are S001 to S099.
const ROWS: [&str; 6] = [
    "Q001 Q002 Q003 Q004 Q005 Q006 Q007 Q008 Q009 Q010 Q011 Q012 Q013 Q014 Q015 Q016 Q017 Q018",
    "T1 T2 T3.1 T3.2 T3.3 T3.4 T3.5 T3.6 T4 T5.1 T5.2 T6.1 T6.2 T6.3 T7.1 T7.2 T7.3 T7.4 T7.5 T7.6 T7.7 T7.8 T7.9",
    "T8.1 T8.2 T8.3 T9.1 T9.2 T10.1 T10.2 T10.3 T11.1 T11.2 T12.1 T12.2 T12.3 T13 T14 T15.1 T15.2 T15.3 T15.4 T15.5 T16",
    "T17 T18 T19 T20 T21.1 T21.2 T21.3 T21.4 T22 T23.1 T23.2 T23.3 T23.4 T23.5 T24",
    "T25 T26 T27 T28 T29 T30 T31 T32 T33 T34 T35 T37 T38 T39 T41 T42 T43 T44 T45 T46 T47 T48 T49 T50 T51 T52 T53 T54 T55 T56 T57 T58.1 T58.2 T58.3 T60 T62.1 T62.2 T64",
    "P001 P002 P003 P004 P005 P006 P007 P008 P009 P010 P011 P012 P013 P014 P015",
];

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
page is made from the tests, which fail if a rule has no case of either sort; `UPDATE_EXPECT=1 cargo test -p
omnigraph-compiler --test pages` writes it anew.

What a correct query can fail with while it runs, [R001](codes/R001.md), [R002](codes/R002.md), [R003](codes/R003.md),
[R004](codes/R004.md), [R005](codes/R005.md) and [R006](codes/R006.md), depends on the data, as [P012](codes/P012.md) and [P014](codes/P014.md) do. The examples on those pages are run on a graph. Rules whose codes begin with X are about
statements of other languages; the tests of the translator run their examples, and `translate/tests/cases` has further ones.
";
