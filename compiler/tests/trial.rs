//! What a change would bring is what a full check of the changed project finds beyond the old one's errors, although only what
//! the change can reach is looked at.

#[path = "../../fuzz/src/random.rs"]
#[allow(unreachable_pub, reason = "it is public in the crate of the fuzz targets")]
mod random;

use std::collections::BTreeSet;

use omnigraph_compiler::db::{self, Database, Project, SourceFile};
use omnigraph_compiler::diagnostic::Diagnostic;
use omnigraph_compiler::trial::{Tried, new_errors, tried};
use omnigraph_grammar::{Language, query, schema};
use random::Random;

const SCHEMA: &str = include_str!("../../examples/movies/schema.pg");
const QUERIES: &str = include_str!("../../examples/movies/queries.gq");
const CHANGES: usize = 400;

struct Checked {
    db: Database,
    project: Project,
    files: Vec<SourceFile>,
    found: Vec<Diagnostic>,
}

fn check(texts: &[String; 3]) -> Checked {
    let db = Database::new();
    let file = |path: &str, text: &String, language| SourceFile::new(&db, path.into(), text.clone(), language);
    let files = vec![
        file("schema.pg", &texts[0], Language::Schema),
        file("a.gq", &texts[1], Language::Query),
        file("b.gq", &texts[2], Language::Query),
    ];
    let project = Project::of(&db, files.clone());
    let found = db::diagnostics(&db, project);
    Checked {
        db,
        project,
        files,
        found,
    }
}

/// Rules of the errors that a change brings, with the files, by a trial.
fn told(checked: &Checked, changes: &[(usize, String)]) -> BTreeSet<(String, &'static str)> {
    let files: Vec<Tried> = changes
        .iter()
        .map(|(at, text)| Tried {
            file: Some(checked.files[*at]),
            language: checked.files[*at].language(&checked.db),
            text: text.clone(),
        })
        .collect();
    let new = tried(&checked.db, checked.project, &files);
    let shown = new.iter().map(|error| {
        let path = error.file.map_or("", |file| file.path(&checked.db));
        (path.to_owned(), error.finding.rule.subcode)
    });
    shown.collect()
}

fn words(language: Language, text: &str) -> Vec<std::ops::Range<usize>> {
    let spans: Vec<_> = match language {
        Language::Schema => schema::tokens(text).iter().map(|token| token.span).collect(),
        Language::Query => query::tokens(text).iter().map(|token| token.span).collect(),
    };
    let is_word = |text: &str| text.starts_with(|c: char| c.is_alphanumeric() || c == '$');
    let ranges = spans.into_iter().map(|span| span.range());
    ranges.filter(|range| is_word(&text[range.clone()])).collect()
}

/// A word of a file exchanged for one of any file.
fn exchanged(texts: &[String; 3], at: usize, random: &mut Random) -> String {
    let language = |at: usize| if at == 0 { Language::Schema } else { Language::Query };
    let own = words(language(at), &texts[at]);
    let from = random.below(3);
    let others = words(language(from), &texts[from]);
    let new = texts[from][random.pick(&others).clone()].to_owned();
    let mut text = texts[at].clone();
    text.replace_range(random.pick(&own).clone(), &new);
    text
}

/// Where everything parses, nothing is hidden, and both must agree.
#[test]
fn a_trial_finds_what_a_full_check_finds() {
    let mut random = Random(11);
    let (first, second) =
        QUERIES.split_at(QUERIES[QUERIES.len() / 2..].find("\n}\n").expect("a query ends") + QUERIES.len() / 2 + 3);
    // Two files that call each other's fragments.
    let first = format!(
        "{first}\nfragment seen($p: Movie, $from: String = \"a\") {{ $p.title >= $from }}\n\nfragment far($p: Movie) {{ near($p)  seen($p, \"b\") }}\n\nquery afar() {{\n    match {{ far($p) }}\n    return {{ $p.title }}\n}}\n"
    );
    let second = format!(
        "{second}\nfragment near($p: Movie) {{ $p.slug != \"\"  seen($p) }}\n\nquery nearby($from: String) {{\n    match {{ near($p)  seen($p, $from) }}\n    return {{ $p.title }}\n}}\n"
    );
    let texts = [SCHEMA.to_owned(), first, second];
    let hides = |found: &[Diagnostic]| {
        found
            .iter()
            .any(|one| one.rule.subcode.starts_with('Q') || one.rule.subcode == "S001")
    };
    let (mut compared, mut with_errors) = (0, 0);
    for round in 0..CHANGES {
        // Now and then from a project that has errors already.
        let mut before = texts.clone();
        if round % 3 == 0 {
            let at = 1 + random.below(2);
            before[at] = exchanged(&before, at, &mut random);
        }
        let checked = check(&before);
        let mut changes = Vec::new();
        let mut after = before.clone();
        for (at, text) in after.iter_mut().enumerate() {
            if random.below(2) == 0 {
                *text = exchanged(&before, at, &mut random);
                changes.push((at, text.clone()));
            }
        }
        let whole = check(&after);
        if hides(&checked.found) || hides(&whole.found) {
            continue;
        }
        let wanted: BTreeSet<_> = new_errors(&checked.found, &whole.found)
            .into_iter()
            .map(|one| (one.file.clone(), one.rule.subcode))
            .collect();
        assert_eq!(told(&checked, &changes), wanted, "{changes:#?}");
        compared += 1;
        with_errors += usize::from(!wanted.is_empty());
    }
    assert!(
        compared > CHANGES / 4 && with_errors > CHANGES / 6,
        "{compared} compared, {with_errors} with errors"
    );
}

#[test]
fn a_query_that_did_not_parse_is_not_held_to_what_shows_once_it_does() {
    let texts = [
        "node Person { name: String }\n".to_owned(),
        "query q() { match { $p: Person $p.nam == \"x\" } return { $p.name } }\n".to_owned(),
        String::new(),
    ];
    let checked = check(&texts);
    let mended = texts[1].replace("==", "=");
    assert_eq!(told(&checked, &[(1, mended.clone())]), BTreeSet::new());
    // It does not excuse other queries of the file.
    let other = format!("{mended}query r() {{ match {{ $p: Persn }} return {{ $p }} }}\n");
    let two = [
        texts[0].clone(),
        format!("{}query r() {{ match {{ $p: Person }} return {{ $p }} }}\n", texts[1]),
        String::new(),
    ];
    assert_eq!(told(&check(&two), &[(1, other)]), [("a.gq".to_owned(), "T1")].into());
}

#[test]
fn a_type_that_was_not_understood_hides_what_its_queries_say() {
    let texts = [
        "node Person { name: String @@ }\n".to_owned(),
        "query q() { match { $p: Person } return { $p.nam } }\n".to_owned(),
        String::new(),
    ];
    let checked = check(&texts);
    assert_eq!(
        told(&checked, &[(0, "node Person { name: String }\n".to_owned())]),
        BTreeSet::new()
    );
}
