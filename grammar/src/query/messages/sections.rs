//! Of bodies and their sections, fragments, unions and lists of objects.

use std::ops::Range;

use omnigraph_model::vocabulary::{KeywordKind, QUERY_KEYWORDS, keywords_of};

use super::{error, shorten};
use crate::query::parse::Recovery;
use crate::query::terminal::Lexeme;
use crate::query::token::TokenKind::*;
use crate::{Span, SyntaxError};

pub(in crate::query) fn stray(lexeme: Lexeme<'_>) -> SyntaxError {
    error(lexeme.span, format!("this `{}` separates nothing", lexeme.text)).safe_fix(
        format!("delete the `{}`", lexeme.text),
        lexeme.span,
        "",
    )
}

pub(in crate::query) fn no_body(gap: Span) -> SyntaxError {
    error(gap, "this query has no body")
        .help("a body reads `{ match { $p: Person } return { $p.name } }`, or holds `insert`, `update` and `delete`")
}

pub(in crate::query) fn empty_body(gap: Span) -> SyntaxError {
    error(gap, "the body of this query is empty")
        .help("it starts with `match`, or holds `insert`, `update` and `delete` statements")
}

pub(in crate::query) fn empty_section(word: &str, span: Span) -> SyntaxError {
    let wanted = match word {
        "match" | "not" | "exists" | "optional" | "either" | "or" | "fragment" => "a clause, such as `$p: Person`",
        "rows" => "a clause, such as `$p follows $q`",
        "union" => "`match` and `return`",
        "object" | "=>" => "something to show, such as `name`",
        "return" | "returning" => "something to return, such as `$p.name`",
        "with" => "something to hand on, such as `$p`",
        "having" => "a condition, such as `count($p) > 3`",
        "order" => "something to order by, such as `$p.name`",
        _ => "an assignment, such as `name: $name`",
    };
    let who = match word {
        "object" => "an object".to_owned(),
        "rows" => "a list of objects".to_owned(),
        word => format!("`{word}`"),
    };
    error(span, format!("these braces are empty: {who} needs at least {wanted}"))
}

/// A list of objects of which it is not said what they hold.
pub(in crate::query) fn no_items(gap: Span) -> SyntaxError {
    error(gap, "expected `=> { … }` here, with what each object of the list holds")
        .help("a list of objects reads `[ { $p follows $q } => { $q.name, $q.age } order { $q.age } limit 3 ]`")
}

/// What stands behind the items of a list of objects, and is neither of the sections that may.
pub(in crate::query) fn behind_items(r: &Recovery<'_, '_>, at: usize) -> SyntaxError {
    let span = r.span(at..at + 1);
    let text = r.at(at).map_or("", |l| l.text);
    let message = match text {
        "order" => "what follows `order` stands in braces".to_owned(),
        _ => format!("expected `order`, `limit`, `offset` or `]`, found `{}`", shorten(text)),
    };
    error(span, message)
        .help("a list of objects reads `[ { $p follows $q } => { $q.name, $q.age } order { $q.age } limit 3 ]`")
}

/// A section of a list of objects that stands twice, or before the one that it follows.
pub(in crate::query) fn order_of_tail(r: &Recovery<'_, '_>, at: usize) -> SyntaxError {
    SyntaxError::new("Q017", r.span(at..at + 1))
        .message(format!("`{}` stands twice, or too late", r.word(at)))
        .help("the order is `order { … }`, `limit n`, `offset n`, each once")
}

/// A fragment without braces.
pub(in crate::query) fn no_clauses(gap: Span) -> SyntaxError {
    error(gap, "this fragment has no body").help("a fragment reads `fragment adult($p: Person) { $p.age >= 18 }`")
}

/// A section in a fragment at `word`, whose braces end at `end`; those of the fragment end at `close`.
pub(in crate::query) fn section_of_fragment(
    r: &Recovery<'_, '_>,
    word: usize,
    end: usize,
    close: usize,
) -> SyntaxError {
    let error = SyntaxError::new("Q001", r.span(word..word + 1))
        .message(format!("a fragment holds clauses, and no `{}`", r.word(word)))
        .help("`fragment adult($p: Person) { $p.age >= 18 }` is called as `adult($p)` in the `match` of a query");
    match end + 1 == close {
        true => error.with_fix(
            format!("delete `{}` and its braces", r.word(word)),
            true,
            vec![
                (r.span(word..word + 2), String::new()),
                (r.span(end..end + 1), String::new()),
            ],
        ),
        false => error,
    }
}

/// `either` with one block.
pub(in crate::query) fn no_alternative(keyword: Span, gap: Span) -> SyntaxError {
    SyntaxError::new("Q018", keyword)
        .message("`either` needs a second block")
        .label(gap, "expected `or { … }` here")
        .help("a block that must have a match reads `exists { … }`; one that may have none, `optional { … }`")
}

/// `union` with one branch.
pub(in crate::query) fn no_second_branch(keyword: Span, gap: Span) -> SyntaxError {
    SyntaxError::new("Q018", keyword)
        .message("`union` needs a second branch")
        .label(gap, "expected `{ match … return … }` here")
        .help("equal rows of one read are returned once by `return distinct { … }`")
}

/// `union` at the start of a branch.
pub(in crate::query) fn nested_union(span: Span) -> SyntaxError {
    error(span, "a branch of a union is no union itself")
        .help("put its branches beside those around it; only a union without `all` drops equal rows, those of all its branches")
}

/// A statement in a branch.
pub(in crate::query) fn writing_branch(span: Span, keyword: Span) -> SyntaxError {
    SyntaxError::new("Q013", span)
        .message("the branches of a union read, and none writes")
        .label(keyword, "the union")
        .help("each branch reads `{ match { … } return { … } }`")
}

/// A section behind the branches that each branch has itself.
pub(in crate::query) fn section_of_branch(span: Span, word: &str) -> SyntaxError {
    SyntaxError::new("Q017", span)
        .message(format!("behind the branches of a union there is no `{word}`"))
        .help("only `order`, `limit`, `offset` and `after` are about all rows; each branch has the other sections in its braces")
}

/// `after` behind what is no result: a stage, a branch of a union.
pub(in crate::query) fn page_of_part(span: Span, part: &str) -> SyntaxError {
    SyntaxError::new("Q017", span)
        .message(format!("`after` is about the result, and {part} is none"))
        .help("write it behind the last `order`, `limit` and `offset` of the query")
        .fix("delete it", span, "")
}

/// `after` without its parameter.
pub(in crate::query) fn after(r: &Recovery<'_, '_>, section: Range<usize>) -> SyntaxError {
    let keyword = r.span(section.start..section.start + 1);
    let found = r.at(section.start + 1).filter(|_| section.start + 1 < section.end);
    match found {
        Some(found) => error(found.span, format!("`after` takes a parameter, found `{}`", found.text)),
        None => error(keyword, "`after` takes a parameter"),
    }
    .help("declare `$cursor: String?`, and write `after $cursor`")
}

/// Something stands in the body where a section or a statement should start.
pub(in crate::query) fn no_section(r: &Recovery<'_, '_>, range: Range<usize>) -> SyntaxError {
    let span = r.span(range.start..range.start + 1);
    let text = r.at(range.start).map_or("", |l| l.text);
    let glued = keywords_of(&QUERY_KEYWORDS, KeywordKind::Section)
        .chain(keywords_of(&QUERY_KEYWORDS, KeywordKind::Statement))
        .find(|k| {
            text.strip_prefix(k)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c.is_ascii_uppercase()))
        });
    if let Some(keyword) = glued {
        let gap = Span::at(span.start as usize + keyword.len());
        return error(
            span,
            format!("`{keyword}` and `{}` are glued together", &text[keyword.len()..]),
        )
        .safe_fix("insert a space", gap, " ");
    }
    if text.eq_ignore_ascii_case("where") || text == "filter" {
        return error(span, format!("there is no `{text}` in a read query"))
            .help("write conditions as clauses of the match block: `match { $p: Person  $p.age > 30 }`");
    }
    let drawn = text.eq_ignore_ascii_case("match") && r.kind(range.start + 1) == Some(LeftParen);
    if drawn {
        let drawing = r.span(range.start + 1..r.closing(range.start + 1) + 1);
        return error(drawing, "a pattern is not drawn with parentheses and arrows")
            .help("list what has to hold: `match { $p: Person { name: $name }  $p follows $q }`");
    }
    let error = error(span, format!("`{text}` starts no section of a query"));
    match text {
        "skip" => error.fix("write `offset`", span, "offset"),
        "group" => error.help("there is no `group by`: what is returned beside an aggregate is what it is grouped by"),
        "create" | "add" => error.help("nodes and edges are added by `insert Type { … }`"),
        "merge" => error
            .help("what is added unless it is there reads `upsert Type { … }`")
            .fix("write `upsert`", span, "upsert"),
        "select" | "find" => error.help("a query reads `match { $p: Person } return { $p.name }`"),
        "union" => error.help("`union { match … return … } { match … return … }` is the whole body of a query"),
        "order" | "return" | "with" | "match" => error.help(format!("`{text}` is followed by braces")),
        "set" => error.help("`set` stands in `update Type set { … } where …`"),
        _ => error.help(
            "the sections are `match`, `with`, `return`, `having`, `order`, `limit`, `offset` and `after`; the statements `insert`, `upsert`, `update`, `delete`, then `returning`",
        ),
    }
}

pub(in crate::query) fn mixed(r: &Recovery<'_, '_>, other: usize, first: usize) -> SyntaxError {
    let (word, before) = (r.word(other), r.word(first));
    let span = r.span(other..other + 1);
    let error = SyntaxError::new("Q013", span)
        .message(format!(
            "a query either reads or writes: `{word}` cannot stand beside `{before}`"
        ))
        .label(r.span(first..first + 1), "decided here");
    match word {
        "return" => error
            .help("what was written is returned by `returning { … }`, behind the statements")
            .fix("write `returning`", span, "returning"),
        "returning" => error
            .help("`returning` stands behind statements")
            .fix("write `return`", span, "return"),
        "match" => {
            error.help("the `match` that statements run for stands before them; its rows are those before the query")
        }
        _ => error.help("split it into two queries"),
    }
}

/// A section of a reading right before statements.
pub(in crate::query) fn unmatched(r: &Recovery<'_, '_>, section: usize, statement: usize) -> SyntaxError {
    let word = r.word(section);
    let error = SyntaxError::new("Q017", r.span(section..section + 1))
        .message(format!(
            "`{word}` is followed by the next `match`, not by `{}`",
            r.word(statement)
        ))
        .label(r.span(statement..statement + 1), "expected `match { … }` before this");
    match word {
        "with" => error.help("statements run for each assignment of the `match` before them"),
        _ => error.help(
            "`order` and `limit` end a stage: `match { … } with { $p } order { $p.age } limit 3 match { $p: Person }`",
        ),
    }
}

/// A statement behind `returning`.
pub(in crate::query) fn behind_returning(statement: Span, returning: Span) -> SyntaxError {
    SyntaxError::new("Q017", statement)
        .message("`returning` stands behind the last statement")
        .label(returning, "it is about all that was written")
}

pub(in crate::query) fn limit(r: &Recovery<'_, '_>, section: Range<usize>) -> SyntaxError {
    let keyword = r.span(section.start..section.start + 1);
    let word = r.word(section.start);
    let value = r.at(section.start + 1).filter(|_| section.start + 1 < section.end);
    match value {
        Some(value) => error(value.span, format!("`{word}` takes a number, not `{}`", value.text))
            .label(keyword, format!("the {word} of this query"))
            .help(format!(
                "it is a number or a parameter, such as `{word} 10` or `{word} $n`"
            )),
        None => error(Span::at(keyword.end as usize), format!("`{word}` needs a number")).fix(
            "insert `10`",
            Span::at(keyword.end as usize),
            " 10",
        ),
    }
}
