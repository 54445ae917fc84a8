//! `examples/movies` by hand.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use frostem::{Algorithm, Stemmer};
use omnigraph_engine::Embedder;
use omnigraph_engine::embedding::Mock;
use serde_json::{Value as Json, json};

use super::{Lines, load, names, rows};

struct Movie {
    id: String,
    title: String,
    released: Option<String>,
    rating: Option<String>,
    gross: Option<i64>,
    imdb: Option<f64>,
    votes: Option<i64>,
    vector: Vec<f64>,
}

struct Graph {
    /// By id.
    movies: Vec<Movie>,
    director: HashMap<String, String>,
    distributor: HashMap<String, String>,
    genre: HashMap<String, String>,
}

fn graph(lines: &Lines) -> Graph {
    let text = |node: &super::Node, name: &str| node.data.get(name).and_then(Json::as_str).map(str::to_owned);
    let mut movies: Vec<Movie> = lines.nodes["Movie"]
        .iter()
        .map(|node| Movie {
            id: node.id.clone(),
            title: text(node, "title").expect("a title"),
            released: text(node, "released"),
            rating: text(node, "rating"),
            gross: node.data.get("gross_usd").and_then(Json::as_i64),
            imdb: node.data.get("imdb").and_then(Json::as_f64),
            votes: node.data.get("votes").and_then(Json::as_i64),
            vector: numbers(node.data.get("title_vec")),
        })
        .collect();
    movies.sort_by(|a, b| a.id.cmp(&b.id));
    // Each of these is at most one a film, says the schema.
    let edges = |ty: &str| {
        let pairs = lines.edges[ty].iter().map(|edge| (edge.from.clone(), edge.to.clone()));
        let map: HashMap<String, String> = pairs.collect();
        assert_eq!(map.len(), lines.edges[ty].len(), "{ty}");
        map
    };
    Graph {
        movies,
        director: edges("DirectedBy"),
        distributor: edges("DistributedBy"),
        genre: edges("InGenre"),
    }
}

fn numbers(json: Option<&Json>) -> Vec<f64> {
    let items = json.and_then(Json::as_array).into_iter().flatten();
    // 32 bits are stored, and the shortest text that reads back as them is exported.
    let single = |number: &Json| f64::from(number.as_f64().expect("a number") as f32);
    items.map(single).collect()
}

/// The made-up vector of a text, of length 1.
fn made_up(text: &str) -> Vec<f64> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a thread");
    let texts = [text.to_owned()];
    let vectors = runtime.block_on(Mock::default().embed(&texts, Some("mock"), 32));
    let vector = vectors.expect("vectors").remove(0);
    let norm = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
    vector
        .iter()
        .map(|x| f64::from((f64::from(*x) / norm) as f32))
        .collect()
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt()
}

/// Words that are in every text.
const STOP_WORDS: &str = "a about above after again against all am an and any are as at be because been before being \
    below between both but by can did do does doing down during each few for from further had has have having he her \
    here hers herself him himself his how i if in into is it its itself just me more most my myself now of off on once \
    only or other our ours ourselves out over own re same she should so some such than that the their theirs them \
    themselves then there these they this those through to too under until up very was we were what when where which \
    while who whom why will with you your yours yourself yourselves";

/// Runs of letters and digits, in lower case, without accents, without stop words, stemmed.
fn terms(text: &str) -> Vec<String> {
    let stemmer = Stemmer::new(Algorithm::English);
    let stop_words: BTreeSet<&str> = STOP_WORDS.split(' ').filter(|word| !word.is_empty()).collect();
    text.split(|c: char| !c.is_alphanumeric())
        .map(|word| word.to_lowercase().chars().map(plain).collect::<String>())
        .filter(|word| !word.is_empty() && !stop_words.contains(word.as_str()))
        .map(|word| stemmer.stem(&word).into_owned())
        .collect()
}

/// The accents that occur in the titles.
fn plain(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ä' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ó' | 'ô' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        '³' => '3',
        other => other,
    }
}

impl Graph {
    /// The relevance of each film's title.
    fn relevance(&self, words: &str) -> Vec<f64> {
        let titles: Vec<Vec<String>> = self.movies.iter().map(|movie| terms(&movie.title)).collect();
        let count = titles.len() as f64;
        let average = titles.iter().map(Vec::len).sum::<usize>() as f64 / count;
        let mut wanted = terms(words);
        wanted.sort();
        wanted.dedup();
        let mut scores = vec![0.0; titles.len()];
        for term in &wanted {
            let holding = titles.iter().filter(|title| title.contains(term)).count() as f64;
            let idf = (1.0 + (count - holding + 0.5) / (holding + 0.5)).ln();
            for (score, title) in scores.iter_mut().zip(&titles) {
                let tf = title.iter().filter(|word| *word == term).count() as f64;
                let length = title.len() as f64 / average;
                *score += idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * length));
            }
        }
        scores
    }

    /// Title, day, score; nine digits of the score.
    fn titled(&self, words: &str) -> Vec<(String, Json, String)> {
        let mut found: Vec<(String, &Movie)> = self
            .relevance(words)
            .iter()
            .zip(&self.movies)
            .filter(|(score, _)| **score > 0.0)
            .map(|(score, movie)| (digits(*score), movie))
            .collect();
        // A stable sort: films come by id.
        found.sort_by(|(a, _), (b, _)| b.parse::<f64>().unwrap_or(0.0).total_cmp(&a.parse().unwrap_or(0.0)));
        found
            .into_iter()
            .take(10)
            .map(|(score, movie)| (movie.title.clone(), json!(movie.released), score))
            .collect()
    }

    /// Title and distance, nine digits of it.
    fn near_in_genre(&self, words: &str, genre: &str) -> Vec<(String, String)> {
        let wanted = made_up(words);
        let mut found: Vec<(String, &Movie)> = self
            .movies
            .iter()
            .filter(|movie| self.genre.get(&movie.id).is_some_and(|of| of == genre))
            .map(|movie| (digits(distance(&movie.vector, &wanted)), movie))
            .collect();
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        found
            .into_iter()
            .take(5)
            .map(|(distance, movie)| (movie.title.clone(), distance))
            .collect()
    }

    /// Title and fused score, nine digits of it; among the films since 1990.
    fn hybrid(&self, words: &str) -> Vec<(String, String)> {
        let (relevance, wanted) = (self.relevance(words), made_up(words));
        let recent: Vec<usize> = (0..self.movies.len())
            .filter(|at| {
                self.movies[*at]
                    .released
                    .as_deref()
                    .is_some_and(|day| day >= "1990-01-01")
            })
            .collect();
        let rank = |mut films: Vec<(usize, String)>| {
            films.sort_by(|(_, a), (_, b)| a.cmp(b));
            let places = films
                .into_iter()
                .enumerate()
                .map(|(place, (film, _))| (film, place as f64 + 1.0));
            places.collect::<HashMap<usize, f64>>()
        };
        // The greatest score ranks first; 40 is above all of them, and what is left has two digits.
        let by_text = recent
            .iter()
            .filter(|at| relevance[**at] > 0.0)
            .map(|at| (*at, digits(40.0 - relevance[*at])));
        let by_text = rank(by_text.collect());
        let by_vector = recent
            .iter()
            .map(|at| (*at, digits(distance(&self.movies[*at].vector, &wanted))));
        let by_vector = rank(by_vector.collect());
        let term = |ranks: &HashMap<usize, f64>, at: usize| ranks.get(&at).map_or(0.0, |rank| 1.0 / (60.0 + rank));
        let place = |ranks: &HashMap<usize, f64>, at: usize| ranks.get(&at).map_or(u64::MAX, |rank| *rank as u64);
        let mut found: Vec<(f64, u64, usize)> = recent
            .iter()
            .map(|at| (term(&by_text, *at) + term(&by_vector, *at), place(&by_text, *at), *at))
            .collect();
        found.sort_by(|(a, place, _), (b, other, _)| b.total_cmp(a).then(place.cmp(other)));
        let row = |(score, _, at): (f64, u64, usize)| (self.movies[at].title.clone(), digits(score));
        found.into_iter().take(5).map(row).collect()
    }

    fn best_of(&self, genre: &str, floor: f64) -> Vec<Json> {
        let mut found: Vec<&Movie> = self
            .movies
            .iter()
            .filter(|movie| {
                movie.imdb.is_some_and(|imdb| imdb >= floor) && movie.votes.is_some_and(|votes| votes > 10_000)
            })
            .filter(|movie| self.genre.get(&movie.id).is_some_and(|of| of == genre))
            .collect();
        found.sort_by(|a, b| {
            let by_imdb = b.imdb.unwrap_or(0.0).total_cmp(&a.imdb.unwrap_or(0.0));
            by_imdb.then_with(|| a.title.cmp(&b.title))
        });
        found
            .into_iter()
            .take(10)
            .map(|movie| json!([movie.title, movie.imdb, movie.released]))
            .collect()
    }

    fn directors_by_gross(&self) -> Vec<Json> {
        let mut groups: BTreeMap<&str, Vec<&Movie>> = BTreeMap::new();
        for movie in &self.movies {
            if let (Some(director), true) = (self.director.get(&movie.id), movie.gross.is_some_and(|gross| gross > 0)) {
                groups.entry(director).or_default().push(movie);
            }
        }
        let mut sums: Vec<(&str, i64, usize, Json)> = Vec::new();
        for (director, films) in groups {
            let gross = films.iter().filter_map(|movie| movie.gross).sum();
            let ratings: Vec<f64> = films.iter().filter_map(|movie| movie.imdb).collect();
            sums.push((director, gross, films.len(), exact_average(&ratings)));
        }
        sums.sort_by_key(|(director, gross, ..)| (-gross, *director));
        let row =
            |(director, gross, films, imdb): (&str, i64, usize, Json)| json!([director, gross as f64, films, imdb]);
        sums.into_iter().take(10).map(row).collect()
    }

    fn shared_distributors(&self, name: &str) -> Vec<Json> {
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for mine in &self.movies {
            let (Some(director), Some(distributor)) = (self.director.get(&mine.id), self.distributor.get(&mine.id))
            else {
                continue;
            };
            if director != name {
                continue;
            }
            for theirs in &self.movies {
                if self.distributor.get(&theirs.id) == Some(distributor)
                    && let Some(other) = self.director.get(&theirs.id)
                    && other != director
                {
                    *counts.entry(other).or_default() += 1;
                }
            }
        }
        let mut counts: Vec<(&str, i64)> = counts.into_iter().collect();
        counts.sort_by_key(|(other, films)| (-films, *other));
        counts
            .into_iter()
            .take(10)
            .map(|(other, films)| json!([other, films]))
            .collect()
    }

    fn released_between(&self, from: &str, to: &str, rating: &str) -> Vec<Json> {
        let mut found: Vec<(&str, &Movie)> = Vec::new();
        for movie in &self.movies {
            if let (Some(released), Some(rated)) = (&movie.released, &movie.rating)
                && rated == rating
                && released.as_str() >= from
                && released.as_str() < to
            {
                found.push((released, movie));
            }
        }
        found.sort_by_key(|(released, movie)| (*released, &movie.id));
        found
            .into_iter()
            .take(25)
            .map(|(released, movie)| json!([movie.title, released]))
            .collect()
    }

    fn without_director(&self) -> usize {
        let nobody = |movie: &&Movie| !self.director.contains_key(&movie.id) && movie.title.starts_with("The ");
        self.movies.iter().filter(nobody).count()
    }
}

fn digits(score: f64) -> String {
    format!("{score:.9}")
}

/// The sum of the very floats, as integers of 2⁻⁵⁶, which all ratings are multiples of.
fn exact_average(ratings: &[f64]) -> Json {
    if ratings.is_empty() {
        return Json::Null;
    }
    let unit = 2f64.powi(56);
    let sum: i128 = ratings
        .iter()
        .map(|rating| {
            assert_eq!((rating * unit).fract(), 0.0, "{rating} is not a multiple");
            (rating * unit) as i128
        })
        .sum();
    json!(sum as f64 / unit / ratings.len() as f64)
}

#[test]
fn movies_answers() {
    let (_folder, store, queries) = load("movies");
    assert_eq!(
        names(&queries),
        [
            "titled",
            "best_of",
            "directors_by_gross",
            "shared_distributors",
            "released_between",
            "without_director",
            "near_in_genre",
            "hybrid"
        ]
    );
    let graph = graph(&Lines::read(&store.export()));
    for words in [
        "love",
        "star wars",
        "the loving kings of rings",
        "Pokémon 2",
        "the of",
        "xylophone",
        "dead man walking",
    ] {
        let found: Vec<(String, Json, String)> = rows(&store, &queries, "titled", json!({ "words": words }))
            .iter()
            .map(|row| {
                let score = row[2].as_f64().expect("a score");
                (
                    row[0].as_str().expect("a title").to_owned(),
                    row[1].clone(),
                    digits(score),
                )
            })
            .collect();
        assert_eq!(found, graph.titled(words), "{words}");
    }
    assert_eq!(graph.titled("star wars").len(), 10, "the question has an answer");
    for (genre, floor) in [("Drama", 8.0), ("Comedy", 7.5), ("Western", 0.0), ("Opera", 1.0)] {
        let given = json!({ "genre": genre, "floor": floor });
        assert_eq!(
            rows(&store, &queries, "best_of", given),
            graph.best_of(genre, floor),
            "{genre}"
        );
    }
    assert!(!graph.best_of("Drama", 8.0).is_empty(), "the question has an answer");
    assert_eq!(
        rows(&store, &queries, "directors_by_gross", json!({})),
        graph.directors_by_gross()
    );
    for name in ["Steven Spielberg", "Woody Allen", "Alan Alda", "Nobody"] {
        let given = json!({ "name": name });
        assert_eq!(
            rows(&store, &queries, "shared_distributors", given),
            graph.shared_distributors(name),
            "{name}"
        );
    }
    assert!(
        !graph.shared_distributors("Steven Spielberg").is_empty(),
        "the question has an answer"
    );
    for (from, to, rating) in [
        ("1990-01-01", "2000-01-01", "PG-13"),
        ("2000-06-01", "2000-07-01", "R"),
        ("1900-01-01", "2100-01-01", "X"),
    ] {
        let given = json!({ "from": from, "to": to, "rating": rating });
        assert_eq!(
            rows(&store, &queries, "released_between", given),
            graph.released_between(from, to, rating),
            "{rating}"
        );
    }
    assert_eq!(
        rows(&store, &queries, "without_director", json!({})),
        [json!([graph.without_director()])]
    );
    assert!(graph.movies.iter().all(|movie| movie.vector.len() == 32));
    let ranked = |name: &str, given: Json| -> Vec<(String, String)> {
        let rows = rows(&store, &queries, name, given);
        let cells = rows.iter().map(|row| (row[0].as_str(), row[1].as_f64()));
        cells
            .map(|(title, value)| (title.expect("a title").to_owned(), digits(value.expect("a number"))))
            .collect()
    };
    for words in ["star wars", "love story", "the lord of rings", "dead man walking"] {
        for genre in ["Adventure", "Western", "Opera"] {
            let found = ranked("near_in_genre", json!({ "words": words, "genre": genre }));
            assert_eq!(found, graph.near_in_genre(words, genre), "{words}, {genre}");
            assert_eq!(found.len(), if genre == "Opera" { 0 } else { 5 });
        }
        assert_eq!(
            ranked("hybrid", json!({ "words": words })),
            graph.hybrid(words),
            "{words}"
        );
    }
}
