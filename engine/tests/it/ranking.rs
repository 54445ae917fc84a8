//! Text search against its definition: by lists in memory and by the stored index, before it is built, when it covers all
//! rows, and when rows were changed, removed and added since.

use std::collections::BTreeMap;

use omnigraph_engine::execution::{self, AccessPaths, QueryOptions};
use omnigraph_engine::{LoadMode, OptimizeOptions};
use omnigraph_model::ir::Comparison;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::lab;
use crate::support::*;

const SCHEMA: &str = "
node Doc {
    code: String @key
    title: String? @index
    v: Vector(2)?
}
edge Next: Doc -> Doc
";

/// Words that are their own stems; the later ones are rare.
const WORDS: [&str; 9] = [
    "red", "green", "blue", "river", "stone", "cloud", "bird", "tree", "moon",
];

type Titles = BTreeMap<String, Option<Vec<&'static str>>>;

fn title(rng: &mut SmallRng) -> Option<Vec<&'static str>> {
    if rng.random_bool(0.1) {
        return None;
    }
    let words = (0..rng.random_range(0..9)).map(|_| {
        let last = rng.random_range(1..=WORDS.len());
        WORDS[rng.random_range(0..last)]
    });
    Some(words.collect())
}

fn line(code: &str, title: &Option<Vec<&str>>, place: usize) -> String {
    // Words that do not count among those that do.
    let text = title.as_ref().map(|words| format!("The {}", words.join(" of ")));
    let data = serde_json::json!({"code": code, "title": text, "v": [place % 17, place % 5]});
    let edge = serde_json::json!({"edge": "Next", "from": code, "to": code, "data": {"id": format!("{code} {place}")}});
    format!("{}\n{edge}\n", serde_json::json!({"type": "Doc", "data": data}))
}

/// Code and score of what matches, the best first.
fn scores(titles: &Titles, words: &[&str]) -> Vec<(String, f64)> {
    let known: Vec<&Vec<&str>> = titles.values().flatten().collect();
    let documents = known.len() as f64;
    let average = known.iter().map(|words| words.len()).sum::<usize>() as f64 / documents;
    let mut scores = Vec::new();
    for (code, title) in titles {
        let Some(title) = title else { continue };
        let mut score = 0.0;
        for word in words {
            let count = title.iter().filter(|other| *other == word).count() as f64;
            let having = known.iter().filter(|title| title.contains(word)).count() as f64;
            let weight = (1.0 + (documents - having + 0.5) / (having + 0.5)).ln();
            score += weight * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * title.len() as f64 / average));
        }
        if words.iter().any(|word| title.contains(word)) {
            scores.push((code.clone(), score));
        }
    }
    scores.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    scores
}

async fn answer(docs: &Temporary, access: AccessPaths, query: &str) -> Vec<String> {
    let snapshot = docs.graph.snapshot().await.unwrap();
    let plan = lab::plan(&snapshot, &format!("query q() {{ {query} }}"));
    let options = QueryOptions {
        access,
        ..lab::options()
    };
    let result = execution::query(&snapshot, &plan, &BTreeMap::new(), &options).await;
    lab::rows(&result.unwrap())
}

const QUERIES: [&[&str]; 5] = [
    &["red"],
    &["moon"],
    &["river", "stone"],
    &["tree", "red", "moon"],
    &["house"],
];

async fn check(docs: &Temporary, titles: &Titles, when: &str) {
    for words in QUERIES {
        let text = words.join(" ");
        let expected = scores(titles, words);
        let ranked = format!(
            "match {{ $d: Doc }} return {{ $d.code, bm25($d.title, {text:?}) as s }} order {{ bm25($d.title, {text:?}) }}"
        );
        let matching =
            format!("match {{ $d: Doc search($d.title, {text:?}) }} return {{ $d.code }} order {{ $d.code }}");
        let mut codes: Vec<&String> = expected.iter().map(|(code, _)| code).collect();
        codes.sort();
        let codes: Vec<String> = codes.iter().map(|code| format!("[{code:?}]")).collect();
        let near = "match { $d: Doc fuzzy($d.title, \"rover trea\", 1) } return { $d.code } order { $d.code }";
        let fused = format!(
            "match {{ $d: Doc }} return {{ $d.code, rrf(nearest($d.v, [3.0, 4.0]), bm25($d.title, {text:?})) as s }}
            order {{ rrf(nearest($d.v, [3.0, 4.0]), bm25($d.title, {text:?})) }} limit 40"
        );
        let mut answers = Vec::new();
        for access in [AccessPaths::Memory, AccessPaths::Indexes, AccessPaths::Automatic] {
            let found = answer(docs, access, &ranked).await;
            assert_eq!(found.len(), expected.len(), "{when}, {access:?}, {text}");
            for (row, (code, score)) in found.iter().zip(&expected) {
                let (found, value): (String, f64) = serde_json::from_str(row).unwrap();
                assert!((value - score).abs() < 1e-9, "{when}, {access:?}: {row} is {score}");
                assert_eq!(found, *code, "{when}, {access:?}, {text}");
            }
            assert_eq!(
                answer(docs, access, &matching).await,
                codes,
                "{when}, {access:?}, {text}"
            );
            answers.push([
                found,
                answer(docs, access, near).await,
                answer(docs, access, &fused).await,
            ]);
        }
        // To the last bit.
        assert_eq!(answers[0], answers[1], "{when}: {text}");
        assert_eq!(answers[0], answers[2], "{when}: {text}");
        assert!(!answers[0][1].is_empty() && !answers[0][2].is_empty());
    }
}

#[tokio::test]
async fn scores_are_the_definition_whatever_an_index_covers() {
    let mut rng = SmallRng::seed_from_u64(25);
    let docs = Temporary::new(SCHEMA).await;
    let mut titles = Titles::new();
    let mut write = async |titles: &mut Titles, places: &mut dyn Iterator<Item = usize>| {
        let mut text = String::new();
        for place in places {
            let (code, title) = (format!("d{place:03}"), title(&mut rng));
            text += &line(&code, &title, place);
            titles.insert(code, title);
        }
        load(&docs.graph, LoadMode::Merge, &text).await.unwrap();
    };
    write(&mut titles, &mut (0..150)).await;
    write(&mut titles, &mut (150..300)).await;
    check(&docs, &titles, "before an index").await;
    docs.graph.optimize(&OptimizeOptions::default()).await.unwrap();
    check(&docs, &titles, "with an index").await;
    write(&mut titles, &mut (40..60)).await;
    write(&mut titles, &mut (300..360)).await;
    for code in ["d001", "d050", "d299", "d310"] {
        let gone = delete(node("Doc"), when("code", Comparison::Equal, text(code)));
        mutate(&docs.graph, vec![gone]).await.unwrap();
        titles.remove(code);
    }
    check(&docs, &titles, "with an index of some rows").await;
    docs.graph.optimize(&OptimizeOptions::default()).await.unwrap();
    check(&docs, &titles, "with an index once more").await;
}

#[tokio::test]
async fn plans_say_which_index_they_use() {
    let docs = Temporary::new(SCHEMA).await;
    let text: String = (0..20)
        .map(|place| line(&format!("d{place}"), &Some(vec!["red"]), place))
        .collect();
    load(&docs.graph, LoadMode::Append, &text).await.unwrap();
    docs.graph.optimize(&OptimizeOptions::default()).await.unwrap();
    let snapshot = docs.graph.snapshot().await.unwrap();
    let body = r#"match { $d: Doc $d.title starts_with "The" $d.title contains "red" search($d.title, "red") $d next $e }
        return { $e.code }"#;
    let plan = lab::plan(&snapshot, &format!("query q() {{ {body} }}"));
    let explain = async |access| {
        let options = QueryOptions {
            access,
            ..lab::options()
        };
        execution::explain(&snapshot, &plan, &BTreeMap::new(), &options)
            .await
            .unwrap()
            .to_string()
    };
    insta::assert_snapshot!(explain(AccessPaths::Indexes).await);
    insta::assert_snapshot!(explain(AccessPaths::Memory).await);
}

#[tokio::test]
async fn no_text_is_not_the_text_null() {
    let docs = Temporary::new(SCHEMA).await;
    let line = r#"{"type":"Doc","data":{"code":"d","title":"null and void"}}"#;
    load(&docs.graph, LoadMode::Append, line).await.unwrap();
    let snapshot = docs.graph.snapshot().await.unwrap();
    let found = async |clauses: &str| {
        let query = format!("query q($none: String?) {{ match {{ $d: Doc {clauses} }} return {{ $d.code }} }}");
        let plan = lab::plan(&snapshot, &query);
        let result = execution::query(&snapshot, &plan, &BTreeMap::new(), &lab::options()).await;
        lab::rows(&result.unwrap()).len()
    };
    assert_eq!(found(r#"search($d.title, "null")"#).await, 1);
    assert_eq!(found(r#"search($d.title, "null") search($d.title, $none)"#).await, 0);
    assert_eq!(found(r#"search($d.title, $none) search($d.title, "null")"#).await, 0);
}

/// Accents, inflections, words so common that they do not count, such as become one when their ending goes, other scripts.
const ODD_WORDS: [&str; 24] = [
    "very",
    "only",
    "being",
    "doing",
    "others",
    "this",
    "thé",
    "ares",
    "Brûlée",
    "brulee",
    "naïve",
    "naively",
    "happily",
    "happy",
    "flies",
    "Straße",
    "strasse",
    "ΑΣ",
    "日本語",
    "x²",
    "½",
    "Ⅷ",
    "İstanbul",
    "can't",
];

#[tokio::test]
async fn odd_words_are_found_alike_with_and_without_an_index() {
    let docs = Temporary::new(SCHEMA).await;
    let mut rng = SmallRng::seed_from_u64(11);
    let lines = (0..120).map(|n| {
        let words = (0..rng.random_range(1..7)).map(|_| ODD_WORDS[rng.random_range(0..ODD_WORDS.len())]);
        let title = words.collect::<Vec<_>>().join([" ", ", ", " of the "][n % 3]);
        let data = serde_json::json!({"code": format!("d{n:03}"), "title": title});
        format!("{}\n", serde_json::json!({"type": "Doc", "data": data}))
    });
    let lines: String = lines.collect();
    load(&docs.graph, LoadMode::Append, &lines).await.unwrap();
    docs.graph.optimize(&OptimizeOptions::default()).await.unwrap();
    let both = async |query: &str| {
        let stored = answer(&docs, AccessPaths::Indexes, query).await;
        assert_eq!(stored, answer(&docs, AccessPaths::Memory, query).await, "{query}");
        stored
    };
    for word in ODD_WORDS {
        both(&format!(
            "match {{ $d: Doc search($d.title, {word:?}) }} return {{ $d.code }} order {{ $d.code }}"
        ))
        .await;
        both(&format!(
            "match {{ $d: Doc fuzzy($d.title, {word:?}, 1) }} return {{ $d.code }} order {{ $d.code }}"
        ))
        .await;
        let ranked = format!("bm25($d.title, {word:?})");
        both(&format!(
            "match {{ $d: Doc }} return {{ $d.code, {ranked} as s }} order {{ {ranked} }} limit 500"
        ))
        .await;
    }
    let found = async |word: &str| {
        let query = format!("match {{ $d: Doc search($d.title, {word:?}) }} return {{ $d.code }} order {{ $d.code }}");
        both(&query).await
    };
    for (word, same) in [("BRULEE", "brûlée"), ("naive", "Naïve"), ("strasse", "straße")] {
        assert!(!found(word).await.is_empty(), "{word}");
        assert_eq!(found(word).await, found(same).await, "{word} and {same}");
    }
    // Too common to count.
    assert_eq!(
        [found("very").await, found("this").await, found("the").await],
        [const { Vec::<String>::new() }; 3]
    );
}
