//! Of a part: a clause, a projection, a member, a parameter, an assignment, a statement.

use std::ops::Range;

use omnigraph_model::vocabulary::{KeywordKind, QUERY_KEYWORDS, keywords_of};

use super::{error, shorten};
use crate::query::parse::Recovery;
use crate::query::recover::Parts;
use crate::query::terminal::{self, block_word};
use crate::query::token::TokenKind::*;
use crate::shared::messages::{alternatives, expects};
use crate::shared::parse::Refusal;
use crate::{Span, SyntaxError};

/// What is wrong with a part; nothing if something in it was reported already.
pub(in crate::query) fn describe(
    r: &Recovery<'_, '_>,
    parts: Parts,
    segment: Range<usize>,
    refusal: &Refusal,
) -> Option<SyntaxError> {
    let whole = r.span(segment.clone());
    if r.is_told(whole) {
        return None;
    }
    let slip = match parts {
        Parts::Clause => clause(r, segment.clone()),
        Parts::Parameter => parameter(r, segment.clone()),
        Parts::Match | Parts::Assignment => assignment(r, segment.clone()),
        Parts::Projection => projection(r, segment.clone()),
        Parts::Statement => statement(r, segment.clone()),
        Parts::Member => member(r, segment.clone()),
        Parts::Key | Parts::Annotation => None,
    };
    let slip = slip.or_else(|| misplaced_object(r, parts, segment.clone()));
    let slip = slip.or_else(|| open_case(r, segment.clone(), refusal));
    Some(slip.unwrap_or_else(|| generic(r, parts, segment, refusal)))
}

/// An object, or a list of objects, where none may stand.
fn misplaced_object(r: &Recovery<'_, '_>, parts: Parts, segment: Range<usize>) -> Option<SyntaxError> {
    if !matches!(parts, Parts::Projection | Parts::Key | Parts::Member) {
        return None;
    }
    let opens = |i: &usize| r.kind(i + 1) == Some(LeftBrace) && i + 1 < segment.end;
    let mut starts = r.outer(segment.clone()).into_iter().filter(opens);
    let at = starts.find(|i| matches!(r.kind(*i), Some(Variable | LeftBracket)))?;
    let span = r.span(at..at + 1);
    Some(match r.kind(at) {
        Some(Variable) => error(span, "an object stands by itself in `return`, or is a member of one")
            .help("it is written `return { $p { name, age } as person }`"),
        _ => error(span, "a list of objects is a member of an object")
            .help("it is written `$p { friends: [ { $p follows $q } => { $q.name } ] }`"),
    })
}

/// `case` without `end`, or `when` without `then`.
fn open_case(r: &Recovery<'_, '_>, segment: Range<usize>, refusal: &Refusal) -> Option<SyntaxError> {
    let (form, part) = [("case", "end"), ("when", "then")]
        .into_iter()
        .find(|(_, part)| expects(&refusal.expected, part))?;
    let text = |i: usize| r.at(i).map_or("", |lexeme| lexeme.text);
    let at = refusal.at.clamp(segment.start, segment.end);
    // Where the part comes later, something else is in its way.
    if (at..segment.end).any(|i| text(i) == part) {
        return None;
    }
    let word = (segment.start..at).rev().find(|i| text(*i) == form)?;
    let gap = Span::at(r.span(segment.start..at).end as usize);
    let error = SyntaxError::new("Q018", r.span(word..word + 1))
        .message(format!("`{form}` needs `{part}`"))
        .label(gap, format!("expected `{part}` here"))
        .help("it is written `case when $p.age > 40 then \"old\" else \"young\" end`");
    Some(match part {
        "end" => error.fix("write `end`", gap, " end"),
        _ => error,
    })
}

/// A member of an object.
fn member(r: &Recovery<'_, '_>, segment: Range<usize>) -> Option<SyntaxError> {
    let Range { start, end } = segment;
    let kind = |n: usize| r.kind(start + n).filter(|_| start + n < end);
    let whole = r.span(start..end);
    let place = Span::at(whole.start as usize);
    match (kind(0)?, kind(1), kind(2), kind(3)) {
        (Variable, Some(Dot), Some(Name), None) => {
            let name = r.at(start + 2).map_or("", |l| l.text);
            Some(
                error(whole, "a member of an object has a name")
                    .help("a word alone is a property of the object's variable; whatever else is written `name: value`")
                    .fix(format!("write `{name}:` before it"), place, format!("{name}: ")),
            )
        }
        (Name, Some(LeftParen), ..) | (Variable | Text | Integer | Float | LeftBracket | LeftParen, ..) => {
            Some(error(whole, "a member of an object has a name").help("it is written `name: value`"))
        }
        (Name, Some(Colon), None, _) => {
            let gap = r.gap(end);
            Some(error(gap, "expected a value after the `:`").label(whole, "in this member"))
        }
        (Name, Some(Name), ..) => {
            let second = r.span(start + 1..start + 2);
            let gap = r.gap(start + 1);
            Some(error(second, "members of an object are separated by commas").fix("insert `,`", gap, ","))
        }
        (Name, Some(LeftBrace | LeftBracket), ..) => {
            let gap = r.gap(start + 1);
            Some(error(gap, "a `:` is missing behind the name of this member").label(whole, "in this member"))
        }
        _ => None,
    }
}

fn clause(r: &Recovery<'_, '_>, segment: Range<usize>) -> Option<SyntaxError> {
    let Range { start, end } = segment;
    let whole = r.span(start..end);
    let kind = |n: usize| r.kind(start + n).filter(|_| start + n < end);
    let text = |n: usize| r.at(start + n).filter(|_| start + n < end).map_or("", |l| l.text);
    let span = |n: usize| r.span(start + n..start + n + 1);
    let gap = r.gap(end);
    if let Some(error) = foreign_word(r, start..end) {
        return Some(error);
    }
    if kind(0) == Some(LeftParen)
        && matches!(kind(1), Some(Name | Variable | RightParen | Colon))
        && kind(2) != Some(Dot)
    {
        return Some(
            error(whole, "a pattern is not drawn with parentheses and arrows")
                .help("bind nodes and name the edge between them: `$a: Person  $b: Person  $a knows $b`"),
        );
    }
    match (kind(0)?, kind(1), kind(2), kind(3)) {
        (Name, Some(Variable), Some(Equal), _) if text(0) == "path" => no_search(r, start + 3, end),
        (Name, Some(Variable), sign, _) if matches!(text(0), "let" | "each" | "path") => {
            let due = match text(0) {
                "each" => text(2) == "in",
                _ => sign == Some(Equal),
            };
            let gap = r.gap(start + 2);
            (!due).then(|| definition(text(0), text(1), gap))
        }
        (Variable | Text | Integer | Float, None, ..) => Some(no_clause(span(0), text(0))),
        (Variable, Some(Colon), None, _) => {
            Some(error(gap, "expected the name of a node type, such as `Person`").label(whole, "in this binding"))
        }
        (Variable, Some(Colon), Some(Name), Some(Variable | LeftBrace)) => Some(
            error(span(0), "an edge variable needs a source before it").help(format!(
                "write `$from {}:{} {}`",
                text(0),
                text(2),
                if kind(3) == Some(Variable) { text(3) } else { "$to" }
            )),
        ),
        (Variable, Some(Name), None, _) => Some(
            error(
                gap,
                format!("this traversal has no target: expected a variable after `{}`", text(1)),
            )
            .label(whole, "in this traversal"),
        ),
        (Variable, Some(Arrow | Minus), ..) => Some(
            error(span(1), "a traversal is written without an arrow")
                .help(format!("name the edge between its ends: `{} edge $b`", text(0))),
        ),
        (Variable, Some(Dot), Some(Name), None) => Some(
            error(
                gap,
                "a comparison is missing: expected `=`, `!=`, `<`, `<=`, `>`, `>=`, `contains` or `starts_with`",
            )
            .label(whole, "after this property"),
        ),
        (Variable, Some(Dot), None, _) => Some(error(gap, "expected the name of a property after the `.`")),
        (Name, Some(LeftBrace), ..) if text(0) != "count" && block_word(text(0), |i| r.at(i), start + 1).is_none() => {
            Some(
                error(span(0), format!("`{}` starts no block here", text(0)))
                    .help("a match block knows `not { … }` and `exists { … }`"),
            )
        }
        (Name, Some(LeftParen), ..) if calls(text(0)) && r.kind(end - 1) == Some(RightParen) => Some(
            error(whole, format!("`{}(…)` alone is not a condition", text(0)))
                .help("only `search`, `fuzzy` and `match_text` may stand alone in a match block"),
        ),
        (Name, Some(LeftParen), ..) if !calls(text(0)) => Some(unknown_function(r, start)),
        _ => None,
    }
}

/// What stands behind `path $p =`, if it is no search.
fn no_search(r: &Recovery<'_, '_>, start: usize, end: usize) -> Option<SyntaxError> {
    let text = |n: usize| r.at(start + n).filter(|_| start + n < end).map_or("", |l| l.text);
    let searches =
        matches!(text(0), "shortest" | "cheapest" | "trail" | "simple") || text(0) == "all" && text(1) == "shortest";
    if searches {
        return None;
    }
    let place = if start < end {
        r.span(start..start + 1)
    } else {
        r.gap(start)
    };
    Some(
        error(
            place,
            "a path is searched for: expected `shortest`, `all shortest`, `cheapest`, `trail` or `simple`",
        )
        .help("it is written `path $p = shortest $a knows{1,6} $b`"),
    )
}

/// The start of `let`, `each` or `path`, without a value.
fn definition(word: &str, variable: &str, gap: Span) -> SyntaxError {
    match word {
        "let" => error(gap, format!("`{variable}` gets no value here: expected `=`"))
            .help(format!("it is written `let {variable} = $p.age + 1`")),
        "path" => error(gap, format!("`{variable}` gets no path here: expected `=`"))
            .help(format!("it is written `path {variable} = shortest $a knows{{1,6}} $b`")),
        _ => error(
            gap,
            format!("`{variable}` gets no values here: expected `in` and a list"),
        )
        .help(format!("it is written `each {variable} in $p.tags`")),
    }
}

/// A variable, a literal or a name where a condition is due.
pub(in crate::query) fn no_clause(span: Span, text: &str) -> SyntaxError {
    let error = SyntaxError::new("Q016", span).message(format!("`{text}` alone is not a clause"));
    match text.starts_with('$') {
        true => error.help(format!(
            "bind it, `{text}: Type`; follow an edge, `{text} edge $x`; or compare it, `{text}.property = 1`; a Bool is a \
             condition in parentheses, `({text})`"
        )),
        false => error.help("a condition compares something, such as `$p.age > 30`"),
    }
}

/// A comparison or an operator that other languages have.
fn foreign_word(r: &Recovery<'_, '_>, segment: Range<usize>) -> Option<SyntaxError> {
    let Range { start, end } = segment;
    // A word behind a whole clause goes on with it.
    let goes_on = |i: usize| {
        i > start
            || i > 0
                && matches!(
                    r.kind(i - 1),
                    Some(Variable | Name | Text | Integer | Float | RightParen)
                )
    };
    for i in start..end {
        let lexeme = r.at(i)?;
        let found = match lexeme.text {
            "like" if goes_on(i) => Some((
                "there is no `like`",
                "use `contains`, `starts_with`, `ends_with` or `matches`",
            )),
            "between" if goes_on(i) => Some((
                "there is no `between`",
                "write a comparison for each end: `$p.age >= 3 and $p.age <= 5`",
            )),
            "!" => Some((
                "there is no `!`",
                "write `not` before a condition, or `!=` between two values",
            )),
            _ => None,
        };
        if let Some((message, help)) = found {
            return Some(error(lexeme.span, message).help(help));
        }
        if matches!(lexeme.text, "startsWith" | "startswith" | "beginsWith") {
            return Some(
                error(
                    lexeme.span,
                    format!("the comparison is called `starts_with`, not `{}`", lexeme.text),
                )
                .safe_fix("write `starts_with`", lexeme.span, "starts_with"),
            );
        }
    }
    None
}

fn unknown_function(r: &Recovery<'_, '_>, i: usize) -> SyntaxError {
    error(r.span(i..i + 1), format!("there is no function `{}`", r.word(i))).help(
        "the functions are `count`, `sum`, `avg`, `min`, `max`, `now`, `date`, `datetime`, `search`, `fuzzy`, \
         `match_text`, `bm25`, `nearest` and `rrf`",
    )
}

fn projection(r: &Recovery<'_, '_>, segment: Range<usize>) -> Option<SyntaxError> {
    if r.word(segment.start) == "as" {
        return Some(error(r.gap(segment.start + 1), "expected a name after `as`"));
    }
    for i in segment.clone() {
        let lexeme = r.at(i)?;
        match lexeme.kind {
            Star => {
                return Some(
                    error(lexeme.span, "there is no `*`")
                        .help("name what to return, such as `$p.name`; `$p` is the whole node, and `count($p)` counts"),
                );
            }
            Name if lexeme.text == "distinct" && i == segment.start => {
                return Some(
                    error(
                        lexeme.span,
                        "`distinct` stands before the braces: equal rows are returned once",
                    )
                    .help("write `return distinct { … }`"),
                );
            }
            Name if r.kind(i + 1) == Some(LeftParen) && i + 1 < segment.end && !calls(lexeme.text) => {
                return Some(unknown_function(r, i));
            }
            Colon if i > segment.start => {
                let name = r.word(i - 1);
                return Some(
                    error(lexeme.span, "a name for a column comes after it, behind `as`").help(format!(
                        "write `$p.property as {}`",
                        if name.is_empty() { "name" } else { name }
                    )),
                );
            }
            _ => {}
        }
    }
    let last = segment.end - 1;
    (r.word(last) == "as").then(|| error(r.gap(segment.end), "expected a name after `as`"))
}

fn calls(name: &str) -> bool {
    matches!(name, "now" | "date" | "datetime") || terminal::function(name).is_some()
}

fn parameter(r: &Recovery<'_, '_>, segment: Range<usize>) -> Option<SyntaxError> {
    let Range { start, end } = segment;
    let first = r.at(start)?;
    let gap = r.gap(end);
    if first.kind == Type && r.kind(start + 1).is_none_or(|k| k != Colon) {
        return Some(error(first.span, "a parameter reads `$name: Type`").help("the type comes after the name"));
    }
    if first.kind == Name && start + 1 == end {
        return Some(error(first.span, "a parameter reads `$name: Type`"));
    }
    if first.kind == Variable && start + 1 == end {
        return Some(error(gap, format!("the type of `{}` is missing", first.text)).fix(
            "make it a `String`",
            gap,
            ": String",
        ));
    }
    if first.kind == Variable && start + 2 == end && r.kind(start + 1) == Some(Colon) {
        return Some(error(gap, format!("the type of `{}` is missing", first.text)).fix(
            "make it a `String`",
            gap,
            " String",
        ));
    }
    let lexeme = (start..end)
        .filter_map(|i| r.at(i))
        .find(|l| matches!(l.kind, Equal | Bang))?;
    Some(match lexeme.kind {
        Equal => error(lexeme.span, "the default of a parameter is a constant")
            .help("it stands behind the type, such as `$age: I32 = 30`"),
        _ => {
            error(lexeme.span, "a parameter is required unless it ends in `?`").safe_fix("delete `!`", lexeme.span, "")
        }
    })
}

fn assignment(r: &Recovery<'_, '_>, segment: Range<usize>) -> Option<SyntaxError> {
    let Range { start, end } = segment;
    let first = r.at(start)?;
    let second = r.at(start + 1).filter(|_| start + 1 < end);
    let third = r.at(start + 2).filter(|_| start + 2 < end);
    let gap = r.gap(start + 1);
    match (first.kind, second.map(|l| l.kind)) {
        (Text, Some(Colon)) => Some(
            error(first.span, "the name of a property is written without quotes").safe_fix(
                "drop the quotes",
                first.span,
                crate::shared::lexing::unquote(first.text),
            ),
        ),
        (Name, Some(Text | Integer | Float | Variable)) => Some(
            error(second?.span, format!("a `:` is missing after `{}`", first.text))
                .label(gap, "expected `:` here")
                .safe_fix("insert `:`", gap, ":"),
        ),
        (Name, None) => Some(error(gap, format!("expected `:` and a value after `{}`", first.text))),
        (Name, Some(Colon)) if third.is_none() => {
            Some(error(r.gap(end), format!("the value of `{}` is missing", first.text)))
        }
        (Name, Some(Colon)) if third.is_some_and(|l| matches!(l.kind, Name | Type)) => {
            let word = third?;
            let mut variables = r.input.lexemes.iter().filter(|l| l.kind == Variable);
            let is_parameter = variables.any(|l| l.text.trim_start_matches('$') == word.text);
            Some(bare_value(word.text, word.span, is_parameter))
        }
        _ => None,
    }
}

/// A word where a value is due.
pub(in crate::query) fn bare_value(word: &str, span: Span, is_parameter: bool) -> SyntaxError {
    let error = error(span, format!("`{word}` is not a value"));
    if is_parameter {
        error.fix(format!("write `${word}`"), Span::at(span.start as usize), "$")
    } else {
        error
            .help("a value is a literal, a parameter such as `$name`, or made of them")
            .fix("put it in quotes", span, format!("\"{word}\""))
    }
}

fn statement(r: &Recovery<'_, '_>, segment: Range<usize>) -> Option<SyntaxError> {
    let Range { start, end } = segment;
    let word = r.word(start);
    let second = r.at(start + 1).filter(|_| start + 1 < end);
    let gap = r.gap(start + 1);
    let Some(second) = second else {
        return Some(error(gap, format!("expected the name of a type after `{word}`")));
    };
    if second.kind == Name && matches!(second.text, "into" | "from") {
        return Some(error(second.span, format!("there is no `{}`", second.text)).safe_fix(
            "delete it",
            second.span,
            "",
        ));
    }
    if second.kind == Name {
        return Some(error(
            second.span,
            "the name of a type starts with an upper-case letter",
        ));
    }
    let condition = (start..end).find(|i| r.word(*i) == "where");
    if second.kind == Variable {
        let error = match (word, condition) {
            ("insert" | "upsert", _) => error(second.span, format!("`{word}` names a type, not a variable")).help(
                format!("`{word} Person as $p {{ … }}` calls the row `$p` in what follows"),
            ),
            ("update", None) if r.word(start + 2) != "set" => error(
                r.gap(start + 2),
                format!("expected `set {{ … }}` after `{}`", second.text),
            )
            .help("it is written `update $p set { age: 3 }`"),
            (_, Some(at)) => error(
                r.span(at..at + 1),
                format!("`{word} {}` has no condition: it is about one row", second.text),
            )
            .help("conditions stand in the `match` before the statements"),
            _ => return None,
        };
        return Some(error);
    }
    match (word, condition) {
        ("update", _) if r.word(start + 2) != "set" => Some(
            error(r.gap(start + 2), "expected `set { … }` after the type of `update`")
                .help("it is written `update Person set { age: 3 } where name = $name`"),
        ),
        ("update" | "delete", None) => Some(
            error(r.gap(end), format!("`{word}` needs a condition: expected `where`"))
                .help("it is a condition over its properties, such as `where name = $name`"),
        ),
        (_, Some(at)) if at + 1 == end => Some(error(
            r.gap(end),
            "expected a condition after `where`, such as `name = $name`",
        )),
        (_, Some(at)) => {
            let find = |texts: &[&str]| (at..end).filter_map(|i| r.at(i)).find(|l| texts.contains(&l.text));
            let more = find(&[",", "&&"])?;
            Some(error(more.span, "the conditions of `where` are joined by `and`").fix(
                "write `and`",
                more.span,
                " and",
            ))
        }
        ("upsert", None) if half_else(r, start..end).is_some() => {
            let at = half_else(r, start..end)?;
            let span = r.span(at..at + 1);
            Some(error(span, "what a row gets that is there reads `else set { … }`").fix(
                "write `else set`",
                span,
                "else set",
            ))
        }
        ("insert" | "upsert", None) if r.kind(start + 2) != Some(LeftBrace) && r.word(start + 2) != "as" => {
            Some(error(
                r.gap(start + 2),
                format!("expected `{{ … }}` with values after `{}`", second.text),
            ))
        }
        _ => None,
    }
}

/// `set` or `else` behind the braces of an `upsert`, where both are due.
fn half_else(r: &Recovery<'_, '_>, statement: Range<usize>) -> Option<usize> {
    let mut words = statement.filter(|i| r.kind(*i - 1) == Some(RightBrace));
    words.find(|i| match r.word(*i) {
        "set" => true,
        "else" => r.word(*i + 1) != "set",
        _ => false,
    })
}

fn generic(r: &Recovery<'_, '_>, parts: Parts, segment: Range<usize>, refusal: &Refusal) -> SyntaxError {
    let at = refusal.at.clamp(segment.start, segment.end);
    let expected = expected(parts, at == segment.start, &refusal.expected);
    let place = match parts {
        Parts::Parameter => "in this parameter",
        Parts::Annotation => "in this annotation",
        Parts::Clause => "in this clause",
        Parts::Match => "in this property match",
        Parts::Projection => "in this projection",
        Parts::Member => "in this member",
        Parts::Key => "in this sort key",
        Parts::Assignment => "in this assignment",
        Parts::Statement => "in this statement",
    };
    r.unexpected("Q001", (segment, at), &expected, shorten, place)
}

/// The terminals that the automaton could take, in words.
fn expected(parts: Parts, at_start: bool, terminals: &[String]) -> String {
    let has = |t: &str| expects(terminals, t);
    if at_start || terminals.is_empty() {
        return match parts {
            Parts::Parameter => "a parameter such as `$name: String`",
            Parts::Annotation => "`{` or an annotation such as `@description(\"…\")`",
            Parts::Clause => "a clause such as `$p: Person`, `$p knows $q` or `$p.age > 30`",
            Parts::Match => "a property match such as `name: \"Ada\"`",
            Parts::Projection => "something to return, such as `$p.name` or `count($p)`",
            Parts::Member => "a member such as `name` or `friends: collect($q.name)`",
            Parts::Key => "something to order by, such as `$p.name`",
            Parts::Assignment => "an assignment such as `name: $name`",
            Parts::Statement => "`insert`, `upsert`, `update` or `delete`",
        }
        .to_owned();
    }
    let mut words: Vec<&str> = Vec::new();
    if has("VARIABLE") && has("STRING") {
        words.push("a value");
    } else {
        if has("VARIABLE") {
            words.push("a variable such as `$p`");
        }
        if has("STRING") && !has("INTEGER") {
            words.push("a text in double quotes");
        }
        if has("INTEGER") {
            words.push("a number");
        }
        if has("TYPE") {
            words.push("a type such as `Person` or `String`");
        }
        if has("NAME") {
            words.push(if parts == Parts::Clause && has("<") {
                "an edge"
            } else {
                "a name"
            });
        }
    }
    if has("=") && has(">=") {
        words.push("a comparison such as `=` or `contains`");
    }
    let signs = [":", ",", ".", "?", "{", "}", "(", ")", "[", "]", ">", "=>"];
    let signs = signs.iter().filter(|s| has(s) && !(has(">=") && **s == ">"));
    let keywords = keywords_of(&QUERY_KEYWORDS, KeywordKind::Part).filter(|s| has(s) && !has("NAME"));
    let quoted = signs.copied().chain(keywords).map(|s| format!("`{s}`"));
    let words: Vec<String> = words.into_iter().map(str::to_owned).chain(quoted).collect();
    let otherwise = match parts {
        Parts::Clause => "an operator such as `=` or `contains`",
        _ => "something else",
    };
    alternatives(&words, otherwise)
}
