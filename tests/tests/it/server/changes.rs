//! What an editor changes stays right: on random projects, the result of each rename and of each code action has no error that
//! was not there before, and after a rename the queries return the same rows. `OMNIGRAPH_CHANGES` says how many are looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use omnigraph_compiler::diagnostic::{Diagnostic, Severity};
use omnigraph_compiler::project::check_project;
use omnigraph_compiler::schema_text::SCHEMA_FILE;
use omnigraph_compiler::trial::new_errors;
use omnigraph_grammar::query::ast::Query;
use omnigraph_grammar::{Language, query, schema};
use omnigraph_model::catalog::Catalog;
use omnigraph_tests::compile::{find_query, read_catalog};
use omnigraph_tests::lsp::{Client, Units};
use omnigraph_tests::reference::{Mode, Model};
use rand::rngs::SmallRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value, json};

use crate::property::{graphs, mutations, queries};

const CHANGES: usize = 120;
const NOW: i64 = 1_767_225_600_000;

/// Names that a thing may be given: plain ones, words of the languages, and what is likely to be taken.
const NAMES: [&str; 44] = [
    "fresh",
    "other_name",
    "z9",
    "Fresh",
    "Other",
    "not",
    "Not",
    "count",
    "Count",
    "limit",
    "order",
    "match",
    "return",
    "id",
    "src",
    "dst",
    "from",
    "to",
    "true",
    "null",
    "as",
    "desc",
    "where",
    "set",
    "insert",
    "query",
    "node",
    "edge",
    "enum",
    "search",
    "nearest",
    "now",
    "date",
    "contains",
    "starts_with",
    "x",
    "p",
    "n",
    "name",
    "Item",
    "Place",
    "Link",
    "Query",
    "literal",
];

type Texts = BTreeMap<String, String>;

struct Project {
    texts: Texts,
    /// The file, the name and the request of each query that reads.
    requests: Vec<(String, String, queries::Request)>,
    lines: Vec<String>,
}

impl Project {
    fn draw(rng: &mut SmallRng) -> Project {
        let mut drawn = graphs::draw(rng);
        // Nodes first, so that a line that breaks a constraint can be left out alone.
        drawn.lines.sort_by_key(|line| line.starts_with("{\"edge\""));
        let mut model = Model::empty(read_catalog(&mutations::constrained()));
        drawn.lines.retain(|line| model.load(line, Mode::Append).is_ok());
        let mut texts: Texts = [(SCHEMA_FILE.to_owned(), mutations::constrained())].into();
        let mut requests = Vec::new();
        for number in 0..5 {
            let file = if number < 3 { "a.gq" } else { "b.gq" };
            let request = queries::request(rng);
            let name = format!("q{number}");
            let text = request.text.replacen("query q(", &format!("query {name}("), 1);
            *texts.entry(file.to_owned()).or_default() += &format!("{text}\n");
            requests.push((file.to_owned(), name, request));
        }
        let written = mutations::request(rng, &drawn).text.replacen("query q(", "query w(", 1);
        *texts.entry("b.gq".to_owned()).or_default() += &written;
        Project {
            texts,
            requests,
            lines: drawn.lines,
        }
    }
}

fn check(texts: &Texts) -> Vec<Diagnostic> {
    let queries = texts.iter().filter(|(path, _)| path.ends_with(".gq"));
    let queries: Vec<(&str, &str)> = queries.map(|(path, text)| (path.as_str(), text.as_str())).collect();
    check_project(&texts[SCHEMA_FILE], &queries)
}

/// The words of a text: names, and words of the language.
fn words(path: &str, text: &str) -> Vec<std::ops::Range<usize>> {
    let spans: Vec<_> = match path.ends_with(".pg") {
        true => schema::tokens(text).iter().map(|token| token.span.range()).collect(),
        false => query::tokens(text).iter().map(|token| token.span.range()).collect(),
    };
    let is_word =
        |range: &std::ops::Range<usize>| text[range.clone()].starts_with(|c: char| c.is_ascii_alphabetic() || c == '$');
    spans.into_iter().filter(is_word).collect()
}

/// The texts after a workspace edit; `None` if it does something else, too.
fn after(client: &Client, texts: &Texts, edit: &Value) -> Option<Texts> {
    let mut texts = texts.clone();
    for (uri, edits) in edit["changes"].as_object()? {
        let name = uri.strip_prefix(&client.uri("")).unwrap_or(uri);
        let text = texts.get_mut(name)?;
        *text = Units::Utf16.edited(text, edits);
    }
    Some(texts)
}

fn query_of(texts: &Texts, file: &str, name: &str) -> Result<Query, String> {
    find_query(&texts[file], Some(name))
}

/// Names of types and properties by what they became.
fn renamed(before: &Catalog, after: &Catalog) -> BTreeMap<String, String> {
    fn one<'n>(
        before: impl Iterator<Item = &'n String>,
        after: impl Iterator<Item = &'n String>,
    ) -> Option<(String, String)> {
        let (before, after): (Vec<_>, Vec<_>) = (before.collect(), after.collect());
        let gone = before.iter().find(|name| !after.contains(name))?;
        let new = after.iter().find(|name| !before.contains(name))?;
        Some(((*gone).clone(), (*new).clone()))
    }
    let mut names = BTreeMap::new();
    names.extend(one(before.nodes.keys(), after.nodes.keys()));
    names.extend(one(before.edges.keys(), after.edges.keys()));
    let now = |name: &String| names.get(name).unwrap_or(name).clone();
    let mut properties = BTreeMap::new();
    for (name, node) in &before.nodes {
        let next = &after.nodes[&now(name)];
        let pair = one(
            node.properties.iter().map(|p| &p.name),
            next.properties.iter().map(|p| &p.name),
        );
        properties.extend(pair.map(|(old, new)| (format!("{name}.{old}"), new)));
    }
    for (name, edge) in &before.edges {
        let next = &after.edges[&now(name)];
        let pair = one(
            edge.properties.iter().map(|p| &p.name),
            next.properties.iter().map(|p| &p.name),
        );
        properties.extend(pair.map(|(old, new)| (format!("{name}.{old}"), new)));
    }
    names.extend(properties);
    names
}

/// A line of data with the new names.
fn line(line: &str, names: &BTreeMap<String, String>) -> String {
    let mut line: Value = serde_json::from_str(line).expect("JSON");
    for key in ["type", "edge"] {
        let Some(ty) = line[key].as_str().map(str::to_owned) else {
            continue;
        };
        if let Some(data) = line["data"].as_object() {
            let now = |name: &String| names.get(&format!("{ty}.{name}")).unwrap_or(name).clone();
            let data: Map<String, Value> = data.iter().map(|(name, value)| (now(name), value.clone())).collect();
            line["data"] = data.into();
        }
        line[key] = names.get(&ty).unwrap_or(&ty).clone().into();
    }
    line.to_string()
}

/// The values of a row, without the names of what they are values of.
fn plain(value: &Value, names: &BTreeMap<String, String>) -> Value {
    match value {
        Value::Object(members) => members.values().map(|value| plain(value, names)).collect(),
        Value::Array(items) => items.iter().map(|value| plain(value, names)).collect(),
        Value::String(text) => names.get(text).unwrap_or(text).clone().into(),
        other => other.clone(),
    }
}

/// What the queries return, each by the place it stands at; nothing of one whose rows are not settled by its text.
fn rows(
    catalog: Arc<Catalog>,
    lines: &[String],
    queries: &[(Query, &queries::Request)],
    names: &BTreeMap<String, String>,
) -> Result<Vec<Vec<String>>, String> {
    let model = Model::from_lines(catalog, &lines.join("\n"))?;
    let answer = |(tree, request): &(Query, &queries::Request)| {
        if request.limited && !request.ordered {
            return Ok(Vec::new());
        }
        // A parameter may have another name by now; its place is the same.
        let old = find_query(&request.text, None)?;
        let pairs = old.parameters.iter().zip(&tree.parameters);
        let params: Map<String, Value> = pairs
            .filter_map(|(old, new)| Some((new.name.text.clone(), request.params.get(&old.name.text)?.clone())))
            .collect();
        let answer = model.read(tree, &params, NOW, request.ordered)?;
        let mut rows: Vec<String> = answer
            .rows
            .iter()
            .map(|row| {
                row.values()
                    .map(|value| plain(value, names))
                    .collect::<Value>()
                    .to_string()
            })
            .collect();
        if !request.ordered {
            rows.sort();
        }
        Ok(rows)
    };
    queries.iter().map(answer).collect()
}

#[derive(Default)]
struct Tally {
    renames: usize,
    refused: usize,
    actions: usize,
    compared: usize,
}

struct Session {
    client: Client,
    project: Project,
    /// The texts as the client has them.
    texts: Texts,
}

impl Session {
    fn new(project: Project) -> Session {
        let files: Vec<(&str, &str)> = project.texts.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
        let mut client = Client::new(&files);
        for (name, text) in &files {
            client.open(name, text);
        }
        Session {
            client,
            texts: project.texts.clone(),
            project,
        }
    }

    fn show(&mut self, texts: &Texts) {
        for (name, text) in texts {
            if self.texts[name] != *text {
                self.client.set(name, text);
            }
        }
        self.texts.clone_from(texts);
    }

    fn rename(&mut self, name: &str, at: usize, new: &str, tally: &mut Tally) {
        let params = json!({
            "textDocument": { "uri": self.client.uri(name) },
            "position": Units::Utf16.position(&self.texts[name], at), "newName": new,
        });
        let Ok(edit) = self.client.try_request("textDocument/rename", params) else {
            tally.refused += 1;
            return;
        };
        let Some(next) = after(&self.client, &self.texts, &edit) else {
            return;
        };
        tally.renames += 1;
        let what = format!("`{new}` for what stands at {at} of {name}");
        self.holds(&next, &what);
        // Rows of a project that checks, in which nothing was renamed before.
        if self.texts == self.project.texts && next != self.texts {
            self.same_rows(&next, &what);
            tally.compared += 1;
        }
    }

    fn same_rows(&self, next: &Texts, what: &str) {
        let catalogs = [&self.texts, next].map(|texts| read_catalog(&texts[SCHEMA_FILE]));
        let names = renamed(&catalogs[0], &catalogs[1]);
        let all = |texts: &Texts| {
            let places = self
                .project
                .requests
                .iter()
                .enumerate()
                .map(|(at, (file, name, request))| {
                    // A query may have another name by now; it is where it was.
                    let tree = query_of(texts, file, name).or_else(|_| {
                        let (items, _) = omnigraph_grammar::items(Language::Query, &texts[file]);
                        let nth = if file == "a.gq" { at } else { at - 3 };
                        let name = items[nth].name.as_ref().map(|name| name.text.clone());
                        query_of(texts, file, &name.ok_or("no name")?)
                    });
                    tree.map(|tree| (tree, request))
                });
            places.collect::<Result<Vec<_>, String>>()
        };
        let (before, after) = (all(&self.texts).expect("queries"), all(next).expect("queries"));
        let [old, new] = catalogs;
        let unchanged = BTreeMap::new();
        let wanted = rows(old, &self.project.lines, &before, &names).expect("the reference answers");
        let lines: Vec<String> = self.project.lines.iter().map(|text| line(text, &names)).collect();
        let found = rows(new, &lines, &after, &unchanged).unwrap_or_else(|error| panic!("{what}: {error}\n{next:#?}"));
        assert_eq!(
            wanted, found,
            "{what}: other rows\nbefore {:#?}\nafter {next:#?}",
            self.texts
        );
    }

    fn actions(&mut self, name: &str, at: usize, tally: &mut Tally) {
        let position = Units::Utf16.position(&self.texts[name], at);
        let params = json!({
            "textDocument": { "uri": self.client.uri(name) }, "range": { "start": position, "end": position },
            "context": { "diagnostics": [] },
        });
        let answer = self.client.request("textDocument/codeAction", params);
        for action in answer.as_array().into_iter().flatten() {
            let Some(next) = after(&self.client, &self.texts, &action["edit"]) else {
                continue;
            };
            tally.actions += 1;
            self.holds(&next, &format!("{} at {at} of {name}", action["title"]));
        }
    }

    fn holds(&self, next: &Texts, what: &str) {
        let (before, found) = (check(&self.texts), check(next));
        let new: Vec<String> = new_errors(&before, &found)
            .iter()
            .map(|error| format!("{} {}: {}", error.file, error.rule.subcode, error.message))
            .collect();
        assert!(
            new.is_empty(),
            "{what} brings {new:#?}\nbefore {:#?}\nafter {next:#?}",
            self.texts
        );
    }
}

/// Whether something in it is not checked at all, so that a mended one may show more.
fn hides(texts: &Texts) -> bool {
    let hidden = |found: &Diagnostic| {
        found.severity == Severity::Error && (found.rule.code.starts_with('Q') || found.file == SCHEMA_FILE)
    };
    check(texts).iter().any(hidden)
}

#[test]
fn results_of_renames_and_actions_have_no_new_errors() {
    let told = std::env::var("OMNIGRAPH_CHANGES")
        .ok()
        .and_then(|text| text.parse().ok());
    let wanted = told.unwrap_or(CHANGES);
    let mut tally = Tally::default();
    let mut number = 0;
    while tally.renames + tally.actions < wanted {
        number += 1;
        let mut rng = SmallRng::seed_from_u64(number);
        let mut session = Session::new(Project::draw(&mut rng));
        let original = session.texts.clone();
        for _ in 0..12 {
            let mut texts = original.clone();
            let files: Vec<String> = texts.keys().cloned().collect();
            // Now and then a word is exchanged for another, and there is something to mend.
            if rng.random_bool(0.4) {
                let (into, from) = (
                    files.choose(&mut rng).expect("a file"),
                    files.choose(&mut rng).expect("a file"),
                );
                let (old, new) = (words(into, &texts[into]), words(from, &texts[from]));
                let new = texts[from][new.choose(&mut rng).expect("a word").clone()].to_owned();
                let old = old.choose(&mut rng).expect("a word").clone();
                texts.get_mut(into).expect("a file").replace_range(old, &new);
            }
            if hides(&texts) {
                continue;
            }
            session.show(&texts);
            let name = files.choose(&mut rng).expect("a file");
            let place = words(name, &texts[name]).choose(&mut rng).expect("a word").clone();
            let at = rng.random_range(place.start..place.end);
            match rng.random_bool(0.5) {
                true => {
                    let own = words(name, &texts[name]);
                    let known = texts[name][own.choose(&mut rng).expect("a word").clone()].trim_start_matches('$');
                    let new = if rng.random_bool(0.3) {
                        known
                    } else {
                        NAMES.choose(&mut rng).expect("a name")
                    };
                    session.rename(name, at, new, &mut tally);
                }
                false => session.actions(name, at, &mut tally),
            }
        }
    }
    let Tally {
        renames,
        refused,
        actions,
        compared,
    } = tally;
    println!("{renames} renames, {refused} refused, {actions} actions, rows of {compared} projects compared");
    assert!(
        renames * 8 > wanted && actions * 4 > wanted && compared * 12 > wanted,
        "{renames}, {actions}, {compared}"
    );
}
