//! The questions about `examples/movies` by hand.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::{Map, Value as Json, json};

use super::questions::{Questions, average, decimals, least_way};
use super::{Edge, Lines};

struct Films {
    /// By id.
    films: BTreeMap<String, Map<String, Json>>,
    directors: BTreeSet<String>,
    distributors: BTreeSet<String>,
    genres: BTreeSet<String>,
    director: HashMap<String, String>,
    distributor: HashMap<String, String>,
    genre: HashMap<String, String>,
    /// Of all types, with the name of the type.
    edges: Vec<(&'static str, Edge)>,
}

fn films(lines: &Lines) -> Films {
    let ids = |ty: &str| lines.nodes[ty].iter().map(|node| node.id.clone()).collect();
    // Each of these is at most one a film, says the schema.
    let one = |ty: &str| {
        let pairs = lines.edges[ty].iter().map(|edge| (edge.from.clone(), edge.to.clone()));
        pairs.collect::<HashMap<_, _>>()
    };
    let types = ["DirectedBy", "DistributedBy", "InGenre"];
    let edges = types
        .iter()
        .flat_map(|ty| lines.edges[*ty].iter().map(|edge| (*ty, edge.clone())));
    Films {
        films: lines.nodes["Movie"]
            .iter()
            .map(|node| (node.id.clone(), node.data.clone()))
            .collect(),
        directors: ids("Director"),
        distributors: ids("Distributor"),
        genres: ids("Genre"),
        director: one("DirectedBy"),
        distributor: one("DistributedBy"),
        genre: one("InGenre"),
        edges: edges.collect(),
    }
}

fn text<'f>(film: &'f Map<String, Json>, name: &str) -> Option<&'f str> {
    film.get(name).and_then(Json::as_str)
}

fn number(film: &Map<String, Json>, name: &str) -> Option<f64> {
    film.get(name).and_then(Json::as_f64)
}

fn whole(film: &Map<String, Json>, name: &str) -> Option<i64> {
    film.get(name).and_then(Json::as_i64)
}

fn title(film: &Map<String, Json>) -> &str {
    text(film, "title").expect("a title")
}

fn year(film: &Map<String, Json>) -> Option<i64> {
    text(film, "released").map(|day| day[..4].parse().expect("a year"))
}

/// Days since 1970-01-01, counted one year and one month after the other.
fn days(day: &str) -> i64 {
    let part = |range: std::ops::Range<usize>| day[range].parse::<i64>().expect("a number");
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    let leap = |year: i64| i64::from(year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
    let years: i64 = match year >= 1970 {
        true => (1970..year).map(|year| 365 + leap(year)).sum(),
        false => -(year..1970).map(|year| 365 + leap(year)).sum::<i64>(),
    };
    let lengths = [31, 28 + leap(year), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    years + lengths.iter().take(month as usize - 1).sum::<i64>() + day - 1
}

/// Numbers as sort keys, null as the least.
fn key(number: Option<f64>) -> (bool, i64) {
    // All of them have at most one digit behind the point.
    (number.is_some(), (number.unwrap_or_default() * 10.0).round() as i64)
}

impl Films {
    fn of(&self, director: &str) -> impl Iterator<Item = (&String, &Map<String, Json>)> {
        let own = move |(id, _): &(&String, &Map<String, Json>)| self.director.get(*id).is_some_and(|d| d == director);
        self.films.iter().filter(own)
    }

    fn money_back(&self) -> Vec<Json> {
        let mut found: Vec<(f64, &str)> = Vec::new();
        for film in self.films.values() {
            if let (Some(gross), Some(budget)) = (whole(film, "gross_usd"), whole(film, "budget_usd"))
                && budget > 0
                && gross > 50 * budget
            {
                found.push((gross as f64 / budget as f64, title(film)));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found
            .into_iter()
            .take(5)
            .map(|(times, title)| json!([title, times]))
            .collect()
    }

    fn recent_or_loved(&self) -> Vec<Json> {
        let mut found = Vec::new();
        for (id, film) in &self.films {
            let recent = text(film, "released").is_some_and(|day| day >= "2007-01-01");
            let loved = number(film, "imdb").is_some_and(|imdb| imdb >= 8.5);
            if self.genre.get(id).is_some_and(|genre| genre == "Western") && (recent || loved) {
                found.push((
                    title(film),
                    id,
                    json!([title(film), text(film, "released"), number(film, "imdb")]),
                ));
            }
        }
        found.sort_by_key(|(title, id, _)| (*title, *id));
        found.into_iter().map(|(_, _, row)| row).collect()
    }

    fn unrated(&self) -> Vec<Json> {
        let without = self.films.values().filter(|film| text(film, "rating").is_none());
        let mut values: Vec<f64> = without.filter_map(|film| number(film, "imdb")).collect();
        values.sort_by(f64::total_cmp);
        let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
        vec![json!([values.len(), average(&values), (low + high) / 2.0])]
    }

    fn per_decade(&self) -> Vec<Json> {
        let mut decades: BTreeMap<i64, (i64, Vec<f64>)> = BTreeMap::new();
        for film in self.films.values() {
            if let Some(year) = year(film) {
                let decade = decades.entry(year / 10 * 10).or_default();
                decade.0 += 1;
                decade.1.extend(number(film, "runtime_min"));
            }
        }
        let latest = decades.into_iter().rev().take(5);
        latest
            .map(|(decade, (films, minutes))| json!([decade, films, average(&minutes)]))
            .collect()
    }

    fn weekdays(&self) -> Vec<Json> {
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for day in self.films.values().filter_map(|film| text(film, "released")) {
            if day >= "2000-01-01" {
                // The first of January 1970 was a Thursday.
                let of_week = (days(day) + 3).rem_euclid(7) + 1;
                let kind = match of_week {
                    5 => "Friday",
                    6 | 7 => "weekend",
                    _ => "another day",
                };
                *counts.entry(kind).or_default() += 1;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(kind, films)| (Reverse(*films), *kind));
        counts.into_iter().map(|(kind, films)| json!([kind, films])).collect()
    }

    fn labels(&self) -> Vec<Json> {
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for film in self.films.values() {
            for label in film.get("labels").and_then(Json::as_array).into_iter().flatten() {
                *counts.entry(label.as_str().expect("a text")).or_default() += 1;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(label, films)| (Reverse(*films), *label));
        counts
            .into_iter()
            .take(5)
            .map(|(label, films)| json!([label, films]))
            .collect()
    }

    fn sequels(&self) -> Vec<Json> {
        let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
        for title in self.films.values().map(title) {
            let digit = title.ends_with(|last| ('2'..='9').contains(&last));
            if digit || title.ends_with("II") || title.ends_with("IV") {
                *counts.entry(title.rsplit(' ').next().expect("a word")).or_default() += 1;
            }
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(number, films)| (Reverse(*films), *number));
        counts
            .into_iter()
            .take(6)
            .map(|(number, films)| json!([number, films]))
            .collect()
    }

    fn long_names(&self) -> Vec<Json> {
        let mut names: Vec<(usize, &String, &str)> = Vec::new();
        for (id, film) in &self.films {
            names.push((title(film).chars().count(), id, title(film)));
        }
        names.sort_by_key(|(letters, id, _)| (Reverse(*letters), *id));
        let words = |title: &str| title.matches(' ').count() + 1;
        names
            .into_iter()
            .take(3)
            .map(|(letters, _, title)| json!([title, letters, words(title)]))
            .collect()
    }

    fn all_directors(&self) -> Vec<Json> {
        let mut found = Vec::new();
        for (id, film) in &self.films {
            if self.genre.get(id).is_some_and(|genre| genre == "Concert/Performance") {
                let director = self.director.get(id);
                found.push((title(film), director, id, director.map_or("unknown", String::as_str)));
            }
        }
        found.sort();
        found
            .into_iter()
            .take(5)
            .map(|(title, _, _, director)| json!([title, director]))
            .collect()
    }

    fn never_rated_r(&self) -> Vec<Json> {
        let mut found = Vec::new();
        for director in &self.directors {
            let count = self.of(director).count();
            if count >= 7 && !self.of(director).any(|(_, film)| text(film, "rating") == Some("R")) {
                found.push((Reverse(count), director));
            }
        }
        found.sort();
        found
            .into_iter()
            .map(|(count, director)| json!([director, count.0]))
            .collect()
    }

    fn versatile(&self) -> Vec<Json> {
        let mut found = Vec::new();
        for director in &self.directors {
            let genres: HashSet<&String> = self.of(director).filter_map(|(id, _)| self.genre.get(id)).collect();
            if genres.len() >= 5 {
                found.push((Reverse(genres.len()), director));
            }
        }
        found.sort();
        found
            .into_iter()
            .map(|(count, director)| json!([director, count.0]))
            .collect()
    }

    fn best_per_genre(&self) -> Vec<Json> {
        let mut found = Vec::new();
        for genre in &self.genres {
            let in_genre = |id: &str| self.genre.get(id) == Some(genre);
            let known = self
                .films
                .iter()
                .filter(|(id, film)| in_genre(id) && whole(film, "votes") >= Some(1000));
            let best = known.max_by_key(|(id, film)| (key(number(film, "imdb")), whole(film, "votes"), Reverse(*id)));
            if let Some((_, film)) = best {
                found.push((Reverse(key(number(film, "imdb"))), genre, film));
            }
        }
        found.sort_by_key(|(imdb, genre, _)| (*imdb, *genre));
        let row =
            |(_, genre, film): (_, &String, &Map<String, Json>)| json!([genre, title(film), number(film, "imdb")]);
        found.into_iter().take(5).map(row).collect()
    }

    fn top_three(&self) -> Vec<Json> {
        let mut rows = Vec::new();
        for director in &self.directors {
            let mut own: Vec<_> = self.of(director).collect();
            own.sort_by_key(|(id, film)| (Reverse(key(number(film, "imdb"))), *id));
            if own.iter().filter(|(_, film)| number(film, "imdb") >= Some(8.0)).count() >= 4 {
                let best: Vec<&str> = own.iter().take(3).map(|(_, film)| title(film)).collect();
                rows.push(json!([director, best]));
            }
        }
        rows
    }

    fn above_their_genre(&self) -> Vec<Json> {
        let mut found = Vec::new();
        for genre in &self.genres {
            let own = self.films.iter().filter(|(id, _)| self.genre.get(*id) == Some(genre));
            let rated: Vec<_> = own
                .filter_map(|(id, film)| Some((id, film, number(film, "imdb")?)))
                .collect();
            let Some(usual) = average(&rated.iter().map(|(_, _, imdb)| *imdb).collect::<Vec<_>>()) else {
                continue;
            };
            for (id, film, imdb) in rated {
                if imdb > usual + 2.5 {
                    found.push((decimals(imdb - usual, 2), genre, id, title(film)));
                }
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let row = |(above, genre, _, title): (f64, &String, &String, &str)| json!([title, genre, above]);
        found.into_iter().take(5).map(row).collect()
    }

    fn of_the_busiest(&self) -> Vec<Json> {
        let mut busiest = Vec::new();
        for distributor in &self.distributors {
            let own: Vec<&String> = self
                .films
                .keys()
                .filter(|id| self.distributor.get(*id) == Some(distributor))
                .collect();
            let directors: HashSet<&String> = own.iter().filter_map(|id| self.director.get(*id)).collect();
            busiest.push((Reverse(own.len()), distributor, directors.len()));
        }
        busiest.sort();
        busiest
            .into_iter()
            .take(3)
            .map(|(films, name, directors)| json!([name, films.0, directors]))
            .collect()
    }

    fn same_year(&self) -> Vec<Json> {
        let mut found = Vec::new();
        for director in &self.directors {
            for (a, one) in self.of(director) {
                for (b, other) in self.of(director) {
                    let loved = |film| number(film, "imdb") >= Some(8.0);
                    if a < b && year(one).is_some() && year(one) == year(other) && loved(one) && loved(other) {
                        found.push((year(one), director, a, b, title(one), title(other)));
                    }
                }
            }
        }
        found.sort();
        found
            .into_iter()
            .map(|(year, director, _, _, one, other)| json!([director, year, one, other]))
            .collect()
    }

    fn gap(&self) -> Vec<Json> {
        let mut found = Vec::new();
        for director in &self.directors {
            let dated: Vec<_> = self
                .of(director)
                .filter_map(|(id, film)| Some((text(film, "released")?, id, film)))
                .collect();
            for (before, a, one) in &dated {
                for (after, b, other) in &dated {
                    let between = dated.iter().any(|(day, _, _)| before < day && day < after);
                    if before < after && !between {
                        let gap = days(after) - days(before);
                        found.push((Reverse(gap), *a, *b, director, title(one), title(other)));
                    }
                }
            }
        }
        found.sort();
        let first = found.into_iter().take(3);
        first
            .map(|(gap, _, _, director, one, other)| json!([director, one, other, gap.0]))
            .collect()
    }

    fn either_hand(&self) -> Vec<Json> {
        let mut found = Vec::new();
        for (id, film) in &self.films {
            let loved = number(film, "imdb") >= Some(8.0);
            let rich = whole(film, "gross_usd") > Some(100_000_000);
            if self.distributor.get(id).is_some_and(|name| name == "Lionsgate") && (loved || rich) {
                found.push((
                    title(film),
                    id,
                    json!([title(film), number(film, "imdb"), whole(film, "gross_usd")]),
                ));
            }
        }
        found.sort_by_key(|(title, id, _)| (*title, *id));
        found.into_iter().map(|(_, _, row)| row).collect()
    }

    fn names_of_all_kinds(&self, part: &str) -> Vec<Json> {
        let mut names = BTreeSet::new();
        names.extend(self.directors.iter().map(|name| (name.as_str(), "director")));
        names.extend(self.distributors.iter().map(|name| (name.as_str(), "distributor")));
        names.extend(self.films.values().map(|film| (title(film), "film")));
        let found = names.into_iter().filter(|(name, _)| name.to_lowercase().contains(part));
        found.take(8).map(|(name, kind)| json!([name, kind])).collect()
    }

    fn between_directors(&self, one: &str, other: &str) -> Vec<Json> {
        // Names of directors, distributors and genres are told apart by their types.
        let mut steps = Vec::new();
        for (ty, edge) in &self.edges {
            let (film, end) = (("Movie", edge.from.as_str()), (*ty, edge.to.as_str()));
            steps.push((*ty, edge.id.as_str(), film, end));
            steps.push((*ty, edge.id.as_str(), end, film));
        }
        let way = least_way(&steps, ("DirectedBy", one), ("DirectedBy", other));
        let row = |way: Vec<(&str, &str)>| json!([way.len() - 1, way.iter().map(|(_, id)| *id).collect::<Vec<_>>()]);
        way.map(row).into_iter().collect()
    }
}

#[test]
fn film_questions() {
    let asked = Questions::load("movies");
    let films = films(&asked.lines);
    asked.check("money_back", json!({}), films.money_back());
    asked.check("recent_or_loved", json!({}), films.recent_or_loved());
    asked.check("unrated", json!({}), films.unrated());
    asked.check("per_decade", json!({}), films.per_decade());
    asked.check("weekdays", json!({}), films.weekdays());
    asked.check("labels", json!({}), films.labels());
    asked.check("sequels", json!({}), films.sequels());
    asked.check("long_names", json!({}), films.long_names());
    asked.check("all_directors", json!({}), films.all_directors());
    asked.check("never_rated_r", json!({}), films.never_rated_r());
    asked.check("versatile", json!({}), films.versatile());
    asked.check("best_per_genre", json!({}), films.best_per_genre());
    asked.check("top_three", json!({}), films.top_three());
    asked.check("above_their_genre", json!({}), films.above_their_genre());
    asked.check("of_the_busiest", json!({}), films.of_the_busiest());
    asked.check("same_year", json!({}), films.same_year());
    asked.check("gap", json!({}), films.gap());
    asked.check("either_hand", json!({}), films.either_hand());
    for part in ["lion", "war", "z"] {
        asked.check(
            "names_of_all_kinds",
            json!({ "part": part }),
            films.names_of_all_kinds(part),
        );
    }
    for (one, other) in [
        ("Sofia Coppola", "Stanley Kubrick"),
        ("Akira Kurosawa", "Spike Lee"),
        ("Abel Ferrara", "Tim Burton"),
    ] {
        let given = json!({ "one": one, "other": other });
        asked.check("between_directors", given, films.between_directors(one, other));
    }
    asked.all_were_asked();
}
