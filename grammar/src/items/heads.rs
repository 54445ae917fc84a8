//! How the start of an item is recognised, in text that may be broken.

use omnigraph_model::vocabulary::{Keyword, KeywordKind, QUERY_KEYWORDS, SCHEMA_KEYWORDS, is_scalar};

use crate::shared::lexeme::Lexeme;
use crate::shared::token::{Class, LanguageToken};
use crate::{ItemKind, Language, Name, Span};

/// A token as far as cutting is concerned.
#[derive(Clone, Copy)]
pub(super) struct Mark<'s> {
    pub shape: Shape,
    pub text: &'s str,
    pub span: Span,
    pub starts_line: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Word,
    String,
    Open,
    Close,
    Other,
}

impl<'s> Mark<'s> {
    pub(super) fn of<K: LanguageToken>(lexeme: &Lexeme<'s, K>) -> Self {
        let shape = match lexeme.kind.class() {
            Class::Name => Shape::Word,
            Class::String => Shape::String,
            Class::Open(_) => Shape::Open,
            Class::Close(_) => Shape::Close,
            _ => Shape::Other,
        };
        Mark {
            shape,
            text: lexeme.text,
            span: lexeme.span,
            starts_line: lexeme.starts_line,
        }
    }

    pub(super) fn is_word(self) -> bool {
        self.shape == Shape::Word
    }
}

pub(super) struct Head {
    pub kind: ItemKind,
    /// Index of the token that names the item, and how many bytes of it come before the name (`nodeBook`).
    name: Option<(usize, usize)>,
}

impl Head {
    /// The name, its span counted from `base`.
    pub(super) fn name(&self, marks: &[Mark<'_>], base: u32) -> Option<Name> {
        let (i, skip) = self.name?;
        let mark = marks[i];
        let start = (mark.span.start - base) as usize + skip;
        Some(Name {
            text: mark.text[skip..].to_owned(),
            span: Span::new(start, (mark.span.end - base) as usize),
        })
    }

    /// Whether the head at `i` is one even where a name is expected: `query` alone on a line, followed by a whole query.
    pub(super) fn is_certain(&self, marks: &[Mark<'_>], i: usize) -> bool {
        let after_name = marks.get(i + 2).map_or("", |m| m.text);
        self.name.is_some_and(|n| n.0 == i + 1) && matches!(after_name, "(" | "{" | "@" | ":" | "implements")
    }
}

/// The keywords that begin a declaration.
fn declarations(language: Language) -> impl Iterator<Item = &'static Keyword> {
    let keywords: &'static [Keyword] = match language {
        Language::Schema => &SCHEMA_KEYWORDS,
        Language::Query => &QUERY_KEYWORDS,
    };
    keywords
        .iter()
        .filter(|keyword| keyword.kind == KeywordKind::Declaration)
}

/// What a word at the start of an item stands for, when it is the word of another language or wrongly capitalised.
pub(crate) fn foreign_keyword(language: Language, word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    let lower = lower.as_str();
    let meant = declarations(language).find(|keyword| keyword.name == lower || keyword.synonyms.contains(&lower))?;
    (word != meant.name).then_some(meant.name)
}

/// The keyword that is glued to the name behind it: `nodeBook`, `querytitled`.
pub(crate) fn glued_keyword(language: Language, word: &str) -> Option<&'static str> {
    let names_follow = |rest: &str| match language {
        Language::Schema => starts_upper(rest),
        Language::Query => !rest.is_empty(),
    };
    declarations(language)
        .map(|keyword| keyword.name)
        .find(|name| word.strip_prefix(name).is_some_and(names_follow))
}

pub(crate) fn starts_upper(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase())
}

fn kind_of(keyword: &str) -> ItemKind {
    match keyword {
        "interface" => ItemKind::Interface,
        "node" => ItemKind::Node,
        "edge" => ItemKind::Edge,
        "allow" => ItemKind::Allow,
        "migration_check" => ItemKind::MigrationCheck,
        "fragment" => ItemKind::Fragment,
        _ => ItemKind::Query,
    }
}

/// Whether the colon behind `edge` belongs to an edge with a slip, such as `edge :Lent Book -> Member`, not to a property.
fn arrow_follows(marks: &[Mark<'_>]) -> bool {
    marks.iter().skip(3).take(3).any(|mark| mark.text == "->")
}

/// The same for `node : Book {`.
fn body_follows(marks: &[Mark<'_>]) -> bool {
    let text = |at: usize| marks.get(at).map_or("", |mark| mark.text);
    starts_upper(text(2)) && matches!(text(3), "{" | "implements")
}

/// The head of an item at `i`, if one is there. Outside of all brackets (`top`) little is asked of it; inside, it must
/// start its line and look like nothing else, since then a bracket of the item before is missing.
pub(super) fn head(language: Language, marks: &[Mark<'_>], i: usize, top: bool) -> Option<Head> {
    let mark = marks[i];
    if !mark.is_word() || !(top || mark.starts_line) {
        return None;
    }
    let before = i.checked_sub(1).map_or("", |i| marks[i].text);
    let next = marks.get(i + 1).copied();
    let next_text = next.map_or("", |m| m.text);
    let after_text = marks.get(i + 2).map_or("", |m| m.text);
    // Behind an `@` on the line before, only a whole head is one.
    let half_typed =
        || mark.starts_line && next.is_some_and(Mark::is_word) && matches!(after_text, ":" | "(" | "{" | "implements");
    if before == "@" && !half_typed() || before == "on" && language == Language::Schema {
        return None;
    }
    // A keyword on the next line, with a name of its own, is not a name.
    let unfinished =
        next.is_some_and(|m| m.starts_line && m.text == mark.text) && marks.get(i + 2).is_some_and(|m| m.is_word());
    let named = next.filter(|m| m.is_word() && !unfinished).map(|_| (i + 1, 0));
    let alone = mark.starts_line || i == 0 || matches!(before, "}");
    let found = |keyword: &str| {
        Some(Head {
            kind: kind_of(keyword),
            name: named,
        })
    };
    match language {
        Language::Query => {
            let whole = named.is_some() && !marks[i + 1].starts_line && matches!(after_text, "(" | "{");
            // An edge may be called `fragment`.
            if mark.text == "query" && (top || whole) || mark.text == "fragment" && (top && alone || whole) {
                return found(mark.text);
            }
            if !top || !alone {
                return None;
            }
            if let Some(keyword) = foreign_keyword(language, mark.text).filter(|_| whole) {
                return found(keyword);
            }
            let glued = glued_keyword(language, mark.text).filter(|_| next_text == "(")?;
            Some(Head {
                kind: kind_of(glued),
                name: Some((i, glued.len())),
            })
        }
        Language::Schema => {
            let body = matches!(after_text, "{" | "@" | "implements");
            match mark.text {
                "node" | "interface" if top && (next_text != ":" || body_follows(&marks[i..])) => {
                    return found(mark.text);
                }
                "node" | "interface" => {
                    let type_name = !is_scalar(next_text) && (body || i + 2 == marks.len());
                    return (named.is_some() && type_name).then(|| found(mark.text)).flatten();
                }
                "edge" if top && (next_text != ":" || arrow_follows(&marks[i..])) => return found(mark.text),
                "edge" => {
                    return (named.is_some() && after_text == ":")
                        .then(|| found(mark.text))
                        .flatten();
                }
                "allow" if next.is_some_and(|m| matches!(m.shape, Shape::Word | Shape::String)) => {
                    return (top || after_text == "on").then_some(Head {
                        kind: ItemKind::Allow,
                        name: None,
                    });
                }
                "migration_check" if next_text != ":" => {
                    let check = next.is_some_and(|m| m.shape == Shape::String);
                    return (top || check).then_some(Head {
                        kind: ItemKind::MigrationCheck,
                        name: None,
                    });
                }
                _ => {}
            }
            if !top || !alone {
                return None;
            }
            if let Some(keyword) = foreign_keyword(language, mark.text) {
                let fits = if keyword == "edge" { after_text == ":" } else { body };
                return (named.is_some() && fits).then(|| found(keyword)).flatten();
            }
            let glued = glued_keyword(language, mark.text)?;
            let fits = match glued {
                "edge" => next_text == ":" && marks.get(i + 3).is_some_and(|m| m.text == "->"),
                _ => matches!(next_text, "{" | "@" | "implements"),
            };
            fits.then(|| Head {
                kind: kind_of(glued),
                name: Some((i, glued.len())),
            })
        }
    }
}
