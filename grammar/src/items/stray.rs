//! What to say about text that starts no item.

use super::heads::Mark;
use crate::{Language, SyntaxError};

pub(super) fn error(language: Language, marks: &[Mark<'_>]) -> Option<SyntaxError> {
    let first = marks[0];
    let next = marks.get(1).map_or("", |m| m.text);
    // Whoever knows where the enum is used says what to write there.
    if language == Language::Schema && first.text == "enum" && marks.get(1).is_some_and(|m| m.is_word()) {
        return None;
    }
    Some(about(language, first, next))
}

fn about(language: Language, first: Mark<'_>, next: &str) -> SyntaxError {
    let (code, expected) = match language {
        Language::Schema => ("S005", "a schema holds declarations: `node`, `edge` and `interface`"),
        Language::Query => (
            "Q001",
            "a query file holds `query name(…) { … }` and `fragment name(…) { … }`",
        ),
    };
    let error = SyntaxError::new(code, first.span);
    let lower = first.text.to_ascii_lowercase();
    match (language, lower.as_str()) {
        (_, "}" | ")" | "]") => error.message(format!("this `{}` closes nothing", first.text)).fix(
            format!("delete the `{}`", first.text),
            first.span,
            "",
        ),
        (Language::Schema, "enum") => error
            .message("an enum is not declared on its own")
            .help("enums are written in place, as the type of a property: `mood: enum(calm, loud)`"),
        (Language::Schema, "import" | "include" | "use") => error
            .message("a schema is one file")
            .help("there is no import: put all declarations into this file"),
        (Language::Schema, "query") => error
            .message("queries are not part of a schema")
            .help("put them into a file that ends in `.gq`"),
        (Language::Query, "match" | "return" | "insert" | "upsert" | "update" | "delete") => error
            .message(format!("`{}` stands outside of a query", first.text))
            .help("give it a name: `query name() { … }`"),
        (Language::Query, "select" | "with" | "create" | "merge") => error
            .message(format!("`{}` is not part of the language", first.text))
            .help("a query reads `query name() { match { $p: Person } return { $p.name } }`"),
        (Language::Query, "node" | "edge" | "interface") => error
            .message("declarations are not part of a query file")
            .help("put them into a file that ends in `.pg`"),
        (Language::Query, _) if first.is_word() && next == "(" => error
            .message(format!("the word `query` is missing before `{}`", first.text))
            .safe_fix("insert `query`", crate::Span::at(first.span.start as usize), "query "),
        (Language::Schema, _) if first.is_word() && matches!(next, "{" | "implements") => error
            .message(format!("the word `node` is missing before `{}`", first.text))
            .help("a declaration starts with `node`, `edge` or `interface`")
            .fix("insert `node`", crate::Span::at(first.span.start as usize), "node "),
        (Language::Schema, _) if first.is_word() && next == ":" => error
            .message(format!("`{}` stands outside of a declaration", first.text))
            .help("properties go between the braces of a `node`, `edge` or `interface`"),
        _ => error
            .message(format!("`{}` starts no declaration", first.text))
            .help(expected),
    }
}
