//! The properties that the fuzz targets hold every text to, on a bounded number of texts, the same in every run: the
//! files of the corpus with pieces cut out, doubled, exchanged and put in from elsewhere.

#[path = "../../fuzz/src/properties.rs"]
#[allow(unreachable_pub, reason = "it is public in the crate of the fuzz targets")]
mod properties;
#[path = "../../fuzz/src/random.rs"]
#[allow(unreachable_pub, reason = "it is public in the crate of the fuzz targets")]
mod random;

use std::fs;
use std::path::Path;

use omnigraph_grammar::{Language, query, schema};
use random::Random;

/// For each property.
const TEXTS: usize = 400;

#[test]
fn schema_lexer_and_parser() {
    run(Language::Schema, 1, |text| {
        properties::lexer(Language::Schema, text);
        properties::parser(Language::Schema, text);
    });
}

#[test]
fn query_lexer_and_parser() {
    run(Language::Query, 2, |text| {
        properties::lexer(Language::Query, text);
        properties::parser(Language::Query, text);
    });
}

#[test]
fn schema_formatter() {
    run(Language::Schema, 3, |text| {
        properties::formatter(Language::Schema, text)
    });
}

#[test]
fn query_formatter() {
    run(Language::Query, 4, |text| properties::formatter(Language::Query, text));
}

#[test]
fn schema_checker() {
    run(Language::Schema, 5, properties::schema_checker);
}

#[test]
fn query_checker() {
    run(Language::Query, 6, properties::query_checker);
}

fn run(language: Language, seed: u64, property: impl Fn(&str)) {
    let corpus = corpus(language);
    corpus.iter().for_each(|text| property(text));
    let mut random = Random(seed);
    for _ in 0..TEXTS {
        let text = damaged(language, &corpus, &mut random);
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| property(&text)));
        if let Err(panic) = outcome {
            eprintln!("the property does not hold of:\n{text}");
            std::panic::resume_unwind(panic);
        }
    }
}

/// Schemas, or queries: the examples, and the blocks of the literate tests.
fn corpus(language: Language) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (folder, fence, name) = match language {
        Language::Schema => ("tests/schema", "pg", "schema.pg"),
        Language::Query => ("tests/query", "gq", "queries.gq"),
    };
    let mut texts = Vec::new();
    for example in ["flights", "movies"] {
        let path = root.join("../examples").join(example).join(name);
        texts.push(fs::read_to_string(path).expect("an example"));
    }
    let mut pages: Vec<_> = fs::read_dir(root.join(folder))
        .expect("the literate tests")
        .map(|entry| entry.expect("a page").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    for page in pages {
        let page = fs::read_to_string(page).expect("a page");
        let mut inside: Option<String> = None;
        for line in page.lines() {
            match (&mut inside, line.strip_prefix("```")) {
                (None, Some(info)) if info.split(' ').next() == Some(fence) => inside = Some(String::new()),
                (Some(_), Some(_)) => texts.extend(inside.take()),
                (Some(text), None) => *text += &format!("{line}\n"),
                (None, _) => {}
            }
        }
    }
    texts
}

fn damaged(language: Language, corpus: &[String], random: &mut Random) -> String {
    let pieces = |text: &String| -> Vec<String> {
        let spans: Vec<_> = match language {
            Language::Schema => schema::tokens(text).iter().map(|token| token.span).collect(),
            Language::Query => query::tokens(text).iter().map(|token| token.span).collect(),
        };
        spans.iter().map(|span| text[span.range()].to_owned()).collect()
    };
    let mut text = pieces(random.pick(corpus));
    for _ in 0..1 + random.below(5) {
        let at = random.below(text.len());
        let until = (at + 1 + random.below(6)).min(text.len());
        match random.below(6) {
            0 => drop(text.drain(at..until)),
            1 => {
                let doubled = text[at..until].to_vec();
                text.splice(at..at, doubled);
            }
            2 => {
                let other = pieces(random.pick(corpus));
                let from = random.below(other.len());
                let part = other[from..(from + 8).min(other.len())].to_vec();
                text.splice(at..until, part);
            }
            3 if until < text.len() => text.swap(at, until),
            4 => {
                let odd = [
                    "\u{feff}", "\0", "🦀", "\r", "\"", "/*", "//", "{", "}", "$", "\u{2028}", "é", "\\", "@",
                ];
                text.insert(at.min(text.len()), (*random.pick(&odd)).to_owned());
            }
            _ => {
                // Half of a token, as while it is typed.
                if let Some(piece) = text.get_mut(at) {
                    *piece = piece.chars().take(piece.chars().count() / 2).collect();
                }
            }
        }
    }
    text.concat()
}
