//! How fast query files are parsed: `cargo bench -p omnigraph-grammar --bench parse`, with files as arguments.

use std::hint::black_box;
use std::time::Instant;

use omnigraph_grammar::query::parse_item;
use omnigraph_grammar::{Language, items};

/// What every version of the language can read.
const FILES: [&str; 3] = [
    include_str!("../../examples/flights/queries.gq"),
    include_str!("../../examples/movies/queries.gq"),
    include_str!("../../compiler/tests/query/lab.gq"),
];
const ROUNDS: usize = 41;
const TIMES: usize = 20;

fn main() {
    let given: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument.ends_with(".gq"))
        .map(|path| std::fs::read_to_string(path).expect("a query file"))
        .collect();
    let files: Vec<&str> = match given.is_empty() {
        true => FILES.to_vec(),
        false => given.iter().map(String::as_str).collect(),
    };
    let bytes: usize = files.iter().map(|file| file.len()).sum();
    let mut seconds: Vec<f64> = (0..ROUNDS).map(|_| timed(&files)).collect();
    seconds.sort_by(f64::total_cmp);
    let (least, median, most) = (seconds[0], seconds[ROUNDS / 2], seconds[ROUNDS - 1]);
    let speed = |seconds: f64| bytes as f64 / seconds / 1e6;
    println!(
        "{bytes} bytes: {:.1} MB/s in the median ({:.1} to {:.1})",
        speed(median),
        speed(most),
        speed(least)
    );
}

/// Seconds that parsing all files takes once.
fn timed(files: &[&str]) -> f64 {
    let start = Instant::now();
    for _ in 0..TIMES {
        for file in files {
            for item in items(Language::Query, file).0 {
                let parsed = parse_item(&file[item.span.range()]);
                assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
                black_box(parsed.tree);
            }
        }
    }
    start.elapsed().as_secs_f64() / TIMES as f64
}
