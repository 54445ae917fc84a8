//! Token soup: single tokens of the examples deleted, inserted and exchanged. Nothing panics, and every item that was
//! not touched is still there and keeps exactly the findings it had.

#[path = "../../fuzz/src/random.rs"]
#[allow(unreachable_pub, reason = "it is public in the crate of the fuzz targets")]
mod random;

use std::collections::BTreeMap;

use omnigraph_compiler::db::{self, Database, Project, SourceFile};
use omnigraph_compiler::diagnostic::Diagnostic;
use omnigraph_compiler::rules::LAB_SCHEMA;
use omnigraph_grammar::{Item, ItemKind, Language, Span, items, query, schema};
use random::Random;
use salsa::Setter;

/// Edits of each kind, per file.
const EDITS: usize = 2_000;

/// What depends on which names are declared, and thus on other items than the one where it is found.
const ABOUT_NAMES: [&str; 11] = [
    "S016", "S017", "S018", "S019", "S024", "S025", "S026", "S027", "S028", "S044", "T41",
];

#[test]
fn flights_schema() {
    soup(Language::Schema, include_str!("../../examples/flights/schema.pg"), None);
}

#[test]
fn flights_queries() {
    let schema = include_str!("../../examples/flights/schema.pg");
    soup(
        Language::Query,
        include_str!("../../examples/flights/queries.gq"),
        Some(schema),
    );
}

#[test]
fn movies_schema() {
    soup(Language::Schema, include_str!("../../examples/movies/schema.pg"), None);
}

#[test]
fn movies_queries() {
    let schema = include_str!("../../examples/movies/schema.pg");
    soup(
        Language::Query,
        include_str!("../../examples/movies/queries.gq"),
        Some(schema),
    );
}

#[test]
fn lab_schema() {
    soup(Language::Schema, LAB_SCHEMA, None);
}

/// A change of one place, and where it is in the old text.
struct Edit {
    text: String,
    old: Span,
    /// By how much what follows moves.
    moved: i64,
}

fn edit(text: &str, tokens: &[Span], kind: usize, random: &mut Random) -> Edit {
    let at = random.below(tokens.len() - 1);
    let (token, next) = (tokens[at], tokens[at + 1]);
    let (old, new) = match kind {
        0 => (token, String::new()),
        1 => {
            let word = &text[random.pick(tokens).range()];
            (Span::at(token.end as usize), format!(" {word} "))
        }
        _ => {
            let between = &text[token.end as usize..next.start as usize];
            let exchanged = format!("{}{between}{}", &text[next.range()], &text[token.range()]);
            (token.to(next), exchanged)
        }
    };
    Edit {
        text: format!("{}{new}{}", &text[..old.start as usize], &text[old.end as usize..]),
        moved: new.len() as i64 - old.range().len() as i64,
        old,
    }
}

/// What is said about each item, with places that count from its start.
fn by_item(items: &[Item], found: &[Diagnostic]) -> BTreeMap<u32, Vec<(u32, &'static str, String)>> {
    let mut sorted: BTreeMap<u32, Vec<_>> = BTreeMap::new();
    for diagnostic in found {
        let at = items.partition_point(|item| item.span.start <= diagnostic.span.start);
        let start = at.checked_sub(1).map_or(0, |index| items[index].span.start);
        sorted.entry(start).or_default().push((
            diagnostic.span.start - start,
            diagnostic.rule.subcode,
            diagnostic.message.clone(),
        ));
    }
    sorted
}

fn soup(language: Language, text: &str, schema: Option<&str>) {
    let tokens: Vec<Span> = match language {
        Language::Schema => schema::tokens(text)
            .iter()
            .filter(|token| !token.kind.is_trivia())
            .map(|token| token.span)
            .collect(),
        Language::Query => query::tokens(text)
            .iter()
            .filter(|token| !token.kind.is_trivia())
            .map(|token| token.span)
            .collect(),
    };
    let whole = items(language, text).0;
    let mut db = Database::new();
    let mut files: Vec<SourceFile> = schema
        .map(|schema| SourceFile::new(&db, "schema.pg".into(), schema.into(), Language::Schema))
        .into_iter()
        .collect();
    let file = SourceFile::new(&db, "edited".into(), text.into(), language);
    files.push(file);
    let project = Project::of(&db, files);
    let found = db::file_diagnostics(&db, project, file);
    let before = by_item(&whole, &found);
    let mut random = Random(text.len() as u64);
    let none = Vec::new();
    for number in 0..3 * EDITS {
        let edit = edit(text, &tokens, number % 3, &mut random);
        let now = items(language, &edit.text).0;
        file.set_text(&mut db).to(edit.text.clone());
        let found = db::file_diagnostics(&db, project, file);
        let after = by_item(&now, &found);
        let untouched = |item: &&Item| item.span.end < edit.old.start || edit.old.end < item.span.start;
        let kept = |item: &Item| {
            let moved = if item.span.start >= edit.old.end { edit.moved } else { 0 };
            let start = (i64::from(item.span.start) + moved) as u32;
            (start, now.iter().find(|other| other.span.start == start))
        };
        let names: Vec<_> = now
            .iter()
            .map(|item| (item.kind, item.name.as_ref().map(|name| &name.text)))
            .collect();
        let former: Vec<_> = whole
            .iter()
            .map(|item| (item.kind, item.name.as_ref().map(|name| &name.text)))
            .collect();
        // What implements an interface has its properties: it is touched with it.
        let interfaces: Vec<&str> = whole
            .iter()
            .filter(|item| item.kind == ItemKind::Interface && !untouched(item))
            .filter_map(|item| Some(item.name.as_ref()?.text.as_str()))
            .collect();
        for item in whole.iter().filter(untouched) {
            let own = &text[item.span.range()];
            let (start, same) = kept(item);
            let same = same.filter(|same| (same.kind, &same.name) == (item.kind, &item.name));
            assert_eq!(
                same.map(|same| &edit.text[same.span.range()]),
                Some(own),
                "an item is another one after the edit at {:?}:\n{}",
                edit.old,
                edit.text
            );
            if own.contains("implements") && interfaces.iter().any(|name| own.contains(name)) {
                continue;
            }
            let was = before.get(&item.span.start).unwrap_or(&none);
            let is = after.get(&start).unwrap_or(&none);
            let fixed = |said: &&(u32, &'static str, String)| names == former || !ABOUT_NAMES.contains(&said.1);
            assert!(
                was.iter().filter(fixed).eq(is.iter().filter(fixed)),
                "after the edit at {:?}, {was:?} became {is:?}:\n{own}\nin\n{}",
                edit.old,
                edit.text
            );
        }
    }
}
