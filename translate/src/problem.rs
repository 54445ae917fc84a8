//! What is said of a construct without an equal.

use omnigraph_compiler::diagnostic::{Diagnostic, Severity};
use omnigraph_compiler::printable::one_line;
use omnigraph_compiler::rules::Rule;
use omnigraph_grammar::Span;
use omnigraph_model::suggest::nearest;

/// One construct of a statement: the rule, the place in the file, the reason, the way out.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    rule: &'static Rule,
    span: Span,
    message: String,
    help: Option<String>,
}

impl Problem {
    pub(crate) fn new(rule: &'static Rule, span: Span, message: impl Into<String>) -> Problem {
        Problem {
            rule,
            span,
            message: one_line(&message.into(), true).into_owned(),
            help: None,
        }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(one_line(&help.into(), false).into_owned());
        self
    }

    /// Asks for the nearest known name.
    pub(crate) fn meaning<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Problem {
        match nearest(word, known) {
            Some(nearest) => self.help(format!("did you mean `{nearest}`?")),
            None => self,
        }
    }

    /// Whether the statement is translated nevertheless.
    pub(crate) fn is_mere_note(&self) -> bool {
        self.rule.severity != Severity::Error
    }

    pub(crate) fn key(&self) -> (u32, u32, &'static str) {
        (self.span.start, self.span.end, self.rule.subcode)
    }

    pub(crate) fn diagnostic(self, file: &str) -> Diagnostic {
        Diagnostic {
            rule: self.rule,
            severity: self.rule.severity,
            message: self.message,
            file: file.to_owned(),
            span: self.span,
            label: String::new(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: self.help,
            fixes: Vec::new(),
        }
    }
}
