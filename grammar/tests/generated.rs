//! The formatter on ten thousand random files with comments everywhere, and on the files of the corpus, at every width:
//! the same tree, the same comments in the same order, and a second run changes nothing.

mod common;
#[path = "common/essence.rs"]
mod essence;
#[path = "../../fuzz/src/generate.rs"]
#[allow(unreachable_pub, reason = "it is public in the crate of the fuzz targets")]
mod generate;
#[path = "../../fuzz/src/random.rs"]
#[allow(unreachable_pub, reason = "it is public in the crate of the fuzz targets")]
mod random;

use essence::check;
use omnigraph_grammar::Language;
use random::Random;

const FILES: u64 = 10_000;

/// Each half in a thread of its own.
#[test]
fn schemas() {
    run(Language::Schema, 0);
}

#[test]
fn queries() {
    run(Language::Query, 1);
}

fn run(language: Language, salt: u64) {
    let mut longest = 0;
    let mut comments = 0;
    for seed in 0..FILES / 2 {
        let mut random = Random(seed * 2 + salt);
        let text = match language {
            Language::Schema => generate::schema(&mut random),
            Language::Query => generate::queries(&mut random),
        };
        let width = *random.pick(&[20, 40, 80, 100, 100]);
        let skipped = check(language, &text, width).skipped;
        assert_eq!(skipped, [], "{text}\n{}", common::render(language, &text));
        longest = longest.max(text.len());
        comments += essence::comments(language, &text).len();
    }
    // The generator does generate something.
    assert!(longest > 500 && comments > 10_000, "{longest} {comments}");
}
