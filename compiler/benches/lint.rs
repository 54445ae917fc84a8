//! How long linting a large project takes, and how much memory: `cargo bench -p omnigraph-compiler --bench lint`, with the
//! number of types, which is that of the queries, too, as an argument.

use std::fmt::Write;
use std::time::Instant;

use omnigraph_compiler::db::{Database, Project, SourceFile};
use omnigraph_compiler::diagnostic::{Sources, concise};
use omnigraph_compiler::lint::{self, Options};
use omnigraph_compiler::settings::{Level, Settings};
use omnigraph_grammar::Language;

fn main() {
    let asked: Vec<usize> = std::env::args().filter_map(|word| word.parse().ok()).collect();
    let sizes = if asked.is_empty() {
        vec![100, 1_000, 10_000]
    } else {
        asked
    };
    println!(
        "{:>8} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "types", "lint s", "all s", "findings", "print s", "peak MB"
    );
    for size in sizes {
        let all_on = {
            let mut settings = Settings::default();
            settings.lint.levels.insert("L", Level::Info).expect("a family");
            settings
        };
        let (lint, ..) = timed(size, &Settings::default());
        let (all, print, findings) = timed(size, &all_on);
        println!(
            "{size:>8} {lint:>9.2} {all:>9.2} {findings:>9} {print:>9.2} {:>9.0}",
            peak()
        );
    }
}

fn timed(size: usize, settings: &Settings) -> (f64, f64, usize) {
    let start = Instant::now();
    let db = Database::new();
    let mut files = vec![SourceFile::new(&db, "schema.pg".into(), schema(size), Language::Schema)];
    for first in (0..size).step_by(20) {
        let path = format!("queries/q{first}.gq");
        files.push(SourceFile::new(&db, path, queries(first, size), Language::Query));
    }
    let sources = Sources::new(
        files
            .iter()
            .map(|file| (file.path(&db).clone(), file.text(&db).clone())),
    );
    let project = Project::new(&db, files, settings.schema_settings(None), None, Vec::new());
    let options = Options {
        settings,
        relative: &str::to_owned,
        external: None,
    };
    let (found, _) = lint::findings(&db, project, options);
    let linted = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let lines: usize = found.iter().map(|diagnostic| concise(diagnostic, &sources).len()).sum();
    assert!(lines > 0 || found.is_empty());
    (linted, start.elapsed().as_secs_f64(), found.len())
}

/// Every third type has what an interface gives it; each has two edges.
fn schema(size: usize) -> String {
    let mut text = String::from("interface Named {\n    name: String @index\n    note: String?\n}\n\n");
    for n in 0..size {
        let implements = if n % 3 == 0 { " implements Named" } else { "" };
        let own = if n % 3 == 0 { "" } else { "    name: String\n" };
        let _ = write!(
            text,
            "node Type{n}{implements} {{\n    code: String @key\n{own}    size: I32?\n    made: DateTime?\n    state: enum(draft, open, done)\n}}\n\n\
             edge Uses{n}: Type{n} -> Type{}\nedge Made{n}: Type{n} -> Type{} {{\n    since: Date?\n}}\n\n",
            (n * 7 + 1) % size,
            (n * 13 + 5) % size,
        );
    }
    text
}

/// Twenty queries: look-ups, lists, steps, negations, writes.
fn queries(first: usize, size: usize) -> String {
    let mut text = String::new();
    for n in first..(first + 20).min(size) {
        let _ = match n % 5 {
            0 => writeln!(
                text,
                "query q{n}($code: String) {{\n    match {{ $a: Type{n} {{ code: $code }} }}\n    return {{ $a.name, $a.size }}\n}}\n"
            ),
            1 => writeln!(
                text,
                "query q{n}($least: I32) {{\n    match {{\n        $a: Type{n}\n        $a.size > $least\n        $a.state = \"open\"\n    }}\n    return {{ $a.code }}\n    order {{ $a.code }}\n    limit 10\n}}\n"
            ),
            2 => writeln!(
                text,
                "query q{n}($code: String) {{\n    match {{\n        $a: Type{n} {{ code: $code }}\n        $a uses{n} $b\n        $b.name starts_with \"a\"\n    }}\n    return {{ $b.code, count($a) as n }}\n}}\n"
            ),
            3 => writeln!(
                text,
                "query q{n}() {{\n    match {{\n        $a: Type{n}\n        not {{ $a made{n} $_ }}\n    }}\n    return {{ $a.code }}\n    limit 3\n}}\n"
            ),
            _ => writeln!(
                text,
                "query q{n}($code: String, $size: I32) {{\n    update Type{n} set {{ size: $size }} where code = $code\n}}\n"
            ),
        };
    }
    text
}

/// The most memory that the process has had, where the system says so.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok());
    number.map_or(f64::NAN, |kilobytes| kilobytes / 1024.0)
}
