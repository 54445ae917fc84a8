//! Suppressions: `// lint:allow(L402) reason` for findings of its own line, of the next line, or of the whole item that
//! follows; `// lint:allow-file(L402) reason` for the file. One that suppresses nothing, or names what is not known, is a
//! finding itself.

use omnigraph_grammar::{Item, Language, Span, query, schema};

use super::suppressible;
use crate::diagnostic::{Diagnostic, Finding, LineIndex, Severity};
use crate::rules::Rule;
use crate::rules::lints::{l900_unused_lint_suppression, l901_unknown_suppression, l902_suppression_without_reason};

/// A comment that suppresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive<'a> {
    /// The whole comment.
    pub span: Span,
    pub codes: Vec<(&'a str, Span)>,
    pub reason: &'a str,
    pub whole_file: bool,
}

/// The suppressions of a text.
pub(crate) fn directives(language: Language, text: &str) -> Vec<Directive<'_>> {
    if !text.contains("lint:allow") {
        return Vec::new();
    }
    let comments: Vec<Span> = match language {
        Language::Query => {
            let comments = query::tokens(text).into_iter();
            comments
                .filter(|t| t.kind == query::TokenKind::LineComment)
                .map(|t| t.span)
                .collect()
        }
        Language::Schema => {
            let comments = schema::tokens(text).into_iter();
            comments
                .filter(|t| t.kind == schema::TokenKind::LineComment)
                .map(|t| t.span)
                .collect()
        }
    };
    comments.into_iter().filter_map(|span| directive(text, span)).collect()
}

fn directive(text: &str, span: Span) -> Option<Directive<'_>> {
    let words = text
        .get(span.range())?
        .strip_prefix("//")?
        .trim_start()
        .strip_prefix("lint:allow")?;
    let (words, whole_file) = match words.strip_prefix("-file") {
        Some(words) => (words, true),
        None => (words, false),
    };
    // Without codes it is not a suppression, and is reported as one that is none.
    let (codes, reason) = match words.strip_prefix('(').and_then(|words| words.split_once(')')) {
        Some(parts) => parts,
        None if words.starts_with(|c: char| c.is_alphanumeric() || c == '_') => return None,
        None => (&words[..0], ""),
    };
    let place = |part: &str| {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        Span::new(start, start + part.len())
    };
    Some(Directive {
        span,
        codes: codes
            .split(',')
            .map(str::trim)
            .map(|code| (code, place(code)))
            .collect(),
        reason: reason.trim().trim_start_matches(':').trim_start(),
        whole_file,
    })
}

type Applied = (Vec<Diagnostic>, Vec<(Diagnostic, String)>, Vec<Finding>);

/// Parts diagnostics into those that are kept and those that a comment suppresses; what is wrong with the comments comes
/// third.
pub(super) fn apply(
    language: Language,
    text: &str,
    items: &[Item],
    mut kept: Vec<Diagnostic>,
    require_reason: bool,
) -> Applied {
    let mut suppressed = Vec::new();
    let mut problems = Vec::new();
    let directives = directives(language, text);
    if directives.is_empty() {
        return (kept, suppressed, problems);
    }
    let known = suppressible(language);
    let index = LineIndex::new(text);
    let line_of = |offset: u32| index.position(text, offset).line;
    for directive in &directives {
        let scope = Scope::of(directive, text, items, &line_of);
        let mut unused = Vec::new();
        for (at, (code, span)) in directive.codes.iter().enumerate() {
            // A schema's own warnings have suppressions of their own kind, and so have migrations.
            if language == Language::Schema && (code.starts_with('S') || code.starts_with("OG-")) {
                continue;
            }
            if !known.contains(code) {
                problems.push(l901_unknown_suppression::finding(code, *span, directive.span, &known));
                continue;
            }
            let before = kept.len();
            let mut rest = Vec::with_capacity(before);
            for diagnostic in kept {
                let fits = diagnostic.rule.code == *code && known.contains(diagnostic.rule.code);
                match fits && scope.holds(diagnostic.span.start, &line_of) {
                    true => suppressed.push((diagnostic, directive.reason.to_owned())),
                    false => rest.push(diagnostic),
                }
            }
            kept = rest;
            if kept.len() == before {
                unused.push(at);
            }
        }
        let told = unused.into_iter();
        problems.extend(told.map(|at| l900_unused_lint_suppression::finding(text, directive, at)));
        if require_reason && directive.reason.chars().filter(|c| c.is_alphanumeric()).count() < 3 {
            problems.push(l902_suppression_without_reason::finding(directive.span));
        }
    }
    (kept, suppressed, problems)
}

/// The codes that a suppression around this offset could name: those of findings that it is about, in the order of the text;
/// `None` where no suppression is being written.
pub fn suppressible_at(
    language: Language,
    text: &str,
    items: &[Item],
    offset: u32,
    found: &[Diagnostic],
) -> Option<Vec<&'static str>> {
    let directives = directives(language, text);
    let directive = directives
        .iter()
        .find(|directive| directive.span.start < offset && offset <= directive.span.end)?;
    let index = LineIndex::new(text);
    let line_of = |offset: u32| index.position(text, offset).line;
    let scope = Scope::of(directive, text, items, &line_of);
    let known = suppressible(language);
    let may_be = |rule: &Rule| {
        known.contains(rule.code)
            || language == Language::Schema && rule.code.starts_with('S') && rule.severity != Severity::Error
    };
    let about = found
        .iter()
        .filter(|found| may_be(found.rule) && scope.holds(found.span.start, &line_of));
    let mut codes: Vec<&str> = Vec::new();
    for found in about {
        if !codes.contains(&found.rule.code) {
            codes.push(found.rule.code);
        }
    }
    Some(codes)
}

enum Scope {
    File,
    Lines(u32, u32),
    Item(Span),
}

impl Scope {
    fn of(directive: &Directive, text: &str, items: &[Item], line_of: &impl Fn(u32) -> u32) -> Scope {
        if directive.whole_file {
            return Scope::File;
        }
        let line = line_of(directive.span.start);
        let before = text[..directive.span.start as usize].rsplit('\n').next().unwrap_or("");
        if !before.trim_start_matches('\u{feff}').trim().is_empty() {
            return Scope::Lines(line, line);
        }
        // Further comments may stand between it and what it is about.
        let mut rest = directive.span.end as usize;
        loop {
            let trimmed = text[rest..].trim_start();
            rest = text.len() - trimmed.len();
            match trimmed.strip_prefix("//") {
                Some(comment) => rest += 2 + comment.find('\n').unwrap_or(comment.len()),
                None => break,
            }
        }
        match items.iter().find(|item| item.span.start as usize == rest) {
            Some(item) => Scope::Item(item.span),
            None => Scope::Lines(line, line_of(rest as u32)),
        }
    }

    fn holds(&self, offset: u32, line_of: &impl Fn(u32) -> u32) -> bool {
        match self {
            Scope::File => true,
            Scope::Lines(first, last) => (*first..=*last).contains(&line_of(offset)),
            Scope::Item(span) => span.start <= offset && offset < span.end,
        }
    }
}
