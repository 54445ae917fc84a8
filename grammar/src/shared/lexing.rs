//! What both lexers share: turning a logos lexer into a total one. Every byte ends up in a token; whatever the language
//! does not know is reported here once and then passed on as the token it was meant to be, so that it is not reported
//! again by the parser.

use logos::{Lexer, Logos};
use omnigraph_model::vocabulary::{KeywordKind, QUERY_KEYWORDS, SCHEMA_KEYWORDS, keywords_of};

use super::token::{Class, Codes, LanguageToken, Token};
use crate::{Span, SyntaxError};

/// Carried through logos: a string that starts at `cut` ends with its line.
#[derive(Clone, Copy, Default)]
pub struct Cut(Option<usize>);

pub(crate) struct Lexed<K> {
    pub tokens: Vec<Token<K>>,
    pub errors: Vec<SyntaxError>,
    /// The last string that is never closed, as an index of its token.
    open: Option<usize>,
}

pub(crate) fn lex<'s, K>(text: &'s str) -> Lexed<K>
where
    K: LanguageToken + Logos<'s, Source = str, Extras = Cut>,
{
    let lexed = run(text, Cut(None));
    let Some(open) = lexed.open else { return lexed };
    // Strings may span lines, so a missing quote pairs with the next one and shows only at the end of the text. Blame the
    // first string that looks as if it had swallowed something.
    let culprit = lexed.tokens[..open].iter().enumerate().find(|(i, t)| {
        let content = &text[t.span.range()];
        let touches_word = lexed.tokens.get(i + 1).is_some_and(|next| next.kind.is_word());
        t.kind.class() == Class::String
            && content.contains('\n')
            && (touches_word || content.lines().skip(1).any(looks_like_code))
    });
    match culprit {
        Some((_, token)) => run(text, Cut(Some(token.span.start as usize))),
        None => lexed,
    }
}

fn looks_like_code(line: &str) -> bool {
    let line = line.trim_start();
    let declarations = |keywords| keywords_of(keywords, KeywordKind::Declaration);
    declarations(&SCHEMA_KEYWORDS)
        .chain(declarations(&QUERY_KEYWORDS))
        .any(|word| line.strip_prefix(word).is_some_and(|rest| rest.starts_with(' ')))
        || line.starts_with('}')
}

fn run<'s, K>(text: &'s str, cut: Cut) -> Lexed<K>
where
    K: LanguageToken + Logos<'s, Source = str, Extras = Cut>,
{
    let mut out = Lexed {
        // Every second token is a space.
        tokens: Vec::with_capacity(text.len() / 4),
        errors: Vec::new(),
        open: None,
    };
    let start = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    if start > 0 {
        out.tokens.push(Token {
            kind: K::SPACE,
            span: Span::new(0, start),
        });
    }
    let mut lexer = K::lexer_with_extras(text, cut);
    lexer.bump(start);
    let conflicted = text.contains("<<<<<<< ") || text.contains(">>>>>>> ");
    // Set while the last token is a word that contains letters outside ASCII.
    let mut in_foreign_word = false;
    while let Some(result) = lexer.next() {
        if conflicted && let Some(length) = conflict_mark(text, lexer.span().start) {
            let start = lexer.span().start;
            lexer.bump((start + length).saturating_sub(lexer.span().end));
            out.conflict(Span::new(start, lexer.span().end));
            in_foreign_word = false;
            continue;
        }
        let span = Span::new(lexer.span().start, lexer.span().end);
        let content = lexer.slice();
        match result {
            Ok(kind) if in_foreign_word && kind.is_word() => out.grow_last(span),
            Ok(kind) => {
                in_foreign_word = false;
                out.accept(kind, span, content, text);
            }
            Err(_) => in_foreign_word = out.refuse(span, content, in_foreign_word),
        }
    }
    out.check_line_ends(text);
    out
}

/// The length of a line that version control has put into the text, if one starts here.
fn conflict_mark(text: &str, start: usize) -> Option<usize> {
    let line = text[start..].split('\n').next()?.trim_end();
    let starts_line = start == 0 || text[..start].ends_with('\n');
    let sign = line.chars().next().filter(|c| starts_line && "<|=>".contains(*c))?;
    let rest = line.trim_start_matches(sign);
    (line.len() - rest.len() == 7 && (rest.is_empty() || rest.starts_with(' '))).then_some(line.len())
}

impl<K: LanguageToken> Lexed<K> {
    fn conflict(&mut self, span: Span) {
        self.errors.push(
            SyntaxError::new(K::CODES.foreign_character, span)
                .message("two versions meet here, and nobody has decided between them")
                .help("keep what is right of both sides, and delete the lines that version control has put in"),
        );
        self.tokens.push(Token {
            kind: K::LINE_COMMENT,
            span,
        });
    }

    fn grow_last(&mut self, span: Span) {
        if let (Some(token), Some(error)) = (self.tokens.last_mut(), self.errors.last_mut()) {
            token.span.end = span.end;
            error.span.end = span.end;
        }
    }

    /// `content`: the part of `text` at `span`.
    fn accept(&mut self, kind: K, span: Span, content: &str, text: &str) {
        let Codes {
            foreign_character: foreign,
            open_comment,
            open_string,
            unknown_escape: escape,
            ..
        } = K::CODES;
        let kind = match kind.class() {
            Class::BlockComment if !content.ends_with("*/") || content.len() < 4 => {
                self.errors.push(
                    SyntaxError::new(open_comment, Span::new(span.start as usize, span.start as usize + 2))
                        .message("this comment is never closed")
                        .label(Span::at(span.end as usize), "it is taken to end with its line")
                        .fix("close the comment here", Span::at(span.end as usize), " */"),
                );
                kind
            }
            Class::String => {
                if !is_closed(content) {
                    self.open = Some(self.tokens.len());
                    let end = span.start as usize + line_end(&text[span.start as usize..]);
                    self.errors.push(
                        SyntaxError::new(open_string, Span::new(span.start as usize, end))
                            .message("this string is never closed")
                            .fix("insert `\"`", Span::at(span.end as usize), "\""),
                    );
                }
                for (at, end) in unknown_escapes(content) {
                    let at = Span::new(span.start as usize + at, span.start as usize + end);
                    let shown =
                        &content[at.start as usize - span.start as usize..at.end as usize - span.start as usize];
                    self.errors.push(
                        SyntaxError::new(escape, at)
                            .message(format!("`{shown}` is not an escape"))
                            .help("the escapes are `\\\"`, `\\\\`, `\\n`, `\\r` and `\\t`; a backslash itself is written `\\\\`")
                            .safe_fix("double the backslash", Span::at(at.start as usize), "\\"),
                    );
                }
                kind
            }
            Class::SingleQuoted => {
                let inner = &content[1..content.len() - 1];
                self.errors.push(
                    SyntaxError::new(foreign, span)
                        .message("strings are written in double quotes")
                        .safe_fix("use double quotes", span, format!("\"{}\"", inner.replace('"', "\\\""))),
                );
                K::STRING
            }
            Class::ForeignSpace => {
                let name = match content.chars().next() {
                    Some('\u{a0}') => "a no-break space".to_owned(),
                    Some(c) => format!("the character U+{:04X}", u32::from(c)),
                    None => String::new(),
                };
                self.errors.push(
                    SyntaxError::new(foreign, span)
                        .message(format!("{name} is not white space here"))
                        .help("only space, tab and line ends separate words")
                        .safe_fix("replace by a plain space", span, " "),
                );
                K::SPACE
            }
            Class::ForeignComment => {
                let mark = if content.starts_with('#') { "#" } else { "--" };
                let at = Span::new(span.start as usize, span.start as usize + mark.len());
                self.errors.push(
                    SyntaxError::new(foreign, at)
                        .message(format!("`{mark}` does not start a comment"))
                        .safe_fix("write `//`", at, "//"),
                );
                K::LINE_COMMENT
            }
            _ => kind,
        };
        self.tokens.push(Token { kind, span });
    }

    /// Takes text that no token matches. Answers whether it is part of a word.
    fn refuse(&mut self, span: Span, content: &str, in_foreign_word: bool) -> bool {
        let touches = self.tokens.last().is_some_and(|t| t.span.end == span.start);
        let last = self.tokens.last().map(|t| t.kind);
        let first = content.chars().next().unwrap_or(' ');
        if first.is_alphanumeric() {
            if in_foreign_word {
                self.grow_last(span);
                return true;
            }
            let error = SyntaxError::new(K::CODES.foreign_character, span).message(format!(
                "names are made of ASCII letters, digits and `_`, so `{first}` cannot be part of one"
            ));
            self.errors.push(error);
            if touches && last.is_some_and(LanguageToken::is_word) {
                if let (Some(token), Some(error)) = (self.tokens.last_mut(), self.errors.last_mut()) {
                    token.span.end = span.end;
                    error.span.start = token.span.start;
                }
            } else {
                let kind = if first.is_uppercase() {
                    K::UPPER_WORD
                } else {
                    K::LOWER_WORD
                };
                self.tokens.push(Token { kind, span });
            }
            return true;
        }
        if touches && last == Some(K::ERROR) {
            self.grow_last(span);
        } else {
            let error = SyntaxError::new(K::CODES.foreign_character, span)
                .message(format!("`{}` is not part of the language", content.escape_debug()));
            self.errors.push(error);
            self.tokens.push(Token { kind: K::ERROR, span });
        }
        false
    }

    /// With line ends of CR alone, the first line comment swallows the rest of the file.
    fn check_line_ends(&mut self, text: &str) {
        if text.contains('\n') {
            return;
        }
        let swallowed = self
            .tokens
            .iter()
            .filter(|t| t.kind.class() == Class::LineComment)
            .find_map(|t| {
                let content = text[t.span.range()].trim_end_matches('\r');
                content.find('\r').map(|at| t.span.start as usize + at)
            });
        if let Some(at) = swallowed {
            self.errors.push(
                SyntaxError::new(K::CODES.foreign_character, Span::new(at, at + 1))
                    .message("the comment swallows what follows: the file uses CR-only line endings")
                    .fix("end the line with a line feed", Span::new(at, at + 1), "\n"),
            );
        }
    }
}

/// Called by logos behind a `"`: moves to the end of the string, or to the end of the line if it has none.
pub(crate) fn string<'s, K: Logos<'s, Source = str, Extras = Cut>>(lexer: &mut Lexer<'s, K>) {
    let rest = lexer.remainder();
    let cut = lexer.extras.0 == Some(lexer.span().start);
    let end = if cut { None } else { closing_quote(rest) };
    // Brackets at the end of the line are more likely meant as such than as the end of the text.
    lexer.bump(end.unwrap_or_else(|| rest[..line_end(rest)].trim_end_matches(['{', '}', ')', ',', ' ']).len()));
}

/// Called by logos behind a `/*`: moves to the end of the comment, or to the end of the line if it has none.
pub(crate) fn block_comment<'s, K: Logos<'s, Source = str, Extras = Cut>>(lexer: &mut Lexer<'s, K>) {
    let rest = lexer.remainder();
    let end = rest.find("*/").map(|at| at + 2);
    lexer.bump(end.unwrap_or_else(|| line_end(rest)));
}

fn line_end(rest: &str) -> usize {
    let line = rest.split('\n').next().unwrap_or(rest);
    line.trim_end_matches([' ', '\t', '\r']).len()
}

/// The offset behind the quote that ends a string, in the text behind the quote that starts it.
fn closing_quote(rest: &str) -> Option<usize> {
    let mut bytes = rest.bytes().enumerate();
    while let Some((i, byte)) = bytes.next() {
        match byte {
            b'"' => return Some(i + 1),
            b'\\' => _ = bytes.next(),
            _ => {}
        }
    }
    None
}

fn is_closed(literal: &str) -> bool {
    literal.len() > 1 && (literal.starts_with('\'') || closing_quote(&literal[1..]) == Some(literal.len() - 1))
}

fn unknown_escapes(literal: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut chars = literal.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\'
            && let Some((next_at, next)) = chars.next()
            && !matches!(next, '"' | '\\' | 'n' | 'r' | 't')
        {
            found.push((at, next_at + next.len_utf8()));
        }
    }
    found
}

/// The text that a string literal stands for. Unknown escapes, which are reported by the lexer, stand for themselves.
pub(crate) fn unquote(literal: &str) -> String {
    let quote = literal.chars().next().unwrap_or('"');
    let inner = literal.strip_prefix(quote).unwrap_or(literal);
    let inner = if quote == '\'' || is_closed(literal) {
        inner.strip_suffix(quote).unwrap_or(inner)
    } else {
        inner
    };
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(c @ ('"' | '\\')) => out.push(c),
            Some(c) => out.extend(['\\', c]),
            None => out.push('\\'),
        }
    }
    out
}

/// Drops the errors about brackets that a string without an end has swallowed.
pub(crate) fn drop_consequences<K: LanguageToken>(errors: &mut Vec<SyntaxError>) {
    let open: Vec<Span> = errors
        .iter()
        .filter(|e| e.code == K::CODES.open_string)
        .map(|e| e.span)
        .collect();
    let swallowed = |gap: Span| open.iter().any(|s| s.start <= gap.start && gap.start <= s.end);
    errors.retain(|e| {
        let unclosed = e.message.ends_with("is never closed") && e.code == K::CODES.open_bracket;
        !(unclosed && e.labels.first().is_some_and(|(gap, _)| swallowed(*gap)))
    });
}
