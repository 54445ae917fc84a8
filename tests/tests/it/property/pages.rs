//! Results page by page: the pages of a query, joined, are its rows without a limit, whatever orders them and however large a page
//! is. A text that is no cursor of it is refused.

use omnigraph_engine::execution::AccessPaths;
use omnigraph_tests::compile::{parse_query, read_catalog};
use omnigraph_tests::reference::{Answer, Model, fragments};
use omnigraph_tests::store::{Failure, Outcome, Ran, Store};
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use super::queries::{self, Request};
use super::{NOW, STAGES, WAYS, each_stage, graphs, graphs_a_seed, lines, seeds};

const A_GRAPH: usize = 6;

/// The name of the parameter for the cursor.
const CURSOR: &str = "page_cursor";

/// A query whose rows have an order that values decide, without its limit, and the same in pages of `$page_size` rows.
fn paged(request: &Request) -> Option<[Request; 2]> {
    let is_cut = |line: &&str| line.starts_with("    limit ") || line.starts_with("    offset ");
    let lines: Vec<&str> = request.text.trim_end().lines().filter(|line| !is_cut(line)).collect();
    let (end, lines) = lines.split_last()?;
    let order = lines.last().filter(|line| line.starts_with("    order {"))?;
    let ranks = ["nearest(", "bm25(", "rrf("];
    if *end != "}" || ranks.iter().any(|rank| order.contains(rank)) {
        return None;
    }
    let head = lines.iter().position(|line| line.starts_with("query q("))?;
    let comma = if lines[head].starts_with("query q()") { "" } else { ", " };
    let with = |parameters: &str, tail: &str| {
        let mut lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        lines[head] = lines[head].replacen("query q(", &format!("query q({parameters}{comma}"), 1);
        Request {
            text: format!("{}\n{tail}}}\n", lines.join("\n")),
            params: request.params.clone(),
            ordered: true,
            limited: false,
        }
    };
    let whole = with(&format!("${CURSOR}: String?"), &format!("    after ${CURSOR}\n"));
    let pages = with(
        &format!("$page_size: I64, ${CURSOR}: String?"),
        &format!("    limit $page_size\n    after ${CURSOR}\n"),
    );
    Some([whole, pages])
}

fn request(rng: &mut SmallRng) -> Request {
    match rng.random_range(0..8) {
        0 | 1 => queries::request(rng),
        2 | 3 => queries::staged(rng),
        4 => queries::united(rng),
        _ => queries::expressions(rng),
    }
}

fn rows(ran: &Ran) -> Vec<String> {
    match &ran.outcome {
        Outcome::Rows(answer) => lines(answer),
        Outcome::Affected { .. } => panic!("not rows"),
    }
}

/// `None` where an evaluation fails.
fn evaluated(ran: Result<Ran, Failure>, request: &Request) -> Option<Ran> {
    match ran {
        Ok(ran) => Some(ran),
        Err(failure) if failure.codes.iter().all(|code| code.starts_with('R')) => None,
        Err(failure) => panic!("{failure:?}\n{}", request.text),
    }
}

fn page(store: &Store, way: AccessPaths, request: &Request, size: usize, cursor: Option<&str>) -> Option<Ran> {
    let mut params = request.params.clone();
    params.insert("page_size".to_owned(), size.into());
    params.insert(CURSOR.to_owned(), cursor.into());
    evaluated(store.run_by(way, &request.text, None, &params, NOW), request)
}

#[test]
fn pages_joined_are_all_rows() {
    let catalog = read_catalog(graphs::SCHEMA);
    let (mut cases, mut turned, mut failing, mut refused) = (0, 0, 0, 0);
    for seed in seeds() {
        for number in 0..graphs_a_seed().div_ceil(2) {
            let mut rng = SmallRng::seed_from_u64(seed.wrapping_mul(19_000_013) + number as u64);
            let mut drawn = graphs::draw(&mut rng);
            drawn.lines.sort_by_key(|line| line.starts_with("{\"edge\""));
            let mut requests = Vec::new();
            while requests.len() < A_GRAPH {
                requests.extend(paged(&request(&mut rng)));
            }
            each_stage(&catalog, &drawn.lines, number % 2 == 1, |store, model, stage| {
                if stage == STAGES[2] {
                    return;
                }
                for [whole, pages] in &requests {
                    for way in WAYS {
                        let ran = store.run_by(way, &whole.text, None, &whole.params, NOW);
                        let Some(ran) = evaluated(ran, whole) else {
                            failing += 1;
                            continue;
                        };
                        assert_eq!(ran.next, None, "{}", whole.text);
                        let all = rows(&ran);
                        let shown = || format!("{}\nparams: {:?}\n({way:?}, {stage})", pages.text, pages.params);
                        if let Some(expected) = reference(model, whole) {
                            assert_eq!(all, lines(&expected), "{}", shown());
                        }
                        cases += 1;
                        let n = all.len();
                        let mut sizes = vec![1, 2, 3, 5, n.saturating_sub(1), n, n + 1];
                        // Pages of one row are as many as there are rows.
                        sizes.retain(|size| *size > 0 && n / size < 40);
                        sizes.sort_unstable();
                        sizes.dedup();
                        for size in sizes {
                            let (mut joined, mut cursor, mut number) = (Vec::new(), None::<String>, 0);
                            loop {
                                let Some(ran) = page(store, way, pages, size, cursor.as_deref()) else {
                                    failing += 1;
                                    break;
                                };
                                number += 1;
                                let own = rows(&ran);
                                turned += usize::from(number > 1);
                                assert!(number <= n + 1, "{}", shown());
                                joined.extend(own.clone());
                                let Some(next) = ran.next else {
                                    assert_eq!(joined, all, "pages of {size}\n{}", shown());
                                    break;
                                };
                                assert_eq!(own.len(), size, "{}", shown());
                                cursor = Some(next);
                            }
                            if let Some(cursor) = cursor.filter(|_| way == WAYS[0]) {
                                let mangled = mangled(&cursor, &mut rng);
                                let mut params = pages.params.clone();
                                params.insert("page_size".to_owned(), size.into());
                                params.insert(CURSOR.to_owned(), mangled.clone().into());
                                let failure = store
                                    .run_by(way, &pages.text, None, &params, NOW)
                                    .expect_err("a cursor that was changed");
                                assert_eq!(failure.codes, ["P014"], "{mangled}\n{}", shown());
                                // Nor is it one of the same query with other words.
                                params.insert(CURSOR.to_owned(), cursor.into());
                                let other = pages.text.replacen("query q(", "query p(", 1);
                                let failure = store
                                    .run_by(way, &other, None, &params, NOW)
                                    .expect_err("a cursor of another query");
                                assert_eq!(failure.codes, ["P014"], "{}", shown());
                                refused += 2;
                            }
                        }
                    }
                }
            });
        }
    }
    println!("{cases} queries, {turned} further pages, {refused} cursors refused; {failing} fail");
    assert!(turned > cases, "{turned} further pages of {cases} queries");
    assert!(refused > 0 && failing < cases, "{refused} refused, {failing} fail");
}

/// The rows in their order; `None` if an evaluation fails.
fn reference(model: &Model, request: &Request) -> Option<Answer> {
    let query = parse_query(&request.text).unwrap_or_else(|reason| panic!("{reason}\n{}", request.text));
    let mut model = model.clone();
    model.fragments = fragments(&request.text).unwrap_or_default();
    let reading = model.try_read(&query, &request.params, NOW, true);
    reading
        .unwrap_or_else(|reason| panic!("{reason}\n{}", request.text))
        .answer
}

/// The cursor with something changed.
fn mangled(cursor: &str, rng: &mut SmallRng) -> String {
    loop {
        let mut characters: Vec<char> = cursor.chars().collect();
        let at = rng.random_range(0..characters.len());
        match rng.random_range(0..5) {
            0 => _ = characters.remove(at),
            1 => characters.insert(at, 'A'),
            2 => characters.truncate(at.max(1)),
            3 => characters[at] = '\u{e4}',
            _ => characters[at] = char::from(rng.random_range(b'0'..=b'z')),
        }
        let mangled: String = characters.into_iter().collect();
        if mangled != cursor {
            return mangled;
        }
    }
}
