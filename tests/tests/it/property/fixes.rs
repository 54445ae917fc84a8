//! Fixes on random queries over random graphs: whichever rule offers it, a fix brings no error, and one that is marked safe
//! changes neither the rows, nor the columns, nor the parameters, and brings no other finding. `OMNIGRAPH_TEST_FIXES` says how
//! many fixes are tried.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use omnigraph_compiler::db::{Database, Project, SourceFile};
use omnigraph_compiler::diagnostic::{Diagnostic, Fix, Severity};
use omnigraph_compiler::lint::{self, fix::applied};
use omnigraph_compiler::rules::LINTS;
use omnigraph_compiler::schema_text::SCHEMA_FILE;
use omnigraph_compiler::settings::{Level, Settings};
use omnigraph_grammar::Language;
use omnigraph_model::catalog::Catalog;
use omnigraph_model::ir::{Parameter, Plan, ResultColumn};
use omnigraph_tests::compile::{find_query, read_catalog};
use omnigraph_tests::reference::Mode;
use omnigraph_tests::store::{Outcome, Store};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use salsa::Setter;

use super::{NOW, graphs, queries};

/// In an ordinary run.
const FIXES: usize = 600;
const QUERIES_A_GRAPH: usize = 30;

#[test]
fn fixes_keep_what_they_promise() {
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse::<u64>().ok());
    let wanted = number("OMNIGRAPH_TEST_FIXES").map_or(FIXES, |wanted| wanted as usize);
    let seed = number("OMNIGRAPH_TEST_SEED").unwrap_or(20_261_129);
    let catalog = read_catalog(graphs::SCHEMA);
    let mut linted = Linted::new();
    let (mut tried, mut safe, mut with_rows, mut graph) = (0, 0, 0, 0);
    let mut rules: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    while tried < wanted {
        let mut rng = SmallRng::seed_from_u64(seed.wrapping_mul(1_000_003) + graph);
        graph += 1;
        let folder = crate::migrations::folder();
        let store = Store::create(&folder.path().join("graph"), graphs::SCHEMA);
        let mut drawn = graphs::draw(&mut rng);
        // Where there is little, little is found.
        while drawn.ids("Item").len() < 6 || drawn.ids("Place").len() < 4 || drawn.ids("Slot").len() < 2 {
            drawn = graphs::draw(&mut rng);
        }
        drawn.lines.sort_by_key(|line| line.starts_with("{\"edge\""));
        store.load(&drawn.text(), Mode::Append).expect("the graph is right");
        for _ in 0..QUERIES_A_GRAPH {
            let mut request = queries::request(&mut rng);
            for _ in 0..rng.random_range(1..4) {
                let habit = habit(&request.text, &mut rng);
                if let Some(text) = habit.filter(|text| checks(text, &catalog).is_some()) {
                    request.text = text;
                }
            }
            let before = linted.found(&request.text);
            for finding in &before {
                for fix in &finding.fixes {
                    tried += 1;
                    safe += usize::from(fix.safe);
                    *rules.entry((finding.rule.subcode, fix.safe)).or_default() += 1;
                    let mended = mended(&request.text, fix);
                    let told = |what: &str| {
                        format!(
                            "{}: {}: {what}\n{}\n{mended}",
                            finding.rule.subcode, fix.title, request.text
                        )
                    };
                    let after = linted.found(&mended);
                    let new = more(&before, &after, |one| one.severity == Severity::Error);
                    assert!(new.is_empty(), "{}", told(&format!("new errors {new:?}")));
                    if !fix.safe {
                        continue;
                    }
                    let new = more(&before, &after, |_| true);
                    assert!(new.is_empty(), "{}", told(&format!("new findings {new:?}")));
                    let contracts = (checks(&request.text, &catalog), checks(&mended, &catalog));
                    assert_eq!(contracts.0, contracts.1, "{}", told("another contract"));
                    let rows = |text: &str| match store.run(text, &request.params, NOW) {
                        Ok(ran) => match ran.outcome {
                            Outcome::Rows(answer) => Ok((answer.columns, answer.rows)),
                            Outcome::Affected { .. } => panic!("{text}"),
                        },
                        Err(failure) => Err(failure.codes),
                    };
                    let (old, new) = (rows(&request.text), rows(&mended));
                    with_rows += usize::from(old.as_ref().is_ok_and(|(_, rows)| !rows.is_empty()));
                    assert_eq!(old, new, "{}\n{}", told("other rows"), drawn.text());
                }
            }
        }
    }
    let offering: BTreeSet<&str> = rules.keys().map(|(code, _)| *code).collect();
    println!(
        "{tried} fixes of {} rules on {graph} graphs, {safe} of them safe: {rules:?}",
        offering.len()
    );
    // Fixes that are never offered prove nothing, and neither do those of queries without rows.
    assert!(offering.len() >= 15, "{rules:?}");
    assert!(
        safe * 5 > tried && with_rows * 5 > safe,
        "{safe} safe, {with_rows} with rows"
    );
}

/// With every lint on but those that every random query has.
fn settings() -> Settings {
    let mut settings = Settings::default();
    for lint in LINTS {
        let level = match lint.rule.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Info => Level::Info,
        };
        let set = settings.lint.levels.insert(lint.rule.code, level);
        set.expect("a lint can be set");
    }
    settings
}

/// The project of one query. Its schema stays as it is, so it is checked once.
struct Linted {
    db: Database,
    project: Project,
    query: SourceFile,
    settings: Settings,
}

impl Linted {
    fn new() -> Linted {
        let (db, settings) = (Database::new(), settings());
        let file = |path: &str, text: &str, language| SourceFile::new(&db, path.to_owned(), text.to_owned(), language);
        let query = file("q.gq", "", Language::Query);
        let files = vec![file(SCHEMA_FILE, graphs::SCHEMA, Language::Schema), query];
        let project = Project::new(&db, files, settings.schema_settings(None), None, Vec::new());
        Linted {
            db,
            project,
            query,
            settings,
        }
    }

    /// Findings about a query, as the command line has them.
    fn found(&mut self, text: &str) -> Vec<Diagnostic> {
        self.query.set_text(&mut self.db).to(text.to_owned());
        let options = lint::Options {
            settings: &self.settings,
            relative: &str::to_owned,
            external: None,
        };
        let (found, _) = lint::findings(&self.db, self.project, options);
        found.into_iter().filter(|one| one.file == "q.gq").collect()
    }
}

/// Codes of which there are more than before.
fn more(before: &[Diagnostic], after: &[Diagnostic], counts: impl Fn(&Diagnostic) -> bool) -> Vec<&'static str> {
    let mut numbers: BTreeMap<&str, isize> = BTreeMap::new();
    after
        .iter()
        .filter(|one| counts(one))
        .for_each(|one| *numbers.entry(one.rule.subcode).or_default() += 1);
    before
        .iter()
        .filter(|one| counts(one))
        .for_each(|one| *numbers.entry(one.rule.subcode).or_default() -= 1);
    numbers
        .into_iter()
        .filter(|(_, number)| *number > 0)
        .map(|(code, _)| code)
        .collect()
}

fn mended(text: &str, fix: &Fix) -> String {
    let texts = [("q.gq".to_owned(), text.to_owned())].into();
    applied(&texts, &[fix]).remove("q.gq").expect("the file")
}

/// Columns and parameters of a query without errors.
fn checks(text: &str, catalog: &Arc<Catalog>) -> Option<(Vec<ResultColumn>, Vec<Parameter>)> {
    let tree = find_query(text, None).ok()?;
    let checked = omnigraph_compiler::query::check(&tree, catalog);
    let wrong = checked
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Error);
    match checked.plan? {
        Plan::Read(plan) if !wrong => Some((checked.descriptor?.result, plan.parameters)),
        _ => None,
    }
}

/// The query as somebody would write it whom a lint could help; `None` where there is nothing to write so.
fn habit(text: &str, rng: &mut SmallRng) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = "        ";
    let is_clause = |line: &&str| line.starts_with(indent) && line.trim_start().starts_with('$');
    let clauses: Vec<usize> = (0..lines.len()).filter(|at| is_clause(&lines[*at])).collect();
    let variables: Vec<(String, String)> = regex::Regex::new(r"\$(\w+): (\w+)")
        .expect("a pattern")
        .captures_iter(text)
        .map(|found| (found[1].to_owned(), found[2].to_owned()))
        .collect();
    let replaced = |at: usize, line: String| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        lines[at] = line;
        lines.join("\n") + "\n"
    };
    let added = |clause: String| text.replacen("    match {\n", &format!("    match {{\n{indent}{clause}\n"), 1);
    let clause = clauses.choose(rng).copied();
    // Few queries are about one node alone, which is where sort keys can be too many.
    if let [(name, ty)] = variables.as_slice()
        && ty == "Place"
        && rng.random_bool(0.5)
    {
        return Some(ordered_by_key(text, name));
    }
    Some(match rng.random_range(0..25) {
        0 => text
            .replacen("query q(", "query q($unused: I32?, ", 1)
            .replace(", )", ")"),
        1 => added(lines[clause?].trim().to_owned()),
        2 => {
            let start = text.find("return { ")? + 9;
            let first = text[start..].split([',', '}']).next()?.trim();
            format!("{}{first}, {}", &text[..start], &text[start..])
        }
        3 => {
            let step = regex::Regex::new(r"(\$\w+) (link|road|at|uses) (\$\w+)").expect("a pattern");
            step.replace(text, "$1 $2{1,1} $3").into_owned()
        }
        4 => {
            let step = regex::Regex::new(r"(\$\w+) (at|uses) (\$\w+)").expect("a pattern");
            step.replace(text, "$1 $2{1,3} $3").into_owned()
        }
        5 => {
            let step = regex::Regex::new(r"(\$\w+) (at|uses) (\$\w+)").expect("a pattern");
            step.replace(text, "$3 $2 $1").into_owned()
        }
        6 => {
            let (name, ty) = variables.choose(rng)?;
            let property = property(ty, rng);
            added(format!("${name}.{property} = ${name}.{property}"))
        }
        7 => {
            let (name, ty) = variables.choose(rng)?;
            let text = if ty == "Place" { "name" } else { "s" };
            added(format!("${name}.{text} contains \"\""))
        }
        8 => added("1 = 1".to_owned()),
        9 => {
            // Without its binding, if links say what it is.
            let at = clauses
                .iter()
                .copied()
                .find(|at| lines[*at].contains(": ") && rng.random_bool(0.6))?;
            replaced(at, String::new()).replace("\n\n", "\n")
        }
        10 => {
            let (name, _) = variables.choose(rng)?;
            text.replacen("query q(", &format!("query q(${name}: String?, "), 1)
                .replace(", )", ")")
        }
        11 => {
            let width = regex::Regex::new(r": (I32|I64|U32|F32|F64)\b").expect("a pattern");
            let to = ["I64", "I32", "F32", "F64"].choose(rng)?;
            let head = lines[0];
            replaced(0, width.replace(head, format!(": {to}")).into_owned())
        }
        12 => text.replacen("search(", "match_text(", 1),
        13 => {
            let call = regex::Regex::new(r"(?m)^(\s+)((?:search|fuzzy|match_text)\([^)]*\))$").expect("a pattern");
            call.replace(text, "$1$2 = true").into_owned()
        }
        14 => {
            let mark = [",", ";"].choose(rng)?;
            replaced(clause?, format!("{}{mark}", lines[clause?]))
        }
        15 => {
            let (name, ty) = variables.iter().find(|(_, ty)| ty == "Place")?;
            limited_by_key(text, name, ty, rng)?
        }
        16 => {
            let (name, _) = variables.iter().find(|(_, ty)| ty == "Place")?;
            ordered_by_key(text, name)
        }
        17 => {
            let spelled = [("link", "LINK"), ("road", "rOad"), ("at", "AT"), ("uses", "Uses")].choose(rng)?;
            let step = regex::Regex::new(&format!(r"(\$\w+) {} (\$\w+)", spelled.0)).expect("a pattern");
            step.replace(text, format!("$1 {} $2", spelled.1)).into_owned()
        }
        18 => {
            let (name, ty) = variables.choose(rng)?;
            let text = if ty == "Place" { "name" } else { "s" };
            let pattern = ["^a", "b$", "ab", "^[ab]"].choose(rng)?;
            added(format!("${name}.{text} matches \"{pattern}\""))
        }
        19 => {
            let (name, _) = variables.choose(rng)?;
            added(format!("let $unread = ${name}.id"))
        }
        20 => {
            let (name, ty) = variables.choose(rng)?;
            let op = ["=", "!=", "<"].choose(rng)?;
            added(format!("${name}.{} {op} null", property(ty, rng)))
        }
        21 => {
            let (name, ty) = variables.choose(rng)?;
            added(format!("(not (${name}.{} = 2))", property(ty, rng)))
        }
        22 => text.replacen("return {", "return distinct {", 1),
        23 => {
            let (name, ty) = variables.choose(rng)?;
            let number = if ty == "Place" { "size" } else { "i" };
            let columns = format!(
                "return {{ ${name}.{number} -${name}.{number} as less, cast(${name}.{number} / 2 as I64) as half, "
            );
            text.replacen("return { ", &columns, 1)
        }
        _ => {
            // Clauses in another order.
            let (a, b) = (clause?, clauses.choose(rng).copied()?);
            let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            lines.swap(a, b);
            lines.join("\n") + "\n"
        }
    })
}

fn property(ty: &str, rng: &mut SmallRng) -> String {
    let own = match ty {
        "Item" => ["i", "l", "f", "d", "s", "flag"].as_slice(),
        "Place" => &["code", "name", "size", "ratio", "open", "level"],
        _ => &["n", "side", "note", "d"],
    };
    (*own.choose(rng).expect("a property")).to_owned()
}

/// Pins a place by its key, so that a limit says nothing.
fn limited_by_key(text: &str, name: &str, ty: &str, rng: &mut SmallRng) -> Option<String> {
    let code = ["m", "c", "x", "a"].choose(rng)?;
    let pinned = text.replacen(
        &format!("${name}: {ty}"),
        &format!("${name}: {ty} {{ code: \"{code}\" }}"),
        1,
    );
    Some(match pinned.contains("limit") {
        true => pinned,
        false => pinned.trim_end().trim_end_matches('}').to_owned() + "    limit 9\n}\n",
    })
}

/// Orders by more than the key of a place.
fn ordered_by_key(text: &str, name: &str) -> String {
    match text.contains("order {") {
        true => text.replacen("order { ", &format!("order {{ ${name}.code, "), 1),
        false => {
            text.trim_end().trim_end_matches('}').to_owned()
                + &format!("    order {{ ${name}.code, ${name}.name }}\n}}\n")
        }
    }
}

/// What the habits and the generator write is what the test is about: the lints that fixes belong to are met.
#[test]
fn habits_are_met() {
    let mut rng = SmallRng::seed_from_u64(1);
    let mut linted = Linted::new();
    let mut missing = BTreeSet::from([
        "L301", "L302", "L304", "L307", "L309", "L313", "L403", "L407", "L410", "L412", "L413", "L416", "L422", "L423",
        "L424", "L509", "L510", "L601", "L608", "L610", "L612", "L801", "L802", "L803", "L806",
    ]);
    for _ in 0..2000 {
        let request = queries::request(&mut rng);
        if let Some(text) = habit(&request.text, &mut rng) {
            for one in linted.found(&text).iter().filter(|one| !one.fixes.is_empty()) {
                missing.remove(one.rule.code);
            }
        }
        if missing.is_empty() {
            return;
        }
    }
    panic!("{missing:?}");
}
