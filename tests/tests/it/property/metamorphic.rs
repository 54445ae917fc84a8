//! Relations between the answers of several queries, which hold whatever the answers are: parts that divide the rows of a
//! whole, and forms that mean the same.

use omnigraph_engine::execution::AccessPaths;
use omnigraph_model::vocabulary::functions::SCALAR_FUNCTIONS;
use omnigraph_tests::reference::Mode;
use omnigraph_tests::store::{Outcome, Store};
use rand::SeedableRng;
use rand::rngs::SmallRng;

use serde_json::Value as Json;

use super::{NOW, QUERIES_A_GRAPH, WAYS, count, graphs, graphs_a_seed, lines, positive_zero, queries, seeds};

/// `exists { B }` and `not { B }` share the rows between them, each as often as it is there without either.
#[test]
fn exists_and_not_partition_the_rows() {
    let (mut cases, mut divided) = (0, 0);
    each_graph(3_000_017, 6, |store, rng| {
        for requests in (0..QUERIES_A_GRAPH).filter_map(|_| queries::partition(rng)) {
            for way in WAYS {
                let [all, with, without] = requests
                    .each_ref()
                    .map(|request| rows(store, way, request).unwrap_or_else(|| panic!("{}", request.text)));
                let parts = [with.clone(), without.clone()].concat();
                let shown = || format!("{}\n{with:?}\n{without:?}\n{all:?}", requests[1].text);
                assert_eq!(count(&parts), count(&all), "{} ({way:?})", shown());
                cases += 1;
                divided += usize::from(!with.is_empty() && !without.is_empty());
            }
        }
    });
    assert!(divided * 10 > cases, "{divided} of {cases} blocks divide their rows");
}

/// A condition, its negation and its being unknown share the rows between them, each as often as it is there without any;
/// two negations are none.
#[test]
fn conditions_divide_the_rows_in_three() {
    let (mut cases, mut divided, mut failed) = (0, 0, 0);
    each_graph(5_000_011, 12, |store, rng| {
        for requests in (0..QUERIES_A_GRAPH).map(|_| queries::thirds(rng)) {
            for way in WAYS {
                let ran = requests.each_ref().map(|request| rows(store, way, request));
                let [Some(all), Some(yes), Some(no), Some(unknown), Some(twice)] = ran else {
                    failed += 1;
                    continue;
                };
                let parts = [yes.clone(), no.clone(), unknown.clone()].concat();
                let shown = || format!("{}\n{yes:?}\n{no:?}\n{unknown:?}\n{all:?}", requests[1].text);
                assert_eq!(count(&parts), count(&all), "{} ({way:?})", shown());
                assert_eq!(count(&twice), count(&yes), "{} ({way:?})", shown());
                cases += 1;
                divided += usize::from([&yes, &no, &unknown].iter().filter(|part| !part.is_empty()).count() > 1);
            }
        }
    });
    println!("{cases} conditions, {divided} of them divide rows; {failed} fail");
    assert!(
        divided * 10 > cases,
        "{divided} of {cases} conditions divide their rows"
    );
    assert!(failed < cases, "{failed} fail, {cases} do not");
}

/// What a stage hands on entire is extended as the flat pattern is.
#[test]
fn a_stage_and_its_flat_form_are_equal() {
    let (mut cases, mut with_rows) = (0, 0);
    each_graph(13_000_027, 12, |store, rng| {
        for requests in (0..QUERIES_A_GRAPH).filter_map(|_| queries::flat_and_staged(rng)) {
            for way in WAYS {
                let ran = requests.each_ref().map(|request| rows(store, way, request));
                let [Some(flat), Some(staged)] = ran else { continue };
                let shown = || format!("{}\n{staged:?}\n{flat:?}", requests[1].text);
                assert_eq!(count(&staged), count(&flat), "{} ({way:?})", shown());
                cases += 1;
                with_rows += usize::from(!flat.is_empty());
            }
        }
    });
    println!("{cases} stages, {with_rows} with rows");
    assert!(with_rows * 4 > cases, "{with_rows} of {cases} stages have rows");
}

/// `union all` has the rows of its branches, one branch after the other, and `union` the first of equal ones.
#[test]
fn a_union_has_the_rows_of_its_branches() {
    let (mut cases, mut with_rows, mut dropped) = (0, 0, 0);
    each_graph(17_000_023, 12, |store, rng| {
        for requests in (0..QUERIES_A_GRAPH).map(|_| queries::apart_and_united(rng)) {
            for way in WAYS {
                let ran = requests.each_ref().map(|request| rows(store, way, request));
                let [Some(first), Some(second), Some(all), Some(distinct)] = ran else {
                    continue;
                };
                let both = [first.clone(), second.clone()].concat();
                let shown = || format!("{}\n{all:?}\n{distinct:?}\n{both:?}", requests[2].text);
                assert_eq!(all, both, "{} ({way:?})", shown());
                let mut once: Vec<String> = Vec::new();
                for row in &both {
                    if !once.contains(row) {
                        once.push(row.clone());
                    }
                }
                assert_eq!(distinct, once, "{} ({way:?})", shown());
                cases += 1;
                with_rows += usize::from(!first.is_empty() && !second.is_empty());
                dropped += usize::from(distinct.len() < all.len());
            }
        }
    });
    println!("{cases} unions, {with_rows} with rows of both branches, {dropped} with equal rows");
    assert!(with_rows * 4 > cases, "{with_rows} of {cases} unions have rows of both");
    assert!(dropped > 0, "no union has equal rows");
}

/// What can be said in two ways has one value.
#[test]
fn forms_that_mean_the_same_are_equal() {
    let (mut cases, mut failed) = (0, 0);
    each_graph(11_000_027, 12, |store, rng| {
        for request in (0..QUERIES_A_GRAPH).map(|_| queries::pairs(rng)) {
            for way in WAYS {
                let ran = store.run_by(way, &request.text, None, &request.params, NOW);
                let answer = match ran.map(|ran| ran.outcome) {
                    Ok(Outcome::Rows(answer)) => answer,
                    Err(failure) if failure.codes.iter().all(|code| code.starts_with('R')) => {
                        failed += 1;
                        continue;
                    }
                    other => panic!("{}\n{other:?}", request.text),
                };
                for row in answer.rows {
                    let cells: Vec<Json> = row.into_iter().map(|(_, cell)| positive_zero(cell)).collect();
                    for pair in cells.chunks(2) {
                        assert_eq!(pair[0], pair[1], "{cells:?}\n{} ({way:?})", request.text);
                    }
                    cases += 1;
                }
            }
        }
    });
    println!("{cases} rows, {failed} queries fail");
    assert!(cases > failed, "{cases} rows, {failed} queries fail");
}

/// The random queries come to every function and every form of an expression.
#[test]
fn expressions_of_every_kind_are_written() {
    let mut rng = SmallRng::seed_from_u64(1);
    let written: Vec<String> = (0..1_500).map(|_| queries::expressions(&mut rng).text).collect();
    let functions = SCALAR_FUNCTIONS.iter().map(|function| format!("{}(", function.name));
    let forms = [
        "and",
        "or",
        "not (",
        "is null",
        "is not null",
        "contains",
        "starts_with",
        "ends_with",
        "matches",
        "in",
        "not in",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "||",
        "+",
        "-",
        "*",
        "/",
        "%",
        "case when",
        "else",
        "if(",
        "coalesce(",
        "nullif(",
        "cast(",
        "try_cast(",
        "for $",
        "..",
        "null",
        "count(*)",
        "count(distinct",
        "sum(",
        "avg(",
        "min(",
        "max(",
        "distinct {",
        ".id",
        "[$",
        "now()",
    ];
    let missing: Vec<String> = functions
        .chain(forms.map(str::to_owned))
        .filter(|form| !written.iter().any(|text| text.contains(form.as_str())))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// One of so many graphs, each with numbers drawn for it.
fn each_graph(factor: u64, share: usize, mut each: impl FnMut(&Store, &mut SmallRng)) {
    for seed in seeds() {
        for number in 0..graphs_a_seed() / share {
            let mut rng = SmallRng::seed_from_u64(seed.wrapping_mul(factor) + number as u64);
            let drawn = graphs::draw(&mut rng);
            let folder = tempfile::tempdir().expect("a folder");
            let store = Store::create(&folder.path().join("graph"), graphs::SCHEMA);
            store.load(&drawn.text(), Mode::Append).expect("the graph is right");
            each(&store, &mut rng);
        }
    }
}

/// `None` if an evaluation fails.
fn rows(store: &Store, way: AccessPaths, request: &queries::Request) -> Option<Vec<String>> {
    let ran = store.run_by(way, &request.text, None, &request.params, NOW);
    match ran.map(|ran| ran.outcome) {
        Ok(Outcome::Rows(rows)) => Some(lines(&rows)),
        Err(failure) if failure.codes.iter().all(|code| code.starts_with('R')) => None,
        other => panic!("{}\n{other:?}", request.text),
    }
}
