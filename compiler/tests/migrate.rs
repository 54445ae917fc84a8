//! Runs the pages in `tests/migrate`: the change matrix. Each case has a `pg accepted` block, a `pg` block, and a `plan`
//! block with the steps as JSON and what was found. Words behind `pg accepted` say what is known of the data: `rows=3`
//! gives every type so many rows, `fine` says that no row breaks any rule. With `UPDATE_EXPECT=1` plans are written
//! instead of compared.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use omnigraph_compiler::diagnostic::{Sources, concise};
use omnigraph_compiler::migrate::{
    FindingState, HardDrops, MigrationPlan, PlanOptions, Side, StoredData, TypeStatistics, plan, plan_from, plan_texts,
};
use omnigraph_compiler::schema::accept;
use omnigraph_compiler::schema_text::{SchemaText, check_schema_text};
use omnigraph_model::migration::Answer;
use omnigraph_model::schema::{Accepted, Counter};

struct Case {
    heading: String,
    words: Vec<String>,
    accepted: String,
    desired: String,
    expected: String,
    lines: std::ops::Range<usize>,
}

#[test]
fn pages_hold() {
    let update = env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = String::new();
    let mut count = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page is text");
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for case in cases(&text).iter().rev() {
            count += 1;
            let found = show(case);
            if found != case.expected {
                writeln!(wrong, "{}: {}\nfound:\n{found}", page.display(), case.heading)
                    .expect("writing into a string");
            }
            lines.splice(case.lines.clone(), found.lines().map(str::to_owned));
        }
        let lines = lines.join("\n") + "\n";
        if update && lines != text {
            fs::write(&page, lines).expect("the page can be written");
        }
    }
    assert!(count > 40, "{count} cases");
    assert!(update || wrong.is_empty(), "\n{wrong}");
}

/// A schema is not a change of itself, and what a plan says depends on the texts alone.
/// Of an interface that grows, the queries are named that read it, by themselves or by a fragment, and no others.
#[test]
fn readers_of_an_interface_are_named() {
    let accepted =
        check_schema_text("interface Named { name: String? }\nnode Book implements Named {}\nnode Shop {}\n");
    let desired = check_schema_text(
        "interface Named { name: String? }\nnode Book implements Named {}\nnode Shop implements Named {}\n",
    );
    let queries = "fragment known($x: Named) { $x.name != \"\" }\n\
                   query all() { match { $x: Named } return { $x } }\n\
                   query some() { match { $b: Book  known($b) } return { $b } }\n\
                   query books() { match { $b: Book } return { $b } }\n";
    let plan = plan_texts(&accepted, &desired, "schema.pg", &PlanOptions::default()).expect("a plan");
    let plan = plan.read_by(&omnigraph_compiler::project::readers([queries]));
    let grows = plan
        .findings
        .iter()
        .find(|judged| judged.finding.rule.code == "OG-BC-107");
    let notes = &grows.expect("the interface grows").finding.notes;
    assert_eq!(notes, &["read by `all`, `some`"]);
}

#[test]
fn plans_of_a_schema_against_itself_are_empty() {
    for page in pages() {
        for case in cases(&fs::read_to_string(&page).expect("a page is text")) {
            for text in [&case.accepted, &case.desired] {
                let text = check_schema_text(text);
                let accepted = accepted_of(&text);
                let plan = plan_from(&accepted, &text, "", &StoredData::unknown(), &PlanOptions::default());
                let plan = plan.expect("it is a schema");
                let steps: Vec<String> = plan.steps.iter().map(|step| step.action.kind()).collect();
                assert!(steps.is_empty(), "{}: {steps:?}", case.heading);
            }
        }
    }
}

/// Every difference between two schemas is told: no plan between unlike shapes is empty.
#[test]
fn unlike_shapes_have_steps() {
    for page in pages() {
        let all = cases(&fs::read_to_string(&page).expect("a page is text"));
        for a in &all {
            for b in &all {
                let (from, to) = (check_schema_text(&a.accepted), check_schema_text(&b.desired));
                let Ok(plan) = plan_texts(&from, &to, "", &PlanOptions::default()) else {
                    continue;
                };
                assert!(
                    !plan.steps.is_empty()
                        || from.check.shape.hash() == to.check.shape.hash()
                        || provenance_only(&from, &to),
                    "{}\n{}",
                    a.accepted,
                    b.desired
                );
            }
        }
    }
}

/// Who declares a property, the node or its interface, is not a change of what the schema means for the data.
fn provenance_only(from: &SchemaText, to: &SchemaText) -> bool {
    let plain = |text: &SchemaText| {
        let mut shape = (*text.check.shape).clone();
        let nodes = shape.nodes.iter_mut().flat_map(|node| &mut node.properties);
        nodes.for_each(|property| {
            property.direct = true;
            property.satisfies.clear();
        });
        shape.hash()
    };
    plain(from) == plain(to)
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/migrate");
    let entries = fs::read_dir(folder).expect("the pages are there");
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.expect("a page").path()).collect();
    pages.sort();
    pages
}

fn cases(text: &str) -> Vec<Case> {
    let lines: Vec<&str> = text.lines().collect();
    let (mut cases, mut heading) = (Vec::new(), String::new());
    let (mut accepted, mut desired, mut known) = (String::new(), String::new(), Vec::new());
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        at += 1;
        if let Some(title) = line.strip_prefix('#') {
            heading = title.trim_start_matches('#').trim().to_owned();
        }
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let start = at;
        while lines.get(at).is_some_and(|line| *line != "```") {
            at += 1;
        }
        let body: String = lines[start..at].iter().map(|line| format!("{line}\n")).collect();
        let words: Vec<String> = info.split_whitespace().map(str::to_owned).collect();
        match words.first().map(String::as_str) {
            Some("pg") if words.get(1).is_some_and(|word| word == "accepted") => {
                accepted = body;
                known = words[2..].to_vec();
            }
            Some("pg") => desired = body,
            Some("plan") => cases.push(Case {
                heading: heading.clone(),
                words: known.clone(),
                accepted: accepted.clone(),
                desired: desired.clone(),
                expected: body,
                lines: start..at,
            }),
            _ => panic!("line {start} is none of the blocks that a page has"),
        }
        at += 1;
    }
    cases
}

fn accepted_of(text: &SchemaText) -> Accepted {
    let mut counter = Counter::default();
    accept(&text.check, None, &mut counter).expect("it is a schema").0
}

fn planned(case: &Case, accepted: &SchemaText, desired: &SchemaText) -> Result<MigrationPlan, String> {
    let options = PlanOptions {
        hard_drops: match case.words.iter().any(|word| word == "hard") {
            true => HardDrops::All,
            false => HardDrops::None,
        },
        ..PlanOptions::default()
    };
    let before = accepted_of(accepted);
    let rows = case
        .words
        .iter()
        .find_map(|word| word.strip_prefix("rows=")?.parse().ok());
    let data = match rows {
        None => StoredData::unknown(),
        Some(rows) => {
            let nodes = before.nodes.iter().map(|node| node.type_id);
            let types = nodes.chain(before.edges.iter().map(|edge| edge.type_id));
            let known = TypeStatistics {
                rows,
                ..TypeStatistics::default()
            };
            StoredData::of_types(types.map(|id| (id, known)).collect())
        }
    };
    let mut counter = Counter::after(before.next_identity_id);
    let sources = Sources::new([("", "")]);
    let after = match accept(&desired.check, Some(&before), &mut counter) {
        Ok((after, _)) => after,
        Err(errors) => {
            let errors = desired.diagnostics("", &errors);
            let lines: Vec<String> = errors.iter().map(|error| concise(error, &sources)).collect();
            return Err(lines.join("\n") + "\n");
        }
    };
    let first = plan(&before, &after, desired, &data, &options);
    let offending = case
        .words
        .iter()
        .find_map(|word| word.strip_prefix("offending=")?.parse().ok());
    let answer = match (case.words.iter().any(|word| word == "fine"), offending) {
        (true, _) => Answer::default(),
        (_, Some(rows)) => Answer {
            rows,
            examples: vec!["a".into(), "b".into()],
        },
        _ => return Ok(first),
    };
    let answers = first
        .questions
        .iter()
        .map(|question| (question.clone(), answer.clone()))
        .collect();
    Ok(plan(&before, &after, desired, &data.with_answers(answers), &options))
}

/// One line per step, then one line per finding.
fn show(case: &Case) -> String {
    let (accepted, desired) = (check_schema_text(&case.accepted), check_schema_text(&case.desired));
    let plan = match planned(case, &accepted, &desired) {
        Ok(plan) => plan,
        Err(refusal) => return refusal,
    };
    let mut shown = String::new();
    if plan.steps.is_empty() {
        shown += "no change\n";
    }
    for step in &plan.steps {
        let json = serde_json::to_string(step).expect("a step is JSON");
        writeln!(shown, "{json}").expect("writing into a string");
    }
    for (at, judged) in plan.findings.iter().enumerate() {
        let (side, text, source) = match judged.side {
            Side::Accepted => ("accepted", &accepted, &case.accepted),
            Side::Desired => ("desired", &desired, &case.desired),
        };
        let sources = Sources::new([(side, source.as_str())]);
        let placed = plan.diagnostics(judged.side, text, side);
        let found = placed
            .iter()
            .find(|(found, _)| *found == at)
            .expect("it is of this side");
        let suppressed = match judged.state {
            FindingState::Open => "",
            FindingState::Proved => "disproved: ",
            FindingState::Suppressed => "allowed: ",
        };
        writeln!(shown, "{suppressed}{}", concise(&found.1, &sources)).expect("writing into a string");
        for note in &found.1.notes {
            writeln!(shown, "    {note}").expect("writing into a string");
        }
        for fix in &found.1.fixes {
            writeln!(shown, "    maybe: {}", fix.title).expect("writing into a string");
        }
    }
    let verdict = match (plan.supported(), plan.safe()) {
        (true, true) => "can be applied",
        (true, false) => "unsafe",
        (false, _) => "unsupported",
    };
    writeln!(shown, "{verdict}").expect("writing into a string");
    shown
}
