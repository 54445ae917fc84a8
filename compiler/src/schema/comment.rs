//! `// lint:allow(S063) reason`: a suppression as a comment, for findings that start on its own line or the next one.
//! It means the same as `@allow`, and nothing of it is part of what the schema means.

use omnigraph_grammar::Span;
use omnigraph_grammar::schema::{TokenKind, tokens};

use super::directive::{SHORTEST_REASON, unsuppressible};
use crate::diagnostic::{Diagnostic, Finding, LineIndex, Place, Severity};
use crate::rules::schema::{s098_invalid_suppression, s099_unused_suppression};

/// Drops the diagnostics that comments allow. What is wrong with the comments comes back beside them.
pub(crate) fn apply(text: &str, mut diagnostics: Vec<Diagnostic>) -> (Vec<Diagnostic>, Vec<Finding>) {
    let mut problems = Vec::new();
    if !text.contains("lint:allow(") {
        return (diagnostics, problems);
    }
    let index = LineIndex::new(text);
    let line_of = |offset: u32| index.position(text, offset).line;
    for token in tokens(text).iter().filter(|token| token.kind == TokenKind::LineComment) {
        let Some(mut directive) = Directive::of(text, token.span) else {
            continue;
        };
        // Lints of a schema are suppressed like those of queries.
        directive.codes.retain(|(code, _)| !code.starts_with('L'));
        if directive.codes.is_empty() {
            continue;
        }
        if directive.reason.chars().filter(|c| !c.is_whitespace()).count() < SHORTEST_REASON {
            problems.push(s098_invalid_suppression::reason(
                Place::File(token.span),
                SHORTEST_REASON,
            ));
            continue;
        }
        let line = line_of(token.span.start);
        let alone = directive.codes.len() == 1;
        for (code, span) in directive.codes {
            let place = Place::File(span);
            if let Some(problem) = unsuppressible(&(code.to_owned(), place.clone())) {
                problems.push(problem);
                continue;
            }
            let before = diagnostics.len();
            diagnostics.retain(|diagnostic| {
                let at = line_of(diagnostic.span.start);
                let here = at == line || at == line + 1;
                diagnostic.rule.code != code || diagnostic.severity == Severity::Error || !here
            });
            if before == diagnostics.len() && code.starts_with('S') {
                problems.push(match alone {
                    true => s099_unused_suppression::finding(code, Place::File(token.span)),
                    false => s099_unused_suppression::one_of_several(code, place),
                });
            }
        }
    }
    (diagnostics, problems)
}

struct Directive<'a> {
    codes: Vec<(&'a str, Span)>,
    reason: &'a str,
}

impl<'a> Directive<'a> {
    fn of(text: &'a str, comment: Span) -> Option<Directive<'a>> {
        let words = text.get(comment.range())?.strip_prefix("//")?.trim_start();
        let (codes, reason) = words.strip_prefix("lint:allow(")?.split_once(')')?;
        let place = |part: &str| {
            let start = part.as_ptr() as usize - text.as_ptr() as usize;
            Span::new(start, start + part.len())
        };
        Some(Directive {
            codes: codes
                .split(',')
                .map(str::trim)
                .map(|code| (code, place(code)))
                .collect(),
            reason,
        })
    }
}
