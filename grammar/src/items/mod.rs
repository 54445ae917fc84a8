//! Items: the declarations of a schema file or the queries and fragments of a query file, cut apart before anything is parsed, so that
//! a broken one never hurts its neighbours and an edit concerns one item alone.

mod heads;
mod stray;

use heads::{Mark, Shape};

use omnigraph_model::vocabulary::{is_section, is_statement};

use crate::shared::lexeme::Lexeme;
use crate::shared::token::LanguageToken;
use crate::{Name, Span, SyntaxError, query, schema};
pub(crate) use heads::{foreign_keyword, glued_keyword, starts_upper};

/// The two languages of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Declarations of types, in `.pg` files.
    Schema,
    /// Queries and mutations, in `.gq` files.
    Query,
}

/// What an item is, told by its first tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ItemKind {
    /// `interface …`
    Interface,
    /// `node …`
    Node,
    /// `edge …`
    Edge,
    /// `allow … on …`
    Allow,
    /// `migration_check …`
    MigrationCheck,
    /// `query …`, whether it reads or writes.
    Query,
    /// `fragment …`
    Fragment,
    /// Text that starts no item; it is reported, and skipped.
    Stray,
}

/// One item of a file. Its text runs from its first token to its last one; what lies between two items is trivia.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Known even if the item cannot be parsed.
    pub kind: ItemKind,
    /// What its tokens say it is called, known even if it cannot be parsed. The span counts from the item's start.
    pub name: Option<Name>,
    /// Where the item lies in the file.
    pub span: Span,
}

const LARGEST_FILE: usize = 4 << 20;
const MOST_QUERIES: usize = 10_000;

/// Cuts a file into its items. The errors, whose spans count from the start of the file, are about what lies outside of
/// them: stray text, and trivia that is none. An enum that is declared on its own is left to the compiler.
pub fn items(language: Language, text: &str) -> (Vec<Item>, Vec<SyntaxError>) {
    let (marks, lexical) = match language {
        Language::Schema => marks(schema::lexemes(text)),
        Language::Query => marks(query::lexemes(text)),
    };
    let mut items = Vec::new();
    let mut errors = Vec::new();
    let mut i = 0;
    while i < marks.len() {
        let head = heads::head(language, &marks, i, true);
        let end = match head {
            Some(_) => item_end(language, &marks, i),
            None => stray_end(language, &marks, i),
        };
        let span = marks[i].span.to(marks[end - 1].span);
        let (kind, name) = match head {
            Some(head) => {
                // The word behind the keyword may be the head of the next item.
                let name = head.name(&marks, span.start);
                (head.kind, name.filter(|name| name.span.end <= span.end - span.start))
            }
            None => {
                errors.extend(stray::error(language, &marks[i..end]));
                (ItemKind::Stray, None)
            }
        };
        items.push(Item { kind, name, span });
        i = end;
    }
    let outside = |e: &SyntaxError| {
        !items
            .iter()
            .any(|i| i.span.start <= e.span.start && e.span.start < i.span.end)
    };
    errors.extend(lexical.into_iter().filter(outside));
    if language == Language::Query {
        check_limits(text, &items, &mut errors);
    }
    errors.sort_by_key(|e| e.span);
    (items, errors)
}

fn marks<'s, K: LanguageToken>(
    (lexemes, errors): (Vec<Lexeme<'s, K>>, Vec<SyntaxError>),
) -> (Vec<Mark<'s>>, Vec<SyntaxError>) {
    (lexemes.iter().map(Mark::of).collect(), errors)
}

fn check_limits(text: &str, items: &[Item], errors: &mut Vec<SyntaxError>) {
    if text.len() > LARGEST_FILE {
        errors.push(SyntaxError::new("Q014", Span::at(0)).message("a query file can hold at most 4 MiB"));
    }
    let in_query_file = |i: &&Item| matches!(i.kind, ItemKind::Query | ItemKind::Fragment);
    if let Some(item) = items.iter().filter(in_query_file).nth(MOST_QUERIES) {
        let name = item
            .name
            .as_ref()
            .map_or(item.span, |n| n.span.shifted(item.span.start));
        errors.push(SyntaxError::new("Q014", name).message(format!(
            "a query file can hold at most {MOST_QUERIES} queries and fragments"
        )));
    }
}

/// The index behind the last token of the item whose head is at `start`.
fn item_end(language: Language, marks: &[Mark<'_>], start: usize) -> usize {
    let kind = heads::head(language, marks, start, true).map_or(ItemKind::Stray, |h| h.kind);
    let mut depth = 0_usize;
    // Whether the item may end here, because it has had its body or needs none.
    let mut complete = false;
    let mut i = start + 1;
    if marks.get(i).is_some_and(|m| m.is_word())
        && !heads::head(language, marks, i, true).is_some_and(|h| h.is_certain(marks, i))
    {
        i += 1;
    }
    while let Some(mark) = marks.get(i) {
        // `allow … on node Book` names a declaration.
        let within = matches!(kind, ItemKind::Allow | ItemKind::MigrationCheck) && !mark.starts_line;
        if !within && heads::head(language, marks, i, depth == 0).is_some() {
            break;
        }
        if depth == 0 && complete {
            if !continues(kind, marks, i) {
                break;
            }
            // A bracket before this was one too many, or one is missing: the rest belongs here too.
            complete = mark.shape == Shape::Close || matches!(kind, ItemKind::Edge | ItemKind::Allow);
        }
        // The braces of a fragment are all that stands between its clauses and its end.
        let counts = kind != ItemKind::Fragment || matches!(mark.text, "{" | "}");
        match mark.shape {
            Shape::Open if counts => depth += 1,
            Shape::Close if counts => {
                depth = depth.saturating_sub(1);
                complete |= depth == 0 && mark.text == "}";
            }
            _ => {}
        }
        let before = marks[i - 1];
        match kind {
            ItemKind::Edge => complete |= depth == 0 && before.text == "->" && mark.is_word(),
            ItemKind::Allow => complete |= before.text == "because" && mark.shape == Shape::String,
            _ => {}
        }
        i += 1;
    }
    i
}

/// Whether a token that follows a complete item still seems to belong to it.
fn continues(kind: ItemKind, marks: &[Mark<'_>], i: usize) -> bool {
    let mark = marks[i];
    let next = marks.get(i + 1).map_or("", |m| m.text);
    let after_body = marks[i - 1].text == "}";
    if mark.shape == Shape::Close {
        return true;
    }
    let property = mark.is_word() && next == ":" && !heads::starts_upper(mark.text);
    match kind {
        ItemKind::Query => {
            let section = is_section(&mark.text.to_ascii_lowercase());
            let statement = is_statement(mark.text);
            // `upsert T { … } else set { … }`
            let otherwise = mark.text == "else" && next == "set";
            let branch = mark.text == "{" && next == "match";
            branch || (section || statement || otherwise || mark.text == "where") && next != "("
        }
        ItemKind::Edge if !after_body => {
            property || !mark.starts_line || marks[i - 1].text == "@" || matches!(mark.text, "@" | "{" | "(" | "->")
        }
        ItemKind::Allow => mark.text == "until" || marks[i - 1].text == "until",
        ItemKind::Node | ItemKind::Edge | ItemKind::Interface => {
            property || mark.text == "@" || marks[i - 1].text == "@"
        }
        ItemKind::MigrationCheck => matches!(mark.text, "query" | "expect"),
        ItemKind::Fragment => {
            let block = matches!(mark.text, "not" | "exists" | "optional" | "either" | "or") && next == "{";
            block || mark.text.starts_with('$') || matches!(mark.text, "let" | "each" | "path") && next.starts_with('$')
        }
        ItemKind::Stray => false,
    }
}

fn stray_end(language: Language, marks: &[Mark<'_>], start: usize) -> usize {
    let mut depth = 0_usize;
    for (i, mark) in marks.iter().enumerate().skip(start) {
        if i > start && heads::head(language, marks, i, depth == 0).is_some() {
            return i;
        }
        match mark.shape {
            Shape::Open => depth += 1,
            Shape::Close if depth == 1 && mark.text == "}" => return i + 1,
            Shape::Close => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    marks.len()
}
