//! How long it takes to check and to format files of 1, 10 and 50 MB: `cargo bench -p omnigraph-compiler --bench sizes`, with
//! other sizes as arguments.

use std::fmt::Write;
use std::time::Instant;

use omnigraph_compiler::db::{self, Database, Project, SourceFile};
use omnigraph_compiler::rules::LAB_SCHEMA;
use omnigraph_grammar::Language;
use omnigraph_grammar::format::format;

/// Writes the declaration of this number to the end of a text.
type Part = fn(usize, &mut String);

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let sizes = if asked.is_empty() { vec![1, 10, 50] } else { asked };
    println!(
        "{:>6} {:<22} {:>9} {:>9} {:>9}",
        "MB", "file", "check s", "again s", "format s"
    );
    for size in sizes {
        let kinds: [(&str, Language, Part); 5] = [
            ("schema", Language::Schema, types),
            ("schema, all wrong", Language::Schema, wrong_types),
            ("queries", Language::Query, queries),
            ("queries, all wrong", Language::Query, wrong_queries),
            ("no language at all", Language::Query, noise),
        ];
        for (name, language, part) in kinds {
            let mut text = String::new();
            let mut number = 0;
            while text.len() < size << 20 {
                part(number, &mut text);
                number += 1;
            }
            measure(size, name, language, text);
        }
    }
}

fn measure(size: usize, name: &str, language: Language, text: String) {
    let mut db = Database::new();
    let mut files = Vec::new();
    if language == Language::Query {
        files.push(SourceFile::new(
            &db,
            "schema.pg".into(),
            LAB_SCHEMA.into(),
            Language::Schema,
        ));
    }
    let file = SourceFile::new(&db, "file".into(), text.clone(), language);
    files.push(file);
    let project = Project::of(&db, files);
    let check = timed(|| drop(db::diagnostics(&db, project)));
    // A comment at the top moves everything.
    salsa::Setter::to(file.set_text(&mut db), format!("// moved\n{text}"));
    let again = timed(|| drop(db::diagnostics(&db, project)));
    let formatted = timed(|| drop(format(language, &text, 100)));
    println!("{size:>6} {name:<22} {check:>9.2} {again:>9.2} {formatted:>9.2}");
}

/// Seconds that the work took: of the processor where the system says so (Linux), so that a busy machine counts no less
/// than an idle one, and else of the clock.
fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    let busy = processor();
    work();
    match busy.zip(processor()) {
        Some((before, after)) => after - before,
        None => start.elapsed().as_secs_f64(),
    }
}

/// How long this thread has run.
fn processor() -> Option<f64> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = told.split_whitespace().next()?.parse().ok()?;
    Some(nanoseconds / 1e9)
}

fn types(number: usize, text: &mut String) {
    let _ = write!(
        text,
        "node N{number} {{\n    key: String @key\n    title: String @index\n    pages: I32? @range(1..9)\n}}\n\n\
         edge E{number}: N{number} -> N0 @card(0..1)\n\n"
    );
}

fn wrong_types(number: usize, text: &mut String) {
    let _ = write!(
        text,
        "node N{number} {{\n    key: String? @key\n    title: Text @indx\n    @unique(titel)\n}}\n\nedge E{number}: N{number} -> Nowhere\n\n"
    );
}

fn queries(number: usize, text: &mut String) {
    let _ = write!(
        text,
        "query q{number}($h: String) {{\n    match {{\n        $p: Person {{ handle: $h }}\n        $p follows $q\n    }}\n    \
         return {{ $q.name, count($p) as n }}\n}}\n\n"
    );
}

fn wrong_queries(number: usize, text: &mut String) {
    let _ = write!(
        text,
        "query q{number}($h: Strin) {{\n    match {{\n        $p: Persn {{ handle: $h }}\n        $p follows $q\n    }}\n    \
         return {{ $q.nam, $r.x\n}}\n\n"
    );
}

fn noise(number: usize, text: &mut String) {
    let _ = writeln!(text, "{number} }} ( what; is [ this \u{a0} # 'x' \"");
}
